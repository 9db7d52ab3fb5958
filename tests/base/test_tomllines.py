# ruff: noqa: E501 (a table reads best one line a row)
"""Every key of a TOML document is found in its line, with tomllib and tomlkit as judges."""

from __future__ import annotations

import tomllib
from typing import Any

import tomli_w
import tomlkit
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from vauntico_tui.base.tomllines import KeyPath, Lines

KEYS = st.sampled_from(["a", "b", "c1", "d-e", "f_g"]) | st.text(st.sampled_from(list("a .\"'\\é#=[]\t")), max_size=4)
SCALARS = st.one_of(
    st.booleans(),
    st.floats(allow_nan=False),
    st.text(st.sampled_from(list("ab\n\"'\\#=[]{},é\t ")), max_size=12),
    st.datetimes(),
    st.dates(),
    st.integers(-9, 9),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=6)


def paths(data: Any, here: KeyPath = ()) -> list[KeyPath]:
    found: list[KeyPath] = [here] if here else []
    if isinstance(data, dict):
        for key, value in data.items():
            found += paths(value, (*here, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            found += paths(value, (*here, place))
    return found


def numbered(data: Any, count: list[int]) -> Any:
    """The data with each scalar another number, by which it is found in the text."""
    if isinstance(data, dict):
        return {key: numbered(value, count) for key, value in data.items()}
    if isinstance(data, list):
        return [numbered(value, count) for value in data]
    count[0] += 1
    return 100_000 + count[0]


def value_at(data: Any, path: KeyPath) -> Any:
    for item in path:
        data = data[item]
    return data


@given(DOCUMENTS, st.booleans())
def test_every_path_of_a_written_document_is_known(data: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(data, multiline_strings=multiline)
    assert sorted(map(repr, Lines(text))) == sorted(map(repr, paths(tomllib.loads(text))))


@given(DOCUMENTS)
def test_the_line_of_a_value_is_the_one_it_stands_in(data: dict[str, Any]) -> None:
    data = numbered(data, [0])
    text = tomli_w.dumps(data)
    lines, rows = Lines(text), text.split("\n")
    for path in paths(data):
        value = value_at(data, path)
        if isinstance(value, int):
            assert str(value) in rows[lines[path] - 1]


PIECES = (
    "[a]", "[a.b]", "[[c]]", "[[c.d]]", "[c.e]", "[[f]]", "[ 'x y' . \"z\" ]", "k = 1", "k.l = 2", "'q' . \"r\\u0041\" = 3",
    "m = [1, [2, 3], # ] x\n  {n = 4, o.p = [5]},\n]", 's = """\nx = 1\n""""', "t = '''a\n[b]\n'''", 'u = "\\"[#"', "v = '#'",
    "w = {}", "y = []", "# [z] = 1", "", "  g = 2020-01-01 00:00:00Z  # c", "h = {i = {j = [{k = 1}]}}", "n = nan", "_ = 0x1F",
    's2 = """a\\"""b""x"""', 'e = ""', "e2 = ''''''", "\tl = [ [ ] , [ [ ] ] , ]",
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(st.sampled_from(PIECES), max_size=7), st.sampled_from(["\n", "\r\n"]))
def test_every_path_of_a_document_by_hand_is_known(pieces: list[str], newline: str) -> None:
    text = newline.join(pieces)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)
    lines = Lines(text)
    assert sorted(map(repr, lines)) == sorted(map(repr, paths(data)))
    assert tomlkit.parse(text).unwrap().keys() == {path[0] for path in lines}
    rows = text.split("\n")
    for path in lines:
        key = next((item for item in reversed(path) if isinstance(item, str)), "")
        assert isinstance(path[-1], int) or key in rows[lines[path] - 1] or "\\u0041" in rows[lines[path] - 1]


@given(st.text(st.sampled_from(list("a.=[]{},\"'#\n\\ 1")), max_size=60))
def test_any_text_ends(text: str) -> None:
    lines = Lines(text)
    assert all(1 <= lines[path] <= text.count("\n") + 1 for path in lines)


def test_the_nearest_line_of_what_is_not_there() -> None:
    lines = Lines("a = 1\n[[b]]\nc = 2\n")
    assert lines.near(("b", 0, "missing", "x")) == 2
    assert lines.near(("nothing",)) == 1
    assert len(lines) == 4
