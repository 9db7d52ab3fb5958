"""The commands: which there are, and where each one lives. Each is imported when it is run."""

from __future__ import annotations

import importlib
import os

import click

from vauntico_tui import __version__
from vauntico_tui.base.problems import did_you_mean
from vauntico_tui.cli import exits
from vauntico_tui.cli.answer import answered
from vauntico_tui.cli.context import Asked, config_option
from vauntico_tui.cli.options import box_options

NAME = "vauntico-tui"
COMPLETE = "_VAUNTICO_TUI_COMPLETE"
COMMANDS = {
    "demo": "vauntico_tui.cli.commands:demo",
    "status": "vauntico_tui.cli.status:status",
    "doctor": "vauntico_tui.cli.doctor:doctor",
    "init": "vauntico_tui.cli.init:init",
    "watch": "vauntico_tui.cli.watch:watch",
    "plan": "vauntico_tui.cli.plan:plan",
    "config": "vauntico_tui.cli.config:config",
    "escalations": "vauntico_tui.cli.escalations:escalations",
    **{
        name: f"vauntico_tui.cli.hands:{name}"
        for name in ("ack", "unack", "snooze", "wake", "escalate", "reassign", "note", "resolve", "merge")
    },
    **{name: f"vauntico_tui.cli.escalations:{name}" for name in ("timeline", "deliveries", "handover")},
    "sign": "vauntico_tui.cli.sign:sign",
    "approve": "vauntico_tui.cli.approve:approve",
    "unsign": "vauntico_tui.cli.sign:unsign",
    "review": "vauntico_tui.cli.sign:review",
    "override": "vauntico_tui.cli.sign:override",
    "runbook": "vauntico_tui.cli.runbook:runbook",
    "run": "vauntico_tui.cli.ci:run",
    "secret": "vauntico_tui.cli.secret:secret",
    "oncall": "vauntico_tui.cli.oncall:oncall",
    "figures": "vauntico_tui.cli.figures:figures",
    "journal": "vauntico_tui.cli.journal:journal",
    "sim": "vauntico_tui.cli.sim:sim",
    "completion": "vauntico_tui.cli.completion:completion",
}
"""Command → where it lives, in the order of --help."""


class Helpful(click.Group):
    """A group that says "did you mean" for its commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            hint = did_you_mean(args[0], known)
            raise click.UsageError(f'There is no command "{args[0]}"' + (f"; {hint}" if hint else "."), ctx)
        return super().resolve_command(ctx, args)


class Commands(Helpful):
    """The program's commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command the war room opens; without a config, a first screen that helps to get one.",
)
@click.version_option(__version__, prog_name=NAME, message="%(prog)s %(version)s")
@config_option
@click.pass_context
def cli(ctx: click.Context) -> None:
    """A terminal war room: what was promised, what is true, and who must act by when."""
    if ctx.invoked_subcommand is None:
        from vauntico_tui.cli.main import draw

        ctx.exit(draw(ctx.ensure_object(Asked).config))


@click.command()
@box_options
@config_option
@click.pass_context
def demo(ctx: click.Context, speed: float, seed: int) -> None:
    """Open the war room on an organisation in a box: no account, no network, nothing left behind."""
    from vauntico_tui.cli.main import draw_demo

    ctx.exit(draw_demo(speed, seed))


def run(args: list[str]) -> int:
    """Run a command line; returns its exit code. Usage errors are said here; the rest is for `exits.guarded`."""
    if COMPLETE in os.environ:
        cli.main(args, prog_name=NAME, complete_var=COMPLETE)
    asked = Asked()
    return answered(args, asked, lambda: _invoked(args, asked))


def _invoked(args: list[str], asked: Asked) -> int:
    try:
        with cli.make_context(NAME, list(args), obj=asked) as context:
            cli.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, EOFError):
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        error.show()
        asked.said.append(error.format_message())
        return exits.UNREADABLE
    return exits.DONE
