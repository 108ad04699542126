"""How a good airline agent talks: questions, the details to confirm, and what was done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.spinning import worded
from writ_dspy.domains.tau2.airline.about import ABOUT
from writ_dspy.domains.tau2.airline.details import held, listing
from writ_dspy.domains.tau2.airline.questions import QUESTIONS
from writ_dspy.domains.tau2.airline.wording import (
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
    town,
)
from writ_dspy.task import Call, Json

MEASURES: dict[str, Callable[[Json], str]] = {"duration": lasting, "departure": clock, "arrival": clock}
COUNTS = {"total_baggages": "bag", "passenger_count": "passenger", "segment_count": "flight"}
SUPERLATIVES = {
    "duration": ("shortest", "longest"),
    "departs": ("earliest", "latest"),
    "arrives": ("first to arrive", "last to arrive"),
    "departure": ("earliest in the day", "latest in the day"),
    "paid": ("least expensive", "most expensive"),
    "fare": ("cheapest", "most expensive"),
    "first_date": ("earliest", "latest"),
    "last_date": ("first to end", "last to end"),
    "created_at": ("first booked", "last booked"),
    "passenger_count": ("smallest", "largest"),
    "segment_count": ("shortest", "longest"),
    "amount": ("smallest", "largest"),
    "total_baggages": ("one with the fewest bags", "one with the most bags"),
}


class AirlinePhrases:
    """The airline's service language; wording varies with the call, so that equal calls read equally."""

    questions: Mapping[str, tuple[str, ...]] = QUESTIONS
    about: Mapping[str, str] = ABOUT

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
                return held(row)
            case "reservations":
                return f"reservation {row['reservation_id']}"
            case "airports":
                return f"{row['city']} ({row['iata']})"
        return view

    def measure(self, attribute: str, value: Json) -> str:
        """A value with its unit."""
        if attribute in MEASURES:
            return MEASURES[attribute](value)
        if attribute in COUNTS:
            return f"{value} {COUNTS[attribute]}{'' if value == 1 else 's'}"
        if attribute.startswith("seats"):
            return f"{value} free seat{'' if value == 1 else 's'}"
        if attribute.startswith("price_"):
            return f"{money(value)} per person"
        if attribute in ("paid", "fare", "amount", "price"):
            return money(value)
        if attribute in ("departs", "arrives", "created_at"):
            return f"{clock(value[11:])} on {day(value)}"
        return day(value) if attribute.endswith("date") else str(value)

    def superlative(self, attribute: str, most: bool) -> str:
        """The extreme of an attribute, as an adjective."""
        if attribute.startswith("price"):
            return "most expensive" if most else "cheapest"
        if attribute.startswith("seats"):
            return "emptiest" if most else "fullest"
        return SUPERLATIVES.get(attribute, ("lowest", "highest"))[most]

    def details(self, call: Call, seen: Seen) -> str:
        """See `writ_dspy.domains.tau2.airline.details`."""
        return listing(call, seen)

    def report(self, call: Call, result: str) -> str:
        """One sentence or two on what was done."""
        args = call.args
        if call.tool == "send_certificate":
            return worded(call, REPORTS[call.tool], amount=money(args["amount"]))
        data = json.loads(result)
        words = {
            "name": data["reservation_id"],
            "cabin": CABINS[data["cabin"]],
            "bags": data["total_baggages"],
            "start": town(data["origin"]),
            "end": town(data["destination"]),
            "date": day(data["flights"][0]["date"]),
            "flights": joined([flight["flight_number"] for flight in data["flights"]]),
        }
        return worded(call, REPORTS[call.tool], **words)

    def renderings(self, call: Call) -> Sequence[tuple[str, ...]]:
        """Texts of which one each must be listed."""
        return tuple(_leaves(call.tool, call.args))


REPORTS = {
    "book_reservation": (
        "Your trip to {end} is booked[ in {cabin}|]. The reservation id is {name}.",
        "All set: reservation {name} from {start} to {end} is confirmed, in {cabin}.",
        "Booked! [Your|The] reservation number for {end} is {name}.",
        "It's done, and your booking for {date} is {name}.",
        "Everything went through; your reservation from {start} to {end} is {name}.",
        "I have booked it for you in {cabin}, as reservation {name}.",
        "You're booked for {date}, and the reservation [number|id] is {name}.",
        "The booking [went through|is complete]. The reservation [number|id] for your trip to {end} is {name}.",
        "[All done|Great], your flights from {start} to {end} are booked. [Your|The] reservation number is {name}.",
        "Done. Your flights on {date} are booked under {name}, in {cabin}.",
        "Your tickets to {end} are booked under reservation {name}.",
    ),
    "cancel_reservation": (
        "Reservation {name} has been canceled. The refund goes to the original payment method within 5 to 7 business days.",
        "I have canceled {name}; expect your refund in 5 to 7 business days, the way you paid.",
        "[All done|That's done], your trip to {end} ({name}) is canceled. The refund takes 5 to 7 business days.",
        "Done, {name} is canceled. You get your money back within 5 to 7 business days.",
        "The cancellation of {name} is complete; please allow 5 to 7 business days for the refund.",
        "{name} is [now canceled|canceled now]. The refund to the original payment method takes 5 to 7 business days.",
        "I've canceled {name}, your trip from {start} to {end}. Your refund [arrives|will be there] in 5 to 7 business days.",
        "Okay, reservation {name} is canceled. You'll [see|have] the refund on the original payment method within 5 to 7 business days.",
        "Your reservation {name} to {end} is canceled, and you will be refunded within 5 to 7 business days.",
        "I've canceled all flights of {name}. You get the refund within 5 to 7 business days.",
    ),
    "update_reservation_flights": (
        "Reservation {name} is updated: you're on {flights}, in {cabin}.",
        "The change to {name}, your trip to {end}, is made: {flights}, in {cabin}.",
        "Done. {name} is changed, you fly with {flights} in {cabin}.",
        "Your reservation {name} from {start} to {end} is changed now: {flights}, in {cabin}.",
        "I have made the change to {name} for you: [it is|you fly with] {flights} in {cabin} now.",
        "I've changed {name}; it is {flights} in {cabin} now.",
        "[All done|That's done], your reservation {name} is updated to {flights}, in {cabin}.",
        "[That's|It's] changed. Reservation {name} is on {flights}, in {cabin}.",
        "I've updated {name} [for you|as discussed]: {flights}, in {cabin}.",
        "[All set|Okay], {name} is changed: {flights}, in {cabin}.",
        "The update of reservation {name} went through, so it's {flights} in {cabin} now.",
    ),
    "update_reservation_baggages": (
        "Checked bags on reservation {name} now: {bags}.",
        "The baggage on {name} is updated: {bags} in total.",
        "Done, the checked bags on {name} are {bags} in all.",
        "I've updated the bags on {name}, {bags} altogether.",
        "[All set|All done], the checked bags on {name} are {bags} in all.",
        "The number of checked bags on {name} is {bags} now.",
        "I've put the bags on {name}: that makes {bags} in total.",
        "Reservation {name} is updated, checked bags: {bags} in all.",
    ),
    "update_reservation_passengers": (
        "The passengers of {name} to {end} are updated.",
        "I have changed the passenger details on {name}.",
        "Reservation {name} now has the corrected passenger list.",
        "The new name is on {name}.",
        "{name} shows the right passengers now.",
        "[That's|It's] changed: {name} has the new passenger details.",
        "The passenger list of reservation {name} is changed[ now|].",
        "Done, the passenger details on {name}, the trip to {end}, are changed.",
    ),
    "send_certificate": (
        "I have added a travel certificate of {amount} to your profile.",
        "Done: a certificate worth {amount} is now among your payment methods.",
        "Your {amount} certificate has been issued and saved in your account.",
        "You'll find the {amount} certificate in your profile; I'm sorry for the trouble.",
        "The certificate of {amount} is [in your profile|saved in your account] now. I'm sorry for the trouble.",
        "A {amount} travel certificate has been issued, and it is among your payment methods.",
        "I've issued the {amount} travel certificate; it's in your profile.",
    ),
}


INSURED = (
    "with travel insurance",
    "travel insurance: yes",
    "travel insurance:** yes",
    "travel insurance included",
    "including travel insurance",
)
UNINSURED = (
    "no travel insurance",
    "without travel insurance",
    "travel insurance: no",
    "travel insurance:** no",
    "no insurance",
)


def _leaves(tool: str, args: dict[str, Json]) -> Iterator[tuple[str, ...]]:
    """What a careful agent lists, argument by argument."""
    if tool == "send_certificate":
        yield amount_texts(args["amount"])
        return
    if "reservation_id" in args:
        yield (args["reservation_id"].lower(),)
    if tool == "book_reservation":
        yield from _booked(args)
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
        yield (
            *paid,
            *(() if args["nonfree_baggages"] else ("no extra", "no paid", "all free", "free of charge")),
        )
    for payment in args.get("payment_methods", ()):
        yield _methods(payment["payment_id"])
        yield amount_texts(payment["amount"])
    if "payment_id" in args:
        yield _methods(args["payment_id"])


def _booked(args: dict[str, Json]) -> Iterator[tuple[str, ...]]:
    """What only a booking has."""
    yield (TRIPS[args["flight_type"]], args["flight_type"].replace("_", "-"))
    for end in ("origin", "destination"):
        yield tuple(dict.fromkeys((args[end].lower(), airport(args[end]).split(" (")[0].lower())))
    insured = args["insurance"] == "yes"
    yield INSURED if insured else UNINSURED


def _counts(number: int, nouns: tuple[str, ...]) -> tuple[str, ...]:
    """A number of bags is not just a digit somewhere: it stands before its noun, or after a colon."""
    word = counted(number, "bag").split()[0]
    named = (f"{count} {noun}" for noun in nouns for count in (number, word))
    return (f": {number}", f":** {number}", *named)


def _methods(method: str) -> tuple[str, ...]:
    """A payment method is named by its id or at least by its kind."""
    kind = method.rsplit("_", 1)[0]
    return (method, KINDS.get(kind, kind)) + (("card ending in", "ending in") if kind == "credit_card" else ())
