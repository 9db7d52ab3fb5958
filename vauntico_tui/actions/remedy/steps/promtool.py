"""What is wrong with a prometheus.yml: `promtool check config` where it is installed, else the shape of it."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from pathlib import Path

from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.edits.prometheus_check import problems_of_text

TIMEOUT = 20.0
_LINE = re.compile(r"line \d+")


async def new_problems(after: str, before: str | None) -> tuple[str, ...]:
    """What is wrong with a file that was not wrong with it before."""
    found = await problems(after)
    old = await problems(before) if found and before is not None else ()
    known = {_LINE.sub("", one) for one in old}
    return tuple(one for one in found if _LINE.sub("", one) not in known)


async def problems(text: str) -> tuple[str, ...]:
    """Sentences; empty where nothing is wrong."""
    program = shutil.which("promtool")
    if program is None:
        return problems_of_text(text)
    return await _promtool(program, text)


async def _promtool(program: str, text: str) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(prefix="vauntico-promtool-") as folder:
        file = Path(folder) / "prometheus.yml"
        file.write_text(text, encoding="utf-8", newline="")
        process = await asyncio.create_subprocess_exec(
            program, "check", "config", "--syntax-only", str(file),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            async with asyncio.timeout(TIMEOUT):
                said, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            return problems_of_text(text)
    if process.returncode == 0:
        return ()
    words = said.decode("utf-8", "replace").replace(str(file), "prometheus.yml")
    if "unknown long flag" in words:  # older than 2.34: it would look for files that are elsewhere
        return problems_of_text(text)
    lines = [one_line(line, 200) for line in words.splitlines() if "FAILED" in line.upper() or "err" in line.lower()]
    return (f"promtool refuses it: {'; '.join(lines) or one_line(words, 200)}",)
