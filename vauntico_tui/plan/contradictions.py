"""What a roadmap says in two ways that can't both be true. Every finding names both places."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from vauntico_tui.base.durations import write_duration
from vauntico_tui.base.problems import Problem
from vauntico_tui.plan.breakdowns import breakdowns
from vauntico_tui.plan.draft import Draft, Seen
from vauntico_tui.plan.model import Plan
from vauntico_tui.plan.words import durations_in, slug_words

MOST = 500
"""How many findings are told; a document with more is not read for its findings."""

_NAMES = {
    "next_step": "next step",
    "long_term": "long-term item",
}
_LISTED_ONCE = frozenset(
    {"blocker", "target", "deliverable", "outcome", "approval", "next_step", "long_term", "review", "risk", "role"}
)
_ALL_ISSUES = re.compile(r"\ball\s+(\d{1,6})\s+(?:[\w/-]+\s+){0,3}?issues\b", re.IGNORECASE)
_PHASE = re.compile(r"#+\s.*?\bphase\s+(\d{1,3})\b", re.IGNORECASE)
_BLOCKERS = re.compile(r"\b(\d{1,4})\s+(?:critical\s+)?blockers\b", re.IGNORECASE)


def find(draft: Draft, plan: Plan, file: str) -> tuple[Problem, ...]:
    """The findings in the order of their lines, at most MOST."""
    found: list[tuple[int, str, str]] = []
    for kind in (_remarks, _repeated, _overlaps, _sums, _counts, _clocks, _late, _levels, _ticked):
        for one in kind(draft, plan):
            found.append(one)
            if len(found) > MOST:
                break
    found.sort()
    problems = [Problem(message, file or None, line + 1, hint or None) for line, message, hint in found[:MOST]]
    if draft.document.unread is not None:
        message = "has too much structure; from here on it is kept as text, in notes"
        problems.append(Problem(message, file or None, draft.document.unread + 1))
    return tuple(problems)


def _remarks(draft: Draft, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """What was seen while reading: an hour that stands twice, a level twice, spans the wrong way round."""
    for remark in draft.remarks:
        yield remark.line, remark.message, remark.hint


def _repeated(draft: Draft, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """The same thing promised twice in one list."""
    first: dict[tuple[str, str], Seen] = {}
    hours = {blocker.id: blocker.hours for blocker in plan.blockers}
    horizons = {outcome.id: outcome.horizon for outcome in plan.outcomes}
    for one in draft.seen:
        if one.kind not in _LISTED_ONCE:
            continue
        words = (one.kind + horizons.get(one.id, "") if one.kind == "outcome" else one.kind, slug_words(one.title))
        before = first.setdefault(words, one)
        if before is one:
            continue
        name = _NAMES.get(one.kind, one.kind)
        was, now = hours.get(before.id), hours.get(one.id)
        if one.kind == "blocker" and was is not None and now is not None and was != now:
            message = (
                f'blocker "{_short(one.title)}" is estimated at {was:g} h (line {before.line + 1}) and at {now:g} h'
            )
        else:
            message = f'{name} "{_short(one.title)}" stands twice, first in line {before.line + 1}'
        yield one.line, message, "keep one of them"


def _overlaps(draft: Draft, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """Weeks, and days of a week, that are planned twice."""
    before = None
    for key, week in sorted(draft.weeks.items()):
        if before and key[0] <= before[0][1]:
            yield week.line, f"{_week(key)} overlaps {_week(before[0])} (line {before[1] + 1})", "part the weeks"
        before = key, week.line
    lines = {one.id: one.line for one in draft.seen if one.kind == "section"}
    busy: dict[str, dict[int, tuple[str, int]]] = defaultdict(dict)
    for section in plan.sections:
        first, last = section.first_day, section.last_day
        if first is None or last is None:
            continue
        line = lines[section.id]
        taken = next((busy[section.week][day] for day in range(first, last + 1) if day in busy[section.week]), None)
        if taken:
            message = (
                f'day {first}-{last} of "{_short(section.title)}" overlaps "{_short(taken[0])}" (line {taken[1] + 1})'
            )
            yield line, message, "part the days"
        for day in range(first, last + 1):
            busy[section.week].setdefault(day, (section.title, line))


def _sums(draft: Draft, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """Counts by severity or category that do not sum to the total."""
    for one in breakdowns(draft.document):
        total, where = (
            (one.total, one.total_line) if one.total is not None else (plan.summary.issues, draft.summary_line)
        )
        if total is not None and one.sum != total:
            parts = " + ".join(str(count) for count in one.counts)
            message = f"the counts by {one.of} sum to {one.sum} ({parts}), not to {total} (line {where + 1})"
            yield one.line, message, "correct the counts or the total"
    if draft.total_hours and plan.weeks:
        said, line = draft.total_hours
        real = sum(week.hours or 0 for week in plan.weeks)
        if real != said:
            yield line, f"the hours of the weeks sum to {real:g}, not to {said:g}", "correct the hours or the total"


def _counts(draft: Draft, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """How many there are said to be, against how many there are."""
    total = plan.summary.issues
    if total is not None:
        for one in draft.seen:
            found = "issue" in one.title.lower() and _ALL_ISSUES.search(one.title)
            if found and int(found[1]) != total:
                message = f'"{_short(one.title)}": the summary says {total} issues (line {draft.summary_line + 1})'
                yield one.line, message, "make them agree"
    headings = (heading[:300] for heading in plan.outline if "phase" in heading.lower())
    phases = {int(found[1]) for heading in headings if (found := _PHASE.match(heading))}
    said = plan.summary.phases
    real, what = (len(phases), "phases") if phases else (len(plan.weeks), "spans of weeks")
    if said is not None and real and real != said:
        message = f"the summary says {said} phases, the document has {real} {what}"
        yield draft.summary_line, message, "correct the number"
    blockers = _BLOCKERS.search(plan.summary.text)
    if blockers and plan.blockers and int(blockers[1]) != len(plan.blockers):
        message = f"the summary says {blockers[1]} blockers, the document has {len(plan.blockers)}"
        yield draft.summary_line, message, "correct the number"


def _clocks(draft: Draft, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """Times that the summary, the success definition, the weeks and the horizons give differently."""
    unblock, excellence = plan.summary.unblock_within, plan.summary.excellence_within
    again = durations_in(plan.success_definition)
    for said, span in zip((unblock, excellence), again, strict=False):
        if said is not None and said != span:
            message = (
                f"the success definition says {_span(span)}, the summary {_span(said)} (line {draft.summary_line + 1})"
            )
            yield draft.success_line, message, "make them agree"
    end = max((week.last for week in plan.weeks), default=0)
    if excellence is not None and end and timedelta(weeks=end) > excellence + timedelta(days=6):
        late = next(week for key, week in sorted(draft.weeks.items()) if key[1] == end)
        message = f"the weeks run to week {end}, the summary gives {_span(excellence)} (line {draft.summary_line + 1})"
        yield late.line, message, "make them agree"
    if unblock is None:
        return
    lines = {(one.kind, one.id): one.line for one in draft.seen}
    told: set[tuple[str, timedelta]] = set()
    promises = [("blocker", one.id, "the blockers", one.due) for one in plan.blockers]
    promises += [("outcome", one.id, f'the outcomes "{_short(one.horizon)}"', one.due) for one in plan.outcomes
                 if one.horizon.lower().startswith("immediate")]  # fmt: skip
    for kind, name, what, due in promises:
        if due is not None and due > unblock and (what, due) not in told:
            told.add((what, due))
            message = (
                f"{what} are due within {_span(due)}, the summary says {_span(unblock)} (line {draft.summary_line + 1})"
            )
            yield lines[kind, name], message, "make them agree"


def _late(draft: Draft, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """A target whose own work is planned for a later week."""
    work = {slug_words(one.title): one for one in draft.seen if one.kind == "deliverable"}
    for one in draft.seen:
        if one.kind != "target":
            continue
        words = slug_words(one.title)
        late = work.get(words) or work.get(f"{words}-target")
        if late and late.until > one.until:
            message = (
                f'target "{_short(one.title)}" is due in week {one.until}, '
                f"its work is planned up to week {late.until} (line {late.line + 1})"
            )
            yield one.line, message, "move one of them"


def _levels(draft: Draft, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """Escalation levels that are slower the more urgent they are."""
    ordered = sorted(zip(plan.levels, draft.level_lines, strict=True), key=lambda one: one[0].level)
    for (above, line), (below, again) in pairwise(ordered):
        if below.level > above.level and below.window < above.window:
            message = (
                f"level {below.level} has {_span(below.window)}, less than level {above.level} "
                f"with {_span(above.window)} (line {line + 1})"
            )
            yield again, message, "the most urgent level has the shortest window"


def _ticked(draft: Draft, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """A box that is ticked in the document proves nothing here."""
    for one in draft.ticked:
        yield one.line, f'"{_short(one.title)}" is ticked; a plan takes no tick for an answer', "give it a check"


def _week(key: tuple[int, int]) -> str:
    return f"week {key[0]}" if key[0] == key[1] else f"week {key[0]}-{key[1]}"


def _span(span: timedelta) -> str:
    return write_duration(span)


def _short(title: str) -> str:
    return title if len(title) <= 60 else title[:57] + "..."
