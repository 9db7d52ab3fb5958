"""What a change brings about beyond itself: a closed issue moves a figure, a merged file starts a scrape."""

from __future__ import annotations

from functools import lru_cache

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
    """The default branch moved: Prometheus reloads monitoring/prometheus.yml; one that it can't read it leaves."""
    text = world.text("monitoring/prometheus.yml")
    jobs = scrape_jobs(text) if text is not None else []
    if jobs is not None:
        world.scraped = {job: world.scraped.get(job, world.now) for job in jobs}


@lru_cache(16)
def scrape_jobs(text: str) -> list[str] | None:
    """The jobs that a prometheus.yml scrapes; None where Prometheus refuses the file."""
    from ruamel.yaml import YAML  # noqa: PLC0415 (only when there is such a file)
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        value = YAML(typ="safe", pure=True).load(text)
        named = [str(one["job_name"]) for one in (value or {}).get("scrape_configs") or ()]
    except (YAMLError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return named if len(set(named)) == len(named) else None
