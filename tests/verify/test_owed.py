"""What a write owes is listed in whichever words tell it apart: methods by their kind, measures in any form, people by what changes."""

from __future__ import annotations

import pytest

from tests.verify.test_listing import details, faults
from writ_dspy.domains import load
from writ_dspy.domains.listing import Detail, turned
from writ_dspy.task import Call, Json


def _paid(user: str, parts: dict[str, int], **other: Json) -> list[Detail]:
    """A booking by this user, paid with these methods."""
    args: dict[str, Json] = {
        "user_id": user, "origin": "ORD", "destination": "LAS", "flight_type": "one_way", "cabin": "economy",
        "flights": [{"flight_number": "HAT147", "date": "2024-05-21"}, {"flight_number": "HAT131", "date": "2024-05-21"}],
        "passengers": [{"first_name": "Harper", "last_name": "Rossi", "dob": "1990-04-05"}],
        "payment_methods": [{"payment_id": number, "amount": amount} for number, amount in parts.items()],
        "total_baggages": 2, "nonfree_baggages": 0, "insurance": "no",
    }  # fmt: skip
    call = Call.of("book_reservation", args | other)
    return details(load("tau2:airline"), call, Call.of("get_user_details", {"user_id": user}))


@pytest.fixture(scope="module")
def one_of_each() -> list[Detail]:
    """Paid with the only certificate, the only gift card and the only credit card of a profile."""
    owed = _paid("mia_li_8815", {"certificate_4683527": 100, "gift_card_2772678": 37, "credit_card_6719194": 164})
    return [detail for detail in owed if detail.name.startswith(("$", "payment"))]


@pytest.mark.parametrize(
    "text",
    [
        "$301, split as you asked: 1. Certificate: $100 2. Gift card: $37, which leaves 301 − 137 = $164 3. Mastercard ending in 3329: $164",
        "$100 from your (travel) certificate, $37 from your gift card, and $164 from your card ending in 3329",
        "Your certificate ($100), your gift card ($37) and $164 on your Mastercard.",
        "certificate $100, gift card $37, card 3329 $164",
        "| Certificate | $100 |\n| Gift card | $37 |\n| Mastercard 3329 | $164 |",
        "First the certificate takes care of $100, then the gift card of $37, and the $164 that is left goes on the Mastercard.",
        "We use up the $100 certificate and the $37 gift card, and your credit card is charged $164.",
        "Payment:\n- **Travel certificate:** $100\n- **Gift card:** $37\n- **Credit card:** $164",
        "Certificate 100, gift card 37, Mastercard 164 dollars.",
        "$100 on the certificate ending in 3527, $37 on your gift card ending in 2678, $164 on the Mastercard ending in 3329.",
    ],
)
def test_a_method_is_named_by_its_kind_where_the_user_has_one_of_it(text: str, one_of_each: list[Detail]) -> None:
    """No id need be read out, and the amount may stand on either side."""
    assert faults(one_of_each, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "1. Certificate: $37\n2. Gift card: $100\n3. Mastercard ending in 3329: $164",
        "$37 from your certificate, $100 from your gift card, and $164 from your card ending in 3329",
        "Certificate: $100\nGift card: $164\nMastercard: $37",
        "Certificate: $100, gift card: $37, and I leave the rest for later.",
        "$100 and $37 and $164 with your gift card and your card ending in 3329",
        "Certificate: $100\nGift card: $27\nMastercard: $164",
        "$100 on the certificate ending in 3527, $37 on your gift card ending in 2687, $164 on the Mastercard ending in 3329.",
    ],
)
def test_what_each_method_pays_is_told_of_the_right_one(text: str, one_of_each: list[Detail]) -> None:
    """Amounts that change places, and a method or an amount that is left out, are another payment."""
    assert faults(one_of_each, text) != []


@pytest.fixture(scope="module")
def two_gift_cards() -> list[Detail]:
    """Paid with two gift cards of $86 and $15, the first one used up, and with the only credit card."""
    owed = _paid("lucas_brown_4047", {"gift_card_5205020": 86, "gift_card_9049233": 10, "credit_card_7872117": 205})
    return [detail for detail in owed if detail.name.startswith(("$", "payment"))]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("There's $86 on the first gift card and $10 from the second, which leaves $205 for your Mastercard ending in 8056.", True),
        ("$86 from the larger gift card, $10 from the smaller one of your gift cards with $15 on it, $205 on your card.", True),
        ("Gift card with the highest balance: $86\nGift card with the lowest balance: $10\nMastercard: $205", True),
        ("gift_card_5205020: $86, gift_card_9049233: $10, Mastercard: $205", True),
        ("$10 from the first gift card and $86 from the second, and $205 on your Mastercard.", False),
        ("$86 from your gift card, $10 as well, and $205 on your Mastercard.", False),
        ("$86 and $10 from the gift card with the highest balance, and $205 on your Mastercard.", False),
    ],
)  # fmt: skip
def test_two_of_a_kind_are_told_apart(text: str, right: bool, two_gift_cards: list[Detail]) -> None:
    """By their turn with what each pays, by what is on them, or as the one with the most."""
    assert (not faults(two_gift_cards, text)) is right, faults(two_gift_cards, text)


def test_a_gift_card_is_no_credit_card() -> None:
    """The kind that is named is the one that pays."""
    owed = [
        detail for detail in _paid("mia_li_8815", {"credit_card_6719194": 301}) if detail.name.startswith("payment")
    ]

    assert faults(owed, "You pay $301 with your card.") == []
    assert faults(owed, "You pay $301 with your gift card.") != []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("2 checked bags, $0 with your gold membership", True), ("two bags", True), ("Bags: 2 checked, total price: $301", True),
        ("2 bags (a third one would be $50)", True), ("2 checked bags and insurance for $60", True), ("2 bags, free with your gold membership", True),
        ("2 checked bags for $50", False), ("2 checked bags at $50 each", False), ("2 bags ($100)", False), ("3 checked bags", False),
        ("2 bags, 1 of them paid", False), ("2 checked bags, at extra cost", False), ("2 checked bags, so none at extra cost", True),
    ],
)  # fmt: skip
def test_bags_that_cost_nothing_are_counted(text: str, right: bool) -> None:
    """That they are free need not be said, only no price for them."""
    owed = [
        one for one in _paid("mia_li_8815", {"credit_card_6719194": 301}) if "bag" in one.name or "of them" in one.name
    ]

    assert (not faults(owed, text.lower())) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("HAT147 and HAT131 on May 21 — economy, one way", True), ("HAT147 + HAT131, Chicago to Las Vegas", True),
        ("HAT147 and HAT131, Chicago to Denver", False), ("HAT147 on May 21", False), ("HAT147 and HAT131, Las Vegas to Chicago", False),
    ],
)  # fmt: skip
def test_flights_tell_between_which_places_they_go(text: str, right: bool) -> None:
    """Where all are named, the route need not be, only no other one."""
    owed = [one for one in _paid("mia_li_8815", {"credit_card_6719194": 301}) if one.name in ("from ORD", "to LAS")]

    assert (not faults(owed, text)) is right


def _kettle(text: str) -> list[str]:
    """Faults of a proposal of another kettle: stainless steel and 2 liters in place of ceramic and 1.5 liters."""
    args = {"order_id": "#W6436609", "item_ids": ["7497340597"], "new_item_ids": ["4238115171"], "payment_method_id": "gift_card_4374071"}  # fmt: skip
    call = Call.of("modify_pending_order_items", args)
    reads = Call.of("get_order_details", {"order_id": "#W6436609"}), Call.of("get_product_details", {"product_id": "9832717871"})  # fmt: skip
    owed = details(load("tau2:retail"), call, *reads)
    return faults([one for one in owed if one.name.startswith("item 4238115171")], text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("I replace the ceramic 1.5-liter gas kettle with the stainless steel 2-liter gas kettle", True),
        ("the stainless-steel two-liter kettle comes instead of the ceramic one", True),
        ("| out | in |\n| kettle, ceramic, 1.5 liters, gas | stainless steel, 2 liters, gas (item 4238115171) |", True),
        ("your kettle, ceramic, 1.5 liters -> stainless steel, 2L, gas (item 4238115171)", True),
        ("out goes the kettle, ceramic, 1.5 liters; in comes stainless steel, 2 litres (item 4238115171)", True),
        ("the **stainless steel** kettle with **2 l**", True),
        ("the stainless steel 1.5-liter gas kettle", False), ("the ceramic 2-liter gas kettle", False),
        ("stainless steel, 1 liter, gas (item 4238115171)", False), ("a kettle of 12 liters in stainless steel", False),
        ("yours goes back for ceramic, 2 liters, gas (item 4238115171)", False),
    ],
)  # fmt: skip
def test_a_measure_is_told_in_any_form(text: str, right: bool) -> None:
    """As an adjective, with another word for its unit, in a table; another value is another version."""
    assert (not _kettle(text)) is right, _kettle(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("The fare of $158 will be taken from your certificate, and whatever remains of it can't be refunded.", False),
        ("The old one goes back, the new one comes, and $158 is taken from your gift card.", False),
        ("The $158 is charged to your card; a refund isn't possible later.", False),
        ("You send it back to us and pay $158.", False),
        ("$158 goes back to your gift card.", True), ("The fare of $158 will be refunded to your certificate.", True),
        ("The old one is yours to keep, and you get $158 back.", True), ("Refund: $158 to PayPal.", True),
    ],
)  # fmt: skip
def test_a_clause_tells_which_way_its_money_goes(text: str, wrong: bool) -> None:
    """What cannot be refunded, or goes back as a thing, is no refund of what is paid beside it."""
    assert turned({15800: 1})(text.lower()) is wrong


def _rename(text: str) -> list[str]:
    """Faults of a proposal to change the last name of Anya Martin, one of four, to Bennett."""
    kept = [("Liam", "Garcia", "1987-07-06"), ("Mohamed", "Sanchez", "1976-03-07"), ("Mei", "Moore", "1988-02-08")]
    people = [{"first_name": a, "last_name": b, "dob": c} for a, b, c in (*kept, ("Anya", "Bennett", "1975-08-03"))]
    call = Call.of("update_reservation_passengers", {"reservation_id": "SURXIW", "passengers": people})
    owed = details(load("tau2:airline"), call, Call.of("get_reservation_details", {"reservation_id": "SURXIW"}))
    return faults(owed, f"On SURXIW {text}")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("I would update Anya's last name from Martin to Bennett. Her birth date stays the same, and so do the other three passengers.", True),
        ("Anya Martin becomes Anya Bennett, born August 3, 1975; nothing else changes.", True),
        ("1. Liam Garcia: unchanged\n2. Mohamed Sanchez: unchanged\n3. Mei Moore: unchanged\n4. Anya **Martin** becomes Anya **Bennett**, born 1975-08-03", True),
        ("Anya's surname changes to Bennett, everybody else stays as is.", True),
        ("Anya: last name Martin → Bennett (birth date unchanged)", True),
        ("Anya's last name goes from Bennett to Martin.", False), ("Mei's last name changes from Moore to Bennett.", False),
        ("Anya's last name changes from Martin to Benson.", False), ("I would change the last name of a passenger.", False),
        ("Anya Martin becomes Anya Bennett, born August 8, 1975.", False),
    ],
)  # fmt: skip
def test_a_new_name_is_told_by_what_changes(text: str, right: bool) -> None:
    """Who is named by the name that stays, with the other one as it will be, is named whole; nobody else changes."""
    assert (not _rename(text)) is right, _rename(text)


USER, RESERVATION = Call.of("get_user_details", {"user_id": "chen_hernandez_2608"}), "V25KYO"
HELD = Call.of("get_reservation_details", {"reservation_id": RESERVATION})
LEGS: Json = [{"flight_number": "HAT270", "date": "2024-05-21"}, {"flight_number": "HAT087", "date": "2024-05-21"}]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("V25KYO goes up to business for both of you, same flights, and your Visa gets charged the difference.", True),
        ("I'd move your reservation V25KYO out of economy and into business, billed the way you paid.", True),
        ("- Reservation: **V25KYO**\n- Cabin: **Business** (was Economy)\n- Payment: **Visa •••• 7969**", True),
        ("V25KYO: business to economy, Visa 7969", False), ("V25KYO in business, on your Mastercard", False),
    ],
)  # fmt: skip
def test_a_cabin_and_a_brand_are_told_in_free_words(text: str, right: bool) -> None:
    """Which way the cabin changes counts, and the only card of a brand is exact."""
    args: dict[str, Json] = {"reservation_id": RESERVATION, "cabin": "business", "flights": LEGS, "payment_id": "credit_card_6123046"}  # fmt: skip
    owed = details(load("tau2:airline"), Call.of("update_reservation_flights", args), USER, HELD)

    assert (not faults(owed, text)) is right, faults(owed, text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("On V25KYO I'd swap Emma Rossi for Noah Kim (born Feb 3, 1990). You stay on it.", True),
        ("Noah Kim, 3 February 1990, takes Emma's seat on V25KYO, and nothing else changes", True),
        ("In place of Emma, Noah Kim (1990-02-03) would fly on V25KYO.", True),
        ("V25KYO: Chen Hernandez out, Noah Kim (1990-02-03) in, Emma stays", False),
        ("V25KYO: Noah Kim, born 1990-03-03, for Emma Rossi", False),
    ],
)  # fmt: skip
def test_who_is_not_named_stays(text: str, right: bool) -> None:
    """Whose place is taken is told by the first name that one alone has; another one's place is another change."""
    people = [{"first_name": "Chen", "last_name": "Hernandez", "dob": "1965-07-19"}, {"first_name": "Noah", "last_name": "Kim", "dob": "1990-02-03"}]  # fmt: skip
    call = Call.of("update_reservation_passengers", {"reservation_id": RESERVATION, "passengers": people})
    owed = details(load("tau2:airline"), call, USER, HELD)

    assert (not faults(owed, text)) is right, faults(owed, text)


ORDER = {"order_id": "#W5463717"}
RETURN = Call.of("return_delivered_order_items", {**ORDER, "item_ids": ["9838673490", "6589665742"], "payment_method_id": "gift_card_8006222"})  # fmt: skip
CANCEL = Call.of("cancel_pending_order", {**ORDER, "reason": "no longer needed"})
SWAP = Call.of("exchange_delivered_order_items", {**ORDER, "item_ids": ["7166996157"], "new_item_ids": ["3676786561"], "payment_method_id": "gift_card_8006222"})  # fmt: skip
MOVE = Call.of("modify_pending_order_address", {**ORDER, "address1": "12 Oak St", "address2": "Apt 4B", "city": "New York", "state": "NY", "country": "USA", "zip": "10001"})  # fmt: skip


@pytest.mark.parametrize(
    ("call", "text", "right"),
    [
        (RETURN, "I'd take back two things from #W5463717, the headphones and the grill, refunded the way you paid.", True),
        (RETURN, "#W5463717: headphones and grill, refund to your PayPal account of $1,277.72", False),
        (CANCEL, "Cancel #W5463717 because you don't need it any longer?", True),
        (CANCEL, "Cancelling #W5463717; reason on file: you've no more need of it.", True),
        (CANCEL, "Cancel #W5463717, ordered by mistake?", False), (CANCEL, "Cancel #W5463717?", False),
        (SWAP, "In #W5463717, item 7166996157 would be replaced by the version with quiet operation, $15.61 to your gift card.", True),
        (SWAP, "#W5463717: air purifier for the one with smart sensors, gift card", False),
        (SWAP, "In #W5463717, the purifier would be replaced by 9375701158, with quiet operation, gift card", False),
        (MOVE, "#W5463717 → 12 Oak St, #4B, New York NY 10001", True), (MOVE, "#W5463717 → 12 Oak St, #48, New York NY 10001", False),
        (MOVE, "I'd send #W5463717 to 12 Oak St, Apt 4B, New York, NY, with the ZIP at 10001.", True),
        (MOVE, "I'd send #W5463717 to 12 Oak St, Apt 4B, New York, NJ 10001.", False),
    ],
)  # fmt: skip
def test_an_order_is_spoken_of_as_people_do(call: Call, text: str, right: bool) -> None:
    """Methods by how was paid, reasons in other words, versions beside the id of the old one, units by their number."""
    reads = (
        Call.of("get_user_details", {"user_id": "raj_davis_2615"}), Call.of("get_order_details", {**ORDER}),
        Call.of("get_product_details", {"product_id": "3821016478"}),
    )  # fmt: skip
    owed = details(load("tau2:retail"), call, *reads)

    assert (not faults(owed, text)) is right, faults(owed, text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Travelling are you, Raj Lopez (born 1979-01-02)", True), ("for you and Raj Lopez, born 1979-01-02", True),
        ("Passengers: Raj Lopez (1979-01-02) and you", True), ("Passengers: Raj Lopez (1979-01-02)", False),
        ("This is what I would do for you: Raj Lopez (1979-01-02)", False), ("For Raj Lopez (1979-01-02), and you pay $301", False),
    ],
)  # fmt: skip
def test_whoever_holds_the_profile_is_called_you(text: str, right: bool) -> None:
    """The own name and birth date are on file; somebody else's are listed."""
    people = [
        {"first_name": "Mia", "last_name": "Li", "dob": "1998-03-11"},
        {"first_name": "Raj", "last_name": "Lopez", "dob": "1979-01-02"},
    ]
    owed = [
        one for one in _paid("mia_li_8815", {"credit_card_6719194": 301}, passengers=people) if one.kind == "passenger"
    ]

    assert (not faults(owed, text)) is right


def test_what_is_paid_may_come_back() -> None:
    """An upgrade that is charged and refunded with the cancellation behind it is told both ways; told the wrong way alone, it is not."""
    way = turned({69800: 1})

    assert not way("you pay $698 for business. then i cancel it: refund of $622 and $698 to your cards.")
    assert way("business: refund of $698 to your card.")
