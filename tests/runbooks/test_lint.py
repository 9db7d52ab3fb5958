"""Everything that can be said of a runbook without asking anybody, each with its line."""

from __future__ import annotations

import tomllib
from random import Random
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.tomlfile import read_document
from vauntico_tui.runbooks.lint import Known, Linted, lint
from vauntico_tui.runbooks.load import bundled_texts, parse_runbooks

KNOWN = Known({"approval": frozenset({"hotfix-approval"}), "blocker": frozenset({"jest"})}, frozenset({"lead"}),
              frozenset({"daily"}))  # fmt: skip

HEAD = """\
[[runbooks]]
id = "mine"
title = "Mine"
bound = ["issue:*"]
"""


def look(text: str) -> Linted:
    return lint(read_document(text, "my.toml"), KNOWN)


def said(text: str) -> str:
    return "\n".join(str(one) for one in look(text).problems)


def steps(text: str) -> str:
    return said(HEAD + text)


def warned(text: str) -> str:
    return "\n".join(str(one) for one in look(HEAD + text).warnings)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ('do = "comment"\ntext = "%{nme}"', "there is no parameter %{nme}"),
        ('do = "comment"\ntext = "%{target.titel}"', 'there is no %{target.titel} (did you mean "target.title"?)'),
        ('do = "comment"\ntext = "%{target}"', "there is no parameter"),
        ('do = "comment"\ntext = "%{not closed"', "is no placeholder"),
        ('do = "comment"\ntext = "%{target.labels.job}"', "a issue has no labels"),
        ('do = "branch"\nname = "a b"', "git forbids a space"),
        ('do = "branch"\nname = "-x"', "is no name for a branch"),
        ('do = "branch"\nname = "a/%{target.number}.lock"', 'git forbids "x.lock"'),
        ('do = "branch"\nname = "a"\n[[runbooks.steps]]\ndo = "branch"\nname = "a"', "makes the branch \"a\" already"),
        ('do = "secrets"\nnames = ["A-B"]', "letters, digits and _ only"),
        ('do = "secrets"\nnames = ["GITHUB_X"]', "GitHub keeps GITHUB_"),
        ('do = "secrets"\nnames = ["A", "a"]', '"a" stands twice'),
        ('do = "command"\nrun = ["echo %{target.title}"]\nshell = true', "stands in a shell's script"),
        ('do = "command"\nrun = ["%{target.title}"]', "names the program to run"),
        ('do = "command"\nrun = ["bash", "-c", "echo %{target.title}"]', "stands in a shell's script"),
        ('do = "command"\nrun = ["/bin/sh", "-e", "-c", "%{target.title}"]', "stands in a shell's script"),
        ('do = "command"\nrun = ["git push"]', "is run without a shell"),
        ('do = "command"\nrun = ["a"]\nundo = ["sh", "-c", "%{target.id}"]', "stands in a shell's script"),
        ('do = "command"\nrun = ["a"]\nenv = ["A=b"]', "is no name of a variable"),
        ('do = "http"\nurl = "https://x"\nheaders = { Authorization = "Bearer abc" }', "holds a secret in the file"),
        ('do = "http"\nurl = "https://me:pass@x/"', "holds a name or password"),
        ('do = "run_workflow"\nworkflow = "x"\ntimes = 3', "need wait"),
        ('do = "label"', "changes no label"),
        ('do = "assign"\nto = []', "to is empty"),
        ('do = "approval"\napproval = "hotfx-approval"', 'did you mean "hotfix-approval"'),
        ('do = "wait"\nuntil = { check = "review_held", review = "weekly", every = "1 week" }', 'no review "weekly"'),
        ('do = "wait"\nuntil = { check = "signed_by", role = "led" }', 'no role "led" (did you mean "lead"?)'),
        ('do = "wait"\nuntil = { check = "any", of = [{ check = "file_matches", path = "a", regex = "(" }] }',
         "no regular expression"),
        ('do = "wait"\nuntil = { check = "issues" }', "asks for nothing"),
        ('do = "pull_request"\nbranch = "main"\ninto = "main"\nname = "x"', "can't be merged into itself"),
        ('do = "merge"\nbranch = "a"\n[[runbooks.steps]]\ndo = "pull_request"\nbranch = "a"\nname = "x"',
         "opened only by step 2, after this"),
        ('do = "branch"\nname = "a"\n[[runbooks.steps]]\ndo = "pull_request"\nbranch = "a"\nname = "x"',
         "no earlier step changes this branch"),
    ],
)  # fmt: skip
def test_a_step(step: str, words: str) -> None:
    found = steps(f"[[runbooks.steps]]\n{step}\n")
    assert words in found
    assert all(one.startswith("my.toml:") for one in found.splitlines())


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ('edit = "put", path = "/etc/passwd", text = ""', "paths start at its root"),
        ('edit = "put", path = "a/../../b", text = ""', "leaves the repository"),
        ('edit = "put", path = ".git/hooks/x", text = ""', "is in .git"),
        ('edit = "put", path = "", text = ""', "a path is empty"),
        ('edit = "put", path = ".github/workflows/x.yml", text = "%{target.title}"', "stands in a workflow's file"),
        ('edit = "jest", path = "jest.config.js", options = {}', "nothing to merge"),
        ('edit = "delete", path = "a" }, { edit = "delete", path = "a"', "twice"),
    ],
)
def test_an_edit(edit: str, words: str) -> None:
    text = '[[runbooks.steps]]\ndo = "branch"\nname = "b"\n[[runbooks.steps]]\ndo = "files"\nbranch = "b"\n'
    assert words in steps(f'{text}message = "m"\nedits = [{{ {edit} }}]\n')


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('bound = ["isue:*"]', 'no kind "isue" (did you mean "issue"?)'),
        ('bound = ["issue"]', "is not written kind:id"),
        ('bound = ["blocker:jets"]', 'no blocker "jets" (did you mean "jest"?)'),
        ('bound = ["issue:*"]\nonly_when = "failed"', "bound to neither"),
        ('approvals = ["nope"]', 'no approval "nope" (there are hotfix-approval)'),
        ('params = [{ id = "way", kind = "choice" }]', "a choice needs choices"),
        ('params = [{ id = "way", kind = "choice", choices = ["a"], default = "b" }]', 'there is no choice "b"'),
        ('params = [{ id = "n", kind = "number", default = "x" }]', "is no number"),
        ('params = [{ id = "n", pattern = "(" }]', "pattern is no regular expression"),
        ('params = [{ id = "n" }, { id = "n" }]', 'the parameter "n" stands twice'),
        ('params = [{ id = "api_token" }]', "would hold a secret"),
        ('params = [{ id = "db_password" }]', "would hold a secret"),
        ('verify = { check = "merged" }', "asks for nothing"),
    ],
)
def test_a_runbook(keys: str, words: str) -> None:
    head = "\n".join(line for line in HEAD.splitlines() if not (line.startswith("bound") and "bound" in keys))
    assert words in said(f'{head}\n{keys}\n[[runbooks.steps]]\ndo = "person"\ntext = "x"\n')


def test_a_target_without_being_bound() -> None:
    text = '[[runbooks]]\nid = "a"\ntitle = "A"\n[[runbooks.steps]]\ndo = "comment"\ntext = "%{target.title}"\n'
    assert "bound to nothing" in said(text)
    mixed = text.replace('title = "A"', 'title = "A"\nbound = ["run:*", "issue:*"]').replace("title}", "number}")
    assert "a run has no number" in said(mixed)


def test_a_branch_that_a_later_step_makes_and_one_that_none_makes() -> None:
    files = '[[runbooks.steps]]\ndo = "files"\nbranch = "a"\nmessage = "m"\nedits = [{ edit = "delete", path = "x" }]\n'
    branch = '[[runbooks.steps]]\ndo = "branch"\nname = "a"\n'
    assert "made only by step 2, after this" in steps(files + branch)
    assert steps(branch + files) == ""
    assert steps(files) == ""
    assert "it must be there already" in warned(files)


def test_warnings_stop_nothing() -> None:
    told = warned('params = [{ id = "unused" }]\n[[runbooks.steps]]\ndo = "command"\nrun = ["git", "push"]\n'
                  '[[runbooks.steps]]\ndo = "http"\nurl = "https://x.test/y"\n')  # fmt: skip
    assert 'nothing uses the parameter "unused"' in told
    assert "nothing takes this command back" in told
    assert "nothing takes this request back" in told


def test_all_problems_at_once_with_those_of_types_and_lines() -> None:
    text = (
        "format = 2\n" + HEAD + 'colour = "red"\n\n[[runbooks.steps]]\ndo = "branch"\nname = "a b"\n\n'
        '[[runbooks.steps]]\ndo = "coment"\n\n[[runbooks]]\nid = "mine"\ntitle = "Again"\n'
        'steps = [{ do = "comment", text = "%{x}", isue = "1" }]\n'
    )
    with pytest.raises(InputError) as raised:
        parse_runbooks(text, "my.toml", KNOWN)
    lines = [one.line for one in raised.value.problems]
    assert lines == sorted(lines)
    told = str(raised.value)
    for words in (
        "my.toml:1: format is 2", 'unknown key "colour"', "my.toml:10: ",
        'unknown do "coment" (did you mean "comment"?)',
        'id "mine" stands twice, first in line 3', "there is no parameter %{x}",
        'unknown key "isue" (did you mean "issue"?)',
    ):  # fmt: skip
        assert words in told, told


def test_without_a_plan_nothing_is_said_of_what_it_names() -> None:
    text = HEAD + 'approvals = ["x"]\n[[runbooks.steps]]\ndo = "approval"\napproval = "y"\n'
    assert lint(read_document(text, "a.toml")).problems == ()


def mutated(data: Any, chance: Random) -> Any:
    """The data with some values swapped for others of any kind, and some keys left out."""
    if isinstance(data, dict):
        return {key: mutated(value, chance) for key, value in data.items() if chance.random() > 0.03}
    if isinstance(data, list):
        return [mutated(value, chance) for value in data] if chance.random() > 0.03 else chance.choice(SWAPPED)
    return chance.choice(SWAPPED) if chance.random() < 0.08 else data


SWAPPED = [0, True, "", "%{", "%{x}", "%{target.id}", "a b", [], {}, ["x"], [{}], {"do": 1}, "all", [["a"]]]


@settings(max_examples=500)
@given(st.integers(0, 10**9), st.sampled_from(sorted(set(bundled_texts()) - {"kpis.toml"})))
def test_any_runbook_is_read_or_refused_with_sentences(seed: int, name: str) -> None:
    text = tomli_w.dumps(mutated(tomllib.loads(bundled_texts()[name]), Random(seed)))
    try:
        _, warnings = parse_runbooks(text, "any.toml", KNOWN)
    except InputError as error:
        found: tuple[Problem, ...] = error.problems
    else:
        found = warnings
    assert all(one.message and one.file == "any.toml" and one.line for one in found)


def test_a_choice_that_is_empty_is_told_with_quotes() -> None:
    text = 'format = 1\n[[runbooks]]\nid = "a"\ntitle = "A"\nonly_when = "x"\nsteps = [{ do = "cancel" }]\n'
    with pytest.raises(InputError, match='one of: "", failed, running'):
        parse_runbooks(text, "a.toml")
