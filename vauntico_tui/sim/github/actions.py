"""Workflows, their runs and jobs: list, rerun, cancel, dispatch; and check runs with annotations."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from vauntico_tui.sim.github.call import ApiError, Call, Paged, Reply, found, invalid, not_found
from vauntico_tui.sim.github.issues import instant
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.world import pipeline
from vauntico_tui.sim.world.records import Run
from vauntico_tui.sim.world.workflow_files import Input, dispatch_inputs
from vauntico_tui.sim.world.workflows import (
    WORKFLOWS,
    WORKFLOWS_BY_ID,
    JobView,
    WorkflowSpec,
    jobs_of,
    run_of_job,
    suite_id,
)

router = Router()
REPO = "/repos/{owner}/{repo}"
ACTIONS = REPO + "/actions"
RUN = ACTIONS + "/runs/{run_id}"
_STATUSES = {"queued", "in_progress", "completed", "waiting", "requested", "pending"}


# ---- runs -----------------------------------------------------------------------------------------------------------


@router.add("GET", ACTIONS + "/runs", "actions/workflow-runs#list-workflow-runs-for-a-repository")
def runs(call: Call) -> object:
    return _runs(call, call.world.runs_newest_first())


@router.add("GET", ACTIONS + "/workflows/{workflow_id}/runs", "actions/workflow-runs#list-workflow-runs-for-a-workflow")
def workflow_runs(call: Call) -> object:
    file = _workflow(call).file
    return _runs(call, [run for run in call.world.runs_newest_first() if run.workflow == file])


def _runs(call: Call, held: list[Run]) -> Paged:
    for name, field in (("branch", "branch"), ("event", "event"), ("actor", "actor"), ("head_sha", "sha")):
        if wanted := call.query(name):
            held = [run for run in held if getattr(run, field) == wanted]
    if status := call.query("status"):
        field = "status" if status in _STATUSES else "conclusion"
        held = [run for run in held if getattr(run, field) == status]
    if suite := call.query("check_suite_id"):
        held = [run for run in held if str(suite_id(run)) == suite]
    if created := call.query("created"):
        held = [run for run in held if _within(run.created_at, created)]
    pulls = call.query("exclude_pull_requests") != "true"
    return Paged(held, lambda run: call.shapes.run(run, pulls=pulls), "workflow_runs")


def _within(at: int, expression: str) -> bool:
    """A date search: `>=2024-01-01`, `2024-01-01..2024-01-02`, `*..2024-01-01`."""
    if ".." in expression:
        low, _, high = expression.partition("..")
        return (low in ("", "*") or at >= instant(low)) and (high in ("", "*") or at <= _end(high))
    for sign, holds in ((">=", at.__ge__), ("<=", at.__le__), (">", at.__gt__), ("<", at.__lt__)):
        if expression.startswith(sign):
            text = expression.removeprefix(sign)
            return bool(holds(_end(text) if sign in ("<=", ">") else instant(text)))
    return instant(expression) <= at <= _end(expression)


def _end(text: str) -> int:
    """A day means up to its end."""
    return instant(text) + (86399 if len(text) == 10 else 0)


def _run(call: Call) -> Run:
    return found(call.world.runs.get(call.number("run_id")))


@router.add("GET", RUN, "actions/workflow-runs#get-a-workflow-run")
def run(call: Call) -> object:
    return call.shapes.run(_run(call), pulls=call.query("exclude_pull_requests") != "true")


@router.add("DELETE", RUN, "actions/workflow-runs#delete-a-workflow-run")
def delete(call: Call) -> object:
    held = _run(call)
    if held.status != "completed":
        raise ApiError(403, "Cannot delete a workflow run that is still running.")
    del call.world.runs[held.id]
    call.world.touch()
    return Reply(status=204)


def _attempt(call: Call) -> Run:
    held, number = _run(call), call.number("attempt_number")
    return found(next((one for one in (*held.earlier, held) if one.attempt == number), None))


@router.add("GET", RUN + "/attempts/{attempt_number}", "actions/workflow-runs#get-a-workflow-run-attempt")
def attempt(call: Call) -> object:
    return call.shapes.run(_attempt(call))


@router.add(
    "GET", RUN + "/attempts/{attempt_number}/jobs", "actions/workflow-jobs#list-jobs-for-a-workflow-run-attempt"
)
def attempt_jobs(call: Call) -> object:
    return _jobs(call, [_attempt(call)])


@router.add("GET", RUN + "/jobs", "actions/workflow-jobs#list-jobs-for-a-workflow-run")
def jobs(call: Call) -> object:
    held = _run(call)
    if call.query("filter", "latest") == "all":
        return _jobs(call, [held, *reversed(held.earlier)])
    return _jobs(call, [held])


def _jobs(call: Call, attempts: list[Run]) -> Paged:
    views = [(one, job) for one in attempts for job in jobs_of(one, call.world.now)]
    running = any(one.status != "completed" for one in attempts)
    return Paged(views, lambda item: call.shapes.job(*item), "jobs", volatile=running)


def _job(call: Call, name: str = "job_id") -> tuple[Run, JobView]:
    number = call.number(name)
    held = found(call.world.runs.get(run_of_job(number)))
    for one in (held, *held.earlier):
        for job in jobs_of(one, call.world.now):
            if job.id == number:
                return one, job
    raise not_found()


@router.add("GET", ACTIONS + "/jobs/{job_id}", "actions/workflow-jobs#get-a-job-for-a-workflow-run")
def job(call: Call) -> object:
    return Reply(call.shapes.job(*_job(call)), volatile=True)


@router.add("GET", ACTIONS + "/jobs/{job_id}/logs", "actions/workflow-jobs#download-job-logs-for-a-workflow-run")
def job_logs(call: Call) -> object:
    held, view = _job(call)
    if view.status != "completed":
        raise not_found()
    return Reply(status=302, headers={"Location": f"{call.shapes.job_page(held, view)}/logs"}, volatile=True)


@router.add("GET", RUN + "/logs", "actions/workflow-runs#download-workflow-run-logs")
def run_logs(call: Call) -> object:
    held = _run(call)
    if held.status != "completed":
        raise not_found()
    where = f"{call.shapes.repo_html}/actions/runs/{held.id}/logs.zip"
    return Reply(status=302, headers={"Location": where}, volatile=True)


@router.add("GET", RUN + "/artifacts", "actions/artifacts#list-workflow-run-artifacts")
def artifacts(call: Call) -> object:
    _run(call)
    return Paged((), lambda item: item, "artifacts")


# ---- what one does to runs ------------------------------------------------------------------------------------------


@router.add("POST", RUN + "/rerun", "actions/workflow-runs#re-run-a-workflow")
def rerun(call: Call) -> object:
    return _rerun(call, _run(call))


@router.add("POST", RUN + "/rerun-failed-jobs", "actions/workflow-runs#re-run-failed-jobs-from-a-workflow-run")
def rerun_failed(call: Call) -> object:
    return _rerun(call, _run(call), failed_only=True)


@router.add("POST", ACTIONS + "/jobs/{job_id}/rerun", "actions/workflow-runs#re-run-a-job-from-a-workflow-run")
def rerun_job(call: Call) -> object:
    held, view = _job(call)
    return _rerun(call, call.world.runs[held.id], job=view.name)


def _rerun(call: Call, held: Run, *, failed_only: bool = False, job: str | None = None) -> Reply:
    try:
        pipeline.rerun(call.world, held, call.user, failed_only=failed_only, job=job)
    except pipeline.RefusedError as refusal:
        raise ApiError(403, str(refusal)) from None
    return Reply({}, 201)


@router.add("POST", RUN + "/cancel", "actions/workflow-runs#cancel-a-workflow-run")
def cancel(call: Call) -> object:
    try:
        pipeline.cancel(call.world, _run(call))
    except pipeline.RefusedError as refusal:
        raise ApiError(409, str(refusal)) from None
    return Reply({}, 202)


# ---- workflows ------------------------------------------------------------------------------------------------------


def _workflow(call: Call) -> WorkflowSpec:
    name = call.params["workflow_id"]
    spec = WORKFLOWS.get(name) or WORKFLOWS_BY_ID.get(int(name) if name.isascii() and name.isdigit() else 0)
    return found(spec)


@router.add("GET", ACTIONS + "/workflows", "actions/workflows#list-repository-workflows")
def workflows(call: Call) -> object:
    return Paged(list(WORKFLOWS.values()), call.shapes.workflow, "workflows")


@router.add("GET", ACTIONS + "/workflows/{workflow_id}", "actions/workflows#get-a-workflow")
def workflow(call: Call) -> object:
    return call.shapes.workflow(_workflow(call))


@router.add(
    "POST", ACTIONS + "/workflows/{workflow_id}/dispatches", "actions/workflows#create-a-workflow-dispatch-event"
)
def dispatch(call: Call) -> object:
    spec, ref = _workflow(call), call.text("ref").removeprefix("refs/heads/")
    sha = call.world.head(ref)
    if sha is None:
        raise ApiError(422, f"No ref found for: {ref}")
    if spec.file in call.world.switched_off:
        raise ApiError(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    known = dispatch_inputs(call.world.git.text(sha, spec.path))
    if known is None:
        raise ApiError(422, "Workflow does not have 'workflow_dispatch' trigger")
    inputs = _inputs(call, known)
    made = pipeline.start(call.world, spec.file, ref, sha, event="workflow_dispatch", by=call.user, inputs=inputs)
    if not call.body.get("return_run_details"):
        return Reply(status=204)
    return {
        "workflow_run_id": made.id, "run_url": f"{call.shapes.repo_api}/actions/runs/{made.id}",
        "html_url": f"{call.shapes.repo_html}/actions/runs/{made.id}",
    }  # fmt: skip


def _inputs(call: Call, known: Mapping[str, Input]) -> dict[str, str]:
    """The inputs of a dispatch with the file's defaults. Raises ApiError 422 as GitHub does."""
    given = call.body.get("inputs") or {}
    if not isinstance(given, dict) or len(given) > 25:
        raise ApiError(422, 'Invalid request.\n\nNo subschema in "anyOf" matched.')
    if unexpected := sorted(given.keys() - known.keys()):
        raise ApiError(422, f"Unexpected inputs provided: {json.dumps(unexpected)}")
    values: dict[str, str] = {}
    for name, one in known.items():
        value = given.get(name, one.default)
        if value is None or value == "":
            if one.required:
                raise ApiError(422, f"Required input '{name}' not provided")
            value = "false" if one.type == "boolean" else value
        if value is None:
            continue
        values[name] = text = str(value).lower() if isinstance(value, bool) else str(value)
        allowed = {"boolean": ("true", "false"), "choice": one.options}.get(one.type)
        if one.type == "environment":
            allowed = tuple(call.world.environments)
        if allowed is not None and text not in allowed:
            raise ApiError(422, f"Provided value '{text}' for input '{name}' not in the list of allowed values")
        if one.type == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", text):
            raise ApiError(422, f"Provided value '{text}' for input '{name}' is not a number")
    return values


@router.add("PUT", ACTIONS + "/workflows/{workflow_id}/disable", "actions/workflows#disable-a-workflow")
def disable(call: Call) -> object:
    call.world.switched_off.add(_workflow(call).file)
    call.world.touch()
    return Reply(status=204)


@router.add("PUT", ACTIONS + "/workflows/{workflow_id}/enable", "actions/workflows#enable-a-workflow")
def enable(call: Call) -> object:
    call.world.switched_off.discard(_workflow(call).file)
    call.world.touch()
    return Reply(status=204)


# ---- deployments that wait for a reviewer ---------------------------------------------------------------------------


@router.add("GET", RUN + "/pending_deployments", "actions/workflow-runs#get-pending-deployments-for-a-workflow-run")
def pending(call: Call) -> object:
    held = _run(call)
    name = pipeline.waits_for(call.world, held) if held.status == "waiting" else None
    return [call.shapes.pending(call.world.environments[name], call.user)] if name else []


@router.add("POST", RUN + "/pending_deployments", "actions/workflow-runs#review-pending-deployments-for-a-workflow-run")
def review(call: Call) -> object:
    held, state, comment = _run(call), call.text("state"), call.text("comment")
    if state not in ("approved", "rejected"):
        raise ApiError(422, f'Invalid request.\n\n{state} is not a member of ["approved", "rejected"].')
    name = pipeline.waits_for(call.world, held) if held.status == "waiting" else None
    environment = call.world.environments.get(name or "")
    wanted = call.body.get("environment_ids")
    if environment is None or not isinstance(wanted, list) or wanted != [environment.id]:
        raise ApiError(422, "Environments are not waiting for approval: environment_ids")
    if call.user not in environment.reviewers:
        raise ApiError(422, f"{call.user} is not a required reviewer of {environment.name}")
    pipeline.review(call.world, held, environment.name, state=state, by=call.user, comment=comment)
    return []


@router.add("GET", RUN + "/approvals", "actions/workflow-runs#get-the-review-history-for-a-workflow-run")
def approvals(call: Call) -> object:
    return [call.shapes.approval(call.world.environments[name], *told) for name, told in _run(call).reviewed.items()]


# ---- checks ---------------------------------------------------------------------------------------------------------


@router.add("GET", REPO + "/check-runs/{check_run_id}", "checks/runs#get-a-check-run")
def check_run(call: Call) -> object:
    return Reply(call.shapes.check_run(*_job(call, "check_run_id")), volatile=True)


@router.add("GET", REPO + "/check-runs/{check_run_id}/annotations", "checks/runs#list-check-run-annotations")
def check_run_annotations(call: Call) -> object:
    shapes = call.shapes.annotation(*_job(call, "check_run_id"))
    return Paged(shapes, lambda shape: shape, volatile=True)


@router.add("GET", REPO + "/commits/{ref}/check-runs", "checks/runs#list-check-runs-for-a-git-reference")
def check_runs(call: Call) -> object:
    commit = call.world.git.resolve(call.params["ref"])
    if commit is None:
        raise ApiError(422, f"No commit found for SHA: {call.params['ref']}")
    views = [(one, view) for one in call.world.runs_of(commit.sha) for view in jobs_of(one, call.world.now)]
    if name := call.query("check_name"):
        views = [(one, view) for one, view in views if view.name == name]
    if (status := call.query("status")) and status not in ("queued", "in_progress", "completed"):
        raise invalid("CheckRun", "invalid", "status")
    views = [(one, view) for one, view in views if status in ("", view.status)]
    return Paged(views, lambda item: call.shapes.check_run(*item), "check_runs", volatile=True)
