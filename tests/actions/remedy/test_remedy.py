"""The door: a runbook planned, run, stopped, gone on with and taken back; each refusal in a sentence."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.actions.remedy.rig import APPROVAL, SECRETS, Place, book, bundled
from vauntico_tui.actions.remedy.model import Execution, Subject
from vauntico_tui.base.problems import InputError
from vauntico_tui.sim.world import changes

BRANCH = {"do": "branch", "name": "feature/one"}
FILE = {
    "do": "files", "branch": "feature/one", "message": "1: chore: a file",
    "edits": [{"edit": "put", "path": "a.txt", "text": "a\n"}],
}  # fmt: skip
PULL = {"do": "pull_request", "branch": "feature/one", "name": "1: chore: one"}
LATER = timedelta(minutes=1)


def marks(execution: Execution) -> list[str]:
    return [one.mark for one in execution.steps]


async def test_the_hotfix_runs_to_its_end_and_keeps_no_secret(place: Place, tmp_path: Path) -> None:
    ada = place.person()
    await ada.sign()
    plan = await ada.plan(bundled("hotfix"))
    assert plan.blocked == ()
    done = await ada.run(plan)
    assert (done.ok, done.message) == (True, "All four blockers at once: all 6 steps done")
    found = await ada.remedy.execution(plan.id)
    assert found is not None
    assert (found.mark, marks(found), found.plan) == ("done", ["done"] * 6, plan)
    assert await ada.remedy.executions() == ()
    assert [one.id for one in await ada.remedy.executions(open_only=False)] == [plan.id]
    assert ada.desk is not None
    assert (await ada.desk.call(lambda journal: journal.verify())).ok
    kept = _files(tmp_path)
    assert not [value for value in SECRETS.values() if value.encode() in kept]
    assert not [value for value in SECRETS.values() if value in repr(ada.told)]


def _files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_every_step_is_told_as_it_goes(place: Place) -> None:
    ada = place.person()
    assert (await ada.run(await ada.plan(book(BRANCH, FILE)))).ok
    seen = list(dict.fromkeys(tuple(marks(one)) for one in ada.told))
    assert seen == [
        ("to do", "to do"), ("running", "to do"), ("done", "to do"), ("done", "running"), ("done", "done"),
    ]  # fmt: skip


async def test_the_same_plan_has_the_same_digest(place: Place) -> None:
    ada = place.person()
    one, other = await ada.plan(book(BRANCH, FILE)), await ada.plan(book(BRANCH, FILE))
    assert one.id != other.id
    assert one.digest == other.digest
    third = await ada.plan(book(BRANCH, {**FILE, "message": "1: chore: another"}))
    assert third.digest != one.digest


async def test_planning_sends_nothing_and_begins_no_journal(place: Place, tmp_path: Path) -> None:
    before = place.box.picture()
    await place.person().plan(bundled("hotfix"))
    assert place.box.picture() == before
    assert not (tmp_path / "journal.sqlite").exists()


async def test_a_world_that_moved_stops_it_before_anything_is_sent(place: Place) -> None:
    ada, grace = place.person(), place.person("grace")
    plan = await ada.plan(book(BRANCH, FILE))
    await grace.run(await grace.plan(book(BRANCH, id="other")))
    before = place.box.picture()
    done = await ada.run(plan)
    assert (done.ok, done.code) == (False, "moved")
    assert "was created since" in done.message
    assert place.box.picture() == before
    assert await ada.remedy.executions() == ()  # nothing was done: there is nothing to go on with
    again = await ada.plan(book(BRANCH, FILE))
    assert [one.state for one in again.steps] == ["nothing", "ready"]
    assert (await ada.run(again)).ok


async def test_a_world_that_moves_in_between_is_planned_anew_and_confirmed(place: Place) -> None:
    ada = place.person()
    runbook = bundled("hotfix")
    await ada.sign()
    plan = await ada.plan(runbook)
    ada.remedy.listen(lambda one: ada.remedy.cancel(one.id) if one.steps[0].mark == "done" else None)
    assert (await ada.run(plan)).code == "cancelled"
    with place.box.world.lock:
        text = {"server-v2/jest.config.js": b"module.exports = {\n  verbose: true,\n};\n"}
        changes.commit_files(place.box.world, "hotfix/critical-deployment-blockers", text, "theirs", "backend-dev")
    grace = place.person("grace")
    done = await grace.resume(plan.id)
    assert (done.ok, done.code) == (False, "moved")
    shown = await grace.remedy.replan(plan.id)
    assert shown.digest != plan.digest
    assert shown.steps[0].state == "nothing"
    assert (await grace.resume(plan.id, digest="another")).code == "moved"
    done = await grace.resume(plan.id, digest=(await grace.remedy.replan(plan.id)).digest)
    assert done.ok, done.message
    assert "verbose: true" in (place.box.world.git.text("main", "server-v2/jest.config.js") or "")


async def test_the_second_is_told_who_runs_it(place: Place) -> None:
    ada, grace = place.person(), place.person("grace")
    runbook = book({"do": "person", "text": "Look at it."}, BRANCH)
    subject = Subject("blocker", "jest-configuration-fix", "Jest")
    asked, answer = asyncio.Event(), asyncio.Event()

    async def confirm(_question: str) -> bool:
        asked.set()
        await answer.wait()
        return True

    first = await ada.plan(runbook.model_copy(update={"verify": None}))
    ada.remedy.hand_over(first.id, {}, confirm)
    running = asyncio.create_task(ada.remedy.executors["runbook.run"](None, {"plan": first.id}))
    await asked.wait()
    refused = await grace.run(await grace.plan(runbook))
    assert (refused.ok, refused.code) == (False, "lost")
    assert refused.message.startswith("ada runs it on ada's console, begun ")
    assert (await grace.undo(first.id)).code in {"lost", "refused"}
    assert (await grace.resume(first.id)).code in {"lost", "refused"}
    other = await grace.run(await grace.plan(runbook, subject))
    assert other.code == "lost", "the branch is the same, whatever it was started for"
    answer.set()
    assert (await running).ok
    assert (await grace.run(await grace.plan(runbook))).ok


async def test_a_plan_runs_once(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book(BRANCH))
    assert (await ada.run(plan)).ok
    done = await ada.run(plan)
    assert (done.ok, done.code, done.message) == (False, "lost", "Mine: it is done now, by ada; look again")


async def test_cancelled_between_requests_and_gone_on_with(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book(BRANCH, FILE))
    leave = ada.remedy.listen(lambda one: ada.remedy.cancel(one.id) if one.steps[0].mark == "done" else None)
    done = await ada.run(plan)
    leave()
    assert (done.ok, done.code) == (False, "cancelled")
    (found,) = await ada.remedy.executions()
    assert (found.mark, marks(found)) == ("cancelled", ["done", "to do"])
    assert not ada.remedy.cancel(plan.id).ok  # it does not run any more
    with pytest.raises(InputError, match="no runbook"):
        await ada.remedy.replan(plan.id)  # of a test's own, in no library
    assert (await place.person("grace").resume(plan.id)).ok


async def test_a_question_that_is_open_ends_with_a_cancel(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book({"do": "person", "text": "Look."}, BRANCH))
    asked = asyncio.Event()

    async def never(_question: str) -> bool:
        asked.set()
        await asyncio.Event().wait()
        return True

    ada.remedy.hand_over(plan.id, {}, never)
    running = asyncio.create_task(ada.remedy.executors["runbook.run"](None, {"plan": plan.id}))
    await asked.wait()
    assert ada.remedy.cancel(plan.id).ok
    assert (await running).code == "cancelled"
    (found,) = await ada.remedy.executions()
    assert (found.mark, marks(found)) == ("cancelled", ["cancelled", "to do"])


async def test_who_would_answer_is_gone(place: Place) -> None:
    """The screen ended with its question open: the execution is interrupted, and can be gone on with at once."""
    ada = place.person()
    plan = await ada.plan(book({"do": "person", "text": "Look."}, BRANCH))

    async def gone(_question: str) -> bool:
        raise asyncio.CancelledError

    ada.remedy.hand_over(plan.id, {}, gone)
    done = await ada.remedy.executors["runbook.run"](None, {"plan": plan.id})
    assert (done.ok, done.code) == (False, "cancelled")
    (found,) = await ada.remedy.executions()
    assert found.mark == "interrupted"
    assert (await place.person("grace").resume(plan.id)).ok


async def test_leaving_marks_it_interrupted_and_frees_it_at_once(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book(BRANCH, FILE))
    leaving: list[asyncio.Task[None]] = []

    def leave(one: Execution) -> None:
        if one.steps[0].mark == "done" and not leaving:
            leaving.append(asyncio.create_task(ada.remedy.leave()))

    ada.remedy.listen(leave)
    done = await ada.run(plan)
    await leaving[0]
    assert (done.ok, done.code) == (False, "cancelled")
    grace = place.person("grace")
    (found,) = await grace.remedy.executions()
    assert (found.mark, marks(found)) == ("interrupted", ["done", "to do"])
    assert (await grace.resume(plan.id)).ok


async def test_who_lost_the_lease_sends_nothing_more(place: Place) -> None:
    ada, grace = place.person(), place.person("grace", later=LATER)
    runbook = book({"do": "person", "text": "Look."}, BRANCH)
    plan = await ada.plan(runbook)
    asked, answer = asyncio.Event(), asyncio.Event()

    async def confirm(_question: str) -> bool:
        asked.set()
        await answer.wait()
        return True

    ada.remedy.hand_over(plan.id, {}, confirm)
    running = asyncio.create_task(ada.remedy.executors["runbook.run"](None, {"plan": plan.id}))
    await asked.wait()
    assert (await grace.resume(plan.id)).ok  # ada's machine slept: her lease has run out
    writes = place.writes()
    answer.set()
    done = await running
    assert (done.ok, done.code) == (False, "lost")
    assert place.writes() == writes


async def test_taken_back_the_world_is_as_before(place: Place) -> None:
    ada = place.person()
    before = place.box.picture()
    plan = await ada.plan(book(BRANCH, FILE, PULL))
    assert (await ada.run(plan)).ok
    assert place.box.picture() != before
    done = await place.person("grace").undo(plan.id)
    assert done.ok, done.message
    after = place.box.picture()
    assert after["branches"] == before["branches"]
    assert {one["state"] for one in after["pulls"].values() if one["title"] == "1: chore: one"} == {"closed"}
    found = await ada.remedy.execution(plan.id)
    assert found is not None
    assert (found.mark, marks(found)) == ("undone", ["undone"] * 3)
    assert (await ada.undo(plan.id)).code == "refused"


async def test_a_secret_stays_and_that_was_said_before(place: Place) -> None:
    ada = place.person()
    set_before = {"do": "secrets", "names": ["DATABASE_URL"]}
    assert (await ada.run(await ada.plan(book(set_before)))).ok
    plan = await ada.plan(book(set_before, BRANCH))
    assert not plan.steps[0].undo.can
    assert (await ada.run(plan)).ok
    done = await ada.undo(plan.id)
    assert done.ok
    assert "stays: " in done.message
    found = await ada.remedy.execution(plan.id)
    assert found is not None
    assert marks(found) == ["stays", "undone"]


async def test_a_merged_hotfix_is_taken_back_as_far_as_it_can_be(place: Place) -> None:
    place.box.world.secrets.clear()
    ada = place.person()
    await ada.sign()
    plan = await ada.plan(bundled("hotfix"))
    assert (await ada.run(plan)).ok
    found = await ada.remedy.execution(plan.id)
    assert found is not None
    merged = str(found.steps[4].result["number"])
    told = {way.index: way for way in await ada.remedy.undoing(found)}
    assert not told[2].can and told[2].how.startswith(f"#{merged} is merged"), "it is known beforehand"
    assert told[3].deletes == tuple(SECRETS) and told[3].how.startswith("DELETES the secrets STRIPE_SECRET_KEY, ")
    done = await ada.undo(plan.id)
    assert done.ok, done.message
    found = await ada.remedy.execution(plan.id)
    assert found is not None and found.mark == "undone"
    assert marks(found) == ["undone", "undone", "stays", "undone", "stays", "stays"]
    assert f"#{merged} is merged" in done.message and not place.box.world.secrets
    assert place.box.world.head("hotfix/critical-deployment-blockers") is None


async def test_what_a_person_has_merged_is_seen_before_anything_is_taken_back(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book(BRANCH, FILE, PULL))
    assert (await ada.run(plan)).ok
    found = await ada.remedy.execution(plan.id)
    assert found is not None and [way.can for way in await ada.remedy.undoing(found)] == [True] * 3
    with place.box.world.lock:
        theirs = next(one for one in place.box.world.pulls() if one.title == "1: chore: one")
        changes.merge_pull(place.box.world, theirs, "backend-dev")
    assert [way.can for way in await ada.remedy.undoing(found)] == [False, True, True]
    done = await ada.undo(plan.id)
    assert done.ok and "is merged" in done.message
    found = await ada.remedy.execution(plan.id)
    assert found is not None and marks(found) == ["undone", "undone", "stays"]


async def test_what_a_step_did_before_it_failed_is_taken_back_too(place: Place) -> None:
    place.box.world.secrets.clear()
    ada = place.person()
    plan = await ada.plan("set-secrets", names=",".join(SECRETS))
    place.box.faults.add("github", "status", path="*/secrets/PAYSTACK_SECRET_KEY", value=403)
    assert (await ada.run(plan)).code == "failed"
    found = await ada.remedy.execution(plan.id)
    assert found is not None and found.can_undo
    assert found.steps[0].result["new"] == [
        ["STRIPE_SECRET_KEY", "repository"],
        ["STRIPE_WEBHOOK_SECRET", "repository"],
    ]
    (way,) = await ada.remedy.undoing(found)
    assert way.deletes == ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")
    place.box.faults.clear()
    shown = await ada.remedy.replan(plan.id)
    assert (await ada.resume(plan.id, digest=shown.digest)).ok
    found = await ada.remedy.execution(plan.id)
    assert found is not None and len(found.steps[0].result["new"]) == 5, "those of the first try are still new ones"
    assert (await ada.undo(plan.id)).ok and not place.box.world.secrets


async def test_one_step_that_is_refused_keeps_no_other_from_being_taken_back(place: Place) -> None:
    place.box.world.secrets.clear()
    ada = place.person()
    plan = await ada.plan(book(BRANCH, {"do": "secrets", "names": ["DATABASE_URL"]}))
    assert plan.steps[1].undo.how == "DATABASE_URL is deleted: it was not there before"
    assert (await ada.run(plan)).ok
    place.box.faults.add("github", "status", path="*/secrets/DATABASE_URL", value=403)
    done = await ada.undo(plan.id)
    assert not done.ok and "undo goes on" in done.message
    found = await ada.remedy.execution(plan.id)
    assert found is not None and marks(found) == ["undone", "done"]
    place.box.faults.clear()
    assert (await ada.undo(plan.id)).ok and not place.box.world.secrets


async def test_no_hotfix_without_its_approval(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(bundled("hotfix"))
    assert [gate.open for gate in plan.gates] == [False]
    assert (ada.remedy.why_not(plan.id) or "").startswith("needs Hotfix deployment strategy approval: ")
    done = await ada.run(plan)
    assert (done.ok, done.code) == (False, "not_allowed")
    assert [one for one in place.writes() if one != "POST /api/graphql"] == []
    await place.person("lead").sign(APPROVAL)
    assert (await ada.run(plan)).ok


async def test_an_override_opens_the_gate_and_is_kept(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(bundled("jest-configuration-fix"))
    assert ada.desk is not None
    await ada.desk.call(
        lambda journal: journal.records.sign(
            "override", f"approval:{APPROVAL}", "lena", login=journal.login, reason="the CEO is on a plane",
            until=journal.now() + timedelta(hours=1),
        )
    )  # fmt: skip
    assert (await ada.run(plan)).ok
    found = await ada.remedy.execution(plan.id)
    assert found is not None
    assert "overridden by lena" in found.override
    assert "the CEO is on a plane" in found.override
    entries = await ada.desk.call(lambda journal: journal.entries())
    assert [one.text for one in entries if one.kind == "execution" and "the CEO is on a plane" in one.text]


async def test_secrets_that_were_not_given_are_named(place: Place) -> None:
    ada = place.person()
    await ada.sign()
    done = await ada.run(await ada.plan(bundled("hotfix")), secrets={"STRIPE_SECRET_KEY": "x-secret"})
    assert (done.ok, done.code) == (False, "refused")
    assert "STRIPE_WEBHOOK_SECRET was not given" in done.message
    assert await ada.remedy.executions(open_only=False) == ()


async def test_without_a_journal_it_only_plans(place: Place) -> None:
    ada = place.person(journal=False)
    plan = await ada.plan(book(BRANCH))
    assert "keeps no journal" in (ada.remedy.why_not(plan.id) or "")
    assert (await ada.run(plan)).code == "refused"
    assert await ada.remedy.executions() == ()


async def test_every_problem_of_the_params_at_once(place: Place) -> None:
    with pytest.raises(InputError) as caught:
        await place.person().plan(bundled("hotfix"), way="servic", runs="many", bogus="1")
    told = str(caught.value)
    assert "way" in told
    assert "runs" in told
    assert "bogus" in told


async def test_an_empty_target_is_an_error(place: Place) -> None:
    with pytest.raises(InputError, match="it was started for nothing"):
        await place.person().plan(bundled("rerun-failed"))


async def test_nothing_to_do_is_said_and_not_journalled(place: Place) -> None:
    ada = place.person()
    assert (await ada.run(await ada.plan(book(BRANCH)))).ok
    again = await ada.plan(book(BRANCH))
    assert again.nothing_to_do
    done = await ada.run(again)
    assert done.ok
    assert "nothing to do" in done.message
    assert len(await ada.remedy.executions(open_only=False)) == 1


async def test_a_bug_while_taking_back_ends_as_failed_and_can_be_gone_on_with(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vauntico_tui.actions.remedy.steps.branch import BranchKind

    ada = place.person()
    plan = await ada.plan(book(BRANCH))
    assert (await ada.run(plan)).ok

    async def broken(*_: object) -> str:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(BranchKind, "undo", broken)
        done = await ada.undo(plan.id)
    assert (done.ok, done.code) == (False, "failed") and "ZeroDivisionError: a bug" in done.message
    found = await ada.remedy.execution(plan.id)
    assert found is not None and found.mark == "failed" and found.can_undo
    assert (await ada.undo(plan.id)).ok
