"""kill -9 around every step of a real runbook, before and after its request was done: whoever goes on with it ends in
the same state as an undisturbed run, and no step is done twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.actions.remedy.rig import Place, bundled
from vauntico_tui.sim.http import Request, Response

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.xdist_group("killed")
LATER = timedelta(minutes=1)
POINTS = {"branch": 0, "files": 1, "pull request": 2, "third secret": 5, "merge": 8, "second run": 10}
"""Of the hotfix' writes, counted from 0."""


@dataclass(slots=True)
class Killer:
    """GitHub's application; the program that sends the write number `at` is killed `when` it is done, or before."""

    inner: Any
    at: int = -1
    when: str = "before"
    victim: int = 0
    seen: list[str] = field(default_factory=list)
    struck: bool = False

    def __call__(self, request: Request) -> Response:
        writes = request.method != "GET" and not _only_reads(request)
        if not writes:
            answer: Response = self.inner(request)
            return answer
        number = len(self.seen)
        struck = number == self.at and not self.struck
        if struck and self.when == "before":
            self.strike()
            return Response(drop=True)
        self.seen.append(f"{request.method} {request.path}")
        answer = self.inner(request)
        if struck:
            self.strike()
            return Response(drop=True)
        return answer

    def strike(self) -> None:
        self.struck = True
        os.kill(self.victim, signal.SIGKILL)

    @property
    def url(self) -> str:
        return str(self.inner.url)

    @url.setter
    def url(self, url: str) -> None:
        self.inner.url = url


def _only_reads(request: Request) -> bool:
    return request.path.endswith("/graphql") and not str(json.loads(request.body)["query"]).lstrip().startswith(
        "mutation"
    )


def killing(folder: Path) -> tuple[Place, Killer]:
    """A place whose GitHub kills."""
    place = Place(folder, begin=False)
    killer = Killer(place.box.github)
    place.box.github = killer  # type: ignore[assignment]
    place.begin()
    return place, killer


def settled(place: Place) -> Any:
    """The world once everything that was set going has ended."""
    place.box.advance(7200)
    return place.box.picture()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[str]]:
    """What an undisturbed run leaves behind, and its writes."""

    async def run() -> tuple[Any, list[str]]:
        place, killer = killing(tmp_path_factory.mktemp("undisturbed"))
        ada = place.person()
        await ada.sign()
        done = await ada.run(await ada.plan(bundled("hotfix")))
        assert done.ok, done.message
        picture = settled(place)
        await place.close()
        return picture, killer.seen

    return asyncio.run(run())


@pytest.fixture(scope="module")
def people() -> Iterator[subprocess.Popen[str]]:
    """Starts people's programs."""
    arguments = [sys.executable, "-m", "tests.actions.remedy.killed"]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as made:
        yield made
        made.kill()


def _until_killed(people: subprocess.Popen[str], place: Place, killer: Killer) -> str:
    """Start a program that runs the hotfix, wait until it is killed; its plan's number."""
    assert people.stdin is not None
    assert people.stdout is not None
    people.stdin.write(json.dumps([str(place.folder), place.box.urls, str(place.token)]) + "\n")
    people.stdin.flush()
    killer.victim = int(people.stdout.readline())
    plan, gone = people.stdout.readline().strip(), people.stdout.readline().strip()
    assert gone == "gone"
    return plan


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", POINTS)
async def test_killed_and_gone_on_with(
    tmp_path: Path, people: subprocess.Popen[str], undisturbed: tuple[Any, list[str]], point: str, when: str
) -> None:  # fmt: skip
    picture, writes = undisturbed
    place, killer = killing(tmp_path)
    grace = place.person("grace", later=LATER)
    await place.person().sign()
    killer.at, killer.when = POINTS[point], when
    ident = await asyncio.to_thread(_until_killed, people, place, killer)
    assert killer.struck
    (found,) = await grace.remedy.executions()
    assert (found.id, found.mark, found.by) == (ident, "interrupted", "ada")
    assert [one.mark for one in found.steps].count("unsure") == 1
    sent = list(killer.seen)
    assert "done" in await grace.remedy.verify(ident)
    assert killer.seen == sent
    more = {"digest": (await grace.remedy.replan(ident)).digest} if when == "after" else {}
    assert killer.seen == sent
    done = await grace.resume(ident, **more)
    assert done.ok, done.message
    again = [one for one in killer.seen if "/secrets/" not in one]
    assert again == [one for one in writes if "/secrets/" not in one]
    assert {*killer.seen} == {*writes}  # a secret that was set may be set again to the same value
    if "secret" not in point:
        assert killer.seen == writes
    assert settled(place) == picture
    await place.close()
