"""Values are read out of running text as what they mean, however they are written."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writ_dspy.domains.values import (
    _BEGINNING,
    _FROM,
    _FROM_DAY,
    _FROM_TIME,
    MONTHS,
    TENS,
    UNITS,
    Value,
    _forms_at,
    values,
    within,
)

CENTS = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2099, 12, 31))
AROUND = st.sampled_from(("It is {}.", "{}", "({})", "you said {}, right?", "So: {}; then we go on", "**{}**"))


def only(text: str) -> Value:
    (value,) = values(text)
    return value


def spelled(number: int) -> str:
    """In words, below 1,000."""
    if number >= 100:
        rest = f" and {spelled(number % 100)}" if number % 100 else ""
        return f"{UNITS[number // 100]} hundred{rest}"
    if number >= 20:
        return TENS[number // 10 - 2] + (f"-{UNITS[number % 10]}" if number % 10 else "")
    return UNITS[number]


@given(amount=CENTS, around=AROUND)
def test_an_amount_is_one_however_it_is_written(amount: Decimal, around: str) -> None:
    """`$1,205.50`, `$1205.50`, `1,205.50 dollars` and `1205.50 USD` are one amount, and stand where they stand."""
    for form in (
        f"${amount:,.2f}",
        f"${amount:.2f}",
        f"{amount:,.2f} dollars",
        f"{amount:.2f} USD",
        f"US${amount:,.2f}",
    ):
        value = only(text := around.format(form))

        assert (value.quantity, value.number) == ("money", amount)
        assert text[value.start : value.end] == form


@given(number=st.integers(0, 999))
def test_numbers_in_words_are_numbers(number: int) -> None:
    """A sum in words is the sum in digits; a count keeps the noun that it counts."""
    assert only(f"That makes {spelled(number)} dollars.").number == number
    counted = only(f"You have {spelled(number)} bags.")

    assert (counted.quantity, counted.number, counted.unit) == ("count", number, "bag")


@given(day=DAYS, around=AROUND)
def test_a_date_is_one_however_it_is_written(day: dt.date, around: str) -> None:
    """ISO, American and spoken forms; one without a year fits the year that is meant."""
    month = MONTHS[day.month - 1].capitalize()
    named = (day.isoformat(), f"{month} {day.day}, {day.year}", f"{month[:3]} {day.day}, {day.year}", f"{day:%m/%d/%Y}")
    iso = only(day.isoformat())
    for form in (*named, f"{day.day} {month} {day.year}", f"the {day.day}th of {month}, {day.year}"):
        value = only(around.format(form))

        assert value.same(iso)
        assert value.year == day.year
    for form in (f"{month} {day.day}", f"{day.day} {month}", f"{month} {day.day}th"):
        value = only(around.format(form))

        assert value.same(iso, day.year)
        assert not value.same(iso, day.year + 1)


@given(minutes=st.integers(0, 1439))
def test_a_time_is_one_however_it_is_written(minutes: int) -> None:
    """12 and 24 hours; midnight and noon are the ends of the clock."""
    hour, minute = divmod(minutes, 60)
    half, short = ("AM" if hour < 12 else "PM"), hour % 12 or 12
    for form in (f"{short}:{minute:02d} {half}", f"{short}:{minute:02d}{half.lower()}", f"{hour:02d}:{minute:02d}:00"):
        assert [(value.quantity, value.number) for value in values(f"at {form} from JFK")] == [("time", minutes)]
    if not minute:
        assert only(f"at {short} {half[0].lower()}.m. sharp").number == minutes


@given(amount=CENTS, other=CENTS)
def test_two_amounts_are_one_only_if_equal(amount: Decimal, other: Decimal) -> None:
    """No rounding, no prefix: `$67` is no part of `$674`."""
    assert only(f"${amount:,.2f}").same(only(f"{other:.2f} dollars")) == (amount == other)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "5 to 7 business days",
            [("duration", 7200, "business day", False), ("duration", 10080, "business day", True)],
        ),
        ("5-7 business days", [("duration", 7200, "business day", False), ("duration", 10080, "business day", True)]),
        ("five or seven days", [("duration", 7200, "day", False), ("duration", 10080, "day", False)]),
        ("twenty-one days", [("duration", 30240, "day", False)]),
        ("two and a half hours, or one hour and a half", [("duration", 150, "", False), ("duration", 90, "", False)]),
        ("3 h 20 min, then two hours", [("duration", 200, "", False), ("duration", 120, "", False)]),
        ("1 hour and 5 minutes", [("duration", 65, "", False)]),
        ("May 17 to 23", [("date", 517, "", False), ("date", 523, "", True)]),
        ("May 17 through May 23", [("date", 517, "", False), ("date", 523, "", True)]),
        ("$100–$200", [("money", 100, "", False), ("money", 200, "", True)]),
        ("$100 and $200", [("money", 100, "", False), ("money", 200, "", False)]),
        ("8:00 AM–9:30 AM", [("time", 480, "", False), ("time", 570, "", True)]),
        ("-$12.50", [("money", Decimal("-12.5"), "", False)]),
        ("20% or 20 percent", [("percent", 20, "", False), ("percent", 20, "", False)]),
        ("noon", [("time", 720, "", False)]),
    ],
)
def test_ranges_and_lengths(text: str, wanted: list[tuple[str, int | Decimal, str, bool]]) -> None:
    """Both ends of a range are values, and the second says so."""
    assert [(value.quantity, value.number, value.unit, value.through) for value in values(text)] == wanted


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("three bucks fifty-six, that's really all?", ["3.56"]), ("three dollars and fifty-six cents", ["3.56"]),
        ("$3 and 56 cents", ["3.56"]), ("it is 3 dollars 56", ["3.56"]), ("a hundred bucks fifty in total", ["100.5"]),
        ("$1,200, fifty cents", ["1200.5"]), ("-$3 and 5 cents", ["-3.05"]), ("fifty cents or 50¢", ["0.5", "0.5"]),
        ("a dollar, one dollar, two bags", ["1"]), ("nine bucks and two coffees", ["9"]), ("five dollars twenty times", ["5"]),
        ("for 200 dollars 15 bags", ["200"]), ("ten dollars fifteen minutes ago", ["10"]), ("$5 and 20 items", ["5"]),
        ("two of a hundred dollars two", ["100"]), ("$4.20 and 30 cents", ["4.5"]),
    ],
)  # fmt: skip
def test_dollars_and_cents_are_one_amount(text: str, amounts: list[str]) -> None:
    """In figures or words, with the word for the cents or without it; what counts something else is no part of it."""
    assert [value.number for value in values(text) if value.quantity == "money"] == list(map(Decimal, amounts))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("May 19 or 20, whichever", [("date", 519), ("date", 520)]), ("May 19, 20 or 21 would do", [("date", 519), ("date", 520), ("date", 521)]),
        ("on May 4, 5 bags", [("date", 504), ("count", 5)]), ("May 4, 1990", [("date", 504)]), ("May 20 or 19.", [("date", 520), ("count", 19)]),
        ("not before 9 in the morning", [("time", 540)]), ("by 8:00 in the evening", [("time", 1200)]), ("at 6 o'clock at night", [("time", 1080)]),
        ("at 14:00 in the afternoon", [("time", 840)]),
    ],
)  # fmt: skip
def test_days_of_the_month_just_named_and_hours_by_part_of_the_day(text: str, found: list[tuple[str, int]]) -> None:
    """A number that may count something stays a count."""
    assert [(value.quantity, value.number) for value in values(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "from the 19th of May to the 23rd of May", "between 19 May and 23 May", "May 19th to May 23rd", "from 5/19 through 5/23",
        "between 5/19 and 5/23", "19-23 May", "between the 19th and the 23rd of May", "between May 19 and the 23rd", "May 19-May 23",
        "from Sunday, May 19 to Thursday, May 23", "2024-05-19 to 2024-05-23", "no earlier than May 19 and no later than May 23",
        "May 19 at the earliest and May 23 at the latest", "starting May 19 and ending May 23", "from May 19 all the way to May 23",
    ],
)  # fmt: skip
def test_a_range_of_days_is_one_however_it_is_said(text: str) -> None:
    """With its first and its last day, whatever stands between them and wherever the month stands."""
    found = [(first.number, last.number) for first, last in within(f"I could go {text}, any time of day.")]

    assert found == [(519, 523)]


@pytest.mark.parametrize(
    "text",
    [
        "May 19 and May 23", "May 19 or 23", "either May 19 or May 23", "leave May 19 and return May 23", "19 and 23 May",
        "out on May 19, back on May 23", "not May 19 but May 23", "I can go on May 19. By May 23 I need to know",
    ],
)  # fmt: skip
def test_two_days_are_no_range(text: str) -> None:
    """The days between them are not said."""
    assert not list(within(text))


@pytest.mark.parametrize(
    "text",
    [
        "order #W4442043", "flight HAT101", "credit_card_7334", "a 5.8-inch screen", "128GB of RAM", "the iPhone-5",
        "no amount at all", "someone in a hurry", "2024-13-45", "I may 5", "version v2", "me@mail4.example",
    ],
)  # fmt: skip
def test_what_is_no_value_is_none(text: str) -> None:
    """Ids, model names and impossible dates state no amount, date or time."""
    assert {value.quantity for value in values(text)} <= {"count"}
    assert not any(value.number > 100 for value in values(text))


@given(st.text(max_size=200))
@pytest.mark.long
def test_any_text_can_be_read(text: str) -> None:
    """Values stand in order, within the text, and never overlap."""
    found = values(text)
    ends = [0, *(value.end for value in found)]

    assert all(end <= value.start < value.end <= len(text) for end, value in zip(ends, found, strict=False))


@pytest.mark.parametrize("mark", ["{})", "{}."])
@pytest.mark.parametrize("between", ["\n", "\n   "])
def test_what_numbers_a_list_is_no_value(mark: str, between: str) -> None:
    """Its points hold values; their own numbers are none, however long the list is."""
    points = [f"a fare of ${100 + number}, for {number + 20} bags" for number in range(1, 17)]
    plain = between.join(["Here it is:", *points])
    listed = between.join(["Here it is:", *(f"{mark.format(at)} {point}" for at, point in enumerate(points, 1))])

    assert [(one.quantity, one.number) for one in values(listed)] == [
        (one.quantity, one.number) for one in values(plain)
    ]


def test_points_in_a_running_text_are_numbered_too() -> None:
    """One by one from 1 on; what is out of turn, or in a bracket of its own, is a number of something."""
    points = "; ".join(f"{at}) bag {'x' * at}" for at in range(1, 15))
    assert not values(f"You get: {points}.")
    assert [one.number for one in values(f"You get: {points.replace('13)', '31)')}.")] == [31, 14]
    assert [one.number for one in values("There are many of them (it says 13) here.")] == [13]
    assert [one.number for one in values("The bags are\n13. Anything else?")] == [13]
    assert [one.number for one in values("1) It is\n3. Anything else?")] == [3]


PIECES = (
    " and a half hours","st", "th ", " of ", "May", " march 2024", ":30", " pm", "p.m.", " in the morning", " at night", " o'clock", "o’clock", "$", " US dollars", "bucks", " and fifty", " cents", "¢",
    "2024-05-20", "5/19/2024", "5/7", "25/5", "%", " per cent", ",000", ".5", " hours", "h ", " 20 minutes", "-day", " business days", "-", "–", " to ", " or ", " until ", "/", "7", "19", "2024", "-05-20", "one", "seven hundred", "noon", "twenty-four",
    "ſt", "ſeven", "ſept 5", "mıdnight", " İ", "\u00a0", "\n", "a hundred", " MAY ", "Sept 3", "²", "x")  # fmt: skip


def test_the_two_signs_behind_a_number_rule_out_no_form_that_fits() -> None:
    """Each form, and each beginning of a range, that fits at a place is among those that are tried there."""
    rng, fitted = random.Random(3), set[str]()
    for _ in range(4000):
        text = "".join(rng.choice(PIECES) for _ in range(rng.randint(2, 5)))
        for place, sign in enumerate(text):
            if not (sign.isalnum() or sign == "$") or (sign.isdigit() and not sign.isdecimal()):
                continue
            ranged, tried = _forms_at(text, place)
            first = "1" if sign.isdigit() else "a" if sign.isalpha() and sign != "U" else "$"
            fits = [form for _, _, form in _BEGINNING[first] if form.match(text, place)]
            assert [form for _, form in tried if form.match(text, place)] == fits, (text, place)
            assert ranged or not any(form.match(text, place) for form in (_FROM, _FROM_DAY, _FROM_TIME)), (text, place)
            fitted.update(form.pattern for form in fits)
    assert {form.pattern for forms in _BEGINNING.values() for _, _, form in forms} - fitted == set()
