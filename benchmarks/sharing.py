"""So many consoles of one PostgreSQL journal in this process, each with the hub that a war room has.

`python -m benchmarks.sharing CONFIG URL COUNT NAME`: one line when every console has GitHub's issues; ends
with stdin.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.desk.shared import SharedHub, shared_hub
from vauntico_tui.base.clock import SystemClock
from vauntico_tui.config.load import load_config
from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.sources.hub import Hub
from vauntico_tui.warroom import plan_needs


async def main() -> None:
    file, url, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    config, needs, clock = load_config(file).value, plan_needs(bundled_plan()), SystemClock()
    hubs: list[Hub | SharedHub] = []
    for console in range(count):
        desk = Desk(url, state_dir=file.parent, console=f"{sys.argv[4]} {console}")
        hubs.append(shared_hub(Hub(config, needs, clock), desk, config, needs))
    running = [asyncio.create_task(hub.run(lambda: None)) for hub in hubs]
    while any(hub.readings.issues.value is None for hub in hubs):  # noqa: ASYNC110  each tells only its own
        await asyncio.sleep(0.1)
    print("reads", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for hub in hubs:
        hub.close()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
