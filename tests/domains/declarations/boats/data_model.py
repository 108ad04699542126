"""What the boat house keeps, as τ²-bench's domains write it."""

import random
from typing import Literal

from pydantic import BaseModel
from tau2.environment.db import DB

NAMES = [
    "Ama",
    "Bent",
    "Cleo",
    "Dina",
    "Erik",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jette",
    "Kai",
    "Lone",
    "Mads",
    "Nell",
    "Ole",
    "Pia",
    "Rune",
    "Siv",
    "Tove",
    "Ulf",
]
LAST = ["Aagaard", "Brandt", "Clausen", "Dam", "Eskildsen", "Friis", "Gram", "Holm", "Iversen", "Juhl"]


class Guest(BaseModel):
    """Somebody who rents."""

    guest_id: str
    first_name: str
    last_name: str
    email: str
    badge: Literal["none", "river", "sea"]
    rentals: list[str]
    greeted: int = 0


class Boat(BaseModel):
    """A boat."""

    boat_id: str
    model: str
    water: Literal["river", "sea"]


class Rental(BaseModel):
    """A boat, rented for a day."""

    rental_id: str
    guest_id: str
    boat_id: str
    model: str
    day: str
    fee: float
    status: Literal["booked", "over", "cancelled"]
    pickup: Literal["north pier", "south pier", "boat house"]


class BoatDB(DB):
    """All of it; the boats are a list."""

    guests: dict[str, Guest]
    rentals: dict[str, Rental]
    boats: list[Boat]


def get_db() -> BoatDB:
    """The boat house before anybody calls."""
    rng = random.Random(11)
    models = [
        "Pelican",
        "Otter",
        "Wanderer",
        "Heron",
        "Breeze",
        "Sturgeon",
        "Tern",
        "Lynx",
        "Marlin",
        "Comet",
        "Sprat",
        "Gannet",
    ]
    boats = [
        Boat(boat_id=f"B{30 + index}", model=model, water=("river", "sea")[index % 2])
        for index, model in enumerate(models)
    ]
    guests, rentals = {}, {}
    numbers = iter(rng.sample(range(1000, 9999), 900))
    for index in range(120):
        first, last = rng.choice(NAMES), rng.choice(LAST)
        mine = [f"R{next(numbers)}" for _ in range(rng.choice((1, 2, 3, 3, 4, 5, 6, 7)))]
        key = f"G{400 + index}"
        for rental_id, boat in zip(mine, rng.sample(boats, len(mine)), strict=True):
            day = rng.randint(1, 28)
            rentals[rental_id] = Rental(
                rental_id=rental_id, guest_id=key, boat_id=boat.boat_id, model=boat.model, day=f"2026-07-{day:02}",
                fee=rng.choice((20.0, 25.5, 31.0, 44.0, 58.5)), status="over" if day < 9 else "booked",
                pickup=rng.choice(("north pier", "south pier", "boat house")),
            )  # fmt: skip
        guests[key] = Guest(
            guest_id=key, first_name=first, last_name=last, email=f"{first}.{last}{index}@example.org".lower(),
            badge=rng.choice(("none", "river", "sea", "sea")), rentals=mine,
        )  # fmt: skip
    return BoatDB(guests=guests, rentals=rentals, boats=boats)
