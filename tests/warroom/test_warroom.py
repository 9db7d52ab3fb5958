"""The door: what is published and when, what is refused, what is kept on disk, and that leaving is instant."""

from __future__ import annotations

import asyncio
import stat
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from vauntico_tui import warroom
from vauntico_tui.actions.registry import ACTIONS, BY_ID, Target
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config import places
from vauntico_tui.config.load import load_config
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.facts import Readings, Repository, Series
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import Reading, SourceStatus, State, fresh
from vauntico_tui.plan.model import Kpi, Plan
from vauntico_tui.view import store
from vauntico_tui.view.model import View
from vauntico_tui.warroom import Done, WarRoom

NOW = datetime(2026, 3, 12, 14, 48, tzinfo=UTC)
PLAN = Plan(title="Ours", kpis=(Kpi(id="mrr", title="MRR", query="mrr", scale=0.5),))


class ScriptedHub:
    """A hub whose sources say what the test wants, when it wants."""

    def __init__(self) -> None:
        self.readings = Readings()
        self.budget = None
        self.paused = False
        self.state = State.LOADING
        self.as_of: datetime | None = None
        self.asked: list[str | None] = []
        self.closed = threading.Event()
        self.changed: Callable[[], None] = lambda: None
        self.running = asyncio.Event()
        self.failure: Exception | None = None
        self._end = asyncio.Event()

    def statuses(self) -> tuple[SourceStatus, ...]:
        return (SourceStatus("github", "GitHub", "GH", self.state, self.as_of),)

    async def run(self, changed: Callable[[], None]) -> None:
        self.changed = changed
        self.running.set()
        await self._end.wait()
        if self.failure is not None:
            raise self.failure

    async def gather(self, timeout: float) -> None:  # noqa: ASYNC109  as the hub has it
        self.answer("o/r")

    def answer(self, name: str, at: datetime = NOW) -> None:
        self.state, self.as_of = State.FRESH, at
        repository = Repository(name, "main", f"https://github.com/{name}")
        self.readings = replace(self.readings, repository=fresh(repository, at))
        self.changed()

    def need(self, more: Needs) -> None:
        """What it says is all that there is."""

    def refresh(self, source_id: str | None = None) -> None:
        self.asked.append(source_id)

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def close(self) -> None:
        self.closed.set()
        self._end.set()

    async def kpi_range(self, query: str, hours: float) -> Reading[tuple[Series, ...]]:
        return fresh((Series({}, ((0.0, hours), (1.0, 10.0))),), NOW)


def make_room(hub: ScriptedHub, folder: Path | None = None, **given: Any) -> WarRoom:
    config = given.pop("config", Config())
    settings: dict[str, Any] = {"plan_file": "bundled", "started_at": None, "clock": FixedClock(NOW), **given}
    return WarRoom(config, PLAN, hub=hub, state_dir=folder, **settings)  # type: ignore[arg-type]


@pytest.fixture
def hub() -> ScriptedHub:
    return ScriptedHub()


@pytest.fixture
async def room(hub: ScriptedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WarRoom]:
    """A war room that runs, with no gap between its pictures."""
    monkeypatch.setattr(warroom, "GAP", 0)
    made = make_room(hub, tmp_path / "state")
    running = asyncio.create_task(made.run())
    await hub.running.wait()
    yield made
    made.close()
    await running


async def told(room: WarRoom) -> View:
    """The next picture."""
    heard: asyncio.Future[View] = asyncio.get_running_loop().create_future()
    leave = room.subscribe(lambda view: None if heard.done() else heard.set_result(view))
    try:
        async with asyncio.timeout(10):
            return await heard
    finally:
        leave()


async def test_a_new_picture_is_told_when_something_is_known(room: WarRoom, hub: ScriptedHub) -> None:
    hub.answer("o/r")
    view = await told(room)
    assert view.repository == "o/r"
    assert room.view is view


async def test_nothing_is_told_when_only_the_time_is_another(hub: ScriptedHub) -> None:
    clock = FixedClock(NOW)
    room = make_room(hub, clock=clock)
    heard: list[View] = []
    room.subscribe(heard.append)
    await room.gather(1)
    clock.at += timedelta(seconds=1)
    await room.gather(1)
    assert len(heard) == 1


async def test_a_burst_of_answers_is_one_picture(hub: ScriptedHub) -> None:
    room = make_room(hub)
    heard: list[View] = []
    room.subscribe(heard.append)
    running = asyncio.create_task(room.run())
    await hub.running.wait()
    for number in range(100):
        hub.answer(f"o/r{number}")
    await told(room)
    assert [view.repository for view in heard] == ["o/r99"]
    room.close()
    await running


async def test_who_has_left_is_told_no_more(hub: ScriptedHub) -> None:
    room = make_room(hub)
    heard: list[View] = []
    leave = room.subscribe(heard.append)
    leave()
    leave()
    await room.gather(1)
    assert heard == []


async def test_an_answer_may_come_from_any_thread(room: WarRoom, hub: ScriptedHub) -> None:
    thread = threading.Thread(target=hub.answer, args=("o/r",))
    thread.start()
    assert (await told(room)).repository == "o/r"
    thread.join()


async def test_the_sources_own_failure_ends_the_run_with_it(hub: ScriptedHub) -> None:
    room = make_room(hub)
    running = asyncio.create_task(room.run())
    await hub.running.wait()
    hub.failure = RuntimeError("broken")
    hub._end.set()
    with pytest.raises(RuntimeError, match="broken"):
        await running


# ---- actions -------------------------------------------------------------------------------------------------------


async def test_a_refresh_asks_all_or_the_source_that_was_meant(room: WarRoom, hub: ScriptedHub) -> None:
    assert (await room.perform("refresh.all")).ok
    assert (await room.perform("refresh.pane", Target("source", "github", "GitHub"))).ok
    assert (await room.perform("refresh.pane", Target("blocker", "db", "Database"))).ok
    assert hub.asked == [None, "github", None]


async def test_pause_is_seen_and_undone(room: WarRoom, hub: ScriptedHub) -> None:
    assert "paused" in (await room.perform("pause")).message
    assert (await told(room)).paused
    assert (await room.perform("pause")).ok
    assert not (await told(room)).paused


async def test_read_only_refuses_every_action_that_changes_something(hub: ScriptedHub, tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    room = make_room(hub, config=Config(read_only=True), config_file=file)
    row = Target("issue", "14", "x", "https://example.org")
    for action in ACTIONS:
        assert ("read-only" in (room.disabled(action, row) or "")) == action.mutates
        if action.mutates:
            done = await room.perform(action.id, row, at="2026-03-01T10:00:00+01:00")
            assert not done.ok
            assert "read-only" in done.message
    assert not file.exists()
    assert room.view.read_only


async def test_the_clocks_are_started_once_and_kept_in_the_config(hub: ScriptedHub, tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("# mine\n[plan]\n")
    room = make_room(hub, config_file=file)
    assert room.view.plan.started_at is None
    done = await room.perform("plan.start")
    assert done.ok, done
    assert load_config(file).value.plan.started_at == NOW
    assert file.read_text().startswith("# mine\n")
    again = await room.perform("plan.start")
    assert not again.ok
    assert "run already" in again.message
    assert "run already" in (room.disabled(BY_ID["plan.start"], None) or "")
    moved = await room.perform("plan.start", at="2026-03-01T10:00:00+01:00")
    assert moved == Done(True, "the clocks run since 2026-03-01T09:00:00Z")
    assert (await room.gather(1)).plan.started_at == datetime(2026, 3, 1, 9, tzinfo=UTC)


async def test_a_start_that_cannot_be_kept_is_said(hub: ScriptedHub, tmp_path: Path) -> None:
    assert "init" in (make_room(hub).disabled(BY_ID["plan.start"], None) or "")
    (tmp_path / "c.toml").write_text("[plan")
    done = await make_room(hub, config_file=tmp_path / "c.toml").perform("plan.start")
    assert not done.ok
    assert "c.toml" in done.message


async def test_a_kpis_history_is_in_the_unit_in_which_it_is_shown(room: WarRoom) -> None:
    for kpi in ("mrr", "mrr:one series"):
        reading = await room.kpi_range(kpi, 24)
        assert reading.value is not None
        assert reading.value[0].points == ((0.0, 12.0), (1.0, 5.0))
    with pytest.raises(KeyError):
        await room.kpi_range("mr", 24)


# ---- on disk -------------------------------------------------------------------------------------------------------


async def test_the_last_picture_is_kept_and_comes_back_with_its_age(hub: ScriptedHub, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    room = make_room(hub, folder)
    await room.gather(1)
    room.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    last = store.load(folder / places.LAST_VIEW)
    assert last is not None
    assert last.repository == "o/r"
    assert last.sources[0].state is State.STALE
    config = Config.model_validate({"github": {"repository": "o/r"}})
    assert make_room(ScriptedHub(), folder, config=config, last=last).view.repository == "o/r"


async def test_another_repositorys_picture_is_not_taken(hub: ScriptedHub) -> None:
    await make_room(hub).gather(1)
    last = make_room(hub).view
    assert last.repository == "o/r"
    other = Config.model_validate({"github": {"repository": "o/other"}})
    assert make_room(ScriptedHub(), config=other, last=last).view.repository is None


async def test_an_empty_picture_never_replaces_a_full_one(tmp_path: Path) -> None:
    room = make_room(ScriptedHub(), tmp_path)
    room.close()
    assert not (tmp_path / places.LAST_VIEW).exists()


async def test_a_folder_that_cannot_be_used_is_said_and_never_fatal(hub: ScriptedHub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    room = make_room(hub, tmp_path / "file" / "state")
    view = await room.gather(1)
    room.close()
    assert "not kept" in view.notices[0]


async def test_a_full_disk_is_said_and_never_fatal(
    hub: ScriptedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(view: View, path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "save", full)
    room = make_room(hub, tmp_path)
    await room.gather(1)
    room.close()
    hub.answer("o/r", NOW + timedelta(seconds=1))
    view = await room.gather(1)
    assert "No space left on device" in view.notices[0]


async def test_leaving_waits_for_no_disk(hub: ScriptedHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(store, "save", lambda view, path: release.wait())
    room = make_room(hub, tmp_path)
    await room.gather(1)
    began = time.monotonic()
    room.close()
    room.close()
    release.set()
    assert time.monotonic() - began < 10  # a hanging disk would hang for ever
    assert hub.closed.is_set()
