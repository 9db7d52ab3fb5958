"""Every kind of step, by its class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vauntico_tui.actions.remedy.kinds import Kind, Made, Running, Surroundings
from vauntico_tui.actions.remedy.model import StepPlan
from vauntico_tui.actions.remedy.remote import Line, Remote, heard_by
from vauntico_tui.actions.remedy.steps.bench import Bench
from vauntico_tui.actions.remedy.steps.branch import BranchKind
from vauntico_tui.actions.remedy.steps.command import CommandKind
from vauntico_tui.actions.remedy.steps.files import FilesKind
from vauntico_tui.actions.remedy.steps.http import HttpKind
from vauntico_tui.actions.remedy.steps.issues import AssignKind, CloseIssueKind, CommentKind, LabelKind
from vauntico_tui.actions.remedy.steps.merge import MergeKind
from vauntico_tui.actions.remedy.steps.pulls import PullRequestKind
from vauntico_tui.actions.remedy.steps.run_workflow import RunWorkflowKind
from vauntico_tui.actions.remedy.steps.runs import CancelKind, RerunKind
from vauntico_tui.actions.remedy.steps.scene import Scene, ahead_of
from vauntico_tui.actions.remedy.steps.secrets import SecretsKind
from vauntico_tui.actions.remedy.steps.silence import SilenceKind
from vauntico_tui.actions.remedy.steps.waiting import ApprovalKind, PersonKind, WaitKind
from vauntico_tui.actions.remedy.steps.workflows import WorkflowStateKind
from vauntico_tui.runbooks import model as runbook


def make(
    remote: Remote, surroundings: Surroundings, edited: Mapping[str, str], steps: Sequence[runbook.StepBase]
) -> Mapping[type[runbook.StepBase], Kind[Any]]:
    bench = Bench(remote, surroundings, Scene(remote, ahead_of(steps)), edited)
    kinds: dict[type[runbook.StepBase], Kind[Any]] = {
        runbook.CreateBranch: BranchKind(bench),
        runbook.ChangeFiles: FilesKind(bench),
        runbook.OpenPullRequest: PullRequestKind(bench),
        runbook.MergePullRequest: MergeKind(bench),
        runbook.SetSecrets: SecretsKind(bench),
        runbook.RunWorkflow: RunWorkflowKind(bench),
        runbook.Rerun: RerunKind(bench),
        runbook.CancelRun: CancelKind(bench),
        runbook.WorkflowState: WorkflowStateKind(bench),
        runbook.Label: LabelKind(bench),
        runbook.Assign: AssignKind(bench),
        runbook.CommentOn: CommentKind(bench),
        runbook.CloseIssue: CloseIssueKind(bench),
        runbook.Silence: SilenceKind(bench),
        runbook.HttpRequest: HttpKind(bench),
        runbook.Command: CommandKind(bench),
        runbook.WaitFor: WaitKind(bench),
        runbook.AskApproval: ApprovalKind(bench),
        runbook.AskPerson: PersonKind(bench),
    }
    ears = _Ears(bench)
    return {step: _Heard(kind, ears) for step, kind in kinds.items()}


class _Ears:
    """To whom the steps of one execution tell of waits: whoever ran the step before, too, hears of the next one's."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.line = Line(lambda _line, _share: None, lambda: False, bench.around.rest)

    def of(self, running: Running) -> Line:
        self.line = self._bench.line(running)
        return self.line


class _Heard:
    """A kind whose waits for GitHub's limits are told to whoever runs the step, and end when it is cancelled."""

    def __init__(self, kind: Kind[Any], ears: _Ears) -> None:
        self._kind, self._ears = kind, ears
        self.plan = kind.plan

    async def moved(self, plan: StepPlan) -> str:
        with heard_by(self._ears.line):
            return await self._kind.moved(plan)

    async def do(self, plan: StepPlan, running: Running) -> Made:
        with heard_by(self._ears.of(running)):
            return await self._kind.do(plan, running)

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        with heard_by(self._ears.of(running)):
            return await self._kind.find(plan, running)

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        with heard_by(self._ears.of(running)):
            return await self._kind.undo(plan, made, running)

    async def stays(self, plan: StepPlan, made: Mapping[str, Any]) -> str:
        """Why what it made can't be taken back as the world is now; "" where it can, or where its kind can't tell."""
        look = getattr(self._kind, "stays", None)
        if look is None:
            return ""
        with heard_by(self._ears.line):
            return str(await look(plan, made))

    def part(self, plan: StepPlan, running: Running) -> Made | None:
        """What `find` saw of one that was cut off before its end; None where its kind does all or nothing."""
        look = getattr(self._kind, "part", None)
        made: Made | None = look(plan, running) if look is not None else None
        return made
