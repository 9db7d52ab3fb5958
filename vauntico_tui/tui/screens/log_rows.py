"""Which lines of a log are on the screen, row by row: steps and groups folded or open, long lines wrapped. Pure.

What it costs grows with the steps and groups, never with the lines.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vauntico_tui.tui.format import cells

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.ci.joblog import JobLog, Section

Kind = Literal["step", "group", "line"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a step's heading (`ref` is its index), a group's own line (likewise), or part of a line (`ref`)."""

    kind: Kind
    ref: int
    part: int = 0
    deep: bool = False  # within a group

    @property
    def key(self) -> tuple[Kind, int]:
        return self.kind, self.ref


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows that stand together: one heading, or the lines from `first` to before `last`."""

    row: int
    kind: Kind
    ref: int
    first: int
    last: int
    deep: bool = False


class Rows:
    """The rows of a log. Groups begin folded, those with an error in them open; so do the steps, where there are some:
    what passed is folded."""

    def __init__(self, log: JobLog) -> None:
        self.log = log
        bad = log.stops
        self.open_steps = [_opens(step, bad) for step in log.steps]
        if log.steps and not any(self.open_steps):
            self.open_steps[-1 if log.first_error is None and len(log.steps) == 1 else 0] = len(log.steps) == 1
        self.open_groups = [_opens(group, bad) for group in log.groups]
        self._groups = [group.first for group in log.groups]
        self._heights: array[int] | None = None
        self._lay()

    def __len__(self) -> int:
        return self._count

    def _lay(self) -> None:
        self._runs: list[_Run] = []
        self._count = 0
        log = self.log
        done = 0
        for index, step in enumerate(log.steps):
            self._lines(done, step.first)
            self._put("step", index, step.first, step.first)
            if self.open_steps[index]:
                self._lines(step.first, step.end)
            done = step.end
        self._lines(done, len(log))
        self._starts = [run.row for run in self._runs]

    def _lines(self, first: int, last: int) -> None:
        at = first
        index = bisect_right(self._groups, first - 1)
        while index < len(self._groups) and self._groups[index] < last:
            group = self.log.groups[index]
            self._put("line", at, at, group.first)
            self._put("group", index, group.first, group.first + 1)
            end = min(group.end, last)
            closing = end - 1 if self._closes(group, end) else end
            if self.open_groups[index]:
                self._put("line", group.first + 1, group.first + 1, closing, deep=True)
            at = end
            index += 1
        self._put("line", at, at, last)

    def _closes(self, group: Section, end: int) -> bool:
        """Whether the last line is `##[endgroup]`, which nobody reads."""
        return end == group.end and end - 1 > group.first and self.log.raw(end - 1)[-12:] == b"##[endgroup]"

    def _put(self, kind: Kind, ref: int, first: int, last: int, *, deep: bool = False) -> None:
        size = 1 if kind != "line" else self._height(first, last)
        if size > 0:
            self._runs.append(_Run(self._count, kind, ref, first, last, deep))
            self._count += size

    def _height(self, first: int, last: int) -> int:
        if last <= first:
            return 0
        return last - first if self._heights is None else self._heights[last] - self._heights[first]

    # ---- looking ------------------------------------------------------------------------------------------------

    def at(self, row: int) -> Row | None:
        """What stands in a row."""
        if not 0 <= row < self._count:
            return None
        run = self._runs[bisect_right(self._starts, row) - 1]
        if run.kind != "line":
            return Row(run.kind, run.ref)
        into = row - run.row
        if self._heights is None:
            return Row("line", run.first + into, 0, run.deep)
        base = self._heights[run.first] + into
        line = bisect_right(self._heights, base, run.first, run.last + 1) - 1
        return Row("line", line, base - self._heights[line], run.deep)

    def row_of(self, key: tuple[Kind, int]) -> int | None:
        """The first row of a heading or a line; None where it is folded away."""
        kind, ref = key
        line = self.log.steps[ref].first if kind == "step" else self.log.groups[ref].first if kind == "group" else ref
        for run in self._near(line):
            if run.kind == kind and (run.ref == ref if kind != "line" else run.first <= ref < run.last):
                return run.row + (self._height(run.first, ref) if kind == "line" else 0)
        return None

    def _near(self, line: int) -> list[_Run]:
        """The runs around a line; runs are in the order of their lines."""
        at = bisect_right(self._runs, line, key=lambda run: run.first)
        return self._runs[max(0, at - 4) : at + 1]

    def key_of(self, line: int) -> tuple[Kind, int]:
        """What shows a line: itself, the group that it heads, or the heading that it is folded into."""
        index = bisect_right(self._groups, line) - 1
        if index >= 0 and self._groups[index] == line:
            found: tuple[Kind, int] = ("group", index)
        else:
            found = ("line", line)
        if self.row_of(found) is not None:
            return found
        if index >= 0 and line < self.log.groups[index].end and self.row_of(("group", index)) is not None:
            return "group", index
        step = bisect_right(self.log.steps, line, key=lambda one: one.first) - 1
        return ("step", step) if step >= 0 else ("line", line)

    # ---- folding ------------------------------------------------------------------------------------------------

    def reveal(self, line: int) -> None:
        """Open whatever a line is folded into."""
        step = bisect_right(self.log.steps, line, key=lambda one: one.first) - 1
        group = bisect_right(self._groups, line) - 1
        changed = False
        if step >= 0 and line < self.log.steps[step].end and not self.open_steps[step]:
            self.open_steps[step] = changed = True
        if group >= 0 and self._groups[group] < line < self.log.groups[group].end and not self.open_groups[group]:
            self.open_groups[group] = changed = True
        if changed:
            self._lay()

    def toggle(self, key: tuple[Kind, int]) -> tuple[Kind, int]:
        """Fold or open a heading; a line folds what it stands in. Returns the heading."""
        kind, ref = key
        if kind == "line":
            group = bisect_right(self._groups, ref) - 1
            step = bisect_right(self.log.steps, ref, key=lambda one: one.first) - 1
            if group >= 0 and ref < self.log.groups[group].end:
                kind, ref = "group", group
            elif step >= 0 and ref < self.log.steps[step].end:
                kind, ref = "step", step
            else:
                return key
        states = self.open_steps if kind == "step" else self.open_groups
        states[ref] = not states[ref]
        self._lay()
        return kind, ref

    def set_all(self, open_: bool) -> None:
        """Open or fold everything."""
        self.open_steps = [open_] * len(self.open_steps)
        self.open_groups = [open_] * len(self.open_groups)
        self._lay()

    @property
    def all_open(self) -> bool:
        return all(self.open_steps) and all(self.open_groups)

    def is_open(self, key: tuple[Kind, int]) -> bool:
        kind, ref = key
        return self.open_steps[ref] if kind == "step" else self.open_groups[ref] if kind == "group" else False

    def set_heights(self, heights: array[int] | None) -> None:
        """How many rows the lines before each line take when wrapped (one more entry than lines); None: not wrapped."""
        self._heights = heights
        self._lay()


def _opens(section: Section, bad: Sequence[int]) -> bool:
    """Whether it holds what failed."""
    if section.mark in {"failure", "timed_out"}:
        return True
    return bisect_left(bad, section.end) > bisect_left(bad, section.first)


def wrapped_heights(log: JobLog, width: int) -> array[int]:
    """For `Rows.set_heights`: every line's rows in `width` cells, added up. Takes a while for a million lines."""
    width = max(8, width)
    out = array("Q", [0])
    total = 0
    for line in range(len(log)):
        raw = log.raw(line)
        if len(raw) <= width:
            total += 1
        else:
            plain = raw.isascii() and b"\x1b" not in raw and b"\t" not in raw and b"\r" not in raw and b"##[" not in raw
            lead = 29 if plain and raw[10:11] == b"T" and raw[28:29] == b" " and raw[27:28] == b"Z" else 0
            size = len(raw) - lead if plain and len(raw) < 10_000 else cells(log.text(line))
            total += max(1, -(-size // width))
        out.append(total)
    return out
