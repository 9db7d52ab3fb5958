"""What a sleeping host held back, and what was found at a first look, goes out as one notice, not as a night's worth of
them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.state import TEXT_LIMIT, Message

if TYPE_CHECKING:
    from vauntico_tui.journal.outbox import Outgoing

SHOWN = 50
"""Escalations that a notice lists; the rest are counted."""


def grouped(messages: Sequence[Outgoing], *, bundles: bool) -> Iterator[tuple[Outgoing, ...]]:
    """What goes out together, in order: neighbours of one bundle where the channel bundles, else each alone."""
    group: list[Outgoing] = []
    for outgoing in messages:
        if group and not (bundles and outgoing.bundle is not None and outgoing.bundle == group[-1].bundle):
            yield tuple(group)
            group = []
        group.append(outgoing)
    if group:
        yield tuple(group)


def one_notice(messages: Sequence[Message]) -> Message:
    """One message that says all of these: under the name of the most severe, the most severe first."""
    if len(messages) == 1:
        return messages[0]
    order = sorted(messages, key=lambda it: (it.level, it.breaches_at or it.at, it.escalation_id))
    first = order[0]
    since = min((it.late for it in order if it.late is not None), default=first.at)
    lines = [f"Level {it.level} · {one_line(it.title, 120)} · {one_line(it.text, 160)}" for it in order[:SHOWN]]
    if len(order) > SHOWN:
        lines.append(f"and {len(order) - SHOWN} more")
    many = len({it.escalation_id for it in order})
    found = all(it.version == 1 for it in order)  # paged as they began
    how = "found open at the first look, the oldest from" if found else "held back since"
    return replace(
        first,
        title=f"{many} escalations, {how} {since:%Y-%m-%d %H:%M} UTC" if many > 1 else first.title,
        text="\n".join(lines)[:TEXT_LIMIT],
        late=since,
    )
