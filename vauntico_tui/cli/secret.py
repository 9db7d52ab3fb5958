"""`secret set`: secrets of the repository or of environments, through the same plan as everything that writes."""

from __future__ import annotations

from typing import Any

import click

from vauntico_tui.cli.commands import Helpful
from vauntico_tui.cli.context import config_option
from vauntico_tui.cli.journaled import Session, end, run
from vauntico_tui.cli.remedied import How, carry_out, how_options
from vauntico_tui.cli.secret_values import asker, secret_options, sources


@click.group(cls=Helpful)
@config_option
def secret() -> None:
    """Secrets of the repository and its environments. Values can't be read back, by nobody."""


@secret.command("set")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--env", "environments", metavar="ENVIRONMENT", multiple=True,
              help="Set it in this environment instead of the whole repository; may stand several times.")  # fmt: skip
@click.option("--only-missing", is_flag=True, help="Leave those that are set.")
@secret_options
@how_options
@config_option
def set_(
    names: tuple[str, ...], environments: tuple[str, ...], only_missing: bool, *, variables: tuple[str, ...],
    from_files: tuple[str, ...], commands: tuple[str, ...], **how: Any,
) -> None:  # fmt: skip
    """Set secrets. A value comes from a masked prompt, a variable, a file or a program that prints it, never from this
    command line; it is sealed with the repository's key and kept nowhere.

    With one NAME, its source may stand alone: --from-env STRIPE_KEY. With several environments one value is for all of
    them; NAME@ENVIRONMENT=SOURCE gives one its own.
    """
    named = sources(variables, from_files, commands, names[0] if len(names) == 1 else "")

    async def work(session: Session) -> int:
        from vauntico_tui.actions.remedy.model import Subject

        await session.look()
        given = {
            "names": ", ".join(names), "scopes": ", ".join(environments) or "repository",
            "only_missing": "yes" if only_missing else "no",
        }  # fmt: skip
        return await carry_out(session, "set-secrets", Subject(), given, How(**how, secrets=asker(named)))

    end(run(work), "")
