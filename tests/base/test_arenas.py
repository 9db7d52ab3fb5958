"""One heap for all threads, where glibc is."""

from __future__ import annotations

import platform
import re
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, threading
from vauntico_tui.base.arenas import one_arena
{first}
libc = ctypes.CDLL(None)
held = []
def work():
    for _ in range(200):
        held.append(ctypes.create_string_buffer(2000))
threads = [threading.Thread(target=work) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_stats()
"""


def _arenas(first: str) -> int:
    program = [sys.executable, "-c", PROGRAM.format(first=first)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    return len(re.findall(r"^Arena \d+", done.stderr, re.MULTILINE))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another malloc")
def test_threads_share_one() -> None:
    assert _arenas("one_arena()") == 1
