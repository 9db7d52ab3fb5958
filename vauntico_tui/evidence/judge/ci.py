"""Workflow runs and deployments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vauntico_tui.base.problems import did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import DEPLOYMENTS_READ, Deployment, FailedJob, File, Run, RunSet
from vauntico_tui.evidence.figures import before, count, percent, reach, when, window_text
from vauntico_tui.evidence.ground import Ground, known, met_if, near, resting_on, unknown, unread
from vauntico_tui.evidence.reading import Reading
from vauntico_tui.evidence.structure import UnreadableError
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.evidence.workflow_file import JobRules, is_called, job_names, job_rules, workflow_file

_CONFIGURE = "set repository under [github] in the configuration"
_FAILED_DEPLOYMENT = frozenset({"failure", "error"})
_DEPLOYED = frozenset({"success", "inactive"})  # GitHub marks a superseded success inactive
_OF_PULLS = frozenset({"pull_request", "pull_request_target"})


def same_workflow(run: Run, wanted: str) -> bool:
    """Whether a run is of the workflow by that name, file or file's name without its ending."""
    name = wanted.casefold()
    path = run.path.rsplit("/", 1)[-1].casefold()
    return name == run.workflow.casefold() or name.rsplit("/", 1)[-1] in {path, path.rsplit(".", 1)[0]}


def runs_on(runs: Sequence[Run], branch: str, default: str | None) -> list[Run]:
    """The runs on a branch, newest first. A pull request's run is never one of the default branch: a fork's `main`
    would vouch for ours."""
    on = [r for r in runs if r.branch == branch and not (branch == default and r.event in _OF_PULLS)]
    return sorted(on, key=lambda run: (run.created_at, run.id), reverse=True)


def failure_text(run: Run, job: FailedJob | None = None) -> str:
    """ "ECONNREFUSED in Run integration tests": why a run failed, as far as it is known."""
    job = job or next(iter(run.failed_jobs), None)
    if job is None:
        return one_line(run.conclusion or "failure", 40).replace("_", " ")
    place = one_line(job.step or job.name, 60)
    return f"{one_line(job.reason, 90)} in {place}" if job.reason else f"a failure in {place}"


def _branch(named: str | None, ground: Ground) -> str | Verdict:
    default = ground.default_branch()
    if named is not None or default is not None:
        return named or default or ""
    return unread(ground.readings.repository, "the repository and its default branch", _CONFIGURE)


def workflow_success(check: specs.WorkflowSuccess, ground: Ground) -> Verdict:
    reading = ground.readings.runs
    if not known(reading) or reading.value is None:
        return unread(reading, "the workflow runs", _CONFIGURE)
    branch = _branch(check.branch, ground)
    if isinstance(branch, Verdict):
        return branch
    start = before(ground.now, check.window)
    finished = [
        run
        for run in runs_on(reading.value.runs, branch, ground.default_branch())
        if run.verdict_counts and run.created_at >= start and (not check.workflow or same_workflow(run, check.workflow))
    ]
    verdict = _success(check, ground, reading.value, branch, finished)
    return resting_on(verdict, reading, *(() if check.branch else (ground.readings.repository,)))


def _success(check: specs.WorkflowSuccess, ground: Ground, runs: RunSet, branch: str, finished: list[Run]) -> Verdict:
    bound = f"{check.at_least:g} %"
    what = f"{one_line(check.workflow, 60)} run" if check.workflow else "run"
    place = f"on {one_line(branch, 60)} {window_text(check.window)}"
    unseen = _unseen(runs, before(ground.now, check.window))
    total, good = len(finished), sum(run.conclusion == "success" for run in finished)
    of = f"of {count(total, 'run')}"
    if unseen:
        of += f"; of the {len(runs.runs)} newest runs, which reach back {_reach(runs, ground.now)}"
    link = ground.link(_runs_page(check.workflow, runs.runs))
    if total < check.min_runs:
        few = f"{count(total, f'finished {what}')} {place}; at least {check.min_runs} needed to tell"
        return unknown(_no_such_workflow(check.workflow, runs) or few, bound=bound, of=of, link=link)
    bad = [run for run in finished if run.conclusion != "success"]
    kept = 100 * good >= check.at_least * total
    mark = met_if(kept)
    if bad:
        last = bad[0]
        reason = (
            f"{len(bad)} of {count(total, f'finished {what}')} {place} failed, last {one_line(last.workflow, 60)} "
            f"with {failure_text(last)}"
        )
        link = last.url or link
    else:
        reason = f"all {count(total, f'finished {what}')} {place} succeeded" if total > 1 else \
            f"the one finished {what} {place} succeeded"  # fmt: skip
    if kept and unseen and 100 * good < check.at_least * (total + unseen):
        mark = Mark.UNKNOWN
        reason += (
            f", but the {len(runs.runs)} newest runs reach back only {_reach(runs, ground.now)}; shorten the window"
        )
    return Verdict(mark, reason, percent(good, total), bound, link, value=100 * good / total, of=of)


def _unseen(runs: RunSet, start: datetime) -> int:
    """How many runs might lie in the window without having been read."""
    if len(runs.runs) >= runs.total or any(run.created_at < start for run in runs.runs):
        return 0
    return runs.total - len(runs.runs)


def _reach(runs: RunSet, now: datetime) -> str:
    return reach(now - min((run.created_at for run in runs.runs), default=now))


def _runs_page(workflow: str | None, runs: Sequence[Run]) -> str:
    path = next((run.path for run in runs if workflow and same_workflow(run, workflow)), "")
    return f"actions/workflows/{path.rsplit('/', 1)[-1]}" if path else "actions"


def _no_such_workflow(workflow: str | None, runs: RunSet) -> str | None:
    if workflow is None or any(same_workflow(run, workflow) for run in runs.runs):
        return None
    return f"no {one_line(workflow, 60)} run is among those read; {near(run.workflow for run in runs.runs)}"


@dataclass(frozen=True, slots=True)
class _Job:
    """The job that a check looks at, as far as it is known. `rules` None: its workflow's file is not."""

    title: str
    names: frozenset[str]
    rules: JobRules | None
    doubt: str = ""  # why a run that succeeded does not prove that it ran

    def of(self, run: Run) -> FailedJob | None:
        """The job of a run where it failed."""
        return next((one for one in run.failed_jobs if is_called(one.name, self.names)), None)


def workflow_latest(check: specs.WorkflowLatest, ground: Ground) -> Verdict:
    reading = ground.readings.runs
    if not known(reading) or reading.value is None:
        return unread(reading, "the workflow runs", _CONFIGURE)
    branch = _branch(check.branch, ground)
    if isinstance(branch, Verdict):
        return branch
    runs = runs_on(reading.value.runs, branch, ground.default_branch())
    newest = [run for run in runs if run.verdict_counts and same_workflow(run, check.workflow)][: check.runs]
    file = ground.readings.files.get((workflow_file(check.workflow) or "", check.branch or "HEAD"))
    job = _job(check, check.job, file, reading.value) if check.job is not None else None
    verdict = _latest(check, ground, branch, newest, job)
    also = file if job is not None and job.rules is not None else None
    return resting_on(verdict, reading, also, *(() if check.branch else (ground.readings.repository,)))


def _job(check: specs.WorkflowLatest, wanted: str, file: Reading[File] | None, runs: RunSet) -> _Job:
    """What is known of a job: by its workflow's file, else by the runs in which it failed."""
    title, workflow = one_line(wanted, 60), one_line(check.workflow, 60)
    names = frozenset({wanted.casefold()})
    text = file.value.text if file is not None and known(file) and file.value is not None else None
    seen = any(_Job(title, names, None).of(run) for run in runs.runs if same_workflow(run, check.workflow))
    try:
        rules = job_rules(text, wanted) if text is not None else None
        others = job_names(text) if text is not None else ()
    except UnreadableError:
        rules, others = None, ()
    if rules is not None:
        doubt = "a condition (if) may have skipped it or what it waits for" if rules.conditional else ""
        return _Job(title, rules.names, rules, doubt)
    if seen:
        return _Job(title, names, None)
    if others:
        hint = did_you_mean(wanted, list(others)) or near(others)
        return _Job(title, names, None, f"{workflow} has no job {title}; {hint}")
    step = "" if workflow_file(check.workflow) else "; name the workflow by its file in the plan, then it is known"
    return _Job(title, names, None, f"nothing that was read names a job {title}{step}")


def _latest(check: specs.WorkflowLatest, ground: Ground, branch: str, newest: list[Run], job: _Job | None) -> Verdict:
    runs = ground.readings.runs.value or RunSet((), 0)
    what = one_line(check.job or check.workflow, 60)
    place = f"on {one_line(branch, 60)}"
    link = ground.link(_runs_page(check.workflow, runs.runs))
    bound = "passed" if check.runs == 1 else f"{check.runs} of {check.runs}"
    if not newest:
        none = f"no finished {one_line(check.workflow, 60)} run {place} is among those read; start one"
        return unknown(_no_such_workflow(check.workflow, runs) or none, bound=bound, link=link)
    ends = [(run, _end(run, job)) for run in newest]
    failed = [run for run, end in ends if end is False]
    unsure = [(run, end) for run, end in ends if isinstance(end, str)]
    good = len(newest) - len(failed) - len(unsure)
    figure = f"{good} of {len(newest)}" if check.runs > 1 else "failed" if failed else "unknown" if unsure else "passed"
    of = f"of the last {count(len(newest), 'run')} {place}"
    if failed:
        where = job.of(failed[0]) if job is not None else None
        why = failure_text(failed[0], where)
        reason = f"the last {what} run {place} failed with {why}" if len(newest) == 1 else \
            f"{len(failed)} of the last {len(newest)} {what} runs {place} failed, last with {why}"  # fmt: skip
        return Verdict(Mark.UNMET, reason, figure, bound, (where.url if where else "") or failed[0].url or link,
                       value=float(good), of=of)  # fmt: skip
    if unsure:
        run, doubt = unsure[0]
        return unknown(doubt, figure=figure, bound=bound, of=of, link=run.url or link)
    if len(newest) < check.runs:
        reason = f"only {count(len(newest), f'finished {what} run')} {place} known, all passed; {check.runs} needed"
        return unknown(reason, figure=figure, bound=bound, of=of, link=newest[0].url or link)
    reason = f"the last {what} run {place} passed ({when(newest[0].updated_at)})" if len(newest) == 1 else \
        f"the last {len(newest)} {what} runs {place} passed"  # fmt: skip
    return Verdict(Mark.MET, reason, figure, bound, newest[0].url or link, value=float(good), of=of)


def _end(run: Run, job: _Job | None) -> bool | str:
    """Whether the run (or that job of it) passed; a sentence where that can't be known."""
    if job is None:
        return run.conclusion == "success"
    if job.of(run) is not None:
        return False
    if run.conclusion == "success":
        return f"run {run.number} succeeded, but {job.doubt}" if job.doubt else True
    if not run.failed_jobs:
        return f"run {run.number} failed and its jobs have not been read; whether {job.title} did is open"
    culprit = next((it for it in run.failed_jobs if job.rules and is_called(it.name, job.rules.waits_for)), None)
    if culprit is not None:
        return f"{job.title} did not run in run {run.number}: it waits for {one_line(culprit.name, 60)}, which failed"
    if job.rules is None or job.doubt:
        why = job.doubt or "it may have been skipped"
        return f"run {run.number} failed in {one_line(run.failed_jobs[0].name, 60)}; whether {job.title} passed is " \
            f"open: {why}"  # fmt: skip
    return True


def deployments(check: specs.Deployments, ground: Ground) -> Verdict:
    reading = ground.readings.deployments
    if not known(reading) or reading.value is None:
        return unread(reading, "the deployments", _CONFIGURE)
    start = before(ground.now, check.window) if check.window is not None else None
    wanted = check.environment.casefold()
    here = sorted(
        (one for one in reading.value if one.environment.casefold() == wanted),
        key=lambda one: (one.created_at, one.id),
        reverse=True,
    )
    within = [one for one in here if start is None or one.created_at >= start]
    finished = [one for one in within if one.state in _DEPLOYED | _FAILED_DEPLOYMENT]
    complete = len(reading.value) < DEPLOYMENTS_READ or (
        start is not None and any(one.created_at < start for one in reading.value)
    )
    judge: Callable[..., Verdict] = _all_deployed if check.rule == "all" else _last_deployed
    return resting_on(judge(check, ground, finished, complete), reading)


def _deployments_place(check: specs.Deployments) -> str:
    name = one_line(check.environment, 60)
    return f"to {name} {window_text(check.window)}" if check.window is not None else f"to {name}"


def _last_deployed(check: specs.Deployments, ground: Ground, finished: list[Deployment], complete: bool) -> Verdict:
    link = ground.link("deployments")
    place = _deployments_place(check)
    if not finished:
        if complete:
            return Verdict(Mark.UNMET, f"no deployment {place} has finished; deploy once", "none", "success", link)
        return unknown(f"no finished deployment {place} is among those read", bound="success", link=link)
    last = finished[0]
    reason = f"the last deployment {place}, of {one_line(last.ref, 60)} at {when(last.created_at)}, is {last.state}"
    if last.state == "success":
        if len(finished) < check.at_least:
            lack = f"{reason}, but only {count(len(finished), 'deployment')} known and {check.at_least} needed"
            return Verdict(Mark.UNMET if complete else Mark.UNKNOWN, lack, str(len(finished)), str(check.at_least),
                           last.url or link)  # fmt: skip
        return Verdict(Mark.MET, reason, "success", "success", last.url or link)
    return Verdict(Mark.UNMET, reason, last.state, "success", last.url or link)


def _all_deployed(check: specs.Deployments, ground: Ground, finished: list[Deployment], complete: bool) -> Verdict:
    link = ground.link("deployments")
    place = _deployments_place(check)
    bad = [one for one in finished if one.state in _FAILED_DEPLOYMENT]
    good = len(finished) - len(bad)
    figure, bound = f"{good} of {len(finished)}" if finished else "0", f"{max(len(finished), check.at_least)}"
    of = f"of {count(len(finished), 'deployment')}"
    if bad:
        last = bad[0]
        why = f": {one_line(last.description, 120)}" if last.description else ""
        reason = (
            f"{len(bad)} of {count(len(finished), 'deployment')} {place} failed, last {one_line(last.ref, 60)} "
            f"at {when(last.created_at)}{why}"
        )
        return Verdict(Mark.UNMET, reason, figure, bound, last.url or link, value=float(good), of=of)
    if len(finished) < check.at_least:
        lack = f"{count(len(finished), 'finished deployment')} {place}; at least {check.at_least} needed"
        mark = Mark.UNMET if complete else Mark.UNKNOWN
        return Verdict(mark, lack, figure, bound, link, value=float(good), of=of)
    if not complete:
        newest = count(good, "newest deployment")
        reason = f"the {newest} {place} succeeded, but older ones were not read; shorten the window"
        return Verdict(Mark.UNKNOWN, reason, figure, bound, link, value=float(good), of=of)
    reason = (
        f"all {count(good, 'deployment')} {place} succeeded" if good > 1 else f"the one deployment {place} succeeded"
    )
    return Verdict(Mark.MET, reason, figure, bound, finished[0].url or link, value=float(good), of=of)
