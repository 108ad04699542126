"""What is said besides: a sentence in a right talk that is as true in other words passes, and is found once it tells, gives or wants something else."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from tests.verify.test_spoken import talks, tasks
from writ_dspy.domains import load
from writ_dspy.simulate.wishes import wanted_of
from writ_dspy.simulate.wishes.wanted import compiled
from writ_dspy.verify.checks import verify


def checks(name: str, *changes: tuple[str, str]) -> set[str]:
    """The checks that find something, once places of a talk read otherwise."""
    said = changes[0][0]
    task, talk = next(one for one in talks(name) if any(said in turn.text for turn in one[1].turns))
    turns = list(talk.turns)
    for before, instead in changes:
        at = next(at for at, turn in enumerate(turns) if turn.role != "tool" and before in turn.text)
        turns[at] = replace(turns[at], text=turns[at].text.replace(before, instead))
    return {finding.check for finding in verify(task, replace(talk, turns=tuple(turns)), load(task.domain)).findings}


REASON, AGAIN = "The reason is simply that I ordered it by mistake.", ", because it was ordered by mistake"
ONLY = "Only for this one order."
SAVED = "It's saved. Your default address is now 845 Willow Lane, Unit 633, Philadelphia, PA 19031."
SHELF = "(glass, black, 3 ft, $549.84)"
TOTAL, LEFT, HOME = "- **Total: $287**", "- Travel insurance: no", "Is there anything else you need?"
PAID = "1 of them paid ($50)"
BOOK, ALL = (
    "Yes, book it.",
    "- Total: $1644, charged to credit card credit_card_5964268\nDo you agree to this booking (yes or no)?",
)
BEFORE, INSURED = "Anything else before you dash?", "Both of you are insured"

RIGHT = (
    ("58d2edc9d686", (REASON, "By mistake, and I hope I typed that number right."), (AGAIN, "")),
    ("58d2edc9d686", (REASON, "It was a slip of the thumb, I never wanted a kettle."), (AGAIN, "")),
    ("4646ea918f0b", (ONLY, "Nothing else will be done.")),
    ("4646ea918f0b", (ONLY, "None of this will be done before you say yes.")),
    ("4646ea918f0b", (ONLY, "No, none of this will change your account.")),
    ("038d7f99d1f9", (SHELF, "(black, glass, 3 ft; $549.84)")),
    ("6bb2724d6b21", (TOTAL, "7) Total: $287")),
    ("6bb2724d6b21", (TOTAL, "7) That comes to $287 in all")),
    ("6bb2724d6b21", (HOME, f"You will be on your way for 26 h 30 min. {HOME}")),
    ("24b8a303b482", (PAID, "of which 1 is extra ($50)")),
    ("2da176223834", (BOOK, "Go ahead with the credit card.")),
    ("2da176223834", (BOOK, "Yes, no gift card this time.")),
    ("2da176223834", (BOOK, "Yes, it feels like Christmas Eve. Book it.")),
    ("4b39e2689501", (SAVED, "It's saved, and no next step is left to you.")),
    ("077d79d3b9ff", ("Yes plese, thank you!", "Yes, it's like Christmas Eve, thank you!")),
    ("5da97a6e9d8b", (INSURED, "Both of you are now insured as well")),
    ("4b39e2689501", (SAVED, "It's saved. 845 Willow Lane, Suite 906 is not your default address any more.")),
    ("4b39e2689501", (SAVED, "It's saved. 845 Willow Lane, Unit 633 is not the address of any order.")),
)
WRONG = (
    ("58d2edc9d686", (REASON, "I hope I typed that right, it's so easy to mix up."), (AGAIN, "")),
    ("58d2edc9d686", (REASON, "The taxi is outside, so let's do this quickly."), (AGAIN, "")),
    ("58d2edc9d686", (REASON, "Hopefully I copied that correctly, since my glasses are broken."), (AGAIN, "")),
    ("4646ea918f0b", (ONLY, "None of this will be done.")),
    ("4646ea918f0b", (ONLY, "We will not do any of this: only for this one order.")),
    ("038d7f99d1f9", (SHELF, "(black, glass, 3 ft; $98.83)")),
    ("6bb2724d6b21", (TOTAL, "7) Total: $260")),
    ("6bb2724d6b21", (TOTAL, "7) That comes to $260 in all")),
    ("6bb2724d6b21", (HOME, f"You will be on your way for 6 hours. {HOME}")),
    ("24b8a303b482", (PAID, "1 of them paid ($30)")),
    ("2da176223834", (BOOK, "Go ahead with the gift card.")),
    ("2da176223834", (BOOK, "Yes, no credit card this time.")),
    ("4b39e2689501", (SAVED, "It's saved, and the next steps come by mail. The request is waiting for approval.")),
    ("077d79d3b9ff", ("Yes plese, thank you!", "Yes, for Christmas Eve.")),
    ("f29b5921f00a", (BEFORE, f"Your older trip is insured now as well. {BEFORE}")),
    ("4b39e2689501", (SAVED, "It's saved. 845 Willow Lane, Unit 633, Philadelphia, PA 19031 is not your default address.")),
)  # fmt: skip


@pytest.mark.parametrize("row", RIGHT)
def test_what_is_said_as_well_passes(row: tuple[str, ...]) -> None:
    assert checks(row[0], *row[1:]) == set()  # type: ignore[arg-type]


@pytest.mark.parametrize("row", WRONG)
def test_what_is_said_otherwise_is_found(row: tuple[str, ...]) -> None:
    assert checks(row[0], *row[1:]) != set()  # type: ignore[arg-type]


ROLES: tuple[Literal["agent", "user"], ...] = ("agent", "user", "agent")


@pytest.mark.parametrize(
    ("begins", "flight", "right"),
    [("- Passengers:", "HAT020", True), ("- Cabin:", "HAT020", True), ("- Cabin:", "HAT021", False)],
)
def test_a_list_may_come_in_two_parts(begins: str, flight: str, *, right: bool) -> None:
    """What is right so far stands, once the user has agreed to it, when the rest of the list comes."""
    task, talk = next(iter(talks("2da176223834")))
    at = next(at for at, turn in enumerate(talk.turns) if ALL in turn.text)
    first, _, rest = talk.turns[at].text.partition(begins)
    begun = first.strip().replace("flight HAT020", f"flight {flight}")
    parts = (f"{begun}\nIs that right so far?", "Fine, go on.", f"And further:\n{begins}{rest}")
    turns = [replace(talk.turns[at], text=text, role=role) for text, role in zip(parts, ROLES, strict=True)]
    found = verify(task, replace(talk, turns=(*talk.turns[:at], *turns, *talk.turns[at + 3 :])), load(task.domain))
    consent = [one for one in found.findings if one.check == "confirmed_before_write" and one.turn > at]

    assert (consent == []) is right


@pytest.mark.parametrize(
    ("answer", "right"), [("Yes. Shall I go ahead?", False), ("No, but it is the dark one. Shall I go ahead?", True)]
)
def test_what_is_asked_as_the_cheapest_is_so_of_all_that_were_read(answer: str, *, right: bool) -> None:
    """Where nobody looked for the cheapest, a version that others cost less than is none."""
    task, talk = next(iter(talks("25b42c6e8bb9")))
    at = next(at for at, turn in enumerate(talk.turns) if "Yes, just teh makeup kit" in turn.text)
    said = (replace(talk.turns[at], text="Is that the cheapest one?"), replace(talk.turns[at - 1], text=answer))
    found = verify(task, replace(talk, turns=(*talk.turns[:at], *said, *talk.turns[at:])), load(task.domain)).findings

    assert ([one for one in found if one.turn == at + 1] == []) is right


def test_a_wish_for_none_is_no_wish_for_one() -> None:
    """A no to insurance leaves nothing but no insurance possible."""
    task = next(one for one in tasks("spoken").values() if "I don't need travel insurance" in str(one.requests))

    assert wanted_of(task, load(task.domain)).choices("insurance") == {"no insurance"}


def test_miles_that_somebody_collects_pay_for_nothing() -> None:
    """Only what one pays with is a method."""
    another = compiled(load("tau2:airline").pack.sayings.choices["method"]["another"])

    assert another.search("with one stop, as i collect miles on it") is None
    assert another.search("i'd pay with my miles")
