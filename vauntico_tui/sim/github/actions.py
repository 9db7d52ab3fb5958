"""Workflows, their runs and jobs: list, rerun, cancel, dispatch; and check runs with annotations."""

from __future__ import annotations

from vauntico_tui.sim.github.call import ApiError, Call, Paged, Reply, found, invalid, not_found
from vauntico_tui.sim.github.issues import instant
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.world import pipeline
from vauntico_tui.sim.world.records import Run
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
    return Reply(status=302, headers={"Location": f"{call.shapes.job_page(held, view)}/logs"}, volatile=True)


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
    if "dispatch" not in spec.on:
        raise ApiError(422, "Workflow does not have 'workflow_dispatch' trigger")
    if call.body.get("inputs"):
        name = next(iter(call.body["inputs"]))
        raise ApiError(422, f'Unexpected inputs provided: ["{name}"]')
    pipeline.start(call.world, spec.file, ref, sha, event="workflow_dispatch", by=call.user)
    return Reply(status=204)


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
