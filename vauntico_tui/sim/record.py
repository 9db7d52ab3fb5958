"""What was asked of the box: the newest requests and running counts."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass

from vauntico_tui.sim.http import App, Request, Response

KEPT = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and its answer. `points` is what it cost of a rate limit."""

    at: float
    target: str
    method: str
    path: str
    status: int
    points: int
    size: int
    ms: float
    agent: str = ""


class Record:
    """A bounded list of requests, and counts that are not bounded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._counts: Counter[str] = Counter()

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)
            self._counts["requests"] += 1
            self._counts[f"{entry.target}_requests"] += 1
            self._counts[f"status_{entry.status}"] += 1
            self._counts["points"] += entry.points
            if entry.status == 304:
                self._counts["not_modified"] += 1

    def reset(self) -> None:
        with self._lock:
            self._entries.clear()
            self._counts.clear()

    def shown(self, target: str | None = None, limit: int = 500) -> dict[str, object]:
        """Counts, and the newest requests, oldest first."""
        with self._lock:
            entries = [entry for entry in self._entries if target in (None, entry.target)][-limit:]
            base = {"requests": 0, "points": 0, "not_modified": 0}
            return {
                "counts": {**base, **self._counts},
                "requests": [
                    {
                        "at": entry.at,
                        "target": entry.target,
                        "method": entry.method,
                        "path": entry.path,
                        "status": entry.status,
                        "points": entry.points,
                        "bytes": entry.size,
                        "ms": entry.ms,
                        "agent": entry.agent,
                    }
                    for entry in entries
                ],
            }


def recorded(target: str, record: Record, app: App) -> App:
    """An application whose requests are put on record."""

    def serve(request: Request) -> Response:
        begun = time.perf_counter()
        response = app(request)
        points = int(response.headers.pop("X-Box-Points", "0"))
        size = len(response.body) * response.repeat
        ms = round((time.perf_counter() - begun) * 1000, 2)
        agent = request.headers.get("user-agent", "")
        entry = Entry(time.time(), target, request.method, request.target, response.status, points, size, ms, agent)
        record.add(entry)
        return response

    return serve
