"""Remediation through the war room's one door: read-only mode, approvals and captured targets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.actions.remedy.rig import APPROVAL, Place
from vauntico_tui.actions.registry import BY_ID, Target
from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.warroom import WarRoom, open_room

BLOCKER = Subject("blocker", "jest-configuration-fix", "Jest Configuration Fix")


@asynccontextmanager
async def at_the_box(folder: Path, more: str = "") -> AsyncIterator[tuple[Place, Callable[[], WarRoom]]]:
    """A box, and what opens a war room at it."""
    place = Place(folder)
    config = folder / "config.toml"
    config.write_text(
        f'{more}\n[github]\nrepository = "vauntico/vauntico"\nurl = "{place.box.urls["github"]}"\n'
        f'token_file = "{place.token}"\n[escalation]\nme = "ada"\n'
    )
    rooms: list[WarRoom] = []

    def opened() -> WarRoom:
        rooms.append(open_room(config, state_dir=folder))
        return rooms[-1]

    try:
        yield place, opened
    finally:
        for room in rooms:
            room.close()
        await place.close()


async def test_a_read_only_room_plans_and_does_nothing(tmp_path: Path) -> None:
    async with at_the_box(tmp_path, "read_only = true") as (place, opened):
        room = opened()
        plan = await room.remedy.plan("jest-configuration-fix", BLOCKER, {})
        assert plan.steps
        before = place.box.picture()
        for action in ("runbook.run", "runbook.resume", "runbook.undo", "runbook.cancel"):
            args = {"plan": plan.id} if action == "runbook.run" else {"execution": plan.id}
            assert "read-only" in (room.disabled(BY_ID[action], None) or "")
            done = await room.perform(action, None, **args)
            assert (done.ok, done.code) == (False, "not_allowed")
        assert "read-only" in (room.remedy.why_not(plan.id) or "")
        done = await room.remedy.run(plan.id, by="ada", secrets={}, confirm=_yes)  # past the door: the same
        assert (done.ok, done.code) == (False, "not_allowed")
        assert place.box.picture() == before


async def _yes(_question: str) -> bool:
    return True


async def test_a_missing_approval_keeps_it_off_until_a_lead_overrides(tmp_path: Path) -> None:
    async with at_the_box(tmp_path) as (_place, opened):
        room = opened()
        plan = await room.remedy.plan("jest-configuration-fix", BLOCKER, {})
        assert APPROVAL in [gate.id for gate in plan.gates]
        done = await room.perform("runbook.run", None, plan=plan.id)
        assert (done.ok, done.code) == (False, "not_allowed")
        assert "Hotfix deployment strategy approval" in done.message
        approval = Target("approval", APPROVAL, "Hotfix deployment strategy approval")
        signed = await room.perform("verdict.override", approval, until="1 h", reason="the CEO is on a plane")
        assert signed.ok, signed.message
        again = await room.remedy.plan("jest-configuration-fix", BLOCKER, {})
        assert again.gates[0].open
        assert again.gates[0].said.startswith("overridden by ada until ")
        assert room.remedy.why_not(again.id) is None
        begun = await room.perform("runbook.run", None, plan=again.id, wait="no")
        assert (begun.ok, begun.message) == (True, f"{again.title}: begun")
        (running,) = room.remedy.running
        assert "the CEO is on a plane" in running.override
        await room.remedy.leave()


async def test_a_plan_is_run_for_what_it_was_made_for(tmp_path: Path) -> None:
    async with at_the_box(tmp_path) as (_place, opened):
        room = opened()
        plan = await room.remedy.plan("jest-configuration-fix", BLOCKER, {})
        other = Target("blocker", "basic-monitoring-setup", "Basic Monitoring Setup")
        done = await room.perform("runbook.run", other, plan=plan.id)
        assert (done.ok, done.message) == (False, "that plan is not for Basic Monitoring Setup")


@pytest.mark.parametrize(("action", "args"), [
    ("runbook.run", {"plan": "none"}), ("runbook.run", {}), ("runbook.resume", {"execution": "none"}),
    ("runbook.undo", {}), ("runbook.cancel", {"execution": "none"}),
])  # fmt: skip
async def test_what_there_is_not_is_refused(tmp_path: Path, action: str, args: dict[str, str]) -> None:
    async with at_the_box(tmp_path) as (_place, opened):
        done = await opened().perform(action, None, **args)
        assert (done.ok, done.code) == (False, "refused")


async def test_runbooks_are_offered_for_what_they_are_bound_to(tmp_path: Path) -> None:
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "broken.toml").write_text("[[runbooks]]\nid = 1\n")
    async with at_the_box(tmp_path) as (_place, opened):
        remedy = opened().remedy
        assert "jest-configuration-fix" in [one.id for one in remedy.bound_to(BLOCKER)]
        failed = [one.id for one in remedy.bound_to(Subject("run", "12", "CI"), "failed")]
        assert "rerun-failed" in failed
        assert "cancel-run" not in failed
        assert remedy.problems()  # the broken file is told; the others stand
