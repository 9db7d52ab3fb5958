"""What a command that carries out a runbook says and ends with, whatever the plan and the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from vauntico_tui.actions.perform import Done
from vauntico_tui.actions.remedy.model import (
    Change,
    Doubt,
    Execution,
    Gate,
    Need,
    RunPlan,
    Shown,
    StepPlan,
    StepRun,
    Subject,
    Undo,
)  # fmt: skip
from vauntico_tui.base.problems import InputError
from vauntico_tui.cli.journaled import Ended, Session
from vauntico_tui.cli.remedied import How, carry_out, confirm
from vauntico_tui.cli.remedy_text import Progress, plan_text
from vauntico_tui.runbooks.model import Runbook

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SUBJECT = Subject("run", "8812", "Build #31")
BOOK = Runbook.model_validate({"id": "rerun-failed", "title": "Rerun", "steps": [{"do": "rerun"}]})
STEP = StepPlan(
    0, "1", "rerun", "Rerun the failed jobs of Build #31", requests=(Shown("POST", "/rerun-failed-jobs", "{}"),),
    changes=(Change("a.yml", "x: 1\ny: 2\n", "x: 1\ny: 3\n"),), needs=(Need("actions: write", False, "give it that"),),
    undo=Undo(False, "what runs again can be cancelled"), notes=("attempt 1 failed",),
)  # fmt: skip
PLAN = RunPlan("p1", "rerun-failed", "Rerun", SUBJECT, {}, (STEP,), (), "", "", "", NOW, "d")


class FakeRemedy:
    """Plans and runs as told."""

    def __init__(self, plan: RunPlan = PLAN) -> None:
        self.made = plan
        self.handed: list[Any] = []
        self.listeners: list[Callable[[Execution], None]] = []

    def runbooks(self) -> tuple[Runbook, ...]:
        return (BOOK,)

    async def prepare(self, runbook: Runbook, _subject: Subject) -> Runbook:
        return runbook

    async def plan(self, *_args: Any, **more: Any) -> RunPlan:
        self.edited = more["edited"]
        return self.made

    async def executions(self) -> tuple[Execution, ...]:
        return ()

    def hand_over(self, ident: str, secrets: Any = None, _confirm: Any = None) -> None:
        self.handed.append((ident, secrets))

    def listen(self, listener: Callable[[Execution], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)


def session(remedy: FakeRemedy, done: Done | None = None, *, read_only: bool = False) -> tuple[Session, list[Any]]:
    asked: list[Any] = []

    async def perform(action: str, target: Any, **args: str) -> Done:
        asked.append((action, target.id, args))
        one = Execution("e1", remedy.made, "me", "here", NOW, "running", (StepRun(0, STEP.title, "rerun", "running"),))
        for listener in remedy.listeners:
            listener(one)
            listener(replace(one, steps=(replace(one.steps[0], mark="done", said="runs again, attempt 2"),)))
        return done or Done(True, "Build #31 runs again")

    room = SimpleNamespace(remedy=remedy, perform=perform, view=SimpleNamespace(read_only=read_only))
    return Session(cast("Any", room)), asked


async def go(
    remedy: FakeRemedy, how: How, done: Done | None = None, *, read_only: bool = False
) -> tuple[int, list[Any]]:
    made, asked = session(remedy, done, read_only=read_only)
    return await carry_out(made, "rerun-failed", SUBJECT, {}, how), asked


async def test_yes_runs_the_plan_that_was_shown(capsys: pytest.CaptureFixture[str]) -> None:
    remedy = FakeRemedy()
    code, asked = await go(remedy, How(yes=True, by="me"))
    told = capsys.readouterr()
    assert code == 0
    assert asked == [("runbook.run", "8812", {"plan": "p1", "as": "me"})]
    assert told.out == "Build #31 runs again\n"
    assert "POST /rerun-failed-jobs" in told.err
    assert "1/1 .. Rerun the failed jobs" in told.err
    assert "1/1 ok Rerun the failed jobs of Build #31: runs again, attempt 2" in told.err
    assert remedy.handed[-1] == ("p1", None)  # nothing that was handed over stays
    assert not remedy.listeners


async def test_dry_run_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, asked = await go(FakeRemedy(), How(dry_run=True))
    assert (code, asked) == (0, [])
    out = capsys.readouterr().out
    assert "-y: 2" in out
    assert "+y: 3" in out
    assert "needs actions: write: NO; give it that" in out
    assert "no undo: what runs again can be cancelled" in out


async def test_nobody_to_ask_is_no_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    with pytest.raises(Ended) as caught:
        await go(FakeRemedy(), How())
    assert caught.value.code == 2
    assert "--yes" in str(caught.value)


async def test_a_no_at_the_terminal_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuses(_question: str) -> bool:
        return False

    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("vauntico_tui.cli.asking.confirm", refuses)
    with pytest.raises(Ended) as caught:
        await go(FakeRemedy(), How())
    assert caught.value.code == 0


@pytest.mark.parametrize(
    ("done", "code"),
    [
        (Done(False, "lead-dev started attempt 2 just now", "lost"), 3), (Done(False, "moved", "moved"), 3),
        (Done(False, "no", "not_allowed"), 5), (Done(False, "no way", "unreachable"), 4), (Done(False, "422", ""), 1),
        (Done(True, "done"), 0),
    ],
)  # fmt: skip
async def test_codes(done: Done, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    ended, _ = await go(FakeRemedy(), How(yes=True, as_json=True), done)
    assert ended == code
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["message"]) == (done.ok, done.message)
    assert told["plan"]["steps"][0]["requests"][0]["verb"] == "POST"
    assert told["execution"]["steps"][0]["mark"] == "done"


async def test_what_blocks_it_is_said_before_anything_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    gate = Gate("hotfix", "Hotfix deployment strategy approval", False, "not signed")
    code, asked = await go(FakeRemedy(replace(PLAN, gates=(gate,))), How(yes=True))
    assert (code, asked) == (5, [])
    assert "not signed" in capsys.readouterr().err
    blocked = replace(STEP, state="blocked", why="lead-dev started attempt 2 1 min ago; it is running")
    code, asked = await go(FakeRemedy(replace(PLAN, steps=(blocked,))), How(yes=True))
    assert (code, asked) == (3, [])
    assert "lead-dev started attempt 2" in capsys.readouterr().err
    nothing = replace(STEP, state="nothing", why="no job of it failed")
    code, asked = await go(FakeRemedy(replace(PLAN, steps=(nothing,))), How(yes=True))
    assert (code, asked) == (0, [])


async def test_a_read_only_war_room_runs_nothing() -> None:
    with pytest.raises(Ended) as caught:
        await go(FakeRemedy(), How(yes=True), read_only=True)
    assert caught.value.code == 5


async def test_an_unknown_runbook() -> None:
    made, _ = session(FakeRemedy())
    with pytest.raises(InputError, match="did you mean"):
        await carry_out(made, "rerun-faild", SUBJECT, {}, How(yes=True))


async def test_yes_answers_questions_but_no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    assert await confirm("merge although a check fails?", yes=True)
    assert not await confirm("merge although a check fails?", yes=False)
    assert not await confirm(Doubt("was it done?"), yes=True)


def test_output_is_told_once_and_tamed(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(bars=False)
    one = Execution("e1", PLAN, "me", "here", NOW, "running", (StepRun(0, "Run", "command", "running"),))
    for lines in (("a",), ("a", "b"), ("b", "c\x1b[2J"), ("b", "c\x1b[2J")):
        progress.told(replace(one, steps=(replace(one.steps[0], lines=lines),)))
    progress.told(replace(one, id="another", steps=(replace(one.steps[0], lines=("not ours",)),)))
    err = capsys.readouterr().err
    assert [line.strip() for line in err.splitlines()] == ["1/1 .. Run", "a", "b", "c"]


async def test_what_a_person_merged_goes_into_the_plan() -> None:
    remedy = FakeRemedy()
    assert (await go(remedy, How(yes=True, merged={"a.yml": "x: 2\n"})))[0] == 0
    assert remedy.edited == {"a.yml": "x: 2\n"}
    with pytest.raises(InputError, match=r'does not change "b.yml".*did you mean "a.yml"'):
        await go(FakeRemedy(), How(yes=True, merged={"b.yml": ""}))


def test_what_must_be_merged_by_hand_is_shown_beside_what_is_there() -> None:
    change = Change("a.js", "one()\n", "one()\n", by_hand="a function", wanted="one()\n// two\n")
    told = list(plan_text(replace(PLAN, steps=(replace(STEP, state="blocked", changes=(change,)),))))
    at = told.index("      a.js must be merged by hand: a function")
    assert "--merged a.js=FILE" in told[at + 1]
    assert told[at + 2 : at + 4] == ["          one()", "        + // two"]


def test_a_plan_reads_from_top_to_bottom() -> None:
    gate = Gate("hotfix", "Approval", True, "signed by lead")
    told = list(plan_text(replace(PLAN, gates=(gate,), verify="three green runs", cannot="undo it")))
    assert told[0] == "Rerun for Build #31"
    assert told[1:3] == ["  what it can't do:", "    undo it"]
    assert told[3] == "  ok Approval: signed by lead"
    assert told[4] == "1/1 -> Rerun the failed jobs of Build #31"
    assert told[-1] == "then watched: three green runs"
