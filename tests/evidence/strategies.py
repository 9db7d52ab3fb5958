"""Any check over any readings: hostile text, huge numbers, empty sets, every state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.evidence.given import NOW, REFUSED, check
from vauntico_tui.evidence.facts import (
    Alert,
    AlertRule,
    Branch,
    Deployment,
    FailedJob,
    File,
    Issue,
    IssueSet,
    PullRequest,
    PullState,
    Readings,
    Repository,
    Run,
    RunSet,
    ScrapeTarget,
    Secret,
    Series,
    Signature,
    UrlAnswer,
)
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.evidence.specs import AllOf, AnyOf, Check

names = st.sampled_from(
    [
        "main",
        "production",
        "severity: critical",
        "a.yml",
        "a.json",
        "Build",
        "[/x]",
        "\x1b[31m",
        "",
        "%s",
        "{0}",
        "\u202ex",
    ]
) | st.text(max_size=12)
contents = names | st.sampled_from(["a: [1, 2]\n", '{"a": 1}', "a = 1\n", "&a [*a]", "[" * 3000, "Phase: 1\nKPIs: MRR"])
times = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)) | st.just(NOW)  # noqa: DTZ001
values = st.floats() | st.sampled_from([0.0, 1.0, 1e308, -1e308])
points = st.lists(st.tuples(st.floats(), values), max_size=6).map(tuple)
spans = st.timedeltas(timedelta(), timedelta.max)
states = st.sampled_from(State)
ids = st.integers(0, 2**53)
labels = st.lists(names, max_size=3).map(tuple)
label_sets = st.dictionaries(names, names, max_size=3)


def readings_of(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Reading[Any]]:
    return st.builds(Reading, st.none() | value, st.none() | times, states, st.none() | st.just(REFUSED))


def _tuples(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(value, max_size=2).map(tuple)


_jobs = _tuples(st.builds(FailedJob, names, st.none() | names, names, st.none() | names))
runs = st.builds(
    Run, id=ids, number=ids, attempt=ids, workflow=names, path=names, branch=names,
    event=names, status=st.just("completed") | names, conclusion=st.sampled_from(["success", "failure", None]) | names,
    sha=names, title=names, url=names, created_at=times, started_at=times, updated_at=times, failed_jobs=_jobs,
)  # fmt: skip
issues = st.builds(
    Issue, number=ids, title=names, state=st.sampled_from(["open", "closed"]), labels=labels,
    assignees=labels, created_at=times, updated_at=times, url=names, closed_at=st.none() | times,
)  # fmt: skip
issue_sets = st.builds(IssueSet, _tuples(issues).map(lambda ones: {one.number: one for one in ones}), st.booleans())
run_sets = st.builds(RunSet, _tuples(runs), st.integers(0, 10**9))
deployments = st.builds(
    Deployment, id=ids, environment=names, ref=names, sha=names,
    state=st.sampled_from(["success", "failure", "inactive"]) | names, created_at=times, updated_at=times, url=names,
    description=names,
)  # fmt: skip
pulls = st.builds(
    PullRequest, number=ids, title=names, body=contents, author=names, branch=names, base=names,
    draft=st.booleans(), labels=labels, created_at=times, updated_at=times, url=names,
)  # fmt: skip
series = st.builds(Series, label_sets, points)
signatures = st.builds(Signature, names, names, st.none() | names, times, names, st.none() | times)
alerts = st.builds(
    Alert, key=names, name=names, state=st.sampled_from(["firing", "pending", "suppressed"]), labels=label_sets,
    annotations=label_sets, active_at=times, url=st.none() | names,
)  # fmt: skip
rules = st.builds(AlertRule, names, names, names, st.sampled_from(["ok", "err"]), labels=label_sets)
targets = st.builds(ScrapeTarget, names, names, st.sampled_from(["up", "down", "unknown"]), st.none() | times, names)


@st.composite
def any_readings(draw: st.DrawFn) -> Readings:
    """Readings of which every part may be missing, old, failed or absurd, asked for by the names of `any_check`."""

    def by(keys: st.SearchStrategy[Any], value: st.SearchStrategy[Any]) -> Any:
        return draw(st.dictionaries(keys, readings_of(value), max_size=1))

    return Readings(
        repository=draw(readings_of(st.builds(Repository, names, names, names))),
        issues=draw(readings_of(issue_sets)),
        runs=draw(readings_of(run_sets)),
        deployments=draw(readings_of(_tuples(deployments))),
        pulls=draw(readings_of(_tuples(pulls))),
        secrets=by(names, _tuples(st.builds(Secret, names, times, names))),
        branches=by(names, st.builds(Branch, names, st.booleans(), merged_pull=st.none() | ids)),
        pull_states=by(st.integers(1, 3), st.builds(PullState, ids, names)),
        files=by(st.tuples(names, names), st.builds(File, names, names, st.none() | contents)),
        instants=by(names, _tuples(series)),
        ranges=by(names, _tuples(series)),
        targets=draw(readings_of(_tuples(targets))),
        alerts=draw(readings_of(_tuples(alerts))),
        rules=draw(readings_of(_tuples(rules))),
        urls=by(st.just("http://x"), st.builds(UrlAnswer, names, st.integers(), values, names)),
        signatures=draw(readings_of(_tuples(signatures))),
        reviews=draw(readings_of(_tuples(signatures))),
    )


def _some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


def _kind(kind: str, needed: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]) -> Any:
    return st.tuples(st.fixed_dictionaries(needed), _some(**optional)).map(lambda two: check(kind, **two[0], **two[1]))


_ops = st.sampled_from([">=", "<=", ">", "<", "==", "!="])
_shares = st.floats(0, 100)
_few = st.integers(1, 3)
_counts = st.integers(0, 3)
leaves: st.SearchStrategy[Check] = st.one_of(
    _kind("workflow_success", {"window": spans}, workflow=names, branch=names, at_least=_shares, min_runs=_few),
    _kind("workflow_latest", {"workflow": names}, branch=names, job=names, runs=_few),
    _kind("deployments", {"environment": names}, rule=st.sampled_from(["all", "latest"]), window=spans, at_least=_few),
    _kind("secrets_present", {"names": st.lists(names, min_size=1, max_size=3)}, scope=names, updated_since=times),
    _kind("file_exists", {"path": names}, ref=names),
    _kind("file_matches", {"path": names}, ref=names, text=names, regex=names, at=names, equals=names | st.integers(),
          format=st.sampled_from(["yaml", "json", "toml"]), contains=st.lists(names, max_size=2)),
    _kind("merged", {}, branch=names, pull=_few, into=names),
    _kind("issues", {}, labels=st.lists(names, max_size=2), any_labels=st.lists(names, max_size=2), at_most=_counts,
          state=st.sampled_from(["open", "closed", "all"]), at_least=_counts, share_at_least=_shares),
    _kind("pulls_comply", {}, at_least=_shares, drafts=st.booleans(), base=names),
    _kind("promql", {"query": names, "op": _ops, "bound": values}, unit=names, at_least=_few,
          series=st.sampled_from(["every", "any"]), **{"for": spans}),
    _kind("targets_up", {"jobs": st.lists(names, min_size=1, max_size=3)}),
    _kind("no_alert", {}, matching=label_sets, pending=st.booleans()),
    _kind("url_answers", {"url": st.just("http://x")}, status=st.integers(), contains=names, within=spans),
    _kind("review_held", {"review": names, "every": spans}),
    _kind("signed_by", {}, subject=names, role=names),
)  # fmt: skip


def _composed(parts: st.SearchStrategy[Check]) -> st.SearchStrategy[Check]:
    of = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, check=st.just("all"), of=of) | st.builds(AnyOf, check=st.just("any"), of=of)


any_check: st.SearchStrategy[Check] = st.recursive(leaves, _composed, max_leaves=5)
