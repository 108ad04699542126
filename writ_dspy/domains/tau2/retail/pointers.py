"""The ways in which a customer points at one of their orders, from its number to "the dearest one"."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import sentences
from writ_dspy.domains.tau2.retail.customer import FIND, PROFILE, Customer, Description, said
from writ_dspy.domains.tau2.retail.wording import dollars, noun, source, spin
from writ_dspy.task import Best, Fact, Only, Picked, ReadCall, Said, Scalar, Slot, Term, Where

DEGREES = {
    ("total", True): ("highest", "biggest", "largest"),
    ("total", False): ("lowest", "smallest"),
    ("item_count", True): ("most",),
    ("item_count", False): ("fewest",),
}


@dataclass(frozen=True, slots=True)
class Pointer:
    """One way to point at one order."""

    row: Row
    """The order that it comes to."""
    query: Only | Best
    """Finds the row of view `order`."""
    order_id: Term
    reads: frozenset[str]
    """Labels of its evidence."""
    words: str
    """A noun phrase without a status that the order may not have."""
    facts: tuple[Fact, ...]
    marks: tuple[str, ...]
    by_number: bool = False
    """The customer says the number; whose order it is, the agent has to check."""
    hint: str = "order"
    """What the order is called in a topic: "lamp order", "order"."""

    def read(self, view: str) -> ReadCall:
        """The order again, looked at in another way."""
        return ReadCall("get_order_details", (("order_id", self.order_id),), view)

    def slot(self, rng: random.Random, key: str = "order") -> Slot:
        """The sentence that discloses it."""
        return Slot(key, spin(rng, *sentences.POINTING, it=self.words), self.marks)


def point(customer: Customer, order: Row, memory: str, rng: random.Random) -> list[Pointer]:
    """All ways in which a customer of this memory can point at the order, in random order."""
    if memory == "knows ids":
        return [by_id(order, rng)]
    ways = list(_by_ending(customer, order, rng) if memory == "half-remembers" else _by_content(customer, order, rng))
    rng.shuffle(ways)
    return ways


def by_id(order: Row, rng: random.Random, order_id: str = "") -> Pointer:
    """By its number, or by another number that the customer takes for it."""
    number = order_id or str(order["order_id"])
    call = ReadCall("get_order_details", (("order_id", Said(number)),), "order")
    query = Only((call,))
    fact = Fact("order_id", number, f"My order number is {number}.")
    words = _low(spin(rng, *sentences.BY_ID, id=number))
    return Pointer(
        order,
        query,
        Said(number),
        frozenset({FIND, number}),
        words,
        (fact,),
        (number.lower(),),
        by_number=True,
    )


def _by_ending(customer: Customer, order: Row, rng: random.Random) -> Iterator[Pointer]:
    for size in (3, 4):
        ending = str(order["order_id"])[-size:]
        if sum(str(other["order_id"]).endswith(ending) for other in customer.orders) == 1:
            known = Only((customer.details("orders"),), (said("order_id", ending, "ends with"),))
            number = Picked(known, "order_id")
            query = Only((ReadCall("get_order_details", (("order_id", number),), "order"),))
            fact = Fact("order_ending", ending, f"My order number ends in {ending}.")
            reads = frozenset({FIND, PROFILE, str(order["order_id"])})
            words = _low(spin(rng, *sentences.BY_ENDING, id=ending))
            yield Pointer(order, query, number, reads, words, (fact,), (ending,))


def _by_content(customer: Customer, order: Row, rng: random.Random) -> Iterator[Pointer]:
    reads = frozenset({FIND, PROFILE, str(order["order_id"])})
    status = str(order["status"])
    for wheres, patterns, item, hint in _telling(customer, order):
        words = _low(spin(rng, *patterns, item=item, status=status))
        if status not in words and any(where.attribute == "status" for where in wheres):
            continue
        query = Only((customer.each_order("order"),), wheres)
        facts = tuple(_fact(where) for where in wheres)
        marks = tuple(item.lower().split()) or (status,)
        yield Pointer(order, query, Picked(query, "order_id"), reads, words, facts, marks, hint=hint)
    yield from superlatives(customer, status, rng, order)


def _telling(customer: Customer, order: Row) -> list[Description]:
    """The descriptions that fit no other order of the customer; worked out once for each."""
    name = str(order["order_id"])
    if name not in customer.ways:
        customer.ways[name] = [
            way for way in _descriptions(order) if sum(_fits(other, way[0]) for other in customer.orders) == 1
        ]
    return customer.ways[name]


def _descriptions(order: Row) -> Iterator[Description]:
    """What can be said of an order."""
    status = said("status", str(order["status"]))
    for name in dict.fromkeys(order["product_names"]):
        plain = tuple(pattern for pattern in sentences.BY_PRODUCT if "{status}" not in pattern)
        yield (said("product_names", name, "contains"),), plain, noun(name), f"{noun(name)} order"
        strict: tuple[str, ...] = (
            "[the|my] {status} order with the {item} [in it|]",
            "the {item} order that is [still|] {status}",
        )
        strict = strict if order["status"] == "pending" else strict[:1]
        yield (said("product_names", name, "contains"), status), strict, noun(name), f"{noun(name)} order"
    yield (status,), sentences.BY_STATUS, "", "order"
    yield (
        (status, said("payment_source", order["payment_source"])),
        sentences.BY_SOURCE,
        source(order["payment_source"]),
        "order",
    )
    yield (said("city", order["city"]),), sentences.BY_CITY, str(order["city"]), "order"
    yield (said("total", order["total"]),), sentences.BY_TOTAL, dollars(order["total"]), "order"


def superlatives(customer: Customer, status: str, rng: random.Random, order: Row | None = None) -> Iterator[Pointer]:
    """The order of this status with the highest total, the fewest items, …; where there is no tie."""
    pool = [other for other in customer.orders if other["status"] == status]
    if len(pool) < 2:
        return
    for (by, most), degrees in DEGREES.items():
        ranked = sorted(pool, key=lambda other: other[by], reverse=most)
        if ranked[0][by] == ranked[1][by] or (order is not None and ranked[0] is not order):
            continue
        query = Best((customer.each_order("order"),), by, most, (said("status", status),))
        degree = rng.choice(degrees)
        patterns = sentences.BEST_TOTAL if by == "total" else sentences.BEST_COUNT
        words = _low(spin(rng, *patterns, most=degree, status=status))
        facts = (Fact("order_status", status, f"I mean one of my {status} orders."),)
        yield Pointer(
            ranked[0],
            query,
            Picked(query, "order_id"),
            customer.reads_of_all(),
            words,
            facts,
            (degree, status),
        )


def counterpart(customer: Customer, pointer: Pointer, status: str, rng: random.Random) -> Pointer | None:
    """The same way of pointing with one other value, at an order of another status."""
    if len(pointer.facts) != 1 or isinstance(pointer.query, Best):
        same = [other for other in superlatives(customer, status, rng) if _ranking(other) == _ranking(pointer)]
        return same[0] if same and isinstance(pointer.query, Best) else None
    key = pointer.facts[0].key
    memory = {"order_id": "knows ids", "order_ending": "half-remembers"}.get(key, "knows none")
    for order in customer.orders:
        if order["status"] == status:
            for other in point(customer, order, memory, rng):
                if [fact.key for fact in other.facts] == [key] and len(other.reads) == len(pointer.reads):
                    return other
    return None


def _ranking(pointer: Pointer) -> tuple[str, bool] | None:
    return (pointer.query.by, pointer.query.most) if isinstance(pointer.query, Best) else None


def _fits(order: Row, wheres: tuple[Where, ...]) -> bool:
    for where in wheres:
        have, want = order[where.attribute], _value(where)
        if (want not in have) if where.op == "contains" else (have != want):
            return False
    return True


def _value(where: Where) -> Scalar:
    """The value that a description states; descriptions state nothing but values."""
    return where.value.value if isinstance(where.value, Said) else ""


_FACTS = {
    "product_names": ("product_name", "There is a {} in that order."),
    "status": ("order_status", "That order is {}."),
    "payment_source": ("payment_source", "I paid for that order with my {}."),
    "city": ("city", "That order is addressed to {}."),
    "total": ("order_total", "That order came to {}."),
}


def _fact(where: Where) -> Fact:
    key, text = _FACTS[where.attribute]
    value = _value(where)
    if where.attribute == "product_names":
        shown = noun(str(value))
    elif where.attribute == "payment_source":
        shown = source(str(value))
    else:
        shown = dollars(float(value)) if where.attribute == "total" else str(value)
    return Fact(key, value, text.format(shown))


def _low(words: str) -> str:
    """A noun phrase for the middle of a sentence."""
    return words[0].lower() + words[1:].removesuffix(".")
