"""What is done all day long costs the same in a journal of a year as in a new one: no query reads a table through."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from tests.journal.conftest import FilePlace
from tests.journal.samples import trigger
from vauntico_tui.escalation.commands import Acknowledge
from vauntico_tui.escalation.state import EVIDENCE

SMALL = {"head", "lanes", "CONSTANT"}
"""Tables of one row, or one a destination."""


def test_no_query_of_the_day_reads_the_history(file_place: FilePlace) -> None:
    journal = file_place.open()
    asked: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *more: Any) -> None:
        many = more[-1]
        if not many and statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "INSERT"}:
            asked[statement] = parameters

    event.listen(journal.database.engine, "before_cursor_execute", note)
    journal.perform(trigger(1), actor=EVIDENCE)
    journal.perform(Acknowledge(), actor="ann", id=1, key="k")
    journal.perform(Acknowledge(), actor="ann", id=1, key="k")
    claim = journal.outbox.claim("w", timedelta(seconds=30))
    assert claim is not None
    journal.outbox.begin(claim, claim.messages[0])
    journal.outbox.accepted(claim, claim.messages[0], "ok")
    journal.outbox.waiting()
    journal.outbox.next_at()
    journal.outbox.deliveries(1)
    journal.open_escalations()
    journal.run_timers()
    journal.next_timer()
    journal.timeline(1)
    journal.latest("issue:1")
    journal.resolved(journal.now())
    journal.records.standing()
    assert len(asked) > 25
    with sqlite3.connect(file_place.path) as other:
        other.create_function("vauntico_now", 0, lambda: 0)
        for statement, parameters in asked.items():
            for row in other.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
                words = row[3].split()
                by_index = "INDEX" in words
                assert words[0] != "SCAN" or words[1] in SMALL or by_index, (statement, row[3])
