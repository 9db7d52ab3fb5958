"""A program in a pseudo-terminal, its screen kept by pyte: what a person would see, and when."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

TICKS = os.sysconf("SC_CLK_TCK")


class Terminal:
    """Runs `argv` at a size; `bytes_out` counts what it wrote, `screen()` is what stands there now."""

    def __init__(self, argv: Sequence[str], columns: int = 120, lines: int = 40, env: Mapping[str, str] | None = None):
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self.bytes_out = 0
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})})
            os.execvp(argv[0], list(argv))
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def pump(self, seconds: float) -> bool:
        """Read what comes within `seconds`; False at its end."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            return False
        self.bytes_out += len(data)
        with contextlib.suppress(Exception):  # pyte does not know every private sequence
            self._stream.feed(data)
        return bool(data)

    def screen(self) -> str:
        return "\n".join(self._screen.display)

    def wait(self, seen: Callable[[str], bool], timeout: float = 30) -> float:
        """Seconds from now until the screen satisfies `seen`. Raises TimeoutError with the screen."""
        begun = time.perf_counter()
        while not seen(self.screen()):
            if time.perf_counter() - begun > timeout or not self.pump(0.05):
                raise TimeoutError(f"not seen within {timeout} s:\n{self.screen()}")
        return time.perf_counter() - begun

    def rest(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.pump(min(left, 0.2))

    def send(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def key(self, text: str, timeout: float = 2) -> float:
        """Send a key; seconds until the first byte of its paint."""
        before = self.bytes_out
        begun = time.perf_counter()
        self.send(text)
        while self.bytes_out == before:
            if time.perf_counter() - begun > timeout:
                raise TimeoutError(f"no paint after {text!r}:\n{self.screen()}")
            self.pump(0.005)
        return time.perf_counter() - begun

    def cpu_seconds(self) -> float:
        """User and system time of the process so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_mb(self) -> float:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        self.rest(0.3)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
