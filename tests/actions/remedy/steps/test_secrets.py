"""Setting secrets: sealed with the repository's key, verified, and nowhere to be read."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.actions.remedy.steps.stage import Stage
from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.runbooks.model import SetSecrets
from vauntico_tui.sim.http import Request, Response
from vauntico_tui.sim.world.records import Secret

CANARY = "canary-9d1f-never-shown"
NEW = SetSecrets(do="secrets", names=("BRAND_NEW",))


def step(*names: str, **more: Any) -> SetSecrets:
    return SetSecrets(do="secrets", names=names, **more)


async def test_it_is_sealed_sent_and_verified(stage: Stage) -> None:
    from nacl.public import PrivateKey, SealedBox

    heard: list[Request] = []
    inner = stage.box.github._rest

    def rest(request: Request, *more: Any) -> Response:
        heard.append(request)
        return inner(request, *more)

    stage.box.github._rest = rest  # type: ignore[method-assign]
    plan = await stage.one(NEW)
    assert [one.name for one in plan.asks] == ["BRAND_NEW"] and plan.undo.can
    assert '"encrypted_value": "•••"' in plan.requests[0].body
    made = await stage.do(NEW, plan, secrets={"BRAND_NEW": CANARY})
    put = next(one for one in heard if one.method == "PUT")
    key = PrivateKey(hashlib.sha256(f"box key {stage.box.world.seed}".encode()).digest())
    sealed = base64.b64decode(json.loads(put.body)["encrypted_value"])
    assert SealedBox(key).decrypt(sealed).decode() == CANARY
    assert "BRAND_NEW" in stage.box.world.secrets and made.result["new"] == [["BRAND_NEW", "repository"]]
    told = f"{plan!r} {made!r} {stage.said!r} {stage.running(secrets={'X': CANARY})!r}"
    assert CANARY not in told and not any(CANARY.encode() in one.body for one in heard)
    assert await stage.find(NEW, plan) is not None
    assert "1 secret deleted" in await stage.undo(NEW, plan)
    assert "BRAND_NEW" not in stage.box.world.secrets and "1 secret deleted" in await stage.undo(NEW, plan)


async def test_an_old_value_cannot_be_restored_and_the_plan_says_so(stage: Stage) -> None:
    old = step("DATABASE_URL")
    plan = await stage.one(old)
    assert not plan.undo.can and "can't be restored" in plan.undo.how and "replaces DATABASE_URL" in plan.notes[0]
    await stage.do(old, plan, secrets={"DATABASE_URL": CANARY})
    with pytest.raises(StepError, match="can't be set to the old value"):
        await stage.undo(old, plan)
    both = await stage.one(step("DATABASE_URL", "BRAND_NEW"))
    assert both.undo.can and both.undo.how.startswith("BRAND_NEW deleted; the old value of DATABASE_URL")


async def test_several_scopes_with_one_value_or_their_own(stage: Stage) -> None:
    wide = step("BRAND_NEW", scopes=("repository", "production"))
    plan = await stage.one(wide)
    assert [one.name for one in plan.asks] == ["BRAND_NEW"] and "BRAND_NEW@production" in plan.asks[0].help
    assert [need.permission.partition(":")[0] for need in plan.needs] == ["secrets", "environments"]
    await stage.do(wide, plan, secrets={"BRAND_NEW": "a", "BRAND_NEW@production": "b"})
    assert "BRAND_NEW" in stage.box.world.secrets
    assert "BRAND_NEW" in stage.box.world.environments["production"].secrets


async def test_only_missing_leaves_what_is_set(stage: Stage) -> None:
    plan = await stage.one(step("DATABASE_URL", "BRAND_NEW", only_missing=True))
    assert plan.notes == ("DATABASE_URL is set and stays as it is",)
    assert [one.name for one in plan.asks] == ["BRAND_NEW"]
    assert (await stage.one(step("DATABASE_URL", only_missing=True))).state == "nothing"


async def test_its_title_says_how_many_are_set_of_how_many_and_where(stage: Stage) -> None:
    assert (await stage.one(step("DATABASE_URL", "BRAND_NEW"))).title == "Set 2 secrets"
    assert (await stage.one(step("DATABASE_URL", "BRAND_NEW", only_missing=True))).title == "Set 1 of 2 secrets"
    several = step("BRAND_NEW", scopes=("repository", "production"))
    assert (await stage.one(several)).title == "Set the secret BRAND_NEW for repository, production"


async def test_no_value_sends_nothing_at_all(stage: Stage) -> None:
    two = step("DATABASE_URL", "BRAND_NEW")
    plan = await stage.one(two)
    with pytest.raises(StepError, match="no value was given for BRAND_NEW"):
        await stage.do(two, plan, secrets={"DATABASE_URL": CANARY})
    with pytest.raises(StepError, match="48 KiB"):
        await stage.do(NEW, await stage.one(NEW), secrets={"BRAND_NEW": "x" * 50_000})
    assert stage.requests("PUT") == []


async def test_one_that_somebody_set_since_is_said(stage: Stage) -> None:
    plan = await stage.one(NEW)
    stage.box.world.secrets["BRAND_NEW"] = Secret("BRAND_NEW", 1, stage.box.world.now)
    stage.box.world.touch()
    assert "BRAND_NEW changed since" in await stage.kind(NEW).moved(plan)


async def test_a_cut_in_the_middle_is_resumed(stage: Stage) -> None:
    three = step("NEW_ONE", "NEW_TWO", "NEW_THREE")
    plan = await stage.one(three)
    secrets = dict.fromkeys(three.names, CANARY)
    stage.box.faults.add("github", "lost_answer", path="*NEW_TWO", times=1)
    with pytest.raises(StepError) as raised:
        await stage.do(three, plan, secrets=secrets)
    assert raised.value.unsure and CANARY not in str(raised.value)
    kind, running = stage.kind(three), stage.running(secrets=secrets)
    assert "NEW_ONE, NEW_TWO changed since" in await kind.moved(plan)
    assert await kind.find(plan, running) is None, "one is missing still"
    assert await kind.moved(plan) == "", "what it has set itself has not moved"
    assert (await kind.plan(three, 0, (), Subject())).data == plan.data, "nor does a new plan forget what was new"
    await kind.do(plan, running)
    assert {"NEW_ONE", "NEW_TWO", "NEW_THREE"} <= stage.box.world.secrets.keys()
    assert await stage.find(three, plan) is not None


async def test_a_key_that_changed_and_a_name_that_is_none(stage: Stage) -> None:
    plan = await stage.one(NEW)
    plan.data["calls"][0]["body"]["key_id"] = "1"
    with pytest.raises(StepError, match="key of repository was changed") as raised:
        await stage.do(NEW, plan, secrets={"BRAND_NEW": CANARY})
    assert raised.value.moved
    bad = await stage.one(step("1BAD", "GITHUB_X"))
    assert bad.state == "blocked" and "1BAD, GITHUB_X" in bad.why


async def test_an_environment_that_is_not_there_blocks(stage: Stage) -> None:
    plan = await stage.one(step("A", scopes=("nowhere",)))
    assert plan.state == "blocked" and "is there such an environment" in plan.why
