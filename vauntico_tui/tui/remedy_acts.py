"""Keys that remediate: what can be done about the selected row, and everything that runs or could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from vauntico_tui.actions.registry import BY_ID, Action, Target
from vauntico_tui.tui.screens.remedy.words import done_of

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import Subject
    from vauntico_tui.runbooks.model import Runbook
    from vauntico_tui.tui.remedying import Remedying


class RemedyActs(App[str]):
    """What the app answers to `runbook.open` and `runbook.all`."""

    remedying: Remedying

    def captured(self) -> Target | None:
        raise NotImplementedError

    def why_not(self, action: Action, target: Target | None) -> str | None:
        raise NotImplementedError

    def say(self, text: str, tone: str = "", *, lasting: bool = False) -> None:
        raise NotImplementedError

    def key_of(self, ident: str) -> str:
        raise NotImplementedError

    def why_not_id(self, ident: str) -> str:
        """Why an action that needs no row can't be done just now, or ""."""
        return self.why_not(BY_ID[ident], None) or ""

    def leave(self, result: str | None = None) -> None:
        raise NotImplementedError

    def ask_to_leave(self) -> bool:
        """Ask whether what runs here may be cut off; False where nothing does, or it is being asked already."""
        from vauntico_tui.tui.screens.remedy.confirming import ConfirmingScreen  # noqa: PLC0415

        door = self.remedying.door
        going = [one for one in door.running if one.mark in {"running", "undoing"}] if door is not None else []
        if not going or isinstance(self.screen, ConfirmingScreen):
            return False
        done, count = done_of(going[0])
        more = f" and {len(going) - 1} more" if len(going) > 1 else ""
        what = f"{going[0].plan.title} runs{more}, {done} of {count} steps are done. Leave all the same?"
        but = "it stops between two requests, and can be resumed or undone at the next start"

        def answered(yes: bool | None) -> None:
            if yes:
                self.leave()

        self.push_screen(ConfirmingScreen("!", what, but, "leave", "stay"), answered)
        return True

    def act_runbook_open(self) -> None:
        """Plan the runbook that is bound to the selected row; of several, ask which."""
        if self.remedying.door is None:
            self.say("the war room is still opening", "soon")
            return
        picked, whole = self.captured(), getattr(self.screen, "whole", None)
        targets = [one for one in (picked, whole) if isinstance(one, Target) and one.kind != "link"]
        for target in targets:
            if found := self.remedying.meant(target):
                self._choose(found, target.title or target.id)
                return
        name = targets[0].title if targets else "this"
        self.say(f"no runbook is bound to {name}; {self.key_of('runbook.all')} lists all", "soon")

    def _choose(self, found: tuple[tuple[Runbook, Subject], ...], name: str) -> None:
        from vauntico_tui.tui.screens.remedy.asked import ChoosingScreen  # noqa: PLC0415

        subjects = {runbook.id: subject for runbook, subject in found}

        def chosen(runbook: Runbook | None) -> None:
            if runbook is not None:
                self.plan_runbook(runbook, subjects[runbook.id])

        if len(found) == 1:
            self.plan_runbook(*found[0])
        else:
            each = {ident: subject.title for ident, subject in subjects.items() if subject.title != name}
            self.push_screen(ChoosingScreen(tuple(runbook for runbook, _ in found), name, each), chosen)

    def plan_runbook(self, runbook: Runbook, subject: Subject) -> None:
        """Show what it would do for this subject."""
        from vauntico_tui.tui.screens.remedy.plan import RunPlanScreen  # noqa: PLC0415

        self.push_screen(RunPlanScreen(subject, runbook))

    def act_runbook_run(self) -> None:
        """From the palette: the plan comes first."""
        self.act_runbook_open()

    def act_runbook_resume(self) -> None:
        """From the palette: of which one is picked there."""
        self.act_runbook_all()

    act_runbook_undo = act_runbook_cancel = act_runbook_resume

    def act_runbook_all(self) -> None:
        """Every runbook and execution; straight to the one that waits for an answer."""
        from vauntico_tui.tui.screens.remedy.everything import RunbooksScreen  # noqa: PLC0415
        from vauntico_tui.tui.screens.remedy.running import RunningScreen  # noqa: PLC0415

        asked = self.remedying.questions
        if asked and not isinstance(self.screen, RunningScreen):
            self.push_screen(RunningScreen(asked[0].execution))
        elif not isinstance(self.screen, RunbooksScreen):
            self.push_screen(RunbooksScreen(self.remedying.subject(self.captured())))
