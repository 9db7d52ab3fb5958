"""Who is paged, how, and by which rules: that part of the config. Secrets come from the environment or a file."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from vauntico_tui.base.fields import Duration
from vauntico_tui.config.section import Interval, Section

MIRROR = "github"
"""The name of the mirror among the channels."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError('is no time zone; write it like "Africa/Lagos"') from None
    return name


def _positive(span: timedelta) -> timedelta:
    if span < timedelta(minutes=1):
        raise ValueError('must be "1 min" or longer')
    return span


Zone = Annotated[str, AfterValidator(_zone)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Span = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]*$", max_length=100)]
Minutes = Annotated[Duration, AfterValidator(_positive)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Url = Annotated[str, Field(pattern=r"^https?://[^\s@]+$")]
Day = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class JournalSettings(Section):
    url: str | None = Field(
        None, description="a team's \"postgresql://user@host/database\", or a file; the user's own file without it"
    )


class PersonEntry(Section):
    id: Id = Field(..., description="how this person is named in the journal and in `--as`")
    name: str | None = Field(None, description="as it is shown; the id without it")
    contacts: tuple[str, ...] = Field((), description='the plan\'s contacts that this person is: ["DevOps"]')
    channels: tuple[str, ...] = Field((), description="channels that reach this person, by name")
    email: str | None = Field(
        None, pattern=r"^[^@\s]+@[^@\s]+$", description="for channels of the kind email, and calendars"
    )
    github: str | None = Field(None, description="login on GitHub: assignees are paged, the mirror assigns")
    time_zone: Zone | None = Field(None, description="where this person is; shown with the hand-over")


class RotationEntry(Section):
    id: Id = Field(..., description="its name, for overrides")
    contacts: tuple[str, ...] = Field(..., min_length=1, description="the plan's contacts that it stands for")
    people: tuple[str, ...] = Field(..., min_length=1, description="who takes turns, by id, in this order")
    first_day: date = Field(..., description="when the first turn begins: 2025-01-06")
    handoff: Clock = Field("09:00", description="when turns change hands, local time")
    time_zone: Zone = Field("UTC", description="whose local time that is; daylight saving is followed")
    days: int = Field(7, ge=1, le=366, description="how long a turn is")


class OverrideEntry(Section):
    person: str = Field(..., description="who is on call instead, by id")
    start: datetime = Field(..., description="from this instant on")
    end: datetime = Field(..., description="until this instant")
    rotation: str | None = Field(None, description="for this rotation only; for all, and the calendar, without it")


class OnCall(Section):
    calendar: str | None = Field(
        None, description="an iCalendar URL or file, as PagerDuty, Opsgenie and Google export one"
    )
    calendar_env: Variable | None = Field(None, description="environment variable that holds a secret URL of it")
    calendar_contacts: tuple[str, ...] = Field((), description="the plan's contacts that it stands for")
    calendar_every: Interval = Field("15 min", validate_default=True, description="between two readings of it")
    fallback: str | None = Field(
        None, description="who is paged where nobody is on call, and last on every level: a person's id or a contact"
    )
    executives: str | None = Field(
        None, description="who is paged when the gravest level breaches: a person's id or a contact"
    )
    night: Span = Field(
        "22:00-07:00", description="when it is night, by each person's own clock: `figures` counts its pages"
    )


class LevelRules(Section):
    level: int = Field(..., ge=1, description="the plan's level that these rules are for")
    acknowledge_within: Minutes | None = Field(
        None, description="until the next contact is paged; wins over the plan's"
    )
    remind_after: Minutes | None = Field(None, description="without a sign of life whoever acknowledged is reminded")
    rounds: int | None = Field(None, ge=1, le=20, description="how often all contacts are gone through")
    days: tuple[Day, ...] = Field((), description="pages only on these days; on all without it")
    opens: Clock | None = Field(None, description="pages only from this local time on")
    closes: Clock | None = Field(None, description="until this one; the next day's where it is earlier")
    time_zone: Zone = Field("UTC", description="whose local time that is")


class EscalationSettings(Section):
    me: str | None = Field(None, description="who acts on this console: a person's id")
    remind_after: Minutes | None = Field(None, description="for every level that names none of its own")
    rounds: int | None = Field(None, ge=1, le=20, description="for every level that names none of its own")
    heartbeat_env: Variable | None = Field(
        None, description="environment variable with a URL that is called while no work is overdue"
    )
    heartbeat_every: Interval = Field("1 min", validate_default=True, description="between two heartbeats")
    levels: tuple[LevelRules, ...] = Field((), description="rules of single levels")


class Mirror(Section):
    github: bool = Field(
        False, description="keep one comment, the assignee and a label on the issue of each escalation"
    )
    label: str = Field("escalated", min_length=1, max_length=50, description="the label, there while it is open")


class SlackChannel(Section):
    kind: Literal["slack"] = Field(..., description="what it is")
    url_env: Variable | None = Field(None, description="environment variable that holds the URL")
    url_file: Path | None = Field(None, description="a file that holds the URL")


class PagerDutyChannel(Section):
    kind: Literal["pagerduty"] = Field(..., description="what it is")
    routing_key_env: Variable | None = Field(None, description="environment variable that holds the integration key")
    routing_key_file: Path | None = Field(None, description="a file that holds the integration key")
    url: Url | None = Field(None, description="the receiver's address where it is no secret")


class WebhookChannel(Section):
    kind: Literal["webhook"] = Field(..., description="what it is")
    url: Url | None = Field(None, description="the receiver's address where it is no secret")
    url_env: Variable | None = Field(None, description="environment variable that holds the URL")
    url_file: Path | None = Field(None, description="a file that holds the URL")
    secret_env: Variable | None = Field(None, description="environment variable that holds the key of the signature")
    secret_file: Path | None = Field(None, description="a file that holds the key of the signature")
    deduplicates: bool = Field(False, description="the receiver drops what comes twice with one Idempotency-Key")


class EmailChannel(Section):
    kind: Literal["email"] = Field(..., description="what it is")
    host: str = Field(..., description="the SMTP server")
    port: int = Field(587, ge=1, le=65535, description="its port")
    sender: str = Field(..., pattern=r"^[^@]+@[^@]+$", description="the address it comes from")
    to: str | None = Field(None, pattern=r"^[^@]+@[^@]+$", description="who gets it where a person has no address")
    security: Literal["tls", "starttls", "none"] = Field("starttls", description="none only for this machine")
    user: str | None = Field(None, description="user name at the server")
    password_env: Variable | None = Field(None, description="environment variable that holds the password")
    password_file: Path | None = Field(None, description="a file that holds the password")


ChannelEntry = Annotated[SlackChannel | PagerDutyChannel | WebhookChannel | EmailChannel, Field(discriminator="kind")]
ChannelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=60)]
