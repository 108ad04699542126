"""What a traveler cannot want all at once: to be in two places on one day, or to fly while too ill for it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from writ_dspy import patterns as re
from writ_dspy.domains.domain import Wished
from writ_dspy.domains.observed import Views
from writ_dspy.task import Json

ILL = re.compile(
    r"\b(?:flu|ill|sick|surgery|infection|hospital|doctor told|brok(?:e|en) my|injur\w+|unwell|fever|health)\b",
    re.IGNORECASE,
)
"""Words of who is, or has at home, somebody in no state to travel."""
RECOVERY = dt.timedelta(days=14)
"""For so long after the trip that falls to an illness, nobody plans another one."""
People = frozenset[tuple[str, str]]
Look = Callable[[str, Mapping[str, Json]], Views]


@dataclass(frozen=True, slots=True)
class Stay:
    """Who is on a trip, and from when to when."""

    reservation: str
    people: People
    first: str
    last: str

    def meets(self, other: Stay) -> bool:
        """Whether somebody would have to be on both at once."""
        return bool(self.people & other.people) and self.first <= other.last and other.first <= self.last


def at_odds(wished: Wished) -> str:
    """What makes the wishes of one talk such as nobody has; empty where nothing does."""
    before, after = stays(wished.user_id, wished.before), stays(wished.user_id, wished.after)
    about = {name.removeprefix("reservations/") for name in wished.touches} | (after.keys() - before.keys())
    fresh = {name for name, stay in after.items() if _dates(before.get(name)) != _dates(stay)}
    for one, other in itertools.combinations(after.values(), 2):
        pair = {one.reservation, other.reservation}
        if (pair & fresh or pair <= about) and one.meets(other):
            return "a traveler would be in two places at once"
    if ILL.search(wished.words) and _flies_ill(wished.user_id, before, after, about, wished.before):
        return "who is too ill for one trip wants another"
    return ""


def _dates(stay: Stay | None) -> tuple[str, str] | None:
    return None if stay is None else (stay.first, stay.last)


def _flies_ill(
    user_id: str, before: Mapping[str, Stay], after: Mapping[str, Stay], about: Collection[str], look: Look
) -> bool:
    """Whether the user flies soon after, or before, a trip that is given up or was to be."""
    profile = look("get_user_details", {"user_id": user_id})["profile"][0]
    me = (str(profile["first_name"]), str(profile["last_name"]))
    given_up = [stay for name, stay in before.items() if name in about and after.get(name) in (None, stay)]
    kept = [stay for name, stay in after.items() if name in about and before.get(name) != stay]
    return any(
        me in stay.people and dt.date.fromisoformat(stay.first) < dt.date.fromisoformat(missed.last) + RECOVERY
        for stay, missed in itertools.product(kept, given_up)
        if stay.reservation != missed.reservation
    )


def stays(user_id: str, look: Look) -> dict[str, Stay]:
    """The user's trips that are not canceled."""
    found = {}
    for owned in look("get_user_details", {"user_id": user_id}).get("reservations", ()):
        name = str(owned["reservation_id"])
        views = look("get_reservation_details", {"reservation_id": name})
        row = views["reservation"][0]
        if row["status"] != "cancelled":
            people = frozenset((str(one["first_name"]), str(one["last_name"])) for one in views["passengers"])
            found[name] = Stay(name, people, str(row["first_date"]), str(row["last_date"]))
    return found
