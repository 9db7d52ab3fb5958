"""The journal behind the door: what evidence opens, what hands do to it, and what two consoles see of each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journal.conftest import FilePlace, ServerPlace
from tests.warroom.test_warroom import ScriptedHub
from vauntico_tui import warroom
from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.keeper.paging import paging_of
from vauntico_tui.actions.registry import BY_ID, Target
from vauntico_tui.base.clock import Clock, SystemClock
from vauntico_tui.config.model import Config
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.evidence.facts import Issue, IssueSet
from vauntico_tui.evidence.reading import State, fresh
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.plan.model import Approval, Level, Plan
from vauntico_tui.view.model import View
from vauntico_tui.warroom import WarRoom

PLAN = Plan.model_validate({
    "title": "Ours",
    "levels": [
        {"level": 1, "window": "24 h", "issue_class": "critical", "contacts": ["DevOps"], "severity": "critical"},
        {"level": 2, "window": "48 h", "issue_class": "high", "contacts": ["Everybody"], "severity": "high"},
    ],
    "approvals": [{"id": "hotfix", "title": "Hotfix", "check": {"check": "signed_by", "role": "executive"}}],
})  # fmt: skip
assert isinstance(PLAN.levels[0], Level)
assert isinstance(PLAN.approvals[0], Approval)


def issue(number: int, label: str = "critical", state: str = "open") -> Issue:
    at = datetime.now(UTC) - timedelta(hours=1)
    return Issue(
        number, f"Problem {number}", state, (label,), (), at, at, f"https://example.org/{number}",
        at if state == "closed" else None, "ben", None,
    )  # fmt: skip


class IssueHub(ScriptedHub):
    """Says which issues there are."""

    def say(self, *issues: Issue) -> None:
        now = datetime.now(UTC)
        known = IssueSet({one.number: one for one in issues}, True)
        self.readings = replace(self.readings, issues=fresh(known, now), alerts=fresh((), now))
        self.state, self.as_of = State.FRESH, now
        self.changed()


@asynccontextmanager
async def console(
    url: str, folder: Path, *, config: Config | None = None, name: str = "ben", clock: Clock | None = None
) -> AsyncIterator[tuple[WarRoom, IssueHub]]:
    """A war room that runs on a journal, with the issues 1 and 2."""
    hub = IssueHub()
    hub.say(issue(1), issue(2, "high"))
    given = config or Config.model_validate({"escalation": {"me": name}, "people": [{"id": name}]})
    room = WarRoom(
        given, PLAN, plan_file="bundled", started_at=None, clock=clock or SystemClock(), hub=hub, state_dir=folder,  # type: ignore[arg-type]
        desk=Desk(url, state_dir=folder, console=name), paging=paging_of(given, PLAN),
    )  # fmt: skip
    running = asyncio.create_task(room.run())
    await hub.running.wait()
    try:
        yield room, hub
    finally:
        room.close()
        await running


async def until(room: WarRoom, so: Callable[[View], bool]) -> View:
    """The first picture of which something is so."""
    async with asyncio.timeout(20):
        while not so(room.view):
            heard = asyncio.Event()
            leave = room.subscribe(lambda _view, heard=heard: heard.set())  # type: ignore[misc]
            if not so(room.view):
                await heard.wait()
            leave()
    return room.view


def row_of(view: View, subject: str) -> EscalationRow | None:
    rows = [row for level in view.escalations.levels for row in level.rows if row.id == subject]
    return rows[0] if rows else None


def is_state(subject: str, state: str) -> Callable[[View], bool]:
    def so(view: View) -> bool:
        row = row_of(view, subject)
        return row is not None and row.number is not None and row.state == state

    return so


def seen(view: View, subject: str) -> Target:
    row = row_of(view, subject)
    assert row is not None
    return Target("escalation", row.id, row.title, row.link, row.version)


@pytest.fixture(autouse=True)
def _no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warroom, "GAP", 0)


@pytest.fixture
def url(place: FilePlace | ServerPlace) -> str:
    place.set(None)
    return place.url


async def test_evidence_opens_and_ends_escalations(url: str, tmp_path: Path) -> None:
    async with console(url, tmp_path) as (room, hub):
        view = await until(room, is_state("issue:1", "triggered"))
        row = row_of(view, "issue:1")
        assert row is not None
        assert row.breaches_at - row.triggered_at == timedelta(hours=24)
        assert row.next_step
        hub.say(issue(1, state="closed"), issue(2, "high"))
        await until(room, lambda view: row_of(view, "issue:1") is None)
        assert row_of(room.view, "issue:2") is not None


async def test_acknowledged_once_and_the_second_is_told_who_was_first(url: str, tmp_path: Path) -> None:
    async with console(url, tmp_path) as (room, _):
        target = seen(await until(room, is_state("issue:1", "triggered")), "issue:1")
        done = await room.perform("escalation.acknowledge", target, note="on it")
        assert done.ok
        view = await until(room, is_state("issue:1", "acknowledged"))
        row = row_of(view, "issue:1")
        assert row is not None
        assert row.acknowledged_by == "ben"
        late = await room.perform("escalation.acknowledge", target, **{"as": "ann"})
        assert (late.ok, late.code) == (False, "lost")
        assert "ben was first" in late.message
        assert "ago" in late.message
        assert "already acknowledged by ben" in (room.disabled(BY_ID["escalation.acknowledge"], target) or "")
        assert (await room.perform("undo")).ok
        await until(room, is_state("issue:1", "triggered"))
        assert "nothing to take back" in (await room.perform("undo")).message


class SlowClock:
    """A machine's that is two hours behind."""

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(hours=2)


async def test_a_console_whose_clock_is_off_counts_by_the_journals(url: str, tmp_path: Path) -> None:
    async with console(url, tmp_path / "1") as (ben, _), console(url, tmp_path / "2", clock=SlowClock()) as (ann, _):
        view = await until(ann, is_state("issue:1", "triggered"))
        assert view.ahead == timedelta(hours=2)
        right = await until(ben, is_state("issue:1", "triggered"))
        assert right.ahead == timedelta(0)
        row = row_of(view, "issue:1")
        assert row is not None
        assert abs(view.as_of + view.ahead - right.as_of) < timedelta(seconds=30)
        assert row == row_of(right, "issue:1")


async def test_what_one_console_does_the_other_shows(url: str, tmp_path: Path) -> None:
    async with console(url, tmp_path / "1") as (ben, _), console(url, tmp_path / "2", name="ann") as (ann, _):
        target = seen(await until(ann, is_state("issue:1", "triggered")), "issue:1")
        await until(ben, is_state("issue:1", "triggered"))
        assert (await ben.perform("escalation.acknowledge", target)).ok
        view = await until(ann, is_state("issue:1", "acknowledged"))
        row = row_of(view, "issue:1")
        assert row is not None
        assert row.acknowledged_by == "ben"
        lost = await ann.perform("escalation.acknowledge", target)
        assert lost.code == "lost"
        assert lost.message.startswith("ben was first, ")


async def test_what_stands_is_resolved_only_expressly_and_stays_in_sight(url: str, tmp_path: Path) -> None:
    async with console(url, tmp_path) as (room, _):
        target = seen(await until(room, is_state("issue:1", "triggered")), "issue:1")
        silent = await room.perform("escalation.resolve", target, reason="fixed")
        assert silent.code == "refused"
        assert "still stands" in silent.message
        assert (await room.perform("escalation.resolve", target, reason="known", until="2 h")).ok
        view = await until(room, is_state("issue:1", "resolved"))
        row = row_of(view, "issue:1")
        assert row is not None
        assert (row.resolved_by, row.resolution) == ("ben", "known")
        assert view.escalations.levels[0].open == 0
        assert "a resolution stays" in (await room.perform("undo")).message


async def test_snoozed_reassigned_noted_merged_handed_over(url: str, tmp_path: Path) -> None:
    async with console(url, tmp_path) as (room, _):
        view = await until(room, lambda view: all(is_state(s, "triggered")(view) for s in ("issue:1", "issue:2")))
        one, two = seen(view, "issue:1"), seen(view, "issue:2")
        assert (await room.perform("escalation.snooze", one, until="1 h")).ok
        await until(room, is_state("issue:1", "snoozed"))
        wrong = await room.perform("escalation.snooze", two, until="soon")
        assert not wrong.ok
        assert "is no time" in wrong.message
        fresh_one = seen(room.view, "issue:1")
        assert (await room.perform("escalation.reassign", fresh_one, to="ann")).ok
        assert (await room.perform("escalation.note", fresh_one, text="turned it off and on")).ok
        assert (await room.perform("escalation.merge", two, into="#1")).ok
        view = await until(room, lambda view: row_of(view, "issue:2") is None)
        row = row_of(view, "issue:1")
        assert row is not None
        assert row.members == ("issue:2",)
        assert row.assignee == "ann"
        text = await room.summary()
        assert "turned it off and on" in text
        assert "ann has it" in text
        assert (await room.perform("handover", None, to="ann")).ok
        assert row.number is not None
        found = await room.escalation_detail(row.number)
        assert found is not None
        assert found.events[0].kind == "triggered"
        assert found.coming


async def test_signatures_and_overrides_count(url: str, tmp_path: Path) -> None:
    async with console(url, tmp_path) as (room, _):
        await until(room, lambda view: view.approvals[0].verdict.mark is Mark.UNMET)
        approval = Target("approval", "hotfix", "Hotfix")
        assert not (await room.perform("verdict.override", approval, until="1 h")).ok
        assert (await room.perform("verdict.override", approval, until="1 h", reason="agreed by phone")).ok
        view = await until(room, lambda view: view.approvals[0].verdict.mark is Mark.OVERRIDDEN)
        assert "agreed by phone" in view.approvals[0].verdict.reason
        assert (await room.perform("approval.sign", approval, role="executive")).ok
        await until(room, lambda view: view.approvals[0].verdict.mark is Mark.MET)
        assert (await room.perform("approval.sign", Target("blocker", "x", "X"))).code == "refused"


async def test_a_read_only_war_room_writes_nothing(url: str, tmp_path: Path) -> None:
    async with console(url, tmp_path, config=Config(read_only=True)) as (room, _):
        await until(room, lambda view: view.journal is not None and view.journal.state is State.FRESH)
        done = await room.perform("escalation.acknowledge", Target("escalation", "issue:1", "Problem 1"))
        assert done.code == "not_allowed"
        assert row_of(room.view, "issue:1") is not None
        assert room.office is not None
        assert room.office.known.seq == 0


async def test_a_journal_that_is_not_there_is_said_and_nothing_pretends(tmp_path: Path) -> None:
    file = tmp_path / "no journal"
    file.write_text("this is no database, and long enough not to be taken for an empty one" * 20)
    async with console(str(file), tmp_path) as (room, _):
        view = await until(room, lambda view: view.journal is not None and view.journal.state is State.FAILED)
        assert view.journal is not None
        assert view.journal.trouble is not None
        row = row_of(view, "issue:1")
        assert row is not None
        assert row.number is None
        target = Target("escalation", "issue:1", "Problem 1")
        assert "nothing can be written" in (room.disabled(BY_ID["escalation.acknowledge"], target) or "")
        done = await room.perform("escalation.acknowledge", target)
        assert (done.ok, done.code) == (False, "unreachable")
        assert (await room.perform("approval.sign", Target("approval", "hotfix", "Hotfix"))).code == "unreachable"
        assert "can't be read" in await room.summary()
