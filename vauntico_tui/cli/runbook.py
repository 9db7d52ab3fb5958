"""`runbook`: what can be done about something, planned, run, resumed and undone, as a pipeline uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import clean
from vauntico_tui.cli import exits
from vauntico_tui.cli.anyway import takes_anyway
from vauntico_tui.cli.commands import Helpful
from vauntico_tui.cli.context import config_file, config_option, load, plan_of, write
from vauntico_tui.cli.executions import executions, resume, undo, verify
from vauntico_tui.cli.guarded import guarded
from vauntico_tui.cli.journaled import Session
from vauntico_tui.cli.merged import merged_option
from vauntico_tui.cli.remedied import How, carry_out, find_runbook, how_options
from vauntico_tui.cli.secret_values import asker, secret_options, sources

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import Subject
    from vauntico_tui.runbooks.load import Library
    from vauntico_tui.runbooks.model import Runbook

_FILE = click.Path(path_type=Path, allow_dash=True)


@click.group(cls=Helpful)
@config_option
def runbook() -> None:
    """Runbooks: what is done about something, shown before it is done."""


for _command in (executions, resume, undo, verify):
    runbook.add_command(_command)


def target_options(command: Any) -> Any:
    """`--target` and `--param`."""
    for option in (
        click.option("--param", "params", metavar="NAME=VALUE", multiple=True,
                     help="A parameter; may stand several times. Those without a default are needed."),
        click.option("--target", metavar="KIND:ID", help="What it is started for: blocker:ID, issue:14, run:123."),
    ):  # fmt: skip
        command = option(command)
    return command


def read_params(told: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE`, every problem at once. Raises InputError."""
    given: dict[str, str] = {}
    problems: list[Problem] = []
    for one in told:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            problems.append(Problem(f'"{one}" is no NAME=VALUE', hint="write it like --param way=service"))
        elif name.strip() in given:
            problems.append(Problem(f'the parameter "{name.strip()}" is given twice'))
        else:
            given[name.strip()] = value
    if problems:
        raise InputError(problems)
    return given


@runbook.command("list")
@click.option("--target", metavar="KIND:ID", help="Only those that are offered for this.")
@click.option("--json", "as_json", is_flag=True, help="For programs: an array, one object a runbook.")
@config_option
def list_(target: str | None, as_json: bool) -> None:
    """List the runbooks: the program's own, yours, and the plan's. Yours are in the folder `runbooks` beside the
    config.

    What is wrong with a file of yours is told on stderr; the others stand.
    """
    from vauntico_tui.cli.runbook_text import listing, plain

    library = load_library()
    exits.tell(library.problems)
    exits.tell(library.notes, "note: ")
    shown = library.runbooks
    if target is not None:
        from vauntico_tui.actions.remedy.model import Subject
        from vauntico_tui.cli.started_for import read_target
        from vauntico_tui.plan.references import known_of
        from vauntico_tui.runbooks.bound import offered

        kind, ident = read_target(target, known_of(plan_of(load(config_file()))).ids)
        shown = offered(shown, Subject(kind, ident, ident))
    if as_json:
        ones = [plain(one, library.origins[one.id]) for one in shown]
        write(json.dumps(ones, indent=2, ensure_ascii=False) + "\n")
    else:
        write(clean(listing(shown, library.origins)))


@runbook.command()
@click.argument("ident", metavar="RUNBOOK")
@click.option("--json", "as_json", is_flag=True, help="For programs: the runbook as its file has it.")
@config_option
def show(ident: str, as_json: bool) -> None:
    """Print a runbook: what it does, what it can't, its parameters and steps."""
    from vauntico_tui.cli.runbook_text import shown, whole

    library = load_library()
    found = library.find(ident)
    if as_json:
        write(json.dumps(whole(found, library.origins[ident]), indent=2, ensure_ascii=False) + "\n")
    else:
        write(clean(shown(found, library.origins[ident])))


@runbook.command()
@click.argument("files", type=_FILE, nargs=-1, metavar="[FILE...]")
@click.option("--json", "as_json", is_flag=True, help="For programs: `ok`, and `problems` with file and line.")
@config_option
def lint(files: tuple[Path, ...], as_json: bool) -> None:
    """Check runbooks: every problem with its file and line. Ends with 1 if there is one; a warning stops nothing.

    Without FILE yours are checked; - reads stdin. What they name of the plan is looked for in the config's plan.
    """
    from vauntico_tui.cli.runbook_text import linted

    told = linted(files)
    problems = [problem for problem, warning in told.found if not warning]
    if as_json:
        body = {"schema": 1, "ok": not problems, "files": told.files, "runbooks": told.ids, "problems": [
            {"file": one.file, "line": one.line, "message": one.message, "hint": one.hint,
             "level": "warning" if warning else "problem"}
            for one, warning in told.found
        ]}  # fmt: skip
        write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    else:
        for one, warning in told.found:
            exits.tell([one], "warning: " if warning else "")
        if not problems:
            count = len(told.ids)
            click.echo(f"good: {count} {'runbook' if count == 1 else 'runbooks'} in {len(told.files)} "
                       f"{'file' if len(told.files) == 1 else 'files'}")  # fmt: skip
    click.get_current_context().exit(exits.WRONG if problems else exits.DONE)


@runbook.command()
def schema() -> None:
    """Print the JSON Schema of a runbook's file."""
    from vauntico_tui.runbooks.schema import schema_text

    write(schema_text())


@runbook.command("plan")
@click.argument("ident", metavar="RUNBOOK")
@target_options
@merged_option
@click.option("--json", "as_json", is_flag=True, help="For programs: the plan.")
@config_option
def plan_(ident: str, target: str | None, params: tuple[str, ...], merged: dict[str, str], as_json: bool) -> None:
    """Show what a runbook would do now: requests, differences, scopes, undo. Nothing is sent.

    Ends with 0 when it could be run, 3 when a step is blocked, 5 when an approval is missing.
    """
    _carry_out(ident, target, params, How(dry_run=True, as_json=as_json, merged=merged))


@runbook.command("run")
@click.argument("ident", metavar="RUNBOOK")
@target_options
@merged_option
@secret_options
@how_options
@config_option
def run_(
    ident: str, target: str | None, params: tuple[str, ...], *, variables: tuple[str, ...],
    from_files: tuple[str, ...], commands: tuple[str, ...], **how: Any,
) -> None:  # fmt: skip
    """Show what a runbook would do, ask, and do exactly that; then watch until its check is met or time is out.

    Secrets are asked for, masked, or come from where --from-env, --file and --command say. ctrl+c stops it between two
    requests; `runbook resume` goes on, `runbook undo` takes it back.
    """
    named = sources(variables, from_files, commands)
    _carry_out(ident, target, params, How(**how, secrets=asker(named)))


for _command in (list_, show, plan_):
    takes_anyway(_command)


def _carry_out(ident: str, target: str | None, params: tuple[str, ...], how: How) -> None:
    given = read_params(params)

    async def work(session: Session) -> int:
        from vauntico_tui.cli.started_for import subject_of

        found = find_runbook(session.room.remedy, ident)
        subject = await subject_of(session, target)
        refuse_unbound(found, subject)
        return await carry_out(session, ident, subject, given, how)

    guarded(work)


def refuse_unbound(found: Runbook, subject: Subject) -> None:
    """Refuse a target that the runbook is not for; one for nothing in particular takes any. Raises InputError."""
    from vauntico_tui.runbooks.bound import binds

    if subject.kind and found.bound and not binds(found, subject):
        hint = f"it is for {', '.join(found.bound)}; `vauntico-tui runbook list --target {subject.key}` names what fits"
        raise InputError([Problem(f'"{found.id}" is not for {subject.key}', hint=hint)])


def load_library() -> Library:
    """All runbooks of the config. Raises InputError where the config or its plan can't be used."""
    from vauntico_tui.runbooks.load import folder_of, load_runbooks

    file = config_file()
    return load_runbooks(folder_of(file), plan_of(load(file)).runbooks)
