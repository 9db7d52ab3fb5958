"""Deployments and their statuses."""

from __future__ import annotations

from vauntico_tui.sim.github.call import ApiError, Call, Paged, Reply, found, invalid
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.world import pipeline
from vauntico_tui.sim.world.records import Deployment

router = Router()
REPO = "/repos/{owner}/{repo}"
DEPLOYMENT = REPO + "/deployments/{deployment_id}"
_STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")


@router.add("GET", REPO + "/deployments", "deployments/deployments#list-deployments")
def deployments(call: Call) -> object:
    held = sorted(call.world.deployments.values(), key=lambda one: (one.created_at, one.id), reverse=True)
    for name in ("environment", "ref", "sha", "task"):
        if (wanted := call.query(name)) and wanted != "none":
            held = [one for one in held if getattr(one, name) == wanted]
    return Paged(held, call.shapes.deployment)


def _deployment(call: Call) -> Deployment:
    return found(call.world.deployments.get(call.number("deployment_id")))


@router.add("GET", DEPLOYMENT, "deployments/deployments#get-a-deployment")
def deployment(call: Call) -> object:
    return call.shapes.deployment(_deployment(call))


@router.add("POST", REPO + "/deployments", "deployments/deployments#create-a-deployment")
def create(call: Call) -> object:
    world, ref = call.world, call.text("ref")
    commit = world.git.resolve(ref)
    if commit is None:
        raise ApiError(422, f"No ref found for: {ref}")
    now = world.now
    made = Deployment(world.new_id(), call.text("environment", "production"), ref, commit.sha, call.user, now, now)
    made.description, made.task = call.text("description", ""), call.text("task", "deploy")
    made.payload = call.body.get("payload", "")
    world.deployments[made.id] = made
    world.touch()
    return Reply(call.shapes.deployment(made), 201)


@router.add("DELETE", DEPLOYMENT, "deployments/deployments#delete-a-deployment")
def delete(call: Call) -> object:
    held = _deployment(call)
    if held.state == "success":
        raise ApiError(422, "We cannot delete an active deployment unless it is the only deployment in a repository.")
    del call.world.deployments[held.id]
    call.world.touch()
    return Reply(status=204)


@router.add("GET", DEPLOYMENT + "/statuses", "deployments/statuses#list-deployment-statuses")
def statuses(call: Call) -> object:
    held = _deployment(call)
    return Paged(held.statuses[::-1], lambda status: call.shapes.deployment_status(held, status))


@router.add("GET", DEPLOYMENT + "/statuses/{status_id}", "deployments/statuses#get-a-deployment-status")
def status(call: Call) -> object:
    held, number = _deployment(call), call.number("status_id")
    one = found(next((one for one in held.statuses if one.id == number), None))
    return call.shapes.deployment_status(held, one)


@router.add("POST", DEPLOYMENT + "/statuses", "deployments/statuses#create-a-deployment-status")
def create_status(call: Call) -> object:
    held, state = _deployment(call), call.text("state")
    if state not in _STATES:
        raise invalid("DeploymentStatus", "custom", "state", f"{state} is not included in the list")
    made = pipeline.add_status(
        call.world,
        held,
        state,
        call.user,
        description=call.text("description", ""),
        log_url=call.text("log_url", "") or call.text("target_url", ""),
        url=call.text("environment_url", ""),
    )
    return Reply(call.shapes.deployment_status(held, made), 201)
