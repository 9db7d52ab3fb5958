"""So many consoles of one PostgreSQL journal in this process, each as the war room follows it: waits, then looks.

`python -m benchmarks.console URL COUNT`: one line when all follow; when stdin ends, one JSON list of [escalation,
console, monotonic seconds at which that console first saw it acknowledged].
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from vauntico_tui.actions.desk.known import Known
from vauntico_tui.actions.desk.look import look
from vauntico_tui.escalation.state import Status
from vauntico_tui.journal.open import open_journal


def follow(url: str, console: int, ready: threading.Barrier, told: list[tuple[int, int, float]]) -> None:
    journal = open_journal(url, console=f"console {console}", state_dir=Path())
    follower = journal.follow()
    follower.wait(1)
    known = look(journal, Known())
    seen = {one.id for one in known.open if one.state is Status.ACKNOWLEDGED}
    ready.wait()
    while True:
        if not follower.wait(30):
            continue
        known = look(journal, known)
        now = time.monotonic()
        new = {one.id for one in known.open if one.state is Status.ACKNOWLEDGED} - seen
        seen |= new
        told += [(number, console, now) for number in new]


def main() -> None:
    url, count = sys.argv[1], int(sys.argv[2])
    ready = threading.Barrier(count + 1)
    told: list[tuple[int, int, float]] = []
    for console in range(count):
        threading.Thread(target=follow, args=(url, console, ready, told), daemon=True).start()
    ready.wait(60)
    print("follows", flush=True)
    sys.stdin.read()
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
