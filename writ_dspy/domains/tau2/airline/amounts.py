"""What money a write is about, beyond the fares that were read: totals, refunds, differences, bags and insurance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.tau2.airline.rules import BAG, FREE, INSURANCE, MOST_PASSENGERS
from writ_dspy.domains.tau2.airline.wording import joined, money
from writ_dspy.task import Call, Json


def amounts(call: Call, seen: Seen) -> Iterator[float]:
    """Every amount that follows from a write and from what was read, in dollars; differences without their sign."""
    args = call.args
    record = seen.find("reservation", reservation_id=args.get("reservation_id"))
    found: list[float] = []
    fares: list[float] = []
    people = len(args.get("passengers", ())) or (record["passenger_count"] if record else 1)
    if "flights" in args:
        fares = [fare for fare, _ in _fares(args["flights"], args["cabin"], record, seen)]
        found += [fare * people for fare in fares] if people > 1 else []
        if record is not None:
            change = sum(fares) - record["fare"]
            found += [change, change * people, record["fare"], record["fare"] * people, sum(fares), sum(fares) * people]
            found += [record["paid"] + change * people]
        elif "insurance" in args:
            found += list(_booked(args, sum(fares), people))
    if "total_baggages" in args:
        extra = args["nonfree_baggages"] - (record["nonfree_baggages"] if record else 0)
        found.append(BAG * extra)
    if call.tool == "cancel_reservation" and record is not None:
        found.append(record["paid"])
    if call.tool == "send_certificate":
        found += [args["amount"], 50, 100]
    paid = [payment["amount"] for payment in args.get("payment_methods", ())]
    found += [*paid, sum(paid)] if fares else []
    held = [row["amount"] for row in seen.rows("payment_methods") if "amount" in row]
    yield from {abs(amount) for amount in [*found, *(have - amount for have in held for amount in found)]}


def _booked(args: dict[str, Json], fare: float, people: int) -> Iterator[float]:
    insured = INSURANCE * people if args["insurance"] == "yes" else 0
    bags = BAG * args["nonfree_baggages"]
    yield from (fare, fare * people, insured, bags, fare * people + insured, fare * people + bags)
    yield fare * people + insured + bags


def flows(call: Call, seen: Seen) -> dict[int, int]:
    """Amounts in cents that a write charges (1) or refunds (-1), as far as what was read shows it."""
    args, record = call.args, seen.find("reservation", reservation_id=call.args.get("reservation_id"))
    found: list[float] = []
    if call.tool == "update_reservation_flights" and record is not None:
        fares = list(_fares(args["flights"], args["cabin"], record, seen))
        if sum(legs for _, legs in fares) == len(args["flights"]):
            change = sum(fare for fare, _ in fares) - record["fare"]
            found = [change, change * record["passenger_count"]]
    elif call.tool == "update_reservation_baggages" and record is not None:
        found = [BAG * (args["nonfree_baggages"] - record["nonfree_baggages"])]
    elif call.tool == "book_reservation":
        paid = [payment["amount"] for payment in args["payment_methods"]]
        found = [*paid, sum(paid)]
    elif call.tool == "cancel_reservation" and record is not None:
        found = [-record["paid"]]
    return {round(100 * abs(amount)): 1 if amount > 0 else -1 for amount in found if amount}


def _fares(flights: Sequence[Json], cabin: str, record: Row | None, seen: Seen) -> Iterator[tuple[float, int]]:
    """The fare of each leg or of each pair that is sold together, as far as it was seen; with the number of its legs."""
    left = [{key: flight[key] for key in ("flight_number", "date")} for flight in flights]
    while left:
        held = seen.find("segments", reservation_id=record["reservation_id"], **left[0]) if record else None
        sold = next(((row, n) for n in (1, 2) if (row := seen.find("options", flights=left[:n]))), None)
        if held is not None and record is not None and cabin == record["cabin"]:
            yield held["price"], 1
            left = left[1:]
        elif sold is not None:
            yield sold[0][f"price_{cabin}"], sold[1]
            left = left[sold[1] :]
        else:
            left = left[1:]


def comes_of(call: Call, seen: Seen) -> str:
    """What an amount that a write charges comes of, as a clause, from what was read; nothing where it charges none, or that cannot be seen."""
    args, record = call.args, seen.find("reservation", reservation_id=call.args.get("reservation_id"))
    if call.tool == "update_reservation_baggages" and record is not None:
        extra = args["nonfree_baggages"] - record["nonfree_baggages"]
        return f"each checked bag beyond the free ones is {money(BAG)}" if extra > 0 else ""
    if call.tool not in ("book_reservation", "update_reservation_flights"):
        return ""
    fares = list(_fares(args["flights"], args["cabin"], record, seen))
    if sum(legs for _, legs in fares) != len(args["flights"]):
        return ""
    fare = sum(fare for fare, _ in fares)
    if record is not None:
        each = " for each passenger" if record["passenger_count"] > 1 else ""
        more = fare > record["fare"]
        return f"the flights are {money(fare)}{each} now, and were {money(record['fare'])} before" if more else ""
    people = len(args["passengers"])
    each = " for each passenger" if people > 1 else ""
    if args["insurance"] != "yes" and not args["nonfree_baggages"]:
        return f"the fares of the flights come to {money(fare)}{each}"
    parts = [f"{money(fare)} in fares{each}"]
    if args["insurance"] == "yes":
        parts.append(f"{money(INSURANCE)} for the travel insurance{' of each of them' if people > 1 else ''}")
    if args["nonfree_baggages"]:
        parts.append(f"{money(BAG)} for each checked bag beyond the free ones")
    return f"it is made up of {joined(parts)}"


def allowed(unit: str, seen: Seen) -> set[int] | None:
    """How many bags can be spoken of: what is free for some cabin and party of this member, and what records hold."""
    if not unit.startswith("bag"):
        return None
    members = {row["membership"] for row in seen.every() if "membership" in row} or {"regular", "silver", "gold"}
    free = {number for (member, _), number in FREE.items() if member in members}
    if unit.endswith("each"):
        return free | {BAG}
    booked = list(seen.rows("reservation"))
    counts = {int(row[name]) for row in booked for name in ("total_baggages", "nonfree_baggages")}
    counts |= {int(row["total_baggages"]) - int(row["nonfree_baggages"]) for row in booked}
    parties = range(1, MOST_PASSENGERS + 1)
    every = {number * party for number in free for party in parties} | counts
    return every | {BAG}
