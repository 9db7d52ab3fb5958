"""Remediation on the screen: which runbook, what it needs to know, what will happen, and what happens."""
