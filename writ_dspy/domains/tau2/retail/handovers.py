"""What no tool of the shop does and no clause refuses, so that policy wants it handed to a human: parcels that do not arrive."""

from __future__ import annotations

import random
from dataclasses import dataclass

from writ_dspy.domains.domain import Dial, Domain, Draft
from writ_dspy.domains.tau2.retail.customer import meet
from writ_dspy.domains.tau2.retail.drafting import build, shuffled
from writ_dspy.domains.tau2.retail.pointers import point
from writ_dspy.domains.tau2.retail.wording import spin
from writ_dspy.task import Check, Decision, Picked, Policy, Request


@dataclass(frozen=True, slots=True)
class Astray:
    """A parcel that should be there, or on its way, and is not.

    Burden: the order, so 2 (knows ids), 3 to 4 (half-remembers), 3 to 10 (knows none). Always to be handed over; no fallback.
    """

    name: str
    tool: str
    status: str
    rule: str
    openings: tuple[str, ...]

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft, or None when this customer cannot ask like that (the `Recipe` protocol)."""
        customer = meet(domain, user_id, rng)
        orders = [order for order in customer.orders if order["status"] == self.status] if dial.refuse else []
        for order in shuffled(rng, orders):
            for pointer in point(customer, order, dial.memory, rng):
                if len(pointer.reads) != dial.burden:
                    continue
                astray = Check(
                    Picked(pointer.query, "status"), "is", Policy("pending", "not sent yet"), self.rule, transfer=True
                )  # fmt: skip
                decision = Decision(self.tool, (("order_id", pointer.order_id),), (astray,), bare=True)
                topic = f"the search for the parcel of the {pointer.hint}"
                request = Request(0, (), topic, "parcel", spin(rng, *self.openings), (pointer.slot(rng),))
                return build(
                    customer, self, dial, [decision], [request], pointer.facts, {f"orders/{order['order_id']}"}
                )
        return None


HANDOVERS = (
    Astray(
        "handed over: a parcel that never came", "trace_parcel", "delivered",
        "a parcel that is marked as delivered and has not arrived can only be traced by a human agent",
        (
            "[Hi|Hello|Hey], a parcel of mine [never came|hasn't arrived|never arrived], [though it says that it was delivered|but you list it as delivered].",
            "[It says|Your page says] that [a parcel|my parcel] was delivered, [but nothing came|and there is nothing here].",
            "[Where is my parcel|I'm looking for a parcel of mine]? [It is said to be delivered|They say it was delivered], and I never got it.",
        ),
    ),
    Astray(
        "handed over: a parcel that is stuck", "trace_parcel", "processed",
        "a parcel that is stuck on its way can only be traced by a human agent",
        (
            "[Hi|Hello|Hey], a parcel of mine [seems to be stuck|has been stuck for days][, nothing moves|].",
            "[My parcel|A parcel of mine] [hasn't moved in days|isn't moving]; [please find out where it is|can you have it traced]?",
            "[Can|Could] you [trace|track down] a parcel of mine that [is stuck somewhere|got stuck on its way]?",
        ),
    ),
)  # fmt: skip
