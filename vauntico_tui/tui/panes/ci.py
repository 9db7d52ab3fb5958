"""Pane 3: each workflow's last runs, success rate, what runs, what failed and where; deployments; pull requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from vauntico_tui.actions.registry import Target
from vauntico_tui.base.durations import human
from vauntico_tui.evidence.facts import Deployment, PullRequest
from vauntico_tui.evidence.reading import State
from vauntico_tui.tui.format import RUNS, age, cut, number
from vauntico_tui.tui.lines import Col, Line, columns, cut_line, spread
from vauntico_tui.tui.panes.pane import Pane, Standing, source_title
from vauntico_tui.tui.widgets.rowlist import Pen, Row, TextRow
from vauntico_tui.view.model import JobView, RunView, View, WorkflowView

_DEPLOYED = {"success": "success", "failure": "failure", "error": "failure", "in_progress": "running",
             "queued": "queued", "pending": "queued", "inactive": "success"}  # fmt: skip
_CHECKS = {"success": "success", "failure": "failure", "pending": "running"}


def runs_strip(runs: Sequence[RunView], width: int) -> Line:
    """The newest runs, the newest right; runs of one tone are one piece; a dot where there was none."""
    shown = list(reversed(runs[:width]))
    out: list[tuple[str, str]] = [("·" * (width - len(shown)), "frame")] if len(shown) < width else []
    for run in shown:
        glyph, tone = RUNS.get(run.mark, RUNS["other"])
        if out and out[-1][1] == tone:
            out[-1] = (out[-1][0] + glyph, tone)
        else:
            out.append((glyph, tone))
    return tuple(out)


def running_for(run: RunView, pen: Pen) -> str:
    """ "3 min" or "1:04 h": how long a run has been going, by minutes, so that the screen rests."""
    span = max(timedelta(), pen.now - run.started_at)
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes < 100 else human(span)


def job_words(job: JobView) -> str:
    """ "integration · Run integration tests · ECONNREFUSED": which job, in which step, why."""
    return " · ".join(part for part in (job.name, job.step, job.reason) if part)


def strip_width(width: int) -> int:
    """How many runs a row shows."""
    return 12 if width < 60 else 16 if width < 90 else 30


@dataclass(frozen=True, slots=True)
class WorkflowRow(Row):
    """A workflow; a second line says what failed last, if it did."""

    workflow: WorkflowView | None = None

    @property
    def _flow(self) -> WorkflowView:
        assert self.workflow is not None  # noqa: S101  a default only because a base has defaults
        return self.workflow

    def words(self) -> str:
        flow = self._flow
        jobs = " ".join(job_words(job) for job in flow.failed.failed_jobs) if flow.failed else ""
        return f"{flow.name} {flow.path} {jobs} {'running' if flow.running else ''} {'failure' if flow.failed else ''}"

    @property
    def target(self) -> Target | None:
        flow = self._flow
        run = flow.running or flow.failed or (flow.runs[0] if flow.runs else None)
        return Target("workflow", flow.path, flow.name, run.url if run else None)

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        flow = self._flow
        rate, rate_tone = ("-", "dim")
        if flow.success_rate is not None:
            rate = number(flow.success_rate, "%", 0 if flow.success_rate >= 99.95 or flow.success_rate == 0 else 1)
            rate_tone = "met" if flow.success_rate >= 99.95 else "unmet" if flow.success_rate < 90 else "soon"
        line = columns(
            width, Col(flow.name),
            Col(runs_strip(flow.runs, strip_width(width)), width=strip_width(width)),
            Col(rate, rate_tone, 6, ">"), Col(self._now(pen), width=10, align=">"), gap=1,
        )  # fmt: skip
        if self.height == 1:
            return (line,)
        return (line, cut_line((("└ ", "frame"), (self._failure(), "unmet")), width))

    def _now(self, pen: Pen) -> Line:
        flow = self._flow
        if flow.running is not None:
            return ((f"⟳ {running_for(flow.running, pen)}", "accent"),)
        if flow.runs:
            words = age(flow.runs[0].updated_at, pen.now)
            return ((words if words == "now" else f"{words} ago", "dim"),)
        return (("no runs", "dim"),)

    def _failure(self) -> str:
        failed = self._flow.failed
        if failed is None:
            return ""
        return job_words(failed.failed_jobs[0]) if failed.failed_jobs else f"run {failed.number} failed: {failed.title}"

    def more(self, width: int, pen: Pen) -> Sequence[Line]:
        flow = self._flow
        lines: list[Line] = []
        for run in (flow.running, flow.failed):
            if run is None:
                continue
            glyph, tone = RUNS.get(run.mark, RUNS["other"])
            words = f"run {run.number} · {run.branch} · {run.title}" + (f" · {run.actor}" if run.actor else "")
            lines.append(((f"{glyph} ", tone), (cut(words, width - 2), "")))
            lines += [(("  ", ""), (cut(job_words(job), width - 2), "dim")) for job in run.failed_jobs[:3]]
        if flow.success_rate is not None:
            lines.append(((cut(f"{flow.success_rate:.1f} % of {flow.counted} finished runs in 7 d", width), "dim"),))
        return lines


@dataclass(frozen=True, slots=True)
class DeploymentRow(Row):
    """A deployment: environment, what, state, when."""

    deployment: Deployment | None = None

    @property
    def target(self) -> Target | None:
        d = self.deployment
        return Target("deployment", str(d.id), f"{d.environment} {d.state}", d.url) if d else None

    def words(self) -> str:
        deployment = self.deployment
        return f"{deployment.environment} {deployment.state} {deployment.ref}" if deployment else ""

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        deployment = self.deployment
        if deployment is None:
            return ()
        glyph, tone = RUNS[_DEPLOYED.get(deployment.state, "other")]
        ago = age(deployment.updated_at, pen.now)
        where = f"{deployment.ref} {deployment.sha[:7]}" + (f" by {deployment.creator}" if deployment.creator else "")
        return (
            columns(
                width, Col(glyph, tone, 1), Col(deployment.environment, "", min(24, max(12, width // 4))),
                Col(where, "dim"), Col(deployment.state, tone, 11),
                Col(ago if ago == "now" else f"{ago} ago", "dim", 10, ">"), gap=1,
            ),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PullRow(Row):
    """An open pull request with its checks."""

    pull: PullRequest | None = None

    @property
    def target(self) -> Target | None:
        pull = self.pull
        return Target("pull", str(pull.number), f"#{pull.number} {pull.title}", pull.url) if pull else None

    def words(self) -> str:
        pull = self.pull
        return f"#{pull.number} {pull.title} {pull.author} {pull.branch} {pull.checks}" if pull else ""

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        pull = self.pull
        if pull is None:
            return ()
        glyph, tone = RUNS[_CHECKS.get(pull.checks or "", "other")]
        ago = age(pull.updated_at, pen.now)
        says = "draft" if pull.draft else f"{pull.failing[0]} failed" if pull.failing else ""
        return (
            columns(
                width, Col(glyph, tone, 1), Col(f"#{pull.number}", "dim", 6), Col(pull.title),
                Col(says, "unmet" if pull.failing and not pull.draft else "dim", min(18, width // 4)),
                Col(ago if ago == "now" else f"{ago} ago", "dim", 10, ">"), gap=1,
            ),
        )  # fmt: skip


class CiPane(Pane):
    """3 CI status."""

    number = 3
    name_ = "CI status"
    source = Target("source", "github", "GitHub")

    def build(self, view: View, pen: Pen) -> Sequence[Row]:
        ci = view.ci
        width = self.inner.width
        runs = strip_width(width)
        self.head = (
            columns(
                width, Col("WORKFLOW", "heading"), Col(f"last {runs}", "heading", runs), Col("7 d", "heading", 6, ">"),
                Col("now", "heading", 10, ">"), gap=1,
            ),
        ) if ci.workflows else ()  # fmt: skip
        rows: list[Row] = []
        for flow in ci.workflows:
            rows.append(WorkflowRow(f"workflow:{flow.path}", 2 if flow.failed else 1, True, flow))
        if ci.deployments:
            rows.append(SectionRow("deployments", 2, False, (("DEPLOYMENTS", "heading"),), ()))
            rows += [DeploymentRow(f"deployment:{d.id}", 1, True, d) for d in ci.deployments[:8]]
        if ci.pulls:
            failing = sum(pull.checks == "failure" for pull in ci.pulls)
            count: Line = ((f"{len(ci.pulls)} open", "dim"),) + (
                ((f"  {failing} failing", "unmet"),) if failing else ()
            )
            rows.append(SectionRow("pulls", 2, False, (("PULL REQUESTS", "heading"),), count))
            rows += [PullRow(f"pull:{p.number}", 1, True, p) for p in ci.pulls]
        return rows

    def part(self, view: View) -> object:
        return view.ci.workflows, view.ci.deployments, view.ci.pulls

    def tally(self, view: View, pen: Pen) -> Line:
        return _sum(view) if view.ci.workflows else ()

    def fold(self, view: View, pen: Pen, width: int) -> tuple[Line, Line]:
        flows = view.ci.workflows
        if not flows:
            return (), ((self.emptiness(view).partition("\n")[0], "dim"),) if view.ci.state is State.FRESH else ()
        red = [flow for flow in flows if flow.failed]
        short: Line = (_sum(view)[-1],)
        flow = next(iter(red), None) or next((flow for flow in flows if flow.running), flows[0])
        line: Line = ((cut(flow.name, 24) + " ", ""), *runs_strip(flow.runs, 8))
        if flow.running:
            line = (*line, (f" {running_for(flow.running, pen)}", "accent"))
        elif flow.failed and flow.failed.failed_jobs:
            line = (*line, (f" {job_words(flow.failed.failed_jobs[0])}", "dim"))
        return short, line

    def standing(self, view: View) -> Standing:
        ci = view.ci
        return Standing(ci.state, ci.as_of, ci.trouble, source_title(view, "github", "GitHub"))

    def emptiness(self, view: View) -> str:
        return "No workflow has run yet.\nThey appear here after the first push that starts one."

    def wants(self, view: View) -> int:
        return len(view.ci.workflows) + 4


def _sum(view: View) -> Line:
    running = sum(flow.running is not None for flow in view.ci.workflows)
    red = sum(flow.failed is not None for flow in view.ci.workflows)
    out: list[tuple[str, str]] = []
    if running:
        out += [(f"{running} running", "accent"), (" · ", "dim")]
    finished = any(flow.counted or flow.failed for flow in view.ci.workflows)
    out.append((f"{red} red", "unmet") if red else ("all green", "met") if finished else ("none finished", "unknown"))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class SectionRow(TextRow):
    """A heading with a blank line before it."""

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        return ((), spread(width, self.line, self.right))
