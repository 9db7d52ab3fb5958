"""Variables of the repository for its workflows: read, made, changed, removed."""

from __future__ import annotations

import re

from vauntico_tui.sim.github.call import ApiError, Call, Paged, Reply, found, not_found
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.github.shapes.base import written
from vauntico_tui.sim.world.records import Variable

router = Router()
VARIABLES = "/repos/{owner}/{repo}/actions/variables"
ONE = VARIABLES + "/{name}"
_NAME = re.compile(r"(?!GITHUB_)[A-Z_][A-Z0-9_]*\Z")
_DOCS = "actions/variables#"


def _shape(held: Variable) -> object:
    return {
        "name": held.name, "value": held.value, "created_at": written(held.created_at),
        "updated_at": written(held.updated_at),
    }  # fmt: skip


def _held(call: Call) -> Variable:
    return found(call.world.variables.get(call.params["name"].upper()))


@router.add("GET", VARIABLES, _DOCS + "list-repository-variables")
def variables(call: Call) -> object:
    held = call.world.variables
    return Paged([held[name] for name in sorted(held)], _shape, "variables")


@router.add("GET", ONE, _DOCS + "get-a-repository-variable")
def variable(call: Call) -> object:
    return _shape(_held(call))


@router.add("POST", VARIABLES, _DOCS + "create-a-repository-variable")
def create(call: Call) -> object:
    name, value = call.text("name").upper(), call.text("value")
    if not _NAME.match(name):
        raise ApiError(422, "Variable names can only contain alphanumeric characters or underscores.")
    if name in call.world.variables:
        raise ApiError(409, "Already exists - Variable already exists")
    call.world.variables[name] = Variable(name, value, call.world.now, call.world.now)
    call.world.touch()
    return Reply({}, 201)


@router.add("PATCH", ONE, _DOCS + "update-a-repository-variable")
def update(call: Call) -> object:
    held = _held(call)
    held.value, held.updated_at = call.text("value", held.value), call.world.now
    call.world.touch()
    return Reply(status=204)


@router.add("DELETE", ONE, _DOCS + "delete-a-repository-variable")
def delete(call: Call) -> object:
    if call.world.variables.pop(call.params["name"].upper(), None) is None:
        raise not_found()
    call.world.touch()
    return Reply(status=204)
