"""Makes docs/picture.svg from the demo: `python docs/picture.py [COLUMNS LINES]`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from vauntico_tui.evidence.reading import State
from vauntico_tui.sim.child import start
from vauntico_tui.tui.app import WarRoomApp
from vauntico_tui.tui.settings import ScreenSettings
from vauntico_tui.view.model import View
from vauntico_tui.warroom import WarRoom, open_room

PICTURE = Path(__file__).with_name("picture.svg")


def _fresh(view: View) -> bool:
    return all(source.state in {State.FRESH, State.OFF} for source in view.sources) and view.issues.complete


async def _draw(columns: int, lines: int) -> None:
    box = start(seed=1, paging=True)
    fresh = asyncio.Event()

    def opened() -> WarRoom:
        return open_room(box.config_path, demo=True, state_dir=box.config_path.parent / "state")

    try:
        app = WarRoomApp(opened, None, ScreenSettings(time_zone="UTC"))
        async with app.run_test(size=(columns, lines)) as pilot:
            app.views.subscribe(app, lambda view: fresh.set() if _fresh(view) else None)
            async with asyncio.timeout(60):
                await fresh.wait()
            await pilot.pause(1)
            app.save_screenshot(PICTURE.name, str(PICTURE.parent))
    finally:
        box.stop()


if __name__ == "__main__":
    size = [int(word) for word in sys.argv[1:3]] or [120, 40]
    asyncio.run(_draw(*size))
    print(PICTURE)  # noqa: T201
