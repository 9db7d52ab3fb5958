"""Every action, once. Bindings, footer, palette, help, commands and docs/keys.md are made from this table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["everywhere", "dashboard", "list", "detail"]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a hand can do. `key` is Textual's name for it ("a", "slash"); "" has no key, only the palette.

    `mutates` actions go through `warroom.perform`, which alone enforces read-only mode; the others are the face's own
    (moving, opening, filtering).
    """

    id: str  # "refresh.all": stable; config's [screen] keys and commands name it
    title: str
    key: str
    help: str
    where: Where = "everywhere"
    footer: bool = False
    mutates: bool = False
    needs: str = ""  # what must be selected: "", "row", "link"


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is for, captured when the key was pressed. Never "the current row"."""

    kind: str  # blocker target workflow run kpi escalation issue source
    id: str
    title: str
    link: str | None = None
    version: int | None = None  # of the escalation as it was seen: who changed it since was first


ACTIONS: tuple[Action, ...] = (
    Action("help", "Keys", "question_mark", "Every key that works here, and what it does.", footer=True),
    Action("palette", "All actions", "ctrl+p", "Find any action by its name.", footer=True),
    Action("quit", "Quit", "q", "Leave at once, whatever is still loading.", footer=True),
    Action("open", "Open", "enter", "The row's evidence in full.", "list", footer=True, needs="row"),
    Action("back", "Back", "escape", "Close what is open, or give up the filter.", footer=True),
    Action("filter", "Filter", "slash", "Show only the rows that hold a text.", "list", footer=True),
    Action("zoom", "Zoom", "z", "One pane over the whole screen, and back.", "dashboard", footer=True),
    Action("browse", "Browser", "o", "Open the row's page in the browser.", needs="link"),
    Action("copy", "Copy", "y", "Copy the row's link, or its text where it has none (OSC 52).", needs="row"),
    Action("down", "Down", "j", "The next row.", "list"),
    Action("up", "Up", "k", "The row before.", "list"),
    Action("top", "Top", "g", "The first row.", "list"),
    Action("bottom", "Bottom", "G", "The last row.", "list"),
    Action("pane.next", "Next pane", "tab", "To the next pane.", "dashboard"),
    Action("pane.previous", "Previous pane", "shift+tab", "To the pane before.", "dashboard"),
    Action("pane.1", "Blockers", "1", "To the pane of blockers.", "dashboard"),
    Action("pane.2", "Week targets", "2", "To the pane of week targets.", "dashboard"),
    Action("pane.3", "CI status", "3", "To the pane of workflows.", "dashboard"),
    Action("pane.4", "KPIs", "4", "To the pane of KPIs.", "dashboard"),
    Action("pane.5", "Escalations", "5", "To the pane of escalations.", "dashboard"),
    Action("mark", "Mark", "space", "Mark the row; what acts on several acts on the marked.", "list", needs="row"),
    Action("sort", "Sort", "s", "Sort by the next column.", "list"),
    Action("link.next", "Next link", "n", "To the next link or row of a detail.", "detail"),
    Action("link.previous", "Link before", "N", "To the link or row before.", "detail"),
    Action("window.shorter", "Shorter", "left_square_bracket", "A shorter time in the chart.", "detail"),
    Action("window.longer", "Longer", "right_square_bracket", "A longer time in the chart.", "detail"),
    Action(
        "escalation.acknowledge", "Acknowledge", "a",
        "You have it: paging stops, the window runs on. Asks once, naming what it is for; `u` takes it back.",
        "everywhere", footer=True, mutates=True, needs="row",
    ),
    Action("escalation.more", "Act on it", "A", "Everything that can be done with the escalation.", needs="row"),
    Action("undo", "Undo", "u", "Take back what you did last, or hear why that can't be.", mutates=True),
    Action(
        "escalation.unacknowledge", "Un-acknowledge", "", "Nobody has it any more: it is paged from the first contact.",
        mutates=True, needs="row",
    ),
    Action(
        "escalation.snooze", "Snooze", "", "No pages until a time; the window runs on and its breach ends the snooze.",
        mutates=True, needs="row",
    ),
    Action("escalation.wake", "End the snooze", "", "Paged again from the first contact.", mutates=True, needs="row"),
    Action(
        "escalation.escalate", "Escalate now", "",
        "Page the next contact without waiting. A page that is out can't be called back.",
        mutates=True, needs="row",
    ),
    Action(
        "escalation.reassign", "Reassign", "", "Somebody else has it from now on, and is told.", mutates=True,
        needs="row",
    ),
    Action(
        "escalation.note", "Add a note", "", "What was seen or tried; it stays in the timeline.", mutates=True,
        needs="row",
    ),
    Action(
        "escalation.resolve", "Resolve", "",
        "It is over, and why. While its evidence stands only expressly so, and until a time.",
        mutates=True, needs="row",
    ),
    Action(
        "escalation.merge", "Merge", "", "It is a duplicate of another one, which carries it from now on.",
        mutates=True, needs="row",
    ),
    Action("escalation.summary", "Hand over", "H", "What is open, why, and what was tried: to read, copy and hand on."),
    Action("handover", "Sign the hand-over", "", "Put the summary into the log as handed on.", mutates=True),
    Action(
        "approval.sign", "Sign", "", "Sign an approval, in a role; it stands in the log.", mutates=True, needs="row"
    ),
    Action("review.held", "Review held", "", "Say that a review was held just now.", mutates=True, needs="row"),
    Action(
        "verdict.override", "Override the verdict", "",
        "Take it as kept, signed, with a reason and until a time; it shows as overridden.",
        mutates=True, needs="row",
    ),
    Action(
        "signature.withdraw", "Withdraw the signature", "",
        "What was signed, held or overridden no longer stands; both stay in the log.", mutates=True, needs="row",
    ),
    Action(
        "message.replay", "Send again", "", "Send a dead letter of this escalation again.", mutates=True, needs="row"
    ),
    Action(
        "runbook.open", "Remediate", "x",
        "What can be done about it: a runbook's plan, exactly as it would be run. Nothing is sent before you say so.",
        footer=True, needs="row",
    ),
    Action("runbook.all", "Runbooks", "X", "Every runbook, and what runs or was cut off: resume, verify or undo it."),
    Action(
        "runbook.run", "Run the plan", "", "Run the very plan that is shown; planned again if the world has moved.",
        mutates=True,
    ),
    Action(
        "runbook.resume", "Resume", "", "Go on where it was cut off; no step is done twice.",
        mutates=True,
    ),
    Action(
        "runbook.undo", "Undo the runbook", "", "Take its steps back, the last one first; what can't be stays.",
        mutates=True,
    ),
    Action("runbook.cancel", "Cancel the runbook", "", "Stop it between two requests.", mutates=True),
    Action("run.log", "Log", "l", "The failing job's log, at its first error.", "list", needs="row"),
    Action(
        "run.compare", "Compare", "c", "What is different from the last green run: commits, files, jobs.", "list",
        needs="row",
    ),
    Action("issues.all", "All issues", "i", "Every issue, open and closed.", footer=True),
    Action("plan.show", "The plan", "P", "The whole plan, each promise with its verdict.", footer=True),
    Action("refresh.pane", "Refresh", "r", "Ask again what this pane shows.", footer=True),
    Action("refresh.all", "Refresh all", "R", "Ask every source again."),
    Action("pause", "Pause", "p", "Stop asking the sources; again to go on."),
    Action("theme", "Theme", "", "Dark or light."),
    Action(
        "plan.start", "Start the clocks", "",
        "The plan's clocks start now; kept in the config. Moved later with `vauntico-tui plan start TIME`.",
        mutates=True,
    ),
)  # fmt: skip
"""In the order in which help and docs show them."""

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
