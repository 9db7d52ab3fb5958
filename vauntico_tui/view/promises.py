"""Blockers, targets, deliverables, outcomes and approvals, each with its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

import tomli_w

from vauntico_tui.evidence import specs
from vauntico_tui.evidence.evaluate import judge
from vauntico_tui.evidence.judge.issues import wanted
from vauntico_tui.plan.clocks import due_at
from vauntico_tui.plan.model import Blocker, Deliverable, Outcome, Promise, Target
from vauntico_tui.view.history import burn
from vauntico_tui.view.model import PromiseView, SnippetView
from vauntico_tui.view.scene import Scene

_TREND = 24
"""Points of a PromQL target's trend."""


def promise_views(kind: str, promises: Sequence[Promise], scene: Scene) -> tuple[PromiseView, ...]:
    """The promises of one kind, in the plan's order."""
    return tuple(_view(kind, promise, scene) for promise in promises)


def _view(kind: str, promise: Promise, scene: Scene) -> PromiseView:
    subject, memo, started_at = f"{kind}:{promise.id}", scene.memo, scene.started_at
    blocker = promise if isinstance(promise, Blocker) else None
    return PromiseView(
        kind,
        promise.id,
        promise.title,
        judge(promise.check, replace(scene.ground, subject=subject)),
        owner=promise.owner,
        group=_group(promise),
        due_at=memo.part((subject, "due"), (promise, started_at), lambda: due_at(scene.plan, promise, started_at)),
        hours=blocker.hours if blocker else None,
        branch=blocker.branch if blocker else None,
        section=promise.section if isinstance(promise, Deliverable) else None,
        snippets=memo.part((subject, "snippets"), (promise,), lambda: _snippets(blocker)),
        check=memo.part((subject, "check"), (promise,), lambda: check_text(promise.check)),
        trend=_trend(subject, promise.check, scene),
    )


def _group(promise: Promise) -> str:
    if isinstance(promise, Target | Deliverable):
        return promise.week
    return promise.horizon if isinstance(promise, Outcome) else ""


def _snippets(blocker: Blocker | None) -> tuple[SnippetView, ...]:
    return tuple(SnippetView(one.language, one.text, one.file) for one in blocker.snippets) if blocker else ()


def check_text(check: specs.Check | None) -> str:
    """The check as it stands in TOML, without what it leaves to the defaults."""
    if check is None:
        return ""
    return tomli_w.dumps(check.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True))


def _trend(subject: str, check: specs.Check | None, scene: Scene) -> tuple[float, ...]:
    """The figure's own history: open issues by day, or the query's last day. Parts of an all/any have different figures
    and give none, unless there is one part only."""
    while isinstance(check, specs.AllOf | specs.AnyOf) and len(check.of) == 1:
        check = check.of[0]
    readings, memo = scene.readings, scene.memo
    known = readings.issues.value
    if isinstance(check, specs.Issues) and check.share_at_least is None and known is not None and known.complete:
        if check.state != "open":
            return ()
        chosen = check
        today = scene.now.astimezone(UTC).toordinal()
        return memo.part(
            (subject, "trend"),
            (known, chosen, today),
            lambda: tuple(
                float(count)
                for count in burn([one for one in known.issues.values() if wanted(one.labels, chosen)], today)
            ),
        )
    if isinstance(check, specs.PromQL):
        reading = readings.ranges.get(check.query)
        series = reading.value if reading is not None else None
        if series is not None and len(series) == 1:
            points = series[0].points
            return memo.part((subject, "trend"), (series,), lambda: _thinned([value for _, value in points]))
    return ()


def _thinned(values: list[float]) -> tuple[float, ...]:
    """At most 24 of the values, evenly spaced, the last among them."""
    if len(values) <= _TREND:
        return tuple(values)
    step = (len(values) - 1) / (_TREND - 1)
    return tuple(values[round(place * step)] for place in range(_TREND))
