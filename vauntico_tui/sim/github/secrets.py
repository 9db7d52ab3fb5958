"""Secrets of the repository and of environments: names and times to read, sealed boxes to write."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING

from vauntico_tui.sim.github.call import ApiError, Call, Paged, Reply, found, not_found
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.world.people import PEOPLE
from vauntico_tui.sim.world.records import Environment, Secret

if TYPE_CHECKING:
    from nacl.public import PrivateKey

router = Router()
REPO = "/repos/{owner}/{repo}"
SECRETS = REPO + "/actions/secrets"
ENVIRONMENT = REPO + "/environments/{environment}"
KEY_ID = "568250167242549743"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def _key(call: Call) -> PrivateKey:
    from nacl.public import PrivateKey  # noqa: PLC0415 (only when a secret is written)

    return PrivateKey(hashlib.sha256(f"box key {call.world.seed}".encode()).digest())


def _public_key(call: Call) -> object:
    return {"key_id": KEY_ID, "key": base64.b64encode(bytes(_key(call).public_key)).decode()}


def _held(call: Call) -> dict[str, Secret]:
    if "environment" not in call.params:
        return call.world.secrets
    return _environment(call).secrets


def _environment(call: Call) -> Environment:
    return found(call.world.environments.get(call.params["environment"]))


def _list(call: Call) -> object:
    held = _held(call)
    return Paged([held[name] for name in sorted(held)], call.shapes.secret, "secrets")


def _get(call: Call) -> object:
    return call.shapes.secret(found(_held(call).get(call.params["name"].upper())))


def _put(call: Call) -> object:
    held, name = _held(call), call.params["name"].upper()
    if not _NAME.match(name) or name.startswith("GITHUB_"):
        raise ApiError(
            422,
            "Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). "
            "Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).",
        )
    sealed, key_id = call.text("encrypted_value"), call.text("key_id")
    if key_id != KEY_ID:
        raise ApiError(422, f"The key_id provided is not valid: {key_id}")
    _open(call, sealed)
    now, old = call.world.now, held.get(name)
    held[name] = Secret(name, old.created_at if old else now, now)
    call.world.touch()
    return Reply(status=204) if old else Reply({}, 201)


def _open(call: Call, sealed: str) -> None:
    """Prove that a value was sealed with the key that was handed out; the value itself is not kept."""
    from nacl.exceptions import CryptoError  # noqa: PLC0415 (only when a secret is written)
    from nacl.public import SealedBox  # noqa: PLC0415

    try:
        SealedBox(_key(call)).decrypt(base64.b64decode(sealed, validate=True))
    except (binascii.Error, ValueError, CryptoError):
        raise ApiError(
            422, "Bad request - encrypted_value is not valid: it was not sealed with the public key"
        ) from None


def _delete(call: Call) -> object:
    held, name = _held(call), call.params["name"].upper()
    if name not in held:
        raise not_found()
    del held[name]
    call.world.touch()
    return Reply(status=204)


for _prefix, _what in ((SECRETS, "repository"), (ENVIRONMENT + "/secrets", "environment")):
    _docs = "actions/secrets#"
    router.add("GET", _prefix, f"{_docs}list-{_what}-secrets")(_list)
    router.add("GET", _prefix + "/public-key", f"{_docs}get-{_what}-public-key")(_public_key)
    router.add("GET", _prefix + "/{name}", f"{_docs}get-{_what}-secret")(_get)
    router.add("PUT", _prefix + "/{name}", f"{_docs}create-or-update-{_what}-secret")(_put)
    router.add("DELETE", _prefix + "/{name}", f"{_docs}delete-{_what}-secret")(_delete)


@router.add("GET", REPO + "/environments", "deployments/environments#list-environments")
def environments(call: Call) -> object:
    return Paged(list(call.world.environments.values()), call.shapes.environment, "environments")


@router.add("GET", ENVIRONMENT, "deployments/environments#get-an-environment")
def environment(call: Call) -> object:
    return call.shapes.environment(_environment(call))


def _reviewer(one: object) -> str:
    """The login of a reviewer who is named by id."""
    number = one.get("id") if isinstance(one, dict) and one.get("type") == "User" else None
    person = next((person for person in PEOPLE.values() if person.id == number), None)
    if person is None:
        raise ApiError(422, "Failed to create or update the environment: a reviewer is no user of the repository")
    return person.login


@router.add("PUT", ENVIRONMENT, "deployments/environments#create-or-update-an-environment")
def put_environment(call: Call) -> object:
    name = call.params["environment"]
    held = call.world.environments.get(name)
    if held is None:
        held = call.world.environments[name] = Environment(call.world.new_id(), name, call.world.now, "")
    if call.body.get("reviewers") is not None:
        held.reviewers = tuple(_reviewer(one) for one in call.body["reviewers"])
    call.world.touch()
    return call.shapes.environment(held)
