"""A runbook with the params that only the repository knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vauntico_tui.actions.remedy.ci.dispatch import dispatch_inputs, with_inputs
from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.runbooks.fill import fill_text
from vauntico_tui.runbooks.model import Runbook, RunWorkflow
from vauntico_tui.runbooks.params import written

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.remote import Remote


async def prepared(runbook: Runbook, subject: Subject, remote: Remote) -> Runbook:
    """With the inputs of the workflow that it runs, where it runs one for what it was started for and names no inputs
    itself; mostly as it is. Raises InputError, StepError."""
    steps = [step for step in runbook.steps if isinstance(step, RunWorkflow)]
    if len(steps) != 1 or steps[0].inputs or "%{" not in steps[0].workflow:
        return runbook
    defaults = {param.id: written(param.default) for param in runbook.params}
    workflow = fill_text(steps[0].workflow, defaults, subject)
    ref = fill_text(steps[0].ref, defaults, subject) if steps[0].ref else None
    return with_inputs(runbook, await dispatch_inputs(remote, workflow, ref or None))
