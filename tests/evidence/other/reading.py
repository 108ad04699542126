"""The two domains' databases read anew: what each tool answers, and the rows of that, over plain JSON tables.

Written from the tools' documentation and data, for a second opinion on evidence: no lens, resolver or world is used here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeAlias

from writ_dspy.task import Call

Json: TypeAlias = Any
Tables: TypeAlias = Mapping[str, Mapping[str, Json]]
Rows: TypeAlias = tuple[dict[str, Json], ...]
RECORDS = {
    "get_user_details": ("users", "user_id"),
    "get_order_details": ("orders", "order_id"),
    "get_reservation_details": ("reservations", "reservation_id"),
    "get_product_details": ("products", "product_id"),
}
CABINS = ("basic_economy", "economy", "business")


def answer(tables: Tables, call: Call) -> Json:
    """What a read tool answers; None where it refuses."""
    args = call.args
    if call.tool in RECORDS:
        table, key = RECORDS[call.tool]
        return tables[table].get(args[key])
    match call.tool:
        case "find_user_id_by_email":
            return next((key for key, user in tables["users"].items() if user["email"] == args["email"]), None)
        case "find_user_id_by_name_zip":
            wanted = (args["first_name"].lower(), args["last_name"].lower(), args["zip"])
            return next((key for key, user in tables["users"].items() if _named(user) == wanted), None)
        case "list_all_product_types":
            return {product["name"]: key for key, product in tables["products"].items()}
        case "get_flight_status":
            flight = tables["flights"].get(args["flight_number"])
            return flight["dates"].get(args["date"], {}).get("status") if flight else None
        case "search_direct_flight":
            return [_leg(f, args["date"]) for f in _flying(tables, args["date"], args["origin"], args["destination"])]
        case "search_onestop_flight":
            return _connections(tables, args)
    raise AssertionError(call.tool)


def _named(user: Json) -> tuple[str, str, str]:
    return user["name"]["first_name"].lower(), user["name"]["last_name"].lower(), user["address"]["zip"]


def _flying(tables: Tables, date: str, origin: str | None, destination: str | None, after: str = "") -> list[Json]:
    return [
        flight
        for flight in tables["flights"].values()
        if origin in (None, flight["origin"])
        and destination in (None, flight["destination"])
        and flight["dates"].get(date, {}).get("status") == "available"
        and flight["scheduled_departure_time_est"] >= after
    ]


def _leg(flight: Json, date: str) -> Json:
    kept = ("flight_number", "origin", "destination", "scheduled_departure_time_est", "scheduled_arrival_time_est")
    day = flight["dates"][date]
    return {key: flight[key] for key in kept} | {"date": date, "prices": day["prices"], "seats": day["available_seats"]}


def _connections(tables: Tables, args: Mapping[str, str]) -> list[Json]:
    found = []
    for first in _flying(tables, args["date"], args["origin"], None):
        arrival, date = first["scheduled_arrival_time_est"], args["date"]
        if "+1" in arrival:
            date = f"2024-05-{int(date[-2:]) + 1}"
        found += [
            [_leg(first, args["date"]), _leg(second, date)]
            for second in _flying(tables, date, first["destination"], args["destination"], arrival)
        ]
    return found


def rows(tables: Tables, call: Call, view: str) -> Rows:
    """The rows that a goal may ask about, read off the answer."""
    found = answer(tables, call)
    if found is None:
        return ()
    reader = READERS[call.tool]
    return tuple(reader(call.args, found, view))


def _finder(args: Mapping[str, str], found: Json, _: str) -> Rows:
    return ({**args, "user_id": found},)


def _user(_: Mapping[str, str], user: Json, view: str) -> Rows:
    key = {"user_id": user["user_id"]}
    if "membership" in user:
        return _flyer(user, key | {"membership": user["membership"]}, view)
    if view == "orders":
        return tuple(key | {"order_id": name} for name in user["orders"])
    if view == "payment_methods":
        return tuple(key | method for method in user["payment_methods"].values())
    counts = {"order_count": len(user["orders"]), "payment_count": len(user["payment_methods"])}
    return (key | user["name"] | {"email": user["email"]} | user["address"] | counts,)


def _flyer(user: Json, key: dict[str, Json], view: str) -> Rows:
    if view == "reservations":
        return tuple(key | {"reservation_id": name} for name in user["reservations"])
    if view == "saved_passengers":
        return tuple(key | person | {"passenger": person} for person in user["saved_passengers"])
    if view == "payment_methods":
        return tuple(
            key | method | ({"amount": _whole(method["amount"])} if "amount" in method else {})
            for method in user["payment_methods"].values()
        )
    me = user["name"] | {"dob": user["dob"]}
    return (key | me | {"email": user["email"], "reservation_count": len(user["reservations"]), "passenger": me},)


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number


def _order(_: Mapping[str, str], order: Json, view: str) -> Rows:
    paid = order["payment_history"][0]["payment_method_id"]
    if view == "tracking":
        key = {"order_id": order["order_id"], "user_id": order["user_id"], "order_status": order["status"]}
        return tuple(
            key | {"tracking_id": number, "item_ids": parcel["item_ids"]}
            for parcel in order["fulfillments"]
            for number in parcel["tracking_id"]
        )
    if view == "items":
        return tuple(
            {
                **item["options"], "order_id": order["order_id"], "user_id": order["user_id"],
                "order_status": order["status"], "payment_method_id": paid, "city": order["address"]["city"],
                "product_name": item["name"], "product_id": item["product_id"], "item_id": item["item_id"],
                "price": round(item["price"], 2),
            }
            for item in order["items"]
        )  # fmt: skip
    row = {"order_id": order["order_id"], "user_id": order["user_id"], "status": order["status"], **order["address"]}
    row |= {"total": round(sum(item["price"] for item in order["items"]), 2), "item_count": len(order["items"])}
    row |= {"product_names": [item["name"] for item in order["items"]], "payment_method_id": paid}
    return (row | {"payment_source": paid[: paid.rindex("_")], "payment_count": len(order["payment_history"])},)


def _product(_: Mapping[str, str], product: Json, view: str) -> Rows:
    key = {"product_id": product["product_id"]}
    if view == "product":
        stocked = sum(variant["available"] for variant in product["variants"].values())
        counts = {"variant_count": len(product["variants"]), "available_count": stocked}
        return (key | {"name": product["name"]} | counts,)
    return tuple(
        {
            **variant["options"], **key, "product_name": product["name"], "item_id": variant["item_id"],
            "price": round(variant["price"], 2), "available": variant["available"],
        }
        for variant in product["variants"].values()
    )  # fmt: skip


def _names(_: Mapping[str, str], found: Json, __: str) -> Rows:
    return tuple({"name": name, "product_id": key} for name, key in found.items())


def _reservation(_: Mapping[str, str], record: Json, view: str) -> Rows:
    legs = record["flights"]
    short = [{"flight_number": leg["flight_number"], "date": leg["date"]} for leg in legs]
    ends = [leg["destination"] for leg in legs]
    turn = ends.index(record["destination"]) + 1 if record["destination"] in ends else len(legs)
    dates = sorted(leg["date"] for leg in legs)
    kept = (
        "reservation_id", "user_id", "origin", "destination", "flight_type", "cabin", "insurance", "created_at",
        "total_baggages", "nonfree_baggages",
    )  # fmt: skip
    row = {key: record[key] for key in kept} | {
        "status": record["status"] or "active", "passenger_count": len(record["passengers"]),
        "paid": _whole(sum(payment["amount"] for payment in record["payment_history"])),
        "payment_id": next((payment["payment_id"] for payment in record["payment_history"]), ""),
        "fare": sum(leg["price"] for leg in legs), "first_date": dates[0], "last_date": dates[-1],
        "segment_count": len(legs), "flights": short, "outbound_flights": short[:turn], "return_flights": short[turn:],
        "outbound_fare": sum(leg["price"] for leg in legs[:turn]),
        "return_fare": sum(leg["price"] for leg in legs[turn:]),
    }  # fmt: skip
    for n, leg in enumerate(legs, 1):
        row |= {f"from_{n}": leg["origin"], f"to_{n}": leg["destination"]}
        row |= {f"flight_{n}": leg["flight_number"], f"date_{n}": leg["date"]}
    if view == "reservation":
        return (row,)
    if view == "passengers":
        return tuple(row | p | {"passenger": p, "position": n} for n, p in enumerate(record["passengers"], 1))
    return tuple(
        row
        | {
            "flight_number": leg["flight_number"], "date": leg["date"], "price": leg["price"], "from": leg["origin"],
            "to": leg["destination"], "position": n, "flight": short[n - 1],
        }
        for n, leg in enumerate(legs, 1)
    )  # fmt: skip


def _status(args: Mapping[str, str], found: Json, _: str) -> Rows:
    return ({**args, "status": found},)


def _search(args: Mapping[str, str], found: Json, _: str) -> Rows:
    return tuple(_option(args, legs if isinstance(legs, list) else [legs]) for legs in found)


def _option(args: Mapping[str, str], legs: list[Json]) -> dict[str, Json]:
    first, last = legs[0], legs[-1]
    leaves = dt.datetime.fromisoformat(f"{first['date']}T{first['scheduled_departure_time_est']}")
    lands = dt.datetime.fromisoformat(f"{last['date']}T{last['scheduled_arrival_time_est'][:8]}")
    lands += dt.timedelta(days=last["scheduled_arrival_time_est"].endswith("+1"))
    row: dict[str, Json] = dict(args)
    for cabin in CABINS:
        row[f"price_{cabin}"] = sum(leg["prices"][cabin] for leg in legs)
        row[f"seats_{cabin}"] = min(leg["seats"][cabin] for leg in legs)
    row |= {
        "flights": [{"flight_number": leg["flight_number"], "date": leg["date"]} for leg in legs],
        "stops": len(legs) - 1, "departure": first["scheduled_departure_time_est"],
        "arrival": last["scheduled_arrival_time_est"], "departs": leaves.isoformat(), "arrives": lands.isoformat(),
        "duration": int((lands - leaves).total_seconds()) // 60,
    }  # fmt: skip
    return row if len(legs) > 1 else row | {"flight_number": first["flight_number"]}


READERS = {
    "find_user_id_by_email": _finder, "find_user_id_by_name_zip": _finder, "get_user_details": _user,
    "get_order_details": _order, "get_product_details": _product, "list_all_product_types": _names,
    "get_reservation_details": _reservation, "get_flight_status": _status, "search_direct_flight": _search,
    "search_onestop_flight": _search,
}  # fmt: skip
