"""CI by hand: a job's log, what changed since the last green run, and what a workflow may be started with."""
