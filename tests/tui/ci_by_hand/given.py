"""A run with its jobs and logs, and a reader that tells them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.tui.sample_view import NOW
from tests.tui.screens.stage import FakeRoom
from vauntico_tui.actions.remedy.ci.compare import Comparison, pair
from vauntico_tui.actions.remedy.ci.joblog import JobLog, StepTime
from vauntico_tui.actions.remedy.ci.logread import read
from vauntico_tui.actions.remedy.ci.reader import Chosen
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.sources.github.jobs import Between, ChangedCommit, ChangedFile, Job, JobStep, RunFacts
from vauntico_tui.sources.github.logs import gone

BEGAN = NOW - timedelta(minutes=20)
URL = "https://github.com/vauntico/vauntico/actions/runs/8812"
RUN = RunFacts(
    8812, 31, 2, 7, "Build Verification", "build-verification.yml", "main", "push", "completed", "failure",
    "c0ffee" * 6, "1: fix: weights of the trust score", URL, BEGAN, BEGAN, BEGAN + timedelta(seconds=134), "lead-dev",
)  # fmt: skip
GREEN = replace(
    RUN, id=8700, number=27, attempt=1, conclusion="success", sha="decade" * 6, title="1: docs: handbook",
    created_at=BEGAN - timedelta(hours=20), started_at=BEGAN - timedelta(hours=20),
    updated_at=BEGAN - timedelta(hours=20) + timedelta(seconds=240), by="backend-dev",
)  # fmt: skip

_STEPS = (("Set up job", 6), ("Checkout", 4), ("Install dependencies", 40), ("Run integration tests", 60),
          ("Complete job", 0))  # fmt: skip


def steps(failed: str = "") -> tuple[JobStep, ...]:
    out, at = [], BEGAN
    for index, (name, seconds) in enumerate(_STEPS, 1):
        end = at + timedelta(seconds=seconds)
        out.append(JobStep(index, name, "completed", "failure" if name == failed else "success", at, end))
        at = end
    return tuple(out)


def job(ident: int, name: str, conclusion: str | None, failed: str = "") -> Job:
    done = conclusion is not None
    return Job(
        ident, RUN.id, 2, name, "completed" if done else "in_progress", conclusion, BEGAN,
        BEGAN + timedelta(seconds=110) if done else None, f"{URL}/job/{ident}", steps(failed) if done else (),
    )  # fmt: skip


RED = job(2, "integration", "failure", "Run integration tests")
JOBS = (job(1, "test", "success"), RED, job(3, "build", "skipped"))


def stamp(at: datetime, text: str) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.0000000Z {text}"


def log_of(one: Job, *more: str) -> JobLog:
    """A log as a runner writes it, of all the job's steps."""
    lines: list[str] = []
    for step in one.steps:
        at = step.started_at or BEGAN
        if step.name == "Set up job":
            told = ["Current runner version: '2.321.0'", "##[group]Runner Image", "Image: ubuntu-24.04", "##[endgroup]"]
        elif step.conclusion == "failure":
            told = [
                "##[group]Run npm run test:integration", "npm run test:integration", "shell: /usr/bin/bash -e {0}",
                "##[endgroup]", "\x1b[1;32m PASS \x1b[0m tests/payments/stripe.test.ts (2.2 s)",
                "\x1b[1;31m FAIL \x1b[0m tests/integration/trust-score.test.ts (4.2 s)",
                "  ● trust score › reads the weights, a title that goes on and on until it does not fit any more",
                *more, "    at Object.<anonymous> (server-v2/tests/integration/trust-score.test.ts:41:7)",
                "##[error]connect ECONNREFUSED 127.0.0.1:5432", "##[error]Process completed with exit code 1.",
            ]  # fmt: skip
        else:
            told = [f"##[group]Run {step.name}", "with:", "##[endgroup]", f"{step.name}: done"]
        lines += [stamp(at, text) for text in told]
    times = [
        StepTime(step.name, step.conclusion or "running", step.started_at, step.completed_at) for step in one.steps
    ]
    return read("\n".join(lines).encode(), steps=times)


def comparison() -> Comparison:
    before = tuple(job(ident + 10, name, "success") for ident, name in enumerate(("test", "integration", "build")))
    between = Between(
        (
            ChangedCommit("c0ffee" * 6, RUN.title, "lead-dev", BEGAN, "https://github.com/vauntico/vauntico/commit/c0ffee"),
            ChangedCommit("facade" * 6, "1: ci: node 22", "devops", BEGAN - timedelta(hours=2), ""),
        ),
        (
            ChangedFile("server-v2/src/trust/weights.ts", "modified", 12, 3, "@@ -1,2 +1,2 @@\n-old\n+new\n same"),
            ChangedFile("package-lock.json", "modified", 240, 198),
            ChangedFile(".github/workflows/build-verification.yml", "modified", 1, 1, "@@ -8 +8 @@\n-20\n+22"),
        ),
        2, 0, "https://github.com/vauntico/vauntico/compare/decade...c0ffee",
    )  # fmt: skip
    machine = {"runner": "2.321.0", "image": "ubuntu-24.04", "version": "20250105.1.0"}
    return Comparison(
        RUN, GREEN, between=between, pairs=pair(before, JOBS), machine_before={**machine, "version": "20241215.1.0"},
        machine=machine,
    )  # fmt: skip


class FakeCi:
    """Tells what it was given; `gate` holds logs back; `error` is raised by all."""

    def __init__(self, jobs: tuple[Job, ...] = JOBS, chosen: Job | None = RED) -> None:
        self.chosen = Chosen(RUN, jobs, chosen)
        self.logs: dict[int, JobLog] = {one.id: log_of(one) for one in jobs}
        self.later: list[Job] = []
        self.late = 0  # so often there is no log yet
        self.told: Comparison = comparison()
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.asked: list[Any] = []

    def close(self) -> None:
        """Nothing to close."""

    async def choose(self, run_id: int, name: str = "") -> Chosen:
        self.asked.append(("choose", run_id))
        if self.error is not None:
            raise self.error
        return self.chosen

    async def job(self, job_id: int) -> Job:
        self.asked.append(("job", job_id))
        return self.later.pop(0)

    async def log(self, one: Job, download: Any = None) -> JobLog:
        self.asked.append(("log", one.id))
        if self.gate is not None:
            await self.gate.wait()
        assert not download.stopped  # each look is a download of its own
        download.stopped = True
        self.late -= 1
        if self.late >= 0:
            raise SourceError(gone(404))
        return self.logs[one.id]

    async def compare(self, run_id: int) -> Comparison:
        self.asked.append(("compare", run_id))
        if self.error is not None:
            raise self.error
        return self.told


def reading(ci: FakeCi) -> Callable[[FakeRoom], None]:
    """Give a room its reader."""
    return lambda room: setattr(room, "ci", ci)
