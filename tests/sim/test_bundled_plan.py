"""The bundled plan over the box, through our own sources: a sensible mix, and each blocker can be cleared by acting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.sim.conftest import Ask
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.base.tomlfile import parse
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.evaluate import evaluate
from vauntico_tui.evidence.needs import needs_of
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.sim.main import config_text
from vauntico_tui.sources.hub import Hub


async def verdicts(ask: Ask, folder: Path) -> dict[str, Verdict]:
    """What the bundled plan's promises look like, by kind and id, after one round of every source."""
    token = folder / "token"
    token.write_text(ask.box.token)
    token.chmod(0o600)
    config = parse(Config, config_text(ask.box, token), "box.toml").value
    plan = bundled_plan()
    promises = {
        f"{kind}:{promise.id}": promise
        for kind in ("blockers", "targets", "deliverables", "outcomes", "approvals")
        for promise in getattr(plan, kind)
    }
    needs = needs_of([promise.check for promise in promises.values() if promise.check])
    hub = Hub(config, needs, ask.box.clock)
    try:
        await hub.gather(30)
        now = ask.box.clock.now()
        return {key: evaluate(one.check, hub.readings, now, subject=one.id) for key, one in promises.items()}
    finally:
        hub.close()


async def test_a_sensible_mix(ask: Ask, tmp_path: Path) -> None:
    found = await verdicts(ask, tmp_path)
    marks = Counter(verdict.mark for verdict in found.values())
    assert len(found) == 49
    assert marks[Mark.MET] >= 4
    assert marks[Mark.UNMET] > 30
    assert marks[Mark.UNKNOWN] <= 2
    assert {found[key].mark for key in found if key.startswith("blockers:")} == {Mark.UNMET}


async def test_the_four_blockers_can_be_cleared(make: Callable[..., Ask], tmp_path: Path) -> None:
    ask = make(speed=0)
    for fix in ("jest", "monitoring", "secrets", "database"):
        ask.knob("/act", act=fix)
    ask.knob("/advance", seconds=1200)
    for _ in range(2):  # the last three integration jobs must be green
        ask("POST", "/actions/workflows/build-verification.yml/dispatches", json={"ref": "main"})
        ask.knob("/advance", seconds=1200)
    found = await verdicts(ask, tmp_path)
    blockers = {key: verdict for key, verdict in found.items() if key.startswith("blockers:")}
    assert len(blockers) == 4
    assert {verdict.mark for verdict in blockers.values()} == {Mark.MET}, blockers


@pytest.mark.parametrize(
    ("acts", "promise"),
    [
        ([{"act": "nudge", "series": "coverage", "add": 30}], "targets:80-test-coverage"),
        ([{"act": "template"}], "deliverables:updated-pr-templates-with-monetization-phase"),
    ],
)
async def test_other_promises_can_be_kept_too(
    make: Callable[..., Ask], tmp_path: Path, acts: list[dict[str, object]], promise: str
) -> None:
    clock = FixedClock(datetime.now(UTC) - timedelta(minutes=1))
    ask = make(clock, speed=0)
    assert (await verdicts(ask, tmp_path))[promise].mark is Mark.UNMET
    for one in acts:
        ask.knob("/act", **one)
    clock.at += timedelta(seconds=30)
    assert (await verdicts(ask, tmp_path))[promise].mark is Mark.MET
