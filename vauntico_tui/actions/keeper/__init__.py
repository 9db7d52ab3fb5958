"""Keeps the clocks and the outbox running while it leads, and says who is paged; any console may."""

from vauntico_tui.actions.keeper.keeper import Keeper
from vauntico_tui.actions.keeper.paging import Paging, paging_of

__all__ = ["Keeper", "Paging", "paging_of"]
