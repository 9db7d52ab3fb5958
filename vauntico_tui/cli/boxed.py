"""The demo's war room: the box starts as a child behind the first paint, and its folder goes with it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from vauntico_tui.base.problems import InputError, Problem

if TYPE_CHECKING:
    from vauntico_tui.sim.child import Child
    from vauntico_tui.warroom import WarRoom


class Boxed:
    """A box for one demo. The child ends with this process however that ends; `stop` only makes it sooner."""

    def __init__(self, speed: float, seed: int) -> None:
        self._speed, self._seed = speed, seed
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._stopped = False

    def open_room(self) -> WarRoom:
        """Start the box and open the war room on it. Raises InputError where the box does not start."""
        from vauntico_tui.sim.child import StartError, start

        try:
            child = start(seed=self._seed, speed=self._speed, paging=True)
        except (StartError, OSError) as error:
            hint = "try again; `vauntico-tui doctor` may tell more"
            raise InputError([Problem(str(error), None, None, hint)]) from None
        with self._lock:
            self._child = child
            late = self._stopped
        if late:
            child.stop()
        from vauntico_tui.warroom import open_room

        return open_room(child.config_path, demo=True, state_dir=child.config_path.parent / "state")

    def stop(self) -> None:
        """End the box and remove its folder. One that is just starting ends by itself when this process does."""
        with self._lock:
            self._stopped = True
            child = self._child
        if child is not None:
            child.stop()
