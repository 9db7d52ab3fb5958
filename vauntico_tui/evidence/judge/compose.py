"""all and any, in three values: what is unknown decides nothing that the other parts leave open."""

from __future__ import annotations

from collections.abc import Sequence

from vauntico_tui.evidence.figures import oldest
from vauntico_tui.evidence.verdict import Mark, Verdict

_KEPT = frozenset({Mark.MET, Mark.OVERRIDDEN})


def all_of(parts: Sequence[Verdict]) -> Verdict:
    """Met when every part is met or overridden; unmet when one is unmet; else unknown."""
    return _compose(parts, Mark.UNMET, len(parts))


def any_of(parts: Sequence[Verdict]) -> Verdict:
    """Met when one part is met or overridden; else unknown when one is unknown; else unmet."""
    return _compose(parts, Mark.MET, 1)


def _compose(parts: Sequence[Verdict], decisive: Mark, wanted: int) -> Verdict:
    """`decisive` is the mark of which one part settles it: unmet for all, met for any."""
    kept = [part for part in parts if part.mark in _KEPT]
    unmet = [part for part in parts if part.mark is Mark.UNMET]
    unsure = [part for part in parts if part.mark is Mark.UNKNOWN]
    settled = unmet if decisive is Mark.UNMET else kept
    if settled:
        mark, deciding = decisive, settled
    elif unsure:
        mark, deciding = Mark.UNKNOWN, unsure
    else:
        mark, deciding = (Mark.MET, kept) if decisive is Mark.UNMET else (Mark.UNMET, unmet)
    first = deciding[0]
    reason = first.reason if first.reason.startswith(first.title) else f"{first.title}: {first.reason}"
    if mark is Mark.MET and decisive is Mark.UNMET and len(parts) > 1:
        reason = f"all {len(parts)} parts are met, first {reason}"
    elif len(deciding) > 1 and mark is not Mark.MET:
        state = "unmet" if mark is Mark.UNMET else "unknown"
        more = len(deciding) - 1
        reason = f"{reason}; {more} more {'part is' if more == 1 else 'parts are'} {state}"
    alone = len(parts) == 1
    return Verdict(
        mark,
        reason,
        figure=first.figure if alone else f"{len(kept)} of {len(parts)}",
        bound=first.bound if alone else f"{wanted} of {len(parts)}",
        link=next((part.link for part in deciding if part.link), None),
        as_of=oldest([part.as_of for part in deciding]),
        stale=any(part.stale for part in deciding),
        value=first.value if alone else float(len(kept)),
        of=first.of if alone else f"of {len(parts)} parts",
        parts=tuple(parts),
    )
