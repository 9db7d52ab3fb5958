"""What only a person can say: approvals, reviews held, verdicts overridden; and that it no longer holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vauntico_tui.actions.desk.asked import Args, Surroundings, name_of, needed, refusal
from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.desk.times import read_until
from vauntico_tui.actions.desk.words import UNDOABLE, told
from vauntico_tui.actions.perform import Done, Executor
from vauntico_tui.actions.registry import Action, Target
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.facts import Signature
from vauntico_tui.journal.answers import JournalError

if TYPE_CHECKING:
    from vauntico_tui.journal.records import Signed as Record

PROMISES = frozenset({"blocker", "target", "deliverable", "outcome", "approval"})


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that can be taken back, by its number."""

    number: int
    name: str
    what: str = "signed"


class Signing:
    """The executors of signatures. `remember` is told of each that can be taken back. Belongs to its desk's loop."""

    def __init__(self, desk: Desk, around: Surroundings, remember: Callable[[Signed], None]) -> None:
        self._desk, self._around, self._remember = desk, around, remember
        self.executors: Mapping[str, Executor] = {
            "approval.sign": self._sign,
            "review.held": self._held,
            "verdict.override": self._override,
            "signature.withdraw": self._withdraw,
        }

    def why_not(self, action: Action, target: Target) -> str | None:
        """Why it can't be done to this, or None."""
        title = one_line(target.title, 40)
        match action.id:
            case "approval.sign":
                return None if target.kind == "approval" else f"{title} is no approval"
            case "verdict.override":
                return None if target.kind in PROMISES else f"{title} has no verdict of its own"
            case "review.held":
                return None if target.kind == "review" else f"{title} is no review"
            case _:
                return None if self._standing(target) else f"nobody has signed {title}"

    def _standing(self, target: Target) -> tuple[Signature, ...]:
        known = self._desk.known
        if target.kind == "review":
            return tuple(one for one in known.reviews if one.subject == target.id.removeprefix("review:"))
        return tuple(one for one in (*known.approvals, *known.overrides) if one.subject == _promise(target))

    async def _sign(self, target: Target | None, args: Args) -> Done:
        assert target is not None  # noqa: S101  needs a row
        if target.kind != "approval":
            return Done(False, f"{name_of(target)} is no approval", "refused")
        return await self._signature("approval", _promise(target), target, args, "signed")

    async def _held(self, target: Target | None, args: Args) -> Done:
        assert target is not None  # noqa: S101  needs a row
        return await self._signature("review", target.id.removeprefix("review:"), target, args, "held")

    async def _override(self, target: Target | None, args: Args) -> Done:
        assert target is not None  # noqa: S101  needs a row
        if target.kind not in PROMISES:
            return Done(False, f"{name_of(target)} has no verdict of its own", "refused")
        needed(args, "reason")
        until = read_until(needed(args, "until"), self._around.now(), self._around.zone)
        return await self._signature("override", _promise(target), target, args, "overridden", until)

    async def _signature(  # noqa: PLR0917  what is signed, then how it is told
        self, kind: str, subject: str, target: Target, args: Args, what: str, until: datetime | None = None
    ) -> Done:
        by, as_role, reason = self._around.actor(args), args.get("role", "").strip() or None, args.get("reason", "")
        try:
            signed = await self._desk.call(
                lambda journal: journal.records.sign(
                    kind, subject, by, login=journal.login, role=as_role, reason=reason, until=until
                )
            )
        except JournalError as trouble:
            return told(refusal(trouble), name_of(target), what, self._around.now())
        except ValueError as error:
            return Done(False, f"{name_of(target)}: {error}", "refused")
        await self._desk.look()
        self._desk.wake()
        self._remember(Signed(signed.id, name_of(target), what))
        role = f" as {signed.role}" if signed.role else ""
        return Done(True, f"{what}: {name_of(target)}, by {signed.by}{role}{UNDOABLE}")

    async def _withdraw(self, target: Target | None, args: Args) -> Done:
        """One's own signatures under it; another's only where they are named ("of")."""
        assert target is not None  # noqa: S101  needs a row
        by = self._around.actor(args)
        whose = one_line(args.get("of", "")) or by
        subject = target.id.removeprefix("review:") if target.kind == "review" else _promise(target)
        try:
            standing = await self._desk.call(lambda journal: journal.records.standing())
            under = [one for one in standing if one.subject == subject and (one.kind == "review") == _review(target)]
            mine = [one for one in under if one.by.casefold() == whose.casefold()]
            if not mine:
                return Done(False, f"{name_of(target)}: {_not_signed(whose, under)}", "refused")
            gone = [await self._end(one, by, args.get("reason", "")) for one in mine]
        except JournalError as trouble:
            return told(refusal(trouble), name_of(target), "withdrawn", self._around.now())
        await self._desk.look()
        self._desk.wake()
        if not any(gone):
            return Done(False, f"{name_of(target)}: it no longer stands", "refused")
        return Done(True, f"withdrawn: what {mine[0].by} signed for {name_of(target)}; it stays in the log")

    async def _end(self, one: Record, by: str, reason: str) -> bool:
        return await self._desk.call(
            lambda journal: journal.records.withdraw(one.id, by, login=journal.login, reason=reason)
        )

    async def take_back(self, one: Signed, by: str) -> Done:
        """Withdraw one that was made here."""
        try:
            gone = await self._desk.call(lambda journal: journal.records.withdraw(one.number, by, login=journal.login))
        except JournalError as trouble:
            return told(refusal(trouble), one.name, "taken back", self._around.now())
        return Done(gone, f"taken back {one.name}" if gone else f"{one.name}: it no longer stands")


def _review(target: Target) -> bool:
    return target.kind == "review"


def _not_signed(whose: str, under: list[Record]) -> str:
    others = ", ".join(dict.fromkeys(one.by for one in under))
    return f"{whose} has not signed it" + (f"; {others} has: name them to withdraw theirs" if others else "")


def _promise(target: Target) -> str:
    return target.id if target.id.startswith(f"{target.kind}:") else f"{target.kind}:{target.id}"
