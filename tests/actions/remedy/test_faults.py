"""What goes wrong between here and GitHub while a runbook runs: each ends in a sentence, and going on ends where an
undisturbed run does."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.actions.remedy.rig import Place, book, bundled
from vauntico_tui.actions.remedy.model import Doubt
from vauntico_tui.sim.world import changes

BRANCH = {"do": "branch", "name": "feature/one"}
FILE = {
    "do": "files", "branch": "feature/one", "message": "1: chore: a file",
    "edits": [{"edit": "put", "path": "a.txt", "text": "a\n"}],
}  # fmt: skip
PULL = {"do": "pull_request", "branch": "feature/one", "name": "1: chore: one"}
COMMENT = {"do": "comment", "issue": "1", "text": "Being mended."}
STEPS = (BRANCH, FILE, PULL)
WRITES = {"branch": "*/git/refs", "commit": "*/graphql", "pull request": "*/pulls"}


@pytest.mark.parametrize("kind", ["lost_answer", "refused", "cut"])
@pytest.mark.parametrize("write", WRITES)
async def test_the_network_is_cut_at_a_write(place: Place, tmp_path: Path, write: str, kind: str) -> None:
    """A lost answer is looked after at once; what was never sent, or can't be looked after, is done when it resumes."""
    folder = tmp_path / "other"
    folder.mkdir()
    other = Place(folder)
    undisturbed = other.person()
    assert (await undisturbed.run(await undisturbed.plan(book(*STEPS)))).ok
    ada = place.person()
    plan = await ada.plan(book(*STEPS))
    holds = "mutation" if write == "commit" else None
    place.box.faults.add("github", kind, path=WRITES[write], method="POST", holds=holds, times=1)
    done = await ada.run(plan)
    if not done.ok:
        assert done.code == "failed", done
        assert (await ada.resume(plan.id)).ok
    assert place.box.picture() == other.box.picture()
    await other.close()


async def test_the_network_stays_cut_and_comes_back(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book(*STEPS))
    place.box.faults.add("github", "lost_answer", path="*/git/refs", method="POST", times=1)
    fault = place.box.faults.add("github", "refused", path="*/graphql")
    done = await ada.run(plan)
    assert (done.ok, done.code) == (False, "failed")
    (found,) = await ada.remedy.executions()
    assert found.mark == "failed"
    assert found.can_resume
    place.box.faults.clear(None, fault.id)
    assert (await ada.resume(plan.id)).ok
    assert len([one for one in place.writes() if one.endswith("/git/refs")]) == 1


@pytest.mark.parametrize(
    ("fault", "value", "said"),
    [
        ("status", 422, "422"),
        ("status", 409, "409"),
        ("status", 403, "the token may not do this"),
        ("expired_token", None, "token"),
    ],
)
async def test_a_refusal_stops_it_and_it_goes_on_later(
    place: Place, fault: str, value: float | None, said: str
) -> None:  # fmt: skip
    ada = place.person()
    plan = await ada.plan(book(*STEPS))
    place.box.faults.add("github", fault, value, path="*/pulls", method="POST", times=1)
    done = await ada.run(plan)
    assert (done.ok, done.code) == (False, "failed")
    assert "step 3" in done.message
    (found,) = await ada.remedy.executions()
    assert [one.mark for one in found.steps][:2] == ["done", "done"]
    assert said in found.steps[2].said
    place.box.faults.clear(None, None)
    assert (await ada.resume(plan.id)).ok
    assert len([one for one in place.box.world.pulls() if one.title == "1: chore: one"]) == 1


async def test_a_server_s_error_is_looked_after_and_done_once(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book(*STEPS))
    place.box.faults.add("github", "status", 500, path="*/pulls", method="POST", times=1)
    assert (await ada.run(plan)).ok
    assert len([one for one in place.box.world.pulls() if one.title == "1: chore: one"]) == 1


async def test_a_secondary_limit_is_waited_for_and_told(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book(*STEPS))
    place.box.faults.add("github", "secondary_rate_limit", 3, path="*/pulls", method="POST", times=1)
    assert (await ada.run(plan)).ok
    assert any("goes on in" in one.steps[2].said for one in ada.told)


async def test_a_secondary_limit_can_be_left_by_cancelling(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book(*STEPS))
    place.box.faults.add("github", "secondary_rate_limit", 60, path="*/pulls", method="POST", times=1)
    ada.remedy.listen(lambda one: ada.remedy.cancel(one.id) if "goes on in" in one.steps[2].said else None)
    done = await ada.run(plan)
    assert (done.ok, done.code) == (False, "cancelled")
    (found,) = await ada.remedy.executions()
    assert found.mark == "cancelled"
    assert (await place.person("grace").resume(plan.id)).ok


async def test_a_token_without_scope_is_seen_in_the_plan(place: Place) -> None:
    place.box.accounts.of(place.box.token).scopes = ("public_repo",)
    ada = place.person()
    plan = await ada.plan(book({"do": "secrets", "names": ["DATABASE_URL"]}))
    assert plan.steps[0].state == "blocked"
    assert "token" in plan.steps[0].why
    assert plan.blocked == (ada.remedy.why_not(plan.id),)
    done = await ada.run(plan, secrets={"DATABASE_URL": "postgres://secret"})
    assert (done.ok, done.code) == (False, "refused")
    assert not [one for one in place.writes() if "/secrets/" in one]


async def test_a_file_that_moved_on_between_look_and_commit_is_not_overwritten(place: Place) -> None:
    """GitHub's own refusal: the head is another one than was planned."""
    ada = place.person()
    plan = await ada.plan(book(BRANCH, FILE))

    def meddle(one: object) -> None:
        if ada.told[-1].steps[1].mark == "running" and not place.box.world.git.text("feature/one", "theirs.txt"):
            with place.box.world.lock:
                changes.commit_files(place.box.world, "feature/one", {"theirs.txt": b"x"}, "theirs", "backend-dev")

    ada.remedy.listen(meddle)
    done = await ada.run(plan)
    assert (done.ok, done.code) == (False, "moved")
    assert place.box.world.git.text("feature/one", "a.txt") is None
    assert place.box.world.git.text("feature/one", "theirs.txt") == "x"


async def test_where_nobody_can_know_a_person_is_asked(place: Place, tmp_path: Path) -> None:
    """A command that was cut off: no `--yes` answers for it."""
    ada, grace = place.person(), place.person("grace", later=timedelta(minutes=1))
    mark = tmp_path / "ran"
    runbook = book({"do": "command", "run": ["sh", "-c", f"echo x >> {mark}; echo begun; exec sleep 60"]})
    plan = await ada.plan(runbook)
    begun = asyncio.Event()
    ada.remedy.listen(lambda one: begun.set() if "begun" in one.steps[0].lines else None)
    running = asyncio.create_task(ada.run(plan))
    await begun.wait()
    ada.remedy.cancel(plan.id)
    assert (await running).code in {"cancelled", "failed"}
    asked: list[str] = []

    async def no(question: str) -> bool:
        asked.append(question)
        return False

    grace.remedy.hand_over(plan.id, {}, no)
    done = await grace.remedy.executors["runbook.resume"](None, {"execution": plan.id})
    assert (done.ok, done.code) == (False, "failed")
    assert all(isinstance(one, Doubt) for one in asked)
    assert len(asked) == 2
    assert mark.read_text() == "x\n"

    async def was_done(question: str) -> bool:
        return "Was it done?" in question

    grace.remedy.hand_over(plan.id, {}, was_done)
    assert (await grace.remedy.executors["runbook.resume"](None, {"execution": plan.id})).ok
    assert mark.read_text() == "x\n"


async def test_where_nobody_can_know_undo_goes_on_and_says_so(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(book(BRANCH, {"do": "command", "run": ["sh", "-c", "echo begun; exec sleep 60"]}))
    leave = ada.remedy.listen(lambda one: ada.remedy.cancel(one.id) if "begun" in one.steps[1].lines else None)
    assert not (await ada.run(plan)).ok
    leave()
    done = await ada.undo(plan.id)
    assert done.ok, done.message
    assert "stays: " in done.message
    assert "nobody can tell whether it was done" in done.message
    assert place.box.world.head("feature/one") is None


async def test_a_program_that_prints_a_secret_is_struck_out(place: Place, tmp_path: Path) -> None:
    ada = place.person()
    runbook = book(
        {"do": "secrets", "names": ["DATABASE_URL"]},
        {"do": "command", "run": ["sh", "-c", "echo the url is postgres://u:hunter2pass@db/x; exit 3"]},
    )
    plan = await ada.plan(runbook)
    done = await ada.run(plan, secrets={"DATABASE_URL": "postgres://u:hunter2pass@db/x"})
    assert not done.ok
    assert any("•••" in line for one in ada.told for line in one.steps[1].lines)
    assert "hunter2pass" not in done.message + repr([one.steps for one in ada.told])
    assert b"postgres://u:hunter2pass" not in _events(tmp_path)


def _events(folder: Path) -> bytes:
    """What the journal keeps of steps: the plan holds the command as it was written, its output is not part of it."""
    with sqlite3.connect(folder / "journal.sqlite") as connection:
        rows = connection.execute("SELECT data FROM executions").fetchall()
    return "".join(row[0] for row in rows).encode()


async def test_the_hotfix_with_every_answer_lost_in_turn(place: Place, tmp_path: Path) -> None:
    """Each write is done, and no answer comes: it is found and never repeated but for a secret's same value."""
    ada = place.person()
    await ada.sign()
    plan = await ada.plan(bundled("hotfix"))
    paths = ("*/git/refs", "*/graphql", "*/pulls", "*/secrets/PAYSTACK*", "*/merge", "*/dispatches")
    for path in paths:
        place.box.faults.add("github", "lost_answer", path=path, holds="mutation" if "graphql" in path else None,
                             times=1)  # fmt: skip
    done = await ada.run(plan)
    for _ in paths:
        done = done if done.ok else await ada.resume(plan.id)
    assert done.ok, done.message
    writes = [one for one in place.writes() if "graphql" not in one and "/secrets/" not in one]
    assert len(writes) == len({*writes}) + 1, writes  # the workflow is run twice, as planned
