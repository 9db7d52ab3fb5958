"""What can be done about it: runbooks as typed data, and the file edits they make. Pure: no I/O but reading TOML."""
