"""The five panes: each turns its part of a View into rows, and says its own state."""
