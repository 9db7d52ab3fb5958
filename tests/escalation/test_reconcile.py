"""Evidence against what is escalated: nothing twice, nothing resolved without proof, nothing more when asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.journal.samples import POLICY
from vauntico_tui.escalation.commands import Acknowledge, EvidenceGone, Merge, Resolve, Trigger
from vauntico_tui.escalation.decide import decide
from vauntico_tui.escalation.evidence_now import Evidence
from vauntico_tui.escalation.grouping import causes
from vauntico_tui.escalation.reconcile import reconcile
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.escalation.state import Decision, Escalation

START = datetime(2027, 1, 15, 8, tzinfo=UTC)


def row(
    id: str, level: int = 1, *, stale: bool = False, state: str = "triggered", minute: int = 0, **labels: str
) -> EscalationRow:
    at = START + timedelta(minutes=minute)
    name = labels.pop("name", id.partition(":")[2])
    return EscalationRow(
        id, name, f"{id} is wrong", level, state, at, at + timedelta(hours=24), ("DevOps",), stale=stale,
        labels=tuple(sorted(labels.items())),
    )  # fmt: skip


class Board:
    """Escalations in memory, by the rules alone."""

    def __init__(self) -> None:
        self.all: dict[int, Escalation] = {}
        self.now = START

    def latest(self, subject: str) -> Escalation | None:
        return max((one for one in self.all.values() if one.subject == subject), key=lambda one: one.id, default=None)

    def apply(self, evidence: Evidence) -> int:
        wanted = reconcile(evidence, self.known(), lambda _row: POLICY, self.now)
        for one in wanted:
            before = self.all.get(one.id) if one.id is not None else None
            if isinstance(one.command, Trigger):
                before = self.latest(one.command.subject)
            self.do(before, one.command)
        return len(wanted)

    def do(self, before: Escalation | None, command: object) -> None:
        made = decide(before, command, self.now, actor="ann", new_id=len(self.all) + 1)  # type: ignore[arg-type]
        if isinstance(made, Decision):
            self.all[made.escalation.id] = made.escalation

    def known(self) -> list[Escalation]:
        return [one for one in self.all.values() if one.is_open or one.still_true]

    @property
    def open(self) -> list[Escalation]:
        return [one for one in self.all.values() if one.is_open]


ALL = frozenset({"issue", "alert"})


def test_new_evidence_opens_and_its_end_resolves() -> None:
    board = Board()
    board.apply(Evidence((row("issue:1"), row("deployment:production")), ALL))
    assert {one.subject for one in board.open} == {"issue:1", "deployment:production"}
    board.apply(Evidence((), ALL, {"deployment:production": "v2 was deployed"}))
    assert {one.subject: one.resolution for one in board.all.values()} == {
        "issue:1": "the issue is closed, gone, or no longer labelled with a severity that escalates",
        "deployment:production": "v2 was deployed",
    }


def test_an_incomplete_reading_resolves_nothing_but_what_it_proves() -> None:
    board = Board()
    board.apply(Evidence((row("issue:1"), row("issue:2")), ALL))
    board.apply(Evidence((), frozenset(), {"issue:2": "#2 was closed"}))
    assert [one.subject for one in board.open] == ["issue:1"]


def test_what_is_old_or_silenced_opens_nothing_and_resolves_nothing() -> None:
    board = Board()
    board.apply(Evidence((row("issue:1", stale=True), row("alert:a", state="snoozed")), ALL))
    assert board.all == {}
    board.apply(Evidence((row("issue:1"), row("alert:a")), ALL))
    assert board.apply(Evidence((row("issue:1", stale=True), row("alert:a", state="snoozed")), ALL)) == 0
    assert len(board.open) == 2


def test_alerts_of_one_cause_are_one_escalation() -> None:
    board = Board()
    first = [row(f"alert:Down{n}", name="Down", instance=str(n)) for n in range(3)]
    board.apply(Evidence((*first, row("alert:Other", name="Other")), ALL))
    assert sorted(len(one.members) for one in board.open) == [1, 3]
    board.apply(Evidence((first[2], row("alert:Down9", name="Down"), row("alert:Other", name="Other")), ALL))
    assert sorted(set(one.members) for one in board.open if one.subject == "alert:Down0") == [
        {"alert:Down2", "alert:Down9"}
    ]
    board.apply(Evidence((), ALL))
    assert board.open == []


def test_alerts_of_one_service_are_one_cause_only_where_they_began_together() -> None:
    rows = (
        row("alert:1", name="Errors", service="shop"),
        row("alert:2", name="Slow", service="shop", minute=3),
        row("alert:3", name="CertificateExpires", service="shop", minute=60),
    )
    assert [[one.id for one in cause] for cause in causes(rows)] == [["alert:1", "alert:2"], ["alert:3"]]


def test_a_graver_alert_of_the_cause_pages_again() -> None:
    board = Board()
    mild, grave = row("alert:1", 2, name="Down"), row("alert:2", 1, name="Down")
    board.apply(Evidence((mild,), ALL))
    (one,) = board.open
    board.do(one, Acknowledge())
    board.apply(Evidence((mild, grave), ALL))
    (one,) = board.open
    assert (one.level, one.state.value) == (1, "triggered")


def test_what_a_person_set_aside_stays_so_until_its_time_or_its_end() -> None:
    board = Board()
    alert = Evidence((row("alert:1"),), ALL)
    board.apply(alert)
    (one,) = board.open
    board.do(one, Resolve("known", despite_evidence=True, reopens_at=START + timedelta(hours=5)))
    assert board.apply(alert) == 0
    board.now += timedelta(hours=6)
    assert board.apply(alert) == 1
    (again,) = board.open
    assert again.previous_id == one.id
    board.do(again, Resolve("known", despite_evidence=True, reopens_at=START + timedelta(hours=50)))
    board.apply(Evidence((), ALL))
    board.apply(alert)
    assert len(board.open) == 1


rows = st.lists(
    st.builds(
        row,
        st.sampled_from(
            [f"issue:{n}" for n in range(4)] + [f"alert:{n}" for n in range(6)] + ["deployment:production"]
        ),
        st.integers(1, 3),
        stale=st.booleans(),
        state=st.sampled_from(["triggered", "triggered", "snoozed"]),
        minute=st.integers(0, 20),
        name=st.sampled_from(["A", "B", "C"]),
        service=st.sampled_from(["", "shop", "api"]),
    ),
    unique_by=lambda one: one.id,
    max_size=8,
)
evidences = st.builds(
    lambda found, complete, over: Evidence(tuple(found), frozenset(complete), dict.fromkeys(over, "over")),
    rows,
    st.sets(st.sampled_from(["issue", "alert"])),
    st.sets(st.sampled_from(["issue:0", "issue:1", "deployment:production"])),
)


@given(st.lists(evidences, max_size=6))
def test_nothing_twice_and_nothing_resolved_without_proof(history: list[Evidence]) -> None:
    board = Board()
    for evidence in history:
        before = {one.id: one for one in board.open}
        board.apply(evidence)
        assert board.apply(evidence) == 0
        members = [member for one in board.open for member in one.members]
        assert len(members) == len(set(members))
        standing = {one.id for one in evidence.rows}
        for number, one in before.items():
            if not board.all[number].is_open:
                assert all(
                    member not in standing
                    and (member in evidence.over or member.partition(":")[0] in evidence.complete)
                    for member in one.members
                )
        board.now += timedelta(minutes=5)


@given(rows)
def test_causes_hold_every_row_once(found: list[EscalationRow]) -> None:
    grouped = [one.id for cause in causes(found) for one in cause]
    assert sorted(grouped) == sorted(one.id for one in found)
    assert causes(found) == causes(list(reversed(found)))


def test_two_that_were_merged_stay_one_with_the_graver_level() -> None:
    board = Board()
    evidence = Evidence((row("issue:1", 1), row("issue:2", 2)), ALL)
    board.apply(evidence)
    first, second = board.open
    made = decide(second, Merge(first.id), START, actor="ann", other=first)
    assert isinstance(made, Decision)
    board.all |= {change.escalation.id: change.escalation for change in made.changes}
    assert board.apply(evidence) == 0
    board.apply(Evidence((row("issue:2", 2),), ALL))
    (left,) = board.open
    assert (left.id, left.members) == (first.id, ("issue:2",))


def test_a_gone_member_is_told_with_its_escalation() -> None:
    board = Board()
    board.apply(Evidence((row("issue:1"),), ALL))
    (wanted,) = reconcile(Evidence((), ALL), board.known(), lambda _row: POLICY, START)
    assert wanted.id == 1
    assert isinstance(wanted.command, EvidenceGone)
    assert replace(wanted.command, reason="") == EvidenceGone("", "issue:1")
