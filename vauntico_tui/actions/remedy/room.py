"""What remediation needs of the war room that it belongs to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vauntico_tui.actions.desk.known import Known
from vauntico_tui.actions.desk.office import user_name
from vauntico_tui.actions.remedy.around import Around
from vauntico_tui.base.clock import Clock

if TYPE_CHECKING:
    from vauntico_tui.actions.desk.desk import Desk
    from vauntico_tui.actions.remedy.remote import Remote
    from vauntico_tui.config.model import Config
    from vauntico_tui.evidence.facts import Readings
    from vauntico_tui.evidence.needs import Needs
    from vauntico_tui.plan.model import Plan
    from vauntico_tui.runbooks.load import Library


class Room:
    """Plan, config and journal of a war room. `config_file` None: the user's runbooks are beside the default config;
    `desk` None: it keeps no journal. `readings` and `ask` are the sources'."""

    def __init__(
        self, config: Config, plan: Plan, clock: Clock, *, desk: Desk | None, config_file: Path | None,
        readings: Callable[[], Readings], ask: Callable[[], None],
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep, need: Callable[[Needs], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._config, self._plan, self._clock, self._config_file = config, plan, clock, config_file
        self.desk = desk
        self.around = Around(
            plan,
            clock,
            readings=readings,
            known=lambda: self._known,
            ask=ask,
            look=self._look,
            rest=rest,
            need=need,
        )
        self._opened: Remote | None = None

    @property
    def _known(self) -> Known:
        return self.desk.known if self.desk is not None else Known()

    async def _look(self) -> None:
        """Read the journal again; none is begun for it: where there is none, nobody has signed anything."""
        if self.desk is None:
            return
        if self.desk.exists:
            await self.desk.look()
        else:
            self.desk.known = Known()

    @cached_property
    def me(self) -> str:
        return self._config.escalation.me or user_name()

    @property
    def read_only(self) -> bool:
        return self._config.read_only

    @property
    def journal_is_there(self) -> bool:
        """Whether there is a journal that need not be begun to be read."""
        return self.desk is not None and self.desk.exists

    @property
    def remote(self) -> Remote:
        """GitHub, through a client of its own; opened on first use."""
        from vauntico_tui.actions.remedy.remote import Remote  # noqa: PLC0415  the clients

        if self._opened is None:
            self._opened = Remote(self._config, self._clock)
        return self._opened

    def load_library(self) -> Library:
        """Reads files."""
        from vauntico_tui.runbooks.load import folder_of, load_runbooks  # noqa: PLC0415  pydantic

        return load_runbooks(folder_of(self._config_file), self._plan.runbooks)

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
