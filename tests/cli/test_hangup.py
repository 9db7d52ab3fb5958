"""The program does not outlive its terminal, even where no signal tells it."""

from __future__ import annotations

import os
import pty
import sys

CHILD = """
import os, signal
from vauntico_tui.cli.hangup import watch
signal.signal(signal.SIGHUP, signal.SIG_IGN)
watch(0, lambda: open({kept!r}, "w").close(), every=0.02)
os.write(1, b"ready")
signal.pause()
"""


def test_a_terminal_that_goes_without_a_word_ends_the_program(tmp_path: object) -> None:
    kept = f"{tmp_path}/kept"
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", CHILD.format(kept=kept)])  # noqa: S606
    said = b""
    while b"ready" not in said:
        said += os.read(terminal, 1024)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 129
    assert os.path.exists(kept)  # noqa: PTH110
