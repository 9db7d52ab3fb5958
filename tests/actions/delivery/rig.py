"""A dispatcher on a test's journal, with channels that do as they are told. Nothing here sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from tests.journal.conftest import Place
from tests.journal.samples import trigger
from vauntico_tui.actions.channels.model import Answer, Channel
from vauntico_tui.actions.delivery.dispatcher import Dispatcher, Means
from vauntico_tui.escalation.state import EVIDENCE, Message
from vauntico_tui.journal.answers import Done
from vauntico_tui.journal.journal import Journal
from vauntico_tui.sources.worker import Worker

YES = Answer("accepted", "200 ok")


@dataclass
class Scripted:
    """Answers what it is told to, then yes. `during` runs while a message is on its way."""

    answers: list[Answer] = field(default_factory=list)
    during: Callable[[Message], Awaitable[None]] | None = None
    deduplicates: bool = False
    bundles: bool = True
    kind: str = "scripted"
    got: list[Message] = field(default_factory=list)
    remote: list[str | None] = field(default_factory=list)

    async def send(self, message: Message, remote_id: str | None = None) -> Answer:
        self.got.append(message)
        self.remote.append(remote_id)
        if self.during is not None:
            await self.during(message)
        return self.answers.pop(0) if self.answers else YES


async def never(_seconds: float) -> None:
    """A pause that does not end by itself."""
    await asyncio.Event().wait()


@asynccontextmanager
async def sender(
    place: Place, channels: Mapping[str, Channel], name: str = "sender", *, ticks: Callable[[], float] = lambda: 0.0
) -> AsyncIterator[Dispatcher]:
    worker: Worker[Journal] = Worker(name, lambda: place.open(name))
    yield Dispatcher(worker, channels, worker=name, means=Means(Random(7), ticks, never))
    worker.close()


def opened(journal: Journal, number: int = 14, level: int = 1) -> int:
    made = journal.perform(trigger(number, level), actor=EVIDENCE)
    assert isinstance(made, Done)
    assert made.escalation is not None
    return made.escalation.id


def quiet() -> dict[str, Channel]:
    """Every channel of the sample policy, all saying yes."""
    return {name: Scripted() for name in ("slack", "mail", "pagerduty", "github")}
