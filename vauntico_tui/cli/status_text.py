"""`status` for people: a compact table of at most 80 columns, a glyph and a word for every verdict."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from rich.cells import cell_len, set_cell_size

from vauntico_tui.base.durations import age, human
from vauntico_tui.evidence.reading import SourceStatus, State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.view.model import KpiView, LevelView, PromiseView, View, WorkflowView

WIDTH = 80
HEAD = 13
"""Columns of a row's glyph and word, the longest of which is "overridden"."""
_GLYPH = {Mark.MET: "✓", Mark.UNMET: "✗", Mark.UNKNOWN: "?", Mark.OVERRIDDEN: "!"}
_COLOUR = {Mark.MET: "32", Mark.UNMET: "31", Mark.UNKNOWN: "90", Mark.OVERRIDDEN: "33"}
_SOURCE = {State.FRESH: "●", State.STALE: "◐", State.FAILED: "○", State.LOADING: "·", State.OFF: "·"}
_ASCII = str.maketrans(
    {"✓": "+", "✗": "x", "●": "*", "◐": "~", "○": "o", "·": "-", "…": "~", "—": "-", "–": "-", "−": "-", "›": ">"}
)


@dataclass(frozen=True, slots=True)
class Style:
    """How to print: colour and glyphs beyond ASCII or not, and the reader's time zone (None: the machine's)."""

    colour: bool = False
    unicode: bool = True
    zone: tzinfo | None = UTC


def status_text(view: View, style: Style) -> str:
    """The View as lines that fit 80 columns."""
    lines = [line for part in _parts(view, style) for line in part]
    text = "\n".join(lines) + "\n"
    if style.unicode:
        return text
    return "".join(char if char.isascii() else _plain(char) for char in text.translate(_ASCII))


def _plain(char: str) -> str:
    """What stands for a character beyond ASCII: nothing for one that has no width, else a question mark."""
    return "" if unicodedata.category(char) in {"Mn", "Me", "Cf"} else "?"


def _parts(view: View, style: Style) -> Iterator[Iterable[str]]:
    yield _head(view, style)
    for title, word, promises in (
        ("BLOCKERS", "clear", view.blockers),
        ("WEEK TARGETS", "met", view.targets),
    ):
        yield _section(title, promises, word, style, reasons=True)
    yield _ci(view.ci.workflows, style, str(view.ci.trouble) if view.ci.trouble else "")
    yield _kpis(view.kpis, style)
    yield _levels(view.escalations.levels, view.as_of, style)
    for title, promises in (
        ("DELIVERABLES", view.deliverables),
        ("OUTCOMES", view.outcomes),
        ("APPROVALS", view.approvals),
    ):
        yield _section(title, promises, "met", style, reasons=False)


def _head(view: View, style: Style) -> Iterator[str]:
    at = view.as_of.astimezone(style.zone)
    name = view.repository or "no repository"
    yield _heading(name, f"{at:%Y-%m-%d %H:%M %Z}", style)
    started = view.plan.started_at
    since = f"started {started.astimezone(style.zone):%Y-%m-%d %H:%M}" if started else "not started: vauntico-tui init"
    yield _cut(f"plan     {view.plan.title} · {since}", WIDTH)
    if view.clocks:
        yield from _wrapped("clocks   ", " · ".join(_clock(c.title, c.ends_at, view.as_of) for c in view.clocks))
    for status in view.sources:
        yield from _source(status, view.as_of, style)
    issues = view.issues
    if issues.as_of is not None:
        some = "" if issues.complete else " · list not complete"
        severe = " · ".join(
            f"{count:,} {name if name != 'none' else 'without severity'}"
            for name, count in (issues.by_severity or {}).items()
            if count
        )
        pace = f" · pace {issues.pace:,} of {issues.aim:,}" if issues.pace is not None else ""
        text = f"{issues.resolved:,} of {issues.aim:,} resolved · {issues.open:,} open of {issues.total:,}{pace}{some}"
        yield from _wrapped("issues   ", text + (f" · open: {severe}" if severe else ""))
    else:
        yield "issues   unknown"
    for notice in view.notices:
        yield from _wrapped("note     ", notice)


def _clock(title: str, ends_at: datetime, now: datetime) -> str:
    left = ends_at - now
    return f"{title} {human(left)} {'left' if left.total_seconds() >= 0 else 'LATE'}"


def _source(status: SourceStatus, now: datetime, style: Style) -> Iterator[str]:
    glyph = _SOURCE[status.shown]
    off = status.state is State.OFF
    when = f" {age(now - status.as_of)} ago" if status.as_of else ""
    said = ["not configured" if off else f"{status.state}{when}"]
    if status.trouble is not None:
        said[0] += f"{', but ' if status.shown is not status.state else ': '}{status.trouble}"
    if status.note and not off:
        said.append(status.note)
    colour = {State.FRESH: "32", State.FAILED: "31", State.STALE: "33"}.get(status.shown, "90")
    first, *rest = _wrapped(f"  {_cut(status.title, 13):<13} ", " · ".join(said))
    yield _paint(glyph, colour, style) + first[1:]
    yield from rest


def _section(title: str, promises: Sequence[PromiseView], word: str, style: Style, *, reasons: bool) -> Iterator[str]:
    if not promises:
        return
    met = sum(promise.verdict.mark in {Mark.MET, Mark.OVERRIDDEN} for promise in promises)
    yield ""
    yield _heading(title, f"{met} of {len(promises)} {word}", style)
    for promise in promises:
        verdict = promise.verdict
        figure = verdict.figure
        if figure[:1].isdigit() and verdict.bound and " of " not in figure and figure != verdict.bound:
            figure += f" of {verdict.bound}"
        tail = figure if reasons or figure else verdict.reason
        yield _row(verdict.mark, promise.title, f"stale · {tail}" if verdict.stale else tail, style)
        if reasons and verdict.mark is not Mark.MET:
            yield from _wrapped(" " * HEAD, verdict.reason)


def _row(mark: Mark, title: str, tail: str, style: Style) -> str:
    head = _paint(f"{_GLYPH[mark]} {mark!s:<11}", _COLOUR[mark], style)
    tail = _cut(tail, 26)
    if cell_len(title) > 39 or not tail:
        title = _cut(title, WIDTH - HEAD - (cell_len(tail) + 2 if tail else 0))
    return (head + title + " " * max(2, 41 - cell_len(title)) + tail).rstrip()


def _ci(workflows: Sequence[WorkflowView], style: Style, trouble: str) -> Iterator[str]:
    yield ""
    red = sum(workflow.failed is not None for workflow in workflows)
    yield _heading("CI STATUS", f"{red} red of {len(workflows)}" if workflows else "nothing known", style)
    if trouble:
        yield from _wrapped("  ", trouble)
    for workflow in workflows:
        mark = Mark.UNMET if workflow.failed else Mark.MET if workflow.counted else Mark.UNKNOWN
        word = {Mark.UNMET: "red", Mark.MET: "green", Mark.UNKNOWN: "unknown"}[mark]
        rate = f"{workflow.success_rate:.0f} %" if workflow.success_rate is not None else "-"
        tail = f"{rate} of {workflow.counted} runs in 7 d" + (" · running" if workflow.running else "")
        head = _paint(f"{_GLYPH[mark]} {word:<11}", _COLOUR[mark], style)
        yield head + set_cell_size(_cut(workflow.name, 31), 31) + "  " + _cut(tail, 34)
        for job in workflow.failed.failed_jobs[:2] if workflow.failed else ():
            yield from _wrapped(" " * HEAD, " · ".join(part for part in (job.name, job.step, job.reason) if part))


def _kpis(kpis: Sequence[KpiView], style: Style) -> Iterator[str]:
    if not kpis:
        return
    yield ""
    aimed = [kpi for kpi in kpis if kpi.target is not None]
    met = sum(kpi.mark is Mark.MET for kpi in aimed)
    yield _heading("KPIS", f"{met} of {len(aimed)} met" if aimed else "no targets", style)
    for kpi in kpis:
        value = "no data" if kpi.value is None else f"{kpi.value:,.{kpi.decimals}f} {kpi.unit}".strip()
        target = "no target" if kpi.target is None else f"{kpi.op} {kpi.target:,.{kpi.decimals}f} {kpi.unit}".strip()
        change = "" if kpi.change is None else f"{kpi.change:+.1f} %"
        said = f"{_GLYPH[kpi.mark]} {kpi.mark!s:<11}" if kpi.target is not None else " " * HEAD
        head = _paint(said, _COLOUR[kpi.mark], style)
        name = set_cell_size(_cut(kpi.title, 29), 30)
        yield (head + name + f"{_cut(value, 13):>13} {_cut(change, 8):>8}  " + _cut(target, 13)).rstrip()
        if kpi.trouble:
            yield from _wrapped(" " * HEAD, str(kpi.trouble))


def _levels(levels: Sequence[LevelView], now: datetime, style: Style) -> Iterator[str]:
    if not levels:
        return
    yield ""
    yield _heading("ESCALATIONS", f"{sum(level.open for level in levels):,} open", style)
    for level in levels:
        mark = Mark.UNMET if level.open else Mark.MET
        head = _paint(f"{_GLYPH[mark]} {f'Level {level.level}':<11}", _COLOUR[mark], style)
        late = f" · {level.breached:,} late" if level.breached else ""
        following = f" · next breach in {human(level.next_breach - now)}" if level.next_breach else ""
        text = f"{level.severity} · {level.window_text} · {level.open:,} open{late}{following}"
        yield head + _cut(text, WIDTH - HEAD)
        if level.open:
            yield from _wrapped(" " * HEAD, " + ".join(level.contacts))


# ---- lines ------------------------------------------------------------------------------------------------------


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"


def _wrapped(head: str, text: str, lines: int = 3) -> Iterator[str]:
    """The text under its head, in as many lines as it needs and `lines` at most."""
    width = WIDTH - cell_len(head)
    parts = [""]
    for word in text.split():
        if not parts[-1]:
            parts[-1] = _cut(word, width)
        elif cell_len(parts[-1]) + 1 + cell_len(word) <= width:
            parts[-1] += f" {word}"
        elif len(parts) < lines:
            parts.append(_cut(word, width))
        else:
            parts[-1] = _cut(parts[-1], width - 2) + " …"
            break
    for number, part in enumerate(parts):
        yield ((head if number == 0 else " " * cell_len(head)) + part).rstrip()


def _heading(left: str, right: str, style: Style) -> str:
    """The left end bold, the right end at the edge."""
    left = _cut(left, WIDTH - cell_len(right) - 1)
    gap = " " * (WIDTH - cell_len(left) - cell_len(right))
    return _paint(left, "1", style) + gap + right


def _paint(text: str, colour: str, style: Style) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if style.colour else text
