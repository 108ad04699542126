"""How the clauses of the airline's policy are held against travelers who insist: the clause in other words, and what is claimed against it."""

from __future__ import annotations

from writ_dspy.domains.disputes import Dispute, Held
from writ_dspy.domains.tau2.airline.compensation import UNFIT
from writ_dspy.domains.tau2.airline.denials import (
    BASIC,
    CABIN,
    ENDS,
    FEWER,
    FIVE,
    HEADS,
    INSURED,
    NOT_YOURS,
    ONE_CABIN,
    ONE_CERTIFICATE,
    PAID,
    REFUNDED,
    TYPE,
)
from writ_dspy.domains.tau2.airline.eligibility import RULE

_INSURANCE = Dispute(
    r"\binsur",
    (
        "[But|] I did [take out|pay for|tick] the insurance when I booked.",
        "I'm [sure|certain|positive] that I [added|bought] travel insurance [back then|when I booked it].",
        "[But|] the trip is insured, I [remember|know] that I paid for it.",
    ),
    (
        "I [have looked at it|checked]: reservation {reservation_id} was booked without travel insurance.",
        "According to reservation {reservation_id}, no travel insurance was [taken out|bought] with it.",
        "Reservation {reservation_id} [shows|has] no travel insurance[ on record|].",
    ),
    "insurance",
)
_RECENT = Dispute(
    r"\b(?:today|yesterday|this morning|last night|24 hours|hours ago|just booked|only booked)\b",
    (
        "[But|] I [only|just] booked it [yesterday|this morning|last night].",
        "That was booked [less than 24 hours ago|a few hours ago|only today].",
    ),
    (
        "The reservation was made at {found}, which is more than 24 hours ago.",
        "[Our records have|I see] {found} as the time of the booking, so [it was not made|it wasn't made] within the last 24 hours.",
    ),
    "created_at",
)
_BUSINESS = Dispute(
    r"\bbusiness\b",
    (
        "[But|] I'm [booked|sitting] in business class.",
        "[That's|It is] a business class ticket, [I'm sure of it|as far as I know].",
    ),
    (
        "Reservation {reservation_id} is [booked|recorded] in {found}, not in business.",
        "The cabin of reservation {reservation_id} is {found}, not business.",
    ),
    "cabin",
)
_CALLED_OFF = Dispute(
    r"\bcancell?ed\b|\bcalled off\b|\bscrapped\b",
    (
        "[But|] your airline canceled [one|the first] of the flights [itself|already].",
        "[I heard that|As far as I know,] one of the flights has been canceled [by you|already].",
    ),
    (
        "I [looked up|checked] the status of every flight of it, and none [of them|] is canceled.",
        "None of the flights of this trip is marked as canceled; I [checked|looked up] each of them.",
    ),
    "status",
)


def _occurred(what: str) -> Held:
    """How it is held that a flight was not canceled, or not delayed."""
    return Held(
        (
            f"a certificate for a {what} flight takes a flight that was {what}, and our records show no such flight",
            f"our records would have to show that the flight was {what}",
            f"I can go only by our records, and they do not have that flight as {what}",
        ),
        {
            "happened": Dispute(
                r"\b(?:board|app|gate|airport|announce\w*|message)\b",
                (
                    f"[But|] the board at the airport said {what}.",
                    f"I was standing at the gate when they announced that it was {what}.",
                    f"The app showed the flight as {what}, I saw it myself.",
                ),
                (
                    "[Our system shows|Our records show] flight {flight_number} as {found} on that day.",
                    "[I have checked|I looked it up]: flight {flight_number} is recorded as {found} for that day.",
                ),
                "status",
            )
        },
    )


HELD = {
    BASIC: Held(
        (
            "a basic economy ticket does not allow any change of its flights",
            "flights that are booked in basic economy cannot be moved",
            "there are no changes of flights in basic economy",
        ),
        {
            "fare": Dispute(
                r"\beconomy\b",
                (
                    "[But|] I never booked basic economy, it [has to be|should be] a normal economy ticket.",
                    "I'm [sure|certain] that I paid for regular economy[, not for basic economy|].",
                ),
                (
                    "Reservation {reservation_id} itself is [recorded|booked] in {found}.",
                    "I have reservation {reservation_id} in front of me, and its cabin is {found}.",
                ),
                "cabin",
            )
        },
    ),
    CABIN: Held(
        (
            "with one flight of the trip already flown, its cabin has to stay as it is",
            "a trip that has begun keeps its cabin on all its flights",
            "a new cabin is only for trips of which no flight has been flown",
        ),
        {
            "flown": Dispute(
                r"\b(?:left|taken|flown|boarded|departed|flew|started)\b",
                (
                    "[But|] none of [my|the] flights has left yet.",
                    "I haven't [taken|boarded] any of these flights [yet|so far].",
                ),
                (
                    "The status of flight {flight_number} is {found}, so [that one|it] has been flown.",
                    "[I checked|I looked it up]: flight {flight_number} is listed as {found}.",
                ),
                "status",
            )
        },
    ),
    ENDS: Held(
        (
            "a reservation has to keep the places where it begins and ends",
            "its origin and its destination are fixed once a trip is booked",
            "the two ends of a booked trip have to stay as they are",
        ),
        {
            end: Dispute(
                r"\b(?:chose|picked|booked|entered)\b",
                (
                    "[But|] {wanted} is what I [chose|picked|entered] when I booked.",
                    "I'm [sure|certain] that I booked it with {wanted}[, so the mistake is yours|].",
                ),
                (
                    "Reservation {reservation_id} was booked from {origin} to {destination}[, as I see it here|].",
                    "What I see is a booking from {origin} to {destination}.",
                ),
                end,
            )
            for end in ("destination", "origin")
        },
    ),
    TYPE: Held(
        (
            "the type of a trip is fixed once it is booked",
            "a booked trip has to stay of the type that it was booked as",
            "one way or round trip is decided with the booking and stays so",
        ),
        {
            "type": Dispute(
                r"\b(?:booked|chose|picked|asked for)\b",
                (
                    "[But|] I [booked|chose] it as a {wanted} [from the start|in the first place].",
                    "A {wanted} is what I asked for when I booked.",
                ),
                (
                    "For reservation {reservation_id}, our record says {found}.",
                    "The type of trip that reservation {reservation_id} was booked with is {found}.",
                ),
                "flight_type",
            )
        },
    ),
    HEADS: Held(
        (
            "a reservation keeps as many passengers as it was booked for",
            "passengers can be replaced by others, but their number has to stay",
            "whoever is taken off a reservation has to be replaced by somebody else",
        ),
        {
            "refund anyway": Dispute(
                r"\b(?:seat|refund|money)\b",
                (
                    "I don't even want [the money|a refund] for that seat.",
                    "You could sell that seat to somebody else[, so it's good for you|].",
                ),
                (
                    "It is [kind of you|good of you] to [offer that|say so], but the seat and the money are not what this depends on.",
                    "What becomes of the seat is not what decides it.",
                ),
            )
        },
    ),
    FEWER: Held(
        (
            "bags that are on a reservation have to stay on it",
            "the number of checked bags can go up, but never down",
            "there is no way to take checked bags off once they are booked",
        ),
        {
            "bags": Dispute(
                r"\b(?:never|didn't|not) (?:ask|order|want|book|need)",
                (
                    "[But|] I never [asked for|ordered] that many bags.",
                    "I didn't book so many bags in the first place.",
                ),
                (
                    "Reservation {reservation_id} [has|was booked with] {found}.",
                    "What I see on reservation {reservation_id} is {found}.",
                ),
                "total_baggages",
            )
        },
    ),
    INSURED: Held(
        (
            "insurance has to be bought together with the trip",
            "travel insurance is only sold while a trip is being booked",
            "a trip that is booked already can no longer be insured",
        ),
        {
            "asked for": Dispute(
                r"\b(?:ask(?:ed)? for|tick(?:ed)?|wanted|chose|meant)\b",
                (
                    "[But|] I did ask for [it|insurance] when I booked[, it must have been lost|].",
                    "I'm [sure|certain] that I ticked the box for insurance when I booked.",
                ),
                (
                    "Reservation {reservation_id} was booked without travel insurance, as far as our records go.",
                    "In our records, reservation {reservation_id} has no travel insurance from the time of the booking.",
                ),
                "insurance",
            )
        },
    ),
    ONE_CABIN: Held(
        (
            "all flights of a reservation have to be in one cabin",
            "a reservation cannot have two cabins",
            "one flight cannot be in another cabin than the rest of the trip",
        ),
        {},
    ),
    PAID: Held(
        (
            "certificates cannot be used for a change, only for a booking",
            "a change has to go on a credit card or a gift card",
            "only gift cards and credit cards are taken for a change",
        ),
        {},
    ),
    REFUNDED: Held(
        (
            "a refund has to go to what the trip was paid with",
            "money can only be sent back to the payment method that it came from",
            "the original payment method is the only one that a refund can go to",
        ),
        {},
    ),
    ONE_CERTIFICATE: Held(
        (
            "a reservation takes one travel certificate and no more",
            "a second certificate cannot be used on the same reservation",
            "certificates cannot be combined on one reservation",
        ),
        {},
    ),
    FIVE: Held(
        (
            "one reservation holds five passengers and no more",
            "more than five people cannot be on the same reservation",
            "five is the most that a reservation takes",
        ),
        {},
    ),
    NOT_YOURS: Held(
        (
            "a reservation can be canceled only by the customer whose it is",
            "the customer who owns a reservation has to ask for that in person",
            "I cannot touch reservations of other customers",
        ),
        {
            "permission": Dispute(
                r"\b(?:permission|okay|allowed|agreed|knows|asked me)\b",
                (
                    "[But|] I have their permission[, they asked me to do it|].",
                    "They know about it and [agreed to it|gave me their okay].",
                ),
                (
                    "Even with their permission, I cannot act on somebody else's reservation for you.",
                    "I don't doubt that they know of it, but they have to contact us themselves.",
                ),
            )
        },
    ),
    RULE: Held(
        (
            "only business trips, bookings of the last 24 hours, trips that the airline canceled, and trips insured for the reason can be canceled",
            "none of the grounds for a cancellation is there: not business, not booked in the last 24 hours, not canceled by the airline, and not insured for this reason",
            "it takes business class, a booking of the last 24 hours, a cancellation by the airline, or insurance for the reason",
        ),
        {"insurance": _INSURANCE, "recent": _RECENT, "business": _BUSINESS, "called off": _CALLED_OFF},
    ),
    UNFIT: Held(
        (
            "it takes silver or gold membership, insurance or business class to be compensated",
            "a regular member who is not insured and does not fly business gets no compensation",
            "compensation is kept for silver and gold members, for insured trips and for business class",
        ),
        {
            "member": Dispute(
                r"\b(?:gold|silver|member\w*|status)\b",
                (
                    "[But|] I'm a [gold|silver] member.",
                    "I have [had|held] [gold|silver] status for years.",
                ),
                (
                    "Your profile has you as a {found} member.",
                    "The membership in your profile is {found}.",
                ),
                "membership",
            ),
            "insurance": _INSURANCE,
            "business": _BUSINESS,
        },
    ),
    "the records do not show that the flight was cancelled": _occurred("canceled"),
    "the records do not show that the flight was delayed": _occurred("delayed"),
    "the balance of that payment method does not cover the amount": Held(
        (
            "there is not enough on that payment method to cover it",
            "the amount is more than what that payment method holds",
            "what is left on that payment method is not sufficient",
        ),
        {
            "balance": Dispute(
                r"\b(?:more|enough|plenty|a lot)\b[^.?!]{0,20}\b(?:on it|left|there)\b|\bbalance\b",
                (
                    "[But|] there should be [a lot|much] more on it.",
                    "I'm [sure|certain] that there is [enough|plenty] left on it.",
                ),
                (
                    "According to your profile, there is {found} left on it.",
                    "Your profile shows a balance of {found} there.",
                ),
                "amount",
            )
        },
    ),
}  # fmt: skip
"""By the clause, as the refusal names it."""
