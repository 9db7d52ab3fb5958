"""A job's log by examples: what the runner writes, and what tools write into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.actions.remedy.ci import joblog
from vauntico_tui.actions.remedy.ci.joblog import JobLog, StepTime
from vauntico_tui.actions.remedy.ci.logread import read, runner_of

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def stamped(*lines: str, every: float = 1.0) -> bytes:
    """Lines as a runner writes them, one each `every` seconds."""
    out = []
    for index, line in enumerate(lines):
        at = START + timedelta(seconds=index * every)
        out.append(f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}0Z {line}\n")
    return "\ufeff".encode() + "".join(out).encode()


def texts(log: JobLog) -> list[str]:
    return [log.text(line) for line in range(len(log))]


LOG = stamped(
    "Current runner version: '2.321.0'",  # 0
    "##[group]Runner Image",
    "Image: ubuntu-24.04",
    "Version: 20250105.1.0",
    "##[endgroup]",
    "Download action repository 'actions/checkout@v4' (SHA:11bd71901bbe5b1630ceea73d27597364c9af683)",  # 5
    "##[group]Run actions/checkout@v4",
    "with:",
    "##[endgroup]",
    "[command]/usr/bin/git fetch",
    "##[group]Run npm test",  # 10
    "npm test",
    "##[endgroup]",
    "\x1b[31mFAIL\x1b[0m tests/a.test.ts",
    "Tests: 0 errors in setup",
    "##[error]Process completed with exit code 1.",  # 15
    "Post job cleanup.",
    "##[warning]Node 16 is deprecated",
)
STEPS = (
    StepTime("Set up job", "success", START, START + timedelta(seconds=6)),
    StepTime("Checkout", "success", START + timedelta(seconds=6), START + timedelta(seconds=10)),
    StepTime("Build", "skipped", START + timedelta(seconds=10), START + timedelta(seconds=10)),
    StepTime("Test", "failure", START + timedelta(seconds=10), START + timedelta(seconds=16)),
    StepTime("Post Checkout", "success", START + timedelta(seconds=16), START + timedelta(seconds=18)),
)


def test_groups_steps_and_what_failed() -> None:
    log = read(LOG, steps=STEPS)
    assert len(log) == 18
    assert [(group.title, group.first, group.end) for group in log.groups] == [
        ("Runner Image", 1, 5), ("Run actions/checkout@v4", 6, 9), ("Run npm test", 10, 13),
    ]  # fmt: skip
    assert [(step.title, step.first, step.end) for step in log.steps] == [
        ("Set up job", 0, 6), ("Checkout", 6, 10), ("Test", 10, 16), ("Post Checkout", 16, 18),
    ]  # fmt: skip
    assert [step.has_error for step in log.steps] == [False, False, True, False]
    assert log.errors == (15,)
    assert log.warnings == (17,)


def test_an_exit_code_alone_is_no_cause() -> None:
    log = read(LOG, steps=STEPS)
    assert log.cause == 13
    assert log.first_error == 13
    assert log.stops == (13, 15)


def test_an_error_that_tells_is_where_it_opens() -> None:
    log = read(stamped("Error: earlier, and unmarked", "##[error]connect ECONNREFUSED", "##[error]exit code 1"))
    assert (log.cause, log.first_error) == (None, 1)


def test_a_line_has_its_time_kind_and_looks() -> None:
    log = read(LOG)
    line = log.line(13)
    assert line.at == START + timedelta(seconds=13)
    assert line.spans == (("FAIL", "unmet"), (" tests/a.test.ts", ""))
    assert (log.line(15).kind, log.text(15)) == ("error", "Process completed with exit code 1.")
    assert (log.line(9).kind, log.text(9)) == ("command", "/usr/bin/git fetch")
    assert log.line(12).kind == "endgroup"
    assert log.text(0) == "Current runner version: '2.321.0'"  # the byte order mark is no text


def test_the_machine_is_told_by_the_beginning() -> None:
    assert runner_of(read(LOG)) == {
        "runner": "2.321.0", "image": "ubuntu-24.04", "version": "20250105.1.0",
        "action actions/checkout": "v4 (11bd719)",
    }  # fmt: skip


def test_without_times_there_are_no_steps_but_groups() -> None:
    log = read(b"##[group]one\na\n##[endgroup]\n##[group]two\n##[error]b\n", steps=STEPS)
    assert log.steps == ()
    assert [(group.title, group.end, group.has_error) for group in log.groups] == [("one", 3, False), ("two", 5, True)]


def test_marks_count_only_where_a_line_begins() -> None:
    log = read(stamped('echo "##[error]no"', "  ##[error]indented", "\x1b[31m##[error]coloured\x1b[0m"))
    assert log.errors == (1, 2)
    assert log.text(2) == "coloured"


def test_a_log_with_a_hole_says_so() -> None:
    log = read(b"first\nsecond\ncut of", b"f\nlast\n", 5_000_000)
    assert texts(log) == ["first", "second", "… 5,000 kB of the log are left out here …", "last"]
    assert log.line(2).kind == "gap"


def test_finding() -> None:
    log = read(LOG)
    assert [line for batch in log.find("fail") for line in batch] == [13]
    assert [line for batch in log.find("Fail") for line in batch] == []
    assert [line for batch in log.find("2026") for line in batch] == []  # times are not searched
    assert [line for batch in log.find("npm", most=1) for line in batch] == [10]


def test_a_line_without_end_is_cut() -> None:
    log = read(b"x" * 200_000)
    text = log.text(0)
    assert text.endswith("more characters")
    assert len(text) < joblog.MOST_SHOWN + 100


def test_progress_keeps_what_was_written_last() -> None:
    assert read(b"10 %\r50 %\r100 %\n").text(0) == "100 %"


@given(st.binary(max_size=2000))
def test_any_bytes_can_be_read(data: bytes) -> None:
    log = read(data, steps=STEPS)
    shown = texts(log)
    assert len(shown) == len(data.splitlines(keepends=False)) or b"\r" in data
    for text in shown:
        assert not any(ord(char) < 32 or char in "\x7f\u202e\u2066" for char in text)
    assert all(0 <= section.first < section.end <= len(log) for section in (*log.groups, *log.steps))
    assert list(log.stops) == sorted(set(log.stops))


_PARTS = st.sampled_from([
    "##[group]g", "##[endgroup]", "##[error]e", "##[warning]w", "\x1b[1;31m", "\x1b[0m",
    "2026-03-01T09:00:01.0000000Z ", "\n", "\r\n", "text", " ", "\t", "é", "界", "Error: x",
])  # fmt: skip


@given(st.lists(_PARTS, max_size=60).map("".join), st.text(max_size=5))
def test_lines_are_neither_lost_nor_doubled(text: str, words: str) -> None:
    data = text.encode()
    log = read(data, steps=STEPS)
    rejoined = b"".join(data[log.starts[line] : log.starts[line + 1]] for line in range(len(log)))
    assert rejoined == data
    found = [line for batch in log.find(words) for line in batch] if words.strip() else []
    fold = words == words.lower()
    assert found == [
        line
        for line in range(len(log))
        if words.strip() and words in (log.text(line).lower() if fold else log.text(line))
    ]
