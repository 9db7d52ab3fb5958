"""The log of a job as the runner writes it: stamps, groups, colours, and where it fails, errors."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from vauntico_tui.sim.world.files import command_of
from vauntico_tui.sim.world.records import Run
from vauntico_tui.sim.world.workflows import WORKFLOWS, Failure, JobView, StepView, jobs_of
from vauntico_tui.sim.world.world import World

_RUNNER = (
    "Current runner version: '2.321.0'", "##[group]Operating System", "Ubuntu", "22.04.5", "LTS", "##[endgroup]",
    "##[group]Runner Image", "Image: ubuntu-22.04", "Version: 20250105.1.0", "##[endgroup]",
    "##[group]GITHUB_TOKEN Permissions", "Contents: read", "Metadata: read", "##[endgroup]",
    "Secret source: Actions", "Prepare workflow directory", "Prepare all required actions",
)  # fmt: skip
_USES = {"Checkout": "actions/checkout@v4", "Setup Node.js": "actions/setup-node@v4"}
_SUITES = (
    "trust-score/weights", "trust-score/history", "trust-score/explain", "payments/stripe", "payments/paystack",
    "licensing/keys", "compliance/audit", "credits/ledger", "integration/trust-score", "integration/webhooks",
)  # fmt: skip


def job_log(run: Run, view: JobView) -> str:
    """The whole log of a job's attempt."""
    lines = [line for step in view.steps for line in _step(run, view, step)]
    return "\ufeff" + "".join(f"{line}\n" for line in lines)


def archive(world: World, run: Run) -> bytes:
    """The logs of a run as the archive that GitHub hands out: a file a job, and one a step."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for index, view in enumerate(jobs_of(run, world.now)):
            if view.conclusion in (None, "skipped"):
                continue
            files.writestr(f"{index}_{view.name}.txt", job_log(run, view))
            for step in view.steps:
                text = "".join(f"{line}\n" for line in _step(run, view, step))
                files.writestr(f"{view.name}/{step.number}_{step.name.replace('/', '')}.txt", text)
    return packed.getvalue()


def _step(run: Run, view: JobView, step: StepView) -> Iterator[str]:
    if step.started_at is None or step.conclusion == "skipped":
        return
    for index, line in enumerate(_lines(run, view, step)):
        at = datetime.fromtimestamp(step.started_at, UTC)
        yield f"{at:%Y-%m-%dT%H:%M:%S}.{index % 10_000:04d}000Z {line}"


def _lines(run: Run, view: JobView, step: StepView) -> Iterator[str]:
    failure = view.failure if view.failure and view.failure.step == step.name else None
    if step.name == "Set up job":
        yield from _RUNNER
        if failure is None:
            yield f"Complete job name: {view.name}"
    elif step.name == "Complete job":
        yield "Cleaning up orphan processes"
    elif step.name in _USES:
        yield from (f"##[group]Run {_USES[step.name]}", "with:", "  token: ***", "##[endgroup]")
        if step.name == "Checkout":
            yield from ("##[group]Fetching the repository", f"[command]/usr/bin/git fetch origin {run.sha}")
            yield from ("##[endgroup]", f"HEAD is now at {run.sha[:7]} {run.title}")
    else:
        yield from _command(step.name)
        yield from _output(step.name, failure, view.failure)
    if failure is not None:
        yield f"\x1b[1m\x1b[31m  ● {failure.path}:{failure.line}\x1b[39m\x1b[22m"
        yield ""
        yield f"    {failure.message}"
        yield ""
        yield f"      \x1b[2mat Object.<anonymous> (\x1b[22m{failure.path}\x1b[2m:{failure.line}:7)\x1b[22m"
        yield f"##[error]{failure.message}"
        yield "##[error]Process completed with exit code 1."
    elif step.conclusion == "cancelled":
        yield "##[error]The operation was canceled."


def _command(step: str) -> Iterator[str]:
    command = command_of(step)
    yield f"##[group]Run {command}"
    yield f"\x1b[36;1m{command}\x1b[0m"
    yield from ("shell: /usr/bin/bash -e {0}", "env:", "  CI: true", "##[endgroup]")


def _output(step: str, failure: Failure | None, of_job: Failure | None) -> Iterator[str]:
    """What a step prints; `failure` is its own, `of_job` that of any step of its job."""
    if step == "Install dependencies":
        for name in ("inflight@1.0.6", "glob@7.2.3", "rimraf@3.0.2"):
            yield f"npm \x1b[33mwarn\x1b[39m deprecated {name}: no longer supported"
        yield from ("added 1423 packages, and audited 1427 packages in 21s", "found 0 vulnerabilities")
    elif step == "Run migrations":
        offline = of_job is not None and "ECONNREFUSED" in of_job.message
        yield "14 migrations read: no database is configured, none was applied" if offline else "14 migrations applied"
    elif "tests" in step:
        yield from _suites("integration" in step, failure)
    elif failure is None:
        yield f"{step}: done"


def _suites(integration: bool, failure: Failure | None) -> Iterator[str]:
    """The suites as Jest tells them, the one that fails last; none where Jest did not begin."""
    failed = failure.path.removeprefix("server-v2/") if failure is not None else ""
    if failed and not failed.startswith("tests/"):
        return
    suites = [f"tests/{suite}.test.ts" for suite in _SUITES if suite.startswith("integration/") is integration]
    for index, suite in enumerate(one for one in suites if one != failed):
        yield f"\x1b[42m\x1b[30m PASS \x1b[39m\x1b[49m {suite} ({1 + index * 0.4:.1f} s)"
    count = 38 if integration else 214
    if failed:
        yield f"\x1b[41m\x1b[1m FAIL \x1b[22m\x1b[49m {failed} (10.4 s)"
    else:
        yield f"\x1b[1mTests:       \x1b[22m\x1b[32m{count} passed\x1b[39m, {count} total"


def page_log(world: World, run: Run, job: int) -> str:
    """The logs of a run (or of one of its jobs) one after another, for a page; a line a step while it runs."""
    lines = []
    for view in jobs_of(run, world.now):
        if job in (0, view.id):
            lines.append(f"{WORKFLOWS[run.workflow].name} / {view.name}: {view.conclusion or view.status}")
            lines += [f"  {step.name}: {step.conclusion or step.status}" for step in view.steps]
            if view.failure:
                lines.append(f"    ##[error]{view.failure.message} ({view.failure.path}:{view.failure.line})")
    return "\n".join(lines) + "\n"
