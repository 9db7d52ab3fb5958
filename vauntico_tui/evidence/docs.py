"""docs/checks.md, made from the checks' own classes: `python -m vauntico_tui.evidence.docs > docs/checks.md`."""

from __future__ import annotations

import sys
from typing import Any, get_args

from vauntico_tui.evidence import specs

_HEAD = """\
# Checks

A check is the evidence for a promise: it says what must be so in the world, and the war room looks. Nobody ticks a box.
In a plan it stands in the promise it proves:

```toml
[[targets]]
id = "critical-issues"
title = "0 critical issues remaining"
week = "week-2"

[targets.check]
check = "issues"
labels = ["severity: critical"]
at_most = 0
```

The answer is a verdict: **met**, **unmet**, **unknown** or **overridden**, with the figure, the bound, the reason in
one sentence, a link and the time of the oldest answer it rests on. What holds for every check:

- *Unknown is never met.* What was not read, can't be read or has no data is unknown, with the cause and the next step.
- *An old answer is still an answer.* When a source fails or falls behind, the last verdict stays, marked stale with its
  time.
- *Absence is never proof.* Where only a part was read (the newest 100 runs, a list not yet complete), a bound that a
  missing one could break is unknown, not met; one that is broken already is unmet.
- *Percentages are rounded down.* 99.96 % shows as 99.9 %; 100 % means all of them, and the figure says of how many.
- A window ends now. Durations are written like `"15 min"`, `"24 h"`, `"1 week"`.
- Every check takes a `title`: what this part proves, shown in front of its verdict under `all` and `any`.

| check | what it proves |
|---|---|
"""

EXAMPLES = {
    "workflow_success": """\
check = "workflow_success"
workflow = "Build Verification"
window = "1 week"
at_least = 95""",
    "workflow_latest": """\
check = "workflow_latest"
workflow = "build-verification.yml"
job = "integration"
runs = 3""",
    "deployments": """\
check = "deployments"
environment = "production"
window = "1 week\"""",
    "secrets_present": """\
check = "secrets_present"
names = ["STRIPE_SECRET_KEY", "DATABASE_URL"]
updated_since = 2026-01-01T00:00:00Z""",
    "file_exists": """\
check = "file_exists"
path = ".env.example\"""",
    "file_matches": """\
check = "file_matches"
path = "monitoring/prometheus.yml"
at = "scrape_configs[*].job_name"
contains = ["vauntico-api", "vauntico-frontend"]""",
    "merged": """\
check = "merged"
branch = "hotfix/critical-deployment-blockers"
into = "main\"""",
    "issues": """\
check = "issues"
labels = ["severity: critical"]
at_most = 0""",
    "pulls_comply": """\
check = "pulls_comply"
rules = ["phase", "revenue", "memories", "kpis"]
at_least = 100""",
    "promql": """\
check = "promql"
query = "vauntico_sla_uptime_percentage"
op = ">="
bound = 99.9
unit = "%"
for = "1 h\"""",
    "targets_up": """\
check = "targets_up"
jobs = ["vauntico-api", "vauntico-frontend"]""",
    "no_alert": """\
check = "no_alert"
matching = { severity = "critical|warning", alertname = "Database.*" }""",
    "url_answers": """\
check = "url_answers"
url = "https://api.vauntico.com/health"
contains = "ok"
within = "2 s\"""",
    "review_held": """\
check = "review_held"
review = "weekly-kpi-performance-reviews"
every = "1 week\"""",
    "signed_by": """\
check = "signed_by"
role = "lead-dev\"""",
    "all": """\
check = "all"
of = [
    { title = "file stands", check = "file_exists", path = "memories.md" },
    { title = "lint green", check = "workflow_latest", workflow = "Lint" },
]""",
    "any": """\
check = "any"
of = [
    { check = "file_exists", path = "playwright.config.ts" },
    { check = "file_exists", path = "cypress.config.ts" },
]""",
}
"""One example of each kind, without its table's head."""

_NOTES = {
    "workflow_success": """\
Cancelled, skipped and neutral runs say nothing and are left out; so are runs that wait for an approval. On the default
branch, runs of pull requests are left out too: a fork's `main` does not vouch for yours.""",
    "workflow_latest": """\
A matrix job `integration (18)` is the job `integration`. A job that was skipped did not pass. GitHub lists the jobs
of a run that failed, so the workflow's own file says whether there is such a job, what it waits for and whether an
`if` may skip it: name the workflow by its file. What can't be known is unknown: a job behind an `if` in a run that
succeeded, one whose file is not read and that never failed, and any job of a failed run whose jobs were not read.""",
    "issues": """\
Where no issue, open or closed, carries a label of the check, `at_most` is unknown: the label may be misspelt.""",
    "deployments": """\
A deployment that GitHub calls inactive succeeded once and was replaced: under `all` it counts as a success.""",
    "secrets_present": "Values can't be read, not even by an administrator; names and times can, with the right scope.",
    "file_matches": """\
Everything that the check names must hold. In a `regex`, `^` and `$` are a line's ends; one that takes longer than 0.2 s
makes the verdict unknown. `at` is a path: `jobs.test.services`, `items[0].name`, `items[*].name`,
`"key.with.dots".x`; where it leads to several values, `equals` is content with one of them, and `contains` looks among
all. Kinds count: `true` is no `1`, and `"15"` is no `15`.""",
    "pulls_comply": """\
| rule | what the description must carry |
|---|---|
| `phase` | exactly one checked box that names a phase (`- [x] Phase 1: Foundation`), or a line `Phase: 1` |
| `revenue` | an amount above zero (`$5,000`) in a line or section about revenue or MRR |
| `memories` | a section of memories.md: `memories.md#pricing`, or `memories.md section Pricing` |
| `kpis` | something said under a heading or label about KPIs |

Comments, unchecked boxes and placeholders do not count, so an untouched template does not comply.""",
    "promql": """\
With `for`, the bound must have held in every sample of that time, up to 24 h back; a gap or a history that is too short
is unknown. Without data the verdict is unknown.""",
    "no_alert": """\
A silenced alert still fires: a silence holds the noise, not the truth. Where Prometheus tells its rules and none could
fire for this, or one that could is broken, the verdict is unknown.""",
    "url_answers": """\
A probe that is refused, times out or finds a certificate that can't be trusted is itself the answer: unmet. A name that
can't be resolved is unknown, for that may be this machine's trouble.""",
    "review_held": "The journal keeps what was held and when. Without one it reads `not held`.",
    "signed_by": "The journal keeps signatures. Without one it reads `not signed`.",
    "all": "An overridden part counts as met.",
    "any": "An overridden part counts as met.",
}


def kinds() -> dict[str, type[specs.Spec]]:
    """Every kind of check with its class, in the order of the page."""
    union = get_args(get_args(specs.Check)[0])
    return {get_args(kind.model_fields["check"].annotation)[0]: kind for kind in union}


def checks_page() -> str:
    """The page. A test holds docs/checks.md against it."""
    known = kinds()
    parts = [_HEAD]
    parts += [f"| [`{name}`](#{name}) | {_sentence(kind)} |\n" for name, kind in known.items()]
    parts += [_section(name, kind) for name, kind in known.items()]
    return "".join(parts)


def _sentence(kind: type[specs.Spec]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _section(name: str, kind: type[specs.Spec]) -> str:
    schema = kind.model_json_schema(by_alias=True)
    needed = set(schema.get("required", ()))
    keys = {key: part for key, part in _own(schema).items() if key not in {"check", "title"}}
    rows = [
        f"| `{key}` | {kind_of(part, schema)} | {without_it(key, part, needed)} | {cell(part)} |\n"
        for key, part in keys.items()
    ]
    table = "".join(["| key | kind | without it | |\n|---|---|---|---|\n", *rows]) if rows else ""
    notes = f"\n{_NOTES[name]}\n" if name in _NOTES else ""
    return f"\n## {name}\n\n{_sentence(kind)}\n\n{table}{notes}\n```toml\n{EXAMPLES[name]}\n```\n"


def _own(schema: dict[str, Any]) -> dict[str, Any]:
    """The keys of a check; one that holds checks is kept apart, under definitions."""
    if "properties" not in schema:
        schema = schema["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    own: dict[str, Any] = schema["properties"]
    return own


def kind_of(part: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a key takes, as words."""
    if "anyOf" in part:
        words = [kind_of(one, schema) for one in part["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(words))
    if "enum" in part:
        return ", ".join(f'`"{word}"`' for word in part["enum"]).replace("|", "\\|")
    match part.get("type"):
        case "array":
            return f"list of {_plural(kind_of(part['items'], schema))}"
        case "object":
            return "table of texts"
        case "string":
            given = {"date-time": "instant"}.get(part.get("format", ""))
            return given or ("duration" if "15 min" in part.get("examples", ()) else "text")
        case "integer":
            return "whole number"
        case "number":
            return "number"
        case "boolean":
            return "true or false"
    return "check"


def _plural(word: str) -> str:
    return word if word.startswith("`") else f"{word}s"


def without_it(key: str, part: dict[str, Any], needed: set[str]) -> str:
    """What holds where a key is left out."""
    default = part.get("default")
    if key in needed or ("default" not in part and key == "of"):
        return "*needed*"
    if default in (None, "", [], {}):
        return "–"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, list):
        return "`[" + ", ".join(str(one) if _of_numbers(part) else f'"{one}"' for one in default) + "]`"
    return f'`"{default}"`' if isinstance(default, str) else f"`{default:g}`"


def _of_numbers(part: dict[str, Any]) -> bool:
    """Whether a list's items are whole numbers; the schema may keep their defaults as texts."""
    lists = [one for one in (part, *part.get("anyOf", ())) if one.get("type") == "array"]
    return any(one.get("items", {}).get("type") == "integer" for one in lists)


def cell(part: dict[str, Any]) -> str:
    """A key's meaning, in a table."""
    text: str = part.get("description", "")
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.stdout.write(checks_page())
