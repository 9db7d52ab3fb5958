"""The state machine against a plain model of it, on both databases, with a clock that hypothesis moves."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.journal.conftest import FilePlace, Place, server_place
from tests.journal.postgres import Server
from tests.journal.samples import ANN, BOB, EVE, trigger
from vauntico_tui.escalation.commands import (
    Acknowledge,
    AddNote,
    Command,
    EscalateNow,
    EvidenceGone,
    Merge,
    Reassign,
    Resolve,
    Snooze,
    Unacknowledge,
    Wake,
)
from vauntico_tui.escalation.state import ALLOWED, EVIDENCE, Escalation, Status
from vauntico_tui.journal.answers import Answer, Done, Lost, Refused
from vauntico_tui.journal.journal import Journal

WINDOWS = {1: timedelta(hours=24), 2: timedelta(hours=48), 3: timedelta(weeks=1)}
SUBJECTS = st.integers(1, 4)
ACTORS = st.sampled_from(["ann", "bob", "eve"])
CONSOLES = st.integers(0, 1)


@dataclass
class Kept:
    """What the model knows of one escalation."""

    state: str
    level: int
    breaches_at: datetime
    version: int = 1
    hand_version: int = 0
    holder: str | None = None
    winner: str | None = None
    top: bool = False  # breached at Level 1


class Room(RuleBasedStateMachine):
    """Two consoles on one journal; `kept` is the model."""

    @initialize()
    def start(self) -> None:
        self.place = self.new_place()
        self.journals: list[Journal] = [self.place.open("one"), self.place.open("two")]
        self.kept: dict[int, Kept] = {}
        self.open: dict[int, int] = {}  # subject → id
        self.answered: list[tuple[Command, dict[str, Any], Answer]] = []
        self.number = 0

    def new_place(self) -> Place:
        raise NotImplementedError

    def teardown(self) -> None:
        if hasattr(self, "place"):
            assert self.journals[0].verify().ok
            now = self.journals[0].now()
            for found in self.journals[0].replay(now).escalations:
                assert found == self.journals[1].escalation(found.id)
            self.place.close()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.place.at / 1e6, UTC)

    def press(self, console: int, command: Command, **asked: Any) -> Answer:
        self.number += 1
        asked["key"] = f"key {self.number}"
        answer = self.journals[console].perform(command, **asked)
        self.answered.append((command, asked, answer))
        return answer

    def _moved(self, answer: Answer) -> Escalation:
        assert isinstance(answer, Done), answer
        assert answer.escalation is not None
        assert answer.entry is not None
        kept = self.kept[answer.escalation.id]
        kept.version += 1
        assert answer.escalation.version == kept.version
        return answer.escalation

    def _by_hand(self, answer: Answer, actor: str, state: str, holder: str | None = None) -> Kept:
        it = self._moved(answer)
        kept = self.kept[it.id]
        kept.hand_version, kept.state, kept.winner, kept.holder = kept.version, state, actor, holder
        assert it.state.value == state
        assert it.acknowledged_by == holder
        return kept

    @rule(console=CONSOLES, subject=SUBJECTS, level=st.integers(1, 3))
    def evidence_appears(self, console: int, subject: int, level: int) -> None:
        made = self.journals[console].perform(trigger(subject, level), actor=EVIDENCE)
        if subject in self.open:
            it = self.journals[console].escalation(self.open[subject])
            assert it is not None
            self._relearn(it)
            return
        assert isinstance(made, Done)
        if made.entry is None:  # resolved although its evidence stands, or merged into an open one
            return
        assert made.escalation is not None
        it = made.escalation
        if it.subject != f"issue:{subject}":
            self._relearn(it)
            return
        assert (it.version, it.level, it.state) == (1, level, Status.TRIGGERED)
        self.kept[it.id] = Kept("triggered", level, self.now() + WINDOWS[level])
        self.open[subject] = it.id

    def _relearn(self, it: Escalation) -> None:
        """Evidence may bring title, members and level up to date: one version at most, no hand."""
        kept = self.kept[it.id]
        assert it.version - kept.version in (0, 1)
        kept.version, kept.level, kept.state = it.version, it.level, it.state.value
        kept.breaches_at, kept.holder, kept.top = it.breaches_at, it.acknowledged_by, it.breached_at is not None

    @precondition(lambda self: self.open)
    @rule(console=CONSOLES, actor=ACTORS, data=st.data(), stale=st.booleans())
    def acknowledge(self, console: int, actor: str, data: st.DataObject, stale: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.open.values())))
        kept = self.kept[number]
        seen = kept.hand_version - 1 if stale and kept.hand_version > 1 else kept.version
        before = self.journals[console].escalation(number)
        assert before is not None
        answer = self.press(console, Acknowledge(), actor=actor, id=number, seen_version=seen)
        reminded = before.reminded_at is not None and before.acknowledged_by == actor
        if seen < kept.hand_version:
            assert isinstance(answer, Lost)
            assert answer.by == kept.winner
        elif kept.state == "acknowledged" and not reminded:
            assert isinstance(answer, Lost)
            assert answer.by == kept.holder
        else:
            self._by_hand(answer, actor, "acknowledged", actor)

    @precondition(lambda self: self.open)
    @rule(console=CONSOLES, actor=ACTORS, data=st.data())
    def unacknowledge(self, console: int, actor: str, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.open.values())))
        kept = self.kept[number]
        answer = self.press(console, Unacknowledge(), actor=actor, id=number, seen_version=kept.version)
        if kept.state == "acknowledged":
            self._by_hand(answer, actor, "triggered")
        else:
            assert isinstance(answer, Refused)

    @precondition(lambda self: self.open)
    @rule(console=CONSOLES, actor=ACTORS, data=st.data(), hours=st.integers(-2, 90))
    def snooze(self, console: int, actor: str, data: st.DataObject, hours: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.open.values())))
        until = self.now() + timedelta(hours=hours)
        answer = self.press(console, Snooze(until), actor=actor, id=number)
        if hours <= 0:
            assert isinstance(answer, Refused)
        else:
            self._by_hand(answer, actor, "snoozed", self.kept[number].holder)

    @precondition(lambda self: self.open)
    @rule(console=CONSOLES, actor=ACTORS, data=st.data())
    def wake(self, console: int, actor: str, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.open.values())))
        snoozed = self.kept[number].state == "snoozed"
        answer = self.press(console, Wake(), actor=actor, id=number)
        if snoozed:
            self._by_hand(answer, actor, "triggered")
        else:
            assert isinstance(answer, Refused)

    @precondition(lambda self: self.open)
    @rule(actor=ACTORS, data=st.data())
    def escalate_from_both_consoles(self, actor: str, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.open.values())))
        seen = self.journals[0].escalation(number)
        assert seen is not None
        command = EscalateNow(seen.level, seen.step)
        first = self.press(0, command, actor=actor, id=number)
        if isinstance(first, Refused):
            assert seen.breached_at is not None or seen.level == 1
            return
        kept = self._by_hand(first, actor, "triggered")
        assert isinstance(first, Done)
        assert first.escalation is not None
        assert first.escalation.level in (seen.level, seen.level - 1)
        kept.level, kept.breaches_at = first.escalation.level, first.escalation.breaches_at
        kept.top = first.escalation.breached_at is not None
        assert kept.breaches_at <= max(seen.breaches_at, self.now() + WINDOWS[kept.level])
        again = self.press(1, command, actor="zoe", id=number, seen_version=seen.version)
        assert isinstance(again, Lost)
        assert again.by == actor

    @precondition(lambda self: self.open)
    @rule(console=CONSOLES, actor=ACTORS, data=st.data(), to=st.sampled_from([ANN, BOB, EVE]))
    def reassign(self, console: int, actor: str, data: st.DataObject, to: Any) -> None:
        number = data.draw(st.sampled_from(sorted(self.open.values())))
        kept = self.kept[number]
        answer = self.press(console, Reassign(to), actor=actor, id=number)
        assert isinstance(answer, Done)
        assert answer.escalation is not None
        assert answer.escalation.assignee == to
        if answer.entry is not None:
            self._by_hand(answer, actor, kept.state, kept.holder)

    @precondition(lambda self: self.kept)
    @rule(console=CONSOLES, actor=ACTORS, data=st.data())
    def note(self, console: int, actor: str, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.kept)))
        self._moved(self.press(console, AddNote("looked at it"), actor=actor, id=number, seen_version=1))

    @precondition(lambda self: self.open)
    @rule(console=CONSOLES, actor=ACTORS, data=st.data(), despite=st.booleans())
    def resolve(self, console: int, actor: str, data: st.DataObject, despite: bool) -> None:
        subject = data.draw(st.sampled_from(sorted(self.open)))
        number = self.open[subject]
        answer = self.press(console, Resolve("done", despite), actor=actor, id=number)
        if not despite:
            assert isinstance(answer, Refused)
            return
        self._by_hand(answer, actor, "resolved", self.kept[number].holder)
        del self.open[subject]

    @precondition(lambda self: self.open)
    @rule(console=CONSOLES, data=st.data())
    def evidence_goes(self, console: int, data: st.DataObject) -> None:
        subject = data.draw(st.sampled_from(sorted(self.open)))
        number = self.open.pop(subject)
        kept = self.kept[number]
        answer = self.journals[console].perform(EvidenceGone("closed"), actor=EVIDENCE, id=number)
        kept.winner, kept.state = EVIDENCE, "resolved"
        assert self._moved(answer).state is Status.RESOLVED
        late = self.press(1 - console, Acknowledge(), actor="ann", id=number, seen_version=kept.version - 1)
        assert isinstance(late, Lost)
        assert late.by == EVIDENCE

    @precondition(lambda self: len(self.open) > 1)
    @rule(console=CONSOLES, actor=ACTORS, data=st.data())
    def merge(self, console: int, actor: str, data: st.DataObject) -> None:
        one, other = data.draw(st.permutations(sorted(self.open)))[:2]
        number, into = self.open[one], self.open[other]
        answer = self.press(console, Merge(into), actor=actor, id=number)
        if self.kept[into].level > self.kept[number].level:
            assert isinstance(answer, Refused)
            return
        self._by_hand(answer, actor, "resolved", self.kept[number].holder)
        self.kept[into].version += 1
        del self.open[one]

    @rule(console=CONSOLES, minutes=st.sampled_from([1, 15, 60, 8 * 60, 26 * 60, 80 * 60, 14 * 24 * 60]))
    def time_passes(self, console: int, minutes: int) -> None:
        self.place.advance(timedelta(minutes=minutes))
        self.journals[console].run_timers()
        assert self.journals[1 - console].run_timers() == ()
        now = self.now()
        for it in self.journals[console].open_escalations():
            kept = self.kept[it.id]
            level, breaches_at, top = kept.level, kept.breaches_at, kept.top
            while not top and breaches_at <= now:
                if level == 1:
                    top = True
                else:
                    level -= 1
                    breaches_at += WINDOWS[level]
            assert (it.level, it.breached_at is not None) == (level, top)
            assert it.next_at is None or it.next_at > now
            if it.state is Status.TRIGGERED and it.state.value != kept.state:
                kept.holder = None
            assert it.version - kept.version in (0, 1)
            kept.version, kept.level, kept.state, kept.top = it.version, level, it.state.value, top
            kept.breaches_at = it.breaches_at

    @precondition(lambda self: self.answered)
    @rule(console=CONSOLES, data=st.data())
    def the_same_key_again(self, console: int, data: st.DataObject) -> None:
        command, asked, answer = data.draw(st.sampled_from(self.answered[-8:]))
        before = self.journals[console].last_seq()
        again = self.journals[console].perform(command, **asked)
        assert type(again) is type(answer)
        if isinstance(answer, Done) and isinstance(again, Done) and answer.entry is not None:
            assert (again.escalation, again.entry) == (answer.escalation, answer.entry)
        elif not isinstance(answer, Done):
            assert again == answer
        assert self.journals[console].last_seq() == before

    @invariant()
    def the_table_is_the_model(self) -> None:
        if not hasattr(self, "journals"):
            return
        found = {it.id: it for it in self.journals[0].open_escalations()}
        assert set(found) == set(self.open.values())
        assert len({it.subject for it in found.values()}) == len(found)
        for number, it in found.items():
            kept = self.kept[number]
            assert (it.state.value, it.level, it.version) == (kept.state, kept.level, kept.version)
            assert (it.acknowledged_by is not None) >= (it.state is Status.ACKNOWLEDGED)

    @invariant()
    def the_log_tells_it_all(self) -> None:
        for number, kept in list(getattr(self, "kept", {}).items())[-3:]:
            entries = self.journals[1].timeline(number)
            assert [entry.version for entry in entries] == list(range(1, kept.version + 1))
            states = [Status(entry.state) for entry in entries if entry.state]
            for before, after in pairwise(states):
                assert after in ALLOWED[before]

    @invariant()
    def no_page_waits_for_what_somebody_has(self) -> None:
        for number, kept in list(getattr(self, "kept", {}).items())[-3:]:
            if kept.state != "triggered":
                waiting = self.journals[0].outbox.deliveries(number, state="pending")
                assert not [it for it in waiting if it.message.kind == "page"]


SETTINGS = settings(
    deadline=None, max_examples=30, stateful_step_count=25, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


def test_the_state_machine_on_a_file(tmp_path: Path) -> None:
    template = FilePlace(tmp_path / "template")
    template.open().close()
    made: list[Path] = []

    class FileRoom(Room):
        def new_place(self) -> Place:
            folder = Path(tempfile.mkdtemp(dir=tmp_path))
            made.append(folder)
            place = FilePlace(folder)
            place.path.parent.mkdir()
            shutil.copy(template.path, place.path)
            return place

    run_state_machine_as_test(FileRoom, settings=SETTINGS)
    assert made


@pytest.mark.real_server
def test_the_state_machine_on_a_server(server: Server, tmp_path: Path) -> None:
    class ServerRoom(Room):
        def new_place(self) -> Place:
            return server_place(server, tmp_path)

    run_state_machine_as_test(ServerRoom, settings=settings(SETTINGS, max_examples=8))
