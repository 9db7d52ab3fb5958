"""A local program: arguments as they are, its environment named, its group ended, nothing injected."""

from __future__ import annotations

import os
import select
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.actions.remedy.steps.stage import Stage
from vauntico_tui.actions.remedy.kinds import Cancelled, StepError
from vauntico_tui.actions.remedy.steps.process import run
from vauntico_tui.runbooks.model import Command

HOSTILE = (
    "$(touch pwned)", "`touch pwned`", "; touch pwned #", "' ; touch pwned ; '", '" && touch pwned "', "| touch pwned",
    "--help", "-e", "a\nb; touch pwned", "%{target.title}", "${IFS}touch${IFS}pwned", "../../x", "*", "~root",
    "\x1b[31mred",
)  # fmt: skip
SHOW = "import sys; print(len(sys.argv) - 1); [print(repr(one)) for one in sys.argv[1:]]"


def _names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def step(*arguments: str, **more: Any) -> Command:
    return Command(do="command", run=arguments, **more)


async def test_arguments_come_as_they_are(stage: Stage, tmp_path: Path) -> None:
    one = step(sys.executable, "-c", SHOW, *HOSTILE, folder=str(tmp_path))
    plan = await stage.one(one)
    made = await stage.do(one, plan)
    assert made.result["exit"] == 0 and made.result["lines"][0] == str(len(HOSTILE))
    told = [line for line, _ in stage.said]
    assert "'$(touch pwned)'" in told[1] and len(told) == len(HOSTILE) + 1
    assert _names(tmp_path) == ["token"], "nothing was run but the program"
    assert not plan.undo.can and "exited" not in plan.notes[0] and plan.requests[0].verb == "$"


async def test_a_shell_gets_what_is_put_in_as_its_parameters(stage: Stage, tmp_path: Path) -> None:
    one = step('printf "%s\\n" "$1" "$2" "$#"', *HOSTILE[:2], shell=True, folder=str(tmp_path))  # noqa: S604
    plan = await stage.one(one)
    assert plan.requests[0].where.startswith("/bin/sh -c") and "never as part of it" in " ".join(plan.notes)
    made = await stage.do(one, plan)
    assert made.result["lines"] == [*HOSTILE[:2], "2"] and not (tmp_path / "pwned").exists()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20), max_size=4))
async def test_any_text_is_an_argument(tmp_path: Path, arguments: list[str]) -> None:
    code = "import sys; sys.stdout.write(ascii(sys.argv[1:]))"
    ended = await run(
        [sys.executable, "-I", "-c", code, *arguments], env=("PATH",), folder=tmp_path, timeout=20,
        told=lambda _: None, cancelled=lambda: False,
    )  # fmt: skip
    assert ended.code == 0 and "".join(ended.lines) == ascii(arguments)
    assert _names(tmp_path) == []


async def test_only_what_is_named_is_in_its_environment(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    monkeypatch.setenv("NAMED", "yes")
    code = "import os; print(sorted(name for name in os.environ if name in ('GITHUB_TOKEN', 'NAMED', 'HOME')))"
    one = step(sys.executable, "-c", code, env=("PATH", "NAMED", "NOT_THERE"))
    plan = await stage.one(one)
    assert (await stage.do(one, plan)).result["lines"] == ["['NAMED']"]
    assert "PATH, NAMED of the environment" in plan.notes[0] and "ghp_secret" not in repr(plan)


async def test_its_output_is_tamed_and_bounded(stage: Stage) -> None:
    code = (
        "import sys; w = sys.stdout.buffer.write\n"
        "w(b'\\x1b]0;title\\x07\\x1b[31mred\\x1b[0m\\r\\n'); w(b'10%\\r20%\\rdone\\n'); w(b'\\xff\\xfe bad\\n')\n"
        "w(b'y' * 100000 + b'\\n'); w('\\u202eevil\\n'.encode())\n"
        "for at in range(20000): w(b'%d\\n' % at)\n"
        "w(b'last, without an end')"
    )
    one = step(sys.executable, "-c", code)
    made = await stage.do(one, await stage.one(one))
    told = [line for line, _ in stage.said]
    assert told[:4] == ["red", "10%", "20%", "done"] and "evil" in told
    assert max(map(len, told)) <= 400 and len(told) < 5200 and "\x1b" not in "".join(told)
    assert "(20," in told[-1] and made.result["lines"][-1] == "last, without an end" and len(made.result["lines"]) == 20


async def test_another_exit_code_fails(stage: Stage) -> None:
    one = step(sys.executable, "-c", "print('no such table'); raise SystemExit(3)")
    with pytest.raises(StepError, match="exited with 3: no such table") as raised:
        await stage.do(one, await stage.one(one))
    assert not raised.value.unsure
    allowed = step(sys.executable, "-c", "raise SystemExit(3)", expect=(0, 3))
    assert (await stage.do(allowed, await stage.one(allowed))).result["exit"] == 3


def _ends(pid: int) -> bool:
    """Whether a process is gone, or goes by itself now: a signal takes a moment to arrive."""
    try:
        held = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([held], [], [], 10)[0])
    finally:
        os.close(held)


FAMILY = (
    "import os, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(os.getpid(), child.pid, flush=True)\n"
)


async def test_too_long_ends_it_and_all_it_started(stage: Stage) -> None:
    one = step(sys.executable, "-c", FAMILY + "time.sleep(600)", timeout=timedelta(seconds=1))
    with pytest.raises(StepError, match="took longer than 1 s") as raised:
        await stage.do(one, await stage.one(one))
    assert raised.value.unsure
    pids = [int(one) for one in stage.said[0][0].split()]
    assert len(pids) == 2 and all(map(_ends, pids))


async def test_cancelling_ends_it_and_a_program_that_will_not_end_is_ended(stage: Stage) -> None:
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + FAMILY + "time.sleep(600)"
    one = step(sys.executable, "-c", code)
    plan = await stage.one(one)
    kind, running = stage.kind(one), stage.running()
    told = running.told

    def heard(line: str, share: float | None) -> None:
        told(line, share)
        stage.cancel.set()

    object.__setattr__(running, "told", heard)
    with pytest.raises(Cancelled):
        await kind.do(plan, running)
    assert all(_ends(int(pid)) for pid in stage.said[0][0].split())


async def test_what_it_leaves_behind_does_not_hold_us_up(stage: Stage) -> None:
    """A child that keeps the output open outlives it, but not the step."""
    began = time.monotonic()
    one = step(sys.executable, "-c", FAMILY, timeout=timedelta(seconds=30))
    made = await stage.do(one, await stage.one(one))
    assert made.result["exit"] == 0 and time.monotonic() - began < 25
    assert _ends(int(stage.said[0][0].split()[1]))


async def test_cut_off_nobody_can_know(stage: Stage) -> None:
    one = step("true")
    plan = await stage.one(one)
    with pytest.raises(StepError) as raised:
        await stage.find(one, plan)
    assert raised.value.unsure
    same = step("true", repeatable=True)
    assert await stage.find(same, await stage.one(same)) is None


async def test_it_is_taken_back_by_its_own_program(stage: Stage, tmp_path: Path) -> None:
    made = tmp_path / "made"
    one = step("mkdir", "made", undo=("rmdir", "made"), folder=str(tmp_path))
    plan = await stage.one(one)
    assert plan.undo.can and plan.undo.how == "runs rmdir made"
    await stage.do(one, plan)
    assert made.is_dir()
    await stage.undo(one, plan)
    assert not made.exists()
    with pytest.raises(StepError, match="exited with 1"):
        await stage.undo(one, plan)


async def test_what_cannot_be_run_blocks(stage: Stage, tmp_path: Path) -> None:
    gone = await stage.one(step("no-such-program-here", folder=str(tmp_path / "nowhere")))
    assert gone.state == "blocked" and "is not installed here" in gone.why and "there is no folder" in gone.why
    (tmp_path / "plain.txt").write_text("x")
    plain = await stage.one(step("./plain.txt", folder=str(tmp_path)))
    assert plain.state == "blocked" and "no program that you may run" in plain.why
    with pytest.raises(StepError, match="can't be run"):
        await stage.kind(step("x")).do(gone, stage.running())
