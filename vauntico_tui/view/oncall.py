"""Who is on call for a contact, as it is drawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vauntico_tui.view.model import OnCallView

if TYPE_CHECKING:
    from vauntico_tui.actions.keeper.paging import Paging

AHEAD = timedelta(days=14)


def on_call_view(paging: Paging, contact: str, now: datetime) -> OnCallView:
    """Who is paged now, until when, who then, and the next time when nobody is."""
    step = paging.who(contact, now)
    people = tuple(person.name for person in step.people)
    turns = [turn for turn in paging.turns(contact, now, now + AHEAD) if turn.end > now]
    here = next((turn for turn in turns if turn.start <= now), None)
    after = next((turn for turn in turns if turn.start > now), None)
    until = here.end if here is not None and here.end < now + AHEAD else None
    then = paging.people.get(after.person) if after is not None else None
    gap = next((one for one in paging.gaps(now, now + AHEAD) if one.contact.casefold() == contact.casefold()), None)
    return OnCallView(
        contact, people, step.note, until, (then.name,) if then is not None else (),
        gap.start if gap is not None else None, gap.end if gap is not None else None,
    )  # fmt: skip
