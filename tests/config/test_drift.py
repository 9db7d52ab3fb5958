"""The classes, the annotated example and the published schema say the same."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from vauntico_tui.config.load import parse_config
from vauntico_tui.config.schema import keys_table, schema_text

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "config.schema.json").read_text(encoding="utf-8"))
KEYS = {key for key, *_ in keys_table()}


def _uncommented(text: str) -> str:
    """The example with every commented key made real; prose stays a comment."""
    return re.sub(r'^# ((?:[a-z_]+|"[a-z.]+") = |\[\[?[a-z_.]+\]\]?$)', r"\1", text, flags=re.MULTILINE)


def _leaves(table: dict[str, Any], lead: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in table.items():
        name = f"{lead}{'NAME' if lead == 'channels.' else key}"
        if isinstance(value, dict) and name not in KEYS:
            found |= _leaves(value, f"{name}.")
        elif isinstance(value, list) and name not in KEYS:
            for item in value:
                found |= _leaves(item, f"{name}[].")
        else:
            found.add(name)
    return found


def test_the_example_is_a_good_config() -> None:
    assert parse_config(EXAMPLE, "config.example.toml").warnings == ()


def test_the_example_with_every_key_is_a_good_config_too() -> None:
    parse_config(_uncommented(EXAMPLE), "config.example.toml")


def test_the_example_has_every_key_of_the_classes_and_no_other() -> None:
    assert _leaves(tomllib.loads(_uncommented(EXAMPLE))) == KEYS


def test_the_examples_defaults_are_the_classes_defaults() -> None:
    example = tomllib.loads(EXAMPLE)
    for key, _, default, _ in keys_table():
        value: Any = example
        for part in key.split("."):
            value = value.get(part, {}) if isinstance(value, dict) else {}
        if default and value != {}:
            assert json.loads(default.strip("`")) == value, key


def test_the_published_schema_is_that_of_the_classes() -> None:
    assert json.loads(schema_text()) == SCHEMA, "run python -m vauntico_tui.cli.docs"


def test_the_schema_takes_the_example() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    plain = json.loads(json.dumps(tomllib.loads(_uncommented(EXAMPLE)), default=lambda at: at.isoformat()))
    jsonschema.validate(plain, SCHEMA)


@pytest.mark.parametrize(
    "wrong",
    [{"scren": {}}, {"github": {"repository": "vauntico"}}, {"read_only": "yes"}, {"screen": {"theme": "blue"}}],
)
def test_the_schema_refuses_what_the_classes_refuse(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)


def test_every_key_says_what_it_means() -> None:
    assert [key for key, _, _, meaning in keys_table() if not meaning] == []
