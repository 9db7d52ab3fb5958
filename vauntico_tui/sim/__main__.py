"""`python -m vauntico_tui.sim`: the box without the rest of the program."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vauntico_tui.sim.options import Options


def main() -> int:
    parser = argparse.ArgumentParser(prog="vauntico_tui.sim", description=__doc__)
    parser.add_argument("--config-out", type=Path, help="where to write a config that points at the box")
    parser.add_argument("--child", action="store_true", help="end with standard input, in a folder that goes too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=1.0, help="world seconds a real second")
    parser.add_argument("--issues", type=int, default=60)
    parser.add_argument("--runs", type=int, default=140)
    parser.add_argument("--port", type=int, default=0, help="GitHub's port; the others follow it")
    parser.add_argument("--paging", action="store_true", help="page the box's people at its own receiver")
    given = parser.parse_args()
    options = Options(given.seed, given.speed, given.issues, given.runs, given.port, given.paging)
    if given.child:
        from vauntico_tui.sim.child import run  # noqa: PLC0415 (only one of the two is needed)

        return run(options)
    if given.config_out is None:
        parser.error("--config-out is needed")
    from vauntico_tui.sim.main import serve  # noqa: PLC0415

    return serve(
        given.config_out, seed=given.seed, speed=given.speed, issues=given.issues, runs=given.runs, port=given.port
    )


if __name__ == "__main__":
    sys.exit(main())
