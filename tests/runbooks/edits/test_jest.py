"""Options merged into Jest configurations."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.runbooks.edits import corpus
from tests.runbooks.edits.held import applied, put_in, taken_away
from tests.runbooks.edits.node import Node
from vauntico_tui.runbooks.edits.apply import apply

CREATED = {"server-v2/tests/globalSetup.ts", "server-v2/tests/globalTeardown.ts"}
CHANGED_LINES = {
    "plain.config.js": ["  testTimeout: 10000,"],
    "no-comma.config.js": ["    testTimeout: 5_000,", "    verbose: true // for CI"],
    "async-factory.config.js": ["  forceExit: false,"],
    "next.config.js": ["  setupFilesAfterEnv: ['<rootDir>/jest.setup.js'],"],
    "spread-last.config.js": ["  testTimeout: 10_000,", "  forceExit: true,"],
    "crlf-tabs.config.cjs": ["\t'testTimeout': 2 * 1000,"],
    "one-line.config.js": ["module.exports = { preset: 'ts-jest', testEnvironment: 'node' };"],
    "empty.config.js": ["module.exports = {};"],
    "comments-between.config.js": ["  testTimeout: 5000, /* ms */"],
    "own-global-setup.config.js": ["  globalTeardown: '<rootDir>/test/gone.js',"],
    "projects.config.js": [
        '    { displayName: "integration", testMatch: ["<rootDir>/tests/integration/**/*.test.js"], '
        "setupFilesAfterEnv: [] },"
    ],
    "plain.config.json": ['  "testTimeout": 1000'],
    "package.json": ['        "coverageThreshold": {"global": {"lines": 80}}'],
    "define.config.ts": ['  "testTimeout": 5e3,'],
}
"""The lines of the corpus that an edit may touch: values that change, and ends that lack a comma."""


def meant(name: str, before: dict[str, Any]) -> dict[str, Any]:
    """What a configuration must come to, by hand."""
    config = {**deepcopy(before), "testTimeout": 30000, "detectOpenHandles": True, "forceExit": True}
    config["globalSetup"] = "<rootDir>/tests/globalSetup.ts"
    config["globalTeardown"] = "<rootDir>/tests/globalTeardown.ts"
    setup = "<rootDir>/tests/setup.ts"
    match name:
        case "longer-timeout.config.js":
            config |= {"testTimeout": 60000, "globalSetup": before["globalSetup"]}
        case "own-global-setup.config.js":
            config["globalSetup"] = "./test/start-database.js"
        case "projects.config.js":
            config["projects"] = [{**project, "setupFilesAfterEnv": [setup]} for project in before["projects"]]
            return config
    held = before.get("setupFilesAfterEnv", [])
    config["setupFilesAfterEnv"] = held if "./tests/setup" in held else [*held, setup]
    return config


def test_every_file_of_the_corpus_is_told() -> None:
    found = {path.name for path in (corpus.FOLDER / "jest").iterdir()}
    assert found == set(corpus.JEST)
    assert len(found) >= 10


@pytest.mark.parametrize("name", corpus.JEST)
def test_nothing_but_the_options_changes(name: str) -> None:
    why = corpus.JEST[name]
    before = corpus.text("jest", name)
    made = applied(corpus.jest_options(name), before, corpus.there)
    if why is not None:
        assert why in made.by_hand
        return
    assert not made.by_hand
    assert made.after is not None
    assert taken_away(before, made.after) == CHANGED_LINES.get(name, [])
    assert set(made.also) == CREATED - (
        {"server-v2/tests/globalSetup.ts"} if name == "own-global-setup.config.js" else set()
    )


@pytest.mark.real_server
@pytest.mark.parametrize("name", [name for name, why in corpus.JEST.items() if why is None])
def test_node_reads_the_old_configuration_with_the_options_in_it(name: str, node: Node) -> None:
    before = corpus.text("jest", name)
    made = apply(corpus.jest_options(name), before, corpus.there)
    assert made.after is not None
    assert node.config(name, made.after) == meant(name, node.config(name, before))


@pytest.mark.parametrize("name", [name for name, why in corpus.JEST.items() if why is None])
def test_what_leads_to_nothing_is_left_out_where_that_is_asked_for(name: str) -> None:
    before = corpus.text("jest", name)
    made = applied(corpus.jest_options(name, "leave_out"), before, corpus.there)
    assert not made.by_hand
    assert not made.also
    assert made.after is not None
    assert not any("globalTeardown.ts" in line for line in put_in(before, made.after))
    assert any("globalTeardown: server-v2/tests/globalTeardown.ts is not there" in note for note in made.notes)


def test_style_is_the_files_own() -> None:
    made = apply(corpus.jest_options("x.js"), corpus.text("jest", "crlf-tabs.config.cjs"), corpus.there)
    assert made.after is not None
    assert "\r\n\t'forceExit': true,\r\n" in made.after
    made = apply(corpus.jest_options("x.js"), corpus.text("jest", "no-comma.config.js"), corpus.there)
    assert made.after is not None
    assert made.after.endswith("    setupFilesAfterEnv: ['<rootDir>/tests/setup.ts']\n    // the end\n}")


def test_files_are_made_in_the_language_that_will_be_run() -> None:
    before = "module.exports = { preset: 'ts-jest' };\n"
    made = apply(corpus.jest_options("jest.config.js"), before, corpus.there)
    assert made.also["server-v2/tests/globalSetup.ts"].endswith("export default async () => {};\n")
    bare = apply(corpus.jest_options("jest.config.js"), "module.exports = {};\n", corpus.there)
    assert bare.also["server-v2/tests/globalSetup.ts"].endswith("module.exports = async () => {};\n")
    assert any("in plain JavaScript" in note for note in bare.notes)
    babel = apply(
        corpus.jest_options("jest.config.js"), "module.exports = {};\n", lambda path: path in {"babel.config.js"}
    )
    assert "export default" in babel.also["server-v2/tests/globalTeardown.ts"]
    assert "export {};" in babel.also["server-v2/tests/setup.ts"]
    module = apply(
        corpus.jest_options("jest.config.js", globalSetup="<rootDir>/a.js"), "export default {};\n", corpus.there
    )
    assert module.also == {"server-v2/a.js": "// Runs once, before all tests.\nexport default async () => {};\n"}


@pytest.mark.parametrize(
    ("root", "file"),
    [
        ("'..'", "tests/globalSetup.ts"),
        ("__dirname", "server-v2/tests/globalSetup.ts"),
        ("path.join(__dirname, 'packages', 'api')", "server-v2/packages/api/tests/globalSetup.ts"),
        ("`${__dirname}/packages/api`", "server-v2/packages/api/tests/globalSetup.ts"),
        ("require('path').resolve(__dirname, '../web')", "web/tests/globalSetup.ts"),
    ],
)
def test_root_dir_is_followed(root: str, file: str) -> None:
    before = f"module.exports = {{\n  rootDir: {root},\n}};\n"
    made = applied(corpus.jest_options("jest.config.js"), before, lambda _: False)
    assert file in made.also


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("module.exports = {\n  rootDir: findRoot(),\n};\n", "its rootDir can't be told by reading"),
        ("module.exports = {\n  rootDir: '../..',\n};\n", "leads out of the repository"),
        ("module.exports = {\n  testTimeout: 1,\n  testTimeout: 2,\n};\n", "testTimeout is there twice (line 3)"),
        ("module.exports = {\n  globalSetup() {},\n};\n", "globalSetup is no plain value in it (line 2)"),
        ("const testTimeout = 5;\nmodule.exports = { testTimeout };\n", "testTimeout is no plain value"),
        ("module.exports = { setupFilesAfterEnv: files() };\n", "no list that something can be added to"),
        ("module.exports = { setupFilesAfterEnv: ['a'],\n ...base };\n", "may be replaced by what is spread behind it"),
        ("module.exports = { ...load() };\n", "a list must not be lost"),
        ("module.exports = merge(base, {});\n", "goes through merge()"),
        ("module.exports = require('../jest.config');\n", "goes through require()"),
        ("module.exports = {};\nmodule.exports.testTimeout = 5;\n", "touched again in line 2"),
        ("exports.testTimeout = 5;\n", "touched again in line 1"),
        ("let c = {};\nc = {};\nmodule.exports = c;\n", "c is given another value in line 2"),
        ("const c = {};\ntweak(c);\nmodule.exports = c;\n", "c is handed to something in line 2"),
        ("import c from './c.js';\nexport default c;\n", "c is imported"),
        ("module.exports = (c) => c;\n", "c is a parameter"),
        ("module.exports = () => { if (a) { return {}; } return {}; };\n", "returns in more than one way"),
        ("console.log(1);\n", "it exports no configuration"),
        ("export default class {}\n", "no object that can be read"),
        ("module.exports = { projects: [require('./a')] };\n", "configured elsewhere"),
    ],
)
def test_what_can_not_be_merged_is_said(before: str, why: str) -> None:
    made = applied(corpus.jest_options("jest.config.js"), before, corpus.there)
    assert why in made.by_hand


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("jest.config.cts", "const config = { verbose: true };\nexport = config;\n"),
        ("jest.config.ts", "export default async (): Promise<Config> => ({\n  verbose: true,\n});\n"),
        ("jest.config.ts", "export default <Config>{ verbose: true };\n"),
        ("jest.config.js", "#!/usr/bin/env node\nmodule.exports = /** @type {Config} */ ({\n  verbose: true,\n});\n"),
        ("jest.config.js", "async function config() {\n  return { verbose: true };\n}\nmodule.exports = config;\n"),
        ("jest.config.js", "export const config = { verbose: true };\nexport default config;\n"),
        ("jest.config.js", "module.exports = { /* ü😀 */ name: 'é😀', // ü\n};\n"),
        ("jest.config.js", "module.exports = {\n  // nothing yet\n};\n"),
        ("jest.config.js", "module.exports = { /* nothing yet */ };\n"),
        ("jest.config.js", "module.exports = {\n    a: 1\n  , b: 2\n  };\n"),
        ("jest.config.js", "module.exports = { a: 1,\n  b: 2 };\n"),
        ("jest.config.js", "module.exports = { a: 1, /* why */ };\n"),
    ],
)
def test_what_is_exported_is_found(name: str, before: str) -> None:
    made = applied(corpus.jest_options(name), before, corpus.there)
    assert not made.by_hand
    assert made.after is not None
    for option in corpus.OPTIONS:
        assert f"{option}: " in made.after
    assert len(taken_away(before, made.after)) <= 1


def test_a_person_is_shown_the_file_with_all_that_can_be_merged() -> None:
    before = corpus.text("jest", "env-timeout.config.js")
    made = apply(corpus.jest_options("env-timeout.config.js"), before, corpus.there)
    assert made.after == before
    assert "  forceExit: true,\n" in made.wanted
    assert "// To be merged by hand: testTimeout is process.env.CI" in made.wanted
    assert "//   testTimeout: 30000,\n" in made.wanted
    assert "// Not there yet: server-v2/tests/globalSetup.ts" in made.wanted


def test_two_global_setups_that_both_stand_are_for_a_person() -> None:
    before = corpus.text("jest", "own-global-setup.config.js")
    both = {"server-v2/tests/globalSetup.ts", "server-v2/test/start-database.js"}
    made = apply(corpus.jest_options("own-global-setup.config.js"), before, lambda path: path in both)
    assert "Jest takes one only" in made.by_hand


@pytest.mark.parametrize("name", ["jest.config.js", "jest.config.mjs", "jest.config.ts", "jest.config.json"])
def test_a_configuration_is_made_where_there_is_none(name: str) -> None:
    made = apply(corpus.jest_options(name), None, corpus.there)
    assert made.after is not None
    assert set(made.also) == CREATED
    again = apply(corpus.jest_options(name), made.after, lambda path: corpus.there(path) or path in made.also)
    assert not again.by_hand
    assert not again.changes
    beside = apply(corpus.jest_options(name), None, lambda path: path == "server-v2/jest.config.cjs")
    assert "Jest takes one configuration only" in beside.by_hand


@pytest.mark.parametrize("name", ["broken.json", "package.json"])
def test_json_must_be_sound(name: str) -> None:
    made = apply(corpus.jest_options(name), '{"jest": {"verbose": true,}}\n', corpus.there)
    assert "can't be read as JSON" in made.by_hand
    assert made.wanted.startswith('{\n  "testTimeout": 30000,')
    twice = apply(corpus.jest_options(name), '{"jest": {"a": 1, "a": 2}}\n', corpus.there)
    assert "a key is there twice" in twice.by_hand


def test_package_json_without_jest_is_left() -> None:
    made = apply(corpus.jest_options("package.json"), '{"name": "x"}\n', corpus.there)
    assert 'it has no "jest"' in made.by_hand
    named = apply(corpus.jest_options("package.json"), '{"jest": "./jest.config.js"}\n', corpus.there)
    assert "edit the file that it names" in named.by_hand
