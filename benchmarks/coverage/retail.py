"""The map of the shop: what its 114 official tasks ask for."""

from __future__ import annotations

from benchmarks.coverage.shown import Row, Shown, alternatives
from writ_dspy.codec import parts
from writ_dspy.domains.tau2.retail import denials as clauses
from writ_dspy.domains.tau2.retail.lenses import ADDRESS
from writ_dspy.domains.tau2.retail.returns import METHOD_RULE
from writ_dspy.task import Best, Computed, Every, Only, Picked, ReadCall, Said
from writ_dspy.trial import Feels

CANCEL, ITEMS, RETURN, EXCHANGE = (
    "cancel_pending_order", "modify_pending_order_items", "return_delivered_order_items", "exchange_delivered_order_items",
)  # fmt: skip
SHIP, HOME = "modify_pending_order_address", "modify_user_address"
OUT_OF_SCOPE = (clauses.UNDONE, clauses.SINGLE, clauses.NOTHING_ELSE, clauses.SAME_PRODUCT)


def _variants(shown: Shown) -> bool:
    """Versions found by their options or prices."""
    return any(isinstance(part, ReadCall) and part.view == "variants" for part in shown.parts)


def _address_found(shown: Shown) -> bool:
    """An address that is read off another record."""
    args = (dict(one.args) for wish, _ in shown.decided for one in alternatives(wish) if one.tool in (SHIP, HOME))
    return any(isinstance(arg.get(ADDRESS[0]), Picked) for arg in args)


def _unknown_order(shown: Shown) -> bool:
    return any(
        isinstance(part, Only | Best)
        and any(s.tool == "get_order_details" and not isinstance(dict(s.args)["order_id"], Said) for s in part.sources)
        for part in shown.parts
    )


def _preference(shown: Shown) -> bool:
    """One version, and another of the same product where that is sold out."""
    return any(
        wish.otherwise is not None and wish.otherwise.tool == wish.tool and wish.tool in (ITEMS, EXCHANGE)
        for wish, _ in shown.decided
    )


def _branches(shown: Shown) -> bool:
    """An if and an else with other deeds, or more than two alternatives."""
    return any(
        len(list(alternatives(wish))) > 2 or (wish.otherwise is not None and wish.otherwise.tool != wish.tool)
        for wish, _ in shown.decided
    )


def _lawful(shown: Shown) -> bool:
    """A first attempt that the order's status forbids, and the write that policy has in its place."""
    pairs = {(EXCHANGE, ITEMS), (RETURN, CANCEL), (ITEMS, EXCHANGE), (CANCEL, RETURN), ("cancel_item", ITEMS)}
    return any(
        outcome.attempt and outcome.call and any((one.tool, outcome.call.tool) in pairs for one in alternatives(wish))
        for wish, outcome in shown.decided
    )


def _same_again(shown: Shown) -> bool:
    """An item exchanged for the very same one."""
    return any(set(call.args["item_ids"]) & set(call.args["new_item_ids"]) for call in shown.wrote(EXCHANGE))


def _facts_told(shown: Shown) -> bool:
    """A tracking number, an address or a product's facts, for the asking."""
    return bool(shown.task.goal.tells) and not all(isinstance(term, Computed) for term in shown.told)


def _foreign_refund(shown: Shown) -> bool:
    refused = METHOD_RULE in shown.denied
    return refused or any(
        outcome.attempt and any(getattr(check, "rule", "") == METHOD_RULE for check in wish.requires)
        for wish, outcome in shown.decided
    )


def _addition(shown: Shown) -> bool:
    """What the user wants is changed or added at the confirmation."""
    return shown.reconsiders


def _several_sums(shown: Shown) -> bool:
    """A sum or a balance over several orders or items: what they bring back, cost or save together, or what is left of a card after them."""
    for term in (term for term in shown.told if isinstance(term, Computed) and term.op in ("sum", "difference")):
        queries = {part.query for part in parts(term) if isinstance(part, Picked) and part.field in ("total", "price")}
        if (
            len(queries) > 2
            or any(isinstance(query, Every) for query in queries)
            or (term.op == "sum" and len(queries) > 1)
        ):
            return True
    return False


R = "tau2:retail"
ROWS = (
    Row(R, "several requests in one talk", "40 %", "two requests or more", lambda s: len(s.task.requests) > 1),
    Row(R, "a version by its options, cheapest, dearest", "45 %", "a query over the versions of a product", _variants),
    Row(R, "an address found in another record", "17 %", "an address that is picked", _address_found),
    Row(R, "an order found by description", "70 %", "a query over the customer's orders", _unknown_order),
    Row(R, "one thing told at a time", "13 %", "the user's disclosure", lambda s: s.level("disclosure") == "one thing at a time"),
    Row(R, "if … else …, several branches", "26 %", "three alternatives or more, or another deed in place of the first", _branches),
    Row(R, "an order of preference", "21 %", "another version where the first is sold out", _preference),
    Row(R, "changed or added at the confirmation", "13 %", "the user says no to what it asked for, or more", _addition),
    Row(R, "one item cancelled out of an order", "15 %", "denied by its clause, or the lawful other way", lambda s: clauses.WHOLE in s.denied),
    Row(R, "what no tool does", "14 %", "denied by its clause", lambda s: any(rule in s.denied for rule in OUT_OF_SCOPE)),
    Row(R, "an ambiguous item or order", "11 %", "a detail that only tells which of several is meant", lambda s: s.ambiguous),
    Row(R, "a wrong zip, e-mail or number first", "9 %", "a tool errs, and the talk goes on", lambda s: bool(s.errors)),
    Row(R, "a batch over all orders", "14 %", "one wish, a write for each matching record", lambda s: s.batches),
    Row(R, "a refund to a method that may not have it", "8 %", "its clause denies a wish or a first attempt", _foreign_refund),
    Row(R, "an exchange or return of what is pending", "14 %", "the write that policy has in its place", _lawful),
    Row(R, "the same item again", "4 %", "an item exchanged for itself", _same_again),
    Row(R, "a return or an exchange of one order, not both", "3 %", "denied by its clause", lambda s: clauses.NOT_BOTH in s.denied),
    Row(R, "a hand-over to a human", "4 %", "the agent transfers", lambda s: s.transferred),
    Row(R, "a sum over several operations", "7 %", "an answer over several orders or items", _several_sums),
    Row(R, "tracking, addresses, facts of products", "13 %", "an answer that is read", _facts_told),
    Row(R, "anger, fear, sadness, loneliness", "26 %", "said by the user", lambda s: s.dealt(Feels)),
)  # fmt: skip
