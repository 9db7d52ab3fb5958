"""A run against the last green one before it: what changed between. The facts, and which of them matter most."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from vauntico_tui.sources.failures import SourceError

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.ci.reader import CiReader
    from vauntico_tui.evidence.reading import Trouble
    from vauntico_tui.sources.github.jobs import Between, ChangedFile, Job, RunFacts

Weight = Literal["workflow", "lock", "build", ""]
"""What kind of file: it says how CI runs, what it installs, how it is built; or anything else."""

_LOCKS = frozenset({
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lockb", "bun.lock", "poetry.lock",
    "uv.lock", "pipfile.lock", "pdm.lock", "gemfile.lock", "cargo.lock", "go.sum", "composer.lock", "gradle.lockfile",
    "flake.lock", "mix.lock", "packages.lock.json", "requirements.txt", "package.json", "go.mod", "cargo.toml",
    "pyproject.toml", ".nvmrc", ".node-version", ".tool-versions", ".python-version",
})  # fmt: skip
_BUILD = re.compile(
    r"(^|/)(dockerfile[^/]*|docker-compose[^/]*|compose\.ya?ml|makefile|jest\.config\.[a-z]+|tsconfig[^/]*\.json"
    r"|vite\.config\.[a-z]+|webpack\.config\.[a-z]+|babel\.config\.[a-z]+|\.env[^/]*|prisma/schema\.prisma)$"
)
_ORDER: tuple[Weight, ...] = ("workflow", "lock", "build", "")


@dataclass(frozen=True, slots=True)
class JobPair:
    """A job in both runs; None: the run has no such job."""

    name: str
    before: Job | None
    now: Job | None

    @property
    def steps(self) -> tuple[tuple[str, str, str], ...]:
        """The steps that ended otherwise, or are in one run only: name, then, now."""
        before = {step.name: step.conclusion or step.status for step in self.before.steps} if self.before else {}
        now = {step.name: step.conclusion or step.status for step in self.now.steps} if self.now else {}
        names = dict.fromkeys([*now, *before])
        return tuple(
            (name, before.get(name, "not there"), now.get(name, "not there"))
            for name in names
            if before.get(name) != now.get(name)
        )

    @property
    def differs(self) -> bool:
        return self.before is None or self.now is None or self.before.mark != self.now.mark

    def seconds(self) -> tuple[float | None, float | None]:
        return _took(self.before), _took(self.now)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`green` None: it was never green, as far as GitHub remembers. `machine` and `machine_before` are what the logs
    say of the runner; empty where they say nothing. `note` says what could not be read."""

    run: RunFacts
    green: RunFacts | None
    same_branch: bool = True
    between: Between | None = None
    pairs: tuple[JobPair, ...] = ()
    machine_before: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()

    @property
    def same_commit(self) -> bool:
        return self.green is not None and self.green.sha == self.run.sha

    @property
    def files(self) -> tuple[tuple[Weight, ChangedFile], ...]:
        """Those that say how CI runs first, then what it installs and how it is built, then the rest."""
        found = [(weight(file.path), file) for file in self.between.files] if self.between else []
        return tuple(sorted(found, key=lambda one: (_ORDER.index(one[0]), one[1].path)))

    @property
    def machine_changes(self) -> tuple[tuple[str, str, str], ...]:
        """What is another than it was of runner, image and actions: name, then, now."""
        if not self.machine or not self.machine_before:
            return ()
        names = dict.fromkeys([*self.machine, *self.machine_before])
        return tuple(
            (name, self.machine_before.get(name, "not there"), self.machine.get(name, "not there"))
            for name in names
            if self.machine.get(name) != self.machine_before.get(name)
        )

    @property
    def verdict(self) -> str:
        """One sentence: where to look first."""
        if self.green is None:
            return "it was never green as far as GitHub remembers: there is nothing to compare with"
        workflow = [file for kind, file in self.files if kind == "workflow"]
        locks = [file for kind, file in self.files if kind == "lock"]
        images = [one for one in self.machine_changes if one[0] in {"image", "version"}]
        if self.same_commit:
            if images:
                return "the same commit was green: the runner's image is another"
            return "the same commit was green: nothing in the repository changed, so look at what is outside it"
        said = []
        if workflow:
            said.append(f"{_count(len(workflow), 'workflow file')} changed")
        if locks:
            said.append(f"{_count(len(locks), 'file')} that says what is installed" if len(locks) == 1
                        else f"{len(locks)} files that say what is installed")  # fmt: skip
        if images:
            said.append("another runner image")
        commits = self.between.ahead if self.between else 0
        lead = _count(commits, "commit") if commits else "another commit"
        return lead + (": " + ", ".join(said) if said else ": neither workflow files nor dependencies changed")


def weight(path: str) -> Weight:
    """What kind of file it is for a build."""
    low = path.casefold()
    if low.startswith((".github/workflows/", ".github/actions/")):
        return "workflow"
    name = low.rsplit("/", 1)[-1]
    if name in _LOCKS or (name.startswith("requirements") and name.endswith(".txt")):
        return "lock"
    return "build" if _BUILD.search(low) else ""


def pair(before: tuple[Job, ...], now: tuple[Job, ...]) -> tuple[JobPair, ...]:
    """The jobs of two runs by their names; those that differ first, else in the order of the run."""
    then = {job.name: job for job in before}
    here = {job.name: job for job in now}
    pairs = [JobPair(name, then.get(name), here.get(name)) for name in dict.fromkeys([*here, *then])]
    return tuple(sorted(pairs, key=lambda one: not one.differs))


async def compare(reader: CiReader, run_id: int) -> Comparison:
    """Read all that is compared. What can't be read is told beside the rest; raises SourceError for the run itself."""
    run = await reader.run(run_id)
    green = await reader.green_before(run, run.branch)
    same_branch = green is not None
    if green is None:
        green = await reader.green_before(run, None)
    if green is None:
        return Comparison(run, None)
    troubles: list[Trouble] = []
    between: Between | None = None
    now, before = await asyncio.gather(reader.jobs(run.id), reader.jobs(green.id))
    pairs = pair(before, now)
    if green.sha != run.sha:
        try:
            between = await reader.between(green.sha, run.sha)
        except SourceError as failure:
            troubles.append(failure.trouble)
    machine_before, machine = await _machines(reader, pairs)
    return Comparison(run, green, same_branch, between, pairs, machine_before, machine, tuple(troubles))


async def _machines(reader: CiReader, pairs: tuple[JobPair, ...]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Of the first failed job that is in both runs, or of the first that is."""
    both = [one for one in pairs if one.before is not None and one.now is not None and not one.now.running]
    one = next((one for one in both if one.now is not None and one.now.failed), both[0] if both else None)
    if one is None or one.before is None or one.now is None:
        return {}, {}
    return await reader.machine(one.before), await reader.machine(one.now)


def _took(job: Job | None) -> float | None:
    if job is None or job.started_at is None or job.completed_at is None:
        return None
    return (job.completed_at - job.started_at).total_seconds()


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
