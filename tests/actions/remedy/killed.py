"""A person's program that runs a plan, or goes on with it, until it is killed. Run as a program of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from tests.actions.remedy.rig import Person, bundled


async def main(folder: Path, urls: dict[str, str], token: Path) -> None:
    ada = Person(folder, urls, token)
    plan = await ada.plan(bundled("hotfix"))
    sys.stdout.write(f"{plan.id}\n")
    sys.stdout.flush()
    await ada.run(plan)
    await ada.leave()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), json.loads(sys.argv[2]), Path(sys.argv[3])))
