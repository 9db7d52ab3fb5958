"""Blocking calls off the event loop: one daemon thread with a client of its own, replaced when a call hangs.

Neither asyncio's executor nor concurrent.futures is used: both wait for their threads when the program ends.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

C = TypeVar("C")
T = TypeVar("T")


class OverdueError(Exception):
    """A call that did not return by its deadline; its thread was given up. `seconds` is the deadline."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {seconds:g} s")
        self.seconds = seconds


class TooManyHangError(Exception):
    """So many given-up threads still hang that no new one is started."""


@dataclass(slots=True)
class _Call:
    run: Callable[[Any], Any]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]


@dataclass(slots=True)
class _Post(Generic[C]):
    """A thread's letter box and the client that only it touches."""

    calls: SimpleQueue[_Call | None] = field(default_factory=SimpleQueue)
    client: C | None = None


def _settle(answer: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(value)


class Worker(Generic[C]):
    """Runs calls one after another, each with the thread's own client, which `make` builds there on first use.

    All methods belong to one event loop. A call that is given up leaves its thread and client behind; the next call
    gets new ones, so a client is never shared.
    """

    def __init__(self, name: str, make: Callable[[], C], *, most_hanging: int = 8) -> None:
        self._name, self._make, self._most_hanging = name, make, most_hanging
        self._post: _Post[C] | None = None
        self._hanging: set[threading.Thread] = set()
        self._thread: threading.Thread | None = None
        self._turn = asyncio.Lock()

    async def call(self, run: Callable[[C], T], deadline: float) -> T:
        """What `run(client)` returns or raises. Raises OverdueError after `deadline` seconds."""
        async with self._turn:
            post = self._post or self._start()
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[T] = loop.create_future()
            post.calls.put(_Call(run, loop, answer))
            try:
                async with asyncio.timeout(deadline):
                    return await answer
            except TimeoutError:
                if answer.done() and not answer.cancelled():  # the call itself raised a TimeoutError
                    raise
                self._give_up()
                raise OverdueError(deadline) from None
            except asyncio.CancelledError:
                self._give_up()
                raise

    def forget_client(self) -> None:
        """Have the next call build a new client (after the token was refused, say)."""
        self._give_up()

    def close(self) -> None:
        """End the thread when its call returns; nothing waits for it."""
        self._give_up()

    def _start(self) -> _Post[C]:
        self._hanging = {thread for thread in self._hanging if thread.is_alive()}
        if len(self._hanging) >= self._most_hanging:
            raise TooManyHangError(f"{len(self._hanging)} earlier calls still hang")
        post: _Post[C] = _Post()
        self._thread = threading.Thread(target=_serve, args=(post, self._make), name=self._name, daemon=True)
        self._thread.start()
        self._post = post
        return post

    def _give_up(self) -> None:
        if self._post is None:
            return  # closed while the call was under way
        self._post.calls.put(None)
        self._post = None
        if self._thread is not None:
            self._hanging.add(self._thread)


def _serve(post: _Post[C], make: Callable[[], C]) -> None:
    while (call := post.calls.get()) is not None:
        value, error = None, None
        try:
            if post.client is None:
                post.client = make()
            value = call.run(post.client)
        except BaseException as raised:  # it belongs to whoever asked
            error = raised
        try:
            call.loop.call_soon_threadsafe(_settle, call.answer, value, error)
        except RuntimeError:
            return  # the event loop has ended
        del call, value, error
    close = getattr(post.client, "close", None)
    if close is not None:
        close()
