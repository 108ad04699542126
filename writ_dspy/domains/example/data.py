"""A made-up library: 240 members with their loans and holds, 160 books, and the copies of each at six branches."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from tools import TODAY  # type: ignore[import-not-found]  # it lies beside this file

BRANCHES = {
    "Harbor": "south",
    "Old Mill": "north",
    "Station": "center",
    "Market Hall": "center",
    "Hilltop": "north",
    "Orchard": "south",
}
FIRST = ["Amara", "Boris", "Celia", "Dario", "Edda", "Femi", "Gita", "Henrik", "Imani", "Joris", "Kaya", "Ludek", "Maren", "Nadia", "Orla", "Paolo", "Rena", "Sofus", "Tomas", "Ulla", "Vito", "Wiebke", "Yara", "Zeno", "Anselm", "Birte", "Carlos", "Delia", "Enzo", "Frida"]  # fmt: skip
LAST = ["Adeyemi", "Bergman", "Castro", "Duval", "Ekholm", "Farkas", "Grieg", "Horvat", "Ivanov", "Jurado", "Keller", "Lorenz", "Madsen", "Novotny", "Oduya", "Pereira", "Ramos", "Sandberg", "Tellier", "Urban", "Vesely", "Winther", "Ziegler", "Almeida", "Brandvold", "Corrado"]  # fmt: skip
AUTHORS = ["Ines Calloway", " Rolf Tennant", " Mirela Stancu", " Abel Whitford", " Noor Haddad", " Jonna Virtanen", " Peter Okonkwo", " Lise Marchand", " Quentin Doyle", " Hana Sedlak", "\n    Tobias Raine", " Elena Fusco", " Amos Brightwell", " Kerstin Lund", " Diego Salvat", " Wilma Prentice", " Yusuf Karaman", " Greta Ostrow", " Silvio Banti", " Nora Eastman", "\n    Ivor Maddox", " Petra Quill", " Samuel Achterberg", " Odile Renard"]  # fmt: skip
THINGS = [
    "Lanterns",
    "Rivers",
    "Clocks",
    "Orchards",
    "Letters",
    "Bridges",
    "Winters",
    "Maps",
    "Sparrows",
    "Glaciers",
    "Kitchens",
    "Harbors",
    "Threads",
    "Comets",
    "Meadows",
    "Cellars",
]
KINDS = [
    "Paper",
    "Copper",
    "Quiet",
    "Northern",
    "Borrowed",
    "Amber",
    "Hidden",
    "Wandering",
    "Last",
    "Silver",
    "Broken",
    "Distant",
    "Velvet",
    "Early",
    "Salted",
    "Hollow",
]
SHAPES = (
    "The {kind} {things}",
    "A History of {kind} {things}",
    "{kind} {things} and Other Stories",
    "On {kind} {things}",
    "Beyond the {kind} {things}",
)


def make() -> dict[str, Any]:
    """The library as it is before anybody calls; the same every time."""
    rng = random.Random(11)
    numbers = {
        letter: rng.sample(range(10**size, 10 ** (size + 1)), 2400)
        for letter, size in zip("MBCLH", (3, 3, 4, 4, 4), strict=True)
    }

    def new(letter: str) -> str:
        return f"{letter}{numbers[letter].pop()}"

    def day(first: int, last: int) -> str:
        return str(TODAY + timedelta(days=rng.randint(first, last)))

    state: dict[str, Any] = {"members": {}, "books": {}, "copies": {}, "loans": {}, "holds": {}}
    titles: list[str] = []
    while len(titles) < 160:
        title = rng.choice(SHAPES).format(kind=rng.choice(KINDS), things=rng.choice(THINGS))
        if not any(title in other or other in title for other in titles):
            titles.append(title)
    for title in titles:
        book_id = new("B")
        state["books"][book_id] = {
            "book_id": book_id, "title": title, "author": rng.choice(AUTHORS).strip(), "year": rng.randint(1958, 2025), "for_adults": rng.random() < 0.15,
        }  # fmt: skip
        for _ in range(rng.randint(3, 7)):
            copy_id = new("C")
            state["copies"][copy_id] = {
                "copy_id": copy_id, "book_id": book_id, "branch": rng.choice(list(BRANCHES)), "binding": rng.choice(("hardcover", "paperback", "large print")),
                "status": "on the shelf", "due_date": None, "waiting": 0,
            }  # fmt: skip
            state["copies"][copy_id]["area"] = BRANCHES[state["copies"][copy_id]["branch"]]
    free = list(state["copies"])
    rng.shuffle(free)
    for number in range(240):
        _member(state, rng, number, new, day, free)
    lent = [copy for copy in state["copies"].values() if copy["status"] == "lent"]
    for member in state["members"].values():
        for copy in rng.sample(lent, rng.choice((0, 1, 2, 2, 3, 3, 4, 5, 6))):
            hold_id = new("H")
            waits = rng.random() < 0.45
            copy["waiting"] += waits
            state["holds"][hold_id] = {
                "hold_id": hold_id, "member_id": member["member_id"], "copy_id": copy["copy_id"], "pickup_branch": rng.choice(list(BRANCHES)),
                "placed_on": day(-80, -1), "position": rng.randint(1, 12), "status": rng.choice(("waiting", "waiting", "waiting", "in transit")),
            }  # fmt: skip
            member["holds"].append(hold_id)
    return state


def _member(state: dict[str, Any], rng: random.Random, number: int, new: Any, day: Any, free: list[str]) -> None:
    """One member with what they have borrowed."""
    member_id, branch = new("M"), rng.choice(list(BRANCHES))
    first, last = rng.choice(FIRST), rng.choice(LAST)
    card = f"{40 + number // 100}-{rng.randint(100, 999)}-{100 + number * 3 % 900}"
    loans: list[str] = []
    for _ in range(rng.choice((0, 1, 2, 2, 3, 3, 4, 5, 6)) if len(free) > 60 else 0):
        copy = state["copies"][free.pop()]
        loan_id = new("L")
        copy["status"], copy["due_date"] = "lent", day(-9, 30)
        state["loans"][loan_id] = {
            "loan_id": loan_id, "member_id": member_id, "copy_id": copy["copy_id"], "due_date": copy["due_date"], "renewals": rng.choice((0, 0, 0, 1, 1, 2)),
        }  # fmt: skip
        loans.append(loan_id)
    state["members"][member_id] = {
        "member_id": member_id, "card": card, "first_name": first, "last_name": last, "kind": rng.choice(("adult", "adult", "adult", "junior")),
        "home_branch": branch, "area": BRANCHES[branch], "fees": rng.choice((0, 0, 0, 0, 0, 1.5, 3.25, 6.0, 14.5, 22.75, 61.0)), "loans": loans, "holds": [],
    }  # fmt: skip
