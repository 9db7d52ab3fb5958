"""GitHub's GraphQL as the box speaks it: cursors, errors, costs; and its schema against GitHub's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    build_schema,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    is_union_type,
    parse,
    validate,
)

from tests.sim.conftest import Ask
from vauntico_tui.sim.github.graphql import schema
from vauntico_tui.sources.github import queries

OWNED = {"owner": "vauntico", "name": "vauntico"}
PAGE = """query($after: String, $direction: OrderDirection!) { repository(owner: "vauntico", name: "vauntico") {
  issues(first: 40, after: $after, orderBy: {field: CREATED_AT, direction: $direction}) {
    totalCount pageInfo { hasNextPage endCursor } nodes { number } } } }"""


def sweep(ask: Ask, direction: str, between: Callable[[], object] = lambda: None) -> list[int]:
    seen: list[int] = []
    after = None
    while True:
        page = ask.graphql(PAGE, after=after, direction=direction)["data"]["repository"]["issues"]
        seen += [node["number"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return seen
        after = page["pageInfo"]["endCursor"]
        between()


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_hold_each_issue_once(make: Callable[..., Ask], direction: str) -> None:
    seen = sweep(make(issues=250, speed=0), direction)
    assert len(seen) == len(set(seen)) == 250


def test_an_issue_opened_between_two_pages_shifts_nothing(make: Callable[..., Ask]) -> None:
    ask = make(issues=150, speed=0)
    seen = sweep(ask, "DESC", lambda: ask("POST", "/issues", json={"title": "meanwhile"}))
    assert len(seen) == len(set(seen)) == 150


def test_filters_and_orders(ask: Ask) -> None:
    query = """{ repository(owner: "vauntico", name: "vauntico") {
      a: issues(first: 100, states: CLOSED) { totalCount nodes { state stateReason closedAt } }
      b: issues(first: 100, labels: ["severity: critical"], filterBy: {states: [OPEN]}) { totalCount }
      c: pullRequests(first: 50, states: [MERGED]) { nodes { merged mergedAt state } }
      d: pullRequests(first: 5, headRefName: "fix/redis-url", baseRefName: "main") { nodes { headRefName } }
      e: deployments(first: 50, environments: ["production"], orderBy: {field: CREATED_AT, direction: DESC}) {
        nodes { environment createdAt latestStatus { state } } }
      f: refs(refPrefix: "refs/heads/", first: 50) { nodes { name target { oid } } } } }"""
    data = ask.graphql(query)["data"]["repository"]
    assert data["a"]["totalCount"] == 14
    assert {(one["state"], one["stateReason"]) for one in data["a"]["nodes"]} == {("CLOSED", "COMPLETED")}
    assert data["b"]["totalCount"] == 13
    assert len(data["c"]["nodes"]) == 7
    assert data["d"]["nodes"] == [{"headRefName": "fix/redis-url"}]
    stamps = [one["createdAt"] for one in data["e"]["nodes"]]
    assert stamps == sorted(stamps, reverse=True)
    assert "main" in {one["name"] for one in data["f"]["nodes"]}


def test_failed_runs_by_node_id(ask: Ask) -> None:
    runs = ask.json("/actions/runs", status="failure", per_page=20)["workflow_runs"]
    data = ask.graphql(queries.JOBS, ids=[run["node_id"] for run in runs])["data"]["nodes"]
    assert [one["databaseId"] for one in data] == [run["id"] for run in runs]
    for one in data:
        check = one["checkSuite"]["checkRuns"]["nodes"][0]
        assert check["conclusion"] == "FAILURE"
        assert "FAILURE" in {step["conclusion"] for step in check["steps"]["nodes"]}
        assert check["annotations"]["nodes"][0]["message"]


def test_files_by_expression(ask: Ask) -> None:
    query = """{ repository(owner: "vauntico", name: "vauntico") {
      here: object(expression: "HEAD:server-v2/jest.config.js") { ... on Blob { text isBinary isTruncated byteSize } }
      none: object(expression: "HEAD:monitoring/prometheus.yml") { __typename }
      tree: object(expression: "main:server-v2") { ... on Tree { entries { name type } } }
      commit: object(expression: "main") { __typename oid } } }"""
    data = ask.graphql(query)["data"]["repository"]
    assert "testTimeout: 10000" in data["here"]["text"]
    assert data["none"] is None
    assert {"name": "tests", "type": "tree"} in data["tree"]["entries"]
    assert data["commit"]["__typename"] == "Commit"


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ('{ repository(owner: "a", name: "b") { id } }', "NOT_FOUND", "Could not resolve to a Repository"),
        ('{ node(id: "xyz") { id } }', "NOT_FOUND", "global id of 'xyz'"),
        ("{ nothing }", None, "Field 'nothing' doesn't exist on type 'Query'"),
        ("{ repository", None, "Syntax Error"),
    ],
)
def test_errors(ask: Ask, query: str, kind: str | None, words: str) -> None:
    error = ask.graphql(query)["errors"][0]
    assert error.get("type") == kind
    assert words in error["message"]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ("", "MISSING_PAGINATION_BOUNDARIES"),
        ("(first: 101)", "EXCESSIVE_PAGINATION"),
        ("(first: -1)", "INVALID_PAGINATION_BOUNDARIES"),
        ('(first: 1, after: "x")', "INVALID_CURSOR_ARGUMENTS"),
    ],
)
def test_bad_pages(ask: Ask, arguments: str, kind: str) -> None:
    told = ask.graphql(
        f'{{ repository(owner: "vauntico", name: "vauntico") {{ issues{arguments} {{ nodes {{ id }} }} }} }}'
    )
    assert told["errors"][0]["type"] == kind


def test_what_a_query_costs(ask: Ask) -> None:
    small = ask.graphql("{ rateLimit { cost limit remaining used } }")["data"]["rateLimit"]
    assert small == {"cost": 1, "limit": 5000, "remaining": 4999, "used": 1}
    deep = """{ rateLimit { cost nodeCount remaining } repository(owner: "vauntico", name: "vauntico") {
      issues(first: 100) { nodes { labels(first: 10) { totalCount } assignees(first: 10) { totalCount }
        comments(first: 10) { totalCount } } } } }"""
    told = ask.graphql(deep)["data"]["rateLimit"]
    assert (told["cost"], told["nodeCount"], told["remaining"]) == (3, 3100, 4996)
    counts = ask.box.record.shown()["counts"]
    assert counts["points"] == 4  # type: ignore[index]


def test_the_budget_of_points_runs_out_with_a_200(ask: Ask) -> None:
    ask.knob("/token", used=5000)
    told = ask.graphql("{ viewer { login } }")
    assert told["errors"][0]["type"] == "RATE_LIMITED"
    assert "data" not in told


def test_mutations(ask: Ask) -> None:
    ids = """{ repository(owner: "vauntico", name: "vauntico") {
      issue(number: 14) { id } pullRequest(number: 61) { id } label(name: "severity: low") { id } } }"""
    held = ask.graphql(ids)["data"]["repository"]
    issue, pull, label = (held[name]["id"] for name in ("issue", "pullRequest", "label"))
    close = """mutation($i: ID!) { closeIssue(input: {issueId: $i, stateReason: NOT_PLANNED}) {
      issue { state stateReason } } }"""
    assert ask.graphql(close, i=issue)["data"]["closeIssue"]["issue"] == {
        "state": "CLOSED",
        "stateReason": "NOT_PLANNED",
    }
    comment = (
        """mutation($i: ID!) { addComment(input: {subjectId: $i, body: "x"}) { commentEdge { node { body } } } }"""
    )
    assert ask.graphql(comment, i=issue)["data"]["addComment"]["commentEdge"]["node"]["body"] == "x"
    relabel = """mutation($i: ID!, $l: [ID!]!) { addLabelsToLabelable(input: {labelableId: $i, labelIds: $l}) {
      labelable { labels(first: 9) { nodes { name } } } } }"""
    names = ask.graphql(relabel, i=issue, l=[label])["data"]["addLabelsToLabelable"]["labelable"]["labels"]["nodes"]
    assert {"name": "severity: low"} in names
    merge = """mutation($i: ID!) { mergePullRequest(input: {pullRequestId: $i, mergeMethod: SQUASH}) {
      pullRequest { merged } } }"""
    assert ask.graphql(merge, i=pull)["data"]["mergePullRequest"]["pullRequest"]["merged"] is True
    assert "not mergeable" in ask.graphql(merge, i=pull)["errors"][0]["message"]


def details() -> str:
    wanted = queries.Wanted(True, None, True, ["main"], [61], [("README.md", "HEAD")])
    return queries.details("vauntico", "vauntico", wanted)[0]


@pytest.mark.parametrize("query", [queries.ISSUES, queries.DETAIL, queries.JOBS, details()])
def test_the_queries_of_our_own_sources_are_valid(query: str) -> None:
    assert not validate(schema(), parse(query))


# ---- against GitHub's own schema ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def github(descriptions: Path) -> GraphQLSchema:
    text = (descriptions / "schema.graphql").read_text(encoding="utf-8")
    return build_schema(text, assume_valid=True, assume_valid_sdl=True)


def differences(ours: GraphQLSchema, theirs: GraphQLSchema) -> list[str]:
    """Everything in our schema that GitHub's does not have just so."""
    wrong: list[str] = []
    for name, mine in ours.type_map.items():
        other = theirs.type_map.get(name)
        if name.startswith("__"):
            continue
        if other is None or type(mine) is not type(other):
            wrong.append(f"type {name}")
        elif is_enum_type(mine):
            wrong += [f"{name}.{value}" for value in mine.values if value not in other.values]
        elif is_union_type(mine):
            wrong += [f"{name} = {one}" for one in mine.types if str(one) not in map(str, other.types)]
        elif is_input_object_type(mine):
            wrong += _input(name, mine.fields, other.fields)
        elif is_object_type(mine) or is_interface_type(mine):
            wrong += _fields(name, mine, other)
    return wrong


def _input(name: str, mine: dict[str, Any], other: dict[str, Any]) -> list[str]:
    same = {field for field, value in mine.items() if field in other and str(other[field].type) == str(value.type)}
    return [f"{name}.{field}" for field in mine.keys() - same]


def _fields(name: str, mine: Any, other: Any) -> list[str]:
    wrong = [f"{name} implements {one}" for one in mine.interfaces if str(one) not in map(str, other.interfaces)]
    for field, value in mine.fields.items():
        theirs = other.fields.get(field)
        if theirs is None or str(theirs.type) != str(value.type):
            wrong.append(f"{name}.{field}: {value.type}")
            continue
        wrong += _input(f"{name}.{field}", value.args, theirs.args)
        required = {key for key, arg in theirs.args.items() if str(arg.type).endswith("!")}
        wrong += [f"{name}.{field} lacks {key}" for key in required - value.args.keys()]
    return wrong


@pytest.mark.real_server
@pytest.mark.xdist_group("schema")
def test_the_schema_is_a_true_part_of_githubs(github: GraphQLSchema) -> None:
    newer = {"type IssueType", "type IssueTypeColor", "Issue.issueType: IssueType",
             "Issue.blockedBy: IssueConnection!", "Issue.blocking: IssueConnection!"}  # fmt: skip
    assert set(differences(schema(), github)) == newer  # newer.graphql: the package does not carry them yet


@pytest.mark.real_server
@pytest.mark.xdist_group("schema")
def test_a_field_that_github_does_not_have_is_noticed(github: GraphQLSchema) -> None:
    made_up = build_schema("type Query { viewer: String  rateLimit(x: Int): RateLimit }  type RateLimit { joy: Int }")
    assert set(differences(made_up, github)) == {
        "Query.viewer: String", "Query.rateLimit.x", "RateLimit.joy: Int",
    }  # fmt: skip


@pytest.mark.real_server
@pytest.mark.xdist_group("schema")
@pytest.mark.parametrize("query", [queries.ISSUES, queries.DETAIL, queries.JOBS, details(), PAGE])
def test_queries_are_valid_at_github(github: GraphQLSchema, query: str) -> None:
    assert not validate(github, parse(query))


def test_every_field_is_answered_by_a_resolver() -> None:
    """Nothing is left to chance attributes, but payloads and plain records, which are dictionaries."""
    plain = {"RateLimit", "PageInfo", "SubIssuesSummary", "CheckAnnotationSpan", "CheckAnnotationPosition"}
    for name, kind in schema().type_map.items():
        if not is_object_type(kind) or name.startswith("__") or name in plain or name.endswith(("Payload", "Edge")):
            continue
        bare = [field for field, value in kind.fields.items() if value.resolve is None]
        assert not bare or bare == list(kind.fields) or name == "TreeEntry", f"{name}: {bare}"
