"""Loading a plan tells every problem at once, each with its line and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.base.problems import InputError
from vauntico_tui.plan.bundled import bundled_plan, bundled_text
from vauntico_tui.plan.load import load_plan, parse_plan

BAD = """\
format = 9
titel = "x"
title = "x"
started_at = 2025-01-01T00:00:00
[[weeks]]
id = "w1"
title = "a"
first = 3
last = 2
[[weeks]]
id = "w1"
title = "b"
first = 1
last = 1
hours = nan
[[roles]]
id = "lead-dev"
title = "Lead"
[[targets]]
id = "a"
title = "80%+ test coverage"
week = "w2"
owner = "Lead Dev"
chek = 3
check = { check = "workflow_sucess" }
[[targets]]
id = "B c"
title = "B"
week = "w1"
[targets.check]
check = "any"
of = [
  { check = "file_matches", path = "x", regex = "(a" },
  { check = "file_matches", path = "x", contains = ["a"] },
  { check = "issues", at_mots = 3, at_least = "3" },
  { check = "signed_by", role = "execitive" },
  { check = "review_held", review = "x", every = "1 parsec" },
  { check = "no_alert", matching = { severity = "*" } },
  { check = "merged" },
  { check = "promql", query = "up", op = "=>", bound = 1 },
  { at_most = 3 },
  3,
]
[[deliverables]]
id = "a"
title = "x"
week = "w1"
section = "nope"
[[levels]]
level = 1
window = "1 h"
issue_class = "x"
severity = "critcal"
[[kpis]]
id = "k"
title = "K"
"""

TOLD = """\
p.toml:1: format is 9, this program reads up to 1 (update vauntico-tui)
p.toml:2: unknown key "titel" (did you mean "title"?)
p.toml:4: started_at has no time zone (add Z or an offset: 2025-01-31T09:00:00Z)
p.toml:9: weeks[0] ("a"): last is 2, before first = 3 (turn them round)
p.toml:11: weeks[1] ("b"): id "w1" stands twice, first in line 6
p.toml:15: weeks[1] ("b"): hours must be a finite number, not nan
p.toml:22: targets[0] ("80%+ test coverage"): there is no week "w2" (the weeks are w1)
p.toml:23: targets[0] ("80%+ test coverage"): owner: there is no role "Lead Dev" (did you mean "lead-dev"?)
p.toml:24: targets[0] ("80%+ test coverage"): unknown key "chek" (did you mean "check"?)
p.toml:25: targets[0] ("80%+ test coverage"), check: unknown check "workflow_sucess" (did you mean "workflow_success"?)
p.toml:27: targets[1] ("B"): id is the text "B c" (an id has small letters, digits and dashes: test-coverage)
p.toml:33: targets[1] ("B"), check "any", of[0] "file_matches": regex is no regular expression: missing ), unterminated subpattern at character 1
p.toml:34: targets[1] ("B"), check "any", of[1] "file_matches": asks for nothing (give it text, regex or at)
p.toml:34: targets[1] ("B"), check "any", of[1] "file_matches": contains needs at, the path to look at (at = "scrape_configs[*].job_name")
p.toml:35: targets[1] ("B"), check "any", of[2] "issues": at_least must be a whole number, not the text "3"
p.toml:35: targets[1] ("B"), check "any", of[2] "issues": unknown key "at_mots" (did you mean "at_most"?)
p.toml:36: targets[1] ("B"), check "any", of[3] "signed_by": there is no role "execitive" (did you mean "executive"?)
p.toml:37: targets[1] ("B"), check "any", of[4] "review_held": every: '1 parsec' is not a duration; write it like "15 min", "24 h" or "1 week"
p.toml:37: targets[1] ("B"), check "any", of[4] "review_held": there is no review "x" (add it to [[reviews]])
p.toml:38: targets[1] ("B"), check "any", of[5] "no_alert", matching: severity is no regular expression: nothing to repeat at character 1
p.toml:39: targets[1] ("B"), check "any", of[6] "merged": asks for nothing (give it branch or pull)
p.toml:40: targets[1] ("B"), check "any", of[7] "promql": op is the text "=>" (one of: >=, <=, >, <, ==, !=)
p.toml:41: targets[1] ("B"), check "any", of[8]: missing key "check", which says what kind it is (write check = "issues" or another kind)
p.toml:42: targets[1] ("B"), check "any", of[9]: must be a table, not the number 3
p.toml:48: deliverables[0] ("x"): there is no section "nope" (add it to [[sections]])
p.toml:53: levels[0]: there is no severity "critcal" (did you mean "critical"?)
p.toml:54: kpis[0] ("K"): missing key "query"
"""  # noqa: E501


def told(text: str) -> list[str]:
    with pytest.raises(InputError) as error:
        parse_plan(text, "p.toml")
    return [str(problem) for problem in error.value.problems]


def test_every_problem_at_once_in_the_order_of_the_file() -> None:
    lines = told(BAD)
    assert sorted(lines) == sorted(TOLD.splitlines())
    numbers = [int(line.split(":")[1]) for line in lines]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "p.toml:1: is not valid TOML: invalid value"),
        (
            'title = "x"\n\n[a\n',
            "p.toml:3: is not valid TOML: expected ']' at the end of a table declaration (column 3)",
        ),
        ('title = "x"\ntitle = "y"\n', "p.toml:2: is not valid TOML: this key stands twice"),
        ("[summary]\n[summary]\n", 'p.toml:2: is not valid TOML: the table "summary" stands twice'),
        ("title = " + "[" * 5000, "p.toml: lists or tables are nested too deeply"),
        ("x = 1" + "0" * 5000, "p.toml: holds a number that is too long"),
        ("a." * 200 + "b = 1", "p.toml:1: a key has too many parts (at most 99 dots)"),
        ("", 'p.toml:1: missing key "title"'),
    ],
)
def test_what_is_no_plan_at_all(text: str, message: str) -> None:
    assert told(text)[0].startswith(message)


def test_files_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'title = "x"\nteam = "caf\xe9"\n')
    (tmp_path / "bom.toml").write_bytes(b'\xef\xbb\xbftitle = "x"\r\n')
    for path, message in (
        (tmp_path / "none.toml", "there is no such file (check the path)"),
        (tmp_path, "this is a directory (name a file in it)"),
        (tmp_path / "latin.toml", "is not UTF-8 text: byte 0xe9 in this line (save it as UTF-8)"),
        (Path("a\0b"), "can't be read: embedded null byte"),
    ):
        with pytest.raises(InputError) as error:
            load_plan(path)
        assert message in str(error.value)
    with pytest.raises(InputError, match=r"latin\.toml:2: "):
        load_plan(tmp_path / "latin.toml")
    assert load_plan(tmp_path / "bom.toml").title == "x"


LINES = tuple(bundled_text().split("\n"))


@given(st.data())
def test_a_broken_plan_is_a_plan_or_problems_with_lines(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        with_what = data.draw(
            st.sampled_from(["", "x = 1", "[[targets]]", "check = 3", 'owner = "Lead"']) | st.text(max_size=8)
        )
        lines[at] = data.draw(
            st.sampled_from([with_what, lines[at] + with_what, lines[at][:-3], lines[at].replace('"', "")])
        )
    try:
        parse_plan("\n".join(lines), "p.toml")
    except InputError as error:
        assert all(problem.file == "p.toml" and problem.message for problem in error.problems)
        assert all(problem.line is None or 1 <= problem.line <= len(lines) for problem in error.problems)


@given(st.text(max_size=200))
def test_any_text_is_a_plan_or_problems(text: str) -> None:
    try:
        parse_plan(text, "p.toml")
    except InputError as error:
        assert error.problems


def test_the_bundled_plan_is_the_same_object_each_time() -> None:
    assert bundled_plan() is bundled_plan()
