"""The one door: what a face may ask, what it may do, what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from vauntico_tui.actions.desk.back import LastDone
from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.desk.detail import EscalationDetail, detail
from vauntico_tui.actions.desk.known import Known
from vauntico_tui.actions.desk.office import Office, console_name
from vauntico_tui.actions.desk.words import together
from vauntico_tui.actions.perform import Done, Executor, missing, perform
from vauntico_tui.actions.registry import ACTIONS, BY_ID, Action, Target
from vauntico_tui.actions.remedy.ci.reader import CiReader
from vauntico_tui.actions.remedy.remedy import Remedy
from vauntico_tui.actions.remedy.room import Room
from vauntico_tui.base.clock import Clock, SystemClock
from vauntico_tui.base.problems import Problem
from vauntico_tui.config import places
from vauntico_tui.escalation.evidence_now import Evidence, evidence_now
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.evidence.needs import Needs, needs_of
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.journal.answers import JournalError
from vauntico_tui.view import store
from vauntico_tui.view.build import build_view
from vauntico_tui.view.carry import all_read, carry
from vauntico_tui.view.keeping import LastPicture
from vauntico_tui.view.model import OnCallView, View
from vauntico_tui.view.oncall import on_call_view

if TYPE_CHECKING:
    from vauntico_tui.actions.desk.shared import SharedHub
    from vauntico_tui.actions.keeper.paging import Gap, Paging
    from vauntico_tui.config.model import Config
    from vauntico_tui.evidence.facts import IssueDetail, Series
    from vauntico_tui.plan.model import Plan
    from vauntico_tui.sources.hub import Hub

__all__ = ["Done", "WarRoom", "open_room", "plan_needs", "together"]

Listener = Callable[[View], None]

GAP = 0.25  # seconds between two Views at least: a burst of answers becomes one picture
RETHINK = 15.0  # seconds after which verdicts are looked at again though nothing came: windows move with the clock
ROUND = 0.5  # seconds in which the answers of one round of questions come together, once all were answered before
QUICK = 0.005  # seconds; a picture that takes longer is drawn in a thread

_RUNS = frozenset({"runbook.run", "runbook.resume"})
_RUNNING = "the clocks run already; `vauntico-tui plan start TIME` moves them"


class WarRoom:
    """Joins plan and sources into one View at a time, tells it to whoever subscribed, and does what is asked.

    Everything but `close` belongs to one event loop. `state_dir` None keeps nothing on disk; `config_file` None has
    nowhere to write settings to.
    """

    def __init__(
        self,
        config: Config,
        plan: Plan,
        *,
        plan_file: str,
        started_at: datetime | None,
        clock: Clock,
        hub: Hub | SharedHub,
        state_dir: Path | None,
        demo: bool = False,
        config_file: Path | None = None,
        last: View | None = None,
        notices: Iterable[str] = (),
        desk: Desk | None = None,
        paging: Paging | None = None,
    ) -> None:
        self._config, self._plan, self._plan_file, self._started_at = config, plan, plan_file, started_at
        self._clock, self._hub, self._demo, self._config_file = clock, hub, demo, config_file
        self._listeners: list[Listener] = []
        self._wake: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gathering: asyncio.TimerHandle | None = None
        self._closed = False
        self._notices = tuple(dict.fromkeys(notices))
        self._cost = 0.0
        self._picture = LastPicture(state_dir, self._changed)
        self._last = last if last is not None and last.repository in {None, config.github.repository} else None
        self.office = Office(config, paging, desk, clock, self.row) if desk is not None and paging is not None else None
        self.ci = CiReader(config.github, clock)
        self._view = self._build(last)
        self.remedy = Remedy(
            Room(
                config,
                plan,
                clock,
                desk=desk,
                config_file=config_file,
                readings=lambda: hub.readings,
                ask=hub.refresh,
                need=hub.need,
            )
        )
        self._executors: Mapping[str, Executor] = {
            **(self.office.executors if self.office is not None else {}),
            **self.remedy.executors,
            "refresh.all": self._do_refresh,
            "refresh.pane": self._do_refresh,
            "pause": self._do_pause,
            "plan.start": self._do_start,
        }

    # ---- what a face may ask -------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """The picture as it is now."""
        return self._view

    def row(self, subject: str) -> EscalationRow | None:
        """The escalation matrix' row of a subject, as it is shown."""
        rows = (row for level in self._view.escalations.levels for row in level.rows)
        return next((row for row in rows if row.id == subject or subject in row.members), None)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told every new View, in the event loop. Returns what ends the subscription."""
        self._listeners.append(listener)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return leave

    def actions(self) -> tuple[Action, ...]:
        """Every action, in the order of help."""
        return ACTIONS

    def disabled(self, action: Action, target: Target | None) -> str | None:
        """Why an action can't be done just now, as it is offered (without arguments), or None."""
        if action.id == "plan.start" and self._started_at is not None:
            return self._refused(action, target) or _RUNNING
        refused = self._refused(action, target)
        return refused or (self.office.why_not(action, target) if self.office is not None else None)

    def last_done(self) -> LastDone | None:
        """What undo would take back."""
        return self.office.last_done() if self.office is not None else None

    def _refused(self, action: Action, target: Target | None) -> str | None:
        """Why an action may not be done, whoever asks; `perform` lets nothing past it."""
        if action.mutates and self._config.read_only:
            return "the war room is read-only (read_only in the config)"
        if action.id == "plan.start" and self._config_file is None:
            return "there is no config to keep it in; `vauntico-tui init` writes one"
        return missing(action, target)

    def on_call(self, now: datetime) -> tuple[OnCallView, ...]:
        """Who is paged first for each contact of the plan, and who after."""
        if self.office is None:
            return ()
        contacts = dict.fromkeys(contact for level in self._plan.levels for contact in level.contacts)
        return tuple(on_call_view(self.office.paging, contact, now) for contact in contacts)

    def gaps(self, start: datetime, end: datetime) -> tuple[Gap, ...]:
        """When nobody would be on call, before it happens."""
        return self.office.paging.gaps(start, end) if self.office is not None else ()

    async def issue_detail(self, number: int) -> Reading[IssueDetail]:
        """An issue's body and comments, read now."""
        return await self._hub.issue_detail(number)

    async def kpi_range(self, kpi_id: str, hours: float) -> Reading[tuple[Series, ...]]:
        """A KPI's history over the last `hours`, in the unit in which it is shown. Raises KeyError for no such KPI.

        A row of one series ("blind-spots:privacy") is asked for by its own id or its KPI's.
        """
        kpi = next((kpi for kpi in self._plan.kpis if kpi_id == kpi.id or kpi_id.startswith(f"{kpi.id}:")), None)
        if kpi is None:
            raise KeyError(kpi_id)
        reading = await self._hub.kpi_range(kpi.query, hours)
        if reading.value is None or kpi.scale == 1:
            return reading
        scaled = (
            replace(series, points=tuple((at, value * kpi.scale) for at, value in series.points))
            for series in reading.value
        )
        return replace(reading, value=tuple(scaled))

    # ---- what it may do ------------------------------------------------------------------------------------------

    async def perform(self, action_id: str, target: Target | None = None, **args: str) -> Done:
        """Do an action. Read-only mode and every other refusal live here and nowhere else."""
        if action_id in _RUNS and self.office is not None:
            self.office.ran()
        done = await perform(action_id, target, args, executors=self._executors, why=self._refused)
        action = BY_ID.get(action_id)
        forbidden = not done.ok and self._config.read_only and action is not None and action.mutates
        return replace(done, code="not_allowed") if forbidden else done

    async def escalation_detail(self, number: int) -> EscalationDetail | None:
        """Timeline, ledger and steps to come, read now. Raises JournalError."""
        return await self.office.desk.call(lambda journal: detail(journal, number)) if self.office is not None else None

    def one_press(self, count: int) -> None:
        """The last `count` actions were one press of a person: they are taken back as one."""
        if self.office is not None:
            self.office.together(count)

    async def summary(self) -> str:
        """What is open, why, and what was tried, for the next shift."""
        if self.office is None:
            return "this war room keeps no journal\n"
        try:
            return await self.office.summary()
        except JournalError as trouble:
            return f"the journal can't be read: {trouble}\n"

    def refresh(self, source_id: str | None = None) -> None:
        """Ask one source again, or all."""
        self._hub.refresh(source_id)

    def pause(self) -> None:
        """Stop asking the sources; what is shown ages."""
        self._hub.pause()
        self._changed()

    def resume(self) -> None:
        self._hub.resume()
        self._changed()

    async def _do_refresh(self, target: Target | None, _args: Mapping[str, str]) -> Done:
        source = target.id if target is not None and target.kind == "source" else None
        self.refresh(source)
        return Done(True, f"asking {target.title if source and target else 'every source'} again")

    async def _do_pause(self, _target: Target | None, _args: Mapping[str, str]) -> Done:
        if self._hub.paused:
            self.resume()
            return Done(True, "the sources are asked again")
        self.pause()
        return Done(True, "paused: nothing is asked until you go on")

    async def _do_start(self, _target: Target | None, args: Mapping[str, str]) -> Done:
        """Start the clocks now; `at` (ISO 8601 with its zone) starts them then, and moves those that run."""
        from vauntico_tui.config.write import instant, set_started_at  # noqa: PLC0415  only when it is pressed

        if self._started_at is not None and "at" not in args:
            return Done(False, _RUNNING)
        assert self._config_file is not None  # noqa: S101  `_refused` said so
        at = datetime.fromisoformat(args["at"]).astimezone(UTC) if "at" in args else self._clock.now()
        await asyncio.to_thread(set_started_at, self._config_file, at)
        self._started_at = at
        self._changed()
        return Done(True, f"the clocks run since {instant(at)}")

    # ---- what it is told -----------------------------------------------------------------------------------------

    async def run(self, *, keeping: bool = True) -> None:
        """Poll and publish until closed. Ends with the sources' own exception if they have one. Without `keeping`
        nobody is paged and nothing is brought into the journal: for a command that waits for a check."""
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        wake, office_of = self._wake, self.office if keeping else None
        office = asyncio.create_task(office_of.run(self._changed) if office_of is not None else _nothing())
        polling = asyncio.create_task(self._hub.run(self._told))
        polling.add_done_callback(lambda _: wake.set())
        tending = asyncio.create_task(self.remedy.tend() if keeping and not self._config.read_only else _nothing())
        try:
            while not self._closed:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(RETHINK):
                        await wake.wait()
                wake.clear()
                if polling.done():
                    break
                await self._renew()
                self.remedy.news()
                if keeping:
                    await self._settle()
                    self._picture.save(self._view)
                await asyncio.sleep(GAP)
        finally:
            tending.cancel()
            await self.remedy.leave()
            office.cancel()
            await asyncio.gather(office, tending, return_exceptions=True)
            if not polling.done():
                polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await polling

    async def gather(self, timeout: float) -> View:  # noqa: ASYNC109  the sources' own limit, not a cancellation
        """Ask every source once, for at most `timeout` seconds, and return the picture. A journal that is there is read
        too; none is begun for it."""
        desk = self.office.desk if self.office is not None else None
        if desk is not None and not desk.exists:
            desk.known = Known()  # nothing was ever written: nobody has signed anything
        looking = desk.look() if desk is not None and desk.exists else _nothing()
        calendar = self.office.paging.calendar if self.office is not None else None
        reading = calendar.refresh() if calendar is not None else _nothing()
        await asyncio.gather(self._hub.gather(timeout), looking, reading)
        await self._renew()
        self._picture.save(self._view)
        return self._view

    def close(self) -> None:
        """Stop at once, whatever hangs. The last picture is written if that takes no longer than a moment."""
        if self._closed:
            return
        self._closed = True
        self._hub.close()
        self.ci.close()
        self.remedy.close()
        if self.office is not None:
            self.office.close()
        self._changed()
        if writer := self._picture.save(self._view, now=True):
            writer.join(0.5)

    def _changed(self) -> None:
        """Something may look different now; safe from any thread."""
        if self._loop is not None and self._wake is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody looks any more
                self._loop.call_soon_threadsafe(self._wake.set)

    def _told(self) -> None:
        """A source said something. Where no first answer is awaited, one picture is drawn of many answers."""
        if self._loop is None or any(status.state is State.LOADING for status in self._view.sources):
            self._changed()
        elif self._gathering is None or self._gathering.when() <= self._loop.time():
            self._gathering = self._loop.call_later(ROUND, self._changed)

    def _build(self, previous: View | None) -> View:
        began = time.thread_time()
        hub = self._hub
        view = build_view(
            self._plan, self._plan_file, hub.readings, hub.statuses(), hub.budget, self._clock.now(),
            started_at=self._started_at, demo=self._demo, read_only=self._config.read_only, paused=hub.paused,
            previous=previous, prometheus_url=self._config.prometheus.url,
            known=self.office.known if self.office is not None else None,
            ahead=self.office.ahead if self.office is not None else timedelta(0),
        )  # fmt: skip
        if self._last is not None:
            self._last = None if all_read(view) else self._last
            view = carry(view, self._last) if self._last else view
        if notices := (*self._notices, *((self._picture.trouble,) if self._picture.trouble else ())):
            view = replace(view, notices=notices)
        self._cost = time.thread_time() - began
        return view

    async def _renew(self) -> None:
        """Draw a new picture; publish it if anything but its time is different."""
        old = self._view
        new = await asyncio.to_thread(self._build, old) if self._cost > QUICK else self._build(old)
        if replace(new, as_of=old.as_of) == old:
            return
        self._view = new
        for listener in tuple(self._listeners):
            listener(new)

    def evidence(self) -> Evidence:
        """What the readings prove just now. Slow with thousands of issues: call it in a thread."""
        return evidence_now(self._plan, self._hub.readings, self._view.blockers, started_at=self._started_at)

    async def settle_once(self) -> int:
        """Bring into the journal what was just gathered, for a command. Raises JournalError."""
        if self.office is None:
            return 0
        return await self.office.settle_once(await asyncio.to_thread(self.evidence))

    async def _settle(self) -> None:
        """Bring into the journal what evidence says. What can't be written is tried again with the next picture."""
        if self.office is not None:
            marks = tuple(one.verdict.mark for one in self._view.blockers)
            await self.office.settle(self.evidence, self._hub.readings, (marks, self._started_at))


async def _nothing() -> None:
    """In the place of what need not be done."""


def open_room(
    config_path: Path | None, *, demo: bool = False, clock: Clock | None = None, state_dir: Path | None = None
) -> WarRoom:
    """The war room of a config file (None: no config, so no source, and the bundled plan).

    Raises InputError with every problem of config and plan. Slow: call it after the first paint.
    """
    from vauntico_tui.actions.desk.shared import shared_hub  # noqa: PLC0415
    from vauntico_tui.actions.keeper.paging import paging_of  # noqa: PLC0415  pydantic
    from vauntico_tui.config.load import load_config  # noqa: PLC0415  pydantic
    from vauntico_tui.config.model import Config  # noqa: PLC0415
    from vauntico_tui.plan.bundled import bundled_plan  # noqa: PLC0415
    from vauntico_tui.plan.load import load_plan  # noqa: PLC0415
    from vauntico_tui.sources.calendar import OnCallCalendar  # noqa: PLC0415
    from vauntico_tui.sources.hub import Hub  # noqa: PLC0415  the clients

    config, warnings = Config(), tuple[Problem, ...]()
    if config_path is not None:
        parsed = load_config(config_path)
        config, warnings = parsed.value, parsed.warnings
    plan = load_plan(config.plan.file) if config.plan.file else bundled_plan()
    folder = state_dir or places.state_dir(config_path)
    ticking = clock or SystemClock()
    desk = Desk(config.journal.url, state_dir=folder, console=console_name())
    own = Hub(config, plan_needs(plan), ticking, folder)
    return WarRoom(
        config, plan,
        plan_file=str(config.plan.file or "bundled"), started_at=config.plan.started_at or plan.started_at,
        clock=ticking, hub=shared_hub(own, desk, config, plan_needs(plan)), state_dir=folder, demo=demo,
        config_file=config_path, last=store.load(folder / places.LAST_VIEW),
        notices=tuple(str(warning) for warning in warnings),
        desk=desk,
        paging=paging_of(config, plan, OnCallCalendar(config.oncall, config.people, ticking, folder)),
    )  # fmt: skip


def plan_needs(plan: Plan) -> Needs:
    """What must be read for the plan: what its checks look at, and its KPIs."""
    promises = (plan.blockers, plan.targets, plan.deliverables, plan.outcomes, plan.approvals)
    needs = needs_of(promise.check for group in promises for promise in group if promise.check is not None)
    return replace(needs, ranges=needs.ranges | {kpi.query for kpi in plan.kpis})
