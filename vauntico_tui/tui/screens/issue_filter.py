"""Which issues a filter keeps, and in which order they stand. Pure, and quick at ten thousand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vauntico_tui.evidence.facts import Issue
from vauntico_tui.view.model import View

SEVERITIES = ("critical", "high", "medium", "low")
_RANK = {name: rank for rank, name in enumerate(SEVERITIES)}
_LAST = len(SEVERITIES)
_IN_LABEL = re.compile(r"(?:^|[^a-z0-9])(critical|high|medium|low|p[0-3])(?:$|[^a-z0-9])")
_P = {f"p{rank}": name for rank, name in enumerate(SEVERITIES)}
_BEGUN = {"label:", "is:", "state:", "sev:", "severity:", "by:", "assignee:"}
"""Words that are still being typed; they keep everything."""
_WORD = re.compile(r'(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Entry:
    """An issue with what the filter looks in; text is case-folded."""

    issue: Issue
    severity: str  # "" where none is known
    words: str
    labels: tuple[str, ...]
    people: tuple[str, ...]


def severities(view: View) -> dict[int, str]:
    """The severity that the plan gives each escalated issue, by number."""
    return {
        int(row.id[6:]): level.severity
        for level in view.escalations.levels
        for row in level.rows
        if row.id.startswith("issue:") and row.id[6:].isdecimal()
    }


def severity_in(labels: Iterable[str]) -> str:
    """The severity that labels name: "severity: high", "P1"; the first label that names one decides."""
    for label in labels:
        if found := _IN_LABEL.search(label.casefold()):
            return _P.get(found[1], found[1])
    return ""


def entry(issue: Issue, severity: str | None = None) -> Entry:
    """An issue made ready to be looked through."""
    labels = tuple(label.casefold() for label in issue.labels)
    people = tuple(name.casefold() for name in issue.assignees)
    words = " ".join((f"#{issue.number}", issue.title.casefold(), *labels, *people))
    return Entry(issue, severity if severity is not None else severity_in(issue.labels), words, labels, people)


def entries(issues: Sequence[Issue], known: Mapping[int, str], before: Mapping[int, Entry]) -> dict[int, Entry]:
    """All issues made ready; what did not change is taken from `before`."""
    out: dict[int, Entry] = {}
    for issue in issues:
        old = before.get(issue.number)
        severity = known.get(issue.number)
        if old is None or old.issue is not issue or (severity is not None and severity != old.severity):
            old = entry(issue, severity)
        out[issue.number] = old
    return out


Keep = Callable[[Entry], bool]


def parse(text: str) -> list[Keep]:
    """A filter's words; an issue must pass them all. `label:x`, `is:open`, `is:closed`, `sev:critical`, `by:name`
    ask one thing; any other word is looked for in number, title, labels and assignees; "a b" in quotes is one word."""
    keeps: list[Keep] = []
    for key, quoted, bare in _WORD.findall(text.casefold()):
        word = quoted or bare
        if not word or word in _BEGUN:
            continue
        match key:
            case "label":
                keeps.append(lambda one, word=word: any(word in label for label in one.labels))  # type: ignore[misc]
            case "is" | "state":
                keeps.append(lambda one, word=word: one.issue.state.startswith(word))  # type: ignore[misc]
            case "sev" | "severity":
                keeps.append(lambda one, word=word: one.severity.startswith(word))  # type: ignore[misc]
            case "by" | "assignee":
                keeps.append(lambda one, word=word: any(word in name for name in one.people))  # type: ignore[misc]
            case _:
                whole = f"{key}:{word}" if key else word
                keeps.append(lambda one, word=whole: word in one.words)  # type: ignore[misc]
    return keeps


def chosen(every: Iterable[Entry], text: str) -> list[Entry]:
    """The entries that a filter keeps, in their order."""
    kept = list(every)
    for keep in parse(text):
        kept = [one for one in kept if keep(one)]
    return kept


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort: its column's word, and whether the first in it is the largest."""

    word: str
    key: Callable[[Entry], object]
    down: bool = False


ORDERS: tuple[Order, ...] = (
    Order("severity", lambda one: (one.issue.state != "open", _RANK.get(one.severity, _LAST), one.issue.number)),
    Order("number", lambda one: one.issue.number, down=True),
    Order("updated", lambda one: one.issue.updated_at, down=True),
    Order("age", lambda one: one.issue.created_at),
    Order("title", lambda one: (one.issue.title.casefold(), one.issue.number)),
    Order("assignee", lambda one: (not one.people, one.people, one.issue.number)),
)
"""In the order in which `s` goes through them. By severity: open ones first, the most severe on top."""


def ordered(every: Iterable[Entry], order: Order) -> list[Entry]:
    """The entries sorted; equal ones keep their order."""
    return sorted(every, key=order.key, reverse=order.down)  # type: ignore[arg-type]
