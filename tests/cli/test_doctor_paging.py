"""doctor on the journal's place and on pages: what it says of each, and that it changes nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from vauntico_tui.cli.checkup_paging import journal_findings, paging_findings
from vauntico_tui.cli.finding import Finding
from vauntico_tui.config.load import parse_config
from vauntico_tui.config.model import Config
from vauntico_tui.journal.open import open_journal
from vauntico_tui.plan.bundled import bundled_plan

CONTACTS = sorted({contact for level in bundled_plan().levels for contact in level.contacts})


def journal(folder: Path, text: str = "") -> Finding:
    (found,) = journal_findings(parse_config(text).value, folder)
    return found


def pages(text: str) -> list[Finding]:
    return list(paging_findings(parse_config(text).value, bundled_plan()))


def test_a_journal_that_is_not_begun_is_well_and_is_not_made(tmp_path: Path) -> None:
    found = journal(tmp_path)
    assert found.state == "ok"
    assert str(tmp_path) in found.message
    assert not list(tmp_path.iterdir())


def test_a_journal_that_can_be_read_is_well(tmp_path: Path) -> None:
    open_journal(None, console="a", state_dir=tmp_path).close()
    assert journal(tmp_path) == Finding("journal", "ok", str(tmp_path / "journal.sqlite"))


def test_an_older_one_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    open_journal(None, console="a", state_dir=tmp_path).close()
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    assert (journal(tmp_path).state, journal(tmp_path).next_step) == (
        "warn", "the next start brings it to this one's, after a backup",
    )  # fmt: skip


def test_a_newer_one_a_stranger_and_a_server_that_is_away_fail(tmp_path: Path) -> None:
    open_journal(None, console="a", state_dir=tmp_path).close()
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert journal(tmp_path).state == "fail"
    (tmp_path / "text").write_text("no journal " * 100)
    for url in (str(tmp_path / "text"), "mysql://host/x", "postgresql://u@127.0.0.1:1/db"):
        found = journal(tmp_path, f'[journal]\nurl = "{url}"\n')
        assert found.state == "fail"
        assert found.next_step


def test_a_clock_that_was_set_back_is_told(tmp_path: Path) -> None:
    ahead = open_journal(None, console="a", state_dir=tmp_path, clock=lambda: 4_102_444_800_000_000)
    ahead.records.note("test", "x", "me", "written in 2100", {}, login="me")
    ahead.close()
    found = journal(tmp_path)
    assert found.state == "warn"
    assert "behind its last event" in found.message


def test_nobody_to_page_is_said() -> None:
    (found,) = paging_findings(Config(), bundled_plan())
    assert found.state == "warn"
    assert "[[people]]" in found.next_step


def test_a_team_that_every_page_reaches_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM_URL", "http://127.0.0.1:1/hook")
    (found,) = pages(TEAM)
    assert (found.id, found.state) == ("pages", "ok")


def test_a_missing_secret_fails_without_a_page_being_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEAM_URL", raising=False)
    assert [one.state for one in pages(TEAM)] == ["fail"]
    assert "TEAM_URL is not set" in pages(TEAM)[0].message


def test_contacts_without_anybody_and_gaps_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM_URL", "http://127.0.0.1:1/hook")
    said = [one.message for one in pages(TEAM.replace(f"contacts = {CONTACTS}", f"contacts = {CONTACTS[:1]}"))]
    assert len(said) == len(CONTACTS) - 1
    assert all(one.startswith("no page reaches ") for one in said)
    gone = '[[rotations]]\nid = "r"\ncontacts = ["DevOps"]\npeople = ["ann"]\nfirst_day = 2999-01-01\n'
    assert any("nobody is DevOps from" in one.message for one in pages(TEAM + gone))


def test_a_calendar_that_cannot_be_read_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEAM_URL", "http://127.0.0.1:1/hook")
    found = pages(f'{TEAM}[oncall]\ncalendar = "{tmp_path / "none.ics"}"\ncalendar_contacts = ["DevOps"]\n')
    assert any(one.state == "fail" and "calendar" in one.message for one in found)


TEAM = f"""
[channels.team]
kind = "slack"
url_env = "TEAM_URL"

[[people]]
id = "ann"
contacts = {CONTACTS}
channels = ["team"]

"""
