"""Issues found by label without walking ten thousand of them for every check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from vauntico_tui.evidence.facts import Issue, IssueSet


class IssueIndex:
    """One set of issues by their labels. What was asked for once is kept, for as long as the set stays the same one.
    GitHub's labels know no upper case, so neither does this."""

    def __init__(self, known: IssueSet) -> None:
        self.known = known
        self._asked: dict[tuple[frozenset[str], frozenset[str]], dict[str, tuple[Issue, ...]]] = {}

    @cached_property
    def _groups(self) -> dict[tuple[frozenset[str], str], list[Issue]]:
        folded: dict[tuple[str, ...], frozenset[str]] = {}
        groups: defaultdict[tuple[frozenset[str], str], list[Issue]] = defaultdict(list)
        for issue in self.known.issues.values():
            labels = folded.get(issue.labels)
            if labels is None:
                labels = folded[issue.labels] = _fold(issue.labels)
            groups[labels, issue.state].append(issue)
        return groups

    @cached_property
    def labels(self) -> dict[str, str]:
        """Every label that an issue carries, open or closed: as it is written, by its small letters."""
        written = {label for labels in {issue.labels for issue in self.known.issues.values()} for label in labels}
        return {label.casefold(): label for label in sorted(written)}

    def chosen(self, all_of: Iterable[str], any_of: Iterable[str] = ()) -> dict[str, tuple[Issue, ...]]:
        """The issues that have all of these labels and, if any are given, one of those; by state."""
        wanted = _fold(all_of), _fold(any_of)
        found = self._asked.get(wanted)
        if found is None:
            by_state: defaultdict[str, list[Issue]] = defaultdict(list)
            for (labels, state), group in self._groups.items():
                if wanted[0] <= labels and (not wanted[1] or wanted[1] & labels):
                    by_state[state] += group
            found = self._asked[wanted] = {state: tuple(ones) for state, ones in by_state.items()}
        return found


def _fold(labels: Iterable[str]) -> frozenset[str]:
    return frozenset(label.casefold() for label in labels)
