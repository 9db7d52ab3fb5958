"""All four blockers from red to green by keys, on the box; and what must be found nowhere is found nowhere."""

from __future__ import annotations

from pathlib import Path

from tests.remedy.keys import at_the_keys
from tests.remedy.stage import BLOCKERS, CANARY, going_on, stage, traces, watched
from vauntico_tui.evidence.verdict import Mark


async def test_four_blockers_from_red_to_green(tmp_path: Path) -> None:
    with stage(tmp_path) as it:
        async with at_the_keys(it) as keys:
            await keys.until(lambda: set(keys.marks().values()) == {Mark.UNMET}, "four red blockers")
            assert set(keys.marks()) == set(BLOCKERS)
            screen = await keys.plan(0, 1)
            assert screen.plan is not None
            assert screen.plan.runbook == "hotfix"
            assert "approval" in screen.why_not()
            before = len(it.writes)
            await keys.sign()
            assert len(it.writes) == before
            with going_on(it), watched() as seen:
                execution = await keys.run(CANARY)
                assert execution.mark == "done", (execution.outcome, [step.said for step in execution.steps])
                await keys.until(lambda: set(keys.marks().values()) == {Mark.MET}, "four green blockers")
                assert traces([tmp_path]) == []
                assert seen == []
            keys.picture()
            assert not [picture for picture in keys.pictures if CANARY in picture]
        assert traces([tmp_path]) == []
