"""`watch`: sources, clocks and pages without a screen. Any number may run on a journal; one leads."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import one_line
from vauntico_tui.cli.context import config_file, config_option

if TYPE_CHECKING:
    from vauntico_tui.actions.keeper.keeper import Work
    from vauntico_tui.cli.heartbeat import Heartbeat
    from vauntico_tui.config.model import Config
    from vauntico_tui.escalation.state import Escalation
    from vauntico_tui.view.model import View
    from vauntico_tui.warroom import WarRoom

LOOK_EVERY = 1.0  # seconds between two looks at what is to be told


@click.command()
@click.option(
    "--metrics",
    metavar="ADDR",
    help='Serve Prometheus metrics of its own at http://ADDR/metrics: "127.0.0.1:9464", ":9464" for every address.',
)
@config_option
def watch(metrics: str | None) -> None:
    """Keep clocks and pages running without a screen, until it is told to stop (SIGTERM, ctrl+c).

    Any number may run on one journal: one leads, another takes over within 15 seconds when it dies.
    """
    from vauntico_tui.warroom import open_room

    file = config_file()
    if file is None:
        raise InputError([Problem("there is no config to watch by", hint="`vauntico-tui init` writes one")])
    address = _address(metrics) if metrics is not None else None
    from vauntico_tui.cli.context import load

    config = load(file)
    if config.read_only:
        raise InputError([Problem("read_only is set, so nothing could be kept", str(file), hint="take it out")])
    room = open_room(file)
    try:
        asyncio.run(_watch(room, config, address))
    finally:
        room.close()


def _address(text: str) -> tuple[str, int]:
    host, mark, port = text.rpartition(":")
    if not mark or not port.isdigit() or not 0 <= int(port) < 65536:
        problem = Problem(f'"{one_line(text, 60)}" is no address', hint='write it as "127.0.0.1:9464"')
        raise InputError([problem])
    return host.strip("[]"), int(port)


async def _watch(room: WarRoom, config: Config, address: tuple[str, int] | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: ctrl+c raises KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    told = Told()
    from vauntico_tui.cli.heartbeat import Heartbeat

    heart = Heartbeat(config.escalation, say)
    with _served(room, heart, address):
        running = asyncio.create_task(room.run())
        stopping = asyncio.create_task(stop.wait())
        beating = asyncio.create_task(heart.run(lambda: _work(room)))
        try:
            while not stop.is_set() and not running.done():
                for line in told.lines(_work(room), room.view):
                    say(line)
                await asyncio.wait({running, stopping}, timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        finally:
            beating.cancel()
            stopping.cancel()
            room.close()
            await asyncio.gather(beating, return_exceptions=True)
        await running
        say("stopped")


def _work(room: WarRoom) -> Work:
    assert room.office is not None  # noqa: S101  open_room gives one
    return room.office.work


def _open(room: WarRoom) -> tuple[Escalation, ...]:
    return room.office.known.open if room.office is not None else ()


def say(line: str) -> None:
    """One line on stderr, with its time."""
    sys.stderr.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {one_line(line, 500)}\n")
    sys.stderr.flush()


class Told:
    """What was said last, so that only changes are said."""

    def __init__(self) -> None:
        self._leads: bool | None = None
        self._trouble = ""
        self._dead = 0
        self._sources: dict[str, str] = {}

    def lines(self, work: Work, view: View) -> Iterator[str]:
        if work.trouble != self._trouble:
            yield f"journal: {work.trouble}" if work.trouble else "journal: answers again"
            self._trouble = work.trouble
        if work.looked_at is not None and work.leads != self._leads:
            yield "leads: clocks and pages are kept here" if work.leads else "waits: another one leads"
            self._leads = work.leads
        if work.dead > self._dead:
            yield f"{work.dead} messages could not be delivered; `vauntico-tui deliveries` says why"
        self._dead = work.dead
        for source in view.sources:
            said = str(source.trouble) if source.trouble is not None else ""
            if said != self._sources.get(source.id, ""):
                yield f"{source.title}: {said or 'answers'}"
                self._sources[source.id] = said


@contextlib.contextmanager
def _served(room: WarRoom, heart: Heartbeat, address: tuple[str, int] | None) -> Iterator[None]:
    """The metrics, while this lasts."""
    if address is None:
        yield
        return
    from vauntico_tui.cli.watch_metrics import serve

    server = serve(*address, lambda: (_work(room), room.view, _open(room), heart.last))
    say(f"metrics: http://{address[0] or '*'}:{server.server_port}/metrics")
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
