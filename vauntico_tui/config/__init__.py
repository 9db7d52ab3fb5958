"""The reader's configuration: typed TOML, every problem at once, a JSON Schema from the same classes."""
