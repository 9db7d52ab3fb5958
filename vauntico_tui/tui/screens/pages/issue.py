"""An issue in full: what the list knows of it, then its Markdown and comments once they have come."""

from __future__ import annotations

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.facts import Issue, IssueDetail
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.tui.screens.blocks import Block
from vauntico_tui.tui.screens.look import Look, colour, glyph
from vauntico_tui.tui.screens.markdown import markdown_blocks
from vauntico_tui.tui.screens.page import Page
from vauntico_tui.tui.screens.pages.promise import history
from vauntico_tui.view.model import View


def find_issue(view: View, number: int) -> Issue | None:
    """By number; the list is sorted by it, but need not be complete."""
    return next((issue for issue in view.all_issues if issue.number == number), None)


def issue_page(view: View, number: int, look: Look) -> Page:
    """The head of an issue; `write_body` adds the rest."""
    issue = find_issue(view, number)
    if issue is None:
        page = Page(look, Target("issue", str(number), f"#{number}", _address(view, number)))
        page.put((f"? #{number}", "bold $tone-dim"), page.see(page.target.link, f"issue #{number}"))
        words = "not among the issues read" + ("" if view.issues.complete else " so far; the list is not complete yet")
        page.put((words, "$tone-dim"))
        return page
    page = Page(look, Target("issue", str(number), f"#{number} {issue.title}", issue.url))
    page.put(
        (f"{glyph(issue.state)} {issue.state.upper()}", f"bold {_colour(issue.state)}"),
        f"  #{number}",
        (f"  as {issue.state_reason.replace('_', ' ')}" if issue.state_reason else "", "$tone-dim"),
        page.see(issue.url, f"issue #{number}"),
    )
    page.put((issue.title, "bold"))
    page.gap()
    page.field("Labels", ", ".join(issue.labels) or "none")
    page.field("Assigned", ", ".join(issue.assignees) or "nobody")
    page.field("By", issue.author or "")
    page.field("Opened", look.when_ago(issue.created_at))
    page.field("Updated", look.when_ago(issue.updated_at))
    if issue.closed_at:
        page.field("Closed", look.when_ago(issue.closed_at))
    if view.issues.trouble is not None:
        page.field("Trouble", (str(view.issues.trouble), "$tone-unmet"))
    return page


def _colour(state: str) -> str:
    return colour("closed") if state == "closed" else "$tone-soon"


def _address(view: View, number: int) -> str | None:
    return f"{view.repository_url}/issues/{number}" if view.repository_url else None


def body_blocks(detail: IssueDetail, page: Page) -> list[Block]:
    """An issue's body and comments; slow for long ones, so it may run in a thread of its own."""
    inner = Page(page.look, page.target)
    inner.links = page.links
    inner.head("Text")
    if detail.body.strip():
        inner.extend(markdown_blocks(detail.body, inner.number))
    else:
        inner.put(("no text", "$tone-dim"))
    count = len(detail.comments) + detail.more_comments
    inner.head("Comments", str(count) if count else "")
    if not count:
        inner.put(("none", "$tone-dim"))
    for comment in detail.comments:
        inner.gap()
        inner.put((comment.author or "somebody", "bold"),
                  (f"  {inner.look.when(comment.created_at)}", "$tone-dim"))  # fmt: skip
        inner.extend(markdown_blocks(comment.body, inner.number))
    if detail.more_comments:
        inner.gap()
        inner.put((f"{detail.more_comments} more comments; o opens the issue in the browser", "$tone-soon"))
    return inner.blocks


def write_state(page: Page, reading: Reading[IssueDetail] | None) -> None:
    """Says that the body is on its way, or why it did not come."""
    if reading is None or reading.state is State.LOADING:
        page.head("Text")
        page.put(("reading text and comments", "$tone-dim"))
    elif reading.state is State.OFF:
        page.head("Text")
        page.put(("no repository is connected, so there is no text to read", "$tone-dim"))
    elif reading.state is State.FAILED:
        page.gap()
        why = str(reading.trouble) if reading.trouble else "no reason given"
        last = "" if reading.value is None else "  The text below is the last that came."
        page.put((f"text not read: {why}.", "$tone-unmet"), last, ("  r tries again.", "$tone-dim"))


def issue_history(page: Page, view: View, number: int) -> None:
    """The changes of the issue's own escalation."""
    if any(change.subject == f"issue:{number}" for change in view.changes):
        history(page, view, f"issue:{number}")
