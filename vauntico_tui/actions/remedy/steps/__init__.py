"""The kinds of steps, one module a family. Made anew for each planning: what a plan reads is read once and shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.kinds import Kind, Surroundings
    from vauntico_tui.actions.remedy.remote import Remote
    from vauntico_tui.runbooks.model import StepBase


def kinds_for(
    remote: Remote, surroundings: Surroundings, *, edited: Mapping[str, str] | None = None,
    steps: Sequence[StepBase] = (),
) -> Mapping[type[StepBase], Kind[Any]]:  # fmt: skip
    """A kind for each class of step. Call it for each planning and for each execution: the reads of a planning are
    shared by its steps and never older than it.

    `edited` are files as a person merged them (path → text); `steps` are all that will be planned: with them the whole
    world of the plan is read in one query.
    """
    from vauntico_tui.actions.remedy.steps.all import make  # noqa: PLC0415  httpx and ruamel.yaml only when needed

    return make(remote, surroundings, edited or {}, steps)
