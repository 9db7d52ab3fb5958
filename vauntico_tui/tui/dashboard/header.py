"""The header: both clocks, issues resolved with slope and pace, each source's freshness. As many words as fit."""

from __future__ import annotations

from datetime import datetime

from vauntico_tui.evidence.reading import SourceStatus, State
from vauntico_tui.tui.format import SOURCES, age, bar, cut, spark, spell
from vauntico_tui.tui.lines import Line, line_cells
from vauntico_tui.view.model import ClockView, View

GAP: Line = (("  ", ""),)


def header_line(view: View | None, now: datetime, width: int) -> Line:
    """The fullest way to say it that fits; the last is cut."""
    if view is None:
        return ((" VAUNTICO", "title"), ("  opening the war room", "dim"))
    said: Line = ()
    for wordy, sources in ((4, 4), (3, 3), (3, 2), (2, 2), (2, 1), (1, 1), (1, 0), (0, 0)):
        left, right = _left(view, now, wordy), _right(view, now, sources)
        size = line_cells(left) + line_cells(right)
        if size + 3 <= width:
            return (*left, (" " * (width - size - 1), ""), *right, (" ", ""))
        said = (*left, *GAP, *right)
    return said


def _left(view: View, now: datetime, wordy: int) -> Line:
    left: list[tuple[str, str]] = [(" VAUNTICO", "title")]
    if view.demo:
        left.append((" demo", "soon"))
    elif wordy >= 4 and view.repository:
        left.append((f" {cut(view.repository, 30)}", "dim"))
    if view.paused:
        left.append((" PAUSED", "soon"))
    if view.read_only and wordy >= 1:
        left.append((" read-only" if wordy >= 2 else " ro", "dim"))
    for clock in header_clocks(view.clocks):
        left += [*GAP, *_clock(clock, view, now, wordy)]
    if not view.clocks:
        left += [*GAP, ("clocks not started", "soon")]
    return (*left, *GAP, *_issues(view, wordy))


def _right(view: View, now: datetime, wordy: int) -> Line:
    right: list[tuple[str, str]] = []
    for status in view.sources:
        if status.state is State.OFF or (status.id == "urls" and wordy < 4 and status.state is not State.FAILED):
            continue
        right += [*(GAP if right else ()), *_source(status, now, wordy)]
    return (*_journal(view, wordy, bool(right)), *right)


def _journal(view: View, wordy: int, more: bool) -> Line:
    """The journal where it can't be reached, and what has not left its outbox."""
    it = view.journal
    if it is None:
        return ()
    out: list[tuple[str, str]] = []
    if it.state is State.FAILED:
        out.append(("journal ○" if wordy < 3 else "journal ○ not reachable", "late"))
    if it.dead:
        out += [*(GAP if out else ()), (f"{it.dead} not delivered" if wordy >= 2 else f"✗{it.dead} sent", "late")]
    if it.pending:
        tone = "soon" if it.overdue else "dim"
        out += [*(GAP if out else ()), (f"{it.pending} in outbox" if wordy >= 1 else f"out {it.pending}", tone)]
    return (*out, *(GAP if out and more else ()))


def header_clocks(clocks: tuple[ClockView, ...]) -> list[ClockView]:
    """The two that matter: the longest in hours (48 h), and the longest of all that is not a week's (4 weeks)."""
    own = [clock for clock in clocks if not clock.title.lower().startswith("week ")] or list(clocks)
    if not own:
        return []
    last = max(own, key=lambda clock: clock.ends_at)
    short = [clock for clock in own if clock.title.rstrip().endswith((" h", "hours")) and clock is not last]
    return [*([max(short, key=lambda clock: clock.ends_at)] if short else []), last]


def _clock(clock: ClockView, view: View, now: datetime, wordy: int) -> Line:
    words, tone = spell(clock.ends_at, now)
    title = cut(clock.title, 12) if wordy >= 2 else cut(clock.title.replace(" weeks", "wk").replace(" ", ""), 8)
    left = words if tone == "late" else f"{words} left" if wordy >= 3 else words
    out: list[tuple[str, str]] = [(f"{title} ", "dim")]
    started = view.plan.started_at
    if wordy >= 3 and started is not None and clock.ends_at > started and title.endswith("h"):
        share = (now - started) / (clock.ends_at - started)
        out.append((bar(share, 8) + " ", tone or "dim"))
    return (*out, (left, tone or "strong"))


def _issues(view: View, wordy: int) -> Line:
    issues = view.issues
    if issues.as_of is None:
        return (("issues not read yet", "dim"),) if wordy >= 2 else (("-/-", "dim"),)
    out: list[tuple[str, str]] = [(f"{issues.resolved:,}/{issues.aim:,}", "strong")]
    if wordy >= 1:
        out.append((" resolved", "dim") if wordy >= 2 else (" done", "dim"))
    if len(issues.burn) > 1:
        if wordy >= 2:
            out.append((f" {spark(issues.burn[-8:])}", "accent"))
        if wordy >= 4:
            out.append((f" {slope(issues.burn)}", "dim"))
    if issues.pace is not None:
        enough = issues.pace >= issues.aim
        said = f" pace {issues.pace:,}" + (f"/{issues.aim:,}" if wordy >= 2 else "")
        out.append((said, "met" if enough else "soon"))
    return tuple(out)


def slope(burn: tuple[int, ...]) -> str:
    """The burn-down's slope over its last week: "−2.3 open a day"."""
    week = burn[-8:]
    daily = (week[-1] - week[0]) / (len(week) - 1)
    return f"{daily:+.1f} open a day".replace("-", "−")


def _source(status: SourceStatus, now: datetime, wordy: int) -> Line:
    glyph, tone = SOURCES[status.shown]
    title = cut(status.title, 14) if wordy >= 2 else cut(status.short, 4)
    out: list[tuple[str, str]] = [(f"{title} ", "dim"), (glyph, tone)]
    if status.as_of is None:
        words = "" if status.state is State.LOADING or wordy < 2 else "never"
    else:
        words = age(status.as_of, now)
        if wordy < 3:
            words = words.replace(" min", "m").replace(" ", "")
        if words == "now" and (wordy < 1 or status.shown is not State.FRESH):
            words = ""
    return (*out, (f" {words}" if words else "", tone if tone != "met" else "dim"))
