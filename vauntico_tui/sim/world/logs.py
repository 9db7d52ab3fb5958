"""The log of a job as the runner writes it: stamps, groups, colours, and where it fails, errors."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from vauntico_tui.sim.world.files import command_of
from vauntico_tui.sim.world.records import Run
from vauntico_tui.sim.world.workflows import WORKFLOWS, JobView, StepView, jobs_of
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
        yield from _output(step.name, failed=failure is not None)
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


def _output(step: str, *, failed: bool) -> Iterator[str]:
    if step == "Install dependencies":
        for name in ("inflight@1.0.6", "glob@7.2.3", "rimraf@3.0.2"):
            yield f"npm \x1b[33mwarn\x1b[39m deprecated {name}: no longer supported"
        yield from ("added 1423 packages, and audited 1427 packages in 21s", "found 0 vulnerabilities")
    elif "tests" in step:
        for index, suite in enumerate(_SUITES if "integration" in step else _SUITES[:8]):
            bad = failed and index == 0
            word = "\x1b[41m\x1b[1m FAIL \x1b[22m\x1b[49m" if bad else "\x1b[42m\x1b[30m PASS \x1b[39m\x1b[49m"
            yield f"{word} tests/{suite}.test.ts ({1 + index * 0.4:.1f} s)"
        if not failed:
            yield "\x1b[1mTests:       \x1b[22m\x1b[32m214 passed\x1b[39m, 214 total"
    elif not failed:
        yield f"{step}: done"


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
