"""The configuration file. config.example.toml and the JSON Schema are held against these classes by a test."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from vauntico_tui.config.paging import (
    ChannelEntry,
    ChannelName,
    EscalationSettings,
    JournalSettings,
    Mirror,
    OnCall,
    OverrideEntry,
    PersonEntry,
    RotationEntry,
)
from vauntico_tui.config.section import Interval, Section


class Auth(Section):
    """How to sign in at a Prometheus or Alertmanager. Secrets come from the environment or a file, never from here."""

    user: str | None = Field(None, description="user name; its password comes from one of the next two")
    password_env: str | None = Field(None, description="environment variable that holds the password")
    password_file: Path | None = Field(None, description="a file that holds the password")
    bearer_env: str | None = Field(None, description="environment variable that holds the bearer token")
    bearer_file: Path | None = Field(None, description="a file that holds the bearer token")
    client_cert: Path | None = Field(None, description="mTLS: certificate, PEM")
    client_key: Path | None = Field(None, description="mTLS: key, PEM")
    ca_file: Path | None = Field(None, description="the authority that signed the server's certificate, PEM")


class GitHub(Section):
    repository: str | None = Field(None, pattern=r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", description="owner/name")
    url: str = Field(
        "https://api.github.com", pattern=r"^https?://", description="GitHub Enterprise: https://HOST/api/v3"
    )
    token_env: str | None = Field(
        None, description="environment variable with the token; else GITHUB_TOKEN, GH_TOKEN, gh, keyring"
    )
    token_file: Path | None = Field(None, description="a file that holds the token")
    ca_file: Path | None = Field(None, description="the authority that signed the server's certificate, PEM")
    every: Interval = Field(
        "30 s", validate_default=True, description="between refreshes; stretched as the rate limit runs out"
    )


class Prometheus(Section):
    url: str | None = Field(None, pattern=r"^https?://", description="Prometheus, Thanos, Mimir, VictoriaMetrics")
    auth: Auth = Auth()
    every: Interval = Field("15 s", validate_default=True, description="between refreshes")


class Alertmanager(Section):
    url: str | None = Field(None, pattern=r"^https?://", description="Alertmanager, API v2")
    auth: Auth = Auth()
    every: Interval = Field("15 s", validate_default=True, description="between refreshes")


class PlanFile(Section):
    file: Path | None = Field(None, description="a plan.toml; the bundled Vauntico plan without it")
    started_at: datetime | None = Field(
        None, description="when the clocks start, an instant with its zone; wins over the plan's own"
    )


class Screen(Section):
    theme: Literal["dark", "light", "auto"] = Field("auto", description="auto: as the terminal says of itself")
    ascii: bool | None = Field(None, description="only ASCII glyphs; by the locale without it")
    time_zone: str | None = Field(None, description='"Africa/Lagos"; the machine\'s without it')
    notify: bool = Field(
        True, description="bell, notification and title when something new on Level 1 waits and nobody looks"
    )
    keys: dict[str, str] = Field(default_factory=dict, description='other keys for actions: "refresh.all" = "f5"')


class Config(Section):
    """The whole file."""

    github: GitHub = GitHub()
    prometheus: Prometheus = Prometheus()
    alertmanager: Alertmanager = Alertmanager()
    plan: PlanFile = PlanFile()
    screen: Screen = Screen()
    journal: JournalSettings = JournalSettings()
    escalation: EscalationSettings = EscalationSettings()
    people: tuple[PersonEntry, ...] = Field((), description="who can be paged")
    rotations: tuple[RotationEntry, ...] = Field((), description="who takes turns on call")
    overrides: tuple[OverrideEntry, ...] = Field((), description="who is on call instead, for a time")
    oncall: OnCall = OnCall()
    channels: dict[ChannelName, ChannelEntry] = Field(default_factory=dict, description="how people are reached")
    mirror: Mirror = Mirror()
    read_only: bool = Field(False, description="refuse every action that changes something")
    probe_every: Interval = Field("1 min", validate_default=True, description="between probes of the plan's URLs")
