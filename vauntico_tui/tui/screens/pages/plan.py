"""The whole plan on one page: what was promised, by when, and what is true of each promise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.format import number
from vauntico_tui.tui.screens.blocks import Block
from vauntico_tui.tui.screens.look import Look, colour, glyph, mark
from vauntico_tui.tui.screens.markdown import markdown_blocks
from vauntico_tui.tui.screens.page import DOT, Page, content
from vauntico_tui.tui.screens.pages.promise import against
from vauntico_tui.view.model import PromiseView, Row, View, WeekView

_KEPT = (Mark.MET, Mark.OVERRIDDEN)


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the outline: `block` is the index of its heading on the page; `kept` of `promised` are met."""

    title: str
    block: int
    kept: int = 0
    promised: int = 0


class PlanPage(Page):
    """The page and its outline."""

    def __init__(self, look: Look, target: Target) -> None:
        super().__init__(look, target)
        self.sections: list[Section] = []

    def section(self, title: str, promises: Iterable[PromiseView] = (), note: str = "") -> None:
        """A heading that the outline names too."""
        marks = [promise.verdict.mark for promise in promises]
        kept = sum(one in _KEPT for one in marks)
        if marks:
            note = DOT.join(filter(None, (f"{kept} of {len(marks)} met", note)))
        self.gap()
        if self.blocks:
            self.gap()
        self.sections.append(Section(title, len(self.blocks), kept, len(marks)))
        self.put((title.upper(), "bold $tone-accent"), right=content((note, "$tone-dim")))

    def promise(self, promise: PromiseView, indent: int = 0) -> None:
        """One promise: its verdict, figure and time left, and why. Opens its detail."""
        look, verdict = self.look, promise.verdict
        target = Target(promise.kind, promise.id, promise.title, verdict.link)
        key = self.jump(f"{promise.kind}:{promise.id}", target)
        pad = content(" " * indent)
        done = verdict.mark in _KEPT
        late = promise.due_at is not None and not done and promise.due_at < look.now
        right = content(
            (against(verdict), "" if not done else "$tone-dim"), "  ",
            (verdict.mark.value.rjust(7), colour(verdict.mark)),
        )  # fmt: skip
        self.blocks.append(
            Block(content(promise.title), content(pad, mark(verdict.mark), " "), content(pad, "  "), right, key)
        )
        left = content(look.left(promise.due_at), DOT) if late and promise.due_at is not None else ""
        reason = content(left, (verdict.reason, "$tone-dim"))
        if reason.plain:
            self.blocks.append(Block(reason, content(pad, "  "), content(pad, "  "), key=key, cut=True))

    def row(self, row: Row, key: str | None = None) -> None:
        """A line that is only read; one with a key can be picked, for what the palette does with it."""
        self.put(row.title, (f"  {row.text}", "$tone-dim") if row.text else "", hang=2, key=key)


def plan_page(view: View, look: Look) -> PlanPage:
    """Everything that the plan says."""
    plan = view.plan
    page = PlanPage(look, Target("plan", plan.file, plan.title))
    page.section("Summary")
    page.put((plan.title, "bold"))
    if plan.summary:
        page.put(plan.summary)
    page.gap()
    page.field("Read from", plan.file)
    _clocks(page, view)
    page.section("Critical path", view.blockers, _hours(view.blockers))
    for blocker in view.blockers:
        page.promise(blocker)
    if not view.blockers:
        page.put(("no blockers", "$tone-dim"))
    for place, week in enumerate(plan.weeks, 1):
        _week(page, view, week, _week_name(week, place))
    _rest(page, view)
    _paper(page, view)
    return page


def _hours(promises: Iterable[PromiseView]) -> str:
    total = sum(promise.hours or 0 for promise in promises)
    return f"{total:g} h of work" if total else ""


def _clocks(page: PlanPage, view: View) -> None:
    look, started = page.look, view.plan.started_at
    page.section("Clocks")
    if started is None:
        page.put(("the clocks do not run yet", "$tone-soon"))
    else:
        page.field("Started", look.when_ago(started))
    for clock in view.clocks:
        page.field(clock.title, look.when(clock.ends_at), "  ", look.left(clock.ends_at))
    page.put(
        ("vauntico-tui plan start TIME moves the start; it is kept in the config as [plan] started_at", "$tone-dim")
    )


def _week_name(week: WeekView, place: int) -> str:
    """ "Week 3-4: Optimization" where the id tells the weeks, else by its place."""
    tail = week.id.removeprefix("week-")
    span = tail if tail.replace("-", "").isdigit() else str(place)
    return f"Week {span}: {week.title}" if not week.title.lower().startswith("week") else week.title


def _week(page: PlanPage, view: View, week: WeekView, title: str) -> None:
    targets = [one for one in view.targets if one.group == week.id]
    deliverables = [one for one in view.deliverables if one.group == week.id]
    ends = content(page.look.left(week.ends_at)).plain if week.ends_at else ""
    page.section(title, [*targets, *deliverables], ends)
    allotted = f"{week.hours:g} hours" if week.hours else ""
    words = DOT.join(filter(None, (allotted, week.focus)))
    if words:
        page.put((words, "$tone-dim"))
    sections = [one for one in view.plan.sections if one.week == week.id]
    named = {one.id for one in sections}
    for section in sections:
        page.gap()
        days = ""
        if section.first_day:
            days = f"Day {section.first_day}" + (f"-{section.last_day}" if section.last_day else "") + ": "
        page.put((f"{days}{section.title}", "bold"), right=content((section.branch or "", "$tone-dim")))
        for one in deliverables:
            if one.section == section.id:
                page.promise(one, 2)
    _group(page, "Deliverables", [one for one in deliverables if one.section not in named])
    _group(page, "Targets", targets)


def _group(page: PlanPage, title: str, promises: list[PromiseView]) -> None:
    if not promises:
        return
    page.gap()
    page.put((title, "bold"))
    for one in promises:
        page.promise(one, 2)


def _rest(page: PlanPage, view: View) -> None:
    """Promises that belong to no week, outcomes and approvals."""
    weeks = {week.id for week in view.plan.weeks}
    others = [one for one in (*view.targets, *view.deliverables) if one.group not in weeks]
    if others:
        page.section("Further promises", others)
        for one in others:
            page.promise(one)
    if view.outcomes:
        page.section("Expected outcomes", view.outcomes)
    known = [horizon.id for horizon in view.plan.horizons]
    horizons = [*view.plan.horizons, *(
        WeekView(name, name or "Some day", None, None, "")
        for name in dict.fromkeys(one.group for one in view.outcomes) if name not in known
    )]  # fmt: skip
    for horizon in horizons:
        here = [one for one in view.outcomes if one.group == horizon.id]
        if not here:
            continue
        page.gap()
        left = content(page.look.left(horizon.ends_at)) if horizon.ends_at else content("")
        page.put((horizon.title, "bold"), right=left)
        for one in here:
            page.promise(one, 2)
    if view.approvals:
        page.section("Approvals", view.approvals)
        for one in view.approvals:
            page.promise(one)


def _paper(page: PlanPage, view: View) -> None:
    """What has no verdict: risks, people, reviews, the matrix, the steps, the definition of success, notes."""
    plan = view.plan
    if plan.risks:
        page.section("Risks", note=f"{len(plan.risks)}")
    for category in dict.fromkeys(risk.group for risk in plan.risks):
        page.gap()
        page.put((category or "Others", "bold"))
        for risk in plan.risks:
            if risk.group == category:
                target = Target("risk", risk.id, risk.title)
                page.put(risk.title, indent=2, key=page.jump(f"risk:{risk.id}", target, opens=False))
                page.put((f"mitigation: {risk.text}" if risk.text else "no mitigation", "$tone-dim"), indent=4)
    if plan.roles or plan.team:
        page.section("Allocation", note=plan.team)
    for role in plan.roles:
        page.field(role.title, role.text or "no focus given")
    hours = [week for week in plan.weeks if week.hours]
    if hours:
        page.gap()
        for place, week in enumerate(plan.weeks, 1):
            if week.hours:
                page.field(_week_name(week, place).partition(":")[0], f"{week.hours:g} hours", f"  {week.focus}")
    _levels(page, view)
    for title, rows in (
        ("Reviews", plan.reviews),
        ("Long-term", plan.long_term),
    ):
        if rows:
            page.section(title, note=str(len(rows)))
        for row in rows:
            held = Target("review", row.id, row.title)
            page.row(row, page.jump(f"review:{row.id}", held, opens=False) if rows is plan.reviews else None)
    if plan.next_steps:
        page.section("Next steps", note=str(len(plan.next_steps)))
        for place, step in enumerate(plan.next_steps, 1):
            page.put(
                (f"{place}. ", "$tone-dim"), step.title, (f"  {step.text}" if step.text else "", "$tone-dim"), hang=3
            )
    if plan.phases:
        page.section("Monetization phases")
    for phase in plan.phases:
        aim = f"{number(phase.mrr_target, '$')} a month" if phase.mrr_target is not None else "no target"
        page.field(f"Phase {phase.number}", f"{phase.title}  ", (aim, "$tone-dim"))
    if plan.success_definition:
        page.section("Success definition")
        page.put(plan.success_definition)
    for note in plan.notes:
        page.section(note.title or "Note")
        page.extend(markdown_blocks(note.text, page.number))


def _levels(page: PlanPage, view: View) -> None:
    levels = view.escalations.levels
    if levels:
        page.section("Escalation matrix", note=f"{len(levels)} levels")
    for level in levels:
        late = (f", {level.breached} breached", "$tone-unmet") if level.breached else ""
        page.gap()
        page.put(
            (f"Level {level.level} {level.severity}", "bold"), f"{DOT}{level.window_text}{DOT}{level.open} open", late
        )
        page.put((level.issue_class, "$tone-dim"), indent=2)
        page.put(f"contact {', '.join(level.contacts) or 'nobody'}", indent=2)
        if level.resolution:
            page.put(f"resolve by {level.resolution}", indent=2)


def outline(page: PlanPage) -> list[Block]:
    """The sections as a list to move in; the key is the heading's place on the page."""
    blocks = []
    for section in page.sections:
        sign = content()
        right = content()
        if section.promised:
            whole = section.kept == section.promised
            sign = mark(Mark.MET) if whole else content((glyph(Mark.UNMET), "$tone-dim"))
            right = content((f"{section.kept}/{section.promised}", "$tone-met" if whole else "$tone-dim"))
        lead = sign + " " if sign.plain else content("  ")
        blocks.append(Block(content(section.title), lead, content("  "), right, f"at:{section.block}", cut=True))
    return blocks
