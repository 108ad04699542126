"""How the clauses of the shop's policy are held against customers who insist: the clause in other words, and what is claimed against it."""

from __future__ import annotations

from writ_dspy.domains.disputes import Dispute, Held
from writ_dspy.domains.tau2.retail import address, cancel, payment
from writ_dspy.domains.tau2.retail.denials import (
    EXCHANGE_DELIVERED_ONLY,
    ITEMS_PENDING_ONLY,
    NOT_BOTH,
    NOTHING_ELSE,
    OTHERS,
    SAME_PRODUCT,
    SINGLE,
    UNDONE,
    WHOLE,
)
from writ_dspy.domains.tau2.retail.returns import METHOD_RULE

_RECORDED = (
    "Order {order_id} is [recorded|listed] as {found}.",
    "The status that I see for order {order_id} is {found}.",
    "[I have just looked|I checked]: order {order_id} is {found}.",
)
_PENDING = {
    "not yet": Dispute(
        r"\b(?:pending|still|left|shipped|yet|gone out|on its way|arrived)\b",
        (
            "[But|] my account still shows [it|the order] as pending.",
            "[But|] it can't have [gone out|been shipped] yet[, I'd have heard of it|].",
            "As far as I know, [it|the order] hasn't left [you|your warehouse] yet.",
        ),
        _RECORDED,
        "status",
    )
}
_ARRIVED = {
    "arrived": Dispute(
        r"\b(?:arrived|delivered|have it|in front of me|doorstep|received|got)\b",
        (
            "[But|] I have it right here, it arrived [yesterday|this morning|two days ago].",
            "[But|] it was delivered [yesterday|this morning], [the box is in front of me|I took it in myself].",
        ),
        _RECORDED,
        "status",
    )
}

HELD = {
    cancel.PENDING_ONLY: Held(
        (
            "an order has to be pending to be cancelled",
            "once an order is no longer pending, it cannot be cancelled",
            "the only orders that can be called off are pending ones",
        ),
        _PENDING,
    ),
    cancel.DELIVERED_ONLY: Held(
        (
            "an order has to be delivered for anything of it to be returned",
            "a return is only possible after the delivery",
            "only what has been delivered can be returned",
        ),
        _ARRIVED,
    ),
    EXCHANGE_DELIVERED_ONLY: Held(
        (
            "an order has to be delivered for items of it to be exchanged",
            "an exchange is only possible after the delivery",
            "only what has been delivered can be exchanged",
        ),
        _ARRIVED,
    ),
    ITEMS_PENDING_ONLY: Held(
        (
            "the items can be changed only as long as the order is pending",
            "once an order is no longer pending, its items are fixed",
            "a change of items is only for pending orders",
        ),
        _PENDING,
    ),
    address.PENDING_ONLY: Held(
        (
            "the address can be changed only as long as the order is pending",
            "once an order is no longer pending, its address is fixed",
            "another address is only for pending orders",
        ),
        _PENDING,
    ),
    payment.PENDING_ONLY: Held(
        (
            "another payment is possible only as long as the order is pending",
            "once an order is no longer pending, its payment has to stay",
            "only pending orders can be paid in another way",
        ),
        _PENDING,
    ),
    UNDONE: Held(
        (
            "there is no way to take a cancellation back",
            "once an order is cancelled, it stays cancelled",
            "a cancelled order cannot be made active again",
        ),
        {
            "not meant": Dispute(
                r"\b(?:never|mistake|accident|meant|by itself)\b",
                (
                    "[But|] I never meant to cancel it[, that was a mistake|].",
                    "[But|] that cancellation was an accident.",
                ),
                (
                    "I'm sorry [that it came to this|to hear that]. Order {order_id} is [recorded|listed] as {found}.",
                    "I see how that can happen. The status of order {order_id} is {found}, though.",
                ),
                "status",
            )
        },
    ),
    SINGLE: Held(
        (
            "one order goes on one payment method",
            "the total of an order cannot be divided between two payment methods",
            "each order is paid with one method and no more",
        ),
        {},
    ),
    NOTHING_ELSE: Held(
        (
            "beside its address, its payment and the options of its items, everything in a pending order is fixed",
            "address, payment and item options are all that can be changed in a pending order",
            "a pending order can be changed in its address, its payment and the options of its items, and in nothing else",
        ),
        {},
    ),
    SAME_PRODUCT: Held(
        (
            "an item can be swapped only within the same product",
            "one kind of product cannot be turned into another",
            "a different version of the same product is all that an item can be changed to",
        ),
        {},
    ),
    NOT_BOTH: Held(
        (
            "for one order, it is either a return or an exchange",
            "a return and an exchange cannot go together in the same order",
            "only one of the two, a return or an exchange, can be done for an order",
        ),
        {},
    ),
    WHOLE: Held(
        (
            "a cancellation always takes the whole order",
            "single items cannot be cancelled out of an order",
            "it is all of the order or nothing of it that can be cancelled",
        ),
        {},
    ),
    METHOD_RULE: Held(
        (
            "a refund has to go to what the order was paid with, or to a gift card that you have",
            "the money can go back only the way it came, or onto a gift card of yours",
            "no other method than the original one or a gift card of yours can receive a refund",
        ),
        {},
    ),
    OTHERS: Held(
        (
            "an order can be cancelled only by the customer whose it is",
            "the customer who placed an order has to ask for that in person",
            "I cannot touch orders of other customers",
        ),
        {
            "permission": Dispute(
                r"\b(?:permission|okay|allowed|agreed|knows?|asked me)\b",
                (
                    "[But|] I have their permission[, they asked me to do it|].",
                    "They know about it and [agreed to it|gave me their okay].",
                ),
                (
                    "Even with their permission, I cannot act on somebody else's order for you.",
                    "I don't doubt that they know of it, but they have to contact us themselves.",
                ),
            )
        },
    ),
}  # fmt: skip
"""By the clause, as the refusal names it."""
