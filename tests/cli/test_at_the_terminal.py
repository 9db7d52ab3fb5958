"""Commands at a terminal: what is asked, ctrl+c in every phase, what is pasted; and for pipes, an answer always."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import PROGRAM, run
from vauntico_tui.cli.answer import answered
from vauntico_tui.cli.context import Asked
from vauntico_tui.sim.child import Child, start

PATIENCE = 30  # seconds, for a test that fails
PERSON = """
[[runbooks]]
id = "handmade"
title = "By hand"
steps = [
    { do = "command", run = ["true"] },
    { do = "person", text = "Turn the key.", question = "Turned?" },
]
"""


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *args: str | Path) -> None:
        self.pid, self._fd = pty.fork()
        if not self.pid:
            os.environ["LANG"] = "C.UTF-8"
            os.execvp(PROGRAM[0], [*PROGRAM, *map(str, args)])  # noqa: S606  no shell is wanted
        self.said = ""

    def until(self, words: str) -> None:
        """Read until something is said."""
        while words not in self.said:
            assert select.select([self._fd], [], [], PATIENCE)[0], self.said
            self.said += os.read(self._fd, 4096).decode()

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def ended(self) -> int:
        """Read on to the end; the exit code."""
        while True:
            try:
                told = os.read(self._fd, 4096)
            except OSError:  # the terminal is closed
                break
            if not told:
                break
            self.said += told.decode()
        _, status = os.waitpid(self.pid, 0)
        os.close(self._fd)
        return os.waitstatus_to_exitcode(status)


@pytest.fixture(scope="module")
def own_box() -> Iterator[Child]:
    child = start(seed=12, speed=100)
    yield child
    child.stop()


@pytest.fixture
def config(own_box: Child, tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(Path(own_box.config_path).read_text() + f'\n[journal]\nurl = "{tmp_path / "journal"}"\n')
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "mine.toml").write_text(PERSON)
    return file


@pytest.mark.parametrize(
    ("args", "asked"),
    [
        (["runbook", "run", "label", "--target", "issue:14", "--param", "add=x"], "run this plan? [y/N]: "),
        (["secret", "set", "ONE", "--yes"], "\nONE: "),
        (["secret", "set", "ONE", "--yes", "--env", "production", "--env", "staging"], "all environments? [Y/n]: "),
        (["approve", "hotfix-deployment-strategy-approval"], "executive? [y/N]: "),
    ],
)
@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_ctrl_c_and_ctrl_d_leave_a_question_at_once(config: Path, args: list[str], asked: str, key: str) -> None:
    terminal = Terminal("--config", config, *args)
    terminal.until(asked)
    terminal.type(key)
    assert terminal.ended() == 130
    assert terminal.said.rstrip().endswith("interrupted")
    assert json.loads(run("--config", config, "runbook", "executions", "--all", "--json").stdout) == []


def test_a_question_of_a_step_ends_with_ctrl_c_and_is_asked_again(config: Path) -> None:
    terminal = Terminal("--config", config, "runbook", "run", "handmade", "--yes")
    terminal.until("Turned? [y/N]: ")
    terminal.type("\x03")
    assert terminal.ended() == 130
    (one,) = json.loads(run("--config", config, "runbook", "executions", "--json").stdout)
    assert (one["mark"], [step["mark"] for step in one["steps"]]) == ("cancelled", ["done", "cancelled"])
    again = Terminal("--config", config, "runbook", "resume", "handmade", "--yes")
    again.until("Turned? [y/N]: ")
    again.type("maybe\r")
    again.until("please answer y or n")
    again.type("y\r")
    assert again.ended() == 0, again.said
    assert again.said.count("1/2") == 1, "what was done before is in the plan and not told again"


def test_a_value_is_typed_unseen_and_one_line_only(config: Path) -> None:
    terminal = Terminal("--config", config, "secret", "set", "ONE", "--yes")
    terminal.until("\nONE: ")
    terminal.type("canary-3e1f\rcanary-9b2c\r")
    assert terminal.ended() == 2
    assert "more than one line" in terminal.said
    assert "canary" not in terminal.said
    once = Terminal("--config", config, "secret", "set", "ONE", "--yes")
    once.until("\nONE: ")
    once.type("canary-3e1f\r")
    assert once.ended() == 0, once.said
    assert "canary" not in once.said
    assert "set ONE" in once.said


def test_a_secret_is_named_as_github_keeps_it(config: Path) -> None:
    done = run("--config", config, "secret", "set", "two", "--yes", "--from-env", "two=VALUE", VALUE="canary-3e1f")
    assert done.returncode == 0, done.stderr
    again = run("--config", config, "secret", "set", "Two", "--yes", "--from-env", "VALUE", VALUE="canary-3e1f")
    assert again.returncode == 0, again.stderr


def test_a_name_stands_for_the_one_that_can_be_gone_on_with(config: Path, tmp_path: Path) -> None:
    (tmp_path / "runbooks" / "mine.toml").write_text("""
[[runbooks]]
id = "slow"
title = "Slow"
steps = [{ do = "command", run = ["sleep", "60"] }]
""")
    process = subprocess.Popen([*PROGRAM, "--config", str(config), "runbook", "run", "slow", "--yes"],
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    assert process.stderr is not None
    assert any("begun" in line for line in process.stderr)
    early = run("--config", config, "runbook", "resume", "slow", "--yes", "--json")
    assert early.returncode == 3, "it runs: nobody is told that there is none"
    assert "runs it on" in json.loads(early.stdout)["message"]
    process.kill()
    process.communicate()


def test_what_took_too_long_says_so(config: Path, tmp_path: Path) -> None:
    (tmp_path / "runbooks" / "mine.toml").write_text("""
[[runbooks]]
id = "slow"
title = "Slow"
steps = [{ do = "command", run = ["sleep", "60"], timeout = "1 s" }]
""")
    done = run("--config", config, "runbook", "run", "slow", "--yes")
    assert done.returncode == 1
    assert "1 s" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_a_pipeline_that_is_cancelled_leaves_it_resumable(config: Path, tmp_path: Path, told: signal.Signals) -> None:
    (tmp_path / "runbooks" / "mine.toml").write_text(
        '[[runbooks]]\nid = "slow"\ntitle = "Slow"\nsteps = [{ do = "command", run = ["sleep", "60"] }]\n'
    )
    order = [*PROGRAM, "--config", str(config), "runbook", "run", "slow", "--yes", "--json"]
    process = subprocess.Popen(order, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert any("begun" in line for line in process.stderr)
    process.send_signal(told)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    answer = json.loads(out)
    assert (answer["ok"], answer["execution"]["mark"], answer["execution"]["can_resume"]) == (False, "cancelled", True)


def test_a_full_disk_is_told(config: Path) -> None:
    with Path("/dev/full").open("w") as full:
        order = [*PROGRAM, "--config", str(config), "runbook", "list", "--json"]
        done = subprocess.run(order, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "the output can't be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_nobody_foresaw_is_a_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> int:
        raise ZeroDivisionError("by 0")

    with pytest.raises(ZeroDivisionError):
        answered(["--config", "runbook", "run", "log", "1", "--json"], Asked(), fails)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["problems"][0]["message"]) == (False, "ZeroDivisionError: by 0")


def test_whoever_reads_the_progress_may_go(config: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    (tmp_path / "runbooks" / "mine.toml").write_text(f"""
[[runbooks]]
id = "long"
title = "Long"
steps = [
    {{ do = "command", run = ["sh", "-c", 'until [ -e "$0" ]; do sleep 0.1; done; echo told', "{flag}"] }},
    {{ do = "command", run = ["true"] }},
]
""")
    process = subprocess.Popen([*PROGRAM, "--config", str(config), "runbook", "run", "long", "--yes", "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
    assert process.stderr is not None
    assert process.stdout is not None
    assert any("begun" in line for line in process.stderr)
    process.stderr.close()
    flag.touch()
    answer = json.loads(process.stdout.read())
    assert [step["mark"] for step in answer["execution"]["steps"]] == ["done", "done"]
    assert process.wait(timeout=30) == 0


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ("runbook show hotfx", 2, r'did you mean \\"hotfix\\"'),
        ("runbook plan hotfix --target blocker:jest", 2, "there is no blocker"),
        ("runbook run label --target issue:14 --param ad=1 --param x --yes", 2, "NAME=VALUE"),
        ("runbook run label --target issue:14 --param add=x", 2, "nobody can be asked"),
        ("runbook run label --target issue:14 --colour", 2, "No such option"),
        ("runbook resume nothing", 2, "there is no execution"),
        ("runbook undo nothing --yes", 2, "there is no execution"),
        ("run rerun nosuch.yml --yes", 2, "there is no workflow"),
        ("run log 77", 2, "run 77"),
        ("secret set", 2, "Missing argument"),
        ("secret set ONE --yes --from-env ONE=NOT_THERE", 2, "NOT_THERE"),
        ("approve nothing-of-the-kind", 2, "there is no approval"),
        ("approve hotfix-deployment-strategy-approval --role executve", 2, r'did you mean \\"executive\\"'),
        ("secret set one 1BAD B-D --yes", 2, r"1BAD.*B-D"),
    ],
)
def test_for_programs_there_is_always_a_document(config: Path, args: str, code: int, words: str) -> None:
    done = run("--config", config, *args.split(), "--json")
    assert done.returncode == code, done.stderr
    answer = json.loads(done.stdout)
    assert answer["ok"] is False
    assert re.search(words, done.stdout)
    assert answer["problems"]
    assert done.stderr.strip()
