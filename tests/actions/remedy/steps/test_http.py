"""An HTTP request of a runbook: shown as it is sent, secrets hidden, never sent twice by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.actions.channels.receiver import Script, receiver
from tests.actions.remedy.steps.stage import Stage
from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.runbooks.model import HttpRequest

SECRET = "s3cret-key-77"


def step(url: str, **more: Any) -> HttpRequest:
    return HttpRequest(do="http", url=url, **more)


async def test_it_is_sent_as_it_was_shown(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG_KEY", SECRET)
    script = Script(body=f"done with {SECRET}".encode())
    with receiver(script) as url:
        one = step(url, headers={"Content-Type": "text/plain"}, header_env={"X-Key": "FLAG_KEY"}, body="on é")
        plan = await stage.one(one)
        assert plan.state == "ready" and not plan.undo.can
        assert plan.requests[0].body == "Content-Type: text/plain\nX-Key: ••• (from FLAG_KEY)\n\non é"
        assert script.got == []
        made = await stage.do(one, plan)
    (headers, body), = script.got  # fmt: skip
    assert headers["X-Key"] == SECRET and body.decode() == "on é"
    assert made.result == {"status": 200} and made.said == "200 done with •••"
    assert SECRET not in repr(plan) + repr(made) + repr(stage.said)


async def test_another_status_fails_and_shows_no_secret(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG_KEY", SECRET)
    with receiver(Script(status=422, body=f"bad key {SECRET}\x1b[31m".encode())) as url:
        one = step(url, header_env={"X-Key": "FLAG_KEY"})
        with pytest.raises(StepError, match="answers 422: bad key •••") as raised:
            await stage.do(one, await stage.one(one))
        assert not raised.value.unsure and SECRET not in str(raised.value) and "\x1b" not in str(raised.value)
        allowed = step(url, expect=(200, 422))
        assert (await stage.do(allowed, await stage.one(allowed))).result == {"status": 422}


@pytest.mark.parametrize("mode", ["hang", "cut"])
async def test_no_answer_is_unsure(stage: Stage, mode: str) -> None:
    script = Script(mode=mode)
    with receiver(script) as url:
        one = step(url, timeout=timedelta(seconds=0.3), body="x")
        plan = await stage.one(one)
        with pytest.raises(StepError) as raised:
            await stage.do(one, plan)
        assert raised.value.unsure and "asked again by itself" not in str(raised.value)
        with pytest.raises(StepError) as raised:
            await stage.find(one, plan)
        assert raised.value.unsure, "nobody can know"
        same = step(url, repeatable=True)
        assert await stage.find(same, await stage.one(same)) is None
        assert len(script.got) == 1


async def test_an_endless_answer_is_not_read_on(stage: Stage) -> None:
    with receiver(Script(mode="endless")) as url:
        one = step(url, body="x")
        assert len((await stage.do(one, await stage.one(one))).said) < 300


async def test_a_redirect_is_not_followed_and_nobody_there_is_said(stage: Stage) -> None:
    with receiver(Script(status=302, headers={"Location": "http://127.0.0.1:1/"})) as url:
        one = step(url, body="x")
        with pytest.raises(StepError, match="answers 302"):
            await stage.do(one, await stage.one(one))
    with pytest.raises(StepError, match="refuses the connection") as raised:
        await stage.do(one, await stage.one(one))
    assert not raised.value.unsure


async def test_what_cannot_be_sent_blocks(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLAG_KEY", raising=False)
    plan = await stage.one(step("http://user:pw@host/", header_env={"X": "FLAG_KEY"}, headers={"A": "b\r\nC: d"}))
    assert plan.state == "blocked"
    assert "FLAG_KEY is not set" in plan.why and "holds a password" in plan.why and "can't be sent" in plan.why
    bad = await stage.one(step("http://x").model_copy(update={"url": "file:///etc/passwd"}))
    assert bad.state == "blocked" and "no http address" in bad.why
