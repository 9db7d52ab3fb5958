"""Edits of a repository's files, text in and text out: everything but the intended change stays as it was."""
