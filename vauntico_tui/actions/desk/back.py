"""What a person did here and may take back, the last on top; and how a question names it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

MOST = 20
AT_ONCE = timedelta(seconds=10)
"""So long after it was done it is taken back without a question."""


class Did(Protocol):
    """One thing done: in a word ("acknowledged"), and to what."""

    @property
    def what(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Press:
    """What one press did, to one or to many at once."""

    id: int
    each: tuple[Did, ...]
    at: datetime

    @property
    def words(self) -> str:
        """ "acknowledged #7 Login fails"; "acknowledged 3: #7 Login fails, …" """
        first, count = self.each[0], len(self.each)
        names = ", ".join(one.name for one in self.each)
        return f"{first.what} {names}" if count == 1 else f"{first.what} {count}: {names}"


@dataclass(frozen=True, slots=True)
class LastDone:
    """What undo would take back now. `fresh`: it was done a moment ago, and nothing since; `ran`: a runbook was run
    since, which undo does not take back."""

    id: str
    words: str
    ago: timedelta
    fresh: bool
    ran: bool


def last_done(press: Press, now: datetime, ran_at: datetime | None) -> LastDone:
    ago, ran = max(now - press.at, timedelta(0)), ran_at is not None and ran_at >= press.at
    return LastDone(str(press.id), press.words, ago, ago <= AT_ONCE and not ran, ran)


class Back:
    """The presses, oldest first."""

    def __init__(self) -> None:
        self._presses: list[Press] = []
        self._count = 0

    @property
    def last(self) -> Press | None:
        return self._presses[-1] if self._presses else None

    def remember(self, did: Did, at: datetime) -> None:
        self._count += 1
        self._presses = [*self._presses[-MOST:], Press(self._count, (did,), at)]

    def together(self, count: int) -> None:
        """The last `count` things done were one press: they are taken back as one."""
        if 1 < count <= len(self._presses):
            joined = tuple(one for press in self._presses[-count:] for one in press.each)
            self._presses = [*self._presses[:-count], replace(self._presses[-1], each=joined)]

    def pop(self) -> Press:
        return self._presses.pop()

    def put_back(self, press: Press, left: tuple[Did, ...]) -> None:
        """The rest of a press, which can still be taken back later."""
        self._presses.append(replace(press, each=left))
