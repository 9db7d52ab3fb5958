"""Log and comparison of a run of the box, read over its API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.tui.ci_by_hand.test_log import picked, press, says, shown
from tests.tui.screens.stage import staged
from vauntico_tui.actions.remedy.ci.reader import CiReader
from vauntico_tui.base.clock import FixedClock, SystemClock
from vauntico_tui.config.model import GitHub
from vauntico_tui.sim.box import Box
from vauntico_tui.sim.options import Options
from vauntico_tui.sim.world import pipeline
from vauntico_tui.sources.github.jobs import Job
from vauntico_tui.tui.screens import log
from vauntico_tui.tui.screens.compare import CompareScreen
from vauntico_tui.tui.screens.log import LogScreen
from vauntico_tui.tui.screens.sheet import Sheet


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    made = Box(Options(runs=60))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def reader(box: Box, tmp_path: Path) -> Iterator[CiReader]:
    (tmp_path / "token").write_text(box.token)
    made = CiReader(
        GitHub(repository="vauntico/vauntico", url=box.urls["github"], token_file=tmp_path / "token"), SystemClock()
    )
    yield made
    made.close()


async def test_the_log_and_what_changed(reader: CiReader) -> None:
    run = await reader.newest("build-verification.yml")

    def screen() -> LogScreen:
        return LogScreen(run.id, run.workflow, run.url)

    async with staged(screen, (80, 24), room=lambda room: setattr(room, "ci", reader)) as (stage, pilot):
        assert "ECONNREFUSED" in picked(stage)
        assert "Run integration tests" in says(stage)
        assert any("▸ ✓ Run migrations" in line for line in shown(stage))
        await press(stage, pilot, "c")
        assert isinstance(stage.screen, CompareScreen)
        text = stage.screen.query_one(Sheet).text
        assert "Run integration tests: success → failure" in text
        assert "Files" in text
        assert "ubuntu" in text


async def test_a_rerun_is_followed_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FixedClock(datetime.now(UTC))
    box = Box(Options(runs=60), clock)
    box.start()
    (tmp_path / "token").write_text(box.token)
    config = GitHub(repository="vauntico/vauntico", url=box.urls["github"], token_file=tmp_path / "token")
    reader = CiReader(config, SystemClock())
    run = await reader.newest("build-verification.yml")
    with box.world.lock:
        pipeline.rerun(box.world, box.world.runs[run.id], "devops", failed_only=True)
    asked: list[int] = []
    look = reader.job

    async def later(job_id: int) -> Job:
        asked.append(job_id)
        clock.at += timedelta(seconds=60)
        return await look(job_id)

    monkeypatch.setattr(log, "FOLLOW", 0)
    monkeypatch.setattr(reader, "job", later)
    clock.at += timedelta(seconds=30)

    def screen() -> LogScreen:
        return LogScreen(run.id, run.workflow, run.url)

    try:
        async with staged(screen, (80, 24), room=lambda room: setattr(room, "ci", reader)) as (stage, _):
            assert asked
            assert isinstance(stage.screen, LogScreen)
            assert stage.screen.job is not None
            assert stage.screen.job.attempt == run.attempt + 1
            assert "ECONNREFUSED" in picked(stage)
    finally:
        reader.close()
        box.stop()
