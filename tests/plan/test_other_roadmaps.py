"""Roadmaps of other teams with the same habits."""

from __future__ import annotations

from datetime import timedelta

from vauntico_tui.plan.importer import import_markdown
from vauntico_tui.plan.model import Plan

STARS = """\
Checkout rescue
===============

> **Executive Summary**: 12 open issues; a 2-phase plan to ship within 24 hours
> and to be calm within 2 weeks.

Week 1: Stop the bleeding
-------------------------

Some words on why.

##### Day 1: Payments

__Branch:__ `fix/payments`

* Retry *idempotent* calls
* Log `payment_id`
  on every line

##### Days 2 to 5: Mail

* Queue it

Weeks 2-3
---------

1) Load test
2) Game day

Week 1 Goals
------------

* [x] Errors below 1 %
* [ ] Nobody paged at night

## Escalation

* Level 1 (15 min): Critical outage
  * Contacts: On-call, Head of Payments
  * Resolution: Roll back
* **Level 2 (4 hours)**: high priority bug
  * Contact: Team

## Risks

* **Provider outage**: second provider
* Key person leaves
  * Mitigation: pair on everything

## Team (2 developers)

* Ada - payments
* **Grace**: mail

## Hours

* Week 1 – 60 hours (all hands)

## Blockers

1. Rotate the leaked key (30 minutes)
2. Free disk on db-1

## Continuous improvement

### Reviews

* Weekly error review
* Every 2 weeks: budget
* When it hurts

### Long-term

* One ledger

**Next steps**

* Call the bank

## Approvals

* [ ] CFO signs the overtime

## Glossary

**SLO**: a promise

### Words

We say *capture*.
"""


def stars() -> Plan:
    return import_markdown(STARS).plan


def test_setext_headings_stars_and_other_numbers() -> None:
    plan = stars()
    assert plan.title == "Checkout rescue"
    assert (plan.summary.issues, plan.summary.phases) == (12, 2)
    assert (plan.summary.unblock_within, plan.summary.excellence_within) == (timedelta(hours=24), timedelta(weeks=2))
    assert [(week.first, week.last, week.title) for week in plan.weeks] == [
        (1, 1, "Stop the bleeding"),
        (2, 3, "Week 2-3"),
    ]
    assert [(one.title, one.first_day, one.last_day, one.branch) for one in plan.sections] == [
        ("Payments", 1, 1, "fix/payments"),
        ("Mail", 2, 5, None),
        ("Weeks 2-3", None, None, None),
    ]
    assert [one.title for one in plan.deliverables] == [
        "Retry idempotent calls",
        "Log payment_id on every line",
        "Queue it",
        "Load test",
        "Game day",
    ]
    assert [(one.week, one.title) for one in plan.targets] == [
        ("week-1", "Errors below 1 %"),
        ("week-1", "Nobody paged at night"),
    ]


def test_levels_in_a_list() -> None:
    levels = stars().levels
    assert [(one.level, one.window, one.severity, one.contacts, one.resolution) for one in levels] == [
        (1, timedelta(minutes=15), "critical", ("On-call", "Head of Payments"), "Roll back"),
        (2, timedelta(hours=4), "high", ("Team",), ""),
    ]
    assert levels[1].issue_class == "high priority bug"


def test_risks_people_and_hours_in_lists() -> None:
    plan = stars()
    assert [(one.title, one.mitigation) for one in plan.risks] == [
        ("Provider outage", "second provider"),
        ("Key person leaves", "pair on everything"),
    ]
    assert [(one.title, one.focus) for one in plan.roles] == [("Ada", "payments"), ("Grace", "mail")]
    assert plan.team == "2 developers"
    assert [(one.title, one.hours) for one in plan.blockers] == [
        ("Rotate the leaked key", 0.5),
        ("Free disk on db-1", None),
    ]
    assert [(one.title, one.cadence.days) for one in plan.reviews] == [
        ("Weekly error review", 7),
        ("Every 2 weeks: budget", 14),
    ]
    assert [(one.hours, one.focus) for one in plan.weeks] == [(60, "all hands"), (None, "")]
    assert [one.title for one in plan.long_term] == ["One ledger"]
    assert [one.title for one in plan.next_steps] == ["Call the bank"]
    assert [one.title for one in plan.approvals] == ["CFO signs the overtime"]


def test_what_is_not_known_is_a_note_in_its_place() -> None:
    notes = {(note.heading, note.after): note for note in stars().notes}
    assert notes["", "Week 1: Stop the bleeding"].text == "Some words on why."
    assert notes["", "Reviews"].text == "* When it hurts"
    assert (notes["Glossary", "Approvals"].text, notes["Glossary", "Approvals"].level) == ("**SLO**: a promise", 2)
    assert notes["Words", "Glossary"].text == "We say *capture*."


def test_other_levels_and_another_order() -> None:
    plan = import_markdown(
        "###### Week 1 Targets\n- a\n\n##### Level 3 (2 days): low noise\nContact: nobody\n\n"
        "#### Time allocation\n- **Week 1**: 12.5 hours - tidy\n\n### Expected outcomes\n**Soon (1 day)**:\n- calm\n\n"
        "## Success Definition\nQuiet nights.\n\n# Week 1\n- b\n"
    ).plan
    assert [one.title for one in plan.targets] == ["a"]
    assert [(one.level, one.contacts, one.severity) for one in plan.levels] == [(3, ("nobody",), "low")]
    assert [(one.hours, one.focus) for one in plan.weeks] == [(12.5, "tidy")]
    assert [(one.title, one.horizon, one.due) for one in plan.outcomes] == [("calm", "Soon", timedelta(days=1))]
    assert plan.success_definition == "Quiet nights."
    assert [one.title for one in plan.deliverables] == ["b"]


def test_missing_sections_and_no_structure() -> None:
    assert import_markdown("").plan == Plan(title="Roadmap")
    plan = import_markdown("Just a thought.\n\nAnd another.").plan
    assert [note.text for note in plan.notes] == ["Just a thought.\n\nAnd another."]
    assert import_markdown("# Only a title").plan == Plan(title="Only a title", outline=("# Only a title",))


def test_a_blocker_with_its_own_branch_and_estimate() -> None:
    plan = import_markdown(
        "# Plan\n## Critical path\n### 1. Fix it\n**Branch**: `fix/it`\n**Estimate**: 3 hours\n\nWhy.\n\n"
        "```sh\n$ git switch -c hotfix/all\n```\n### 2. Then that (1 day)\n~~~yaml title=deploy/app.yml\na: 1\n~~~\n"
    ).plan
    assert [(one.title, one.hours, one.branch) for one in plan.blockers] == [
        ("Fix it", 3, "fix/it"),
        ("Then that", 8, "hotfix/all"),
    ]
    assert plan.blockers[1].snippets[0].file == "deploy/app.yml"
    assert [(note.text, note.after) for note in plan.notes] == [("Why.", "1. Fix it")]


def test_ids_are_readable_and_unique() -> None:
    plan = import_markdown(
        "# Week 1 Targets\n- Ünïcode & more!\n- unicode more\n- 漢字\n- 漢字\n- " + "long word " * 20
    ).plan
    assert [one.id for one in plan.targets] == [
        "unicode-more",
        "unicode-more-2",
        "target",
        "target-2",
        "long-word-long-word-long-word-long-word-long",
    ]
