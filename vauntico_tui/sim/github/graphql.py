"""GitHub's GraphQL API: a true subset of its schema, executed over the world."""

from __future__ import annotations
