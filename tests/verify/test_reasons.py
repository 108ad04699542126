"""Why something cannot be done, what can be, and what comes of it: true in other words, and found once neither record nor policy bears it out."""

from __future__ import annotations

import pytest

from tests.verify.test_spoken import found

COVERED = "and your insurance covers health and weather reasons but not a moved appointment"
CABIN = "this is a basic economy booking."
ONE = "Only one exchange can be made per order"
STOCK = "but that version is out of stock right now, so"
FIXED = "the passenger count on a reservation is fixed, no matter"
WEATHER = "and weather is a covered reason, so"
BACK = "with $3.76 going back to your gift card."
BAG = "and every extra bag is **$50**"
LEFT = "I have left the order as it is."
GOLD = "As you are a gold member, I can offer you"
WAYS = "- one way or round trip, from where to where, and when"
OFFICE = "Safe travels on your train"
SOLD = "but its first leg is sold out in economy."
LIMIT = "a reservation can hold no more than five passengers, so"
SLOW = "whatever was said before: for a pending"
ABOVE = "Both are above your limit of $231 per person, so"
OWNER = "DCZ13Q is in another customer's name, and"
EARLY = "Please note that it leaves right after midnight, at the very start of May 30."

RIGHT = (
    ("dc84d6349", COVERED, "and you have insurance, but not for a moved appointment"),
    ("dc84d6349", COVERED, "and it is insured, though a moved appointment is no ground"),
    ("dc84d6349", COVERED, "it's in economy, and the insurance on it doesn't help with a moved appointment"),
    ("dc84d6349", COVERED, "and it isn't a business booking"),
    ("dc84d6349", COVERED, "and no insurance covers a moved appointment"),
    ("bd86d6555080", CABIN, "this booking is in basic economy."),
    ("bd86d6555080", CABIN, "yours isn't a business booking, it is basic economy."),
    ("bd86d6555080", CABIN, "if this were a business booking, it could be cancelled."),
    ("bd86d6555080", CABIN, "it's booked in basic economy, so that doesn't help."),
    ("bd86d6555080", CABIN, "that would have to be a business booking."),
    ("507eb75fa", ONE, "No more than one exchange can be made per order"),
    ("507eb75fa", ONE, "At most one exchange can be made per order, with all its items"),
    ("507eb75fa", ONE, "Two exchanges of one order aren't possible"),
    ("864b9ecff871", STOCK, "but that version can't be had right now, so"),
    ("864b9ecff871", STOCK, "but that one is sold out, so"),
    ("f29b5921f00a", FIXED, "the passenger count on a reservation can't be changed by anybody, no matter"),
    ("f29b5921f00a", FIXED, "the passenger count of a reservation can't be changed, not even for a fee, no matter"),
    ("f29b5921f00a", FIXED, "the passenger count can't be changed at the airport either, no matter"),
    ("f29b5921f00a", WEATHER, "and not any reason is covered, but weather is, so"),
    ("f29b5921f00a", WEATHER, "and weather is one of the covered reasons, so"),
    ("f29b5921f00a", WEATHER, "and weather reasons are covered, so"),
    ("864b9ecff871", BACK, "with $3.76 going back to your gift card."),
    ("864b9ecff871", BACK, "and $3.76 goes back to your gift card."),
    ("9e80a3852edd", BAG, "and every extra bag costs **$50**"),
    ("9e80a3852edd", BAG, "and every extra bag is **$50**, which isn't refunded at check-in"),
    ("731b6ffcb1e3", LEFT, "I have left the order as it is, with the clock in it."),
    ("731b6ffcb1e3", LEFT, "The order stays as it is; once it is delivered, the clock can be returned."),
    ("bef68ccdfbe1", GOLD, "As you are a gold member whose flight was canceled, I can offer you"),
    ("9edd0cd546b0", WAYS, "- one way or round trip (both can be booked), from where to where, and when"),
    ("a694a7874cc5", OFFICE, "Nobody else can look at it again, either. Safe travels on your train"),
    ("9e80a3852edd", SOLD, "but in economy its first leg has no seats left."),
    ("5b93e4bc8085", LIMIT, "at most five passengers fit on a reservation, so"),
    ("5b93e4bc8085", LIMIT, "a reservation can hold five passengers and no more, so"),
    ("98577e766fc2", SLOW, "nor can I say when it ships, whatever was said before: for a pending"),
    ("98577e766fc2", SLOW, "though you said it would ship by Friday: for a pending"),
    ("b46cb7964225", ABOVE, "Both leave before 8:00 PM but are above your limit of $231 per person, so"),
    ("516d3024b19d", OWNER, "I can't tell whether DCZ13Q has been flown, and"),
    ("3de1a1fc9fb2", EARLY, "Please note that another change of date can cost more or less than this one."),
)  # fmt: skip
WRONG = (
    ("dc84d6349", COVERED, "and you have no insurance on it"),
    ("dc84d6349", COVERED, "and the trip is without insurance"),
    ("dc84d6349", COVERED, "and its travel insurance has expired"),
    ("dc84d6349", COVERED, "and your insurance has already run out"),
    ("bd86d6555080", CABIN, "this is an economy booking."),
    ("bd86d6555080", CABIN, "your booking is in economy."),
    ("bd86d6555080", CABIN, "it's just economy, so that doesn't help."),
    ("507eb75fa", ONE, "Only two exchanges can be made per order"),
    ("507eb75fa", ONE, "Up to three exchanges can be made per order"),
    ("507eb75fa", ONE, "At most two item changes can be made per order"),
    ("864b9ecff871", STOCK, "but that version is made for another country, so"),
    ("864b9ecff871", STOCK, "but that version is on sale, so"),
    ("864b9ecff871", STOCK, "but that version is reserved for another customer, so"),
    ("864b9ecff871", STOCK, "but that version is in another customer's cart, so"),
    ("f29b5921f00a", FIXED, "the passenger count on a reservation can be changed only at the airport, no matter"),
    ("f29b5921f00a", FIXED, "the passenger count on a reservation can be changed only by phone, no matter"),
    ("f29b5921f00a", FIXED, "the passenger count on a reservation can be changed only for a fee, no matter"),
    ("f29b5921f00a", FIXED, "passengers of an insured reservation cannot be removed, no matter"),
    ("f29b5921f00a", WEATHER, "and any reason is a covered reason, so"),
    ("f29b5921f00a", WEATHER, "and every reason counts as covered, so"),
    ("864b9ecff871", BACK, "with $3.76 going back to your gift card within the hour."),
    ("864b9ecff871", BACK, "with $3.76 going back to your gift card by tonight."),
    ("9e80a3852edd", BAG, "and every extra bag is **$50**, which is refunded at check-in"),
    ("9e80a3852edd", BAG, "and every extra bag is **$50**, which is paid back after the flight"),
    ("731b6ffcb1e3", LEFT, "I have left the order as it is, but you can refuse the clock at the door."),
    ("731b6ffcb1e3", LEFT, "You can hand the clock back to the courier."),
    ("bef68ccdfbe1", GOLD, "As every canceled flight earns one, I can offer you"),
    ("bef68ccdfbe1", GOLD, "As all customers are entitled to compensation, I can offer you"),
    ("9edd0cd546b0", WAYS, "- round trip (one way tickets cannot be booked), from where to where, and when"),
    ("9edd0cd546b0", WAYS, "- one way (round trip flights are not sold), from where to where, and when"),
    ("a694a7874cc5", OFFICE, "A colleague of mine will look at it again tomorrow. Safe travels on your train"),
    ("a694a7874cc5", OFFICE, "Our back office will review your case. Safe travels on your train"),
    ("9e80a3852edd", SOLD, "but it has two stops."),
    ("9e80a3852edd", SOLD, "but it is a three-stop one with 2 stopovers."),
    ("5b93e4bc8085", LIMIT, "a reservation can hold no more than four passengers, so"),
    ("5b93e4bc8085", LIMIT, "a reservation can hold not more than 6 passengers, so"),
    ("98577e766fc2", SLOW, "whatever was said before, though it will ship by Friday: for a pending"),
    ("98577e766fc2", SLOW, "and it ships today, whatever was said before: for a pending"),
    ("b46cb7964225", ABOVE, "Both leave after 8:00 PM, so"),
    ("b46cb7964225", ABOVE, "They both leave later than 9:00 PM, so"),
    ("516d3024b19d", OWNER, "DCZ13Q has already been flown, and"),
    ("516d3024b19d", OWNER, "DCZ13Q was long refunded, and"),
    ("3de1a1fc9fb2", EARLY, "Please note that a second change of date would cost $75."),
    ("3de1a1fc9fb2", EARLY, "Every further change costs you $20."),
)  # fmt: skip


@pytest.mark.parametrize(("name", "said", "instead"), RIGHT)
def test_a_true_reason_may_be_told_in_any_words(name: str, said: str, instead: str) -> None:
    assert found(name, said, instead) == []


@pytest.mark.parametrize(("name", "said", "instead"), WRONG)
def test_a_reason_that_nothing_bears_out_is_found(name: str, said: str, instead: str) -> None:
    assert found(name, said, instead)


STATE = "- Order: #W3504981 (delivered)"
TAKES = "and takes 6 and a half hours"
SEATS = "With twenty basic economy seats left"
BEDS = "Four other polyester beds are available"
AS_READ = (
    ("617d954a2b0c", STATE, "- Order: #W3504981 (already delivered)"),
    ("617d954a2b0c", STATE, "- Order: #W3504981 (one item of it)"),
    ("617d954a2b0c", STATE, "- Order: #W3504981, delivered"),
    ("516d3024b19d", TAKES, "and takes six and a half hours"),
    ("516d3024b19d", TAKES, "and takes 6 hours and 30 minutes"),
    ("654d14c6c4da", SEATS, "With 20 basic economy seats left"),
    ("654d14c6c4da", SEATS, "With all of twenty basic economy seats left"),
    ("084d5cdc5173", BEDS, "Another four polyester beds are available"),
    ("084d5cdc5173", BEDS, "These polyester beds are available"),
)
NOT_READ = (
    ("617d954a2b0c", STATE, "- Order: #W3504981 (pending)"),
    ("617d954a2b0c", STATE, "- Order: #W3504981, processed"),
    ("617d954a2b0c", STATE, "- Order: #W3504981 (still pending)"),
    ("516d3024b19d", TAKES, "and takes 5 and a half hours"),
    ("516d3024b19d", TAKES, "and takes seven and a half hours"),
    ("654d14c6c4da", SEATS, "With thirty basic economy seats left"),
    ("654d14c6c4da", SEATS, "With 31 economy seats left"),
    ("084d5cdc5173", BEDS, "Five other polyester beds are available"),
    ("084d5cdc5173", BEDS, "Three other polyester beds are available"),
)


@pytest.mark.parametrize(("name", "said", "instead"), AS_READ)
def test_what_was_read_may_be_told_in_any_words(name: str, said: str, instead: str) -> None:
    assert found(name, said, instead) == []


@pytest.mark.parametrize(("name", "said", "instead"), NOT_READ)
def test_what_was_not_read_is_found(name: str, said: str, instead: str) -> None:
    assert found(name, said, instead)
