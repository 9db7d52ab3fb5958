"""What is read: GitHub, Prometheus, Alertmanager and plain URLs, each in threads of its own, into readings.

A source's blocking client lives in one daemon thread (`worker`); what a round reads and remembers lives in the event
loop (`github.reader`, `prometheus.reader`, `alertmanager`, `probes`); `hub` decides when each is asked again.
"""
