"""People's programs that run the hotfix until they are killed. Run as a program of its own: each line that it reads is
a folder, the box' addresses and a token; for each it forks a program, says its number, then its plan's, then that it
is gone. What they need is loaded once."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import vauntico_tui.actions.remedy.planner
import vauntico_tui.actions.remedy.steps.all
import vauntico_tui.journal.journal
import vauntico_tui.sources.github.client  # noqa: F401  loaded before anything is forked
from tests.actions.remedy.rig import Person, bundled


def say(word: object) -> None:
    os.write(1, f"{word}\n".encode())


async def run(folder: str, urls: dict[str, str], token: str) -> None:
    ada = Person(Path(folder), urls, Path(token))
    plan = await ada.plan(bundled("hotfix"))
    say(plan.id)
    await ada.run(plan)


def main() -> None:
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            asyncio.run(run(*json.loads(line)))
            os._exit(0)
        say(child)
        os.waitpid(child, 0)
        say("gone")


if __name__ == "__main__":
    main()
