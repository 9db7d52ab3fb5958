"""`python -m vauntico_tui` is `vauntico-tui`."""

from vauntico_tui.cli.main import main

main()
