"""A promise in full: its verdict, every part of its evidence, its check, its snippets and its history."""

from __future__ import annotations

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.tui.screens.blocks import Block
from vauntico_tui.tui.screens.look import Look, colour, glyph, mark
from vauntico_tui.tui.screens.page import DOT, Page, content
from vauntico_tui.view.model import PromiseView, View

KINDS = ("blocker", "target", "deliverable", "outcome", "approval")


def find(view: View, kind: str, ident: str) -> PromiseView | None:
    """The promise of that kind and id."""
    group: tuple[PromiseView, ...] = getattr(view, f"{kind}s") if kind in KINDS else ()
    return next((promise for promise in group if promise.id == ident), None)


def promise_page(view: View, promise: PromiseView, look: Look) -> Page:
    """All that is known of a promise."""
    verdict = promise.verdict
    page = Page(look, Target(promise.kind, promise.id, promise.title, verdict.link))
    if verdict.link:
        page.number(verdict.link, "the evidence")
    _verdict(page, verdict)
    page.gap()
    _facts(page, view, promise)
    if verdict.parts:
        met = sum(part.mark in (Mark.MET, Mark.OVERRIDDEN) for part in verdict.parts)
        page.head("Evidence", f"{met} of {len(verdict.parts)} parts met")
        for part in verdict.parts:
            _part(page, part, 0)
    for index, snippet in enumerate(promise.snippets):
        note = snippet.file or snippet.language
        page.head("What to do" if not index else "And", f"for {snippet.file}" if snippet.file else note)
        page.code(snippet.text, snippet.language)
    if promise.check:
        page.head("The check that proves it")
        page.code(promise.check, "toml", dim=True)
    else:
        page.head("The check that proves it")
        page.put(("none: the plan names no evidence, so this stays unknown", "$tone-dim"))
    history(page, view, f"{promise.kind}:{promise.id}")
    return page


def _verdict(page: Page, verdict: Verdict) -> None:
    look = page.look
    figure = against(verdict)
    page.put(
        (f"{glyph(verdict.mark)} {verdict.mark.value.upper()}", f"bold {colour(verdict.mark)}"),
        f"  {figure}" if figure else "",
        (f"  {out_of(verdict)}" if out_of(verdict) else "", "$tone-dim"),
        page.see(verdict.link, "the evidence"),
    )
    page.put(verdict.reason)
    if verdict.as_of is None:
        page.put(("nothing read yet", "$tone-dim"))
    else:
        stale = ("  stale: the source has failed or aged since", "$tone-soon") if verdict.stale else ""
        page.put((f"read {look.when_ago(verdict.as_of)}", "$tone-dim"), stale)


def against(verdict: Verdict) -> str:
    """ "92.4 % against 100 %": the figure and its bound, as far as there are any; "3 of 5" says its bound itself."""
    figure, bound = verdict.figure, verdict.bound
    if figure and bound and figure.endswith(f" of {bound.partition(' of ')[2] or bound}"):
        return figure
    return " against ".join(filter(None, (figure, bound)))


def out_of(verdict: Verdict) -> str:
    """What the figure rests on, where the figure does not say it."""
    return "" if verdict.parts and " of " in verdict.figure else verdict.of


def _facts(page: Page, view: View, promise: PromiseView) -> None:
    look = page.look
    role = next((role for role in view.plan.roles if role.id == promise.owner), None)
    owner = content(role.title, (f"  {role.text}", "$tone-dim") if role.text else "") if role else promise.owner or ""
    page.field("Owner", owner)
    if promise.due_at:
        met = promise.verdict.mark in (Mark.MET, Mark.OVERRIDDEN)
        left = "" if met else content("  ", look.left(promise.due_at))
        page.field("Due", look.when(promise.due_at), left)
    page.field("Estimate", f"{promise.hours:g} h" if promise.hours is not None else "")
    page.field("Branch", promise.branch or "")
    week = next((week for week in (*view.plan.weeks, *view.plan.horizons) if week.id == promise.group), None)
    section = next((part for part in view.plan.sections if part.id == promise.section), None)
    page.field("Part of", DOT.join(part.title for part in (week, section) if part is not None))
    if len(promise.trend) > 1:
        words = "  ".join(f"{value:g}" for value in promise.trend[-8:])
        page.field("Lately", words)


def _part(page: Page, verdict: Verdict, depth: int) -> None:
    """One part of an all or any, with the parts below it."""
    look = page.look
    figure = against(verdict)
    lead = content("  " * depth, mark(verdict.mark), " ")
    rest = content("  " * depth + "  ")
    title = verdict.title or verdict.reason
    right = content((verdict.mark.value, colour(verdict.mark)))
    page.blocks.append(Block(content(title, page.see(verdict.link, title)), lead, rest, right))
    detail = verdict.reason if verdict.title else ""
    words = DOT.join(filter(None, (figure, out_of(verdict))))
    if detail or words:
        text = content((words, ""), DOT if words and detail else "", (detail, "$tone-dim"))
        page.blocks.append(Block(text, rest, rest))
    notes = [f"read {look.when_ago(verdict.as_of)}"] if verdict.as_of else []
    if verdict.stale:
        notes.append("stale")
    if notes and (verdict.stale or not verdict.parts):
        page.blocks.append(Block(content((DOT.join(notes), "$tone-dim")), rest, rest))
    for part in verdict.parts:
        _part(page, part, depth + 1)


def history(page: Page, view: View, subject: str) -> None:
    """The changes of a subject's verdict, newest first."""
    changes = sorted((change for change in view.changes if change.subject == subject), key=lambda change: change.at)
    page.head("History", f"{len(changes)} changes" if len(changes) > 1 else "")
    if not changes:
        page.put(("no change seen since the war room keeps watch", "$tone-dim"))
    look = page.look
    for change in reversed(changes):
        arrow = " → "
        page.put(
            (look.when(change.at).ljust(16), "$tone-dim"), " ",
            mark(change.before), " ", change.before.value, arrow, mark(change.after), " ",
            (change.after.value, colour(change.after)), "  ", (change.reason, "$tone-dim"), hang=17,
        )  # fmt: skip
