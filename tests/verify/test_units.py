"""A date beside a day of the week, and an amount in a currency."""

from __future__ import annotations

import datetime as dt

import pytest

from writ_dspy.domains import load
from writ_dspy.domains.values import values
from writ_dspy.verify.units import foreign_money, misdated

AIRLINE = load("tau2:airline")
FORMS = ("on {day}, {date}", "{day} {date}", "{date} ({day})", "{date}, {day}.", "{short} {date}", "{short}. {date}")


@pytest.mark.parametrize("form", FORMS)
def test_a_date_falls_on_one_day(form: str) -> None:
    """Each date of a month with each day of the week: only its own passes."""
    wrong = right = 0
    for number in range(1, 31):
        for other in range(7):
            date = dt.date(2024, 5, number)
            day = (dt.date(2024, 5, 6) + dt.timedelta(other)).strftime("%A")
            text = f"You leave {form.format(day=day, short=day[:3], date=date.strftime('%B %-d'))} at noon"
            found = list(misdated(AIRLINE, text, values(text)))
            assert bool(found) is (day != date.strftime("%A")), text
            assert all(told == date.strftime("%A") for _, told in found)
            wrong, right = wrong + bool(found), right + (not found)
    assert (wrong, right) == (180, 30)


def test_days_without_a_known_year() -> None:
    """Where policy names no year and the text none, nothing can be said; with a year it can."""
    shop = load("tau2:retail")
    text, dated = "It left on Monday, May 7.", "It left on Monday, 2024-05-07."

    assert list(misdated(shop, text, values(text))) == []
    assert [right for _, right in misdated(shop, dated, values(dated))] == ["Tuesday"]


@pytest.mark.parametrize("text", ["It costs £67.", "67 EUR in all", "that is €1,200.50 back", "12 euros", "¥900"])
def test_another_currency(text: str) -> None:
    """It is seen, unless the user brought it up."""
    assert list(foreign_money(text, "What is it in dollars?"))
    assert list(foreign_money(text, f"I read {text}")) == []


@pytest.mark.parametrize(
    "text", ["It costs $67.", "67 dollars", "USD 67", "Euro Street 5", "bags up to 50 pounds", "Yen Lee pays"]
)
def test_no_other_currency(text: str) -> None:
    """Dollars, names and weights are none."""
    assert list(foreign_money(text, "")) == []


def test_a_day_without_a_year_is_the_one_that_was_read() -> None:
    """Of a record of last year, told this year: December 24 was a Wednesday in 2025, and is a Thursday in 2026."""
    told = {day: f"It was placed on {day}, December 24." for day in ("Wednesday", "Thursday")}
    wrong = {
        day: [right for _, right in misdated(AIRLINE, text, values(text), lambda *_: {2025})]
        for day, text in told.items()
    }

    assert wrong == {"Wednesday": [], "Thursday": ["Wednesday"]}
    assert not list(misdated(AIRLINE, told["Thursday"], values(told["Thursday"]), lambda *_: {2025, 2026}))
