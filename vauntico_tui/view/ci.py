"""Workflows with their runs, deployments and pull requests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from vauntico_tui.evidence.facts import Run, RunSet
from vauntico_tui.evidence.figures import before
from vauntico_tui.view.model import CiView, JobView, RunView, WorkflowView
from vauntico_tui.view.scene import Scene

WINDOW = timedelta(days=7)
_FAILED = frozenset({"failure", "timed_out", "startup_failure"})


@dataclass(frozen=True, slots=True)
class _Workflow:
    """A workflow's runs, newest first, and how they look."""

    name: str
    path: str
    runs: tuple[Run, ...]
    views: tuple[RunView, ...]


def run_mark(run: Run) -> str:
    """success failure cancelled running queued other."""
    if run.status == "completed":
        if run.conclusion in _FAILED:
            return "failure"
        return run.conclusion if run.conclusion in {"success", "cancelled"} else "other"
    return "running" if run.status == "in_progress" else "queued"


def _run_view(run: Run) -> RunView:
    jobs = tuple(JobView(job.name, job.step, job.reason, job.url, job.id) for job in run.failed_jobs)
    return RunView(
        run.id,
        run.number,
        run_mark(run),
        run.branch,
        run.event,
        run.title,
        run.sha,
        run.actor,
        run.url,
        run.created_at,
        run.started_at,
        run.updated_at,
        jobs,
    )


def _workflows(runs: RunSet) -> tuple[_Workflow, ...]:
    by_file: defaultdict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in sorted(runs.runs, key=lambda run: (run.created_at, run.id), reverse=True):
        by_file[run.path.rsplit("/", 1)[-1], "" if run.path else run.workflow].append(run)
    return tuple(
        _Workflow(ones[0].workflow, path, tuple(ones), tuple(_run_view(run) for run in ones))
        for (path, _), ones in by_file.items()
    )


def _workflow_view(workflow: _Workflow, start: datetime) -> WorkflowView:
    counted = [run for run in workflow.runs if run.verdict_counts and run.created_at >= start]
    good = sum(run.conclusion == "success" for run in counted)
    running = next((view for view in workflow.views if view.mark == "running"), None)
    latest = next((i for i, run in enumerate(workflow.runs) if run.verdict_counts), None)
    failed = latest is not None and workflow.runs[latest].conclusion != "success"
    return WorkflowView(
        workflow.name,
        workflow.path,
        100 * good / len(counted) if counted else None,
        len(counted),
        workflow.views,
        running or next((view for view in workflow.views if view.mark == "queued"), None),
        workflow.views[latest] if latest is not None and failed else None,
    )


def ci_view(scene: Scene) -> CiView:
    """Workflows: those that are red first, then by name: a build that starts moves no row."""
    readings = scene.readings
    runs = readings.runs.value
    workflows: tuple[WorkflowView, ...] = ()
    if runs is not None:
        grouped = scene.memo.part("workflows", (runs,), lambda: _workflows(runs))
        start = before(scene.now, WINDOW)
        workflows = tuple(
            sorted(
                (_workflow_view(workflow, start) for workflow in grouped),
                key=lambda one: (one.failed is None, one.name.casefold(), one.path),
            )
        )
    return CiView(
        readings.runs.state,
        readings.runs.as_of,
        readings.runs.trouble,
        workflows,
        readings.deployments.value or (),
        readings.pulls.value or (),
    )
