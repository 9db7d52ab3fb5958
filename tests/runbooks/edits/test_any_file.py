"""The corpus, changed at random: other line ends, indentation, comments, order, quotes. The same must hold of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.runbooks.edits import corpus
from tests.runbooks.edits.held import applied, load, taken_away
from tests.runbooks.edits.node import Node
from tests.runbooks.edits.test_jest import meant as jest_meant
from tests.runbooks.edits.test_prometheus import GOOD
from tests.runbooks.edits.test_prometheus import meant as prometheus_meant
from tests.runbooks.edits.test_template import RULES
from tests.runbooks.edits.test_workflow import with_services, without_step
from vauntico_tui.evidence.template import read_description
from vauntico_tui.runbooks.edits.apply import apply
from vauntico_tui.runbooks.model import FileEdit

FEW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
MORE = settings(max_examples=max(150, settings.default.max_examples))

GIVEN_ONE = [name for name, (jobs, _) in corpus.WORKFLOWS.items() if isinstance(jobs, tuple) and jobs]
GIVEN_STEP = [name for name, (_, jobs) in corpus.WORKFLOWS.items() if isinstance(jobs, tuple) and jobs]
MERGED = [name for name, why in corpus.JEST.items() if why is None]


# ---- changes -------------------------------------------------------------------------------------------------------


def with_line_ends(text: str, end: str, final: bool) -> str:
    text = re.sub(r"\r\n|\r|\n", end, text)
    return text if final else text.rstrip("\r\n")


def wider(text: str, times: int) -> str:
    """Indented by so many times as much, behind dashes too."""
    text = re.sub(r"(?m)^ +", lambda lead: lead[0] * times, text)
    return re.sub(r"(?m)^( *-) (?=\S)", lambda item: item[1] + " " * (2 * times - 1), text)


def commented(text: str, places: list[int], mark: str) -> str:
    """With comments in between, as far in as the line below them."""
    lines = text.split("\n")
    for place in sorted(places, reverse=True):
        at = place % len(lines)
        lead = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines.insert(at, f"{lead}{mark} note: [{{'\"")
    return "\n".join(lines)


@st.composite
def yaml_files(draw: st.DrawFn, kind: str, names: list[str]) -> tuple[str, str]:
    """A file of the corpus, written otherwise: its name and its text."""
    name = draw(st.sampled_from(names))
    text = corpus.text(kind, name).removeprefix("\ufeff").replace("\r\n", "\n")
    if draw(st.booleans()) and name != "json.yml":
        text = wider(text, draw(st.sampled_from([2, 3])))
    elif draw(st.booleans()):
        text = dumped(draw, load(text))
    if draw(st.booleans()) and name != "json.yml":
        text = commented(text, draw(st.lists(st.integers(0, 80), max_size=4)), "#")
    text = with_line_ends(text, draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans()))
    return name, draw(st.sampled_from(["", "\ufeff"])) + text


def dumped(draw: st.DrawFn, value: Any) -> str:
    """The same values written anew: other indentation, quotes, order, here and there on one line."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = draw(st.sampled_from([False, False, False, None]))
    yaml.indent = draw(st.sampled_from([2, 3, 4]))
    yaml.width = draw(st.sampled_from([60, 4000]))
    stream = io.StringIO()
    yaml.dump(shuffled(draw, value), stream)
    return stream.getvalue()


def shuffled(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(draw, value[key]) for key in draw(st.permutations(list(value)))}
    return [shuffled(draw, item) for item in value] if isinstance(value, list) else value


@st.composite
def scripts(draw: st.DrawFn) -> tuple[str, str]:
    """A Jest configuration of the corpus, written otherwise."""
    name = draw(st.sampled_from(MERGED))
    text = corpus.text("jest", name).replace("\r\n", "\n")
    if draw(st.booleans()):
        text = (
            wider(text, 2)
            if draw(st.booleans())
            else re.sub(r"(?m)^(  )+", lambda lead: "\t" * (len(lead[0]) // 2), text)
        )
    if draw(st.booleans()) and "json" not in name:
        text = re.sub(r"'([^'\"`\\\n]*)'", r'"\1"', text)
    if draw(st.booleans()) and "json" not in name:
        text = re.sub(r",(\s*\n\s*[}\]])", r"\1", text)
    if draw(st.booleans()) and name != "package.json":
        text = commented(text, draw(st.lists(st.integers(0, 40), max_size=4)), "//")
    if draw(st.booleans()) and name in {"plain.config.js", "esm.config.mjs"}:
        text = reordered(text, draw(st.randoms(use_true_random=False)))
    text = with_line_ends(text, draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans()))
    return name, text


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.just(float("nan")), st.text(max_size=3), st.just([]), st.just({}),
    st.just([None]), st.just({"postgres": None}), st.just({1: 2}), st.just([{"uses": 1}, 3]),
)  # fmt: skip


def misshapen(draw: st.DrawFn, value: Any, deep: int = 0) -> Any:
    """With something else in one place of it."""
    if not isinstance(value, dict | list) or not value or (deep and draw(st.integers(0, 4)) == 0):
        return draw(ODD)
    if isinstance(value, dict):
        key = draw(st.sampled_from(list(value)))
        if draw(st.integers(0, 9)) == 0:
            return {
                **{it: value[it] for it in value if it != key},
                draw(st.sampled_from([1, None, True, "x"])): value[key],
            }
        return {**value, key: misshapen(draw, value[key], deep + 1)}
    at = draw(st.integers(0, len(value) - 1))
    return [*value[:at], misshapen(draw, value[at], deep + 1), *value[at + 1 :]]


@st.composite
def misshapen_files(draw: st.DrawFn) -> tuple[str, str]:
    kind, table = draw(st.sampled_from([("workflows", GIVEN_ONE), ("prometheus", GOOD)]))
    name = draw(st.sampled_from(table))
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = draw(st.sampled_from([False, None]))
    stream = io.StringIO()
    yaml.dump(misshapen(draw, load(corpus.text(kind, name))), stream)
    return kind, stream.getvalue()


def reordered(text: str, random: Any) -> str:
    """The properties that stand on a line of their own in another order."""
    lines = text.split("\n")
    places = [at for at, line in enumerate(lines) if re.match(r"\s+\w+: .*,$", line)]
    moved = [lines[at] for at in places]
    random.shuffle(moved)
    for at, line in zip(places, moved, strict=True):
        lines[at] = line
    return "\n".join(lines)


# ---- what holds ----------------------------------------------------------------------------------------------------


@FEW
@given(yaml_files("workflows", GIVEN_ONE))
def test_a_service_is_put_into_workflows_of_any_shape(file: tuple[str, str]) -> None:
    name, before = file
    made = applied(corpus.database(name), before, corpus.there)
    assert made.after is not None
    if not made.by_hand:
        jobs = corpus.WORKFLOWS[name][0]
        assert isinstance(jobs, tuple)
        assert load(made.after) == with_services(load(before), jobs)
        assert name == "json.yml" or all("{" in line for line in taken_away(before, made.after))


@FEW
@given(yaml_files("workflows", GIVEN_STEP))
def test_the_step_is_put_into_workflows_of_any_shape(file: tuple[str, str]) -> None:
    name, before = file
    made = applied(corpus.database(name, "as_written"), before, corpus.there)
    assert made.after is not None
    if not made.by_hand:
        jobs = corpus.WORKFLOWS[name][1]
        assert isinstance(jobs, tuple)
        assert without_step(load(made.after), jobs) == load(before)
        assert name == "json.yml" or all("{" in line for line in taken_away(before, made.after))


@FEW
@given(yaml_files("prometheus", GOOD))
def test_jobs_are_put_into_prometheus_files_of_any_shape(file: tuple[str, str]) -> None:
    name, before = file
    made = applied(corpus.scrape_jobs(name), before, corpus.there)
    assert made.after is not None
    if not made.by_hand:
        assert load(made.after) == prometheus_meant(load(before))
        assert all("[]" in line for line in taken_away(before, made.after))


@pytest.mark.real_server
@FEW
@given(file=scripts())
def test_options_are_put_into_configurations_of_any_shape(file: tuple[str, str], node: Node) -> None:
    name, before = file
    made = applied(corpus.jest_options(name), before, corpus.there)
    assert made.after is not None
    if not made.by_hand:
        assert node.config(name, made.after) == jest_meant(name, node.config(name, before))


@FEW
@given(
    st.sampled_from([name for name, why in corpus.TEMPLATES.items() if why is None]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.lists(st.integers(0, 12), max_size=3),
)
def test_sections_are_put_into_templates_of_any_shape(name: str, end: str, final: bool, places: list[int]) -> None:
    lines = corpus.text("templates", name).replace("\r\n", "\n").split("\n")
    for place in places:
        lines.insert(place % len(lines), "")
    before = with_line_ends("\n".join(lines), end, final)
    made = applied(corpus.template_fields(name), before, corpus.there)
    assert made.after is not None
    if not made.by_hand:
        assert not taken_away(before, made.after)
        assert read_description(made.after).lacks(RULES) == read_description(before).lacks(RULES)


def all_edits() -> list[FileEdit]:
    return [
        corpus.database("x.yml"),
        corpus.database("x.yml", "as_written"),
        corpus.jest_options("jest.config.js"),
        corpus.jest_options("jest.config.ts"),
        corpus.jest_options("jest.config.json"),
        corpus.jest_options("package.json"),
        corpus.scrape_jobs(),
        corpus.template_fields(),
    ]


@MORE
@given(misshapen_files(), st.sampled_from(["service", "as_written"]))
def test_a_file_of_another_make_is_answered(file: tuple[str, str], way: str) -> None:
    kind, text = file
    edit: FileEdit = corpus.scrape_jobs() if kind == "prometheus" else corpus.database("x.yml", way)
    made = applied(edit, text, corpus.there)
    assert made.by_hand or not made.changes or load(text) != load(made.after or "")


@MORE
@given(st.sampled_from(all_edits()), st.one_of(st.text(), st.text("{}[]:,-#&*!|>'\"%@` \t\r\nab0=()<>./\\`$")))
def test_any_text_is_answered(edit: FileEdit, text: str) -> None:
    made = apply(edit, text, corpus.there)
    assert made.by_hand or made.after is not None


@MORE
@given(
    st.sampled_from(
        [
            (kind, name)
            for kind, table in (
                ("workflows", corpus.WORKFLOWS),
                ("jest", corpus.JEST),
                ("prometheus", corpus.PROMETHEUS),
                ("templates", corpus.TEMPLATES),
            )
            for name in table
        ]
    ),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 12), st.text(max_size=4)), min_size=1, max_size=4),
)
def test_a_file_with_holes_in_it_is_answered(file: tuple[str, str], holes: list[tuple[int, int, str]]) -> None:
    kind, name = file
    text = corpus.text(kind, name)
    for place, length, put in holes:
        at = place % (len(text) + 1)
        text = text[:at] + put + text[at + length :]
    kinds: dict[str, Callable[[str], FileEdit]] = {
        "workflows": corpus.database,
        "jest": corpus.jest_options,
        "prometheus": corpus.scrape_jobs,
        "templates": corpus.template_fields,
    }
    edit = kinds[kind](name)
    made = apply(edit, text, corpus.there)
    if made.by_hand:
        assert made.after == text
    elif made.after is not None:
        again = apply(edit, made.after, lambda path: corpus.there(path) or path in made.also)
        assert not again.changes


HOSTILE = {
    "brackets": "[" * 5000,
    "mappings": "{a: " * 3000,
    "dashes": "- " * 3000,
    "staircase": "a:\n" + "\n".join(" " * depth + "a:" for depth in range(1, 600)),
    "parentheses": "(" * 20000,
    "long": "x" * 300_000,
    "surrogate": "\ud800",
    "nul": "\x00",
    "endless list": "&a [*a]",
    "endless mapping": "a: &a {b: *a}",
    "laughs": "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
}


@pytest.mark.parametrize("edit", all_edits(), ids=lambda edit: f"{edit.edit} {edit.path}")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_answered(edit: FileEdit, text: str) -> None:
    made = apply(edit, text, corpus.there)
    assert made.by_hand or edit.edit == "template_fields"
