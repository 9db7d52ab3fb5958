"""What watches the service: scrape targets and alerts."""

from __future__ import annotations

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import Alert, AlertRule, ScrapeTarget
from vauntico_tui.evidence.figures import count, listed, when
from vauntico_tui.evidence.ground import Ground, known, labels_text, near, resting_on, unknown, unread, without_secrets
from vauntico_tui.evidence.patterns import BadPatternError, found
from vauntico_tui.evidence.verdict import Mark, Verdict

_CONFIGURE = "set url under [prometheus] in the configuration"


def targets_up(check: specs.TargetsUp, ground: Ground) -> Verdict:
    reading = ground.readings.targets
    if not known(reading) or reading.value is None:
        return unread(reading, "Prometheus' scrape targets", _CONFIGURE)
    return resting_on(_judge_targets(check, ground, reading.value), reading)


def _judge_targets(check: specs.TargetsUp, ground: Ground, targets: tuple[ScrapeTarget, ...]) -> Verdict:
    by_job = {job: [target for target in targets if target.job == job] for job in check.jobs}
    link = f"{without_secrets(ground.prometheus_url)}/targets" if ground.prometheus_url else None
    up = [job for job, here in by_job.items() if here and all(target.health == "up" for target in here)]
    total = len(by_job)
    figure, bound = f"{len(up)} of {total} up", f"{total} of {total}"
    absent = [job for job, here in by_job.items() if not here]
    down = [target for here in by_job.values() for target in here if target.health == "down"]
    unsure = [target for here in by_job.values() for target in here if target.health not in {"up", "down"}]
    problems = []
    if down:
        why = f": {one_line(down[0].error, 120)}" if down[0].error else ""
        names = listed([f"{target.job} at {target.instance}" for target in down], 3)
        problems.append(f"{names} {'is' if len(down) == 1 else 'are'} down{why}")
    if absent:
        problems.append(f"nothing is scraped for {listed(absent)} ({near(target.job for target in targets)})")
    if problems:
        return Verdict(Mark.UNMET, "; ".join(problems), figure, bound, link, value=float(len(up)))
    if unsure:
        reason = f"{listed([f'{target.job} at {target.instance}' for target in unsure], 3)} was never scraped"
        return Verdict(Mark.UNKNOWN, reason, figure, bound, link, value=float(len(up)))
    number_of = sum(len(here) for here in by_job.values())
    reason = (
        f"all {count(number_of, 'target')} of {listed(check.jobs)} are up"
        if number_of > 1
        else f"{listed(check.jobs)} is up"
    )
    return Verdict(Mark.MET, reason, figure, bound, link, value=float(len(up)))


def no_alert(check: specs.NoAlert, ground: Ground) -> Verdict:
    reading = ground.readings.alerts
    if not known(reading) or reading.value is None:
        return unread(reading, "the alerts", "set url under [prometheus] or [alertmanager] in the configuration")
    named = sorted(check.matching.items())
    what = ", ".join(f"{one_line(name, 40)}=~{one_line(pattern, 40)}" for name, pattern in named)
    try:
        found_ones = [alert for alert in reading.value if _counts(alert, check) and _matches(alert, check)]
        blind = None if found_ones else _blind(check, ground)
    except BadPatternError as problem:
        return resting_on(unknown(f"the check can't be used: {one_line(str(problem), 200)}"), reading)
    like = f" like {what}" if what else ""
    if blind is not None:
        return resting_on(unknown(f"no alert{like} is firing, but {blind}", link=_alerts_page(ground)), reading)
    if not found_ones:
        verdict = Verdict(Mark.MET, f"no alert{like} is firing", "0", "0", _alerts_page(ground), value=0.0)
        return resting_on(verdict, reading)
    first = min(found_ones, key=lambda alert: (alert.active_at, alert.key))
    about = labels_text(first.labels, frozenset({"__name__", "alertname"}))
    reason = f"{one_line(first.name, 60)}{f' ({about})' if about else ''} is {_is(first)} since {when(first.active_at)}"
    if len(found_ones) > 1:
        reason += f", and {count(len(found_ones) - 1, 'other alert')}{like} too"
    verdict = Verdict(
        Mark.UNMET, reason, str(len(found_ones)), "0", first.url or _alerts_page(ground), value=float(len(found_ones))
    )
    return resting_on(verdict, reading)


def _alerts_page(ground: Ground) -> str | None:
    return f"{without_secrets(ground.prometheus_url)}/alerts" if ground.prometheus_url else None


def _is(alert: Alert) -> str:
    return "firing, silenced," if alert.state == "suppressed" else one_line(alert.state, 20)


def _counts(alert: Alert, check: specs.NoAlert) -> bool:
    """A silenced alert still fires: a silence holds the noise, not the truth."""
    return alert.state in {"firing", "suppressed", "active"} or (check.pending and alert.state == "pending")


def _matches(alert: Alert, check: specs.NoAlert) -> bool:
    labels = {"alertname": alert.name, **alert.labels}
    return all(found(pattern, labels.get(name, ""), whole=True) for name, pattern in check.matching.items())


def _blind(check: specs.NoAlert, ground: Ground) -> str | None:
    """Why silence proves nothing, where the rules are known: none could fire for this, or one that could is broken."""
    rules = ground.readings.rules
    if not known(rules) or rules.value is None:
        return None
    could = [rule for rule in rules.value if _could_match(rule, check)]
    broken = next((rule for rule in could if rule.health == "err"), None)
    if broken is not None:
        why = f": {one_line(broken.error, 100)}" if broken.error else ""
        return f"the rule {one_line(broken.name, 60)} can't be evaluated{why}"
    return None if could else "no alerting rule could fire for it; load one in Prometheus"


def _could_match(rule: AlertRule, check: specs.NoAlert) -> bool:
    """Whether an alert of this rule may match. Labels that the rule leaves to its series may be anything."""
    fixed = {"alertname": rule.name, **{name: text for name, text in rule.labels.items() if "{{" not in text}}
    return all(found(pattern, fixed[name], whole=True) for name, pattern in check.matching.items() if name in fixed)
