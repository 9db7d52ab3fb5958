"""The journal as the rest of the program knows it. Blocking: call it in a thread."""

from __future__ import annotations

import contextlib
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import select

from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.commands import Command, RunTimers
from vauntico_tui.escalation.evidence import SUBJECT_LIMIT
from vauntico_tui.escalation.figures import Act
from vauntico_tui.escalation.state import NAME_LIMIT, RULES, Escalation
from vauntico_tui.journal import chain, store
from vauntico_tui.journal.answers import (
    Answer,
    DamagedError,
    Done,
    Entry,
    JournalError,
    NotAllowed,
    NotAllowedError,
    Unreachable,
    UnreachableError,
)
from vauntico_tui.journal.codec import instant, micros, sha256
from vauntico_tui.journal.database import Database, lock_head, login_of
from vauntico_tui.journal.executions import Executions
from vauntico_tui.journal.export import export, import_file
from vauntico_tui.journal.follow import Follower
from vauntico_tui.journal.leases import Leases
from vauntico_tui.journal.outbox import Outbox
from vauntico_tui.journal.perform import Asked, answer, nothing_to_do
from vauntico_tui.journal.records import Records
from vauntico_tui.journal.replay import Picture, picture
from vauntico_tui.journal.schema import back_up, copy_file, version
from vauntico_tui.journal.tables import events

TOGETHER = 20
"""Clocks that run out in one transaction; a hand on the journal waits for so many at most."""


def _safe_key(key: str | None) -> str | None:
    """A key as it is where it is plain text, else its digest: any text may be a key, and no two are confused."""
    return key if key is None or key == one_line(key, 200) else f"sha256 {sha256(key)}"


class Journal:
    """One journal, shared by the threads of one console. Reads raise JournalError; `perform` answers instead."""

    def __init__(self, database: Database, *, console: str, state_dir: Path) -> None:
        self.database = database
        self.console = one_line(console, NAME_LIMIT) or "console"
        self.state_dir = state_dir
        self.outbox = Outbox(database)
        self.leases = Leases(database)
        self.records = Records(database, console=self.console)
        self.executions = Executions(database, console=self.console, login=lambda: self.login)

    @property
    def shown(self) -> str:
        """Where it is, without secrets."""
        return self.database.shown

    @cached_property
    def login(self) -> str:
        """Who the database takes this console for."""
        with self.database.read() as connection:
            return one_line(login_of(connection), NAME_LIMIT) or "unknown"

    def perform(
        self,
        command: Command,
        *,
        actor: str | None,
        id: int | None = None,
        subject: str | None = None,
        seen_version: int | None = None,
        key: str | None = None,
    ) -> Answer:
        """Do it, durably, or say why not; never both.

        `seen_version` is the version that the person saw. The same `key` gets the first answer again and changes
        nothing. A person's command that the connection was lost under is asked once more by its key.
        """
        asked = Asked(command, actor, id, one_line(subject or "", SUBJECT_LIMIT), seen_version, _safe_key(key))
        if asked.by_person and key is None:
            asked = replace(asked, key=uuid.uuid4().hex)
        try:
            try:
                return self._perform(asked)
            except UnreachableError:
                return self._perform(asked)
        except NotAllowedError as trouble:
            return NotAllowed(trouble.cause, trouble.next_step)
        except JournalError as trouble:
            return Unreachable(trouble.cause, trouble.next_step, asked.key)

    def _perform(self, asked: Asked) -> Answer:
        login = self.login
        if not asked.by_person:
            with self.database.read() as connection:
                if (known := nothing_to_do(connection, self.database.now(connection), asked)) is not None:
                    return known
        with self.database.locked() as (connection, head):
            return answer(connection, head, asked, login=login, console=self.console)

    def run_timers(self, limit: int = 500) -> tuple[Done, ...]:
        """Do what is due by the database's clock; any number of consoles may do so at once. Raises JournalError."""
        with self.database.read() as connection:
            ids = store.due_ids(connection, self.database.now(connection), limit)
        done: list[Done] = []
        for start in range(0, len(ids), TOGETHER):
            done += self._run_together(ids[start : start + TOGETHER])
        return tuple(done)

    def _run_together(self, ids: Sequence[int]) -> list[Done]:
        """In one transaction; each alone where one of them can't be done, so that it keeps none of the others."""
        login = self.login
        made: list[Answer] = []
        try:
            with self.database.write() as connection:
                for number in ids:
                    asked = Asked(RunTimers(), RULES, number)
                    head = lock_head(connection)
                    made.append(answer(connection, head, asked, login=login, console=self.console))
        except UnreachableError:
            raise
        except Exception:
            if len(ids) == 1:
                raise
            return [done for number in ids for done in self._run_together((number,))]
        return [one for one in made if isinstance(one, Done) and one.entry is not None]

    def timers_due(self) -> int:
        """How many escalations have a clock that has run out; counted up to 1000."""
        with self.database.read() as connection:
            return len(store.due_ids(connection, self.database.now(connection), 1000))

    def next_timer(self) -> datetime | None:
        """When the next clock runs out; None: none runs."""
        with self.database.read() as connection:
            found = store.next_due(connection)
        return None if found is None else instant(found)

    def now(self) -> datetime:
        """The journal's time: the database's, and never before its last event."""
        with self.database.read() as connection:
            top = chain.top(connection)
            return instant(max(self.database.now(connection), top.at))

    def open_escalations(self) -> tuple[Escalation, ...]:
        """Most severe first, then by what breaches first."""
        with self.database.read() as connection:
            return store.all_open(connection)

    def resolved(self, since: datetime, limit: int = 10_000) -> tuple[Escalation, ...]:
        """Resolved since then, the latest first: for figures and forecasts."""
        with self.database.read() as connection:
            return store.closed(connection, micros(since), limit)

    def escalation(self, number: int) -> Escalation | None:
        with self.database.read() as connection:
            return store.by_id(connection, number)

    def latest(self, subject: str) -> Escalation | None:
        """The subject's open escalation, else its last; followed through a merge."""
        with self.database.read() as connection:
            return store.latest(connection, subject)

    def timeline(self, number: int, limit: int = 1000) -> tuple[Entry, ...]:
        """The events of one escalation, the first one first; the last `limit` of them."""
        mine = select(events).where(events.c.escalation_id == number)
        with self.database.read() as connection:
            found = connection.execute(mine.order_by(events.c.version.desc()).limit(limit)).all()
        return tuple(chain.entry_of(row) for row in reversed(found))

    def acts(self, numbers: Sequence[int]) -> dict[int, tuple[Act, ...]]:
        """What happened to each of these escalations, the first event first, without its words: for figures."""
        columns = (events.c.escalation_id, events.c.kind, events.c.at, events.c.level, events.c.actor)
        found: defaultdict[int, list[Act]] = defaultdict(list)
        with self.database.read() as connection:
            for start in range(0, len(numbers), 500):
                mine = events.c.escalation_id.in_(numbers[start : start + 500])
                query = select(*columns).where(mine).order_by(events.c.escalation_id, events.c.version)
                for number, kind, at, level, actor in connection.execute(query):
                    found[number].append(Act(kind, instant(at), level, actor))
        return {number: tuple(acts) for number, acts in found.items()}

    def entries(self, after: int = 0, limit: int = 500) -> tuple[Entry, ...]:
        """The log after event number `after`, in order."""
        query = select(events).where(events.c.seq > after).order_by(events.c.seq).limit(limit)
        with self.database.read() as connection:
            return tuple(chain.entry_of(row) for row in connection.execute(query))

    def last_seq(self) -> int:
        """The number of the last event."""
        with self.database.read() as connection:
            return int(chain.top(connection).seq)

    def verify(self) -> chain.Verified:
        """Read the whole log and say where it was altered, if anywhere."""
        try:
            with self.database.snapshot() as connection:
                return chain.verify(connection)
        except DamagedError as trouble:
            return chain.Verified(False, 0, "", None, str(trouble))

    def replay(self, at: datetime) -> Picture:
        """Every escalation as it was then, from the log alone."""
        with self.database.snapshot() as connection:
            return picture(connection, at)

    def export(self, target: Path) -> int:
        """Write everything to a new file as JSON Lines; the number of events."""
        return export(self.database, target)

    def import_(self, source: Path) -> int:
        """Bring an export into this journal, if it is empty; its chain is checked before a line is written."""
        return import_file(self.database, source)

    def backup(self, target: Path | None = None) -> Path:
        """A whole copy while others write: the file itself, or an export on PostgreSQL. Returns where it is."""
        if target is None and self.database.path is not None:
            with self.database.read() as connection:
                found = version(connection)
            return back_up(self.database, self.database.path.parent / "backups", found)
        if self.database.path is not None and target is not None:
            copy_file(self.database, target)
            return target
        target = target or self.state_dir / "backups" / f"journal-{self.now():%Y%m%dT%H%M%S.%f}.jsonl"
        self.export(target)
        return target

    def follow(self) -> Follower:
        """Waits for what other consoles do; close it when done."""
        return Follower(self.database)

    def behind(self) -> timedelta:
        """How far this database's clock stands behind the last event: more than moments means that it was set back."""
        with self.database.read() as connection:
            return timedelta(microseconds=max(0, chain.top(connection).at - self.database.now(connection)))

    def close(self) -> None:
        with contextlib.suppress(JournalError):
            self.database.close()
