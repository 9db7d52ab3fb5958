"""A box, and steps planned and done against it as the engine does: plan, moved, do, find, undo."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from vauntico_tui.actions.remedy.kinds import Kind, Made, Running
from vauntico_tui.actions.remedy.model import Gate, StepPlan, Subject
from vauntico_tui.actions.remedy.needless import without_needless
from vauntico_tui.actions.remedy.remote import Remote
from vauntico_tui.actions.remedy.steps import kinds_for
from vauntico_tui.base.clock import SystemClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.specs import Check
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.runbooks import model as runbook
from vauntico_tui.runbooks.model import StepBase
from vauntico_tui.sim.box import Box
from vauntico_tui.sim.options import Options

BRANCH = "hotfix/critical-deployment-blockers"
BUILD = ".github/workflows/build-verification.yml"
EXECUTION = "0d5e3c1f"


@dataclass
class Around:
    """A war room that says what a test tells it to; resting is world time going by."""

    box: Box
    verdicts: list[Verdict] = field(default_factory=lambda: [Verdict(Mark.UNMET, "not yet")])
    gates: list[Gate] = field(default_factory=lambda: [Gate("a", "Approval", True, "signed")])
    asked: int = 0
    rested: float = 0.0
    each_rest: Callable[[], None] = lambda: None
    polls: bool = False
    pace: float = 20.0

    def verdict(self, check: Check, subject: str = "") -> Verdict:
        return self.verdicts.pop(0) if len(self.verdicts) > 1 else self.verdicts[0]

    def ask_again(self) -> None:
        self.asked += 1

    def gate(self, approval: str) -> Gate:
        return self.gates.pop(0) if len(self.gates) > 1 else self.gates[0]

    def at_work(self, *, run: int = 0, commit: str = "") -> bool | None:
        if not self.polls:
            return None
        self.box.world.live()
        held = [one for one in self.box.world.runs.values() if one.id == run or (commit and one.sha == commit)]
        return any(one.status != "completed" for one in held) if held else None

    def now(self) -> datetime:
        return datetime.fromtimestamp(SystemClock().now().timestamp() + self.rested, tz=SystemClock().now().tzinfo)

    async def rest(self, seconds: float) -> None:
        self.rested += seconds
        self.box.advance(seconds * self.pace)
        self.each_rest()


class Stage:
    """A box without a life of its own, and whoever acts on it."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.box = Box(Options(**{"speed": 0, "runs": 30, **options}))
        self.box.start()
        (folder / "token").write_text(self.box.token)
        self.settings = {
            "github": {
                "repository": "vauntico/vauntico", "url": self.box.urls["github"], "token_file": folder / "token",
            },
            "alertmanager": {"url": self.box.urls["alertmanager"]},
        }  # fmt: skip
        self.around = Around(self.box)
        self.said: list[tuple[str, float | None]] = []
        self.cancel = threading.Event()
        self.confirms: list[str] = []
        self.answer = True
        self.results: dict[str, Mapping[str, Any]] = {}
        self.renew()

    def renew(self, **settings: Any) -> None:
        """Another process: a new client, nothing remembered."""
        self.settings |= settings
        self.remote = Remote(Config.model_validate(self.settings), SystemClock())

    def stop(self) -> None:
        self.remote.close()
        self.box.stop()

    # ---- the engine's way --------------------------------------------------------------------------------------------

    def kinds(self, steps: Sequence[StepBase] = (), **edited: str) -> Mapping[type[StepBase], Kind[Any]]:
        return kinds_for(self.remote, self.around, steps=steps, edited=edited)

    async def plan(
        self, *steps: StepBase, subject: Subject | None = None, edited: Mapping[str, str] | None = None
    ) -> tuple[StepPlan, ...]:
        kinds = kinds_for(self.remote, self.around, steps=steps, edited=edited)
        planned: tuple[StepPlan, ...] = ()
        for at, step in enumerate(steps):
            planned += (await kinds[type(step)].plan(step, at, planned, subject or Subject()),)
        return without_needless(planned)

    async def one(self, step: StepBase, **more: Any) -> StepPlan:
        return (await self.plan(step, **more))[0]

    def running(self, *, began_at: datetime | None = None, secrets: Mapping[str, str] | None = None) -> Running:
        async def confirmed(question: str) -> bool:
            self.confirms.append(question)
            return self.answer

        return Running(
            EXECUTION, Subject(), "Ada", self.results, lambda line, share: self.said.append((line, share)),
            self.cancel.is_set, began_at, secrets or {}, confirmed,
        )  # fmt: skip

    def kind(self, step: StepBase) -> Kind[Any]:
        return self.kinds()[type(step)]

    async def do(self, step: StepBase, plan: StepPlan, **more: Any) -> Made:
        kind = self.kind(step)
        assert await kind.moved(plan) == ""
        made = await kind.do(plan, self.running(**more))
        self.results[plan.id] = made.result
        return made

    async def all(self, *steps: StepBase, **more: Any) -> tuple[StepPlan, ...]:
        """Plan them and do what is to be done."""
        plans = await self.plan(*steps)
        for step, plan in zip(steps, plans, strict=True):
            assert plan.state != "blocked", plan.why
            if plan.state == "ready":
                await self.do(step, plan, **more)
        return plans

    async def find(self, step: StepBase, plan: StepPlan, **more: Any) -> Made | None:
        return await self.kind(step).find(plan, self.running(**more))

    async def undo(self, step: StepBase, plan: StepPlan) -> str:
        return await self.kind(step).undo(plan, self.results[plan.id], self.running())

    # ---- the world ---------------------------------------------------------------------------------------------------

    def text(self, path: str, ref: str = "main") -> str | None:
        return self.box.world.git.text(ref, path)

    def head(self, ref: str = "main") -> str | None:
        return self.box.world.head(ref)

    def write(self, files: Mapping[str, str], branch: str = "main") -> None:
        """Somebody else commits."""
        from vauntico_tui.sim.world import changes

        with self.box.world.lock:
            data = {path: text.encode() for path, text in files.items()}
            changes.commit_files(self.box.world, branch, data, "somebody else's", "backend-dev")

    def requests(self, method: str = "") -> list[str]:
        """What GitHub was asked: "POST /repos/…"."""
        told: Any = self.box.record.shown("github", 10_000)["requests"]
        return [f"{one['method']} {one['path']}" for one in told if method in ("", one["method"])]

    def writes(self) -> list[str]:
        """The requests that change something; GraphQL's are those that were done after a plan."""
        return [one for one in self.requests() if not one.startswith("GET")]


def branch(name: str = BRANCH, **more: Any) -> runbook.CreateBranch:
    return runbook.CreateBranch(do="branch", name=name, **more)


def put(path: str, text: str, *, on: str = BRANCH, **more: Any) -> runbook.ChangeFiles:
    edit = runbook.PutFile(edit="put", path=path, text=text, **{"if_there": "replace", **more})
    return runbook.ChangeFiles(do="files", branch=on, message="1: chore: a file", edits=(edit,))


def pull(**more: Any) -> runbook.OpenPullRequest:
    given: dict[str, Any] = {
        "branch": BRANCH, "name": "1: fix: unblock", "about": "Unblocks deployments.", "phase": 1,
        "revenue": "$100K MRR", "memories": "section 2. Monetization phases", "kpis": ("pro subscriptions",),
    }  # fmt: skip
    return runbook.OpenPullRequest(do="pull_request", **(given | more))
