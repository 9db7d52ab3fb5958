"""Reads a log: where its lines, groups and steps begin, what is an error, and what the machine was. Pure."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from vauntico_tui.actions.remedy.ci.ansi import plain
from vauntico_tui.actions.remedy.ci.joblog import LEAD, PIECE, JobLog, Kind, Section, StepTime, instant

MOST_MARKS = 20_000  # of errors, warnings and groups each: beyond it they are lines like others
_MARK = re.compile(rb"##\[(group|endgroup|error|warning|notice|debug|command|section)\]")
_KINDS: dict[bytes, Kind] = {
    b"group": "group", b"error": "error", b"warning": "warning", b"notice": "notice", b"debug": "debug",
    b"command": "command", b"section": "command",
}  # fmt: skip
_EXIT_CODE = re.compile(
    rb"(Process completed with exit code|The process '.{1,300}' failed with exit code|The operation was canceled)"
)
_TELLING = re.compile(
    r"\b(?:\w*Error|\w*Exception|ERROR|FATAL|fatal|FAIL(?:ED|URE)?|failed|panic|Traceback|npm ERR!|E[A-Z]{4,}[A-Z])\b"
    r"|^\s*(?:✕|✗|×|●|not ok\b|error(?:\[\w+\])?:)|\berror TS\d+"
)
_NOT_TELLING = re.compile(r"\b(?:0 (?:errors?|failed|failures?)|no errors?)\b|continue-on-error|errexit|-e ", re.I)
_LOOK_BACK = 5_000  # lines before an exit code in which its cause is looked for


def read(head: bytes, tail: bytes = b"", left_out: int = 0, steps: Sequence[StepTime] = ()) -> JobLog:
    """Read a log; `tail` and `left_out` where its middle was not kept. Any bytes will do."""
    gap_at: int | None = None
    if left_out:
        head = head[: head.rfind(b"\n") + 1] if b"\n" in head else head + b"\n"
        tail = tail.partition(b"\n")[2] if b"\n" in tail[:PIECE] else tail
        gap_at = len(head)
        blob = head + b"\n" + tail
    else:
        blob = head + tail if tail else head
    starts = _starts(blob)
    log = JobLog(blob, starts, (), (), (), (), left_out=left_out)
    if gap_at is not None:
        log.gap = bisect_right(starts, gap_at) - 1
    ends = _marks(log)
    log.errors = tuple(line for line, kind in log.marks.items() if kind == "error")
    log.warnings = tuple(line for line, kind in log.marks.items() if kind == "warning")
    log.groups = tuple(_groups(log, ends))
    log.steps = tuple(_steps(log, steps))
    log.cause = _cause(log)
    return log


def _starts(blob: bytes) -> array[int]:
    starts = array("Q", [0])
    at = 0
    while at < len(blob):
        piece = blob[at : at + PIECE]
        starts.extend([at + match.end() for match in re.finditer(rb"\n", piece)])
        at += PIECE
    if starts[-1] != len(blob):
        starts.append(len(blob))
    return starts


def _marks(log: JobLog) -> list[int]:
    """Note every `##[...]` that begins a line; returns the lines of `##[endgroup]`."""
    blob, starts = log.blob, log.starts
    ends: list[int] = []
    counts: dict[Kind, int] = {}
    for first, last in log.pieces():
        begin, end = starts[first], starts[last]
        piece = blob[begin:end]
        line = first
        for match in _MARK.finditer(piece):
            where = begin + match.start()
            line = bisect_right(starts, where, lo=line) - 1
            lead = LEAD.match(blob, starts[line], where)
            if lead is None or line in log.marks or blob[lead.end() : where].strip(b" \t"):
                continue
            if match[1] == b"endgroup":
                ends.append(line)
                continue
            kind = _KINDS[match[1]]
            counts[kind] = counts.get(kind, 0) + 1
            if counts[kind] <= MOST_MARKS:
                log.marks[line] = kind
    return ends


def _groups(log: JobLog, ends: list[int]) -> Iterator[Section]:
    """Groups do not nest: one ends at its `##[endgroup]`, at the next group, or at the end."""
    heads = [line for line, kind in log.marks.items() if kind == "group"]
    bad = log.errors
    count = len(log)
    for index, first in enumerate(heads):
        limit = heads[index + 1] if index + 1 < len(heads) else count
        at = bisect_right(ends, first)
        end = min(ends[at] + 1 if at < len(ends) else limit, limit)
        has_error = bisect_right(bad, end - 1) > bisect_right(bad, first)
        yield Section("group", log.text(first) or "group", first, end, has_error=has_error)


def _steps(log: JobLog, told: Sequence[StepTime]) -> Iterator[Section]:
    """Where each step begins: no line says so, so by the times that the API tells. What `run:` and `uses:` print first
    is a group "Run …"; behind a step's beginning the first such line is it, else the first line of that second."""
    ran = [step for step in told if step.started_at is not None and step.mark not in {"skipped", "queued"}]
    count = len(log)
    if not ran or not count:
        return
    likely = [group.first for group in log.groups if group.title.startswith("Run ")]
    firsts: list[tuple[int, StepTime]] = []
    at = 0
    for index, step in enumerate(ran):
        line = 0 if index == 0 else _begins(log, step, at, likely)
        if line is None:
            continue
        firsts.append((line, step))
        at = line + 1
    for index, (line, step) in enumerate(firsts if len(firsts) > 1 or len(ran) == 1 else []):
        end = firsts[index + 1][0] if index + 1 < len(firsts) else count
        has_error = bisect_right(log.errors, end - 1) > bisect_right(log.errors, line - 1)
        took = (step.completed_at - step.started_at).total_seconds() if step.completed_at and step.started_at else None
        yield Section("step", step.name, line, end, step.mark, took, has_error)


def _begins(log: JobLog, step: StepTime, after: int, likely: list[int]) -> int | None:
    assert step.started_at is not None  # noqa: S101  only those that began
    begun = step.started_at.astimezone(UTC).replace(microsecond=0)
    low = _first_at(log, begun, after)
    if low is None:
        return None
    for line in likely[bisect_right(likely, low - 1) :][:1]:
        told = _time(log, line)
        if told is not None and (told - begun).total_seconds() <= 1:
            return line
    return low


def _first_at(log: JobLog, instant: datetime, after: int) -> int | None:
    """The first line at or after an instant (lines are in the order of their times; those without one follow)."""
    low, high = after, len(log)
    while low < high:
        middle = (low + high) // 2
        told = _time_near(log, middle, high)
        if told is None or told[1] >= instant:
            high = middle
        else:
            low = told[0] + 1
    return low if low < len(log) and _time_near(log, low, len(log)) is not None else None


def _time_near(log: JobLog, line: int, end: int) -> tuple[int, datetime] | None:
    for one in range(line, min(end, line + 50)):
        if (told := _time(log, one)) is not None:
            return one, told
    return None


def _time(log: JobLog, line: int) -> datetime | None:
    start = log.starts[line]
    lead = LEAD.match(log.blob, start, min(start + 64, log.starts[line + 1]))
    return instant(lead[1]) if lead else None


def _cause(log: JobLog) -> int | None:
    """Where the first error only says the exit code: the first line of its step that tells more."""
    if not log.errors:
        return None
    error = log.errors[0]
    if not _EXIT_CODE.search(log.raw(error)[:2000]):
        return None
    step = log.step_of(error)
    group = next((one for one in reversed(log.groups) if one.end <= error), None)
    first = max(step.first if step else 0, group.end if group else 0, error - _LOOK_BACK)
    for line in range(first, error):
        told = log.marks.get(line, "")
        if told in {"group", "command", "debug"}:
            continue
        words = plain(log.raw(line)[:2000].decode("utf-8", "replace"))
        if _TELLING.search(words) and not _NOT_TELLING.search(words):
            return line
    return None


_IMAGE = {
    "image": re.compile(r"^\s*(?:Image|Environment): (\S.*)$"),
    "version": re.compile(r"^\s*Version: (\S+)$"),
    "runner": re.compile(r"^Current runner version: '([^']+)'"),
}


def runner_of(log: JobLog, lines: int = 400) -> dict[str, str]:
    """What the beginning of a log says of the machine: runner, image, image version; and each action's version."""
    told: dict[str, str] = {}
    in_image = False
    for number in range(min(lines, len(log))):
        words = log.text(number)
        if log.marks.get(number) == "group":
            in_image = words.strip() in {"Runner Image", "Virtual Environment"}
            continue
        if match := _IMAGE["runner"].match(words):
            told["runner"] = match[1]
        elif in_image:
            for name in ("image", "version"):
                if (match := _IMAGE[name].match(words)) and name not in told:
                    told[name] = match[1]
        if match := re.match(r"^Download action repository '([^'@]+)@([^']+)' \(SHA:(\w+)\)", words):
            told[f"action {match[1]}"] = f"{match[2]} ({match[3][:7]})"
    return told
