"""What the first screen needs done for it: find a token, try a repository, read a plan, write a config.

Imports clients and validators only when asked; every call may take seconds and belongs in a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Told:
    """How a step went: one sentence, and all lines where there are several."""

    ok: bool
    words: str
    hopeless: bool = False  # no config can be made of it, however often it is given


class Setup(Protocol):
    """The steps of a first set-up."""

    @property
    def file(self) -> Path:
        """The config that would be written."""

    def token(self) -> Told:
        """Where the token for GitHub comes from, or how to give one."""

    def repository(self, name: str) -> Told:
        """Whether owner/name can be read."""

    def plan(self, path: str) -> Told:
        """Whether a plan file can be used."""

    def write(self, *, repository: str | None = None, plan: str | None = None) -> Told:
        """Write the config; never over one that is there."""


class LiveSetup:
    """The steps done for real, through the same clients as the war room."""

    def __init__(self, file: Path | None = None, seconds: float = 10.0) -> None:
        self._file, self._seconds = file, seconds

    @property
    def file(self) -> Path:
        from vauntico_tui.config.places import default_config  # noqa: PLC0415 - light, but only the first run needs it

        return self._file or default_config()

    def token(self) -> Told:
        from vauntico_tui.config.model import GitHub  # noqa: PLC0415
        from vauntico_tui.sources.failures import SourceError  # noqa: PLC0415
        from vauntico_tui.sources.token import find_token  # noqa: PLC0415

        try:
            found = find_token(GitHub())
        except SourceError as failure:
            return Told(False, str(failure.trouble))
        if found is None:
            return Told(False, "no token found: set GITHUB_TOKEN, or run `gh auth login`")
        return Told(True, f"token from {found.origin}")

    def repository(self, name: str) -> Told:
        import asyncio  # noqa: PLC0415

        from vauntico_tui.base.clock import SystemClock  # noqa: PLC0415
        from vauntico_tui.base.problems import InputError  # noqa: PLC0415
        from vauntico_tui.config.load import parse_config  # noqa: PLC0415
        from vauntico_tui.evidence.needs import Needs  # noqa: PLC0415
        from vauntico_tui.evidence.reading import State  # noqa: PLC0415
        from vauntico_tui.sources.hub import Hub  # noqa: PLC0415

        try:
            config = parse_config(self._text(name, None), "the new config").value
        except InputError as error:
            said = [problem.message + (f" ({problem.hint})" if problem.hint else "") for problem in error.problems]
            return Told(False, "; ".join(said), hopeless=True)
        hub = Hub(config, Needs(), SystemClock())
        try:
            asyncio.run(hub.gather(self._seconds))
            status = next(status for status in hub.statuses() if status.id == "github")
        finally:
            hub.close()
        if status.state is State.FAILED or status.as_of is None:
            return Told(False, str(status.trouble or f"{name} did not answer in {self._seconds:g} s"))
        return Told(True, f"{name} answers" + (f"; {status.trouble}" if status.trouble else ""))

    def plan(self, path: str) -> Told:
        from vauntico_tui.base.problems import InputError  # noqa: PLC0415
        from vauntico_tui.plan.load import load_plan  # noqa: PLC0415

        file = Path(path).expanduser()
        if file.suffix.lower() in {".md", ".markdown"}:
            return Told(False, f"that is Markdown; `vauntico-tui plan import {path} -o plan.toml` makes a plan of it")
        try:
            plan = load_plan(file)
        except InputError as error:
            return Told(False, "\n".join(str(problem) for problem in error.problems))
        return Told(True, f"{plan.title}: {len(plan.blockers)} blockers, {len(plan.targets)} targets")

    def write(self, *, repository: str | None = None, plan: str | None = None) -> Told:
        from vauntico_tui.base.problems import InputError  # noqa: PLC0415
        from vauntico_tui.config.load import parse_config  # noqa: PLC0415
        from vauntico_tui.config.write import write_private  # noqa: PLC0415

        text = self._text(repository, plan)
        try:
            parse_config(text, str(self.file))
            write_private(self.file, text, overwrite=False)
        except InputError as error:
            return Told(False, "; ".join(str(problem) for problem in error.problems))
        return Told(True, f"{self.file} written")

    def _text(self, repository: str | None, plan: str | None) -> str:
        import tomli_w  # noqa: PLC0415

        now = datetime.now(UTC).replace(microsecond=0)
        whole: dict[str, dict[str, object]] = {"plan": {"started_at": now}}
        if repository is not None:
            whole["github"] = {"repository": repository}
        if plan is not None:
            whole["plan"]["file"] = str(Path(plan).expanduser().absolute())
        head = "# The war room's config; every key is in config.example.toml. No secret stands here.\n\n"
        return head + tomli_w.dumps(whole)
