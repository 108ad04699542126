"""A write of the shop in words, for the customer to check. Wording varies with the call, never by chance."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import partial

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.spinning import worded
from writ_dspy.domains.tau2.retail.lenses import ADDRESS
from writ_dspy.domains.tau2.retail.wording import dollars, listing, noun, source, traits
from writ_dspy.task import Call, Json

_LEADS = (
    "Here is what I would do:",
    "[Just to|To] confirm, I would do [this|the following]:",
    "[So|Okay], I would do [this|the following]:",
    "Please check the details:",
    "This is what I would do for you:",
    "Before I [do it|change anything], please check this:",
    "Let me read it back to you first:",
)
_INLINE = (
    "I would",
    "I would [now|then]",
    "[So|Then] I would",
    "[Just to|To] confirm, I would",
    "[If that's okay|If you like|If that suits you], I would",
    "[Just so we're clear|So that it's clear], I would",
)
"""What leads to lines, and what begins a sentence of which the first part is the rest."""
_CANCEL = (
    'cancel order {order}, with the reason "{reason}"', "cancel order {order} (reason: {reason})", 'cancel order {order}, noting "{reason}" as the reason', "cancel all of order {order} (reason: {reason})",
)  # fmt: skip
_CANCEL_BACK = (
    "{total} would be refunded to {paid}",
    "you would get {total} back on {paid}",
    "the refund of {total} goes to {paid}",
    "{total} goes back to {paid}",
)
_SHIP = (
    "change the shipping address of order {order} to {place}", "send order {order} to {place} instead", "ship order {order} to {place}",
    "update the shipping address of order {order} to {place}",
)  # fmt: skip
_HOME = (
    "change the default address of your account to {place}", "set {place} as the default address of your account", "save {place} as the default address of your account",
    "update the address in your profile to {place}",
)  # fmt: skip
_PAY = (
    "charge order {order} to {method}",
    "move the payment of order {order} to {method}",
    "change the payment for order {order} to {method}",
    "change the payment method of order {order} to {method}",
)
_PAY_TOTAL = (" for the total of {total}", ", {total} in all", " (total: {total})")
_PAY_BACK = (
    "{paid} would be refunded",
    "what you paid with {paid} would be refunded",
    "the money that {paid} paid goes back to it",
)
_RETURN = (
    "return {names} from order {order}",
    "take back {names} from order {order}",
    "put in a return for {names} from order {order}",
    "request a return of {names} from order {order}",
)
_RETURN_TOTAL = (
    "that is {total} in total",
    "that comes to {total}",
    "the total comes to {total}",
    "the total is {total}",
)
_REFUND = (
    "the refund goes to {method}",
    "the refund would go to {method}",
    "you would get it back on {method}",
    "the money goes back to {method}",
)
_SWAP = ("{verb} {pairs} in order {order}", "{verb} {pairs} from order {order}")
_THROUGH = {
    "even": ("nothing is charged to {method}", "there is nothing to pay with {method}"),
    "more": (
        "you would pay {owed} more, charged to {method}",
        "the difference comes to {owed}, which I'd charge to {method}",
        "that is {owed} more, charged to {method}",
        "the difference of {owed} would be charged to {method}",
    ),
    "less": (
        "you would get {owed} back on {method}",
        "the difference of {owed} goes back to {method}",
        "that is {owed} less, refunded to {method}",
        "{owed} would be refunded to {method}",
    ),
    "unknown": ("the difference in price goes through {method}", "{method} is used for the difference in price"),
}
_ONCE = (
    "This works only once per order, so please {reminder}.", "Since this is possible only once per order, please {reminder}.", "Please {reminder}, as an order can be {changed} only once.",
    "Please note that this works only once per order, so {reminder}.",
)  # fmt: skip
_ALL = (
    "confirm that these are all the items",
    "make sure that these are all the items",
    "check that no item is missing",
)
_ONE = (
    "make sure that there is no other item to [add|include]",
    "make sure that this is the only item",
    "confirm that no other item is to be included",
)
"""Parts of a write in words, for the customer to confirm: what is done first, then what follows from it."""
_LAYOUTS = ("; ", ". ", ". ", "\n- ")
"""How the parts stand: in one sentence, in several, or in lines."""


def details(call: Call, seen: Seen) -> str:
    """Every argument but the user id; names, amounts and the difference as far as they were seen."""
    return _laid_out(call, *_action(call, seen))


def _action(call: Call, seen: Seen) -> tuple[list[str], str]:
    """What is done and what follows from it, part by part, and what to mind."""
    args = call.args
    order = seen.find("order", order_id=args["order_id"]) if "order_id" in args else None
    say = partial(_say, call)
    total, paid = (dollars(order["total"]), _paid(seen, order)) if order else ("", "")
    match call.tool:
        case "cancel_pending_order":
            does = say(_CANCEL, order=args["order_id"], reason=args["reason"])
            return [does, *([say(_CANCEL_BACK, total=total, paid=paid)] if order else [])], ""
        case "modify_pending_order_address":
            return [say(_SHIP, order=args["order_id"], place=address(args))], ""
        case "modify_user_address":
            return [say(_HOME, place=address(args))], ""
        case "modify_pending_order_payment":
            does = say(_PAY, order=args["order_id"], method=_named(seen, args["payment_method_id"]))
            does += say(_PAY_TOTAL, total=total) if order else ""
            return [does, *([say(_PAY_BACK, paid=paid)] if order else [])], ""
        case "return_delivered_order_items":
            return _return(call, seen), ""
        case _:
            verb = "exchange" if call.tool.startswith("exchange") else "swap"
            return _swap(verb, call, seen)


def _return(call: Call, seen: Seen) -> list[str]:
    args = call.args
    items = [seen.find("items", item_id=item, order_id=args["order_id"]) for item in args["item_ids"]]
    by_id = numbered(call, seen)
    names = [item(row, by_id=by_id) if row else f"item {key}" for row, key in zip(items, args["item_ids"], strict=True)]
    priced = [row for row in items if row]
    parts = [_say(call, _RETURN, names=listing(names), order=args["order_id"])]
    if len(priced) == len(items):
        parts.append(_say(call, _RETURN_TOTAL, total=dollars(sum(row["price"] for row in priced))))
    return [*parts, _say(call, _REFUND, method=_named(seen, args["payment_method_id"]))]


def _swap(verb: str, call: Call, seen: Seen) -> tuple[list[str], str]:
    args = call.args
    pairs, difference = [], 0.0
    whole = True
    by_id = numbered(call, seen)
    for old, new in zip(args["item_ids"], args["new_item_ids"], strict=True):
        before = seen.find("items", item_id=old, order_id=args["order_id"])
        after = seen.find("variants", item_id=new)
        other = (
            "another one of the same version" if old == new else item(after, by_id=by_id) if after else f"item {new}"
        )
        pairs.append(f"{item(before, by_id=by_id) if before else f'item {old}'} for {other}")
        whole = whole and before is not None and after is not None
        if before and after:
            difference += after["price"] - before["price"]
    goes = "unknown" if not whole else "even" if abs(difference) < _CENT else "more" if difference > 0 else "less"
    words = {"method": _named(seen, args["payment_method_id"]), "owed": dollars(abs(difference))}
    parts = [
        _say(call, _SWAP, verb=verb, pairs=listing(pairs), order=args["order_id"]),
        *(["the price stays the same"] if goes == "even" else []),
        _say(call, _THROUGH[goes], **words),
    ]
    reminder = _say(call, _ALL if len(pairs) > 1 else _ONE)
    return parts, _say(call, _ONCE, reminder=reminder, changed="exchanged" if verb == "exchange" else "changed")


def _laid_out(call: Call, parts: Sequence[str], reminder: str) -> str:
    """A lead with the parts in one of the layouts, and what to mind behind it."""
    between = _LAYOUTS[zlib.crc32(f"layout{call.text}".encode()) % len(_LAYOUTS)] if len(parts) > 1 else " "
    if between.startswith("\n"):
        text = "".join(f"{between}{part}" for part in parts)
        return f"{_say(call, _LEADS)}{text}" + (f"\n{reminder}" if reminder else "")
    first, *rest = parts
    rest = [capital(part) for part in rest] if between == ". " else rest
    return f"{_say(call, _INLINE)} {between.join((first, *rest))}." + (f" {reminder}" if reminder else "")


def _say(call: Call, patterns: Sequence[str], **values: object) -> str:
    """One of the patterns, the same for equal calls."""
    return worded(call, patterns, patterns[0], **values)


def capital(text: str) -> str:
    """As it begins a sentence."""
    return text[:1].upper() + text[1:]


def signed(difference: float) -> str:
    """Who owes whom: "$5.00 to pay", "$5.00 back to you"."""
    if abs(difference) < _CENT:
        return "$0.00"
    return f"{dollars(abs(difference))} {'to pay' if difference > 0 else 'back to you'}"


def item(row: Row, *, by_id: bool = False) -> str:
    """With what tells its version."""
    told, name = ", ".join((*traits(row), dollars(row["price"]))), noun(str(row["product_name"]))
    return f"the {name} (item {row['item_id']}: {told})" if by_id else f"the {name} ({told})"


def numbered(call: Call, seen: Seen) -> bool:
    """Whether a list names its items with their ids: where two of the order read alike."""
    items = {row["item_id"]: row for row in seen.rows("items") if row["order_id"] == call.args["order_id"]}
    named = [item(row) for row in items.values()]
    return len(set(named)) < len(named)


def method(row: Row, alike: Sequence[Row] = ()) -> str:
    """A payment method by its kind or its last digits, and by its id where others of the user's are like it.

    Args:
        row: Its row.
        alike: The rows of its kind, itself among them.
    """
    number, name = str(row["id"]), f"your {source(str(row['source']))}"
    end = number[-_DIGITS:]
    if row["source"] == "credit_card":
        name, end = f"your {str(row['brand']).capitalize()} credit card ending in {row['last_four']}", row["last_four"]
    elif len(alike) > 1:
        name = f"{name} ending in {end}"
    same = sum(str(other.get("last_four", str(other["id"])[-_DIGITS:])) == end for other in alike)
    return f"{name} ({number})" if same > 1 else name


_DIGITS = 4
"""Digits of an id by which people tell a method."""
_CENT = 0.005
"""Less than that is no difference."""


def kind(number: str) -> str:
    """A payment method by its kind alone."""
    return f"your {source(number.rpartition('_')[0])}"


def _named(seen: Seen, number: str) -> str:
    row = seen.find("payment_methods", id=number)
    if row is None:  # the profile was not read, and the order tells of one method alone
        original = any(order["payment_method_id"] == number for order in seen.rows("order"))
        return kind(number) if original else f"{kind(number)} ({number})"
    rows = {other["id"]: other for other in seen.rows("payment_methods") if other["source"] == row["source"]}
    return method(row, list(rows.values()))


def _paid(seen: Seen, order: Row) -> str:
    return _named(seen, str(order["payment_method_id"]))


def address(fields: Mapping[str, Json]) -> str:
    """In one line."""
    line1, line2, city, state, country, zip_code = (fields[name] for name in ADDRESS)
    return ", ".join(part for part in (line1, line2, city, f"{state} {zip_code}", country) if part)
