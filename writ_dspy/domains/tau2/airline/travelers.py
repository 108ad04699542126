"""Who flies: the user, people saved in the profile, and people whose details the user gives."""

from __future__ import annotations

import random
from dataclasses import dataclass

from writ_dspy.domains.tau2.airline.chains import Profile
from writ_dspy.domains.tau2.airline.wording import day, joined, spin
from writ_dspy.task import Computed, Fact, Listed, Picked, Record, Said, Slot, Term

FIRST = (
    "Nadia",
    "Tobias",
    "Ingrid",
    "Rafael",
    "Priya",
    "Marcus",
    "Helena",
    "Kwame",
    "Sunita",
    "Oscar",
    "Leila",
    "Viktor",
    "Camila",
    "Stefan",
    "Aisha",
    "Henrik",
    "Paulo",
    "Greta",
    "Dmitri",
    "Yuki",
    "Bruno",
    "Farah",
    "Louis",
    "Tessa",
)
LAST = (
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Castillo",
    "Banerjee",
    "Novak",
    "Haddad",
    "Petrov",
    "Sato",
    "Mensah",
    "Keller",
    "Duarte",
    "Rossi",
    "Larsen",
    "Quinn",
    "Weber",
    "Fischer",
    "Barros",
    "Delgado",
    "Hughes",
    "Bennett",
    "Vargas",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the user names in full."""

    first: str
    last: str
    dob: str

    def record(self) -> Record:
        """The person as an argument of a write."""
        return Record((("first_name", Said(self.first)), ("last_name", Said(self.last)), ("dob", Said(self.dob))))

    def words(self, rng: random.Random) -> str:
        """The person in words."""
        born = day(self.dob, year=True)
        return f"{self.first} {self.last}" + rng.choice(
            (f", born {born}", f" (date of birth {born})", f", born on {born},")
        )

    def facts(self, prefix: str) -> tuple[Fact, ...]:
        """What the user knows about the person."""
        return (
            Fact(f"{prefix}_first_name", self.first, f"The first name is {self.first}."),
            Fact(f"{prefix}_last_name", self.last, f"The last name is {self.last}."),
            Fact(f"{prefix}_dob", self.dob, f"{self.first} was born on {day(self.dob, year=True)}."),
        )


def somebody(rng: random.Random) -> Person:
    """A person who is in no profile."""
    dob = f"{rng.randint(1950, 2012)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    return Person(rng.choice(FIRST), rng.choice(LAST), dob)


@dataclass(frozen=True, slots=True)
class Party:
    """The passengers of a new booking."""

    people: Listed
    size: int
    slot: Slot
    facts: tuple[Fact, ...]

    @property
    def count(self) -> Term:
        """How many fly."""
        return Computed("count", (self.people,))


def party(profile: Profile, rng: random.Random) -> Party:
    """The user, who speaks as one who flies, and up to two more; the user's own details are never said, the profile shows them."""
    terms: list[Term] = [Picked(profile.profile, "passenger")]
    words = ["me"]
    facts: list[Fact] = []
    marks: list[str] = []
    shape = rng.choice(("", "", "saved", "saved", "new", "new", "saved new", "new new"))
    names: set[str] = {str(profile.row["first_name"])}
    for part in shape.split():
        if part == "saved":
            first = str(profile.saved[0]["first_name"])
            if [row["first_name"] for row in profile.saved].count(first) > 1 or first in names:
                continue
            terms.append(Picked(profile.saved_passenger(first), "passenger"))
            words.append(
                f"{first}, who is saved in my profile" if rng.random() < 0.5 else f"my saved passenger {first}"
            )
            facts.append(Fact("saved_passenger", first, f"{first} is saved in my profile."))
            marks.append(first.lower())
        else:
            person = somebody(rng)
            if person.first in names:
                continue
            names.add(person.first)
            terms.append(person.record())
            words.append(person.words(rng))
            facts += person.facts(f"passenger_{len(terms)}")
            marks.append(person.last.lower())
    return Party(Listed(tuple(terms)), len(terms), _slot(rng, words, marks), tuple(facts))


def _slot(rng: random.Random, words: list[str], marks: list[str]) -> Slot:
    if words == ["me"]:
        text = rng.choice(
            (
                "It's just me flying.",
                "I'm traveling alone.",
                "Only me, nobody else.",
                "Just myself; my details are in my profile.",
                "I am the only passenger.",
                "A single traveler: me.",
                "Nobody but me is flying.",
                "It's for me alone.",
            )
        )
        return Slot("passengers", text, (text.lower().strip(".").split()[-1],))
    text = spin(
        rng,
        "[Passengers:|The travelers are|Flying will be|The tickets are for|It's for|Please book it for|On board:|It would be] {people}.",
        people=joined(words).replace(",,", ","),
    )
    return Slot("passengers", text.replace(",.", "."), tuple(marks))


def names_of(profile: Profile) -> str:
    """What a name that is put right changes: nobody who has it corrected books under the old one in the same talk."""
    return f"users/{profile.user_id}/names"
