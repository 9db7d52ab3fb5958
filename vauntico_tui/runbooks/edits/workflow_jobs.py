"""Reads the jobs of a workflow: which run integration tests, on what, and whether they have a PostgreSQL already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vauntico_tui.runbooks.edits.splice import CannotMerge

_INTEGRATION = re.compile(r"integration", re.IGNORECASE)
_TESTS = re.compile(
    r"(?<!la)(?<!at)tests?(?![a-z])|\bspecs?\b|jest|vitest|mocha|failsafe|"
    r"\b(?:npm|pnpm|yarn|bun|make|just|task)\b(?:\s+(?:run|-s|--silent))*\s+integration\b",
    re.IGNORECASE,
)
_BROWSER = re.compile(
    r"\bcypress\b|\bplaywright\b", re.IGNORECASE
)  # cypress/integration is where its browser tests stand
_NAMED = re.compile(r"integration[\W_]*(?:tests?|specs?|suites?)\b|\btests?[\W_]*integration\b", re.IGNORECASE)
_OTHER_DEED = re.compile(
    r"\b(?:upload|download|report|publish|comment|notif\w+|cache|archive|collect|summar\w+|lint|build|compile|type-?check|"
    r"install|deploy|wait)\b",
    re.IGNORECASE,
)
_TALK = re.compile(r"^\s*(?:#|echo\b|printf\b|mkdir\b|rm\b|cat\b|ls\b|curl\b|cp\b|mv\b|tar\b|zip\b|docker build\b)")
_RUNS_TESTS = re.compile(
    r"\b(?:npm|pnpm|yarn|bun)\b(?:\s+(?:run|-s|--silent))*\s+(?:test|t)\b|\b(?:jest|vitest|mocha|pytest|rspec|phpunit)\b"
    r"|\bgo test\b|\bcargo test\b|\bmake test\b",
    re.IGNORECASE,
)
_MIGRATES = re.compile(
    r"\b(?:npm|pnpm|yarn|bun|make|just)\b(?:\s+(?:run|-s|--silent))*\s+(?:db:)?migrat(?:e|ions?)\b"
    r"|\b(?:prisma|knex|typeorm|sequelize\w*|drizzle-kit|alembic|flyway|rails|rake|manage\.py|dbmate|goose|liquibase|"
    r"node-pg-migrate)\b[^\n]*\b(?:migrat\w+|upgrade|push|db:\w+)",
    re.IGNORECASE,
)
_MIGRATES_NOTHING = re.compile(
    r"\b(?:check|lint|diff|generate|create|status|validate|dry-run|--create-only)\b", re.IGNORECASE
)
_POSTGRES_IMAGE = re.compile(r"(?:^|[/:\w-])(?:postgres|postgis|pgvector|timescaledb|timescale)", re.IGNORECASE)
_STARTS_POSTGRES = re.compile(
    r"docker\s+(?:container\s+)?run\b[^\n]*(?:postgres|postgis|pgvector|timescale)"
    r"|docker[ -]compose\b[^\n]*\bup\b[^\n]*\b(?:postgres\w*|pg|db|database)\b"
    r"|(?:systemctl\s+(?:re)?start|service)\s+postgresql|\bpg_ctl(?:cluster)?\b[^\n]*start|\bsupabase\s+(?:db\s+)?start\b",
    re.IGNORECASE,
)
_COMPOSE_UP = re.compile(r"docker[ -]compose\b[^\n]*\bup\b", re.IGNORECASE)
_POSTGRES_ACTION = re.compile(r"^[^@]*postgres[^@]*(?:@|$)", re.IGNORECASE)
_MATRIX = re.compile(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")
_LINUX = re.compile(r"ubuntu|linux|debian", re.IGNORECASE)
_NOT_LINUX = re.compile(r"windows|macos|mac-", re.IGNORECASE)
_LOCAL = re.compile(r"localhost|127\.0\.0\.1|@postgres[:/]|^postgres$", re.IGNORECASE)
_WITH = ("run", "script", "command", "args", "cmd", "test-command")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as read: `first` is the place of the first step that needs the database."""

    key: str
    body: dict[Any, Any]
    env: dict[str, str]

    @property
    def steps(self) -> list[dict[Any, Any]]:
        steps = self.body.get("steps")
        return [step if isinstance(step, dict) else {} for step in steps] if isinstance(steps, list) else []

    @property
    def calls(self) -> str:
        """The workflow that it calls; "" where it has steps of its own."""
        return text_of(self.body.get("uses"))

    @property
    def in_container(self) -> bool:
        return "container" in self.body

    def first(self) -> int | None:
        """The first step that runs integration tests or readies their database."""
        return next((at for at, step in enumerate(self.steps) if self._tests(step) or _migrates(step)), None)

    def runs_integration_tests(self) -> bool:
        """By what its steps run, use and are called; a migration counts where its database is the runner's own."""
        if any(self._tests(step) for step in self.steps):
            return True
        named = _INTEGRATION.search(self.key) or _NAMED.search(text_of(self.body.get("name")))
        tested = any(_RUNS_TESTS.search(line) for step in self.steps for line in _lines(step))
        if named and tested:
            return True
        return any(_migrates(step) for step in self.steps) and self._own_database(tested)

    def databases(self) -> list[tuple[str, str]]:
        """The variables that say where its database is, and what they say."""
        found = {(name, value) for part in ({"env": self.env}, *self.steps) for name, value in _env(part).items()}
        return sorted((name, value) for name, value in found if _is_database(name))

    def _own_database(self, tested: bool) -> bool:
        if "environment" in self.body:
            return False
        told = [value for _, value in self.databases()]
        if any("secrets." in value or "vars." in value for value in told):
            return False
        return tested or any(_LOCAL.search(value) for value in told)

    def _tests(self, step: dict[Any, Any]) -> bool:
        if step.get("if") in (("tag:yaml.org,2002:bool", "false"), "${{ false }}"):
            return False
        for line in _lines(step):
            for said in self._matrix(line):
                if _BROWSER.search(said):
                    continue
                if _INTEGRATION.search(said) and _TESTS.search(said):
                    return True
        name, uses = text_of(step.get("name")), text_of(step.get("uses"))
        if uses.startswith("./") and _NAMED.search(uses) and not _OTHER_DEED.search(uses):
            return True  # an action of the repository's own
        if not _NAMED.search(name) or _OTHER_DEED.search(name):
            return False
        return bool(_lines(step)) or (bool(uses) and not uses.startswith(("actions/", "codecov/")))

    def _matrix(self, line: str) -> Iterator[str]:
        """The line, and the line with each value of the matrix that it names."""
        yield line
        matrix = _dict(_dict(self.body.get("strategy")).get("matrix"))
        for found in _MATRIX.finditer(line):
            for value in self._matrix_values(matrix, found[1]):
                yield line.replace(found[0], value)

    @staticmethod
    def _matrix_values(matrix: dict[Any, Any], name: str) -> list[str]:
        values = matrix.get(name)
        more = matrix.get("include")
        listed = list(values) if isinstance(values, list) else []
        listed += [_dict(item).get(name) for item in more] if isinstance(more, list) else []
        return [said for value in listed if (said := text_of(value))]

    def has_postgres(self) -> str:
        """Where it has one already: "service db", "step 3"; "" where it has none. Raises CannotMerge where it starts
        one only after the tests, or something that may hold one."""
        for name, service in _dict(self.body.get("services")).items():
            if _POSTGRES_IMAGE.search(text_of(_dict(service).get("image") if isinstance(service, dict) else service)):
                return f"service {name}"
        first = self.first()
        for at, step in enumerate(self.steps):
            run = "\n".join(_lines(step))
            if _STARTS_POSTGRES.search(run) or _POSTGRES_ACTION.search(text_of(step.get("uses"))):
                if first is not None and at > first:
                    raise CannotMerge(f"job {self.key!r} starts a PostgreSQL in step {at + 1}, after the tests began")
                return f"step {at + 1}"
            if _COMPOSE_UP.search(run):
                raise CannotMerge(
                    f"job {self.key!r} starts docker compose in step {at + 1}, which may hold a database of its own"
                )
        return ""

    def can_hold_service(self) -> str:
        """Why Docker can't start a database for it; "" where it can. Service containers need a Linux runner."""
        labels = self._labels(self.body.get("runs-on"))
        if labels is None:
            return f"what job {self.key!r} runs on is not told until it runs; a database container needs a Linux runner"
        if any(_NOT_LINUX.search(label) for group in labels for label in group):
            return f"job {self.key!r} runs on Windows or macOS, where GitHub starts no service containers"
        if any("ubuntu-slim" in label for group in labels for label in group):
            return f"job {self.key!r} runs on ubuntu-slim, which has no Docker"
        if not labels or not all(any(_LINUX.search(label) for label in group) for group in labels):
            return f"job {self.key!r} runs on a runner that does not say whether it is Linux with Docker"
        return ""

    def shell(self, workflow: dict[Any, Any]) -> str:
        """What its steps are run by, where that is said."""
        told = [_dict(_dict(part.get("defaults")).get("run")).get("shell") for part in (self.body, workflow)]
        return next((said for shell in told if (said := text_of(shell))), "")

    def own_runner(self) -> bool:
        labels = self._labels(self.body.get("runs-on")) or []
        return any(label.casefold() == "self-hosted" for group in labels for label in group)

    def _labels(self, told: Any) -> list[list[str]] | None:
        """The labels of each runner that it may run on; None: an expression tells them."""
        if isinstance(told, dict):
            told = told.get("labels", told.get("group"))
        if isinstance(told, list):
            groups = [self._labels(label) for label in told]
            if any(group is None or len(group) != 1 for group in groups):
                return None
            return [[label for group in groups for label in (group or [[]])[0]]]
        said = text_of(told)
        whole = _MATRIX.fullmatch(said)
        if whole is not None:
            matrix = _dict(_dict(self.body.get("strategy")).get("matrix"))
            values = self._matrix_values(matrix, whole[1])
            return [[value] for value in values] if values and "${{" not in "".join(values) else None
        return None if "${{" in said else [[said]] if said else []

    def other_at(self, port: int) -> str:
        """What else of it listens on that port of the runner; "" for nothing."""
        for name, service in _dict(self.body.get("services")).items():
            ports = _dict(service).get("ports")
            for told in ports if isinstance(ports, list) else []:
                if text_of(told).split("/")[0].split(":")[0] == str(port) and ":" in text_of(told):
                    return f"service {name}"
        return ""


def jobs_of(workflow: dict[Any, Any]) -> list[Job]:
    """Its jobs, in order. Raises CannotMerge where it has none."""
    jobs = workflow.get("jobs")
    if not isinstance(jobs, dict) or not jobs:
        raise CannotMerge("it has no jobs")
    odd = next((key for key in jobs if not isinstance(key, str)), None)
    if odd is not None:
        raise CannotMerge(f"a job of it is called {text_of(odd) or 'nothing'}, which is no name of a job")
    shared = _env({"env": workflow.get("env")})
    return [Job(key, body, {**shared, **_env(body)}) for key, body in jobs.items() if isinstance(body, dict)]


def text_of(value: Any) -> str:
    """A scalar as it is written; "" for anything else, and for null."""
    if isinstance(value, tuple):
        return "" if value[0].endswith(":null") else str(value[1])
    return value if isinstance(value, str) else ""


def _is_database(name: str) -> bool:
    """Whether a variable of that name says where the database is."""
    return name.upper() in {"DATABASE_URL", "DB_URL", "POSTGRES_URL", "PGHOST", "DB_HOST", "POSTGRES_HOST",
                            "TEST_DATABASE_URL", "DATABASE_HOST"}  # fmt: skip


def _env(part: dict[Any, Any]) -> dict[str, str]:
    return {text_of(name): text_of(value) for name, value in _dict(part.get("env")).items()}


def _dict(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _migrates(step: dict[Any, Any]) -> bool:
    return any(_MIGRATES.search(line) and not _MIGRATES_NOTHING.search(line) for line in _lines(step))


def _lines(step: dict[Any, Any]) -> list[str]:
    """The commands of a step, continued lines joined; what only talks, or moves files, left out."""
    told = [text_of(step.get("run"))]
    told += [text_of(_dict(step.get("with")).get(name)) for name in _WITH] if "uses" in step else []
    joined = re.sub(r"\\\r?\n\s*", " ", "\n".join(told))
    return [line for line in joined.splitlines() if line.strip() and not _TALK.search(line)]
