"""A remedy that plans and runs what a test tells it to, by the contract of `warroom.remedy`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.tui.sample_view import NOW
from tests.tui.screens.stage import FakeRoom
from vauntico_tui.actions.perform import Done
from vauntico_tui.actions.registry import Target
from vauntico_tui.actions.remedy.model import (
    Ask,
    Change,
    Execution,
    Gate,
    Need,
    RunPlan,
    Shown,
    StepMark,
    StepPlan,
    StepRun,
    Subject,
    Undo,
)
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.runbooks.model import Param, Runbook
from vauntico_tui.view.model import View

BRANCH = "hotfix/critical-deployment-blockers"
BEFORE = """\
name: Build Verification
on: [push]
jobs:
  integration:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm run test:integration
"""
AFTER = BEFORE.replace(
    "    steps:\n",
    "    services:\n      postgres:\n        image: postgres:15-alpine\n        options: >-\n"
    "          --health-cmd pg_isready --health-interval 2s\n    steps:\n",
)
JEST = "module.exports = {\n  testEnvironment: 'node',\n};\n"
JEST_AFTER = "module.exports = {\n  testEnvironment: 'node',\n  testTimeout: 30000,\n};\n"
BLOCKER = Subject("blocker", "database-test-infrastructure", "Database Test Infrastructure")

STRIPE = Ask("secret", "STRIPE_SECRET_KEY", "for repository, production", ("repository", "production"))
WRITE = Need("contents: write", True)
PULLS = Need("pull-requests: write", True)


def runbook(ident: str = "hotfix", title: str = "Hotfix", *bound: str, **more: Any) -> Runbook:
    step = {"do": "branch", "name": BRANCH}
    about = more.pop("about", "Puts the database step in, on its own branch. A service container waits by itself.")
    return Runbook.model_validate(
        {"id": ident, "title": title, "about": about, "bound": bound, "steps": [step], **more}
    )


def steps() -> tuple[StepPlan, ...]:
    repo = "/repos/vauntico/vauntico"
    return (
        StepPlan(
            0, "branch", "branch", f"Create the branch {BRANCH}", requests=(
                Shown("POST", f"{repo}/git/refs", f'{{\n  "ref": "refs/heads/{BRANCH}",\n  "sha": "1a2b3c4"\n}}'),
            ), needs=(WRITE,), undo=Undo(True, f"delete the branch {BRANCH}"),
        ),
        StepPlan(
            1, "files", "files", "Change 2 files in one commit", requests=(
                Shown("POST", "/graphql", "createCommitOnBranch …", later=True),
            ),
            changes=(
                Change(".github/workflows/build-verification.yml", BEFORE, AFTER, ("the job integration runs tests",)),
                Change("server-v2/jest.config.js", JEST, JEST_AFTER),
            ),
            needs=(WRITE,), undo=Undo(True, "restore both files in another commit"),
        ),
        StepPlan(
            2, "pr", "pull_request", "Open a pull request into main", requests=(Shown("POST", f"{repo}/pulls", "{…}"),),
            needs=(PULLS,), undo=Undo(True, "close the pull request"),
        ),
        StepPlan(
            3, "secrets", "secrets", "Set 2 secrets", requests=(
                Shown("PUT", f"{repo}/actions/secrets/STRIPE_SECRET_KEY", "•••"),
                Shown("PUT", f"{repo}/actions/secrets/DATABASE_URL", "•••"),
            ),
            needs=(Need("secrets: write", None),), undo=Undo(False, "GitHub never tells a secret's old value"),
            asks=(STRIPE, Ask("secret", "DATABASE_URL")),
        ),
        StepPlan(4, "label", "label", "Label #14", "nothing", "it is labelled already"),
    )  # fmt: skip


def a_plan(**more: Any) -> RunPlan:
    made = RunPlan(
        "plan-1", "hotfix", "Hotfix", BLOCKER, {"branch": BRANCH}, steps(),
        (Gate("hotfix-deployment-strategy-approval", "Hotfix deployment strategy approval", True, "signed by ana"),),
        "3 green runs of the job integration, for 30 min", "Puts the database step in, on its own branch.",
        "It can't judge whether the tests test the right thing.", NOW, "digest-1",
    )  # fmt: skip
    return replace(made, **more)


def an_execution(plan: RunPlan | None = None, *marks: StepMark, **more: Any) -> Execution:
    plan = plan or a_plan()
    marks = marks or ("done", "running", "to do", "to do", "to do")
    runs = tuple(
        StepRun(step.index, step.title, step.do, mark, "as planned" if mark == "done" else "",
                NOW if mark != "to do" else None)
        for step, mark in zip(plan.steps, marks, strict=True)
    )  # fmt: skip
    made = Execution(plan.id, plan, "ana", "laptop", NOW, "running", runs)
    return replace(made, **more)


class FakeRemedy:
    """Answers as told; keeps what it was asked and handed."""

    def __init__(self) -> None:
        self.books: tuple[Runbook, ...] = (runbook("hotfix", "Hotfix", "blocker:*"),)
        self.next_plan: RunPlan | Exception = a_plan()
        self.kept: dict[str, Execution] = {}
        self.live: dict[str, Execution] = {}
        self.listeners: list[Callable[[Execution], None]] = []
        self.handed: dict[str, tuple[Mapping[str, str], Callable[[str], Awaitable[bool]] | None]] = {}
        self.asked: list[tuple[Any, ...]] = []
        self.refusal: str | None = None
        self.said = "step 2 was done: the commit is there"
        self.answers: dict[str, Done] = {}
        self.going = asyncio.Event()

    def runbooks(self) -> tuple[Runbook, ...]:
        return self.books

    def problems(self) -> tuple[Problem, ...]:
        return ()

    def bound_to(self, subject: Subject, state: str = "") -> tuple[Runbook, ...]:
        keys = {subject.key, f"{subject.kind}:*"}
        return tuple(one for one in self.books if keys & set(one.bound) and one.only_when in {"", state})

    def fields(self, runbook: Runbook, subject: Subject) -> tuple[Param, ...]:
        return runbook.params

    async def prepare(self, runbook: Runbook, subject: Subject) -> Runbook:
        return runbook

    async def plan(self, runbook_id: str, subject: Subject, params: Mapping[str, str], **more: Any) -> RunPlan:
        self.asked.append(("plan", runbook_id, subject, dict(params), more.get("edited")))
        return self._planned()

    async def replan(self, execution_id: str, edited: Mapping[str, str] | None = None) -> RunPlan:
        self.asked.append(("replan", execution_id, *([dict(edited)] if edited else [])))
        return self._planned()

    def _planned(self) -> RunPlan:
        if isinstance(self.next_plan, Exception):
            error = self.next_plan
            if isinstance(error, InputError):
                self.next_plan = a_plan()
            raise error
        return self.next_plan

    def why_not(self, plan_id: str) -> str | None:
        return self.refusal

    def hand_over(
        self, ident: str, secrets: Mapping[str, str] | None = None,
        confirm: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:  # fmt: skip
        if secrets is None and confirm is None:
            self.handed.pop(ident, None)
        else:
            self.handed[ident] = (dict(secrets or {}), confirm)

    def listen(self, listener: Callable[[Execution], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener) if listener in self.listeners else None

    @property
    def running(self) -> tuple[Execution, ...]:
        return tuple(self.live.values())

    def tell(self, execution: Execution) -> None:
        """As the engine tells every step."""
        self.live[execution.id] = execution
        for listener in tuple(self.listeners):
            listener(execution)

    async def executions(self, *, open_only: bool = True, limit: int = 50) -> tuple[Execution, ...]:
        found = {**self.kept, **self.live}
        return tuple(one for one in found.values() if not open_only or one.ended_at is None)

    async def execution(self, execution_id: str) -> Execution | None:
        return self.live.get(execution_id) or self.kept.get(execution_id)

    async def verify(self, execution_id: str) -> str:
        return self.said


class RemedyRoom(FakeRoom):
    """The stage's room with a remedy. An action of a runbook ends when the test says how."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self.remedy = FakeRemedy()
        self.performed: list[tuple[str, Target | None, dict[str, str]]] = []
        self.secrets: list[Mapping[str, str]] = []
        self.ends: asyncio.Queue[Done] = asyncio.Queue()

    async def perform(self, action_id: str, target: Target | None = None, **args: str) -> Done:
        self.performed.append((action_id, target, args))
        ident = args.get("plan") or args.get("execution", "")
        if ident in self.remedy.handed:
            self.secrets.append(self.remedy.handed[ident][0])
        if action_id in {"runbook.run", "runbook.resume"}:
            return await self.ends.get()
        return Done(True, "done")
