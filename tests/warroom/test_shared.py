"""Consoles of one journal: one asks the sources, the others hear; what is told arrives as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journal.conftest import FilePlace, ServerPlace
from tests.warroom.test_journal import IssueHub, issue
from vauntico_tui.actions.desk import shared
from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.desk.shared import Said, SharedHub, pack, unpack
from vauntico_tui.base.clock import SystemClock
from vauntico_tui.config.load import load_config
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
    assert unpack("not even base 85: \x00") is None
    assert unpack("") is None


async def test_one_asks_and_the_others_hear(
    place: FilePlace | ServerPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "LOOK", 0.02)
    monkeypatch.setattr(shared, "SPAN", timedelta(seconds=1))
    place.set(None)
    hubs = [IssueHub(), IssueHub()]
    desks = [Desk(place.url, state_dir=tmp_path / str(at), console=f"console {at}") for at in range(2)]
    first, second = (SharedHub(hub, desk, "o/r") for hub, desk in zip(hubs, desks, strict=True))  # type: ignore[arg-type]
    running = [asyncio.create_task(first.run(lambda: None))]
    await hubs[0].running.wait()
    heard: list[None] = []
    running.append(asyncio.create_task(second.run(lambda: heard.append(None))))
    hubs[0].say(issue(1), issue(2))
    await until(lambda: second.readings.issues.value is not None and len(second.readings.issues.value.issues) == 2)
    assert heard
    assert not hubs[1].running.is_set()
    assert second.statuses() == first.statuses()
    first.close()
    await running[0]
    await hubs[1].running.wait()  # the lease has run out: now the other asks
    second.close()
    await running[1]
    for desk in desks:
        desk.close()
