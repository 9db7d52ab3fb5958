"""What a kind of step must be able to do. One class a kind in steps/; the engine knows no kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from vauntico_tui.actions.remedy.model import Gate, StepPlan, Subject
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.evidence.specs import Check
from vauntico_tui.evidence.verdict import Verdict
from vauntico_tui.runbooks.model import StepBase

S_contra = TypeVar("S_contra", bound=StepBase, contravariant=True)

Told = Callable[[str, float | None], None]
"""Live progress: one line, and the share that is done (None: not known)."""


class StepError(Exception):
    """A step could not be done. `moved`: the world is not as planned, plan again; `unsure`: it was sent and no answer
    came, whether it was done must be looked at; `stays`: it can't be taken back, now or later. `made` is what it did
    before that, for undoing."""

    def __init__(self, trouble: Trouble, *, moved: bool = False, unsure: bool = False, stays: bool = False) -> None:
        super().__init__(str(trouble))
        self.trouble, self.moved, self.unsure, self.stays = trouble, moved, unsure, stays
        self.made: Mapping[str, Any] = {}


class Cancelled(Exception):  # noqa: N818  an end, not an error
    """The person stopped it between two requests. `made` is what the step did before that, for undoing."""

    made: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Made:
    """What a step did: one sentence, and what undoing, resuming or a later step must know, as JSON without secrets."""

    said: str
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Running:
    """What a step is given when it runs. `results` are those of the steps before, by step id. `secrets` are what was
    asked for, by name; they are in no repr."""

    execution: str  # its id: the hidden marker of what it makes
    subject: Subject
    by: str
    results: Mapping[str, Mapping[str, Any]]
    told: Told
    cancelled: Callable[[], bool]
    began_at: datetime | None = None  # when this step was first begun, if it was before
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)  # NAME, or NAME@scope for one scope alone
    confirmed: Callable[[str], bool | Awaitable[bool]] = field(default=lambda _: False, repr=False)  # asks a person


class Surroundings(Protocol):
    """What steps may ask of the war room."""

    def verdict(self, check: Check, subject: str = "") -> Verdict:
        """By the readings as they are now."""
        ...

    def ask_again(self) -> None:
        """Have the sources read again soon; their readings come by themselves."""
        ...

    def gate(self, approval: str) -> Gate: ...

    def at_work(self, *, run: int = 0, commit: str = "") -> bool | None:
        """Whether a run, or any run on a commit, was still at work when the sources were last read; None: not known."""
        ...

    def now(self) -> datetime: ...

    async def rest(self, seconds: float) -> None:
        """Wait; a test's clock does not."""
        ...


class Kind(Protocol[S_contra]):
    """A kind of step. Every method raises StepError; `plan` and `find` change nothing anywhere."""

    async def plan(self, step: S_contra, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        """What it will do, against the world as it is now and the steps planned `before` it. A step of those that is
        done already comes as state "nothing": what it made is in the world."""
        ...

    async def moved(self, plan: StepPlan) -> str:
        """Whether the world is no longer as planned: what has changed, or ""."""
        ...

    async def do(self, plan: StepPlan, running: Running) -> Made:
        """Do exactly what was planned."""
        ...

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        """After it was begun and cut off: what it made, if it did. Raises StepError(unsure) where nobody can know."""
        ...

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        """Take it back; one sentence. Doing it twice is doing it once."""
        ...
