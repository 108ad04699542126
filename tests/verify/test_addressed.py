"""Addresses that were read are told as they were read: another door, city, state or zip code beside the street is found."""

from __future__ import annotations

import pytest

from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.verify.addressed import addressed
from writ_dspy.verify.ground import Ground


def found(text: str, heard: str = "") -> list[str]:
    """What is found in a text once an order was read that goes to 621 Highland Drive, Suite 629, Dallas, TX 75313."""
    ground = Ground(load("tau2:retail"))
    order = next(
        key
        for key, row in ground.domain.tables["orders"].items()
        if (row["address"]["address1"], row["address"]["zip"]) == ("621 Highland Drive", "75313")
    )
    call = ground.domain.canonical("get_order_details", {"order_id": order})
    ground.read(call, ground.domain.read(call))
    ground.hear(Turn("user", heard))
    return [wanted for _, wanted in addressed(ground, text)]


@pytest.mark.parametrize(
    "text",
    [
        "It goes to {}621 Highland Drive, Suite 629, Dallas, TX 75313, USA.",
        "From: **621 Highland Drive, Suite 629**, Dallas, TX 75313",
        "instead of 621 Highland Drive, Suite 629, Dallas.",
        "It replaces 621 Highland Drive in Dallas, Texas.",
        "621 Highland Drive, Ste. 629, Dallas 75313",
        "Not to 621 Highland Drive, but to the other one.",
        "I have 621 Highland Drive, Suite 629. Is that right?",
        "On 621 Highland Drive, You'll find it.",
    ],
)
def test_an_address_is_told_as_it_was_read(text: str) -> None:
    """In whole or in part."""
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "It goes to 621 Highland Drive, Suite 629, Houston, TX 75313, USA.",
        "From: **621 Highland Drive, Suite 629**, Dallas, CA 75313",
        "instead of 621 Highland Drive, Suite 629, Tacoma.",
        "It replaces 621 Highland Drive in Dallas, Ohio.",
        "621 Highland Drive, Ste. 692, Dallas 75313",
        "621 Highland Drive, Suite 629, Dallas, TX 75331",
    ],
)
def test_another_part_of_an_address_is_found(text: str) -> None:
    """Another city, state, door or zip code."""
    assert found(text) == ["the address as it was read: 621 Highland Drive, Suite 629, Dallas, TX, 75313"]


def test_what_the_user_changes_of_an_address_is_no_fault() -> None:
    """A new door on the same street, or the whole street in another city."""
    assert found("621 Highland Drive, Unit 5, Dallas, TX 75313", "please make it unit 5, same house") == []
    assert found("621 Highland Drive, Houston, TX 77001", "It's 621 Highland Drive, but in Houston, TX 77001.") == []
    assert found("621 Highland Drive, Unit 7, Dallas, TX 75313", "please make it unit 5, same house") != []
