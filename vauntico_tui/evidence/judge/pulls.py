"""Open pull requests against what the template asks for."""

from __future__ import annotations

from functools import lru_cache

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import PULLS_READ, PullRequest
from vauntico_tui.evidence.figures import count, listed, percent
from vauntico_tui.evidence.ground import Ground, known, met_if, resting_on, unread
from vauntico_tui.evidence.template import Description, read_description
from vauntico_tui.evidence.verdict import Mark, Verdict

_read = lru_cache(maxsize=512)(read_description)


def describe(pull: PullRequest) -> Description:
    """What a pull request's description carries; kept, because bodies change seldom."""
    return _read(pull.body)


def pulls_comply(check: specs.PullsComply, ground: Ground) -> Verdict:
    reading = ground.readings.pulls
    if not known(reading) or reading.value is None:
        return unread(reading, "the pull requests", "set repository under [github] in the configuration")
    complete = len(reading.value) < PULLS_READ
    counted = [
        pull
        for pull in sorted(reading.value, key=lambda pull: pull.number)
        if (check.drafts or not pull.draft) and check.base in {None, pull.base}
    ]
    return resting_on(_judge(check, ground, counted, complete), reading)


def _judge(check: specs.PullsComply, ground: Ground, counted: list[PullRequest], complete: bool) -> Verdict:
    bound = f"{check.at_least:g} %"
    link = ground.link("pulls")
    total = len(counted)
    if total == 0:
        if complete:
            reason = "no pull request is open, so none breaks the template's rules"
            return Verdict(Mark.MET, reason, "none open", bound, link, value=100.0, of="of 0 pull requests")
        return Verdict(Mark.UNKNOWN, "none of the pull requests read counts, and not all were read", "", bound, link)
    lacking = [(pull, lacks) for pull in counted if (lacks := describe(pull).lacks(check.rules))]
    good = total - len(lacking)
    kept = 100 * good >= check.at_least * total
    if lacking:
        offenders = [f"#{pull.number} lacks {listed(lacks)}" for pull, lacks in lacking]
        shown = "; ".join(offenders[:3]) + (f"; and {len(offenders) - 3} more" if len(offenders) > 3 else "")
        reason = f"{good} of {count(total, 'open pull request')} comply: {shown}"
        link = lacking[0][0].url or link
    else:
        reason = f"all {count(total, 'open pull request')} comply" if total > 1 else \
            f"the one open pull request complies: {one_line(counted[0].title, 60)}"  # fmt: skip
    mark = met_if(kept)
    if kept and not complete:
        mark, reason = Mark.UNKNOWN, f"{reason}; more are open than the {PULLS_READ} that were read"
    return Verdict(mark, reason, percent(good, total), bound, link, value=100 * good / total,
                   of=f"of {count(total, 'open pull request')}")  # fmt: skip
