# ruff: noqa: E501 (a table reads best one line a row)
"""The twenty pull requests of the start: eleven open, of which seven carry all that governance asks for."""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """A pull request: state (open, merged, closed), the rule its body breaks, branch, title, files it touches."""

    state: str
    without: str
    branch: str
    author: str
    title: str
    path: str
    phase: int
    kpi: str


_ROWS = """
open||feature/governance-compliance|lead-dev|1: feat: pull request template asks for a phase|.github/PULL_REQUEST_TEMPLATE.md|0|pro subscriptions
open||feature/kpi-tracking-infrastructure|devops|1: feat: revenue metrics endpoint|server-v2/src/metrics/revenue.ts|0|pro subscriptions
open|phase|fix/stripe-mock-events|backend-dev|Add missing Stripe events to the mock|server-v2/tests/mocks/stripe.ts|0|test coverage
open||feature/licensing-usage-metering|backend-dev|2: feat: meter licensing API calls|server-v2/src/licensing/meter.ts|1|uptime
open|memories|chore/node-20-images|devops|1: chore: one Node base image everywhere|server-v2/Dockerfile|0|uptime
open||feature/creator-payouts|frontend-dev|4: feat: payouts page for creators|frontend/pages/payouts.tsx|3|trust-calculator usage
open|revenue|docs/feature-phases|frontend-dev|1: docs: name the phase in every feature document|docs/features/credits.md|4|pro subscriptions
open||fix/redis-url|backend-dev|1: fix: read REDIS_URL from the environment|server-v2/src/redis.ts|0|uptime
open|kpis|feature/credits-ledger|backend-dev|5: feat: ledger for Vauntico credits|server-v2/src/credits/ledger.ts|4|pro subscriptions
open||test/checkout-browser|frontend-dev|1: test: browser test of the checkout|frontend/e2e/checkout.spec.ts|0|score-insurance sign-ups
open||feature/compliance-export|lead-dev|3: feat: compliance report as PDF|server-v2/src/compliance/report.ts|2|uptime
merged||fix/npm-audit|devops|1: fix: update vulnerable packages|package.json|0|uptime
merged||feature/score-explainer|frontend-dev|1: feat: explain the trust score|frontend/pages/score.tsx|0|trust-calculator usage
merged|phase|fix/health-timeout|devops|Longer health check|server-v2/src/health.ts|0|uptime
merged||feature/insurance-terms|lead-dev|1: feat: terms of score insurance|docs/features/score-insurance.md|0|score-insurance sign-ups
merged||feature/license-keys|backend-dev|2: feat: rotate licence keys|server-v2/src/licensing/keys.ts|1|uptime
merged|memories|chore/sdk-types|backend-dev|2: chore: types of the SDK|sdk/src/types.ts|1|test coverage
merged||fix/webhook-retry|backend-dev|2: fix: retry webhooks with backoff|fulfillment-engine/src/webhooks.ts|1|uptime
closed|revenue|feature/dark-mode|frontend-dev|4: feat: dark mode|frontend/theme.ts|3|trust-calculator usage
closed|phase|wip/graphql|backend-dev|GraphQL instead of REST|server-v2/src/graphql.ts|0|uptime
"""

KNOWN: tuple[Known, ...] = tuple(
    Known(state, without, branch, author, title, path, int(phase), kpi)
    for state, without, branch, author, title, path, phase, kpi in (row.split("|") for row in _ROWS.split("\n") if row)
)
