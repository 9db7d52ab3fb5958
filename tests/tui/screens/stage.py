"""A stage for one screen: the app itself with a stopped clock, over a room that answers as told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.pilot import Pilot
from textual.screen import Screen

from tests.tui.sample_view import NOW, sample_view
from vauntico_tui.actions.perform import missing
from vauntico_tui.actions.registry import Action, Target
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.evidence.facts import Comment, IssueDetail, Series
from vauntico_tui.evidence.reading import Reading, fresh
from vauntico_tui.tui import app
from vauntico_tui.tui.app import ScreenSettings, WarRoomApp
from vauntico_tui.tui.theme import DARK
from vauntico_tui.view.model import View

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BODY = """\
The tests read `DATABASE_URL` from a **hard-coded** string, see [the job](https://github.com/vauntico/vauntico/actions).

1. start the service
2. wait for `pg_isready`

- [x] reproduced
- [ ] fixed

> ECONNREFUSED 127.0.0.1:5432

```yaml
services:
  postgres:
    image: postgres:15-alpine
```

| job | state |
|---|---|
| integration | red |
"""


class FakeRoom:
    """Answers at once, or when `gate` opens; keeps what it was asked."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.detail: Reading[IssueDetail] = fresh(
            IssueDetail(14, BODY, (Comment("devops", "Will fix in *hotfix*.", NOW),)), NOW
        )
        self.range: Reading[tuple[Series, ...]] = Reading()
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.asked: list[Any] = []
        self.ended = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def subscribe(self, _listener: Callable[[View], None]) -> Callable[[], None]:
        return lambda: None

    async def run(self) -> None:
        self.task = asyncio.current_task()
        await self.ended.wait()

    def close(self) -> None:
        self.ended.set()

    def disabled(self, action: Action, target: Target | None) -> str | None:
        return missing(action, target)

    async def issue_detail(self, number: int) -> Reading[IssueDetail]:
        self.asked.append(number)
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.detail

    async def kpi_range(self, kpi_id: str, hours: float) -> Reading[tuple[Series, ...]]:
        self.asked.append((kpi_id, hours))
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.range

    def refresh(self, source_id: str | None = None) -> None:
        self.asked.append(source_id)


class Stage(WarRoomApp):
    """The app with one screen over its dashboard; what it copies and says is kept."""

    CSS_PATH = Path(app.__file__).with_name("app.tcss")

    def __init__(
        self,
        make: Callable[[], Screen[Any]] | None,
        view: View | None = None,
        settings: ScreenSettings | None = None,
        theme: str = DARK,
    ) -> None:
        self.fake = FakeRoom(view or sample_view())
        super().__init__(
            lambda: self.fake,  # type: ignore[arg-type,return-value]
            self.fake.view,
            settings or ScreenSettings(theme="dark", ascii=False, time_zone="UTC"),
            clock=FixedClock(NOW),
        )
        self.theme = theme
        self.make = make
        self.copied: list[str] = []
        self.said: list[str] = []

    def on_mount(self) -> None:
        if self.make is not None:
            self.call_after_refresh(self.push_screen, self.make())

    def start_room(self) -> None:
        """At once: the fake room is light."""
        if self.room is None:
            self._opened(self.fake, ())  # type: ignore[arg-type]

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)

    def say(self, text: str, tone: str = "", *, lasting: bool = False) -> None:
        self.said.append(text)


@asynccontextmanager
async def staged(
    make: Callable[[], Screen[Any]] | None,
    size: tuple[int, int] = (120, 40),
    view: View | None = None,
    settings: ScreenSettings | None = None,
    room: Callable[[FakeRoom], None] = lambda room: None,
) -> AsyncIterator[tuple[Stage, Pilot[str]]]:
    """The stage with everything drawn; `room` sets the room up first."""
    stage = Stage(make, view, settings)
    room(stage.fake)
    async with stage.run_test(size=size) as pilot:
        await settle(stage, pilot)
        yield stage, pilot
    stage.fake.close()
    if stage.fake.task is not None:
        await stage.fake.task


async def settle(stage: Stage, pilot: Pilot[str]) -> None:
    """Until nothing is under way."""
    await pilot.pause()
    if stage.fake.gate is None or stage.fake.gate.is_set():
        await stage.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()
