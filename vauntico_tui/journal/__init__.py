"""Remembers: the append-only log of what people and rules did, the state of each escalation, and the outbox."""
