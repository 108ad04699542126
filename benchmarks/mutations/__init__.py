"""The mutation fuzz: right conversations spoiled in ways that no check may pass, and reworded in ways that none may refuse.

`talks` makes the conversations that all begin with, `kinds` says what a kind of mutation is, `wrong/` and `natural/` hold the
kinds by family, `judge` plays them, `table` says what came of it. `python -m benchmarks.mutations` runs all.
"""
