"""The knobs of the box, over HTTP. `GET /` lists them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vauntico_tui.sim import faults
from vauntico_tui.sim.acts import ACTS, act
from vauntico_tui.sim.http import Request, Response

if TYPE_CHECKING:
    from vauntico_tui.sim.box import Box


def _what(do: Callable[..., object]) -> str:
    """What an act takes, in one line, as its docstring says behind the colon."""
    return " ".join(str(do.__doc__).partition(": ")[2].split()).removesuffix(".")


HELP = {
    "GET /": "this page",
    "GET /state": "figures of the organisation and the world's time",
    "GET /world": "all that can be changed, as JSON that two boxes can be compared by",
    "POST /size": '{"issues": 10000, "runs": 5000}: a new organisation of that size, from the same seed',
    "POST /advance": '{"seconds": 3600}: skip world time; all that would have happened has happened now',
    "POST /act": "consequences by name: " + "; ".join(map(_what, ACTS.values())),
    "GET /faults": "the faults in force",
    "POST /fault": '{"target", "kind", "value"?, "path"?, "method"?, "holds"?, "skip"?, "times"?}; targets: '
    + ", ".join(faults.TARGETS)
    + "; kinds: " + "; ".join(f"{kind}: {what}" for kind, what in faults.KINDS.items()),
    "DELETE /fault": "lift all faults; ?target=github those of a target, ?id=3 one",
    "GET /requests": "what was asked of the box and what it cost; ?target=github, ?limit=500",
    "DELETE /requests": "forget it and count anew",
    "POST /token": '{"token", "scopes": ["repo"] | null, "permissions"?, "login"?, "used"?}: what a token may do and '
    "has used; permissions make it fine-grained: "
    '{"contents": "write", "secrets": "read"}',
}  # fmt: skip


class Control:
    """The application of the control port."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def __call__(self, request: Request) -> Response:
        try:
            body = request.json() if request.method == "POST" else {}
            if not isinstance(body, dict):
                raise ValueError("the body must be a JSON object")
            return self._route(request, body)
        except (ValueError, TypeError) as error:
            return Response.of({"error": str(error)}, 400)

    def _route(self, request: Request, body: dict[str, Any]) -> Response:
        box = self._box
        match request.method, request.path.rstrip("/"):
            case "GET", "":
                return Response.of({"box": "Vauntico in a box", "urls": box.urls, "knobs": HELP})
            case "GET", "/state":
                return Response.of(box.state())
            case "GET", "/world":
                return Response.of(box.picture())
            case "POST", "/size":
                box.resize(issues=_count(body, "issues"), runs=_count(body, "runs"))
                return Response.of(box.state())
            case "POST", "/advance":
                seconds = float(body.get("seconds", 0))
                if not 0 <= seconds <= 366 * 86400:
                    raise ValueError("seconds must be between 0 and a year")
                box.advance(seconds)
                return Response.of(box.state())
            case "POST", "/act":
                with box.world.lock:
                    box.world.live()
                    return Response.of(act(box.world, body))
            case "GET", "/faults" | "/fault":
                return Response.of([fault.shown() for fault in box.faults.all()])
            case "POST", "/fault":
                return Response.of(_fault(box.faults, body).shown(), 201)
            case "DELETE", "/fault" | "/faults":
                number = request.first("id")
                lifted = box.faults.clear(request.first("target") or None, int(number) if number else None)
                return Response.of({"lifted": lifted})
            case "GET", "/requests":
                limit = int(request.first("limit", "500"))
                return Response.of(box.record.shown(request.first("target") or None, limit))
            case "DELETE", "/requests":
                box.record.reset()
                return Response(204)
            case "POST", "/token":
                return Response.of(_token(box, body))
        return Response.of({"error": f"no knob {request.method} {request.path}", "knobs": HELP}, 404)


def _count(body: dict[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or not 0 <= value <= 200_000:
        raise ValueError(f"{name} must be a number up to 200,000")
    return value


def _fault(held: faults.Faults, body: dict[str, Any]) -> faults.Fault:
    value, times, path = body.get("value"), body.get("times"), body.get("path")
    unknown = sorted(body.keys() - {"target", "kind", "value", "path", "times", "method", "holds", "skip"})
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}")
    return held.add(
        str(body.get("target", "")),
        str(body.get("kind", "")),
        None if value is None else float(value),
        None if path is None else str(path),
        None if times is None else int(times),
        method=None if body.get("method") is None else str(body["method"]),
        holds=None if body.get("holds") is None else str(body["holds"]),
        skip=int(body.get("skip", 0)),
    )


def _token(box: Box, body: dict[str, Any]) -> dict[str, object]:
    account = box.accounts.of(str(body.get("token") or box.token))
    if "scopes" in body:
        account.scopes = None if body["scopes"] is None else tuple(sorted(str(scope) for scope in body["scopes"]))
    if "permissions" in body:
        given = body["permissions"]
        account.permissions = None if given is None else {str(name): str(level) for name, level in given.items()}
        account.scopes = None
    if "login" in body:
        account.login = str(body["login"])
    if "used" in body:
        account.budget("core").used = account.budget("graphql").used = int(body["used"])
    return {
        "login": account.login,
        "scopes": account.scopes,
        "permissions": account.permissions,
        "remaining": {name: account.budget(name).remaining for name in account.budgets},
    }
