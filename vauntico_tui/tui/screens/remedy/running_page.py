"""An execution as a page: how far each step is, what it made, and what became true. Pure."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from vauntico_tui.actions.remedy.model import Execution, RunPlan, StepPlan, StepRun
from vauntico_tui.actions.remedy.undoing import ways
from vauntico_tui.base.text import one_line
from vauntico_tui.tui.format import bar, tame
from vauntico_tui.tui.screens.blocks import Block
from vauntico_tui.tui.screens.look import Look
from vauntico_tui.tui.screens.page import Page
from vauntico_tui.tui.screens.remedy.plan_page import request_block, target_of
from vauntico_tui.tui.screens.remedy.words import LIVE, RUNS, STEPS, done_of, elapsed, plural

_INDENT = 5
_TAIL = 8  # lines of output that stand under a step; all that is kept is shown when it is unfolded
_BAR = 20
_BEGUN = "begun"  # all that is known of a step whose program was killed

_NEXT = {
    "interrupted": "whoever ran it is gone: R resumes, v looks what was done, u takes it back",
    "failed": "R tries again from there, u takes it back",
    "cancelled": "R goes on from there, u takes it back",
}


def waiting_page(plan: RunPlan, look: Look, said: str) -> Page:
    """Before the first word of it has come."""
    page = Page(look, target_of(plan))
    page.put((said or "◌ beginning…", "bold $tone-soon" if said else "$tone-dim"))
    page.gap()
    for step in plan.steps:
        page.put(("◌ ", "$tone-dim"), (f"{step.index + 1:>2} ", "$tone-dim"), step.title, hang=5,
                 key=f"step:{step.index}")  # fmt: skip
    return page


def running_page(
    one: Execution, look: Look, unfolded: frozenset[int], *, told: tuple[str, ...] = (), news: str = "",
    undoing: bool = False, kept: str = "",
) -> Page:  # fmt: skip
    """`told` is what was said when somebody looked; `undoing` shows what taking it back would do; `kept` says that
    what it is for is kept by now, however this one ended."""
    page = Page(look, target_of(one.plan))
    if news:
        page.put((news, "bold $tone-soon"))
    _head(page, one, look)
    if kept and one.mark != "done":
        page.put(("✓ ", "$tone-met"), (kept, "$tone-met"), hang=2)
    for line in told:
        page.put((line, "$tone-soon"), hang=2)
    page.gap()
    for step, plan in zip(one.steps, one.plan.steps, strict=False):
        _step(page, step, plan, look.now, unfolded=step.index in unfolded, undoing=undoing)
    page.gap()
    page.field("watched", one.plan.verify if one.mark in {"running", "watching"} else "")
    page.field("by", f"{one.by} on {one.console}" if one.console else one.by)
    page.field("override", (one.override, "$tone-soon"))
    page.field("can't", (one.plan.cannot, "$tone-soon"))
    return page


def _head(page: Page, one: Execution, look: Look) -> None:
    glyph, tone, word = RUNS[one.mark]
    done, count = done_of(one)
    if one.outcome:
        page.put((f"{glyph} ", tone), (one.outcome, f"bold {tone}"), hang=2)
        word_now = f"{word} · {done} of {count} steps"
    else:
        word_now = f"{word} · {done} of {count} steps"
    last = max((step.at for step in one.steps if step.at is not None), default=one.started_at)
    span = elapsed((one.ended_at or (look.now if one.mark in LIVE else last)) - one.started_at)
    took = "" if one.mark == "interrupted" else f", {span} so far" if one.mark in LIVE else f", {span}"
    page.put(
        ("" if one.outcome else f"{glyph} ", tone), (word_now, "" if one.outcome else f"bold {tone}"),
        (f" · began {look.when(one.started_at)}{took}", "$tone-dim"),
    )  # fmt: skip
    if one.ended_at is None and (hint := _NEXT.get(one.mark)):
        page.put((hint, "$tone-accent"))


def _step(page: Page, step: StepRun, plan: StepPlan, now: datetime, *, unfolded: bool, undoing: bool) -> None:
    glyph, tone = STEPS[step.mark]
    live = step.mark in {"running", "undoing"}
    when = ""
    if step.at is not None:
        when = elapsed(now - step.at) if live else page.look.when(step.at)
    page.put(
        (f"{glyph} ", tone), (f"{step.index + 1:>2} ", "$tone-dim"),
        (step.title, "$tone-dim" if step.mark in {"to do", "nothing"} else "bold"),
        hang=5, key=f"step:{step.index}", right=Content.styled(when, "$tone-dim"),
    )  # fmt: skip
    if step.share is not None and live:
        page.put((bar(step.share, _BAR), "$tone-accent"), f" {step.share:>4.0%}", indent=_INDENT)
    if step.said:
        colour = tone if step.mark in {"failed", "unsure", "stays", "cancelled"} else "$tone-dim"
        doubt = ", and nobody saw whether it was done: v looks" if step.mark == "unsure" and step.said == _BEGUN else ""
        page.put((step.said + doubt, colour), indent=_INDENT)
    if undoing and step.mark in {"done", "unsure"}:
        word, colour = ("← ", "$tone-soon") if plan.undo.can else ("! stays: ", "$tone-soon")
        page.put((f"{word}{plan.undo.how}", colour), indent=_INDENT, hang=2)
    _lines(page, step, len(step.lines) if unfolded else _TAIL if live or step.mark == "failed" else 0)
    if unfolded:
        for shown in plan.requests:
            page.blocks.append(request_block(shown, "$tone-dim"))
        for name, value in step.result.items():
            page.put((f"{name}: ", "$tone-dim"), one_line(str(value), 200), indent=_INDENT, hang=2)


def _lines(page: Page, step: StepRun, most: int) -> None:
    """The last of what a command printed."""
    told = step.lines[:-1] if step.lines[-1:] == (step.said,) else step.lines  # what it says last stands above
    shown = told[-most:] if most else ()
    bar_ = Content(" " * _INDENT) + Content.styled("▏ ", "$tone-frame")
    if len(told) > len(shown) > 0:
        page.put((f"… {plural(len(told) - len(shown), 'line')} before; enter shows them", "$tone-dim"),
                 indent=_INDENT)  # fmt: skip
    for line in shown:
        page.blocks.append(Block(Content(tame(line.expandtabs(4))), bar_, bar_))


def undo_words(one: Execution) -> tuple[str, str]:
    """What taking it back does, and what stays all the same."""
    found = ways(one)
    back = [way for way in found if way.can]
    stay = [way for way in reversed(found) if not way.can and one.plan.steps[way.index].requests]
    lines = [f"step {way.index + 1}: {way.how}" for way in back]
    lines += [f"step {way.index + 1} stays: {way.how}" for way in stay]
    return f"{plural(len(back), 'step')}?", "\n".join(lines)
