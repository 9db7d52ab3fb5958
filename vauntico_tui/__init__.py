"""A terminal war room: what was promised, what is true, and who must act by when."""

__version__ = "0.1.0"
