"""What a detail says of each kind of subject: pure functions from a View to a Page."""
