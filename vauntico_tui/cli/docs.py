"""The parts of docs/ that are made from tables and classes: keys, commands, configuration, the config's JSON Schema.

`python -m vauntico_tui.cli.docs` writes them; a test fails where one is stale. In a page the made parts stand between
`<!-- made: name -->` and `<!-- end: name -->`; the rest is written by hand.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import click

from vauntico_tui.actions.registry import ACTIONS
from vauntico_tui.cli import exits
from vauntico_tui.cli.commands import cli
from vauntico_tui.config.schema import keys_table, schema_text
from vauntico_tui.runbooks import docs as runbooks
from vauntico_tui.runbooks.schema import schema_text as runbook_schema_text

_SAID = {
    "question_mark": "?", "slash": "/", "escape": "esc", "G": "G (shift+g)", "P": "P (shift+p)", "R": "R (shift+r)",
    "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip
_WHERE = {
    "everywhere": "Everywhere",
    "dashboard": "On the dashboard",
    "list": "In a list",
    "detail": "In a detail",
}


def _keys() -> Iterator[str]:
    for where, title in _WHERE.items():
        rows = [action for action in ACTIONS if action.where == where]
        if not rows:
            continue
        yield f"## {title}\n\n| key | action | what it does | id |\n|---|---|---|---|\n"
        for action in rows:
            key = f"`{_SAID.get(action.key, action.key)}`" if action.key else "palette"
            yield f"| {key} | {action.title} | {action.help} | `{action.id}` |\n"
        yield "\n"


def _exit_codes() -> Iterator[str]:
    yield "| code | meaning |\n|---|---|\n"
    yield from (f"| {code} | {meaning} |\n" for code, meaning in exits.MEANING.items())


def _commands() -> Iterator[str]:
    for path, command in _walk(("vauntico-tui",), cli):
        arguments = [_argument(part) for part in command.params if isinstance(part, click.Argument)]
        yield f"### `{' '.join([*path, *arguments])}`\n\n"
        text = inspect.cleandoc(command.help or "")
        yield re.sub(r"\x08\n(.*?)(\n\n|$)", r"```text\n\1\n```\2", text, flags=re.DOTALL) + "\n\n"
        options = [part for part in command.params if isinstance(part, click.Option) and not part.hidden]
        if options:
            yield "| option | meaning |\n|---|---|\n"
            yield from (f"| `{_option(option)}` | {_meaning(option)} |\n" for option in options)
            yield "\n"


def _argument(argument: click.Argument) -> str:
    if isinstance(argument.type, click.Choice):
        name = "|".join(argument.type.choices)
    else:
        name = argument.metavar or (argument.name or "").upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _option(option: click.Option) -> str:
    names = ", ".join(sorted(option.opts, key=len))
    return names if option.is_flag else f"{names} {option.metavar or option.type.name.split()[0].upper()}"


def _meaning(option: click.Option) -> str:
    default = f" Default: {option.default}." if option.show_default else ""
    return (option.help or "") + default


def _walk(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if (child := command.get_command(context, name)) is not None:
                yield from _walk((*path, name), child)


def _config_keys() -> Iterator[str]:
    yield "| key | type | default | meaning |\n|---|---|---|---|\n"
    yield from (f"| `{key}` | {kind} | {default} | {meaning} |\n" for key, kind, default, meaning in keys_table())


def _runbooks(name: str) -> Iterator[str]:
    yield runbooks.part(name)


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "keys": _keys,
    "exit codes": _exit_codes,
    "commands": _commands,
    "config keys": _config_keys,
    **{name: partial(_runbooks, name) for name in runbooks.NAMES},
}
PAGES = ("keys.md", "commands.md", "configuration.md", "runbooks.md")
SCHEMA = "config.schema.json"
RUNBOOK_SCHEMA = "runbook.schema.json"


def fill(page: str) -> str:
    """A page with its made parts as they should be."""

    def made(found: re.Match[str]) -> str:
        name = found[1]
        return f"<!-- made: {name} -->\n\n{''.join(PARTS[name]()).strip()}\n\n<!-- end: {name} -->"

    return re.sub(r"<!-- made: ([a-z ]+) -->.*?<!-- end: \1 -->", made, page, flags=re.DOTALL)


def write(docs: Path) -> None:
    """Bring every page of the folder up to date."""
    for name in PAGES:
        page = docs / name
        page.write_text(fill(page.read_text(encoding="utf-8")), encoding="utf-8")
    (docs / SCHEMA).write_text(schema_text(), encoding="utf-8")
    (docs / RUNBOOK_SCHEMA).write_text(runbook_schema_text(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
