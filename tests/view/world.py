"""A small plan and a small world for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.evidence.given import HOME, NOW, ago, alert, check, deployment, failed_job, file, issue, pull, run, series
from vauntico_tui.evidence.facts import IssueSet, Readings, RunSet
from vauntico_tui.evidence.reading import SourceStatus, State, fresh
from vauntico_tui.plan.model import (
    Approval,
    Blocker,
    Deliverable,
    Kpi,
    Level,
    Note,
    Outcome,
    Phase,
    Plan,
    Review,
    Risk,
    Snippet,
    Summary,
    Target,
    Week,
)
from vauntico_tui.view.build import build_view
from vauntico_tui.view.model import View

STARTED = ago(hours=10)
CRITICAL = "severity: critical"
PLAN = Plan(
    title="Vauntico Issues Resolution",
    summary=Summary(text="60 issues", issues=60),
    phases=(Phase(number=2, title="Licensing"), Phase(number=1, title="Foundation", mrr_target=100_000)),
    blockers=(
        Blocker(
            id="db", title="Database tests", owner="backend-dev", hours=2, due=timedelta(hours=24), branch="hotfix/x",
            check=check("workflow_latest", workflow="build-verification.yml", job="integration"),
            snippets=(Snippet(language="bash", text="docker run postgres\n", file=".github/workflows/build.yml"),),
        ),
        Blocker(id="secrets", title="Secrets", check=check("secrets_present", names=["A"])),
    ),
    weeks=(Week(id="week-1", title="WEEK 1", first=1, last=1, hours=40, focus="Critical path"),),
    deliverables=(
        Deliverable(id="memo", title="Memo", week="week-1", section="s", check=check("file_exists", path="m")),
    ),
    targets=(
        Target(id="critical", title="0 critical", week="week-1", check=check("issues", labels=[CRITICAL], at_most=0)),
        Target(id="coverage", title="80 %", week="week-1",
               check=check("promql", query="coverage", op=">=", bound=80, unit="%")),
    ),
    risks=(Risk(id="r", category="technical", title="Migration", mitigation="Blue-green"),),
    reviews=(Review(id="weekly", title="Weekly review", cadence=timedelta(weeks=1)),),
    outcomes=(Outcome(id="ok", title="Unblocked", horizon="immediate", due=timedelta(hours=48)),),
    approvals=(Approval(id="hotfix", title="Hotfix", check=check("signed_by")),),
    levels=(Level(level=1, window=timedelta(hours=24), issue_class="Critical", severity="critical"),
            Level(level=2, window=timedelta(hours=48), issue_class="High", severity="high")),
    kpis=(
        Kpi(id="licences", title="Licences", query="licences", phase=2, target=5, scale=12),
        Kpi(id="coverage", title="Coverage", query="coverage", phase=1, unit="%", target=80),
        Kpi(id="spots", title="Blind spots", query="spots", phase=1, target=4),
        Kpi(id="findings", title="Findings", query="findings", op="<=", target=0),
    ),
    notes=(Note(heading="Afterword", text="words", after="risks"),),
)  # fmt: skip
FRESH = (SourceStatus("github", "GitHub", "GH", State.FRESH, NOW),)
LOADING = (SourceStatus("github", "GitHub", "GH", State.LOADING),)


def readings(**parts: Any) -> Readings:
    """A world in which something of everything is known."""
    known = [issue(1, CRITICAL, created=ago(days=9)), issue(2, "severity: high"), issue(3, CRITICAL, state="closed")]
    day = [50.0 + place / 10 for place in range(289)]
    base: dict[str, Any] = {
        "repository": HOME,
        "issues": fresh(IssueSet({one.number: one for one in known}, True), NOW),
        "runs": fresh(RunSet((run(1, "failure", jobs=[failed_job()]), run(2),
                              run(3, workflow="Lint", path="lint.yml")), 3), NOW),
        "deployments": fresh((deployment(1),), NOW),
        "pulls": fresh((pull(7, "Phase: 1"),), NOW),
        "alerts": fresh((alert("Down", severity="critical"),), NOW),
        "ranges": {
            "licences": fresh((series(*[2.0] * 289),), NOW),
            "coverage": fresh((series(*day),), NOW),
            "spots": fresh(tuple(series(*[1.0] * 289, labels={"blind_spot": name}) for name in "abcd"), NOW),
            "findings": fresh(tuple(series(*[value] * 289, labels={"severity": name, "job": "scan"})
                                    for name, value in (("high", 2.0), ("low", 3.0))), NOW),
        },
        "files": file(".github/workflows/build-verification.yml", "jobs: {integration: {}}").files,
        "instants": {"coverage": fresh((series(78.8),), NOW)},
    }  # fmt: skip
    return Readings(**{**base, **parts})


def view(
    world: Readings | None = None, now: datetime = NOW, statuses: Sequence[SourceStatus] = FRESH, plan: Plan = PLAN,
    started_at: datetime | None = STARTED, **more: Any,
) -> View:  # fmt: skip
    return build_view(plan, "plan.toml", world or readings(), statuses, None, now, started_at=started_at, **more)
