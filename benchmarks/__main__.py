"""`python -m benchmarks [ROW ...]`: measure, print the table; with no ROW named, write docs/benchmarks.md too."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

from benchmarks import escalations, measure
from benchmarks.measure import Row

ROWS = {**measure.ROWS, **escalations.ROWS}


def table(rows: list[Row]) -> str:
    lines = ["| what | measured | at most | kept |", "|---|---|---|---|"]
    lines += [f"| {row.what} | {row.figure} | {row.bound} | {'yes' if row.kept else '**no**'} |" for row in rows]
    return "\n".join(lines)


def main() -> int:
    names = sys.argv[1:] or list(ROWS)
    if unknown := [name for name in names if name not in ROWS]:
        print(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}", file=sys.stderr)
        return 2
    rows = []
    for name in names:
        rows.append(ROWS[name]())
        print(f"{rows[-1].what}: {rows[-1].figure} (at most {rows[-1].bound})", flush=True)
    if not sys.argv[1:]:
        page = (
            "# Speed and memory\n\n"
            "Made by `python -m benchmarks` (needs `pyte`, `gh` and `promtool`). Ratios are taken in one run,\n"
            "in turn; absolute figures hold for the machine that ran it "
            f"({platform.system()}, Python {platform.python_version()}).\n\n"
        )
        Path("docs/benchmarks.md").write_text(page + table(rows) + "\n")
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
