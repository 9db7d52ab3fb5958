"""Typed TOML: everything that is wrong, said once, with its line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from vauntico_tui.base.fields import Duration
from vauntico_tui.base.problems import InputError, did_you_mean
from vauntico_tui.base.tomlfile import MAX_BYTES, parse, read_text


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cat(Strict):
    kind: Literal["cat"]
    lives: int = 9


class Dog(Strict):
    kind: Literal["dog"]
    tricks: tuple[str, ...] = ()
    friend: Pet | None = None


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]
Dog.model_rebuild()


class Home(Strict):
    name: str = Field(..., max_length=20)
    pets: tuple[Pet, ...] = ()
    mood: Literal["sunny", "stormy"] = "sunny"
    size: float = Field(1.0, gt=0)
    rooms: int = Field(1, ge=1, le=99)
    since: datetime | None = None
    rent: Duration = timedelta(0)
    key: Path | None = None
    open: bool = False
    any: str | int | bool | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    url: str = Field("https://x", pattern=r"^https?://")


RETIRED = {"flat": "use rooms", "pets.age": "count the lives"}


def told(text: str) -> list[str]:
    with pytest.raises(InputError) as error:
        parse(Home, text, "h.toml", RETIRED)
    return [str(problem) for problem in error.value.problems]


def test_a_good_file() -> None:
    text = (
        'name = "x"\nsince = 2025-01-01T00:00:00Z\nrent = "1 week"\nkey = "/a"\nsize = 2\nany = 3\n'
        '[[pets]]\nkind = "dog"\ntricks = ["sit"]\nfriend = { kind = "cat" }\n[labels]\na = "b"\n'
    )
    home = parse(Home, text, "h.toml").value
    assert home.pets == (Dog(kind="dog", tricks=("sit",), friend=Cat(kind="cat")),)
    assert (home.since, home.rent, home.key) == (datetime(2025, 1, 1, tzinfo=UTC), timedelta(weeks=1), Path("/a"))
    assert (home.size, home.any, home.labels) == (2.0, 3, {"a": "b"})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nmae = 'x'", 'unknown key "nmae" (did you mean "name"?)'),
        ("open = 'yes'", 'open must be true or false, not the text "yes"'),
        ("open = 1", "open must be true or false, not the number 1"),
        ("rooms = '3'", 'rooms must be a whole number, not the text "3"'),
        ("rooms = true", "rooms must be a whole number, not true"),
        ("rooms = 1.5", "rooms must be a whole number, not the number 1.5"),
        ("rooms = 0", "rooms is the number 0, must be at least 1"),
        ("rooms = 100", "rooms is the number 100, must be at most 99"),
        ("size = 0", "size is the number 0, must be more than 0"),
        ("size = inf", "size must be a finite number, not inf"),
        ("mood = 'stromy'", 'mood is the text "stromy" (did you mean "stormy"?)'),
        ("mood = 'x'", 'mood is the text "x" (one of: sunny, stormy)'),
        (
            "since = 2025-01-01",
            "since must be an instant without quotes, such as 2025-01-31T09:00:00Z, not the date 2025-01-01",
        ),
        ("since = 2025-01-01T00:00:00", "since has no time zone (add Z or an offset: 2025-01-31T09:00:00Z)"),
        ("since = '2025-01-01T00:00:00Z'", "since must be an instant without quotes"),
        ("rent = 5", 'rent must be a duration in quotes, such as "15 min" or "1 week", not the number 5'),
        ("rent = '5'", "rent: '5' is not a duration; write it like"),
        ("key = 5", "key must be a path in quotes, not the number 5"),
        ("any = []", "any must be a text in quotes or a whole number or true or false, not a list"),
        ("labels = 1", "labels must be a table, not the number 1"),
        ("labels = {a = 1}", "labels: a must be a text in quotes, not the number 1"),
        ("pets = {}", "pets must be a list in [ ], not a table"),
        ("pets = [1]", "pets[0]: must be a table, not the number 1"),
        ("pets = [{}]", 'pets[0]: missing key "kind"'),
        ("pets = [{kind = 'cow'}]", 'pets[0]: unknown kind "cow" (one of: cat, dog)'),
        ("pets = [{kind = 'dgo'}]", 'pets[0]: unknown kind "dgo" (did you mean "dog"?)'),
        ("pets = [{kind = 'cat', live = 1}]", 'pets[0]: unknown key "live" (did you mean "lives"?)'),
        (
            "pets = [{kind = 'dog', friend = {kind = 'cat', lives = 'x'}}]",
            "pets[0].friend: lives must be a whole number",
        ),
        ("url = 'ftp://x'", 'url must be a URL, not the text "ftp://x" (it starts with https:// or http://)'),
    ],
)
def test_each_mistake_is_said_as_a_person_would(line: str, message: str) -> None:
    lines = told(f"name = 'x'\n\n{line}\n")
    assert len(lines) == 1
    assert lines[0].startswith(f"h.toml:3: {message}")


def test_all_mistakes_at_once_in_the_order_of_the_file() -> None:
    text = "open = 1\n\nnmae = 2\nrooms = 0\n[[pets]]\nkind = 'cow'\n"
    assert [line.split(" ")[0] for line in told(text)] == [
        "h.toml:1:",
        "h.toml:1:",
        "h.toml:3:",
        "h.toml:4:",
        "h.toml:6:",
    ]


def test_retired_keys_are_warnings() -> None:
    parsed = parse(
        Home, "name = 'x'\nflat = 3\n[[pets]]\nkind = 'cat'\n[[pets]]\nkind = 'cat'\nage = 3\n", "h.toml", RETIRED
    )
    assert len(parsed.value.pets) == 2
    assert [str(warning) for warning in parsed.warnings] == [
        'h.toml:2: key "flat" is no longer used (use rooms)',
        'h.toml:7: pets[1]: key "age" is no longer used (count the lives)',
    ]


def test_long_values_are_cut_and_unknown_keys_keep_their_value_to_themselves() -> None:
    assert len(told(f"name = 'x'\nmood = '{'m' * 5000}'")[0]) < 200
    assert "hunter2" not in told("name = 'x'\ntoken = 'hunter2'")[0]


@given(
    st.dictionaries(
        st.sampled_from([*Home.model_fields, "x"]),
        st.recursive(
            st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=5)
            | st.datetimes()
            | st.sampled_from(["cat", "dog"]),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["kind", "lives", "tricks", "friend", ""]), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
)
def test_any_data_is_a_home_or_problems_with_lines(data: dict[str, Any]) -> None:
    import tomli_w

    text = tomli_w.dumps(data)
    try:
        assert isinstance(parse(Home, text, "h.toml").value, Home)
    except InputError as error:
        assert error.problems
        assert all(problem.file == "h.toml" and problem.line for problem in error.problems)


@given(st.text(max_size=80))
def test_any_text_is_a_home_or_problems(text: str) -> None:
    try:
        parse(Home, text, "h.toml")
    except InputError as error:
        assert error.problems


def test_files(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"\xef\xbb\xbfname = 'x'\r\n")
    assert read_text(file) == "name = 'x'\r\n"
    with file.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    for path, message in (
        (file, "is larger than 16 MiB (is this the file you meant?)"),
        (tmp_path / "b", "there is no such file (check the path)"),
        (tmp_path, "this is a directory (name a file in it)"),
        (file / "x", "can't be read: Not a directory"),
    ):
        with pytest.raises(InputError) as error:
            read_text(path)
        assert str(error.value) == f"{path}: {message}"


def test_did_you_mean() -> None:
    assert did_you_mean("tragets", ["targets", "risks"]) == 'did you mean "targets"?'
    assert did_you_mean("zzz", ["targets"]) is None
