"""The box: one organisation and the five servers that show it."""

from __future__ import annotations

import hashlib
import time

from vauntico_tui.base.clock import Clock, SystemClock
from vauntico_tui.sim.alertmanager import Alertmanager
from vauntico_tui.sim.control import Control
from vauntico_tui.sim.faults import Faults, faulty
from vauntico_tui.sim.github.app import GitHub, error_answer
from vauntico_tui.sim.github.limits import Accounts
from vauntico_tui.sim.http import App, Server
from vauntico_tui.sim.life import breathe
from vauntico_tui.sim.options import Options
from vauntico_tui.sim.prometheus.app import Prometheus
from vauntico_tui.sim.record import Record, recorded
from vauntico_tui.sim.webhook import Webhook
from vauntico_tui.sim.world.picture import bare, picture
from vauntico_tui.sim.world.seed import PLAN_AGE, make_world
from vauntico_tui.sim.world.world import World

PORTS = ("github", "prometheus", "alertmanager", "webhook", "control")


class Box:
    """A running box. `start` it, ask it over HTTP, `stop` it."""

    def __init__(self, options: Options | None = None, clock: Clock | None = None) -> None:
        self.options = options = options or Options()
        self.clock = clock or SystemClock()
        self.faults, self.record, self.accounts = Faults(), Record(), Accounts()
        self.token = "ghp_box" + hashlib.sha256(f"token {options.seed}".encode()).hexdigest()[:33]
        self.accounts.of(self.token)
        self.issues, self.runs = options.issues, options.runs
        self.world = self._make()
        self.started_at = int(self.world.agenda.started_at) - PLAN_AGE
        self.github = GitHub(lambda: self.world, self.faults, self.accounts)
        self.prometheus = Prometheus(lambda: self.world, self.faults)
        self.alertmanager = Alertmanager(lambda: self.world, self.prometheus.store)
        self.webhook = Webhook()
        self._servers: dict[str, Server] = {}

    def _make(self) -> World:
        world = make_world(
            self.clock, seed=self.options.seed, speed=self.options.speed, issues=self.issues, runs=self.runs
        )
        breathe(world)
        return world

    def start(self) -> None:
        """Open the ports. Raises OSError where one is taken."""
        apps: dict[str, App] = {
            "github": faulty("github", self.faults, self.github, error_answer),
            "prometheus": faulty("prometheus", self.faults, self.prometheus),
            "alertmanager": faulty("alertmanager", self.faults, self.alertmanager),
            "webhook": faulty("webhook", self.faults, self.webhook),
        }
        served = {name: recorded(name, self.record, app) for name, app in apps.items()} | {"control": Control(self)}
        try:
            for index, name in enumerate(PORTS):
                port = self.options.port + index if self.options.port else 0
                self._servers[name] = Server(served[name], port, name)
        except OSError:
            self.stop()
            raise
        for server in self._servers.values():
            server.start()
        self.github.url = self._servers["github"].url

    def stop(self) -> None:
        """Close the ports."""
        self.faults.clear()
        for server in self._servers.values():
            server.stop()
        self._servers.clear()

    @property
    def urls(self) -> dict[str, str]:
        """Where each server is; GitHub with the path of its API."""
        return {name: server.url + ("/api/v3" if name == "github" else "") for name, server in self._servers.items()}

    def resize(self, *, issues: int | None = None, runs: int | None = None) -> None:
        """A new organisation of another size. What was done to the old one is gone."""
        self.issues = self.issues if issues is None else issues
        self.runs = self.runs if runs is None else runs
        self.world = self._make()

    def advance(self, seconds: float) -> None:
        """Skip world time."""
        with self.world.lock:
            self.world.agenda.advance(seconds)
            self.world.live()

    def picture(self) -> dict[str, object]:
        """The organisation as JSON that two boxes can be compared by."""
        now = time.time()
        with self.world.lock:
            self.world.live()
            silences = [
                {"matchers": one.matchers, "comment": bare(one.comment), "state": one.state(now)}
                for one in self.alertmanager.silences.values()
            ]
            return picture(self.world, silences)

    def state(self) -> dict[str, object]:
        """Figures of the organisation."""
        world = self.world
        with world.lock:
            world.live()
            issues = list(world.issues())
            return {
                "elapsed": round(world.agenda.elapsed, 1), "speed": world.agenda.speed, "seed": world.seed,
                "version": world.version, "issues": len(issues),
                "open_issues": sum(1 for issue in issues if issue.state == "open"),
                "open_pulls": sum(1 for pull in world.pulls() if pull.state == "open"), "runs": len(world.runs),
                "running": sum(1 for run in world.runs.values() if run.status != "completed"),
                "deployments": len(world.deployments), "secrets": sorted(world.secrets),
            }  # fmt: skip
