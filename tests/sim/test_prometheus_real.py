"""The box against the real Prometheus: the same series in both, and the same answers to the plan's queries."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.sim.test_alertmanager import free_port
from tests.sim.test_prometheus import VAUNTICO, queries_of_the_plan
from vauntico_tui.sim.box import Box
from vauntico_tui.sim.options import Options
from vauntico_tui.sim.prometheus.rules import RULES
from vauntico_tui.sim.prometheus.series import STEP, Store

pytestmark = [pytest.mark.real_server, pytest.mark.xdist_group("prometheus")]  # one server for all of them
BACK = 3 * 3600


@dataclass(frozen=True)
class Pair:
    """The box and a real Prometheus that holds the box's own series."""

    box: str
    real: str
    at: float

    def ask(self, path: str, **params: Any) -> tuple[httpx.Response, httpx.Response]:
        box, real = (httpx.get(f"{url}/api/v1/{path}", params=params, timeout=20) for url in (self.box, self.real))
        return box, real


def openmetrics(store: Store, end: float) -> str:
    """Three hours of every series, as `promtool tsdb create-blocks-from openmetrics` reads them."""
    lines: list[str] = []
    for name in sorted(store.names):
        lines.append(f"# TYPE {name} unknown")
        for metric in store.metrics:
            if metric.name == name:
                labels = ",".join(f'{key}="{value}"' for key, value in metric.labels.items())
                for index in range(int(BACK / STEP) + 1):
                    t = end - BACK + index * STEP
                    value = store.sample(metric, t)
                    if value is not None:
                        lines.append(f"{name}{{{labels}}} {value!r} {t:.0f}")
    return "\n".join((*lines, "# EOF", ""))


def configuration(port: int) -> str:
    return f"""global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
scrape_configs:
- job_name: prometheus
  static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""


def rules() -> str:
    """The box's rules as a rule file; JSON is YAML."""
    held = [
        {"alert": rule.name, "expr": rule.query, "for": f"{rule.hold:.0f}s", "labels": {"severity": rule.severity},
         "annotations": {"summary": rule.summary, "description": rule.description}}
        for rule in RULES
    ]  # fmt: skip
    return json.dumps({"groups": [{"name": "vauntico", "rules": held}]})


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    program, tool = shutil.which("prometheus"), shutil.which("promtool")
    if program is None or tool is None:
        pytest.skip("Prometheus and promtool: install prometheus")
    folder = tmp_path_factory.mktemp("prometheus")
    box = Box(Options(speed=0))
    box.start()
    port = free_port()
    process: subprocess.Popen[bytes] | None = None
    try:
        end = math.floor(time.time() / STEP) * STEP
        (folder / "history.om").write_text(openmetrics(box.prometheus.store(box.world), end))
        (folder / "rules.yml").write_text(rules())
        (folder / "prometheus.yml").write_text(configuration(port))
        create = [tool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=720h"]
        subprocess.run([*create, "history.om", "data"], cwd=folder, check=True, capture_output=True, timeout=60)
        arguments = [
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        process = subprocess.Popen(
            [program, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        real = f"http://127.0.0.1:{port}"
        wait(lambda: httpx.get(real + "/-/ready").status_code == 200)
        wait(lambda: '"health":"up"' in httpx.get(real + "/api/v1/targets").text)
        yield Pair(box.urls["prometheus"], real, end - 7)
    finally:
        if process is not None:
            process.terminate()
            process.wait(10)
        box.stop()


def wait(ready: Any) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            if ready():
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < until


def values(answer: httpx.Response) -> dict[tuple[tuple[str, str], ...], list[tuple[float, float]]]:
    """Points by label set, for instant and range answers; what the real one scrapes of itself is left out."""
    found = {}
    for one in answer.json()["data"]["result"]:
        points = one.get("values") or [one["value"]]
        if one["metric"].get("job") != "prometheus":
            found[tuple(sorted(one["metric"].items()))] = [(float(t), float(value)) for t, value in points]
    return found


@pytest.mark.parametrize("query", sorted({*VAUNTICO, *queries_of_the_plan(), *(rule.query for rule in RULES)}))
def test_the_same_answers(pair: Pair, query: str) -> None:
    calls = [("query", {"time": pair.at}), ("query_range", {"start": pair.at - 3600, "end": pair.at, "step": 300})]
    for path, when in calls:
        box, real = pair.ask(path, query=query, **when)
        assert real.status_code == box.status_code == 200, real.text
        assert real.json()["data"]["resultType"] == box.json()["data"]["resultType"]
        mine, theirs = values(box), values(real)
        assert mine.keys() == theirs.keys()
        for labels, points in mine.items():
            assert [t for t, _ in points] == pytest.approx([t for t, _ in theirs[labels]])
            for (_, one), (_, other) in zip(points, theirs[labels], strict=True):
                assert one == pytest.approx(other, rel=0.02, abs=0.01)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("query", {"query": ""}),
        ("query", {}),
        ("query", {"query": "up", "time": "noon"}),
        ("query_range", {"query": "up", "start": 0, "end": 11_001, "step": 1}),
        ("query_range", {"query": "up", "start": 10, "end": 0, "step": 1}),
        ("query_range", {"query": "up", "start": 0, "end": 10, "step": 0}),
        ("query_range", {"query": "up", "start": 0, "end": 10, "step": "x"}),
        ("query_range", {"query": "up", "start": "x", "end": 10, "step": 1}),
        ("series", {}),
        ("series", {"match[]": "1up"}),
    ],
)
def test_the_same_refusals(pair: Pair, path: str, params: dict[str, Any]) -> None:
    box, real = pair.ask(path, **params)
    assert (box.status_code, box.json()["errorType"]) == (real.status_code, real.json()["errorType"])
    assert box.json()["status"] == "error"


def test_a_step_of_exactly_the_limit_is_allowed(pair: Pair) -> None:
    box, real = pair.ask("query_range", query="up", start=0, end=11_000, step=1)
    assert box.status_code == real.status_code == 200


def test_a_scalar(pair: Pair) -> None:
    box, real = pair.ask("query", query="42", time=pair.at)
    assert box.json() == real.json()


@pytest.mark.parametrize("path", ["targets", "alerts", "rules", "status/buildinfo", "labels", "label/job/values"])
def test_the_same_shapes(pair: Pair, path: str) -> None:
    """Every key of the box's answer is one of the real one's, with the same kind of value."""
    box, real = pair.ask(path)
    wrong = list(misfits(box.json(), real.json()))
    assert not wrong


def misfits(mine: Any, theirs: Any, at: str = "$") -> Iterator[str]:
    """Where our JSON has a key or a kind of value that the real one does not have there."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        for key, value in mine.items():
            if at.endswith(("labels", "discoveredLabels", "annotations", "metric")):
                yield from misfits(value, "")
            elif key not in theirs:
                yield f"{at}.{key} is not in the real one"
            else:
                yield from misfits(value, theirs[key], f"{at}.{key}")
    elif isinstance(mine, list) and isinstance(theirs, list):
        for value in mine if theirs else ():
            yield from misfits(value, theirs[0], f"{at}[]")
    elif kind(mine) != kind(theirs):
        yield f"{at}: {mine!r} is not like {theirs!r}"


def kind(value: Any) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def test_the_rules_are_rules(pair: Pair) -> None:
    box, real = pair.ask("rules")
    mine, theirs = (one.json()["data"]["groups"][0]["rules"] for one in (box, real))
    assert [(rule["name"], rule["duration"], rule["labels"]) for rule in mine] == [
        (rule["name"], rule["duration"], rule["labels"]) for rule in theirs
    ]
    assert {rule["health"] for rule in theirs} <= {"ok", "unknown"}


def test_promtool_asks_the_box(pair: Pair) -> None:
    tool = shutil.which("promtool")
    assert tool is not None
    done = subprocess.run([tool, "query", "instant", pair.box, "vauntico:mrr:current"], check=True, capture_output=True,
                          text=True, timeout=20)  # fmt: skip
    assert "vauntico:mrr:current" in done.stdout
