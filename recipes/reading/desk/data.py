"""A made-up desk: 1,200 members with two to six loans and as many holds each, no two of a member's alike in what they are compared by."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from tools import TODAY  # type: ignore[import-not-found]  # it lies beside this file

MEMBERS, MOST, DAYS, PLACES = 1200, 6, 28, 12
BRANCHES = ("Harbor", "Station", "Hilltop", "Orchard")
FIRST = ("Amara", "Boris", "Celia", "Dario", "Edda", "Femi", "Gita", "Henrik", "Imani", "Joris", "Kaya", "Ludek")
LAST = ("Adeyemi", "Bergman", "Castro", "Duval", "Ekholm", "Farkas", "Grieg", "Horvat", "Jurado", "Keller", "Lorenz")
KINDS = ("Paper", "Copper", "Quiet", "Northern", "Borrowed", "Amber", "Hidden", "Wandering", "Silver", "Broken")
THINGS = ("Lanterns", "Rivers", "Clocks", "Orchards", "Letters", "Bridges", "Winters", "Maps", "Sparrows", "Glaciers")


def make() -> dict[str, Any]:
    """The desk as it is before anybody calls; the same every time."""
    rng = random.Random(7)
    titles = [f"The {kind} {things}" for kind in KINDS for things in THINGS]
    numbers = {"M": rng.sample(range(1000, 10000), MEMBERS)}
    numbers |= {letter: rng.sample(range(10000, 100000), MOST * MEMBERS) for letter in "LH"}
    state: dict[str, Any] = {"members": {}, "loans": {}, "holds": {}}
    for number in range(MEMBERS):
        member_id = f"M{numbers['M'].pop()}"
        member = {
            "member_id": member_id, "card": f"40-{100 + number // 900}-{100 + number % 900}",
            "first_name": rng.choice(FIRST), "last_name": rng.choice(LAST), "loans": [], "holds": [],
        }  # fmt: skip
        books = iter(rng.sample(titles, 2 * MOST))
        for days in rng.sample(range(1, DAYS + 1), _count(rng)):
            loan_id, day = f"L{numbers['L'].pop()}", str(TODAY + timedelta(days=days))
            state["loans"][loan_id] = {
                "loan_id": loan_id, "member_id": member_id, "title": next(books), "due_date": day,
            }  # fmt: skip
            member["loans"].append(loan_id)
        for place in rng.sample(range(1, PLACES + 1), _count(rng)):
            hold_id = f"H{numbers['H'].pop()}"
            state["holds"][hold_id] = {
                "hold_id": hold_id, "member_id": member_id, "title": next(books), "pickup_branch": rng.choice(BRANCHES),
                "position": place, "status": "waiting",
            }  # fmt: skip
            member["holds"].append(hold_id)
        state["members"][member_id] = member
    return state


def _count(rng: random.Random) -> int:
    """Of one member's loans, or holds: most have two to four, so that a comparison is short."""
    return rng.choice((2, 2, 2, 3, 3, 3, 4, 4, 5, 6))
