"""`--target KIND:ID`: what a runbook is started for, found in the plan or in what the sources say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from vauntico_tui.base.problems import InputError, Problem, did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.cli.journaled import GATHER, Session
from vauntico_tui.cli.run_log import find_run

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import Subject
    from vauntico_tui.view.model import View


def read_target(asked: str, known: Mapping[str, Collection[str]] | None = None) -> tuple[str, str]:
    """KIND:ID as written. `known` are the ids that there are, of the kinds that the plan names. Raises InputError."""
    from vauntico_tui.runbooks.bound import KINDS

    kind, colon, ident = asked.strip().partition(":")
    if not colon or not ident.strip():
        hint = "write it KIND:ID, such as blocker:jest-configuration-fix, issue:14 or run:123"
        raise InputError([Problem(f'"{one_line(asked, 60)}" names no target', hint=hint)])
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS) or f"the kinds are {', '.join(KINDS)}"
        raise InputError([Problem(f'there is no kind of target "{one_line(kind, 40)}"', hint=hint)])
    if known is not None and kind in known and ident not in known[kind]:
        ids = sorted(known[kind])
        near = did_you_mean(ident, ids) or (f"there are {', '.join(ids[:8])}" if ids else None)
        raise InputError([Problem(f'there is no {kind} "{one_line(ident, 60)}"', hint=near)])
    return kind, ident


async def subject_of(session: Session, asked: str | None) -> Subject:
    """The subject with its title, link and labels; one for nothing where none is asked. Raises InputError and
    SourceError."""
    from vauntico_tui.actions.remedy.model import Subject as Kind

    if asked is None:
        return Kind()
    kind, ident = read_target(asked)
    if kind == "run":
        run = await find_run(session.room.ci, ident)
        return Kind("run", str(run.id), f"{run.workflow} #{run.number}", run.url)
    if kind == "workflow":
        flow = await session.room.ci.workflow(ident)
        return Kind("workflow", flow.file, flow.name)
    view = session.room.view
    if (found := _of_plan(view, kind, ident)) is not None:
        return found
    if kind in _READ:
        view = await session.room.gather(GATHER)
        if (found := _READ[kind](view, ident.removeprefix("#"))) is not None:
            return found
    known = _ids(view, kind)
    near = did_you_mean(ident, known) or (f"there are {', '.join(known[:8])}" if known else None)
    raise InputError([Problem(f'there is no {kind} "{one_line(ident, 60)}"', hint=near)])


def _of_plan(view: View, kind: str, ident: str) -> Subject | None:
    from vauntico_tui.actions.remedy.model import Subject as Kind

    promises = (*view.blockers, *view.targets, *view.deliverables, *view.outcomes, *view.approvals)
    for one in promises:
        if one.kind == kind and one.id == ident:
            return Kind(kind, one.id, one.title, one.verdict.link)
    return next((Kind(kind, one, title) for one, title in _rows(view, kind) if one == ident), None)


def _rows(view: View, kind: str) -> list[tuple[str, str]]:
    """Risks and sections of the plan: ids and titles."""
    match kind:
        case "risk":
            return [(row.id, row.title) for row in view.plan.risks]
        case "section":
            return [(row.id, row.title) for row in view.plan.sections]
    return []


def _ids(view: View, kind: str) -> list[str]:
    promises = (*view.blockers, *view.targets, *view.deliverables, *view.outcomes, *view.approvals)
    return [*(one.id for one in promises if one.kind == kind), *(ident for ident, _ in _rows(view, kind))]


def _issue(view: View, ident: str) -> Subject | None:
    from vauntico_tui.actions.remedy.model import Subject as Kind

    found = next((one for one in view.all_issues if str(one.number) == ident), None)
    return Kind("issue", ident, f"#{ident} {found.title}", found.url) if found is not None else None


def _pull(view: View, ident: str) -> Subject | None:
    from vauntico_tui.actions.remedy.model import Subject as Kind

    found = next((one for one in view.ci.pulls if str(one.number) == ident), None)
    return Kind("pull", ident, f"#{ident} {found.title}", found.url) if found is not None else None


def _deployment(view: View, ident: str) -> Subject | None:
    """By its id, or the latest of an environment."""
    from vauntico_tui.actions.remedy.model import Subject as Kind

    newest_first = sorted(view.ci.deployments, key=lambda one: one.created_at, reverse=True)
    found = next((one for one in newest_first if ident in {str(one.id), one.environment}), None)
    return Kind("deployment", str(found.id), f"{found.environment} {found.state}", found.url) if found else None


def _alert(view: View, ident: str) -> Subject | None:
    """By its key, or by its name where one fires that is called so."""
    from vauntico_tui.actions.remedy.model import Subject as Kind

    rows = [row for level in view.escalations.levels for row in level.rows if row.id.startswith("alert:")]
    for row in rows:
        if ident in {row.id.removeprefix("alert:"), row.subject}:
            return Kind("alert", row.id.removeprefix("alert:"), row.title or row.subject, row.link, row.labels)
    return None


def _escalation(view: View, ident: str) -> Subject | None:
    from vauntico_tui.actions.remedy.model import Subject as Kind

    for level in view.escalations.levels:
        for row in level.rows:
            if ident in {row.id, str(row.number)}:
                return Kind("escalation", row.id, f"{row.subject} {row.title}".strip(), row.link, row.labels)
    return None


_READ = {"issue": _issue, "pull": _pull, "deployment": _deployment, "alert": _alert, "escalation": _escalation}
