"""Whether a run passes: what the repository holds at its commit decides, chance only where nothing else does."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from vauntico_tui.sim.world import jest
from vauntico_tui.sim.world.governance import complies
from vauntico_tui.sim.world.records import Pull, Run
from vauntico_tui.sim.world.workflow_files import read, without_database
from vauntico_tui.sim.world.workflows import WORKFLOWS, Failure
from vauntico_tui.sim.world.world import World

REQUIRED_SECRETS = (
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "PAYSTACK_SECRET_KEY",
    "RESEND_API_KEY",
    "DATABASE_URL",
)

NO_DATABASE = Failure(
    "integration",
    "Run integration tests",
    "connect ECONNREFUSED 127.0.0.1:5432",
    "server-v2/tests/integration/trust-score.test.ts",
    41,
)
JEST_TIMEOUT = Failure(
    "test",
    "Run unit tests",
    "Exceeded timeout of 10000 ms for a hook.",
    "server-v2/tests/trust-score/weights.test.ts",
    118,
)
CHANCE: dict[str, tuple[float, Failure]] = {
    "lint.yml": (
        0.03,
        Failure("eslint", "Run ESLint", "Promises must be awaited", "server-v2/src/payments/events.ts", 27),
    ),
    "codeql.yml": (
        0.04,
        Failure("analyze", "Perform analysis", "Database cannot be finalized", "server-v2/src/index.ts", 1),
    ),
    "secret-scan.yml": (
        0.01,
        Failure("gitleaks", "Scan for secrets", "1 leak found: generic-api-key", "docker-compose.yml", 6),
    ),
    "openapi-lint.yml": (
        0.05,
        Failure("spectral", "Lint openapi.yaml", "oas3-api-servers", "server-v2/openapi.yaml", 1),
    ),
    "production-deploy.yml": (
        0.03,
        Failure("deploy-backend", "Health check", "503 from api.vauntico.com", "deploy.sh", 44),
    ),
    "weekly-compliance-scan.yml": (
        0.1,
        Failure("scan", "Scan standards", "Compliance 72 % is below 80 %", "docs/governance/handbook.md", 3),
    ),
}
NO_OCI = Failure(
    "release", "Log in to OCI registry", "unauthorized: authentication required", ".github/workflows/release.yml", 22
)
_COMMIT_TITLE = re.compile(r"^(phase[ -]?[1-5]|[1-5]): [a-z]+(\([a-z-]+\))?: .+", re.IGNORECASE)


def judge(world: World, run: Run) -> Failure | None:
    """Why this attempt of a run will fail, or None when it will pass."""
    chance = world.rng("run", run.workflow, run.number, run.attempt)
    pull = world.threads.get(run.pull) if run.pull else None
    match run.workflow:
        case "build-verification.yml":
            return _build(world, run, chance)
        case "deployment-validation.yml":
            missing = [name for name in REQUIRED_SECRETS if name not in world.secrets]
            if missing:
                message = f"Missing secrets: {', '.join(missing)}"
                return Failure(
                    "validate-secrets", "Check required secrets", message, ".github/workflows/production-deploy.yml", 1
                )
            return None
        case "governance-validation.yml" if isinstance(pull, Pull):
            missing = complies(pull.body)
            return (
                Failure(
                    "validate-governance",
                    "Check memories.md reference" if missing == ["memories"] else "Check pull request body",
                    f"Pull request #{pull.number} does not name: {', '.join(missing)}",
                    ".github/PULL_REQUEST_TEMPLATE.md",
                    1,
                )
                if missing
                else None
            )
        case "semantic-commits.yml":
            if not _COMMIT_TITLE.match(run.title):
                message = f"{run.title!r} is not written phase: type: description"
                return Failure("commits", "Check commit messages", message, ".github/workflows/semantic-commits.yml", 1)
            return None
        case "release.yml":
            return None if "OCI_AUTH_TOKEN" in world.secrets else NO_OCI
    share, failure = CHANCE.get(run.workflow, (0.0, None))
    return failure if chance.random() < share else None


def _build(world: World, run: Run, chance: random.Random) -> Failure | None:
    """Every job of Build Verification that the files at the run's commit break."""
    path = WORKFLOWS["build-verification.yml"].path
    text = world.git.text(run.sha, path)
    if read(text or "") is None:
        return Failure("test", "Set up job", f"Invalid workflow file: {path}", path, 1)
    found = []
    config = world.git.text(run.sha, jest.CONFIG)
    if refused := jest.refused(config, world.git.commits[run.sha].files):
        found.append(replace(JEST_TIMEOUT, message=refused, path=jest.CONFIG, line=1))
    if without_database(text):
        found.append(NO_DATABASE)
    elif not found and jest.timeout(config) < 20000 and chance.random() < 0.1:
        found.append(JEST_TIMEOUT)
    return replace(found[0], others=tuple(found[1:])) if found else None
