"""What was known when the program last ended stands, marked with its age, until a source says more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from vauntico_tui.evidence.reading import SourceStatus, State, Trouble
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.view.model import CiView, EscalationsView, IssuesView, KpiView, PromiseView, View

Part = TypeVar("Part", IssuesView, CiView, EscalationsView, KpiView, SourceStatus)


def carry(view: View, last: View) -> View:
    """`view` with what it never read taken from `last`, a picture from disk of the same config. A part that is not
    configured is not taken; a failure keeps its own cause."""
    return replace(
        view,
        repository=view.repository or last.repository,
        repository_url=view.repository_url or last.repository_url,
        sources=tuple(_source(one, last) for one in view.sources),
        issues=_part(view.issues, last.issues),
        ci=_part(view.ci, last.ci),
        kpis=_kpis(view.kpis, last.kpis),
        escalations=_part(view.escalations, last.escalations),
        blockers=_promises(view.blockers, last.blockers),
        targets=_promises(view.targets, last.targets),
        deliverables=_promises(view.deliverables, last.deliverables),
        outcomes=_promises(view.outcomes, last.outcomes),
        approvals=_promises(view.approvals, last.approvals),
    )


def all_read(view: View) -> bool:
    """Whether every configured source has answered: nothing is left to carry."""
    return all(one.as_of is not None or one.state is State.OFF for one in view.sources)


def _waits(state: State, as_of: datetime | None) -> bool:
    return as_of is None and state in {State.LOADING, State.FAILED}


def _part(now: Part, before: Part) -> Part:
    if not _waits(now.state, now.as_of) or before.as_of is None:
        return now
    return _marked(before, now.state, now.trouble)


def _marked(before: Part, state: State, trouble: Trouble | None) -> Part:
    return replace(before, state=State.STALE if state is State.LOADING else state, trouble=trouble)


def _source(now: SourceStatus, last: View) -> SourceStatus:
    """A source that has failed since keeps the time of its last good answer; one that loads is still loading."""
    before = next((one for one in last.sources if one.id == now.id), None)
    if now.state is State.FAILED and now.as_of is None and before is not None:
        return replace(now, as_of=before.as_of)
    return now


def _kpis(now: tuple[KpiView, ...], before: tuple[KpiView, ...]) -> tuple[KpiView, ...]:
    """A query of which nothing is known yet has one row; it may have had several, one a series."""
    known: dict[str, list[KpiView]] = {}
    for one in before:
        known.setdefault(one.query, []).append(one)
    rows: list[KpiView] = []
    for one in now:
        olds = [old for old in known.get(one.query, []) if old.as_of is not None]
        if _waits(one.state, one.as_of) and olds:
            rows += [_marked(old, one.state, one.trouble) for old in olds]
        else:
            rows.append(one)
    return tuple(rows)


def _promises(now: tuple[PromiseView, ...], before: tuple[PromiseView, ...]) -> tuple[PromiseView, ...]:
    known = {one.id: one for one in before if one.verdict.as_of is not None}
    return tuple(_promise(one, known.get(one.id)) for one in now)


def _promise(now: PromiseView, before: PromiseView | None) -> PromiseView:
    """The same check's last verdict, for one that rests on nothing yet."""
    if before is None or now.verdict.mark is not Mark.UNKNOWN or now.verdict.as_of is not None:
        return now
    if now.check != before.check:
        return now
    return replace(now, verdict=replace(before.verdict, stale=True), trend=now.trend or before.trend)
