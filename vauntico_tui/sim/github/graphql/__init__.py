"""GitHub's GraphQL API: a true subset of its schema, executed by graphql-core over the world."""

from vauntico_tui.sim.github.graphql.execute import execute, schema

__all__ = ["execute", "schema"]
