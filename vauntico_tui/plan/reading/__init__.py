"""What each kind of section of a roadmap gives to the plan."""
