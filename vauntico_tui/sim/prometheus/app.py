"""Prometheus over HTTP: `/api/v1/*` and its health pages."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from vauntico_tui.base.durations import parse_duration
from vauntico_tui.sim.faults import Faults
from vauntico_tui.sim.http import Request, Response
from vauntico_tui.sim.prometheus.held import NotHeldError, hold
from vauntico_tui.sim.prometheus.rules import alerts, groups
from vauntico_tui.sim.prometheus.series import JOBS, Metric, Store, read_selector
from vauntico_tui.sim.world.world import World

MAX_POINTS = 11_000


class BadQueryError(Exception):
    """A request that Prometheus refuses: its error type, its sentence and the status."""

    def __init__(self, kind: str, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.kind, self.status = kind, status


class Prometheus:
    """The application."""

    def __init__(self, world: Callable[[], World], faults: Faults) -> None:
        self._world, self._faults = world, faults
        self._store: Store | None = None
        self.url = ""

    def store(self, world: World) -> Store:
        """The series of the organisation of the moment."""
        if self._store is None or self._store.world is not world:
            self._store = Store(world)
        return self._store

    def __call__(self, request: Request) -> Response:
        world = self._world()
        with world.lock:
            world.live()
            try:
                return self._route(request, self.store(world))
            except BadQueryError as error:
                return _failure(error.kind, str(error), error.status)
            except NotHeldError as error:
                return _failure("execution", str(error), 422)

    def _route(self, request: Request, store: Store) -> Response:
        path = request.path.rstrip("/")
        if path in ("/-/ready", "/-/healthy"):
            return Response.text(f"Prometheus Server is {'Ready' if 'ready' in path else 'Healthy'}.\n")
        if path in ("", "/graph", "/query", "/alerts", "/targets"):
            return Response.text("Prometheus of Vauntico in a box: ask /api/v1/query.\n")
        form = self._form(request)
        match path.removeprefix("/api/v1/"):
            case "query":
                return self._query(store, form, request)
            case "query_range":
                return self._range(store, form, request)
            case "targets":
                return _data(self._targets(store))
            case "alerts":
                return _data({"alerts": [alert.shown() for alert in alerts(store)]})
            case "rules":
                return _data({"groups": groups(store)})
            case "alertmanagers":
                return _data({"activeAlertmanagers": [], "droppedAlertmanagers": []})
            case "labels":
                names = {name for metric in _matching(store, form) for name in metric.all_labels}
                return _data(sorted(names))
            case "series":
                if not form.get("match[]"):
                    raise BadQueryError("bad_data", "no match[] parameter provided")
                return _data([metric.all_labels for metric in _matching(store, form)])
            case "metadata":
                return _data({m.name: [{"type": m.kind, "help": "", "unit": ""}] for m in store.metrics})
            case "status/buildinfo":
                return _data({"version": "2.53.0-box", "revision": "box", "branch": "HEAD", "buildUser": "box",
                              "buildDate": "", "goVersion": ""})  # fmt: skip
            case rest if match := re.fullmatch(r"label/([a-zA-Z_]\w*)/values", rest):
                values = {m.all_labels[match[1]] for m in _matching(store, form) if match[1] in m.all_labels}
                return _data(sorted(values))
        return Response.text("404 page not found\n", 404)

    @staticmethod
    def _form(request: Request) -> dict[str, list[str]]:
        form = {name: list(values) for name, values in request.query.items()}
        if request.method == "POST" and "form" in request.headers.get("content-type", ""):
            for name, values in parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True).items():
                form.setdefault(name, []).extend(values)
        return form

    def _nan(self, request: Request) -> bool:
        return bool(self._faults.take("prometheus", request, ("nan",)))

    def _query(self, store: Store, form: dict[str, list[str]], request: Request) -> Response:
        text = _one(form, "query")
        at = _time(_one(form, "time"), "time") if "time" in form else datetime.now(UTC).timestamp()
        if (number := _scalar(text)) is not None:
            return _data({"resultType": "scalar", "result": _point(at, number)})
        vector = hold(store, text)(at)
        nan = self._nan(request)
        result = [{"metric": labels, "value": _point(at, math.nan if nan else value)} for labels, value in vector]
        return _data({"resultType": "vector", "result": result})

    def _range(self, store: Store, form: dict[str, list[str]], request: Request) -> Response:
        text = _one(form, "query")
        start, end = _time(_one(form, "start"), "start"), _time(_one(form, "end"), "end")
        step = _step(_one(form, "step"))
        if end < start:
            raise BadQueryError("bad_data", 'invalid parameter "end": end timestamp must not be before start time')
        if (end - start) / step > MAX_POINTS:
            raise BadQueryError(
                "bad_data",
                "exceeded maximum resolution of 11,000 points per timeseries. "
                "Try decreasing the query resolution (?step=XX)",
            )
        number = _scalar(text)
        held = hold(store, text) if number is None else lambda t: [({}, number)]
        nan = self._nan(request)
        series: dict[tuple[tuple[str, str], ...], list[list[object]]] = {}
        for t in _steps(start, end, step):
            for labels, value in held(t):
                key = tuple(sorted(labels.items()))
                series.setdefault(key, []).append(_point(t, math.nan if nan else value))
        result = [{"metric": dict(key), "values": values} for key, values in sorted(series.items())]
        return _data({"resultType": "matrix", "result": result})

    def _targets(self, store: Store) -> dict[str, Any]:
        world = store.world
        active = [
            _target(store, job, JOBS.get(job, f"{job}:80"))
            for job in dict.fromkeys((*JOBS, *world.scraped))
            if store.scraped(job, world.now)
        ]
        return {"activeTargets": active, "droppedTargets": []}


def _target(store: Store, job: str, address: str) -> dict[str, Any]:
    """A target; a job that has nothing to scrape is down."""
    path = "/api/metrics" if job == "vauntico-frontend" else "/metrics"
    url, there = f"http://{address}{path}", job in JOBS
    host = address.partition(":")[0]
    error = "" if there else f'Get "{url}": dial tcp: lookup {host} on 127.0.0.53:53: no such host'
    return {
        "discoveredLabels": {
            "__address__": address, "__metrics_path__": path, "__scheme__": "http", "job": job,
        },
        "labels": {"instance": address, "job": job}, "scrapePool": job, "scrapeUrl": url, "globalUrl": url,
        "lastError": error, "health": "up" if there else "down",
        "lastScrape": _iso(store.last_scrape(store.world.now)), "lastScrapeDuration": 0.021,
        "scrapeInterval": "15s", "scrapeTimeout": "10s",
    }  # fmt: skip


def _matching(store: Store, form: dict[str, list[str]]) -> list[Metric]:
    """The series there are just now that any match[] names."""
    there = [metric for metric in store.metrics if store.sample(metric, store.world.now) is not None]
    if not form.get("match[]"):
        return there
    selectors = []
    for text in form["match[]"]:
        selector = read_selector(text)
        if selector is None:
            raise BadQueryError("bad_data", f'invalid parameter "match[]": {text}')
        selectors.append(selector)
    return [metric for metric in there if any(selector.matches(metric.all_labels) for selector in selectors)]


def _one(form: dict[str, list[str]], name: str) -> str:
    text = form.get(name, [""])[0]
    if not text:
        what = (
            "unknown position: parse error: no expression found in input"
            if name == "query"
            else ('cannot parse "" to a valid timestamp')
        )
        raise BadQueryError("bad_data", f'invalid parameter "{name}": {what}')
    return text


def _time(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise BadQueryError(
            "bad_data", f'invalid parameter "{name}": cannot parse "{text}" to a valid timestamp'
        ) from None


def _step(text: str) -> float:
    try:
        step = float(text)
    except ValueError:
        try:
            step = parse_duration(text).total_seconds()
        except ValueError:
            raise BadQueryError(
                "bad_data", f'invalid parameter "step": cannot parse "{text}" to a valid duration'
            ) from None
    if not step > 0:
        raise BadQueryError(
            "bad_data",
            'invalid parameter "step": zero or negative query resolution step widths are not accepted. '
            "Try a positive integer",
        )
    return step


def _steps(start: float, end: float, step: float) -> Iterator[float]:
    for index in range(int((end - start) / step + 1e-9) + 1):
        yield round(start + index * step, 3)


def _scalar(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _point(t: float, value: float) -> list[object]:
    return [int(t) if t == int(t) else round(t, 3), _number(value)]


def _number(value: float) -> str:
    """A sample as Prometheus writes it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _iso(t: float) -> str:
    return datetime.fromtimestamp(t, UTC).isoformat().replace("+00:00", "Z")


def _data(data: object) -> Response:
    return Response.of({"status": "success", "data": data})


def _failure(kind: str, sentence: str, status: int) -> Response:
    return Response.of({"status": "error", "errorType": kind, "error": sentence}, status)
