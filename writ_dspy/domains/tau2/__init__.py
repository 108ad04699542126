"""The domains of τ²-bench: an adapter to its environments, and what we know about two of them.

`adapter` alone imports `tau2`; `retail` and `airline` are packs over it and read no code of the benchmark.
"""

from writ_dspy.domains.domain import Transfer

TRANSFER = Transfer("transfer_to_human_agents", "YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON.")
"""As both policies prescribe it."""

RECORDS = "order|reservation|booking|itinerary|trip"
"""What customers and agents of both call what a write is about."""

__all__ = ["RECORDS", "TRANSFER"]
