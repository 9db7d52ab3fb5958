"""Blockers, targets, deliverables, outcomes and approvals, each with its verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from itertools import chain

from vauntico_tui.evidence import specs
from vauntico_tui.evidence.evaluate import judge
from vauntico_tui.plan.clocks import due_at
from vauntico_tui.plan.model import Blocker, Deliverable, Outcome, Promise, Target
from vauntico_tui.plan.write import dump_check
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
    return dump_check(check) if check is not None else ""


def _trend(subject: str, check: specs.Check | None, scene: Scene) -> tuple[float, ...]:
    """The figure's own history: open issues by day, or the query's last day. Parts of an all/any have different figures
    and give none, unless there is one part only."""
    while isinstance(check, specs.AllOf | specs.AnyOf) and len(check.of) == 1:
        check = check.of[0]
    if isinstance(check, specs.Issues):
        return _issue_trend(subject, check, scene)
    reading = scene.readings.ranges.get(check.query) if isinstance(check, specs.PromQL) else None
    if reading is None or reading.value is None or len(reading.value) != 1:
        return ()
    points = reading.value[0].points
    return scene.memo.part((subject, "trend"), (points,), lambda: _thinned([value for _, value in points]))


def _issue_trend(subject: str, check: specs.Issues, scene: Scene) -> tuple[float, ...]:
    index = scene.ground.issues
    if check.state != "open" or check.share_at_least is not None or index is None or not index.known.complete:
        return ()
    today = scene.now.astimezone(UTC).toordinal()

    def make() -> tuple[float, ...]:
        chosen = chain.from_iterable(index.chosen(check.labels, check.any_labels).values())
        return tuple(map(float, burn(chosen, today)))

    return scene.memo.part((subject, "trend"), (index.known, check, today), make)


def _thinned(values: list[float]) -> tuple[float, ...]:
    """At most 24 of the values, evenly spaced, the last among them."""
    values = [value for value in values if math.isfinite(value)]
    if len(values) <= _TREND:
        return tuple(values)
    step = (len(values) - 1) / (_TREND - 1)
    return tuple(values[round(place * step)] for place in range(_TREND))
