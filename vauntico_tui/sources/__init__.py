"""Reads GitHub, Prometheus, Alertmanager and plain URLs into readings."""
