"""How a person or a pipeline stops what runs: the first signal stops it between two requests, the second leaves."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import click

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""ctrl+c; a pipeline that is cancelled; a terminal that is gone."""


class Stopping:
    """`stop` is called once, by the first signal."""

    def __init__(self, stop: Callable[[], object]) -> None:
        self._stop = stop
        self._asked: asyncio.Future[Any] | None = None
        self.stopped = False

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        """Listen within this. A signal that is ignored (nohup, a shell's background) stays ignored."""
        loop = asyncio.get_running_loop()
        before = {one: signal.getsignal(one) for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN}
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # no signals in this thread
            for one in before:
                loop.add_signal_handler(one, self._told)
        try:
            yield
        finally:
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                for one, handler in before.items():
                    loop.remove_signal_handler(one)
                    signal.signal(one, handler)

    async def unless(self, question: Awaitable[T]) -> T:
        """What a person answers. Raises Cancelled where it is stopped meanwhile."""
        from vauntico_tui.actions.remedy.kinds import Cancelled

        asked = asyncio.ensure_future(question)
        self._asked = asked
        try:
            if self.stopped:
                asked.cancel()
            return await asked
        except asyncio.CancelledError:
            if self.stopped:
                raise Cancelled from None
            raise
        finally:
            self._asked = None

    def _told(self) -> None:
        if self.stopped:
            raise KeyboardInterrupt
        self.stopped = True
        with contextlib.suppress(OSError):
            click.echo("stopping between two requests; once more leaves at once", err=True)
        self._stop()
        if self._asked is not None:
            self._asked.cancel()
