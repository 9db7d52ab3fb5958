"""One module for each subject that checks look at. Each judge takes its check and the ground, and gives a verdict."""
