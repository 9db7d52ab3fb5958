"""Plans written and read again."""

from __future__ import annotations

import tomllib

import tomlkit
from hypothesis import HealthCheck, given, settings

from tests.plan.plans import CHECKS, plans
from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.plan.load import parse_plan
from vauntico_tui.plan.model import Blocker, Note, Plan, Snippet
from vauntico_tui.plan.write import dump_check, dump_plan


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans())
def test_writing_and_reading_again_is_the_identity(plan: Plan) -> None:
    assert parse_plan(dump_plan(plan), "plan.toml") == plan


@given(CHECKS)
def test_a_check_alone_is_toml_too(check: object) -> None:
    data = check.model_dump(exclude_defaults=True, by_alias=True, mode="json")  # type: ignore[attr-defined]
    assert tomllib.loads(dump_check(check)).keys() == data.keys()  # type: ignore[arg-type]


def test_code_and_patterns_are_written_to_the_letter() -> None:
    code = "echo \"a\\n\" \\\n  | grep 'x'\n"
    text = dump_plan(Plan(title="t", blockers=(Blocker(id="a", title="A", snippets=(Snippet(text=code),)),)))
    assert f"text = '''\n{code}'''" in text
    written = dump_plan(bundled_plan())
    assert "regex = '(?m)^[^#\\n]*\\bpostgres:\\d'" in written
    assert 'jobs = ["vauntico-api", "vauntico-frontend"]' in written


def test_what_no_literal_can_hold_is_escaped() -> None:
    for text in ("a\r\nb", "'''\n", "a\nb'", "\x00\n", "\n'''\n", "x\x7f\n"):
        plan = Plan(title="t", notes=(Note(heading=text, text=text),))
        assert parse_plan(dump_plan(plan), "p.toml") == plan


def test_a_plan_with_every_private_character() -> None:
    text = "".join(map(chr, range(0xE000, 0xF900))) + '\n"'
    plan = Plan(title=text)
    assert parse_plan(dump_plan(plan), "p.toml") == plan


def test_defaults_are_left_out_and_other_readers_agree() -> None:
    text = dump_plan(Plan(title="t"))
    assert tomllib.loads(text) == {"format": 1, "title": "t"}
    text = dump_plan(bundled_plan())
    assert tomlkit.parse(text).unwrap() == tomllib.loads(text)
