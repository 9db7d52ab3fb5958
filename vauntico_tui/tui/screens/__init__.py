"""The screens behind the dashboard: details, charts, all issues, the whole plan, help, and the first screen."""
