"""What has to be listed before a write is read by what it means: in its role, in other words, and the way that the money goes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, Seen, load
from writ_dspy.domains.listing import Detail, turned
from writ_dspy.simulate.listpart import proposed, read_for_denials
from writ_dspy.task import Call, Json
from writ_dspy.verify.case import Case
from writ_dspy.verify.consent import confirmed_before_write


def details(domain: Domain, call: Call, *reads: Call) -> list[Detail]:
    """What a call owes, after these reads."""
    seen, pack = Seen(), domain.pack
    for read in reads:
        seen.add(read, domain.read(read).views)
    assert pack.listing is not None
    return list(pack.listing(call, seen))


def faults(owed: list[Detail], text: str) -> list[str]:
    """Details that a text lacks or denies."""
    lower = text.lower()
    given, read = proposed(owed, lower), read_for_denials(owed, lower)
    return [
        item.name for item in owed if item not in given or (item.denied is not None and any(map(item.denied, read)))
    ]


@pytest.fixture(scope="module")
def dry() -> list[Detail]:
    """Boots that keep no water out, exchanged for some that do and are alike in all else."""
    domain, asked = load("tau2:retail"), Call.of("get_product_details", {"product_id": "7363354090"})
    rows = next(
        (old, new)
        for old in domain.read(asked).views["variants"]
        for new in domain.read(asked).views["variants"]
        if {**old, **dict.fromkeys(("item_id", "price", "available"))} | {"waterproof": "yes"}
        == {**new, **dict.fromkeys(("item_id", "price", "available"))}
        and old["waterproof"] == "no"
    )
    items = {"item_ids": [rows[0]["item_id"]], "new_item_ids": [rows[1]["item_id"]]}
    call = Call.of("exchange_delivered_order_items", {"order_id": "#W1", "payment_method_id": "gift_card_1"} | items)
    seen = Seen()
    seen.add(asked, {"variants": rows, "items": [{**rows[0], "order_id": "#W1"}]})
    assert domain.pack.listing is not None
    return [one for one in domain.pack.listing(call, seen) if one.name.endswith("(yes)")]


def test_what_comes_is_named_beside_what_goes(dry: list[Detail]) -> None:
    """That one side of an exchange is not waterproof says nothing of the other side; with one side alone the new one is not named."""
    (new,) = dry

    assert new.given("i would exchange the hiking boots (not waterproof) for the hiking boots (waterproof).")
    assert new.given("i would exchange the hiking boots for waterproof ones.")
    assert not new.given("i would exchange the hiking boots (not waterproof) for others.")
    assert not new.given("i would exchange the hiking boots for others that are not waterproof.")


@pytest.fixture(scope="module")
def cabins() -> list[Detail]:
    """An economy reservation of two flights that is moved to business."""
    domain = load("tau2:airline")
    number, row = next(
        (key, row)
        for key, row in domain.tables["reservations"].items()
        if row["cabin"] == "economy" and row["payment_history"]
    )
    flights: Json = [{"flight_number": leg["flight_number"], "date": leg["date"]} for leg in row["flights"]]
    paid = row["payment_history"][0]["payment_id"]
    call = Call.of(
        "update_reservation_flights",
        {"reservation_id": number, "cabin": "business", "flights": flights, "payment_id": paid},
    )
    owed = details(domain, call, domain.canonical("get_reservation_details", {"reservation_id": number}))
    return [item for item in owed if item.name in ("business", f"payment with {paid}")]


@pytest.mark.parametrize(
    "text",
    [
        "Current cabin: economy. New cabin: business. It is paid with the original payment method.",
        "Cabin: economy -> business, with the same payment method as before.",
        "You'd move from economy to cabin class business; this is not basic economy. The same card is charged.",
        "Both flights in business instead of economy, with the original payment method.",
        "Business: in economy it would be cheaper, but you want the trip in business. The original payment method.",
        "- EWR to IAH, one way, business\n- until now: economy. The original payment method.",
        "Fares: economy, $90 and business, $190.\n- Cabin: business\n- The original payment method. Shall I move you from economy to business?",
        "You have these:\n1. EWR to IAH, economy\n2. JFK to LAX, basic economy\nI'd upgrade the first to business, with the original payment method.",
        "For HAT999 there is a row of its own:\n- HAT999, economy\n- the trip: business, with the original payment method",
        "Business throughout. The card you booked with is the card you paid with: the original card is charged.",
    ],
)
def test_what_is_left_behind_is_no_other_detail(text: str, cabins: list[Detail]) -> None:
    """The cabin that is left, or denied, and the method by which was paid, are told from the new cabin and another method."""
    assert faults(cabins, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "- One way, EWR to IAH, economy\nBusiness has seats left.", "**Trip:** one way, Newark to Houston, economy\nBusiness has seats left.",
        "Business has seats left.\nIn economy, for you and Mia.", "Cabin: economy.", "You would fly in basic economy.", "No cabin at all.", "Economy class instead of business.",
        "From business to economy.", "I would put both flights in economy.\nBusiness has 4 seats left.", "A round trip in economy.\nIn business there is none.",
    ],
)  # fmt: skip
def test_another_cabin_is_another_detail(text: str, cabins: list[Detail]) -> None:
    """What is put forward is the cabin that is then written."""
    assert "business" in faults(cabins, f"{text} Paid with the original payment method.")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("- business class", True), ("The free bag that a silver member has in business is yours.", True), ("One bag is free for you in business.", True),
        ("- economy class", False), ("One bag is free for you in economy.", False), ("In business two bags would be free, in economy it is one.", False),
    ],
)  # fmt: skip
def test_a_row_that_is_a_cabin_and_the_bags_that_go_with_it_are_of_the_booking(line: str, wrong: bool) -> None:
    """Another cabin there is another booking; a comparison is none."""
    [own] = [item for item in _booking("no") if item.name == "economy"]
    assert own.denied is not None
    text = line if line.startswith("- b") else f"One way, economy.\n{line}"
    assert own.denied(text.lower()) is wrong


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("Shall I move you to business?", False), ("Shall I move you from economy to business?", False), ("Is that OK for your trip in June?", False),
        ("Shall I book both flights in economy for you (yes/no)?", True), ("OK to switch it to economy class?", True),
    ],
)  # fmt: skip
def test_a_question_for_a_yes_names_the_cabin_that_is_called(question: str, wrong: bool, cabins: list[Detail]) -> None:
    """Another one in it is another trip; the one that is left, or none, is not."""
    [asked] = [item.asked for item in cabins if item.asked is not None]
    assert asked(question.lower()) is wrong


def _booking(insurance: str) -> list[Detail]:
    call = Call.of(
        "book_reservation",
        {
            "user_id": "mia_li_3668", "origin": "JFK", "destination": "SEA", "flight_type": "one_way", "cabin": "economy",
            "flights": [{"flight_number": "HAT069", "date": "2024-05-20"}],
            "passengers": [{"first_name": "Mia", "last_name": "Li", "dob": "1990-04-05"}],
            "payment_methods": [{"payment_id": "credit_card_4421486", "amount": 121}],
            "total_baggages": 0, "nonfree_baggages": 0, "insurance": insurance,
        },
    )  # fmt: skip
    return details(load("tau2:airline"), call)


LIST = "I would book a one-way trip from JFK to SEA in economy: HAT069 on {day}, for {who}, {bags}, {insured}, and {money} credit_card_4421486."
RIGHT = {
    "day": "May 20", "who": "Mia Li, born Apr 5, 1990", "bags": "no checked bags", "insured": "with travel insurance",
    "money": "you pay $121 with",
}  # fmt: skip


@pytest.mark.parametrize(
    "part",
    [
        {}, {"day": "5/20"}, {"day": "2024-05-20"}, {"bags": "0 checked bags, none of them paid"}, {"insured": "travel insurance included"},
        {"money": "$121 is charged to"},
    ],
)  # fmt: skip
def test_a_booking_in_other_words_is_the_same_booking(part: dict[str, str]) -> None:
    """Dates with slashes, bags in words, insurance beside "no bags"."""
    assert faults(_booking("yes"), LIST.format(**RIGHT | part)) == []


@pytest.mark.parametrize(
    ("beside", "right"),
    [("Nothing is added for bags or insurance.", True), ("Nothing was added for insurance.", True), ("$30 is added for insurance.", False), ("Nothing is added for bags, with insurance at $30.", False)],
)  # fmt: skip
def test_what_is_added_for_nothing_is_not_added(beside: str, right: bool) -> None:
    """Behind a list without insurance."""
    text = LIST.format(**RIGHT | {"insured": "without travel insurance"})

    assert (faults(_booking("no"), f"{text} {beside}") == []) is right


@pytest.mark.parametrize(
    "part",
    [
        {"day": "5/21"}, {"who": "Bartholomew Li, born Apr 5, 1990"}, {"who": "Mia Li, born May 4, 1990"}, {"insured": "without travel insurance"},
        {"insured": "no bags or travel insurance"}, {"money": "$121 is refunded to"}, {"bags": "10 checked bags"},
    ],
)  # fmt: skip
def test_a_booking_of_something_else_is_another_booking(part: dict[str, str]) -> None:
    """One value that is not the one is enough."""
    assert faults(_booking("yes"), LIST.format(**RIGHT | part)) != []


COMPARED = (
    "I compared 40 options: HAT069 from JFK to SEA on May 20 is the cheapest at $121, ahead of HAT083 at $130. ",
    "Out of 12 options, the shortest is HAT069 from JFK to SEA on May 20 with $121. I found what you need. ",
    "HAT069 from JFK to SEA on May 20 costs less than any other, $121.\n",
)
ROWS = "Please check it:\n- one way, {way}\n- economy\n{flight}- Mia Li, born Apr 5, 1990\n- {bags}\n- with travel insurance\n- payment: {money} credit_card_4421486"
OWN = {"way": "JFK to SEA", "flight": "- HAT069, May 20\n", "bags": "0 checked bags", "money": "$121 with"}


@pytest.mark.parametrize("insurance", ["yes", "no"])
@pytest.mark.parametrize(
    ("said", "insured"),
    [("insured", "yes"), ("fully insured", "yes"), ("not uninsured", "yes"), ("uninsured", "no"), ("going uninsured", "no"), ("not insured", "no")],
)  # fmt: skip
def test_insured_and_uninsured_are_told_apart(said: str, insured: str, insurance: str) -> None:
    """By one word, and by its negation."""
    assert (faults(_booking(insurance), LIST.format(**RIGHT | {"insured": said})) == []) is (insured == insurance)


@pytest.mark.parametrize("compared", ["", *COMPARED, "Going the other way, SEA to JFK, is no cheaper option. "])
@pytest.mark.parametrize(
    "part",
    [
        {},
        {"bags": "checked bags: 0, none of them paid"},
        {"bags": "no checked bags (you may take up to 3 checked bags)"},
    ],
)
def test_a_comparison_before_a_list_changes_nothing(compared: str, part: dict[str, str]) -> None:
    """Its other flights, routes and fares contradict no list."""
    assert faults(_booking("yes"), compared + ROWS.format(**OWN | part)) == []
    assert (
        faults(_booking("yes"), compared + LIST.format(**RIGHT | {"bags": "0 checked bags, none of them paid"})) == []
    )


@pytest.mark.parametrize("compared", [*COMPARED, "HAT069 from JFK to SEA on May 20 would be $121. "])
@pytest.mark.parametrize(
    "part",
    [
        {"way": "SEA to JFK"}, {"flight": "- HAT069, May 21\n"}, {"flight": "- HAT083, May 20\n"}, {"money": "$131 with"},
        {"bags": "0 checked bags\n- that makes seven checked bags"},
    ],
)  # fmt: skip
def test_what_is_compared_makes_no_list_right(compared: str, part: dict[str, str]) -> None:
    """The list names each detail itself, as it is then written."""
    assert faults(_booking("yes"), compared + ROWS.format(**OWN | part)) != []


@pytest.mark.parametrize("compared", COMPARED)
def test_what_is_only_compared_is_not_proposed(compared: str) -> None:
    """A list without a flight is none of a booking."""
    assert "flight HAT069" in faults(_booking("yes"), compared + ROWS.format(**OWN | {"flight": ""}))


@pytest.mark.parametrize("line", ["77 Juniper St, Apartment 4", "77 Juniper Street Apt 4", "77 Juniper St., Apt. 4"])
def test_an_address_may_be_shortened_as_the_post_does(line: str) -> None:
    """Words of an address are the same words, short or long; another number is another address."""
    call = Call.of(
        "modify_user_address",
        {
            "user_id": "mei_kovacs_8020", "address1": "77 Juniper Street", "address2": "Apt 4", "city": "Boulder", "state": "CO",
            "country": "USA", "zip": "80301",
        },
    )  # fmt: skip
    owed = details(load("tau2:retail"), call)

    assert faults(owed, f"Your default address would be {line}, Boulder, CO 80301.") == []
    assert faults(owed, f"Your default address would be 1{line}, Boulder, CO 80301.") == ["77 Juniper Street"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("you get $14.45 back", False), ("$14.45 will be refunded to your paypal account", False), ("$14.45 in your favor", False),
        ("it costs $14.45 extra", True), ("your card is charged $14.45", True), ("you pay $14.45 with your credit card", True),
        ("you were charged $14.45; that comes back to you", False), ("a difference of $14.45 on your credit card", False),
        ("you pay $99 for another thing", False), ("you save $15 on two and pay $0.55 on one, which leaves $14.45 for your card", False),
        ("you save $15 and pay $0.55, so $14.45 is charged to your card", True),
        ("one item cost more than $10: the lamp at $14.45. it would be refunded to your paypal account", False),
        ("the lamp, $14.45. that amount would be charged to your paypal account", True), ("the lamp, $14.45. this will be taken from paypal", True),
        ("the first step is $68 on your visa, and then $14.45 goes back to it", False), ("the first step gives $68 back, and then you pay $14.45", True),
    ],
)  # fmt: skip
def test_money_goes_one_way(text: str, wrong: bool) -> None:
    """A refund is told as one, in whichever words, and nothing else of the sentence counts."""
    assert turned({1445: -1})(text) is wrong


SAME = "exchange the T-shirt {} in order #W7826235, settled through your Mastercard credit card ending in 4617 (credit_card_7871433). No price difference."


@pytest.mark.parametrize(
    ("swap", "right"),
    [
        ("(item 8349118980) for another piece of the very same version", True), ("(8349118980) for an identical one", True),
        ("8349118980 for a new one with the same options", True), ("(item 8349118980) like for like", True),
        ("(item 8349118980) for the T-shirt (item 8349118980)", True),
        ("(item 8349118980) for the T-shirt (item 9647292434)", False), ("(item 8349118980) for a refund", False),
        ("(item 8349118980) for a black one", False), ("(item 9647292434) for another piece of item 8349118980", False),
    ],
)  # fmt: skip
def test_the_same_again_is_put_as_such(swap: str, right: bool) -> None:
    """Another piece of one version is told in many ways; another version, or nothing in its place, is not it."""
    args = {"order_id": "#W7826235", "item_ids": ["8349118980"], "new_item_ids": ["8349118980"], "payment_method_id": "credit_card_7871433"}  # fmt: skip
    call = Call.of("exchange_delivered_order_items", args)
    owed = details(load("tau2:retail"), call, Call.of("get_order_details", {"order_id": "#W7826235"}),
                   Call.of("get_user_details", {"user_id": "james_wilson_1842"}))  # fmt: skip

    assert (not faults(owed, SAME.format(swap))) is right, faults(owed, SAME.format(swap))


def _rejected(item: Played, turns: list[Turn]) -> list[str]:
    talk = replace(item.talk, turns=tuple(turns))
    return [str(finding) for finding in confirmed_before_write(Case(item.task, talk, item.domain))]


def _halves(item: Played) -> tuple[int, str, str] | None:
    """A proposal of a list, as two messages; one that begins with a comparison names the choice twice, and is none of them.

    What is read out again to who asks about it is no half of a list, either.
    """
    for index, turn in enumerate(item.talk.turns):
        if turn.intent and "query" in turn.intent.about:
            return None
        lines = turn.text.split("\n")
        compared = re.search(
            r"\b(?:options?|variants|records|qualif\w+|from what you describe|found)\b", lines[0], re.IGNORECASE
        )
        if turn.intent and turn.intent.kind == "propose" and len(lines) > 5 and not compared:
            half = len(lines) // 2
            return index, "\n".join(lines[:half]), "\n".join(lines[half:])
    return None


def _anew(item: Played) -> bool:
    """Whether a list was turned down, or put forward once more after a question."""
    intents = [turn.intent for turn in item.talk.turns if turn.intent]
    put = [intent.about for intent in intents if intent.kind == "propose"]
    return len(set(put)) < len(put) or any("no" in intent.about for intent in intents)


def test_a_list_may_come_in_two_messages(played: list[Played]) -> None:
    """The user nods in between; a part that is never said is missed all the same. What is proposed anew is no half of a list."""
    firm = [item for item in played if not _anew(item)]
    cut = [(item, found) for item in firm if item.task.gold and (found := _halves(item)) is not None]
    assert cut

    lost = 0
    for item, (at, first, second) in cut:
        turns = list(item.talk.turns)
        nod = (Turn("agent", f"{first}\nIs that right so far?"), Turn("user", "Fine, go on."))
        rest = replace(turns[at], text=f"And further:\n{second}")

        assert _rejected(item, [*turns[:at], *nod, rest, *turns[at + 1 :]]) == []
        lost += bool(_rejected(item, [*turns[:at], rest, *turns[at + 1 :]]))
    assert lost


@pytest.mark.parametrize(
    "wait", ["Hold on, I need five minutes first.", "Wait, I have to ask my husband before you do that."]
)
def test_a_yes_to_a_mere_ok_is_taken_back_like_any_other(wait: str, played: list[Played]) -> None:
    """The question may be as short as "OK?", and the last word counts all the same."""
    tried = 0
    for item in played:
        turns = list(item.talk.turns)
        at = next(
            (i for i, turn in enumerate(turns) if turn.intent and turn.intent.kind == "propose" and "\n" in turn.text),
            None,
        )
        if at is None or turns[at + 1].role != "user" or not turns[at + 2].calls:
            continue
        head = turns[at].text.rpartition("\n")[0]
        turns[at], turns[at + 1] = replace(turns[at], text=f"{head}\nOK?"), replace(turns[at + 1], text="Okay.")
        back = [*turns[: at + 2], Turn("agent", "I'll do that now."), Turn("user", wait), *turns[at + 2 :]]
        tried += 1
        assert _rejected(item, turns) == []
        assert _rejected(item, back) != []
    assert tried


@pytest.fixture(scope="module")
def swap() -> list[Detail]:
    """A water bottle of James Wilson's order that is exchanged, settled through his only gift card or PayPal."""
    domain = load("tau2:retail")
    user = next(
        row
        for row in domain.tables["users"].values()
        if {method["source"] for method in row["payment_methods"].values()} >= {"gift_card", "credit_card"}
        and any(
            domain.tables["orders"][key]["status"] == "delivered" and len(domain.tables["orders"][key]["items"]) > 2
            and len({item["name"].split()[-1] for item in domain.tables["orders"][key]["items"]}) > 2
            for key in row["orders"]
        )
    )  # fmt: skip
    order = next(
        row for key in user["orders"] if (row := domain.tables["orders"][key])["status"] == "delivered" and len({item["name"].split()[-1] for item in row["items"]}) > 2
    )  # fmt: skip
    gift = next(key for key, method in user["payment_methods"].items() if method["source"] == "gift_card")
    args: Json = {
        "order_id": order["order_id"],
        "item_ids": [order["items"][0]["item_id"]],
        "payment_method_id": gift,
    }
    call = Call.of("return_delivered_order_items", args)
    reads = ("get_order_details", {"order_id": order["order_id"]}), ("get_user_details", {"user_id": user["user_id"]})
    return details(domain, call, *(domain.canonical(tool, said) for tool, said in reads))


def named(owed: list[Detail]) -> str:
    """The thing that is returned."""
    return next(item.name for item in owed if item.kind == "item").removeprefix("the ").partition(" (item")[0]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Return the {thing}; the refund of $1 goes to your gift card.", True),
        ("Return the {thing}. You paid $9 with the Visa ending in 8674; the $1 goes to your gift card.", True),
        ("Return the {thing}, bought with the Visa ending in 8674, for $1. That goes to the gift card.", True),
        ("Return the {thing}: everything else stays as it is. $1 to your gift card.", True),
        ("Return the {thing}, which stays with you until the label comes. $1 to your gift card.", True),
        ("Return the {thing}. The refund of $1 goes to your Visa ending in 8674. It isn't a gift card.", False),
        ("Return the {thing} with the gift card in mind.\nRefund: $1 to your Mastercard ending in 1111", False),
        ("Return the other things; the {thing} stays with you. $1 to your gift card.", False),
        ("Return the rest, but you'd keep the {thing}. $1 to your gift card.", False),
        ("Return the rest; the {thing} would stay in the order. $1 to your gift card.", False),
    ],
)
def test_what_stays_is_not_returned_and_money_goes_where_it_is_called(
    text: str, right: bool, swap: list[Detail]
) -> None:
    """A card by its last digits is another way than the gift card; a thing that stays is none that goes."""
    order = next(item.name for item in swap if item.name.startswith("order "))
    assert (faults(swap, f"{order}: {text.format(thing=named(swap))}") == []) is right


@pytest.mark.parametrize(
    ("before", "lists"),
    [
        ("Your profile now shows {other} as the default address. ", True),
        ("The default address now reads {other}. ", True),
        ("At the moment it would go to {held}. ", True),
        ("Until now it would go to {other}. ", False),
        ("This would replace {other}. The old address is {other}. ", False),
    ],
)
def test_what_was_just_done_is_not_what_a_list_replaces(before: str, lists: bool) -> None:
    """The address that a profile now shows is told ahead of the list; one that the order does not have is not what it has until then."""
    domain = load("tau2:retail")
    homes = {key: row["address"] for key, row in domain.tables["users"].items()}
    order, row = next(
        (key, row) for key, row in domain.tables["orders"].items()
        if row["status"] == "pending" and row["address"]["address1"] != homes[str(row["user_id"])]["address1"]
    )  # fmt: skip
    reads = (("get_user_details", {"user_id": row["user_id"]}), ("get_order_details", {"order_id": order}))
    where: dict[str, Json] = {"address1": "36 Foxglove Lane", "address2": "Suite 480", "city": "Phoenix", "state": "AZ", "country": "USA", "zip": "85092"}  # fmt: skip
    call = Call.of("modify_pending_order_address", {"order_id": order, **where})
    owed = details(domain, call, *(domain.canonical(*read) for read in reads))
    own = f"Here is what I would do: ship order {order} to the address 36 Foxglove Lane, Suite 480, Phoenix, AZ 85092, USA. May I go on with that (yes/no)?"
    text = before.format(other=homes[str(row["user_id"])]["address1"], held=row["address"]["address1"]) + own

    assert faults(owed, own) == []
    assert (faults(owed, text) == []) is lists


WHO = "I would book a one-way trip from JFK to SEA in economy: HAT069 on May 20, for {}, no checked bags, no insurance, and you pay $242 with credit_card_8077450."


@pytest.mark.parametrize(
    ("who", "right"),
    [
        ("you (born 1995-10-08) and Bruno Larsen (born 1974-11-01)", True), ("Bruno Larsen (born 1974-11-01) and you (October 8, 1995)", True),
        ("yourself, born October 8, 1995, and Bruno Larsen, born November 1, 1974", True), ("you and Bruno Larsen (born 1974-11-01)", True),
        ("you – date of birth 8 October 1995 – and Bruno Larsen, November 1, 1974", True), ("Mohamed (born 1995-10-08) and Bruno Larsen (born 1974-11-01)", True),
        ("you, Mohamed Brown (born 1995-10-08), and Bruno Larsen (born 1974-11-01)", True),
        ("you (born 1995-10-09) and Bruno Larsen (born 1974-11-01)", False), ("you (October 8, 1996) and Bruno Larsen (November 1, 1974)", False),
        ("you (born 1974-11-01) and Bruno Larsen (born 1995-10-08)", False), ("Emma Brown (born 1995-10-08) and Bruno Larsen (born 1974-11-01)", False),
        ("Mohamed (born 1995-08-10) and Bruno Larsen (born 1974-11-01)", False), ("Mohamed Kim (born 1995-10-08) and Bruno Larsen (born 1974-11-01)", False),
        ("you (born 1995-10-08)", False), ("you (born 1995-10-08) and Bruno Larsen (born 1974-11-02)", False), ("Bruno Larsen (born 1974-11-01), paid by you", False),
    ],
)  # fmt: skip
def test_who_is_talked_to_may_be_called_you(who: str, right: bool) -> None:
    """The profile has the name, and the date behind "you" is the birth date."""
    domain = load("tau2:airline")
    call = Call.of(
        "book_reservation",
        {
            "user_id": "mohamed_brown_3623", "origin": "JFK", "destination": "SEA", "flight_type": "one_way", "cabin": "economy",
            "flights": [{"flight_number": "HAT069", "date": "2024-05-20"}],
            "passengers": [{"first_name": "Mohamed", "last_name": "Brown", "dob": "1995-10-08"}, {"first_name": "Bruno", "last_name": "Larsen", "dob": "1974-11-01"}],
            "payment_methods": [{"payment_id": "credit_card_8077450", "amount": 242}], "total_baggages": 0, "nonfree_baggages": 0, "insurance": "no",
        },
    )  # fmt: skip
    owed = details(domain, call, domain.canonical("get_user_details", {"user_id": "mohamed_brown_3623"}))

    assert (faults(owed, WHO.format(who)) == []) is right, faults(owed, WHO.format(who))


REST = " I would book one way in economy for Mia Li, born Apr 5, 1990, with no checked bags and with travel insurance; you pay $121 with credit_card_4421486."


@pytest.mark.parametrize(
    ("best", "right"),
    [
        ("On May 20, none from JFK to SEA leaves later than HAT069.", True), ("On May 20, nothing from JFK to SEA is cheaper than HAT069 at $121.", True),
        ("No other flight from JFK to SEA on May 20 costs less than HAT069.", True), ("HAT069 from JFK to SEA on May 20 leaves later than all the others.", True),
        ("The cheapest on May 20 is HAT069 from JFK to SEA.", True), ("HAT069 from JFK to SEA on May 20 is the earliest nonstop.", True),
        ("On May 20, none from JFK to SEA leaves later than HAT068.", False), ("On May 21, none from JFK to SEA leaves later than HAT069.", False),
        ("On May 20, HAT069 from JFK to SEA leaves later than HAT083.", False), ("On May 20, none from SEA to JFK leaves later than HAT069.", False),
        ("The cheapest on May 20 is HAT069 from JFK to SEA, the next HAT083.", False), ("The cheapest on May 20 is HAT069 from JFK to SEA, but it is full.", False),
        ("On May 20 from JFK to SEA, it has to leave no later than HAT069.", False),
    ],
)  # fmt: skip
def test_a_running_text_may_name_the_flight_as_the_best(best: str, right: bool) -> None:
    """What is better than all is what is put forward, where the rest names no other; one of two that are compared is not."""
    assert (faults(_booking("yes"), best + REST) == []) is right, faults(_booking("yes"), best + REST)
