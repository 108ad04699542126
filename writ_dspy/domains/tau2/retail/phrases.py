"""How a shop's service agent talks about the records of the retail domain."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from functools import partial

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.postal import STATES
from writ_dspy.domains.spinning import worded
from writ_dspy.domains.tau2.retail.about import ABOUT
from writ_dspy.domains.tau2.retail.interview import QUESTIONS
from writ_dspy.domains.tau2.retail.lenses import ADDRESS, options
from writ_dspy.domains.tau2.retail.wording import dollars, listing, noun, source
from writ_dspy.task import Call, Json

_LEADS = (
    "Here is what I would do:",
    "This is the change I have prepared:",
    "To summarize before I proceed:",
    "These are the details of the action:",
    "Let me list what will happen:",
    "Please check the details:",
    "[This is|That is] what I would [enter|do] for you:",
    "[So|In short], I would do [this|the following]:",
    "Before I [do it|change anything], please [read|check] this:",
    "[What I would do|My plan] is this:",
    "[I have|I've] put it together for you:",
    "[Let me|I'll] read it [back|out] to you first:",
    "With your [yes|approval], I would [do this|do the following]:",
)
_MAIL = (
    "You will get an e-mail on how to send [the items|everything] back.", "How to send things back is in an e-mail that you will get.",
    "An e-mail with the steps for sending it back will reach you.", "An e-mail is coming; it [says|explains] how to send things back.",
    "[What to do next|How the return works] is explained in an e-mail that you will [get|receive].", "You will [receive|get] the return instructions by e-mail.",
    "For the way back, an e-mail with instructions [follows|will come].",
)  # fmt: skip
REPORTS: dict[str, tuple[str, ...]] = {
    "cancel_pending_order": (
        "Order {number} is cancelled. {when}", "I have cancelled order {number}. {when}", "Done, {number} is cancelled. {when}",
        "The cancellation of {number} went through. {when}", "That's done: order {number} is cancelled. {when}", "{number} is [cancelled now|now cancelled]. {when}",
        "[As agreed|As you confirmed], I cancelled {number}. {when}", "Your order {number} [has been|is] cancelled, all of it. {when}",
    ),
    "modify_pending_order_address": (
        "Order {number} will now be shipped to {place}.", "I have changed where {number} goes: {place}.",
        "The new address for {number} is saved: {place}.", "Done. The parcel of order {number} is now addressed to {place}.",
        "{number} [goes to|will go to] {place} now.", "The shipping address of {number} is [changed|updated] to {place}.",
        "[It is|That is] changed: {place} is where {number} will be sent.", "From now on, order {number} [has|carries] the address {place}.",
    ),
    "modify_user_address": (
        "The default address of your account is now {place}.", "Your account has the new default address: {place}.",
        "Done, I have updated the default address to {place}.", "Your profile now shows {place} as the default address.",
        "{place} is [the default address of your account|your default address] now.", "I [saved|have saved] {place} as your default address.",
        "The address in your [profile|account] is [changed|updated]: {place}.",
    ),
    "modify_pending_order_payment": (
        "Order {number} is now charged to {method}. {when}", "I have moved the payment of {number} to {method}. {when}",
        "Done, the payment of {number} is changed to {method}. {when}", "The payment for order {number} is switched to {method}. {when}",
        "{method} now pays for {number}. {when}", "[It is|That is] changed: order {number} is paid with {method}. {when}",
    ),
    "return_delivered_order_items": (
        "The return for order {number} is requested. {mail}", "I have put in the return for {number}. {mail}", "Done, I have requested the return from order {number}. {mail}",
        "Your return from {number} is [requested|under way]. {mail}", "[It is|That is] done: the return for {number} is requested. {mail}", "I [requested|put in] the return of order {number}[ for you|, as listed]. {mail}",
        "For order {number}, the return [is requested|has been requested]. {mail}",
    ),
    "exchange_delivered_order_items": (
        "The exchange for order {number} is requested, with a price difference of {difference}. {mail}",
        "I have requested the exchange for {number}; the price difference is {difference}. {mail}",
        "Done, the exchange from order {number} is requested. The price difference: {difference}. {mail}",
        "Your exchange from {number} is [requested|under way], at a difference of {difference}. {mail}",
        "[It is|That is] done: I requested the exchange for {number}, with a difference of {difference}. {mail}",
        "For {number}, the exchange [is requested|has been requested]. The price difference is {difference}. {mail}",
    ),
    "modify_pending_order_items": (
        "The item in order {number} is modified. The order is now closed to further changes.",
        "I have changed the item in {number}. Nothing more can be changed in that order now.",
        "I have swapped the item in {number}; that order is closed to changes now.",
        "Order {number} [has|holds] what you chose now. [With that, it is closed to other changes.|No further change of it is possible.]",
        "[It is|That is] changed in {number}. No further change of that order is possible.",
        "The change in {number} is made[, as listed|]. [With that, it is closed to further changes.|No further change of that order is possible.]",
    ),
}  # fmt: skip
"""Of each write, what is said once it is done."""
_CANCEL = (
    'cancel order {order}, reason "{reason}"', "cancel order {order} (reason: {reason})", 'cancel all of order {order}, with the reason "{reason}"',
    "cancel order {order}, noted as {reason}",
)  # fmt: skip
_CANCEL_BACK = (
    "refund {total} to {paid}",
    "{total} would be refunded to {paid}",
    "the refund of {total} goes to {paid}",
    "{paid} gets {total} back",
)
_SHIP = (
    "change the shipping address of order {order} to {place}", "send order {order} to {place} instead", "ship order {order} to the address {place}",
    "set the shipping address of {order} to {place}",
)  # fmt: skip
_HOME = (
    "change the default address of your account to {place}", "set the default address of your account to {place}", "save {place} as the default address of your account",
    "update the address in your profile to {place}",
)  # fmt: skip
_PAY = (
    "charge order {order} to {method}",
    "move the payment of order {order} to {method}",
    "pay for order {order} with {method}",
    "change the payment method of order {order} to {method}",
)
_PAY_TOTAL = (" for the total of {total}", ", {total} in all", " (total: {total})")
_PAY_BACK = (
    "{paid} would get its money back",
    "{paid} would be refunded",
    "the money that {paid} paid goes back to it",
)
_RETURN = (
    "return {names} from order {order}",
    "take back {names} from order {order}",
    "put in a return of {names} from order {order}",
    "from order {order}, return {names}",
)
_RETURN_TOTAL = ("{total} in total", "that is {total} in total", "the total comes to {total}", "total: {total}")
_REFUND = (
    "the refund goes to {method}",
    "refund to {method}",
    "{method} receives the refund",
    "the money goes back to {method}",
)
_SWAP = ("{verb} {pairs} in order {order}", "in order {order}, {verb} {pairs}", "for order {order}, {verb} {pairs}")
_THROUGH = (
    "settled through {method}",
    "{method} is used to settle it",
    "this is settled through {method}",
    "it is settled by {method}",
)
_DIFFERENCE = (
    "the price difference is {difference}",
    "price difference: {difference}",
    "the difference in price comes to {difference}",
    "that makes a difference of {difference}",
)
_ONCE = (
    "This works only once per order, so please {reminder}.", "Since this is possible only once per order, please {reminder}.", "Please {reminder}, as an order can be {changed} only once.",
    "[One thing to mind|Please note]: it works only once per order, so please {reminder}.",
)  # fmt: skip
_ALL = (
    "confirm that these are all the items",
    "make sure that these are all the items",
    "check that no item is missing",
)
_ONE = (
    "make sure that no other item is to be included",
    "make sure that this is the only item",
    "confirm that no other item is to be included",
)
"""Parts of a write in words, for the customer to confirm: what is done first, then what follows from it."""
_LAYOUTS = ("; ", ". ", "\n- ")
"""How the parts stand: in one sentence, in several, or in lines."""
_MONEY = frozenset({"price", "total", "balance"})
_SUPERLATIVES = {
    "price": ("cheapest", "most expensive"),
    "total": ("lowest in total", "highest in total"),
    "item_count": ("smallest", "largest"),
    "balance": ("lowest", "highest"),
}
_COUNTS = {
    "item_count": "item",
    "order_count": "order",
    "variant_count": "version",
    "available_count": "version",
}


class RetailPhrases:
    """The `Phrases` of retail; words vary with the call, never by chance."""

    questions = QUESTIONS
    about: Mapping[str, str] = ABOUT

    def name(self, view: str, row: Row) -> str:
        """With its id, as the agent has to quote it."""
        match view:
            case "order" | "orders":
                return f"order {row['order_id']}"
            case "items" | "variants":
                return _item(row)
            case "payment_methods":
                return _method(row)
            case "product" | "products":
                return f"the {noun(str(row['name']))} (product {row['product_id']})"
            case "tracking":
                return f"shipment {row['tracking_id']} of order {row['order_id']}"
            case _:
                return f"the account {row['user_id']}"

    def measure(self, attribute: str, value: Json) -> str:
        """Money in dollars, counts with their noun, stock in words."""
        if attribute in _MONEY:
            return dollars(float(value))
        if attribute == "available":
            return "in stock" if value else "out of stock"
        if attribute in _COUNTS:
            return f"{value} {_COUNTS[attribute]}{'' if value == 1 else 's'}"
        return listing([str(part) for part in value]) if isinstance(value, list) else str(value)

    def superlative(self, attribute: str, most: bool) -> str:
        """For prices the usual words, otherwise "highest" and "lowest"."""
        return _SUPERLATIVES.get(attribute, ("lowest", "highest"))[most]

    def details(self, call: Call, seen: Seen) -> str:
        """Every argument but the user id; names, amounts and the difference as far as they were seen."""
        return _laid_out(call, *self._action(call, seen))

    def _action(self, call: Call, seen: Seen) -> tuple[list[str], str]:
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
                return [say(_SHIP, order=args["order_id"], place=_address(args))], ""
            case "modify_user_address":
                return [say(_HOME, place=_address(args))], ""
            case "modify_pending_order_payment":
                does = say(_PAY, order=args["order_id"], method=_named(seen, args["payment_method_id"]))
                does += say(_PAY_TOTAL, total=total) if order else ""
                return [does, *([say(_PAY_BACK, paid=paid)] if order else [])], ""
            case "return_delivered_order_items":
                return _return(call, seen), ""
            case _:
                verb = "exchange" if call.tool.startswith("exchange") else "swap"
                return _swap(verb, call, seen)

    def report(self, call: Call, result: str) -> str:
        """One or two sentences, from the record that the write returned."""
        record = json.loads(result)
        words = {"number": record.get("order_id", ""), "mail": worded(call, _MAIL, "mail")}
        match call.tool:
            case "cancel_pending_order":
                words["when"] = _when(record["payment_history"][0]["payment_method_id"])
            case "modify_pending_order_address" | "modify_user_address":
                words["place"] = _address(record["address"])
            case "modify_pending_order_payment":
                words |= {
                    "method": call.args["payment_method_id"],
                    "when": _when(record["payment_history"][0]["payment_method_id"]),
                }
            case "exchange_delivered_order_items":
                words["difference"] = _signed(record["exchange_price_difference"])
        return _capital(worded(call, REPORTS[call.tool], **words))

    def renderings(self, call: Call) -> Sequence[tuple[str, ...]]:
        """Order, items, versions, payment method, reason and address lines; no user id, no country."""
        found: list[tuple[str, ...]] = []
        for name, value in call.args.items():
            if name == "payment_method_id":
                found.append(_method_words(value))
            elif name == "reason":
                found.append(_reason_words(value))
            elif name == "state":
                found.append((value.lower(), STATES.get(value, str(value)).lower()))
            elif name == "order_id":
                found.append((value.lower(), value.lower().lstrip("#")))
            elif name not in ("user_id", "country"):
                parts = value if isinstance(value, list) else [value]
                found += [(str(part).lower(),) for part in parts if part]
        return tuple(found)


def _reason_words(reason: str) -> tuple[str, ...]:
    if reason == "no longer needed":
        return (reason, "no longer need", "not needed", "don't need", "do not need")
    return (reason, "by mistake", "mistake", "by accident")


def _method_words(method: str) -> tuple[str, ...]:
    kind = method.rpartition("_")[0]
    words = {
        "credit_card": ("credit card", "visa", "mastercard", "card ending in"),
        "gift_card": ("gift card",),
    }
    return (method.lower(), *words.get(kind, (kind,)))


def _return(call: Call, seen: Seen) -> list[str]:
    args = call.args
    items = [seen.find("items", item_id=item, order_id=args["order_id"]) for item in args["item_ids"]]
    names = [_item(row) if row else f"item {key}" for row, key in zip(items, args["item_ids"], strict=True)]
    priced = [row for row in items if row]
    parts = [_say(call, _RETURN, names=listing(names), order=args["order_id"])]
    if len(priced) == len(items):
        parts.append(_say(call, _RETURN_TOTAL, total=dollars(sum(row["price"] for row in priced))))
    return [*parts, _say(call, _REFUND, method=_named(seen, args["payment_method_id"]))]


def _swap(verb: str, call: Call, seen: Seen) -> tuple[list[str], str]:
    args = call.args
    pairs, difference = [], 0.0
    whole = True
    for old, new in zip(args["item_ids"], args["new_item_ids"], strict=True):
        before = seen.find("items", item_id=old, order_id=args["order_id"])
        after = seen.find("variants", item_id=new)
        other = "another piece of the very same version" if old == new else _item(after) if after else f"item {new}"
        pairs.append(f"{_item(before) if before else f'item {old}'} for {other}")
        whole = whole and before is not None and after is not None
        if before and after:
            difference += after["price"] - before["price"]
    parts = [
        _say(call, _SWAP, verb=verb, pairs=listing(pairs), order=args["order_id"]),
        _say(call, _THROUGH, method=_named(seen, args["payment_method_id"])),
    ]
    if whole:
        parts.append(_say(call, _DIFFERENCE, difference=_signed(difference)))
    reminder = _say(call, _ALL if len(pairs) > 1 else _ONE)
    return parts, _say(call, _ONCE, reminder=reminder, changed="exchanged" if verb == "exchange" else "changed")


def _laid_out(call: Call, parts: Sequence[str], reminder: str) -> str:
    """A lead with the parts in one of the layouts, and what to mind behind it."""
    lead = _say(call, _LEADS)
    between = _LAYOUTS[zlib.crc32(f"layout{call.text}".encode()) % len(_LAYOUTS)] if len(parts) > 1 else " "
    if between.startswith("\n"):
        text = "".join(f"{between}{part}" for part in parts)
        return f"{lead}{text}" + (f"\n{reminder}" if reminder else "")
    first, *rest = parts
    rest = [_capital(part) for part in rest] if between == ". " else rest
    return f"{lead} {between.join((first, *rest))}." + (f" {reminder}" if reminder else "")


def _say(call: Call, patterns: Sequence[str], **values: object) -> str:
    """One of the patterns, the same for equal calls."""
    return worded(call, patterns, patterns[0], **values)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _signed(difference: float) -> str:
    """Who owes whom: "$5.00 to pay", "$5.00 back to you"."""
    if abs(difference) < 0.005:
        return "$0.00"
    return f"{dollars(abs(difference))} {'to pay' if difference > 0 else 'back to you'}"


def _item(row: Row) -> str:
    told = options(row).items()  # "brand Brand B" would say it twice
    traits = ", ".join(
        value if value.lower().startswith(f"{name.lower()} ") else f"{name} {value}" for name, value in told
    )
    name = noun(str(row["product_name"]))
    return f"the {name} (item {row['item_id']}{f': {traits}' if traits else ''}, {dollars(row['price'])})"


def _method(row: Row) -> str:
    if row["source"] == "credit_card":
        return f"your {str(row['brand']).capitalize()} credit card ending in {row['last_four']} ({row['id']})"
    return f"your {source(str(row['source']))} ({row['id']})"


def _named(seen: Seen, method: str) -> str:
    row = seen.find("payment_methods", id=method)
    return _method(row) if row else f"your {source(method.rpartition('_')[0])} ({method})"


def _paid(seen: Seen, order: Row) -> str:
    return _named(seen, str(order["payment_method_id"]))


def _address(fields: Mapping[str, Json]) -> str:
    line1, line2, city, state, country, zip_code = (fields[name] for name in ADDRESS)
    return ", ".join(part for part in (line1, line2, city, f"{state} {zip_code}", country) if part)


def _when(method: str) -> str:
    if method.startswith("gift_card"):
        return f"Your gift card ({method}) gets the money back right away."
    return f"The refund to {method} takes 5 to 7 business days."
