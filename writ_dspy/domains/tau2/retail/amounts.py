"""What money a write is about, beyond the prices that were read: totals, refunds and differences."""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.tau2.retail.lenses import money
from writ_dspy.domains.tau2.retail.wording import dollars
from writ_dspy.task import Call


def amounts(call: Call, seen: Seen) -> Iterator[float]:
    """Every amount that follows from a write and from what was read, in dollars; differences without their sign."""
    args = call.args
    order = seen.find("order", order_id=args.get("order_id"))
    balance = [row["balance"] for row in seen.rows("payment_methods") if "balance" in row]
    found: list[float] = []
    if order is not None and call.tool != "return_delivered_order_items":
        found.append(order["total"])
    if "item_ids" in args:
        old = [_row(seen, "items", item) for item in args["item_ids"]]
        found += _sums(old)
        new = [_row(seen, "variants", item) for item in args.get("new_item_ids", ())]
        found += _sums(new)
        changes = [
            after["price"] - before["price"] for before, after in zip(old, new, strict=False) if before and after
        ]
        found += [*changes, sum(changes)]
        found += [sum(change for change in changes if change > 0), sum(change for change in changes if change < 0)]
        if order is not None:
            found.append(
                order["total"] + sum(changes) if changes else order["total"] - sum(row["price"] for row in old if row)
            )
    left = [held - amount for held in balance for amount in found] + [
        held + amount for held in balance for amount in found
    ]
    yield from {abs(money(amount)) for amount in [*found, *left]}


def flows(call: Call, seen: Seen) -> dict[int, int]:
    """Amounts in cents that a write charges (1) or refunds (-1), as far as what was read shows it."""
    args, order = call.args, seen.find("order", order_id=call.args.get("order_id"))
    found: list[float] = []
    if call.tool == "cancel_pending_order" and order is not None:
        found = [-order["total"]]
    elif "item_ids" in args:
        old = [row["price"] for item in args["item_ids"] if (row := _row(seen, "items", item))]
        new = [row["price"] for item in args.get("new_item_ids", ()) if (row := _row(seen, "variants", item))]
        if len(old) == len(args["item_ids"]) and len(new) == len(args.get("new_item_ids", ())):
            found = [sum(new) - sum(old)]
    return {round(100 * abs(amount)): 1 if amount > 0 else -1 for amount in found if round(amount, 2)}


def comes_of(call: Call, seen: Seen) -> str:
    """What an amount that a write charges comes of, as a clause, from what was read; nothing where it charges none, or that cannot be seen."""
    if not any(way > 0 for way in flows(call, seen).values()):
        return ""
    old = sum(row["price"] for item in call.args["item_ids"] if (row := _row(seen, "items", item)))
    new = sum(row["price"] for item in call.args["new_item_ids"] if (row := _row(seen, "variants", item)))
    several = len(call.args["item_ids"]) > 1
    now, before = ("the new items are", "the old ones were") if several else ("the new item is", "the old one was")
    return f"{now} {dollars(new)}{' together' if several else ''}, and {before} {dollars(old)}"


def _row(seen: Seen, view: str, item: str) -> Row | None:
    return seen.find(view, item_id=item) or seen.find("variants", item_id=item)


def _sums(rows: list[Row | None]) -> list[float]:
    """What several rows come to; a single price is what was read."""
    prices = [row["price"] for row in rows if row]
    return [sum(prices)] if len(prices) > 1 else []
