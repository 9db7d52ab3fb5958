"""Issues by label and state: counts and shares."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from urllib.parse import quote_plus

from vauntico_tui.base.problems import did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import Issue
from vauntico_tui.evidence.figures import count, listed, percent
from vauntico_tui.evidence.ground import Ground, known, met_if, resting_on, unknown, unread
from vauntico_tui.evidence.issue_index import IssueIndex
from vauntico_tui.evidence.verdict import Mark, Verdict

_PARTIAL = "not all issues have been read yet"


@dataclass(frozen=True, slots=True)
class _Counted:
    """The issues that a check is about: `chosen` in its state, of `total` in any."""

    check: specs.Issues
    chosen: tuple[Issue, ...]
    total: int
    complete: bool
    link: str | None
    nobodys: str = ""  # a label that no issue carries, in a sentence: then none left is no proof

    def verdict(self, mark: Mark, reason: str, bound: int) -> Verdict:
        number = len(self.chosen)
        of = f"of {count(self.total, 'issue')}"
        return Verdict(mark, reason, f"{number:,}", f"{bound:,}", self.link, value=float(number), of=of)


def issues(check: specs.Issues, ground: Ground) -> Verdict:
    reading = ground.readings.issues
    if not known(reading) or reading.value is None:
        return unread(reading, "the issues", "set repository under [github] in the configuration")
    index = ground.issues or IssueIndex(reading.value)
    by_state = index.chosen(check.labels, check.any_labels)
    total = sum(map(len, by_state.values()))
    chosen = tuple(chain.from_iterable(by_state.values())) if check.state == "all" else by_state.get(check.state, ())
    nobodys = "" if total else _nobodys(check, index)
    counted = _Counted(check, chosen, total, reading.value.complete, ground.link(_page(check)), nobodys)
    return resting_on(_judge(counted), reading)


def _judge(counted: _Counted) -> Verdict:
    limits = [limit for limit in (_at_most(counted), _at_least(counted), _share(counted)) if limit is not None]
    if not limits:
        return unknown("the check names no at_most, at_least or share_at_least; add one to the plan")
    for mark in (Mark.UNMET, Mark.UNKNOWN):
        for verdict in limits:
            if verdict.mark is mark:
                return verdict
    return limits[0]


def _at_most(counted: _Counted) -> Verdict | None:
    most = counted.check.at_most
    if most is None:
        return None
    number = len(counted.chosen)
    these = _these(counted.check, number)
    if number > most:
        oldest = min(counted.chosen, key=lambda issue: (issue.created_at, issue.number))
        limit = "none may be left" if most == 0 else f"at most {most:,} may be left"
        return counted.verdict(
            Mark.UNMET, f"{these}; {limit}, the oldest is #{oldest.number} {one_line(oldest.title, 80)}", most
        )
    if counted.complete:
        return counted.verdict(Mark.UNKNOWN if counted.nobodys else Mark.MET, counted.nobodys or these, most)
    return counted.verdict(Mark.UNKNOWN, f"{these} so far, but {_PARTIAL}", most)


def _nobodys(check: specs.Issues, index: IssueIndex) -> str:
    """Which label of the check no issue carries, open or closed: misspelt, or another repository's."""
    missing = [label for label in check.labels if label.casefold() not in index.labels]
    if check.any_labels and not any(label.casefold() in index.labels for label in check.any_labels):
        missing += check.any_labels
    if not missing:
        return ""
    hint = did_you_mean(missing[0], index.labels.values())
    step = one_line(hint, 120) if hint else "correct the plan, or give it to the issues that it is for"
    return f"no issue, open or closed, carries the label {listed([one_line(it, 40) for it in missing], 3)}; {step}"


def _at_least(counted: _Counted) -> Verdict | None:
    least = counted.check.at_least
    if least is None:
        return None
    these = _these(counted.check, len(counted.chosen))
    if len(counted.chosen) >= least:
        return counted.verdict(Mark.MET, these, least)
    if counted.complete:
        return counted.verdict(Mark.UNMET, f"{these}; at least {least:,} are wanted", least)
    return counted.verdict(Mark.UNKNOWN, f"{these} so far, but {_PARTIAL}", least)


def _share(counted: _Counted) -> Verdict | None:
    check, number, total = counted.check, len(counted.chosen), counted.total
    least = check.share_at_least
    if least is None:
        return None
    bound = f"{least:g} %"
    if total == 0:
        said = "no issue" + (f" labelled {_labels(check)}" if _labels(check) else "")
        why = "is known" if counted.complete else f"has been read so far, and {_PARTIAL}"
        return unknown(f"{said} {why}; there is nothing to take a share of", bound=bound, link=counted.link)
    reason = f"{number:,} of {_these(check, total, state='all')} {'is' if number == 1 else 'are'} {check.state}"
    mark = met_if(100 * number >= least * total)
    if not counted.complete and not (least == 100 and mark is Mark.UNMET):
        mark, reason = Mark.UNKNOWN, f"{reason} so far, but {_PARTIAL}"
    of = f"of {count(total, 'issue')}"
    return Verdict(mark, reason, percent(number, total), bound, counted.link, value=100 * number / total, of=of)


def _these(check: specs.Issues, number: int, state: str | None = None) -> str:
    """ "18 open issues labelled severity: critical"."""
    word = "" if (state or check.state) == "all" else f"{state or check.state} "
    labels = _labels(check)
    return f"{f'{number:,}' if number else 'no'} {word}issue{'' if number == 1 else 's'}" + (
        f" labelled {labels}" if labels else ""
    )


def _labels(check: specs.Issues) -> str:
    both = [one_line(label, 40) for label in check.labels]
    any_of = f"one of {listed(check.any_labels, 3)}" if len(check.any_labels) > 1 else listed(check.any_labels)
    return " and ".join(filter(None, [listed(both), any_of]))


def _page(check: specs.Issues) -> str:
    """The issue list with the query that selects these."""
    words = ["is:issue"] + ([] if check.state == "all" else [f"is:{check.state}"])
    words += [f'label:"{one_line(label, 60)}"' for label in check.labels]
    if check.any_labels:
        words.append("label:" + ",".join(f'"{one_line(label, 60)}"' for label in check.any_labels))
    return f"issues?q={quote_plus(' '.join(words))}"
