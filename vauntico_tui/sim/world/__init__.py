"""The simulated organisation: its state, its history, and what follows from what one does to it."""
