"""The plan: a roadmap as typed data. The roadmap's words are the code's words. Ids are short and unique."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from vauntico_tui.base.fields import Duration
from vauntico_tui.evidence.specs import Check, Comparison
from vauntico_tui.runbooks.model import Runbook

PLAN_FORMAT = 1


class Part(BaseModel):
    """Base of everything in a plan: frozen, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Summary(Part):
    """The executive summary and the figures it names."""

    text: str = ""
    issues: int | None = None
    phases: int | None = None
    unblock_within: Duration | None = None  # 48 h
    excellence_within: Duration | None = None  # 4 weeks


class Snippet(Part):
    """Code from the document, to the letter; `file` is the file it is for, where the text says so."""

    language: str = ""
    text: str
    file: str | None = None


class Promise(Part):
    """What blockers, deliverables, targets, outcomes and approvals share."""

    id: str = Field(..., pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    owner: str | None = Field(None, description="the id of a role")
    check: Check | None = Field(None, description="the evidence that proves it; unknown without one")


class Blocker(Promise):
    """A critical-path blocker, with its estimate."""

    hours: float | None = Field(None, ge=0)
    branch: str | None = None
    due: Duration | None = Field(None, description="after the start")
    snippets: tuple[Snippet, ...] = ()


class Week(Part):
    """A span of weeks, counted from 1."""

    id: str
    title: str
    first: int = Field(..., ge=1)
    last: int = Field(..., ge=1)
    hours: float | None = Field(None, ge=0)
    focus: str = ""

    @property
    def ends_after(self) -> timedelta:
        return timedelta(weeks=self.last)


class WorkSection(Part):
    """A section of a week ("Day 1-2: PR Template & Governance") with its branch."""

    id: str
    week: str
    title: str
    first_day: int | None = None
    last_day: int | None = None
    branch: str | None = None


class Deliverable(Promise):
    week: str
    section: str


class Target(Promise):
    week: str


class Risk(Part):
    id: str
    category: str
    title: str
    mitigation: str = ""


class Role(Part):
    id: str
    title: str
    focus: str = ""


class Review(Part):
    """A review held again and again: "Daily deployment success rate tracking"."""

    id: str
    title: str
    cadence: Duration


class Item(Part):
    """A line of a list: a long-term item, a next step."""

    id: str
    title: str


class Level(Part):
    """A level of the escalation matrix."""

    level: int = Field(..., ge=1)
    window: Duration
    issue_class: str
    contacts: tuple[str, ...] = ()
    resolution: str = ""
    severity: str | None = Field(None, description="the severity that picks this level: critical, high, medium")
    acknowledge_within: Duration | None = None


class Outcome(Promise):
    horizon: str
    due: Duration | None = Field(None, description="after the start")


class Approval(Promise):
    pass


class Phase(Part):
    """A monetization phase and its monthly recurring revenue target, in dollars."""

    number: int
    title: str
    mrr_target: float | None = None


class Kpi(Part):
    """A figure from Prometheus, drawn as a sparkline."""

    id: str
    title: str
    query: str
    phase: int | None = None
    unit: str = Field("", description='"$", "%", "/h", "" ')
    op: Comparison = ">="
    target: float | None = None
    scale: float = Field(1.0, description="the answer is multiplied by this before it is shown")
    decimals: int = Field(0, ge=0, le=6)


class Note(Part):
    """A section that the importer does not know, kept in its place: `after` names the section before it."""

    heading: str
    level: int = Field(2, ge=1, le=6)
    text: str = ""
    after: str = ""


class Severities(Part):
    """How labels name severities: the first label that an issue has decides."""

    critical: tuple[str, ...] = ("severity: critical", "critical", "severity/critical", "P0")
    high: tuple[str, ...] = ("severity: high", "high", "severity/high", "P1")
    medium: tuple[str, ...] = ("severity: medium", "medium", "severity/medium", "P2")
    low: tuple[str, ...] = ("severity: low", "low", "severity/low", "P3")


class Plan(Part):
    """A whole roadmap."""

    format: int = PLAN_FORMAT
    title: str
    started_at: datetime | None = Field(None, description="when the clocks start; an instant with a zone")
    success_definition: str = ""
    team: str = Field("", description='"3-4 developers"')
    summary: Summary = Summary()
    severities: Severities = Severities()
    phases: tuple[Phase, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    weeks: tuple[Week, ...] = ()
    sections: tuple[WorkSection, ...] = ()
    deliverables: tuple[Deliverable, ...] = ()
    targets: tuple[Target, ...] = ()
    risks: tuple[Risk, ...] = ()
    roles: tuple[Role, ...] = ()
    reviews: tuple[Review, ...] = ()
    long_term: tuple[Item, ...] = ()
    levels: tuple[Level, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    approvals: tuple[Approval, ...] = ()
    next_steps: tuple[Item, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    notes: tuple[Note, ...] = ()
    runbooks: tuple[Runbook, ...] = Field(
        (), description="runbooks of this plan, beside the bundled and the user's own"
    )
    outline: tuple[str, ...] = Field((), description="the document's headings as they stood, in order")
