"""What is on disk while a run goes on: append-only logs that survive a kill, and the folder that holds them."""
