"""Channels made from the config. One that lacks its secret is there all the same, and says so to whatever it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vauntico_tui.actions.channels.email import Email
from vauntico_tui.actions.channels.mirror import GitHubMirror
from vauntico_tui.actions.channels.model import Channel
from vauntico_tui.actions.channels.pagerduty import EVENTS_URL, PagerDuty
from vauntico_tui.actions.channels.secrets import NoSecretError, find_secret
from vauntico_tui.actions.channels.slack import Slack
from vauntico_tui.actions.channels.unusable import Unusable
from vauntico_tui.actions.channels.webhook import Webhook
from vauntico_tui.config.paging import MIRROR, EmailChannel, PagerDutyChannel, SlackChannel, WebhookChannel
from vauntico_tui.sources.http import httpx
from vauntico_tui.sources.tls import trusted

if TYPE_CHECKING:
    from vauntico_tui.config.model import Config

Entry = SlackChannel | PagerDutyChannel | WebhookChannel | EmailChannel


def make_client() -> httpx.AsyncClient:
    """The one client of all channels: proxies as the environment says, no redirects, few connections a receiver."""
    few = httpx.Limits(max_connections=40, keepalive_expiry=15)
    return httpx.AsyncClient(follow_redirects=False, limits=few, verify=trusted())


def make_channels(config: Config, client: httpx.AsyncClient) -> dict[str, Channel]:
    """Every channel of the config by its name. Reads secrets now, so that a new one needs a new start."""
    channels = {name: _channel(name, entry, client) for name, entry in config.channels.items()}
    if config.mirror.github:
        logins = {
            name.casefold(): person.github
            for person in config.people
            if person.github is not None
            for name in (person.name or person.id, person.id)
        }
        channels[MIRROR] = GitHubMirror(config.github, config.mirror.label, logins)
    return channels


def _channel(name: str, entry: Entry, client: httpx.AsyncClient) -> Channel:
    try:
        return _make(f"[channels.{name}]", entry, client)
    except NoSecretError as error:
        return Unusable(str(error), kind=entry.kind)


def _make(where: str, entry: Entry, client: httpx.AsyncClient) -> Channel:
    match entry:
        case SlackChannel():
            return Slack(client, _address(where, find_secret(where, entry.url_env, entry.url_file)))
        case PagerDutyChannel():
            key = find_secret(where, entry.routing_key_env, entry.routing_key_file)
            return PagerDuty(client, key or "", url=entry.url or EVENTS_URL)
        case WebhookChannel():
            secret = find_secret(where, entry.secret_env, entry.secret_file)
            url = entry.url or _address(where, find_secret(where, entry.url_env, entry.url_file))
            return Webhook(client, url, secret, entry.deduplicates)
        case EmailChannel():
            password = find_secret(where, entry.password_env, entry.password_file)
            return Email(entry.host, entry.port, entry.sender, entry.to or "", entry.security, entry.user, password)


def _address(where: str, url: str | None) -> str:
    """The URL, if it is one; what stands in its place is never shown."""
    try:
        parts = urlsplit(url or "")
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if url is None or not usable:
        raise NoSecretError(f"{where}: what stands there is no http or https URL; correct it, then send it again")
    return url
