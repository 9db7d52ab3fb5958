"""GitHub as remediation speaks to it: limits waited for, refusals told, nothing sent twice by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.remedy.steps.stage import BRANCH, Stage, branch, pull, put
from tests.sources.real import free_port
from vauntico_tui.actions.remedy.kinds import Cancelled, StepError
from vauntico_tui.actions.remedy.model import Need
from vauntico_tui.actions.remedy.scopes import need


async def test_a_secondary_limit_is_waited_for_told_and_gone_on(stage: Stage) -> None:
    plan = await stage.one(branch())
    stage.box.faults.add("github", "secondary_rate_limit", value=20, path="*/git/refs", times=2)
    await stage.do(branch(), plan)
    assert stage.head(BRANCH) is not None and 40 <= stage.around.rested < 45
    assert any("secondary rate limit" in line and "goes on in 20 s" in line for line, _ in stage.said)
    assert len([one for one in stage.requests("POST") if one.endswith("/git/refs")]) == 3


async def test_reads_of_a_step_wait_too_and_a_plan_does_not(stage: Stage) -> None:
    stage.box.faults.add("github", "secondary_rate_limit", value=20, path="*/graphql", times=1)
    with pytest.raises(StepError, match="try again in 20 s"):
        await stage.one(branch())
    plan = await stage.one(branch())
    stage.box.faults.add("github", "secondary_rate_limit", value=20, path="*/graphql", times=1)
    assert await stage.find(branch(), plan) is None and stage.around.rested >= 20


async def test_a_limit_in_graphql_is_waited_for_too(stage: Stage) -> None:
    await stage.all(branch())
    step = put("a.txt", "a\n")
    plan = await stage.one(step)
    assert await stage.kind(step).moved(plan) == ""
    stage.box.faults.add("github", "secondary_rate_limit", value=5, path="*/graphql", times=1)
    await stage.kind(step).do(plan, stage.running())
    assert stage.text("a.txt", BRANCH) == "a\n" and stage.around.rested >= 5


async def test_a_wait_is_never_longer_than_five_minutes_and_never_endless(stage: Stage) -> None:
    plan = await stage.one(branch())
    stage.box.faults.add("github", "secondary_rate_limit", value=3600, path="*/git/refs")
    with pytest.raises(StepError, match="keeps its limit up") as raised:
        await stage.do(branch(), plan)
    assert not raised.value.unsure and stage.around.rested <= 5 * 301 and stage.head(BRANCH) is None


async def test_the_hours_own_limit_is_said_with_its_end(stage: Stage) -> None:
    plan = await stage.one(branch())
    stage.box.faults.add("github", "rate_limit", value=1800, path="*/git/refs", times=1)
    with pytest.raises(StepError, match=r"it ends at \d\d:\d\d UTC; resume then") as raised:
        await stage.do(branch(), plan)
    assert not raised.value.unsure and stage.around.rested == 0


async def test_a_wait_is_cancelled(stage: Stage) -> None:
    plan = await stage.one(branch())
    stage.box.faults.add("github", "secondary_rate_limit", value=100, path="*/git/refs")
    stage.around.each_rest = stage.cancel.set
    with pytest.raises(Cancelled):
        await stage.do(branch(), plan)
    assert stage.around.rested <= 1


@pytest.mark.parametrize(
    ("fault", "value", "unsure", "said"),
    [
        ("status", 500, True, "trouble of its own"), ("status", 502, True, "trouble of its own"),
        ("status", 422, False, "refuses (422"), ("status", 409, False, "refuses (409"),
        ("status", 403, False, "may not do this"), ("status", 404, False, "404"), ("lost_answer", None, True, ""),
        ("expired_token", None, False, "does not accept the token"), ("html", None, False, ""),
        ("cut", None, True, ""),
    ],
)  # fmt: skip
async def test_every_refusal_is_a_sentence_and_says_whether_it_was_done(
    stage: Stage, fault: str, value: float | None, unsure: bool, said: str
) -> None:
    plan = await stage.one(branch())
    assert await stage.kind(branch()).moved(plan) == ""
    stage.box.record.reset()
    stage.box.faults.add("github", fault, value, path="*/git/refs")
    try:
        await stage.kind(branch()).do(plan, stage.running())
    except StepError as error:
        assert error.unsure is unsure and said in str(error) and error.trouble.next_step
        assert "asked again by itself" not in str(error) and "may not read" not in str(error)
    else:
        assert fault == "html", "a proxy's page with 200: only looking tells, and the next step looks"
    assert len(stage.requests()) == 1, "nothing is sent twice by itself"


async def test_nobody_there_no_token_and_no_repository(stage: Stage, tmp_path: Path) -> None:
    plan = await stage.one(branch())
    github = dict(stage.settings["github"])
    stage.renew(github={**github, "url": f"http://127.0.0.1:{free_port()}/api/v3"})
    with pytest.raises(StepError, match="refuses the connection") as raised:
        await stage.kind(branch()).do(plan, stage.running())
    assert not raised.value.unsure, "nothing was sent"
    stage.renew(github={**github, "token_file": tmp_path / "gone"})
    with pytest.raises(StepError, match="can't read"):
        await stage.one(branch())
    stage.renew(github={"url": github["url"]})
    with pytest.raises(StepError, match="no repository is named"):
        await stage.one(branch())
    stage.renew(github={**github, "repository": "vauntico/other"})
    with pytest.raises(StepError, match="vauntico/other"):
        await stage.one(branch())


async def test_a_plan_is_read_in_one_query(stage: Stage) -> None:
    plans = await stage.plan(branch(), put("a.txt", "a\n"), put("b.txt", "b\n"), pull())
    assert [plan.state for plan in plans] == ["ready"] * 4
    assert stage.requests() == ["POST /api/graphql"]


def test_what_a_token_may_do() -> None:
    wide, narrow = frozenset({"repo", "workflow"}), frozenset({"public_repo"})
    assert need("contents", wide) == Need("contents: write (classic: repo)", True)
    assert need("workflows", frozenset({"repo"})).have is False
    assert need("issues", narrow).have is False and need("issues", narrow, public=True).have
    assert need("secrets", None).have is None
    reader = need("contents", wide, "READ")
    assert reader.have is False and "you are read in this repository" in reader.next_step
    assert need("issues", wide, "TRIAGE").have and need("actions", wide, "TRIAGE").have is False


async def test_pages_are_read_to_their_end(stage: Stage) -> None:
    held = await stage.remote.pages(stage.remote.path("/actions/workflows"), "workflows", what="workflows")
    assert len(held) == len({one["id"] for one in held}) > 5
    told = await stage.remote.json(stage.remote.path("/labels?per_page=1"), what="labels")
    assert len(told) == 1
