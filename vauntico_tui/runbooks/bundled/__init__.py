"""The runbooks that come with the program, as they are written."""
