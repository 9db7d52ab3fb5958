"""What steps may ask of the war room: verdicts and approvals as they are now, the time, to have things read again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime

from vauntico_tui.actions.desk.known import Known
from vauntico_tui.actions.remedy.model import Gate
from vauntico_tui.base.clock import Clock
from vauntico_tui.evidence.evaluate import evaluate
from vauntico_tui.evidence.facts import Readings, Signature
from vauntico_tui.evidence.needs import Needs, needs_of
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.specs import Check
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.plan.model import Plan, Promise

PROMISES = {
    "blocker": "blockers", "target": "targets", "deliverable": "deliverables", "outcome": "outcomes",
    "approval": "approvals",
}  # fmt: skip


class Around:
    """Belongs to one event loop. `look` reads the journal again, `ask` has the sources read again."""

    def __init__(
        self,
        plan: Plan,
        clock: Clock,
        *,
        readings: Callable[[], Readings],
        known: Callable[[], Known],
        ask: Callable[[], None],
        look: Callable[[], Awaitable[object]],
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
        need: Callable[[Needs], None] = lambda _: None,
    ) -> None:
        self._plan, self._clock = plan, clock
        self._readings, self._known, self._ask, self._look, self._rest = readings, known, ask, look, rest
        self._need = need
        self._news = asyncio.Event()
        self._looking: asyncio.Task[object] | None = None

    def verdict(self, check: Check, subject: str = "") -> Verdict:
        """By the readings as they are now; what a person has overridden is not taken for kept. What the check looks at
        is read from now on."""
        self._need(needs_of((check,)))
        return evaluate(check, self._known().within(self._readings()), self._clock.now(), subject=subject)

    def promise(self, subject: str) -> Promise | None:
        """The plan's promise of a subject ("blocker:jest-configuration-fix")."""
        kind, _, ident = subject.partition(":")
        ones: tuple[Promise, ...] = getattr(self._plan, PROMISES[kind]) if kind in PROMISES else ()
        return next((one for one in ones if one.id == ident), None)

    def ask_again(self) -> None:
        """Have the sources, and the journal, read again soon."""
        self._ask()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._look())

    async def look(self) -> None:
        """Read the journal again now: who has signed what."""
        await self._look()

    def gate(self, approval: str) -> Gate:
        """An approval as it stands: open where it is met, or overridden by a lead with a reason."""
        ident = approval.removeprefix("approval:")
        promise = self.promise(f"approval:{ident}")
        if promise is None or promise.check is None:
            said = "the plan has no check for it" if promise is not None else "the plan has no such approval"
            return self._overridden(ident, promise.title if promise is not None else ident, said)
        verdict = self.verdict(promise.check, f"approval:{ident}")
        if verdict.mark is Mark.MET:
            return Gate(ident, promise.title, True, verdict.reason)
        return self._overridden(ident, promise.title, verdict.reason)

    def override_of(self, approval: str) -> Signature | None:
        """The standing override of an approval."""
        key = f"approval:{approval.removeprefix('approval:')}"
        return next((one for one in reversed(self._known().overrides) if one.subject == key), None)

    def _overridden(self, ident: str, title: str, said: str) -> Gate:
        signed = self.override_of(ident)
        if signed is None:
            return Gate(ident, title, False, said)
        until = f" until {signed.until:%Y-%m-%d %H:%M} UTC" if signed.until is not None else ""
        return Gate(ident, title, True, f"overridden by {signed.by}{until}: {signed.reason} (it is not met: {said})")

    def at_work(self, *, run: int = 0, commit: str = "") -> bool | None:
        """Whether a run, or any run on a commit, was still at work when the sources were last read; None: not known."""
        reading = self._readings().runs
        if reading.state is not State.FRESH or reading.value is None:
            return None
        found = [one.status for one in reading.value.runs if one.id == run or (commit and one.sha == commit)]
        return any(status != "completed" for status in found) if found else None

    def now(self) -> datetime:
        return self._clock.now()

    async def rest(self, seconds: float) -> None:
        await self._rest(seconds)

    def nudge(self) -> None:
        """Something was read anew."""
        self._news.set()

    async def news(self, seconds: float) -> None:
        """Wait until something was read anew, at most so long."""
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
