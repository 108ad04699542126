"""How a good airline agent talks: questions, the details to confirm, and what was done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from writ_dspy.domains.airline.details import choose, listing, payment_name
from writ_dspy.domains.airline.wording import (
    CABINS,
    KINDS,
    TRIPS,
    airport,
    amount_texts,
    clock,
    counted,
    date_texts,
    day,
    joined,
    lasting,
    money,
)
from writ_dspy.domains.domain import Row, Seen
from writ_dspy.task import Call, Json

QUESTIONS: dict[str, tuple[str, ...]] = {
    "identity": (
        "Could you please give me your user id?", "May I have your user id so that I can open your profile?",
        "What is the user id on your account?", "To get started, I need your user id, please.",
        "Happy to help. Which user id is your account under?",
    ),
    "reservation": (
        "Which reservation is this about? An id, or anything that you remember of it, will do.",
        "Could you tell me the reservation id, or describe the trip?", "Which of your bookings do you mean?",
        "What is the reservation number? If you don't have it at hand, just describe the trip.",
        "Can you help me find the right reservation?",
    ),
    "route": (
        "Where would you like to fly from, and where to?", ("Which route is it: origin and destination, "
        "please?"),
        "What are your departure and arrival airports?", ("From which city to which city would you like to "
        "travel?"),
    ),
    "dates": (
        "On which date or dates would you like to fly?", "When would you like to travel?",
        "Which travel dates work for you?", "What day, or range of days, should I look at?",
    ),
    "choice": (
        "Which of the flights would you prefer?", "How should I choose among the flights?",
        "What matters most to you in the flight: price, time, length?", ("Do you have a certain flight in "
        "mind?"),
    ),
    "trip": (
        "Is this one way or a round trip?", "Will you need a return flight too?",
        "Should I book it one way or as a round trip?", "What type of trip is it, one way or round trip?",
    ),
    "return_dates": (
        "On which date or dates would you like to come back?", "When would you like to return?",
        "Which days work for the return flight?", "And when is the way back?",
    ),
    "return_choice": (
        "Which of the return flights would you prefer?", "How should I choose the flight back?",
        "What matters most for the return flight?", "Do you have a certain flight home in mind?",
    ),
    "cabin": (
        "Which cabin would you like: basic economy, economy or business?", "What cabin class should it be?",
        "Would you like basic economy, economy or business?", "Which class should I put you in?",
    ),
    "passengers": (
        "Who will be traveling?", "Who are the passengers, with names and dates of birth?",
        "How many passengers are there, and who are they?", "Could you tell me who is flying?",
    ),
    "bags": (
        "How many checked bags do you need?", "What about checked luggage: how many bags?",
        "How many bags would you like to check in?", "Could you tell me the number of checked bags?",
    ),
    "insurance": (
        "Would you like to add travel insurance for $30 per passenger?", "Do you want the travel insurance?",
        "Shall I include travel insurance, at $30 a passenger?", "What about travel insurance: yes or no?",
    ),
    "payment": (
        "How would you like to pay?", "Which payment method from your profile should I use?",
        "Which card, gift card or certificate should this go on?", ("What payment method would you like to "
        "use?"),
    ),
    "budget": (
        "Is there a limit to what it may cost?", "Do you have a budget in mind?",
        "What is the most you would like to spend?", "Up to which amount would that be fine?",
    ),
    "reason": (
        "May I ask for the reason for the cancellation?", "Why would you like to cancel?",
        "What is the reason for canceling this trip?", "Could you tell me why the trip has to be canceled?",
    ),
    "person": (
        "Which passenger is it, and what should change?", "Whose details should I change?",
        "Could you tell me which traveler this is about?", "Which name on the reservation is affected?",
    ),
    "details": (
        "What are the correct details: first name, last name, date of birth?", ("Who should be on the booking "
        "instead?"),
        "Could you give me the new name and date of birth?", "Which details should I enter?",
    ),
    "flight": (
        "Which flight had the problem?", "Which flight are you referring to, and on what date?",
        "Could you tell me which of the flights was affected?", "What happened, and on which flight?",
    ),
    "wish": (
        "What can I do to make up for it?", "What would you like me to do about it?",
        "Is there something you are hoping for?", "How can I help you with that?",
    ),
    "condition": (
        "Is there a condition that I should check first?", "Under which condition should I go ahead?",
        "Should I check anything before I go ahead?", "Is that for certain, or does it depend on something?",
    ),
    "fallback": (
        "What should I do if that is not possible?", ("And if that doesn't work out, what would you like "
        "instead?"),
        "Is there an alternative that you would accept?", "Do you have a second choice, just in case?",
    ),
    "scope": (
        "Which trips should I look at?", "Could you tell me exactly what to look up?",
        "What would you like to know, precisely?", "Which bookings or dates is that about?",
    ),
}  # fmt: skip
MEASURES: dict[str, Callable[[Json], str]] = {"duration": lasting, "departure": clock, "arrival": clock}
SUPERLATIVES = {
    "duration": ("shortest", "longest"), "departs": ("earliest", "latest"), "arrives": ("first to arrive",
    "last to arrive"),
    "departure": ("earliest in the day", "latest in the day"), "paid": ("least expensive", "most expensive"),
    "fare": ("cheapest", "dearest"), "first_date": ("earliest", "latest"), "created_at": ("first booked",
    "last booked"),
    "passenger_count": ("smallest", "largest"), "segment_count": ("shortest", "longest"),
    "amount": ("smallest", "largest"),
    "total_baggages": ("one with the fewest bags", "one with the most bags"),
}  # fmt: skip


class AirlinePhrases:
    """The airline's service language; wording varies with the call, so that equal calls read equally."""

    questions: Mapping[str, tuple[str, ...]] = QUESTIONS

    def name(self, view: str, row: Row) -> str:
        """What the row is, with what tells it apart."""
        match view:
            case "options":
                flights = joined([flight["flight_number"] for flight in row["flights"]])
                return f"{flights} from {row['origin']} to {row['destination']} on {day(row['date'])}"
            case "reservation":
                return f"reservation {row['reservation_id']} from {row['origin']} to {row['destination']}"
            case "segments" | "status":
                return f"flight {row['flight_number']} on {day(row['date'])}"
            case "passengers" | "saved_passengers" | "profile":
                return f"{row['first_name']} {row['last_name']}"
            case "payment_methods":
                return payment_name(str(row.get("id")), row)
            case "reservations":
                return f"reservation {row['reservation_id']}"
            case "airports":
                return f"{row['city']} ({row['iata']})"
        return view

    def measure(self, attribute: str, value: Json) -> str:
        """A value with its unit."""
        if attribute in MEASURES:
            return MEASURES[attribute](value)
        if attribute.startswith("price") or attribute in ("paid", "fare", "amount", "price"):
            return money(value)
        if attribute in ("departs", "arrives", "created_at"):
            return f"{clock(value[11:])} on {day(value)}"
        return day(value) if attribute.endswith("date") else str(value)

    def superlative(self, attribute: str, most: bool) -> str:
        """The extreme of an attribute, as an adjective."""
        if attribute.startswith("price"):
            return "most expensive" if most else "cheapest"
        return SUPERLATIVES.get(attribute, ("lowest", "highest"))[most]

    def details(self, call: Call, seen: Seen) -> str:
        """See `writ_dspy.domains.airline.details`."""
        return listing(call, seen)

    def report(self, call: Call, result: str) -> str:
        """One sentence or two on what was done."""
        args = call.args
        if call.tool == "send_certificate":
            return choose(call, REPORTS[call.tool]).format(amount=money(args["amount"]))
        data = json.loads(result)
        words = {
            "name": data["reservation_id"],
            "cabin": CABINS[data["cabin"]],
            "bags": data["total_baggages"],
        }
        return choose(call, REPORTS[call.tool]).format(**words)

    def renderings(self, call: Call) -> Sequence[tuple[str, ...]]:
        """Texts of which one each must be listed."""
        return tuple(_leaves(call.tool, call.args))


REPORTS = {
    "book_reservation": (
        "Your trip is booked. The reservation id is {name}.", ("All set: reservation {name} in {cabin} is "
        "confirmed."),
        "Booked! Please note your reservation number, {name}.", "It's done, and your new booking is {name}.",
        "Everything went through; you'll travel under {name}.", ("Congratulations, {name} is yours, in "
        "{cabin}."),
    ),
    "cancel_reservation": (
        ("Reservation {name} has been canceled. The refund goes to the original payment method within 5 to 7 "
        "business "
        "days."),
        "I have canceled {name}; expect your refund in 5 to 7 business days, the way you paid.",
        ("That is done: {name} is canceled, and the money returns to where it came from in 5 to 7 business "
        "days."),
        "{name} no longer exists as a trip. You get your money back within 5 to 7 business days.",
        "The cancellation of {name} is complete; allow 5 to 7 business days for the money to arrive.",
    ),
    "update_reservation_flights": (
        "Reservation {name} is updated and now in {cabin}.", "The change to {name} is made.",
        "Done. Your new itinerary is saved under {name}, in {cabin}.", ("{name} now has the flights that we "
        "agreed on."),
        "All changed: look up {name} and you'll find the new itinerary.", ("Your seats on {name} are in "
        "{cabin} now."),
    ),
    "update_reservation_baggages": (
        "Reservation {name} now has {bags} checked bags.", ("The baggage on {name} is updated: {bags} in "
        "total."),
        "Done, {bags} checked bags are registered on {name}.", ("I've put the luggage on {name}, {bags} "
        "altogether."),
        "Your allowance on {name} reads {bags} from now on.",
    ),
    "update_reservation_passengers": (
        "The passengers of {name} are updated.", "I have changed the passenger details on {name}.",
        "Reservation {name} now carries the corrected passenger list.", "The new name is on {name}.",
        "{name} shows the right travelers now.",
    ),
    "send_certificate": (
        "I have added a travel certificate of {amount} to your profile.",
        "Done: a certificate worth {amount} is now among your payment methods.",
        "Your {amount} certificate has been issued and saved in your account.",
        "You'll find {amount} as a new certificate in your profile; I'm sorry again.",
    ),
}  # fmt: skip


def _leaves(tool: str, args: dict[str, Json]) -> Iterator[tuple[str, ...]]:
    """What a careful agent lists, argument by argument."""
    if tool == "send_certificate":
        yield amount_texts(args["amount"])
        return
    if "reservation_id" in args:
        yield (args["reservation_id"].lower(),)
    if tool == "book_reservation":
        yield (TRIPS[args["flight_type"]], args["flight_type"].replace("_", "-"))
        for end in ("origin", "destination"):
            yield tuple(dict.fromkeys((args[end].lower(), airport(args[end]).split(" (")[0].lower())))
        yield (
            (
                "with travel insurance",
                "travel insurance: yes",
                "travel insurance included",
                "including travel insurance",
            )
            if (args["insurance"] == "yes")
            else ("no travel insurance", "without travel insurance", "travel insurance: no", "no insurance")
        )
    if "cabin" in args:
        yield (CABINS[args["cabin"]], args["cabin"], args["cabin"].replace("_", "-"))
    for flight in args.get("flights", ()):
        yield (flight["flight_number"].lower(),)
        yield date_texts(flight["date"])
    for person in args.get("passengers", ()):
        yield (person["first_name"].lower(),)
        yield (person["last_name"].lower(),)
        yield date_texts(person["dob"])
    if "total_baggages" in args:
        yield _counts(args["total_baggages"], ("checked", "bag", "piece", "total", "in total", "luggage"))
        nouns = ("paid", "of them paid", "at a charge", "beyond", "extra", "non-free")
        paid = _counts(args["nonfree_baggages"], nouns)
        yield (*paid, *(() if args["nonfree_baggages"] else ("no extra", "no paid", "all free", "free of charge")))
    for payment in args.get("payment_methods", ()):
        yield _methods(payment["payment_id"])
        yield amount_texts(payment["amount"])
    if "payment_id" in args:
        yield _methods(args["payment_id"])


def _counts(number: int, nouns: tuple[str, ...]) -> tuple[str, ...]:
    """A number of bags is not just a digit somewhere: it stands before its noun, or after a colon."""
    word = counted(number, "bag").split()[0]
    named = (f"{count} {noun}" for noun in nouns for count in (number, word))
    return (f": {number}", f":** {number}", *named)


def _methods(method: str) -> tuple[str, ...]:
    """A payment method is named by its id or at least by its kind."""
    kind = method.rsplit("_", 1)[0]
    return (method, KINDS.get(kind, kind)) + (
        ("card ending in", "ending in") if kind == "credit_card" else ()
    )
