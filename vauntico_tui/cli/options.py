"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def timeout_option(command: F) -> F:
    """`--timeout`: how long the sources may take."""
    return click.option(
        "--timeout", metavar="SECONDS", type=click.FloatRange(0.1, 600), default=15.0, show_default=True,
        help="Seconds to wait for answers.",
    )(command)  # fmt: skip


def box_options(command: F) -> F:
    """`--speed`, `--seed`: the box's time and its chance."""
    command = click.option(
        "--seed", metavar="N", type=int, default=1, show_default=True, help="The same seed is the same organisation."
    )(command)
    return click.option(
        "--speed", metavar="X", type=click.FloatRange(0, 100_000), default=1.0, show_default=True,
        help="How fast its time runs.",
    )(command)  # fmt: skip
