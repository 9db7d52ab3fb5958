"""Changing files: merged in one commit, shown as diffs, refused where the branch moved, put back."""

from __future__ import annotations

import re

import pytest

from tests.actions.remedy.steps.stage import BRANCH, BUILD, EXECUTION, Stage, branch, put
from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.runbooks.model import ChangeFiles, DeleteFile, JestOptions, ScrapeJobs, WorkflowDatabase
from vauntico_tui.sim.world.protection import Protection

JEST = "server-v2/jest.config.js"
SCRAPE = (
    "scrape_configs:\n  - job_name: vauntico-api\n    static_configs:\n      - targets: ['api.vauntico.com:3000']\n"
)


def files(*edits: object, on: str = BRANCH) -> ChangeFiles:
    return ChangeFiles(do="files", branch=on, message="1: fix: several files\n\nWhy.", edits=edits)  # type: ignore[arg-type]


DATABASE = WorkflowDatabase(edit="workflow_database", path=BUILD)
SETUP = JestOptions(edit="jest", path=JEST, options={"testTimeout": 30000, "globalSetup": "<rootDir>/tests/up.ts"})
MONITORING = ScrapeJobs(edit="scrape_jobs", path="monitoring/prometheus.yml", text=SCRAPE)


async def test_all_edits_are_one_commit_on_a_branch_that_is_made_before(stage: Stage) -> None:
    step = files(DATABASE, SETUP, MONITORING)
    main = stage.head()
    plans = await stage.plan(branch(), step)
    paths = [change.path for change in plans[1].changes]
    assert paths == [BUILD, JEST, "server-v2/tests/up.ts", "monitoring/prometheus.yml"]
    assert plans[1].changes[0].before == stage.text(BUILD) and plans[1].changes[3].before is None
    assert "postgres" in (plans[1].changes[0].after or "")
    shown = plans[1].requests[0]
    assert shown.verb == "POST" and f'"expectedHeadOid": "{main}"' in shown.body and "‹execution›" in shown.body
    assert stage.requests("POST") == ["POST /api/graphql"], "one query reads all, and nothing is written"
    for one, plan in zip((branch(), step), plans, strict=True):
        await stage.do(one, plan)
    for change in plans[1].changes:
        assert stage.text(change.path, BRANCH) == change.after, "what was shown is what was sent"
    commit = stage.box.world.git.commits[str(stage.head(BRANCH))]
    assert commit.parents == (main,) and f"Vauntico-Execution: {EXECUTION}/2" in commit.message
    assert commit.message.startswith("1: fix: several files\n\nWhy.")
    found = await stage.find(step, plans[1])
    assert found is not None and found.result["commit"] == commit.sha
    assert await stage.undo(step, plans[1]) == f"the commit goes with the branch {BRANCH}"


async def test_a_second_run_changes_nothing(stage: Stage) -> None:
    step = files(DATABASE, SETUP, MONITORING)
    await stage.all(branch(), step)
    plans = await stage.plan(branch(), step)
    assert [plan.state for plan in plans] == ["nothing", "nothing"] and not plans[1].requests


async def test_two_steps_on_one_branch_build_on_each_other(stage: Stage) -> None:
    first, second = put("a.txt", "one\n"), put("a.txt", "two\n")
    plans = await stage.plan(branch(), first, second)
    assert plans[2].changes[0].before == "one\n" and "‹commit of step 2›" in plans[2].requests[0].body
    for one, plan in zip((branch(), first, second), plans, strict=True):
        await stage.do(one, plan)
    assert stage.text("a.txt", BRANCH) == "two\n"


async def test_a_branch_that_moved_on_is_refused_and_said(stage: Stage) -> None:
    await stage.all(branch())
    step = put("a.txt", "ours\n")
    plan = await stage.one(step)
    stage.write({"a.txt": "theirs\n"}, BRANCH)
    assert f"{BRANCH} moved from" in await stage.kind(step).moved(plan)
    with pytest.raises(StepError, match="moved on") as raised:
        await stage.kind(step).do(plan, stage.running())
    assert raised.value.moved and not raised.value.unsure
    assert stage.text("a.txt", BRANCH) == "theirs\n" and await stage.find(step, plan) is None


async def test_a_protected_branch_is_seen_in_the_plan_and_refused_as_itself(stage: Stage) -> None:
    step = put("a.txt", "a\n", on="main")
    plan = await stage.one(step)
    stage.box.world.protections["main"] = Protection(1, "main", reviews=1, bind_admins=True)
    with pytest.raises(StepError, match="protected") as raised:
        await stage.kind(step).do(plan, stage.running())
    assert not raised.value.unsure and "pull request" in raised.value.trouble.next_step
    plan = await stage.one(step)
    assert plan.state == "blocked" and "main is protected (it asks for 1 approving reviews)" in plan.why


async def test_a_lost_answer_is_found_by_its_mark(stage: Stage) -> None:
    await stage.all(branch())
    step = put("a.txt", "a\n")
    plan = await stage.one(step)
    assert await stage.kind(step).moved(plan) == ""
    stage.box.faults.add("github", "lost_answer", path="*/graphql", times=1)
    with pytest.raises(StepError) as raised:
        await stage.kind(step).do(plan, stage.running())
    assert raised.value.unsure
    stage.write({"other.txt": "later\n"}, BRANCH)
    found = await stage.find(step, plan)
    assert found is not None and found.result["commit"] != stage.head(BRANCH)


async def test_files_are_put_back_unless_somebody_changed_them(stage: Stage) -> None:
    await stage.all(branch())
    before = stage.text("README.md")
    step = files(
        put("README.md", "ours\n").edits[0], put("new.txt", "new\n").edits[0],
        DeleteFile(edit="delete", path="vercel.json"),
    )  # fmt: skip
    stage.results.clear()  # the branch is not of this execution
    plan = await stage.one(step)
    await stage.do(step, plan)
    assert stage.text("vercel.json", BRANCH) is None
    stage.write({"docs/onboarding.md": "theirs\n"}, BRANCH)
    assert "3 files put back" in await stage.undo(step, plan)
    assert stage.text("README.md", BRANCH) == before and stage.text("new.txt", BRANCH) is None
    assert stage.text("vercel.json", BRANCH) == stage.text("vercel.json")
    assert stage.text("docs/onboarding.md", BRANCH) == "theirs\n"
    assert await stage.undo(step, plan) == "the files are as they were"


async def test_a_file_that_somebody_changed_since_is_not_put_back(stage: Stage) -> None:
    await stage.all(branch())
    stage.results.clear()
    step = put("README.md", "ours\n")
    plan = await stage.one(step)
    await stage.do(step, plan)
    stage.write({"README.md": "theirs\n"}, BRANCH)
    with pytest.raises(StepError, match="somebody has changed README"):
        await stage.undo(step, plan)
    assert stage.text("README.md", BRANCH) == "theirs\n"


async def test_what_cannot_be_merged_waits_for_a_person(stage: Stage) -> None:
    stage.write({JEST: "module.exports = require('./make')(process.env.CI);\n"})
    step = files(SETUP, on="main")
    plan = await stage.one(step)
    assert plan.state == "blocked" and f"{JEST} must be merged by hand" in plan.why
    assert plan.changes[0].by_hand and "testTimeout" in plan.changes[0].wanted
    assert plan.changes[0].after == plan.changes[0].before
    merged = "module.exports = { ...require('./make')(process.env.CI), testTimeout: 30000 };\n"
    plan = (await stage.plan(step, edited={JEST: merged}))[0]
    assert plan.state == "ready" and plan.changes[0].after == merged and not plan.changes[0].by_hand
    await stage.do(step, plan)
    assert stage.text(JEST) == merged


@pytest.mark.parametrize(
    ("merged", "why"), [("jobs: [\n", "as YAML"), ("on: push\njobs:\n  a:\n    runs-on: 3\n", "jobs.a.runs-on")]
)
async def test_a_workflow_that_a_person_merged_is_held_to_githubs_schema_too(
    stage: Stage, merged: str, why: str
) -> None:
    path = ".github/workflows/build-verification.yml"
    stage.write({path: "on: push\njobs: {t: {runs-on: ubuntu-latest, uses: "})
    step = files({"edit": "workflow_database", "path": path}, on="main")
    assert "must be merged by hand" in (await stage.one(step)).why
    plan = (await stage.plan(step, edited={path: merged}))[0]
    assert plan.state == "blocked"
    assert "as you merged it" in plan.changes[0].by_hand and why in plan.changes[0].by_hand
    assert plan.changes[0].after == plan.changes[0].before
    sound = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run test:integration\n"
    assert (await stage.plan(step, edited={path: sound}))[0].state == "ready"


async def test_bytes_stay_as_they_are_but_for_the_change(stage: Stage) -> None:
    """A byte order mark and CRLF, which GraphQL's text may lose, are read as they are."""
    text = "\ufeffscrape_configs:\r\n  - job_name: old\r\n    static_configs:\r\n      - targets: ['a:1']"
    stage.write({"monitoring/prometheus.yml": text})
    step = files(MONITORING, on="main")
    plan = await stage.one(step)
    assert plan.state == "ready" and plan.changes[0].before == text
    await stage.do(step, plan)
    told = stage.text("monitoring/prometheus.yml") or ""
    assert told.startswith("\ufeffscrape_configs:\r\n") and "vauntico-api" in told
    assert not re.search(r"(?<!\r)\n", told)


async def test_a_file_that_is_no_text_is_left_alone(stage: Stage) -> None:
    from vauntico_tui.sim.world import changes

    with stage.box.world.lock:
        changes.commit_files(stage.box.world, "main", {"monitoring/prometheus.yml": b"a: \xff\xfe\n"}, "x", "ada")
    plan = await stage.one(files(MONITORING, on="main"))
    assert plan.state == "blocked" and not plan.requests
    assert "no UTF-8 text" in plan.why


@pytest.mark.parametrize("there", [True, False], ids=["promtool", "by its shape"])
async def test_a_prometheus_that_is_not_sound_blocks(
    stage: Stage, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not there:
        monkeypatch.setattr("vauntico_tui.actions.remedy.steps.promtool.shutil.which", lambda _: None)
    bad = "scrape_configs:\n  - job_name: a\n    scrape_interval: often\n"
    step = files(ScrapeJobs(edit="scrape_jobs", path="monitoring/prometheus.yml", text=bad), on="main")
    plan = await stage.one(step)
    assert plan.state == "blocked" and "monitoring/prometheus.yml" in plan.why


async def test_a_prometheus_that_a_person_merged_wrongly_stays_theirs_to_merge(stage: Stage) -> None:
    path = "monitoring/prometheus.yml"
    stage.write({path: "scrape_configs: [{job_name: old, static_configs: [{targets: ['a:1']}]}]\n"})
    step = files(MONITORING, {"edit": "put", "path": path, "text": "kept"}, on="main")
    first = (await stage.one(step)).changes[0]
    assert first.by_hand and "vauntico-api" in first.wanted, "the edit after it takes nothing of that away"
    wrong = "scrape_configs:\n  - job_name: a\n    scrape_interval: often\n"
    plan = (await stage.plan(step, edited={path: wrong}))[0]
    assert plan.state == "blocked"
    assert "as it was merged" in plan.changes[0].by_hand and plan.changes[0].wanted == wrong


async def test_what_was_not_sound_before_does_not_block(stage: Stage) -> None:
    text = "scrape_configs:\n  - job_name: old\n    static_configs: []\nglobal:\n  scrape_intervall: 15s\n"
    stage.write({"monitoring/prometheus.yml": text})
    plan = await stage.one(files(MONITORING, on="main"))
    assert plan.state == "ready" and "scrape_intervall" in (plan.changes[0].after or "")


async def test_a_branch_that_nobody_makes_blocks(stage: Stage) -> None:
    plan = await stage.one(put("a.txt", "a\n"))
    assert plan.state == "blocked" and f"there is no branch {BRANCH}" in plan.why
