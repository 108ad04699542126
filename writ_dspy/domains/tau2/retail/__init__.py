"""What we know about τ²'s retail domain: a shop with users, orders and products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains.domain import Domain, Pack
from writ_dspy.domains.fields import Fields
from writ_dspy.domains.observed import Views
from writ_dspy.domains.tau2 import TRANSFER
from writ_dspy.domains.tau2.grounds import GROUNDS
from writ_dspy.domains.tau2.official import records, traces
from writ_dspy.domains.tau2.retail.address import MoveHome, ReshipOrder
from writ_dspy.domains.tau2.retail.again import SameAgain
from writ_dspy.domains.tau2.retail.amounts import amounts, comes_of
from writ_dspy.domains.tau2.retail.batches import BATCHES
from writ_dspy.domains.tau2.retail.cancel import CancelOrder
from writ_dspy.domains.tau2.retail.chains import CHAINS
from writ_dspy.domains.tau2.retail.denials import DENIALS
from writ_dspy.domains.tau2.retail.exchange import CHANGE_ITEM, EXCHANGE_ITEMS
from writ_dspy.domains.tau2.retail.handovers import HANDOVERS
from writ_dspy.domains.tau2.retail.held import HELD
from writ_dspy.domains.tau2.retail.integrity import INTEGRITY
from writ_dspy.domains.tau2.retail.interview import SOUGHT
from writ_dspy.domains.tau2.retail.ladders import LADDERS
from writ_dspy.domains.tau2.retail.lenses import CATALOG, LENSES, PERSONAL, atom, identifies, look_up, owner
from writ_dspy.domains.tau2.retail.listing import DEEDS as CALLED
from writ_dspy.domains.tau2.retail.listing import details as to_list
from writ_dspy.domains.tau2.retail.others import others
from writ_dspy.domains.tau2.retail.otherways import OTHER_WAYS
from writ_dspy.domains.tau2.retail.payment import RepayOrder
from writ_dspy.domains.tau2.retail.phrases import RetailPhrases
from writ_dspy.domains.tau2.retail.questions import QUESTIONS
from writ_dspy.domains.tau2.retail.rendering import ids, mentions
from writ_dspy.domains.tau2.retail.returns import ReturnDearest, ReturnItems
from writ_dspy.domains.tau2.retail.rules import FINAL, RULES, TOPICS
from writ_dspy.domains.tau2.retail.sayings import SAYINGS
from writ_dspy.domains.tau2.retail.stands import stands
from writ_dspy.domains.tau2.retail.trade import TRADE_DELIVERED, TRADE_PENDING
from writ_dspy.domains.tau2.retail.which import TWOFOLD
from writ_dspy.domains.tau2.retail.wording import limited
from writ_dspy.task import Call, Json

__all__ = ["PACK"]


def _users(domain: Domain) -> Sequence[str]:
    return tuple(sorted(domain.tables["users"]))


_CHANGED = r"changed|modified|updated|swapped|replaced|switched|moved"
DEEDS = {
    "cancel_pending_order": r"cancell?ed|refunded|issued|credited",
    "return_delivered_order_items": r"returned|refunded|issued|credited",
    "exchange_delivered_order_items": r"exchanged|replaced|swapped|upgraded|downgraded",
    "modify_pending_order_address": _CHANGED,
    "modify_pending_order_items": rf"{_CHANGED}|upgraded|downgraded",
    "modify_pending_order_payment": _CHANGED,
    "modify_user_address": _CHANGED,
}
THINGS: dict[str, tuple[str, ...]] = {
    r"\b(?:vouchers?|certificates?|coupons?|points|store credit|discount|warranty|insurance|status|free shipping)\b": (),
    r"\b(?:e-?mails?|inbox|labels?)\b": ("return_delivered_order_items", "exchange_delivered_order_items"),
    r"\b(?:text messages?|sms|letters?|receipts?)\b": (),
    r"\b(?:money|amount|refund)\b": (
        "cancel_pending_order",
        "return_delivered_order_items",
        "exchange_delivered_order_items",
        "modify_pending_order_items",
        "modify_pending_order_payment",
    ),
}


def _betters(call: Call, look: Callable[[str, Mapping[str, Json]], Views], words: str) -> bool:
    """Whether a write puts another version in the place of what is named, or of an item that goes unnamed."""
    if "new_item_ids" not in call.args:
        return False
    said = re.findall(r"[a-z]{3,}", words.lower())
    if _UNNAMED.issuperset(said):
        return True
    old, new = (few if isinstance(few := call.args[name], list) else () for name in ("item_ids", "new_item_ids"))
    order = look("get_order_details", {"order_id": call.args["order_id"]}).get("items", ())
    rows = [row for row in order if row.get("item_id") in old]
    versions = [look("get_product_details", {"product_id": row["product_id"]}).get("variants", ()) for row in rows]
    rows += [row for few in versions for row in few if row.get("item_id") in new]
    named = " ".join(str(value) for row in rows for value in row.values()).lower()
    return any(word.removesuffix("s") in named for word in said if len(word) > 3)


_UNNAMED = frozenset(("now", "this", "that", "them", "they", "both", "all", "you", "wished", "requested", "asked", "has", "have", "been", "are", "was", "were", "item", "items", "upgraded", "downgraded"))  # fmt: skip
"""Words beside a deed that name no thing it was done to."""


def _moves_home(call: Call, _look: Callable[[str, Mapping[str, Json]], Views], _words: str) -> bool:
    """Whether a write changes the address of the account."""
    return call.tool == "modify_user_address"


JUST = {
    r"(?:up|down)graded\b.*": _betters,
    r"(?:set|saved|made|stored|registered|entered)\b.*\bas (?:your|the|its) (?:account's |profile's |new )?default\b.*": _moves_home,
}
"""Deeds in words that say more than that an order was changed."""
UNORDERED = {
    "return_delivered_order_items": (("item_ids",),),
    "exchange_delivered_order_items": (("item_ids", "new_item_ids"),),
    "modify_pending_order_items": (("item_ids", "new_item_ids"),),
}
"""Lists of items; which new one stands for which old one is no matter of order."""


ALONE = (
    CancelOrder(),
    ReshipOrder(),
    MoveHome(),
    RepayOrder(),
    CHANGE_ITEM,
    EXCHANGE_ITEMS,
    TRADE_PENDING,
    TRADE_DELIVERED,
    ReturnItems(),
    ReturnDearest(),
)
"""Recipes of one request each, which may also have to be refused."""
SAME_AGAIN = SameAgain()
PACK = Pack(
    lenses=LENSES,
    grounds=GROUNDS,
    atom=atom,
    identifies=identifies,
    personal=PERSONAL,
    owner=owner,
    rules=RULES,
    recipes=(*ALONE, *CHAINS, *OTHER_WAYS, *LADDERS, SAME_AGAIN, *BATCHES, *TWOFOLD),
    refusing=ALONE,
    questions=QUESTIONS,
    batches=BATCHES,
    rare=TWOFOLD,
    handovers=HANDOVERS,
    denials=DENIALS,
    stands=stands,
    phrases=RetailPhrases(),
    sought=SOUGHT,
    mentions=mentions,
    ids=ids,
    amounts=amounts,
    deeds=DEEDS,
    things=THINGS,
    just=JUST,
    topics=TOPICS,
    known_only=CATALOG,
    look_up=look_up,
    unordered=UNORDERED,
    transfer=TRANSFER,
    users=_users,
    records=records,
    whose="user_id",
    fields=Fields(
        given="first_name",
        family="last_name",
        street="address1",
        unit="address2",
        parts="items",
        part="item_id",
        sort="product_id",
        versions="variants",
        offers="variants",
        features="options",
        taken="item_ids",
        replacing="new_item_ids",
        purse="payment_methods",
        means="payment_method_id",
        payments="payment_history",
        flow="transaction_type",
        brand="brand",
        digits="last_four",
    ),
    traces=traces,
    listing=to_list,
    called=CALLED,
    lists="items and their options, prices, payment, addresses",
    sayings=SAYINGS,
    integrity=INTEGRITY,
    limits=limited,
    held=HELD,
    comes_of=comes_of,
    final=FINAL,
    others=others,
)
