"""A prometheus.yml held against its documented shape, for machines without promtool."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vauntico_tui.runbooks.edits.splice import CannotMerge
from vauntico_tui.runbooks.edits.yaml_nodes import plain

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

_DURATION = r"^(?:0|(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?)$"
_TEXT = {"type": "string"}
_WORDS = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
_TIME = {"type": "string", "pattern": _DURATION, "minLength": 1}
_LISTS = {"type": "array", "items": {"type": "object"}}

_SCRAPE_KEYS: dict[str, Any] = {
    "job_name": {"type": "string", "minLength": 1},
    "scrape_interval": _TIME,
    "scrape_timeout": _TIME,
    "metrics_path": _TEXT,
    "scheme": {"enum": ["http", "https", "HTTP", "HTTPS"]},
    "honor_labels": {"type": "boolean"},
    "honor_timestamps": {"type": "boolean"},
    "params": {"type": "object", "additionalProperties": {"type": "array"}},
    "static_configs": {
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "properties": {
                "targets": {"type": "array", "items": {"type": "string", "pattern": r"^[^/\s]+$"}},
                "labels": _WORDS,
            },
            "additionalProperties": False,
        },
    },
    "relabel_configs": _LISTS,
    "metric_relabel_configs": _LISTS,
    "basic_auth": {"type": "object"},
    "authorization": {"type": "object"},
    "oauth2": {"type": "object"},
    "tls_config": {"type": "object"},
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "global": {
            "type": ["object", "null"],
            "properties": {
                "scrape_interval": _TIME,
                "scrape_timeout": _TIME,
                "evaluation_interval": _TIME,
                "external_labels": _WORDS,
            },
        },
        "runtime": {"type": "object"},
        "rule_files": {"type": ["array", "null"], "items": _TEXT},
        "scrape_config_files": {"type": ["array", "null"], "items": _TEXT},
        "scrape_configs": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "required": ["job_name"],
                "properties": _SCRAPE_KEYS,
                # the many service discoveries, limits and what newer versions add: words in snake case
                "patternProperties": {r"^[a-z][a-z0-9_]*$": {}},
                "additionalProperties": False,
            },
        },
        "alerting": {"type": ["object", "null"]},
        "remote_write": {"type": ["array", "null"]},
        "remote_read": {"type": ["array", "null"]},
        "storage": {"type": ["object", "null"]},
        "tracing": {"type": ["object", "null"]},
        "otlp": {"type": ["object", "null"]},
    },
    "additionalProperties": False,
}


def problems(config: Any) -> dict[str, str]:
    """What is wrong with a parsed prometheus.yml, one sentence each. Its key is the place and the rule, the same for a
    problem that only moved down a list."""
    found: dict[str, str] = {}
    for problem in _validator().iter_errors(config):
        path = list(problem.absolute_path)
        where = ".".join(str(part) for part in path) or "the file"
        key = "/".join("*" if isinstance(part, int) else str(part) for part in (*path, *problem.absolute_schema_path))
        found.setdefault(key, f"{where}: {problem.message[:160]}")
    names = [name for job in _jobs(config) if isinstance(name := job.get("job_name"), str)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found[f"twice {name}"] = f"scrape_configs: the job {name!r} is there twice"
    shared = config.get("global") if isinstance(config, dict) else None
    every = shared.get("scrape_interval") if isinstance(shared, dict) else None
    for job in _jobs(config):
        interval, timeout = seconds(job.get("scrape_interval", every)), seconds(job.get("scrape_timeout"))
        if interval is not None and timeout is not None and timeout > interval:
            name = str(job.get("job_name"))
            found[f"timeout {name}"] = f"job {name}: scrape_timeout is longer than scrape_interval"
    return found


def problems_of_text(text: str) -> tuple[str, ...]:
    """The same of a file's text; what can't be read is one problem."""
    try:
        config = plain(text.removeprefix("\ufeff"))
    except CannotMerge as cannot:
        return (cannot.reason,)
    return tuple(problems(config).values())


def seconds(told: Any) -> float | None:
    """A duration as Prometheus writes it; None for anything else."""
    if not isinstance(told, str) or not told or not re.fullmatch(_DURATION[1:-1], told):
        return None
    sizes = {"y": 31_536_000, "w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
    return sum(int(number) * sizes[unit] for number, unit in re.findall(r"(\d+)(ms|[ywdhms])", told))


def _jobs(config: Any) -> list[dict[str, Any]]:
    jobs = config.get("scrape_configs") if isinstance(config, dict) else None
    return [job for job in jobs if isinstance(job, dict)] if isinstance(jobs, list) else []


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415  70 ms that most starts never need

    return Draft202012Validator(_SCHEMA)
