"""Looks things of CI up in a View. Light: rows ask it whenever the selection moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vauntico_tui.view.model import RunView, View, WorkflowView


def find_workflow(view: View, ident: str) -> WorkflowView | None:
    """By its file's name, or by its own."""
    flows = view.ci.workflows
    return next((flow for flow in flows if flow.path == ident), None) or next(
        (flow for flow in flows if flow.name == ident), None
    )


def find_run(view: View, ident: str) -> tuple[WorkflowView, RunView] | None:
    return next(((flow, run) for flow in view.ci.workflows for run in flow.runs if str(run.id) == ident), None)
