"""Edits of retail records that leave the database in order."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from tests.evidence.other.reading import Json, Tables
from tests.evidence.other.records import MONEY, Patch, changed, other_id, paying, wallets
from writ_dspy.task import Call

MANY = 12
STATUSES = ("pending", "processed", "delivered", "cancelled")


def other_person(tables: Tables, call: Call) -> Iterator[Patch]:
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
            swapped = {other["user_id"]: changed(other, email=user["email"]), key: changed(user, email=other["email"])}
            yield {"users": swapped}
    if call.tool == "find_user_id_by_email":
        return
    yield from _twins(tables, user)
    for other in list(tables["users"].values())[:200]:
        same = changed(other, name=user["name"], address=changed(other["address"], zip=user["address"]["zip"]))
        first = {other["user_id"]: same, **{k: v for k, v in tables["users"].items() if k != other["user_id"]}}
        yield {"users": {f"{other['user_id']}_first": same} if other is user else first}


def _twins(tables: Tables, user: Json) -> Iterator[Patch]:
    """A person of the same name, with orders of their own that differ from this user's in one way."""
    name = f"{user['user_id']}_twin"
    inside = (item for old in user["orders"] for item in tables["orders"][old]["items"])
    most = max((len(tables["products"][item["product_id"]]["variants"]) for item in inside), default=1)
    for make in (lambda o: o, _dearer, _more_items, *(lambda o, s=s: _in_status(o, s) for s in STATUSES),
                 *(lambda o, n=n: _in_version(tables, o, n) for n in range(most))):  # fmt: skip
        orders = {}
        for old in user["orders"]:
            new = make(changed(tables["orders"][old], user_id=name))
            key = "#W1" + old.removeprefix("#W")
            orders[key] = changed(new, order_id=key, address=changed(new["address"], address1="1 Elm Street"))
        moved = changed(user["address"], address1="1 Elm Street")
        methods = {key: changed(method) for key, method in user["payment_methods"].items()}
        twin = changed(user, user_id=name, email="twin@example.com", orders=list(orders), address=moved)
        yield {"users": {name: changed(twin, payment_methods=methods)}, "orders": orders}
        for balance in MONEY:
            richer = {k: changed(m, **({"balance": balance} if "balance" in m else {})) for k, m in methods.items()}
            yield {"users": {name: changed(twin, payment_methods=richer)}, "orders": orders}
        renamed = {other_id(k): changed(m, id=other_id(k)) for k, m in methods.items()}
        paid = {key: _paid_by(order, other_id) for key, order in orders.items()}
        yield {"users": {name: changed(twin, payment_methods=renamed)}, "orders": paid}


def _in_version(tables: Tables, order: Json, place: int) -> Json:
    """With the version of each product that stands at this place."""
    items = []
    for item in order["items"]:
        variants = list(tables["products"][item["product_id"]]["variants"].values())
        version = variants[place % len(variants)]
        items.append({**item, "item_id": version["item_id"], "options": version["options"]})
    return changed(order, items=items)


def _paid_by(order: Json, rename: object) -> Json:
    history = [
        changed(entry, payment_method_id=rename(entry["payment_method_id"]))  # type: ignore[operator]
        for entry in order["payment_history"]
    ]
    return changed(order, payment_history=history)


def _dearer(order: Json) -> Json:
    return _priced(order, 3.0)


def _priced(order: Json, factor: float) -> Json:
    items = [changed(item, price=round(item["price"] * factor, 2)) for item in order["items"]]
    total = round(sum(item["price"] for item in items), 2)
    return changed(order, items=items, payment_history=[changed(e, amount=total) for e in order["payment_history"]])


def _more_items(order: Json) -> Json:
    """Twice as many, and more than any real order has."""
    return changed(order, items=[changed(item) for item in order["items"] * max(2, MANY // len(order["items"]))])


def _in_status(order: Json, status: str) -> Json:
    history = order["payment_history"][:1]
    if status == "cancelled":
        history = [*history, changed(history[0], transaction_type="refund")]
    inside = [item["item_id"] for item in order["items"]]
    parcels = (
        [] if status == "pending" else order["fulfillments"] or [{"tracking_id": ["500000000001"], "item_ids": inside}]
    )
    return changed(order, status=status, fulfillments=parcels, payment_history=history)


def customer(tables: Tables, user: Json, shown: set[Json]) -> Iterator[Patch]:
    key, paid = user["user_id"], paying(tables, user, shown)
    yield {"users": {key: changed(user, address=changed(user["address"], address1="1 Elm Street", address2="Apt 1"))}}
    yield from wallets(user, "users", "balance", paid)
    for old in [*user["orders"], *(name for name in list(tables["orders"])[:30] if name not in user["orders"])]:
        base = changed(tables["orders"][old], user_id=key)
        mine = base if old in user["orders"] else _paid_by(base, lambda _: next(iter(user["payment_methods"])))
        wishes = (
            lambda o: o, _dearer, lambda o: _priced(o, 50.0), lambda o: _priced(o, 0.01), _more_items,
            lambda o: changed(o, items=o["items"][:1]), *(lambda o, s=s: _in_status(o, s) for s in STATUSES),
        )  # fmt: skip
        for one, two in itertools.product(wishes, wishes[-len(STATUSES) - 1 :]):
            name = "#W100" + old[-4:]
            new = changed(two(one(mine)), order_id=name)
            yield {"users": {key: changed(user, orders=[*user["orders"], name])}, "orders": {name: new}}
    for old in (old for old in user["orders"] if old not in shown):
        other = next(u for u in tables["users"].values() if u is not user)
        rest = [name for name in user["orders"] if name != old]
        given = _paid_by(
            changed(tables["orders"][old], user_id=other["user_id"]),
            lambda _, o=other: next(iter(o["payment_methods"])),
        )
        taken = changed(other, orders=[*other["orders"], old])
        yield {"users": {key: changed(user, orders=rest), other["user_id"]: taken}, "orders": {old: given}}


def order(tables: Tables, order: Json, shown: set[Json]) -> Iterator[Patch]:
    """Another state or price, other items, another address, method, or owner."""
    key = order["order_id"]
    for status in STATUSES:
        for one in (
            order,
            _more_items(order),
            changed(order, items=order["items"][:1]),
            _dearer(order),
            _priced(order, 0.01),
        ):
            yield {"orders": {key: _in_status(one, status)}}
    for factor in (0.001, 0.1, 0.5, 0.9, 1.1, 2.0, 10.0, 1000.0):
        yield {"orders": {key: _priced(order, factor)}}
    yield {"orders": {key: changed(order, address=changed(order["address"], address1="1 Elm Street", city="Denver"))}}
    yield from _contents(tables, order, shown)
    yield from _owners(tables, order, shown)


def _contents(tables: Tables, order: Json, shown: set[Json]) -> Iterator[Patch]:
    key = order["order_id"]
    for n, item in enumerate(order["items"]):
        for factor in (0.01, 0.5, 1.01, 2.0, 100.0):
            new = [*order["items"][:n], changed(item, price=round(item["price"] * factor, 2)), *order["items"][n + 1 :]]
            yield {"orders": {key: changed(order, items=new)}}
        for variant in tables["products"][item["product_id"]]["variants"].values():
            kept = {name: variant[name] for name in ("item_id", "options")}
            new = [*order["items"][:n], {**item, **kept}, *order["items"][n + 1 :]]
            yield {"orders": {key: changed(order, items=new)}}
        if len(order["items"]) > 1:
            yield {"orders": {key: changed(order, items=[*order["items"][:n], *order["items"][n + 1 :]])}}
    yield {"orders": {key: _more_items(order)}}
    for product in tables["products"].values():
        variant = next(iter(product["variants"].values()))
        thing = {"name": product["name"], "product_id": product["product_id"], "price": 20.0}
        thing |= {name: variant[name] for name in ("item_id", "options")}
        yield {"orders": {key: changed(order, items=[*order["items"], thing])}}
        if product["product_id"] not in shown:
            yield {"orders": {key: changed(order, items=[thing, *order["items"][1:]])}}
            yield {"orders": {key: changed(order, items=[*order["items"][:-1], thing])}}


def _owners(tables: Tables, order: Json, shown: set[Json]) -> Iterator[Patch]:
    key, user = order["order_id"], tables["users"][order["user_id"]]
    for method in user["payment_methods"]:
        yield {"orders": {key: _paid_by(order, lambda _, m=method: m)}}
    for other in (name for name in user["orders"] if name not in shown and name != key):
        two = tables["orders"][other]
        yield {"orders": {key: changed(two, order_id=key), other: changed(order, order_id=other)}}
    for other in list(tables["users"].values())[:3]:
        if other is not user:
            rest = changed(user, orders=[name for name in user["orders"] if name != key])
            more = changed(other, orders=[*other["orders"], key])
            paid = _paid_by(
                changed(order, user_id=other["user_id"]), lambda _, o=other: next(iter(o["payment_methods"]))
            )
            yield {"users": {user["user_id"]: rest, other["user_id"]: more}, "orders": {key: paid}}


def product(product: Json, every: Iterable[Json]) -> Iterator[Patch]:
    """Other prices, other stock, other versions; also in what only other products come in so far."""
    yield from (
        {"products": {product["product_id"]: changed(product, variants=dict(variants))}}
        for variants in (*_prices(product["variants"]), *_versions(product["variants"], every))
    )


def _prices(variants: Json) -> Iterator[Json]:
    for name, variant in variants.items():
        for available, price in itertools.product((True, False), (0.01, variant["price"], 99_999.0)):
            yield {**variants, name: changed(variant, available=available, price=price)}
        for step in (-1, 1, -10, 10, -60, 60, -200, 200, -1000, 1000):
            if variant["price"] + step > 0:
                yield {**variants, name: changed(variant, price=round(variant["price"] + step, 2))}
    for name in variants:
        rest = {k: v for k, v in variants.items() if k != name}
        yield {**rest, f"9{name}": changed(variants[name], item_id=f"9{name}")}
        if len(rest) > 1:
            yield rest
    yield {name: changed(variant, available=True) for name, variant in variants.items()}


def _versions(variants: Json, every: Iterable[Json]) -> Iterator[Json]:
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
                yield {**variants, "9000000001": new}
    known = {pair for other in every for variant in other["variants"].values() for pair in variant["options"].items()}
    name, variant = next(iter(variants.items()))
    for option, value in sorted(known):
        if option in values and value not in values[option]:
            options = {**variant["options"], option: value}
            for price in (0.01, variant["price"], 99_999.0):
                yield {**variants, name: changed(variant, options=options, available=True, price=price)}
