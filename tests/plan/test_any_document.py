"""No input makes the importer crash or hang, and what it makes loads again."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.plan.test_importer import ROADMAP
from vauntico_tui.plan.contradictions import MOST
from vauntico_tui.plan.importer import import_markdown
from vauntico_tui.plan.load import parse_plan
from vauntico_tui.plan.write import dump_plan

PIECES = tuple(line for line in ROADMAP.split("\n") if line.strip())


def round_trip(document: str) -> None:
    plan = import_markdown(document).plan
    assert parse_plan(dump_plan(plan), "plan.toml") == plan


@given(st.text(max_size=300))
@example("\x00\x1b[31m\u202e\ufeff\ud800")
@example("# \n## \n- \n1. \n> \n```")
@example("# Week 999: x\n- y\n# Week 0\n# Week 99999999999999999999\n# Level 1 (99999 months): z")
def test_any_text(text: str) -> None:
    round_trip(text)


@given(
    st.lists(st.sampled_from(PIECES) | st.sampled_from(["", "---", "  - Mitigation: x", "> q"]), max_size=60), st.data()
)
def test_a_roadmap_in_pieces(lines: list[str], data: st.DataObject) -> None:
    round_trip(data.draw(st.sampled_from(["\n", "\n\n", "\r\n"])).join(lines))


SIZE = 500_000
TRAPS = {
    "one line": "a" * SIZE,
    "one line of words": "time " * (SIZE // 5),
    "a heading of one word": "# " + "time " * (SIZE // 5),
    "a title in brackets": "# " + "(" * SIZE,
    "open emphasis": "- " + "**a " * (SIZE // 4),
    "open links": "[" * SIZE,
    "backslashes": "\\" * SIZE,
    "entities": "&amp" * (SIZE // 4),
    "ticks": "`" * SIZE,
    "stars": "*" * SIZE,
    "hashes": "#" * SIZE,
    "deep quote": ">" * SIZE,
    "ever deeper quotes": "\n".join(">" * depth for depth in range(900)),
    "deep list": "\n".join("  " * depth + "- a" for depth in range(700)),
    "open fences": "```\n" + "# a\n\n" * 20_000,
    "fences in quotes": "> ```\n# a\n\n" * 20_000,
    "lazy lines": "> a\n" + "b\n" * 100_000,
    "blank lines": "\n" * SIZE,
    "spaces": " " * SIZE,
    "tabs": "- a" + "\t" * SIZE + "b",
    "dashes": "- " * (SIZE // 2),
    "the same item": "# Week 1 Targets\n" + "- [ ] a\n" * 30_000,
    "the same day": "# Week 1\n" + "## Day 1-900: a\n" * 5_000,
    "the same level": "## Level 1 (1 hour): a\n" * 10_000,
    "days of every length": "# Week 1\n" + "".join(f"## Day {n}-{n + 1}: a{n}\n" for n in range(1, 900)),
    "broken characters": "Ã©" * (SIZE // 4) + "\n" + "é" * 1000,
    "comments": "# Blockers\n## 1. a\n```\n" + "# a/b" * (SIZE // 5) + "\n```\n",
    "paths": "# Blockers\n## 1. a\n```\n# " + "a/" * (SIZE // 2) + "\n```\n",
    "labels": "**a**:" * (SIZE // 6),
    "counts": "1 critical 2 high 3 low " * 80,
    "numbers": "**Executive Summary**: " + "1 " * (SIZE // 2),
    "durations": "**Executive Summary**: " + "1" * SIZE + " hours",
    "tables": "| a | 1 |\n" * 20_000,
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name: str) -> None:
    document = TRAPS[name]
    imported = import_markdown(document)
    assert len(imported.findings) <= MOST + 1
    assert imported.plan.title


def test_five_megabytes_keep_their_structure() -> None:
    times = 5_000_000 // len(ROADMAP.encode()) + 1
    plan = import_markdown(ROADMAP * times).plan
    assert (len(plan.blockers), len(plan.targets), len(plan.deliverables)) == (4 * times, 12 * times, 21 * times)
    assert len({blocker.id for blocker in plan.blockers}) == 4 * times


def test_what_is_past_the_bound_is_kept_and_said() -> None:
    imported = import_markdown("# Plan\n\n- a\n  - b\n" + "- c\n  - d\n" * 30_000)
    assert imported.plan.notes[0].text.endswith("- c\n  - d")
    assert str(imported.findings[-1]) == "has too much structure; from here on it is kept as text, in notes"
