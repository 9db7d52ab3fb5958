"""The journal behind the door: opened in a thread on first use, read again whenever anybody has written to it.

The event loop never waits for a database: what hangs is given up by its deadline and told as not reachable.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vauntico_tui.actions.desk.known import Known
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.reading import State, Trouble
from vauntico_tui.journal.answers import Answer, JournalError, NotAllowedError, Unreachable
from vauntico_tui.sources.worker import OverdueError, TooManyHangError, Worker

if TYPE_CHECKING:
    from vauntico_tui.escalation.commands import Command
    from vauntico_tui.journal.journal import Journal

T = TypeVar("T")

DEADLINE = 15.0  # seconds for one call to the journal
LOOK_EVERY = 5.0  # seconds between two looks when nothing was told: the outbox ages by the clock
AGAIN_AFTER = 2.0  # seconds before a journal that can't be reached is tried again
WAIT = 30.0  # seconds that the follower waits at a time


class Desk:
    """One console's journal. Belongs to one event loop but for `close`, which any thread may call.

    `url` None is the file in `state_dir`. Nothing is opened before the first call.
    """

    def __init__(self, url: str | None, *, state_dir: Path | None, console: str) -> None:
        self._url, self._state_dir, self.console = url, state_dir, console
        self.worker: Worker[Journal] = Worker("journal", self.open)
        self.known = Known(State.LOADING)
        self._wake: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = threading.Event()
        self._looked_at = 0.0
        self._stop: Callable[[], None] = lambda: None
        self._changed: Callable[[], None] = lambda: None

    def open(self) -> Journal:
        """A journal of the calling thread's own. Raises JournalError."""
        from vauntico_tui.journal.open import open_journal  # noqa: PLC0415  SQLAlchemy

        return open_journal(self._url, console=self.console, state_dir=self._state_dir)

    def now(self) -> datetime | None:
        """The journal's time, whatever this machine's clock says; None before the first look."""
        at = self.known.as_of
        return at + timedelta(seconds=time.monotonic() - self._looked_at) if at is not None else None

    @property
    def is_team(self) -> bool:
        """Whether other machines share it."""
        return self._url is not None and self._url.partition(":")[0].partition("+")[0] in {"postgresql", "postgres"}

    @property
    def folder(self) -> Path | None:
        """Where the journal's file is; None where it is no file, or none that can be named."""
        from vauntico_tui.journal.open import default_folder, journal_path  # noqa: PLC0415

        try:
            return None if self.is_team else journal_path(self._url, self._state_dir or default_folder()).parent
        except JournalError:
            return None

    @property
    def exists(self) -> bool:
        """Whether there is a journal that need not be begun to be read."""
        from vauntico_tui.journal.open import default_folder, is_server, journal_path  # noqa: PLC0415

        if is_server(self._url):
            return True
        try:
            return journal_path(self._url, self._state_dir or default_folder()).exists()
        except (JournalError, OSError):
            return True  # the opening says what is wrong with it

    # ---- asking --------------------------------------------------------------------------------------------------

    async def call(self, run: Callable[[Journal], T], deadline: float = DEADLINE) -> T:
        """What `run(journal)` returns, in the journal's thread. Raises JournalError, also where it hangs."""
        try:
            return await self.worker.call(run, deadline)
        except (OverdueError, TooManyHangError) as error:
            raise JournalError(f"the journal does not answer: {error}", "check its disk or its server") from None

    async def perform(
        self, command: Command, *, actor: str, subject: str | None = None, number: int | None = None,
        seen_version: int | None = None, key: str | None = None,
    ) -> Answer:  # fmt: skip
        """Do it durably, or say why not."""
        try:
            return await self.call(
                lambda journal: journal.perform(
                    command, actor=actor, id=number, subject=subject, seen_version=seen_version, key=key
                )
            )
        except JournalError as trouble:
            return Unreachable(trouble.cause, trouble.next_step, key)

    async def look(self) -> bool:
        """Read the journal again; whether it says anything else than before, which is then told to whoever runs this. A
        failure keeps what was known."""
        from vauntico_tui.actions.desk.look import look  # noqa: PLC0415

        before = self.known
        try:
            known = await self.call(lambda journal: look(journal, before))
            self._looked_at = time.monotonic()
        except JournalError as trouble:
            kind = "scope" if isinstance(trouble, NotAllowedError) else "refused"
            known = before.failed(Trouble(kind, one_line(trouble.cause), one_line(trouble.next_step)))
        if not self._closed.is_set():
            self.known = known
        news = _substance(known) != _substance(before)
        if news:
            self._changed()
        return news

    # ---- following -----------------------------------------------------------------------------------------------

    async def run(self, changed: Callable[[], None]) -> None:
        """Keep `known` up to date until closed; `changed` is called whenever it says something else."""
        self._loop, self._wake, self._changed = asyncio.get_running_loop(), asyncio.Event(), changed
        threading.Thread(target=self._follow, name="journal-follower", daemon=True).start()
        while not self._closed.is_set():
            await self.look()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY if self.known.answers else AGAIN_AFTER):
                    await self._wake.wait()
            self._wake.clear()

    def wake(self) -> None:
        """Look again now; safe from any thread."""
        if self._loop is not None and self._wake is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._wake.set)

    def _follow(self) -> None:
        """In a thread and with a connection of its own: waits for what any console writes."""
        while not self._closed.is_set():
            try:
                journal = self.open()
            except JournalError:
                self._closed.wait(AGAIN_AFTER)
                continue
            follower = journal.follow()
            self._stop = follower.close
            try:
                while not self._closed.is_set():
                    if follower.wait(WAIT):
                        self.wake()
            except JournalError:
                self.wake()
                self._closed.wait(AGAIN_AFTER)
            finally:
                follower.close()
                journal.close()

    def close(self) -> None:
        """Stop following. Never waits."""
        self._closed.set()
        self._stop()
        self.worker.close()
        self.wake()


def _substance(known: Known) -> tuple[object, ...]:
    """What of it can be seen: not the time of the look."""
    return (
        known.state, known.trouble, known.shown, known.seq, known.open, known.set_aside, known.approvals,
        known.reviews, known.overrides, known.pending, known.dead, known.overdue, known.as_of is None,
    )  # fmt: skip
