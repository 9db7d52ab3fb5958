"""A subject in full: what it says, that it follows the picture, and that it opens nothing by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tui.sample_view import NOW, REPO, empty_view, failed_view, hostile_view, loading_view, sample_view
from tests.tui.screens.stage import BODY, FakeRoom, Stage, settle, staged
from vauntico_tui.evidence.facts import Comment, IssueDetail
from vauntico_tui.evidence.reading import Reading, State, Trouble, fresh
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.tui.screens.blocks import lay
from vauntico_tui.tui.screens.detail import DetailScreen, page_of
from vauntico_tui.tui.screens.kpi import KpiScreen
from vauntico_tui.tui.screens.look import Look
from vauntico_tui.tui.screens.sheet import Sheet
from vauntico_tui.view.model import Change, View


def text(app: Stage) -> str:
    return app.screen.query_one(Sheet).text


def subjects(view: View) -> list[tuple[str, str]]:
    """Every subject of a View that has a detail."""
    promises = (view.blockers, view.targets, view.deliverables, view.outcomes, view.approvals)
    return [
        *((one.kind, one.id) for group in promises for one in group[:3]),
        *(("workflow", flow.path) for flow in view.ci.workflows[:2]),
        *(("run", str(run.id)) for flow in view.ci.workflows[:1] for run in flow.runs[:2]),
        *(("deployment", str(one.id)) for one in view.ci.deployments[:2]),
        *(("pull", str(one.number)) for one in view.ci.pulls[:2]),
        *(("escalation", row.id) for level in view.escalations.levels for row in level.rows[:3]),
        *(("issue", str(one.number)) for one in view.all_issues[:2]),
    ]


async def test_a_blocker_says_all_that_is_known() -> None:
    view = sample_view()
    one = view.blockers[0]
    deep = Verdict(Mark.UNKNOWN, "never scraped", "0", "1", f"{REPO}/deep", NOW, True, title="deepest part")
    parts = (*one.verdict.parts, Verdict(Mark.UNMET, "as its parts say", title="both of", parts=(deep,)))
    view = replace(
        view,
        blockers=(replace(one, verdict=replace(one.verdict, parts=parts)), *view.blockers[1:]),
        changes=(Change(f"blocker:{one.id}", NOW - timedelta(hours=2), Mark.MET, Mark.UNMET, "run 8811 failed"),),
    )
    async with staged(lambda: DetailScreen("blocker", one.id), (100, 60), view) as (app, _):
        said = text(app)
    for words in (
        "✗ UNMET  1 of 5 [1]", "integration: 4 of last 5 red", "read 14:47", "Backend Dev", "in 09:12",
        "2 h", "hotfix/critical-deployment-blockers", "✗ integration job passes", "no service postgres",
        "? deepest part", "0 against 1", "never scraped", "stale", "for .github/workflows/build-verification.yml",
        "docker run -d postgres:15-alpine", 'check = "workflow_latest"', "12:48", "✓ met → ✗ unmet", "run 8811 failed",
        f"{REPO}/actions/runs/8812",
    ):  # fmt: skip
        assert words in said, words


async def test_a_workflow_lists_all_runs_and_opens_one() -> None:
    view = sample_view()
    flow = view.ci.workflows[0]
    async with staged(lambda: DetailScreen("workflow", flow.path), (120, 60), view) as (app, pilot):
        said = text(app)
        for run in flow.runs:
            assert f"#{run.number}" in said
        assert "integration › Run integration tests  ECONNREFUSED 127.0.0.1:5432" in said
        await pilot.press("n", "n", "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, DetailScreen)
        assert (app.screen.kind, app.screen.ident) == ("run", str(flow.runs[1].id))
        assert "Failed jobs" in text(app)
        await pilot.press("escape")
        assert (app.screen.kind, app.screen.ident) == ("workflow", flow.path)
        assert app.screen.query_one(Sheet).pick == f"run:{flow.runs[1].id}"


async def test_an_alert_shows_its_labels_annotations_and_resolution() -> None:
    view = sample_view()
    level = view.escalations.levels[0]
    row = replace(
        next(row for row in level.rows if row.id.startswith("alert:")),
        labels=(("instance", "api:3000"),),
        annotations=(("runbook", "https://x.example/r"),),
    )
    levels = (replace(level, rows=(row,)), *view.escalations.levels[1:])
    view = replace(view, escalations=replace(view.escalations, levels=levels))
    async with staged(lambda: DetailScreen("escalation", row.id), (100, 50), view) as (app, _):
        said = text(app)
    for words in ("level 1 critical · 24 h", "in 05:10", "Hotfix deployment", "Lead Developer, DevOps",
                  "instance  api:3000", "runbook  https://x.example/r [2]"):  # fmt: skip
        assert words in said, words


async def test_an_issues_text_and_comments_come_when_it_is_opened() -> None:
    gate = asyncio.Event()

    def closed(room: FakeRoom) -> None:
        room.gate = gate

    async with staged(lambda: DetailScreen("issue", "14"), (100, 50), room=closed) as (app, pilot):
        assert app.fake.asked == [14]
        assert "reading text and comments" in text(app)
        gate.set()
        await settle(app, pilot)
        said = text(app)
        assert "reading text" not in said
        for words in ("DATABASE_URL from a hard-coded string, see the job [2]", "image: postgres:15-alpine", "devops",
                      "Will fix in hotfix."):  # fmt: skip
            assert words in said, words


async def test_a_failure_keeps_the_text_and_says_why_and_what_next() -> None:
    async with staged(lambda: DetailScreen("issue", "14"), (100, 50)) as (app, pilot):
        app.fake.detail = Reading().failed(Trouble("refused", "GitHub refuses", "check the network"))
        await pilot.press("r")
        await settle(app, pilot)
        said = text(app)
        assert "text not read: GitHub refuses; check the network" in said
        assert "r tries again" in " ".join(said.split())
        assert "image: postgres:15-alpine" in said


async def test_an_exception_of_the_source_does_not_end_the_app() -> None:
    def broken(room: FakeRoom) -> None:
        room.error = RuntimeError("[/boom]")

    async with staged(lambda: DetailScreen("issue", "14"), (100, 50), room=broken) as (app, pilot):
        assert "the issue could not be read (RuntimeError)" in text(app)
        app.fake.error, app.fake.detail = None, fresh(IssueDetail(14, "", ()), NOW)
        await pilot.press("r")
        await settle(app, pilot)
        assert "no text" in text(app)


async def test_a_new_picture_changes_the_words_and_keeps_scroll_and_pick() -> None:
    view = sample_view()
    flow = view.ci.workflows[0]
    async with staged(lambda: DetailScreen("workflow", flow.path), (80, 24), view) as (app, pilot):
        sheet = app.screen.query_one(Sheet)
        await pilot.press(*"jjjjjj", "n", "n")
        await pilot.pause()
        before = (sheet.scroll_y, sheet.pick)
        assert before[0] == 6
        assert before[1] is not None
        changed = replace(flow, runs=(replace(flow.runs[0], title="now another title"), *flow.runs[1:]))
        app.show(replace(view, ci=replace(view.ci, workflows=(changed, *view.ci.workflows[1:]))))
        await settle(app, pilot)
        assert (sheet.scroll_y, sheet.pick) == before
        assert "now another title" in sheet.text


async def test_a_subject_that_goes_away_is_said_to_be_gone() -> None:
    view = sample_view()
    async with staged(lambda: DetailScreen("blocker", view.blockers[0].id), (80, 24), view) as (app, pilot):
        app.show(replace(view, blockers=view.blockers[1:]))
        await settle(app, pilot)
        assert "NOT THERE" in text(app)
        assert "Database test infrastructure" in str(app.screen.query_one(".behind--title").render())  # type: ignore[attr-defined]


async def test_links_are_picked_copied_and_never_opened_by_themselves() -> None:
    view = sample_view()
    async with staged(lambda: DetailScreen("blocker", view.blockers[0].id), (100, 40), view) as (app, pilot):
        await pilot.press("y")
        assert app.copied == [f"{REPO}/actions/runs/8812"]
        await pilot.press("2", "y")
        assert app.copied[-1] == f"{REPO}/blob/main/.github/workflows/build-verification.yml"
        await pilot.press("o")  # over SSH nothing opens here: it is copied
        assert app.copied[-1] == f"{REPO}/blob/main/.github/workflows/build-verification.yml"


async def test_esc_goes_back_to_where_the_dashboard_was() -> None:
    async with staged(None, (120, 40)) as (app, pilot):
        await pilot.press("3", "j", "j")
        await pilot.pause()
        before = app.captured()
        app.open_target(before) if before else pytest.fail("nothing selected")
        await settle(app, pilot)
        assert isinstance(app.screen, DetailScreen)
        await pilot.press("escape")
        await settle(app, pilot)
        assert app.screen is app.screen_stack[0]
        assert app.captured() == before


@pytest.mark.parametrize(("width", "beside"), [(80, False), (120, False), (200, True)])
async def test_beside_the_dashboard_where_there_is_room(width: int, beside: bool) -> None:
    async with staged(lambda: DetailScreen("blocker", "production-secrets"), (width, 40)) as (app, pilot):
        frame = app.screen.query_one(".behind--frame")
        assert frame.region.right == width
        assert (frame.region.x > 0) is beside
        await pilot.resize_terminal(80, 24)
        await settle(app, pilot)
        assert frame.region.x == 0


def one_of_each(view: View) -> list[tuple[str, str]]:
    """The first subject of each kind."""
    return list({kind: (kind, ident) for kind, ident in reversed(subjects(view))}.values())


@pytest.mark.parametrize("make", [sample_view, hostile_view, loading_view, failed_view, empty_view])
@pytest.mark.parametrize("width", [20, 78, 116])
def test_every_subject_has_a_page_that_fits(make: Callable[[], View], width: int) -> None:
    view = make()
    for kind, ident in [*subjects(view), ("issue", "987")]:
        page = page_of(view, kind, ident, Look(NOW))
        assert page is not None, (kind, ident)
        lines = [line for block in page.finish() for line in lay(block, width)]
        assert lines
        assert all(line.content.cell_length <= width for line in lines)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_hostile_text_is_only_text_in_every_kind_of_detail(size: tuple[int, int]) -> None:
    view = hostile_view()
    found = one_of_each(view)
    assert len(found) == 11

    def room(fake: FakeRoom) -> None:
        body = "[@click=app.quit]x[/] [a](javascript:x)\n\n<b>\n\n" + BODY
        fake.detail = fresh(IssueDetail(1, body, (Comment("[red]me[/]", body, NOW),)), NOW)

    async with staged(None, size, view, room=room) as (app, pilot):
        for kind, ident in found:
            app.push_screen(DetailScreen(kind, ident))
            await settle(app, pilot)
            sheet = app.screen.query_one(Sheet)
            assert "NOT THERE" not in sheet.text, (kind, ident)
            assert "javascript" not in "".join(address for address, _ in app.screen._page.links)  # type: ignore[attr-defined]
            for y in range(sheet.size.height):
                strip = sheet.render_line(y)
                assert strip.cell_length <= size[0]
                assert not any("@click" in (segment.style.meta if segment.style else {}) for segment in strip)
            app.pop_screen()


@pytest.mark.parametrize("make", [loading_view, failed_view, empty_view], ids=["loading", "failed", "empty"])
async def test_each_state_has_words(make: Callable[[], View]) -> None:
    view = make()
    async with staged(None, (80, 24), view) as (app, pilot):
        known = view.targets[0].id if view.targets else "none"
        for kind, ident in [("target", known), ("blocker", "no-such"), ("issue", "9"), ("what", "ever")]:
            app.push_screen(DetailScreen(kind, ident))
            await settle(app, pilot)
            assert text(app).strip()
            app.pop_screen()


async def test_a_megabyte_of_text_is_cut_and_said() -> None:
    def room(fake: FakeRoom) -> None:
        fake.detail = fresh(IssueDetail(14, "many words " * 100_000, ()), NOW)

    async with staged(lambda: DetailScreen("issue", "14"), (80, 24), room=room) as (app, _):
        assert "Cut here: the text has 1,100,000 characters" in text(app)


async def test_an_issue_without_a_connected_repository_says_so() -> None:
    def room(fake: FakeRoom) -> None:
        fake.detail = Reading(state=State.OFF)

    async with staged(lambda: DetailScreen("issue", "14"), (80, 24), room=room) as (app, _):
        assert "no repository is connected" in text(app)


async def test_a_kpi_opens_as_a_chart() -> None:
    async with staged(lambda: DetailScreen("blocker", "production-secrets")) as (app, pilot):
        app.open_target(type(app.screen.target)("kpi", "mrr", "MRR"))  # type: ignore[attr-defined]
        await settle(app, pilot)
        assert isinstance(app.screen, KpiScreen)
