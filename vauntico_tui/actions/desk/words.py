"""What became of a hand's command, as a sentence for that person."""

from __future__ import annotations

from datetime import datetime

from vauntico_tui.actions.perform import Done
from vauntico_tui.base.durations import age
from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.state import Escalation
from vauntico_tui.journal import answers
from vauntico_tui.journal.answers import Answer

UNDOABLE = " · u takes it back"
"""The end of a sentence about what can be taken back."""


def told(answer: Answer, name: str, what: str, now: datetime) -> Done:
    """`name` is the escalation as the person knows it, `what` what was done where it was: "acknowledged"."""
    match answer:
        case answers.Done(entry=None, repeated=False):
            return Done(True, f"{name}: it is so already")
        case answers.Done():
            return Done(True, f"{what} {name}")
        case answers.Lost(by=by, at=at, reason=reason):
            how = reason.removeprefix(f"{by} was first: ")
            return Done(False, f"{by} was first, {ago(at, now)}: {one_line(how)} · {name}", "lost")
        case answers.Refused(reason=reason):
            return Done(False, f"{name}: {one_line(reason)}", "refused")
        case answers.NotAllowed(reason=reason, next_step=next_step):
            return Done(False, f"not allowed: {one_line(reason)}; {one_line(next_step)}", "not_allowed")
        case answers.Unreachable(reason=reason, next_step=next_step):
            return Done(False, f"nothing was done: {one_line(reason)}; {one_line(next_step)}", "unreachable")


def number_in(word: str) -> int | None:
    """An escalation's own number as people write it: "7", or "E7" as lists show it beside an issue's "#14"."""
    bare = word.strip().removeprefix("E").removeprefix("e")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 18 else None


def known_as(one: Escalation) -> str:
    """ "#14 DATABASE_URL hard-coded": the title, with the issue's number where it has one."""
    kind, _, rest = one.subject.partition(":")
    return f"#{rest} {one.title}" if kind == "issue" and not one.title.startswith(f"#{rest} ") else one.title


def ago(at: datetime, now: datetime) -> str:
    """ "3 s ago" """
    return f"{age(now - at)} ago"


def together(each: list[Done], what: str) -> Done:
    """Many at once in one sentence: how many were done, and why the others were not."""
    if len(each) == 1:
        return each[0]
    good = [one for one in each if one.ok]
    bad = [one for one in each if not one.ok]
    words = f"{what}: {len(good)} of {len(each)} done" if bad else f"{what}: all {len(each)} done"
    if bad:
        words += "; " + "; ".join(one.message for one in bad[:3]) + (f"; {len(bad) - 3} more" if len(bad) > 3 else "")
    if good and good[0].message.endswith(UNDOABLE):
        words += UNDOABLE
    return Done(not bad, words, bad[0].code if bad else "")
