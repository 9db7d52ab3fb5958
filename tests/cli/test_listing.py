"""The list of escalations in lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from tests.journal.samples import trigger
from vauntico_tui.cli.escalations import listing
from vauntico_tui.escalation.state import EVIDENCE, Escalation
from vauntico_tui.journal.answers import Done
from vauntico_tui.journal.open import open_journal


@pytest.fixture
def one(tmp_path: Path) -> Escalation:
    journal = open_journal(str(tmp_path / "journal.db"), state_dir=tmp_path, console="c")
    made = journal.perform(trigger(), actor=EVIDENCE)
    journal.close()
    assert isinstance(made, Done)
    assert made.escalation is not None
    return made.escalation


def test_a_breach_that_is_the_next_step_is_said_once(one: Escalation) -> None:
    breach = replace(one, next_at=one.breaches_at, next_step="breaches and goes to Level 2")
    text = listing([breach], UTC)
    assert text.count(f"{one.breaches_at:%d %b %H:%M}") == 1
    assert f"breaches and goes to Level 2, on {one.breaches_at:%d %b %H:%M}" in text


def test_a_step_before_the_breach_has_a_time_of_its_own(one: Escalation) -> None:
    before = replace(one, next_at=one.breaches_at - timedelta(hours=1), next_step="pages Bob if not acknowledged")
    text = listing([before], UTC)
    assert f"breaches on {one.breaches_at:%d %b %H:%M} · pages Bob if not acknowledged, on " in text
