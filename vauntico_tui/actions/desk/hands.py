"""What a person's hand does to escalations: from an action and what was typed to the journal.

Every command carries the version that was seen. What has not been brought into the journal yet is brought there first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vauntico_tui.actions.desk.asked import Args, Surroundings, name_of, needed, refusal
from vauntico_tui.actions.desk.back import Back, Did, Press
from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.desk.signing import Signed, Signing
from vauntico_tui.actions.desk.times import read_until
from vauntico_tui.actions.desk.words import UNDOABLE, number_in, together, told
from vauntico_tui.actions.perform import Done, Executor
from vauntico_tui.actions.registry import Action, Target
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import one_line
from vauntico_tui.escalation import commands
from vauntico_tui.escalation.commands import Command
from vauntico_tui.escalation.evidence_now import Evidence
from vauntico_tui.escalation.policy import Person
from vauntico_tui.escalation.reconcile import reconcile
from vauntico_tui.escalation.state import EVIDENCE, Escalation
from vauntico_tui.evidence.reading import State
from vauntico_tui.journal import answers
from vauntico_tui.journal.answers import JournalError, NotAllowedError

NOTHING = "there is nothing to take back; what a runbook did is undone where all runbooks are listed (X)"
_SUBJECTS = frozenset({"issue", "blocker", "deployment", "alert"})


@dataclass(frozen=True, slots=True)
class _Did:
    """What can be taken back: which command, on which escalation, and the version that it left."""

    command: Command
    number: int
    version: int
    name: str
    what: str


def subject_of(target: Target) -> str:
    """The escalation's subject that a target stands for: an issue's row is "issue:14" wherever it was picked."""
    if target.kind in _SUBJECTS and not target.id.startswith(f"{target.kind}:"):
        return f"{target.kind}:{target.id.lstrip('#')}"
    return target.id


class Hands:
    """The executors of `escalation.*`, signatures and undo. Belongs to the event loop of its desk."""

    def __init__(self, desk: Desk, around: Surroundings) -> None:
        self._desk, self._around = desk, around
        self._back = Back()
        self._signing = Signing(desk, around, self._remember)
        self.executors: Mapping[str, Executor] = {
            "escalation.acknowledge": self._with(
                "acknowledged", lambda one, args: commands.Acknowledge(args.get("note", ""))
            ),
            "escalation.unacknowledge": self._with(
                "un-acknowledged", lambda one, args: commands.Unacknowledge(args.get("note", ""))
            ),
            "escalation.snooze": self._with("snoozed", self._snooze),
            "escalation.wake": self._with("woken", lambda one, args: commands.Wake()),
            "escalation.escalate": self._with(
                "escalated", lambda one, args: commands.EscalateNow(one.level, one.step, args.get("note", ""))
            ),
            "escalation.reassign": self._with("reassigned", self._reassign),
            "escalation.note": self._with("noted on", lambda one, args: commands.AddNote(needed(args, "text"))),
            "escalation.resolve": self._with("resolved", self._resolve),
            "escalation.merge": self._with("merged", self._merge),
            **self._signing.executors,
            "message.replay": self._replay,
            "undo": self._undo,
        }

    # ---- may it be done ------------------------------------------------------------------------------------------

    def why_not(self, action: Action, target: Target | None) -> str | None:
        """Why the journal or the escalation's state forbids an action just now, or None."""
        if action.id not in self.executors and action.id != "handover":
            return None
        known = self._desk.known
        if known.state is State.FAILED and known.trouble is not None:
            return f"nothing can be written: {known.trouble}"
        if action.id == "undo":
            return None if self._back.last else NOTHING
        if target is None:
            return None
        if action.id in self._signing.executors:
            return self._signing.why_not(action, target)
        if action.id == "message.replay":
            return None
        return self._forbids(action, target)

    def _forbids(self, action: Action, target: Target) -> str | None:
        one = self.find(subject_of(target))
        if one is None:
            fits = self._around.row_of(subject_of(target)) is not None
            return None if fits else f"no escalation is open for {one_line(target.title, 60)}"
        state = one.state.value
        if action.id == "escalation.acknowledge" and state == "acknowledged" and one.reminded_at is None:
            return f"it is already acknowledged by {one.acknowledged_by}"
        if action.id == "escalation.unacknowledge" and state != "acknowledged":
            return f"it is {state}, not acknowledged"
        if action.id == "escalation.wake" and state != "snoozed":
            return f"it is {state}, not snoozed"
        return None

    def find(self, subject: str) -> Escalation | None:
        """The open escalation of a subject, or of the group that it belongs to."""
        opened = self._desk.known.open
        number = number_in(subject)
        own = next((one for one in opened if one.subject == subject or one.id == number), None)
        return own or next((one for one in opened if subject in one.members), None)

    # ---- escalations ---------------------------------------------------------------------------------------------

    def _with(self, what: str, make: Callable[[Escalation, Args], Command]) -> Executor:
        async def run(target: Target | None, args: Args) -> Done:
            assert target is not None  # noqa: S101  every one of these actions needs a row
            return await self._hand(target, args, what, make)

        return run

    async def _hand(
        self, target: Target, args: Args, what: str, make: Callable[[Escalation, Args], Command]
    ) -> Done:  # fmt: skip
        name = name_of(target)
        try:
            one = await self._get(target)
        except JournalError as trouble:
            return told(refusal(trouble), name, what, self._around.now())
        if one is None:
            return Done(False, f"no escalation is open for {name}", "refused")
        if isinstance(one, str):
            return Done(False, f"{name}: {one}", "refused")
        command = make(one, args)
        seen = target.version if target.version is not None else one.version
        made = await self._desk.perform(
            command, actor=self._around.actor(args), number=one.id, seen_version=seen, key=args.get("key")
        )
        await self._desk.look()
        self._desk.wake()
        if isinstance(made, answers.Done) and made.escalation is not None and made.entry is not None:
            self._remember(_Did(command, made.escalation.id, made.escalation.version, name, what))
            return Done(True, _said(command, name, what, made.escalation))
        return told(made, name, what, self._around.now())

    async def _get(self, target: Target) -> Escalation | str | None:
        """The escalation as it stands in the journal, or a sentence why it can't be brought there.

        What evidence says and no rule has brought into the journal yet is triggered now: a hand need not wait."""
        subject = subject_of(target)
        if (known := self.find(subject)) is not None:
            return known
        if (number := number_in(subject)) is not None:
            return await self._desk.call(lambda journal: journal.escalation(number))
        row = self._around.row_of(subject)
        if row is None:
            return await self._desk.call(lambda journal: journal.latest(subject))
        now = self._around.now()
        wanted = reconcile(Evidence((row,)), (), lambda it: self._around.policy_of(now, it), now)
        if not wanted:
            return None
        made = await self._desk.perform(wanted[0].command, actor=EVIDENCE)
        if isinstance(made, answers.Done):
            return made.escalation
        if isinstance(made, answers.Unreachable):
            raise JournalError(made.reason, made.next_step)
        if isinstance(made, answers.NotAllowed):
            raise NotAllowedError(made.reason, made.next_step)
        return made.reason

    def _snooze(self, _one: Escalation, args: Args) -> Command:
        until = read_until(needed(args, "until"), self._around.now(), self._around.zone)
        return commands.Snooze(until, args.get("note", ""))

    def _reassign(self, _one: Escalation, args: Args) -> Command:
        name = one_line(needed(args, "to"))
        return commands.Reassign(self._around.people(name) or Person(name, name), args.get("note", ""))

    def _resolve(self, one: Escalation, args: Args) -> Command:
        until = args.get("until", "").strip()
        reason = needed(args, "reason")
        despite = bool(until) or args.get("although", "").strip().lower() in {"yes", "y", "true", "1"}
        at = read_until(until, self._around.now(), self._around.zone) if until else None
        return commands.Resolve(reason, despite and one.still_true, at if despite else None)

    def _merge(self, _one: Escalation, args: Args) -> Command:
        into = needed(args, "into").strip()
        subject = f"issue:{into[1:]}" if into.startswith("#") else into
        other = self.find(subject)
        if other is None:
            raise InputError([Problem(f'no escalation "{one_line(into, 60)}" is open', None, None, "name its number")])
        return commands.Merge(other.id)

    # ---- taking back ---------------------------------------------------------------------------------------------

    @property
    def last(self) -> Press | None:
        """What undo would take back."""
        return self._back.last

    def _remember(self, did: Did) -> None:
        self._back.remember(did, self._around.now())

    def together(self, count: int) -> None:
        """The last `count` things done were one press: they are taken back as one."""
        self._back.together(count)

    async def _undo(self, target: Target | None, args: Args) -> Done:
        """Take back the last press; with a target only the very one that was asked about."""
        if (press := self._back.last) is None:
            return Done(False, "there is nothing to take back")
        if target is not None and target.kind == "press" and target.id != str(press.id):
            return Done(False, f"nothing was taken back: since then was {press.words}", "refused")
        left, each = list(self._back.pop().each), list[Done]()
        while left:
            each.append(await self._take_back(left[-1], self._around.actor(args)))
            if each[-1].code == "unreachable":  # the rest can still be taken back later
                self._back.put_back(press, tuple(left))
                break
            left.pop()
        await self._desk.look()
        self._desk.wake()
        return together(each, "taken back")

    async def _take_back(self, one: Did, by: str) -> Done:
        if isinstance(one, Signed):
            return await self._signing.take_back(one, by)
        assert isinstance(one, _Did)  # noqa: S101  nothing else is remembered
        back = commands.undo(one.command)
        if isinstance(back, str):
            return Done(False, f"{one.name}: {back}", "refused")
        answer = await self._desk.perform(back, actor=by, number=one.number, seen_version=one.version)
        return told(answer, one.name, "taken back", self._around.now())

    # ---- dead letters --------------------------------------------------------------------------------------------

    async def _replay(self, target: Target | None, args: Args) -> Done:
        """One dead letter by its number, or all of the escalation's."""
        assert target is not None  # noqa: S101  needs a row
        by, number = self._around.actor(args), args.get("message", "")
        if number and not (number.isascii() and number.isdigit()):
            raise InputError([Problem(f'"{one_line(number, 40)}" is no message', None, None, "name its number")])
        try:
            ids = [int(number)] if number else await self._dead_letters(subject_of(target))
            sent = [await self._desk.call(lambda journal, it=it: journal.outbox.replay(it, by)) for it in ids]  # type: ignore[misc]
        except JournalError as trouble:
            return told(refusal(trouble), name_of(target), "sent again", self._around.now())
        self._desk.wake()
        if not any(sent):
            return Done(False, f"{name_of(target)}: there is no dead letter", "refused")
        return Done(True, f"{sum(sent)} sent again for {name_of(target)}")

    async def _dead_letters(self, subject: str) -> list[int]:
        """Those of one escalation, open or resolved; never anybody else's."""
        number = number_in(subject)
        one = self.find(subject) or await self._desk.call(
            lambda journal: journal.escalation(number) if number is not None else journal.latest(subject)
        )
        if one is None:
            return []
        return await self._desk.call(lambda journal: [it.id for it in journal.outbox.deliveries(one.id, state="dead")])


def _said(command: Command, name: str, what: str, now: Escalation) -> str:
    back = commands.undo(command)
    tail = f" · {back}" if isinstance(back, str) else UNDOABLE
    match command:
        case commands.EscalateNow():
            return f"escalated {name}: {now.next_step or f'Level {now.level}'}{tail}"
        case commands.Reassign(to=to):
            return f"{name} is {to.name}'s now{tail}"
        case _:
            return f"{what} {name}{tail}"
