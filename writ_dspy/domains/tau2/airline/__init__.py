"""What we know about τ²'s airline: lenses, policy rules, phrases, and recipes for requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from writ_dspy import patterns as re
from writ_dspy.domains.domain import Pack
from writ_dspy.domains.fields import Fields
from writ_dspy.domains.observed import Views
from writ_dspy.domains.tau2 import TRANSFER
from writ_dspy.domains.tau2.airline.agreeing import at_odds
from writ_dspy.domains.tau2.airline.amounts import allowed, amounts, comes_of
from writ_dspy.domains.tau2.airline.asking import AskFare, AskStatus, AskTotal
from writ_dspy.domains.tau2.airline.batches import BATCHES
from writ_dspy.domains.tau2.airline.booking import BookTrip
from writ_dspy.domains.tau2.airline.cancelling import CancelDisrupted, CancelTrip
from writ_dspy.domains.tau2.airline.changes import ChangeCabin, MoveFlight
from writ_dspy.domains.tau2.airline.compensation import CancelDelayed, CompensateCancelled, MoveDelayed
from writ_dspy.domains.tau2.airline.denials import DENIALS
from writ_dspy.domains.tau2.airline.extras import AddBags, SwapPassenger
from writ_dspy.domains.tau2.airline.held import HELD
from writ_dspy.domains.tau2.airline.integrity import INTEGRITY
from writ_dspy.domains.tau2.airline.ladders import CancelMoveMove, MoveMoveCancel, MoveOrCancel
from writ_dspy.domains.tau2.airline.lenses import LENSES, atom, identifies
from writ_dspy.domains.tau2.airline.listing import DEEDS as CALLED
from writ_dspy.domains.tau2.airline.listing import details as to_list
from writ_dspy.domains.tau2.airline.names import CorrectName
from writ_dspy.domains.tau2.airline.others import others
from writ_dspy.domains.tau2.airline.pairs import CancelAndRebook, UpgradeAndAddBags
from writ_dspy.domains.tau2.airline.phrases import AirlinePhrases
from writ_dspy.domains.tau2.airline.questions import SOUGHT
from writ_dspy.domains.tau2.airline.rules import RULES, TOPICS, owner
from writ_dspy.domains.tau2.airline.sayings import SAYINGS
from writ_dspy.domains.tau2.airline.stands import entitles, stands
from writ_dspy.domains.tau2.airline.upgrades import UpgradeAndCancel, UpgradeAndMove
from writ_dspy.domains.tau2.airline.which import TWOFOLD
from writ_dspy.domains.tau2.airline.wording import AROUND, CITIES, ids, limited, mentions, user_ids
from writ_dspy.domains.tau2.grounds import GROUNDS
from writ_dspy.domains.tau2.official import records, traces
from writ_dspy.domains.values import values
from writ_dspy.task import Call, Json

_CHANGED = r"changed|modified|updated|swapped|replaced|switched|moved|upgraded|downgraded|rebooked"
DEEDS = {
    "book_reservation": r"(?:re)?booked|reserved|secured",
    "cancel_reservation": r"cancell?ed|refunded",
    "send_certificate": r"compensated|issued|credited|added|granted|sent",
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
    r"\b(?:e-?mails?|inbox|text messages?|sms|letters?|receipts?)\b": (),
    r"\b(?:money|amount|refund)\b": ("cancel_reservation", "update_reservation_flights"),
}


_CABINS = ("basic_economy", "economy", "business")


def _moves_cabin(call: Call, look: Callable[[str, Mapping[str, Json]], Views], words: str) -> bool:
    """Whether a write puts the passengers of a reservation into another cabin, the one that is named."""
    named = re.search(r"\bto (?:the )?(basic economy|economy|business|first)\b", words, re.IGNORECASE)
    if call.tool != "update_reservation_flights" or (
        named and named[1].lower().replace(" ", "_") != call.args["cabin"]
    ):
        return False
    if re.search(r"\b(?:free|complimentary|no (?:extra |additional )?(?:charge|cost))\b", words, re.IGNORECASE):
        return False
    rows = look("get_reservation_details", {"reservation_id": call.args["reservation_id"]}).get("reservation", ())
    ranks = [_CABINS.index(str(row.get("cabin"))) for row in rows]
    rank = _CABINS.index(str(call.args["cabin"]))
    up = re.search(r"\b(?:upgrad|bumped up)", words, re.IGNORECASE)
    down = re.search(r"\bdowngrad", words, re.IGNORECASE)
    return any(rank > old if up else rank < old if down else rank != old for old in ranks)


def _adds_bags(call: Call, look: Callable[[str, Mapping[str, Json]], Views], words: str) -> bool:
    """Whether a write puts bags on a reservation, as many as are named."""
    if call.tool not in ("book_reservation", "update_reservation_baggages"):
        return False
    total, paid = int(str(call.args["total_baggages"])), int(str(call.args["nonfree_baggages"]))
    before = 0
    if call.tool == "update_reservation_baggages":
        rows = look("get_reservation_details", {"reservation_id": call.args["reservation_id"]}).get("reservation", ())
        before = max((int(str(row.get("total_baggages", 0))) for row in rows), default=0)
    named = {int(value.number) for value in values(words) if value.quantity == "count"}
    return total > before and named <= {total, total - before, paid, total - paid}


_OLDER = re.compile(
    r"\b(?:existing|older|old|former) (?:\w+ )?(?:trip|booking|reservation|flight|journey)s?\b", re.IGNORECASE
)
"""What was there before, and is no new booking."""


def _insures(call: Call, _look: Callable[[str, Mapping[str, Json]], Views], words: str) -> bool:
    """Whether a write is a booking with insurance, which no trip gets that was there before."""
    return call.tool == "book_reservation" and call.args["insurance"] == "yes" and _OLDER.search(words) is None


def _nothing(_call: Call, _look: Callable[[str, Mapping[str, Json]], Views], _words: str) -> bool:
    """No write does this."""
    return False


JUST = {
    r"secured\b(?!.*\b(?:seats?|spots?|places?|flights?|bookings?|reservations?|trips?|tickets?|fares?|price|connection|itinerary)\b).*": _nothing,
    r"(?:(?:up|down)graded|bumped|(?:moved|switched|changed) (?:\w+ )?(?:up |over )?(?:in)?to (?:the )?(?:business|first|basic|economy))\b.*": _moves_cabin,
    r"(?:added|included|registered)\b.*\b(?:bags?|baggage|luggage|suitcases?)\b.*": _adds_bags,
    r"(?:(?:added|included|activated|purchased|bought|arranged)\b.*\binsurance|insured)\b.*": _insures,
}
"""Deeds in words that say more than that a reservation was changed."""


REFUSING = (
    BookTrip(),
    CancelTrip(),
    CancelDisrupted(),
    ChangeCabin(),
    MoveFlight(),
    AddBags(),
    CompensateCancelled(),
)
"""Recipes of one request each, which may also have to be refused."""
GRANTED = (
    MoveOrCancel(),
    SwapPassenger(),
    CorrectName(),
    CancelDelayed(),
    MoveDelayed(),
    CancelAndRebook(),
    UpgradeAndAddBags(),
    UpgradeAndCancel(),
    UpgradeAndMove(),
    CancelMoveMove(),
    MoveMoveCancel(),
)
"""Recipes that only draft what is granted."""
PACK = Pack(
    lenses=LENSES,
    grounds=GROUNDS,
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
    recipes=(*REFUSING, *GRANTED, *BATCHES, *TWOFOLD),
    refusing=REFUSING,
    questions=(AskTotal(), AskFare(), AskStatus()),
    batches=BATCHES,
    rare=TWOFOLD,
    handovers=(CancelDisrupted(),),
    denials=DENIALS,
    stands=stands,
    phrases=AirlinePhrases(),
    sought=SOUGHT,
    mentions=mentions,
    ids=ids,
    amounts=amounts,
    deeds=DEEDS,
    things=THINGS,
    just=JUST,
    places=CITIES,
    around=AROUND,
    allowed=allowed,
    topics=TOPICS,
    stated=user_ids,
    transfer=TRANSFER,
    users=lambda domain: tuple(domain.tables["users"]),
    records=records,
    whose="user_id",
    fields=Fields(
        given="first_name",
        family="last_name",
        born="dob",
        rank="membership",
        party="passengers",
        street="address1",
        unit="address2",
        legs="flights",
        leg="flight_number",
        offers="options",
        start="origin",
        end="destination",
        ways="flight_type",
        both_ways="round_trip",
        grade="cabin",
        seats="available_seats",
        bags="total_baggages",
        paid_bags="nonfree_baggages",
        cover="insurance",
        purse="payment_methods",
        means="payment_id",
        payments="payment_history",
        brand="brand",
        digits="last_four",
    ),
    traces=traces,
    listing=to_list,
    called=CALLED,
    lists="flights with dates, cabin, passengers, bags and how many of them cost extra, insurance, prices, payment",
    sayings=SAYINGS,
    integrity=INTEGRITY,
    limits=limited,
    at_odds=at_odds,
    held=HELD,
    comes_of=comes_of,
    entitles=entitles,
    others=others,
)
