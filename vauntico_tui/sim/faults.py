"""Faults on demand: for tests, and for a person who wants to see the screen under stress."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count

from vauntico_tui.sim.http import App, Request, Response

TARGETS = ("github", "prometheus", "alertmanager", "webhook")
KINDS = {
    "latency": "each answer comes `value` seconds late",
    "status": "answers have the status `value` and the service's kind of error body",
    "cut": "the request is done, the body of its answer stops halfway",
    "lost_answer": "the request is done, the connection closed without an answer",
    "refused": "the connection is closed before anything is done",
    "garbage": "the body is noise under a JSON content type",
    "html": "a 200 with a page of HTML, as a proxy's sign-in page",
    "hang": "no answer ever comes",
    "rate_limit": "GitHub's primary rate limit is used up for `value` seconds (default 600)",
    "secondary_rate_limit": "GitHub's secondary rate limit, with Retry-After `value` (default 60)",
    "expired_token": "GitHub answers 401 Bad credentials",
    "huge": "a JSON body of `value` megabytes (default 100)",
    "nan": "Prometheus' values are NaN",
    "skew": "the Date header is `value` seconds off",
}


@dataclass(slots=True)
class Fault:
    """A fault in force. `path` is a pattern like `/api/v3/repos/*/issues*`, `method` a verb, `holds` a text of the
    request's body: what is set must fit. The first `skip` that fit go free; `times` counts down where it is set."""

    id: int
    target: str
    kind: str
    value: float | None = None
    path: str | None = None
    times: int | None = None
    method: str | None = None
    holds: str | None = None
    skip: int = 0
    since: float = field(default_factory=time.time)

    def shown(self) -> dict[str, object]:
        return {
            "id": self.id,
            "target": self.target,
            "kind": self.kind,
            "value": self.value,
            "path": self.path,
            "times": self.times,
            "method": self.method,
            "holds": self.holds,
            "skip": self.skip,
        }

    def fits(self, target: str, request: Request, kinds: tuple[str, ...]) -> bool:
        """Whether a request meets it."""
        return (
            self.target == target
            and (not kinds or self.kind in kinds)
            and (self.path is None or fnmatchcase(request.path, self.path))
            and (self.method is None or self.method == request.method)
            and (self.holds is None or self.holds.encode() in request.body)
            and (self.times is None or self.times > 0)
        )


class Faults:
    """The faults in force. Hanging requests are let go when their fault is lifted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[Fault] = []
        self._ids = count(1)
        self.lifted = threading.Condition(self._lock)

    def add(
        self,
        target: str,
        kind: str,
        value: float | None = None,
        path: str | None = None,
        times: int | None = None,
        *,
        method: str | None = None,
        holds: str | None = None,
        skip: int = 0,
    ) -> Fault:
        """Put a fault in force. Raises ValueError with a sentence."""
        if target not in TARGETS:
            raise ValueError(f"target {target!r} is none of {', '.join(TARGETS)}")
        if kind not in KINDS:
            raise ValueError(f"kind {kind!r} is none of {', '.join(KINDS)}")
        if kind == "status" and not (value and 100 <= value <= 599):
            raise ValueError("a status fault needs `value`: an HTTP status")
        if kind == "latency" and not value:
            raise ValueError("a latency fault needs `value`: seconds")
        if skip < 0:
            raise ValueError("skip must not be negative")
        verb = None if method is None else method.upper()
        fault = Fault(next(self._ids), target, kind, value, path, times, verb, holds, skip)
        with self._lock:
            self._all.append(fault)
        return fault

    def clear(self, target: str | None = None, number: int | None = None) -> int:
        """Lift faults: all, a target's, or one by its id; answers how many."""
        with self._lock:
            before = len(self._all)
            self._all = [
                fault
                for fault in self._all
                if (target is not None and fault.target != target) or (number is not None and fault.id != number)
            ]
            self.lifted.notify_all()
            return before - len(self._all)

    def all(self) -> list[Fault]:
        with self._lock:
            return list(self._all)

    def take(self, target: str, request: Request, kinds: tuple[str, ...] = ()) -> list[Fault]:
        """The faults that this request meets (of `kinds`, if given); those with a count are used up by it."""
        with self._lock:
            met = []
            for fault in self._all:
                if not fault.fits(target, request, kinds):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                met.append(fault)
                if fault.times is not None:
                    fault.times -= 1
            return met

    def wait_lifted(self, fault: Fault) -> None:
        """Block while a fault is in force."""
        with self._lock:
            while fault in self._all:
                self.lifted.wait(60)


_PAGE = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>"
_OWN = ("rate_limit", "secondary_rate_limit", "expired_token", "nan")  # the services themselves see to these


def faulty(target: str, faults: Faults, app: App, error: Callable[[int], Response] | None = None) -> App:
    """An application under the faults of its target; `error` makes the service's kind of answer for a status."""
    general = tuple(kind for kind in KINDS if kind not in _OWN)

    def serve(request: Request) -> Response:
        response: Response | None = None
        met = faults.take(target, request, general)
        for fault in met:
            match fault.kind:
                case "latency":
                    time.sleep(fault.value or 0)
                case "hang":
                    faults.wait_lifted(fault)
                    return Response(drop=True)
                case "refused":
                    return Response(drop=True)
                case "html":
                    return Response.text(_PAGE, kind="text/html; charset=utf-8")
                case "garbage":
                    noise = bytes((7 * index * index + 13) % 256 for index in range(512))
                    return Response(200, noise, {"Content-Type": "application/json; charset=utf-8"})
                case "status":
                    response = (error or _error)(int(fault.value or 500))
                case "huge":
                    chunk = b'[{"x":"' + b"y" * 1_048_556 + b'"}],\n'
                    kind = {"Content-Type": "application/json; charset=utf-8"}
                    return Response(200, chunk, kind, repeat=int(fault.value or 100))
        response = response or app(request)
        for fault in met:
            if fault.kind == "cut":
                response.cut = True
            elif fault.kind == "lost_answer":
                response.drop = True
            elif fault.kind == "skew":
                response.skew = fault.value or 3600.0
        return response

    return serve


def _error(status: int) -> Response:
    return Response.of({"status": "error", "errorType": "internal", "error": "fault injected by the box"}, status)
