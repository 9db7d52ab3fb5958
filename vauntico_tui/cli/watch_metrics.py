"""`watch --metrics`: what it does and what is overdue, for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.evidence.reading import State

if TYPE_CHECKING:
    from vauntico_tui.actions.keeper.keeper import Work
    from vauntico_tui.escalation.state import Escalation
    from vauntico_tui.view.model import View

Seen = Callable[[], tuple["Work", "View", "tuple[Escalation, ...]", "datetime | None"]]


def serve(host: str, port: int, seen: Seen) -> WSGIServer:
    """Serve them in a daemon thread. Raises InputError where the address can't be used."""
    registry = CollectorRegistry()
    registry.register(Watched(seen))
    try:
        server, _ = start_http_server(port, host or "0.0.0.0", registry)  # noqa: S104  asked for as ":PORT"
    except OSError as error:
        problem = Problem(f"metrics can't be served at {host}:{port}: {error.strerror or error}", hint="choose another")
        raise InputError([problem]) from None
    return server


class Watched(Collector):
    """One look at a time; every value is of that look. Called in the server's thread."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        work, view, opened, beat = self._seen()
        now = work.looked_at or datetime.now(UTC)
        yield _one("leads", "Whether this one keeps clocks and pages", work.leads)
        yield _one("journal_up", "Whether the journal answers", work.looked_at is not None and not work.trouble)
        yield _one("overdue", "Whether work should have been done a minute ago and was not", bool(work.overdue))
        yield _one("timers_due", "Escalations with a clock that has run out", work.timers_due)
        yield _one("timer_lag_seconds", "How long the longest overdue clock has waited", _lag(work.next_timer, now))
        yield _one("message_lag_seconds", "How long the longest due message has waited", _lag(work.next_message, now))
        messages = _family("messages", "Messages of the outbox that are not delivered", "state")
        for state, count in (("pending", work.pending), ("sending", work.sending), ("dead", work.dead)):
            messages.add_metric([state], count)
        yield messages
        yield _one("messages_due", "Messages that may be sent now", work.messages_due)
        yield from _escalations(opened)
        yield from _sources(view)
        if work.looked_at is not None:
            yield _one("journal_read_timestamp_seconds", "When the journal was last read", work.looked_at.timestamp())
        if beat is not None:
            yield _one("heartbeat_timestamp_seconds", "When the last heartbeat was sent", beat.timestamp())


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"vauntico_{name}", meaning, value=float(value))


def _family(name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"vauntico_{name}", meaning, labels=labels)


def _lag(at: datetime | None, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) if at is not None else 0.0


def _escalations(opened: tuple[Escalation, ...]) -> Iterator[Metric]:
    family = _family("escalations", "Open escalations", "level", "state")
    for (level, state), count in sorted(Counter((one.level, one.state.value) for one in opened).items()):
        family.add_metric([str(level), state], count)
    yield family


def _sources(view: View) -> Iterator[Metric]:
    up = _family("source_up", "Whether a source's last answer can be trusted", "source")
    read = _family("source_read_timestamp_seconds", "When a source was last read", "source")
    for source in view.sources:
        if source.state is State.OFF:
            continue
        up.add_metric([source.id], float(source.state is State.FRESH))
        if source.as_of is not None:
            read.add_metric([source.id], source.as_of.timestamp())
    yield up
    yield read
