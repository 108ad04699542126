"""Edits of records that leave the whole database in order, read by read: what else could have been true."""

from __future__ import annotations

from collections.abc import Iterator

from tests.evidence.other import airline, retail
from tests.evidence.other.reading import Tables
from tests.evidence.other.records import Patch
from writ_dspy.task import Call


def edits(tables: Tables, call: Call, spare: frozenset[Call]) -> Iterator[Patch]:
    """Databases in which this read may come out otherwise.

    Args:
        tables: The real ones.
        call: The read.
        spare: Reads that must come out the same: records that they show are not taken for anything else.
    """
    args = call.args
    shown = {value for other in spare for value in other.args.values()}
    match call.tool:
        case "find_user_id_by_email" | "find_user_id_by_name_zip":
            yield from retail.other_person(tables, call)
        case "get_user_details" if "orders" in tables:
            yield from retail.customer(tables, tables["users"][args["user_id"]], shown)
        case "get_user_details":
            yield from airline.flyer(tables, tables["users"][args["user_id"]], shown)
        case "get_order_details":
            yield from retail.order(tables, tables["orders"][args["order_id"]], shown)
        case "get_product_details":
            yield from retail.product(tables["products"][args["product_id"]], tables["products"].values())
        case "get_reservation_details":
            yield from airline.reservation(tables, tables["reservations"][args["reservation_id"]], shown)
        case "get_flight_status":
            yield from airline.status(tables["flights"][args["flight_number"]], args["date"])
        case "search_direct_flight" | "search_onestop_flight":
            yield from airline.flights(tables, call)
