"""Brings what is escalated into line with what the readings prove: what is new is triggered, what is over resolved.

Asked again with the same evidence it wants nothing more; a reading that failed, is old or partial resolves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.commands import EvidenceGone, Trigger
from vauntico_tui.escalation.evidence import MEMBER_LIMIT
from vauntico_tui.escalation.evidence_now import Evidence
from vauntico_tui.escalation.grouping import causes
from vauntico_tui.escalation.policy import Policy
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.escalation.state import TITLE_LIMIT, Escalation

PolicyFor = Callable[[EscalationRow], Policy]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A command of the evidence, and the escalation it is for where there is one."""

    command: Trigger | EvidenceGone
    id: int | None = None


def reconcile(
    evidence: Evidence, known: Iterable[Escalation], policy_for: PolicyFor, now: datetime
) -> tuple[Wanted, ...]:
    """The commands, in order. `known` are the open escalations, and those that were resolved although their evidence
    stood: they stay resolved until it was gone once, or until the time that was named is over."""
    escalations = sorted(known, key=lambda one: one.id)
    standing = {row.id for row in evidence.rows}
    over = tuple(_over(evidence, escalations, standing))
    return (*over, *_standing(evidence.rows, escalations, policy_for, now))


def _over(evidence: Evidence, escalations: Iterable[Escalation], standing: set[str]) -> Iterator[Wanted]:
    for one in escalations:
        if not one.still_true:
            continue
        for member in one.members:
            reason = evidence.gone(member, standing)
            if reason is not None:
                yield Wanted(EvidenceGone(reason, member), one.id)


def _standing(
    rows: Iterable[EscalationRow], escalations: Iterable[Escalation], policy_for: PolicyFor, now: datetime
) -> Iterator[Wanted]:
    owners: dict[str, Escalation] = {}
    aside: dict[str, Escalation] = {}
    for one in escalations:
        if one.is_open:
            owners |= {member: one for member in (*one.members, one.subject) if member not in owners}
        elif one.still_true:
            aside |= dict.fromkeys(one.members, one)
    mine: dict[int, list[EscalationRow]] = {}
    for cause in causes(rows):
        news = [row for row in cause if row.id not in owners and not row.stale and row.state != "snoozed"]
        new = [row for row in news if row.id not in aside]
        own = {owners[row.id].id: owners[row.id] for row in cause if row.id in owners}
        for row in cause:
            if row.id in owners and not row.stale:
                mine.setdefault(owners[row.id].id, []).append(row)
        if own:
            mine.setdefault(min(own.values(), key=lambda one: (one.level, one.id)).id, []).extend(new)
        elif new:
            yield Wanted(_trigger(new, new[0].id, policy_for))
        for one in {aside[row.id].id: aside[row.id] for row in news if row.id in aside}.values():
            if one.reopens_at is not None and one.reopens_at <= now:
                again = [row for row in news if aside.get(row.id) is one]
                yield Wanted(_trigger(again, one.subject, policy_for))
    for one in escalations:
        if (found := mine.get(one.id)) and _differs(one, found):
            yield Wanted(_trigger(found, one.subject, policy_for), one.id)


def _trigger(rows: Sequence[EscalationRow], subject: str, policy_for: PolicyFor) -> Trigger:
    """One trigger for all rows of a cause, as grave as the gravest of them."""
    gravest = min(rows, key=lambda row: (row.level, row.triggered_at, row.id))
    lead = next((row for row in rows if row.id == subject), gravest)
    members = tuple(row.id for row in rows)
    return Trigger(
        subject, lead.title, gravest.level, policy_for(gravest), lead.link, gravest.reason, members,
        since=gravest.triggered_at, breaches_at=gravest.breaches_at,
    )  # fmt: skip


def _differs(one: Escalation, rows: Sequence[EscalationRow]) -> bool:
    """Whether evidence says anything about an escalation that it does not know. A title is brought up to date only
    where the row that gave it is here."""
    lead = next((row for row in rows if row.id == one.subject), None)
    room = len(one.members) < MEMBER_LIMIT
    return (
        (room and not {row.id for row in rows} <= set(one.members))
        or min(row.level for row in rows) != one.source_level
        or (lead is not None and (one_line(lead.title, TITLE_LIMIT) or one.subject) != one.title)
    )
