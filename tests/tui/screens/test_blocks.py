"""Lines never are wider than their room, whatever the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from tests.tui.sample_view import HOSTILE
from vauntico_tui.tui.screens.blocks import Block, lay, table
from vauntico_tui.tui.screens.page import content

TEXTS = st.text(st.sampled_from("ab c-[]{}\\数👩é\t\n\u200d\ufe0f/=@"), max_size=80)


@given(TEXTS, TEXTS, st.integers(8, 60), st.booleans(), st.text("x ", max_size=6))
def test_no_line_is_wider_than_its_room(text: str, right: str, width: int, cut: bool, first: str) -> None:
    block = Block(content(text), Content(first), Content(""), content(right[:4]), "key", cut)
    lines = lay(block, width)
    assert lines
    assert all(line.content.cell_length <= width for line in lines)
    assert all(line.key == "key" for line in lines)


def test_wrapped_text_keeps_every_word() -> None:
    lines = lay(Block(content(HOSTILE)), 30)
    assert "".join("".join(line.content.plain for line in lines).split()) == "".join(content(HOSTILE).plain.split())


def test_a_cut_block_has_one_line_and_an_ellipsis() -> None:
    (line,) = lay(Block(Content("word " * 30), cut=True), 20)
    assert line.content.plain.endswith("…")


def test_right_text_stands_flush_right_on_the_first_line() -> None:
    lines = lay(Block(Content("word " * 10), right=Content("met")), 24)
    assert lines[0].content.plain.endswith("met")
    assert lines[0].content.cell_length == 24
    assert not any("met" in line.content.plain for line in lines[1:])


def test_table_columns_line_up() -> None:
    lines = [line.plain for line in table([("job", "state"), ("integration", "red")])]
    assert lines[0].index("state") == lines[1].index("red")
