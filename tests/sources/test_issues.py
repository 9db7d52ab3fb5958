"""Sweeps and deltas: every issue is known once, and absence is proof only after a whole sweep."""

from __future__ import annotations

import json
import tracemalloc
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.sources.servers import Server
from tests.sources.tiny_github import START, TinyGitHub, issue_node, make_issue
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import GitHub
from vauntico_tui.evidence.facts import Issue, Readings
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.sources.github import parse, shapes
from vauntico_tui.sources.github.ask import place_of
from vauntico_tui.sources.github.book import LONG_DELTA, IssueBook, Sweep
from vauntico_tui.sources.github.parse import IssuesPage, Repository
from vauntico_tui.sources.github.reader import GitHubReader
from vauntico_tui.sources.parts import Board

REPOSITORY = Repository("o/r", "main", "")


def issue(number: int, updated: int = 0, state: str = "open") -> Issue:
    at = START + timedelta(minutes=number)
    return Issue(number, f"Issue {number}", state, (), (), at, at + timedelta(minutes=updated), "")


def ask(sweep: Sweep, issues: list[Issue], size: int) -> None:
    """Answer the sweep's next page as GitHub would."""
    told = sweep.variables()
    newest, oldest = int(told["newest"] or 0), int(told["oldest"] or 0)
    page = [*issues[::-1][newest : newest + size], *(issues[oldest : oldest + size] if told["both"] else [])]
    newest, oldest = newest + size, oldest + size if told["both"] else 0
    ended = newest >= len(issues) or bool(told["both"] and oldest >= len(issues))
    touched = max((one.updated_at for one in issues), default=None) if told["first"] else None
    sweep.take(
        IssuesPage(REPOSITORY, tuple(page), len(issues), ended, str(newest), str(oldest) if oldest else None, touched)
    )


@given(count=st.integers(0, 60), size=st.integers(1, 12))
def test_a_sweep_finds_every_issue_in_half_the_pages(count: int, size: int) -> None:
    issues = [issue(number) for number in range(1, count + 1)]
    sweep, pages = Sweep(), 0
    while not sweep.done:
        ask(sweep, issues, size)
        pages += 1
    assert sweep.found == {one.number: one for one in issues}
    assert pages <= 1 + -(-max(0, count - size) // (2 * size)) + 1


@given(
    first=st.sets(st.integers(1, 30)),
    gone=st.sets(st.integers(1, 30)),
    changed=st.dictionaries(st.integers(1, 40), st.integers(1, 99), max_size=10),
)
def test_deltas_add_and_only_a_sweep_takes_away(first: set[int], gone: set[int], changed: dict[int, int]) -> None:
    book = IssueBook()
    book.sweep = Sweep()
    while not book.sweep.done:
        ask(book.sweep, [issue(number) for number in sorted(first)], 7)
        book.progress()
        assert not book.value.complete
    book.finish(START)
    assert book.value.complete and set(book.value.issues) == first
    shown = book.value
    assert book.value is shown, "no new picture while nothing changes"
    book.merge(issue(number, updated, "closed") for number, updated in changed.items())
    assert set(book.value.issues) == first | changed.keys()
    assert set(shown.issues) == first, "a picture once handed out does not change"
    book.sweep = Sweep()
    left = sorted((first | changed.keys()) - gone)
    while not book.sweep.done:
        ask(book.sweep, [issue(number, changed.get(number, 0)) for number in left], 7)
        book.progress()
        assert book.value.complete and gone & (first | changed.keys()) <= book.value.issues.keys()
    book.finish(START)
    assert sorted(book.value.issues) == left


def test_an_older_answer_does_not_undo_a_newer_one() -> None:
    book = IssueBook()
    book.merge([issue(1, 9, "closed")])
    book.merge([issue(1, 3, "open")])
    assert book.value.issues[1].state == "closed"


def test_since_stays_until_the_delta_is_long() -> None:
    book = IssueBook()
    book.since = START
    few = [issue(number) for number in range(1, 5)]
    before = book.query()
    book.move_since(few, len(few))
    assert book.query() == before, "the same URL, and so the same ETag"
    book.move_since(few, LONG_DELTA + 1)
    assert book.since == few[-1].updated_at


async def test_ten_thousand_issues_are_few_requests_and_then_only_changes(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0ken")
    github = TinyGitHub()
    github.issues = {number: make_issue(number, labels=("critical", "test-failures")) for number in range(1, 10_001)}
    board = Board(Readings(), lambda: None)
    with Server(github) as server:
        config = GitHub(repository="o/r", url=f"{server.url}/api/v3", token_file=tmp_path / "token")
        reader = GitHubReader(config, Needs(), FixedClock(START + timedelta(days=30)), board)
        await reader.refresh()
        assert board.readings.issues.value is not None and board.readings.issues.value.complete
        assert set(board.readings.issues.value.issues) == set(range(1, 10_001))
        assert len(server.asked) <= 101
        cold = len(server.asked)
        github.issues[5]["updated"] += timedelta(days=20)
        github.issues[5]["state"] = "closed"
        await reader.refresh()
        assert board.readings.issues.value.issues[5].state == "closed"
        assert len(server.asked) - cold <= 8
        reader.close()


def test_ten_thousand_issues_are_little_memory() -> None:
    nodes = [issue_node(make_issue(number, labels=("critical", "test-failures"))) for number in range(1, 10_001)]
    texts = [json.dumps({"nodes": nodes[at : at + 100]}) for at in range(0, len(nodes), 100)]
    del nodes
    book, place = IssueBook(), place_of(GitHub())
    tracemalloc.start()
    for text in texts:
        page = parse.read(text, shapes.Nodes[shapes.IssueNode], place, "issues")
        book.merge(parse.issue(one) for one in page.all())
    del page
    kept = book.value
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(kept.issues) == 10_000
    assert held < 8 << 20


async def test_many_issues_keep_nothing_else_waiting(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0ken")
    github = TinyGitHub()
    github.issues = {number: make_issue(number) for number in range(1, 1001)}
    with Server(github) as server:
        board = Board(Readings(), lambda: None)
        config = GitHub(repository="o/r", url=f"{server.url}/api/v3", token_file=tmp_path / "token")
        reader = GitHubReader(config, Needs(), FixedClock(START + timedelta(days=30)), board)
        await reader.refresh()
        reader.close()
    asked = [
        "Issues" if asked.method == "POST" and "query Issues" in asked.json()["query"] else "" for asked in server.asked
    ]
    assert asked[0] == "Issues" and asked[1] == "", "a first page, then the other panes, then the rest"
    assert board.readings.issues.value is not None and board.readings.issues.value.complete
    assert len(board.readings.issues.value.issues) == 1000
