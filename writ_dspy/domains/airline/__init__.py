"""What we know about τ²'s airline: lenses, policy rules, phrases, and recipes for requests."""

from __future__ import annotations

from writ_dspy.domains.airline.asking import AskFare, AskStatus, AskTotal
from writ_dspy.domains.airline.booking import BookTrip
from writ_dspy.domains.airline.cancelling import CancelDisrupted, CancelOnCondition, CancelTrip
from writ_dspy.domains.airline.changes import ChangeCabin, MoveFlight
from writ_dspy.domains.airline.compensation import CancelDelayed, CompensateCancelled, MoveDelayed
from writ_dspy.domains.airline.extras import AddBags, SwapPassenger
from writ_dspy.domains.airline.lenses import LENSES, atom, identifies
from writ_dspy.domains.airline.pairs import CancelAndRebook, UpgradeAndAddBags
from writ_dspy.domains.airline.phrases import AirlinePhrases
from writ_dspy.domains.airline.rules import RULES, owner
from writ_dspy.domains.airline.wording import ids, mentions
from writ_dspy.domains.domain import Pack

PACK = Pack(
    lenses=LENSES,
    atom=atom,
    identifies=identifies,
    personal=frozenset(
        {
            "get_reservation_details",
            "book_reservation",
            "cancel_reservation",
            "update_reservation_flights",
            "update_reservation_baggages",
            "update_reservation_passengers",
            "send_certificate",
        }
    ),
    owner=owner,
    rules=RULES,
    recipes=(
        BookTrip(),
        CancelTrip(),
        CancelOnCondition(),
        CancelDisrupted(),
        ChangeCabin(),
        MoveFlight(),
        AddBags(),
        SwapPassenger(),
        CompensateCancelled(),
        CancelDelayed(),
        MoveDelayed(),
        CancelAndRebook(),
        UpgradeAndAddBags(),
    ),
    questions=(AskTotal(), AskFare(), AskStatus()),
    phrases=AirlinePhrases(),
    mentions=mentions,
    ids=ids,
    users=lambda domain: tuple(domain.tables["users"]),
)
