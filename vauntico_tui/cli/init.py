"""`init`: a config from a few answers, each tried out before it is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.cli import exits
from vauntico_tui.cli.context import config_file, config_option, time_zone
from vauntico_tui.cli.draft import Draft

if TYPE_CHECKING:
    from vauntico_tui.evidence.reading import SourceStatus


@click.command()
@click.option("--repository", metavar="OWNER/NAME", help="The repository on GitHub.")
@click.option("--github-url", metavar="URL", help="GitHub Enterprise: https://HOST/api/v3.")
@click.option("--token-env", metavar="NAME", help="The environment variable that holds the token.")
@click.option("--token-file", metavar="FILE", type=click.Path(path_type=Path), help="A file that holds the token.")
@click.option("--prometheus", metavar="URL", help="Prometheus, or what speaks its API.")
@click.option("--alertmanager", metavar="URL", help="Alertmanager.")
@click.option(
    "--plan", "plan_file", metavar="FILE", type=click.Path(path_type=Path), help="A plan.toml; else the bundled."
)
@click.option("--started-at", metavar="TIME", default="now", show_default=True, help="When the plan's clocks start.")
@click.option("--non-interactive", is_flag=True, help="Ask nothing.")
@click.option("--no-check", is_flag=True, help="Write without trying anything out.")
@click.option("--force", is_flag=True, help="Replace the config if there is one.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 600),
    default=10.0,
    show_default=True,
    help="Seconds to try.",
)
@config_option
def init(
    *,
    repository: str | None,
    github_url: str | None,
    token_env: str | None,
    token_file: Path | None,
    prometheus: str | None,
    alertmanager: str | None,
    plan_file: Path | None,
    started_at: str,
    non_interactive: bool,
    no_check: bool,
    force: bool,
    timeout: float,
) -> None:
    """Write a config: asks for a repository, a token and a Prometheus, each optional, and tries each out.

    Ends with 1, nothing written, where --non-interactive is given something that does not answer.
    """
    from vauntico_tui.cli.times import read_time
    from vauntico_tui.config.places import default_config

    file = config_file() or default_config()
    if file.exists() and not force:
        hint = "`vauntico-tui doctor` checks it; --force replaces it"
        raise InputError([Problem("there is a config already", str(file), None, hint)])
    draft = Draft(
        repository=repository,
        github_url=github_url,
        token_env=token_env,
        token_file=_absolute(token_file),
        prometheus=prometheus,
        alertmanager=alertmanager,
        plan=_absolute(plan_file),
        started_at=read_time(started_at, time_zone(None), datetime.now(UTC)),
    )
    draft.config()  # what was given as options must be good before anything is asked
    if draft.plan is not None:
        from vauntico_tui.plan.load import load_plan

        load_plan(draft.plan)
    if not non_interactive:
        try:
            draft = _ask(draft, file, check=not no_check, timeout=timeout)
        except click.Abort:
            click.echo("\nnothing was written", err=True)
            raise
    elif not no_check:
        answered = [_answers(status) for status in draft.asked(timeout).values()]  # each one is said
        if not all(answered):
            click.echo("nothing was written (--no-check writes all the same)", err=True)
            click.get_current_context().exit(exits.WRONG)
    draft.write(file, overwrite=force)
    click.echo(f"{file}: written")
    mine = file == default_config()
    click.echo("`vauntico-tui` opens the war room" if mine else f"`vauntico-tui --config {file}` opens the war room")


def _absolute(file: Path | None) -> Path | None:
    return file.expanduser().absolute() if file else None


def _ask(draft: Draft, file: Path, *, check: bool, timeout: float) -> Draft:
    """Ask for what no option gave. Empty answers leave a part out."""
    click.echo(f"This writes {file}. Every answer may be left empty.")
    if draft.repository is None:
        draft = _asked(
            draft, "repository", "GitHub repository (owner/name)", guess_repository(), check=check, timeout=timeout
        )
    else:
        draft = _token(draft)
        if check:
            _tried(draft, "github", timeout)
    if draft.prometheus is None:
        draft = _asked(draft, "prometheus", "Prometheus URL (http://...)", "", check=check, timeout=timeout)
    if draft.prometheus and draft.alertmanager is None:
        draft = _asked(draft, "alertmanager", "Alertmanager URL", "", check=check, timeout=timeout)
    return draft


def _asked(draft: Draft, part: str, question: str, guess: str, *, check: bool, timeout: float) -> Draft:
    """One answer, tried out; asked again until it is good, empty, or kept all the same."""
    source = "github" if part == "repository" else part
    while True:
        answer = click.prompt(question, default=guess, show_default=bool(guess), err=True).strip()
        if answer in {"", "-"}:
            return draft
        tried = draft.with_(part, answer)
        try:
            tried.config()
        except InputError as error:
            exits.tell(error.problems)
            guess = ""
            continue
        if part == "repository":
            tried = _token(tried)
        if not check or _tried(tried, source, timeout):
            return tried
        if click.confirm("Keep it all the same?", default=False, err=True):
            return tried
        guess = ""


def _tried(draft: Draft, source: str, timeout: float) -> bool:
    """Ask one source, say how it did."""
    return _answers(draft.only(source).asked(timeout)[source])


def _answers(status: SourceStatus) -> bool:
    """Say how a source did; whether it answers at all."""
    from vauntico_tui.evidence.reading import State

    bad = status.state is State.FAILED
    click.echo(
        f"  {status.title}: {'' if bad else 'answers'}{'; ' if status.trouble and not bad else ''}"
        f"{status.trouble or ''}",
        err=True,
    )
    return not bad


def _token(draft: Draft) -> Draft:
    """Ask for a token where none is found. It never goes into the config."""
    from vauntico_tui.sources.failures import SourceError
    from vauntico_tui.sources.token import find_token

    try:
        found = find_token(draft.config().github)
    except SourceError as failure:
        click.echo(f"  token: {failure.trouble}", err=True)
        return draft
    if found is not None:
        click.echo(f"  token: from {found.origin}", err=True)
        return draft
    question = "No token found. GitHub token (not shown; empty: later)"
    typed = click.prompt(question, default="", show_default=False, hide_input=True, err=True).strip()
    return draft.with_("token", typed) if typed else draft


def guess_repository() -> str:
    """owner/name of the folder's own remote on GitHub, or ""."""
    import re
    import subprocess

    try:
        told = subprocess.run(
            ["git", "remote", "get-url", "origin"],
            capture_output=True, timeout=2, check=False, text=True, stdin=subprocess.DEVNULL,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ""
    found = re.fullmatch(r"(?:https://|ssh://git@|git@)github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?", told.strip())
    return found[1] if found else ""
