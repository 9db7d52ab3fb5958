"""What is asked before an action that changes something: nothing but a yes, or a few words. One table for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vauntico_tui.actions.registry import Action, Target
from vauntico_tui.tui.format import cut

if TYPE_CHECKING:
    from vauntico_tui.tui.app import WarRoomApp


@dataclass(frozen=True, slots=True)
class Field:
    """Something to type: the argument's name, its label, what stands there first, and what up and down offer."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    presets: tuple[str, ...] = ()
    needed: bool = True


_UNTIL = Field("until", "until", "1 h", '"1 h", "08:00", "tomorrow 08:00" · ↑↓ offers', ("1 h", "4 h", "08:00",
               "tomorrow 08:00"))  # fmt: skip
_NOTE = Field("note", "note", hint="kept in the timeline; may stay empty", needed=False)

FORMS: dict[str, tuple[Field, ...]] = {
    "escalation.acknowledge": (),
    "escalation.unacknowledge": (),
    "escalation.wake": (),
    "escalation.snooze": (_UNTIL, _NOTE),
    "escalation.escalate": (),
    "escalation.reassign": (Field("to", "to", hint="a person of the config, or any name"), _NOTE),
    "escalation.note": (Field("text", "note", hint="what was seen, what was tried"),),
    "escalation.resolve": (
        Field("reason", "because", hint="why it is over"),
        Field("until", "although", hint="while its evidence stands: until when it is set aside; else leave empty",
              needed=False),
    ),
    "escalation.merge": (Field("into", "into", hint='the other one: its number, or "#14"'),),
    "approval.sign": (
        Field("role", "as", "executive", "the role in which you sign", needed=False),
        Field("reason", "because", hint="what it rests on; may stay empty", needed=False),
    ),
    "review.held": (Field("reason", "outcome", hint="what came of it; may stay empty", needed=False),),
    "verdict.override": (
        Field("reason", "because", hint="why it is taken as kept"),
        Field("until", "until", "24 h", _UNTIL.hint, ("24 h", "tomorrow 08:00", "1 week")),
    ),
    "signature.withdraw": (
        Field("of", "signed by", hint="whose signature; empty: your own", needed=False),
        Field("reason", "because", hint="why it no longer stands; may stay empty", needed=False),
    ),
    "message.replay": (),
    "handover": (Field("to", "to", hint="who takes over; may stay empty", needed=False),),
}  # fmt: skip
"""By action. An action without fields is asked with one line, and its own key again says yes."""

MANY = frozenset({
    "escalation.acknowledge", "escalation.unacknowledge", "escalation.snooze", "escalation.wake",
    "escalation.escalate", "escalation.reassign", "escalation.note", "escalation.resolve",
})  # fmt: skip
"""What can be done to all marked rows at once."""

AFTERWARDS: dict[str, str] = {
    "escalation.acknowledge": "u takes it back",
    "escalation.unacknowledge": "it is paged again from the first contact; u takes it back",
    "escalation.wake": "it is paged again at once",
    "escalation.snooze": "the window runs on; u takes it back",
    "escalation.escalate": "a page that is out can't be called back",
    "escalation.reassign": "the person is told",
    "escalation.note": "notes stay",
    "escalation.resolve": "a resolution stays",
    "escalation.merge": "a merge stays",
    "approval.sign": "a signature stands in the log; u takes it back",
    "review.held": "it stands in the log; u takes it back",
    "verdict.override": "it shows as overridden, with your name; u takes it back",
    "signature.withdraw": "it stays withdrawn; sign anew",
    "message.replay": "it goes out once more",
    "handover": "the summary goes into the log",
}
"""Whether it can be taken back, said before it is done."""


def marked(app: WarRoomApp, action: Action) -> tuple[Target, ...]:
    """The rows marked where the focus is, if the action may be done to many."""
    if action.id in MANY:
        for node in app.chain():
            if marks := getattr(node, "marks", ()):
                return tuple(marks)
    return ()


def asks(ident: str) -> bool:
    """Whether something is asked first."""
    return ident in FORMS


def named(targets: Sequence[Target], room: int) -> str:
    """Whom it is for: the title of one, or how many and the first titles."""
    if len(targets) == 1:
        return cut(targets[0].title, room)
    return cut(f"{len(targets)}: " + ", ".join(target.title for target in targets), room)
