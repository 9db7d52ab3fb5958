"""The files of the repository as the roadmap found them."""

from __future__ import annotations

from vauntico_tui.sim.world.workflows import WORKFLOWS, WorkflowSpec

_ON = {
    "main": "  push:\n    branches: [main]\n",
    "pull_request": "  pull_request:\n",
    "schedule": "  schedule:\n    - cron: '0 5 * * 1'\n",
    "deploy": "  workflow_run:\n    workflows: [Build Verification]\n    types: [completed]\n",
    "dispatch": "  workflow_dispatch:\n",
}
_INPUTS = {
    "production-deploy.yml": """    inputs:
      environment:
        description: Where to deploy to
        type: environment
        required: true
        default: production
      dry_run:
        description: Build and check only
        type: boolean
        default: false
      reason:
        description: Why it is deployed by hand
        type: string
""",
    "release.yml": """    inputs:
      version:
        description: The version to release, like 2.15.0
        type: string
        required: true
      level:
        description: How far it reaches
        type: choice
        options: [patch, minor, major]
        default: patch
      retries:
        description: How often publishing is tried
        type: number
        default: 3
""",
}
_RUN = {
    "Install dependencies": "npm ci",
    "Run unit tests": "npm test --workspace server-v2",
    "Run migrations": "npm run migrate --workspace server-v2",
    "Run integration tests": "npm run test:integration --workspace server-v2",
    "Run ESLint": "npm run lint",
    "Lint openapi.yaml": "npx spectral lint server-v2/openapi.yaml",
    "Check pull request body": 'echo "Remember the monetization phase"',
}


def workflow_text(spec: WorkflowSpec) -> str:
    """A workflow file in YAML."""
    events = "".join(
        _ON[event] + (_INPUTS.get(spec.file, "") if event == "dispatch" else "") for event in sorted(spec.on)
    )
    text = f"name: {spec.name}\n\non:\n{events}\njobs:\n"
    for job in spec.jobs:
        text += f"  {job.name}:\n    runs-on: ubuntu-latest\n"
        if job.needs:
            text += f"    needs: [{', '.join(job.needs)}]\n"
        if spec.file == "production-deploy.yml":
            text += "    environment: production\n    env:\n      NODE_ENV: development\n"
            text += "      REDIS_URL: redis://localhost:6379\n"
        text += "    steps:\n"
        for step in job.steps[1:]:
            if step == "Checkout":
                text += "      - name: Checkout\n        uses: actions/checkout@v4\n"
            elif step == "Setup Node.js":
                text += "      - name: Setup Node.js\n        uses: actions/setup-node@v4\n"
            else:
                text += f"      - name: {step}\n        run: {command_of(step)}\n"
    return text


def command_of(step: str) -> str:
    """What a step of the seeded workflows runs."""
    return _RUN.get(step, f"npm run {step.lower().replace(' ', '-')}")


JEST_CONFIG = """module.exports = {
  preset: "ts-jest",
  testEnvironment: "node",
  testTimeout: 10000,
  roots: ["<rootDir>/src", "<rootDir>/tests"],
};
"""

PULL_REQUEST_TEMPLATE = """## What changes

## How it was tested

- [ ] Unit tests
- [ ] Tried by hand
"""

MEMORIES = """# memories.md

What we decided, and why. Pull requests refer to a section.

## 1. Trust score
The score is explained to the person it is about.

## 2. Monetization phases
1 Foundation, 2 B2B API Licensing, 3 Enterprise Compliance, 4 Creator Economy, 5 Vauntico Credits.

## 3. Blind spots
Data privacy, platform dependency, algorithm gaming, commoditization.

## 4. Payments
Stripe first, Paystack where Stripe is not.
"""


def _dockerfile(image: str, *, root: bool = False) -> str:
    user = "" if root else "USER node\n"
    return f'FROM {image}\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\n{user}CMD ["node", "dist/index.js"]\n'


def _feature(title: str, phase: str | None) -> str:
    head = f"# {title}\n\n" + (f"**Phase**: {phase}\n\n" if phase else "")
    return head + "How it works, who uses it, and how it is measured.\n"


FILES: dict[str, str] = {
    **{spec.path: workflow_text(spec) for spec in WORKFLOWS.values()},
    ".github/PULL_REQUEST_TEMPLATE.md": PULL_REQUEST_TEMPLATE,
    ".github/CODEOWNERS": "* @vauntico/lead-dev\nserver-v2/ @backend-dev @somebody-who-left\n",
    "README.md": "# Vauntico\n\nTrust scores for creators.\n\nSee [memories.md](memories.md) and [docs](docs/).\n",
    "memories.md": MEMORIES,
    "package.json": (
        '{\n  "name": "vauntico",\n  "private": true,\n  "workspaces": ["server-v2", "frontend", "sdk"]\n}\n'
    ),
    "docker-compose.yml": "services:\n  api:\n    build: server-v2\n    environment:\n      JWT_SECRET: change-me\n",
    "vercel.json": '{\n  "framework": "nextjs",\n  "buildCommand": "npm run build --workspace frontend"\n}\n',
    "docs/onboarding.md": "# Onboarding\n\n1. Install server-v1.\n2. Ask for the 23 variables.\n",
    "docs/governance/handbook.md": "# Governance handbook\n\nEvery pull request names its phase.\n",
    "docs/features/trust-score.md": _feature("Trust score", "1 Foundation"),
    "docs/features/score-insurance.md": _feature("Score insurance", None),
    "docs/features/licensing-api.md": _feature("Licensing API", None),
    "docs/features/credits.md": _feature("Vauntico credits", None),
    "server-v2/package.json": (
        '{\n  "name": "server-v2",\n  "version": "2.14.0",\n  "scripts": {\n    "test": "jest",\n'
        '    "test:integration": "jest --config jest.integration.config.js",\n    "migrate": "prisma migrate deploy"\n'
        "  }\n}\n"
    ),
    "server-v2/jest.config.js": JEST_CONFIG,
    "server-v2/Dockerfile": _dockerfile("node:18-bullseye"),
    "server-v2/openapi.yaml": "openapi: 3.0.3\ninfo:\n  title: Vauntico\n  version: 2.14.0\npaths: {}\n",
    "server-v2/src/index.ts": 'import { serve } from "./server";\n\nserve();\n',
    "server-v2/src/payments/events.ts": "export type PaymentEvent = { id: string };\n",
    "server-v2/tests/setup.ts": 'process.env.NODE_ENV = "test";\n',
    "server-v2/tests/config.ts": 'export const DATABASE_URL = "postgres://localhost:5432/testdb";\n',
    "server-v2/tests/mocks/stripe.ts": 'export const events = ["subscription.created"];\n',
    "fulfillment-engine/Dockerfile": _dockerfile("node:20-alpine"),
    "widget/Dockerfile": _dockerfile("node:20-alpine", root=True),
    "frontend/package.json": '{\n  "name": "frontend",\n  "version": "5.3.1"\n}\n',
    "sdk/package.json": '{\n  "name": "@vauntico/sdk",\n  "version": "1.9.0"\n}\n',
}

POSTGRES_SERVICE = """    services:
      postgres:
        image: postgres:15-alpine
        env:
          POSTGRES_PASSWORD: test
          POSTGRES_DB: testdb
        ports: ['5432:5432']
"""

FIXED_JEST_CONFIG = """module.exports = {
  testTimeout: 30000,
  detectOpenHandles: true,
  forceExit: true,
  globalSetup: "<rootDir>/tests/globalSetup.ts",
  globalTeardown: "<rootDir>/tests/globalTeardown.ts",
  setupFilesAfterEnv: ["<rootDir>/tests/setup.ts"],
};
"""

GLOBAL_SETUP = 'export default async () => {\n  process.env.TZ = "UTC";\n};\n'
GLOBAL_TEARDOWN = "export default async () => {\n  await Promise.resolve();\n};\n"

MONITORING = """global:
  scrape_interval: 15s

scrape_configs:
  - job_name: "vauntico-api"
    static_configs:
      - targets: ["api.vauntico.com:3000"]
    metrics_path: "/metrics"
    scrape_interval: 30s

  - job_name: "vauntico-frontend"
    static_configs:
      - targets: ["vauntico.com:80"]
    metrics_path: "/api/metrics"
"""

GOVERNED_TEMPLATE = """## What changes

## Monetization phase

- [ ] Phase 1: Foundation
- [ ] Phase 2: B2B API Licensing
- [ ] Phase 3: Enterprise Compliance
- [ ] Phase 4: Creator Economy
- [ ] Phase 5: Vauntico Credits

## Revenue target

$

## memories.md

Section of memories.md that this follows:

## KPIs affected

- [ ] pro subscriptions
- [ ] score-insurance sign-ups
- [ ] trust-calculator usage
"""


def with_database(build_verification: str) -> str:
    """Build Verification with a PostgreSQL service in its integration job."""
    head = "  integration:\n    runs-on: ubuntu-latest\n"
    return build_verification.replace(head, head + POSTGRES_SERVICE, 1)
