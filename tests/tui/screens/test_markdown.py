"""Markdown from outside is shown, never obeyed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.sample_view import NOW
from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.screens.blocks import Block, lay
from vauntico_tui.tui.screens.look import Look
from vauntico_tui.tui.screens.markdown import LONGEST, MOST, markdown_blocks
from vauntico_tui.tui.screens.page import Page

PIECES = st.sampled_from(
    ["# ", "- ", "1. ", "> ", "```", "`", "|a|b|\n|-|-|\n", "\n", "\n\n", "[x](http://a)", "![i](http://b)", "**", "_",
     "<b onclick=x>", "[@click=app.quit]", "[/]", "text ", "数据 ", "\x1b[31m", "[ ] ", "~~", "&lt;", "---\n", "    "]
)  # fmt: skip


def page() -> Page:
    return Page(Look(NOW), Target("issue", "1", "#1"))


def shown(text: str, width: int = 60) -> tuple[str, Page]:
    where = page()
    lines = [line for block in markdown_blocks(text, where.number) for line in lay(block, width)]
    return "\n".join(line.content.plain.rstrip() for line in lines), where


@given(st.lists(PIECES, max_size=30), st.integers(12, 80))
def test_any_text_is_laid_out_in_its_width_without_actions(pieces: list[str], width: int) -> None:
    blocks = markdown_blocks("".join(pieces), page().number)
    for line in [line for block in blocks for line in lay(block, width)]:
        assert line.content.cell_length <= width
        assert "\x1b" not in line.content.plain
        assert all(isinstance(span.style, str) or not span.style.meta for span in line.content.spans)
        assert all("click" not in str(span.style) for span in line.content.spans)


def test_structure() -> None:
    text, where = shown(
        "# Title\n\nSome **bold** and [a link](https://x.example/a).\n\n- one\n  - two\n- [x] done\n\n"
        "3. three\n4. four\n\n> said\n\n```yaml\na: 1\n  b: 2\n```\n\n| job | state |\n|---|---|\n| test | red |\n"
    )
    assert text.split("\n") == [
        "Title", "", "Some bold and a link [1].", "", "• one", "  ▪ two", "• ■ done", "", "3. three", "4. four", "",
        "▎ said", "", "▏ a: 1", "▏   b: 2", "", "job   state", "test  red",
    ]  # fmt: skip
    assert where.links == [("https://x.example/a", "a link")]


def test_html_and_markup_are_only_text() -> None:
    text, where = shown('<script>alert(1)</script> [@click=app.quit]x[/] <img src="http://a/b.png">')
    assert "<script>alert(1)</script>" in text
    assert "[@click=app.quit]x[/]" in text
    assert [address for address, _ in where.links] == ["http://a/b.png"]  # a bare address in the text, not an image


def test_only_web_addresses_get_a_number() -> None:
    text, where = shown("[a](javascript:alert(1)) [b](file:///etc/passwd) ![c](data:image/png;base64,x) [d](ftp://x)")
    assert where.links == []
    assert "[1]" not in text


def test_images_are_named_and_never_loaded() -> None:
    text, where = shown("![a red cross](https://x.example/i.png)")
    assert text == "[image: a red cross] [1]"
    assert where.links == [("https://x.example/i.png", "a red cross")]


def test_bare_addresses_are_links_without_their_full_stop() -> None:
    text, where = shown("see https://x.example/a, or http://y.example/b?c=d.")
    assert where.links == [("https://x.example/a", ""), ("http://y.example/b?c=d", "")]
    assert text == "see https://x.example/a [1], or http://y.example/b?c=d [2]."


def test_a_megabyte_is_cut_with_a_notice() -> None:
    text, _ = shown("word " * 200_000)
    assert "Cut here: the text has 1,000,000 characters" in text
    assert len(text) < LONGEST * 1.2


def test_very_many_lines_are_cut() -> None:
    blocks: list[Block] = markdown_blocks("a\n\n" * 20_000, page().number)
    assert len(blocks) <= MOST + 2


def test_no_more_links_than_can_be_picked() -> None:
    _, where = shown(" ".join(f"https://x.example/{number}" for number in range(300)))
    assert len(where.links) == 99
