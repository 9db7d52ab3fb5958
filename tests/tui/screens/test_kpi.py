"""A KPI as a chart: its windows, its words, and what it does without data."""

from __future__ import annotations

import math
from typing import Any

import pytest
from textual.widgets import Static

from tests.tui.sample_view import NOW, failed_view, hostile_view, loading_view
from tests.tui.screens.stage import FakeRoom, Stage, settle, staged
from vauntico_tui.evidence.facts import Series
from vauntico_tui.evidence.reading import Reading, Trouble, fresh
from vauntico_tui.tui.screens.chart import Chart
from vauntico_tui.tui.screens.kpi import KpiScreen
from vauntico_tui.tui.screens.sheet import Sheet
from vauntico_tui.view.model import View

END = NOW.timestamp()


def words(app: Stage) -> str:
    screen = app.screen
    heads = [str(screen.query_one(name, Static).render()) for name in (".kpi--head", ".kpi--windows")]
    return "\n".join([*heads, drawn(app), screen.query_one(Sheet).text])


def drawn(app: Stage) -> str:
    return app.screen.query_one(Chart).render().plain


def week(room: FakeRoom) -> None:
    points = tuple((END - 3600 * hour, 50_000.0 + hour) for hour in range(168, 0, -1))
    room.range = fresh((Series({}, points),), NOW)


async def test_the_day_has_axes_target_deployments_and_figures() -> None:
    async with staged(lambda: KpiScreen("mrr"), (120, 40)) as (app, _):
        said = words(app)
        chart = drawn(app)
    for text in ("✗ UNMET  $61.2K, target at least $100K", "+2.1 % in 24 h", "Last", "least $30.6K", "most $61.2K",
                 "mean", "kept 0 % of 24 h", "3 in 24 h", "vauntico_mrr", "http://127.0.0.1:9090/graph"):  # fmt: skip
        assert text in said, text
    for text in ("$100K", "Mar 12", "18:00", "┤", "▲", "▼", "┬"):
        assert text in chart, text
    assert any(0x2800 < ord(char) <= 0x28FF for char in chart)
    assert app.fake.asked == []


async def test_windows_are_read_when_they_are_looked_at() -> None:
    async with staged(lambda: KpiScreen("mrr"), (120, 40), room=week) as (app, pilot):
        await pilot.press("right_square_bracket")
        await settle(app, pilot)
        assert app.fake.asked == [("mrr", 168)]
        assert "most $50.2K" in words(app)
        assert "Mar 8" in drawn(app)
        await pilot.press("right_square_bracket", "right_square_bracket")
        await settle(app, pilot)
        await pilot.press(*["left_square_bracket"] * 5)
        await settle(app, pilot)
        assert app.fake.asked == [("mrr", 168), ("mrr", 720), ("mrr", 1)]


async def test_a_failure_keeps_the_last_good_line_and_says_why() -> None:
    async with staged(lambda: KpiScreen("mrr"), (120, 40), room=week) as (app, pilot):
        await pilot.press("right_square_bracket")
        await settle(app, pilot)
        app.fake.range = Reading().failed(Trouble("refused", "Prometheus refuses", "start it"))
        await pilot.press("r")
        await settle(app, pilot)
        assert "Prometheus refuses; start it" in words(app)
        assert "most $50.2K" in words(app)


async def test_an_exception_of_the_source_does_not_end_the_app() -> None:
    def room(fake: FakeRoom) -> None:
        fake.error = RuntimeError("[/boom]")

    async with staged(lambda: KpiScreen("mrr"), (120, 40), room=room) as (app, pilot):
        await pilot.press("left_square_bracket")
        await settle(app, pilot)
        assert "the range could not be read (RuntimeError)" in words(app)
        app.fake.error = None
        week(app.fake)
        await pilot.press("r")
        await settle(app, pilot)
        assert "Last" in words(app)


async def test_a_failure_without_any_value_is_said_where_the_line_would_be() -> None:
    def room(fake: FakeRoom) -> None:
        fake.range = Reading().failed(Trouble("timeout", "no answer in 3 s", "look at Prometheus"))

    async with staged(lambda: KpiScreen("mrr"), (120, 40), room=room) as (app, pilot):
        await pilot.press("left_square_bracket")
        await settle(app, pilot)
        assert "nothing was read yet: no answer in 3 s; look at Prometheus" in drawn(app)


@pytest.mark.parametrize(
    "points",
    [(), ((END, 5.0),), ((END - 60, math.nan), (END, math.inf)), ((END - 60, 1e300), (END, -1e300)),
     ((END - 60, 7.0), (END, 7.0)), ((END - 60, 0.0), (END, 0.0)), ((END - 60, 1e-9), (END, 2e-9)),
     ((END - 60, 1e15), (END, 1e15 + 1))],
    ids=["none", "one", "nan", "huge", "flat", "nothing", "tiny", "near"],
)  # fmt: skip
@pytest.mark.parametrize("size", [(80, 24), (40, 12), (200, 60)])
async def test_any_series_draws(points: tuple[tuple[float, float], ...], size: tuple[int, int]) -> None:
    def room(fake: FakeRoom) -> None:
        fake.range = fresh((Series({}, points),), NOW)

    async with staged(lambda: KpiScreen("trust-calculator"), size, room=room) as (app, pilot):
        await pilot.press("left_square_bracket")
        await settle(app, pilot)
        chart = app.screen.query_one(Chart)
        assert chart.render().plain.strip()
        assert all(line.cell_length <= size[0] for line in (chart.render_line(y) for y in range(chart.size.height)))


@pytest.mark.parametrize(
    ("make", "said"),
    [(loading_view, "reading 24 h from Prometheus"), (failed_view, "nothing was read yet")],
    ids=["loading", "failed"],
)
async def test_states(make: Any, said: str) -> None:
    view: View = make()
    async with staged(lambda: KpiScreen(view.kpis[0].id), (120, 40), view) as (app, _):
        assert said in words(app)


async def test_hostile_words() -> None:
    view = hostile_view()
    async with staged(lambda: KpiScreen(view.kpis[0].id), (80, 24), view) as (app, _):
        assert "[@click=app.quit]x[/]" in str(app.screen.query_one(".behind--title", Static).render())


async def test_a_kpi_that_is_no_more() -> None:
    async with staged(lambda: KpiScreen("gone"), (80, 24)) as (app, _):
        assert "NOT THERE" in app.screen.query_one(Sheet).text


async def test_copy_takes_the_query() -> None:
    async with staged(lambda: KpiScreen("mrr"), (80, 24)) as (app, pilot):
        await pilot.press("y")
        assert app.copied == ["vauntico_mrr"]
