"""Commits on a branch, refs and pull requests over GraphQL, and branches that are protected."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from tests.sim.conftest import Ask

COMMIT = """mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) {
  clientMutationId ref { name target { oid } }
  commit { oid message changedFilesIfAvailable author { user { login } } } } }"""
SCENE = """query { repository(owner: "vauntico", name: "vauntico") { id viewerCanAdminister
  defaultBranchRef { id name target { oid } compare(headRef: "work") { aheadBy behindBy status commits(first: 5) {
    nodes { messageHeadline } } } branchProtectionRule { pattern isAdminEnforced requiredStatusCheckContexts }
    refUpdateRule { viewerCanPush } }
  pullRequestTemplates { filename body } branchProtectionRules(first: 5) { nodes { pattern } }
  ref(qualifiedName: "refs/heads/work") { id target { ... on Commit { file(path: "docs") { type object {
    ... on Tree { entries { name path type size } } } } } } } } }"""
BOUND = {"required_status_checks": None, "enforce_admins": True, "restrictions": None,
         "required_pull_request_reviews": {"required_approving_review_count": 1}}  # fmt: skip


def head(ask: Ask, branch: str = "main") -> str:
    return str(ask.json(f"/git/ref/heads/{branch}")["object"]["sha"])


def work(ask: Ask) -> str:
    """A branch of one's own; its head."""
    sha = head(ask)
    ask("POST", "/git/refs", json={"ref": "refs/heads/work", "sha": sha})
    return sha


def commit(ask: Ask, expected: str, to: str = "work", /, **more: Any) -> dict[str, Any]:
    changed = {"additions": [{"path": "docs/new.md", "contents": base64.b64encode(b"new\n").decode()}],
               "deletions": [{"path": "vercel.json"}]}  # fmt: skip
    given = {
        "branch": {"repositoryNameWithOwner": "vauntico/vauntico", "branchName": to},
        "message": {"headline": "1: fix: this", "body": "and that"}, "expectedHeadOid": expected,
        "fileChanges": changed, "clientMutationId": "x",
    }  # fmt: skip
    return ask.graphql(COMMIT, input={**given, **more})


def error(answer: dict[str, Any]) -> tuple[str, str]:
    return answer["errors"][0]["type"], answer["errors"][0]["message"]


def test_all_files_in_one_commit(ask: Ask) -> None:
    told = commit(ask, work(ask))["data"]["createCommitOnBranch"]
    assert (told["ref"]["name"], told["ref"]["target"]["oid"], told["clientMutationId"]) == (
        "work", told["commit"]["oid"], "x",
    )  # fmt: skip
    assert told["commit"]["message"] == "1: fix: this\n\nand that"
    assert told["commit"]["changedFilesIfAvailable"] == 2
    assert told["commit"]["author"]["user"]["login"] == "lead-dev"
    assert ask.get("/contents/vercel.json", ref="work").status_code == 404
    assert ask.json("/contents/docs/new.md", ref="work")["size"] == 4


def test_a_branch_that_moved_on_is_refused(ask: Ask) -> None:
    old = work(ask)
    new = commit(ask, old)["data"]["createCommitOnBranch"]["commit"]["oid"]
    kind, message = error(commit(ask, old))
    assert kind == "STALE_DATA"
    assert message == f'Expected branch to point to "{old}" but it did not.  Pull and try again.'
    assert head(ask, "work") == new


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"branch": {"repositoryNameWithOwner": "vauntico/vauntico", "branchName": "none"}}, "NOT_FOUND"),
        ({"branch": {"repositoryNameWithOwner": "a/b", "branchName": "work"}}, "NOT_FOUND"),
        ({"branch": {"id": "xyz"}}, "NOT_FOUND"),
        ({"fileChanges": {"deletions": [{"path": "none"}]}}, "UNPROCESSABLE"),
        ({"fileChanges": {"additions": [{"path": "../x", "contents": ""}]}}, "UNPROCESSABLE"),
        ({"fileChanges": {"additions": [{"path": "x", "contents": "not base64!"}]}}, "UNPROCESSABLE"),
        ({"message": {"headline": " "}}, "UNPROCESSABLE"),
    ],
)
def test_what_is_no_commit_is_refused(ask: Ask, more: dict[str, Any], kind: str) -> None:
    sha = work(ask)
    assert error(commit(ask, sha, **more))[0] == kind
    assert head(ask, "work") == sha


def test_a_workflow_needs_the_workflow_scope(ask: Ask) -> None:
    sha = work(ask)
    ask.knob("/token", scopes=["repo"])
    changed = {"additions": [{"path": ".github/workflows/lint.yml", "contents": "eA=="}]}
    kind, message = error(commit(ask, sha, fileChanges=changed))
    assert kind == "FORBIDDEN"
    assert "without `workflow` scope" in message
    ask.knob("/token", scopes=[])
    assert error(ask.graphql(SCENE))[0] == "NOT_FOUND"


def test_a_protected_branch_takes_no_push_only_pull_requests_that_have_what_it_wants(ask: Ask) -> None:
    sha = work(ask)
    commit(ask, sha)
    ask("PUT", "/branches/main/protection", json=BOUND)
    kind, message = error(commit(ask, sha, "main"))
    assert kind == "BRANCH_PROTECTION_RULE_VIOLATION"
    assert "Changes must be made through a pull request." in message
    moved = ask("PATCH", "/git/refs/heads/main", json={"sha": head(ask, "work")})
    written = ask("PUT", "/contents/x.md", json={"message": "x", "content": "eA==", "branch": "main"})
    assert (moved.status_code, written.status_code) == (422, 409)
    assert head(ask) == sha
    number = ask("POST", "/pulls", json={"title": "1: fix: x", "head": "work", "base": "main"}).json()["number"]
    refused = ask("PUT", f"/pulls/{number}/merge")
    assert (refused.status_code, refused.json()["message"]) == (
        405, "At least 1 approving review is required by reviewers with write access.",
    )  # fmt: skip
    assert ask("DELETE", "/branches/main/protection").status_code == 204
    assert ask("PUT", f"/pulls/{number}/merge").status_code == 200


def test_an_administrator_passes_a_protection_that_does_not_bind_him(ask: Ask) -> None:
    sha = head(ask)
    ask("PUT", "/branches/main/protection", json={**BOUND, "enforce_admins": False})
    ask.knob("/token", login="devops")
    assert error(commit(ask, sha, "main"))[0] == "BRANCH_PROTECTION_RULE_VIOLATION"
    ask.knob("/token", login="lead-dev")
    assert "errors" not in commit(ask, sha, "main")


def test_required_checks_must_have_ended_well(ask: Ask) -> None:
    commit(ask, work(ask))
    wanted = {"strict": False, "contexts": ["integration"]}
    guard = {**BOUND, "required_pull_request_reviews": None, "required_status_checks": wanted}
    ask("PUT", "/branches/main/protection", json=guard)
    number = ask("POST", "/pulls", json={"title": "1: fix: x", "head": "work", "base": "main"}).json()["number"]
    early = ask("PUT", f"/pulls/{number}/merge").json()["message"]
    ask.knob("/advance", seconds=900)
    late = ask("PUT", f"/pulls/{number}/merge").json()["message"]
    assert early == 'Required status check "integration" is expected.'
    assert late == 'Required status check "integration" is failing.'


def test_one_query_shows_the_scene(ask: Ask) -> None:
    sha = work(ask)
    commit(ask, sha)
    ask("PUT", "/branches/main/protection", json=BOUND)
    told = ask.graphql(SCENE)["data"]["repository"]
    main = told["defaultBranchRef"]
    assert main["compare"]["aheadBy"] == 1
    assert main["compare"]["status"] == "AHEAD"
    assert main["compare"]["commits"]["nodes"] == [{"messageHeadline": "1: fix: this"}]
    assert main["refUpdateRule"] == {"viewerCanPush": False}
    assert told["branchProtectionRules"]["nodes"] == [{"pattern": "main"}]
    assert told["pullRequestTemplates"][0]["filename"] == ".github/PULL_REQUEST_TEMPLATE.md"
    entries = told["ref"]["target"]["file"]["object"]["entries"]
    assert {"name": "new.md", "path": "docs/new.md", "type": "blob", "size": 4} in entries


def test_refs_and_pull_requests(ask: Ask) -> None:
    own = ask.graphql(SCENE)["data"]["repository"]["id"]
    create = "mutation($i: CreateRefInput!) { createRef(input: $i) { ref { id name } } }"
    wanted = {"repositoryId": own, "name": "refs/heads/work", "oid": head(ask)}
    ref = ask.graphql(create, i=wanted)["data"]["createRef"]["ref"]
    assert error(ask.graphql(create, i=wanted))[1] == 'A ref named "refs/heads/work" already exists in the repository.'
    assert error(ask.graphql(create, i={**wanted, "name": "refs/heads/a..b"}))[0] == "UNPROCESSABLE"
    opening = """mutation($i: CreatePullRequestInput!) { createPullRequest(input: $i) {
      pullRequest { id number body isDraft } } }"""
    pull = {"repositoryId": own, "baseRefName": "main", "headRefName": "work", "title": "1: fix: x", "body": "b"}
    assert "No commits between" in error(ask.graphql(opening, i=pull))[1]
    commit(ask, head(ask))
    made = ask.graphql(opening, i=pull)["data"]["createPullRequest"]["pullRequest"]
    assert "already exists" in error(ask.graphql(opening, i=pull))[1]
    change = "mutation($i: UpdatePullRequestInput!) { updatePullRequest(input: $i) { pullRequest { body state } } }"
    told = ask.graphql(change, i={"pullRequestId": made["id"], "body": "c", "state": "CLOSED"})
    assert told["data"]["updatePullRequest"]["pullRequest"] == {"body": "c", "state": "CLOSED"}
    move = "mutation($i: UpdateRefInput!) { updateRef(input: $i) { ref { target { oid } } } }"
    old = head(ask)
    assert error(ask.graphql(move, i={"refId": ref["id"], "oid": old}))[1] == "Update is not a fast forward"
    assert "errors" not in ask.graphql(move, i={"refId": ref["id"], "oid": old, "force": True})
    gone = "mutation($i: DeleteRefInput!) { deleteRef(input: $i) { clientMutationId } }"
    assert "errors" not in ask.graphql(gone, i={"refId": ref["id"]})
    assert ask.get("/git/ref/heads/work").status_code == 404


@pytest.mark.real_server
@pytest.mark.xdist_group("schema")
def test_these_are_valid_at_github(descriptions: Path) -> None:
    schema = build_schema((descriptions / "schema.graphql").read_text(encoding="utf-8"), assume_valid=True)
    assert [validate(schema, parse(query)) for query in (COMMIT, SCENE)] == [[], []]


@pytest.mark.parametrize(
    ("held", "method", "path", "lacks"),
    [
        ({"secrets": "read"}, "PUT", "/actions/secrets/X", "secrets=write"),
        ({}, "GET", "/actions/secrets", "secrets=read"),
        ({"contents": "read"}, "POST", "/git/refs", "contents=write"),
        ({"contents": "write"}, "POST", "/pulls", "pull_requests=write"),
        ({"actions": "read"}, "PUT", "/actions/workflows/lint.yml/disable", "actions=write"),
        ({"contents": "write"}, "GET", "/branches/main/protection", "administration=read"),
        ({}, "POST", "/issues/14/comments", "issues=write"),
    ],
)
def test_a_fine_grained_token_is_told_what_it_lacks(
    ask: Ask, held: dict[str, str], method: str, path: str, lacks: str
) -> None:
    ask.knob("/token", permissions=held)
    assert ask.get("").status_code == 200
    refused = ask(method, path, json={} if method != "GET" else None)
    assert refused.status_code == 403
    assert refused.json()["message"] == "Resource not accessible by personal access token"
    assert refused.headers["x-accepted-github-permissions"] == lacks


def test_a_fine_grained_token_commits_only_with_contents(ask: Ask) -> None:
    sha = work(ask)
    ask.knob("/token", permissions={"contents": "read"})
    assert error(commit(ask, sha))[0] == "FORBIDDEN"
    ask.knob("/token", permissions={"contents": "write"})
    assert "errors" not in commit(ask, sha)
