"""What a change brings about beyond itself: a closed issue moves a figure, a merged file starts a scrape."""

from __future__ import annotations

import re

from vauntico_tui.sim.world.records import Thread
from vauntico_tui.sim.world.world import World

_BY_CATEGORY = {"tests": ("coverage", 0.7), "governance": ("standards", 2.0), "kpi": ("compliance", 0.8)}


def issue_moved(world: World, thread: Thread, *, closed: bool) -> None:
    """An issue was closed (or reopened): the figure of its category moves."""
    sign = 1.0 if closed else -1.0
    now = float(world.now)
    for label in thread.labels:
        kind, _, name = label.partition(": ")
        if kind == "category" and name in _BY_CATEGORY:
            series, add = _BY_CATEGORY[name]
            world.nudges.append((now, series, sign * add))
    if "area: performance" in thread.labels and closed:
        world.nudges.append((now, "performance", 1.0))
    severity = next((label.removeprefix("severity: ") for label in thread.labels if label.startswith("severity: ")), "")
    if severity and "area: security" in thread.labels:
        world.nudges.append((now, f"findings {severity}", -sign))


def files_moved(world: World) -> None:
    """The default branch moved: Prometheus reloads monitoring/prometheus.yml."""
    text = world.text("monitoring/prometheus.yml") or ""
    jobs = re.findall(r"job_name:\s*['\"]?([\w-]+)", text)
    world.scraped = {job: world.scraped.get(job, world.now) for job in jobs}
