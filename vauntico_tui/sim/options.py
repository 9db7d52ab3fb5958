"""What a box is made of. Apart from box.py, so that a parent that only starts one stays light."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """What a box is made of. `port` is GitHub's, the others follow it; 0 takes free ones. `paging` names people in the
    config whose pages go to the box's own receiver."""

    seed: int = 1
    speed: float = 1.0
    issues: int = 60
    runs: int = 140
    port: int = 0
    paging: bool = False
