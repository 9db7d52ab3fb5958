"""The eleven workflows: their jobs and steps, and what a run of one looks like at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vauntico_tui.sim.world.records import Run

SETUP = ("Set up job", "Checkout", "Setup Node.js", "Install dependencies")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run fails: the job, the step, and the annotation it leaves. `others` are those of further jobs."""

    job: str
    step: str
    message: str
    path: str
    line: int
    others: tuple[Failure, ...] = ()

    def of(self, job: str) -> Failure | None:
        """Why a job of the run fails, if it does."""
        return next((one for one in (self, *self.others) if one.job == job), None)


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A job: its steps, how long it takes in seconds, and the jobs it waits for."""

    name: str
    steps: tuple[str, ...]
    seconds: int
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkflowSpec:
    """A workflow file. `on` names what starts it: main, pull_request, schedule, deploy, dispatch."""

    id: int
    file: str
    name: str
    on: frozenset[str]
    jobs: tuple[JobSpec, ...]

    @property
    def path(self) -> str:
        return f".github/workflows/{self.file}"

    @property
    def seconds(self) -> int:
        """How long a run takes when nothing fails."""
        return max(end for _, end in _spans(self, None).values())


@dataclass(frozen=True, slots=True)
class StepView:
    """A step at a moment."""

    number: int
    name: str
    status: str
    conclusion: str | None
    started_at: int | None
    completed_at: int | None


@dataclass(frozen=True, slots=True)
class JobView:
    """A job of a run's attempt at a moment."""

    id: int
    name: str
    status: str
    conclusion: str | None
    created_at: int
    started_at: int
    completed_at: int | None
    steps: tuple[StepView, ...]
    failure: Failure | None = None


def _workflow(number: int, file: str, name: str, on: str, *jobs: JobSpec) -> WorkflowSpec:
    return WorkflowSpec(7_100_000 + number, file, name, frozenset(on.split()), jobs)


WORKFLOWS: dict[str, WorkflowSpec] = {
    spec.file: spec
    for spec in (
        _workflow(1, "build-verification.yml", "Build Verification", "main pull_request dispatch",
            JobSpec("test", (*SETUP, "Run unit tests", "Upload coverage"), 96),
            JobSpec("integration", (*SETUP, "Run migrations", "Run integration tests"), 128),
            JobSpec("build", (*SETUP, "Build server-v2", "Build image"), 110, ("test", "integration")),
            JobSpec("basic-smoke", ("Set up job", "Checkout", "Start image", "Smoke test"), 42, ("build",))),
        _workflow(2, "governance-validation.yml", "Governance and KPI Validation", "main pull_request dispatch",
            JobSpec("validate-governance", (*SETUP[:2], "Check pull request body", "Check memories.md reference"), 24)),
        _workflow(3, "deployment-validation.yml", "Deployment Validation", "main dispatch",
            JobSpec("validate-secrets", ("Set up job", "Checkout", "Check required secrets"), 18),
            JobSpec("validate-config", (*SETUP, "Validate configuration"), 40, ("validate-secrets",))),
        _workflow(4, "production-deploy.yml", "Production Deploy", "deploy dispatch",
            JobSpec("deploy-backend", (*SETUP, "Push image", "Roll out", "Health check"), 150),
            JobSpec("deploy-frontend", (*SETUP, "Vercel deploy", "Health check"), 90)),
        _workflow(5, "lint.yml", "Lint", "main pull_request dispatch",
            JobSpec("eslint", (*SETUP, "Run ESLint"), 48)),
        _workflow(6, "codeql.yml", "CodeQL Analysis", "main schedule dispatch",
            JobSpec("analyze", ("Set up job", "Checkout", "Initialize CodeQL", "Perform analysis"), 210)),
        _workflow(7, "secret-scan.yml", "Secret Scan", "main pull_request dispatch",
            JobSpec("gitleaks", ("Set up job", "Checkout", "Scan for secrets"), 30)),
        _workflow(8, "semantic-commits.yml", "Semantic Commits", "pull_request dispatch",
            JobSpec("commits", ("Set up job", "Check commit messages"), 12)),
        _workflow(9, "openapi-lint.yml", "OpenAPI Lint", "pull_request dispatch",
            JobSpec("spectral", (*SETUP, "Lint openapi.yaml"), 34)),
        _workflow(10, "release.yml", "Release", "schedule dispatch",
            JobSpec("release", (*SETUP, "Log in to OCI registry", "Publish"), 120)),
        _workflow(11, "weekly-compliance-scan.yml", "Weekly Compliance Scan", "schedule dispatch",
            JobSpec("scan", (*SETUP, "Scan standards", "Publish report"), 160)),
    )
}  # fmt: skip

WORKFLOWS_BY_ID = {spec.id: spec for spec in WORKFLOWS.values()}

_RUN_BASE, _JOB_BASE, _SUITE_BASE = 900_000_000, 1_000_000_000, 500_000_000  # GraphQL knows 32 bits only


def run_id(sequence: int) -> int:
    """The id of the n-th run of the repository."""
    return _RUN_BASE + sequence


def job_id(run: Run, index: int) -> int:
    """The id of a job (and of its check run) in a run's attempt."""
    return _JOB_BASE + (run.id - _RUN_BASE) * 1000 + run.attempt * 10 + index


def suite_id(run: Run) -> int:
    """The id of a run's check suite."""
    return _SUITE_BASE + run.id - _RUN_BASE


def run_of_suite(suite: int) -> int:
    """The run that a check suite belongs to."""
    return suite - _SUITE_BASE + _RUN_BASE


def run_of_job(job: int) -> int:
    """The run that a job or check run belongs to."""
    return (job - _JOB_BASE) // 1000 + _RUN_BASE


def _spans(spec: WorkflowSpec, failure: Failure | None) -> dict[str, tuple[int, int]]:
    """Start and end of each job in seconds after the run's start; jobs behind a failed one are left out."""
    spans: dict[str, tuple[int, int]] = {}
    for job in spec.jobs:
        if any(need not in spans or (failure and failure.of(need)) for need in job.needs):
            continue
        start = max((spans[need][1] for need in job.needs), default=0) + 2
        length = job.seconds
        own = failure.of(job.name) if failure else None
        if own and own.step in job.steps:
            length = max(2, job.seconds * (job.steps.index(own.step) + 1) // len(job.steps))
        spans[job.name] = (start, start + length)
    return spans


def duration(file: str, failure: Failure | None, only: frozenset[str] | None = None) -> int:
    """World seconds that a run takes; with `only`, of those jobs."""
    spans = _spans(WORKFLOWS[file], failure)
    if only is None:
        return max(end for _, end in spans.values())
    return max(sum(end - start for name, (start, end) in spans.items() if name in only), 2)


def jobs_of(run: Run, now: int) -> list[JobView]:
    """The jobs of a run's attempt as they are at `now`."""
    spec = WORKFLOWS[run.workflow]
    spans = _spans(spec, run.failure)
    shift = _kept_time(run, spans)
    return [
        _job(run, index, job, now, span=spans.get(job.name), shift=shift.get(job.name, 0))
        for index, job in enumerate(spec.jobs)
    ]


def _kept_time(run: Run, spans: dict[str, tuple[int, int]]) -> dict[str, int]:
    """How much earlier a job starts because the jobs it waits for were kept from an earlier attempt."""
    if not run.kept:
        return {}
    shift: dict[str, int] = {}
    for job in WORKFLOWS[run.workflow].jobs:
        if job.name in spans and job.name not in run.kept:
            waits = [spans[need][1] - shift.get(need, 0) for need in job.needs if need not in run.kept]
            shift[job.name] = spans[job.name][0] - max(waits, default=0) - 2
    return shift


def _job(run: Run, index: int, job: JobSpec, now: int, *, span: tuple[int, int] | None, shift: int) -> JobView:
    done = run.status == "completed"
    if job.name in run.kept:
        number, start, end = run.kept[job.name]
        return JobView(
            number, job.name, "completed", "success", start, start, end, tuple(_steps(job, start, end, None))
        )
    number = job_id(run, index)
    if span is None:  # behind a failed job
        if not done:
            return JobView(number, job.name, "queued", None, run.created_at, run.started_at, None, ())
        return JobView(number, job.name, "completed", "skipped", run.started_at, run.updated_at, run.updated_at, ())
    start = run.started_at + int((span[0] - shift) / run.pace)
    end = run.started_at + int((span[1] - shift) / run.pace)
    if done:
        start, end = min(start, run.updated_at), min(end, run.updated_at)
        if run.conclusion == "cancelled" and end >= run.updated_at:
            steps = tuple(_steps(job, start, max(end, start + 1), run.updated_at, cut="cancelled"))
            return JobView(number, job.name, "completed", "cancelled", run.created_at, start, run.updated_at, steps)
        failure = run.failure.of(job.name) if run.failure else None
        steps = tuple(_steps(job, start, end, None, failure))
        conclusion = "failure" if failure else "success"
        return JobView(number, job.name, "completed", conclusion, run.created_at, start, end, steps, failure)
    if run.status == "queued" or now < start:
        return JobView(number, job.name, "queued", None, run.created_at, run.started_at, None, ())
    failure = run.failure.of(job.name) if run.failure else None
    if now < end:
        steps = tuple(_steps(job, start, end, now, failure))
        return JobView(number, job.name, "in_progress", None, run.created_at, start, None, steps)
    steps = tuple(_steps(job, start, end, None, failure))
    return JobView(
        number, job.name, "completed", "failure" if failure else "success", run.created_at, start, end, steps, failure
    )


def _steps(
    job: JobSpec, start: int, end: int, now: int | None, failure: Failure | None = None, *, cut: str | None = None
) -> Iterator[StepView]:
    """Steps in equal parts of the job's time; with `now` the later ones are still to come (or `cut` off)."""
    names = (*job.steps, "Complete job")
    ran = job.steps.index(failure.step) + 1 if failure else len(names)
    failed = False
    for index, name in enumerate(names):
        if failed and name != "Complete job":
            yield StepView(index + 1, name, "completed", "skipped", end, end)
            continue
        begin = start + (end - start) * min(index, ran) // ran
        finish = start + (end - start) * min(index + 1, ran) // ran
        if now is not None and now < finish:
            if cut:
                yield StepView(index + 1, name, "completed", cut if begin <= now else "skipped", min(begin, now), now)
            elif begin <= now:
                yield StepView(index + 1, name, "in_progress", None, begin, None)
            else:
                yield StepView(index + 1, name, "queued", None, None, None)
            continue
        failed = failed or bool(failure and name == failure.step)
        bad = bool(failure and name == failure.step)
        yield StepView(index + 1, name, "completed", "failure" if bad else "success", begin, finish)
