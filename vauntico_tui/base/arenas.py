"""glibc gives each thread a heap of its own, of which most stays empty but resident. A dozen threads that mostly wait
do well with one: 2 to 4 MB less."""

from __future__ import annotations

import sys

ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""


def one_arena() -> None:
    """Call it before there are many threads. Does nothing where there is no glibc."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none
        mallopt(ARENA_MAX, 1)
