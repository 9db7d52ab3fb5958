"""One immutable picture of everything: its shape, how it is made from plan and readings, and the last one on disk."""
