"""What people are told, and where. Pages go to a step's people; how it goes on to everybody who was told before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from vauntico_tui.escalation.policy import Destination, Person
from vauntico_tui.escalation.state import Escalation, Message


def page(
    escalation: Escalation,
    people: Iterable[Person],
    text: str,
    at: datetime,
    *,
    kind: str = "page",
    late: datetime | None = None,
) -> tuple[Message, ...]:
    """One urgent message for each way of reaching each of these people, a shared channel once."""
    found: dict[str, Message] = {}
    for person in people:
        for destination in person.destinations:
            if (known := found.get(destination.lane)) is None:
                message = _message(escalation, kind, destination, text, at)
                found[destination.lane] = replace(message, urgent=True, person=person.id, late=late)
            elif person.id not in (known.person, *known.also):
                found[destination.lane] = replace(known, also=(*known.also, person.id))
    return tuple(found.values())


def tell(escalation: Escalation, kind: str, text: str, at: datetime) -> tuple[Message, ...]:
    """The same news for everybody who was told of it before, and for the mirrors."""
    return tuple(
        _message(escalation, kind, destination, text, at)
        for destination in unique((*escalation.notified, *escalation.policy.mirrors))
    )


def mirror(escalation: Escalation, kind: str, text: str, at: datetime) -> tuple[Message, ...]:
    """News for the mirrors alone."""
    return tuple(_message(escalation, kind, it, text, at) for it in unique(escalation.policy.mirrors))


def unique(destinations: Iterable[Destination]) -> tuple[Destination, ...]:
    return tuple(dict.fromkeys(destinations))


def destinations_of(people: Iterable[Person]) -> tuple[Destination, ...]:
    return unique(destination for person in people for destination in person.destinations)


def _message(escalation: Escalation, kind: str, destination: Destination, text: str, at: datetime) -> Message:
    return Message(
        kind=kind,
        destination=destination,
        escalation_id=escalation.id,
        version=escalation.version,
        subject=escalation.subject,
        title=escalation.title,
        level=escalation.level,
        state=escalation.state.value,
        text=text,
        at=at,
        link=escalation.link,
        breaches_at=escalation.breaches_at,
        holder=escalation.assignee.id if escalation.assignee is not None else escalation.acknowledged_by,
    )
