"""What we know about τ²'s airline: lenses, policy rules, phrases, and recipes for requests."""

from __future__ import annotations

from writ_dspy.domains.domain import Pack
from writ_dspy.domains.tau2 import TRANSFER
from writ_dspy.domains.tau2.airline.amounts import allowed, amounts
from writ_dspy.domains.tau2.airline.asking import AskFare, AskStatus, AskTotal
from writ_dspy.domains.tau2.airline.booking import BookTrip
from writ_dspy.domains.tau2.airline.cancelling import CancelDisrupted, CancelOnCondition, CancelTrip
from writ_dspy.domains.tau2.airline.changes import ChangeCabin, MoveFlight
from writ_dspy.domains.tau2.airline.compensation import CancelDelayed, CompensateCancelled, MoveDelayed
from writ_dspy.domains.tau2.airline.extras import AddBags, SwapPassenger
from writ_dspy.domains.tau2.airline.integrity import INTEGRITY
from writ_dspy.domains.tau2.airline.lenses import LENSES, atom, identifies
from writ_dspy.domains.tau2.airline.listing import DEEDS as CALLED
from writ_dspy.domains.tau2.airline.listing import details as to_list
from writ_dspy.domains.tau2.airline.pairs import CancelAndRebook, UpgradeAndAddBags
from writ_dspy.domains.tau2.airline.phrases import AirlinePhrases
from writ_dspy.domains.tau2.airline.rules import RULES, TOPICS, owner
from writ_dspy.domains.tau2.airline.sayings import SAYINGS
from writ_dspy.domains.tau2.airline.wording import CITIES, ids, mentions, user_ids

_CHANGED = r"changed|modified|updated|swapped|replaced|switched|moved|upgraded|downgraded|rebooked"
DEEDS = {
    "book_reservation": r"booked|reserved",
    "cancel_reservation": r"cancell?ed|refunded",
    "send_certificate": r"compensated|issued|credited|added|granted",
    "update_reservation_flights": _CHANGED,
    "update_reservation_passengers": rf"{_CHANGED}|corrected",
    "update_reservation_baggages": rf"{_CHANGED}|added",
}
THINGS = {
    r"\b(?:vouchers?|certificates?|coupons?|points|miles|(?:store |travel )?credit(?! card)|discount)\b": (
        "send_certificate",
    ),
    r"\binsurance\b": ("book_reservation",),
    r"\b(?:warranty|lounge|priority boarding|meals?|status)\b": (),
}


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
    amounts=amounts,
    deeds=DEEDS,
    things=THINGS,
    places=CITIES,
    allowed=allowed,
    topics=TOPICS,
    stated=user_ids,
    transfer=TRANSFER,
    users=lambda domain: tuple(domain.tables["users"]),
    listing=to_list,
    called=CALLED,
    sayings=SAYINGS,
    integrity=INTEGRITY,
)
