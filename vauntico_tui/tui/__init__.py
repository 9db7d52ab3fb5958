"""A face: app, screens, panes, widgets, theme. The only place that imports Textual."""
