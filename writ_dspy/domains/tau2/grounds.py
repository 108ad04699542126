"""Words of the grounds on which requests are refused in τ²'s domains."""

from __future__ import annotations

from writ_dspy.domains.disputes import Grounds

GROUNDS = Grounds(
    frozenset(
        [
            "account",
            "address",
            "amount",
            "booked",
            "booking",
            "cancel",
            "canceled",
            "cancellation",
            "cancelled",
            "exchange",
            "exchanged",
            "fare",
            "fares",
            "flight",
            "flights",
            "item",
            "items",
            "method",
            "methods",
            "modified",
            "modify",
            "order",
            "orders",
            "payment",
            "payments",
            "price",
            "product",
            "products",
            "refund",
            "reservation",
            "reservations",
            "return",
            "returned",
            "sent",
            "trip",
            "trips",
            "version",
            "versions",
        ]
    ),
    (
        "seat seats enough full sold capacity",
        "deliver delivered arrive arrived receive received ship shipped processed process pending",
        "flown departed depart used past taken place traveled travelled began started partly partially",
        "basic economy",
        "silver gold member membership regular insured insurance business",
        "delay delayed time late status",
        "refund back return money",
        "save saving saved cheaper difference",
        "number count headcount",
    ),
)
"""What is said of most requests there, and words that say the same of one."""
