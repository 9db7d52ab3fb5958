"""Every row of every table as JSON Lines, whatever the schema's version: the backup before a migration."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, select


def dump_tables(connection: Connection) -> Iterator[str]:
    """One line a row: {"table": …, "row": {…}}. Read in one transaction, a thousand rows at a time."""
    found = MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        result = connection.execution_options(yield_per=1000).execute(select(table))
        for row in result.mappings():
            yield json.dumps({"table": table.name, "row": dict(row)}, ensure_ascii=False, sort_keys=True)
