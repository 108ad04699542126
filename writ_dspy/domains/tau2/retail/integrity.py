"""Which results the retail tools can return: each `compose` is a lens read backwards, over a real result."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache

from writ_dspy.domains.integrity import ABSENT, Integrity, Link, Shown, Span
from writ_dspy.domains.observed import Observation, Row, Views
from writ_dspy.domains.tau2.composing import composing, method_id
from writ_dspy.domains.tau2.retail.lenses import (
    FINDERS,
    LENSES,
    PLAIN,
    money,
    options,
    order_record,
    product_names,
    product_record,
    user_record,
)
from writ_dspy.task import Call, Json

STATUSES = ("pending", "processed", "delivered", "cancelled")
SOURCES = ("credit_card", "gift_card", "paypal")
CLOSED = {
    ("order", "status"): STATUSES,
    ("items", "order_status"): STATUSES,
    ("payment_methods", "source"): SOURCES,
    ("variants", "available"): (True, False),
}
FREE = frozenset(
    {
        "user_id", "order_id", "item_id", "item_ids", "product_id", "payment_method_id", "id", "tracking_id", "email",
        "first_name", "last_name", "last_four", "address1", "product_name", "product_names", "name",
    }
)  # fmt: skip
REPEATED = {"user_id": "user_id", "order_status": "status", "payment_method_id": "payment_method_id", "city": "city"}
"""Fields that each item repeats, by what the order calls them."""


@lru_cache(maxsize=4096)
def alike(one: str, other: str) -> bool:
    """Whether two options mean the same kind of thing in speech: `color`, `dial color`; `RAM`, `ram`."""
    words = one.lower().split(), other.lower().split()
    return words[0][-len(words[1]) :] == words[1] or words[1][-len(words[0]) :] == words[0]


def _price(value: Json) -> float | None:
    """An amount as it stands in the database; None where it is none."""
    return money(value) if type(value) in (int, float) and value > 0 else None


def _differs(row: Row, real: Row | None, name: str) -> bool:
    return real is not None and row.get(name) != real.get(name)


def user_found(call: Call, views: Views, _: Observation) -> str | None:
    """The id of the one user of that e-mail, or of that name and zip code."""
    rows = views["user"]
    if len(rows) != 1 or any(rows[0][name] != value for name, value in call.args.items()):
        return None
    return str(rows[0]["user_id"])


def user_text(call: Call, views: Views, real: Observation) -> str | None:
    """A profile, with as many orders and payment methods as there are rows."""
    profile, me = views["profile"], call.args["user_id"]
    ids = [row["order_id"] for row in views["orders"]]
    if len(profile) != 1 or profile[0]["user_id"] != me or len(set(ids)) < len(ids):
        return None
    row, data = profile[0], json.loads(real.text)
    methods = {}
    for method in views["payment_methods"]:
        bare = {name: value for name, value in method.items() if name != "user_id"}
        bare["id"] = method_id(bare["id"], bare["source"])
        kept = {"credit_card": {"brand", "last_four"}, "gift_card": {"balance"}, "paypal": set()}.get(bare["source"])
        if kept is None or set(bare) != kept | {"id", "source"} or bare.get("balance", 0) < 0 or bare["id"] in methods:
            return None
        methods[bare["id"]] = bare
    data |= {"user_id": me, "email": row["email"], "payment_methods": methods, "orders": ids}
    data["name"] = {name: row[name] for name in data["name"]}
    data["address"] = {name: row[name] for name in data["address"]}
    return json.dumps(data)


def order_text(call: Call, views: Views, real: Observation) -> str | None:
    """An order, its items and its shipments; a change of status brings its parcels and payments with it."""
    if len(views["order"]) != 1 or not views["items"] or views["order"][0]["order_id"] != call.args["order_id"]:
        return None
    data = json.loads(real.text)
    base = real.views if "order" in real.views else order_record(call, real.text)
    row, old = dict(views["order"][0]), base["order"][0]
    for mine, name in REPEATED.items():
        told = [item[mine] for item, was in zip(views["items"], base["items"], strict=False) if item[mine] != was[mine]]
        row[name] = told[0] if told and row[name] == old[name] else row[name]
    items = [_item(item) for item in views["items"]]
    same = [item["price"] for item in views["items"]] == [item["price"] for item in base["items"]]
    if same and row["item_count"] != old["item_count"]:
        items = _as_many(items, row["item_count"])
    if not items or None in items or row["status"] not in STATUSES:
        return None
    data["items"] = items
    data |= {"order_id": row["order_id"], "user_id": row["user_id"], "status": row["status"]}
    data["address"] = {name: row[name] for name in data["address"]}
    if same and row["total"] != old["total"] and not _reaches(items, row["total"]):
        return None
    total = money(sum(item["price"] for item in items if item))
    _pay(
        data,
        method_id(row["payment_method_id"], old["payment_source"]),
        data["payment_history"][0]["amount"] if total == old["total"] else total,
    )
    shipped = _ship(data, old["status"], views.get("tracking", base["tracking"]), base["tracking"])
    return json.dumps(data) if shipped else None


def _item(row: Row) -> dict[str, Json] | None:
    price = _price(row["price"])
    if price is None:
        return None
    own = {"name": row["product_name"], "product_id": row["product_id"], "item_id": row["item_id"]}
    return own | {"price": price, "options": options(row)}


def _as_many(items: list[dict[str, Json] | None], count: int) -> list[dict[str, Json] | None]:
    """The first so many items; where there are fewer, more of other products."""
    last = items[-1]
    if last is None or not 1 <= count <= len(items) + 9:
        return []
    more = [
        last | {"name": f"~{n} {last['name']}", **{key: f"~{n}{last[key]}" for key in ("product_id", "item_id")}}
        for n in range(count - len(items))
    ]
    return [*items[:count], *more]


def _reaches(items: Sequence[dict[str, Json] | None], total: float) -> bool:
    """Make one item dearer or cheaper, or all of them cheaper, so that they come to the total."""
    found = [item for item in items if item]
    now = sum(item["price"] for item in found)
    if total - now + found[0]["price"] <= 0 < total:
        for item in found[1:]:
            item["price"] = money(item["price"] * total / now)
    found[0]["price"] = money(total - sum(item["price"] for item in found[1:]))
    return all(item["price"] > 0 for item in found)


def _pay(data: dict[str, Json], method: str, total: float) -> None:
    """The payment, and the refund of what was canceled; what was paid is what the items come to."""
    first = data["payment_history"][0] | {"payment_method_id": method, "amount": total}
    data["payment_history"][0] = first
    if data["status"] == "cancelled":
        data["payment_history"] = [first, first | {"transaction_type": "refund"}]
    else:
        data["payment_history"] = [entry for entry in data["payment_history"] if entry["transaction_type"] == "payment"]


def _ship(data: dict[str, Json], status: str, rows: Sequence[Row], old: Sequence[Row]) -> bool:
    """Parcels by status: none of a pending order, one at least of any other; the numbers as in the rows."""
    if data["status"] == "pending":
        data["fulfillments"] = []
        return len(rows) <= len(old)
    if status == "pending" or not data["fulfillments"]:
        number = rows[0]["tracking_id"] if rows else data["order_id"].strip("#~W").zfill(12)
        data["fulfillments"] = [{"tracking_id": [number], "item_ids": [item["item_id"] for item in data["items"]]}]
        return True
    if len(rows) != len(old):
        return False
    names = {was["tracking_id"]: row["tracking_id"] for row, was in zip(rows, old, strict=True)}
    inside = [item["item_id"] for item in data["items"]]
    for parcel in data["fulfillments"]:
        parcel["tracking_id"] = [names.get(number, number) for number in parcel["tracking_id"]]
        parcel["item_ids"] = [item for item in parcel["item_ids"] if item in inside] or inside
    return True


def product_text(call: Call, views: Views, real: Observation) -> str | None:
    """A product: all its versions have the same options, and no two of them the same values."""
    if len(views["product"]) != 1 or views["product"][0]["product_id"] != call.args["product_id"]:
        return None
    data = json.loads(real.text)
    variants: dict[str, Json] = {}
    looks: set[tuple[tuple[str, str], ...]] = set()
    for row in views["variants"]:
        mine, price = options(row), _price(row["price"])
        look = tuple(sorted(mine.items()))
        unlike = looks and {name for name, _ in look} != {name for name, _ in next(iter(looks))}
        if price is None or type(row["available"]) is not bool or row["item_id"] in variants or unlike or look in looks:
            return None
        looks.add(look)
        own = {"item_id": row["item_id"], "options": mine, "available": row["available"], "price": price}
        variants[row["item_id"]] = own
    if not variants:
        return None
    data |= {"name": views["product"][0]["name"], "product_id": call.args["product_id"], "variants": variants}
    return json.dumps(data)


def names_text(_: Call, views: Views, __: Observation) -> str | None:
    """The catalog: one id per name, one name per id."""
    found = {row["name"]: row["product_id"] for row in views["products"]}
    if not found or len(found) < len(views["products"]) or len(set(found.values())) < len(found):
        return None
    return json.dumps(found, sort_keys=True)


def variant_bounds(call: Call, led: Sequence[Row], attribute: str) -> Span | None:
    """An item that led to its product shows which options all versions of it have."""
    product = call.args["product_id"]
    if attribute == "product_id":
        return Span(product, product)
    if attribute in PLAIN:
        return None
    items = [row for row in led if "item_id" in row and row.get("product_id") == product]
    if any(not any(alike(attribute, name) for name in options(row)) for row in items):
        return ABSENT
    return None


def _of_found(_: Call, seen: Observation) -> Iterator[Shown]:
    for row in seen.views["user"]:
        yield {"user_id": row["user_id"]}, "profile", row


def _of_profile(to: str) -> Link:
    def shows(_: Call, seen: Observation) -> Iterator[Shown]:
        me = seen.views["profile"][0]
        if to == "get_order_details":
            for row in seen.views["orders"]:
                yield {"order_id": row["order_id"]}, "order", row
        else:
            yield {"email": me["email"]}, "user", {"user_id": me["user_id"]}

    return Link("get_user_details", to, shows)


def _of_order(to: str) -> Link:
    def shows(_: Call, seen: Observation) -> Iterator[Shown]:
        row = seen.views["order"][0]
        if to == "get_user_details":
            user = {"user_id": row["user_id"]}
            yield user, "orders", user | {"order_id": row["order_id"]}
            yield user, "payment_methods", user | {"id": row["payment_method_id"], "source": row["payment_source"]}
            return
        for item in seen.views["items"]:
            product = {"product_id": item["product_id"]}
            yield product, "product", product | {"name": item["product_name"]}
            yield product, "variants", product | options(item) | {"item_id": item["item_id"]}

    return Link("get_order_details", to, shows)


def _paypal_of_order(_: Call, seen: Observation) -> Iterator[Shown]:
    """The PayPal account that paid: nobody has two, and nothing else about it could matter. Cards may be several, or short of money."""
    row = seen.views["order"][0]
    if row["payment_source"] == "paypal":
        owner = {"user_id": row["user_id"]}
        yield owner, "payment_methods", owner | {"id": row["payment_method_id"], "source": "paypal"}


def _of_product(_: Call, seen: Observation) -> Iterator[Shown]:
    row = seen.views["product"][0]
    yield {}, "products", {"product_id": row["product_id"], "name": row["name"]}


def _of_names(_: Call, seen: Observation) -> Iterator[Shown]:
    for row in seen.views["products"]:
        yield {"product_id": row["product_id"]}, "product", row


SINGLE = frozenset(
    {
        *((tool, "user") for tool in FINDERS),
        ("get_user_details", "profile"),
        ("get_order_details", "order"),
        ("get_product_details", "product"),
    }
)
"""Each shows one record."""
INTEGRITY = Integrity(
    compose={
        **{tool: composing(LENSES[tool], user_found) for tool in sorted(FINDERS)},
        "get_user_details": composing(user_record, user_text),
        "get_order_details": composing(order_record, order_text),
        "get_product_details": composing(product_record, product_text),
        "list_all_product_types": composing(product_names, names_text),
    },
    single=SINGLE,
    full=frozenset({("get_product_details", "variants")}),
    bounds={("get_product_details", "variants"): variant_bounds},
    links=(
        *(Link(tool, "get_user_details", _of_found) for tool in sorted(FINDERS)),
        _of_profile("find_user_id_by_email"),
        _of_profile("get_order_details"),
        _of_order("get_user_details"),
        _of_order("get_product_details"),
        Link("get_order_details", "get_user_details", _paypal_of_order, stands=True),
        Link("get_product_details", "list_all_product_types", _of_product),
        Link("list_all_product_types", "get_product_details", _of_names),
    ),
    closed=CLOSED,
    free=FREE,
)
"""Profile, orders and catalog refer to each other by ids that exist; an e-mail address is one user's."""
