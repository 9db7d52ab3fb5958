"""Speed and memory as ratios in one run: `python -m benchmarks` prints the table and writes docs/benchmarks.md."""
