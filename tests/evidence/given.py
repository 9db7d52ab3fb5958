"""Readings for tests, written as shortly as a test wants to say them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from vauntico_tui.evidence.evaluate import evaluate
from vauntico_tui.evidence.facts import (
    Alert,
    Deployment,
    FailedJob,
    File,
    Issue,
    IssueSet,
    PullRequest,
    Readings,
    Repository,
    Run,
    RunSet,
    ScrapeTarget,
    Secret,
    Series,
)
from vauntico_tui.evidence.reading import Reading, Trouble, fresh
from vauntico_tui.evidence.specs import Check
from vauntico_tui.evidence.verdict import Verdict

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
URL = "https://github.com/vauntico/vauntico"
HOME = fresh(Repository("vauntico/vauntico", "main", URL), NOW)
REFUSED = Trouble("refused", "GitHub refuses the connection", "check the URL")
_CHECKS: TypeAdapter[Check] = TypeAdapter(Check)


def check(kind: str, **keys: Any) -> Check:
    """A check as it would come out of TOML."""
    return _CHECKS.validate_python({"check": kind, **keys})


def judge(spec: Check, readings: Readings, now: datetime = NOW, **more: Any) -> Verdict:
    return evaluate(spec, readings, now, prometheus_url="http://prom:9090", **more)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def run(
    number: int = 1,
    conclusion: str | None = "success",
    *,
    at: datetime | None = None,
    workflow: str = "Build Verification",
    path: str = "build-verification.yml",
    branch: str = "main",
    event: str = "push",
    status: str = "completed",
    jobs: Iterable[FailedJob] = (),
) -> Run:
    at = at or ago(hours=number)
    return Run(number, number, 1, workflow, path, branch, event, status, conclusion, "abc", "a title",
               f"{URL}/actions/runs/{number}", at, at, at, failed_jobs=tuple(jobs))  # fmt: skip


def failed_job(name: str = "integration", reason: str | None = "ECONNREFUSED") -> FailedJob:
    return FailedJob(name, "Run integration tests", f"{URL}/actions/runs/1/job/2", reason)


def runs(*ones: Run, total: int | None = None) -> Readings:
    return Readings(repository=HOME, runs=fresh(RunSet(ones, len(ones) if total is None else total), NOW))


def issue(number: int, *labels: str, state: str = "open", created: datetime | None = None,
          closed: datetime | None = None, title: str = "a title") -> Issue:  # fmt: skip
    created = created or ago(days=3)
    if state == "closed" and closed is None:
        closed = ago(hours=1)
    return Issue(number, title, state, labels, (), created, created, f"{URL}/issues/{number}", closed)


def issues(*ones: Issue, complete: bool = True) -> Readings:
    return Readings(repository=HOME, issues=fresh(IssueSet({one.number: one for one in ones}, complete), NOW))


def deployment(number: int, state: str = "success", environment: str = "production", at: datetime | None = None,
               description: str = "") -> Deployment:  # fmt: skip
    at = at or ago(hours=number)
    return Deployment(number, environment, "main", "abc", state, at, at, f"{URL}/d/{number}", "lead-dev", description)


def deployments(*ones: Deployment) -> Readings:
    return Readings(repository=HOME, deployments=fresh(ones, NOW))


def pull(number: int, body: str, *, draft: bool = False, base: str = "main") -> PullRequest:
    at = ago(days=1)
    return PullRequest(number, "a title", body, "dev", "feature/x", base, draft, (), at, at, f"{URL}/pull/{number}")


def pulls(*ones: PullRequest) -> Readings:
    return Readings(repository=HOME, pulls=fresh(ones, NOW))


def file(path: str, text: str | None, ref: str = "HEAD") -> Readings:
    return Readings(repository=HOME, files={(path, ref): fresh(File(path, ref, text), NOW)})


def secrets(*names: str, scope: str = "repository", at: datetime | None = None) -> Readings:
    value = tuple(Secret(name, at or ago(days=10), scope) for name in names)
    return Readings(repository=HOME, secrets={scope: fresh(value, NOW)})


def series(*values: float, step: float = 300, labels: Mapping[str, str] | None = None) -> Series:
    """Values up to now, `step` seconds apart."""
    end = NOW.timestamp()
    last = len(values) - 1
    return Series(labels or {}, tuple((end - (last - place) * step, value) for place, value in enumerate(values)))


def instant(query: str, *ones: Series) -> Readings:
    return Readings(instants={query: fresh(ones, NOW)})


def ranged(query: str, *ones: Series) -> Readings:
    return Readings(ranges={query: fresh(ones, NOW)})


def target(job: str, health: str = "up", error: str = "") -> ScrapeTarget:
    return ScrapeTarget(job, f"{job}:3000", health, NOW, error)


def alert(name: str, state: str = "firing", at: datetime | None = None, **labels: str) -> Alert:
    return Alert(f"{name}:{sorted(labels.items())}", name, state, {"alertname": name, **labels}, {}, at or ago(hours=1))


def failed(reading: Reading[Any]) -> Reading[Any]:
    return reading.failed(REFUSED)
