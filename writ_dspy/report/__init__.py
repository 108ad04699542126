"""What a run or a set of trajectories came to, for people: counts, figures, and one conversation to read."""
