"""Whole talks with one sentence in other words: what is as true in them passes, and what was turned wrong is found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.verify.test_consented import played
from writ_dspy.codec import from_json
from writ_dspy.conversation import Conversation, StopReason, conversation_from_json
from writ_dspy.domains import load
from writ_dspy.task import Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded
from writ_dspy.verify.policy import policy

HERE = Path(__file__).parent


@cache
def tasks(folder: str) -> dict[str, Task]:
    lines = (HERE / folder / "tasks.jsonl").read_text("utf-8").splitlines()
    return {task.id: task for task in map(from_json, map(json.loads, lines))}


@cache
def talks(name: str) -> tuple[tuple[Task, Conversation], ...]:
    """All right talks about the task whose id ends so."""
    return tuple(_talks(name))


def _talks(name: str) -> Iterator[tuple[Task, Conversation]]:
    for folder in ("spoken", "consented"):
        parts = re.split(r"(?m)^== (\S+)\n", (HERE / folder / "talks.txt").read_text("utf-8"))[1:]
        for key, said in zip(parts[::2], parts[1::2], strict=True):
            if key.endswith(name):
                task = tasks(folder)[key]
                turns = tuple(played(task, said.strip()))
                yield task, Conversation(f"{key}.0", key, turns, StopReason.USER_DONE, 1, "hand", "hand")
    for folder in ("free", "played"):
        for line in (HERE / folder / "conversations.jsonl").read_text("utf-8").splitlines():
            if name in line and (talk := conversation_from_json(json.loads(line))).task_id.endswith(name):
                yield tasks(folder)[talk.task_id], talk


def found(name: str, said: str, instead: str) -> list[str]:
    """What is found of the agent's words, once one place of a talk reads otherwise."""
    task, talk = next(one for one in talks(name) if any(said in turn.text for turn in one[1].turns))
    turns = tuple(
        replace(turn, text=turn.text.replace(said, instead)) if turn.role == "agent" else turn for turn in talk.turns
    )
    assert turns != talk.turns or said == instead
    case = Case(task, replace(talk, turns=turns), load(task.domain))
    return [str(finding) for check in (grounded, policy) for finding in check(case)]


INSURED = "TOVYFC has travel insurance, and weather is a covered reason, so I can cancel it for the blizzard warning:"
DELIVERED = "so I can't modify it like a pending order, but"
UPGRADED = "Your watch is upgraded:"
CORRECTED = "The name is corrected and 6ALOWZ is cancelled."
CHARLOTTE = "the best connection to Charlotte has 11 seats left on its first flight."
SEATS = """Direct flights on your other days, economy seats left:
May 29: HAT003 6, HAT162 10
May 30: HAT003 16, HAT162 15"""
TRUE = (
    ("f00a", INSURED, INSURED),
    ("f00a", INSURED, "TOVYFC has travel insurance, which covers weather, so I can cancel it for the blizzard warning:"),
    ("f00a", INSURED, "Weather is a covered reason and TOVYFC is insured, so because of the blizzard I can cancel it:"),
    ("f00a", INSURED, "The blizzard warning is a weather reason and TOVYFC is insured, so I can cancel it:"),
    ("9cd4", DELIVERED, DELIVERED),
    ("9cd4", DELIVERED, "so I can't modify it the way I would a pending order, but"),
    ("9cd4", DELIVERED, "so, unlike a pending order, I can't modify it, but"),
    ("8f0b", UPGRADED, UPGRADED),
    ("8f0b", UPGRADED, "Your watch has been upgraded:"),
    ("8f0b", UPGRADED, "You've been upgraded to the metal strap:"),
    ("8f0b", UPGRADED, "I've upgraded it as you wished:"),
    ("a852", "or $1,236 for all three.", "or $1,236 for all three."),
    ("a852", "or $1,236 for all three.", "or $1,236 for the three of you."),
    ("a852", "or $1,236 for all three.", "or $1,236 in total."),
    ("a852", "$8,346 together", "$8,346 altogether"),
    ("6b21", CHARLOTTE, CHARLOTTE),
    ("6b21", CHARLOTTE, "to Charlotte the most is 11 seats."),
    ("a90b", CORRECTED, CORRECTED),
    ("a90b", CORRECTED, "The name correction is done and 6ALOWZ is cancelled."),
    ("a90b", CORRECTED, "Ethan's name is corrected, and 6ALOWZ has been cancelled."),
    ("a90b", CORRECTED, "6ALOWZ is cancelled and the name is corrected."),
    ("46b0", SEATS, "Two days come in under your limit: May 29 ($153, 6 seats), May 30 ($139, 16 seats)."),
    ("7fcb", "all Ethernet.", "all with Ethernet."),
    ("7fcb", "all Ethernet.", "each of them Ethernet."),
    ("7807", "the cheapest luggage set $452.28 and the cheapest dumbbell set $457.81", "a dumbbell set is $457.81 at least, a luggage set $452.28"),
    ("7807", "the cheapest luggage set $452.28 and the cheapest dumbbell set $457.81", "$452.28 for a luggage set, $457.81 for a dumbbell set"),
    ("7807", "the cheapest luggage set $452.28 and the cheapest dumbbell set $457.81", "luggage sets begin at $452.28, dumbbell sets at $457.81"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- Out: the white desk lamp with USB, $164.28, for the black one with AC adapter, $135.24"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- The desk lamp goes from white and USB ($164.28) to black and AC adapter ($135.24)"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- The desk lamp goes from white and USB to black and AC adapter, $164.28 → $135.24"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- The white desk lamp costs $164.28, the black one with medium brightness $135.24"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- You give back the $164.28 white lamp and get the $135.24 black one"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- In black, with an AC adapter, you'd save $29.04 on your $164.28"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- If it need not be white, the cheapest is $135.24"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- You wanted it without USB, so it would be $135.24"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- The white one goes out, and at $135.24 the black one comes in"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- White stays out of it: $135.24"),
    ("3725", "The lamp costs $3.22 more, but the jacket is $18.63 cheaper and the skateboard $12.73 cheaper", "The lamp is $3.22 dearer, the jacket $18.63 and the skateboard $12.73 cheaper"),
    ("3725", "The lamp costs $3.22 more, but the jacket is $18.63 cheaper and the skateboard $12.73 cheaper", "You save $18.63 on the jacket and $12.73 on the skateboard"),
    ("f9ec", "May 18 at $832 and May 21 at $943", "May 18 ($832) and May 21 ($943)"),
    ("f9ec", "May 18 at $832 and May 21 at $943", "$832 on May 18 and $943 on May 21"),
    ("f9ec", "May 18 at $832 and May 21 at $943", "May 21, at $943, and before it May 18, at $832"),
    ("a3a3", "from LAS at 07:00 to MCO at 11:00", "LAS–MCO, 7:00 AM to 11:00 AM"),
    ("a3a3", "from LAS at 07:00 to MCO at 11:00", "at MCO by 11:00, from LAS at 07:00"),
    ("d391", "SFO 11:00 PM → IAH 3:00 AM the next day, $54", "SFO 11:00 PM → IAH 3:00 AM (+1), $54"),
    ("b6ed", "requested: the Sunglasses for $279.78 and the Dumbbell Set for $528.12.", "requested: the Sunglasses and the Dumbbell Set, while the Bookshelf stays with you."),
    ("b6ed", "requested: the Sunglasses for $279.78 and the Dumbbell Set for $528.12.", "requested for the sunglasses and the dumbbell set; the bookshelf is untouched."),
    ("b6ed", "requested: the Sunglasses for $279.78 and the Dumbbell Set for $528.12.", "requested for the sunglasses and the dumbbell set, but not for the bookshelf."),
    ("7fcb", "Changed! Your wall clock, tablet, air purifier and vacuum cleaner are now headed for Phoenix.", "Changed! All four things of that order are now headed for Phoenix."),
    ("9d8b", "Both of you are insured, and your bag is included.", "You're both insured, with no extra bag."),
    ("364f", "without checked bags and without insurance.", "without checked bags or insurance."),
    ("364f", "without checked bags and without insurance.", "with no checked bags and no insurance."),
    ("de95", "was paid with $150 from certificate_8746713, $145 from gift_card_6470207, $44 from gift_card_3822922 and $110 from your Mastercard ending in 5644.", "was paid: $110 by the Mastercard ending in 5644, $44 by gift_card_3822922, $145 by gift_card_6470207, $150 by certificate_8746713."),
    ("f9ec", "return on May 22, $1,189 to the Visa ending in 6205.", "return on May 22, nothing charged, and $1,189 to the Visa ending in 6205."),
    ("5229", "2RRU3H now has 4, one of them paid with $50 from your gift card.", "2RRU3H now has 4, three of them free."),
    ("7807", "The other four items stay just as they were.", "I took nothing else out of the order."),
    ("7807", "The other four items stay just as they were.", "I took the other four from your order into account as well."),
    ("46b0", "Price: $139 each, $278 in all;", "Price: $139 per person, so $278 for both of you;"),
    ("8f61", "1. **#W1787190**: water bottle, perfume, laptop and headphones\n2. **#W3579467**: electric kettle", "1. **#W1787190** (the laptop, the perfume and more)\n2. **#W3579467** (an electric kettle)"),
    ("8f61", "1. **#W1787190**: water bottle, perfume, laptop and headphones\n2. **#W3579467**: electric kettle", "1. **#W1787190** with the laptop and the headphones\n2. **#W3579467** with the kettle you want"),
    ("f478", "it is #W2800409, with the Makeup Kit and the Skateboard.", "it is #W2800409, which has a makeup kit and a skateboard."),
    ("9903", "- Order: #W4135875 (tablet)", "- Order: #W4135875 (the Tablet)"),
    ("9d8b", "That uses up the certificate and the gift card entirely.", "The rest of the certificate is lost."),
    ("9d8b", "That uses up the certificate and the gift card entirely.", "The certificate is used up, and the remaining amount went on your Visa."),
    ("9d8b", "That uses up the certificate and the gift card entirely.", "The remaining value of the certificate is not refundable."),
    ("c68f", "of which 0 cost extra,", "of which 0 cost extra because you are a silver member,"),
    ("c68f", "of which 0 cost extra,", "of which 0 cost extra (only gold members would have more),"),
    ("5c0a", "ZOHZUX now says Raj Banerjee.", "ZOHZUX now says Raj Banerjee, and Raj Thomas is off it."),
    ("5c0a", "ZOHZUX now says Raj Banerjee.", "ZOHZUX now says Raj Banerjee. Isabella is still on it."),
    ("c5e7", "Three nonstops go from Phoenix to Las Vegas on May 28.", "There are three direct flights from Phoenix to Las Vegas on May 28."),
    ("c5e7", "Three nonstops go from Phoenix to Las Vegas on May 28.", "There are two direct flights with enough seats on May 28."),
    ("8f61", "Your account's default address hasn't been touched.", "I haven't set it as your account's default address."),
)  # fmt: skip
"""Of whose talk, what it says, and what it may say as well."""
WRONG = (
    ("f00a", INSURED, "The weather in Houston is expected to be bad with a storm, so I can cancel it:"),
    ("f00a", INSURED, "There will be heavy snow, so I can cancel it:"),
    ("f00a", INSURED, "TOVYFC is not insured, but a blizzard is a weather reason, so I can cancel it:"),
    ("9cd4", DELIVERED, "so I can't cancel a pending order, but"),
    ("9cd4", DELIVERED, "but I can modify a delivered order, and"),
    ("8f0b", UPGRADED, "I've upgraded your shipping:"),
    ("8f0b", UPGRADED, "Your watch is changed, and your account is upgraded:"),
    ("8f0b", UPGRADED, "Your backpack is upgraded:"),
    ("a852", "or $1,236 for all three.", "or $1,648 for all three."),
    ("a852", "or $1,236 for all three.", "or $824 for all three."),
    ("a852", "or $1,236 for all three.", "or $1,648 in total."),
    ("6b21", CHARLOTTE, "the best connection to Atlanta has 11 seats left on its first flight."),
    ("6b21", CHARLOTTE, "it has 11 seats left on its first flight."),
    ("a90b", CORRECTED, "The name on 6ALOWZ is corrected and 7WKBKD is cancelled."),
    ("a90b", CORRECTED, "The name is corrected and 7WKBKD is cancelled."),
    ("a90b", CORRECTED, "The address is corrected and 6ALOWZ is cancelled."),
    ("7956", "of the over-ear type are", "of the in-ear type are"),
    ("7807", "the cheapest luggage set $452.28 and the cheapest dumbbell set $457.81", "luggage sets begin at $457.81, dumbbell sets at $452.28"),
    ("7807", "- Out: Desk Lamp in white, high brightness, USB power (item 9083642334) at $164.28", "- The white desk lamp costs $135.24, the black one with medium brightness $164.28"),
    ("3725", "The lamp costs $3.22 more, but the jacket is $18.63 cheaper and the skateboard $12.73 cheaper", "The jacket is $12.73 cheaper"),
    ("f9ec", "May 18 at $832 and May 21 at $943", "May 18 ($943) and May 21 ($832)"),
    ("f9ec", "May 18 at $832 and May 21 at $943", "May 18 for $943 and May 21 for $832"),
    ("f9ec", "May 18 at $832 and May 21 at $943", "$943 on May 18 and $832 on May 21"),
    ("a3a3", "from LAS at 07:00 to MCO at 11:00", "from LAS at 11:00 to MCO at 07:00"),
    ("a3a3", "from LAS at 07:00 to MCO at 11:00", "LAS–MCO, 11:00 AM to 7:00 AM"),
    ("a3a3", "from LAS at 07:00 to MCO at 11:00", "LAS 11:00 → MCO 07:00"),
    ("d391", "SFO 11:00 PM → IAH 3:00 AM the next day, $54", "SFO 11:00 PM → IAH 3:00 AM, on the same day, $54"),
    ("b6ed", "requested: the Sunglasses for $279.78 and the Dumbbell Set for $528.12.", "requested for the sunglasses, the bookshelf and the dumbbell set."),
    ("b6ed", "requested: the Sunglasses for $279.78 and the Dumbbell Set for $528.12.", "requested for the sunglasses, while the dumbbell set stays with you."),
    ("7fcb", "Changed! Your wall clock, tablet, air purifier and vacuum cleaner are now headed for Phoenix.", "Changed! Your wall clock, tablet, air purifier and fleece jacket are now headed for Phoenix."),
    ("9d8b", "Both of you are insured, and your bag is included.", "No insurance was added."),
    ("9d8b", "Both of you are insured, and your bag is included.", "The booking is without extra bags and insurance."),
    ("364f", "without checked bags and without insurance.", "without checked bags, insurance included."),
    ("de95", "was paid with $150 from certificate_8746713, $145 from gift_card_6470207, $44 from gift_card_3822922 and $110 from your Mastercard ending in 5644.", "was paid: $150 by the Mastercard ending in 5644, $44 by gift_card_3822922, $145 by gift_card_6470207, $110 by certificate_8746713."),
    ("f9ec", "return on May 22, $1,189 to the Visa ending in 6205.", "return on May 22, nothing refunded."),
    ("5229", "2RRU3H now has 4, one of them paid with $50 from your gift card.", "2RRU3H now has 4, all of them are free."),
    ("7807", "The other four items stay just as they were.", "I also took the luggage set out of the order."),
    ("7807", "The other four items stay just as they were.", "I also freed up the luggage set from the order."),
    ("46b0", "Price: $139 each, $278 in all;", "Price: $278 each, $139 in all;"),
    ("46b0", "Price: $139 each, $278 in all;", "Price: $139 each, $417 in all;"),
    ("a852", "$2,782 per person, $8,346 together", "$2,782 per person, $5,564 together"),
    ("8f61", "1. **#W1787190**: water bottle, perfume, laptop and headphones\n2. **#W3579467**: electric kettle", "1. **#W1787190**: electric kettle\n2. **#W3579467**: water bottle, perfume, laptop and headphones"),
    ("8f61", "1. **#W1787190**: water bottle, perfume, laptop and headphones\n2. **#W3579467**: electric kettle", "1. **#W1787190** (laptop and electric kettle)\n2. **#W3579467** (electric kettle)"),
    ("f478", "it is #W2800409, with the Makeup Kit and the Skateboard.", "it is #W2800409, with the Makeup Kit and two Skateboards."),
    ("9903", "- Order: #W4135875 (tablet)", "- Order: #W4135875 (electric kettle)"),
    ("9d8b", "That uses up the certificate and the gift card entirely.", "Whatever is left of the certificate stays valid."),
    ("9d8b", "That uses up the certificate and the gift card entirely.", "You can use the remaining value of the certificate for your next trip."),
    ("c68f", "of which 0 cost extra,", "of which 0 cost extra because you are a gold member,"),
    ("0b22", "- 1 checked bag, free with your silver membership", "- 1 checked bag, free with your gold membership"),
    ("5c0a", "ZOHZUX now says Raj Banerjee.", "ZOHZUX now says Raj Banerjee, and Isabella is off it."),
    ("ce7e", "with one checked bag.", "with one checked bag. Evelyn is off Z8IPHP as well."),
    ("0ffd", "There are no nonstop flights to Los Angeles on May 19,", "There are three nonstop flights to Los Angeles on May 19,"),
    ("c5e7", "Three nonstops go from Phoenix to Las Vegas on May 28.", "Two nonstops go from Phoenix to Las Vegas on May 28."),
    ("8f61", "Your account's default address hasn't been touched.", "I've set it as your account's default address too."),
)  # fmt: skip
"""Of whose talk, what it says, and what would not be so."""


@pytest.mark.parametrize(("name", "said", "instead"), TRUE)
def test_what_is_as_true_in_other_words_passes(name: str, said: str, instead: str) -> None:
    """Reasons, comparisons, verbs for a deed, totals, other trips and deeds in a row, as writers put them."""
    assert found(name, said, instead) == []


@pytest.mark.parametrize(("name", "said", "instead"), WRONG)
def test_what_was_turned_wrong_is_found(name: str, said: str, instead: str) -> None:
    """The same sentences of another thing, number or record."""
    assert found(name, said, instead) != []
