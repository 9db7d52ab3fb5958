"""Vauntico in a box: loopback GitHub, Prometheus, Alertmanager and a webhook receiver, stateful and honest."""
