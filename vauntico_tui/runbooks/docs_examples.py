"""One example of each kind of step and edit, for docs/runbooks.md; a test reads each, and each is whole."""

from __future__ import annotations

STEPS = {
    "branch": """\
do = "branch"
name = "feature/search"
start = "develop\"""",
    "files": """\
do = "files"
branch = "feature/search"
message = "phase 1: docs: how search is measured"
edits = [{ edit = "put", path = "docs/search.md", text = "# Search\\n" }]""",
    "pull_request": """\
do = "pull_request"
branch = "feature/search"
name = "phase 1: docs: how search is measured"
about = "What is counted, and where."
phase = 1
revenue = "$100K MRR"
memories = "2. Monetization phases"
kpis = ["trust-calculator usage"]""",
    "merge": """\
do = "merge"
branch = "feature/search"
method = "squash"
wait = "20 min\"""",
    "secrets": """\
do = "secrets"
names = ["STRIPE_SECRET_KEY"]
scopes = ["production", "staging"]
only_missing = true""",
    "run_workflow": """\
do = "run_workflow"
workflow = "build-verification.yml"
times = 3
wait = "20 min\"""",
    "rerun": """\
do = "rerun"
jobs = "failed\"""",
    "cancel": """\
do = "cancel\"""",
    "workflow_state": """\
do = "workflow_state"
workflow = "production-deploy.yml"
state = "off\"""",
    "label": """\
do = "label"
add = ["severity: high"]
remove = ["severity: low"]""",
    "assign": """\
do = "assign"
to = ["ann"]""",
    "comment": """\
do = "comment"
text = "Seen, and being looked into.\"""",
    "close_issue": """\
do = "close_issue"
reason = "completed"
comment = "Mended in the hotfix.\"""",
    "silence": """\
do = "silence"
matching = { alertname = "DatabaseDown", instance = "db-1:9187" }
for = "2 h"
comment = "database is moved\"""",
    "http": """\
do = "http"
method = "PUT"
url = "https://flags.example.com/payments"
header_env = { Authorization = "FLAGS_AUTHORIZATION" }
body = '{ "provider": "paystack" }'
repeatable = true""",
    "command": """\
do = "command"
run = ["vercel", "rollback", "--yes"]
env = ["PATH", "HOME", "VERCEL_TOKEN"]
timeout = "3 min\"""",
    "wait": """\
do = "wait"
until = { check = "url_answers", url = "https://api.vauntico.com/health" }
within = "10 min\"""",
    "approval": """\
do = "approval"
approval = "hotfix-deployment-strategy-approval"
within = "4 h\"""",
    "person": """\
do = "person"
text = "Reload Prometheus: it does not read this file by itself."
question = "Reloaded?\"""",
}

EDITS = {
    "put": """\
edit = "put"
path = "docs/search.md"
text = "# Search\\n"
if_there = "replace\"""",
    "workflow_database": """\
edit = "workflow_database"
path = ".github/workflows/build-verification.yml"
way = "service\"""",
    "jest": """\
edit = "jest"
path = "server-v2/jest.config.js"
options = { testTimeout = 30000, setupFilesAfterEnv = ["<rootDir>/tests/setup.ts"] }""",
    "scrape_jobs": """\
edit = "scrape_jobs"
path = "monitoring/prometheus.yml"
text = '''
scrape_configs:
  - job_name: "search"
    static_configs:
      - targets: ["search:9100"]
'''""",
    "template_fields": """\
edit = "template_fields"
path = ".github/PULL_REQUEST_TEMPLATE.md\"""",
    "delete": """\
edit = "delete"
path = "docs/old.md\"""",
}

NOTES = {
    "rerun": "Without `run` it is the run that the runbook was started for. One that somebody else has just started "
    "again is refused, with who and when.",
    "secrets": "A secret that was not there is deleted by undoing; one that was replaced can't be given its old value "
    "again, and the plan says so.",
    "http": "What a placeholder puts into the URL or into a JSON or form body is escaped for it. A request that is not "
    "`repeatable` and whose answer is lost is not sent again: a person says whether it was done.",
    "command": "With `shell = true` the script is `run[0]`; placeholders may only stand behind it and are its `$1`, "
    '`$2`: write `"$1"`, with the quotes. An argument that a placeholder begins may not turn out an option.',
    "silence": "Undoing expires the silence.",
    "person": "`--yes` does not answer for the person: without a terminal the step fails, and `runbook resume` at one "
    "goes on.",
    "files": "A file that can't be merged safely is shown side by side and merged in your editor, never guessed.",
    "merge": "Without `needs_checks` it does not wait for them. Undoing does not take a merge back, and it says so.",
    "workflow_database": "The roadmap's way sleeps 15 s and asks once; the service is asked until it is healthy, and "
    "GitHub starts no step before.",
}
