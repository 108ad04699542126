"""How a shop's service agent talks about the records of the retail domain."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.tau2.retail.about import ABOUT
from writ_dspy.domains.tau2.retail.lenses import ADDRESS, options
from writ_dspy.domains.tau2.retail.rendering import STATES
from writ_dspy.domains.tau2.retail.wording import dollars, listing, noun, source
from writ_dspy.task import Call, Json

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "identity": (
        "Could you please give me the e-mail address on your account, or your full name and zip code?",
        "To find your account, may I have your e-mail address? Your name and zip code will do as well.",
        "First I need to verify who you are: what is your e-mail address, or your full name and zip code?",
        "Which e-mail address is your account registered under? Your name and zip code will do too.",
        "Before I can help, please identify yourself by e-mail, or by name together with your zip code.",
    ),
    "order": (
        "Which order is it about? If you don't have its number, please describe it.",
        "Could you tell me the order number, or something by which I can recognize the order?",
        "Which of your orders do you mean?",
        "May I have the order id? A description of the order helps too.",
        "What is the number of that order, or what is special about it?",
    ),
    "items": (
        "Which item or items is this about?",
        "What exactly from the order should be included?",
        "Could you tell me which items you mean, and whether that is all of them?",
        "Please name all the items concerned.",
        "Which products are we talking about?",
    ),
    "version": (
        "Which version would you like instead?",
        "What should the new item be like?",
        "Could you describe the variant that you want?",
        "Which options do you want for the new item?",
        "What are you looking for as the replacement?",
    ),
    "which": (
        "Which one do you mean?",
        "Which of them is it?",
        "Which one is it about?",
        "Which of those should I take?",
    ),
    "reason": (
        "May I ask why you would like to cancel: is it no longer needed, or was it ordered by mistake?",
        "What is the reason for the cancellation?",
        "Could you give me the reason: no longer needed, or ordered by mistake?",
        "For the cancellation I need a reason. Which one applies?",
    ),
    "address": (
        "What should the address be?",
        "Which address would you like me to use?",
        "Could you give me the complete new address?",
        "Where should it go: street, city, state, country and zip code, please?",
        "Which address do you want there from now on?",
    ),
    "payment": (
        "Which payment method would you like to use?",
        "Which of your payment methods should this go through?",
        "How would you like to settle the payment?",
        "What payment method do you want for this?",
        "To which payment method should I charge or refund the amount?",
    ),
    "refund": (
        "Where should the refund go?",
        "Which payment method should receive the refund?",
        "How would you like to be refunded?",
        "To which payment method shall I return the money?",
    ),
    "condition": (
        "Is there any condition that has to be met first?",
        "Should I check anything before I go ahead?",
        "Does this depend on anything?",
        "Is that unconditional, or only under certain circumstances?",
    ),
    "budget": (
        "Is there a limit to what you would pay on top?",
        "What is the most that the difference may come to?",
        "Do you have a maximum in mind for the price difference?",
        "How much extra would be acceptable to you?",
    ),
    "fallback": (
        "What would you like me to do if that turns out not to be possible?",
        "Do you have a second choice in case this cannot be done?",
        "Should that not work, is there an alternative you would accept?",
        "And if it isn't possible, what would you prefer instead?",
    ),
    "question": (
        "What would you like to know?",
        "Is there anything you want me to tell you about it?",
        "What exactly is your question?",
        "Which information do you need?",
        "What can I look up for you?",
    ),
    "product": (
        "Which product is it about?",
        "Which products are you interested in?",
        "What kind of product do you have in mind?",
        "Could you name the product or products?",
    ),
}
_LEADS = (
    "Here is what I would do:",
    "This is the change I have prepared:",
    "To summarize before I proceed:",
    "These are the details of the action:",
    "Let me list what will happen:",
    "Please check the details:",
)
_MAIL = (
    "You will get an e-mail on how to send the items back.", "How to send things back is in an e-mail that you will get.",
    "An e-mail with the steps for sending it back will reach you.",
)  # fmt: skip
REPORTS: dict[str, tuple[str, ...]] = {
    "cancel_pending_order": (
        "Order {number} is cancelled. {when}", "I have cancelled order {number}. {when}", "Done, {number} is cancelled. {when}",
        "The cancellation of {number} went through. {when}", "That's done: order {number} is cancelled. {when}",
    ),
    "modify_pending_order_address": (
        "Order {number} will now be shipped to {place}.", "I have changed where {number} goes: {place}.",
        "The new address for {number} is saved: {place}.", "Done. The parcel of order {number} is now addressed to {place}.",
    ),
    "modify_user_address": (
        "The default address of your account is now {place}.", "Your account has the new default address: {place}.",
        "Done, I have updated the default address to {place}.", "Your profile now shows {place} as the default address.",
    ),
    "modify_pending_order_payment": (
        "Order {number} is now charged to {method}. {when}", "I have moved the payment of {number} to {method}. {when}",
        "Done, the payment of {number} is changed to {method}. {when}", "The payment for order {number} is switched to {method}. {when}",
    ),
    "return_delivered_order_items": tuple(
        f"{done} {mail}"
        for done, mail in zip(
            ("The return for order {number} is requested.", "I have put in the return for {number}.", "Done, I have requested the return from order {number}."),
            _MAIL, strict=True,
        )
    ),
    "exchange_delivered_order_items": tuple(
        f"{done} {mail}"
        for done, mail in zip(
            (
                "The exchange for order {number} is requested, with a price difference of {difference}.",
                "I have requested the exchange for {number}; the price difference is {difference}.",
                "Done, the exchange from order {number} is requested. The price difference: {difference}.",
            ),
            _MAIL, strict=True,
        )
    ),
    "modify_pending_order_items": (
        "The item in order {number} is modified. The order is now closed to further changes.",
        "I have changed the item in {number}. Nothing more can be changed in that order now.",
        "I have swapped the item in {number}; that order is closed to changes now.",
    ),
}  # fmt: skip
"""Of each write, what is said once it is done."""
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
        return f"{_choose(call, _LEADS)} {self._action(call, seen)}"

    def _action(self, call: Call, seen: Seen) -> str:
        args = call.args
        order = seen.find("order", order_id=args["order_id"]) if "order_id" in args else None
        match call.tool:
            case "cancel_pending_order":
                total = f", with a refund of {dollars(order['total'])} to {_paid(seen, order)}" if order else ""
                return f'cancel order {args["order_id"]}, reason "{args["reason"]}"{total}.'
            case "modify_pending_order_address":
                return f"change the shipping address of order {args['order_id']} to {_address(args)}."
            case "modify_user_address":
                return f"change the default address of your account to {_address(args)}."
            case "modify_pending_order_payment":
                amount = f" for the total of {dollars(order['total'])}" if order else ""
                back = f"; {_paid(seen, order)} gets its money back" if order else ""
                method = _named(seen, args["payment_method_id"])
                return f"charge order {args['order_id']} to {method}{amount}{back}."
            case "return_delivered_order_items":
                return _return(args, seen)
            case _:
                verb = "exchange" if call.tool.startswith("exchange") else "swap"
                return _swap(verb, args, seen)

    def report(self, call: Call, result: str) -> str:
        """One or two sentences, from the record that the write returned."""
        record = json.loads(result)
        words = {"number": record.get("order_id", "")}
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
        return _choose(call, REPORTS[call.tool]).format(**words)

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


def _return(args: Mapping[str, Json], seen: Seen) -> str:
    items = [seen.find("items", item_id=item, order_id=args["order_id"]) for item in args["item_ids"]]
    names = [_item(row) if row else f"item {key}" for row, key in zip(items, args["item_ids"], strict=True)]
    priced = [row for row in items if row]
    total = f", {dollars(sum(row['price'] for row in priced))} in total" if len(priced) == len(items) else ""
    goal = _named(seen, args["payment_method_id"])
    return f"return {listing(names)} from order {args['order_id']}{total}, with the refund going to {goal}."


def _swap(verb: str, args: Mapping[str, Json], seen: Seen) -> str:
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
    money = f" The price difference is {_signed(difference)}." if whole else ""
    method = _named(seen, args["payment_method_id"])
    action = f"{verb} {listing(pairs)} in order {args['order_id']}, settled through {method}."
    reminder = (
        "confirm that these are all the items" if len(pairs) > 1 else "make sure that no other item is to be included"
    )
    return f"{action}{money} This works only once per order, so please {reminder}."


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


def _choose(call: Call, patterns: Sequence[str]) -> str:
    """One of the patterns, the same for equal calls."""
    return patterns[zlib.crc32(call.text.encode()) % len(patterns)]


def _when(method: str) -> str:
    if method.startswith("gift_card"):
        return f"Your gift card ({method}) gets the money back right away."
    return f"The refund to {method} takes 5 to 7 business days."
