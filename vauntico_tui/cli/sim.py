"""`sim`: the box alone, for tests and for looking at the screen under stress."""

from __future__ import annotations

from pathlib import Path

import click

from vauntico_tui.cli.options import box_options


@click.command()
@click.option(
    "--config-out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write a config that points at the box.",
)  # fmt: skip
@box_options
@click.option(
    "--issues", metavar="N", type=click.IntRange(60, 100_000), default=60, show_default=True, help="How many issues."
)
@click.option(
    "--runs",
    metavar="N",
    type=click.IntRange(1, 100_000),
    default=100,
    show_default=True,
    help="How many workflow runs.",
)
@click.option("--port", metavar="N", type=click.IntRange(0, 65_000), default=0, help="GitHub's port; else free ones.")
def sim(*, config_out: Path, speed: float, seed: int, issues: int, runs: int, port: int) -> None:
    """Run only the box until it is ended: prints one JSON line (URLs, pid), then serves on loopback.

    It has knobs over HTTP for its size and for faults: see docs/box.md.
    """
    from vauntico_tui.sim.main import serve

    code = serve(config_out, seed=seed, speed=speed, issues=issues, runs=runs, port=port)
    click.get_current_context().exit(code)
