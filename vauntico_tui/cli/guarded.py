"""Commands that ask sources directly: what a source refuses is a sentence and a code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from vauntico_tui.cli import exits
from vauntico_tui.cli.journaled import Ended, Session, end, run


def guarded(work: Callable[[Session], Awaitable[int]]) -> None:
    """Run in the war room, its journal read, and end the command with the code."""
    from vauntico_tui.cli.run_log import CODES
    from vauntico_tui.sources.failures import SourceError

    async def doing(session: Session) -> int:
        try:
            await session.look()
            return await work(session)
        except SourceError as failure:
            raise Ended(CODES.get(failure.trouble.kind, exits.UNREACHABLE), str(failure.trouble)) from None

    end(run(doing), "")
