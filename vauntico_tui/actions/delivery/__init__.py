"""Messages of the outbox on their way to their receivers."""
