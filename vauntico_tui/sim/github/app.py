"""GitHub over HTTP: signing in, budgets, ETags, pages, errors.

Under `/api/v3` and `/api/graphql`; for host api.github.localhost at the root, so that `gh` finds it through a proxy.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlencode

from vauntico_tui.sim.faults import Faults
from vauntico_tui.sim.github import (
    actions,
    deployments,
    gitdata,
    issues,
    protection,
    pulls,
    repository,
    secrets,
    variables,
)
from vauntico_tui.sim.github.call import DOCS, ApiError, Call, Paged, Reply
from vauntico_tui.sim.github.limits import Account, Accounts, headers
from vauntico_tui.sim.github.pages import page
from vauntico_tui.sim.github.permissions import check
from vauntico_tui.sim.github.router import Route, Router
from vauntico_tui.sim.github.shapes import Shapes
from vauntico_tui.sim.http import Request, Response
from vauntico_tui.sim.world.people import PEOPLE
from vauntico_tui.sim.world.world import World

API_HOST = "api.github.localhost"
WEB_HOST = "github.localhost"
_KEPT = 400
_JSON = "application/json; charset=utf-8"


def routes() -> Router:
    """Every REST route of the box."""
    router = Router()
    for part in (protection, repository, issues, pulls, actions, secrets, variables, deployments, gitdata):
        router.include(part.router)
    return router


class GitHub:
    """The application. `world` answers the organisation of the moment (its size may be changed)."""

    def __init__(self, world: Callable[[], World], faults: Faults, accounts: Accounts) -> None:
        self._world, self._faults, self.accounts = world, faults, accounts
        self._router = routes()
        self._shapes: dict[tuple[int, str, str], Shapes] = {}
        self._bodies: OrderedDict[tuple[object, ...], tuple[int, int, bytes, dict[str, str]]] = OrderedDict()
        self.url = ""  # set once the port is known

    # ---- addresses -------------------------------------------------------------------------------------------------

    def _split(self, request: Request) -> tuple[str, str, str] | None:
        """The address of the API and of pages as asked, and the API path; None for a page."""
        if request.host == API_HOST:
            return f"http://{API_HOST}", f"http://{WEB_HOST}", request.path
        for prefix in ("/api/v3", "/api/graphql"):
            if request.path == prefix or request.path.startswith(prefix + "/"):
                rest = "/graphql" if prefix == "/api/graphql" else request.path.removeprefix(prefix) or "/"
                base = self._base(request)
                return f"{base}/api/v3", base, rest
        return None

    def _base(self, request: Request) -> str:
        host = request.headers.get("host", "")
        return f"http://{host}" if host.startswith(("127.0.0.1:", "localhost:")) else self.url

    def shapes(self, world: World, api: str, html: str) -> Shapes:
        key = (id(world), api, html)
        if key not in self._shapes:
            self._shapes.clear() if len(self._shapes) > 8 else None
            self._shapes[key] = Shapes(world, api, html)
        return self._shapes[key]

    # ---- one request -------------------------------------------------------------------------------------------------

    def __call__(self, request: Request) -> Response:
        where = self._split(request)
        world = self._world()
        with world.lock:
            world.live()
            if where is None:
                return page(world, request)
            return self._api(request, world, *where)

    def _api(self, request: Request, world: World, api: str, html: str, path: str) -> Response:
        extra = {
            "X-GitHub-Request-Id": uuid.uuid4().hex[:24].upper(),
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Api-Version-Selected": request.headers.get("x-github-api-version", "2022-11-28"),
            "Content-Type": _JSON,
        }
        account: Account | None = None
        header = request.headers.get("authorization", "")
        expired = self._faults.take("github", request, ("expired_token",))
        if header and not expired:
            account = self.accounts.sign_in(header)
        if account is None and (header or expired or path in ("/graphql", "/user")):
            message = "Bad credentials" if header else "Requires authentication"
            return _error(ApiError(401, message), "", extra)
        if account is not None and account.scopes is not None:
            extra["X-OAuth-Scopes"] = ", ".join(account.scopes)
            extra["X-Accepted-OAuth-Scopes"] = "repo"
        resource = "graphql" if path == "/graphql" else "core"
        limited = self._limited(request, account, resource, path)
        if limited is not None and resource == "graphql" and limited.status == 200:
            answer = Response.of({"errors": [{"type": "RATE_LIMITED", "message": limited.message}]})
            answer.headers |= {**extra, **limited.headers}
            return answer
        if limited is not None:
            return _error(limited, "rate-limit", extra)
        shapes = self.shapes(world, api, html)
        if path == "/graphql":
            return self._graphql(request, shapes, account, extra)
        return self._rest(request, shapes, account, path, extra)

    def _limited(self, request: Request, account: Account | None, resource: str, path: str) -> ApiError | None:
        for fault in self._faults.take("github", request, ("secondary_rate_limit",)):
            message = (
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
                "If you reach out to GitHub Support for help, please include the request ID."
            )
            return ApiError(403, message, Retry_After=str(int(fault.value or 60)))
        if account is None or path == "/rate_limit":
            return None
        budget = account.budget(resource)
        for fault in self._faults.take("github", request, ("rate_limit",)):
            budget.used, budget.resets_at = budget.limit, int(time.time() + (fault.value or 600))
        if budget.remaining == 0:
            message = f"API rate limit exceeded for user ID {shapes_id(account)}."
            told = {name.replace("-", "_"): value for name, value in headers(budget, resource).items()}
            return ApiError(200 if resource == "graphql" else 403, message, **told)  # GraphQL says so in a 200
        return None

    # ---- REST --------------------------------------------------------------------------------------------------------

    def _rest(
        self, request: Request, shapes: Shapes, account: Account | None, path: str, extra: dict[str, str]
    ) -> Response:
        world = shapes.world
        alias = f"/repositories/{world.repository_id}"
        if path == alias or path.startswith(alias + "/"):
            path = f"/repos/{world.full_name}" + path.removeprefix(alias)
        method = "GET" if request.method == "HEAD" else request.method
        hit = self._router.find(method, path.rstrip("/") or "/")
        docs = hit[0].docs if hit else ""
        if account is not None:
            extra |= headers(account.budget("core"), "core")
        try:
            if hit is None:
                raise ApiError(404, "Not Found")
            self._admit(hit[1], world, account)
            check(account.permissions if account is not None else None, method, hit[0].template)
            if path == "/rate_limit":
                assert account is not None  # noqa: S101 (_admit saw to it)
                return self._answer(Response.of(_rate_limit(account)), request, None, extra)
            scopes = None if account is None or account.scopes is None else frozenset(account.scopes)
            call = Call(request, world, shapes, account.login if account else "", scopes, hit[1])
            response = self._produce(call, hit[0], path)
        except ApiError as error:
            _spend(account, extra)
            return _error(error, docs, extra)
        return self._answer(response, request, account, extra)

    @staticmethod
    def _admit(params: dict[str, str], world: World, account: Account | None) -> None:
        """The repository is private: without a token, or by another name, it is not there."""
        if "owner" in params:
            named = f"{params['owner']}/{params['repo']}".casefold()
            if named != world.full_name or account is None:
                raise ApiError(404, "Not Found")
            if account.scopes is not None and "repo" not in account.scopes:
                raise ApiError(404, "Not Found")
        elif account is None:
            raise ApiError(401, "Requires authentication")

    def _produce(self, call: Call, route: Route, path: str) -> Response:
        if route.method != "GET":
            return _reply(call, route.handler(call), path)
        accept = call.request.headers.get("accept", "")
        key = (call.shapes.api, path, call.request.target.partition("?")[2], call.user, accept)
        kept = self._bodies.get(key)
        if kept is not None and kept[:2] == (id(call.world), call.world.version):
            return Response(200, kept[2], dict(kept[3]))
        value = route.handler(call)
        response = _reply(call, value, path)
        volatile = getattr(value, "volatile", False)
        if response.status == 200 and not volatile:
            self._bodies[key] = (id(call.world), call.world.version, response.body, dict(response.headers))
            while len(self._bodies) > _KEPT:
                self._bodies.popitem(last=False)
        return response

    @staticmethod
    def _answer(response: Response, request: Request, account: Account | None, extra: dict[str, str]) -> Response:
        """Add the headers; a GET whose ETag the client has costs nothing and has no body."""
        if request.method in ("GET", "HEAD") and response.status == 200:
            salt = request.headers.get("authorization", "").encode()
            etag = f'W/"{hashlib.sha256(response.body + salt).hexdigest()}"'
            cache = {
                "ETag": etag,
                "Cache-Control": "private, max-age=60, s-maxage=60",
                "Vary": "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding",
            }
            if _matches(request.headers.get("if-none-match", ""), etag):
                return Response(304, b"", {**response.headers, **extra, **cache})
            extra = {**extra, **cache}
        _spend(account, extra)
        return Response(response.status, response.body, {**extra, **response.headers})

    # ---- GraphQL -----------------------------------------------------------------------------------------------------

    def _graphql(self, request: Request, shapes: Shapes, account: Account | None, extra: dict[str, str]) -> Response:
        from vauntico_tui.sim.github.graphql import execute  # noqa: PLC0415 (graphql-core is slow to import)

        assert account is not None  # noqa: S101 (_api saw to it)
        budget = account.budget("graphql")
        try:
            payload = request.json()
        except ValueError:
            return _error(ApiError(400, "Problems parsing JSON"), "graphql", extra)
        if request.method != "POST" or not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
            message = "A query attribute must be specified and must be a string."
            return _error(ApiError(400 if request.method == "POST" else 404, message), "graphql", extra)
        result, cost = execute(shapes.world, shapes, account, payload)
        budget.used += cost
        response = Response.of(result)
        response.headers |= {**extra, **headers(budget, "graphql"), "X-Box-Points": str(cost)}
        return response


def shapes_id(account: Account) -> int:
    """The numeric id of an account's user."""
    return PEOPLE[account.login].id


def _spend(account: Account | None, extra: dict[str, str]) -> None:
    if account is not None and "X-RateLimit-Limit" in extra:
        budget = account.budget("core")
        budget.used += 1
        extra |= headers(budget, "core")
        extra["X-Box-Points"] = "1"


def _matches(header: str, etag: str) -> bool:
    wanted = {part.strip().removeprefix("W/") for part in header.split(",")}
    return etag.removeprefix("W/") in wanted or "*" in wanted


def _rate_limit(account: Account) -> dict[str, object]:
    shown = {
        name: {
            "limit": budget.limit,
            "used": budget.used,
            "remaining": budget.remaining,
            "reset": budget.resets_at,
        }
        for name, budget in ((name, account.budget(name)) for name in ("core", "graphql"))
    }
    search = {"limit": 30, "used": 0, "remaining": 30, "reset": shown["core"]["reset"]}
    return {"resources": {**shown, "search": search}, "rate": shown["core"]}


def _reply(call: Call, value: object, path: str) -> Response:
    if isinstance(value, Paged):
        return _paged(call, value, path)
    if isinstance(value, Reply):
        if value.raw is not None:
            return Response(value.status, value.raw, dict(value.headers))
        if value.value is None:
            return Response(value.status, b"", dict(value.headers))
        response = Response.of(value.value, value.status)
        response.headers |= value.headers
        return response
    return Response.of(value)


def _paged(call: Call, paged: Paged, path: str) -> Response:
    size = min(100, max(1, _whole(call.query("per_page"), 30)))
    number = max(1, _whole(call.query("page"), 1))
    items = [paged.shape(item) for item in paged.items[(number - 1) * size : number * size]]
    response = Response.of({"total_count": len(paged.items), paged.wrap: items} if paged.wrap else items)
    last = max(1, -(-len(paged.items) // size))
    links = []
    if number < last:
        links += [("next", number + 1), ("last", last)]
    if number > 1:
        links += [("first", 1), ("prev", min(number - 1, last))]
    if links:
        alias = path.replace(f"/repos/{call.world.full_name}", f"/repositories/{call.world.repository_id}", 1)
        query = {name: values[-1] for name, values in call.request.query.items()}
        response.headers["Link"] = ", ".join(
            f'<{call.shapes.api}{alias}?{urlencode({**query, "page": target})}>; rel="{name}"' for name, target in links
        )
    return response


def _whole(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default


def _error(error: ApiError, docs: str, extra: dict[str, str]) -> Response:
    shown: dict[str, object] = {"message": error.message}
    if error.errors:
        shown["errors"] = list(error.errors)
    shown["documentation_url"] = f"{DOCS}/{docs}" if docs else DOCS
    shown["status"] = str(error.status)
    body = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(error.status, body, {**extra, **error.headers})


_SAID = {
    400: "Problems parsing JSON", 401: "Bad credentials", 403: "Resource not accessible by personal access token",
    404: "Not Found", 409: "Conflict", 422: "Validation Failed",
    429: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
}  # fmt: skip


def error_answer(status: int) -> Response:
    """GitHub's answer with a status that a fault asked for."""
    told: dict[str, object] = {"message": _SAID.get(status, "Server Error"), "documentation_url": DOCS}
    if status == 422:
        told["errors"] = [{"resource": "Reference", "field": "ref", "code": "invalid"}]
    response = Response.of(told | {"status": str(status)}, status)
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response
