"""Where everything goes: whole, without overlap, at every size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.tui.dashboard.places import PANES, places

panes = st.sampled_from(PANES)
wants = st.fixed_dictionaries({pane: st.integers(2, 200) for pane in PANES})


@given(st.integers(1, 260), st.integers(3, 90), panes, st.booleans(), wants)
def test_nothing_overlaps_and_nothing_is_left_over(
    width: int, height: int, pane: str, zoomed: bool, wants: dict[str, int]
) -> None:
    where = places(width, height, pane, zoomed, wants)
    covered = [[0] * width for _ in range(height)]
    for region in where.regions.values():
        assert region.x >= 0
        assert region.y >= 0
        assert region.right <= width
        assert region.bottom <= height
        for y in range(region.y, region.bottom):
            for x in range(region.x, region.right):
                covered[y][x] += 1
    assert all(count == 1 for line in covered for count in line)
    shown = set(where.regions) & set(PANES)
    if where.mode in {"accordion", "wide", "huge"}:
        assert shown == set(PANES)
        assert where.folded == (set(PANES) - {pane} if where.mode == "accordion" else frozenset())
    elif where.mode == "zoom":
        assert shown == {pane}
    else:
        assert shown == {"escalations"}


def test_the_three_sizes_have_their_three_faces() -> None:
    want = dict.fromkeys(PANES, 12)
    modes = [
        places(*size, "blockers", False, want).mode for size in ((79, 24), (80, 23), (80, 24), (120, 40), (200, 60))
    ]
    assert modes == ["tiny", "tiny", "accordion", "wide", "huge"]


@given(panes, wants)
def test_the_open_pane_has_what_the_folded_ones_leave(pane: str, wants: dict[str, int]) -> None:
    where = places(80, 24, pane, False, wants)
    assert where.regions[pane].height == 18
    assert all(where.regions[other].height == 1 for other in where.folded)
