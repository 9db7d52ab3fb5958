"""One module a revision, named by it (`r0001_...`): `make(connection)` runs it, Alembic calls it by `upgrade()`."""
