"""Small edits of texts that make a true statement a false one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from benchmarks.mutations.talks import Talk

MONEY = r"(?<=\$)\d[\d,]*(?:\.\d\d)?"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def swap(text: str, pattern: str, other: str) -> str | None:
    """All that a pattern finds, replaced; None where it finds nothing or the same."""
    changed = re.sub(pattern, other, text)
    return None if changed == text else changed


def bumped(text: str, pattern: str, rng: random.Random, change: Callable[[Decimal], Decimal | int]) -> str | None:
    """One number that a pattern finds, changed wherever it finds it, in the form that it had."""
    found = sorted({match[0] for match in re.finditer(pattern, text)})
    if not found:
        return None
    old = rng.choice(found)
    value = Decimal(change(Decimal(old.replace(",", ""))))
    if value == Decimal(old.replace(",", "")):
        return None
    new = f"{value:,.2f}" if "." in old or value != value.to_integral_value() else f"{int(value):,}"
    new = new if "," in old or value >= 1000 else new.replace(",", "")
    return re.sub(pattern, lambda match: new if match[0] == old else match[0], text)


def near_id(text: str, pattern: str, rng: random.Random) -> str | None:
    """One id with one digit changed, everywhere it stands."""
    found = sorted({match[0] for match in re.finditer(pattern, text)})
    if not found:
        return None
    old = rng.choice(found)
    digits = [i for i, letter in enumerate(old) if letter.isdigit()]
    at = digits[-1]
    new = f"{old[:at]}{(int(old[at]) + rng.randrange(1, 9)) % 10}{old[at + 1 :]}"
    return text.replace(old, new)


def other_date(text: str, talk: Talk, rng: random.Random, days: int) -> str | None:
    """One date without a year, moved by some days, everywhere it stands."""
    found = sorted({match[0] for match in re.finditer(rf"\b(?:{MONTHS}) \d{{1,2}}\b(?!, (?:19|20[01]))", text)})
    found = [one for one in found if day_of(one, talk) is not None]
    if not found:
        return None
    old = rng.choice(found)
    day = day_of(old, talk)
    assert day is not None
    moved = day + timedelta(days=days)
    return re.sub(rf"\b{old}\b(?!, (?:19|20[01]))", f"{moved:%B} {moved.day}", text)


def day_of(text: str, talk: Talk) -> date | None:
    """`May 5` in its year; None where it is no day, or nobody could tell the year."""
    month, _, number = text.partition(" ")
    at = (MONTHS.split("|").index(month) + 1, int(number))
    year = talk.year(*at)
    try:
        return None if year is None else date(year, *at)
    except ValueError:
        return None


def wrong_weekday(text: str, talk: Talk, rng: random.Random) -> str | None:
    """A weekday that is not that of the date is put before a date."""
    found = [
        match
        for match in re.finditer(rf"\b(?:{MONTHS}) \d{{1,2}}\b(?!, (?:19|20[01]))", text)
        if day_of(match[0], talk)
    ]
    if not found:
        return None
    match = rng.choice(found)
    day = day_of(match[0], talk)
    assert day is not None
    name = WEEKDAYS[(day.weekday() + rng.randrange(1, 7)) % 7]
    return f"{text[: match.start()]}{name}, {match[0]}{text[match.end() :]}"


def right_weekday(text: str, talk: Talk) -> str:
    """Every date without a year, with its weekday."""

    def named(match: re.Match[str]) -> str:
        day = day_of(match[0], talk)
        return match[0] if day is None else f"{WEEKDAYS[day.weekday()]}, {match[0]}"

    return re.sub(rf"(?<!, )\b(?:{MONTHS}) \d{{1,2}}\b(?!, (?:19|20[01]))", named, text)


def other_method(text: str, talk: Talk, rng: random.Random) -> str | None:
    """The payment method of a text, with its name, replaced by another one of the same user."""
    own = talk.profile.get("payment_methods") or {}
    used = [key for key in own if key in text]
    others = [key for key in own if key not in text]
    if not used or not others:
        return None
    old, new = rng.choice(used), rng.choice(others)
    text = re.sub(rf"your [^()\n]*\({old}\)", f"your {method_name(own[new])} ({new})", text)
    return text.replace(old, new)


def method_name(method: dict[str, object]) -> str:
    """`Visa ending in 1234`, `gift card`, `PayPal account`."""
    source = str(method["source"])
    if source == "credit_card":
        return f"{str(method['brand']).capitalize()} ending in {method['last_four']}"
    return {"gift_card": "gift card", "paypal": "PayPal account", "certificate": "travel certificate"}.get(
        source, source
    )
