"""What a plan would do for nothing, taken out of it once every step is planned."""

from __future__ import annotations

from collections.abc import Sequence

from vauntico_tui.actions.remedy.model import StepPlan


def without_needless(plans: Sequence[StepPlan]) -> tuple[StepPlan, ...]:
    """A branch that was merged is started again only for files that are to be changed on it: where none is, it is left
    as it stands."""
    return tuple(_as_it_stands(one) if _needless(one, plans[one.index + 1 :]) else one for one in plans)


def _needless(plan: StepPlan, behind: Sequence[StepPlan]) -> bool:
    if plan.do != "branch" or plan.state == "nothing" or not plan.data.get("was"):
        return False
    branch = plan.data["branch"]
    return not any(one.do == "files" and one.state != "nothing" and one.data.get("branch", branch) == branch
                   for one in behind)  # fmt: skip


def _as_it_stands(plan: StepPlan) -> StepPlan:
    branch = str(plan.data["branch"])
    title = plan.title.replace(
        f"Start the branch {branch} again from {plan.data['start']}", f"Create the branch {branch}"
    )
    why = f"it is there already, and nothing is to be put on it ({plan.data['over']})"
    return StepPlan(plan.index, plan.id, plan.do, title, "nothing", why, data={"branch": branch})
