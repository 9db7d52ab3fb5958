"""Every kind of step, by its class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vauntico_tui.actions.remedy.kinds import Kind, Surroundings
from vauntico_tui.actions.remedy.remote import Remote
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
    return {
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
