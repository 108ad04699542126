"""What a yes orders: the deed that was listed, all of it and no more, in a word; a part, another number, way, person or deed is no yes to it."""

from __future__ import annotations

import pytest

from tests.verify.test_consented import unconfirmed
from tests.verify.test_spoken import talks
from writ_dspy.conversation import Turn

ORDERS = (
    ("e388ff", "Yes, book it.", ("Yes, book it.", "Yes, book the trip.", "Yes, get it booked.", "Yes, make the booking."), ("Yes, cancel it.", "Yes, hold it until tomorrow.", "Half of it, yes.", "Yes, send me the details.", "Yes, keep the seat for me.")),
    ("21f00a", "ok fine. yes pls, cancel TOVYFC, ty", ("Yes, cancel it.", "Yes, cancel the whole trip."), ("Yes, cancel half of it.", "Yes, cancel the insurance.", "Yes, change it.", "Yes, cancel my account.", "Yes, move it to another day.")),
    ("a7e146", "Yes. Both go back, money on the Visa.", ("Yes, return both.", "Yes, send the two back.", "Yes, both of them."), ("Yes, return one.", "Yes, return one of them.", "Half of it, yes.", "Yes, return all three.", "Yes, exchange them.")),
    ("918f0b", "Yes, proceed, that is what I wish.", ("Yes, switch it.", "Yes, change the payment.", "Yes, use that one."), ("Yes, put half on it.", "Yes, pay half with it.", "Yes, the rest on it.", "Yes, change the address.")),
    ("d546b0", "yes, add the four bags", ("Yes, add them.", "Yes, put four on.", "Sure, all four bags.", "Yes, four bags, 2 paid.", "Yes, 2 of them paid."), ("Yes, 3 of them paid.", "Yes, 2 of them.", "Sure, put ten on.", "Yes, add another five.", "Yes, take one off.", "Half of them, yes.", "Yes, put one on.")),
    ("35d8b4", "Yes, I confirm, cancel the whole order.", ("Yes, cancel it.", "Yes, cancel the order.", "Yes, all five items.", "No other items. Yes, go ahead."), ("Yes, cancel one.", "Yes, cancel the first.", "Yes, drop one item.", "Yes, exchange it.", "Yes, cancel both orders.")),
)  # fmt: skip


@pytest.mark.parametrize(("name", "said", "right", "wrong"), ORDERS, ids=[row[0] for row in ORDERS])
def test_an_order_behind_a_yes_is_the_listed_write(
    name: str, said: str, right: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    """Read in the sentence of the yes: by number, place, part, way, person and deed."""
    task, talk = next(one for one in talks(name) if any(said in turn.text for turn in one[1].turns))

    def answered(reply: str) -> list[str]:
        turns = [Turn("user", reply) if said in turn.text and turn.role == "user" else turn for turn in talk.turns]
        return unconfirmed(task, turns)

    assert [reply for reply in right if answered(reply)] == []
    assert [reply for reply in wrong if not answered(reply)] == []
