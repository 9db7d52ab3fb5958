"""Files as they are found in repositories, byte by byte, and what must come of each.

`service`, `as_written`: the jobs that are given a database, or why a person must do it. Other tables: None where the
edit goes through, "" where there is nothing to do, else a part of why a person must do it.
"""

from __future__ import annotations

from pathlib import Path

from vauntico_tui.runbooks.model import JestOptions, ScrapeJobs, TemplateFields, WorkflowDatabase

FOLDER = Path(__file__).parent
THERE = frozenset({"server-v2/tests/setup.ts", "server-v2/test/start-database.js"})
"""What else the repository holds, for configurations that name files."""

OPTIONS: dict[str, str | int | bool | tuple[str, ...]] = {
    "testTimeout": 30000,
    "detectOpenHandles": True,
    "forceExit": True,
    "globalSetup": "<rootDir>/tests/globalSetup.ts",
    "globalTeardown": "<rootDir>/tests/globalTeardown.ts",
    "setupFilesAfterEnv": ("<rootDir>/tests/setup.ts",),
}
JOBS = """global:
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

WORKFLOWS: dict[str, tuple[tuple[str, ...] | str, tuple[str, ...] | str]] = {
    "plain.yml": (("integration",), ("integration",)),
    "aliased-steps.yml": (("integration",), ("integration",)),
    "one-job-twice.yml": (("integration-api", "integration-api-again"), ("integration-api", "integration-api-again")),
    "shared-with-unit.yml": ("job unit shares it", ("base",)),
    "merged-defaults.yml": (("integration",), ("integration",)),
    "crlf.yml": (("integration",), ("integration",)),
    "no-final-newline.yml": (("integration",), ("integration",)),
    "four-spaces.yml": (("integration",), ("integration",)),
    "flow.yml": (("integration",), ("integration",)),
    "json.yml": (("integration",), ("integration",)),
    "redis-service.yml": (("integration",), ("integration",)),
    "flow-services.yml": (("integration",), ("integration",)),
    "empty-services.yml": (("integration",), ("integration",)),
    "tabs-in-strings.yml": (("integration",), ("integration",)),
    "matrix.yml": (("suites",), ("suites",)),
    "windows-matrix.yml": ("Windows or macOS", "Windows or macOS"),
    "container.yml": (("integration",), "`docker run` is not to be had"),
    "reusable.yml": ("neither services nor steps", "neither services nor steps"),
    "has-one.yml": ((), ()),
    "deploys-too.yml": (("api-integration",), ("api-integration",)),
    "unsound-before.yml": (("integration",), ("integration",)),
    "compose.yml": ("starts docker compose", "starts docker compose"),
    "many-jobs.yml": (("api",), ("api",)),
    "broken.yml": ("can't be read as YAML", "can't be read as YAML"),
}
ON_ONE_LINE = frozenset({"flow.yml", "json.yml", "flow-services.yml"})
"""Workflows where a line must change, because the job, its services or its steps stand on it."""

JEST: dict[str, str | None] = {
    "plain.config.js": None,
    "no-comma.config.js": None,
    "esm.config.mjs": None,
    "typed.config.ts": None,
    "async-factory.config.js": None,
    "function-body.config.js": None,
    "next.config.js": None,
    "spread-first.config.js": None,
    "spread-last.config.js": None,
    "crlf-tabs.config.cjs": None,
    "one-line.config.js": None,
    "empty.config.js": None,
    "comments-between.config.js": None,
    "longer-timeout.config.js": None,
    "own-global-setup.config.js": None,
    "projects.config.js": None,
    "projects-elsewhere.config.js": "configured elsewhere",
    "plain.config.json": None,
    "package.json": None,
    "assign.config.js": None,
    "define.config.ts": None,
    "frozen.config.js": None,
    "env-timeout.config.js": "can't be told by reading",
    "conditional.config.js": "no object that can be read",
    "set-later.config.js": "set again in line 3",
    "broken.config.js": "can't be read as JavaScript (line 3)",
}
PROMETHEUS: dict[str, str | None] = {
    "other-jobs.yml": None,
    "no-indent.yml": None,
    "crlf.yml": None,
    "anchors.yml": None,
    "both-there.yml": "",
    "api-lacks-keys.yml": None,
    "another-path.yml": "with another metrics_path",
    "empty-list.yml": None,
    "null-list.yml": None,
    "only-global.yml": None,
    "no-global-header.yml": None,
    "flow.yml": "written on one line",
    "broken.yml": "can't be read as YAML",
}
TEMPLATES: dict[str, str | None] = {
    "plain.md": None,
    "hinted.md": None,
    "bold-crlf.md": None,
    "underlined.md": None,
    "labels.md": "",
    "complete.md": "",
    "never-ends.md": "a comment in it never ends",
}


def text(kind: str, name: str) -> str:
    """A file as it is decoded: line ends and byte order mark kept."""
    return (FOLDER / kind / name).read_bytes().decode()


def there(path: str) -> bool:
    return path in THERE


def database(name: str, way: str = "service", jobs: tuple[str, ...] = ()) -> WorkflowDatabase:
    return WorkflowDatabase.model_validate(
        {"edit": "workflow_database", "path": f".github/workflows/{name}", "way": way, "jobs": jobs}
    )


def jest_options(name: str, missing: str = "create", **options: object) -> JestOptions:
    return JestOptions.model_validate(
        {"edit": "jest", "path": f"server-v2/{name}", "missing": missing, "options": options or OPTIONS}
    )


def scrape_jobs(name: str = "prometheus.yml") -> ScrapeJobs:
    return ScrapeJobs(edit="scrape_jobs", path=f"monitoring/{name}", text=JOBS)


def template_fields(name: str = "PULL_REQUEST_TEMPLATE.md") -> TemplateFields:
    return TemplateFields(edit="template_fields", path=f".github/{name}")
