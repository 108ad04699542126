"""What the official tasks ask for, row by row, and how many tasks of a run ask for the same: `python -m benchmarks.coverage RUN`."""
