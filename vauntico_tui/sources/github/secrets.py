"""Reads the names of secrets, by scope: the repository's, and each environment's that a check names."""

from __future__ import annotations

from urllib.parse import quote

from vauntico_tui.evidence.facts import Secret
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.github import parse
from vauntico_tui.sources.github.ask import Ask
from vauntico_tui.sources.github.memory import KeptSecrets
from vauntico_tui.sources.github.watch import Watch
from vauntico_tui.sources.parts import Board, Key, Progress

AT_ONCE = 3  # scopes asked in a round; of more, each round asks the next ones


class SecretsPart:
    """The scopes of one repository that checks need; each fails alone."""

    def __init__(self, ask: Ask, board: Board, scopes: frozenset[str]) -> None:
        self._ask, self._board = ask, board
        self.watches: dict[str, Watch] = {}
        self._turn = 0
        self.need(scopes)

    def need(self, scopes: frozenset[str]) -> None:
        """Read these too from the next round on."""
        for scope in sorted(scopes - self.watches.keys()):
            what = "secret names" if scope == "repository" else f'secret names of environment "{scope}"'
            self.watches[scope] = Watch(what)

    @property
    def parts(self) -> list[Key]:
        return [("secrets", scope) for scope in self.watches]

    def keep(self) -> KeptSecrets:
        """What is worth keeping."""
        known = {scope: self._board.get(("secrets", scope)) for scope in self.watches}
        values = {scope: reading.value for scope, reading in known.items() if reading.value is not None}
        return KeptSecrets(values, {scope: self.watches[scope].keep() for scope in values})

    def restore(self, kept: KeptSecrets) -> dict[Key, object]:
        """Know what was kept; the values by part."""
        told = {
            scope: value for scope, value in kept.values.items() if scope in self.watches.keys() & kept.watches.keys()
        }
        for scope in told:
            self.watches[scope].restore(kept.watches[scope])
        return {("secrets", scope): value for scope, value in told.items()}

    async def look(self, progress: Progress) -> None:
        """Ask this round's scopes. Raises SourceError where going on is no use."""
        for scope in self._this_round():
            part = ("secrets", scope)
            try:
                value = await self._read(scope)
            except SourceError as failure:
                progress.miss([part], failure.trouble)
                continue
            progress.well([part])
            now = self._ask.clock.now()
            if value is None:
                self._board.confirm([part], now)
            else:
                self._board.fresh(part, value, now)

    async def _read(self, scope: str) -> tuple[Secret, ...] | None:
        where = "/actions" if scope == "repository" else f"/environments/{quote(scope, safe='')}"

        def read(text: str, place: Place) -> tuple[Secret, ...]:
            return parse.secrets(text, scope, place)

        return (await self.watches[scope].look(self._ask, self._ask.path(f"{where}/secrets?per_page=100"), read)).value

    def _this_round(self) -> list[str]:
        scopes = list(self.watches)
        never = [scope for scope in scopes if not self.watches[scope].url]
        if never or len(scopes) <= AT_ONCE:
            return never or scopes
        start = self._turn % len(scopes)
        self._turn = start + AT_ONCE
        return (scopes + scopes)[start : start + AT_ONCE]
