"""What a traveler could as lawfully have named at first: another card, no insurance, another number of bags, another cabin."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.domains.domain import Other
from writ_dspy.domains.observed import Seen
from writ_dspy.domains.tau2.airline.amounts import allowed
from writ_dspy.domains.tau2.airline.lenses import CLASSES
from writ_dspy.domains.tau2.airline.payments import other_payments
from writ_dspy.domains.tau2.airline.rules import BAG, free_bags
from writ_dspy.domains.tau2.airline.wording import CABINS, counted
from writ_dspy.task import Call

MOST = 5
"""Bags that somebody has in mind at first, at most."""


def others(call: Call, seen: Seen) -> Iterator[Other]:
    """The same write with another method, without insurance, with another number of bags, or in another cabin."""
    if not _costs_nothing(call, seen):
        yield from other_payments(call, seen)
    yield from _other_bags(call, seen)
    yield from _other_cabins(call, seen)


def _other_bags(call: Call, seen: Seen) -> Iterator[Other]:
    """One bag more or less than is wanted, as long as a credit card pays for it."""
    args, profile = call.args, next(iter(seen.rows("profile")), None)
    record = seen.find("reservation", reservation_id=args.get("reservation_id"))
    if "total_baggages" not in args or profile is None or not _by_card(call):
        return
    cabin, people = (record["cabin"], record["passenger_count"]) if record else (args["cabin"], len(args["passengers"]))
    free, before = free_bags(profile["membership"], cabin, people), record["total_baggages"] if record else 0
    for total in (args["total_baggages"] - 1, args["total_baggages"] + 1):
        number = total - before
        if not 1 <= number <= MOST or total not in (allowed("bag", seen) or {total}):
            continue
        paid = max(0, total - free, record["nonfree_baggages"] if record else 0)
        new = args | {"total_baggages": total, "nonfree_baggages": paid}
        if record is None:
            (payment,) = args["payment_methods"]
            amount = payment["amount"] + BAG * (paid - args["nonfree_baggages"])
            new["payment_methods"] = [payment | {"amount": amount}]
            text, mark = (
                f"[I'll have|Put me down for|I'd bring] {counted(total, 'checked bag')}.",
                counted(total, "checked bag"),
            )
        else:
            text, mark = (
                f"[Please add|I want to add|I need] {number} more bag{'s' * (number > 1)}.",
                f"{number} more bag",
            )
        yield Other("bags", Call.of(call.tool, new), text, mark)


def _other_cabins(call: Call, seen: Seen) -> Iterator[Other]:
    """Of a trip that keeps its flights, the third cabin, if everybody finds a seat there and a credit card pays."""
    args = call.args
    record = seen.find("reservation", reservation_id=args.get("reservation_id"))
    if call.tool != "update_reservation_flights" or record is None or not _by_card(call):
        return
    sold = [seen.find("options", flight_number=leg["flight_number"], date=leg["date"]) for leg in args["flights"]]
    if args["flights"] != record["flights"] or not all(sold):
        return
    for cabin in CLASSES:
        seats = all(row[f"seats_{cabin}"] >= record["passenger_count"] for row in sold if row)
        if cabin not in (record["cabin"], args["cabin"]) and seats:
            text = f"[I'd like|Make it|I want|Let's take] {CABINS[cabin]}."
            yield Other("cabin", Call.of(call.tool, args | {"cabin": cabin}), text, CABINS[cabin])


def _costs_nothing(call: Call, seen: Seen) -> bool:
    """Whether bags are added that are all free: nobody thinks twice about how nothing is paid."""
    record = seen.find("reservation", reservation_id=call.args.get("reservation_id"))
    return record is not None and bool(call.args.get("nonfree_baggages", BAG) <= record["nonfree_baggages"])


def _by_card(call: Call) -> bool:
    """Whether one credit card pays, whatever it comes to."""
    methods = call.args.get("payment_methods", [{"payment_id": call.args.get("payment_id")}])
    return len(methods) == 1 and str(methods[0]["payment_id"]).startswith("credit_card")
