"""One customer as recipes see them, and the queries by which an agent finds them and their orders."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from writ_dspy.domains.domain import Domain
from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail import sentences
from writ_dspy.domains.tau2.retail.wording import spin
from writ_dspy.task import Every, Fact, Only, Op, Picked, ReadCall, Said, Slot, Term, Where

Description: TypeAlias = tuple[tuple[Where, ...], tuple[str, ...], str, str]
"""(what must hold, patterns, what fills them, hint) for one order."""
FIND, PROFILE = "find", "profile"
"""Labels of reads, to count a burden before it is resolved; orders and products go by their ids."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A user with all that their own records show, and how an agent comes to know them."""

    domain: Domain
    user_id: str
    profile: Row
    methods: tuple[Row, ...]
    orders: tuple[Row, ...]
    """Rows of the view `order`, in the order of the profile."""
    who: Only
    """The row that a look-up of the user shows."""
    me: Only
    order_ids: Every
    facts: tuple[Fact, ...]
    identity: Slot
    ways: dict[str, list[Description]]
    """By order id: what tells the order from their others, in words; filled as it is needed."""

    @property
    def user(self) -> Term:
        """The user id, as what the look-up shows."""
        return Picked(self.who, "user_id")

    def details(self, view: str) -> ReadCall:
        """The profile."""
        return ReadCall("get_user_details", (("user_id", self.user),), view)

    def each_order(self, view: str) -> ReadCall:
        """Every order that the profile lists."""
        return ReadCall("get_order_details", (("order_id", Picked(self.order_ids, "order_id")),), view)

    def items(self, order_id: str) -> tuple[Row, ...]:
        """What one order holds."""
        return rows(self.domain, "items", "get_order_details", order_id=order_id)

    def all_items(self, status: str | None = None) -> list[Row]:
        """What all orders hold, or those with one status."""
        return [
            item for order in self.orders if status in (None, order["status"]) for item in self.items(order["order_id"])
        ]

    def variants(self, product_id: str) -> tuple[Row, ...]:
        """All versions of a product."""
        return variants(self.domain, product_id)

    def order(self, order_id: str) -> Row:
        """One of their orders."""
        return next(order for order in self.orders if order["order_id"] == order_id)

    def reads_of_all(self) -> frozenset[str]:
        """Labels of the look-up, the profile and every order."""
        return frozenset({FIND, PROFILE, *(order["order_id"] for order in self.orders)})


def rows(domain: Domain, view: str, tool: str, **args: str) -> tuple[Row, ...]:
    """What a read shows, as rows."""
    return domain.read(domain.canonical(tool, args)).views.get(view, ())


def variants(domain: Domain, product_id: str) -> tuple[Row, ...]:
    """All versions of a product."""
    return rows(domain, "variants", "get_product_details", product_id=product_id)


def meet(domain: Domain, user_id: str, rng: random.Random) -> Customer:
    """The customer; how they identify themselves depends on the user alone, so drafts can be combined."""
    customer, patterns, words = _known(domain, user_id)
    identity = replace(customer.identity, text=spin(rng, *patterns, **words))
    return replace(customer, identity=identity)


@lru_cache(maxsize=1024)
def _known(domain: Domain, user_id: str) -> tuple[Customer, tuple[str, ...], dict[str, str]]:
    """The customer, worked out once, with an identity still to be put into words: patterns, and what fills them."""
    views = domain.read(domain.canonical("get_user_details", {"user_id": user_id})).views
    profile = views["profile"][0]
    who, facts, marks, patterns, words = _introduction(profile)
    details = (("user_id", Picked(who, "user_id")),)
    orders = [rows(domain, "order", "get_order_details", order_id=row["order_id"])[0] for row in views["orders"]]
    customer = Customer(
        domain=domain,
        user_id=user_id,
        profile=profile,
        methods=views["payment_methods"],
        orders=tuple(orders),
        who=who,
        me=Only((ReadCall("get_user_details", details, "profile"),)),
        order_ids=Every((ReadCall("get_user_details", details, "orders"),)),
        facts=facts,
        identity=Slot("identity", "", marks),
        ways={},
    )
    return customer, patterns, words


def _introduction(
    profile: Row,
) -> tuple[Only, tuple[Fact, ...], tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """How an agent finds the customer, what they say for that, its marks, and the sentence still to be spun."""
    email, zip_code = str(profile["email"]), str(profile["zip"])
    first, last = str(profile["first_name"]), str(profile["last_name"])
    if zlib.crc32(str(profile["user_id"]).encode()) % 5 < 3:
        who = Only((ReadCall("find_user_id_by_email", (("email", Said(email)),), "user"),))
        words = {"first": first, "last": last, "email": email}
        fact = Fact("email", email, f"My e-mail address is {email}.")
        return who, (fact,), (email.lower(),), sentences.IDENTITY_BY_EMAIL, words
    args = (("first_name", Said(first)), ("last_name", Said(last)), ("zip", Said(zip_code)))
    facts = (
        Fact("first_name", first, f"My first name is {first}."),
        Fact("last_name", last, f"My last name is {last}."),
        Fact("zip", zip_code, f"My zip code is {zip_code}."),
    )
    who = Only((ReadCall("find_user_id_by_name_zip", args, "user"),))
    marks = (first.lower(), last.lower(), zip_code)
    return who, facts, marks, sentences.IDENTITY_BY_NAME, {"first": first, "last": last, "zip": zip_code}


def said(attribute: str, value: str | float, op: Op = "is") -> Where:
    """A predicate with a value that the user states."""
    return Where(attribute, op, Said(value))
