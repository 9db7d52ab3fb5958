"""An escalation in full: who must act by when, what it is about, and what else is known of that."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.screens.look import Look, colour, glyph, mark
from vauntico_tui.tui.screens.page import DOT, Page, content
from vauntico_tui.tui.screens.pages.promise import KINDS, find, history
from vauntico_tui.view.model import EscalationView, LevelView, View


def find_escalation(view: View, ident: str) -> tuple[LevelView, EscalationView] | None:
    rows = ((level, row) for level in view.escalations.levels for row in level.rows)
    return next((pair for pair in rows if pair[1].id == ident), None)


def issue_number(ident: str) -> int | None:
    """14 for "issue:14", "#14" and "14"."""
    digits = ident.removeprefix("issue:").removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def escalation_page(view: View, level: LevelView, row: EscalationView, look: Look) -> Page:
    """Who must act by when, and on what."""
    page = Page(look, Target("escalation", row.id, f"{row.subject} {row.title}".strip(), row.link, row.version))
    page.put(
        (f"{glyph(row.state)} {row.state.upper()}", f"bold {colour(row.state)}"),
        f"  level {level.level} {level.severity}{DOT}{level.window_text}",
        ("  stale" if row.stale else "", "$tone-soon"),
        page.see(row.link, row.subject or row.title),
    )
    page.put((f"{row.subject} ", "$tone-dim") if row.subject else "", row.title)
    page.gap()
    page.field("Breaches" if row.breaches_at >= look.now else "Breached", look.when(row.breaches_at), "  ",
               look.left(row.breaches_at))  # fmt: skip
    page.field("Window", _window(row.triggered_at, row.breaches_at, look))
    page.field("Triggered", look.when_ago(row.triggered_at))
    _held(page, row)
    page.field("Because", row.reason)
    page.field("Contacts", ", ".join(row.contacts) or "none named")
    page.field("Assigned", ", ".join(row.assignees) or "nobody")
    page.field("Resolve by", level.resolution)
    page.field("Class", level.issue_class)
    if view.escalations.as_of is not None:
        page.field("Read", look.ago(view.escalations.as_of))
    if view.escalations.trouble is not None:
        page.field("Trouble", (str(view.escalations.trouble), "$tone-unmet"))
    _labels(page, "Labels", row.labels)
    _labels(page, "Annotations", row.annotations)
    _related(page, view, row)
    history(page, view, row.id)
    return page


def _held(page: Page, row: EscalationView) -> None:
    """Who has it and since when, what happens next, and how it may end."""
    look = page.look
    if row.number is None:
        return
    if row.state == "acknowledged":
        since = f" {look.when_ago(row.acknowledged_at)}" if row.acknowledged_at is not None else ""
        page.field("Held by", row.acknowledged_by or "somebody", since)
    elif row.state == "snoozed":
        until = f", until {look.when(row.snoozed_until)}" if row.snoozed_until is not None else ""
        page.field("Snoozed by", row.snoozed_by or "Alertmanager", until)
    elif row.state == "resolved":
        until = f", until {look.when(row.reopens_at)}" if row.reopens_at is not None else ""
        page.field("Set aside", f"by {row.resolved_by}{until}: {row.resolution}")
    else:
        page.field("Held by", ("nobody", "$tone-unmet"))
    page.field("Given to", row.assignee or "")
    if row.next_at is not None:
        page.field("Next", row.next_step, f"  at {look.when(row.next_at)}")
    page.field("Forecast", row.forecast)
    page.field("Number", str(row.number), f"{DOT}happened before as {row.previous}" if row.previous else "")
    if row.members:
        page.field("Same cause", ", ".join(row.members))


def _window(start: datetime, end: datetime, look: Look) -> Content:
    """How much of the window has gone, as a bar and in words."""
    share = 1.0 if end <= start else min(1.0, max(0.0, (look.now - start) / (end - start)))
    full, empty = "▓", "░"
    done = round(share * 20)
    colour = "$tone-unmet" if share >= 1 else "$tone-soon" if share > 0.75 else "$tone-met"
    return content((full * done, colour), (empty * (20 - done), "$tone-dim"), f"  {share * 100:.0f} % gone")


def _labels(page: Page, title: str, pairs: tuple[tuple[str, str], ...]) -> None:
    if not pairs:
        return
    page.head(title, str(len(pairs)))
    for name, value in pairs:
        page.put((f"{name}  ", "$tone-dim"), value, page.see(value, name), hang=4)


def _related(page: Page, view: View, row: EscalationView) -> None:
    """The promise, workflow or issue that it is about, as rows to open."""
    kind, _, ident = row.id.partition(":")
    look = page.look
    if kind in KINDS and (promise := find(view, kind, ident)) is not None:
        page.head("About")
        key = page.jump(f"{kind}:{ident}", Target(kind, ident, promise.title, promise.verdict.link))
        page.put(mark(promise.verdict.mark), f" {promise.title}  ",
                 (promise.verdict.reason, "$tone-dim"), key=key, hang=2)  # fmt: skip
    elif kind == "deployment":
        here = [one for one in view.ci.deployments if one.environment == ident]
        if here:
            page.head("About", f"{len(here)} deployments to {ident}")
        for one in here[:5]:
            key = page.jump(f"deployment:{one.id}", Target("deployment", str(one.id), ident, one.url))
            page.put(mark(one.state), f" {one.state}  {one.ref} {one.sha[:7]}  ",
                     (look.when_ago(one.created_at), "$tone-dim"), key=key, cut=True)  # fmt: skip
