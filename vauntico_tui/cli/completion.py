"""`completion`: what a shell needs to complete our commands and options."""

from __future__ import annotations

import click

_WHERE = {
    "bash": "vauntico-tui completion bash > ~/.local/share/bash-completion/completions/vauntico-tui",
    "zsh": 'vauntico-tui completion zsh > "${fpath[1]}/_vauntico-tui"',
    "fish": "vauntico-tui completion fish > ~/.config/fish/completions/vauntico-tui.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(_WHERE)))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash  vauntico-tui completion bash > ~/.local/share/bash-completion/completions/vauntico-tui
    zsh   vauntico-tui completion zsh > "${fpath[1]}/_vauntico-tui"
    fish  vauntico-tui completion fish > ~/.config/fish/completions/vauntico-tui.fish
    """
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    from vauntico_tui.cli.commands import cli

    class AnyBash(BashComplete):
        """The script needs bash 4.4 where it is used, not where it is made."""

        @staticmethod
        def _check_version() -> None: ...

    kinds = {"bash": AnyBash, "zsh": ZshComplete, "fish": FishComplete}
    script = kinds[shell](cli, {}, "vauntico-tui", "_VAUNTICO_TUI_COMPLETE").source()
    click.echo(f"# {_WHERE[shell]}" if shell != "zsh" else "", nl=shell != "zsh")
    click.echo(script)
