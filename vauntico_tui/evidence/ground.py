"""What a judge stands on: the readings, the time, whose check it is; and how verdicts are made from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.facts import Readings
from vauntico_tui.evidence.figures import when
from vauntico_tui.evidence.issue_index import IssueIndex
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.evidence.verdict import Mark, Verdict

T = TypeVar("T")
_USERINFO = re.compile(r"^(\w+://)[^/?#]*@")


def without_secrets(url: str) -> str:
    """A server's URL as it may be shown: no user and password, no slash at its end."""
    return _USERINFO.sub(r"\1", url).rstrip("/")


@dataclass(frozen=True, slots=True)
class Ground:
    """The readings at `now`. `subject` is the promise being judged ("approval:hotfix"); `repository_url` and
    `prometheus_url` are what links are made from; `issues` is the index of the readings' own issues."""

    readings: Readings
    now: datetime
    subject: str = ""
    repository_url: str | None = None
    prometheus_url: str | None = None
    issues: IssueIndex | None = None

    def link(self, path: str) -> str | None:
        """A page of the repository."""
        return f"{self.repository_url.rstrip('/')}/{path}" if self.repository_url else None

    def graph(self, query: str) -> str | None:
        """A query's graph in Prometheus."""
        if not self.prometheus_url:
            return None
        server, asked = without_secrets(self.prometheus_url), quote(query[:2000], safe="")
        return f"{server}/graph?g0.expr={asked}&g0.tab=0&g0.range_input=1d"

    def default_branch(self) -> str | None:
        """The repository's default branch, once it is known."""
        known = self.readings.repository
        return known.value.default_branch if known.value is not None and known.state is not State.OFF else None


def known(reading: Reading[T] | None) -> bool:
    """Whether a reading holds an answer, fresh or old."""
    return reading is not None and reading.value is not None and reading.state not in {State.LOADING, State.OFF}


def unread(reading: Reading[T] | None, what: str, configure: str) -> Verdict:
    """The verdict where nothing was ever read: unknown, with the cause and the next step."""
    if reading is not None and reading.state is State.OFF:
        return unknown(f"no answer on {what}: not configured; {configure}")
    if reading is not None and reading.trouble is not None:
        return unknown(f"no answer on {what}: {one_line(str(reading.trouble), 240)}")
    if reading is not None and reading.state in {State.FAILED, State.STALE}:
        return unknown(f"no answer on {what}, now or before; refresh, or run vauntico-tui doctor")
    return unknown(f"no answer on {what} yet; the first one is awaited")


def unknown(reason: str, **more: str | None) -> Verdict:
    """An unknown verdict with its reason."""
    return Verdict(Mark.UNKNOWN, reason, figure=more.get("figure") or "", bound=more.get("bound") or "",
                   link=more.get("link"), of=more.get("of") or "")  # fmt: skip


def resting_on(verdict: Verdict, *readings: Reading[T] | Reading[object] | None) -> Verdict:
    """The verdict with the time of the oldest reading it rests on; flagged stale, and its reason says since when,
    where one of them has failed or aged."""
    times = [reading.as_of for reading in readings if reading is not None and reading.as_of is not None]
    as_of = min(times, default=None)
    old = [reading for reading in readings if reading is not None and reading.state in {State.STALE, State.FAILED}]
    if not old:
        return replace(verdict, as_of=as_of)
    trouble = next((reading.trouble for reading in old if reading.trouble is not None), None)
    since = f"as of {when(as_of)}" if as_of is not None else "of unknown age"
    cause = f": {one_line(str(trouble), 160)}" if trouble is not None else ""
    return replace(verdict, as_of=as_of, stale=True, reason=f"{verdict.reason} ({since}{cause})")


def met_if(kept: bool) -> Mark:
    return Mark.MET if kept else Mark.UNMET


def near(others: Iterable[str]) -> str:
    """How the known names are offered where one is not among them."""
    names = sorted({one_line(other, 60) for other in others})
    return f"known: {', '.join(names[:6])}" if names else "none is known"


def labels_text(labels: Mapping[str, str], leave_out: frozenset[str] = frozenset({"__name__"})) -> str:
    """ "severity=critical, job=api": a label set in a sentence."""
    text = ", ".join(f"{name}={value}" for name, value in sorted(labels.items()) if name not in leave_out)
    return one_line(text, 80)
