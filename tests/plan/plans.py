"""Any plan that a file can hold: hypothesis strategies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from vauntico_tui.evidence import specs
from vauntico_tui.plan import model

TEXT = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from(list("ab \n\r\t\"'\\#=[]{}\0\x1b\x7f\u2028é🎯\ue000")), max_size=30),
    st.sampled_from(
        ["'''", '"""', "a\r\nb", "a\n'''\nb'", "\n", "\nx\n", "x\\", '"', "'", "\ue0000xx\ue000", "C:\\n\\t"]
    ),
)
IDS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)
NUMBERS = st.floats(-1e12, 1e12, allow_nan=False).map(lambda number: round(number, 6))
SPANS = st.one_of(
    st.timedeltas(timedelta(0), timedelta(days=3650)),
    st.integers(0, 10**8).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(0, 200).map(lambda weeks: timedelta(weeks=weeks)),
)
INSTANTS = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001 (the strategy adds the zones)
    datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def several(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


def _spec(kind: type[specs.Spec], check: str, **fields: Any) -> st.SearchStrategy[Any]:
    return st.builds(kind, check=st.just(check), title=TEXT, **fields)


LEAVES: tuple[st.SearchStrategy[Any], ...] = (
    _spec(specs.WorkflowSuccess, "workflow_success", workflow=maybe(TEXT), window=SPANS, at_least=st.floats(0, 100)),
    _spec(specs.WorkflowLatest, "workflow_latest", workflow=TEXT, job=maybe(TEXT), runs=st.integers(1, 9)),
    _spec(specs.Deployments, "deployments", environment=TEXT, rule=st.sampled_from(["all", "latest"]),
          window=maybe(SPANS)),
    _spec(specs.SecretsPresent, "secrets_present", names=st.lists(TEXT, min_size=1, max_size=3).map(tuple),
          updated_since=maybe(INSTANTS)),
    _spec(specs.FileExists, "file_exists", path=TEXT, ref=maybe(TEXT)),
    _spec(specs.FileMatches, "file_matches", path=TEXT, text=TEXT),
    _spec(specs.FileMatches, "file_matches", path=TEXT, at=TEXT, contains=several(TEXT),
          equals=maybe(TEXT | st.integers(-(2**62), 2**62) | st.booleans() | NUMBERS)),
    _spec(specs.Merged, "merged", branch=TEXT),
    _spec(specs.Issues, "issues", labels=several(TEXT), any_labels=several(TEXT), at_most=st.integers(0, 10**6)),
    _spec(specs.PullsComply, "pulls_comply", at_least=st.floats(0, 100), drafts=st.booleans()),
    _spec(specs.PromQL, "promql", query=TEXT, op=st.sampled_from([">=", "<", "!="]), bound=NUMBERS, hold=maybe(SPANS)),
    _spec(specs.TargetsUp, "targets_up", jobs=st.lists(TEXT, min_size=1, max_size=3).map(tuple)),
    _spec(specs.NoAlert, "no_alert", matching=st.dictionaries(TEXT, st.just("crit.*"), max_size=3)),
    _spec(specs.UrlAnswers, "url_answers", url=TEXT.map(lambda text: f"https://{text}"), within=maybe(SPANS)),
    _spec(specs.SignedBy, "signed_by", subject=maybe(TEXT), role=st.sampled_from([None, "executive"])),
)  # fmt: skip
CHECKS: st.SearchStrategy[Any] = st.recursive(
    st.one_of(*LEAVES),
    lambda inner: st.builds(
        lambda kind, title, of: kind(check="all" if kind is specs.AllOf else "any", title=title, of=tuple(of)),
        st.sampled_from([specs.AllOf, specs.AnyOf]), TEXT, st.lists(inner, min_size=1, max_size=3)),
    max_leaves=4,
)  # fmt: skip


def _unique(strategy: st.SearchStrategy[Any], key: str = "id") -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3, unique_by=lambda one: getattr(one, key)).map(tuple)


@st.composite
def plans(draw: st.DrawFn) -> model.Plan:
    """A plan without a problem: its names point somewhere, its ids are there once."""
    hours = maybe(st.floats(0, 10**6))
    roles = draw(_unique(st.builds(model.Role, id=IDS, title=TEXT, focus=TEXT)))
    owner = st.sampled_from([None, *(role.id for role in roles)])
    promise: dict[str, Any] = {"id": IDS, "title": TEXT, "owner": owner, "check": maybe(CHECKS)}
    first = st.integers(1, 50)
    weeks = draw(
        _unique(
            first.flatmap(
                lambda start: st.builds(
                    model.Week,
                    id=TEXT,
                    title=TEXT,
                    first=st.just(start),
                    last=st.integers(start, 60),
                    hours=hours,
                    focus=TEXT,
                )
            )
        )
    )
    sections: tuple[model.WorkSection, ...] = ()
    parts: dict[str, Any] = {}
    if weeks:
        week = st.sampled_from([one.id for one in weeks])
        sections = draw(_unique(st.builds(model.WorkSection, id=TEXT, week=week, title=TEXT, branch=maybe(TEXT))))
        parts["targets"] = draw(_unique(st.builds(model.Target, week=week, **promise)))
    if sections:
        parts["deliverables"] = draw(
            _unique(
                st.sampled_from(sections).flatmap(
                    lambda one: st.builds(model.Deliverable, week=st.just(one.week), section=st.just(one.id), **promise)
                )
            )
        )
    snippets = several(st.builds(model.Snippet, language=TEXT, text=TEXT, file=maybe(TEXT)), 2)
    return model.Plan(
        title=draw(TEXT),
        started_at=draw(maybe(INSTANTS)),
        success_definition=draw(TEXT),
        team=draw(TEXT),
        summary=draw(st.builds(model.Summary, text=TEXT, issues=maybe(st.integers()), unblock_within=maybe(SPANS))),
        severities=draw(st.builds(model.Severities, critical=several(TEXT))),
        roles=roles,
        weeks=weeks,
        sections=sections,
        blockers=draw(_unique(st.builds(model.Blocker, hours=hours, due=maybe(SPANS), snippets=snippets, **promise))),
        risks=draw(_unique(st.builds(model.Risk, id=TEXT, category=TEXT, title=TEXT, mitigation=TEXT))),
        reviews=draw(_unique(st.builds(model.Review, id=TEXT, title=TEXT, cadence=SPANS))),
        levels=draw(_unique(st.builds(model.Level, level=st.integers(1, 9), window=SPANS, issue_class=TEXT), "level")),
        outcomes=draw(_unique(st.builds(model.Outcome, horizon=TEXT, due=maybe(SPANS), **promise))),
        kpis=draw(_unique(st.builds(model.Kpi, id=TEXT, title=TEXT, query=TEXT, target=maybe(NUMBERS), scale=NUMBERS))),
        notes=draw(several(st.builds(model.Note, heading=TEXT, level=st.integers(1, 6), text=TEXT, after=TEXT))),
        outline=draw(several(TEXT)),
        **parts,
    )
