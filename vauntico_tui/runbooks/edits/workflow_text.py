"""What is written into a workflow: the service container, or the roadmap's step."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any

from vauntico_tui.runbooks.edits.splice import CannotMerge
from vauntico_tui.runbooks.edits.yaml_nodes import quoted, written
from vauntico_tui.runbooks.model import WorkflowDatabase

NAME = "Setup Test Database"
_IMAGE = re.compile(r"[a-z0-9][\w./:@-]*")
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Style:
    """How the file is written: one step in, how far lists stand in from their key, and its quotation mark."""

    unit: int
    list_in: int
    quote: str


def service(edit: WorkflowDatabase, *, container: bool) -> dict[str, Any]:
    """The service as data. A job in a container reaches it by its name, and needs no port of the runner."""
    _sound(edit)
    database = f" -d {edit.database}" if _WORD.fullmatch(edit.database) else ""
    return {
        "image": edit.image,
        "env": {"POSTGRES_PASSWORD": edit.password, "POSTGRES_DB": edit.database},
        **({} if container else {"ports": [f"{edit.port}:5432"]}),
        "options": f'--health-cmd "pg_isready -U postgres{database}" --health-interval 10s --health-timeout 5s '
        "--health-retries 5",
    }


def service_lines(told: dict[str, Any], style: Style) -> list[str]:
    """The service as lines, under the key `postgres`."""
    one, two = " " * style.unit, " " * 2 * style.unit
    options = told["options"].replace(" --", "\n--").split("\n")
    lines = ["postgres:", f"{one}image: {written(told['image'], style.quote)}", f"{one}env:"]
    lines += [f"{two}{name}: {written(value, style.quote)}" for name, value in told["env"].items()]
    if "ports" in told:
        lines.append(f"{one}ports:")
        lines += [f"{one}{' ' * style.list_in}- {quoted(port, style.quote)}" for port in told["ports"]]
    return [*lines, f"{one}options: >-", *(f"{two}{option}" for option in options)]


def step(edit: WorkflowDatabase) -> dict[str, str]:
    """The roadmap's step as data."""
    _sound(edit)
    password, database = shlex.quote(edit.password), shlex.quote(edit.database)
    return {
        "name": NAME,
        "run": "docker run -d --name test-postgres \\\n"
        f"  -e POSTGRES_PASSWORD={password} \\\n"
        f"  -e POSTGRES_DB={database} \\\n"
        f"  -p {edit.port}:5432 {edit.image}\n"
        "sleep 15\n"
        "docker exec test-postgres pg_isready -U postgres\n",
    }


def step_lines(told: dict[str, str], style: Style) -> list[str]:
    """The step as lines, its dash at the beginning."""
    script = [f"  {' ' * style.unit}{line}" for line in told["run"].rstrip("\n").split("\n")]
    return [f"- name: {told['name']}", "  run: |", *script]


def flow(value: Any) -> str:
    """A value on one line, as JSON, which is YAML too."""
    return json.dumps(value, ensure_ascii=False)


def _sound(edit: WorkflowDatabase) -> None:
    """Raises CannotMerge for what would be read as something else: line ends, a strange image."""
    if not _IMAGE.fullmatch(edit.image):
        raise CannotMerge(f"{edit.image!r} is not the name of an image; write it like postgres:15-alpine")
    for name, value in (("password", edit.password), ("database", edit.database)):
        if not value or not value.isprintable():
            raise CannotMerge(f"the {name} must be one line without control characters")
    if not 0 < edit.port < 65_536:
        raise CannotMerge(f"{edit.port} is not a port")
