"""Edits of records that leave the whole database in order, read by read: what else could have been true."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from tests.evidence.other_reading import CABINS, Json, Tables
from writ_dspy.task import Call

Patch: TypeAlias = Mapping[str, Mapping[str, Json]]
"""Records to put in place of those of the same key, or before all others, by table."""
STATUSES = ("pending", "processed", "delivered", "cancelled")
FLYING = ("available", "on time", "flying", "landed", "cancelled", "delayed")
MONEY = (0.0, 1.0, 50.0, 120.0, 400.0, 2_000.0, 1_000_000.0)
DAYS = ("2024-05-10", "2024-05-14", "2024-05-16", "2024-05-17", "2024-05-21", "2024-05-29")


def patched(tables: Tables, patch: Patch) -> Tables:
    """The tables with these records; new ones come first."""
    found = dict(tables)
    for table, records in patch.items():
        new = {key: record for key, record in records.items() if key not in tables[table]}
        found[table] = {**new, **tables[table], **records}
    return found


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
            yield from _other_person(tables, call)
        case "get_user_details" if "orders" in tables:
            yield from _customer(tables, tables["users"][args["user_id"]], shown)
        case "get_user_details":
            yield from _flyer(tables, tables["users"][args["user_id"]], shown)
        case "get_order_details":
            yield from _order(tables, tables["orders"][args["order_id"]], shown)
        case "get_product_details":
            yield from _product(tables["products"][args["product_id"]])
        case "get_reservation_details":
            yield from _reservation(tables, tables["reservations"][args["reservation_id"]], shown)
        case "get_flight_status":
            yield from _status(tables["flights"][args["flight_number"]], args["date"])
        case "search_direct_flight" | "search_onestop_flight":
            yield from _flights(tables, call)


def _with(record: Json, **new: Json) -> Json:
    return {**copy.deepcopy(record), **new}


def _other_person(tables: Tables, call: Call) -> Iterator[Patch]:
    """Somebody else has the address or the name; where the table is searched from its start, they come first."""
    key = next(
        key
        for key, user in tables["users"].items()
        if user["email"] == call.args.get("email")
        or (user["name"]["last_name"].lower(), user["address"]["zip"])
        == (call.args.get("last_name", "").lower(), call.args.get("zip"))
    )
    user = tables["users"][key]
    for other in list(tables["users"].values())[:40]:
        if call.tool == "find_user_id_by_email" and other is not user:
            swapped = {other["user_id"]: _with(other, email=user["email"]), key: _with(user, email=other["email"])}
            yield {"users": swapped}
    if call.tool == "find_user_id_by_email":
        return
    yield from _twins(tables, user)
    for other in list(tables["users"].values())[:200]:
        same = _with(other, name=user["name"], address=_with(other["address"], zip=user["address"]["zip"]))
        first = {other["user_id"]: same, **{k: v for k, v in tables["users"].items() if k != other["user_id"]}}
        yield {"users": {f"{other['user_id']}_first": same} if other is user else first}


def _twins(tables: Tables, user: Json) -> Iterator[Patch]:
    """A person of the same name, with orders of their own that differ from this user's in one way."""
    name = f"{user['user_id']}_twin"
    for make in (lambda o: o, _dearer, _more_items, *(lambda o, s=s: _in_status(o, s) for s in STATUSES)):
        orders = {}
        for old in user["orders"]:
            new = make(_with(tables["orders"][old], user_id=name))
            key = "#W1" + old.removeprefix("#W")
            orders[key] = _with(new, order_id=key, address=_with(new["address"], address1="1 Elm Street"))
        moved = _with(user["address"], address1="1 Elm Street")
        methods = {key: _with(method) for key, method in user["payment_methods"].items()}
        twin = _with(user, user_id=name, email="twin@example.com", orders=list(orders), address=moved)
        yield {"users": {name: _with(twin, payment_methods=methods)}, "orders": orders}
        for balance in MONEY:
            richer = {k: _with(m, **({"balance": balance} if "balance" in m else {})) for k, m in methods.items()}
            yield {"users": {name: _with(twin, payment_methods=richer)}, "orders": orders}
        renamed = {_other_id(k): _with(m, id=_other_id(k)) for k, m in methods.items()}
        paid = {key: _paid_by(order, _other_id) for key, order in orders.items()}
        yield {"users": {name: _with(twin, payment_methods=renamed)}, "orders": paid}


def _other_id(name: str) -> str:
    kind, _, number = name.rpartition("_")
    return f"{kind}_9{number[1:]}7"


def _paid_by(order: Json, rename: object) -> Json:
    history = [
        _with(entry, payment_method_id=rename(entry["payment_method_id"]))  # type: ignore[operator]
        for entry in order["payment_history"]
    ]
    return _with(order, payment_history=history)


def _dearer(order: Json) -> Json:
    return _priced(order, 3.0)


def _priced(order: Json, factor: float) -> Json:
    items = [_with(item, price=round(item["price"] * factor, 2)) for item in order["items"]]
    total = round(sum(item["price"] for item in items), 2)
    return _with(order, items=items, payment_history=[_with(e, amount=total) for e in order["payment_history"]])


def _more_items(order: Json) -> Json:
    return _with(order, items=[*order["items"], *(_with(item) for item in order["items"])])


def _in_status(order: Json, status: str) -> Json:
    history = order["payment_history"][:1]
    if status == "cancelled":
        history = [*history, _with(history[0], transaction_type="refund")]
    inside = [item["item_id"] for item in order["items"]]
    parcels = (
        [] if status == "pending" else order["fulfillments"] or [{"tracking_id": ["500000000001"], "item_ids": inside}]
    )
    return _with(order, status=status, fulfillments=parcels, payment_history=history)


def _customer(tables: Tables, user: Json, shown: set[Json]) -> Iterator[Patch]:
    key, paid = user["user_id"], _paying(tables, user, shown)
    yield {"users": {key: _with(user, address=_with(user["address"], address1="1 Elm Street", address2="Apt 1"))}}
    yield from _wallets(user, "users", "balance", paid)
    for old in [*user["orders"], *(name for name in list(tables["orders"])[:30] if name not in user["orders"])]:
        base = _with(tables["orders"][old], user_id=key)
        mine = base if old in user["orders"] else _paid_by(base, lambda _: next(iter(user["payment_methods"])))
        wishes = (
            lambda o: o, _dearer, lambda o: _priced(o, 50.0), lambda o: _priced(o, 0.01), _more_items,
            lambda o: _with(o, items=o["items"][:1]), *(lambda o, s=s: _in_status(o, s) for s in STATUSES),
        )  # fmt: skip
        for one, two in itertools.product(wishes, wishes[-len(STATUSES) - 1 :]):
            name = "#W100" + old[-4:]
            new = _with(two(one(mine)), order_id=name)
            yield {"users": {key: _with(user, orders=[*user["orders"], name])}, "orders": {name: new}}
    for old in (old for old in user["orders"] if old not in shown):
        other = next(u for u in tables["users"].values() if u is not user)
        rest = [name for name in user["orders"] if name != old]
        given = _paid_by(
            _with(tables["orders"][old], user_id=other["user_id"]), lambda _: next(iter(other["payment_methods"]))
        )  # noqa: B023
        taken = _with(other, orders=[*other["orders"], old])
        yield {"users": {key: _with(user, orders=rest), other["user_id"]: taken}, "orders": {old: given}}


def _paying(tables: Tables, user: Json, shown: set[Json]) -> set[str]:
    """Methods with which something was paid that another read shows."""
    table, entry = ("orders", "payment_method_id") if "orders" in tables else ("reservations", "payment_id")
    kept = [tables[table][name] for name in user[table] if name in shown]
    return {payment[entry] for record in kept for payment in record["payment_history"]}


def _wallets(user: Json, table: str, worth: str, paid: set[str]) -> Iterator[Patch]:
    """Other balances; methods that paid for nothing shown under other ids, gone, or of another kind."""
    methods = user["payment_methods"]
    for key, method in methods.items():
        for amount in MONEY if worth in method else ():
            yield {
                table: {
                    user["user_id"]: _with(user, payment_methods={**methods, key: _with(method, **{worth: amount})})
                }
            }
        if worth in method:
            for step in (-1, 1, 10, 100, 1000, -10, -100):
                if method[worth] + step >= 0:
                    new = {**methods, key: _with(method, **{worth: method[worth] + step})}
                    yield {table: {user["user_id"]: _with(user, payment_methods=new)}}
        if key not in paid:
            rest = {k: m for k, m in methods.items() if k != key}
            yield {table: {user["user_id"]: _with(user, payment_methods=rest)}}
            yield {
                table: {
                    user["user_id"]: _with(
                        user, payment_methods={**rest, _other_id(key): _with(method, id=_other_id(key))}
                    )
                }
            }
    for one, two in itertools.permutations(methods, 2):
        if methods[one]["source"] == methods[two]["source"]:  # two of a kind change places
            new = {**methods, one: _with(methods[two], id=one), two: _with(methods[one], id=two)}
            yield {table: {user["user_id"]: _with(user, payment_methods=new)}}
    for kind in dict.fromkeys(m["source"] for m in methods.values()):
        model = next(m for m in methods.values() if m["source"] == kind)
        for amount in (MONEY[0], MONEY[-1]):
            more = _with(model, id=f"{kind}_9999999", **({worth: amount} if worth in model else {}))
            yield {table: {user["user_id"]: _with(user, payment_methods={**methods, more["id"]: more})}}


def _order(tables: Tables, order: Json, shown: set[Json]) -> Iterator[Patch]:
    key, user = order["order_id"], tables["users"][order["user_id"]]
    for status in STATUSES:
        yield {"orders": {key: _in_status(order, status)}}
    for factor in (0.001, 0.1, 0.5, 0.9, 1.1, 2.0, 10.0, 1000.0):
        yield {"orders": {key: _priced(order, factor)}}
    for n, item in enumerate(order["items"]):
        for factor in (0.01, 0.5, 1.01, 2.0, 100.0):
            new = [*order["items"][:n], _with(item, price=round(item["price"] * factor, 2)), *order["items"][n + 1 :]]
            yield {"orders": {key: _with(order, items=new)}}
        for variant in tables["products"][item["product_id"]]["variants"].values():
            kept = {name: variant[name] for name in ("item_id", "options")}
            new = [*order["items"][:n], {**item, **kept}, *order["items"][n + 1 :]]
            yield {"orders": {key: _with(order, items=new)}}
        if len(order["items"]) > 1:
            yield {"orders": {key: _with(order, items=[*order["items"][:n], *order["items"][n + 1 :]])}}
    yield {"orders": {key: _more_items(order)}}
    for product in tables["products"].values():
        variant = next(iter(product["variants"].values()))
        thing = {"name": product["name"], "product_id": product["product_id"], "price": 20.0}
        thing |= {name: variant[name] for name in ("item_id", "options")}
        yield {"orders": {key: _with(order, items=[*order["items"], thing])}}
        if product["product_id"] not in shown:
            yield {"orders": {key: _with(order, items=[thing, *order["items"][1:]])}}
            yield {"orders": {key: _with(order, items=[*order["items"][:-1], thing])}}
    yield {"orders": {key: _with(order, address=_with(order["address"], address1="1 Elm Street", city="Denver"))}}
    for method in user["payment_methods"]:
        yield {"orders": {key: _paid_by(order, lambda _, m=method: m)}}
    for other in (name for name in user["orders"] if name not in shown and name != key):
        two = tables["orders"][other]
        yield {"orders": {key: _with(two, order_id=key), other: _with(order, order_id=other)}}
    for other in list(tables["users"].values())[:3]:
        if other is not user:
            rest = _with(user, orders=[name for name in user["orders"] if name != key])
            more = _with(other, orders=[*other["orders"], key])
            paid = _paid_by(_with(order, user_id=other["user_id"]), lambda _, o=other: next(iter(o["payment_methods"])))
            yield {"users": {user["user_id"]: rest, other["user_id"]: more}, "orders": {key: paid}}


def _product(product: Json) -> Iterator[Patch]:
    key, variants = product["product_id"], product["variants"]

    def put(new: Mapping[str, Json]) -> Patch:
        return {"products": {key: _with(product, variants=dict(new))}}

    for name, variant in variants.items():
        for available, price in itertools.product((True, False), (0.01, variant["price"], 99_999.0)):
            yield put({**variants, name: _with(variant, available=available, price=price)})
        for step in (-1, 1, -10, 10, -60, 60, -200, 200, -1000, 1000):
            if variant["price"] + step > 0:
                yield put({**variants, name: _with(variant, price=round(variant["price"] + step, 2))})
    for name in variants:
        rest = {k: v for k, v in variants.items() if k != name}
        yield put({**rest, f"9{name}": _with(variants[name], item_id=f"9{name}")})
        if len(rest) > 1:
            yield put(rest)
    values = {
        name: sorted({v["options"][name] for v in variants.values()})
        for name in next(iter(variants.values()))["options"]
    }
    taken = [v["options"] for v in variants.values()]
    for chosen in itertools.islice(itertools.product(*values.values()), 400):
        options = dict(zip(values, chosen, strict=True))
        if options not in taken:
            for price in (0.01, 99_999.0):
                new = {"item_id": "9000000001", "options": options, "available": True, "price": price}
                yield put({**variants, "9000000001": new})
    yield put({name: _with(variant, available=True) for name, variant in variants.items()})


def _flyer(tables: Tables, user: Json, shown: set[Json]) -> Iterator[Patch]:
    key, paid = user["user_id"], _paying(tables, user, shown)
    for membership in ("regular", "silver", "gold"):
        yield {"users": {key: _with(user, membership=membership)}}
    yield {"users": {key: _with(user, dob="1971-02-03")}}
    for n, person in enumerate(user["saved_passengers"]):
        new = [*user["saved_passengers"][:n], _with(person, dob="1972-03-04"), *user["saved_passengers"][n + 1 :]]
        yield {"users": {key: _with(user, saved_passengers=new)}}
    yield from _wallets(user, "users", "amount", paid)
    for old in user["reservations"]:
        for change in _trips(tables, tables["reservations"][old]):
            new = _with(change, reservation_id="ZZZ" + old[-3:][::-1])
            more = _with(user, reservations=[*user["reservations"], new["reservation_id"]])
            yield {"users": {key: more}, "reservations": {new["reservation_id"]: new}}
    for old in (old for old in user["reservations"] if old not in shown):
        other = next(u for u in tables["users"].values() if u is not user)
        rest = _with(user, reservations=[name for name in user["reservations"] if name != old])
        given = _with(tables["reservations"][old], user_id=other["user_id"])
        method = next(iter(other["payment_methods"]))
        given["payment_history"] = [_with(payment, payment_id=method) for payment in given["payment_history"]]
        taken = _with(other, reservations=[*other["reservations"], old])
        yield {"users": {key: rest, other["user_id"]: taken}, "reservations": {old: given}}


def _trips(tables: Tables, trip: Json) -> Iterator[Json]:
    """The trip as it is, and as it could have been booked."""
    yield _with(trip)
    for cabin, insurance in itertools.product(CABINS, ("yes", "no")):
        yield _with(trip, cabin=cabin, insurance=insurance)
    for status in (None, "cancelled"):
        yield _with(trip, status=status)
    for created in ("2024-04-01T10:00:00", "2024-05-13T10:00:00", "2024-05-15T11:00:00", "2024-05-15T14:59:00"):
        if created[:10] <= trip["flights"][0]["date"]:
            yield _with(trip, created_at=created)
    for bags in (0, 1, 3, 9, 12):
        yield _with(trip, total_baggages=bags, nonfree_baggages=min(bags, trip["nonfree_baggages"]))
    for people in (
        trip["passengers"][:1],
        trip["passengers"][:-1],
        [*trip["passengers"], {"first_name": "Zoe", "last_name": "Ash", "dob": "1990-01-01"}],
    ):  # noqa: E501
        if people:
            yield _seats(trip, people)
    for n, person in enumerate(trip["passengers"]):
        new = [*trip["passengers"][:n], _with(person, dob="1970-01-01"), *trip["passengers"][n + 1 :]]
        yield _with(trip, passengers=new)
        new = [*trip["passengers"][:n], _with(person, first_name="Zoe"), *trip["passengers"][n + 1 :]]
        yield _with(trip, passengers=new)
    for step in (-2000, -400, -100, -20, 20, 100, 400, 2000, 20_000):
        yield from _paid(trip, step)
    yield from _dated(tables, trip)


def _seats(trip: Json, people: list[Json]) -> Json:
    fare = sum(leg["price"] for leg in trip["flights"]) + 30 * (trip["insurance"] == "yes")
    more = fare * (len(people) - len(trip["passengers"]))
    history = [
        *trip["payment_history"][:-1],
        _with(trip["payment_history"][-1], amount=max(1, trip["payment_history"][-1]["amount"] + more)),
    ]  # noqa: E501
    return _with(trip, passengers=people, payment_history=history)


def _paid(trip: Json, step: int) -> Iterator[Json]:
    """Another price of the first flight, and so of the trip."""
    price, last = trip["flights"][0]["price"] + step, trip["payment_history"][-1]
    amount = last["amount"] + step * len(trip["passengers"])
    if price > 0 and amount > 0:
        legs = [_with(trip["flights"][0], price=price), *trip["flights"][1:]]
        yield _with(trip, flights=legs, payment_history=[*trip["payment_history"][:-1], _with(last, amount=amount)])


def _dated(tables: Tables, trip: Json) -> Iterator[Json]:
    """On other days, on other flights of the same route, and elsewhere."""
    legs = trip["flights"]
    for day in DAYS:
        if day >= trip["created_at"][:10]:
            yield _with(
                trip, flights=[_with(leg, date=max(leg["date"], day) if n else day) for n, leg in enumerate(legs)]
            )
            yield _with(trip, flights=[*legs[:-1], _with(legs[-1], date=max(day, legs[-1]["date"]))])
            if day >= legs[0]["date"]:
                yield _with(trip, flights=[legs[0], *(_with(leg, date=day) for leg in legs[1:])])
    for flight in tables["flights"].values():
        ends = (legs[0]["origin"], legs[0]["destination"])
        if (flight["origin"], flight["destination"]) == ends and flight["flight_number"] != legs[0]["flight_number"]:
            yield _with(trip, flights=[_with(legs[0], flight_number=flight["flight_number"]), *legs[1:]])
    for flight in list(tables["flights"].values())[::11]:
        if trip["flight_type"] == "one_way":
            leg = {key: flight[key] for key in ("flight_number", "origin", "destination")}
            new = _with(legs[0], **leg)
            yield _with(trip, flights=[new], origin=leg["origin"], destination=leg["destination"])
    if len(legs) > 1:
        yield _with(trip, flights=legs[:1])
    if legs[-1]["destination"] != legs[0]["origin"]:
        back = [_with(leg, origin=leg["destination"], destination=leg["origin"]) for leg in reversed(legs)]
        yield _with(trip, flights=[*legs, *back], flight_type="round_trip")
    yield _with(trip, flights=[*legs, *(_with(leg, date=legs[-1]["date"]) for leg in legs)])


def _reservation(tables: Tables, trip: Json, shown: set[Json]) -> Iterator[Patch]:
    key, user = trip["reservation_id"], tables["users"][trip["user_id"]]
    for new in _trips(tables, trip):
        yield {"reservations": {key: new}}
    for other in (name for name in user["reservations"] if name not in shown and name != key):
        two = tables["reservations"][other]
        yield {"reservations": {key: _with(two, reservation_id=key), other: _with(trip, reservation_id=other)}}


def _status(flight: Json, date: str) -> Iterator[Patch]:
    for status in FLYING:
        day = {"status": status} if status == "cancelled" else _with(flight["dates"][date], status=status)
        yield {"flights": {flight["flight_number"]: _with(flight, dates={**flight["dates"], date: day})}}


def _flights(tables: Tables, call: Call) -> Iterator[Patch]:
    """A new flight, or a new connection, on that day alone; or another price, or no seat, on a flight that is there."""
    origin, destination, date = (call.args[name] for name in ("origin", "destination", "date"))
    later = f"2024-05-{int(date[-2:]) + 1:02d}"
    prices, seats = (1, 20, 60, 150, 400, 99_999), (9, 0)
    times = (
        ("00:00:00", "00:10:00"), ("00:00:00", "23:58:00"), ("09:30:00", "11:00:00"), ("13:05:00", "13:20:00"),
        ("15:01:00", "15:02:00"), ("20:30:00", "21:00:00"), ("23:58:00", "23:59:00"), ("23:50:00", "23:59:00+1"),
        ("01:00:00", "23:59:00+1"), ("06:30:00", "07:00:00"), ("11:15:00", "12:00:00"),
    )  # fmt: skip
    for price, (leaves, lands), seat in itertools.product(prices, times, seats):
        day = {
            "status": "available",
            "prices": dict.fromkeys(CABINS, price),
            "available_seats": dict.fromkeys(CABINS, seat),
        }
        if call.tool == "search_direct_flight":
            yield {"flights": {"HAT901": _flight("HAT901", origin, destination, leaves, lands, {date: day})}}
            continue
        middle = f"{leaves[:6]}30"
        one = _flight("HAT901", origin, "ZZZ", leaves, middle, {date: day})
        two = _flight("HAT902", "ZZZ", destination, f"{leaves[:6]}45", lands, {date: day})
        yield {"flights": {"HAT901": one, "HAT902": two}}
        if lands.endswith("+1"):
            one = _flight("HAT901", origin, "ZZZ", leaves, "00:05:00+1", {date: day})
            two = _flight("HAT902", "ZZZ", destination, "00:10:00", lands, {later: day})
            yield {"flights": {"HAT901": one, "HAT902": two}}
    for flight in tables["flights"].values():
        if flight["origin"] == origin and flight["destination"] == destination and date in flight["dates"]:
            for price, seat in itertools.product(prices, seats):
                day = {"status": "available", "prices": dict.fromkeys(CABINS, price)}
                day["available_seats"] = dict.fromkeys(CABINS, seat)
                yield {"flights": {flight["flight_number"]: _with(flight, dates={**flight["dates"], date: day})}}


def _flight(number: str, origin: str, destination: str, leaves: str, lands: str, dates: Json) -> Json:
    return {
        "flight_number": number, "origin": origin, "destination": destination, "scheduled_departure_time_est": leaves,
        "scheduled_arrival_time_est": lands, "dates": dates,
    }  # fmt: skip
