"""Who is paged: people, turns, calendars, overrides, fallbacks; as the config says and at the instant of the step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vauntico_tui.actions.channels.make import make_channels, make_client
from vauntico_tui.actions.channels.unusable import Unusable
from vauntico_tui.actions.keeper.paging import Paging, paging_of
from vauntico_tui.config.load import parse_config
from vauntico_tui.config.model import Config
from vauntico_tui.escalation.oncall import Shift
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.plan.bundled import bundled_plan

AT = datetime(2027, 1, 15, 8, tzinfo=UTC)  # a Friday

TEAM = """
[channels.team]
kind = "slack"
url_env = "TEAM_URL"
[channels.post]
kind = "email"
host = "127.0.0.1"
sender = "w@example.com"
[[people]]
id = "ann"
name = "Ann"
contacts = ["lead developer", "Executives"]
channels = ["team"]
[[people]]
id = "bob"
channels = ["post"]
email = "bob@example.com"
github = "Bob-H"
[[people]]
id = "eve"
channels = ["team"]
[[rotations]]
id = "devops"
contacts = ["DevOps"]
people = ["bob", "eve"]
first_day = 2027-01-11
[oncall]
fallback = "ann"
executives = "Executives"
"""


def config(more: str = "", team: str = TEAM) -> Config:
    return parse_config(team + more).value


def names(step: object) -> list[str]:
    return [person.id for person in step.people]  # type: ignore[attr-defined]


def test_each_step_is_whoever_has_it_when_it_would_be_paged() -> None:
    policy = paging_of(config(), bundled_plan())(AT)
    first = policy.level(1)
    assert first is not None
    assert [(step.contact, names(step)) for step in first.steps] == [
        ("Lead Developer", ["ann"]),
        ("DevOps", ["bob"]),
        ("ann", ["ann"]),
    ]
    assert policy.executives is not None
    assert names(policy.executives) == ["ann"]
    turn = datetime(2027, 1, 18, 9, tzinfo=UTC)
    late = paging_of(config(), bundled_plan())(turn - timedelta(minutes=10)).level(1)
    assert late is not None
    assert [names(step) for step in late.steps] == [["ann"], ["eve"], ["ann"]]


def test_before_the_first_turn_the_fallback_is_paged_and_says_so() -> None:
    paging = paging_of(config(), bundled_plan())
    step = paging.who("DevOps", datetime(2026, 12, 1, tzinfo=UTC))
    assert names(step) == ["ann"]
    assert step.note == "nobody is on call for DevOps; ann is paged instead"
    (gap,) = paging.gaps(datetime(2027, 1, 10, tzinfo=UTC), datetime(2027, 1, 20, tzinfo=UTC))
    assert (gap.contact, gap.end) == ("DevOps", datetime(2027, 1, 11, 9, tzinfo=UTC))


def test_overrides_go_before_the_calendar_and_that_before_turns() -> None:
    shifts = [Shift("eve", AT - timedelta(hours=1), AT + timedelta(hours=3), "calendar")]
    more = '[[overrides]]\nperson = "ann"\nstart = 2027-01-15T10:00:00Z\nend = 2027-01-15T11:30:00Z\n'
    made = parse_config(
        TEAM.replace('executives = "Executives"', 'calendar = "x.ics"\ncalendar_contacts = ["DevOps"]') + more
    ).value
    paging = Paging(made, bundled_plan(), lambda: shifts)
    on = [names(paging.who("DevOps", AT + timedelta(hours=hours))) for hours in (-2, 0, 2, 3)]
    assert on == [["bob"], ["eve"], ["ann"], ["ann"]]
    assert names(paging.who("DevOps", AT + timedelta(hours=4))) == ["bob"]


def test_assigned_developers_are_those_of_the_issue() -> None:
    row = EscalationRow("issue:1", "#1", "t", 3, "triggered", AT, AT, (), assignees=("bob-h", "stranger"))
    paging = paging_of(config("[mirror]\ngithub = true\n"), bundled_plan())
    level = paging(AT, row).level(3)
    assert level is not None
    assert names(level.steps[0]) == ["bob"]
    assert paging(AT, row).mirrors
    assert paging(AT, EscalationRow("alert:1", "A", "t", 3, "triggered", AT, AT, ())).mirrors == ()


def test_rules_of_a_level_win_over_the_plans() -> None:
    rules = (
        '[escalation]\nremind_after = "2 h"\n'
        '[[escalation.levels]]\nlevel = 3\nacknowledge_within = "30 min"\nrounds = 1'
        '\ndays = ["Mon"]\nopens = "09:00"\ncloses = "17:00"\ntime_zone = "Africa/Lagos"\n'
    )
    policy = paging_of(config(rules), bundled_plan())(AT)
    third, first = policy.level(3), policy.level(1)
    assert third is not None
    assert first is not None
    assert (third.acknowledge_within, third.rounds) == (timedelta(minutes=30), 1)
    assert third.hours is not None
    assert third.hours.next_open(AT) == datetime(2027, 1, 18, 8, tzinfo=UTC)
    assert (first.remind_after, first.hours) == (timedelta(hours=2), None)


def test_whom_no_page_reaches_is_told() -> None:
    said = paging_of(parse_config('[[people]]\nid = "ann"\ncontacts = ["DevOps"]\n').value, bundled_plan()).unreached(
        AT
    )
    assert any(line.startswith("no page reaches Lead Developer") for line in said)
    assert "ann has no channel in [[people]]" in said


async def test_a_missing_secret_makes_a_channel_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEAM_URL", raising=False)
    async with make_client() as client:
        channel = make_channels(config(), client)["team"]
    assert isinstance(channel, Unusable)
    assert channel.why == "[channels.team]: TEAM_URL is not set; set it, then send it again"


async def test_what_is_no_url_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM_URL", "s3cret-token")
    async with make_client() as client:
        channel = make_channels(config(), client)["team"]
    assert isinstance(channel, Unusable)
    assert "s3cret" not in channel.why
