"""GitHub: its client (in a thread), its questions, its answers as facts, and what a refresh reads."""
