"""`plan show` for people: the whole plan in 80 columns, in the order of the roadmap."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vauntico_tui.base.durations import write_duration
from vauntico_tui.base.text import one_line

if TYPE_CHECKING:
    from vauntico_tui.plan.model import Plan


def plan_text(plan: Plan) -> str:
    """The plan as lines; outside text was cleaned when it was imported, and is cleaned again here."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield from _wrap(plan.title, "")
    yield from _wrap(plan.summary.text)
    yield from _head(f"BLOCKERS ({len(plan.blockers)})", bool(plan.blockers))
    for blocker in plan.blockers:
        extra = [f"{blocker.hours:g} h" if blocker.hours is not None else "", blocker.owner or "", blocker.branch or ""]
        yield from _wrap(f"{blocker.title}{_tail(extra)}")
    for week in plan.weeks:
        hours = [f"{week.hours:g} h" if week.hours is not None else "", week.focus]
        yield from _head(f"{week.title}{_tail(hours)}")
        for target in (target for target in plan.targets if target.week == week.id):
            yield from _wrap(f"target: {target.title}")
        for section in (section for section in plan.sections if section.week == week.id):
            yield from _wrap(f"{section.title}{_tail([section.branch or ''])}")
            for deliverable in (one for one in plan.deliverables if one.section == section.id):
                yield from _wrap(deliverable.title, "    - ")
    yield from _head("RISKS", bool(plan.risks))
    for risk in plan.risks:
        yield from _wrap(f"{risk.title} ({risk.category}): {risk.mitigation}")
    yield from _head(f"ROLES{_tail([plan.team])}", bool(plan.roles))
    for role in plan.roles:
        yield from _wrap(f"{role.title}: {role.focus}")
    yield from _head("REVIEWS", bool(plan.reviews))
    for review in plan.reviews:
        yield from _wrap(f"every {write_duration(review.cadence)}: {review.title}")
    for item in plan.long_term:
        yield from _wrap(f"long term: {item.title}")
    yield from _head("ESCALATION MATRIX", bool(plan.levels))
    for level in plan.levels:
        contacts = " + ".join(level.contacts)
        words = f"{level.issue_class} · {contacts} · {level.resolution}"
        yield from _wrap(f"Level {level.level} ({write_duration(level.window)}): {words}")
    yield from _head("OUTCOMES", bool(plan.outcomes))
    for outcome in plan.outcomes:
        yield from _wrap(f"{outcome.title} ({outcome.horizon})")
    yield from _head("APPROVALS", bool(plan.approvals))
    for approval in plan.approvals:
        yield from _wrap(approval.title)
    yield from _head("NEXT STEPS", bool(plan.next_steps))
    for number, step in enumerate(plan.next_steps, 1):
        yield from _wrap(f"{number}. {step.title}")
    yield from _head("KPIS", bool(plan.kpis))
    for kpi in plan.kpis:
        bound = f"{kpi.op} {kpi.target:g} {kpi.unit}".strip() if kpi.target is not None else ""
        yield from _wrap(f"{kpi.title}{_tail([bound, kpi.query])}")
    yield from _head("SUCCESS", bool(plan.success_definition))
    if plan.success_definition:
        yield from _wrap(plan.success_definition)
    for note in plan.notes:
        yield from _head(one_line(note.heading, 70))
        for line in note.text.splitlines():
            yield from _wrap(line)


def _head(title: str, there: bool = True) -> Iterator[str]:
    if there:
        yield ""
        yield from _wrap(title, "")


def _tail(parts: list[str]) -> str:
    words = [part for part in parts if part]
    return f" · {' · '.join(words)}" if words else ""


def _wrap(text: str, lead: str = "  ") -> Iterator[str]:
    if safe := one_line(text, 4000):
        yield from textwrap.wrap(safe, 80, initial_indent=lead, subsequent_indent=" " * len(lead) + "  ")
