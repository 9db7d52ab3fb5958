"""Checks as they are written in TOML: one class a kind, told apart by `check = "..."`; docs/checks.md is made of them.

A check that names no branch means the repository's default branch; a window ends now.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from vauntico_tui.base.fields import Duration

Comparison = Literal[">=", "<=", ">", "<", "==", "!="]


class Spec(BaseModel):
    """What every check has: an optional title for its place under an all/any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field("", description="what this part proves, shown in front of its verdict")


class WorkflowSuccess(Spec):
    """The share of a workflow's finished runs that succeeded, in a window; every workflow where none is named."""

    check: Literal["workflow_success"]
    workflow: str | None = Field(None, description="the workflow's name or file; all workflows without it")
    branch: str | None = Field(None, description="the default branch without it")
    window: Duration = Field(..., description="how far back runs count")
    at_least: float = Field(100.0, ge=0, le=100, description="percent")
    min_runs: int = Field(1, ge=1, description="fewer finished runs than this: unknown")


class WorkflowLatest(Spec):
    """The latest finished run of a workflow on a branch succeeded (or, with `job`, that job of it did)."""

    check: Literal["workflow_latest"]
    workflow: str = Field(..., description="the workflow's name or file")
    branch: str | None = Field(None, description="the default branch without it")
    job: str | None = Field(None, description="look at this job of the runs instead of at the whole")
    runs: int = Field(1, ge=1, description="the newest this many must all have succeeded")


class Deployments(Spec):
    """Deployments to an environment succeeded: all of a window's (`rule = "all"`), or the latest one."""

    check: Literal["deployments"]
    environment: str = Field(..., description='"production"')
    rule: Literal["all", "latest"] = Field("all", description="all of the window's, or the latest one")
    window: Duration | None = Field(None, description="how far back deployments count; all of them without it")
    at_least: int = Field(1, ge=1, description="how many there must have been")


class SecretsPresent(Spec):
    """The named secrets are set (values can't be read), optionally after an instant."""

    check: Literal["secrets_present"]
    names: tuple[str, ...] = Field(..., min_length=1, description="each of these must be set")
    scope: str = Field("repository", description='"repository" or an environment\'s name')
    updated_since: datetime | None = Field(None, description="and have been set again since then: keys were rotated")


class FileExists(Spec):
    """A file stands in the repository at a ref."""

    check: Literal["file_exists"]
    path: str = Field(..., description="from the repository's root")
    ref: str | None = Field(None, description="a branch, tag or commit; the default branch without it")


class FileMatches(Spec):
    """A file's content: holds a text, matches a regular expression, or has a value at a YAML, JSON or TOML path."""

    check: Literal["file_matches"]
    path: str = Field(..., description="from the repository's root")
    ref: str | None = Field(None, description="a branch, tag or commit; the default branch without it")
    text: str | None = Field(None, description="the file holds this text")
    regex: str | None = Field(None, description="the file matches this regular expression somewhere")
    at: str | None = Field(None, description='path in the parsed file: "scrape_configs[*].job_name"; * is any')
    format: Literal["yaml", "json", "toml"] | None = Field(None, description="by the file's ending without it")
    equals: str | int | float | bool | None = Field(None, description="a value at the path is this")
    contains: tuple[str, ...] = Field((), description="each of these is among the values at the path")


class Merged(Spec):
    """A branch's pull request, or a pull request by number, was merged."""

    check: Literal["merged"]
    branch: str | None = Field(None, description="the branch whose pull request was merged")
    pull: int | None = Field(None, description="or the pull request's number")
    into: str | None = Field(None, description="the branch it was merged into; any without it")


class Issues(Spec):
    """Issues by label and state: a count at most or at least, or a share of the issues with those labels."""

    check: Literal["issues"]
    labels: tuple[str, ...] = Field((), description="an issue counts when it has all of these")
    any_labels: tuple[str, ...] = Field((), description="... and, if given, at least one of these")
    state: Literal["open", "closed", "all"] = Field("open", description="which of them count")
    at_most: int | None = Field(None, ge=0, description="so many and no more")
    at_least: int | None = Field(None, ge=0, description="so many or more")
    share_at_least: float | None = Field(None, ge=0, le=100, description="percent of all issues with the labels")


Rule = Literal["phase", "revenue", "memories", "kpis"]


class PullsComply(Spec):
    """Open pull requests carry what the template asks for: a phase, a revenue target, memories.md, KPIs."""

    check: Literal["pulls_comply"]
    rules: tuple[Rule, ...] = Field(("phase", "revenue", "memories", "kpis"), description="what each must carry")
    at_least: float = Field(100.0, ge=0, le=100, description="percent")
    drafts: bool = Field(False, description="whether drafts count")
    base: str | None = Field(None, description="only pull requests into this branch")


class PromQL(Spec):
    """A PromQL expression against a bound: every series of the answer, or any; for a time with `for`."""

    check: Literal["promql"]
    query: str = Field(..., description="PromQL")
    op: Comparison = Field(..., description="how the answer compares to the bound")
    bound: float
    unit: str = Field("", description='"%", "$", "/h": shown with the figure')
    series: Literal["every", "any"] = Field("every", description="which series of the answer must keep the bound")
    at_least: int = Field(1, ge=1, description="how many series there must be")
    hold: Duration | None = Field(None, alias="for", description="the bound must have held this long")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class TargetsUp(Spec):
    """Every scrape target of the named jobs is up, and each job has one."""

    check: Literal["targets_up"]
    jobs: tuple[str, ...] = Field(..., min_length=1, description="names of scrape jobs")


class NoAlert(Spec):
    """No alert fires that matches all of the labels (regular expressions, whole value)."""

    check: Literal["no_alert"]
    matching: dict[str, str] = Field(
        default_factory=dict, description="labels, `alertname` among them, each with a regular expression"
    )
    pending: bool = Field(False, description="whether pending alerts count")


class UrlAnswers(Spec):
    """A URL answers with a status, optionally holding a text, within a time."""

    check: Literal["url_answers"]
    url: str = Field(..., pattern=r"^https?://")
    status: int = Field(200, description="the status it must answer with")
    contains: str | None = Field(None, description="a text in the first 64 KiB of the answer")
    within: Duration | None = Field(None, description="the longest it may take")


class ReviewHeld(Spec):
    """A review of the plan was held within its cadence; the journal keeps that."""

    check: Literal["review_held"]
    review: str = Field(..., description="the id of a review of the plan")
    every: Duration = Field(..., description="the cadence")


class SignedBy(Spec):
    """A person signed; the journal keeps that. For what truly no machine can see."""

    check: Literal["signed_by"]
    subject: str | None = Field(None, description="what is signed; the promise that holds this check without it")
    role: str | None = Field(None, description="the role that must have signed; anybody without it")


class AllOf(Spec):
    """Met when every part is met; unmet when one is unmet; else unknown."""

    check: Literal["all"]
    of: tuple[Check, ...] = Field(..., min_length=1, description="the parts, each a check")


class AnyOf(Spec):
    """Met when one part is met; unknown when one is unknown; else unmet."""

    check: Literal["any"]
    of: tuple[Check, ...] = Field(..., min_length=1, description="the parts, each a check")


Check = Annotated[
    WorkflowSuccess | WorkflowLatest | Deployments | SecretsPresent | FileExists | FileMatches | Merged | Issues
    | PullsComply | PromQL | TargetsUp | NoAlert | UrlAnswers | ReviewHeld | SignedBy | AllOf | AnyOf,
    Field(discriminator="check"),
]  # fmt: skip

AllOf.model_rebuild()
AnyOf.model_rebuild()
