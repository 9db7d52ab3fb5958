"""What every kind of step works with: GitHub, the war room, the world as read for this planning, and small helps."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from vauntico_tui.actions.remedy import scopes
from vauntico_tui.actions.remedy.kinds import Cancelled, Running, StepError, Surroundings
from vauntico_tui.actions.remedy.model import Need, StepPlan
from vauntico_tui.actions.remedy.remote import Line, Remote, Wrote
from vauntico_tui.actions.remedy.steps.calls import Call
from vauntico_tui.actions.remedy.steps.scene import Scene
from vauntico_tui.base.durations import age, write_duration
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.runbooks.model import StepBase

T = TypeVar("T")
PASSING = frozenset({"server", "timeout", "truncated", "refused", "dns", "html", "bad_data", "rate_limit"})
"""Troubles of a look that a later look may not have."""
FIRST_LOOK, SLOWER, SLOWEST = 5.0, 2.0, 60.0
SLICE = 1.0
SEEN_BY_OTHERS = 300.0
"""Seconds between looks at what the war room's own polling sees at work still: it tells when it has ended."""
"""Seconds between two looks at what others do: the first, how much longer each next one, the longest."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Shared by the kinds of one planning or one execution."""

    remote: Remote
    around: Surroundings
    scene: Scene
    edited: Mapping[str, str] = field(default_factory=dict)

    def line(self, running: Running) -> Line:
        return Line(running.told, running.cancelled, self.around.rest)

    async def send(self, call: Call, running: Running, *, what: str) -> Wrote:
        """Send a planned request. Raises Cancelled where the person stopped it, and what `Remote.send` raises."""
        go_on(running)
        running.told(f"{call.verb} {one_line(call.path, 120)}", None)
        return await self.remote.send(call.verb, call.path, call.body, what=what)

    async def rest(self, seconds: float, running: Running) -> None:
        """Wait between two looks; raises Cancelled within a second of it."""
        while seconds > 0:
            go_on(running)
            piece = min(1.0, seconds)
            await self.around.rest(piece)
            seconds -= piece
        go_on(running)

    def looks(self, within: timedelta) -> Looks:
        return Looks(self, within)

    async def needs(self, *permissions: str) -> tuple[Need, ...]:
        """Each permission against what the token may do."""
        await self.scene.read()
        told = self.remote.scopes if self.remote.answered else None
        return tuple(scopes.need(one, told, self.scene.role, public=self.scene.public) for one in permissions)


class Looks:
    """Looking again and again at what others do, ever more slowly, until time is out."""

    def __init__(self, bench: Bench, within: timedelta) -> None:
        self._bench, self._within = bench, within
        self.began = bench.around.now()
        self._gap = FIRST_LOOK

    @property
    def share(self) -> float:
        """How much of the time is gone."""
        total = max(self._within.total_seconds(), 0.001)
        return min(1.0, (self._bench.around.now() - self.began).total_seconds() / total)

    @property
    def left(self) -> timedelta:
        return max(timedelta(0), self._within - (self._bench.around.now() - self.began))

    async def at(self, look: Awaitable[T], running: Running) -> T | None:
        """What a look sees; None where the network or GitHub has trouble that passes: there is a next look. Raises
        StepError for everything else."""
        try:
            return await look
        except StepError as error:
            if error.trouble.kind not in PASSING:
                raise
            running.told(f"{error.trouble.cause}; it is looked at again", self.share)
            return None

    async def again(self, running: Running, *, run: int = 0, commit: str = "") -> bool:
        """Wait for the next look; False where time is out. Where the war room's own polling watches that `run`, or the
        runs on that `commit`, it is looked at when they have ended: what others ask for need not be asked twice."""
        left = self.left.total_seconds()
        if left <= 0:
            return False
        waited, gap, seen = 0.0, min(self._gap, left), False
        while waited < gap:
            piece = min(SLICE, gap - waited)
            await self._bench.rest(piece, running)
            waited += piece
            match self._bench.around.at_work(run=run, commit=commit) if run or commit else None:
                case True:
                    gap, seen = min(SEEN_BY_OTHERS, left), True
                case False if seen:
                    return True
                case None:
                    gap = min(self._gap, left)
        self._gap = min(self._gap * SLOWER, SLOWEST)
        return True


def go_on(running: Running) -> None:
    """Raises Cancelled where the person stopped it."""
    if running.cancelled():
        raise Cancelled


def planned(step: StepBase, index: int, do: str, title: str, **more: Any) -> StepPlan:
    """A step's plan, with the title that the runbook gives it, else the kind's."""
    return StepPlan(index, step.id or str(index + 1), do, one_line(step.title or title, 120), **more)


def blocked_by(needs: tuple[Need, ...], *whys: str) -> dict[str, Any]:
    """`state` and `why` of a plan that something blocks; empty where nothing does."""
    told = [why for why in (*whys, scopes.lacking(needs)) if why]
    return {"state": "blocked", "why": "; ".join(told)} if told else {}


def failed(
    kind: str, cause: str, next_step: str, *, moved: bool = False, unsure: bool = False, stays: bool = False
) -> StepError:  # fmt: skip
    return StepError(Trouble(kind, cause, next_step), moved=moved, unsure=unsure, stays=stays)


def number_of(text: str, what: str) -> int:
    """A number that a step names: "12", "#12", "run:12". Raises StepError: an empty target is never the current row."""
    match = re.fullmatch(r"\s*(?:[a-z]+:)?#?(\d{1,18})\s*", text)
    if match is None:
        said = one_line(text, 60)
        raise failed(
            "input", f"{said!r} is no {what}" if said else f"no {what} is named", "start it for one, or name one"
        )
    return int(match[1])


def part(text: str) -> str:
    """A name as one part of a path."""
    return quote(text, safe="")


def instant(text: object) -> datetime | None:
    """An instant as GitHub writes it; None for anything else."""
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None


def ago(at: datetime | None, now: datetime) -> str:
    return f"{age(now - at)} ago" if at is not None else "just now"


def span(time: timedelta) -> str:
    return write_duration(time)
