"""How a shop's service agent talks about the records of the retail domain."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from writ_dspy.domains.observed import Row, Seen
from writ_dspy.domains.postal import STATES
from writ_dspy.domains.spinning import worded
from writ_dspy.domains.tau2.retail.about import ABOUT
from writ_dspy.domains.tau2.retail.details import address, capital, details, item, kind, method, signed
from writ_dspy.domains.tau2.retail.interview import QUESTIONS
from writ_dspy.domains.tau2.retail.wording import dollars, listing, noun
from writ_dspy.task import Call, Json

_MAIL = (
    "You will get an e-mail on how to send {them} back.", "We'll e-mail you the steps for sending {them} back.",
    "You'll get an e-mail with the steps for sending {them} back.", "You'll get an e-mail [that explains|about] how to send things back.",
    "[What to do next|How the return works] is explained in an e-mail that you will [get|receive].", "You will [receive|get] the return instructions by e-mail.",
    "[The return instructions|Instructions for the return] will come by e-mail.", "How to send {them} back will be in an e-mail to you.",
    "We'll send you an e-mail with the next steps.", "Watch your inbox: an e-mail tells you how to send {them} back.",
)  # fmt: skip
REPORTS: dict[str, tuple[str, ...]] = {
    "cancel_pending_order": (
        "Order {number} is cancelled. {when}", "I have cancelled order {number}. {when}", "Done, {number} is cancelled. {when}", "I've cancelled {number} [for you|now]. {when}",
        "The cancellation of {number} went through. {when}", "That's done: order {number} is cancelled. {when}", "{number} is [cancelled now|now cancelled]. {when}",
        "[All done|Okay, done], I cancelled {number}. {when}", "Your order {number} [has been|is] cancelled. {when}",
    ),
    "modify_pending_order_address": (
        "Order {number} will now be shipped to {place}.", "I have changed the address for {number}: {place}.",
        "The new address for {number} is saved: {place}.", "Done. Order {number} is now addressed to {place}.",
        "{number} will go to {place} now.", "The shipping address of {number} is [changed|updated] to {place}.",
        "[All done|Okay, that's changed]: {number} will be sent to {place}.", "I've updated the shipping address of {number} to {place}.",
    ),
    "modify_user_address": (
        "The default address of your account is now {place}.", "Your account has the new default address: {place}.",
        "Done, I have updated the default address to {place}.", "Your profile now shows {place} as the default address.",
        "{place} is now your default address.", "I [saved|have saved] {place} as your default address.",
        "The address in your [profile|account] is [changed|updated] to {place}.",
    ),
    "modify_pending_order_payment": (
        "Order {number} is now charged to {method}. {when}", "I have moved the payment of {number} to {method}. {when}",
        "Done, the payment of {number} is changed to {method}. {when}", "The payment for order {number} is switched to {method}. {when}",
        "{number} is now paid with {method}. {when}", "[All done|That's changed]: order {number} is paid with {method}. {when}",
    ),
    "return_delivered_order_items": (
        "The return of {things} from {number} is requested. {mail}", "I have put in the return for {number}. {mail}", "I've requested the return of {things} from {number}. {mail}", "Done, I have requested the return from order {number}. {mail}",
        "Your return from {number} is [requested|under way]. {mail}", "[That's|All] done: the return of {things} from {number} is requested. {mail}", "I've [requested|put in] the return of order {number}[ for you|]. {mail}",
        "I have requested a return of {things} from order {number}. {mail}",
    ),
    "exchange_delivered_order_items": (
        "The exchange of {things} in {number} is requested, with a price difference of {difference}. {mail}",
        "The exchange for order {number} is requested, with a price difference of {difference}. {mail}",
        "I have requested the exchange of {things} from {number}; the price difference is {difference}. {mail}",
        "Done, the exchange from order {number} is requested. The price difference is {difference}. {mail}",
        "Your exchange of {things} from {number} is [requested|under way], with a difference of {difference}. {mail}",
        "[That's|All] done: I requested the exchange of {things} from {number}, with a difference of {difference}. {mail}",
        "I've requested an exchange of {things} from {number}. The price difference is {difference}. {mail}",
    ),
    "modify_pending_order_items": (
        "I've changed {things} in order {number}. The order is now closed to further changes.",
        "Done, I've swapped {things} in order {number}. No further changes to that order are possible.",
        "I have changed {things} in {number}. Nothing more can be changed in that order now.",
        "I have swapped {things} for you; order {number} is closed to changes now.",
        "The change to {things} in order {number} is made. [The order is closed to other changes now.|No further changes to it are possible.]",
        "[That's done|All done]: I changed {things} in {number}. No further changes to that order are possible.",
        "I've made the change to {things} in {number}. [That order is closed to further changes now.|No further changes to that order are possible.]",
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
                return item(row)
            case "payment_methods":
                return method(row)
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
        return details(call, seen)

    def report(self, call: Call, result: str) -> str:
        """One or two sentences, from the record that the write returned."""
        record = json.loads(result)
        words = {
            "number": record.get("order_id", ""),
            "mail": worded(call, _MAIL, "mail", them="it" if len(call.args.get("item_ids", ())) == 1 else "everything"),
            "things": _things(call, record),
        }
        match call.tool:
            case "cancel_pending_order":
                words["when"] = _when(record["payment_history"][0]["payment_method_id"])
            case "modify_pending_order_address" | "modify_user_address":
                words["place"] = address(record["address"])
            case "modify_pending_order_payment":
                words |= {
                    "method": kind(call.args["payment_method_id"]),
                    "when": _when(record["payment_history"][0]["payment_method_id"]),
                }
            case "exchange_delivered_order_items":
                words["difference"] = signed(record["exchange_price_difference"])
        return capital(worded(call, REPORTS[call.tool], **words))

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


def _things(call: Call, record: Mapping[str, Json]) -> str:
    """The names of the items that a write is about, by the order as it then is; many of them are "the items"."""
    written = {*call.args.get("item_ids", ()), *call.args.get("new_item_ids", ())}
    names = [f"the {noun(str(item['name']))}" for item in record.get("items", ()) if item["item_id"] in written]
    return listing(names) if 0 < len(names) <= _FEW == len(set(names)) or len(names) == 1 else "the items"


_FEW = 2


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


def _when(method: str) -> str:
    if method.startswith("gift_card"):
        return "Your gift card gets the money back right away."
    return f"The refund to {kind(method)} takes 5 to 7 business days."
