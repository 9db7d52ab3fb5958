"""A list of rows: selection and scroll by id, repainted by the line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.app import App, ComposeResult
from textual.events import MouseScrollDown
from textual.geometry import Region
from textual.pilot import Pilot

from tests.tui.sample_view import NOW
from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.lines import Line
from vauntico_tui.tui.theme import DARK, themes
from vauntico_tui.tui.widgets.rowlist import Pen, Row, RowList, TextRow


@dataclass(frozen=True, slots=True)
class Word(Row):
    text: str = ""

    @property
    def target(self) -> Target | None:
        return Target("word", self.id, self.text)

    def words(self) -> str:
        return self.text

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        return [((f"{self.text} {line}", ""),) for line in range(self.height)]

    def more(self, width: int, pen: Pen) -> Sequence[Line]:
        return [((f"more of {self.text}", ""),)]


class Bench(App[None]):
    zone = None

    def __init__(self) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK
        self.list = RowList()
        self.opened: list[Target] = []

    def now(self) -> object:
        return NOW

    def compose(self) -> ComposeResult:
        yield self.list

    def action_act(self, ident: str) -> None:
        getattr(self.list, "act_" + ident)()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        self.opened.append(event.target)


def words(*names: str, height: int = 1) -> list[Word]:
    return [Word(name, height, True, name) for name in names]


def many(count: int) -> list[Word]:
    return words(*(f"row-{i}" for i in range(count)))


@asynccontextmanager
async def bench(
    rows: Sequence[Row], size: tuple[int, int] = (30, 12)
) -> AsyncIterator[tuple[RowList, Pilot[None], Bench]]:
    app = Bench()
    async with app.run_test(size=size) as pilot:
        app.list.focus()
        app.list.set_rows(rows)
        await pilot.pause()
        yield app.list, pilot, app


def seen(rows: RowList) -> list[str]:
    return ["".join(text for text, _ in line).strip("│┃ \n") for line, _ in rows._painted[1:-1]]


async def test_the_first_row_is_selected_and_keys_move() -> None:
    async with bench(words("a", "b", "c")) as (rows, pilot, _):
        assert rows.selected == "a"
        await pilot.press("j", "down")
        assert rows.selected == "c"
        await pilot.press("j")
        assert rows.selected == "c"
        await pilot.press("k", "up", "k")
        assert rows.selected == "a"
        await pilot.press("G")
        assert rows.selected == "c"
        await pilot.press("g")
        assert rows.selected == "a"


async def test_selection_survives_rows_that_move_come_and_go() -> None:
    async with bench(words("a", "b", "c", "d")) as (rows, _, _app):
        rows.select("c")
        rows.set_rows(words("x", "d", "c", "a"))
        assert rows.selected == "c"
        rows.set_rows(words("x", "d", "a"))
        assert rows.selected in {"a", "d"}
        rows.set_rows(())
        assert rows.selected is None
        rows.set_rows(words("q"))
        assert rows.selected == "q"


async def test_headings_are_stepped_over() -> None:
    heading = TextRow("h", 1, False, (("HEADING", "heading"),))
    async with bench([heading, *words("a"), TextRow("h2", 1, False, (("H2", ""),)), *words("b")]) as (rows, pilot, _):
        assert rows.selected == "a"
        await pilot.press("j")
        assert rows.selected == "b"
        await pilot.press("g")
        assert seen(rows)[0] == "HEADING"


async def test_the_selected_row_stays_on_its_line_when_others_come_above_it() -> None:
    async with bench(many(50)) as (rows, _, _app):
        rows.select("row-30")
        line = [i for i, text in enumerate(seen(rows)) if "row-30" in text]
        rows.set_rows([*words("new-1", "new-2", "new-3"), *many(50)])
        assert [i for i, text in enumerate(seen(rows)) if "row-30" in text] == line


async def test_scroll_survives_when_the_selected_row_is_out_of_sight() -> None:
    async with bench(many(50)) as (rows, _, _app):
        rows.scroll_lines(20)
        assert seen(rows)[0] == "row-20 0"
        rows.set_rows(many(50))
        assert seen(rows)[0] == "row-20 0"
        rows.set_rows([*words("new"), *many(50)])
        assert seen(rows)[0] == "row-20 0"
        rows.scroll_lines(-500)
        assert rows.top == 0


async def test_rows_of_two_lines_scroll_by_lines_and_are_seen_whole() -> None:
    async with bench(words(*"abcdefghij", height=2), (30, 9)) as (rows, pilot, _):
        await pilot.press(*"jjjj")
        assert seen(rows)[-1] == "e 1"
        await pilot.press("g", "G")
        assert [text.removeprefix("▶ ") for text in seen(rows)[-2:]] == ["j 0", "j 1"]


async def test_only_lines_that_changed_are_repainted() -> None:
    async with bench(words("a", "b", "c", "d")) as (rows, _, _app):
        painted: list[tuple[Region, ...]] = []
        rows.refresh = lambda *regions, **_: painted.append(regions)  # type: ignore[method-assign,assignment,func-returns-value]
        rows.set_rows(words("a", "b", "c", "d"))
        assert painted == []
        rows.set_rows([*words("a", "b"), Word("c", 1, True, "other"), *words("d")])
        assert painted == [(Region(3, 3, len("other 0"), 1),)]
        painted.clear()
        rows.move(1)
        assert {region.y for region in painted[0]} >= {1, 2}
        assert 4 not in {region.y for region in painted[0]}


async def test_ten_thousand_rows_draw_only_what_is_seen() -> None:
    drawn: list[str] = []

    @dataclass(frozen=True, slots=True)
    class Counted(Word):
        def draw(self, width: int, pen: Pen) -> Sequence[Line]:
            drawn.append(self.id)
            return [((self.text, ""),)]

    async with bench([Counted(f"r{i}", 1, True, f"r{i}") for i in range(10_000)]) as (rows, pilot, _):
        drawn.clear()
        await pilot.press("G")
        assert rows.selected == "r9999"
        assert len(set(drawn)) <= 30


async def test_a_filter_shows_the_rows_that_hold_all_its_words_under_their_headings() -> None:
    rows_given = [
        TextRow("h1", 1, False, (("ONE", ""),)), Word("a", 1, True, "red apple"), Word("b", 1, True, "green apple"),
        TextRow("h2", 1, False, (("TWO", ""),)), Word("c", 1, True, "green pear"),
        TextRow("h3", 1, False, (("THREE", ""),)), Word("d", 1, True, "blue plum"),
    ]  # fmt: skip
    async with bench(rows_given) as (rows, _, _app):
        rows.select("b")
        rows.set_filter("GREEN")
        assert [row.id for row in rows.rows] == ["h1", "b", "h2", "c"]
        assert rows.selected == "b"
        rows.set_filter("green pear")
        assert rows.selected == "c"
        rows.set_filter("nothing")
        assert "no row holds nothing" in seen(rows)[0]
        rows.set_filter("")
        assert rows.selected == "a"
        assert len(rows.rows) == 7


async def test_the_mouse_selects_opens_and_scrolls() -> None:
    async with bench(many(50)) as (rows, pilot, app):
        await pilot.click(RowList, offset=(5, 4))
        assert rows.selected == "row-3"
        await pilot.double_click(RowList, offset=(5, 5))
        assert [target.id for target in app.opened] == ["row-4"]
        await pilot._post_mouse_events([MouseScrollDown], RowList, (5, 5), button=0)
        assert rows.top == 3
        assert rows.selected == "row-4"


async def test_the_selected_row_says_more_where_there_is_room() -> None:
    async with bench(words("a", "b")) as (rows, pilot, _):
        assert seen(rows)[-1] == "more of a"
        await pilot.press("j")
        assert seen(rows)[-1] == "more of b"
        rows.set_rows(many(20))
        assert "more of" not in "".join(seen(rows))


async def test_the_edge_shows_which_part_is_seen() -> None:
    async with bench(many(40)) as (rows, pilot, _):
        edge = ["".join(text for text, _ in line)[-1] for line, _ in rows._painted[1:-1]]
        assert edge[0] == "┃"
        assert edge[-1] == "│"
        await pilot.press("G")
        edge = ["".join(text for text, _ in line)[-1] for line, _ in rows._painted[1:-1]]
        assert edge[-1] == "┃"
