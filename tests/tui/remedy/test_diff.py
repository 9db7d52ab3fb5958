"""Diffs as they are read: nothing but what changes, applied to the old text they make the new one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.remedy.fake import AFTER, BEFORE
from vauntico_tui.actions.remedy.model import Change
from vauntico_tui.tui.format import cells
from vauntico_tui.tui.screens.blocks import lay
from vauntico_tui.tui.screens.remedy.diff import MOST, counts, diff_blocks, diff_lines

LINES = st.lists(st.sampled_from(["a", "b", "  c", "\td", "", "é数", "[bold]x[/]", "e " * 60]), max_size=30)


def test_only_what_changes_with_what_is_around_it() -> None:
    lines = diff_lines(Change("build.yml", BEFORE, AFTER))
    assert [line.text.strip() for line in lines if line.sign == "+"] == [
        "services:", "postgres:", "image: postgres:15-alpine", "options: >-",
        "--health-cmd pg_isready --health-interval 2s",
    ]  # fmt: skip
    assert not [line for line in lines if line.sign == "-"]
    assert lines[0].text == "2 lines as before"
    assert counts(Change("build.yml", BEFORE, AFTER)) == (5, 0)


def test_a_new_file_and_one_that_goes() -> None:
    assert counts(Change("new", None, "a\nb\n")) == (2, 0)
    assert counts(Change("gone", "a\nb\n", None)) == (0, 2)
    assert counts(Change("empty", None, "")) == (0, 0)


def test_line_endings_are_said_and_do_not_drown_the_change() -> None:
    kept = diff_lines(Change("f", "a\r\nb\r\n", "a\r\nc\r\n"))
    assert [(line.sign, line.text) for line in kept] == [(" ", "a"), ("-", "b"), ("+", "c")]
    turned = diff_lines(Change("f", "a\r\nb\r\n", "a\nb\n"))
    assert turned[0].text == "line endings: CRLF before, LF after"
    assert diff_lines(Change("f", "a\nb", "a\nb\n"))[-1].text == "a line end is added at the end"


def test_blanks_at_the_end_of_what_changes_are_seen() -> None:
    shown = [block.content.plain for block in diff_blocks(Change("f", "a\n", "a  \n"))]
    assert "a··" in shown


def test_a_very_long_one_is_cut_and_says_so() -> None:
    blocks = diff_blocks(Change("f", None, "x\n" * (MOST + 7)))
    assert len(blocks) == MOST + 1
    assert "7 more lines" in blocks[-1].content.plain


@given(LINES, LINES, st.integers(20, 120))
def test_what_is_shown_makes_the_new_text_of_the_old(before: list[str], after: list[str], width: int) -> None:
    change = Change("f", "".join(f"{line}\n" for line in before), "".join(f"{line}\n" for line in after))
    lines = diff_lines(change, context=10_000)
    assert [line.text for line in lines if line.sign in " +"] == (after if before != after else [])
    assert [line.text for line in lines if line.sign in " -"] == (before if before != after else [])
    plus, minus = counts(change)
    assert plus - minus == len(after) - len(before)
    for block in diff_blocks(change):
        assert all(cells(line.content.plain) <= width for line in lay(block, width))
