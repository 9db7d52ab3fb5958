"""Which issues a filter keeps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.sample_view import big_view, sample_view
from vauntico_tui.evidence.facts import Issue
from vauntico_tui.tui.screens.issue_filter import ORDERS, chosen, entries, entry, ordered, severities, severity_in

AT = datetime(2026, 3, 1, tzinfo=UTC)


def issue(
    number: int, title: str, state: str = "open", labels: tuple[str, ...] = (), who: tuple[str, ...] = ()
) -> Issue:
    return Issue(number, title, state, labels, who, AT, AT, f"https://x.example/{number}")


EVERY = [
    entry(one)
    for one in (
        issue(1, "Stripe secrets missing", labels=("severity: critical", "configuration"), who=("Ann",)),
        issue(2, "No MRR calculation", "closed", ("high", "kpi"), ("bob",)),
        issue(12, "ECONNREFUSED on stripe mock", labels=("P1", "good first issue")),
        issue(30, "Docs", labels=("highlight",)),
    )
]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1, 2, 12, 30]),
        ("stripe", [1, 12]),
        ("STRIPE secrets", [1]),
        ("#1", [1, 12]),
        ("is:open", [1, 12, 30]),
        ("is:closed", [2]),
        ("sev:critical", [1]),
        ("sev:high", [2, 12]),
        ("label:kpi", [2]),
        ('label:"good first"', [12]),
        ("label:good", [12]),
        ("by:ann", [1]),
        ("is:open sev:high stripe", [12]),
        ('"on stripe"', [12]),
        ("nowhere", []),
        ("is:open is:closed", []),
        ("foo:bar", []),
        ("label:", [1, 2, 12, 30]),
        ("[@click=app.quit]", []),
    ],
)
def test_filter(text: str, numbers: list[int]) -> None:
    assert [one.issue.number for one in chosen(EVERY, text)] == numbers


@given(st.text(max_size=40))
def test_any_text_filters(text: str) -> None:
    kept = chosen(EVERY, text)
    assert [one for one in EVERY if one in kept] == kept


@pytest.mark.parametrize(
    ("labels", "severity"),
    [
        (("severity: critical",), "critical"), (("P0",), "critical"), (("priority/p2",), "medium"), (("High",), "high"),
        (("highlight", "flow"), ""), ((), ""), (("bug", "low"), "low"), (("low", "critical"), "low"),
    ],
)  # fmt: skip
def test_severity_by_label(labels: tuple[str, ...], severity: str) -> None:
    assert severity_in(labels) == severity


def test_the_plan_knows_an_issues_severity_better_than_its_labels() -> None:
    view = sample_view()
    known = severities(view)
    assert known[14] == "critical"
    plain = issue(14, "no label at all")
    assert entries((plain,), known, {})[14].severity == "critical"


def test_entries_of_unchanged_issues_are_kept() -> None:
    view = big_view(500)
    first = entries(view.all_issues, {}, {})
    again = entries((*view.all_issues[:-1], issue(500, "changed")), {}, first)
    assert sum(again[number] is first[number] for number in first) == 499


def test_by_severity_open_ones_come_first_the_worst_on_top() -> None:
    assert [one.issue.number for one in ordered(EVERY, ORDERS[0])] == [1, 12, 30, 2]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.word)
def test_every_order_keeps_every_issue(order: object) -> None:
    every = list(entries(big_view(300).all_issues, {}, {}).values())
    kept = ordered(every, order)  # type: ignore[arg-type]
    assert sorted(one.issue.number for one in kept) == [one.issue.number for one in every]
