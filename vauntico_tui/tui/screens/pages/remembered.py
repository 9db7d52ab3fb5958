"""What the journal remembers of an escalation, as a page says it: steps to come, timeline, delivery ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vauntico_tui.base.durations import human
from vauntico_tui.tui.screens.page import DOT, Page

if TYPE_CHECKING:
    from vauntico_tui.actions.desk.detail import EscalationDetail
    from vauntico_tui.journal.outbox import Delivery
    from vauntico_tui.view.model import OnCallView

_SENT = {
    "delivered": ("✓", "$tone-met"), "dead": ("✗", "$tone-unmet"), "pending": ("◌", "$tone-soon"),
    "sending": ("⟳", "$tone-accent"), "cancelled": ("-", "$tone-dim"),
}  # fmt: skip


def write_coming(page: Page, detail: EscalationDetail) -> None:
    """Every step still to come and when, if nobody does anything."""
    if not detail.coming:
        return
    page.head("Still to come", "if nobody does anything")
    for step in detail.coming:
        left = f"in {human(step.at - page.look.now)}" if step.at > page.look.now else "now"
        page.put((f"{page.look.when(step.at):<14}", "$tone-dim"), step.text, (f"  {left}", "$tone-dim"), hang=14)


def write_timeline(page: Page, detail: EscalationDetail) -> None:
    """What happened, by whom and when."""
    page.head("Timeline", f"{len(detail.events)} events")
    for event in reversed(detail.events):
        page.put((f"{page.look.when(event.at):<14}", "$tone-dim"), event.text, hang=14)


def write_ledger(page: Page, detail: EscalationDetail) -> None:
    """What was sent where, who accepted it and when, or why not."""
    sent = detail.deliveries
    dead = sum(one.state == "dead" for one in sent)
    page.head("Deliveries", f"{len(sent)}" + (f"{DOT}{dead} dead: ctrl+p, Send again" if dead else ""))
    if not sent:
        page.put(("nothing had to be sent: no channel reaches its contacts", "$tone-dim"))
    for one in sent:
        glyph, tone = _SENT.get(one.state, ("?", "$tone-dim"))
        who = f" for {one.message.person}" if one.message.person else ""
        at = f"{page.look.when(one.created_at):<14}"
        where = f"{one.message.kind} to {one.message.destination.lane}{who}"
        page.put((f"{glyph} ", tone), (at, "$tone-dim"), f"{where}{DOT}", _how(page, one), hang=16)


def _how(page: Page, one: Delivery) -> str:
    tries = f" after {one.attempts} attempts" if one.attempts > 1 else ""
    twice = f"{DOT}possibly sent twice" if one.possibly_twice else ""
    if one.state == "delivered" and one.done_at is not None:
        return f"accepted by {one.accepted_by} {page.look.when(one.done_at)}{tries}{twice}"
    why = one.held_why or one.error
    later = one.held_until or one.next_at
    again = (
        f"{DOT}again {page.look.when(later)}" if later is not None and one.state == "pending" and one.attempts else ""
    )
    return f"{one.state}{tries}" + (f": {why}" if why else "") + again + twice


def write_on_call(page: Page, contacts: tuple[OnCallView, ...]) -> None:
    """Who is paged for its contacts now, who then, and when nobody would be."""
    if not contacts:
        return
    page.head("On call")
    for one in contacts:
        until = f" until {page.look.when(one.until)}" if one.until is not None else ""
        then = f", then {', '.join(one.then)}" if one.then else ""
        page.field(one.contact, ", ".join(one.people) or "nobody", until, then,
                   (f"  {one.note}" if one.note else "", "$tone-dim"))  # fmt: skip
        if one.gap_at is not None:
            end = f" until {page.look.when(one.gap_until)}" if one.gap_until is not None else ""
            page.put((f"nobody is on call from {page.look.when(one.gap_at)}{end}", "$tone-soon"), indent=12)
