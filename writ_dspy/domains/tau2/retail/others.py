"""What a customer could as lawfully have named at first: another method, another version, another thing to be returned."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.domains.domain import Other
from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.tau2.retail.lenses import options
from writ_dspy.domains.tau2.retail.payment import other_payments
from writ_dspy.domains.tau2.retail.stock import UNSPEAKABLE
from writ_dspy.domains.tau2.retail.wording import noun, trait
from writ_dspy.task import Call

SWAPS = ("exchange_delivered_order_items", "modify_pending_order_items")


def others(call: Call, seen: Seen) -> Iterator[Other]:
    """The same write with another method, another version of its one item, or another item of the order."""
    yield from other_payments(call, seen)
    yield from _other_versions(call, seen)
    yield from _other_items(call, seen)


def _other_versions(call: Call, seen: Seen) -> Iterator[Other]:
    """Versions in stock that differ from the item in one thing that people name; on a gift card, none dearer than the one that is wanted."""
    args = call.args
    if call.tool not in SWAPS or len(args["item_ids"]) != 1:
        return
    old, new = (_variant(seen, args[name][0]) for name in ("item_ids", "new_item_ids"))
    gift = str(args["payment_method_id"]).startswith("gift_card")
    for row in seen.rows("variants") if old and new else ():
        dearer = gift and row["price"] > new["price"]
        if row["product_id"] != new["product_id"] or not row["available"] or dearer:
            continue
        changed = {name: value for name, value in options(row).items() if options(old).get(name) != value}
        if len(changed) == 1 and row["item_id"] != new["item_id"] and not UNSPEAKABLE & set(changed.values()):
            (name, value), last = next(iter(changed.items())), str(args["new_item_ids"][0])
            thing = noun(str(new["product_name"]))  # where any of several could be meant, nobody has named it yet
            text = f"[I'd like|I want|Please give me|Make it] the same {thing} {trait(name, value)}."
            yield Other(
                "version", Call(call.tool, call.text.replace(last, str(row["item_id"]))), text, str(value).lower()
            )


def _variant(seen: Seen, item: str) -> Row:
    return seen.find("variants", item_id=item) or {}


def _other_items(call: Call, seen: Seen) -> Iterator[Other]:
    """Of an order of which one item is returned, each other one whose name tells it."""
    args = call.args
    if call.tool != "return_delivered_order_items" or len(args["item_ids"]) != 1:
        return
    inside = {row["item_id"]: row for row in seen.rows("items") if row["order_id"] == args["order_id"]}
    names = [row["product_name"] for row in inside.values()]
    for item, row in inside.items():
        if item not in args["item_ids"] and names.count(row["product_name"]) == 1:
            thing = noun(str(row["product_name"]))
            text = f"[It's|I mean|I'd like to return|Please take back] the {thing}."
            yield Other("items", Call(call.tool, call.text.replace(args["item_ids"][0], item)), text, thing.lower())
