"""Two writes of which the second depends on the first."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from writ_dspy.domains.domain import Dial, Domain, Draft, Recipe
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import item_sentences, sentences
from writ_dspy.domains.tau2.retail.address import PENDING_ONLY as SHIP_PENDING_ONLY
from writ_dspy.domains.tau2.retail.address import same_place, secret
from writ_dspy.domains.tau2.retail.cancel import PENDING_ONLY as CANCEL_PENDING_ONLY
from writ_dspy.domains.tau2.retail.customer import Customer, meet
from writ_dspy.domains.tau2.retail.drafting import Payer, build, named, original, shuffled, status_is, touched
from writ_dspy.domains.tau2.retail.exchange import CHANGE_ITEM, EXCHANGE_ITEMS, Plan
from writ_dspy.domains.tau2.retail.lenses import ADDRESS
from writ_dspy.domains.tau2.retail.payment import ANOTHER, ONCE, PENDING_ONLY
from writ_dspy.domains.tau2.retail.pointers import Pointer, point
from writ_dspy.domains.tau2.retail.stock import Wish, distinct, extreme, item_in
from writ_dspy.domains.tau2.retail.wording import noun, spin
from writ_dspy.task import Check, Computed, Decision, Fact, Picked, Policy, Request, Said, Slot, Tell

COVERED = "the gift card does not cover the total, even with the refund"


@dataclass(slots=True)
class Chain:
    """Two orders, each with a way to point at it that the first write does not upset."""

    name: str
    tool: str
    first: tuple[str, ...]
    """Statuses of the first order."""
    make: Callable[[Recipe, Customer, Dial, random.Random, Pointer, Pointer], Draft | None]
    """Drafts for two orders, or finds that they do not fit."""

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """None with a fallback or a refusal: those are for single requests."""
        if dial.fallback or dial.refuse:
            return None
        customer = meet(domain, user_id, rng)
        for one, two in self._pairs(customer, dial, rng):
            draft = self.make(self, customer, dial, rng, one, two)
            if draft is not None:
                return draft
        return None

    def _pairs(self, customer: Customer, dial: Dial, rng: random.Random) -> Iterator[tuple[Pointer, Pointer]]:
        """(first order, pending order), neither named by its city; the first not by its status."""
        firsts = [order for order in customer.orders if order["status"] in self.first]
        seconds = [order for order in customer.orders if order["status"] == "pending"]
        for order in shuffled(rng, firsts) if len(seconds) > (self.first == ("pending",)) else ():
            ones = [pointer for pointer in point(customer, order, dial.memory, rng) if secret(pointer)]
            ones = [p for p in ones if all(fact.key != "order_status" for fact in p.facts)]
            for other in shuffled(rng, (other for other in seconds if other is not order)) if ones else ():
                twos = [pointer for pointer in point(customer, other, dial.memory, rng) if secret(pointer)]
                yield from ((one, two) for one in ones for two in twos if len(one.reads | two.reads) <= dial.burden)


def carry_over(
    recipe: Recipe, customer: Customer, dial: Dial, rng: random.Random, one: Pointer, two: Pointer
) -> Draft | None:
    """Cancels one pending order and sends another to its address, which the first query finds.

    Burden: 3 (knows ids), 4 (half-remembers), 4 and 2 + orders (knows none).
    """
    if len(one.reads | two.reads) != dial.burden or same_place(one.row, two.row):
        return None
    place = tuple((field, Picked(one.query, field)) for field in ADDRESS)
    ship = Decision(
        "modify_pending_order_address",
        (("order_id", two.order_id), *place),
        (status_is(two, "pending", SHIP_PENDING_ONLY),),
    )
    cancel, asked, reason = _cancellation(one, rng)
    slots = (two.slot(rng), Slot("address", spin(rng, *sentences.SAME_PLACE), ("cancel",)))
    then = Request(
        1, (), f"the address change for the {two.hint}", "address", spin(rng, *sentences.SHIP_OPENINGS), slots
    )
    touches = {
        *touched(customer, one.row["order_id"], original(customer, one).row),
        *touched(customer, two.row["order_id"]),
    }
    return build(customer, recipe, dial, [cancel, ship], [asked, then], (*one.facts, *two.facts, reason), touches)


def move_with_order(
    recipe: Recipe, customer: Customer, dial: Dial, rng: random.Random, one: Pointer, two: Pointer
) -> Draft | None:
    """Sends a pending order to the address of another and makes it the default: both rest on one query.

    Burden: 3 (knows ids), 4 (half-remembers), 4 and 2 + orders (knows none).
    """
    unfit = same_place(one.row, two.row) or same_place(one.row, customer.profile)
    if unfit or len(one.reads | two.reads) != dial.burden:
        return None
    place = tuple((field, Picked(one.query, field)) for field in ADDRESS)
    ship = Decision(
        "modify_pending_order_address",
        (("order_id", two.order_id), *place),
        (status_is(two, "pending", SHIP_PENDING_ONLY),),
    )
    move = Decision("modify_user_address", (("user_id", customer.user), *place))
    where = Slot("address", spin(rng, *sentences.AS_ORDER, it=one.words), one.marks)
    asked = Request(
        0,
        (),
        f"the address change for the {two.hint}",
        "address",
        spin(rng, *sentences.SHIP_OPENINGS),
        (two.slot(rng), where),
    )
    then = Request(
        1,
        (),
        "the default address",
        "default",
        spin(rng, *sentences.MOVE_OPENINGS),
        (Slot("address", spin(rng, *sentences.THAT_PLACE), ("address",)),),
    )
    touches = {*touched(customer, two.row["order_id"]), f"users/{customer.user_id}"}
    return build(customer, recipe, dial, [ship, move], [asked, then], (*one.facts, *two.facts), touches)


def pay_with_refund(
    recipe: Recipe, customer: Customer, dial: Dial, rng: random.Random, one: Pointer, two: Pointer
) -> Draft | None:
    """Cancels an order paid by gift card, whose refund lets the card pay for another: allowed only then.

    Burden: 4 (all memories; 12 of 500 users), and rarely 5 to 9 (knows none).
    """
    card = next((payer for payer in named(customer, rng) if payer.gift), None)
    if card is None or len(one.reads | two.reads | card.reads) != dial.burden or not _tops_up(card, one.row, two.row):
        return None
    if card.query is None or any(fact.key == "payment_source" for fact in (*one.facts, *two.facts)):
        return None
    together = Computed("sum", (Picked(card.query, "balance"), Picked(one.query, "total")))
    total = Picked(two.query, "total")
    checks = (
        status_is(two, "pending", PENDING_ONLY),
        Check(Picked(two.query, "payment_count"), "is", Policy(1, ONCE), ONCE),
        Check(card.id, "is not", Picked(two.query, "payment_method_id"), ANOTHER),
        Check(together, ">=", total, COVERED),
    )
    pay = Decision("modify_pending_order_payment", (("order_id", two.order_id), ("payment_method_id", card.id)), checks)
    cancel, asked, reason = _cancellation(one, rng)
    slots = (
        two.slot(rng),
        Slot("payment", spin(rng, *sentences.WITH_REFUND), ("gift card",)),
        Slot("question", spin(rng, *item_sentences.LEFT_ON_CARD), ("left",)),
    )
    left = Tell("balance", Computed("difference", (together, total)), "money")
    then = Request(
        1, (0,), f"the payment change for the {two.hint}", "payment", spin(rng, *sentences.PAY_OPENINGS), slots
    )
    touches = {*touched(customer, one.row["order_id"], card.row), *touched(customer, two.row["order_id"])}
    facts = (*one.facts, *two.facts, *card.facts, reason)
    return build(customer, recipe, dial, [cancel, pay], [asked, then], facts, touches, [left])


def match_versions(
    recipe: Recipe, customer: Customer, dial: Dial, rng: random.Random, one: Pointer, two: Pointer
) -> Draft | None:
    """Exchanges a delivered item, and changes a pending one of the same product to the version so found.

    The second argument is picked by the first query.

    Burden: 4 (knows ids), 5 (half-remembers, knows none), and rarely 6 to 8 (knows none).
    """
    payers = [original(customer, pointer) for pointer in (one, two)]
    if any(payer.gift for payer in payers):
        return None
    held = {item["product_id"]: item for item in distinct(customer.items(two.row["order_id"]))}
    for item in distinct(customer.items(one.row["order_id"])):
        twin = held.get(item["product_id"])
        reads = one.reads | two.reads | {str(item["product_id"])}
        if twin is None or len(reads) != dial.burden:
            continue
        wishes = [
            *extreme(customer, item, item_in(one, item), rng, most=False),
            *extreme(customer, item, item_in(one, item), rng, most=True),
        ]
        for wish in shuffled(rng, wishes):
            if wish.row["item_id"] != twin["item_id"]:
                return _matched(recipe, customer, dial, rng, (one, two), payers, wish, twin)
    return None


def _matched(
    recipe: Recipe,
    customer: Customer,
    dial: Dial,
    rng: random.Random,
    pointers: tuple[Pointer, Pointer],
    payers: list[Payer],
    wish: Wish,
    twin: Row,
) -> Draft:
    one, two = pointers
    exchange = Plan(one, (wish,), payers[0])
    change = Plan(two, (Wish(twin, item_in(two, twin), wish.new, wish.row, "", (), (), wish.reads),), payers[1])
    decisions = [
        exchange.decision(EXCHANGE_ITEMS.tool, EXCHANGE_ITEMS.status, EXCHANGE_ITEMS.rule),
        change.decision(CHANGE_ITEM.tool, CHANGE_ITEM.status, CHANGE_ITEM.rule),
    ]
    thing = noun(str(twin["product_name"]))
    order, items, _, payment = change.slots(rng)
    version = Slot("version", spin(rng, *item_sentences.SAME_VERSION), ("exchange",))
    requests = [
        Request(
            0,
            (),
            f"the {thing} exchange",
            "exchange",
            spin(rng, *item_sentences.EXCHANGE_OPENINGS),
            tuple(exchange.slots(rng)),
        ),
        Request(
            1,
            (),
            f"the {thing} change",
            "change",
            spin(rng, *item_sentences.CHANGE_OPENINGS),
            (order, items, version, payment),
        ),
    ]
    touches = {*touched(customer, one.row["order_id"]), *touched(customer, two.row["order_id"])}
    return build(customer, recipe, dial, decisions, requests, (*exchange.facts, *change.facts), touches)


def _cancellation(pointer: Pointer, rng: random.Random) -> tuple[Decision, Request, Fact]:
    reason = rng.choice(list(sentences.REASONS))
    args = (("order_id", pointer.order_id), ("reason", Said(reason)))
    decision = Decision("cancel_pending_order", args, (status_is(pointer, "pending", CANCEL_PENDING_ONLY),))
    slots = (pointer.slot(rng), Slot("reason", spin(rng, *sentences.REASONS[reason])))
    request = Request(
        0, (), f"the cancellation of the {pointer.hint}", "order", spin(rng, *sentences.CANCEL_OPENINGS), slots
    )
    return decision, request, Fact("reason", reason, slots[1].text)


def _tops_up(card: Payer, cancelled: Row, paid: Row) -> bool:
    """The card pays for the second order only with the refund of the first."""
    balance, total = card.row["balance"], paid["total"]
    own = cancelled["payment_method_id"] == card.row["id"] != paid["payment_method_id"]
    return bool(own and balance + cancelled["total"] >= total)


CHAINS = (
    Chain("cancel and carry over", "modify_pending_order_address", ("pending",), carry_over),
    Chain("move with an order", "modify_user_address", ("pending", "processed", "delivered"), move_with_order),
    Chain("pay with a refund", "modify_pending_order_payment", ("pending",), pay_with_refund),
    Chain("match versions", "modify_pending_order_items", ("delivered",), match_versions),
)
