"""A remedy of its own against a box: a real journal, real steps; resting is the box's time going by."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.perform import Done
from vauntico_tui.actions.remedy.model import Execution, RunPlan, Subject
from vauntico_tui.actions.remedy.remedy import Remedy
from vauntico_tui.actions.remedy.room import Room
from vauntico_tui.base.clock import SystemClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.facts import Readings
from vauntico_tui.journal.database import system_micros
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.open import open_journal
from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.runbooks.load import Library, bundled_runbooks
from vauntico_tui.runbooks.model import Runbook
from vauntico_tui.sim.box import Box
from vauntico_tui.sim.options import Options

APPROVAL = "hotfix-deployment-strategy-approval"
SECRETS = {
    name: f"canary-{name.lower()}"
    for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "PAYSTACK_SECRET_KEY", "RESEND_API_KEY", "DATABASE_URL")
}


class LaterDesk(Desk):
    """A journal's desk whose clock is `later` than it is: leases have run out there."""

    def __init__(self, folder: Path, console: str, later: timedelta = timedelta()) -> None:
        super().__init__(None, state_dir=folder, console=console)
        self.later, self._folder = later, folder

    def open(self) -> Journal:
        late = self.later // timedelta(microseconds=1)
        return open_journal(None, console=self.console, state_dir=self._folder, clock=lambda: system_micros() + late)


class Unwatched(Room):
    """Its bundled runbooks watch nothing afterwards: a box's checks take a war room that reads it."""

    def load_library(self) -> Library:
        return Library(tuple(one.model_copy(update={"verify": None}) for one in bundled_runbooks()))


class Person:
    """Somebody at a console of their own. `readings` are what the sources say."""

    def __init__(
        self, folder: Path, urls: Mapping[str, str], token: Path, name: str = "ada", *, later: timedelta = timedelta(),
        read_only: bool = False, journal: bool = True,
    ) -> None:  # fmt: skip
        self.name, self.urls = name, urls
        config = Config.model_validate({
            "github": {"repository": "vauntico/vauntico", "url": urls["github"], "token_file": token},
            "alertmanager": {"url": urls["alertmanager"]},
            "escalation": {"me": name},
            "read_only": read_only,
        })  # fmt: skip
        self.desk = LaterDesk(folder, f"{name}'s console", later) if journal else None
        self.readings = Readings()
        self.asked = 0
        self.told: list[Execution] = []
        room = Unwatched(
            config, bundled_plan(), SystemClock(), desk=self.desk, config_file=folder / "config.toml",
            readings=lambda: self.readings, ask=self._ask, rest=self._rest,
        )  # fmt: skip
        self.remedy = Remedy(room)
        self.remedy.listen(self.told.append)

    def _ask(self) -> None:
        self.asked += 1

    async def _rest(self, seconds: float) -> None:
        async with httpx.AsyncClient() as client:
            await client.post(self.urls["control"] + "/advance", json={"seconds": seconds * 40})
        await asyncio.sleep(0)

    async def sign(self, approval: str = APPROVAL) -> None:
        assert self.desk is not None
        await self.desk.call(
            lambda journal: journal.records.sign(
                "approval", f"approval:{approval}", self.name, login=journal.login, role="executive"
            )
        )

    async def plan(self, runbook: str | Runbook, subject: Subject | None = None, **params: str) -> RunPlan:
        book = None if isinstance(runbook, str) else runbook
        ident = runbook if isinstance(runbook, str) else runbook.id
        return await self.remedy.plan(ident, subject or Subject(), params, runbook=book)

    async def run(self, plan: RunPlan, secrets: Mapping[str, str] | None = None, **more: Any) -> Done:
        return await self._act("runbook.run", plan=plan.id, secrets=secrets, **more)

    async def resume(self, ident: str, secrets: Mapping[str, str] | None = None, **more: Any) -> Done:
        return await self._act("runbook.resume", execution=ident, secrets=secrets, **more)

    async def undo(self, ident: str) -> Done:
        return await self._act("runbook.undo", execution=ident)

    async def _act(
        self, action: str, *, secrets: Mapping[str, str] | None = None, yes: bool = True, **args: str
    ) -> Done:  # fmt: skip
        async def confirm(_question: str) -> bool:
            return yes

        ident = args.get("plan") or args["execution"]
        self.remedy.hand_over(ident, SECRETS if secrets is None else secrets, confirm)
        return await self.remedy.executors[action](None, args)

    async def leave(self) -> None:
        await self.remedy.leave()
        self.remedy.close()
        if self.desk is not None:
            self.desk.close()


class Place:
    """A box that does nothing by itself, and a folder with a journal."""

    def __init__(self, folder: Path, *, begin: bool = True, **options: Any) -> None:
        self.folder = folder
        self.box = Box(Options(**{"speed": 0, "runs": 30, **options}))
        self.token = folder / "token"
        self.token.write_text(self.box.token)
        self._people: list[Person] = []
        if begin:
            self.begin()

    def begin(self) -> None:
        self.box.start()

    def person(self, name: str = "ada", **more: Any) -> Person:
        made = Person(self.folder, self.box.urls, self.token, name, **more)
        self._people.append(made)
        return made

    async def close(self) -> None:
        for person in self._people:
            await person.leave()
        self.box.stop()

    def writes(self) -> list[str]:
        """What was asked of GitHub that changes something, as "POST /repos/…"."""
        told: Any = self.box.record.shown("github", 10_000)["requests"]
        return [f"{one['method']} {one['path']}" for one in told if one["method"] != "GET"]


def bundled(ident: str) -> Runbook:
    """A bundled runbook that watches nothing afterwards: a box's checks take a war room."""
    found = next(one for one in bundled_runbooks() if one.id == ident)
    return found.model_copy(update={"verify": None})


def book(*steps: Mapping[str, Any], **more: Any) -> Runbook:
    """A runbook of a test's own."""
    return Runbook.model_validate({"id": "mine", "title": "Mine", "steps": steps, **more})
