"""The state machine: pure and total. Whoever calls it holds the lock and writes what it says, or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vauntico_tui.base.text import clean, one_line
from vauntico_tui.escalation import clockwork, evidence
from vauntico_tui.escalation.commands import (
    BY_EVIDENCE,
    Acknowledge,
    AddNote,
    Command,
    EscalateNow,
    EvidenceBack,
    EvidenceGone,
    Merge,
    Reassign,
    Resolve,
    RunTimers,
    Snooze,
    Trigger,
    Unacknowledge,
    Wake,
)
from vauntico_tui.escalation.messages import destinations_of, mirror, page, tell, unique
from vauntico_tui.escalation.state import (
    NAME_LIMIT,
    TEXT_LIMIT,
    Change,
    Decision,
    Escalation,
    Event,
    Kind,
    LastHand,
    Refusal,
    Status,
    Unchanged,
)
from vauntico_tui.escalation.steps import after, begin_level, page_step, restart

Outcome = Decision | Refusal | Unchanged


def decide(
    escalation: Escalation | None,
    command: Command,
    now: datetime,
    *,
    actor: str | None,
    seen_version: int | None = None,
    new_id: int = 0,
    other: Escalation | None = None,
) -> Outcome:
    """What a command leads to.

    `escalation` is the one it is for; for Trigger the subject's latest one or None, and `new_id` the id for a new one.
    `other` is what Merge goes into. `seen_version` is what the person saw: a later change by another hand wins.
    """
    name = one_line(actor or "", NAME_LIMIT) or "somebody"
    if isinstance(command, Trigger):
        return evidence.trigger(escalation, command, now, name, new_id)
    if escalation is None:
        return (
            Unchanged(None)
            if isinstance(command, (*BY_EVIDENCE, RunTimers))
            else Refusal("there is no such escalation")
        )
    match command:
        case RunTimers():
            return clockwork.run_timers(escalation, now)
        case EvidenceGone():
            return evidence.gone(escalation, command, now)
        case EvidenceBack():
            return evidence.back(escalation, command, now)
        case AddNote():
            return _note(escalation, command, now, name)
    return _first(escalation, seen_version) or _by_hand(escalation, command, now, name, other)


def _first(escalation: Escalation, seen_version: int | None) -> Refusal | None:
    """Somebody was first: it is resolved, or a hand has changed it since it was seen."""
    hand = escalation.last_hand
    if not escalation.is_open:
        by, at = escalation.resolved_by, escalation.resolved_at
        return Refusal(
            f"it was resolved by {by}" + (f": {escalation.resolution}" if escalation.resolution else ""), by, at
        )
    if hand is not None and seen_version is not None and seen_version < hand.version:
        return Refusal(f"{hand.by} was first: {hand.how}", hand.by, hand.at)
    return None


def _by_hand(escalation: Escalation, command: Command, now: datetime, actor: str, other: Escalation | None) -> Outcome:
    match command:
        case Acknowledge():
            return _acknowledge(escalation, command, now, actor)
        case Unacknowledge():
            return _unacknowledge(escalation, command, now, actor)
        case Snooze():
            return _snooze(escalation, command, now, actor)
        case Wake():
            return _wake(escalation, now, actor)
        case EscalateNow():
            return _escalate(escalation, command, now, actor)
        case Reassign():
            return _reassign(escalation, command, now, actor)
        case Resolve():
            return _resolve(escalation, command, now, actor)
        case Merge():
            return _merge(escalation, now, actor, other)
        case _:
            return Refusal("this is nothing that a person does")


def _hand(escalation: Escalation, how: Kind, now: datetime, actor: str, **fields: Any) -> Escalation:
    """The next state, by a person's hand: also a sign of life."""
    hand = LastHand(escalation.version + 1, actor, now, how.value)
    return after(escalation, **{"touched_at": now, "reminded_at": None, **fields, "last_hand": hand})


def _said(text: str, note: str) -> str:
    note = clean(note, TEXT_LIMIT).strip()
    return f"{text}: {note}" if note else text


def _decision(escalation: Escalation, kind: Kind, now: datetime, actor: str, text: str, *messages: Any) -> Decision:
    return Decision(
        (Change(escalation, Event(kind, actor, now, text)),), tuple(it for group in messages for it in group)
    )


def _acknowledge(escalation: Escalation, command: Acknowledge, now: datetime, actor: str) -> Outcome:
    again = escalation.acknowledged_by == actor and escalation.reminded_at is not None
    if escalation.state is Status.ACKNOWLEDGED and not again:
        by = escalation.acknowledged_by
        return Refusal(f"it is already acknowledged by {by}", by, escalation.acknowledged_at)
    made = _hand(
        escalation, Kind.ACKNOWLEDGED, now, actor, state=Status.ACKNOWLEDGED, acknowledged_by=actor,
        acknowledged_at=now, acknowledge_by=None, snoozed_by=None, snoozed_until=None,
    )  # fmt: skip
    text = _said(f"{'still held' if again else 'acknowledged'} by {actor}", command.note)
    return _decision(made, Kind.ACKNOWLEDGED, now, actor, text, tell(made, "acknowledged", text, now))


def _unacknowledge(escalation: Escalation, command: Unacknowledge, now: datetime, actor: str) -> Outcome:
    if escalation.state is not Status.ACKNOWLEDGED:
        return Refusal(f"it is {escalation.state.value}, not acknowledged")
    text = _said(f"acknowledgement taken back by {actor}", command.note)
    made, paged = restart(_hand(escalation, Kind.UNACKNOWLEDGED, now, actor), now, text)
    return _decision(made, Kind.UNACKNOWLEDGED, now, actor, text, tell(made, "unacknowledged", text, now), paged)


def _snooze(escalation: Escalation, command: Snooze, now: datetime, actor: str) -> Outcome:
    if command.until <= now:
        return Refusal(f"{command.until:%Y-%m-%d %H:%M} is past; snooze until a time to come")
    made = _hand(
        escalation, Kind.SNOOZED, now, actor, state=Status.SNOOZED, snoozed_by=actor, snoozed_until=command.until,
        acknowledge_by=None,
    )  # fmt: skip
    text = _said(f"snoozed by {actor} until {command.until:%Y-%m-%d %H:%M} UTC", command.note)
    above = made.policy.above(made.level) or made.policy.executives
    if above and made.breached_at is None and made.breaches_at < command.until:
        text += "; its window breaches before and ends the snooze"
    return _decision(made, Kind.SNOOZED, now, actor, text, tell(made, "snoozed", text, now))


def _wake(escalation: Escalation, now: datetime, actor: str) -> Outcome:
    if escalation.state is not Status.SNOOZED:
        return Refusal(f"it is {escalation.state.value}, not snoozed")
    text = f"snooze ended by {actor}"
    made, paged = restart(_hand(escalation, Kind.WOKEN, now, actor), now, text)
    return _decision(made, Kind.WOKEN, now, actor, text, tell(made, "woken", text, now), paged)


def _escalate(escalation: Escalation, command: EscalateNow, now: datetime, actor: str) -> Outcome:
    if (command.level, command.step) != (escalation.level, escalation.step):
        return Refusal(
            f"it has moved on: Level {escalation.level}, page {escalation.step + 1}, since you looked",
            escalation.last_hand.by if escalation.last_hand else "rules",
            escalation.paged_at or escalation.level_since,
        )
    text = _said(f"escalated by {actor}", command.note)
    base = _hand(
        escalation, Kind.ESCALATED, now, actor, state=Status.TRIGGERED, acknowledged_by=None, acknowledged_at=None,
        snoozed_by=None, snoozed_until=None,
    )  # fmt: skip
    if base.step_at(base.step + 1) is not None:
        made, paged = page_step(base, base.step + 1, now, text, at_once=True)
    elif base.breached_at is None and (base.policy.above(base.level) or base.policy.executives):
        made, paged = begin_level(base, now, now, text, early=True)
        text = f"{text} to " + (f"Level {made.level}" if made.breached_at is None else "the executives")
    else:
        return Refusal("everybody in its policy has been paged; reassign it to somebody else")
    return _decision(made, Kind.ESCALATED, now, actor, text, mirror(made, "escalated", text, now), paged)


def _reassign(escalation: Escalation, command: Reassign, now: datetime, actor: str) -> Outcome:
    if escalation.assignee == command.to:
        return Unchanged(escalation)
    made = _hand(
        escalation, Kind.REASSIGNED, now, actor, assignee=command.to,
        notified=unique((*escalation.notified, *destinations_of([command.to]))),
    )  # fmt: skip
    text = _said(f"given to {one_line(command.to.name, NAME_LIMIT)} by {actor}", command.note)
    told = page(made, [command.to], text, now, kind="assigned")
    return _decision(made, Kind.REASSIGNED, now, actor, text, told, mirror(made, "reassigned", text, now))


def _note(escalation: Escalation, command: AddNote, now: datetime, actor: str) -> Outcome:
    """Notes never lose to anybody, and may follow a resolution."""
    text = clean(command.text, TEXT_LIMIT).strip()
    if not text:
        return Refusal("the note is empty")
    fields = {"touched_at": now, "reminded_at": None} if escalation.is_open else {}
    made = after(escalation, **fields)
    return _decision(made, Kind.NOTED, now, actor, text, mirror(made, "note", text, now))


def _resolve(escalation: Escalation, command: Resolve, now: datetime, actor: str) -> Outcome:
    reason = clean(command.reason, TEXT_LIMIT).strip()
    if not reason:
        return Refusal("say why it is resolved")
    if escalation.still_true and not command.despite_evidence:
        return Refusal("its evidence still stands; close or mend it, or resolve it expressly although it stands")
    reopens_at = None
    if escalation.still_true:
        rules = escalation.rules
        reopens_at = command.reopens_at or (now + rules.window if rules else None)
        if reopens_at is not None and reopens_at <= now:
            return Refusal(f"{reopens_at:%Y-%m-%d %H:%M} is past; name a time to come")
    text = f"resolved by {actor}: {reason}"
    if reopens_at is not None:
        text += f" (although its evidence stands, until {reopens_at:%Y-%m-%d %H:%M} UTC)"
    made = _hand(
        escalation, Kind.RESOLVED, now, actor, state=Status.RESOLVED, resolved_at=now, resolved_by=actor,
        resolution=reason, reopens_at=reopens_at, acknowledge_by=None,
    )  # fmt: skip
    return _decision(made, Kind.RESOLVED, now, actor, text, tell(made, "resolved", text, now))


def _merge(escalation: Escalation, now: datetime, actor: str, other: Escalation | None) -> Outcome:
    if other is None or other.id == escalation.id:
        return Refusal("name another open escalation to merge it into")
    if not other.is_open:
        return Refusal(f"{other.id} is resolved", other.resolved_by, other.resolved_at)
    if other.level > escalation.level:
        return Refusal(f"{escalation.id} is more severe: merge {other.id} into it instead")
    text = f"merged into {other.id} by {actor}: {other.title}"
    made = _hand(
        escalation, Kind.MERGED, now, actor, state=Status.RESOLVED, resolved_at=now, resolved_by=actor,
        resolution=f"merged into {other.id}", merged_into=other.id, still_true=False, acknowledge_by=None,
    )  # fmt: skip
    carried = escalation.members if escalation.still_true else ()
    target = after(
        other,
        members=tuple(dict.fromkeys((*other.members, *carried))),
        still_true=other.still_true or escalation.still_true,
        notified=unique((*other.notified, *escalation.notified)),
    )
    joined = f"{escalation.id} merged into this by {actor}: {escalation.title}"
    return Decision(
        (
            Change(made, Event(Kind.MERGED, actor, now, text)),
            Change(target, Event(Kind.JOINED, actor, now, joined)),
        ),
        (*tell(made, "resolved", text, now), *mirror(target, "joined", joined, now)),
    )
