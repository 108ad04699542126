"""Names, dates, places, cabins, bags and reasons in a proposal that are not those of the write."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from benchmarks.mutations.kinds import Family, Made
from benchmarks.mutations.talks import Talk
from benchmarks.mutations.wrong.changes import MONTHS, bumped, near_id, other_date, swap, wrong_weekday
from benchmarks.mutations.wrong.listing import spoiled, switched

DETAILS = Family("consent: the details", wrong=True, by=("confirmed_before_write", "grounded"))


@DETAILS("Another person's name.", "confirmed_before_write", "grounded")
def listing_has_a_longer_name(talk: Talk, rng: random.Random) -> Made:
    return _passenger(talk, rng, lambda name: f"{name}{rng.choice(('ington', 'owski', 'sen'))}")


@DETAILS("Another first name.", "confirmed_before_write", "grounded")
def listing_has_another_first_name(talk: Talk, rng: random.Random) -> Made:
    return _passenger(talk, rng, lambda name: f"Bartholomew {name.split()[-1]}")


def _passenger(talk: Talk, rng: random.Random, change: Callable[[str], str]) -> Made:
    def edit(text: str, item: Talk, write: int, dice: random.Random) -> str | None:
        people = item.call(write).args.get("passengers") or []
        names = [f"{person['first_name']} {person['last_name']}" for person in people]
        names = [name for name in names if name in text]
        if not names:
            return None
        name = dice.choice(names)
        return text.replace(name, change(name))

    return spoiled(talk, rng, edit)


@DETAILS("One passenger is left out.", "confirmed_before_write")
def listing_leaves_out_a_passenger(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, item: Talk, write: int, dice: random.Random) -> str | None:
        people = item.call(write).args.get("passengers") or []
        lines = text.split("\n")
        found = [
            line
            for line in lines
            for one in people
            if f"{one['first_name']} {one['last_name']}" in line and line.startswith("-")
        ]
        if len(people) < 2 or not found:
            return None
        gone = dice.choice(found)
        return "\n".join(line for line in lines if line != gone)

    return spoiled(talk, rng, edit)


@DETAILS("Two passengers have each other's date of birth.", "confirmed_before_write", "grounded")
def birth_dates_swapped(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, *_: object) -> str | None:
        found = list(
            re.finditer(
                r"(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, (?:19|20[01])\d+",
                text,
            )
        )
        if len({match[0] for match in found}) < 2:
            return None
        one, two = found[0][0], next(match[0] for match in found if match[0] != found[0][0])
        return text.replace(one, "\0").replace(two, one).replace("\0", two)

    return spoiled(talk, rng, edit)


@DETAILS("A day later or earlier.", "confirmed_before_write", "grounded")
def date_off_by_one_in_listing(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, item, _write, dice: other_date(text, item, dice, days=dice.choice((-1, 1))))


@DETAILS("The same day of another month.", "confirmed_before_write", "grounded")
def month_wrong_in_listing(talk: Talk, rng: random.Random) -> Made:
    return switched(talk, rng, rf"\b(?:{MONTHS})(?= \d{{1,2}}\b(?!, \d))", "September", "November")


@DETAILS("The weekday is not that of the date.", "grounded")
def weekday_wrong_in_listing(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, item, _write, dice: wrong_weekday(text, item, dice))


@DETAILS("Another flight.", "confirmed_before_write", "grounded")
def another_flight_in_listing(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, item: Talk, write: int, dice: random.Random) -> str | None:
        flights = item.call(write).args.get("flights") or []
        listed = [one["flight_number"] for one in flights if one["flight_number"] in text]
        return text.replace(dice.choice(listed), f"HAT{dice.randrange(900, 999)}") if listed else None

    return spoiled(talk, rng, edit)


@DETAILS("The trip goes the other way round.", "confirmed_before_write", "grounded")
def origin_and_destination_swapped(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, *_: object) -> str | None:
        match = re.search(r"from ([A-Z][\w .]+ \([A-Z]{3}\)) to ([A-Z][\w .]+ \([A-Z]{3}\))", text)
        return None if match is None else text.replace(match[0], f"from {match[2]} to {match[1]}")

    return spoiled(talk, rng, edit)


@DETAILS("The other type of trip.", "confirmed_before_write")
def trip_type_wrong_in_listing(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, item: Talk, write: int, _dice: random.Random) -> str | None:
        if item.call(write).tool != "book_reservation":
            return None
        return swap(text, r"(?i)\bone[- ]way\b", "round trip") or swap(text, r"(?i)\bround[- ]trip\b", "one way")

    return spoiled(talk, rng, edit)


@DETAILS("Basic economy is another cabin than economy.", "confirmed_before_write")
def listing_names_basic_economy_for_economy(talk: Talk, rng: random.Random) -> Made:
    return switched(talk, rng, r"(?i)(?<!basic )\beconomy\b", "basic economy")


@DETAILS("Economy is another cabin than basic economy.", "confirmed_before_write")
def listing_names_economy_for_basic_economy(talk: Talk, rng: random.Random) -> Made:
    return switched(talk, rng, r"(?i)\bbasic economy\b", "economy")


@DETAILS("Another cabin.", "confirmed_before_write")
def listing_names_another_cabin(talk: Talk, rng: random.Random) -> Made:
    return switched(talk, rng, r"(?i)\bbusiness\b(?! days?)|\b(?:basic )?economy\b", "first class", "premium economy")


@DETAILS("Ten times the bags.", "confirmed_before_write", "grounded")
def listing_has_ten_times_the_bags(talk: Talk, rng: random.Random) -> Made:
    pattern = r"(?i)(?<=checked bags: )\d+|(?<=luggage: )\d+|(?<=bags: )\d+|\d+(?= (?:checked )?(?:bags?|pieces))"
    return spoiled(talk, rng, lambda text, _talk, _write, dice: bumped(text, pattern, dice, lambda n: n * 10 or 10))


@DETAILS("Free bags are told as paid ones.", "confirmed_before_write", "grounded")
def paid_bags_wrong_in_listing(talk: Talk, rng: random.Random) -> Made:
    return spoiled(
        talk,
        rng,
        lambda text, _talk, _write, dice: bumped(
            text, r"\d+(?= (?:of them paid|at a charge|paid|to be paid|for a fee))", dice, lambda n: n + 2
        ),
    )


@DETAILS("Insurance where none is taken, or none where it is.", "confirmed_before_write")
def insurance_flipped_in_listing(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, *_: object) -> str | None:
        if re.search(r"(?i)no travel insurance|without travel insurance", text):
            return re.sub(r"(?i)no travel insurance|without travel insurance", "with travel insurance", text)
        return swap(text, r"(?i)(?:with |including )?travel insurance\b(?!:)", "no travel insurance")

    return spoiled(talk, rng, edit)


@DETAILS("Another state.", "confirmed_before_write", "grounded")
def listing_has_the_wrong_state(talk: Talk, rng: random.Random) -> Made:
    return switched(talk, rng, r"\b[A-Z]{2}(?= \d{5}\b)", "ZZ", "GU")


@DETAILS("Another zip code.", "confirmed_before_write", "grounded")
def listing_has_the_wrong_zip(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, _talk, _write, dice: near_id(text, r"(?<=[A-Z]{2} )\d{5}\b", dice))


@DETAILS("Another house number.", "confirmed_before_write", "grounded")
def listing_has_the_wrong_house_number(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, _talk, _write, dice: near_id(text, r"(?<=to )\d{2,4}(?= [A-Z])", dice))


@DETAILS("The other reason.", "confirmed_before_write")
def wrong_reason_in_listing(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, item: Talk, write: int, _dice: random.Random) -> str | None:
        reason = item.call(write).args.get("reason")
        if not isinstance(reason, str) or reason not in text:
            return None
        return text.replace(reason, "ordered by mistake" if reason != "ordered by mistake" else "no longer needed")

    return spoiled(talk, rng, edit)


@DETAILS("Charged where it is refunded, or the other way round.", "confirmed_before_write", "grounded")
def refund_and_charge_swapped(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, *_: object) -> str | None:
        flips = (
            (r"it costs (\$[\d,.]*\d) extra", r"you get \1 back"), (r"you get (\$[\d,.]*\d) back", r"it costs \1 extra"),
            (r"(\$[\d,.]*\d) (?:will be |is |would be )?refunded to", r"\1 charged to"), (r"(\$[\d,.]*\d) (?:will be |is |would be )?charged to", r"\1 refunded to"),
            (r"refund of (\$[\d,.]*\d)", r"charge of \1"), (r"a credit of (\$[\d,.]*\d)", r"an extra charge of \1"),
            (r"an extra charge of (\$[\d,.]*\d)", r"a refund of \1"), (r"charged? (\$[\d,.]*\d)", r"refunded \1"),
        )  # fmt: skip
        for pattern, other in flips:
            if re.search(pattern, text):
                return re.sub(pattern, other, text)
        return None

    return spoiled(talk, rng, edit)


@DETAILS("One of several items is left out.", "confirmed_before_write")
def listing_leaves_out_an_item(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, item: Talk, write: int, dice: random.Random) -> str | None:
        ids = item.call(write).args.get("item_ids") or []
        found = [one for one in ids if one in text]
        if len(found) < 2:
            return None
        gone = dice.choice(found)
        shorter = re.sub(rf"(?:,? and |, )?(?:the )?[\w' -]+ \((?:item )?{gone}[^)]*\)", "", text)
        name = next(
            one["name"] for one in item.record(item.call(write).args["order_id"])["items"] if one["item_id"] == gone
        )
        return (
            shorter
            if gone not in shorter and shorter.lower().count(name.lower()) < text.lower().count(name.lower())
            else None
        )

    return spoiled(talk, rng, edit)


@DETAILS("The list is a heap of tokens that no user could agree to.", "confirmed_before_write", "clean")
def listing_is_bare_tokens(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, *_: object) -> str | None:
        tokens = re.findall(r"[\w#$.-]+", text.lower())
        rng.shuffle(tokens)
        return f"{' '.join(tokens)}?"

    return spoiled(talk, rng, edit)
