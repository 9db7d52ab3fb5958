"""What a login may do, held by PostgreSQL itself: tried with real logins, through the program and past it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.journal.conftest import ServerPlace, server_place, sql
from tests.journal.postgres import Server
from tests.journal.samples import trigger
from vauntico_tui.escalation.commands import Acknowledge
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.answers import Done, JournalError, NotAllowed, NotAllowedError, UnreachableError
from vauntico_tui.journal.executions import Change, Hold
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.open import open_journal
from vauntico_tui.journal.roles import init_journal

pytestmark = pytest.mark.real_server

PASSWORD = "canary-7f3a-Pass"


class Team:
    """A journal with one login for each role."""

    def __init__(self, place: ServerPlace) -> None:
        self.place = place
        self.prefix = f"team_{secrets.token_hex(3)}"
        self.made = init_journal(place.url, backup_folder=place.folder, prefix=self.prefix)
        self.logins = []
        for role in ("viewer", "responder", "lead", "stranger"):
            login = f"{self.prefix}_{role}_login"
            within = f"IN ROLE {self.prefix}_{role}" if role != "stranger" else ""
            place.server.execute(f"CREATE ROLE {login} LOGIN PASSWORD '{PASSWORD}' {within}")
            self.logins.append(login)

    def login(self, role: str) -> str:
        return f"{self.prefix}_{role}_login"

    def open(self, role: str) -> Journal:
        url = self.place.server.tcp(self.place.name, self.login(role))
        return self.place.open(role, url=url)

    def psql(self, role: str) -> psycopg.Connection[tuple[object, ...]]:
        url = self.place.server.tcp(self.place.name, self.login(role))
        connection = psycopg.connect(url, password=PASSWORD)
        connection.execute("SET search_path = vauntico")
        connection.commit()
        return connection


@pytest.fixture
def team(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    place = server_place(server, tmp_path)
    made = Team(place)
    yield made
    place.close()
    for name in (*made.logins, *made.made.roles):
        server.execute(f"DROP ROLE {name}")


def opened(journal: Journal) -> int:
    made = journal.perform(trigger(), actor=EVIDENCE)
    assert isinstance(made, Done), made
    assert made.escalation is not None
    return made.escalation.id


def test_a_responder_does_everything_of_a_shift(team: Team) -> None:
    journal = team.open("responder")
    number = opened(journal)
    done = journal.perform(Acknowledge(), actor="ann", id=number, seen_version=1)
    assert isinstance(done, Done)
    assert done.entry is not None
    assert done.entry.login == team.login("responder")
    team.place.advance(timedelta(days=2))
    assert journal.run_timers()
    claim = journal.outbox.claim("w", timedelta(seconds=30))
    assert claim is not None
    assert journal.outbox.begin(claim, claim.messages[0])
    assert journal.outbox.accepted(claim, claim.messages[0], "ok")
    journal.outbox.release(claim)
    lease = journal.leases.take("poll", "c", timedelta(seconds=15))
    assert lease is not None
    assert journal.leases.publish(lease, "readings", "{}")
    assert journal.verify().ok


def test_a_viewer_reads_and_may_not_acknowledge(team: Team) -> None:
    number = opened(team.open("responder"))
    viewer = team.open("viewer")
    assert [it.id for it in viewer.open_escalations()] == [number]
    assert viewer.verify().ok
    assert len(viewer.timeline(number)) == 1
    answer = viewer.perform(Acknowledge(), actor="val", id=number)
    assert isinstance(answer, NotAllowed)
    assert "this login may not do that" in answer.reason
    with pytest.raises(NotAllowedError):
        viewer.outbox.claim("w", timedelta(seconds=30))
    assert len(viewer.timeline(number)) == 1


VIEWER_TRIES = (
    "UPDATE escalations SET state = 'acknowledged', acknowledged_by = 'val', version = version + 1",
    "INSERT INTO events SELECT * FROM events",
    "INSERT INTO answers VALUES ('k', 0, '', '')",
    "UPDATE outbox SET state = 'cancelled'",
    "SELECT * FROM head FOR UPDATE",
    "UPDATE head SET one = 1",
    "INSERT INTO leases VALUES ('poll', 'val', 1, 0)",
)
REWRITES = (
    "UPDATE events SET actor = 'eve'",
    "UPDATE events SET body = body",
    "DELETE FROM events",
    "TRUNCATE events CASCADE",
    "UPDATE attempts SET what = 'accepted'",
    "DELETE FROM attempts",
    "TRUNCATE attempts",
    "DELETE FROM escalations",
    "TRUNCATE outbox CASCADE",
    "DROP TABLE events",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "DROP TRIGGER events_stay ON events",
    "CREATE OR REPLACE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "UPDATE head SET seq = 0",
    "UPDATE head SET hash = 'x'",
    "UPDATE policies SET body = ''",
)


def test_a_responder_runs_runbooks_and_a_viewer_reads_of_it(team: Team) -> None:
    journal, viewer = team.open("responder"), team.open("viewer")
    span = timedelta(seconds=15)
    more: dict[str, Any] = {"runbook": "hotfix", "subject": "", "plan": {}, "data": {"steps": []}}
    hold = journal.executions.begin("e1", by="rob", span=span, text="begun", **more)
    assert isinstance(hold, Hold)
    journal.executions.renew(hold, span)
    change = Change("done", "done", ended=True)
    journal.executions.write(hold, change, by="rob", span=span, release=True)
    assert [one.mark for one in viewer.executions.latest(open_only=False)] == ["done"]
    with pytest.raises(NotAllowedError):
        viewer.executions.begin("e2", by="vera", span=span, text="begun", **more)


@pytest.mark.parametrize("role", ["viewer", "responder", "lead"])
def test_nobody_rewrites_the_log_with_any_program(team: Team, role: str) -> None:
    journal = team.open("responder")
    opened(journal)
    with team.psql(role) as other:
        for statement in (*REWRITES, *(VIEWER_TRIES if role == "viewer" else ())):
            with pytest.raises(psycopg.Error):
                other.execute(statement)  # type: ignore[call-overload]
            other.rollback()
    assert journal.verify().ok


FORGED = """
INSERT INTO events (seq, at, escalation_id, version, state, level, kind, actor, login, body, prev_hash, hash)
SELECT h.seq + 1, h.at, {where}, 'acknowledged', 'ann', {login}, {body}, h.hash,
    encode(sha256(convert_to({hashed} || chr(10) || {body}, 'UTF8')), 'hex') FROM head h
"""


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"login": "'somebody else'"}, "own login"),
        ({"hashed": "'wrong'"}, "the hash of the event is wrong"),
        ({"kind": "signed"}, "only a lead signs"),
    ],
)
def test_a_responder_forges_no_event(team: Team, parts: dict[str, str], why: str) -> None:
    opened(team.open("responder"))
    values = {"where": "NULL, NULL, NULL, NULL", "login": "session_user", "body": "'{}'", "hashed": "h.hash"}
    statement = FORGED.format(**{**values, **parts}).replace("'acknowledged'", f"'{parts.get('kind', 'noted')}'")
    with team.psql("responder") as other, pytest.raises(psycopg.Error, match=why):
        other.execute(statement)  # type: ignore[call-overload]


def test_a_state_without_its_event_is_refused_at_commit(team: Team) -> None:
    opened(team.open("responder"))
    other = team.psql("responder")
    other.execute("UPDATE escalations SET state = 'snoozed', version = version + 1")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        other.commit()
    other.close()


def test_only_a_lead_signs(team: Team) -> None:
    until = datetime(2027, 2, 1, tzinfo=UTC)
    lead, responder = team.open("lead"), team.open("responder")
    with pytest.raises(NotAllowedError):
        responder.records.sign("approval", "hotfix", "rob", login=responder.login)
    signed = lead.records.sign("override", "hotfix", "lea", login=lead.login, reason="tested by hand", until=until)
    assert responder.records.standing() == (signed,)
    with pytest.raises(NotAllowedError):
        responder.records.withdraw(signed.id, "rob", login=responder.login)
    assert lead.records.withdraw(signed.id, "lea", login=lead.login)
    assert responder.records.standing() == ()
    assert lead.verify().ok


def test_a_stranger_sees_nothing(team: Team) -> None:
    with pytest.raises(JournalError) as caught:
        team.open("stranger")
    assert "run `vauntico-tui journal init`" in str(caught.value)


def test_init_again_changes_nothing(team: Team) -> None:
    again = init_journal(team.place.url, backup_folder=team.place.folder, prefix=team.prefix)
    assert again == team.made
    assert isinstance(team.open("responder").perform(trigger(), actor=EVIDENCE), Done)


def test_names_of_roles_are_names(team: Team) -> None:
    with pytest.raises(JournalError, match="can't begin the name of a role"):
        init_journal(team.place.url, backup_folder=team.place.folder, prefix='x"; DROP TABLE events; --')


def _everything(journal: Journal) -> str:
    return repr((vars(journal), vars(journal.database), journal.database.engine, journal.database.engine.url))


@pytest.mark.parametrize("source", ["PGPASSWORD", "VAUNTICO_JOURNAL_PASSWORD", "pgpass", "url", "keyring"])
def test_the_password_from_each_place_and_shown_nowhere(
    team: Team, source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("HOME", str(tmp_path))
    login = team.login("responder")
    url = team.place.server.tcp(team.place.name, login)
    if source == "pgpass":
        passfile = tmp_path / ".pgpass"
        passfile.write_text(f"127.0.0.1:*:*:{login}:{PASSWORD}\n")
        passfile.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(passfile))
    elif source == "url":
        url = url.replace("@", f":{PASSWORD}@")
    elif source == "keyring":
        found = {("vauntico-tui", f"{login}@127.0.0.1/{team.place.name}"): PASSWORD}
        monkeypatch.setattr("keyring.get_password", lambda service, name: found.get((service, name)))
    else:
        monkeypatch.setenv(source, PASSWORD)
    journal = open_journal(url, console="c", state_dir=tmp_path)
    assert PASSWORD not in _everything(journal) + journal.shown
    journal.close()


def test_a_wrong_password_is_not_told(team: Team, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    url = team.place.server.tcp(team.place.name, team.login("responder")).replace("@", ":not-it-canary@")
    with caplog.at_level(0), pytest.raises(UnreachableError) as caught:
        open_journal(url, console="c", state_dir=tmp_path)
    told = [str(caught.value), repr(caught.value), caplog.text]
    assert caught.value.__suppress_context__
    assert "canary" not in " ".join(told)
    assert "it refuses the login; check the user" in told[0]


def test_a_login_that_may_not_migrate_says_who_must(team: Team) -> None:
    with team.place.raw() as connection:
        connection.execute(sql("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(NotAllowedError, match="this login may not migrate it") as caught:
        team.open("lead")
    assert "journal init" in caught.value.next_step
    assert not list(team.place.folder.rglob("backups"))
