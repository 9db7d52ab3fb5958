"""Workflow runs: what starts them, how they end, and the deployments that follow a green build."""

from __future__ import annotations

from functools import partial

from vauntico_tui.sim.world.outcomes import judge
from vauntico_tui.sim.world.people import BOT
from vauntico_tui.sim.world.records import Deployment, DeploymentStatus, Pull, Run
from vauntico_tui.sim.world.workflows import WORKFLOWS, duration, jobs_of, run_id
from vauntico_tui.sim.world.world import World

SITES = {
    "production": "https://vauntico.com",
    "staging": "https://staging.vauntico.com",
    "preview": "https://preview.vauntico.com",
}
DEPLOY = "production-deploy.yml"
QUEUED = 4.0
"""World seconds that a run waits for a runner."""


class RefusedError(Exception):
    """A run is not in the state that the request needs; the sentence is GitHub's."""


def pushed(world: World, branch: str, sha: str, by: str, pull: Pull | None = None) -> None:
    """Start the workflows that a push starts."""
    event = "pull_request" if pull else "push"
    wanted = "pull_request" if pull else "main"
    for spec in WORKFLOWS.values():
        if wanted in spec.on and spec.file not in world.switched_off:
            start(world, spec.file, branch, sha, event=event, by=by, pull=pull)


def start(
    world: World,
    workflow: str,
    branch: str,
    sha: str,
    *,
    event: str,
    by: str,
    pull: Pull | None = None,
    inputs: dict[str, str] | None = None,
) -> Run:
    """A new run, waiting for a runner."""
    sequence, number = world.next_run(workflow)
    now = world.now
    title = pull.title if pull else world.git.commits[sha].message.split("\n", 1)[0]
    if event in ("schedule", "workflow_dispatch"):
        title = WORKFLOWS[workflow].name
    run = Run(run_id(sequence), number, workflow, branch, event, sha, title, by, now, now, now)
    run.pull, run.inputs = pull.number if pull else None, dict(inputs or {})
    run.pace = world.agenda.speed or 1.0
    world.runs[run.id] = run
    world.touch()
    world.agenda.after(QUEUED, partial(_begin, world, run, run.attempt))
    return run


def _begin(world: World, run: Run, attempt: int) -> None:
    if run.attempt != attempt or run.status != "queued":
        return
    if waits_for(world, run):
        run.status, run.updated_at = "waiting", world.now
        world.touch()
        return
    run.status, run.started_at, run.updated_at = "in_progress", world.now, world.now
    run.failure = judge(world, run)
    only = frozenset(job.name for job in WORKFLOWS[run.workflow].jobs if job.name not in run.kept)
    seconds = duration(run.workflow, run.failure, only if run.kept else None)
    world.touch()
    world.agenda.after(seconds, partial(finish, world, run, attempt))


def finish(world: World, run: Run, attempt: int) -> None:
    """A run's end, if it is still in that attempt and was not cancelled."""
    if run.attempt != attempt or run.status != "in_progress":
        return
    run.status, run.conclusion, run.updated_at = "completed", "failure" if run.failure else "success", world.now
    world.touch()
    on_main = run.branch == world.default_branch
    if run.workflow == "build-verification.yml" and run.conclusion == "success":
        if on_main and world.head(run.branch) == run.sha:
            deploy(world, "staging", run.branch, run.sha, BOT)
            if DEPLOY not in world.switched_off:
                start(world, DEPLOY, run.branch, run.sha, event="workflow_run", by=BOT)
        elif run.pull:
            deploy(world, "preview", run.branch, run.sha, BOT)
    if run.workflow == DEPLOY and run.inputs.get("dry_run") != "true":
        deploy(world, environment_of(run), run.branch, run.sha, BOT, failed=run.conclusion != "success")


def environment_of(run: Run) -> str:
    """What Production Deploy deploys to: what its dispatch asked for, else production."""
    return run.inputs.get("environment", "production")


def waits_for(world: World, run: Run) -> str | None:
    """The environment whose reviewers must approve before a run may start."""
    name = environment_of(run)
    held = world.environments.get(name)
    waits = run.workflow == DEPLOY and held is not None and held.reviewers and name not in run.reviewed
    return name if waits else None


def review(world: World, run: Run, environment: str, *, state: str, by: str, comment: str) -> None:
    """Approve or reject what waits; an approved run starts, a rejected one has failed."""
    run.reviewed[environment] = (state, by, comment)
    world.touch()
    if state == "approved":
        run.status = "queued"
        _begin(world, run, run.attempt)
    else:
        run.status, run.conclusion, run.updated_at = "completed", "failure", world.now


def deploy(
    world: World, environment: str, ref: str, sha: str, by: str, *, failed: bool = False, settle: float = 45.0
) -> Deployment:
    """A deployment that settles after `settle` world seconds; a successful one makes the earlier ones inactive."""
    now = world.now
    deployment = Deployment(world.new_id(), environment, ref, sha, by, now, now)
    world.deployments[deployment.id] = deployment
    add_status(world, deployment, "in_progress", by)
    world.agenda.after(settle, partial(_settle, world, deployment, "failure" if failed else "success", by))
    return deployment


def _settle(world: World, deployment: Deployment, state: str, by: str) -> None:
    if deployment.state == "in_progress":
        add_status(world, deployment, state, by)


def add_status(
    world: World,
    deployment: Deployment,
    state: str,
    by: str,
    *,
    description: str = "",
    log_url: str = "",
    url: str = "",
) -> DeploymentStatus:
    """A status; success makes earlier successful deployments inactive, but (as on GitHub) not those to production."""
    now = world.now
    site = url or (SITES.get(deployment.environment, "") if state == "success" else "")
    status = DeploymentStatus(world.new_id(), state, now, by, description, site, log_url)
    if state == "success" and deployment.environment != "production":
        for other in world.deployments.values():
            if other.environment == deployment.environment and other.state == "success":
                other.statuses.append(DeploymentStatus(world.new_id(), "inactive", now, BOT))
                other.updated_at = now
    deployment.statuses.append(status)
    deployment.updated_at = now
    world.touch()
    return status


def rerun(world: World, run: Run, by: str, *, failed_only: bool = False, job: str | None = None) -> None:
    """A finished run's next attempt: all, its failed jobs, or one job and what waits for it. Raises RefusedError."""
    if run.status != "completed":
        raise RefusedError("This workflow is already running")
    views = jobs_of(run, world.now)
    if failed_only and run.conclusion == "success":
        raise RefusedError("This workflow run cannot be retried")
    earlier = _copy(run)
    run.earlier.append(earlier)
    keep = {view.name for view in views if view.conclusion == "success"} if failed_only else set()
    if job is not None:
        keep = {view.name for view in views if view.conclusion == "success"} - _downstream(run.workflow, job)
    run.kept = {v.name: (v.id, v.started_at, v.completed_at or v.started_at) for v in views if v.name in keep}
    run.attempt += 1
    run.status, run.conclusion, run.failure = "queued", None, None
    run.started_at = run.updated_at = world.now
    run.again_by, run.reviewed = by, {}
    run.pace = world.agenda.speed or 1.0
    world.touch()
    world.agenda.after(QUEUED, partial(_begin, world, run, run.attempt))


def _downstream(workflow: str, job: str) -> set[str]:
    found = {job}
    for spec in WORKFLOWS[workflow].jobs:
        if found & set(spec.needs):
            found.add(spec.name)
    return found


def _copy(run: Run) -> Run:
    copy = Run(
        run.id, run.number, run.workflow, run.branch, run.event, run.sha, run.title, run.actor,
        run.created_at, run.started_at, run.updated_at, run.attempt, run.status, run.conclusion,
        run.failure, run.pull, run.pace, run.kept,
    )  # fmt: skip
    copy.earlier, copy.again_by, copy.inputs = list(run.earlier), run.again_by, dict(run.inputs)
    copy.reviewed = dict(run.reviewed)
    return copy


def cancel(world: World, run: Run) -> None:
    """Cancel a run that has not ended. Raises RefusedError."""
    if run.status == "completed":
        raise RefusedError("Cannot cancel a workflow run that is completed.")
    run.status, run.conclusion, run.updated_at, run.failure = "completed", "cancelled", world.now, None
    world.touch()
