"""A command in one transaction: lock, look, decide, write state, event and messages; or write nothing at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.commands import BY_EVIDENCE, Command, Merge, RunTimers, Trigger
from vauntico_tui.escalation.decide import Outcome, decide
from vauntico_tui.escalation.evidence import SUBJECT_LIMIT
from vauntico_tui.escalation.state import Decision, Escalation, Refusal, Status, Unchanged
from vauntico_tui.journal import store
from vauntico_tui.journal.answers import Answer, Done, Lost, Refused
from vauntico_tui.journal.chain import append, entry_of
from vauntico_tui.journal.codec import canonical, instant, micros, read_escalation, read_policy, sha256
from vauntico_tui.journal.database import Head
from vauntico_tui.journal.outbox import cancel_pages, enqueue
from vauntico_tui.journal.tables import answers, events, policies


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with who asks it, for which escalation, and what they saw."""

    command: Command
    actor: str | None
    id: int | None = None
    subject: str | None = None
    seen_version: int | None = None
    key: str | None = None

    @property
    def digest(self) -> str:
        """The same for the same question; a key stands for one question."""
        return sha256(canonical([type(self.command).__name__, self.command, self.actor, self.id, self.subject]))

    @property
    def by_person(self) -> bool:
        return not isinstance(self.command, (*BY_EVIDENCE, RunTimers))


def answer(connection: Connection, head: Head, asked: Asked, *, login: str, console: str) -> Answer:
    """What it comes to, written if it is anything. The caller holds the lock and commits."""
    if asked.key is not None and (before := _before(connection, asked)) is not None:
        return before
    made = _decide(connection, head, asked, login, console)
    if asked.key is not None:
        values = {"key": asked.key, "at": head.now, "asked": asked.digest, "body": _keep(made)}
        connection.execute(insert(answers).values(**values))
    return made


def _find(connection: Connection, asked: Asked) -> Escalation | None:
    if isinstance(asked.command, Trigger):
        return store.latest(connection, one_line(asked.command.subject, SUBJECT_LIMIT))
    if asked.id is not None:
        return store.by_id(connection, asked.id)
    return store.latest(connection, asked.subject) if asked.subject else None


def nothing_to_do(connection: Connection, now: int, asked: Asked) -> Done | None:
    """Evidence that is known already needs no lock: looked at first, so that a quiet room writes nothing."""
    if asked.by_person:
        return None
    outcome, _ = _outcome(connection, now, asked)
    return Done(outcome.escalation) if isinstance(outcome, Unchanged) else None


def _outcome(connection: Connection, now: int, asked: Asked) -> tuple[Outcome, Escalation | None]:
    found = _find(connection, asked)
    command = asked.command
    outcome = decide(
        found, command, instant(now), actor=asked.actor, seen_version=asked.seen_version,
        new_id=store.next_id(connection) if isinstance(command, Trigger) else 0,
        other=store.by_id(connection, command.into) if isinstance(command, Merge) else None,
    )  # fmt: skip
    return outcome, found


def _decide(connection: Connection, head: Head, asked: Asked, login: str, console: str) -> Answer:
    outcome, found = _outcome(connection, head.now, asked)
    if isinstance(outcome, Refusal):
        if outcome.by is not None and outcome.at is not None:
            return Lost(outcome.by, outcome.at, found.state.value if found else "", outcome.reason)
        return Refused(outcome.reason)
    if not isinstance(outcome, Decision):
        return Done(outcome.escalation)
    return _write(connection, head, outcome, login, console)


def _write(connection: Connection, head: Head, decision: Decision, login: str, console: str) -> Done:
    entries = []
    last = head
    for change in decision.changes:
        fields = store.fields_of(connection, change.escalation)
        last, entry = append(connection, last, store.fact_of(change, fields), login=login, console=console)
        store.write_row(connection, change.escalation, fields)
        if change.escalation.state is not Status.TRIGGERED:
            cancel_pages(connection, change.escalation, last.now)
        entries.append(entry)
    enqueue(connection, decision.messages, last.now)
    return Done(decision.escalation, entries[0])


def _keep(made: Answer) -> str:
    match made:
        case Done(entry=entry, escalation=escalation):
            kept: dict[str, Any] = {"is": "done", "seq": entry.seq if entry else None}
            kept["id"] = escalation.id if escalation else None
        case Lost(by=by, at=at, state=state, reason=reason):
            kept = {"is": "lost", "by": by, "at": micros(at), "state": state, "reason": reason}
        case _:
            kept = {"is": "refused", "reason": getattr(made, "reason", "")}
    return json.dumps(kept)


def _before(connection: Connection, asked: Asked) -> Answer | None:
    """The first answer to this key."""
    row = connection.execute(select(answers).where(answers.c.key == asked.key)).one_or_none()
    if row is None:
        return None
    if row.asked != asked.digest:
        return Refused("this idempotency key was used for another command; use a new one")
    kept = json.loads(row.body)
    if kept["is"] == "lost":
        return Lost(kept["by"], instant(kept["at"]), kept["state"], kept["reason"])
    if kept["is"] == "refused":
        return Refused(kept["reason"])
    if kept["seq"] is None:
        found = store.by_id(connection, kept["id"]) if kept["id"] is not None else None
        return Done(found, None, repeated=True)
    event = connection.execute(select(events).where(events.c.seq == kept["seq"])).one()
    fields = json.loads(event.body)["after"]
    policy = connection.scalar(select(policies.c.body).where(policies.c.digest == fields["policy"]))
    return Done(read_escalation(fields, read_policy(str(policy))), entry_of(event), repeated=True)
