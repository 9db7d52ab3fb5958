"""What evidence does to escalations: opens them, brings them up to date, and resolves them when it is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from vauntico_tui.base.text import clean, one_line
from vauntico_tui.escalation.commands import EvidenceBack, EvidenceGone, Trigger
from vauntico_tui.escalation.messages import mirror, tell
from vauntico_tui.escalation.state import (
    EVIDENCE,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Change,
    Decision,
    Escalation,
    Event,
    Kind,
    LastHand,
    Message,
    Refusal,
    Status,
    Unchanged,
)
from vauntico_tui.escalation.steps import after, page_step, restart, with_clock

SUBJECT_LIMIT = 500
LINK_LIMIT = 2000
MEMBER_LIMIT = 200
FOUND = timedelta(hours=1)
"""What began this long before anybody looked was found, not reported: a first start pages once for all of it."""


def trigger(
    escalation: Escalation | None, command: Trigger, now: datetime, actor: str, new_id: int
) -> Decision | Refusal | Unchanged:
    """Open a new escalation, or bring the open one (its own, or the one it was merged into) up to date.

    A cause that was resolved against its evidence stays resolved until the evidence was gone once, or until the time
    that was named is over.
    """
    subject = one_line(command.subject, SUBJECT_LIMIT)
    if not subject:
        return Refusal("an escalation needs a subject")
    if escalation is not None:
        if escalation.is_open:
            merged = escalation.subject != subject
            return back(escalation, EvidenceBack(subject), now) if merged else _refresh(escalation, command, now)
        if command.by_evidence and escalation.still_true and not _over(escalation, now):
            return Unchanged(escalation)
    rules = command.policy.level(command.level)
    if rules is None:
        return Refusal("the plan has no escalation levels, so nobody could be paged; add [[levels]] to it")
    since, breaches_at = _window(command, rules.window, now, escalation)
    bare = Escalation(
        id=new_id,
        subject=subject,
        title=one_line(command.title, TITLE_LIMIT) or subject,
        level=rules.level,
        source_level=command.level,
        state=Status.TRIGGERED,
        version=1,
        triggered_at=since,
        level_since=since,
        breaches_at=breaches_at,
        touched_at=now,
        noticed_at=now if since < now else None,
        policy=command.policy,
        link=_link(command.link),
        reason=one_line(command.reason, TITLE_LIMIT),
        previous_id=escalation.id if escalation else None,
        members=_members(command, subject),
        still_true=command.by_evidence,
    )
    why = f"triggered: {bare.reason}" if bare.reason else "triggered"
    made, paged = page_step(bare, 0, now, why, due=since if now - since > FOUND else None)
    text = why + (f"; happened before as {made.previous_id}" if made.previous_id else "")
    return _decision(made, Kind.TRIGGERED, actor, now, text, mirror(made, "triggered", text, now), paged)


def _window(
    command: Trigger, window: timedelta, now: datetime, previous: Escalation | None
) -> tuple[datetime, datetime]:
    """When it began and when its window ends."""
    since = min(command.since or now, now)
    if previous is not None and previous.resolved_at is not None and since < previous.resolved_at:
        since = min(previous.resolved_at, now)
        return since, since + window
    return since, max(since, command.breaches_at) if command.breaches_at is not None else since + window


def gone(escalation: Escalation, command: EvidenceGone, now: datetime) -> Decision | Unchanged:
    """A member's evidence is gone; with the last one the escalation is resolved."""
    left = tuple(it for it in escalation.members if it != command.member) if command.member else ()
    reason = clean(command.reason, TEXT_LIMIT).strip() or "its evidence is gone"
    if not escalation.still_true or len(left) == len(escalation.members) > 0:
        return Unchanged(escalation)
    if not escalation.is_open:
        fields: dict[str, Any] = {"members": left, "still_true": bool(left)}
        return _decision(after(escalation, **fields), Kind.EVIDENCE_GONE, EVIDENCE, now, reason)
    if left:
        made = after(escalation, members=left)
        text = f"{one_line(command.member or '', SUBJECT_LIMIT)}: {reason}; {len(left)} left"
        return _decision(made, Kind.EVIDENCE_GONE, EVIDENCE, now, text, mirror(made, "updated", text, now))
    made = after(
        escalation, state=Status.RESOLVED, resolved_at=now, resolved_by=EVIDENCE, resolution=reason, members=(),
        still_true=False, acknowledge_by=None,
        last_hand=LastHand(escalation.version + 1, EVIDENCE, now, Kind.RESOLVED.value),
    )  # fmt: skip
    text = f"resolved: {reason}"
    return _decision(made, Kind.RESOLVED, EVIDENCE, now, text, tell(made, "resolved", text, now))


def back(escalation: Escalation, command: EvidenceBack, now: datetime) -> Decision | Unchanged:
    """One more member of an open escalation."""
    member = one_line(command.member, SUBJECT_LIMIT)
    if not escalation.is_open or not member or member in escalation.members:
        return Unchanged(escalation)
    if len(escalation.members) >= MEMBER_LIMIT:
        return Unchanged(escalation)
    made = after(escalation, members=(*escalation.members, member), still_true=True)
    text = f"also {member}" + (f": {one_line(command.reason, TITLE_LIMIT)}" if command.reason else "")
    return _decision(made, Kind.EVIDENCE_BACK, EVIDENCE, now, text, mirror(made, "updated", text, now))


def _refresh(escalation: Escalation, command: Trigger, now: datetime) -> Decision | Unchanged:
    """Title, link, members and level as the evidence has them now. Members that others merged into it stay."""
    if not command.by_evidence:
        return Unchanged(escalation)
    fields: dict[str, Any] = {
        "title": one_line(command.title, TITLE_LIMIT) or escalation.title,
        "link": _link(command.link) or escalation.link,
        "members": tuple(dict.fromkeys((*escalation.members, *_members(command, escalation.subject))))[:MEMBER_LIMIT],
        "still_true": True,
        "source_level": command.level,
    }
    changed = [name for name, value in fields.items() if getattr(escalation, name) != value]
    if not changed:
        return Unchanged(escalation)
    if command.level != escalation.source_level:
        return _relevel(after(escalation, **fields), command, now)
    made = after(escalation, **fields)
    text = f"{' and '.join(changed).replace('_', ' ')} brought up to date"
    return _decision(made, Kind.UPDATED, EVIDENCE, now, text, mirror(made, "updated", text, now))


def _relevel(escalation: Escalation, command: Trigger, now: datetime) -> Decision | Unchanged:
    """Its severity was changed at the source: that level's window runs from now. A graver one is triggered again."""
    rules = escalation.policy.level(command.level)
    if rules is None:
        return Unchanged(escalation)
    graver = rules.level < escalation.level
    text = f"Level {escalation.level} → {rules.level} by its source"
    if command.reason:
        text += f": {one_line(command.reason, TITLE_LIMIT)}"
    ends = now + rules.window
    moved = replace(
        escalation,
        level=rules.level,
        level_since=now,
        breaches_at=min(ends, escalation.breaches_at) if graver and escalation.breaches_at > now else ends,
        breached_at=None,
    )
    paged: tuple[Message, ...] = ()
    if graver or escalation.state is Status.TRIGGERED:
        moved, paged = restart(moved, now, text)
    made = with_clock(moved)
    return _decision(made, Kind.RELEVELLED, EVIDENCE, now, text, mirror(made, "relevelled", text, now), paged)


def _decision(
    escalation: Escalation, kind: Kind, actor: str, now: datetime, text: str, *messages: tuple[Message, ...]
) -> Decision:
    event = Event(kind, actor, now, text)
    return Decision((Change(escalation, event),), tuple(message for group in messages for message in group))


def _members(command: Trigger, subject: str) -> tuple[str, ...]:
    named = (one_line(member, SUBJECT_LIMIT) for member in command.members)
    return tuple(dict.fromkeys(member for member in named if member))[:MEMBER_LIMIT] or (subject,)


def _link(link: str | None) -> str | None:
    safe = one_line(link or "", LINK_LIMIT)
    return safe if safe.startswith(("https://", "http://")) else None


def _over(escalation: Escalation, now: datetime) -> bool:
    """Whether the time named when it was resolved against its evidence has come."""
    return escalation.reopens_at is not None and escalation.reopens_at <= now
