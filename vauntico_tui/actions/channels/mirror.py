"""GitHub's issue as a mirror: one comment an escalation, edited as it goes on, the assignee, and a label while it is
open. The comment is found again by a hidden marker, so that an answer that was lost never doubles it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vauntico_tui.actions.channels.model import Answer
from vauntico_tui.base.clock import Clock, SystemClock
from vauntico_tui.base.text import clean, one_line
from vauntico_tui.escalation.state import Message
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.sources.github.ask import place_of
from vauntico_tui.sources.limits import GITHUB, Limits
from vauntico_tui.sources.worker import OverdueError, TooManyHangError, Worker

if TYPE_CHECKING:
    from vauntico_tui.config.model import GitHub
    from vauntico_tui.sources.github.client import Client

PAGES = 10
"""Pages of a hundred comments that are looked through for the marker."""
_ASSIGNED = re.compile(r"\n<!-- assigned: ([A-Za-z0-9-]+) -->\s*\Z")
FOR_GOOD = frozenset({"auth", "scope", "not_found", "bad_data"})
"""Troubles that trying again does not mend: a person has to."""


@dataclass
class GitHubMirror:
    """`logins` are the people of the config, by id and name, on GitHub."""

    config: GitHub
    label: str
    logins: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)
    limits: Limits = GITHUB
    kind: str = "github"
    deduplicates: bool = True
    bundles: bool = False

    def __post_init__(self) -> None:
        self._worker: Worker[Client] = Worker("github-mirror", self._make)

    def close(self) -> None:
        self._worker.close()

    async def send(self, message: Message, remote_id: str | None = None) -> Answer:
        kind, _, number = message.subject.partition(":")
        if kind != "issue" or not number.isascii() or not number.isdigit():
            return Answer("refused", "only issues are mirrored on GitHub")
        try:
            return await self._worker.call(lambda client: self._mirror(client, number, message, remote_id), 60.0)
        except SourceError as failure:
            trouble = failure.trouble
            if trouble.kind == "auth":
                self._worker.forget_client()  # the token may have been renewed
            wait = trouble.retry_at - self.clock.now() if trouble.retry_at is not None else None
            return Answer("refused" if trouble.kind in FOR_GOOD else "retry", one_line(str(trouble), 200), after=wait)
        except (OverdueError, TooManyHangError) as error:
            return Answer("retry", one_line(f"GitHub: {error}", 200))

    def _make(self) -> Client:
        from vauntico_tui.sources.github.client import Client  # noqa: PLC0415  slow to import

        return Client(self.config, place_of(self.config), self.limits, self.clock)

    def _mirror(self, client: Client, number: str, message: Message, remote_id: str | None) -> Answer:
        issue = f"/repos/{self.config.repository}/issues/{number}"
        known, told = self._known(client, issue, message, remote_id)
        before = assigned(told)
        after = self.logins.get((message.holder or "").casefold()) if message.state != "resolved" else before
        if before is not None and before != after:  # before the comment forgets who it was
            client.write("DELETE", f"{issue}/assignees", {"assignees": [before]}, [], what="assignees")
        done, comment = self._comment(client, issue, body(message, after), known)
        self._mark(client, issue, message)
        if after is not None and message.state != "resolved":
            client.write("POST", f"{issue}/assignees", {"assignees": [after]}, [], what="assignees")
        return Answer("accepted", f"comment {comment} {done}", remote_id=comment)

    def _known(self, client: Client, issue: str, message: Message, remote_id: str | None) -> tuple[str | None, str]:
        """The comment's number and what it says; None where it is not there."""
        if remote_id is None:
            return self._find(client, issue, marker(message))
        path = f"/repos/{self.config.repository}/issues/comments/{remote_id}"
        try:
            return remote_id, str(_object(client.get(path, [], what="comments").body).get("body", ""))
        except SourceError as failure:
            if failure.trouble.kind != "not_found":
                raise  # one that was deleted is written anew
        return None, ""

    def _comment(self, client: Client, issue: str, text: str, known: str | None) -> tuple[str, str]:
        """What was done, and the comment's number."""
        if known is not None:
            path = f"/repos/{self.config.repository}/issues/comments/{known}"
            client.write("PATCH", path, {"body": text}, [], what="comments")
            return "edited", known
        made = client.write("POST", f"{issue}/comments", {"body": text}, [], what="comments")
        return "written", str(_object(made.body).get("id", ""))

    def _find(self, client: Client, issue: str, mark: str) -> tuple[str | None, str]:
        for page in range(1, PAGES + 1):
            answer = client.get(f"{issue}/comments?per_page=100&page={page}", [], what="comments")
            for comment in _objects(answer.body):
                if (told := str(comment.get("body", ""))).startswith(mark):
                    return str(comment["id"]), told
            if not answer.next_page:
                break
        return None, ""

    def _mark(self, client: Client, issue: str, message: Message) -> None:
        """The label is there while the escalation is open."""
        if message.state != "resolved":
            client.write("POST", f"{issue}/labels", {"labels": [self.label]}, [], what="labels")
            return
        try:
            client.write("DELETE", f"{issue}/labels/{quote(self.label, safe='')}", None, [], what="labels")
        except SourceError as failure:
            if failure.trouble.kind != "not_found":  # somebody took it off before
                raise


def marker(message: Message) -> str:
    """What the comment begins with; no reader sees it."""
    return f"<!-- vauntico-tui:{message.escalation_id} -->"


def assigned(told: str) -> str | None:
    """Whom the mirror has assigned, by the comment's last line."""
    found = _ASSIGNED.search(told)
    return found[1] if found else None


def body(message: Message, login: str | None = None) -> str:
    """The comment in Markdown. What people wrote stands in a fence: it mentions nobody, draws nothing. `login` is who
    is assigned, kept so that another can take their place."""
    facts = [f"**Level {message.level} · {message.state}**"]
    if message.holder is not None:
        facts.append(f"held by `{one_line(message.holder, 100).replace('`', '')}`")
    if message.state != "resolved" and message.breaches_at is not None:
        facts.append(f"to be resolved by {_utc(message.breaches_at)}")
    said = clean(message.text, 4000).replace("```", "'''").strip()
    return (
        f"{marker(message)}\n{' · '.join(facts)}\n\n```text\n{said}\n```\n"
        f"<sub>{_utc(message.at)} · kept up to date by vauntico-tui</sub>\n"
        + (f"<!-- assigned: {login} -->\n" if login is not None else "")
    )


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _objects(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
