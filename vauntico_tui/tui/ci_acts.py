"""Keys that look into CI: the log of what failed, and what changed since it was green."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App

from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.screens.pages.found import find_run, find_workflow

if TYPE_CHECKING:
    from textual.screen import Screen

    from vauntico_tui.actions.remedy.model import Subject
    from vauntico_tui.view.model import RunView, View, WorkflowView


class CiActs(App[str]):
    """What the app answers to `run.log` and `run.compare`, whatever the row was that they were pressed on."""

    view: View | None

    def captured(self) -> Target | None:
        raise NotImplementedError

    def say(self, text: str, tone: str = "", *, lasting: bool = False) -> None:
        raise NotImplementedError

    def act_run_log(self) -> None:
        from vauntico_tui.tui.screens.log import LogScreen  # noqa: PLC0415

        if (found := self._run_meant("a log")) is not None:
            self._push(LogScreen, found)

    def act_run_compare(self) -> None:
        from vauntico_tui.tui.screens.compare import CompareScreen  # noqa: PLC0415

        if (found := self._run_meant("anything to compare")) is not None:
            self._push(CompareScreen, found)

    def _push(self, kind: type[Any], target: Target) -> None:
        screen: Screen[Any] = self.screen
        if not (isinstance(screen, kind) and str(getattr(screen, "run_id", "")) == target.id):
            self.push_screen(kind(int(target.id), target.title, target.link))

    def _run_meant(self, what: str) -> Target | None:
        """The run that a key is for: itself, a workflow's failed one, the failed one of a pull request's branch."""
        for target in (self.captured(), self._subject()):
            if target is None:
                continue
            if target.kind == "run" and target.id.isascii() and target.id.isdigit():
                return target
            if self.view is not None and (run := _run_of(self.view, target)) is not None:
                flow, one = run
                return Target("run", str(one.id), f"{flow.name} #{one.number}", one.url)
        target = self.captured()
        self.say(f"{target.title} has no run, and so not {what}" if target else "nothing is selected", "soon")
        return None

    def _subject(self) -> Target | None:
        """What the whole screen is about, where a link on it is picked."""
        screen = self.screen
        kind, ident = getattr(screen, "kind", None), getattr(screen, "ident", None)
        return Target(kind, ident, ident) if isinstance(kind, str) and isinstance(ident, str) else None


def runs_behind(view: View | None, subject: Subject) -> tuple[Subject, ...]:
    """The runs for which something can be done on a row that is no run: a workflow's failed and its running one, and
    those of a pull request's branch. Named by their numbers, so that it is said which one is meant."""
    from vauntico_tui.actions.remedy.model import Subject  # noqa: PLC0415  not before the first paint

    if view is None:
        return ()
    runs: list[tuple[WorkflowView, RunView]] = []
    if subject.kind == "workflow" and (flow := find_workflow(view, subject.id)) is not None:
        runs = [(flow, run) for run in (flow.failed, flow.running) if run is not None]
    elif subject.kind == "pull":
        pull = next((one for one in view.ci.pulls if str(one.number) == subject.id), None)
        heads = [(flow, next((run for run in flow.runs if pull and run.branch == pull.branch), None))
                 for flow in view.ci.workflows]  # fmt: skip
        runs = [(flow, run) for flow, run in heads if run is not None and run.mark in {"failure", "running"}]
    return tuple(
        Subject("run", str(run.id), f"{flow.name} #{run.number}", run.url) for flow, run in dict.fromkeys(runs)
    )


def has_run(view: View | None, target: Target | None) -> bool:
    """Whether there is a log to read and a run to compare."""
    return view is not None and target is not None and _run_of(view, target) is not None


def _run_of(view: View, target: Target) -> tuple[WorkflowView, RunView] | None:
    if target.kind == "run":
        return find_run(view, target.id)
    if target.kind == "workflow":
        flow = find_workflow(view, target.id)
        run = flow and (flow.failed or flow.running or next(iter(flow.runs), None))
        return (flow, run) if flow and run else None
    if target.kind == "pull":
        pull = next((one for one in view.ci.pulls if str(one.number) == target.id), None)
        if pull is None:
            return None
        runs = [(flow, run) for flow in view.ci.workflows for run in flow.runs if run.branch == pull.branch]
        runs.sort(key=lambda pair: (pair[1].mark != "failure", -pair[1].created_at.timestamp()))
        return runs[0] if runs else None
    return None
