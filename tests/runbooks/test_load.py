"""Runbooks of the program, the user and the plan together."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.base.problems import InputError
from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.plan.load import parse_plan
from vauntico_tui.plan.references import known_of
from vauntico_tui.plan.write import dump_plan
from vauntico_tui.runbooks import model
from vauntico_tui.runbooks.bound import binds, offered
from vauntico_tui.runbooks.fill import fill
from vauntico_tui.runbooks.load import bundled_runbooks, bundled_texts, folder_of, load_runbooks, parse_runbooks
from vauntico_tui.runbooks.params import as_texts, read_params

MINE = """
[[runbooks]]
id = "{id}"
title = "Mine"
bound = ["issue:*"]
steps = [{{ do = "comment", text = "seen" }}]
"""
SUBJECTS = {
    "run": Subject("run", "99", "Lint #3", "https://x.test/actions/runs/99"),
    "workflow": Subject("workflow", ".github/workflows/lint.yml", "Lint"),
    "issue": Subject("issue", "14", "#14 broken", "https://x.test/issues/14"),
    "pull": Subject("pull", "70", "#70 mended", "https://x.test/pull/70"),
    "deployment": Subject("deployment", "3", "production failure"),
    "alert": Subject("alert", "k", "down", None, (("alertname", "DatabaseDown"),)),
}
GIVEN = {"add": "a, b", "to": "ann", "text": "seen", "why": "moved", "url": "https://flags.test/x", "names": "A, B"}


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text)
    return file


def test_a_folder_that_is_not_there_is_none(tmp_path: Path) -> None:
    library = load_runbooks(folder_of(tmp_path / "config.toml"))
    assert library.problems == ()
    assert library.runbooks == bundled_runbooks()
    assert set(library.origins.values()) == {"bundled"}


def test_the_user_s_wins_and_it_is_said(tmp_path: Path) -> None:
    file = write(tmp_path / "runbooks", "a.toml", MINE.format(id="hotfix"))
    library = load_runbooks(folder_of(tmp_path / "config.toml"))
    assert library.find("hotfix").title == "Mine"
    assert library.origins["hotfix"] == str(file)
    assert [one.message for one in library.notes] == ['"hotfix" is used in place of that of the program']
    ids = [one.id for one in library.runbooks]
    assert len(ids) == len(set(ids)) == len(bundled_runbooks())


def test_the_plan_s_wins_over_the_bundled_and_loses_to_the_user_s(tmp_path: Path) -> None:
    ones = model.RunbookFile.model_validate(tomllib.loads(MINE.format(id="label") + MINE.format(id="hotfix"))).runbooks
    write(tmp_path / "runbooks", "a.toml", MINE.format(id="hotfix").replace("Mine", "The user's"))
    library = load_runbooks(tmp_path / "runbooks", ones)
    assert library.find("hotfix").title == "The user's"
    assert library.find("label").title == "Mine"
    assert library.origins["label"] == "the plan"
    assert len(library.notes) == 3


def test_a_broken_file_takes_no_other_away(tmp_path: Path) -> None:
    folder = tmp_path / "runbooks"
    broken = write(folder, "a.toml", MINE.format(id="mine") + '[[runbooks]]\nid = "B"\nsteps = []\n')
    write(folder, "b.toml", MINE.format(id="good"))
    write(folder, "c.toml", "[[")
    (folder / "d.toml").mkdir()
    write(folder, "notes.txt", "no runbook")
    library = load_runbooks(folder)
    assert library.find("good").title == "Mine"
    assert library.find("hotfix")
    with pytest.raises(InputError, match="there is no runbook"):
        library.find("mine")
    files = [Path(str(one.file)).name for one in library.problems]
    assert files == ["a.toml", "a.toml", "a.toml", "c.toml", "d.toml"]
    assert all(one.line for one in library.problems if one.file == str(broken))


def test_an_id_in_two_files_is_told(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        write(tmp_path, name, MINE.format(id="mine"))
    library = load_runbooks(tmp_path)
    assert [one.message for one in library.problems] == [
        f'"mine" is in {tmp_path / "a.toml"} already; this one is left out'
    ]


@pytest.mark.parametrize("name", bundled_texts())
def test_the_bundled_ones_have_no_problem_and_no_warning_but_those_meant(name: str) -> None:
    ones, warnings = parse_runbooks(bundled_texts()[name], name, known_of(bundled_plan()))
    assert ones
    assert warnings == ()


@pytest.mark.parametrize("book", bundled_runbooks(), ids=lambda one: one.id)
def test_every_bundled_step_can_be_filled_in(book: model.Runbook) -> None:
    kind, _, ident = (book.bound or (":",))[0].partition(":")
    subject = SUBJECTS.get(kind, Subject(kind, ident, "it"))
    given = {one.id: GIVEN[one.id] for one in book.params if one.id in GIVEN}
    values = read_params(book.params, given)
    assert read_params(book.params, as_texts(values)) == values
    for step in book.steps:
        assert "%{" not in repr(fill(step, values, subject))


def test_each_of_the_plan_s_blockers_and_risks_has_a_runbook() -> None:
    plan = bundled_plan()
    for kind, ones in (("blocker", plan.blockers), ("risk", plan.risks)):
        for one in ones:
            assert offered(bundled_runbooks(), Subject(kind, one.id, one.title)), one.id
    for one in plan.blockers:
        for book in offered(bundled_runbooks(), Subject("blocker", one.id, one.title)):
            assert book.approvals == ("hotfix-deployment-strategy-approval",)
            assert book.cannot


def test_for_what_one_is_offered() -> None:
    by_id = {one.id: one for one in bundled_runbooks()}
    run = SUBJECTS["run"]
    assert binds(by_id["rerun-failed"], run, "failed")
    assert not binds(by_id["rerun-failed"], run, "success")
    assert binds(by_id["rerun-failed"], run), "what is not known shuts nothing out"
    assert binds(by_id["close-issue"], Subject("escalation", "issue:14", "x"))
    assert not binds(by_id["close-issue"], Subject("escalation", "alert:k", "x"))
    assert binds(by_id["silence-alert"], Subject("escalation", "alert:k", "x", None, (("alertname", "Down"),)))
    assert not binds(by_id["hotfix"], Subject())
    named = by_id["label"].model_copy(update={"bound": ("workflow:lint.yml",)})
    assert binds(named, SUBJECTS["workflow"])
    alert = by_id["label"].model_copy(update={"bound": ("alert:DatabaseDown",)})
    assert offered([by_id["silence-alert"], alert], SUBJECTS["alert"])[0] is alert, "the one that names it comes first"


def test_a_plan_carries_runbooks() -> None:
    plan = bundled_plan().model_copy(update={"runbooks": bundled_runbooks()})
    assert parse_plan(dump_plan(plan), "plan.toml") == plan
    wrong = dump_plan(bundled_plan()) + MINE.format(id="mine").replace("issue:*", "blocker:jest")
    with pytest.raises(InputError, match='the plan has no blocker "jest"'):
        parse_plan(wrong, "plan.toml")
