"""`python -m benchmarks [ROW ...]`: measure, print, write docs/benchmarks.md; rows not named keep their line there."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from benchmarks import escalations, measure, remedies
from benchmarks.measure import Row

ROWS = {**measure.ROWS, **escalations.ROWS, **remedies.ROWS}
PAGE = Path("docs/benchmarks.md")
HEAD = f"""# Speed and memory

Made by `python -m benchmarks [ROW ...]`, rows {", ".join(f"`{name}`" for name in ROWS)}.
It needs `pyte`, `gh`, `promtool` and PostgreSQL. Ratios are taken in one run, in turn. Absolute figures hold for the
machine that ran it (SYSTEM); its load is how many processes wanted a processor in the minute in which the row was
measured. With more of them than processors every time is the longer for it.

| row | what | measured | at most | kept | load |
|---|---|---|---|---|---|
"""


def line(name: str, row: Row, load: float) -> str:
    kept = "yes" if row.kept else "**no**"
    return f"| {name} | {row.what} | {row.figure} | {row.bound} | {kept} | {load:.1f} |"


def known() -> dict[str, str]:
    """The lines of the page by row."""
    if not PAGE.exists():
        return {}
    lines = [text for text in PAGE.read_text().splitlines() if text.startswith("| ")]
    return {text.split(" | ")[0].removeprefix("| "): text for text in lines}


def main() -> int:
    names = sys.argv[1:] or list(ROWS)
    if unknown := [name for name in names if name not in ROWS]:
        print(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}", file=sys.stderr)
        return 2
    kept = True
    system = f"{platform.system()}, Python {platform.python_version()}, {os.cpu_count()} processors"
    for name in names:
        row = ROWS[name]()
        kept = kept and row.kept
        print(f"{row.what}: {row.figure} (at most {row.bound})", flush=True)
        lines = known() | {name: line(name, row, os.getloadavg()[0])}
        table = "".join(f"{lines[one]}\n" for one in ROWS if one in lines)
        PAGE.write_text(HEAD.replace("SYSTEM", system) + table)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
