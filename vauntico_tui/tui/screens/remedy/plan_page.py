"""A plan as a page: what is in its way, each step with its files' changes, and all that it means. Pure."""

from __future__ import annotations

from textual.content import Content

from vauntico_tui.actions.registry import Target
from vauntico_tui.actions.remedy.model import Change, Gate, Need, RunPlan, Shown, StepPlan
from vauntico_tui.tui.format import tame
from vauntico_tui.tui.screens.blocks import Block
from vauntico_tui.tui.screens.look import Look
from vauntico_tui.tui.screens.page import Page, content
from vauntico_tui.tui.screens.remedy.diff import counts, diff_blocks
from vauntico_tui.tui.screens.remedy.words import PLANNED, for_whom, plural, writes

_INDENT = 5
_BODY = 40  # lines of a request's body that are shown


def target_of(plan: RunPlan) -> Target:
    """What the plan is for, as actions name it."""
    subject = plan.subject
    return Target(subject.kind or "runbook", subject.id or plan.runbook, subject.title or plan.title, subject.link)


class PlanPage:
    """Writes a plan's page; the changes of files are laid out once for each plan."""

    def __init__(self, plan: RunPlan, sign: str = "s", override: str = "O") -> None:
        self.plan = plan
        self._sign, self._override = sign, override
        self._changes = {step.index: [_laid(change) for change in step.changes] for step in plan.steps}

    def page(
        self, look: Look, unfolded: frozenset[int], *, diffs: bool, news: str = "", others: tuple[str, ...] = (),
        kept: str = "",
    ) -> Page:  # fmt: skip
        """`unfolded` steps tell everything; `diffs` shows what changes in files; `news` is said first, then who runs
        the same, and that what it is for is kept already."""
        plan = self.plan
        page = Page(look, target_of(plan))
        if news:
            page.put((news, "bold $tone-soon"), hang=2)
        for line in others:
            page.put(("⟳ ", "$tone-soon"), (line, "bold $tone-soon"), hang=2)
        if kept:
            page.put(("✓ ", "$tone-met"), (kept, "$tone-met"), hang=2)
        for gate in plan.gates:
            if not gate.open:
                self._gate(page, gate)
        for step in plan.steps:
            self._step(page, step, step.index in unfolded, diffs)
        _means(page, plan)
        return page

    def _gate(self, page: Page, gate: Gate) -> None:
        """An approval that is missing, and the keys that give it."""
        hint = f" · {self._sign} signs it, {self._override} overrides it with a reason"
        page.put(
            ("✗ ", "$tone-unmet"), "approval ", (gate.title, "bold"), f": {gate.said}", (hint, "$tone-accent"),
            hang=2, key=f"gate:{gate.id}",
        )  # fmt: skip

    def _step(self, page: Page, step: StepPlan, unfolded: bool, diffs: bool) -> None:
        if step.index:
            page.gap() if diffs and any(change.before != change.after for change in step.changes) else None
        glyph, tone = PLANNED[step.state]
        title: Content | tuple[str, str] = (step.title, "$tone-dim" if step.state == "nothing" else "bold")
        count = len(step.requests)
        right = plural(count, "request") if count and step.do not in {"command", "person"} else ""
        page.put(
            (f"{glyph} ", tone), (f"{step.index + 1:>2} ", "$tone-dim"), title, key=f"step:{step.index}", hang=5,
            right=Content.styled(right, "$tone-dim"),
        )  # fmt: skip
        if step.why:
            page.put((step.why, "$tone-unmet" if step.state == "blocked" else "$tone-dim"), indent=_INDENT)
        for need in step.needs:
            if need.have is False:
                _need(page, need)
        told = {f"{change.path}: {note}" for change in step.changes for note in change.notes}  # under their files
        for note in step.notes:
            if note not in told and (unfolded or step.state != "nothing"):
                page.put((note, "$tone-soon"), indent=_INDENT)
        for change, (plus, minus, blocks) in zip(step.changes, self._changes[step.index], strict=True):
            _file(page, change, plus, minus)
            if diffs:
                page.extend(blocks)
        if unfolded:
            _everything(page, step)


def _laid(change: Change) -> tuple[int, int, list[Block]]:
    plus, minus = counts(change)
    return plus, minus, diff_blocks(change) if change.before != change.after else []


def _file(page: Page, change: Change, plus: int, minus: int) -> None:
    letter = "new" if change.before is None else "gone" if change.after is None else "changed"
    if change.by_hand:
        letter = "by hand"
    elif change.before == change.after:
        letter = "as it is"
    size = content((f"+{plus}", "$tone-met"), " ", (f"−{minus}", "$tone-unmet")) if plus or minus else Content("")
    page.put((f"{letter} ", "$tone-dim"), (change.path, "$tone-accent"), "  ", size, indent=_INDENT, hang=2)
    if change.by_hand:
        page.put(
            (f"{change.by_hand}. ", "$tone-soon"), ("E opens what is and what is wanted.", "$tone-accent"),
            indent=_INDENT + 2,
        )  # fmt: skip
    for note in change.notes:
        page.put((note, "$tone-dim"), indent=_INDENT + 2)


def _need(page: Page, need: Need) -> None:
    glyph, tone = {True: ("✓", "$tone-met"), False: ("✗", "$tone-unmet"), None: ("?", "$tone-dim")}[need.have]
    word = {True: "the token may", False: "the token may not", None: "whether the token may can't be told"}[need.have]
    page.put(
        (f"{glyph} ", tone), need.permission, (f"  {word}", "$tone-dim"),
        (f": {need.next_step}" if need.next_step and not need.have else "", "$tone-soon"), indent=_INDENT, hang=2,
    )  # fmt: skip


def _everything(page: Page, step: StepPlan) -> None:
    """Requests as they are sent, permissions, and whether it can be taken back."""
    for shown in step.requests:
        page.blocks.append(request_block(shown, "bold"))
        lines = shown.body.splitlines()
        bar = Content(" " * _INDENT) + Content.styled("▏ ", "$tone-frame")
        for line in lines[:_BODY]:
            page.blocks.append(Block(Content.styled(tame(line.expandtabs(2)), "$tone-dim"), bar, bar))
        if len(lines) > _BODY:
            page.put((f"… {len(lines) - _BODY:,} more lines", "$tone-dim"), indent=_INDENT + 2)
        if shown.later:
            page.put(("what stands in ‹› is known once an earlier step is done", "$tone-dim"), indent=_INDENT + 2)
    for need in step.needs:
        if need.have is not False:
            _need(page, need)
    for ask in step.asks:
        word = (
            "asked for when it runs, masked and kept nowhere" if ask.kind == "secret" else "asked when its turn comes"
        )
        page.put((f"{ask.name}  ", "bold"), (f"{word}{'; ' + ask.help if ask.help else ''}", "$tone-dim"),
                 indent=_INDENT, hang=2)  # fmt: skip
    page.put(*_undo(step), indent=_INDENT, hang=2)


def request_block(shown: Shown, style: str) -> Block:
    """ "POST /repos/…/pulls"; a long address goes on under itself."""
    lead = Content(" " * _INDENT) + content((f"{shown.verb} ", style))
    return Block(content((shown.where, style)), lead, Content(" " * (_INDENT + 2)))


def _undo(step: StepPlan) -> tuple[tuple[str, str], ...]:
    if step.undo.can:
        return (("← undo: ", "$tone-dim"), (step.undo.how, "$tone-dim"))
    return (("! can't be taken back: ", "$tone-soon"), (step.undo.how, "$tone-dim"))


def _means(page: Page, plan: RunPlan) -> None:
    """What it needs, what it can't do, what is watched, why it is done so."""
    page.gap()
    stays = [step for step in plan.steps if step.state == "ready" and not step.undo.can and writes(step)]
    back = [step for step in plan.steps if step.state == "ready" and step.undo.can]
    needs = {need.permission: need for step in plan.steps for need in step.needs}
    if needs:
        parts: list[tuple[str, str]] = []
        for need in needs.values():
            glyph, tone = {True: ("✓", "$tone-met"), False: ("✗", "$tone-unmet"), None: ("?", "$tone-dim")}[need.have]
            parts += [(f"{glyph} ", tone), (f"{need.permission}   ", "")]
        page.field("token", *parts)
    for gate in plan.gates:
        if gate.open:
            page.field("approval", ("✓ ", "$tone-met"), f"{gate.title}: {gate.said}")
    page.field("for", for_whom(plan.subject))
    page.field("with", ", ".join(f"{name} {value}" for name, value in plan.params.items() if value))
    if back:
        word = "step" if len(back) == 1 else "steps"
        page.field("undo", f"{word} {', '.join(str(step.index + 1) for step in back)} can be taken back")
    for step in stays:
        page.field("! stays", f"step {step.index + 1}: {step.undo.how}")
    page.field("can't", (plan.cannot, "$tone-soon"))
    page.field("afterwards", plan.verify)
    page.field("why so", plan.about)
