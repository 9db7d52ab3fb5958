"""Prometheus' HTTP API over series that are functions of time. No PromQL engine: it holds the queries it knows."""
