"""Prometheus and whatever speaks its API (Thanos, Mimir, VictoriaMetrics): its client (in a thread) and its reader."""
