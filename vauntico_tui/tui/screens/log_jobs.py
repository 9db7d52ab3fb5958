"""A run's jobs to choose from, and a job that has no log yet, step by step."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.screens.look import colour, glyph, mark
from vauntico_tui.tui.screens.page import Page, content

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.ci.reader import Chosen
    from vauntico_tui.sources.github.jobs import Job

_ORDER = {"failure": 0, "running": 1, "queued": 2, "other": 3, "cancelled": 4, "success": 5, "skipped": 6}
_GLYPHS = {"skipped": "other", "timed_out": "failure", "startup_failure": "failure"}


def jobs_page(page: Page, chosen: Chosen) -> None:
    """The jobs, those that failed first; each row opens its log."""
    run = chosen.run
    page.put((run.title, "bold"))
    page.put(
        (f"{run.branch} · {run.sha[:7]} · attempt {run.attempt}" + (f" by {run.by}" if run.by else ""), "$tone-dim")
    )
    page.gap()
    if not chosen.jobs and run.failed:
        page.put(("✗ it failed before any job began: its workflow's file is likely wrong", "$tone-unmet"))
        page.put((f"o opens the run, which says why; the file is .github/workflows/{run.file}", "$tone-dim"), indent=2)
    elif not chosen.jobs:
        page.put(("the run has no jobs yet; r looks again", "$tone-dim"))
    for job in sorted(chosen.jobs, key=lambda one: _ORDER.get(one.mark, 3)):
        key = page.jump(f"job:{job.id}", Target("job", str(job.id), job.name, job.url or None), opens=False)
        step = job.failed_step
        where = f"  {step.name}" if step is not None else ""
        page.put(
            mark(_GLYPHS.get(job.mark, job.mark)), " ", (job.name, "bold" if job.failed else ""),
            (where, "$tone-unmet"), right=content((took(job.started_at, job.completed_at, page.look.now), "$tone-dim")),
            key=key, cut=True,
        )  # fmt: skip


def job_page(page: Page, job: Job) -> None:
    """A job's steps as they are now."""
    page.put((f"{glyph(_GLYPHS.get(job.mark, job.mark))} {job.mark.upper()}", f"bold {colour(job.mark)}"),
             f"  {job.name}  ", (took(job.started_at, job.completed_at, page.look.now), "$tone-dim"))  # fmt: skip
    page.gap()
    for step in job.steps:
        word = step.conclusion or {"in_progress": "running"}.get(step.status, "queued")
        page.put(
            mark(_GLYPHS.get(word, word)), " ", step.name,
            right=content((took(step.started_at, step.completed_at, page.look.now), "$tone-dim")),
        )  # fmt: skip
    if not job.steps:
        page.put(("no step has begun", "$tone-dim"))


def took(start: datetime | None, end: datetime | None, now: datetime) -> str:
    """ "3:12": from start to end, or until now."""
    if start is None:
        return ""
    whole = max(0, int(((end or now) - start).total_seconds()))
    if whole >= 3600:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"
