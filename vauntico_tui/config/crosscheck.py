"""What the sections of a config say of each other: names that lead nowhere, twice the same name, secrets without a
place to come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from vauntico_tui.base.problems import Problem, did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.base.tomlfile import Document
from vauntico_tui.base.tomllines import KeyPath
from vauntico_tui.config.model import Config
from vauntico_tui.config.paging import MIRROR, EmailChannel, PagerDutyChannel, SlackChannel, WebhookChannel

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def cross_problems(document: Document, config: Config) -> list[Problem]:
    """Every problem that only shows when sections are read together, each with its line."""
    check = _Check(document, config)
    return [
        *check.journal(), *check.names(), *check.people(), *check.rotations(), *check.oncall(), *check.channels(),
        *check.levels(),
    ]  # fmt: skip


class _Check:
    def __init__(self, document: Document, config: Config) -> None:
        self._document, self._config = document, config
        self._ids = [person.id for person in config.people]
        contacts = [
            *(contact for person in config.people for contact in person.contacts),
            *(contact for rotation in config.rotations for contact in rotation.contacts),
            *config.oncall.calendar_contacts,
        ]
        self._contacts = list(dict.fromkeys(contacts))

    def _problem(self, path: KeyPath, message: str, hint: str | None = None) -> Problem:
        return self._document.problem(path, message, hint)

    def _unknown(self, path: KeyPath, what: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
        names = list(known)
        if name not in names:
            hint = did_you_mean(name, names) or (f"there are {', '.join(names[:8])}" if names else "there are none yet")
            yield self._problem(path, f'there is no {what} "{one_line(name, 60)}"', hint)

    def journal(self) -> Iterator[Problem]:
        try:
            written = urlsplit(self._config.journal.url or "").password
        except ValueError:  # the journal says what is wrong with it
            return
        if written is not None:
            hint = "leave it out; it is taken from VAUNTICO_JOURNAL_PASSWORD, PGPASSWORD, ~/.pgpass or the keyring"
            yield self._problem(("journal", "url"), "a password has no place in a config", hint)

    def names(self) -> Iterator[Problem]:
        sections = (("people", self._ids), ("rotations", [one.id for one in self._config.rotations]))
        for section, ids in sections:
            for name, times in Counter(ids).items():
                if times > 1:
                    last = len(ids) - 1 - ids[::-1].index(name)
                    yield self._problem((section, last, "id"), f'the id "{name}" stands twice', "give one another")
        numbers = [rules.level for rules in self._config.escalation.levels]
        for number, times in Counter(numbers).items():
            if times > 1:
                last = len(numbers) - 1 - numbers[::-1].index(number)
                path = ("escalation", "levels", last, "level")
                yield self._problem(path, f"level {number} stands twice", "join the two")
        if (me := self._config.escalation.me) is not None and self._ids:
            yield from self._unknown(("escalation", "me"), "person", me, self._ids)

    def people(self) -> Iterator[Problem]:
        for place, person in enumerate(self._config.people):
            for at, name in enumerate(person.channels):
                path = ("people", place, "channels", at)
                yield from self._unknown(path, "channel", name, self._config.channels)
                channel = self._config.channels.get(name)
                if isinstance(channel, EmailChannel) and person.email is None and channel.to is None:
                    hint = f"give {person.id} an email, or [channels.{name}] a `to`"
                    yield self._problem(path, f'"{name}" has no address to send to for {person.id}', hint)

    def rotations(self) -> Iterator[Problem]:
        for place, rotation in enumerate(self._config.rotations):
            for at, name in enumerate(rotation.people):
                yield from self._unknown(("rotations", place, "people", at), "person", name, self._ids)
        for place, override in enumerate(self._config.overrides):
            yield from self._unknown(("overrides", place, "person"), "person", override.person, self._ids)
            if override.rotation is not None:
                known = [rotation.id for rotation in self._config.rotations]
                yield from self._unknown(("overrides", place, "rotation"), "rotation", override.rotation, known)
            if override.end <= override.start:
                yield self._problem(("overrides", place, "end"), "end is not after start", "swap them")

    def oncall(self) -> Iterator[Problem]:
        oncall = self._config.oncall
        known = [*self._ids, *self._contacts]
        for key, name in (("fallback", oncall.fallback), ("executives", oncall.executives)):
            if name is not None:
                yield from self._unknown(("oncall", key), "person or contact", name, known)
        if (oncall.calendar or oncall.calendar_env) and not oncall.calendar_contacts:
            key = "calendar" if oncall.calendar else "calendar_env"
            hint = 'calendar_contacts = ["DevOps"]'
            yield self._problem(("oncall", key), "nothing says which contacts the calendar stands for", hint)

    def channels(self) -> Iterator[Problem]:
        if self._config.mirror.github and MIRROR in self._config.channels:
            yield self._problem(
                ("channels", MIRROR), f'"{MIRROR}" is the name of the mirror', "give the channel another name"
            )
        for name, channel in self._config.channels.items():
            path = ("channels", name, "kind")
            match channel:
                case SlackChannel(url_env=None, url_file=None):
                    yield self._problem(path, "its URL is missing, which is its secret", "add url_env or url_file")
                case PagerDutyChannel(routing_key_env=None, routing_key_file=None):
                    hint = "add routing_key_env or routing_key_file"
                    yield self._problem(path, "its integration key is missing", hint)
                case WebhookChannel(url=None, url_env=None, url_file=None):
                    yield self._problem(path, "its address is missing", "add url, url_env or url_file")
                case EmailChannel(user=str(), password_env=None, password_file=None):
                    yield self._problem(path, "its user has no password", "add password_env or password_file")
                case EmailChannel(security="none", user=str(), host=host) if host not in LOOPBACK:
                    at = ("channels", name, "security")
                    hint = 'use "starttls" or "tls"'
                    yield self._problem(at, f"the password would go to {one_line(host, 60)} for all to read", hint)

    def levels(self) -> Iterator[Problem]:
        for place, rules in enumerate(self._config.escalation.levels):
            if (rules.opens is None) != (rules.closes is None):
                path = ("escalation", "levels", place, "opens" if rules.opens is not None else "closes")
                yield self._problem(path, "opens and closes belong together", "add the other one")
