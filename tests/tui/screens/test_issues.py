"""All issues: ten thousand of them, and nothing lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.widgets import Input, Static

from tests.tui.sample_view import NOW, big_view, empty_view, failed_view, hostile_view, loading_view, sample_view
from tests.tui.screens.stage import Stage, settle, staged
from vauntico_tui.evidence.reading import State, Trouble
from vauntico_tui.tui.screens.detail import DetailScreen
from vauntico_tui.tui.screens.issue_list import IssueList
from vauntico_tui.tui.screens.issues import IssuesScreen

BIG = big_view()


def says(app: Stage) -> str:
    return str(app.screen.query_one(".issues--says", Static).render())


def listed(app: Stage) -> IssueList:
    return app.screen.query_one(IssueList)


def numbers(app: Stage) -> list[int]:
    return [one.issue.number for one in listed(app).shown]


def line(app: Stage, y: int) -> str:
    return listed(app).render_line(y).text


async def test_ten_thousand_are_counted_and_only_those_in_sight_are_drawn() -> None:
    async with staged(IssuesScreen, (120, 40), BIG) as (app, pilot):
        issues = listed(app)
        assert len(issues.shown) == 10_000
        assert len(issues._strips) <= issues.size.height + 2
        await pilot.press("G")
        await settle(app, pilot)
        assert issues.selected == issues.shown[-1].issue.number
        assert issues.scroll_y == 10_000 - issues.size.height
        assert len(issues._strips) <= 2 * issues.size.height + 4


async def test_a_row_says_number_state_severity_title_labels_assignee_and_age() -> None:
    async with staged(IssuesScreen, (120, 40)) as (app, _):
        one = listed(app).shown[1].issue
        text = line(app, 1)
    for words in (f"#{one.number}", "○", "critical", one.title[:20], one.labels[1], one.assignees[0], "20 d"):
        assert words in text, words


async def test_the_filter_works_as_it_is_typed() -> None:
    async with staged(IssuesScreen, (120, 40), BIG) as (app, pilot):
        await pilot.press("slash", *"sev:high is:open jest")
        await settle(app, pilot)
        kept = listed(app).shown
        assert kept
        assert all("jest" in one.words and one.severity == "high" and one.issue.state == "open" for one in kept)
        assert f"{len(kept):,} of 10,000 hold" in says(app)
        await pilot.press("enter")
        assert app.focused is listed(app)
        await pilot.press("escape")
        await settle(app, pilot)
        assert len(listed(app).shown) == 10_000
        assert isinstance(app.screen, IssuesScreen)
        await pilot.press("escape")
        await settle(app, pilot)
        assert app.screen is app.screen_stack[0]


async def test_letters_belong_to_the_filter_while_it_is_typed() -> None:
    async with staged(IssuesScreen, (120, 40)) as (app, pilot):
        await pilot.press("slash", *"jqrsoyip")
        await settle(app, pilot)
        assert app.screen.query_one(Input).value == "jqrsoyip"
        assert app.is_running
        assert isinstance(app.screen, IssuesScreen)


async def test_the_selected_issue_survives_filter_sort_and_every_new_picture() -> None:
    view = sample_view()
    async with staged(IssuesScreen, (120, 24), view) as (app, pilot):
        await pilot.press(*"jjjjj")
        await settle(app, pilot)
        chosen = listed(app).selected
        assert chosen is not None
        await pilot.press("s")
        await settle(app, pilot)
        assert listed(app).selected == chosen
        await pilot.press("slash", "e")
        await settle(app, pilot)
        if chosen in numbers(app):
            assert listed(app).selected == chosen
        await pilot.press("escape")
        await settle(app, pilot)
        chosen = listed(app).selected
        y = numbers(app).index(chosen) - listed(app).scroll_y  # type: ignore[arg-type]
        fewer = tuple(one for one in view.all_issues if one.number == chosen or one.number % 3)
        app.show(replace(view, all_issues=fewer))
        await settle(app, pilot)
        assert listed(app).selected == chosen
        after = numbers(app).index(chosen) - listed(app).scroll_y  # type: ignore[arg-type]
        assert after == y or listed(app).scroll_y in {0, listed(app).max_scroll_y}


async def test_when_the_selected_issue_goes_the_one_in_its_place_is_selected() -> None:
    view = sample_view()
    async with staged(IssuesScreen, (120, 40), view) as (app, pilot):
        await pilot.press(*"jj")
        issues = listed(app)
        gone, heir = issues.selected, numbers(app)[3]
        app.show(replace(view, all_issues=tuple(one for one in view.all_issues if one.number != gone)))
        await settle(app, pilot)
        assert issues.selected == heir


async def test_marks_are_kept_and_copied() -> None:
    async with staged(IssuesScreen, (120, 40)) as (app, pilot):
        await pilot.press("space", "space", "s")
        await settle(app, pilot)
        assert "2 marked" in says(app)
        await pilot.press("y")
        assert len(app.copied[0].splitlines()) == 2
        assert all("/issues/" in url for url in app.copied[0].splitlines())


async def test_sorting_goes_through_the_columns() -> None:
    async with staged(IssuesScreen, (120, 40)) as (app, pilot):
        said = [says(app)]
        for _ in range(6):
            await pilot.press("s")
            await settle(app, pilot)
            said.append(says(app))
        assert ["severity" in said[0], "number" in said[1], "updated" in said[2], said[6] == said[0]] == [True] * 4
        await pilot.press("s")
        await settle(app, pilot)
        assert numbers(app) == sorted(numbers(app), reverse=True)


async def test_enter_opens_the_issue_and_back_returns_to_it() -> None:
    async with staged(IssuesScreen, (120, 40)) as (app, pilot):
        await pilot.press("j", "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, DetailScreen)
        number = app.screen.ident
        await pilot.press("escape")
        await settle(app, pilot)
        assert str(listed(app).selected) == number


async def test_a_click_selects_and_a_second_one_opens() -> None:
    async with staged(IssuesScreen, (120, 40)) as (app, pilot):
        third = numbers(app)[3]
        await pilot.click(IssueList, offset=(20, 3))
        await settle(app, pilot)
        assert listed(app).selected == third
        await pilot.click(IssueList, offset=(20, 3))
        await settle(app, pilot)
        assert isinstance(app.screen, DetailScreen)


async def test_a_partial_list_says_so() -> None:
    view = sample_view()
    partial = replace(view, issues=replace(view.issues, complete=False, total=10_000))
    async with staged(IssuesScreen, (120, 40), partial) as (app, pilot):
        assert f"{len(view.all_issues)} of 10,000 read so far" in says(app)
        app.show(replace(view, issues=replace(view.issues, complete=False, total=60)))
        await settle(app, pilot)
        assert "60 read so far" in says(app)


async def test_a_failed_source_says_its_next_step_and_its_age_first() -> None:
    view = sample_view()
    trouble = Trouble("server", "GitHub has trouble of its own (502): " + "x" * 60, "it is asked again")
    old = replace(view.issues, state=State.FAILED, trouble=trouble, as_of=NOW - timedelta(minutes=9))
    async with staged(IssuesScreen, (80, 24), replace(view, issues=old)) as (app, _):
        assert says(app).startswith("it is asked again · read 9 min ago · ")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (loading_view, "reading the issues"),
        (failed_view, "nothing was read"),
        (empty_view, "the repository has no issues"),
    ],
    ids=["loading", "failed", "empty"],
)
async def test_without_issues_it_says_why(make: Any, words: str) -> None:
    async with staged(IssuesScreen, (80, 24), make()) as (app, pilot):
        assert words in says(app)
        await pilot.press("j", "G", "enter", "space", "s", "o", "y")
        assert isinstance(app.screen, IssuesScreen)


async def test_ages_change_only_the_lines_whose_words_do() -> None:
    async with staged(IssuesScreen, (120, 40)) as (app, pilot):
        painted: list[int] = []
        issues = listed(app)
        issues.refresh_line = painted.append  # type: ignore[method-assign]
        app._clock.at = NOW + timedelta(minutes=5)  # type: ignore[attr-defined]
        app._tick()
        await settle(app, pilot)
        assert painted == []
        app._clock.at = NOW + timedelta(days=1)  # type: ignore[attr-defined]
        app._tick()
        await settle(app, pilot)
        assert painted


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_hostile_titles_stay_in_their_columns(size: tuple[int, int]) -> None:
    async with staged(IssuesScreen, size, hostile_view()) as (app, _):
        for y in range(listed(app).size.height):
            assert listed(app).render_line(y).cell_length <= size[0]
        assert "[/path]" in line(app, 0)
