"""A PostgreSQL for the jobs of a workflow that run integration tests: a service container, or the roadmap's step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from vauntico_tui.runbooks.edits import workflow_check, workflow_text
from vauntico_tui.runbooks.edits.model import Edited
from vauntico_tui.runbooks.edits.splice import CannotMerge, Splice, above_comments, line_start, lines_at, spliced
from vauntico_tui.runbooks.edits.workflow_jobs import Job, jobs_of
from vauntico_tui.runbooks.edits.workflow_text import Style
from vauntico_tui.runbooks.edits.yaml_nodes import (
    Node,
    column,
    compose,
    dash,
    data,
    entry_end,
    here,
    is_null,
    own,
    plain,
    quote_of,
    rest_of_line,
)
from vauntico_tui.runbooks.model import WorkflowDatabase

_WHY = {
    "service": "a service container with a health check, not the roadmap's step: GitHub starts it before the steps "
    "and waits until pg_isready answers; `sleep 15` and one question is too short on a slow day and too long on others",
    "as_written": "as the roadmap writes it: `sleep 15`, then pg_isready once; where PostgreSQL needs longer than 15 s "
    "the job fails (way = service waits for its health instead)",
}


_EXPRESSION = re.compile(r"\$\{\{[^}\n]{1,100}\}\}")
_URL = re.compile(r"\w+://(?P<rest>(?:[^@/]*@)?(?P<host>[^:/?#]*)[^?#]*)(?:[?#].*)?")


def workflow(edit: WorkflowDatabase, before: str | None) -> Edited:
    """Put the database into every job that needs one and has none. Raises CannotMerge."""
    if before is None:
        raise CannotMerge("there is no such workflow on this branch, so there is no job to give a database to")
    root = compose(before)
    told = data(root)
    jobs = jobs_of(told)
    notes: list[str] = []
    lacking: list[Job] = []
    for job in _wanted(edit, jobs):
        has = job.has_postgres()
        if has:
            notes.append(f"job {job.key} has a PostgreSQL already ({has}): left as it is")
        else:
            lacking.append(job)
    if not lacking:
        return Edited(edit.path, before, before, tuple(notes))
    for job in lacking:
        _possible(edit, job, told)
    expected = deepcopy(told)
    splices: list[Splice] = []
    for job in lacking:
        splices += _service(edit, before, root, job, expected) if edit.way == "service" else \
            _step(edit, before, root, job, expected)  # fmt: skip
        notes += _assumed(edit, job)
    after = spliced(before, splices)
    _prove(before, after, told, expected)
    return Edited(edit.path, before, after, (f"{_listed(lacking)}: {_WHY[edit.way]}", *dict.fromkeys(notes)))


def fragment(edit: WorkflowDatabase) -> str:
    """What should come into a job, for a person's editor."""
    style = Style(2, 2, '"')
    if edit.way == "service":
        lines = workflow_text.service_lines(workflow_text.service(edit, container=False), style)
        return "\n".join(["    services:", *(f"      {line}" for line in lines), ""])
    return "\n".join([*(f"      {line}" for line in workflow_text.step_lines(workflow_text.step(edit), style)), ""])


# ---- which jobs ----------------------------------------------------------------------------------------------------


def _wanted(edit: WorkflowDatabase, jobs: list[Job]) -> list[Job]:
    known = ", ".join(job.key for job in jobs)
    if edit.jobs:
        found = [next((job for job in jobs if job.key == name), None) for name in edit.jobs]
        lost = [name for name, job in zip(edit.jobs, found, strict=True) if job is None]
        if lost:
            raise CannotMerge(f"it has no job {lost[0]!r}; its jobs are {known}")
        return [job for job in found if job is not None]
    wanted = [job for job in jobs if job.runs_integration_tests()]
    called = [job for job in jobs if job.calls and "integration" in f"{job.key} {job.calls}".casefold()]
    if called:
        wanted += called
    if not wanted:
        raise CannotMerge(f"no step of it runs integration tests; name the jobs that need a database, of {known}")
    return wanted


def _possible(edit: WorkflowDatabase, job: Job, told: dict[Any, Any]) -> None:
    """Raises CannotMerge where a database can't be had in that job."""
    if job.calls:
        raise CannotMerge(
            f"job {job.key!r} calls {job.calls}, and such a job has neither services nor steps: the database belongs "
            "into the workflow that is called"
        )
    if not job.steps:
        raise CannotMerge(f"job {job.key!r} has no steps")
    why = job.can_hold_service()
    if why:
        raise CannotMerge(why)
    if edit.way == "as_written" and job.in_container:
        raise CannotMerge(
            f"job {job.key!r} runs in a container, where `docker run` is not to be had; choose the service"
        )
    shell = job.shell(told).split(" ")[0]
    if edit.way == "as_written" and shell not in {"", "bash", "sh"}:
        raise CannotMerge(f"the steps of job {job.key!r} are run by {shell}, and the step is written for a Unix shell")
    other = job.other_at(edit.port) if edit.way == "as_written" or not job.in_container else ""
    if other:
        raise CannotMerge(f"{other} of job {job.key!r} listens on port {edit.port} already")


def _assumed(edit: WorkflowDatabase, job: Job) -> list[str]:
    name_of, port = ("localhost", edit.port) if not job.in_container else ("postgres", 5432)
    host = f"{name_of}:{port}"
    notes = [
        f"job {job.key}: the tests are taken to connect to {host}, user postgres, password {edit.password}, "
        f"database {edit.database}"
    ]
    if job.in_container:
        notes.append(f"job {job.key} runs in a container: the database's host there is postgres, not localhost")
    if "matrix" in (job.body.get("strategy") or {}):
        notes.append(f"job {job.key} runs once for each of its matrix, each with a database of its own")
    if job.own_runner():
        notes.append(f"job {job.key} runs on a runner of your own: it needs Docker")
    for name, value in job.databases():
        if "${{" in value:
            told_by = ", ".join(_EXPRESSION.findall(value))  # alone: a password may stand beside it
            notes.append(f"job {job.key} takes {name} from {told_by}: see that it names {host}")
            continue
        told = _URL.fullmatch(value)
        has = (told["host"] if told is not None else value).replace("127.0.0.1", "localhost")
        if has != name_of:
            notes.append(
                f"job {job.key} sets {name} to host {has}, not {name_of}: change it, or the tests miss the database"
            )
        elif told is not None and told["rest"] != f"postgres:{edit.password}@{host}/{edit.database}":
            notes.append(f"job {job.key} sets {name} to another user, password, port or database than the one put in")
    return notes


def _listed(jobs: Sequence[Job]) -> str:
    names = ", ".join(job.key for job in jobs)
    return f"job {names}" if len(jobs) == 1 else f"jobs {names}"


# ---- where ---------------------------------------------------------------------------------------------------------


def _service(edit: WorkflowDatabase, text: str, root: Node, job: Job, expected: dict[Any, Any]) -> list[Splice]:
    node = _node(root, job)
    told = workflow_text.service(edit, container=job.in_container)
    body = expected["jobs"][job.key]
    there = own(node, "services")
    if there is None and "services" in body:
        raise CannotMerge(f"job {job.key!r} takes its services from elsewhere in the file (<<)")
    if isinstance(body.get("services"), dict) and "postgres" in body["services"]:
        raise CannotMerge(f'job {job.key!r} has a service "postgres" that is no PostgreSQL')
    held = body.get("services")
    body["services"] = {**(held if isinstance(held, dict) else {}), "postgres": told}
    if there is None:
        return [_new_services(text, node, told, job)]
    key, services = there
    if is_null(services):
        if node.flow_style or not here(key, services):
            raise CannotMerge(f"job {job.key!r} has empty services on a line with other keys")
        style = _style(text, node, job)
        inner = " " * (column(text, key) + style.unit)
        at = rest_of_line(text, entry_end(text, key, services))
        return [lines_at(text, at, [inner + line for line in workflow_text.service_lines(told, style)])]
    if services.id != "mapping":
        raise CannotMerge(f"the services of job {job.key!r} are no mapping")
    if services.flow_style:
        return [_into_flow(text, services, f"postgres: {workflow_text.flow(told)}")]
    first = services.value[0][0]
    indent = " " * column(text, first)
    lines = [indent + line for line in workflow_text.service_lines(told, _style(text, node, job))]
    return [lines_at(text, above_comments(text, first.start_mark.index), lines)]


def _new_services(text: str, node: Node, told: dict[str, Any], job: Job) -> Splice:
    """The key `services` behind `runs-on`; where that comes from elsewhere, in front of the steps."""
    runs_on = own(node, "runs-on")
    if node.flow_style:
        if runs_on is None:
            raise CannotMerge(f"job {job.key!r} is written on one line and does not say what it runs on")
        name = '"services"' if runs_on[0].style == '"' else "services"
        at = entry_end(text, *runs_on)
        return Splice(at, at, f", {name}: {{{_quoted_as(runs_on[0], 'postgres')}: {workflow_text.flow(told)}}}")
    style = _style(text, node, job)
    first = node.value[0][0]
    outer = " " * column(text, first)
    inner = outer + " " * style.unit
    lines = [f"{outer}services:", *(inner + line for line in workflow_text.service_lines(told, style))]
    if runs_on is not None:
        return lines_at(text, rest_of_line(text, entry_end(text, *runs_on)), lines)
    steps = own(node, "steps")
    place = above_comments(text, (steps[0] if steps is not None else first).start_mark.index)
    return lines_at(text, place, lines)


def _into_flow(text: str, mapping: Node, entry: str) -> Splice:
    """An entry at the end of a {mapping}."""
    if mapping.value:
        at = entry_end(text, *mapping.value[-1])
        name, colon, rest = entry.partition(": ")
        return Splice(at, at, f", {_quoted_as(mapping.value[0][0], name)}{colon}{rest}")
    at = text.index("{", mapping.start_mark.index) + 1
    return Splice(at, at, entry)


def _quoted_as(key: Node, name: str) -> str:
    return f'"{name}"' if key.style == '"' else name


def _step(edit: WorkflowDatabase, text: str, root: Node, job: Job, expected: dict[Any, Any]) -> list[Splice]:
    """In front of the first step that needs the database."""
    node = _node(root, job)
    told = workflow_text.step(edit)
    there = own(node, "steps")
    if there is None:
        raise CannotMerge(f"job {job.key!r} takes its steps from elsewhere in the file (<<)")
    steps = there[1]
    at = job.first() or 0
    while at > 0 and not _in_place(steps, at):
        at -= 1  # an alias: its place is not known, but that of an earlier step is
    if not _in_place(steps, at):
        raise CannotMerge(f"the first step of job {job.key!r} stands elsewhere in the file (an alias)")
    expected["jobs"][job.key]["steps"].insert(at, dict(told))
    item = steps.value[at]
    if steps.flow_style:
        return [Splice(item.start_mark.index, item.start_mark.index, f"{workflow_text.flow(told)}, ")]
    place = dash(text, item)
    indent = " " * (place - line_start(text, place))
    lines = [indent + line for line in workflow_text.step_lines(told, _style(text, node, job))]
    return [lines_at(text, above_comments(text, place), lines)]


def _in_place(steps: Node, at: int) -> bool:
    """Whether an item stands in its list, and is no alias of something further up."""
    start = steps.start_mark.index
    before = [item.start_mark.index for item in steps.value[:at]]
    return bool(steps.value[at].start_mark.index >= max([start, *before])) and steps.value[at] not in steps.value[:at]


def _node(root: Node, job: Job) -> Node:
    jobs = own(root, "jobs")
    found = own(jobs[1], job.key) if jobs is not None else None
    if found is None or found[1].id != "mapping" or not found[1].value:
        raise CannotMerge(f"job {job.key!r} stands elsewhere in the file (<<)")
    return found[1]


def _style(text: str, node: Node, job: Job) -> Style:
    """As the job is written: its keys against the jobs' names, its steps against their key."""
    first = column(text, node.value[0][0])
    unit, list_in = 2, 2
    steps = own(node, "steps")
    if steps is not None and steps[1].id == "sequence" and not steps[1].flow_style and steps[1].value:
        key, items = steps
        if here(key, items) and _in_place(items, 0):
            place = dash(text, items.value[0])
            list_in = place - line_start(text, place) - first
    outer = [name for name in (2, 3, 4, 6, 8) if first == 2 * name]
    if outer:
        unit = outer[0]
    return Style(unit, max(list_in, 0), quote_of(node))


# ---- proof ---------------------------------------------------------------------------------------------------------


def _prove(before: str, after: str, told: dict[Any, Any], expected: dict[Any, Any]) -> None:
    """Raises CannotMerge unless the new text holds exactly what was meant, and GitHub's schema finds nothing new."""
    now = data(compose(after))
    if now != expected:
        others = [
            str(key) for key in told["jobs"]
            if isinstance(now.get("jobs"), dict) and now["jobs"].get(key) != expected["jobs"][key]
        ]  # fmt: skip
        shared = f"job {', '.join(others)} shares it" if others else "another part of the file shares it"
        raise CannotMerge(f"what would be changed is used in more than one place: {shared} (anchors and aliases)")
    known = workflow_check.problems(plain(before))
    for place, sentence in workflow_check.problems(plain(after)).items():
        if place not in known:
            raise CannotMerge(f"it would break a rule of GitHub's workflow schema: {sentence}")
