"""Plans and executions as the faces see them. Plain values; `to_json`/`from_json` of journal codecs keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

HIDDEN = "•••"
"""Stands where a secret is sent."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A request exactly as it will be sent, or a command's arguments; secrets as HIDDEN. `later`: what it holds in
    ‹angle brackets› is known once an earlier step is done."""

    verb: str  # "POST", "PUT", "$" for a local command, "…" for waiting
    where: str  # URL or path, or the arguments
    body: str = ""
    later: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and after, for a diff. None: it is not there."""

    path: str
    before: str | None
    after: str | None
    notes: tuple[str, ...] = ()
    by_hand: str = ""  # why a person must merge it
    wanted: str = ""  # ... and what should come of it


@dataclass(frozen=True, slots=True)
class Need:
    """What the token must be allowed for a step; `have` None: can't be told."""

    permission: str
    have: bool | None
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """Whether a step can be taken back, and how; or why not."""

    can: bool
    how: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Something a step needs when it runs: a secret's value, or a person's yes. Never kept in a plan."""

    kind: Literal["secret", "confirm"]
    name: str  # "STRIPE_SECRET_KEY"; the question
    help: str = ""
    places: tuple[str, ...] = ()  # where a secret goes: one value for all, or NAME@place for another one there


class Doubt(str):
    """A question whose yes must be a person's: whether a step that was cut off was done, whether they did what only
    they can do. No `--yes` answers it."""

    __slots__ = ()


PlanState = Literal["ready", "nothing", "blocked"]


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step, planned. `basis` is what of the world it rests on (name → fingerprint): where it says otherwise when
    the step's turn comes, nothing is sent and the runbook is planned again. `data` is all that doing it needs, as JSON;
    no secret is in it."""

    index: int
    id: str
    do: str
    title: str
    state: PlanState = "ready"
    why: str = ""  # why there is nothing to do, or what blocks it
    requests: tuple[Shown, ...] = ()
    changes: tuple[Change, ...] = ()
    needs: tuple[Need, ...] = ()
    undo: Undo = Undo(False, "it changes nothing")
    asks: tuple[Ask, ...] = ()
    notes: tuple[str, ...] = ()
    basis: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gate:
    """An approval that a runbook needs."""

    id: str
    title: str
    open: bool
    said: str  # who signed or overrode it and when, or what is missing


@dataclass(frozen=True, slots=True)
class Subject:
    """What a runbook was started for, captured when the key was pressed. An empty kind: for nothing."""

    kind: str = ""
    id: str = ""
    title: str = ""
    link: str | None = None
    labels: tuple[tuple[str, str], ...] = ()  # an alert's

    @property
    def key(self) -> str:
        """ "blocker:jest-configuration-fix", "run:123"; "" for nothing."""
        return (self.id if self.id.startswith(f"{self.kind}:") else f"{self.kind}:{self.id}") if self.kind else ""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A runbook, planned for a subject: what is shown is what will be run."""

    id: str
    runbook: str
    title: str
    subject: Subject
    params: Mapping[str, str]
    steps: tuple[StepPlan, ...]
    gates: tuple[Gate, ...]
    verify: str  # what is watched afterwards, in words; "" for nothing
    about: str
    cannot: str
    made_at: datetime
    digest: str  # of everything that is sent: the same plan has the same
    check: str = ""  # the check behind `verify`, as JSON
    within: float = 0.0  # seconds for which it is watched
    yet: str = ""  # what stands against it, where there is nothing to do and its check is not met
    unmet: bool = False  # that check is unmet, not only unknown

    @property
    def blocked(self) -> tuple[str, ...]:
        """Why it can't be run as it is; empty: it can."""
        closed = [f"{gate.title}: {gate.said}" for gate in self.gates if not gate.open]
        return (*closed, *(f"step {it.index + 1} {it.title}: {it.why}" for it in self.steps if it.state == "blocked"))

    @property
    def nothing_to_do(self) -> bool:
        return all(step.state == "nothing" for step in self.steps)

    @property
    def nothing(self) -> str:
        """One sentence, where there is nothing to do."""
        return (
            f"nothing to do, yet {self.yet}"
            if self.yet
            else "there is nothing to do: everything is as it would be made"
        )

    @property
    def asks(self) -> tuple[Ask, ...]:
        return tuple(ask for step in self.steps if step.state == "ready" for ask in step.asks)


StepMark = Literal["to do", "running", "done", "nothing", "failed", "unsure", "cancelled", "undoing", "undone", "stays"]
"""unsure: it was begun and nobody knows whether it was done (the program was killed); stays: it can't be undone."""

RunMark = Literal["running", "interrupted", "failed", "cancelled", "watching", "done", "undoing", "undone"]
"""interrupted: whoever ran it is gone; watching: every step is done, the check is not met yet; done: see `outcome`."""

ENDED: frozenset[str] = frozenset({"done", "undone"})
"""No more to do: `failed`, `cancelled` and `interrupted` can be resumed or undone, and are offered for it."""


@dataclass(frozen=True, slots=True)
class StepRun:
    """How far a step is. `result` is what it made (a pull request's number, a commit, a silence), for undoing."""

    index: int
    title: str
    do: str
    mark: StepMark = "to do"
    said: str = ""
    at: datetime | None = None
    share: float | None = None  # 0 to 1, of a long one
    lines: tuple[str, ...] = ()  # the last lines of a command's output
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def in_part(self) -> bool:
        """Whether it did some of what it was to do before it failed or was stopped."""
        return self.mark in {"failed", "cancelled", "to do"} and bool(self.result)


@dataclass(frozen=True, slots=True)
class Execution:
    """A plan being run, as the journal knows it and as it is shown live. Its id is the plan's that was confirmed.

    `ended_at` is set where it is over for good: done, undone, or begun anew by another one.
    """

    id: str
    plan: RunPlan
    by: str
    console: str
    started_at: datetime
    mark: RunMark
    steps: tuple[StepRun, ...]
    outcome: str = ""  # one sentence: met at, or not met and why
    ended_at: datetime | None = None
    version: int = 1
    override: str = ""  # a closed gate was overridden: by whom and why

    def with_step(self, step: StepRun) -> Execution:
        return replace(self, steps=tuple(step if it.index == step.index else it for it in self.steps))

    @property
    def can_resume(self) -> bool:
        return self.ended_at is None and self.mark in {"interrupted", "failed", "cancelled"}

    @property
    def in_doubt(self) -> tuple[StepRun, ...]:
        """Steps that were begun and may have been done: whoever begins anew may do them twice."""
        begun = (step for step in self.steps if step.mark in {"running", "unsure", "cancelled"})
        return tuple(one for one in begun if any(it.verb != "…" for it in self.plan.steps[one.index].requests))

    def comes_before(self, plan: RunPlan) -> bool:
        """Whether running this plan would begin anew what this one could go on with."""
        return self.can_resume and (self.plan.runbook, self.plan.subject.key) == (plan.runbook, plan.subject.key)

    @property
    def can_undo(self) -> bool:
        return self.mark not in {"running", "undoing", "undone"} and any(
            (step.mark in {"done", "unsure"} or step.in_part) and self.plan.steps[step.index].undo.can
            for step in self.steps
        )  # fmt: skip
