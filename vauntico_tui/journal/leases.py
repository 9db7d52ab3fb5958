"""Who does what on a shared journal: one leader a name, another takes over when its lease has run out; and what the
leader publishes for the rest. The fence grows with every new holder: work under an old one is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, case, or_, select, update

from vauntico_tui.journal.codec import instant
from vauntico_tui.journal.database import Database
from vauntico_tui.journal.tables import leases, published

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do what `name` says, until `until` by the database's clock."""

    name: str
    holder: str
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What a leader put there for the others; `version` grows with each."""

    name: str
    body: str
    at: datetime
    by: str
    version: int


def _insert(database: Database) -> type[sqlite.Insert] | type[postgresql.Insert]:
    if database.sqlite:
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415

        return sqlite.Insert
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  2 MB that a file needs not

    return postgresql.Insert


class Leases:
    """Every method is one transaction. Raises JournalError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str, span: timedelta) -> Lease | None:
        """Take or keep the lease; None while somebody else holds it. A holder keeps its fence."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            until = now + span // timedelta(microseconds=1)
            mine = (leases.c.holder == holder) & (leases.c.until > now)
            fence = case((mine, leases.c.fence), else_=leases.c.fence + 1)
            query = _insert(self._database)(leases).values(name=name, holder=holder, fence=1, until=until)
            query = query.on_conflict_do_update(
                index_elements=[leases.c.name],
                set_={"holder": holder, "until": until, "fence": fence},
                where=or_(leases.c.until <= now, leases.c.holder == holder),
            )
            row = connection.execute(query.returning(leases)).one_or_none()
        return Lease(row.name, row.holder, row.fence, instant(row.until)) if row else None

    def release(self, lease: Lease) -> None:
        """Give it up before its time. Does nothing where it is lost already."""
        with self._database.write() as connection:
            mine = update(leases).where(leases.c.name == lease.name, leases.c.fence == lease.fence)
            connection.execute(mine.where(leases.c.holder == lease.holder).values(until=0))

    def holder(self, name: str) -> Lease | None:
        """Who holds it now."""
        with self._database.read() as connection:
            now = self._database.now(connection)
            row = connection.execute(select(leases).where(leases.c.name == name, leases.c.until > now)).one_or_none()
        return Lease(row.name, row.holder, row.fence, instant(row.until)) if row else None

    def publish(self, lease: Lease, name: str, body: str) -> bool:
        """Put `body` there for the others. False: the lease is lost, nothing was put."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            if not _held(connection, lease, now):
                return False
            values = {"body": body, "at": now, "by": lease.holder, "fence": lease.fence}
            query = _insert(self._database)(published).values(name=name, version=1, **values)
            connection.execute(
                query.on_conflict_do_update(
                    index_elements=[published.c.name], set_={**values, "version": published.c.version + 1}
                )
            )
            return True

    def read(self, name: str, newer_than: int = 0) -> Published | None:
        """What was published, if its version is newer than that."""
        query = select(published).where(published.c.name == name, published.c.version > newer_than)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return Published(row.name, row.body, instant(row.at), row.by, row.version) if row else None


def _held(connection: Connection, lease: Lease, now: int) -> bool:
    """Whether it is still held; its row is locked until the transaction ends."""
    mine = select(leases).where(leases.c.name == lease.name).with_for_update()
    row = connection.execute(mine).one_or_none()
    return row is not None and (row.fence, row.holder) == (lease.fence, lease.holder) and row.until > now
