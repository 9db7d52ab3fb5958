"""From a check and the readings to a verdict. Never raises for any readings; unknown is never met."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import Readings
from vauntico_tui.evidence.ground import Ground, unknown
from vauntico_tui.evidence.issue_index import IssueIndex
from vauntico_tui.evidence.judge import ci, compose, issues, people, promql, pulls, repository, urls, watching
from vauntico_tui.evidence.verdict import Verdict


def evaluate(
    check: specs.Check | None,
    readings: Readings,
    now: datetime,
    *,
    subject: str = "",
    repository_url: str | None = None,
    prometheus_url: str | None = None,
) -> Verdict:
    """Judge one check at `now`. `subject` is the promise that holds it ("approval:hotfix"); the URLs are what links
    are made from. A stale or failed reading keeps its verdict, flagged; one that never came is unknown."""
    if repository_url is None and readings.repository.value is not None:
        repository_url = readings.repository.value.url
    known = readings.issues.value
    index = IssueIndex(known) if known is not None else None
    return judge(check, Ground(readings, now, subject, repository_url, prometheus_url, index))


def judge(check: specs.Check | None, ground: Ground) -> Verdict:
    """Judge one check on a ground that many checks share."""
    if check is None:
        return unknown("no check proves this yet; add one to the plan")
    verdict = _judge(check, ground)
    return replace(verdict, title=one_line(check.title, 80)) if check.title else verdict


def _judge(check: specs.Check, ground: Ground) -> Verdict:
    match check:
        case specs.WorkflowSuccess():
            return ci.workflow_success(check, ground)
        case specs.WorkflowLatest():
            return ci.workflow_latest(check, ground)
        case specs.Deployments():
            return ci.deployments(check, ground)
        case specs.SecretsPresent():
            return repository.secrets_present(check, ground)
        case specs.FileExists():
            return repository.file_exists(check, ground)
        case specs.FileMatches():
            return repository.file_matches(check, ground)
        case specs.Merged():
            return repository.merged(check, ground)
        case specs.Issues():
            return issues.issues(check, ground)
        case specs.PullsComply():
            return pulls.pulls_comply(check, ground)
        case specs.PromQL():
            return promql.promql(check, ground)
        case specs.TargetsUp():
            return watching.targets_up(check, ground)
        case specs.NoAlert():
            return watching.no_alert(check, ground)
        case specs.UrlAnswers():
            return urls.url_answers(check, ground)
        case specs.ReviewHeld():
            return people.review_held(check, ground)
        case specs.SignedBy():
            return people.signed_by(check, ground)
        case specs.AllOf():
            return compose.all_of([judge(part, ground) for part in check.of])
        case specs.AnyOf():
            return compose.any_of([judge(part, ground) for part in check.of])
