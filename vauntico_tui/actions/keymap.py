"""Other keys for actions, from the config: what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping

from vauntico_tui.actions.registry import ACTIONS, BY_ID
from vauntico_tui.base.problems import Problem, did_you_mean
from vauntico_tui.base.text import one_line


def keymap_problems(keys: Mapping[str, str], file: str | None = None) -> tuple[Problem, ...]:
    """Ids that are no action, and keys that two actions would share. Nothing here stops the war room."""
    problems = []
    for name in keys:
        if name not in BY_ID:
            message = f'[screen.keys] there is no action "{one_line(name, 60)}"'
            problems.append(Problem(message, file, None, did_you_mean(name, BY_ID) or "see docs/keys.md"))
    taken: dict[str, str] = {}
    for action in ACTIONS:
        for key in keys.get(action.id, action.key).split(","):
            if not (key := key.strip()):
                continue
            if key in taken and (action.id in keys or taken[key] in keys):
                message = f'[screen.keys] "{one_line(key, 30)}" is the key of both "{taken[key]}" and "{action.id}"'
                problems.append(Problem(message, file, None, "give one of them another"))
            taken.setdefault(key, action.id)
    return tuple(problems)
