"""What was promised: the roadmap as typed data; Markdown in, TOML in and out; the bundled Vauntico plan."""
