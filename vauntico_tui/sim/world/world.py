"""The organisation as it stands: everything that GitHub, Prometheus and Alertmanager are asked about."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vauntico_tui.base.clock import Clock
from vauntico_tui.sim.world.agenda import Agenda
from vauntico_tui.sim.world.git import Git
from vauntico_tui.sim.world.people import OWNER
from vauntico_tui.sim.world.records import Deployment, Environment, Issue, Label, Pull, Run, Secret, Thread, Variable

if TYPE_CHECKING:
    from vauntico_tui.sim.world.protection import Protection


class World:
    """All state. Read and change it only while holding `lock`; `version` grows with every change."""

    owner = OWNER.login
    name = "vauntico"
    repository_id = 731_000_001
    default_branch = "main"

    def __init__(self, clock: Clock, seed: int = 1, speed: float = 1.0) -> None:
        self.lock = threading.RLock()
        self.seed = seed
        self.agenda = Agenda(clock, speed)
        self.version = 0
        self.git = Git()
        self.threads: dict[int, Thread] = {}
        self.runs: dict[int, Run] = {}
        self.deployments: dict[int, Deployment] = {}
        self.labels: dict[str, Label] = {}
        self.secrets: dict[str, Secret] = {}
        self.variables: dict[str, Variable] = {}
        self.environments: dict[str, Environment] = {}
        self.protections: dict[str, Protection] = {}  # by branch
        self.switched_off: set[str] = set()  # workflow files that a person has disabled
        self.nudges: list[tuple[float, str, float]] = []  # (wall instant, series, added from then on)
        self.scraped: dict[str, int] = {}  # job that monitoring/prometheus.yml names: since when
        self.created_at = 0
        self.pushed_at = 0
        self._ids = 1_900_000_000
        self._run_numbers: dict[str, int] = {}
        self._runs_made = 0

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def now(self) -> int:
        """The instant of what is going on, in unix seconds."""
        return self.agenda.now()

    def rng(self, *what: object) -> random.Random:
        """A source of chance for one thing: the same for the same seed, whatever else happened."""
        return random.Random(":".join(map(str, (self.seed, *what))))

    def touch(self) -> None:
        self.version += 1

    def live(self) -> None:
        """Let what has fallen due happen."""
        if self.agenda.work_off():
            self.touch()

    def new_id(self) -> int:
        self._ids += 1
        return self._ids

    def next_number(self) -> int:
        """The next number of an issue or pull request."""
        return max(self.threads, default=0) + 1

    def next_run(self, workflow: str) -> tuple[int, int]:
        """The n-th run of the repository and its number within the workflow."""
        self._runs_made += 1
        self._run_numbers[workflow] = self._run_numbers.get(workflow, 0) + 1
        return self._runs_made, self._run_numbers[workflow]

    def issues(self) -> Iterator[Issue]:
        return (thread for thread in self.threads.values() if isinstance(thread, Issue))

    def pulls(self) -> Iterator[Pull]:
        return (thread for thread in self.threads.values() if isinstance(thread, Pull))

    def pull_from(self, branch: str) -> Pull | None:
        """The open pull request from a branch."""
        return next((pull for pull in self.pulls() if pull.head == branch and pull.state == "open"), None)

    def runs_newest_first(self) -> list[Run]:
        return sorted(self.runs.values(), key=lambda run: (run.created_at, run.id), reverse=True)

    def runs_of(self, sha: str) -> list[Run]:
        return [run for run in self.runs.values() if run.sha == sha]

    def head(self, branch: str) -> str | None:
        """The commit that a branch points at."""
        return self.git.refs.get(f"heads/{branch}")

    def text(self, path: str) -> str | None:
        """A file's text on the default branch."""
        return self.git.text(self.default_branch, path)

    def label(self, name: str) -> Label:
        """A label by name; an unknown one comes into being, as it does on GitHub."""
        known = self.labels.get(name.casefold())
        if known is None:
            known = self.labels[name.casefold()] = Label(self.new_id(), name, "ededed", "")
        return known

    def labels_of(self, names: Iterable[str]) -> list[Label]:
        return [self.label(name) for name in names]
