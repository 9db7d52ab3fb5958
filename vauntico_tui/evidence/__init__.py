"""What is true: checks that turn readings into verdicts. Pure: no I/O, no clock of its own."""
