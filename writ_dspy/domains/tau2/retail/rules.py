"""The clauses of the retail policy that the tools do not enforce, one function each.

The tools themselves refuse a wrong status (but see `still_untouched`), a reason that is none of the two, an
item that is not in the order, a version that is out of stock or of another product, another's
payment method, a refund to a foreign method, and a gift card that does not cover the amount.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy import patterns as re
from writ_dspy.domains.domain import Before, Rule, Topic
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail.lenses import ORDER_WRITES, PERSONAL, Look, owner
from writ_dspy.task import Call

ONCE = frozenset({"modify_pending_order_items", "exchange_delivered_order_items", "return_delivered_order_items"})

FINAL = ONCE | {"cancel_pending_order", "modify_pending_order_payment"}
"""Writes after which the policy has no way back: a cancelled order stays so, and payment and items are changed once."""


def own_records_only(before: Before) -> Iterator[tuple[str, str]]:
    """One user per conversation: a write touches only records of the authenticated user."""
    if before.call.tool in PERSONAL:
        whose = owner(before.call, before.look)
        if whose is not None and whose != before.user_id:
            yield (
                f"a write to a record of {whose}",
                f"only records of the authenticated user {before.user_id}",
            )


def still_untouched(before: Before) -> Iterator[tuple[str, str]]:
    """A pending order whose items were modified can no longer be changed, though two tools would do it."""
    order = _order(before)
    if order is not None and before.call.tool in (
        "modify_pending_order_address",
        "modify_pending_order_payment",
    ):
        status = order["status"]
        if status != "pending":
            yield (
                f"a change to order {order['order_id']} with status {status!r}",
                "a change only while it is 'pending'",
            )


def once_per_order(before: Before) -> Iterator[tuple[str, str]]:
    """Items of one order are modified, exchanged or returned in a single call that lists them all."""
    if before.call.tool in ONCE:
        order_id = before.call.args["order_id"]
        if any(call.tool in ONCE and call.args["order_id"] == order_id for call in before.written):
            yield f"a second change to the items of order {order_id}", "all items collected into one call"


def some_items(before: Before) -> Iterator[tuple[str, str]]:
    """A change to items names at least one; the tools would take an empty list and lock the order."""
    if before.call.tool in ONCE and not before.call.args["item_ids"]:
        yield f"{before.call.tool} without any item", "the items that the user named"


def _order(before: Before) -> Row | None:
    if before.call.tool not in ORDER_WRITES:
        return None
    rows = before.look("get_order_details", {"order_id": before.call.args["order_id"]}).get("order", ())
    return rows[0] if rows else None


RULES: tuple[Rule, ...] = (own_records_only, still_untouched, once_per_order, some_items)


def _takes_all(call: Call, look: Look) -> bool:
    """Whether the write names every item of its order, so that none can have been forgotten."""
    rows = look("get_order_details", {"order_id": call.args["order_id"]}).get("order", ())
    return bool(rows) and rows[0]["item_count"] <= len(call.args["item_ids"])


_DEED = r"(?:exchang|modif|chang|swap+)(?:e[sd]?|ed|ing|y|ied|ies|ication|ications|s)?"
_SO_OFTEN = r"(?:again|twice|once more|more than once|(?:a|one) (?:second|further|other) time|another time|any further|any ?more|any longer)"
_LET_KNOW = r"(?:(?:tell|let) (?:me|us)(?: know)?|think|consider|see|check|make (?:\w+ )?(?:sure|certain)|be sure|confirm|say|sure|certain|(?:would|do) you say|look)"
_AT_THE_END = r"(?=\W*(?:$|[.,;!?)–—]|you\b|that (?:you|need|should|has|have|is to|are to)\b|(?:for|in|on|from) (?:this|that|it|the) (?:order|one|exchange|swap|change)?\b|to (?:be )?(?:exchang|chang|swap|modif|go)|or\b|and\b|then\b|before\b|first\b))"
_ONE_EXCHANGE = (
    rf"\b(?:can(?:not|['’]t| no longer| never)|won['’]t|will not|(?:is|are)(?:n['’]t| not) (?:possible|allowed) to|unable to|not be able to|can(?: then)? not)\b[^.?!;\n]{{0,40}}\b{_DEED}\b[^.?!;\n]{{0,50}}\b{_SO_OFTEN}\b"
    rf"|\b{_DEED}\b[^.?!;\n]{{0,60}}\b(?:only|just) (?:(?:this|the|that|one) )?(?:once|one time|single time|time)\b|\b(?:only|just) (?:(?:this|the|that) )?(?:once|one time)\b[^.,?!;\n]{{0,40}}\b{_DEED}\b"
    rf"|\b(?:its|this order['’]s|the order['’]s) (?:one and )?(?:only|single|sole) (?:exchange|swap|change|modification)\b|\bthe (?:one and )?(?:only|single|sole) (?:exchange|swap|change|modification)\b[^.?!;\n]{{0,40}}\b(?:can|could|may|possible|allowed|permitted|gets?)\b|\bno (?:second (?:exchange|swap|change|modification)|(?:further|other|more|later) (?:exchange|swap))s?\b|\bthere(?:['’]s| is) no second (?:one|time|chance)\b"
    rf"|\b(?:one|a single) (?:exchange|swap|change|modification) (?:is|and|only)\b|\bonly (?:one|a single) (?:exchange|swap|change|modification)\b"
)
"""How it is told that this works only once: "an order can't be exchanged a second time", "the only exchange this order can have"."""
_ALL_THERE_IS = (
    rf"\b{_LET_KNOW}\b[^.?!;\n]{{0,30}}\b(?:whether|if|that)\b[^.?!;\n]{{2,45}}\b(?:is|are) (?:really |indeed |truly )?(?:all|everything|the lot)\b{_AT_THE_END}"
    r"|\b(?:is|are) (?:it|they|that|this|those|these|(?:the|your|this) (?:list|exchange|order|swap|change|selection)) (?:really )?(?:complete|the lot|all of (?:it|them))\b"
)
"""How it is asked whether these are all: "think for a moment whether the shirt is all", "is it complete like this?"."""
_THESE_ARE_ALL = re.compile(
    rf"{_ONE_EXCHANGE}|{_ALL_THERE_IS}|"
    r"\b(?:(?:all(?! right\b| that (?:I|we)\b)|every|everything(?! about\b)|any (?:other|more|additional|further)|anything (?:else|more)|only(?! (?:items of |the items of )?(?:pending|delivered|processed)\b)|complete|full list|just the one|additional|other|no other|nothing else|once per order|single call|one call|a second time)\b"
    r"|(?:cannot be|can(?:not|['’]t| no longer)(?: be)?) (?:modif|chang|exchang)\w*)[^.?!\n]{0,90}\b(?:items?|products?|pieces?|things?|(?<!if )you(?:['’]d| would)? (?:want|like|need|wish)|exchang\w*|modif\w*|swap\w*|again|afterwards)\b"
    r"|\b(?:is|are|was|were) (?:that|this|those|these|it) (?:really )?(?:all(?! right\b| okay\b| fine\b)|everything)\b|\b(?:that|this|those|these) (?:is|are) (?:really )?(?:all|everything)\b(?! (?:(?:that )?(?:I|we|it|would|there)|right|okay|fine|the same|in stock|available)\b)"
    r"|\b(?:make (?:quite |really )?(?:sure|certain)|be sure|double-?check|(?<!let me )(?<!['’]ll )(?<!I can )(?<! will )(?:confirm|check)|certain|sure|is it|so it['’]s|right)\b[^.?!\n]{0,40}\b(?:just|only|solely|nothing but) (?:the|this|that|these|those)\b"
    r"|\b(?:is|are) [^.?!\n]{2,40} the only (?:one|item|thing|piece)s?\b|(?:^|[.!?] )(?:so )?(?:just|only|nothing (?:but|besides|beyond|other than)) (?:the|this|that|these|those) [^.?!\n]{2,50}\?"
    r"|\b(?:nothing|anything|something|no other|none|no item)\b[^.?!\n]{0,25}\b(?:missing|left out|forgotten|forgot|overlooked|missed|omitted)\b"
    r"|\bonce (?:per|for each|for every|on (?:each|an|any|this)|an) order\b|\b(?:one|single) (?:exchange|modification|change|swap)\b[^.?!\n]{0,20}\b(?:per|for each|an|on (?:each|an|this)) order\b"
    r"|\b(?:make (?:quite |really )?(?:sure|certain)|be sure|check|confirm)\b[^.?!\n]{2,50} (?:is|are) (?:really )?(?:all|it|complete)\b(?! (?:of|the|your|right|that|in stock|available|delivered)\b)"
    r"|\b(?:items?|products?|order|exchange|modification|change)s?\b[^.?!\n]{0,60}\b(?:only once|just once|one time|once only|everything|all of them|final)\b",
    re.IGNORECASE,
)
TOPICS: dict[str, tuple[Topic, ...]] = {
    tool: (Topic("the reminder that these have to be all the items", _THESE_ARE_ALL, moot=_takes_all),)
    for tool in ("modify_pending_order_items", "exchange_delivered_order_items")
}
"""Since an order's items can be changed only once, policy has the agent remind the user to name all of them."""
