"""`approve`: sign an approval of the plan, so that what it gates may run; for people and for pipelines."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from vauntico_tui.cli import asking, exits
from vauntico_tui.cli.context import config_option, write
from vauntico_tui.cli.hands import hand_options
from vauntico_tui.cli.journaled import CODES, Ended, Session, end, run, tell
from vauntico_tui.cli.sign import approval, known_role

if TYPE_CHECKING:
    from vauntico_tui.actions.perform import Done


@click.command()
@click.argument("ident", metavar="ID")
@click.option("--role", metavar="ROLE", default="executive", show_default=True, help="The role in which you sign.")
@click.option("--reason", metavar="TEXT", help="What it rests on.")
@click.option("--json", "as_json", is_flag=True, help="For programs: what was signed, and how it ended.")
@click.option("--dry-run", is_flag=True, help="Say what would be signed, and sign nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask at a terminal.")
@hand_options
@config_option
def approve(*, ident: str, as_json: bool, dry_run: bool, yes: bool, **given: str | None) -> None:
    """Sign an approval of the plan, by its id or title: the runbooks that wait for it may run.

    At a terminal it asks first. Against the evidence an approval is taken as given with `override`, with a reason.
    """
    from vauntico_tui.actions.registry import Target

    name, title = approval(ident)
    known_role(given.get("role"))
    bare = name.partition(":")[2]
    args = {("as" if key == "name" else key): value for key, value in given.items() if value and key != "key"}
    said = f"{title}: sign as {args.get('role', 'executive')}"

    async def work(session: Session) -> int:
        if session.room.view.read_only:
            raise Ended(exits.FORBIDDEN, "the war room is read-only (read_only in the config)")
        if dry_run:
            return _say(None, f"would sign: {said}", bare, as_json=as_json)
        if not yes and not as_json and sys.stdin.isatty() and not await asking.confirm(f"{said}?"):
            raise Ended(exits.DONE, "nothing was signed")
        done = await session.room.perform("approval.sign", Target("approval", bare, title), **args)
        return _say(done, done.message.removesuffix(" · u takes it back"), bare, as_json=as_json)

    end(run(work), "")


def _say(done: Done | None, message: str, approval_id: str, *, as_json: bool) -> int:
    """How it ended; None: nothing was done, as was asked."""
    if not as_json:
        if done is not None:
            return tell([done])
        write(message + "\n")
        return exits.DONE
    ok = done is None or done.ok
    body = {"ok": ok, "approval": approval_id, "signed": done is not None and done.ok, "message": message}
    write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    return exits.DONE if done is None or done.ok else CODES.get(done.code, exits.UNREADABLE)
