"""Views to draw without any source: the sketch's picture, and each state a screen must bear."""

# ruff: noqa: PLR0917 - rows of tables read best in order
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vauntico_tui.evidence.facts import Deployment, Issue, PullRequest
from vauntico_tui.evidence.reading import Budget, SourceStatus, State, Trouble
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.view.model import (
    Change,
    CiView,
    ClockView,
    EscalationsView,
    EscalationView,
    IssuesView,
    JobView,
    KpiView,
    LevelView,
    PhaseView,
    PlanView,
    PromiseView,
    Row,
    RunView,
    SectionView,
    SnippetView,
    View,
    WeekView,
    WorkflowView,
)

NOW = datetime(2026, 3, 12, 14, 48, tzinfo=UTC)
REPO = "https://github.com/vauntico/vauntico"
PROM = "http://127.0.0.1:9090"

HOSTILE = (
    "fix [/path] [@click=app.quit]x[/] [bold red]R[/] [[ \\[ {x} %s 数据库连接失败 👩‍👩‍👧‍👦 é ﷽ a/b‹›"
    " and then it goes on for very much longer than any pane is wide, so it has to be cut somewhere"
)
"""What the door lets through: markup of two kinds, wide and joined characters, and too much of it."""

TROUBLE = Trouble("refused", "127.0.0.1:9090 refuses connections", "start Prometheus or correct [prometheus] url")
AUTH = Trouble("auth", "GitHub says 401: the token has expired", "run gh auth login, then press R")


def _ago(now: datetime, **span: float) -> datetime:
    return now - timedelta(**span)


def _in(now: datetime, **span: float) -> datetime:
    return now + timedelta(**span)


# ---- promises ---------------------------------------------------------------------------------------------------


def _blockers(now: datetime) -> tuple[PromiseView, ...]:
    due = _in(now, hours=9, minutes=12)
    seen = _ago(now, seconds=4)
    return (
        PromiseView(
            "blocker",
            "database-test-infrastructure",
            "Database test infrastructure",
            Verdict(
                Mark.UNMET,
                "integration: 4 of last 5 red · ECONNREFUSED :5432",
                figure="1 of 5",
                bound="5 of 5",
                link=f"{REPO}/actions/runs/8812",
                as_of=seen,
                parts=(
                    Verdict(
                        Mark.UNMET,
                        "job integration failed in run 8812",
                        title="integration job passes",
                        link=f"{REPO}/actions/runs/8812",
                        as_of=seen,
                    ),
                    Verdict(
                        Mark.UNMET,
                        "no service postgres in build-verification.yml",
                        title="workflow has a database",
                        link=f"{REPO}/blob/main/.github/workflows/build-verification.yml",
                        as_of=seen,
                    ),
                ),
            ),
            owner="backend-dev",
            due_at=due,
            hours=2,
            branch="hotfix/critical-deployment-blockers",
            snippets=(
                SnippetView(
                    "bash",
                    "# Priority 1: Fix CI/CD Database Issues\n"
                    "git checkout -b hotfix/critical-deployment-blockers\n"
                    "- name: Setup Test Database\n  run: |\n    docker run -d postgres:15-alpine\n",
                    ".github/workflows/build-verification.yml",
                ),
            ),
            check='check = "workflow_latest"\nworkflow = "Build Verification"\njob = "integration"\nruns = 5\n',
        ),
        PromiseView(
            "blocker",
            "production-secrets",
            "Production secrets",
            Verdict(
                Mark.UNMET,
                "3 of 5 set · missing PAYSTACK_SECRET_KEY, RESEND_API_KEY",
                figure="3",
                bound="5",
                link=f"{REPO}/settings/secrets/actions",
                as_of=seen,
            ),
            owner="devops",
            due_at=due,
            hours=1,
            branch="hotfix/critical-deployment-blockers",
            snippets=(SnippetView("bash", 'gh secret set STRIPE_SECRET_KEY --body "production_key_here"\n', None),),
            check='check = "secrets_present"\nnames = ["STRIPE_SECRET_KEY", "PAYSTACK_SECRET_KEY"]\n',
        ),
        PromiseView(
            "blocker",
            "jest-configuration",
            "Jest configuration",
            Verdict(
                Mark.MET,
                "testTimeout 30000, teardown present on main",
                figure="30000",
                bound="30000",
                link=f"{REPO}/blob/main/server-v2/jest.config.js",
                as_of=_ago(now, minutes=46),
            ),
            owner="frontend-dev",
            due_at=due,
            hours=1,
            branch="hotfix/critical-deployment-blockers",
            snippets=(
                SnippetView(
                    "javascript", "module.exports = {\n  testTimeout: 30000,\n};\n", "server-v2/jest.config.js"
                ),
            ),
            check='check = "file_matches"\npath = "server-v2/jest.config.js"\nregex = "testTimeout:\\\\s*30000"\n',
        ),
        PromiseView(
            "blocker",
            "basic-monitoring",
            "Basic monitoring",
            Verdict(
                Mark.UNKNOWN,
                "vauntico-frontend never scraped; Prometheus 9 s ago",
                link=f"{PROM}/targets",
                as_of=_ago(now, seconds=9),
            ),
            owner="devops",
            due_at=due,
            hours=2,
            snippets=(SnippetView("yaml", "global:\n  scrape_interval: 15s\n", "monitoring/prometheus.yml"),),
            check='check = "targets_up"\njobs = ["vauntico-api", "vauntico-frontend"]\n',
        ),
    )


def _targets(now: datetime) -> tuple[PromiseView, ...]:
    seen = _ago(now, seconds=4)

    def target(
        ident: str,
        title: str,
        week: int,
        mark: Mark,
        reason: str,
        figure: str = "",
        bound: str = "",
        of: str = "",
        trend: tuple[float, ...] = (),
    ) -> PromiseView:
        value = trend[-1] if trend else None
        return PromiseView(
            "target",
            ident,
            title,
            Verdict(mark, reason, figure=figure, bound=bound, of=of, as_of=seen, value=value, link=f"{REPO}/actions"),
            group="week-3-4" if week == 3 else f"week-{week}",
            due_at=_in(now, days={1: 2, 2: 9, 3: 23}[week]),
            check='check = "issues"\nlabels = ["critical"]\nat_most = 0\n',
            trend=trend,
        )

    met, unmet, unknown = Mark.MET, Mark.UNMET, Mark.UNKNOWN
    return (
        target(
            "ci-success",
            "100% CI/CD pipeline success rate",
            1,
            unmet,
            "92.4 % of 131 runs succeeded in 7 days",
            "92.4 %",
            "100 %",
            "of 131 runs",
            (88.0, 89.5, 90.1, 91.8, 92.4),
        ),
        target("production-deploys", "Production deployments successful", 1, met, "6 of 6 this week", "6 of 6", "all"),
        target("kpi-tracking", "Basic KPI tracking operational", 1, met, "8 of 8 series fresh", "8 of 8", "8"),
        target("governance", "Governance compliance enforced", 1, unmet, "7 of 11 open PRs comply", "64 %", "100 %"),
        target(
            "critical-issues",
            "0 critical issues remaining",
            2,
            unmet,
            "18 open issues are critical",
            "18",
            "0",
            "",
            (22.0, 22.0, 21.0, 20.0, 19.0, 18.0),
        ),
        target(
            "test-coverage",
            "80%+ test coverage",
            2,
            unmet,
            "61.3 % is below 80 %",
            "61.3 %",
            "80 %",
            "",
            (52.0, 54.0, 57.0, 58.2, 60.0, 61.3),
        ),
        target("dashboards", "Real-time dashboards functional", 2, unknown, "no data: dashboards job absent"),
        target("docs", "Documentation 100% compliant", 2, unmet, "72 % is below 100 %", "72 %", "100 %"),
        target("all-issues", "All 60 issues resolved", 3, unmet, "46 of 60 are open", "14", "60"),
        target("performance", "System performance optimized", 3, unknown, "no data: job perf absent", "", "300 ms"),
        target("monitoring", "Enhanced monitoring deployed", 3, unmet, "2 of 5 rules loaded", "2", "5"),
        target("experience", "Developer experience improved", 3, unmet, "not signed"),
    )


def _others(now: datetime) -> tuple[tuple[PromiseView, ...], tuple[PromiseView, ...], tuple[PromiseView, ...]]:
    sections = [
        ("pr-template", ["PR templates with phase selection", "Governance validation in CI", "memories.md enforced"]),
        ("kpi-infrastructure", ["Prometheus/Grafana setup", "Revenue endpoints", "Phase-specific dashboards"]),
        ("test-overhaul", ["Integration tests", "Browser automation", "Mock service completion"]),
        ("environment", ["Docker configurations", "Vercel deployment", "Environment validation"]),
        ("documentation", ["Feature documentation", "Blind spot docs", "KPI documentation"]),
        ("advanced", ["Monitoring and alerting", "Performance", "Developer experience"]),
        ("quality", ["80%+ coverage", "Security audit", "Performance benchmarking"]),
    ]
    marks = (Mark.MET, Mark.UNMET, Mark.UNKNOWN)
    deliverables = tuple(
        PromiseView(
            "deliverable",
            f"{section}-{i + 1}",
            title,
            Verdict(marks[(s + i) % 3], f"{title}: seen on main", as_of=now, link=REPO),
            group="week-1" if s < 3 else "week-2" if s < 5 else "week-3-4",
            section=section,
            due_at=_in(now, days=2 + s * 3),
        )
        for s, (section, titles) in enumerate(sections)
        for i, title in enumerate(titles)
    )
    horizons = [
        (
            "immediate",
            ["All deployments unblocked", "Basic monitoring functional", "Critical security issues resolved"],
        ),
        ("short-term", ["Governance framework operational", "KPI tracking implemented", "Test infrastructure stable"]),
        ("long-term", ["All 60 issues resolved", "System optimized and scalable", "Enhanced developer experience"]),
    ]
    outcomes = tuple(
        PromiseView(
            "outcome",
            f"{horizon}-{i + 1}",
            title,
            Verdict(marks[(h + i) % 3], "as its parts say", as_of=now),
            group=horizon,
            due_at=_in(now, days=(1, 6, 26)[h]),
        )
        for h, (horizon, titles) in enumerate(horizons)
        for i, title in enumerate(titles)
    )
    approvals = tuple(
        PromiseView("approval", ident, title, Verdict(Mark.UNMET, "not signed", as_of=now))
        for ident, title in (
            ("hotfix-strategy", "Hotfix deployment strategy approval"),
            ("resource-allocation", "Resource allocation confirmation"),
            ("risk-mitigation", "Risk mitigation sign-off"),
        )
    )
    return deliverables, outcomes, approvals


# ---- CI ---------------------------------------------------------------------------------------------------------


def _runs(
    now: datetime, name: str, strip: str, first: int, job: JobView | None, step: timedelta
) -> tuple[RunView, ...]:
    """Runs from a strip read oldest first: . none, S success, F failure, R running, C cancelled."""
    words = {"S": "success", "F": "failure", "R": "running", "C": "cancelled", "Q": "queued"}
    runs = []
    for i, mark in enumerate(reversed(strip)):
        at = _ago(now, minutes=3, seconds=12) if mark == "R" else now - step * (i + 1)
        number = first - i
        runs.append(
            RunView(
                id=number * 10 + len(name),
                number=number,
                mark=words[mark],
                branch="main" if i % 3 else "feature/governance-compliance",
                event="push",
                title=f"Phase1: fix: {name} #{number}",
                sha=f"{number:07x}" * 5,
                actor="lead-dev",
                url=f"{REPO}/actions/runs/{number}",
                created_at=at,
                started_at=at,
                updated_at=at + timedelta(minutes=4),
                failed_jobs=(job,) if mark == "F" and job else (),
            )
        )
    return tuple(runs)


def _ci(now: datetime) -> CiView:
    job = JobView(
        "integration",
        "Run integration tests",
        "ECONNREFUSED 127.0.0.1:5432",
        f"{REPO}/actions/runs/8812/job/1",
        71,
    )
    check = JobView("validate", "Check phase", "pull request 41 names no monetization phase", f"{REPO}/pull/41", 72)
    table: list[tuple[str, str, str, float, JobView | None, timedelta]] = [
        ("Build Verification", "build-verification.yml", "SSFSFFSFFFFR", 61.0, job, timedelta(hours=2)),
        ("Governance and KPI Validation", "governance-validation.yml", "SSSFSSSSFSSS", 83.0, check, timedelta(hours=5)),
        ("Production Deploy", "production-deploy.yml", "SSSSS", 100.0, None, timedelta(days=6, hours=2)),
        ("Secret Scan", "secret-scan.yml", "SSSSSSSSSSSS", 100.0, None, timedelta(hours=6)),
        ("CodeQL Analysis", "codeql.yml", "SSSSSSSSFSSS", 96.0, job, timedelta(hours=12)),
        ("Lint", "lint.yml", "SSSSSSSSSSSS", 100.0, None, timedelta(minutes=47)),
    ]
    workflows = []
    for i, (name, path, strip, rate, failed_job, step) in enumerate(table):
        runs = _runs(now, name, strip, 8812 - 100 * i, failed_job, step)
        finished = [run for run in runs if run.mark in {"success", "failure"}]
        workflows.append(
            WorkflowView(
                name,
                path,
                rate,
                len(finished),
                runs,
                next((run for run in runs if run.mark == "running"), None),
                finished[0] if finished and finished[0].mark == "failure" else None,
            )
        )
    deployments = tuple(
        Deployment(
            900 + i,
            environment,
            "main",
            f"{i:07x}" * 5,
            state,
            _ago(now, hours=hours),
            _ago(now, hours=hours),
            f"{REPO}/deployments/{900 + i}",
            "devops",
        )
        for i, (environment, state, hours) in enumerate(
            (
                ("production", "success", 0.77),
                ("staging", "success", 3),
                ("preview", "failure", 5),
                ("production", "success", 30),
            )
        )
    )
    pulls = tuple(
        PullRequest(
            40 + i,
            f"Phase1: feat: part {i}",
            "### Phase\n- [x] Phase 1\n",
            "frontend-dev",
            f"feature/part-{i}",
            "main",
            i == 3,
            (),
            _ago(now, days=i + 1),
            _ago(now, hours=i + 1),
            f"{REPO}/pull/{40 + i}",
            ("success", "failure", "pending", None)[i % 4],
            ("validate",) if i % 4 == 1 else (),
        )
        for i in range(11)
    )
    return CiView(State.FRESH, _ago(now, seconds=4), None, tuple(workflows), deployments, pulls)


# ---- KPIs -------------------------------------------------------------------------------------------------------


def _kpis(now: datetime) -> tuple[KpiView, ...]:
    end = now.timestamp()
    bars = "▁▂▃▄▅▆▇█"

    def series(picture: str, top: float) -> tuple[tuple[float, float], ...]:
        """A day of points, one each 7.5 min, along the sketch's picture."""
        points = 192
        levels = [bars.index(char) for char in picture]
        out = []
        for i in range(points):
            at = i * (len(levels) - 1) / (points - 1)
            low, part = int(at), at - int(at)
            high = min(low + 1, len(levels) - 1)
            level = levels[low] * (1 - part) + levels[high] * part
            out.append((end - (points - 1 - i) * 450, top * (0.5 + level / 14)))
        return tuple(out)

    def kpi(
        ident: str,
        title: str,
        phase: int | None,
        unit: str,
        decimals: int,
        picture: str,
        value: float | None,
        change: float | None,
        target: float | None,
        mark: Mark,
        op: str = ">=",
        since: datetime | None = None,
    ) -> KpiView:
        return KpiView(
            ident,
            title,
            phase,
            unit,
            decimals,
            f"vauntico_{ident.replace('-', '_')}",
            State.FRESH,
            _ago(now, seconds=9),
            None,
            value,
            change,
            op,
            target,
            mark,
            series(picture, value or 1.0),
            since,
            f"{PROM}/graph?g0.expr=vauntico_{ident}",
        )

    met, unmet, unknown = Mark.MET, Mark.UNMET, Mark.UNKNOWN
    return (
        kpi("mrr", "MRR", 1, "$", 0, "▁▁▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▆▇▇▇▇██", 61_200.0, 2.1, 100_000.0, unmet),
        kpi("pro-subscriptions", "Pro subscriptions", 1, "/h", 0, "▂▂▃▃▂▃▄▄▃▄▄▅▄▅▅▅▆▅▅▆▆▇▆▇", 41.0, 8.0, 5.0, met),
        kpi(
            "score-insurance",
            "Score-insurance sign-ups",
            1,
            "/h",
            0,
            "▃▂▂▃▃▂▂▃▃▃▂▂▁▁▁▁▂▁▁▁▁▁▁▁",
            2.0,
            -61.0,
            5.0,
            unmet,
            since=_ago(now, hours=11, minutes=38),
        ),
        kpi(
            "trust-calculator",
            "Trust-calculator usage",
            1,
            "/h",
            0,
            "▂▃▃▄▄▅▅▅▄▄▃▃▂▂▂▃▃▄▄▅▅▅▆▆",
            318.0,
            1.2,
            None,
            unknown,
        ),
        kpi("blind-spots", "Blind spots mitigated", 1, "", 0, "████████████████████████", 4.0, 0.0, 4.0, met),
        kpi("test-coverage", "Test coverage", 1, "%", 1, "▂▂▂▂▃▃▃▃▃▃▃▃▃▃▄▄▄▄▄▄▄▄▄▄", 61.3, 0.4, 80.0, unmet),
        kpi("uptime", "Uptime", 3, "%", 2, "████████▁███████████████", 99.93, -0.05, 99.9, met),
        kpi(
            "webhook-failures",
            "Webhook failures",
            2,
            "%",
            2,
            "▁▁▁▁▂▁▁▁▁▁▁▁▁▃▁▁▁▁▁▁▁▁▁▁",
            0.31,
            -4.0,
            1.0,
            met,
            op="<=",
        ),
    )


# ---- escalations ------------------------------------------------------------------------------------------------


def _escalations(now: datetime) -> EscalationsView:
    def row(
        ident: str,
        title: str,
        level: int,
        state: str,
        hours: float,
        contacts: tuple[str, ...],
        assignees: tuple[str, ...] = (),
        reason: str = "",
    ) -> EscalationView:
        window = {1: 24, 2: 48, 3: 168}[level]
        breaches = _in(now, hours=hours)
        kind, _, rest = ident.partition(":")
        return EscalationView(
            ident,
            f"#{rest}" if kind == "issue" else rest,
            title,
            level,
            state,
            breaches - timedelta(hours=window),
            breaches,
            contacts,
            assignees,
            reason,
            f"{REPO}/issues/{rest}" if kind == "issue" else f"{PROM}/alerts",
        )

    one = ("Lead Developer", "DevOps")
    two = ("Full development team",)
    three = ("Assigned developers",)
    first = (
        row(
            "issue:14",
            "DATABASE_URL hard-coded in test configuration",
            1,
            "triggered",
            2 + 41 / 60,
            one,
            ("lead-dev",),
            "label severity: critical",
        ),
        row(
            "alert:ApplicationDown",
            "ApplicationDown · api.vauntico.com",
            1,
            "triggered",
            5 + 10 / 60,
            one,
            (),
            "firing since 09:58",
        ),
        row(
            "issue:3",
            "Stripe secrets missing in production",
            1,
            "acknowledged",
            9.2,
            one,
            ("lead-dev",),
            "label critical",
        ),
        row(
            "blocker:database-test-infrastructure",
            "Database test infrastructure",
            1,
            "triggered",
            9.2,
            one,
            ("backend-dev",),
            "blocker is due",
        ),
        row("issue:7", "OCI authentication gaps in release", 1, "triggered", 14.0, one, ("devops",), "label critical"),
        row(
            "deployment:production",
            "Deployment to production failed",
            1,
            "acknowledged",
            18.5,
            one,
            ("devops",),
            "state failure",
        ),
    )
    second = tuple(
        row(f"issue:{22 + i}", title, 2, state, hours, two, who, "label high")
        for i, (title, state, hours, who) in enumerate(
            (
                ("No governance check in CI", "snoozed", 28.0, ("backend-dev",)),
                ("Incomplete mocks of Paystack", "triggered", 30.5, ()),
                ("Open handles keep Jest alive", "acknowledged", 33.0, ("frontend-dev",)),
                ("No browser tests", "triggered", 41.0, ()),
            )
        )
    )
    third = tuple(
        row(f"issue:{48 + i}", title, 3, "triggered", hours, three, who, "label medium")
        for i, (title, hours, who) in enumerate(
            (
                ("No .env.example", 96.0, ("backend-dev",)),
                ("Onboarding out of date", 120.0, ()),
                ("Docker base images differ", 131.0, ()),
            )
        )
    )
    return EscalationsView(
        State.FRESH,
        _ago(now, seconds=4),
        None,
        (
            LevelView(
                1,
                "critical",
                "24 h",
                "Critical deployment blockers",
                one,
                "Hotfix deployment",
                6,
                0,
                first[0].breaches_at,
                first,
            ),
            LevelView(
                2,
                "high",
                "48 h",
                "High priority issues",
                two,
                "Feature branch deployment",
                14,
                0,
                second[0].breaches_at,
                second,
            ),
            LevelView(
                3,
                "medium",
                "1 week",
                "Medium priority issues",
                three,
                "Scheduled deployment",
                9,
                0,
                third[0].breaches_at,
                third,
            ),
        ),
    )


# ---- issues -----------------------------------------------------------------------------------------------------

_SEVERITIES = ("critical",) * 18 + ("high",) * 22 + ("medium",) * 12 + ("low",) * 8
_CATEGORIES = ("configuration",) * 15 + ("tests",) * 18 + ("governance",) * 12 + ("kpi",) * 15
_TITLES = (
    "DATABASE_URL hard-coded in test configuration",
    "Stripe secrets missing in production",
    "Jest times out after 10 s",
    "No governance check in CI",
    "No MRR calculation",
    "OCI authentication gaps",
    "Payment events not logged",
)


def all_issues(count: int = 60, now: datetime = NOW) -> tuple[Issue, ...]:
    """Issues by number; about a quarter of them closed."""
    out = []
    for i in range(count):
        closed = i % 60 in {1, 5, 8, 12, 17, 21, 25, 30, 34, 39, 43, 47, 52, 58}
        created = _ago(now, days=20, minutes=i % 28_000)
        out.append(
            Issue(
                i + 1,
                f"{_TITLES[i % len(_TITLES)]}" + (f" ({i})" if i >= len(_TITLES) else ""),
                "closed" if closed else "open",
                (f"severity: {_SEVERITIES[i % 60]}", _CATEGORIES[(i * 7) % 60]),
                (("lead-dev", "backend-dev", "frontend-dev", "devops")[i % 4],) if i % 3 else (),
                created,
                _ago(now, hours=i % 300),
                f"{REPO}/issues/{i + 1}",
                _ago(now, hours=i % 200) if closed else None,
                "vauntico-bot",
                "completed" if closed else None,
            )
        )
    return tuple(out)


# ---- the plan ---------------------------------------------------------------------------------------------------


def _plan(now: datetime) -> PlanView:
    return PlanView(
        title="Vauntico Issues Resolution - Executive Roadmap",
        summary="60 critical workflow issues identified, systematic 3-phase resolution plan.",
        success_definition="Restore full deployment capability within 48 hours and achieve operational excellence"
        " within 4 weeks while maintaining 100% governance compliance.",
        team="3-4 developers",
        started_at=_ago(now, hours=16, minutes=48),
        file="plan.toml",
        weeks=(
            WeekView("week-1", "Governance & KPI Foundation", _in(now, days=2), 40, "Critical path focus"),
            WeekView("week-2", "System Stabilization", _in(now, days=9), 32, "Stabilization"),
            WeekView("week-3-4", "Optimization & Enhancement", _in(now, days=23), 24, "Optimization"),
        ),
        sections=(
            SectionView("pr-template", "week-1", "PR Template & Governance", 1, 2, "feature/governance-compliance"),
            SectionView(
                "kpi-infrastructure", "week-1", "KPI Infrastructure", 3, 4, "feature/kpi-tracking-infrastructure"
            ),
            SectionView(
                "test-overhaul", "week-1", "Test Infrastructure Overhaul", 5, 7, "feature/test-infrastructure-overhaul"
            ),
            SectionView("environment", "week-2", "Environment Configuration", None, None, None),
            SectionView("documentation", "week-2", "Documentation & Compliance", None, None, None),
            SectionView("advanced", "week-3-4", "Advanced Features", None, None, None),
            SectionView("quality", "week-3-4", "Quality Assurance", None, None, None),
        ),
        risks=(
            Row(
                "database-migration",
                "Database migration failures",
                "Implement blue-green deployment strategy",
                "Technical",
            ),
            Row("payment", "Payment processing disruptions", "Maintain fallback payment methods", "Technical"),
            Row("monitoring-downtime", "Monitoring system downtime", "Multi-tier monitoring redundancy", "Technical"),
            Row("revenue-gaps", "Revenue tracking gaps", "Manual revenue reconciliation during transition", "Business"),
            Row("governance", "Governance compliance violations", "Automated checks with manual override", "Business"),
        ),
        roles=(
            Row("lead-dev", "Lead Dev", "Critical hotfix and architecture"),
            Row("backend-dev", "Backend Dev", "Database and API issues"),
            Row("frontend-dev", "Frontend Dev", "Testing and monitoring setup"),
            Row("devops", "DevOps", "Infrastructure and CI/CD"),
        ),
        reviews=(
            Row("daily", "Daily deployment success rate tracking", "every 1 day"),
            Row("weekly", "Weekly KPI performance reviews", "every 1 week"),
            Row("monthly", "Monthly governance compliance audits", "every 30 days"),
        ),
        long_term=(
            Row("detection", "Automated issue detection and prevention"),
            Row("platforms", "Enhanced developer experience platforms"),
            Row("observability", "Scalable monitoring and observability"),
        ),
        next_steps=(
            Row("branch", "Immediate hotfix branch creation"),
            Row("secrets", "Critical secrets configuration"),
            Row("database", "Database test infrastructure setup"),
            Row("monitoring", "Basic monitoring deployment"),
        ),
        notes=(Row("note-1", "Glossary", "MRR: monthly recurring revenue"),),
        phases=(
            PhaseView(1, "Foundation", 100_000),
            PhaseView(2, "B2B API Licensing", 500_000),
            PhaseView(3, "Enterprise Compliance", 300_000),
            PhaseView(4, "Creator Economy", 200_000),
            PhaseView(5, "Vauntico Credits", 100_000),
        ),
        horizons=(
            WeekView("immediate", "Immediate (48 hours)", _in(now, hours=31, minutes=12), None, ""),
            WeekView("short-term", "Short-term (1 week)", _in(now, days=6), None, ""),
            WeekView("long-term", "Long-term (1 month)", _in(now, days=29), None, ""),
        ),
    )


# ---- views ------------------------------------------------------------------------------------------------------


def sample_view(now: datetime = NOW) -> View:
    """The sketch's picture: everything full, Alertmanager 3 min old."""
    deliverables, outcomes, approvals = _others(now)
    return View(
        as_of=now,
        repository="vauntico/vauntico",
        repository_url=REPO,
        demo=False,
        read_only=False,
        paused=False,
        sources=(
            SourceStatus("github", "GitHub", "GH", State.FRESH, _ago(now, seconds=4), None, _in(now, seconds=26)),
            SourceStatus(
                "prometheus", "Prometheus", "PR", State.FRESH, _ago(now, seconds=9), None, _in(now, seconds=6)
            ),
            SourceStatus(
                "alertmanager", "Alertmanager", "AM", State.STALE, _ago(now, minutes=3), None, _in(now, seconds=5)
            ),
            SourceStatus("urls", "URLs", "UR", State.FRESH, _ago(now, seconds=20), None, _in(now, seconds=40)),
        ),
        budget=Budget(4912, 5000, _in(now, minutes=22)),
        clocks=(
            ClockView("24h", "24 h", _in(now, hours=7, minutes=12)),
            ClockView("48h", "48 h", _in(now, hours=31, minutes=12)),
            ClockView("week-1", "week 1", _in(now, days=2)),
            ClockView("week-2", "week 2", _in(now, days=9)),
            ClockView("week-3-4", "week 3-4", _in(now, days=23)),
            ClockView("4w", "4 weeks", _in(now, days=26)),
        ),
        issues=IssuesView(
            State.FRESH,
            _ago(now, seconds=4),
            None,
            total=60,
            open=46,
            closed=14,
            complete=True,
            promised=60,
            resolved=14,
            burn=(60, 59, 57, 55, 52, 49, 46),
            pace=52,
            by_severity={"critical": 18, "high": 14, "medium": 9, "low": 5},
        ),
        blockers=_blockers(now),
        targets=_targets(now),
        deliverables=deliverables,
        outcomes=outcomes,
        approvals=approvals,
        ci=_ci(now),
        kpis=_kpis(now),
        escalations=_escalations(now),
        plan=_plan(now),
        changes=(
            Change(
                "blocker:jest-configuration", _ago(now, minutes=46), Mark.UNMET, Mark.MET, "testTimeout 30000 on main"
            ),
            Change("target:production-deploys", _ago(now, hours=3), Mark.UNKNOWN, Mark.MET, "6 of 6 this week"),
        ),
        all_issues=all_issues(60, now),
    )


def hostile_view(now: datetime = NOW) -> View:
    """Markup, wide characters and over-long text in every field that comes from outside."""
    view = sample_view(now)
    verdict = Verdict(Mark.UNMET, HOSTILE, figure=HOSTILE, bound=HOSTILE, link="https://x/[/]", as_of=now, of=HOSTILE)

    def promise(p: PromiseView) -> PromiseView:
        return replace(p, title=HOSTILE, verdict=verdict, owner=HOSTILE, branch=HOSTILE)

    job = JobView(HOSTILE, HOSTILE, HOSTILE, "https://x/[/]", 1)
    workflows = tuple(
        replace(
            w,
            name=HOSTILE,
            runs=tuple(replace(r, title=HOSTILE, branch=HOSTILE, actor=HOSTILE, failed_jobs=(job,)) for r in w.runs),
            failed=replace(w.runs[1], title=HOSTILE, failed_jobs=(job,)),
            running=None,
        )
        for w in view.ci.workflows
    )
    levels = tuple(
        replace(
            level,
            issue_class=HOSTILE,
            contacts=(HOSTILE,),
            resolution=HOSTILE,
            window_text=HOSTILE,
            rows=tuple(
                replace(e, subject=HOSTILE, title=HOSTILE, contacts=(HOSTILE,), assignees=(HOSTILE,), reason=HOSTILE)
                for e in level.rows
            ),
        )
        for level in view.escalations.levels
    )
    trouble = Trouble("html", HOSTILE, HOSTILE)
    return replace(
        view,
        repository=HOSTILE,
        sources=tuple(
            replace(s, title=HOSTILE, state=State.FAILED, trouble=trouble, note=HOSTILE) for s in view.sources
        ),
        clocks=tuple(replace(c, title=HOSTILE) for c in view.clocks),
        blockers=tuple(promise(p) for p in view.blockers),
        targets=tuple(promise(p) for p in view.targets),
        deliverables=tuple(promise(p) for p in view.deliverables),
        outcomes=tuple(promise(p) for p in view.outcomes),
        approvals=tuple(promise(p) for p in view.approvals),
        ci=replace(
            view.ci,
            state=State.FAILED,
            trouble=trouble,
            workflows=workflows,
            deployments=tuple(
                replace(d, environment=HOSTILE, ref=HOSTILE, creator=HOSTILE, description=HOSTILE)
                for d in view.ci.deployments
            ),
            pulls=tuple(replace(p, title=HOSTILE, body=HOSTILE, author=HOSTILE, branch=HOSTILE) for p in view.ci.pulls),
        ),
        kpis=tuple(replace(k, title=HOSTILE, unit=HOSTILE, query=HOSTILE) for k in view.kpis),
        escalations=replace(view.escalations, levels=levels),
        all_issues=tuple(
            replace(i, title=HOSTILE, labels=(HOSTILE,), assignees=(HOSTILE,), author=HOSTILE) for i in view.all_issues
        ),
    )


def _unread(view: View, state: State, trouble: Trouble | None) -> View:
    """The same plan with nothing ever read."""
    verdict = Verdict(Mark.UNKNOWN, "nothing read yet" if trouble is None else str(trouble))

    def blank(promises: tuple[PromiseView, ...]) -> tuple[PromiseView, ...]:
        return tuple(replace(p, verdict=verdict, trend=()) for p in promises)

    return replace(
        view,
        sources=tuple(replace(s, state=state, as_of=None, trouble=trouble) for s in view.sources),
        budget=None,
        issues=IssuesView(state, None, trouble, promised=60),
        blockers=blank(view.blockers),
        targets=blank(view.targets),
        deliverables=blank(view.deliverables),
        outcomes=blank(view.outcomes),
        approvals=blank(view.approvals),
        ci=CiView(state, None, trouble),
        kpis=tuple(
            replace(
                k,
                state=state,
                as_of=None,
                trouble=trouble,
                value=None,
                change=None,
                mark=Mark.UNKNOWN,
                series=(),
                since=None,
            )
            for k in view.kpis
        ),
        escalations=EscalationsView(
            state,
            None,
            trouble,
            tuple(replace(v, open=0, breached=0, next_breach=None, rows=()) for v in view.escalations.levels),
        ),
        changes=(),
        all_issues=(),
    )


def loading_view(now: datetime = NOW) -> View:
    """Just started: nothing read yet."""
    return _unread(sample_view(now), State.LOADING, None)


def failed_view(now: datetime = NOW) -> View:
    """Every source fails and none ever answered."""
    return _unread(sample_view(now), State.FAILED, AUTH)


def stale_view(now: datetime = NOW) -> View:
    """Every source fails now, the last good values are 25 min old."""
    view = sample_view(now)
    then = _ago(now, minutes=25)
    return replace(
        view,
        sources=tuple(
            replace(s, state=State.FAILED, as_of=then, trouble=AUTH if s.id == "github" else TROUBLE)
            for s in view.sources
        ),
        issues=replace(view.issues, state=State.FAILED, as_of=then, trouble=AUTH),
        blockers=tuple(replace(p, verdict=replace(p.verdict, stale=True)) for p in view.blockers),
        targets=tuple(replace(p, verdict=replace(p.verdict, stale=True)) for p in view.targets),
        ci=replace(view.ci, state=State.FAILED, as_of=then, trouble=AUTH),
        kpis=tuple(replace(k, state=State.FAILED, as_of=then, trouble=TROUBLE) for k in view.kpis),
        escalations=replace(view.escalations, state=State.STALE, as_of=then),
    )


def empty_view(now: datetime = NOW) -> View:
    """A plan with nothing in it and sources with nothing to say."""
    view = sample_view(now)
    return replace(
        view,
        issues=IssuesView(State.FRESH, now, None, complete=True),
        clocks=(),
        blockers=(),
        targets=(),
        deliverables=(),
        outcomes=(),
        approvals=(),
        ci=CiView(State.FRESH, now, None),
        kpis=(),
        escalations=EscalationsView(State.FRESH, now, None, ()),
        plan=PlanView("", "", "", "", None, "plan.toml"),
        changes=(),
        all_issues=(),
    )


def big_view(issues: int = 10_000, now: datetime = NOW) -> View:
    """Ten thousand issues, each open one of a level an escalation."""
    view = sample_view(now)
    every = all_issues(issues, now)
    numbers = {"critical": 1, "high": 2, "medium": 3}
    rows: dict[int, list[EscalationView]] = {1: [], 2: [], 3: []}
    for issue in every:
        level = numbers.get(issue.labels[0].removeprefix("severity: "))
        if issue.state != "open" or level is None:
            continue
        breaches = _in(now, minutes=(issue.number * 7919) % 9000 - 500)
        rows[level].append(
            EscalationView(
                f"issue:{issue.number}",
                f"#{issue.number}",
                issue.title,
                level,
                "triggered",
                _ago(now, hours=5),
                breaches,
                ("Lead Developer",),
                issue.assignees,
                issue.labels[0],
                issue.url,
            )
        )
    levels = []
    for level in view.escalations.levels:
        mine = tuple(sorted(rows[level.level], key=lambda row: row.breaches_at))
        levels.append(
            replace(
                level,
                rows=mine,
                open=len(mine),
                breached=sum(row.breaches_at < now for row in mine),
                next_breach=next((row.breaches_at for row in mine if row.breaches_at >= now), None),
            )
        )
    opened = sum(issue.state == "open" for issue in every)
    return replace(
        view,
        issues=replace(
            view.issues, total=len(every), open=opened, closed=len(every) - opened, resolved=len(every) - opened
        ),
        escalations=replace(view.escalations, levels=tuple(levels)),
        all_issues=every,
    )
