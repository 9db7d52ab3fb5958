"""status, doctor and init over real HTTP against the box: well, failing, and with nothing there at all."""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.cli.program import PROGRAM, run
from vauntico_tui.cli.commands import cli
from vauntico_tui.config.load import load_config
from vauntico_tui.sim.child import Child

pytestmark = pytest.mark.xdist_group("box of the commands")

REPOSITORY = "vauntico/vauntico"


def refused() -> str:
    """A URL at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}"


@pytest.fixture
def config(box: Child, tmp_path: Path) -> Path:
    """The box's own config, free to be changed."""
    file = tmp_path / "c.toml"
    file.write_text(box.config_path.read_text())
    return file


def replaced(config: Path, old: str, new: str) -> None:
    text = config.read_text()
    assert old in text
    config.write_text(text.replace(old, new))


def status(config: Path) -> dict[str, Any]:
    done = run("--config", config, "status", "--json")
    assert done.returncode == 0, done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def test_the_whole_picture(config: Path) -> None:
    data = status(config)
    assert {name: source["state"] for name, source in data["sources"].items()} == dict.fromkeys(
        ("github", "prometheus", "alertmanager"), "fresh"
    )
    assert [len(data[name]) for name in ("blockers", "targets", "deliverables", "outcomes", "approvals")] == [
        4, 12, 21, 9, 3,
    ]  # fmt: skip
    assert data["issues"]["total"] == 60
    assert data["issues"]["open"] + data["issues"]["closed"] == 60
    assert data["clocks"]
    assert len(data["ci"]["workflows"]) > 5
    assert any(workflow["success_rate"] is not None for workflow in data["ci"]["workflows"])
    assert len(data["kpis"]) >= 8
    assert all(kpi["series"] for kpi in data["kpis"])
    assert [level["level"] for level in data["escalations"]] == [1, 2, 3]
    for group in ("blockers", "targets", "deliverables", "outcomes", "approvals"):
        assert all(promise["reason"] for promise in data[group])
    assert {promise["verdict"] for promise in data["approvals"]} == {"unmet"}


def test_the_table_for_people(config: Path) -> None:
    done = run("--config", config, "status")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "Database Test Infrastructure" in done.stdout
    assert "\x1b" not in done.stdout
    plain = run("--config", config, "status", LC_ALL="C", PYTHONIOENCODING="")
    assert plain.returncode == 0
    assert plain.stdout.isascii()


def test_a_source_that_fails_is_said_and_the_rest_is_there(config: Path, box: Child) -> None:
    replaced(config, box.urls["prometheus"], refused())
    data = status(config)
    source = data["sources"]["prometheus"]
    assert source["state"] == "failed"
    assert "refuse" in source["problem"]
    assert "; " in source["problem"]
    assert data["sources"]["github"]["state"] == "fresh"
    assert data["issues"]["total"] == 60
    assert all(kpi["value"] is None for kpi in data["kpis"])


def test_nothing_answers_at_all(config: Path, box: Child) -> None:
    for name in ("github", "prometheus", "alertmanager"):
        replaced(config, box.urls[name], refused())
    data = status(config)
    assert {source["state"] for source in data["sources"].values()} == {"failed"}
    assert data["issues"]["total"] is None
    assert not any(promise["verdict"] == "met" for name in ("blockers", "targets") for promise in data[name])
    assert run("--config", config, "status").returncode == 0


def test_what_was_known_stands_when_nothing_answers_later(config: Path, box: Child) -> None:
    before = status(config)
    for name in ("github", "prometheus", "alertmanager"):
        replaced(config, box.urls[name], refused())
    data = status(config)
    assert data["sources"]["github"]["state"] == "failed"
    assert data["sources"]["github"]["as_of"] == before["sources"]["github"]["as_of"]
    assert data["issues"]["total"] == 60
    assert data["issues"]["state"] == "failed"
    assert [promise["verdict"] for promise in data["blockers"]] == [one["verdict"] for one in before["blockers"]]
    assert all(promise["stale"] for promise in data["blockers"])
    assert data["kpis"][0]["value"] == before["kpis"][0]["value"]


def test_a_token_that_is_refused(config: Path, tmp_path: Path, box: Child) -> None:
    (tmp_path / "token").write_text("ghp_expired")
    replaced(config, f"{box.config_path}.token", "token")
    problem = status(config)["sources"]["github"]["problem"]
    assert "does not accept the token" in problem
    assert "ghp_expired" not in problem


def test_no_config_at_all() -> None:
    done = run("status", "--json")
    assert done.returncode == 0
    data = json.loads(done.stdout)
    assert {source["state"] for source in data["sources"].values()} == {"off"}
    assert len(data["blockers"]) == 4
    assert "init" in run("status").stderr


def test_a_place_for_state_that_is_none_is_said(config: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("--config", config, "status", "--json", XDG_STATE_HOME=str(tmp_path / "file"))
    assert done.returncode == 0
    assert "not kept" in json.loads(done.stdout)["notices"][0]
    told = run("--config", config, "doctor", "--json", XDG_STATE_HOME=str(tmp_path / "file"))
    assert told.returncode == 1
    assert next(one for one in json.loads(told.stdout)["checks"] if one["id"] == "state")["state"] == "fail"


@pytest.fixture
def hanging() -> Iterator[socket.socket]:
    """A server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(8)
        yield server


def test_a_source_that_hangs_is_given_up(config: Path, box: Child, hanging: socket.socket) -> None:
    replaced(config, box.urls["prometheus"], f"http://127.0.0.1:{hanging.getsockname()[1]}")
    done = run("--config", config, "status", "--json", "--timeout", "1.5", timeout=30)
    assert done.returncode == 0
    source = json.loads(done.stdout)["sources"]["prometheus"]
    assert source["state"] == "failed"
    assert source["problem"]


def test_ctrl_c_while_a_source_hangs_ends_at_once(config: Path, box: Child, hanging: socket.socket) -> None:
    replaced(config, box.urls["prometheus"], f"http://127.0.0.1:{hanging.getsockname()[1]}")
    command = [*PROGRAM, "--config", str(config), "status", "--timeout", "600"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        hanging.settimeout(60)
        hanging.accept()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said


# ---- doctor --------------------------------------------------------------------------------------------------------


def test_doctor_finds_all_well(config: Path) -> None:
    done = run("--config", config, "doctor", "--json")
    data = json.loads(done.stdout)
    assert done.returncode == 0, data
    assert data["ok"] is True
    by_id = {check["id"]: check for check in data["checks"]}
    assert {by_id[name]["state"] for name in ("config", "plan", "clocks", "token", "github", "prometheus")} == {"ok"}
    assert {"version", "libraries", "scope", "alertmanager", "state", "size", "colours", "UTF-8"} <= set(by_id)


def test_doctor_says_what_to_do(config: Path, box: Child) -> None:
    replaced(config, box.urls["prometheus"], refused())
    done = run("--config", config, "doctor", TERM="dumb", LC_ALL="C")
    assert done.returncode == 1
    assert "x fail prometheus" in done.stdout
    lines = done.stdout.splitlines()
    assert lines[lines.index(next(line for line in lines if "fail prometheus" in line)) + 1].strip().startswith("->")
    assert "! warn colours" in done.stdout
    assert "! warn UTF-8" in done.stdout
    assert done.stdout.isascii()


def test_doctor_says_once_that_github_does_not_answer(config: Path, box: Child) -> None:
    replaced(config, box.urls["github"], refused())
    done = run("--config", config, "doctor")
    assert done.returncode == 1
    assert done.stdout.count("scopes: not known while GitHub does not answer") == 1
    assert "asked again by itself" not in done.stdout


def test_doctor_without_a_config_warns_and_ends_with_0() -> None:
    done = run("doctor")
    assert done.returncode == 0
    assert "init" in done.stdout


# ---- init ----------------------------------------------------------------------------------------------------------


def _given(box: Child) -> list[str]:
    return [
        "--github-url", box.urls["github"], "--token-file", f"{box.config_path}.token",
        "--prometheus", box.urls["prometheus"], "--alertmanager", box.urls["alertmanager"],
    ]  # fmt: skip


def test_init_tries_out_and_writes_for_its_owner_alone(box: Child, tmp_path: Path) -> None:
    file = tmp_path / "new" / "c.toml"
    done = run(
        "--config", file, "init", "--non-interactive", "--repository", REPOSITORY, *_given(box),
        "--started-at", "2025-01-06T09:00Z",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    config = load_config(file).value
    assert config.github.repository == REPOSITORY
    assert config.plan.started_at is not None
    assert config.plan.started_at.isoformat() == "2025-01-06T09:00:00+00:00"
    assert "ghp_" not in file.read_text()
    assert status(file)["sources"]["github"]["state"] == "fresh"


def test_init_writes_nothing_that_does_not_answer(box: Child, tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    args = ["--config", file, "init", "--non-interactive", "--repository", "vauntico/nowhere", *_given(box)]
    done = run(*args)
    assert done.returncode == 1
    assert "GitHub" in done.stderr
    assert not file.exists()
    assert run(*args, "--no-check").returncode == 0
    assert file.exists()


def test_init_never_overwrites_unasked(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("# mine\n")
    done = run("--config", file, "init", "--non-interactive")
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert file.read_text() == "# mine\n"
    assert run("--config", file, "init", "--non-interactive", "--force").returncode == 0
    assert load_config(file).value.plan.started_at is not None


def test_init_refuses_options_that_are_wrong_before_it_asks(tmp_path: Path) -> None:
    done = run("--config", tmp_path / "c.toml", "init", "--repository", "vauntico", "--prometheus", "localhost:9090")
    assert done.returncode == 2
    assert "owner/name" in done.stderr
    assert "http" in done.stderr
    assert not (tmp_path / "c.toml").exists()


def test_init_takes_no_plan_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("titel = 3\n")
    done = run("--config", tmp_path / "c.toml", "init", "--non-interactive", "--plan", tmp_path / "plan.toml")
    assert done.returncode == 2
    assert "plan.toml:1" in done.stderr
    assert not (tmp_path / "c.toml").exists()


def answered(file: Path, box: Child, *answers: str, options: tuple[str, ...] = ()) -> Result:
    args = ["--config", str(file), "init", "--github-url", box.urls["github"], *options]
    return CliRunner().invoke(cli, args, input="\n".join(answers) + "\n")


def test_init_asks_and_asks_again(box: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "c.toml"
    token = Path(f"{box.config_path}.token").read_text().strip()
    nobody = refused()
    result = answered(
        file, box,
        "vauntico", REPOSITORY, token,  # no slash; then good, and its token
        nobody, "n", box.urls["prometheus"],  # nobody listens: not kept; then good
        "",  # no Alertmanager
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "like owner/name" in result.output
    assert token not in result.output
    config = load_config(file).value
    assert config.github.repository == REPOSITORY
    assert config.prometheus.url == box.urls["prometheus"]
    assert config.alertmanager.url is None
    assert config.github.token_file is not None  # there is no keyring here
    assert stat.S_IMODE(config.github.token_file.stat().st_mode) == 0o600
    assert token not in file.read_text()
    assert status(file)["sources"]["github"]["state"] == "fresh"


def test_init_takes_empty_answers(box: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "c.toml"
    result = answered(file, box, "", "", "")
    assert result.exit_code == 0, result.output
    config = load_config(file).value
    assert (config.github.repository, config.prometheus.url) == (None, None)


def test_init_given_up_writes_nothing(box: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "c.toml"
    result = CliRunner().invoke(cli, ["--config", str(file), "init"], input="")
    assert "nothing was written" in result.output
    assert result.exit_code != 0
    assert not file.exists()
