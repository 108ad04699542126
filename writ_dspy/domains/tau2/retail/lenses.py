"""What each retail tool shows, as rows; and whose record it is, and which read stands for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from writ_dspy.domains.observed import Lens, Row, Views
from writ_dspy.task import Call, Json

FINDERS = frozenset({"find_user_id_by_email", "find_user_id_by_name_zip"})
ORDER_WRITES = frozenset(
    {
        "cancel_pending_order",
        "modify_pending_order_address",
        "modify_pending_order_items",
        "modify_pending_order_payment",
        "return_delivered_order_items",
        "exchange_delivered_order_items",
    }
)
PERSONAL = ORDER_WRITES | {"get_user_details", "get_order_details", "modify_user_address"}
CATALOG = frozenset({"list_all_product_types", "get_product_details"})
ADDRESS = ("address1", "address2", "city", "state", "country", "zip")
"""Fields of an address, in the order in which the tools take them."""

Look = Callable[[str, Mapping[str, Json]], Views]


def money(amount: float) -> float:
    """An amount without float noise."""
    return round(amount, 2)


def found_user(call: Call, text: str) -> Views:
    """One `user`: the id, with what it was looked up by."""
    return {"user": ({**call.args, "user_id": text},)}


def user_record(_: Call, text: str) -> Views:
    """One `profile`, and a row for each of the `orders` and `payment_methods`."""
    user = json.loads(text)
    key = {"user_id": user["user_id"]}
    methods = list(user["payment_methods"].values())
    profile = {
        **key,
        **user["name"],
        "email": user["email"],
        **user["address"],
        "order_count": len(user["orders"]),
        "payment_count": len(methods),
    }
    return {
        "profile": (profile,),
        "orders": tuple({**key, "order_id": order_id} for order_id in user["orders"]),
        "payment_methods": tuple({**key, **method} for method in methods),
    }


def order_record(_: Call, text: str) -> Views:
    """One `order`, and a row for each of its `items` and shipments (`tracking`)."""
    order = json.loads(text)
    payment = order["payment_history"][0]["payment_method_id"]
    key = {"order_id": order["order_id"], "user_id": order["user_id"], "order_status": order["status"]}
    whole = {
        "order_id": order["order_id"],
        "user_id": order["user_id"],
        "status": order["status"],
        **order["address"],
        "total": money(sum(item["price"] for item in order["items"])),
        "item_count": len(order["items"]),
        "product_names": [item["name"] for item in order["items"]],
        "payment_method_id": payment,
        "payment_source": payment.rpartition("_")[0],
        "payment_count": len(order["payment_history"]),
        **{name: order[name] for name in ("cancel_reason", "return_items", "exchange_items") if order.get(name)},
    }
    items = tuple(
        {
            **item["options"],
            **key,
            "payment_method_id": payment,
            "city": order["address"]["city"],
            "product_name": item["name"],
            "product_id": item["product_id"],
            "item_id": item["item_id"],
            "price": money(item["price"]),
        }
        for item in order["items"]
    )
    tracking = tuple(
        {**key, "tracking_id": number, "item_ids": parcel["item_ids"]}
        for parcel in order["fulfillments"]
        for number in parcel["tracking_id"]
    )
    return {"order": (whole,), "items": items, "tracking": tracking}


def product_record(_: Call, text: str) -> Views:
    """One `product`, and a row for each of its `variants` with every option under its own name."""
    product = json.loads(text)
    variants = tuple(
        {
            **variant["options"],
            "product_id": product["product_id"],
            "product_name": product["name"],
            "item_id": variant["item_id"],
            "price": money(variant["price"]),
            "available": variant["available"],
        }
        for variant in product["variants"].values()
    )
    whole = {
        "product_id": product["product_id"],
        "name": product["name"],
        "variant_count": len(variants),
        "available_count": sum(variant["available"] for variant in variants),
    }
    return {"product": (whole,), "variants": variants}


def product_names(_: Call, text: str) -> Views:
    """The `products` by name."""
    return {"products": tuple({"name": name, "product_id": key} for name, key in json.loads(text).items())}


LENSES: Mapping[str, Lens] = {
    **dict.fromkeys(sorted(FINDERS), found_user),
    "get_user_details": user_record,
    "modify_user_address": user_record,
    "get_order_details": order_record,
    **dict.fromkeys(sorted(ORDER_WRITES), order_record),
    "get_product_details": product_record,
    "list_all_product_types": product_names,
}

FIXED = frozenset({"order_id", "user_id", "order_status", "payment_method_id", "city", "product_name", "product_id"})
PLAIN = FIXED | {"item_id", "price", "available"}


def options(row: Row) -> dict[str, str]:
    """The product options of a row of `items` or `variants`."""
    return {name: value for name, value in row.items() if name not in PLAIN}


def atom(call: Call, text: str) -> Call:
    """The read that shows the same record: both look-ups of a user are one, a write is the read after it."""
    if text.startswith("Error"):
        return call
    if call.tool in FINDERS:
        return Call.of("find_user_id", {"user_id": text})
    if call.tool in ORDER_WRITES:
        return Call.of("get_order_details", {"order_id": call.args["order_id"]})
    if call.tool == "modify_user_address":
        return Call.of("get_user_details", {"user_id": call.args["user_id"]})
    return call


def look_up(facts: Mapping[str, Json]) -> Call | None:
    """The look-up by e-mail, or else by name and zip code."""
    if "email" in facts:
        return Call.of("find_user_id_by_email", {"email": facts["email"]})
    names = ("first_name", "last_name", "zip")
    if all(name in facts for name in names):
        return Call.of("find_user_id_by_name_zip", {name: facts[name] for name in names})
    return None


def identifies(call: Call, text: str) -> str | None:
    """The user that a successful look-up by e-mail, or by name and zip, establishes."""
    return text if call.tool in FINDERS and not text.startswith("Error") else None


def owner(call: Call, look: Look) -> str | None:
    """The user of the profile or order that a personal call touches."""
    args = call.args
    if "order_id" in args:
        rows = look("get_order_details", {"order_id": args["order_id"]}).get("order", ())
        return str(rows[0]["user_id"]) if rows else None
    if call.tool in PERSONAL:
        known = look("get_user_details", {"user_id": args["user_id"]}).get("profile", ())
        return str(known[0]["user_id"]) if known else None
    return None
