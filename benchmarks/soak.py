"""The soak at full size: 2,000 escalations to receivers that fail four times in ten, two keepers, both databases.

`python -m pytest -n 0 -p no:cacheprovider benchmarks/soak.py`
"""

from __future__ import annotations

from tests.faults.test_soak import soak
from tests.journal.conftest import Place, file_place, pg_place, place, server

__all__ = ["file_place", "pg_place", "place", "server"]

ESCALATIONS = 2000


async def test_two_thousand_are_delivered_once(place: Place) -> None:
    journal, accepted = await soak(place, ESCALATIONS)
    deliveries = journal.outbox.deliveries(limit=10 * ESCALATIONS)
    assert len(deliveries) == ESCALATIONS
    assert {d.state for d in deliveries} == {"delivered"}
    assert accepted == {d.message.dedup_key: 1 for d in deliveries}
    assert journal.verify().ok
