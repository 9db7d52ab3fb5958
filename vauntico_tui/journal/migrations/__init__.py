"""The journal's schema, version by version. A revision that was released is never edited."""
