"""Hands on a journal in a file: what is taken back, and what is sent again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.journal.samples import trigger
from vauntico_tui.actions.desk.asked import Surroundings
from vauntico_tui.actions.desk.back import Press, last_done
from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.desk.hands import Hands
from vauntico_tui.actions.desk.signing import Signed
from vauntico_tui.actions.desk.words import number_in
from vauntico_tui.actions.registry import BY_ID, Target
from vauntico_tui.escalation.commands import EvidenceGone, Snooze
from vauntico_tui.escalation.policy import Policy
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.journal import Journal

APPROVAL = Target("approval", "approval:hotfix", "Hotfix")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(None, state_dir=tmp_path, console="test")
    yield desk
    desk.close()


@pytest.fixture
async def hands(desk: Desk) -> Hands:
    around = Surroundings(
        "ann", people=lambda name: None, policy_of=lambda at, row: cast(Policy, None), row_of=lambda subject: None,
        now=lambda: datetime.now(UTC),
    )  # fmt: skip
    for number in (1, 2, 3):
        await desk.perform(trigger(number, number, title=f"Problem {number}"), actor=EVIDENCE)
    await desk.look()
    return Hands(desk, around)


async def target(desk: Desk, number: int) -> Target:
    one = await desk.call(lambda journal: journal.escalation(number))
    assert one is not None
    return Target("escalation", str(number), one.title, None, one.version)


async def test_a_signature_is_taken_back_and_both_stay_in_the_log(desk: Desk, hands: Hands) -> None:
    done = await hands.executors["approval.sign"](APPROVAL, {"role": "executive"})
    assert done.message.endswith("u takes it back")
    assert len(desk.known.approvals) == 1
    assert (await hands.executors["undo"](None, {})).ok
    assert not desk.known.approvals
    kinds = [entry.kind for entry in await desk.call(lambda journal: journal.entries())]
    assert kinds[-2:] == ["signed", "withdrawn"]
    assert "nothing to take back" in (await hands.executors["undo"](None, {})).message


async def test_a_signature_is_withdrawn_by_whoever_gave_it_or_names_it(desk: Desk, hands: Hands) -> None:
    sign, withdraw = hands.executors["approval.sign"], hands.executors["signature.withdraw"]
    why = hands.why_not(BY_ID["signature.withdraw"], APPROVAL)
    assert why == "nobody has signed Hotfix"
    assert (await sign(APPROVAL, {"as": "ben"})).ok
    assert hands.why_not(BY_ID["signature.withdraw"], APPROVAL) is None
    other = await withdraw(APPROVAL, {})
    assert (other.ok, other.code) == (False, "refused")
    assert other.message == "Hotfix: ann has not signed it; ben has: name them to withdraw theirs"
    assert len(desk.known.approvals) == 1
    assert (await withdraw(APPROVAL, {"of": "Ben", "reason": "the wrong build"})).ok
    assert not desk.known.approvals
    last = (await desk.call(lambda journal: journal.entries()))[-1]
    assert (last.kind, last.actor) == ("withdrawn", "ann")
    assert last.text.endswith("withdrawn by ann: the wrong build")
    assert not (await withdraw(APPROVAL, {"of": "ben"})).ok


async def test_what_was_overridden_or_held_is_withdrawn(desk: Desk, hands: Hands) -> None:
    withdraw = hands.executors["signature.withdraw"]
    blocker, review = Target("blocker", "tests", "Tests"), Target("review", "weekly", "Weekly")
    assert (await hands.executors["verdict.override"](blocker, {"reason": "known", "until": "1 h"})).ok
    assert (await hands.executors["review.held"](review, {})).ok
    assert (await withdraw(blocker, {})).ok
    assert not desk.known.overrides
    assert len(desk.known.reviews) == 1
    assert (await withdraw(review, {})).ok
    assert not desk.known.reviews


async def test_a_signature_that_no_longer_stands_is_not_taken_back_twice(desk: Desk, hands: Hands) -> None:
    await hands.executors["approval.sign"](APPROVAL, {})
    await desk.call(lambda journal: journal.records.withdraw(journal.records.standing()[0].id, "bob", login="bob"))
    assert not (await hands.executors["undo"](None, {})).ok


async def test_one_that_somebody_else_changed_keeps_no_other_from_being_taken_back(desk: Desk, hands: Hands) -> None:
    for number in (1, 2, 3):
        assert (await hands.executors["escalation.acknowledge"](await target(desk, number), {})).ok
    hands.together(3)
    await desk.perform(Snooze(datetime.now(UTC) + timedelta(hours=1)), actor="bob", number=3)
    done = await hands.executors["undo"](None, {})
    assert "2 of 3" in done.message
    assert not done.ok
    assert [one.state.value for one in sorted(desk.known.open, key=lambda one: one.id)] == [
        "triggered", "triggered", "snoozed",
    ]  # fmt: skip


def all_dead(journal: Journal) -> None:
    while (claim := journal.outbox.claim("w", timedelta(minutes=1))) is not None:
        for message in claim.messages:
            assert journal.outbox.begin(claim, message)
            journal.outbox.refused(claim, message, "404")


def dead(journal: Journal) -> set[int]:
    return {one.message.escalation_id for one in journal.outbox.deliveries(state="dead")}


async def test_only_the_escalations_own_dead_letters_are_sent_again(desk: Desk, hands: Hands) -> None:
    await desk.call(all_dead)
    assert await desk.call(dead) == {1, 2, 3}
    await desk.perform(EvidenceGone("closed"), actor=EVIDENCE, number=1)
    await desk.look()
    resolved = Target("escalation", "1", "Problem 1")
    assert (await hands.executors["message.replay"](resolved, {})).ok
    assert await desk.call(dead) == {2, 3}
    stranger = Target("issue", "issue:99", "Nobody's")
    assert not (await hands.executors["message.replay"](stranger, {})).ok
    assert await desk.call(dead) == {2, 3}


def test_a_number_as_people_write_it() -> None:
    assert [number_in(word) for word in ("7", "E7", " e12 ")] == [7, 7, 12]
    assert [number_in(word) for word in ("#7", "issue:7", "E", "", "E7a", "EE7", "-7", "7" * 30)] == [None] * 8


async def test_undo_takes_back_the_press_that_was_asked_about_and_no_other(desk: Desk, hands: Hands) -> None:
    for number in (1, 2):
        assert (await hands.executors["escalation.acknowledge"](await target(desk, number), {})).ok
    last = hands.last
    assert last is not None
    assert last.words == "acknowledged Problem 2"
    old = await hands.executors["undo"](Target("press", str(last.id - 1), "the one before"), {})
    assert (old.ok, old.code) == (False, "refused")
    assert "acknowledged Problem 2" in old.message
    assert (await hands.executors["undo"](Target("press", str(last.id), last.words), {})).ok
    assert hands.last is not None
    assert hands.last.words == "acknowledged Problem 1"


async def test_many_at_once_are_named_together(desk: Desk, hands: Hands) -> None:
    for number in (1, 2):
        await hands.executors["escalation.acknowledge"](await target(desk, number), {})
    hands.together(2)
    assert hands.last is not None
    assert hands.last.words == "acknowledged 2: Problem 1, Problem 2"


@pytest.mark.parametrize(
    ("ago", "ran", "fresh"), [(3, None, True), (11, None, False), (3, 1, False), (11, 12, False), (3, 4, True)]
)
def test_only_what_was_done_a_moment_ago_and_nothing_since_is_taken_back_unasked(
    ago: int, ran: int | None, fresh: bool
) -> None:
    now = datetime.now(UTC)
    press = Press(1, (Signed(7, "Hotfix"),), now - timedelta(seconds=ago))
    found = last_done(press, now, now - timedelta(seconds=ran) if ran is not None else None)
    assert found.fresh is fresh
    assert found.ran is (ran is not None and ran < ago)
    assert found.words == "signed Hotfix"
