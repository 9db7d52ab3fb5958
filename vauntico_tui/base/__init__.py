"""Small things every floor stands on: time, durations, safe text, problems with a file and line, typed TOML."""
