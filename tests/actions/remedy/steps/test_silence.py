"""Silencing an alert: by exact labels, found by its mark, ended by undoing. On the box and a real Alertmanager."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.actions.remedy.steps.stage import EXECUTION, Stage
from tests.sources.real import free_port, need, running
from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.runbooks.model import Silence

HOSTILE = '.*"}{\\ \u202e[x](y)'
STEP = Silence(
    do="silence", matching={"alertname": "DatabaseDown", "title": HOSTILE}, lasts=timedelta(hours=2), comment="known"
)  # type: ignore[call-arg]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    need("prometheus-alertmanager")
    place, port = tmp_path_factory.mktemp("am"), free_port()
    (place / "am.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    arguments = [
        "prometheus-alertmanager", f"--config.file={place}/am.yml", f"--storage.path={place}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    with running(arguments, f"http://127.0.0.1:{port}/-/ready", place / "log"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(params=["box", pytest.param("real", marks=pytest.mark.real_server)])
def url(request: pytest.FixtureRequest, stage: Stage) -> str:
    return stage.box.urls["alertmanager"] if request.param == "box" else str(request.getfixturevalue("real"))


def silences(url: str) -> list[dict[str, Any]]:
    held = httpx.get(f"{url}/api/v2/silences").json()
    return [one for one in held if one["status"]["state"] == "active"]


async def test_it_is_planned_made_found_and_ended(stage: Stage, url: str) -> None:
    stage.renew(alertmanager={"url": url})
    plan = await stage.one(STEP)
    assert plan.state == "ready" and plan.undo.can and '"isRegex": false' in plan.requests[0].body
    assert silences(url) == [] and await stage.find(STEP, plan) is None
    await stage.do(STEP, plan)
    (held,) = silences(url)
    assert {one["name"]: one["value"] for one in held["matchers"]} == dict(STEP.matching)
    assert not any(one["isRegex"] for one in held["matchers"])
    assert held["createdBy"] == "Ada" and f"{EXECUTION}/1" in held["comment"]
    found = await stage.find(STEP, plan)
    assert found is not None and found.result["silence"] == held["id"]
    shorter = STEP.model_copy(update={"lasts": timedelta(hours=1)})
    again = await stage.one(shorter)
    assert again.state == "nothing" and "Ada silences it already until" in again.why
    assert (await stage.one(STEP)).state in {"ready", "nothing"}
    assert await stage.undo(STEP, plan) == "the silence has ended" and silences(url) == []
    assert await stage.undo(STEP, plan) == "the silence has ended", "twice is once"


async def test_a_lost_answer_is_found(stage: Stage) -> None:
    plan = await stage.one(STEP)
    stage.box.faults.add("alertmanager", "lost_answer", method="POST", times=1)
    with pytest.raises(StepError) as raised:
        await stage.do(STEP, plan)
    assert raised.value.unsure and await stage.find(STEP, plan) is not None


async def test_what_cannot_be_silenced_is_said(stage: Stage, tmp_path: Path) -> None:
    empty = await stage.one(STEP.model_copy(update={"matching": {"alertname": ""}}))
    assert empty.state == "blocked" and "alertname is empty" in empty.why
    plan = await stage.one(STEP)
    stage.box.faults.add("alertmanager", "status", value=400, times=1)
    with pytest.raises(StepError, match="Alertmanager refuses it"):
        await stage.do(STEP, plan)
    stage.renew(alertmanager={"url": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(StepError, match="refuses the connection") as raised:
        await stage.kind(STEP).do(plan, stage.running())
    assert not raised.value.unsure, "nothing was sent"
    stage.renew(alertmanager={})
    none = await stage.one(STEP)
    assert none.state == "blocked" and "[alertmanager] url" in none.why


async def test_it_signs_in_as_the_source_does(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    inner = stage.box.alertmanager._route

    def route(request: Any, store: Any) -> Any:
        heard.append(request.headers.get("authorization", ""))
        return inner(request, store)

    monkeypatch.setattr(stage.box.alertmanager, "_route", route)
    monkeypatch.setenv("AM_TOKEN", "s3cret-token")
    stage.renew(alertmanager={"url": stage.box.urls["alertmanager"], "auth": {"bearer_env": "AM_TOKEN"}})
    plan = await stage.one(STEP)
    await stage.do(STEP, plan)
    assert set(heard) == {"Bearer s3cret-token"} and "s3cret" not in repr(plan)
    monkeypatch.delenv("AM_TOKEN")
    with pytest.raises(StepError, match="AM_TOKEN is not set"):
        await stage.one(STEP)
