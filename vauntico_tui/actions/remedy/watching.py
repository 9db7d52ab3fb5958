"""After the last step: the check is watched until it is met or time is out. Needs no secrets and survives a restart."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import TypeAdapter

from vauntico_tui.actions.remedy.around import Around
from vauntico_tui.actions.remedy.book import Live
from vauntico_tui.actions.remedy.engine import Ended
from vauntico_tui.base.durations import write_duration
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.specs import Check
from vauntico_tui.evidence.verdict import Mark, Verdict

LOOK = 5.0  # seconds between two looks at most; sooner where something was read anew
AGAIN = timedelta(seconds=20)
"""Between two requests to have the sources read again."""
CHECK: TypeAdapter[Check] = TypeAdapter(Check)


async def watch(live: Live, around: Around, since: datetime) -> tuple[bool, str]:
    """Whether it came true, and the sentence. What was read after the last step counts; older readings only
    where nothing newer has come until time is out. Raises Ended where it is
    stopped before."""
    plan = live.execution.plan
    check = CHECK.validate_json(plan.check)
    last = max((one.at for one in live.execution.steps if one.at is not None), default=since)
    asked: datetime | None = None
    while True:
        verdict, now = around.verdict(check, plan.subject.key), around.now()
        if verdict.mark is Mark.MET and _read_since(verdict, last):
            return True, f"met at {now:%H:%M} UTC: {one_line(verdict.reason)}"
        if live.must_stop:
            raise Ended("watching", "", "cancelled")
        if (now - since).total_seconds() >= plan.within:
            if verdict.mark is Mark.MET and verdict.as_of is not None:
                return True, f"met, by what was read at {verdict.as_of:%H:%M} UTC: {one_line(verdict.reason)}"
            span = write_duration(timedelta(seconds=plan.within))
            return False, f"not met within {span}: {one_line(verdict.reason)}"
        if asked is None or now - asked >= AGAIN:
            asked = now
            around.ask_again()
        await around.news(LOOK)


def _read_since(verdict: Verdict, last: datetime) -> bool:
    return not verdict.stale and (verdict.as_of is None or verdict.as_of >= last)
