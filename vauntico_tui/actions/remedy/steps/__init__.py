"""The kinds of steps: how each is planned, done, found again and undone."""
