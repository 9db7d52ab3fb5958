# ruff: noqa: E501 (a table reads best one line a row)
"""Blocks of Markdown: what is read line by line is what markdown-it-py reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.plan import markdown
from vauntico_tui.plan.markdown import Block, read_markdown

LINES = (
    "# A", "## B ##", "#no", "a", "b c", "- x", "- [ ] y", "* z", "+ w", "1. q", "2) r", "10. s", "> t", "  i", "    code",
    "\tt", "```", "```js", "~~~~", "---", "***", "===", "", "", "", "   ", " ", "- - -", "**L**: v", "**D**:", "60 x", "\\- e",
    "\u00a0n", "-", "- ", "1.", "<div>", "<!-- x", "[a]: b", "|a|b|", "_i_", "* * *", "# ", "#", "####### x", "a#", "# x #y",
    "-\tq", "é", "- # h", "- > q", "-     code", "1) ```", "  - b", "   c", "> ```", "> - x", "- ```", "  ```",
)  # fmt: skip


def read_nested(lines: list[str]) -> list[Block]:
    """The blocks by markdown-it-py alone."""
    return markdown._Tokens(markdown._MARKDOWN.parse("\n".join(lines)), lines, 0).blocks()


@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_flat_lines_read_as_markdown_it_reads_them(lines: list[str]) -> None:
    assert read_markdown("\n".join(lines)).blocks == read_nested(lines)


@given(st.text(st.sampled_from(list("#->* \n\t`1.)a[]x_~=+|<é\u00a0")), max_size=60))
def test_any_characters_read_as_markdown_it_reads_them(text: str) -> None:
    assert read_markdown(text).blocks == read_nested(text.split("\n"))


def test_the_roadmap_reads_as_markdown_it_reads_it() -> None:
    text = Path(__file__).with_name("roadmap.md").read_text(encoding="utf-8")
    assert read_markdown(text).blocks == read_nested(text.split("\n"))


def test_kinds_and_lines() -> None:
    document = read_markdown("Title\n=====\n\n- [x] done\n  more\n- [ ] open\n\n> quote\n\n```py\nx = 1\n```\n")
    assert [(block.kind, block.start, block.end) for block in document.blocks] == [
        ("heading", 0, 2),
        ("list", 3, 6),
        ("quote", 7, 8),
        ("code", 9, 12),
    ]
    assert [(item.text, item.checked) for item in document.blocks[1].items] == [("done\nmore", True), ("open", False)]
    assert (document.blocks[3].language, document.blocks[3].text) == ("py", "x = 1\n")


def test_line_endings_of_every_system() -> None:
    assert read_markdown("# a\r\n\r\n- b\r\n").blocks == read_markdown("# a\n\n- b\n").blocks
    assert read_markdown("# a\r\r- b\r").blocks == read_markdown("# a\n\n- b\n").blocks


def test_what_is_too_much_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "NESTED_LINES", 400)
    monkeypatch.setattr(markdown, "ALL_LINES", 900)
    nested = read_markdown("# t\n\n" + "- a\n  - b\n" * 201)
    assert nested.unread == 2
    assert [block.kind for block in nested.blocks] == ["heading", "text"]
    flat = read_markdown("# a\n" * 905)
    assert flat.unread == 900
    assert flat.blocks[-1].text == "\n".join(["# a"] * 5)
    assert len(flat.blocks) == 901
    items = read_markdown("- a\n" * 905)
    assert [(block.kind, block.start, block.end) for block in items.blocks] == [("list", 0, 900), ("text", 900, 906)]
