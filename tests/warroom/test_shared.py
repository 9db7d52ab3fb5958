"""Consoles of one journal: one asks the sources, the others hear; what is told arrives as it was."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journal.conftest import FilePlace, ServerPlace
from tests.warroom.test_journal import IssueHub, issue
from vauntico_tui.actions.desk import relay as relays
from vauntico_tui.actions.desk import shared
from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.desk.relay import FileRelay, JournalRelay, Relay, Said, name_of, pack, unpack
from vauntico_tui.actions.desk.shared import SharedHub
from vauntico_tui.base.clock import SystemClock
from vauntico_tui.config.load import load_config
from vauntico_tui.evidence.reading import State
from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.sim.child import start
from vauntico_tui.sources.hub import Hub
from vauntico_tui.warroom import plan_needs


async def until(so: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not so():  # noqa: ASYNC110  what is waited for tells nobody
            await asyncio.sleep(0.01)


async def test_everything_that_was_read_arrives_as_it_was() -> None:
    child = start(seed=2, speed=0)
    try:
        config = load_config(Path(child.config_path)).value
        hub = Hub(config, plan_needs(bundled_plan()), SystemClock())
        await hub.gather(30)
        said = Said(hub.readings, hub.statuses(), hub.budget)
        hub.close()
    finally:
        child.stop()
    assert said.readings.files
    assert unpack(pack(said)) == said


def test_what_another_version_wrote_is_nothing() -> None:
    assert unpack(b"not even zlib") is None
    assert unpack(zlib.compress(b"no message")) is None
    assert unpack(b"") is None


def relay(kind: str, desk: Desk, folder: Path) -> Relay:
    return FileRelay(folder, "readings x") if kind == "files" else JournalRelay(desk, "readings x")


@pytest.mark.parametrize("kind", ["journal", "files"])
async def test_one_asks_and_the_others_hear(
    place: FilePlace | ServerPlace, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "LOOK", 0.02)
    monkeypatch.setattr(relays, "SPAN", timedelta(seconds=1))
    place.set(None)
    hubs = [IssueHub(), IssueHub()]
    desks = [Desk(place.url, state_dir=tmp_path / str(at), console=f"console {at}") for at in range(2)]
    first, second = (
        SharedHub(hub, relay(kind, desk, tmp_path))  # type: ignore[arg-type]
        for hub, desk in zip(hubs, desks, strict=True)
    )
    running = [asyncio.create_task(first.run(lambda: None))]
    await hubs[0].running.wait()
    heard: list[None] = []
    running.append(asyncio.create_task(second.run(lambda: heard.append(None))))
    hubs[0].say(issue(1), issue(2))
    await until(lambda: second.readings.issues.value is not None and len(second.readings.issues.value.issues) == 2)
    assert heard
    assert not hubs[1].running.is_set()
    assert second.statuses() == first.statuses()
    hubs[1].state = State.LOADING
    first.close()
    await running[0]
    await hubs[1].running.wait()  # its turn
    known = second.readings.issues.value
    assert known is not None  # what was heard stays until its own sources have answered
    assert len(known.issues) == 2
    hubs[1].say(issue(3))
    assert second.readings is hubs[1].readings
    second.close()
    await running[1]
    for desk in desks:
        desk.close()


def modes(folder: Path) -> list[int]:
    return [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()]


async def test_files_are_written_only_while_somebody_listens(tmp_path: Path) -> None:
    first, second, third = (FileRelay(tmp_path, "readings x") for _ in range(3))
    hub = IssueHub()
    said = Said(hub.readings, hub.statuses(), None)
    assert await first.asks()
    assert not await first.tell(said)
    assert await second.hear() is None
    assert not await second.asks()
    assert not await third.asks()
    assert await first.tell(said)
    assert await second.hear() == said
    assert await second.hear() is None
    assert await third.hear() == said
    assert set(await asyncio.to_thread(modes, tmp_path)) == {0o600}
    first.close()
    assert await second.asks()
    assert not await third.asks()
    assert await third.hear() is None  # what the one before said is gone
    second.close()
    third.close()


def test_a_console_that_is_killed_leaves_its_turn_at_once(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from vauntico_tui.actions.desk.relay import FileRelay\n"
        "relay = FileRelay(Path(sys.argv[1]), 'readings x'); print(asyncio.run(relay.asks()), flush=True); input()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    mine = FileRelay(tmp_path, "readings x")
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "True\n"
        assert not asyncio.run(mine.asks())
    finally:
        child.kill()
        child.communicate()
    assert asyncio.run(mine.asks())
    mine.close()


async def test_a_folder_that_is_not_there_keeps_nobody_from_asking(tmp_path: Path) -> None:
    hub = IssueHub()
    for _ in range(2):
        lone = FileRelay(tmp_path / "none", "readings x")
        assert await lone.asks()
        assert not await lone.tell(Said(hub.readings, hub.statuses(), None))


def test_consoles_that_read_other_things_do_not_mix() -> None:
    assert name_of(["github", "files a"]) == name_of(["github", "files a"])
    assert len({name_of(["a", "b"]), name_of(["a b"]), name_of(["a"]), name_of(["b", "a"])}) == 4
