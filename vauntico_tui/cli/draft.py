"""A config in the making: tried out against the real sources, then written for its owner alone."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vauntico_tui.config.model import Config
    from vauntico_tui.evidence.reading import SourceStatus

_TYPED = "VAUNTICO_INIT_TOKEN"  # where a typed token stands, in this process alone, while it is tried out


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers. A `token` that was typed goes into the keyring, or a private file beside the config."""

    started_at: datetime
    repository: str | None = None
    github_url: str | None = None
    token_env: str | None = None
    token_file: Path | None = None
    token: str | None = field(default=None, repr=False)
    prometheus: str | None = None
    alertmanager: str | None = None
    plan: Path | None = None

    def with_(self, part: str, answer: str) -> Draft:
        """The same with one more answer."""
        changes: dict[str, Any] = {part: answer}
        return replace(self, **changes)

    def only(self, source: str) -> Draft:
        """Just what one source needs."""
        return replace(
            self,
            repository=self.repository if source == "github" else None,
            prometheus=self.prometheus if source == "prometheus" else None,
            alertmanager=self.alertmanager if source == "alertmanager" else None,
        )

    def text(self) -> str:
        """The config as TOML, with a comment for what a person will look for."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> list[str]:
        import tomli_w

        from vauntico_tui.config.write import instant

        def line(key: str, value: object, other: str = "") -> str:
            return tomli_w.dumps({key: str(value)}).strip() if value is not None else f"# {other}"

        lines = [
            "# The war room's config. Every key: docs/configuration.md, config.example.toml. No secret stands here.",
            "",
            "[github]",
            line("repository", self.repository, 'repository = "owner/name"'),
        ]
        if self.github_url is not None:
            lines.append(line("url", self.github_url))
        if self.token_env is not None:
            lines.append(line("token_env", self.token_env))
        if self.token_file is not None:
            lines.append(line("token_file", self.token_file))
        lines += ["", "[prometheus]", line("url", self.prometheus, 'url = "http://127.0.0.1:9090"')]
        lines += ["", "[alertmanager]", line("url", self.alertmanager, 'url = "http://127.0.0.1:9093"')]
        lines += ["", "[plan]", line("file", self.plan, 'file = "plan.toml"  # the bundled plan without it')]
        lines.append(f"started_at = {instant(self.started_at)}  # moved by `vauntico-tui plan start TIME`")
        return lines

    def config(self) -> Config:
        """As it will be read. Raises InputError."""
        from vauntico_tui.config.load import parse_config

        return parse_config(self.text(), "the new config").value

    def asked(self, timeout: float) -> dict[str, SourceStatus]:
        """Ask each configured source once; how each one did by its id."""
        from vauntico_tui.base.clock import SystemClock
        from vauntico_tui.evidence.needs import Needs
        from vauntico_tui.evidence.reading import State
        from vauntico_tui.sources.hub import Hub

        draft = self
        if self.token is not None:
            os.environ[_TYPED] = self.token
            draft = replace(self, token_env=_TYPED, token_file=None)
        hub = None
        try:
            hub = Hub(draft.config(), Needs(), SystemClock())
            asyncio.run(hub.gather(timeout))
            return {status.id: status for status in hub.statuses() if status.state is not State.OFF}
        finally:
            if hub is not None:
                hub.close()
            os.environ.pop(_TYPED, None)

    def write(self, file: Path, *, overwrite: bool) -> None:
        """Write the config (mode 600), and the typed token to where it is found again. Raises InputError."""
        from vauntico_tui.config.write import write_private

        draft = self
        if self.token is not None and not self._in_keyring():
            kept = file.with_name(f"{file.stem}.token")
            write_private(kept, f"{self.token}\n", overwrite=True)
            draft = replace(self, token_file=Path(kept.name))
        write_private(file, draft.text(), overwrite=overwrite)

    def _in_keyring(self) -> bool:
        """Whether the system's keyring took the token."""
        from vauntico_tui.sources.token import SERVICE, web_host

        host = web_host(self.config().github.url)
        try:
            import keyring

            keyring.set_password(SERVICE, host, self.token or "")
            return keyring.get_password(SERVICE, host) == self.token
        except Exception:  # backends raise what they like
            return False
