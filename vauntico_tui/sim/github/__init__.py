"""GitHub's REST and GraphQL APIs over the simulated organisation."""
