"""Widgets that panes and screens share."""
