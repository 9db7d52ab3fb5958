"""PromQL, scrape targets, alerts and URLs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.evidence.given import NOW, ago, alert, check, instant, judge, ranged, series, target
from vauntico_tui.evidence.facts import AlertRule, Readings, UrlAnswer
from vauntico_tui.evidence.reading import Reading, State, Trouble, fresh
from vauntico_tui.evidence.verdict import Mark

COVERAGE = check("promql", query="coverage", op=">=", bound=80, unit="%")


def test_a_value_against_its_bound() -> None:
    verdict = judge(COVERAGE, instant("coverage", series(61.3)))
    assert (verdict.mark, verdict.figure, verdict.bound, verdict.value) == (Mark.UNMET, "61.3 %", "80 %", 61.3)
    assert verdict.reason == "coverage is 61.3 %; at least 80 % is wanted"
    assert verdict.link == "http://prom:9090/graph?g0.expr=coverage&g0.tab=0&g0.range_input=1d"
    assert judge(COVERAGE, instant("coverage", series(80.0))).mark is Mark.MET


def test_a_figure_just_below_its_bound_does_not_look_like_it() -> None:
    verdict = judge(COVERAGE, instant("coverage", series(79.9999)))
    assert (verdict.mark, verdict.figure) == (Mark.UNMET, "79.9999 %")


@pytest.mark.parametrize(
    ("op", "value", "mark"),
    [(">", 5, Mark.UNMET), ("<=", 5, Mark.MET), ("<", 5, Mark.UNMET), ("==", 5, Mark.MET), ("!=", 5, Mark.UNMET)],
)
def test_every_comparison(op: str, value: float, mark: Mark) -> None:
    assert judge(check("promql", query="q", op=op, bound=5), instant("q", series(value))).mark is mark


def test_no_data_is_unknown_and_nan_never_counts() -> None:
    assert judge(COVERAGE, instant("coverage")).figure == "no data"
    assert judge(COVERAGE, instant("coverage", series(math.nan))).mark is Mark.UNKNOWN
    both = judge(COVERAGE, instant("coverage", series(90, labels={"job": "a"}), series(math.nan, labels={"job": "b"})))
    assert both.mark is Mark.UNKNOWN
    broken = judge(
        COVERAGE, instant("coverage", series(70, labels={"job": "a"}), series(math.nan, labels={"job": "b"}))
    )
    assert broken.mark is Mark.UNMET


def test_every_series_or_any() -> None:
    spots = [series(value, labels={"blind_spot": name}) for name, value in (("gaming", 0), ("privacy", 1), ("loss", 1))]
    every = judge(check("promql", query="q", op="==", bound=1, at_least=3), instant("q", *spots))
    assert (every.mark, every.of) == (Mark.UNMET, "of 3 series")
    assert every.reason == "q is 0 for blind_spot=gaming; equal to 1 is wanted"
    assert judge(check("promql", query="q", op="==", bound=1, series="any"), instant("q", *spots)).mark is Mark.MET
    two = judge(check("promql", query="q", op="==", bound=0), instant("q", *spots))
    assert two.reason == "q is 1 for blind_spot=privacy; equal to 0 is wanted; 1 other series breaks it too"
    missing = judge(check("promql", query="q", op="==", bound=1, at_least=4), instant("q", *spots[1:]))
    assert (missing.mark, "only 2 of 4 series have data" in missing.reason) == (Mark.UNKNOWN, True)


HELD = check("promql", query="up", op=">=", bound=99.9, unit="%", **{"for": "1 h"})


def test_a_bound_that_held_for_its_time() -> None:
    verdict = judge(HELD, ranged("up", series(*[100.0] * 30)))
    assert (verdict.mark, verdict.reason) == (Mark.MET, "up is 100 %, at least 99.9 % for 1 h")


def test_one_bad_sample_in_the_time_breaks_it_and_says_when() -> None:
    values = [100.0] * 30
    values[-4] = 98.0
    verdict = judge(HELD, ranged("up", series(*values)))
    assert verdict.mark is Mark.UNMET
    assert "broke its bound at 22 Nov 13:47 UTC" in verdict.reason
    before = [98.0] * 10 + [100.0] * 20
    assert judge(HELD, ranged("up", series(*before))).mark is Mark.MET


def test_a_history_too_short_with_a_gap_or_silent_is_unknown() -> None:
    assert "reach back only" in judge(HELD, ranged("up", series(*[100.0] * 5))).reason
    gone = replace(series(*[100.0] * 60), points=series(*[100.0] * 60).points[:-6])
    assert judge(HELD, ranged("up", gone)).mark is Mark.UNKNOWN
    holed = series(*[100.0] * 60)
    holed = replace(holed, points=holed.points[:-10] + holed.points[-3:])
    assert "gaps" in judge(HELD, ranged("up", holed)).reason
    late = replace(holed, points=series(*[100.0] * 60).points[:40] + series(*[100.0] * 60).points[-6:])
    assert judge(HELD, ranged("up", late)).mark is Mark.UNKNOWN
    assert judge(HELD, instant("up", series(100.0))).mark is Mark.UNKNOWN


UP = check("targets_up", jobs=["vauntico-api", "vauntico-frontend"])


def _targets(*ones: object) -> Readings:
    return Readings(targets=fresh(ones, NOW))  # type: ignore[arg-type]


def test_targets() -> None:
    both = judge(UP, _targets(target("vauntico-api"), target("vauntico-frontend")))
    assert (both.mark, both.figure) == (Mark.MET, "2 of 2 up")
    down = judge(UP, _targets(target("vauntico-api", "down", "connection refused"), target("vauntico-frontend")))
    assert (down.mark, down.reason) == (
        Mark.UNMET,
        "vauntico-api at vauntico-api:3000 is down: connection refused",
    )
    absent = judge(UP, _targets(target("vauntico-api"), target("grafana")))
    assert (absent.mark, absent.reason) == (
        Mark.UNMET,
        "nothing is scraped for vauntico-frontend (known: grafana, vauntico-api)",
    )
    unsure = judge(UP, _targets(target("vauntico-api"), target("vauntico-frontend", "unknown")))
    assert (unsure.mark, "was never scraped" in unsure.reason) == (Mark.UNKNOWN, True)


CALM = check("no_alert", matching={"severity": "critical|warning", "alertname": "Database.*"})


def _alerts(*ones: object, rules: tuple[AlertRule, ...] | None = None) -> Readings:
    more = {} if rules is None else {"rules": fresh(rules, NOW)}
    return Readings(alerts=fresh(ones, NOW), **more)  # type: ignore[arg-type]


def test_alerts_match_whole_values() -> None:
    firing = judge(
        CALM, _alerts(alert("DatabaseDown", severity="critical", job="pg"), alert("Other", severity="critical"))
    )
    assert (firing.mark, firing.figure, firing.bound) == (Mark.UNMET, "1", "0")
    assert firing.reason == "DatabaseDown (job=pg, severity=critical) is firing since 22 Nov 13:02 UTC"
    assert judge(CALM, _alerts(alert("NotDatabaseDown", severity="critical"))).mark is Mark.MET
    assert judge(CALM, _alerts(alert("DatabaseDown", severity="criticality"))).mark is Mark.MET
    assert judge(check("no_alert"), _alerts(alert("Any"))).mark is Mark.UNMET
    assert judge(check("no_alert", matching={"x": "("}), _alerts(alert("Any"))).mark is Mark.UNKNOWN


def test_a_silenced_alert_still_fires_and_a_pending_one_does_not_yet() -> None:
    assert judge(check("no_alert"), _alerts(alert("A", "suppressed"))).mark is Mark.UNMET
    assert judge(check("no_alert"), _alerts(alert("A", "pending"))).mark is Mark.MET
    assert judge(check("no_alert", pending=True), _alerts(alert("A", "pending"))).mark is Mark.UNMET


def test_silence_is_proof_only_where_a_rule_could_fire() -> None:
    rule = AlertRule("DatabaseDown", "g", "inactive", "ok", labels={"severity": "critical"})
    assert judge(CALM, _alerts(rules=(rule,))).mark is Mark.MET
    none = judge(CALM, _alerts(rules=(replace(rule, name="MRRBehindTarget"),)))
    assert (none.mark, "no alerting rule could fire for it" in none.reason) == (Mark.UNKNOWN, True)
    broken = judge(CALM, _alerts(rules=(replace(rule, health="err", error="parse error"),)))
    assert (broken.mark, "can't be evaluated: parse error" in broken.reason) == (Mark.UNKNOWN, True)
    templated = replace(rule, labels={"severity": "{{ $labels.severity }}"})
    assert judge(CALM, _alerts(rules=(templated,))).mark is Mark.MET


SITE = "https://api.vauntico.com/health"


def _answer(reading: Reading[UrlAnswer], **keys: object) -> tuple[Mark, str]:
    verdict = judge(check("url_answers", url=SITE, **keys), Readings(urls={SITE: reading}))
    return verdict.mark, verdict.figure


def test_urls() -> None:
    good = fresh(UrlAnswer(SITE, 200, 120.0, '{"status": "ok"}'), NOW)
    assert _answer(good, contains='"ok"') == (Mark.MET, "200")
    assert _answer(good, contains="fine") == (Mark.UNMET, "text missing")
    assert _answer(good, within="100 s") == (Mark.MET, "120 ms")
    assert _answer(good, within="0.1 s") == (Mark.UNMET, "120 ms")
    assert _answer(good, status=204) == (Mark.UNMET, "200")
    assert _answer(Reading()) == (Mark.UNKNOWN, "")


@pytest.mark.parametrize(
    ("kind", "mark"), [("refused", Mark.UNMET), ("timeout", Mark.UNMET), ("tls", Mark.UNMET), ("dns", Mark.UNKNOWN)]
)
def test_a_refusal_is_the_answer_whatever_was_said_before(kind: str, mark: Mark) -> None:
    trouble = Trouble(kind, "no connection", "look at the server")
    before = fresh(UrlAnswer(SITE, 200, 1.0), ago(minutes=5))
    assert _answer(before.failed(trouble))[0] is mark
    assert _answer(Reading(state=State.FAILED, trouble=trouble))[0] is mark
