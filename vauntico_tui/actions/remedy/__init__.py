"""Remediation: a runbook becomes a plan that shows exactly what will happen, and that very plan is run, step by step.

Each step is journalled before and after, so that what was cut off is resumed, verified or undone.
"""
