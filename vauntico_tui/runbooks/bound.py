"""For what a runbook is offered."""

from __future__ import annotations

from collections.abc import Iterable

from vauntico_tui.runbooks.fill import About
from vauntico_tui.runbooks.model import Runbook

KINDS = (
    "blocker", "target", "deliverable", "outcome", "approval", "risk", "workflow", "run", "deployment", "pull", "issue",
    "escalation", "alert", "section",
)  # fmt: skip


def keys_of(subject: About) -> tuple[str, ...]:
    """The names under which a subject may be bound: an escalation of an issue is that issue too; a workflow is its
    file, its path and its name; an alert its key and its name."""
    if not subject.kind:
        return ()
    bare = subject.id.removeprefix(f"{subject.kind}:")
    names = [f"{subject.kind}:{bare}"]
    if subject.kind == "workflow":
        names += [f"workflow:{bare.rsplit('/', 1)[-1]}", f"workflow:{subject.title}"]
    if subject.kind == "escalation" and ":" in bare:
        names.append(bare)
    if name := dict(subject.labels).get("alertname"):
        names.append(f"alert:{name}")
    return tuple(dict.fromkeys(names))


def binds(runbook: Runbook, subject: About, state: str = "") -> bool:
    """Whether a runbook is offered for this. `state` of a run or workflow: failed, running, or something else; one that
    is not known ("") shuts nothing out."""
    if runbook.only_when and state and state != runbook.only_when:
        return False
    keys = set(keys_of(subject))
    kinds = {key.partition(":")[0] for key in keys}
    return any(bound in keys or (bound.endswith(":*") and bound[:-2] in kinds) for bound in runbook.bound)


def offered(runbooks: Iterable[Runbook], subject: About, state: str = "") -> tuple[Runbook, ...]:
    """Those for a subject, the ones that name it before the ones for any of its kind."""
    found = [one for one in runbooks if binds(one, subject, state)]
    keys = set(keys_of(subject))
    return tuple(sorted(found, key=lambda one: not keys & set(one.bound)))
