"""Keeps pauses away from keys. With 10,000 issues one full collection holds up a key by 100 ms, so they are made when
nobody has typed for a while; the short ones go on as ever. And threads that read sources hand over sooner.
"""

from __future__ import annotations

import gc
import sys
import time

_NEVER = 1_000_000_000
SETTLED = 5.0  # seconds without a key after which a pause is not felt
EVERY = 300.0  # seconds between full collections while it is quiet
AT_LAST = 1800.0  # seconds after which one is made though keys are pressed
HAND_OVER = 0.001  # seconds that a busy thread may keep the interpreter while the screen waits for it


class QuietCollector:
    """Owns when full collections happen, from `start` to `stop`. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._before: tuple[int, int, int] | None = None
        self._interval = sys.getswitchinterval()
        self._key_at = self._collected_at = time.monotonic()

    def start(self) -> None:
        """From now on no full collection by itself, and threads hand over soon."""
        if self._before is None:
            self._before = gc.get_threshold()
            gc.set_threshold(self._before[0], self._before[1], _NEVER)
            self._interval = sys.getswitchinterval()
            sys.setswitchinterval(HAND_OVER)
            self._collected_at = time.monotonic()

    def key(self) -> None:
        """A key was pressed: not now."""
        self._key_at = time.monotonic()

    def look(self) -> bool:
        """Collect if it is time; returns whether it was. Called now and then."""
        now = time.monotonic()
        since = now - self._collected_at
        if self._before is None or since < EVERY or (now - self._key_at < SETTLED and since < AT_LAST):
            return False
        gc.collect()
        self._collected_at = time.monotonic()
        return True

    def stop(self) -> None:
        """Give collector and threads back as they were."""
        if self._before is not None:
            gc.set_threshold(*self._before)
            sys.setswitchinterval(self._interval)
            self._before = None
