"""A box in this process with a config that points at it; its time goes on while somebody waits."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from vauntico_tui.sim.box import Box
from vauntico_tui.sim.http import Request, Response
from vauntico_tui.sim.main import config_text
from vauntico_tui.sim.options import Options

CANARY = "canary7f3e9b1c"
"""A secret's value: nowhere may it stand but sealed in a request."""
NAMES = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "PAYSTACK_SECRET_KEY", "RESEND_API_KEY", "DATABASE_URL")
APPROVAL = "hotfix-deployment-strategy-approval"
BLOCKERS = (
    "database-test-infrastructure", "production-secrets-configuration", "jest-configuration-fix",
    "basic-monitoring-setup",
)  # fmt: skip


@dataclass(slots=True)
class Overheard:
    """GitHub's application, and every request that it was sent."""

    inner: Any
    heard: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.heard.append(request)
        answer: Response = self.inner(request)
        return answer

    @property
    def url(self) -> str:
        return str(self.inner.url)

    @url.setter
    def url(self, url: str) -> None:
        self.inner.url = url


@dataclass(slots=True)
class Stage:
    """A running box: `config` points at it, `state` is a folder of its own."""

    box: Box
    config: Path
    state: Path
    overheard: Overheard

    def knob(self, path: str, method: str = "POST", /, **body: Any) -> Any:
        url = self.box.urls["control"] + path
        answer = httpx.request(method, url, json=body if method == "POST" else None)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def pass_time(self, seconds: float = 600) -> None:
        """Skip world time: runs end, deployments settle."""
        self.box.advance(seconds)

    @property
    def remedial(self) -> list[Request]:
        """The requests that remediation made; those of the sources' own rounds are left out."""
        return [one for one in self.overheard.heard if "(remediation)" in one.headers.get("user-agent", "")]

    @property
    def writes(self) -> list[Request]:
        """The requests that wanted to change something."""
        return [one for one in self.overheard.heard if one.method != "GET" and not _only_reads(one)]


def _only_reads(request: Request) -> bool:
    return request.path.endswith("/graphql") and "mutation" not in str(json.loads(request.body).get("query", ""))[:20]


@contextmanager
def stage(folder: Path, every: str = "1 s", **options: Any) -> Iterator[Stage]:
    """A box that does nothing by itself; its sources are asked `every` so often."""
    box = Box(Options(**{"speed": 0, **options}))
    overheard = Overheard(box.github)
    box.github = overheard  # type: ignore[assignment]
    box.start()
    try:
        token = folder / "box.token"
        token.write_text(box.token)
        token.chmod(0o600)
        text = re.sub(r'(?m)^every = ".*\n', "", config_text(box, token))
        text = re.sub(r"(\[(?:github|prometheus|alertmanager)\]\n)", rf'\1every = "{every}"\n', text)
        config = folder / "config.toml"
        config.write_text(text)
        config.chmod(0o600)
        state = folder / "state"
        state.mkdir(mode=0o700, exist_ok=True)
        yield Stage(box, config, state, overheard)
    finally:
        box.stop()


@contextmanager
def going_on(stage: Stage, seconds: float = 40) -> Iterator[None]:
    """World time goes by, some of it every few hundredths of a second, as long as this lasts."""
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(0.05):
            stage.pass_time(seconds)

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def traces(folders: list[Path], word: str = CANARY) -> list[Path]:
    """The files under some folders that hold a word, whatever they are."""
    needle = word.encode()
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path for path in files if needle in path.read_bytes()]


@contextmanager
def watched(word: str = CANARY) -> Iterator[list[str]]:
    """Looks, again and again as long as this lasts, what every process was started with and has in its environment;
    yields where the word was seen."""
    found: list[str] = []
    ended = threading.Event()

    def look() -> None:
        needle = word.encode()
        while not ended.wait(0.1):
            for file in (*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")):
                try:
                    if needle in file.read_bytes():
                        found.append(str(file))
                except OSError:  # it has ended meanwhile, or is somebody else's
                    continue

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()
