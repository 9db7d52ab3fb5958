# ruff: noqa: E501 (a table reads best one line a row)
"""The 60 known issues of Vauntico, one a line, in the order of their numbers.

Severity, category, area, title, where it shows, what happens. By category 15 configuration, 18 tests, 12 governance,
15 KPI; by severity 18 critical, 22 high, 12 medium, 8 low.
"""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """One known issue."""

    severity: str
    category: str
    area: str
    title: str
    where: str
    what: str


_SEVERITY = {"c": "critical", "h": "high", "m": "medium", "l": "low"}
_CATEGORY = {"C": "configuration", "T": "tests", "G": "governance", "K": "kpi"}

_TABLE = """
c|T|database|Integration tests cannot reach PostgreSQL: ECONNREFUSED 127.0.0.1:5432|.github/workflows/build-verification.yml|The integration job starts no database, so every test that opens a connection fails.
c|C|secrets|PAYSTACK_SECRET_KEY is not set for production|Settings, Secrets and variables, Actions|Card payments from Nigeria and Ghana fall back to the sandbox key.
c|C|secrets|Stripe secrets missing from production|environment production|Webhook signatures cannot be verified, so paid upgrades stay pending.
h|T|jest|Jest gives up after 10 s while migrations still run|server-v2/jest.config.js|testTimeout is 10000; a cold migration takes 14 s to 22 s on a hosted runner.
c|K|monitoring|No monitoring directory: production runs unobserved|monitoring/|Nothing scrapes api.vauntico.com or vauntico.com; outages are reported by customers.
h|G|pull requests|Pull requests merge without a monetization phase|.github/PULL_REQUEST_TEMPLATE.md|The template does not ask for a phase, and nothing checks for one.
c|T|database|testdb is never created before the suite runs|server-v2/tests/setup.ts|The suite assumes a database called testdb that only one laptop has.
h|C|docker|API and worker images use differing Node base images|server-v2/Dockerfile, fulfillment-engine/Dockerfile|node:18-bullseye against node:20-alpine: native modules built for one crash in the other.
c|C|environment|NODE_ENV is development in the production workflow|.github/workflows/production-deploy.yml|Stack traces and the GraphQL playground are served to the public.
h|K|revenue|MRR is not calculated anywhere|server-v2/src/metrics|The phase 1 target of $100K cannot be followed; finance counts by hand on Mondays.
c|T|build|Build is skipped whenever integration fails|.github/workflows/build-verification.yml|build needs integration, so no image has been made since the database went missing.
m|G|documentation|Onboarding guide still describes server-v1|docs/onboarding.md|New developers install a service that was deleted in spring.
h|C|oci|OCI registry login fails: no token in the release workflow|.github/workflows/release.yml|docker push ends with unauthorized: authentication required.
c|C|database|DATABASE_URL hard-coded in test configuration|server-v2/tests/config.ts|postgres://localhost:5432/testdb is a literal; CI cannot point it elsewhere.
h|T|mocks|Stripe mock lacks subscription.updated events|server-v2/tests/mocks/stripe.ts|Upgrade and downgrade paths are never exercised.
m|K|dashboards|Dashboards are not split by monetization phase|monitoring/grafana|One board mixes all five phases, so none of the owners reads it.
h|T|jest|Open handles keep Jest alive after the last test|server-v2/tests/globalTeardown.ts|The Redis client and two timers are never closed; jobs end by time-out.
c|C|secrets|RESEND_API_KEY is not set: no mail leaves production|Settings, Secrets and variables, Actions|Password resets and receipts are dropped with 401 from Resend.
l|C|environment|No .env.example in server-v2|server-v2/.env.example|Every new developer asks for the same 23 variables.
h|K|alerts|No alert when Pro subscriptions stop|monitoring/alerts.yml|The July checkout bug went unnoticed for nine hours.
c|T|payments|Paystack webhook tests are skipped, not failing|server-v2/tests/webhooks/paystack.test.ts|describe.skip since March; a broken signature check would ship.
h|G|ci|No governance check in CI|.github/workflows/governance-validation.yml|The workflow exists but only prints a reminder; it never fails.
h|T|coverage|Trust-score engine has 38 % branch coverage|server-v2/src/trust-score|The weighting rules that customers pay for are mostly untested.
c|C|vercel|VERCEL_PROJECT_ID missing: frontend deployments fail|.github/workflows/production-deploy.yml|vercel deploy stops with Project not found in this scope.
m|T|browser|No browser tests of the checkout|frontend/e2e|The only check of the checkout is a person before each release.
h|K|events|Payment events are not logged|server-v2/src/payments/events.ts|A disputed charge cannot be traced from Stripe to our account.
c|G|compliance|Feature work merges without a memories.md reference|memories.md|Decisions are taken twice, and once in the opposite direction.
h|C|localhost|Production workflow connects to redis://localhost:6379|.github/workflows/production-deploy.yml|Sessions are lost on every deployment.
m|T|mocks|Redis mock does not expire keys|server-v2/tests/mocks/redis.ts|Rate-limit tests pass whatever the limit is.
h|G|documentation|Feature documents carry no phase|docs/features|Eleven of fourteen documents do not name the phase they serve.
c|T|smoke|basic-smoke never runs against the built image|.github/workflows/build-verification.yml|The smoke test starts the source tree instead of the image.
h|K|blind spots|No metrics for the four blind spots|server-v2/src/metrics/blind-spots.ts|Data privacy, platform dependency, algorithm gaming and commoditization cannot be shown to investors.
l|G|documentation|Governance handbook links to a wiki that is gone|docs/governance/handbook.md|Nine of twelve links answer 404.
l|T|lint|Test files are excluded from ESLint|.eslintrc.cjs|Unawaited promises hide in 61 test files.
m|C|docker|Widget image runs as root|widget/Dockerfile|The scanner of two customers blocks the image in their clusters.
c|K|uptime|Uptime of the enterprise API is not measured|monitoring/prometheus.yml|The 99.9 % of the contract is asserted, never counted.
h|T|fixtures|Fixtures share one customer id and race|server-v2/tests/fixtures|Parallel workers overwrite each other; one run in nine fails.
m|C|vercel|Preview deployments share production environment variables|vercel.json|A preview once sent mail to real customers.
h|G|revenue|No revenue target on the last 20 merged pull requests|.github/PULL_REQUEST_TEMPLATE.md|Nobody can say which work was meant to pay for itself.
l|K|history|KPI history is kept for two days only|monitoring/prometheus.yml|Week-over-week figures in the review are guesses.
c|C|security|JWT signing key is committed in docker-compose.yml|docker-compose.yml|Anyone with the repository can mint admin tokens.
h|T|integration|No integration test of the B2B licensing API|server-v2/tests/integration|Phase 2 goes to customers on unit tests alone.
m|G|commits|Commit messages ignore phase: type: description|.github/workflows/semantic-commits.yml|Release notes cannot be grouped by phase.
h|C|environment|No validation of required variables at start|server-v2/src/config.ts|A missing variable shows as undefined in a customer's invoice.
m|K|targets|Phase 2 revenue target is not exported|server-v2/src/metrics/phase2.ts|vauntico_phase2_mrr_target is in the docs but not on /metrics.
c|T|database|Migrations run against a database that is not there yet|server-v2/tests/globalSetup.ts|No pg_isready before migrate; the first 30 s of every run are luck.
h|K|webhooks|Failed webhook deliveries are not counted|fulfillment-engine/src/webhooks.ts|Partners tell us about lost deliveries a week later.
l|G|pull requests|CODEOWNERS names two people who left|.github/CODEOWNERS|Reviews wait for nobody.
h|T|sdk|SDK contract tests run against a frozen mock|sdk/tests|The real API moved on in May; the mock did not.
c|K|revenue|Revenue endpoint returns 500 for phases 3 to 5|server-v2/src/routes/revenue.ts|The board's report shows blanks where revenue should be.
h|G|standards|Standards scan reports but never blocks|.github/workflows/weekly-compliance-scan.yml|Compliance fell from 81 % to 72 % in a month.
m|T|performance|No performance baseline for the trust calculator|server-v2/bench|A 40 % slowdown in June was found by a customer.
c|G|security|Secret scan is not required before merge|.github/workflows/secret-scan.yml|Two keys reached main in May and had to be rotated.
h|C|oci|Image tags are mutable: latest is deployed|.github/workflows/production-deploy.yml|A rollback deploys whatever latest happens to be.
m|K|sign-ups|Score-insurance sign-ups are counted twice on retry|server-v2/src/metrics/signups.ts|The funnel shows 112 % conversion on bad network days.
m|K|phases|Phase 4 creator payouts are missing from revenue metrics|server-v2/src/metrics/phase4.ts|Creator Economy shows gross revenue; the target of $200K is net.
l|K|labels|Metric labels differ between API and worker|fulfillment-engine/src/metrics.ts|Queries need two spellings of the same thing.
m|G|reviews|Monthly governance audit has no record|docs/governance|Nobody can show an auditor when the last one was.
l|T|docs|Test README names npm scripts that do not exist|server-v2/tests/README.md|npm run test:db was renamed a year ago.
l|K|dashboards|Grafana folders have no owner|monitoring/grafana|Stale boards are found by whoever believes them.
"""

KNOWN: tuple[Known, ...] = tuple(
    Known(_SEVERITY[a], _CATEGORY[b], *rest) for a, b, *rest in (line.split("|") for line in _TABLE.split("\n") if line)
)
