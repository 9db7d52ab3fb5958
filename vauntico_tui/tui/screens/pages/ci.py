"""Workflows, runs, deployments and pull requests in full."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.content import Content

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.facts import Deployment, PullRequest
from vauntico_tui.tui.screens.blocks import Block
from vauntico_tui.tui.screens.look import Look, colour, glyph, mark
from vauntico_tui.tui.screens.markdown import markdown_blocks
from vauntico_tui.tui.screens.page import DOT, Page, content
from vauntico_tui.tui.screens.pages.promise import history
from vauntico_tui.view.model import RunView, View, WorkflowView


def took(run: RunView, now: datetime) -> str:
    """How long it ran, or has been running: "3:12", "1 h 04"."""
    seconds = int(((now if run.mark == "running" else run.updated_at) - run.started_at) / timedelta(seconds=1))
    minutes, seconds = divmod(max(0, seconds), 60)
    return f"{minutes}:{seconds:02d}" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"


def workflow_page(view: View, flow: WorkflowView, look: Look) -> Page:
    """All runs of a workflow, newest first; enter opens one."""
    link = flow.runs[0].url if flow.runs else None
    page = Page(look, Target("workflow", flow.path, flow.name, link))
    _now(page, flow)
    page.gap()
    rate = "no finished run in 7 days" if flow.success_rate is None else f"{flow.success_rate:.1f} %"
    page.field("Success", rate, (f"  of {flow.counted} finished runs in 7 days" if flow.counted else "", "$tone-dim"))
    page.field("File", f".github/workflows/{flow.path}")
    _read(page, view)
    page.head("Runs", f"{len(flow.runs)}, newest first · enter opens")
    if not flow.runs:
        page.put(("none known: the workflow has not run lately", "$tone-dim"))
    for run in flow.runs:
        _run_row(page, run)
    history(page, view, f"workflow:{flow.path}")
    return page


def _now(page: Page, flow: WorkflowView) -> None:
    latest = next((run for run in flow.runs if run.mark in ("success", "failure")), None)
    if latest is None:
        page.put((f"{glyph('unknown')} NO FINISHED RUN", "bold $tone-dim"))
    else:
        words = "FAILS" if latest.mark == "failure" else "PASSES"
        page.put(
            (f"{glyph(latest.mark)} {words}", f"bold {colour(latest.mark)}"),
            f"  #{latest.number} on {latest.branch}, {page.look.ago(latest.updated_at)}",
            page.see(latest.url, f"run #{latest.number}"),
        )
    if flow.running:
        page.put(
            (f"{glyph('running')} running", "$tone-soon"),
            f"  #{flow.running.number} on {flow.running.branch} for {took(flow.running, page.look.now)}",
            page.see(flow.running.url, f"run #{flow.running.number}"),
        )


def _run_row(page: Page, run: RunView) -> None:
    look = page.look
    key = page.jump(f"run:{run.id}", Target("run", str(run.id), f"#{run.number} {run.title}", run.url))
    facts = DOT.join(filter(None, (run.branch, run.actor, look.ago(run.created_at), took(run, look.now), run.event)))
    lead = content(mark(run.mark), " ", (f"#{run.number}".ljust(7), "$tone-dim"))
    rest = content(" " * 9)
    page.blocks.append(Block(content(run.title), lead, rest, key=key, cut=True))
    page.blocks.append(Block(content((facts, "$tone-dim")), rest, rest, key=key, cut=True))
    for job in run.failed_jobs:
        where = " › ".join(filter(None, (job.name, job.step)))
        text = content((where, "$tone-unmet"), f"  {job.reason}" if job.reason else "")
        page.blocks.append(Block(text, rest, content(" " * 11), key=key))


def run_page(view: View, flow: WorkflowView, run: RunView, look: Look) -> Page:
    """One run with its failed jobs."""
    page = Page(look, Target("run", str(run.id), f"{flow.name} #{run.number}", run.url))
    page.put(
        (f"{glyph(run.mark)} {run.mark.upper()}", f"bold {colour(run.mark)}"),
        f"  {flow.name} #{run.number}",
        page.see(run.url, f"run #{run.number}"),
    )
    page.put(run.title)
    page.gap()
    page.field("Branch", run.branch)
    _pull_of(page, view, run.branch)
    page.field("Commit", run.sha[:12])
    page.field("Event", run.event)
    page.field("By", run.actor or "")
    page.field("Created", look.when_ago(run.created_at))
    page.field("Started", look.when_ago(run.started_at))
    page.field("Took" if run.mark != "running" else "Running", took(run, look.now))
    _read(page, view)
    if run.failed_jobs or run.mark == "failure":
        page.head("Failed jobs", str(len(run.failed_jobs) or ""))
    for job in run.failed_jobs:
        page.put(mark("failure"), " ", (job.name, "bold"), page.see(job.url, f"log of {job.name}"))
        page.field("  step", job.step or "not told")
        page.field("  reason", job.reason or "not told; the log has it")
    if run.mark == "failure" and not run.failed_jobs:
        page.put(("its jobs are not read yet; their logs can be read", "$tone-dim"))
    return page


def _pull_of(page: Page, view: View, branch: str) -> None:
    """The open pull request of a branch: a row that opens it."""
    pull = next((one for one in view.ci.pulls if one.branch == branch), None)
    if pull is not None:
        title = f"#{pull.number} {pull.title}"
        key = page.jump(f"pull:{pull.number}", Target("pull", str(pull.number), title, pull.url))
        name = Content.styled("Pull".ljust(12), "$tone-dim")
        page.blocks.append(Block(content(title), name, content(" " * 12), key=key, cut=True))


def deployment_page(view: View, deployment: Deployment, look: Look) -> Page:
    """A deployment, and the others to its environment."""
    page = Page(look, Target("deployment", str(deployment.id), f"{deployment.environment}", deployment.url))
    page.put(
        (f"{glyph(deployment.state)} {deployment.state.upper()}", f"bold {colour(deployment.state)}"),
        f"  {deployment.environment}",
        page.see(deployment.url, "the deployment"),
    )
    if deployment.description:
        page.put(deployment.description)
    page.gap()
    page.field("Ref", deployment.ref)
    page.field("Commit", deployment.sha[:12])
    page.field("By", deployment.creator or "")
    page.field("Created", look.when_ago(deployment.created_at))
    page.field("Updated", look.when_ago(deployment.updated_at))
    _read(page, view)
    others = [other for other in view.ci.deployments if other.environment == deployment.environment]
    page.head(f"Deployments to {deployment.environment}", str(len(others)))
    for other in others:
        key = page.jump(
            f"deployment:{other.id}", Target("deployment", str(other.id), other.environment, other.url),
            opens=other.id != deployment.id,
        )  # fmt: skip
        page.put(
            mark(other.state), f" {other.state.ljust(11)}  {other.ref}  ",
            (f"{other.sha[:7]}  {look.when_ago(other.created_at)}", "$tone-dim"), key=key, cut=True,
        )  # fmt: skip
    history(page, view, f"deployment:{deployment.environment}")
    return page


def pull_page(view: View, pull: PullRequest, look: Look) -> Page:
    """An open pull request with its body."""
    page = Page(look, Target("pull", str(pull.number), f"#{pull.number} {pull.title}", pull.url))
    checks = {"success": "CHECKS PASS", "failure": "CHECKS FAIL", "pending": "CHECKS RUN"}.get(pull.checks or "")
    page.put(
        (f"{glyph(pull.checks or 'unknown')} {checks or 'NO CHECKS'}", f"bold {colour(pull.checks or '')}"),
        f"  #{pull.number}{' draft' if pull.draft else ''}",
        page.see(pull.url, f"pull request #{pull.number}"),
    )
    page.put(pull.title)
    page.gap()
    page.field("Failing", ", ".join(pull.failing))
    page.field("Branch", f"{pull.branch} into {pull.base}")
    page.field("By", pull.author or "")
    page.field("Labels", ", ".join(pull.labels))
    page.field("Opened", look.when_ago(pull.created_at))
    page.field("Updated", look.when_ago(pull.updated_at))
    _read(page, view)
    page.head("Text")
    if pull.body.strip():
        page.extend(markdown_blocks(pull.body, page.number))
    else:
        page.put(("no text", "$tone-dim"))
    return page


def _read(page: Page, view: View) -> None:
    """When GitHub was last read, and what is wrong with it."""
    ci = view.ci
    if ci.as_of is not None:
        page.field("Read", page.look.ago(ci.as_of))
    if ci.trouble is not None:
        page.field("Trouble", (str(ci.trouble), "$tone-unmet"))
