"""How the team did: times to acknowledge and to resolve, breaches, forgotten acknowledgements, by level and week; pages
by person and night.

Each fact counts in the week in which it happened, so a week that is over never changes: an acknowledgement in the week
of the acknowledgement, a resolution in that of the resolution.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo

from vauntico_tui.escalation.state import Escalation, Kind


@dataclass(frozen=True, slots=True)
class Act:
    """An event of one escalation, with the level that it left behind."""

    kind: str
    at: datetime
    level: int
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One escalation's life. `began` is when somebody could first know of it; `breaches` are the windows that passed
    while it was open, each as its level and when."""

    level: int
    triggered_at: datetime
    began: datetime
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    merged: bool = False
    breaches: tuple[tuple[int, datetime], ...] = ()
    forgotten: tuple[tuple[int, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Something that disturbed one person, accepted by a receiver at `at`. Two ways of reaching the same person about
    the same turn of an escalation are one page: `turn` is the same."""

    person: str
    at: datetime
    level: int
    turn: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NightHours:
    """From `start` to `end` of a person's own clock; a night is named by the day on which it began."""

    start: time = time(22)
    end: time = time(7)

    def night_of(self, local: datetime) -> date | None:
        """The night of a local time, None by day."""
        clock = local.time()
        if self.start <= self.end:
            return local.date() if self.start <= clock < self.end else None
        if clock >= self.start:
            return local.date()
        return local.date() - timedelta(days=1) if clock < self.end else None


@dataclass(frozen=True, slots=True)
class Times:
    """Spans of time; None where there was none."""

    cases: int = 0
    mean: timedelta | None = None
    longest: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of figures: of a level and a week (its Monday), of one of them, or of all where both are None.

    `unacknowledged` were resolved without anybody having acknowledged: they are in no mean.
    """

    level: int | None
    week: date | None
    triggered: int = 0
    resolved: int = 0
    unacknowledged: int = 0
    breaches: int = 0
    forgotten: int = 0
    pages: int = 0
    to_acknowledge: Times = Times()
    to_resolve: Times = Times()


@dataclass(frozen=True, slots=True)
class Night:
    """Pages that one person got in one night."""

    night: date
    pages: int


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """One person's pages in the period. `nights` are those with a page, the latest first; `a_night` is the mean over
    all nights of the period."""

    person: str
    pages: int
    at_night: int
    nights: tuple[Night, ...]
    a_night: float


@dataclass(frozen=True, slots=True)
class Figures:
    """From `since` to `until`. Lines: latest week first, then the gravest level."""

    since: datetime
    until: datetime
    total: Line
    levels: tuple[Line, ...]
    weeks: tuple[Line, ...]
    lines: tuple[Line, ...]
    people: tuple[PersonFigures, ...]


def case_of(escalation: Escalation, acts: Iterable[Act], now: datetime) -> Case:
    """An escalation with its events, oldest first, as a case."""
    one = escalation
    began = max(one.triggered_at, one.noticed_at or one.triggered_at)
    acknowledged: datetime | None = None
    breaches: list[tuple[int, datetime]] = []
    forgotten: list[tuple[int, datetime]] = []
    before = one.source_level
    for act in acts:
        if act.kind == Kind.ACKNOWLEDGED and acknowledged is None:
            acknowledged = act.at
        elif act.kind == Kind.RETRIGGERED:
            forgotten.append((act.level, act.at))
        elif act.kind == Kind.PROMOTED:
            # A host that slept promotes over several levels in one event: the window of each of them passed.
            passed = (rules.level for rules in one.policy.levels if act.level < rules.level <= before)
            breaches += [(level, act.at) for level in sorted(passed, reverse=True)]
        before = act.level
    if one.breaches_at < (one.resolved_at or now):
        breaches.append((one.level, max(one.breaches_at, began)))
    return Case(
        one.source_level, one.triggered_at, began, acknowledged, one.resolved_at, one.merged_into is not None,
        tuple(breaches), tuple(forgotten),
    )  # fmt: skip


@dataclass(slots=True)
class _Sums:
    """What a line is counted in."""

    triggered: int = 0
    resolved: int = 0
    unacknowledged: int = 0
    breaches: int = 0
    forgotten: int = 0
    pages: int = 0
    acknowledging: list[timedelta] = field(default_factory=list)
    resolving: list[timedelta] = field(default_factory=list)


class _Table:
    """Counts a fact for its level and week, for each alone, and for all; what is outside the period counts nowhere."""

    def __init__(self, since: datetime, until: datetime, zone: tzinfo | None) -> None:
        self._since, self._until, self._zone = since, until, zone
        self._sums: defaultdict[tuple[int | None, date | None], _Sums] = defaultdict(_Sums)

    def at(self, level: int, when: datetime | None) -> tuple[_Sums, ...]:
        if when is None or not self._since <= when < self._until:
            return ()
        day = when.astimezone(self._zone).date()
        week = day - timedelta(days=day.weekday())
        return tuple(self._sums[key] for key in ((None, None), (level, None), (None, week), (level, week)))

    def lines(self) -> list[Line]:
        return [_line(level, week, sums) for (level, week), sums in self._sums.items()]


def figures(
    cases: Iterable[Case],
    pages: Iterable[Page],
    since: datetime,
    until: datetime,
    *,
    zone: tzinfo | None = None,
    zones: Mapping[str, tzinfo] | None = None,
    night: NightHours | None = None,
) -> Figures:
    """What happened from `since` to `until` (not included). Weeks are those of `zone` (None: the machine's); a person's
    night is that of their own zone in `zones`, else of `zone`."""
    table = _Table(since, until, zone)
    for case in cases:
        _count(table, case)
    counted = tuple(page for page in _once(pages) if since <= page.at < until)
    for page in counted:
        for sums in table.at(page.level, page.at):
            sums.pages += 1
    lines = sorted(table.lines(), key=_order)
    return Figures(
        since, until,
        next((line for line in lines if line.level is None and line.week is None), Line(None, None)),
        tuple(line for line in lines if line.level is not None and line.week is None),
        tuple(line for line in lines if line.level is None and line.week is not None),
        tuple(line for line in lines if line.level is not None and line.week is not None),
        _people(counted, max(1, round((until - since) / timedelta(days=1))), zone, zones or {}, night or NightHours()),
    )  # fmt: skip


def _count(table: _Table, case: Case) -> None:
    for sums in table.at(case.level, case.began):
        sums.triggered += 1
    if case.acknowledged_at is not None:
        for sums in table.at(case.level, case.acknowledged_at):
            sums.acknowledging.append(case.acknowledged_at - case.began)
    if case.resolved_at is not None and not case.merged:  # one that was merged goes on in the other
        for sums in table.at(case.level, case.resolved_at):
            sums.resolved += 1
            sums.unacknowledged += case.acknowledged_at is None
            sums.resolving.append(case.resolved_at - case.triggered_at)
    for level, at in case.breaches:
        for sums in table.at(level, at):
            sums.breaches += 1
    for level, at in case.forgotten:
        for sums in table.at(level, at):
            sums.forgotten += 1


def _once(pages: Iterable[Page]) -> Iterable[Page]:
    """The first page of each turn to each person."""
    first: dict[tuple[str, tuple[int, int]], Page] = {}
    for page in pages:
        known = first.setdefault((page.person, page.turn), page)
        if page.at < known.at:
            first[page.person, page.turn] = replace(known, at=page.at)
    return first.values()


def _people(
    pages: Iterable[Page], days: int, zone: tzinfo | None, zones: Mapping[str, tzinfo], night: NightHours
) -> tuple[PersonFigures, ...]:
    """Whoever was woken most often first."""
    count: Counter[str] = Counter()
    nights: defaultdict[str, Counter[date]] = defaultdict(Counter)
    for page in pages:
        count[page.person] += 1
        if (began := night.night_of(page.at.astimezone(zones.get(page.person, zone)))) is not None:
            nights[page.person][began] += 1
    found = [
        PersonFigures(
            person, pages_, nights[person].total(),
            tuple(Night(day, many) for day, many in sorted(nights[person].items(), reverse=True)),
            nights[person].total() / days,
        )
        for person, pages_ in count.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda it: (-it.at_night, -it.pages, it.person)))


def _line(level: int | None, week: date | None, sums: _Sums) -> Line:
    return Line(
        level, week, sums.triggered, sums.resolved, sums.unacknowledged, sums.breaches, sums.forgotten, sums.pages,
        _times(sums.acknowledging), _times(sums.resolving),
    )  # fmt: skip


def _times(spans: list[timedelta]) -> Times:
    return Times(len(spans), sum(spans, timedelta()) / len(spans), max(spans)) if spans else Times()


def _order(line: Line) -> tuple[int, int]:
    return -(line.week or date.min).toordinal(), line.level or 0
