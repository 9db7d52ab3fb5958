"""A runbook as it is written in TOML: parameters, and steps told apart by `do = "..."`. The JSON Schema is made of it.

Every text of a step may hold `%{name}`: a parameter of the runbook, or `%{target.id}`, `%{target.number}`,
`%{target.title}`, `%{target.link}`, `%{target.labels.NAME}` of what it was started for; `%%{` stands for `%{`. What is
put in is data: it is never a shell's, and never read again for placeholders. Numbers, choices and durations of a step
can be a parameter too: `way = "%{way}"`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from vauntico_tui.base.fields import Duration
from vauntico_tui.evidence.specs import Check
from vauntico_tui.runbooks.asked import MAYBE_ASKED

AskedDuration = Annotated[Duration, MAYBE_ASKED]
AskedYes = Annotated[bool, MAYBE_ASKED]


class Part(BaseModel):
    """Base of everything in a runbook: frozen, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


ParamKind = Literal["text", "number", "yes_no", "choice", "branch", "workflow", "environment", "duration", "list"]


class Param(Part):
    """Something to be said before a runbook is planned. Secret values are never parameters: a `secrets` step asks."""

    id: str = Field(..., pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field("", description="its label; the id without it")
    kind: ParamKind = "text"
    default: str | int | float | bool | None = Field(None, description="what stands there first")
    choices: tuple[str, ...] = Field((), description='for kind "choice"')
    needed: bool = True
    pattern: str | None = Field(None, description="a regular expression that the whole value must match")
    help: str = ""


# ---- edits of files ------------------------------------------------------------------------------------------------


class Edit(Part):
    """What every edit has: the file, from the repository's root."""

    path: str


class PutFile(Edit):
    """Write a file. One that is there is kept, or replaced where that is asked for."""

    edit: Literal["put"]
    text: str
    if_there: Annotated[Literal["keep", "replace"], MAYBE_ASKED] = "keep"


class WorkflowDatabase(Edit):
    """A PostgreSQL for the jobs of a workflow that run integration tests, before they run."""

    edit: Literal["workflow_database"]
    way: Annotated[Literal["service", "as_written"], MAYBE_ASKED] = Field(
        "service", description="a service container with a health check, or the roadmap's `docker run` and `sleep 15`"
    )
    jobs: tuple[str, ...] = Field((), description="these jobs; those whose steps run integration tests without it")
    image: str = "postgres:15-alpine"
    password: str = "test"  # noqa: S105  of a database that lives as long as a job
    database: str = "testdb"
    port: int = 5432


class JestOptions(Edit):
    """Options merged into a Jest configuration, CommonJS or ES module. A path that points at nothing is created or left
    out, as `missing` says: a configuration that points at nothing breaks every test."""

    edit: Literal["jest"]
    options: dict[str, str | int | bool | tuple[str, ...]]
    missing: Annotated[Literal["create", "leave_out"], MAYBE_ASKED] = "create"


class ScrapeJobs(Edit):
    """Scrape jobs of a prometheus.yml: the file is created, or the jobs are merged into what is there."""

    edit: Literal["scrape_jobs"]
    text: str = Field(..., description="a whole prometheus.yml; its jobs, and its `global` where the file has none")


class TemplateFields(Edit):
    """Sections of a pull-request template that are missing in it: phase, revenue target, memories.md, KPIs."""

    edit: Literal["template_fields"]
    fields: tuple[Literal["phase", "revenue", "memories", "kpis"], ...] = ("phase", "revenue", "memories", "kpis")


class DeleteFile(Edit):
    """Remove a file. One that is not there is nothing to do."""

    edit: Literal["delete"]


FileEdit = Annotated[
    PutFile | WorkflowDatabase | JestOptions | ScrapeJobs | TemplateFields | DeleteFile, Field(discriminator="edit")
]


# ---- steps ---------------------------------------------------------------------------------------------------------


class StepBase(Part):
    """What every step has. Its id is its place ("3") where it has none."""

    id: str = Field("", pattern=r"^([a-z][a-z0-9-]*)?$")
    title: str = Field("", description="what it does, in a few words; made of its kind without it")


class CreateBranch(StepBase):
    """Make a branch. One that is there already is used as it stands."""

    do: Literal["branch"]
    name: str
    start: str | None = Field(None, description="the branch that it starts from; the default branch without it")


class ChangeFiles(StepBase):
    """Change files: all edits in one commit on a branch."""

    do: Literal["files"]
    branch: str
    message: str = Field(..., description="the commit's message: `phase: type: description`")
    edits: tuple[FileEdit, ...] = Field(..., min_length=1)


class OpenPullRequest(StepBase):
    """Open a pull request. Its body is the repository's template with its governance fields filled, and `about` in
    front; one that is open already is used."""

    do: Literal["pull_request"]
    branch: str
    into: str | None = Field(None, description="the default branch without it")
    name: str = Field(..., description="the pull request's title")
    about: str = ""
    phase: Annotated[int, Field(ge=1, le=5), MAYBE_ASKED] | None = None
    revenue: str = ""
    memories: str = Field("", description="the section of memories.md")
    kpis: tuple[str, ...] = ()
    draft: AskedYes = False


class MergePullRequest(StepBase):
    """Merge a branch's open pull request once its checks have ended; a failing one needs a person's yes."""

    do: Literal["merge"]
    branch: str
    method: Annotated[Literal["merge", "squash", "rebase"], MAYBE_ASKED] = "squash"
    wait: AskedDuration = Field("30 min", validate_default=True, description="for its checks, at most")
    needs_checks: AskedYes = Field(True, description="false: merged although checks fail or run")


class SetSecrets(StepBase):
    """Set secrets. The values are asked for when it runs: by prompt, environment, file or command. Never kept."""

    do: Literal["secrets"]
    names: tuple[str, ...] = Field(..., min_length=1)
    scopes: tuple[str, ...] = Field(("repository",), description='"repository" or names of environments')
    only_missing: AskedYes = Field(False, description="leave those that are set")


class RunWorkflow(StepBase):
    """Start a workflow by hand, with its inputs; once or several times, one after another."""

    do: Literal["run_workflow"]
    workflow: str
    ref: str | None = Field(None, description="the default branch without it")
    inputs: dict[str, str] = Field(default_factory=dict)
    times: Annotated[int, Field(ge=1, le=10), MAYBE_ASKED] = Field(1, description="one after another")
    wait: AskedDuration | None = Field(
        None, description="until each has ended, at most this long; not at all without it"
    )
    must_pass: bool = Field(True, description="false: one that fails is told and no more; the check afterwards decides")


class Rerun(StepBase):
    """Run a run again: its failed jobs, or all."""

    do: Literal["rerun"]
    run: str = "%{target.id}"
    jobs: Annotated[Literal["failed", "all"], MAYBE_ASKED] = "failed"


class CancelRun(StepBase):
    """Cancel a run that has not ended."""

    do: Literal["cancel"]
    run: str = "%{target.id}"


class WorkflowState(StepBase):
    """Switch a workflow off or on: how deployments are blocked, and let go again."""

    do: Literal["workflow_state"]
    workflow: str
    state: Annotated[Literal["off", "on"], MAYBE_ASKED]


class Label(StepBase):
    """Add labels to an issue or pull request, and take some away."""

    do: Literal["label"]
    issue: str = "%{target.number}"
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Assign(StepBase):
    """Give an issue or pull request to people, beside those who have it."""

    do: Literal["assign"]
    issue: str = "%{target.number}"
    to: tuple[str, ...]


class CommentOn(StepBase):
    """Say something under an issue or pull request."""

    do: Literal["comment"]
    issue: str = "%{target.number}"
    text: str


class CloseIssue(StepBase):
    """Close an issue, with a reason."""

    do: Literal["close_issue"]
    issue: str = "%{target.number}"
    reason: Annotated[Literal["completed", "not_planned"], MAYBE_ASKED] = "completed"
    comment: str = ""


class Silence(StepBase):
    """Have Alertmanager send nothing for some alerts, for a time."""

    do: Literal["silence"]
    matching: dict[str, str] = Field(
        ...,
        min_length=1,
        description='labels, each with its exact value; `"*" = "%{target.labels}"` is all of the alert\'s',
    )
    lasts: AskedDuration = Field(..., alias="for")
    comment: str


class HttpRequest(StepBase):
    """Send an HTTP request. A secret in a header comes from the environment: `header_env`."""

    do: Literal["http"]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    url: str = Field(..., pattern=r"^(https?://|%\{)")
    headers: dict[str, str] = Field(default_factory=dict)
    header_env: dict[str, str] = Field(default_factory=dict, description="header = environment variable that holds it")
    body: str = ""
    expect: tuple[int, ...] = (200, 201, 202, 204)
    timeout: AskedDuration = Field("10 s", validate_default=True)
    repeatable: bool = Field(False, description="whether sending it twice does what sending it once does")


class Command(StepBase):
    """Run a local program with its arguments. No shell unless asked for, and of the environment only what is named."""

    do: Literal["command"]
    run: tuple[str, ...] = Field(..., min_length=1)
    shell: bool = Field(False, description="run[0] is a script for /bin/sh; the rest are its $1, $2, ...")
    folder: str | None = None
    env: tuple[str, ...] = Field(("PATH", "HOME", "LANG"), description="variables that it is given")
    timeout: AskedDuration = Field("5 min", validate_default=True)
    expect: tuple[int, ...] = (0,)
    repeatable: bool = False
    undo: tuple[str, ...] = Field((), description="the program and arguments that take it back, if any do")


class WaitFor(StepBase):
    """Wait until a check is met. Time out is a failure."""

    do: Literal["wait"]
    until: Check
    within: AskedDuration = Field("30 min", validate_default=True)


class AskApproval(StepBase):
    """Wait until an approval of the plan is signed or overridden."""

    do: Literal["approval"]
    approval: str
    within: AskedDuration = Field("24 h", validate_default=True)


class AskPerson(StepBase):
    """Have a person do something that no machine can, and say so."""

    do: Literal["person"]
    text: str = Field(..., description="what to do")
    question: str = Field("Done?", description="what is then confirmed")


Step = Annotated[
    CreateBranch | ChangeFiles | OpenPullRequest | MergePullRequest | SetSecrets | RunWorkflow | Rerun | CancelRun
    | WorkflowState | Label | Assign | CommentOn | CloseIssue | Silence | HttpRequest | Command | WaitFor | AskApproval
    | AskPerson,
    Field(discriminator="do"),
]  # fmt: skip


class Runbook(Part):
    """One runbook. `bound` says for what it is offered."""

    id: str = Field(..., pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    about: str = Field("", description="what it does and why this way")
    cannot: str = Field("", description="what it can't do, said to whoever starts it")
    bound: tuple[str, ...] = Field(
        (), description='"kind:id" with * for any: "blocker:jest-configuration-fix", "run:*", "alert:DatabaseDown"; '
        "kinds: blocker target deliverable outcome risk workflow run deployment pull issue escalation alert section"
    )  # fmt: skip
    only_when: Literal["", "failed", "running"] = Field("", description="for runs and workflows: only in this state")
    approvals: tuple[str, ...] = Field((), description="approvals of the plan without which it does not run")
    params: tuple[Param, ...] = ()
    steps: tuple[Step, ...] = Field(..., min_length=1)
    verify: Check | None = Field(None, description="what is watched afterwards; the bound promise's check without it")
    verify_within: Duration = Field("30 min", validate_default=True)


class RunbookFile(Part):
    """A runbook's file: `format = 1`, then the runbook's keys under [[runbooks]]."""

    format: Literal[1] = 1
    runbooks: tuple[Runbook, ...] = Field(..., min_length=1)
