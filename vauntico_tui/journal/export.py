"""The journal as JSON Lines, with its chain: to keep, to read elsewhere, to bring into an empty journal.

Lines in order: one header; each policy before the first event that names it; the events; the messages with their
attempts; one end. What is cut off, altered or out of order is found before a line of it is imported.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from vauntico_tui.journal import chain, store
from vauntico_tui.journal.answers import DamagedError, JournalError
from vauntico_tui.journal.codec import genesis, link, read_escalation, read_policy, sha256
from vauntico_tui.journal.database import Database, connect_file
from vauntico_tui.journal.execution_rows import EVENT, write_first, write_next
from vauntico_tui.journal.records import SIGNED, WITHDRAWN, write_signature, write_withdrawal
from vauntico_tui.journal.tables import attempts, events, head, lanes, outbox, policies

FORMAT = 1
_COLUMNS = ("seq", "at", "escalation_id", "version", "state", "level", "kind", "actor", "login")


def lines(connection: Connection) -> Iterator[str]:
    """The whole journal, a line at a time."""
    top = chain.top(connection)
    yield _line({"vauntico_journal": FORMAT, "journal_id": top.journal_id})
    written: set[str] = set()
    for row in chain.rows(connection, until=top.seq):
        after = json.loads(row.body)["after"]
        digest = after.get("policy") if row.escalation_id is not None else None
        if digest is not None and digest not in written:
            written.add(digest)
            yield _line({"policy": connection.scalar(select(policies.c.body).where(policies.c.digest == digest))})
        yield _line({"event": row.body, "hash": row.hash})
    for table, name in ((outbox, "message"), (attempts, "attempt")):
        after_id = 0
        while page := connection.execute(
            select(table).where(table.c.id > after_id).order_by(table.c.id).limit(chain.PAGE)
        ).all():
            after_id = page[-1].id
            for row in page:
                yield _line({name: dict(row._mapping)})
    yield _line({"end": top.seq, "hash": top.hash})


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def export(database: Database, target: Path) -> int:
    """Write the journal to a new file for its user alone; the number of its events. Raises JournalError."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise JournalError(f"{target} can't be written: {error.strerror}", "name a new file") from None
    count = 0
    with open(handle, "w", encoding="utf-8") as out, database.snapshot() as connection:  # noqa: PTH123  a descriptor
        for line in lines(connection):
            count += line.startswith('{"event"')
            out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())
    return count


@dataclass(slots=True)
class _Checked:
    """What the check of a file has seen so far."""

    journal_id: str = ""
    hash: str = ""
    seq: int = 0
    policies: set[str] = field(default_factory=set)
    ended: bool = False


def check(source: Path) -> int:
    """Hold a file's chain and policies; the number of its events. Raises DamagedError that names the first bad line."""
    seen = _Checked()
    try:
        for number, value in _read(source):
            if wrong := _check(seen, value, number):
                raise DamagedError(f"{source}, line {number}: {wrong}", "take another export or backup")
    except (KeyError, TypeError, AttributeError):
        raise DamagedError(f"{source} is no export of a journal", "take a file that `journal export` made") from None
    if not seen.ended:
        raise DamagedError(f"{source} is cut off after event {seen.seq}", "take another export or backup")
    return seen.seq


def _read(source: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with source.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                yield number, json.loads(line)
    except OSError as error:
        raise JournalError(f"{source} can't be read: {error.strerror}", "name a file that can") from None
    except ValueError:
        raise DamagedError(f"{source} is no JSON Lines", "take a file that `journal export` made") from None


def _check(seen: _Checked, value: dict[str, Any], number: int) -> str | None:
    if number == 1:
        if value["vauntico_journal"] != FORMAT:
            return "a newer vauntico-tui has written it; install that one here"
        seen.journal_id, seen.hash = value["journal_id"], genesis(value["journal_id"])
    elif seen.ended:
        return "there is more after the end"
    elif "policy" in value:
        seen.policies.add(sha256(value["policy"]))
    elif "event" in value:
        return _check_event(seen, value)
    elif "end" in value:
        if (value["end"], value["hash"]) != (seen.seq, seen.hash):
            return "events are missing before the end"
        seen.ended = True
    elif not value.keys() & {"message", "attempt"}:
        return "this is no line of a journal"
    return None


def _check_event(seen: _Checked, value: dict[str, Any]) -> str | None:
    body = json.loads(value["event"])
    if body["seq"] != seen.seq + 1:
        return f"event {seen.seq + 1} is missing"
    if link(seen.hash, value["event"]) != value["hash"]:
        return f"event {body['seq']} was altered"
    if body["escalation_id"] is not None and body["after"]["policy"] not in seen.policies:
        return f"the policy of event {body['seq']} is missing or was altered"
    seen.seq, seen.hash = body["seq"], value["hash"]
    return None


def import_file(database: Database, source: Path) -> int:
    """Bring an export or a journal's own file into an empty journal; the number of events. Raises JournalError."""
    if not _is_sqlite(source):
        return import_lines(database, source)
    with tempfile.TemporaryDirectory(prefix="vauntico-import-") as folder:
        copy = Path(folder, "journal.sqlite")
        copy.write_bytes(source.read_bytes())
        old = connect_file(copy)
        try:
            export(old, Path(folder, "journal.jsonl"))
        finally:
            old.close()
        return import_lines(database, Path(folder, "journal.jsonl"))


def _is_sqlite(source: Path) -> bool:
    try:
        with source.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def import_lines(database: Database, source: Path) -> int:
    """Bring an export into an empty journal, whole or not at all; the number of its events. Raises JournalError.

    Messages come as history: those that were still waiting are dead letters, to be sent again by hand.
    """
    check(source)
    with database.locked() as (connection, top):
        if top.seq:
            raise JournalError(
                f"the journal {database.shown} holds {top.seq} events", "import into a new, empty journal"
            )
        texts: dict[str, str] = {}
        count = 0
        previous = ""
        for number, value in _read(source):
            if number == 1:
                previous = genesis(value["journal_id"])
                connection.execute(update(head).values(journal_id=value["journal_id"], hash=previous))
            elif "policy" in value:
                digest = sha256(value["policy"])
                texts[digest] = value["policy"]
                connection.execute(insert(policies).values(digest=digest, body=value["policy"]))
            elif "event" in value:
                _import_event(connection, value, previous, texts)
                previous, count = value["hash"], count + 1
            elif "message" in value:
                _import_message(connection, value["message"])
            elif "attempt" in value:
                bare = {name: it for name, it in value["attempt"].items() if name != "id"}
                connection.execute(insert(attempts).values(**bare))
    return count


def _import_event(connection: Connection, value: dict[str, Any], previous: str, texts: dict[str, str]) -> None:
    body = json.loads(value["event"])
    columns = {name: body[name] for name in _COLUMNS}
    connection.execute(insert(events).values(**columns, body=value["event"], prev_hash=previous, hash=value["hash"]))
    after = body["after"]
    if body["escalation_id"] is not None:
        store.write_row(connection, read_escalation(after, read_policy(texts[after["policy"]])), after)
    elif body["kind"] == SIGNED:
        write_signature(connection, body["seq"], body["at"], after)
    elif body["kind"] == WITHDRAWN:
        write_withdrawal(connection, body["seq"], after["signature"])
    elif body["kind"] == EVENT:
        (write_first if after["version"] == 1 else write_next)(connection, body["seq"], body["at"], after)


def _import_message(connection: Connection, row: dict[str, Any]) -> None:
    lane = row["lane"]
    if connection.scalar(select(lanes.c.lane).where(lanes.c.lane == lane)) is None:
        connection.execute(insert(lanes).values(lane=lane))
    if row["state"] in {"pending", "sending"}:
        row = {**row, "state": "dead", "last_error": "not sent before it was imported; replay it to send it"}
    connection.execute(insert(outbox).values(**{**row, "fence": 0}))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('outbox', 'id'), (SELECT max(id) FROM outbox))"
        )
