"""`sign`, `unsign`, `review`, `override`: what only a person can say, kept in the journal with a name and a time."""

from __future__ import annotations

import click

from vauntico_tui.base.problems import InputError, Problem, did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.cli.context import config_option
from vauntico_tui.cli.hands import hand_options
from vauntico_tui.cli.journaled import Session, end, run, tell
from vauntico_tui.view.model import View


def _found(known: dict[str, str], ident: str, what: str) -> tuple[str, str]:
    """An id and its title by id or title. Raises InputError with the ids there are."""
    for name, title in known.items():
        if ident.strip().casefold() in {name.casefold(), name.partition(":")[2].casefold(), title.casefold()}:
            return name, title
    near = did_you_mean(ident, known) or (f"there are {', '.join(known)}" if known else "the plan has none")
    raise InputError([Problem(f'there is no {what} "{one_line(ident, 60)}"', None, None, near)])


def _promises(view: View) -> dict[str, str]:
    every = (*view.blockers, *view.targets, *view.deliverables, *view.outcomes, *view.approvals)
    return {f"{one.kind}:{one.id}": one.title for one in every}


def _sign(action: str, kind: str, ident: str, title: str, **given: str | None) -> None:
    from vauntico_tui.actions.registry import Target

    args = {("as" if name == "name" else name): value for name, value in given.items() if value and name != "key"}

    async def work(session: Session) -> int:
        return tell([await session.room.perform(action, Target(kind, ident, title), **args)])

    end(run(work), "")


def _view() -> View:
    from vauntico_tui.cli.context import config_file
    from vauntico_tui.warroom import open_room

    room = open_room(config_file())
    room.close()
    return room.view


def approval(ident: str) -> tuple[str, str]:
    """An approval's name ("approval:ID") and title, by its id or title. Raises InputError."""
    known = {name: title for name, title in _promises(_view()).items() if name.startswith("approval:")}
    return _found(known, ident, "approval")


def known_role(role: str | None) -> None:
    """A signature in a role that there is not would count for nothing. Raises InputError."""
    from vauntico_tui.cli.context import config_file, load, plan_of
    from vauntico_tui.plan.references import EXECUTIVE, known_of

    known = sorted({EXECUTIVE, *known_of(plan_of(load(config_file()))).roles})
    if role is not None and role not in known:
        hint = did_you_mean(role, known) or f"the roles are {', '.join(known)}"
        raise InputError([Problem(f'there is no role "{one_line(role, 60)}"', hint=hint)])


@click.command()
@click.argument("ident", metavar="ID")
@click.option("--role", metavar="ROLE", default="executive", show_default=True, help="The role in which you sign.")
@click.option("--reason", metavar="TEXT", help="What it rests on.")
@hand_options
@config_option
def sign(ident: str, **given: str | None) -> None:
    """Sign an approval of the plan, by its id or title."""
    name, title = approval(ident)
    known_role(given.get("role"))
    _sign("approval.sign", "approval", name.partition(":")[2], title, **given)


@click.command()
@click.argument("ident", metavar="ID")
@click.option("--of", metavar="NAME", help="Whose signature; your own unless you say so.")
@click.option("--reason", metavar="TEXT", help="Why it no longer stands.")
@hand_options
@config_option
def unsign(ident: str, **given: str | None) -> None:
    """Withdraw a signature: of an approval, a review or an overridden promise, by its id or title. Both stay in the
    log."""
    view = _view()
    reviews = {row.id: row.title for row in view.plan.reviews}
    name, title = _found(_promises(view) | reviews, ident, "approval, promise or review")
    kind, _, bare = name.partition(":") if name not in reviews else ("review", "", name)
    _sign("signature.withdraw", kind, bare, title, **given)


@click.command()
@click.argument("ident", metavar="ID")
@click.option("--reason", metavar="TEXT", help="What came of it.")
@hand_options
@config_option
def review(ident: str, **given: str | None) -> None:
    """Say that a review of the plan was held just now."""
    name, title = _found({row.id: row.title for row in _view().plan.reviews}, ident, "review")
    _sign("review.held", "review", name, title, **given)


@click.command()
@click.argument("ident", metavar="KIND:ID")
@click.option("--reason", metavar="TEXT", required=True, help="Why it is taken as kept.")
@click.option("--until", metavar="TIME", required=True, help='When that ends: "24 h", 2025-01-31T09:00.')
@hand_options
@config_option
def override(ident: str, **given: str | None) -> None:
    """Take a promise as kept against its evidence, signed, with a reason and until a time; it shows as overridden."""
    name, title = _found(_promises(_view()), ident, "promise")
    kind, _, bare = name.partition(":")
    _sign("verdict.override", kind, bare, title, **given)
