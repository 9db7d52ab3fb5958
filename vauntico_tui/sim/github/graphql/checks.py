"""Fields of workflow runs, checks and deployments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vauntico_tui.sim.github.graphql.connection import Connection, connect
from vauntico_tui.sim.github.graphql.objects import (
    Check,
    Info,
    Resolver,
    Rollup,
    Suite,
    find_ref,
    person,
    when,
)
from vauntico_tui.sim.github.shapes import node_id
from vauntico_tui.sim.world.git import stamp
from vauntico_tui.sim.world.records import (
    Deployment,
    Run,
)
from vauntico_tui.sim.world.workflows import (
    WORKFLOWS,
    WorkflowSpec,
    jobs_of,
    suite_id,
)


def _conclusion(value: str | None) -> str | None:
    return value.upper() if value else None


def _status(value: str) -> str:
    return value.upper()


def rollup_state(runs: Sequence[Run]) -> str:
    """One word for all of a commit's runs."""
    if any(run.conclusion in ("failure", "timed_out", "cancelled") for run in runs):
        return "FAILURE"
    return "SUCCESS" if all(run.status == "completed" for run in runs) else "PENDING"


def _contexts(rollup: Rollup, info: Info, **args: Any) -> Connection:
    now = info.context.world.now
    return connect([Check(run, job) for run in rollup.runs for job in jobs_of(run, now)], args)


def _check_runs(suite: Suite, info: Info, **args: Any) -> Connection:
    wanted = args.get("filterBy") or {}
    now = info.context.world.now
    attempts = (*suite.run.earlier, suite.run) if wanted.get("checkType") == "ALL" else (suite.run,)
    found = [Check(run, job) for run in attempts for job in jobs_of(run, now)]
    if wanted.get("checkName"):
        found = [check for check in found if check.job.name == wanted["checkName"]]
    if wanted.get("conclusions"):
        found = [check for check in found if _conclusion(check.job.conclusion) in wanted["conclusions"]]
    statuses = wanted.get("statuses") or ([wanted["status"]] if wanted.get("status") else None)
    if statuses:
        found = [check for check in found if _status(check.job.status) in statuses]
    return connect(found, args)


def _steps(check: Check, info: Info, **args: Any) -> Connection:
    number = args.get("number")
    return connect([step for step in check.job.steps if number in (None, step.number)], args)


def _annotations(check: Check, info: Info, **args: Any) -> Connection:
    return connect(info.context.shapes.annotation(check.run, check.job), args)


def _workflow(run: Run, info: Info) -> WorkflowSpec:
    return WORKFLOWS[run.workflow]


RUN: dict[str, Resolver] = {
    "id": lambda run, info: node_id("WFR", run.id),
    "databaseId": lambda run, info: run.id,
    "runNumber": lambda run, info: run.number,
    "event": lambda run, info: run.event,
    "url": lambda run, info: f"{info.context.shapes.repo_html}/actions/runs/{run.id}",
    "createdAt": lambda run, info: stamp(run.created_at),
    "updatedAt": lambda run, info: stamp(run.updated_at),
    "checkSuite": lambda run, info: Suite(run),
    "workflow": _workflow,
}
WORKFLOW: dict[str, Resolver] = {
    "id": lambda spec, info: node_id("W", spec.id),
    "databaseId": lambda spec, info: spec.id,
    "name": lambda spec, info: spec.name,
    "state": lambda spec, info: "DISABLED_MANUALLY" if spec.file in info.context.world.switched_off else "ACTIVE",
    "url": lambda spec, info: f"{info.context.shapes.repo_html}/actions/workflows/{spec.file}",
    "createdAt": lambda spec, info: when(info.context.world.created_at),
    "updatedAt": lambda spec, info: when(info.context.world.created_at),
}
SUITE: dict[str, Resolver] = {
    "id": lambda suite, info: node_id("CS", suite_id(suite.run)),
    "databaseId": lambda suite, info: suite_id(suite.run),
    "status": lambda suite, info: _status(suite.run.status),
    "conclusion": lambda suite, info: _conclusion(suite.run.conclusion),
    "url": lambda suite, info: f"{info.context.shapes.repo_html}/actions/runs/{suite.run.id}",
    "createdAt": lambda suite, info: stamp(suite.run.created_at),
    "updatedAt": lambda suite, info: stamp(suite.run.updated_at),
    "checkRuns": _check_runs,
    "workflowRun": lambda suite, info: suite.run,
    "commit": lambda suite, info: info.context.world.git.commits[suite.run.sha],
    "branch": lambda suite, info: find_ref(info.context.world, suite.run.branch),
}
CHECK: dict[str, Resolver] = {
    "id": lambda check, info: node_id("CR", check.job.id),
    "databaseId": lambda check, info: check.job.id,
    "name": lambda check, info: check.job.name,
    "status": lambda check, info: _status(check.job.status),
    "conclusion": lambda check, info: _conclusion(check.job.conclusion),
    "startedAt": lambda check, info: when(check.job.started_at),
    "completedAt": lambda check, info: when(check.job.completed_at),
    "detailsUrl": lambda check, info: info.context.shapes.job_page(check.run, check.job),
    "url": lambda check, info: info.context.shapes.job_page(check.run, check.job),
    "title": lambda check, info: None,
    "steps": _steps,
    "annotations": _annotations,
    "checkSuite": lambda check, info: Suite(check.run),
    "isRequired": lambda check, info, **_: False,
    "externalId": lambda check, info: str(check.job.id),
}
STEP: dict[str, Resolver] = {
    "number": lambda step, info: step.number,
    "name": lambda step, info: step.name,
    "status": lambda step, info: _status(step.status),
    "conclusion": lambda step, info: _conclusion(step.conclusion),
    "startedAt": lambda step, info: when(step.started_at),
    "completedAt": lambda step, info: when(step.completed_at),
}
ANNOTATION: dict[str, Resolver] = {
    "message": lambda one, info: one["message"],
    "title": lambda one, info: one["title"],
    "path": lambda one, info: one["path"],
    "annotationLevel": lambda one, info: "FAILURE",
    "rawDetails": lambda one, info: None,
    "blobUrl": lambda one, info: one["blob_href"],
    "location": lambda one, info: {
        "start": {"line": one["start_line"], "column": None},
        "end": {"line": one["end_line"], "column": None},
    },
}
_DEPLOYED = {"success": "ACTIVE", "in_progress": "IN_PROGRESS"}


def _deployment_state(deployment: Deployment, info: Info) -> str:
    return _DEPLOYED.get(deployment.state, deployment.state.upper())


DEPLOYMENT: dict[str, Resolver] = {
    "id": lambda one, info: node_id("DE", one.id),
    "databaseId": lambda one, info: one.id,
    "environment": lambda one, info: one.environment,
    "originalEnvironment": lambda one, info: one.environment,
    "latestEnvironment": lambda one, info: one.environment,
    "description": lambda one, info: one.description or None,
    "commitOid": lambda one, info: one.sha,
    "commit": lambda one, info: info.context.world.git.commits.get(one.sha),
    "state": _deployment_state,
    "createdAt": lambda one, info: stamp(one.created_at),
    "updatedAt": lambda one, info: stamp(one.updated_at),
    "creator": lambda one, info: person(one.creator),
    "ref": lambda one, info: find_ref(info.context.world, one.ref),
    "task": lambda one, info: one.task,
    "payload": lambda one, info: str(one.payload) if one.payload else None,
    "latestStatus": lambda one, info: (one, one.statuses[-1]) if one.statuses else None,
    "statuses": lambda one, info, **args: connect([(one, s) for s in reversed(one.statuses)], args),
}
STATUS: dict[str, Resolver] = {
    "id": lambda pair, info: node_id("DES", pair[1].id),
    "state": lambda pair, info: pair[1].state.upper(),
    "description": lambda pair, info: pair[1].description or None,
    "logUrl": lambda pair, info: pair[1].log_url or None,
    "environmentUrl": lambda pair, info: pair[1].environment_url or None,
    "environment": lambda pair, info: pair[0].environment,
    "createdAt": lambda pair, info: stamp(pair[1].created_at),
    "updatedAt": lambda pair, info: stamp(pair[1].created_at),
    "creator": lambda pair, info: person(pair[1].creator),
    "deployment": lambda pair, info: pair[0],
}
ROLLUP: dict[str, Resolver] = {
    "id": lambda rollup, info: node_id("SCR", rollup.commit.sha),
    "state": lambda rollup, info: rollup_state(rollup.runs),
    "contexts": _contexts,
    "commit": lambda rollup, info: rollup.commit,
}
PULL_COMMIT: dict[str, Resolver] = {
    "id": lambda one, info: node_id("PRC", f"{one.pull.number} {one.commit.sha}"),
    "commit": lambda one, info: one.commit,
    "url": lambda one, info: f"{info.context.shapes.repo_html}/commit/{one.commit.sha}",
}
