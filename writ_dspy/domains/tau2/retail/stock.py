"""What a customer says about versions of a product: which one they want, or at what price they would act."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeAlias

from writ_dspy.domains.domain import Domain
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import item_sentences
from writ_dspy.domains.tau2.retail.customer import Customer, said, variants
from writ_dspy.domains.tau2.retail.lenses import options
from writ_dspy.domains.tau2.retail.pointers import Pointer
from writ_dspy.domains.tau2.retail.sensible import fits, less_for_more
from writ_dspy.domains.tau2.retail.wording import dollars, noun, spin, trait
from writ_dspy.task import Best, Check, Every, Fact, Only, Picked, Policy, Query, ReadCall, Said, Slot, Where

IN_STOCK = Policy(True, "only versions in stock can be chosen")
SOLD_OUT = "that version is out of stock"
UNSPEAKABLE = frozenset({"yes", "no", "none", "not resistant"})
"""Option values that nobody would name on their own."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The version of one item that a customer wants."""

    item: Row
    old: Query
    """Finds the item in its order."""
    new: Only | Best
    row: Row
    """The version that it comes to."""
    words: str
    """Follows "I'd like …"."""
    facts: tuple[Fact, ...]
    marks: tuple[str, ...]
    reads: frozenset[str]
    """Reads beyond those that find the item."""
    why: str = ""
    """Follows the words, where nobody would want that for nothing: ", as …"."""

    @property
    def in_stock(self) -> Check:
        """The version can be had."""
        return Check(Picked(self.new, "available"), "is", IN_STOCK, SOLD_OUT)

    @property
    def difference(self) -> float:
        """New prices less old ones."""
        return float(self.row["price"]) - float(self.item["price"])


def item_in(pointer: Pointer, item: Row) -> Only:
    """The item by the name of its product."""
    return Only((pointer.read("items"),), (said("product_name", item["product_name"]),))


def distinct(items: Sequence[Row]) -> list[Row]:
    """The items whose product occurs once among them."""
    names = [item["product_name"] for item in items]
    return [item for item in items if names.count(item["product_name"]) == 1]


def product_of(query: Query, view: str = "variants") -> ReadCall:
    """The catalog entry of the product of each row that the query finds."""
    return ReadCall("get_product_details", (("product_id", Picked(query, "product_id")),), view)


Offer: TypeAlias = Callable[[], Wish]
"""A wish that is worked out when it is taken: of many that a customer could have, they have one."""


def changed(customer: Customer, item: Row, old: Query, *, available: bool) -> Iterator[Wish]:
    """The same with one or two options different; all such versions in stock, or all out of stock."""
    return (offer() for offer in changes(customer, item, old, available=available))


def changes(customer: Customer, item: Row, old: Query, *, available: bool) -> Iterator[Offer]:
    """As `changed`."""
    product_id, mine = str(item["product_id"]), options(item)
    rows = customer.variants(product_id)
    for place, other in _changes(customer.domain, product_id, tuple(mine.items()), available):
        if less_for_more(rows[place], item):
            continue
        yield partial(_changed, item, old, rows[place], other)


@lru_cache(maxsize=4096)
def _changes(
    domain: Domain, product_id: str, own: tuple[tuple[str, str], ...], available: bool
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The places of the versions that differ from one with these options in one or two, and in which."""
    mine = dict(own)
    found: list[tuple[int, tuple[str, ...]]] = []
    for place, row in enumerate(variants(domain, product_id)):
        theirs = options(row)
        other = tuple(name for name, value in theirs.items() if value != mine.get(name))
        if theirs.keys() != mine.keys() or not 1 <= len(other) <= 2 or row["available"] is not available:
            continue
        if not UNSPEAKABLE & {theirs[name] for name in other}:
            found.append((place, other))
    return tuple(found)


def _changed(item: Row, old: Query, row: Row, other: Sequence[str]) -> Wish:
    """The version that differs in these options."""
    theirs = options(row)
    where = tuple(
        said(name, value) if name in other else Where(name, "is", Picked(old, name)) for name, value in theirs.items()
    )
    words = " and ".join(trait(name, theirs[name]) for name in other)
    facts = tuple(
        Fact(f"wanted_{_key(name)}", theirs[name], f"I want it {trait(name, theirs[name])}.") for name in other
    )
    marks = tuple(theirs[name].lower() for name in other)
    reads = frozenset({str(item["product_id"])})
    return Wish(item, old, Only((product_of(old),), where), row, f"the same one {words}", facts, marks, reads)


def extreme(customer: Customer, item: Row, old: Query, rng: random.Random, *, most: bool) -> Iterator[Wish]:
    """The cheapest (or dearest) other version in stock, of all or of those with one option as said."""
    return (offer() for offer in extremes(customer, item, old, rng, most=most))


def extremes(customer: Customer, item: Row, old: Query, rng: random.Random, *, most: bool) -> Iterator[Offer]:
    """As `extreme`; the words are drawn for each."""
    rows = customer.variants(item["product_id"])
    degree = rng.choice(("most expensive", "priciest") if most else ("cheapest", "least expensive"))
    for limit, place in _extremes(customer.domain, str(item["product_id"]), str(item["item_id"]), most):
        more = rows[place]["price"] - item["price"]
        if (more if most else -more) < WORTH_IT:  # nobody saves by what costs more, nor swaps for a few cents
            continue
        if not fits(rows[place], item, limit or ()) or less_for_more(rows[place], item):
            continue
        thing = rng.choice(("version", "one", "variant"))
        stocked = rng.choice(("you have in stock", "is in stock", "is available"))
        why = f", {rng.choice(THE_DEAREST)}" if most else ""
        yield partial(_extreme, item, old, rows[place], limit, (degree, thing, stocked, why), most=most)


@lru_cache(maxsize=4096)
def _extremes(
    domain: Domain, product_id: str, item_id: str, most: bool
) -> tuple[tuple[tuple[str, str] | None, int], ...]:
    """Options by which one other version in stock is the cheapest (or dearest) alone, and its place; none is: of all."""
    rows = variants(domain, product_id)
    others = [place for place, row in enumerate(rows) if row["available"] and row["item_id"] != item_id]
    limits: list[tuple[str, str] | None] = [None]
    limits += sorted(
        {(name, value) for place in others for name, value in options(rows[place]).items() if value not in UNSPEAKABLE}
    )
    found: list[tuple[tuple[str, str] | None, int]] = []
    for limit in limits:
        pool = sorted(
            (place for place in others if limit is None or rows[place].get(limit[0]) == limit[1]),
            key=lambda place: rows[place]["price"],
            reverse=most,
        )
        if len(pool) > 1 and rows[pool[0]]["price"] != rows[pool[1]]["price"]:
            found.append((limit, pool[0]))
    return tuple(found)


def _extreme(
    item: Row, old: Query, row: Row, limit: tuple[str, str] | None, said_as: tuple[str, str, str, str], *, most: bool
) -> Wish:
    """The version at one end of the prices."""
    degree, thing, stocked, why = said_as
    base = (Where("available", "is", IN_STOCK), Where("item_id", "is not", Picked(old, "item_id")))
    where = base if limit is None else (*base, said(*limit))
    suffix = "" if limit is None else f" {trait(*limit)}"
    facts = () if limit is None else (Fact(f"wanted_{_key(limit[0])}", limit[1], f"I want one {trait(*limit)}."),)
    marks = (degree.split()[0], *([limit[1].lower()] if limit else []))
    words = f"the {degree} other {thing}{suffix} that {stocked}"
    new = Best((product_of(old),), "price", most, where)
    return Wish(item, old, new, row, words, facts, marks, frozenset({str(item["product_id"])}), why)


def cheapest(customer: Customer, item: Row, old: Query) -> Wish | None:
    """The cheapest other version in stock, where that is worth the trouble."""
    rows = customer.variants(item["product_id"])
    for limit, place in _extremes(customer.domain, str(item["product_id"]), str(item["item_id"]), False):
        row = rows[place]
        if limit is None and item["price"] - row["price"] >= WORTH_IT and fits(row, item):
            return _extreme(item, old, row, None, ("cheapest", "version", "is in stock", ""), most=False)
    return None


def second(customer: Customer, item: Row, old: Query, rng: random.Random) -> Iterator[Offer]:
    """The cheapest but one of the other versions in stock."""
    base = (Where("available", "is", IN_STOCK), Where("item_id", "is not", Picked(old, "item_id")))
    others = [
        row for row in customer.variants(item["product_id"]) if row["available"] and row["item_id"] != item["item_id"]
    ]
    ranked = sorted(others, key=lambda row: row["price"])
    if len(ranked) < 3 or len({row["price"] for row in ranked[:3]}) < 3:
        return
    if not fits(ranked[1], item) or ranked[1]["price"] >= item["price"]:  # who asks for a cheap one has a dearer one
        return
    cheapest = Best((product_of(old),), "price", False, base)
    new = Best((product_of(old),), "price", False, (*base, Where("item_id", "is not", Picked(cheapest, "item_id"))))
    thing = rng.choice(("version", "one", "variant"))
    stocked = rng.choice(("you have in stock", "is in stock", "is available"))
    words = f"the second cheapest {thing} that {stocked}, not counting mine"
    why = f", {rng.choice(NOT_THE_FIRST)}"
    reads = frozenset({str(item["product_id"])})
    yield partial(Wish, item, old, new, ranked[1], words, (), ("second", "cheapest"), reads, why)


def alike(customer: Customer, pointer: Pointer, item: Row, old: Only, rng: random.Random) -> Iterator[Offer]:
    """The same, but with one option as on something in another order: refers across records."""
    mine = options(item)
    names = [other["product_name"] for other in customer.all_items()]
    for row in customer.variants(item["product_id"]):
        theirs = options(row)
        other = [name for name in theirs if theirs[name] != mine.get(name)]
        if theirs.keys() != mine.keys() or len(other) != 1 or not row["available"]:
            continue
        option = other[0]
        for model in customer.all_items():
            if (
                model["order_id"] != pointer.row["order_id"]
                and options(model).get(option) == theirs[option]
                and names.count(model["product_name"]) == 1
            ):
                source = Only((customer.each_order("items"),), (said("product_name", model["product_name"]),))
                where = tuple(Where(name, "is", Picked(source if name == option else old, name)) for name in theirs)
                thing = noun(str(model["product_name"]))
                link = rng.choice(("of", "that I have on", "as on", "matching"))
                place = rng.choice(("in my other order", "from another order of mine", "I have in a different order"))
                words = f"the same one, but with the {option} {link} the {thing} {place}"
                fact = Fact("model_product", model["product_name"], f"The one to match is the {thing}.")
                reads = frozenset({str(item["product_id"]), str(model["order_id"])})
                new = Only((product_of(old),), where)
                yield partial(Wish, item, old, new, row, words, (fact,), tuple(thing.lower().split()), reads)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A price at which the customer would act."""

    check: Check
    slot: Slot
    facts: tuple[Fact, ...]
    reads: frozenset[str]


def threshold(customer: Customer, pointer: Pointer, rng: random.Random, *, holds: bool = True) -> Threshold | None:
    """Act only if another version of the one product in the order is under a price, which it is or not."""
    items = customer.items(pointer.row["order_id"])
    if len(products_of(items)) > 1:  # nobody gives up several things for whichever of them is cheap
        return None
    mine = {item["item_id"] for item in items}
    found = sorted(
        (row["price"], row["item_id"] in mine)
        for product in products_of(items)
        for row in customer.variants(product)
        if row["available"]
    )
    alone = len(items) == 1  # of several, each would have to be left out by its name, which the customer has not said
    prices = [price for price, own in found if not (alone and own)]
    if not alone and found and found[0][1]:
        return None
    if len(prices) < 2 or prices[0] == prices[1] or prices[0] < 12:
        return None
    step = 5 if prices[0] < 120 else 10
    price = math.floor(prices[0] / step + 1) * step if holds else math.ceil(prices[0] / step - 1) * step
    contents = Every((pointer.read("items"),))
    others = (Where("item_id", "is not", Picked(Only((pointer.read("items"),)), "item_id")),) if alone else ()
    best = Best((product_of(contents),), "price", False, (Where("available", "is", IN_STOCK), *others))
    check = Check(
        Picked(best, "price"),
        "<",
        Said(price),
        f"no other version of a product in that order is in stock for less than ${price}",
        own=True,
    )
    shown = dollars(price).removesuffix(".00")
    text = spin(rng, *item_sentences.ACT_IF_UNDER, price=shown)
    fact = Fact("price_limit", price, f"My price limit is {shown}.")
    return Threshold(check, Slot("condition", text, (shown.lower(),)), (fact,), products_of(items))


NOT_THE_FIRST = (
    "as the very cheapest is never any good", "since I don't quite trust the very cheapest", "because the very cheapest seldom lasts long",
    "as there's always a catch with the very cheapest", "since the very cheapest was no good the last time",
)  # fmt: skip
"""Why somebody wants the cheapest but one."""
THE_DEAREST = (
    "as it's going to be a present", "since it's for my mother's birthday", "as I don't want to save on it this time",
    "because I use it every single day", "since I'd rather pay once and have it for years", "as we decided to treat ourselves to it",
    "because I've saved up for it",
)  # fmt: skip
"""Why somebody wants the dearest."""
WORTH_IT = 5.0
"""Dollars for less of which nobody goes to the trouble."""


def products_of(items: Iterable[Row]) -> frozenset[str]:
    """Labels of the catalog reads for these items."""
    return frozenset(str(item["product_id"]) for item in items)


def _key(option: str) -> str:
    return option.lower().replace(" ", "_").replace("/", "_")
