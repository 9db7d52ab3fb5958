"""What is asked of GitHub's GraphQL. Names from outside go in as variables, never into the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PAGE = 100
PULLS_PAGE = 50
RUNS_AT_ONCE = 50

_ISSUE = """number title state stateReason createdAt updatedAt closedAt url author { login }
  labels(first: 30) { nodes { name } } assignees(first: 10) { nodes { login } }"""
_PAGED = f"totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {_ISSUE} }}"

ISSUES = f"""query Issues($owner: String!, $name: String!, $newest: String, $oldest: String,
  $first: Boolean!, $both: Boolean!) {{
  repository(owner: $owner, name: $name) {{
    nameWithOwner url defaultBranchRef {{ name }} hasIssuesEnabled
    latest: issues(first: 1, orderBy: {{field: UPDATED_AT, direction: DESC}}) @include(if: $first) {{
      nodes {{ updatedAt }}
    }}
    newest: issues(first: {PAGE}, after: $newest, orderBy: {{field: CREATED_AT, direction: DESC}}) {{ {_PAGED} }}
    oldest: issues(first: {PAGE}, after: $oldest, orderBy: {{field: CREATED_AT, direction: ASC}}) @include(if: $both) {{
      {_PAGED}
    }}
  }}
}}"""

DETAIL = """query IssueDetail($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      number body
      comments(last: 50) { totalCount nodes { author { login } body createdAt url } }
    }
  }
}"""

JOBS = """query FailedJobs($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on WorkflowRun {
      databaseId
      checkSuite {
        checkRuns(first: 10, filterBy: {checkType: LATEST, conclusions: [FAILURE, TIMED_OUT, STARTUP_FAILURE]}) {
          nodes {
            databaseId name conclusion detailsUrl
            steps(first: 60) { nodes { name conclusion } }
            annotations(first: 3) { nodes { message } }
          }
        }
      }
    }
  }
}"""

_PULLS = f"""pulls: pullRequests(states: OPEN, first: {PULLS_PAGE}, after: $pulls,
      orderBy: {{field: UPDATED_AT, direction: DESC}}) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{
        number title body url isDraft headRefName baseRefName createdAt updatedAt author {{ login }}
        labels(first: 20) {{ nodes {{ name }} }}
        commits(last: 1) {{ nodes {{ commit {{ statusCheckRollup {{
          state
          contexts(first: 50) {{ nodes {{
            ... on CheckRun {{ name conclusion }} ... on StatusContext {{ context state }}
          }} }}
        }} }} }} }}
      }}
    }}"""
_DEPLOYMENTS = """deployments(first: 100, orderBy: {field: CREATED_AT, direction: DESC}) {
      nodes {
        databaseId environment description commitOid state createdAt updatedAt creator { login } ref { name }
        latestStatus { state description logUrl environmentUrl updatedAt }
      }
    }"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which details to ask for in one query."""

    pulls: bool = False
    after: str | None = None  # the page of pull requests
    deployments: bool = False
    branches: Sequence[str] = ()
    numbers: Sequence[int] = ()
    files: Sequence[tuple[str, str]] = ()  # (path, ref)

    def __bool__(self) -> bool:
        return bool(self.pulls or self.deployments or self.branches or self.numbers or self.files)


def details(owner: str, name: str, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The query and its variables. Parts by alias: pulls, deployments, b0… and m0… (a branch and the pull requests
    from it), n0… (pull requests by number), f0… (files)."""
    parts, declared = [], ["$owner: String!", "$name: String!"]
    variables: dict[str, Any] = {"owner": owner, "name": name}
    if wanted.pulls:
        declared.append("$pulls: String")
        variables["pulls"] = wanted.after
        parts.append(_PULLS)
    if wanted.deployments:
        parts.append(_DEPLOYMENTS)
    for at, branch in enumerate(wanted.branches):
        declared += [f"$b{at}: String!", f"$m{at}: String!"]
        variables |= {f"b{at}": f"refs/heads/{branch}", f"m{at}": branch}
        parts.append(f"b{at}: ref(qualifiedName: $b{at}) {{ target {{ oid }} }}")
        parts.append(
            f"m{at}: pullRequests(headRefName: $m{at}, first: 10, orderBy: {{field: UPDATED_AT, direction: DESC}}) "
            "{ nodes { number state mergedAt baseRefName } }"
        )
    for at, number in enumerate(wanted.numbers):
        declared.append(f"$n{at}: Int!")
        variables[f"n{at}"] = number
        parts.append(f"n{at}: pullRequest(number: $n{at}) {{ number state mergedAt url }}")
    for at, (path, ref) in enumerate(wanted.files):
        declared.append(f"$f{at}: String!")
        variables[f"f{at}"] = f"{ref}:{path}"
        parts.append(f"f{at}: object(expression: $f{at}) {{ __typename ... on Blob {{ text isBinary isTruncated }} }}")
    inner = "\n    ".join(parts)
    return (
        f"query Details({', '.join(declared)}) {{\n  repository(owner: $owner, name: $name) {{\n"
        f"    nameWithOwner\n    counted: issues {{ totalCount }}\n    {inner}\n  }}\n}}",
        variables,
    )
