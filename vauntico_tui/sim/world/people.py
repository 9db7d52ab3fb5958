"""Who works at Vauntico, and the repository's labels."""

from __future__ import annotations

from typing import NamedTuple


class Person(NamedTuple):
    """A user."""

    id: int
    login: str
    name: str
    type: str = "User"


OWNER = Person(4_200_001, "vauntico", "Vauntico", "Organization")
PEOPLE: dict[str, Person] = {
    person.login: person
    for person in (
        OWNER,
        Person(4_200_010, "lead-dev", "Lead Developer"),
        Person(4_200_011, "backend-dev", "Backend Developer"),
        Person(4_200_012, "frontend-dev", "Frontend Developer"),
        Person(4_200_013, "devops", "DevOps"),
        Person(4_200_020, "github-actions[bot]", "GitHub Actions", "Bot"),
    )
}
TEAM = ("lead-dev", "backend-dev", "frontend-dev", "devops")
VIEWER = "lead-dev"
BOT = "github-actions[bot]"

LABELS: tuple[tuple[str, str, str], ...] = (
    ("severity: critical", "b60205", "Level 1: 24 hours"),
    ("severity: high", "d93f0b", "Level 2: 48 hours"),
    ("severity: medium", "fbca04", "Level 3: one week"),
    ("severity: low", "c2e0c6", "Backlog"),
    ("category: configuration", "1d76db", "Configuration errors"),
    ("category: tests", "5319e7", "Test failures"),
    ("category: governance", "006b75", "Governance violations"),
    ("category: kpi", "0e8a16", "KPI misalignment"),
)


def label_of_area(area: str) -> tuple[str, str, str]:
    """The label of an area of the product."""
    return (f"area: {area}", "ededed", f"Concerns {area}")
