"""Journals for the benchmarks: a file, a PostgreSQL that really syncs, and one with as many events as one likes."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import time
from pathlib import Path

import psycopg

from tests.journal.postgres import Server
from tests.journal.samples import trigger
from vauntico_tui.escalation.commands import Acknowledge, AddNote, EvidenceGone
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.codec import link
from vauntico_tui.journal.database import system_micros
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.open import open_journal

CONSOLES = 50


class DurableServer(Server):
    """The tests' PostgreSQL, but a commit is on disk when it returns, and there is room for many consoles."""

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        settings = (
            "fsync=on",
            "synchronous_commit=on",
            f"max_connections={4 * CONSOLES}",
            "listen_addresses=127.0.0.1",
        )
        self.process = subprocess.Popen(
            [
                self.bin / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder,
                *(part for setting in settings for part in ("-c", setting)),
            ],
            stdout=log, stderr=log, cwd=self.folder, **self._as_user(),
        )  # fmt: skip
        end = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def loopback(self) -> str:
        """Over TCP; PGPASSWORD must hold `password`."""
        return self.tcp("postgres", "postgres")


def opened(journal: Journal, count: int, first: int = 1) -> list[int]:
    """So many escalations, and their numbers."""
    made = [journal.perform(trigger(number), actor=EVIDENCE) for number in range(first, first + count)]
    return [one.escalation.id for one in made]  # type: ignore[union-attr]


def filled(path: Path, count: int) -> Journal:
    """A journal file with about `count` events: lives of escalations, opened, taken, noted and resolved, each event
    hashed with the one before and let in by the schema's own triggers. All happened 400 days ago."""
    journal = open_journal(str(path), console="bench", clock=lambda: system_micros() - 400 * 86_400_000_000)
    number = opened(journal, 1)[0]
    journal.perform(Acknowledge(), actor="ann", id=number)
    journal.perform(AddNote("looked at it"), actor="ann", id=number)
    journal.perform(EvidenceGone("it was the cable"), actor=EVIDENCE, id=number)
    journal.close()
    with sqlite3.connect(path, isolation_level=None) as raw:
        raw.create_function("vauntico_now", 0, system_micros)
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("BEGIN")
        _repeat(raw, count)
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return open_journal(str(path), console="bench")


def _repeat(raw: sqlite3.Connection, count: int) -> None:
    """The first escalation's life again and again, as other escalations."""
    raw.row_factory = sqlite3.Row
    life = [dict(row) for row in raw.execute("SELECT * FROM events ORDER BY seq")]
    row = dict(raw.execute("SELECT * FROM escalations").fetchone())
    raw.row_factory = None
    seq, hash_, at = len(life), str(life[-1]["hash"]), int(life[-1]["at"])
    bodies = [_template(str(event["body"])) for event in life]
    datas = [_template(json.dumps(json.loads(str(event["body"]))["after"], separators=(",", ":"))) for event in life]
    add_row = f"INSERT INTO escalations ({_names(row)}) VALUES ({_places(row)})"  # noqa: S608  names of columns
    add_event = f"INSERT INTO events ({_names(life[0])}) VALUES ({_places(life[0])})"  # noqa: S608
    go_on = (
        "UPDATE escalations SET version = ?, state = ?, resolved_at = ?, acknowledged_by = ?, data = ?, next_at = NULL"
        " WHERE id = ?"
    )
    for number in range(2, count // len(life) + 1):
        told = []
        for event, body in zip(life, bodies, strict=True):
            seq += 1
            text = body.replace("@SEQ@", str(seq)).replace("@AT@", str(at + seq)).replace("@ID@", str(number))
            made = link(hash_, text)
            new = {"seq": seq, "at": at + seq, "escalation_id": number, "body": text, "prev_hash": hash_, "hash": made}
            told.append(tuple({**event, **new}.values()))
            hash_ = made
        raw.executemany(add_event, told)
        begun = {"state": "triggered", "version": 1, "resolved_at": None, "acknowledged_by": None, "data": "{}"}
        raw.execute(add_row, tuple({**row, **begun, "id": number, "subject": f"issue:{number}"}.values()))
        for version, (event, data) in enumerate(zip(life[1:], datas[1:], strict=True), 2):
            resolved = row["resolved_at"] if event["state"] == "resolved" else None
            mine = data.replace("@ID@", str(number))
            raw.execute(go_on, (version, event["state"], resolved, row["acknowledged_by"], mine, number))


def _template(text: str) -> str:
    """An event with gaps for what differs from one escalation to the next."""
    text = re.sub(r'"(seq|at)":(\d+)', lambda found: f'"{found[1]}":@{found[1].upper()}@', text)
    return re.sub(r'"(id|escalation_id)":1\b', r'"\1":@ID@', text).replace('"issue:1"', '"issue:@ID@"')


def _names(row: dict[str, object]) -> str:
    return ", ".join(f'"{name}"' for name in row)


def _places(row: dict[str, object]) -> str:
    return ", ".join("?" for _ in row)
