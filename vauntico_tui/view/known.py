"""What the journal knows, laid over what evidence says: one row a cause, on the level that it was promoted to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vauntico_tui.actions.desk.known import Known
from vauntico_tui.escalation.forecast import History
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.escalation.state import Escalation
from vauntico_tui.evidence.facts import Signature
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.view.model import EscalationsView, JournalView, LevelView, PromiseView


def journal_view(known: Known) -> JournalView | None:
    """The journal as a source of its own; None where none is kept."""
    if known.state is State.OFF:
        return None
    return JournalView(
        known.state, known.shown, known.as_of if known.state is State.FAILED else None, known.trouble, known.pending,
        known.dead, known.overdue,
    )  # fmt: skip


def with_known(view: EscalationsView, known: Known, now: datetime) -> EscalationsView:
    """The matrix with every open escalation of the journal in it; evidence that is in none yet stays as it is."""
    if known.as_of is None or not (known.open or known.set_aside):
        return view
    of_subject = {member: one for one in known.open for member in one.members}
    of_subject |= {one.subject: one for one in known.open}
    aside = {one.subject: one for one in known.set_aside}
    kept: defaultdict[int, list[EscalationRow]] = defaultdict(list)
    about: defaultdict[int, list[EscalationRow]] = defaultdict(list)
    change: Counter[int] = Counter()
    for level in view.levels:
        for row in level.rows:
            one = of_subject.get(row.id)
            if one is None:
                done = aside.get(row.id)
                kept[level.level].append(_set_aside(row, done) if done is not None else row)
            else:
                about[one.id].append(row)
                change[level.level] -= 1
    numbers = [level.level for level in view.levels]
    history = History(known.history)
    for one in known.open:
        rows = about.get(one.id, [])
        level_now = min(numbers, key=lambda number: abs(number - one.level), default=one.level)
        kept[level_now].append(_row(one, rows, history, now))
        change[level_now] += 1
    return replace(
        view, levels=tuple(_level(level, kept[level.level], change[level.level], now) for level in view.levels)
    )


def _level(level: LevelView, rows: Sequence[EscalationRow], change: int, now: datetime) -> LevelView:
    shown = tuple(sorted(rows, key=lambda row: _order(row, now)))
    clocks = [row for row in shown if row.state != "resolved"]
    late = sum(row.breaches_at <= now for row in clocks)
    unseen = max(0, level.open + change - len(shown))
    return replace(
        level,
        open=max(len(clocks), level.open + change - (len(shown) - len(clocks))),
        breached=late if not unseen else max(late, level.breached),
        next_breach=min((row.breaches_at for row in clocks if row.breaches_at > now), default=None),
        rows=shown,
    )


def _order(row: EscalationRow, now: datetime) -> tuple[int, float, str]:
    """What went late last, then what breaches soonest, then what a person has set aside."""
    if row.state == "resolved":
        return 2, row.breaches_at.timestamp(), row.id
    if row.breaches_at <= now:
        return 0, -row.breaches_at.timestamp(), row.id
    return 1, row.breaches_at.timestamp() // 1, row.id


def _row(one: Escalation, evidence: Sequence[EscalationRow], history: History, now: datetime) -> EscalationRow:
    own = next((row for row in evidence if row.id == one.subject), evidence[0] if evidence else None)
    rules = one.rules
    contacts = tuple(step.contact for step in rules.steps) if rules is not None else ()
    base = own or EscalationRow(
        one.subject, _subject(one.subject), one.title, one.level, one.state.value, one.triggered_at, one.breaches_at,
        contacts, reason=one.reason, link=one.link,
    )  # fmt: skip
    window = rules.window if rules is not None else timedelta()
    told = history.forecast(one.source_level, now - one.triggered_at, window).sentence()
    return replace(
        base,
        id=one.subject,
        level=one.level,
        state=one.state.value,
        triggered_at=one.triggered_at,
        breaches_at=one.breaches_at,
        contacts=contacts or base.contacts,
        number=one.id,
        version=one.version,
        step=one.step,
        acknowledged_by=one.acknowledged_by,
        acknowledged_at=one.acknowledged_at,
        snoozed_by=one.snoozed_by,
        snoozed_until=one.snoozed_until,
        assignee=one.assignee.name if one.assignee is not None else None,
        next_step=one.next_step,
        next_at=one.next_at,
        previous=one.previous_id,
        members=tuple(member for member in one.members if member != one.subject),
        forecast=told,
        reason=base.reason or one.reason,
    )


def _set_aside(row: EscalationRow, one: Escalation) -> EscalationRow:
    return replace(
        row, state="resolved", number=one.id, version=one.version, resolved_by=one.resolved_by,
        resolution=one.resolution, reopens_at=one.reopens_at,
    )  # fmt: skip


def _subject(subject: str) -> str:
    kind, _, rest = subject.partition(":")
    return f"#{rest}" if kind == "issue" else "blocker" if kind == "blocker" else rest


def overridden(promises: Iterable[PromiseView], overrides: Sequence[Signature]) -> tuple[PromiseView, ...]:
    """The promises, those with a standing override taken as kept and marked as such."""
    latest = {one.subject: one for one in overrides}
    return tuple(_override(one, latest.get(f"{one.kind}:{one.id}")) for one in promises)


def _override(promise: PromiseView, signed: Signature | None) -> PromiseView:
    verdict = promise.verdict
    if signed is None or verdict.mark is Mark.MET:
        return promise
    until = f" until {signed.until:%Y-%m-%d %H:%M} UTC" if signed.until is not None else ""
    reason = f"overridden by {signed.by}{until}: {signed.reason} (it is {verdict.mark}: {verdict.reason})"
    return replace(promise, verdict=replace(verdict, mark=Mark.OVERRIDDEN, reason=reason))
