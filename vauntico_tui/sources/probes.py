"""Plain URLs: does it answer, how fast, and with what. No redirect is followed: a 301 is the answer."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

from vauntico_tui.base.clock import Clock
from vauntico_tui.base.text import clean
from vauntico_tui.evidence.facts import UrlAnswer
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources import failures
from vauntico_tui.sources.failures import Place
from vauntico_tui.sources.limits import PROBE, Limits, TooSlowError
from vauntico_tui.sources.parts import Board, Key
from vauntico_tui.sources.rounds import Round
from vauntico_tui.sources.tls import trusted
from vauntico_tui.sources.worker import Worker

if TYPE_CHECKING:
    import httpx

AT_ONCE = 4


class ProbeReader:
    """The URLs that checks name, a few at once; each fails alone."""

    def __init__(self, urls: frozenset[str], clock: Clock, board: Board, limits: Limits = PROBE) -> None:
        self._urls, self._clock, self._board, self._limits = sorted(urls), clock, board, limits
        self._workers: list[Worker[httpx.Client]] = [
            Worker(f"urls-{number}", self._make) for number in range(min(AT_ONCE, len(self._urls)))
        ]

    def need(self, urls: frozenset[str]) -> None:
        """Probe these too from the next round on."""
        self._urls = sorted({*self._urls, *urls})
        self._workers += [
            Worker(f"urls-{number}", self._make) for number in range(len(self._workers), min(AT_ONCE, len(self._urls)))
        ]

    @property
    def parts(self) -> list[Key]:
        return [("urls", url) for url in self._urls]

    def close(self) -> None:
        for worker in self._workers:
            worker.close()

    def _make(self) -> httpx.Client:
        from vauntico_tui import __version__  # noqa: PLC0415
        from vauntico_tui.sources.http import httpx  # noqa: PLC0415  in the thread: slow to import

        return httpx.Client(
            timeout=self._limits.timeout,
            follow_redirects=False,
            verify=trusted(),
            headers={"User-Agent": f"vauntico-tui/{__version__}"},
        )

    async def refresh(self, *, asked: bool = False) -> Round:
        """Ask every URL once."""
        lanes = [
            self._lane(worker, self._urls[number :: len(self._workers)]) for number, worker in enumerate(self._workers)
        ]
        troubles = [trouble for lane in await asyncio.gather(*lanes) for trouble in lane]
        return Round(len(troubles) < len(self._urls), troubles[0] if troubles else None)

    async def _lane(self, worker: Worker[httpx.Client], urls: list[str]) -> list[Trouble]:
        troubles = []
        for url in urls:
            try:
                answer = await worker.call(partial(self._probe, url), self._limits.abandon)
            except Exception as error:  # httpx, ssl and sockets raise what they like
                host = url.split("://", 1)[-1].split("/", 1)[0].rpartition("@")[2]
                place = Place(host, host, "the check's url in the plan")
                troubles.append(failures.from_exception(error, place))
                self._board.fail([("urls", url)], troubles[-1])
                continue
            self._board.fresh(("urls", url), answer, self._clock.now())
        return troubles

    def _probe(self, url: str, client: httpx.Client) -> UrlAnswer:
        began = time.monotonic()
        with client.stream("GET", url) as response:
            elapsed = (time.monotonic() - began) * 1000
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) >= self._limits.body:
                    break
                if time.monotonic() - began > self._limits.deadline:
                    raise TooSlowError(self._limits.deadline)
        text = body[: self._limits.body].decode("utf-8", "replace")
        return UrlAnswer(url, response.status_code, elapsed, clean(text))
