"""Files, merges and secrets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evidence.given import HOME, NOW, URL, ago, check, file, judge, secrets
from vauntico_tui.evidence.facts import Branch, PullState, Readings
from vauntico_tui.evidence.reading import fresh
from vauntico_tui.evidence.verdict import Mark

PROM = """\
global:
  scrape_interval: 15s
scrape_configs:
  - job_name: "vauntico-api"
    scrape_interval: 30s
  - job_name: vauntico-frontend
    honor_labels: true
    sample_limit: 1000
"""


def _matches(content: str | None, path: str = "prometheus.yml", **keys: Any) -> tuple[Mark, str]:
    verdict = judge(check("file_matches", path=path, **keys), file(path, content))
    return verdict.mark, verdict.reason


def test_a_file_stands_or_not() -> None:
    spec = check("file_exists", path=".env.example")
    there = judge(spec, file(".env.example", ""))
    assert (there.mark, there.link) == (Mark.MET, f"{URL}/blob/HEAD/.env.example")
    assert judge(spec, file(".env.example", None)).reason == "there is no file .env.example"
    assert judge(spec, Readings(repository=HOME)).mark is Mark.UNKNOWN
    at_ref = check("file_exists", path="a", ref="hotfix/x")
    assert judge(at_ref, file("a", "x", ref="hotfix/x")).reason == "a at hotfix/x is there"
    assert judge(at_ref, file("a", "x")).mark is Mark.UNKNOWN


def test_text_and_patterns() -> None:
    assert _matches(PROM, text="vauntico-api")[0] is Mark.MET
    assert _matches(PROM, text="nothing") == (Mark.UNMET, 'prometheus.yml does not hold "nothing"')
    assert _matches(PROM, regex=r"^\s+scrape_interval: \d+s$")[0] is Mark.MET
    assert _matches(PROM, regex=r"^scrape_interval")[0] is Mark.UNMET
    assert _matches(PROM, regex=r"(unclosed")[0] is Mark.UNKNOWN
    assert _matches(None, text="x") == (Mark.UNMET, "there is no file prometheus.yml")
    assert _matches(PROM)[0] is Mark.UNKNOWN
    assert _matches(PROM, text="vauntico-api", regex="nowhere")[0] is Mark.UNMET


def test_a_pattern_that_backtracks_for_ever_is_given_up() -> None:
    mark, reason = _matches("ab" * 300, regex=r"(.*a){20}c")
    assert mark is Mark.UNKNOWN
    assert "takes too long" in reason


@pytest.mark.parametrize(
    ("keys", "mark"),
    [
        ({"at": "scrape_configs[*].job_name", "contains": ["vauntico-api", "vauntico-frontend"]}, Mark.MET),
        ({"at": "scrape_configs[*].job_name", "contains": ["vauntico-api", "grafana"]}, Mark.UNMET),
        ({"at": "scrape_configs[0].job_name", "equals": "vauntico-api"}, Mark.MET),
        ({"at": "scrape_configs[-1].job_name", "equals": "vauntico-frontend"}, Mark.MET),
        ({"at": "scrape_configs[7].job_name"}, Mark.UNMET),
        ({"at": "global.scrape_interval", "equals": "15s"}, Mark.MET),
        ({"at": "scrape_configs[*].honor_labels", "equals": True}, Mark.MET),
        ({"at": "scrape_configs[*].honor_labels", "equals": 1}, Mark.UNMET),
        ({"at": "scrape_configs[*].sample_limit", "equals": 1000}, Mark.MET),
        ({"at": "scrape_configs[*].sample_limit", "equals": "1000"}, Mark.UNMET),
        ({"at": "scrape_configs[*].*", "contains": ["vauntico-frontend", "30s"]}, Mark.MET),
        ({"at": "alerting"}, Mark.UNMET),
        ({"at": "not a [path"}, Mark.UNKNOWN),
        ({"at": "x", "format": "json"}, Mark.UNKNOWN),
    ],
)
def test_yaml_paths(keys: dict[str, Any], mark: Mark) -> None:
    assert _matches(PROM, **keys)[0] is mark


def test_reasons_say_what_stands_there() -> None:
    assert _matches(PROM, at="scrape_configs[*].job_name", contains=["vauntico-api", "grafana", "loki"])[1] == (
        "prometheus.yml lacks grafana and loki at scrape_configs[*].job_name"
    )
    assert _matches(PROM, at="global.scrape_interval", equals="5s")[1] == (
        'prometheus.yml has "15s" at global.scrape_interval, not "5s"'
    )


def test_json_toml_and_quoted_keys() -> None:
    package = '{"scripts": {"test:integration": "jest", "a.b": [1, true, null]}}'
    assert _matches(package, "package.json", at='scripts."test:integration"', equals="jest")[0] is Mark.MET
    assert _matches(package, "package.json", at='scripts["a.b"][1]', equals=True)[0] is Mark.MET
    assert _matches(package, "package.json", at='scripts["a.b"][2]')[0] is Mark.UNMET
    assert _matches('[tool.x]\ny = ["a"]\n', "pyproject.toml", at="tool.x.y", contains=["a"])[0] is Mark.MET
    assert _matches("testTimeout: 30000", "jest.config.js", at="testTimeout")[0] is Mark.UNKNOWN


def test_yaml_anchors_merges_and_words() -> None:
    text = "base: &b {image: node, on: push}\nuse:\n  <<: *b\n  image: alpine\non: [push]\n"
    assert _matches(text, "a.yml", at="use.on", equals="push")[0] is Mark.MET
    assert _matches(text, "a.yml", at="use.image", equals="alpine")[0] is Mark.MET
    assert _matches(text, "a.yml", at="on", contains=["push"])[0] is Mark.MET


BOMB = "a0: &a0 [x,x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1},*a{n - 1},*a{n - 1}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    ("text", "path", "at"),
    [
        (BOMB, "a.yml", "a29[*][*][*][*][*][*][*][*][*][*]"),
        ("a: &a {b: 1}\n" + "".join(f"m{n}: &m{n} {{<<: [*a, *a]}}\n" for n in range(200)), "a.yml", "m199.zz"),
        ("[" * 100_000, "a.yml", "x"),
        ("[" * 100_000, "a.json", "[0]"),
        ("x = " + "[" * 50_000, "a.toml", "x"),
        ("- " * 30_000, "a.yml", "[0]"),
        ("a: &a [*a]\n", "a.yml", "a[*][*][*]"),
        ("x: 1\n" * 100_000, "a.yml", "x"),
        ("\x00\x01", "a.yml", "x"),
        ("{}{}", "a.json", "x"),
        ("a: 1\n---\nb: 2\n", "a.yml", "a"),
        ("9" * 5000, "a.json", "x"),
        ("x: " + "9" * 5000, "a.yml", "x"),
    ],
    ids=[
        "bomb",
        "merges",
        "deep-yaml",
        "deep-json",
        "deep-toml",
        "dashes",
        "itself",
        "large",
        "controls",
        "two-json",
        "two-yaml",
        "digits-json",
        "digits-yaml",
    ],
)
def test_hostile_files_are_never_met_by_trickery_and_never_raise(text: str, path: str, at: str) -> None:
    mark, reason = _matches(text, path, at=at, equals="never")
    assert mark is not Mark.MET
    assert reason


def test_merged_by_branch() -> None:
    name = "hotfix/critical-deployment-blockers"

    def verdict(into: str | None = None, **known: Any) -> tuple[Mark, str]:
        branch = Branch(name, **{"exists": True, **known})
        readings = Readings(repository=HOME, branches={name: fresh(branch, NOW)})
        got = judge(check("merged", branch=name, **({"into": into} if into else {})), readings)
        return got.mark, got.reason

    merged: dict[str, Any] = {"merged_pull": 12, "merged_at": ago(hours=1), "merged_into": "main", "exists": False}
    assert verdict(**merged) == (
        Mark.MET,
        f"{name} was merged into main by pull request #12 at 22 Nov 13:02 UTC",
    )
    assert verdict(into="main", **merged)[0] is Mark.MET
    assert verdict(into="release", **merged)[0] is Mark.UNMET
    assert verdict(open_pull=13)[1] == f"pull request #13 of {name} is still open"
    assert verdict()[0] is Mark.UNMET
    assert verdict(exists=False)[1] == f"there is no branch {name}, and no merged pull request from one"


@pytest.mark.parametrize(("state", "mark"), [("merged", Mark.MET), ("open", Mark.UNMET), ("closed", Mark.UNMET),
                                             ("missing", Mark.UNMET)])  # fmt: skip
def test_merged_by_number(state: str, mark: Mark) -> None:
    readings = Readings(repository=HOME, pull_states={7: fresh(PullState(7, state), NOW)})
    verdict = judge(check("merged", pull=7), readings)
    assert (verdict.mark, verdict.link) == (mark, f"{URL}/pull/7")
    assert judge(check("merged", pull=8), readings).mark is Mark.UNKNOWN
    assert judge(check("merged"), readings).mark is Mark.UNKNOWN


NAMES = ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "PAYSTACK_SECRET_KEY", "RESEND_API_KEY", "DATABASE_URL"]


def test_secrets() -> None:
    spec = check("secrets_present", names=NAMES)
    verdict = judge(spec, secrets(*NAMES[:2], NAMES[4].lower()))
    assert (verdict.mark, verdict.figure) == (Mark.UNMET, "3 of 5")
    assert verdict.reason == (
        "3 of 5 secrets of the repository are set; missing PAYSTACK_SECRET_KEY and RESEND_API_KEY"
    )
    assert verdict.link == f"{URL}/settings/secrets/actions"
    assert judge(spec, secrets(*NAMES)).mark is Mark.MET
    assert judge(spec, secrets(*NAMES, scope="production")).mark is Mark.UNKNOWN


def test_secrets_must_have_been_renewed() -> None:
    spec = check("secrets_present", names=NAMES[:1], scope="production", updated_since=ago(days=5))
    assert judge(spec, secrets(*NAMES, scope="production", at=ago(days=1))).mark is Mark.MET
    old = judge(spec, secrets(*NAMES, scope="production", at=ago(days=9)))
    assert (old.mark, "not renewed since" in old.reason) == (Mark.UNMET, True)
