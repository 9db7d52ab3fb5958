"""What the steps planned before will have made of a branch when this step's turn comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vauntico_tui.actions.remedy.kinds import Running
from vauntico_tui.actions.remedy.model import StepPlan
from vauntico_tui.actions.remedy.steps.bench import failed


@dataclass(frozen=True, slots=True)
class Ahead:
    """A branch after earlier steps: `made` by one of them from `start` (a branch's name) at commit `oid`; `files` that
    they write (None: removed); `commits` are the ids of the steps that commit to it."""

    made: bool = False
    start: str = ""
    oid: str = ""
    files: Mapping[str, str | None] = field(default_factory=dict)
    commits: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """Its head, as it stands in a request: a commit that is known, one known later, or "" where it is as it is."""
        return later_commit(self.commits[-1]) if self.commits else self.oid


def ahead(before: Sequence[StepPlan], branch: str) -> Ahead:
    """What earlier steps make of a branch."""
    made, start, oid = False, "", ""
    files: dict[str, str | None] = {}
    commits: list[str] = []
    for plan in before:
        if plan.state == "nothing" or plan.data.get("branch") != branch:
            continue
        if plan.do == "branch":
            made, start, oid = True, str(plan.data.get("start", "")), str(plan.data.get("oid", ""))
        elif plan.do == "files":
            files |= {change.path: change.after for change in plan.changes if not change.by_hand}
            commits.append(plan.id)
    return Ahead(made, start, oid, files, tuple(commits))


def later_commit(step: str) -> str:
    """A commit that an earlier step makes, as it stands in a plan."""
    return f"‹commit of step {step}›"


def known_commits(running: Running) -> dict[str, str]:
    """What stands behind each `later_commit` by now."""
    return {
        later_commit(step): str(result["commit"]) for step, result in running.results.items() if result.get("commit")
    }


def need_known(head: str, running: Running) -> str:
    """A commit as it stands in a plan, as it is now. Raises StepError where the step that makes it made none."""
    if not head.startswith("‹"):
        return head
    known = known_commits(running)
    if head not in known:
        raise failed("moved", f"{head.strip('‹›')} is not known", "plan it again", moved=True)
    return known[head]


def made_here(branch: str, running: Running) -> bool:
    """Whether a step of this execution made the branch: undoing that step takes the branch away whole."""
    return any(result.get("branch") == branch and result.get("made") for result in running.results.values())
