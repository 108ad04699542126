"""Proposals, reports and answers in other words and other forms."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from datetime import date

from benchmarks.mutations.kinds import Family, Made, Make
from benchmarks.mutations.talks import Talk, said
from benchmarks.mutations.wrong.changes import MONTHS, day_of, right_weekday

FORMS = Family("forms of a message", wrong=False)
DATE = rf"\b(?:{MONTHS}) \d{{1,2}}\b(?!, (?:19|20)\d\d)"
"""A date without its year."""
Edit = Callable[[str], str]


def everywhere(edit: Edit) -> Make:
    """All messages of the agent in another form."""

    def make(talk: Talk, _rng: random.Random) -> Made:
        turns, changed = list(talk.turns), False
        for at in talk.messages:
            text = edit(turns[at].text)
            if text != turns[at].text:
                turns, changed = said(turns, at, text), True
        return turns if changed else None

    return make


def dated(form: Callable[[str, date], str]) -> Make:
    """All dates of the agent in another form."""

    def make(talk: Talk, rng: random.Random) -> Made:
        def formed(match: re.Match[str]) -> str:
            day = day_of(match[0], talk)
            return match[0] if day is None else form(match[0], day)

        return everywhere(lambda text: re.sub(DATE, formed, text))(talk, rng)

    return make


def _day_first(text: str) -> str:
    month, _, day = text.partition(" ")
    return f"{day} {month}"


def _ordinal(text: str) -> str:
    month, _, day = text.partition(" ")
    end = "th" if day in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(day[-1], "th")
    return f"{month} {day}{end}"


def _clock(text: str) -> str:
    """24 hours for 12."""

    def other(match: re.Match[str]) -> str:
        hour = int(match[1]) % 12 + (12 if match[3] == "PM" else 0)
        return f"{hour:02}:{match[2]}"

    return re.sub(r"\b(\d{1,2}):(\d{2}) (AM|PM)\b", other, text)


AMOUNT = r"\$(\d[\d,]*)(\.\d\d)?(?![\d%]|\.\d)"
"""An amount in dollars."""


def _numbered(text: str) -> str:
    count = 0

    def number(_match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{count}. "

    return re.sub(r"(?m)^- ", number, text)


def _table(text: str) -> str:
    rows = re.findall(r"(?m)^- (.+)$", text)
    if len(rows) < 2:
        return text
    table = "\n".join(
        ["| no. | detail |", "| --- | --- |", *(f"| {n} | {row} |" for n, row in enumerate(rows, start=1))]
    )
    return re.sub(r"(?:^- .+(?:\n|$))+", lambda _match: f"{table}\n", text, count=1, flags=re.MULTILINE)


def _births(text: str) -> str:
    def iso(match: re.Match[str]) -> str:
        return f"{match[3]}-{MONTHS.split('|').index(match[1]) + 1:02}-{int(match[2]):02}"

    return re.sub(rf"\b({MONTHS}) (\d{{1,2}}), ((?:19|20[01])\d+)\b", iso, text)


def _spelled_out(text: str) -> str:
    pairs = {
        "I'm": "I am",
        "I'd": "I would",
        "I've": "I have",
        "It's": "It is",
        "That's": "That is",
        "can't": "cannot",
        "isn't": "is not",
        "you'll": "you will",
        "What's": "What is",
        "won't": "will not",
        "don't": "do not",
    }
    for short, long in pairs.items():
        text = re.sub(rf"\b{short}\b", long, text)
    return text


EDITS: Mapping[str, tuple[Edit, str]] = {
    "whole amounts without cents": (lambda text: re.sub(r"(\$\d[\d,]*)\.00\b", r"\1", text), "The same amount."),
    "whole amounts with cents": (lambda text: re.sub(AMOUNT, lambda match: f"${match[1]}{match[2] or '.00'}", text), "The same amount."),
    "amounts in words": (lambda text: re.sub(AMOUNT, lambda match: f"{match[1]}{match[2] or ''} dollars", text), "The same amount."),
    "amounts with USD": (lambda text: re.sub(AMOUNT, lambda match: f"USD {match[1]}{match[2] or ''}", text), "The same amount."),
    "amounts without thousands marks": (lambda text: re.sub(r"(?<=\$)\d{1,3}(?:,\d{3})+", lambda match: match[0].replace(",", ""), text), "The same amount."),
    "amounts in bold": (lambda text: re.sub(AMOUNT, lambda match: f"**{match[0]}**", text), "The same amount."),
    "dates of birth with short months": (lambda text: re.sub(rf"\b({MONTHS})(?= \d{{1,2}}, (?:19|20[01]))", lambda match: match[0][:3], text), "The same day."),
    "times on 24 hours": (_clock, "The same time."),
    "numbered list": (_numbered, "The same lines."),
    "bullets": (lambda text: re.sub(r"(?m)^- ", "• ", text), "The same lines."),
    "stars": (lambda text: re.sub(r"(?m)^- ", "* ", text), "The same lines."),
    "lines instead of a list": (lambda text: re.sub(r"(?m)^- ", "", text), "The same lines."),
    "one paragraph instead of a list": (lambda text: re.sub(r"\n- ", "; ", text).replace(":; ", ": "), "The same details."),
    "items of a list in bold": (lambda text: re.sub(r"(?m)^- (.+)$", r"- **\1**", text), "The same lines."),
    "table": (_table, "The same lines."),
    "headed list": (lambda text: re.sub(r"(?s)\A(.*?)\n- ", r"\1\n\n### Details\n- ", text), "A heading says nothing."),
    "curly quotes": (lambda text: text.replace("'", "’").replace(' "', " “").replace('" ', "” "), "Typography."),
    "long dashes": (lambda text: re.sub(r"; ", " — ", text), "Typography."),
    "no-break hyphens": (lambda text: re.sub(r"(?<=[a-z])-(?=[a-z])", "\u2011", text), "Typography."),
    "no-break spaces": (lambda text: re.sub(r"(?<=\d) (?=AM|PM)", "\u00a0", text).replace(" at $", " at\u00a0$"), "Typography."),
    "two spaces after a sentence": (lambda text: re.sub(r"(?<=[.!?]) (?=[A-Z])", "  ", text), "Typography."),
    "records without the hash": (lambda text: re.sub(r"#(?=W\d{7})", "", text), "The same order."),
    "methods by their id only": (lambda text: re.sub(r"your [A-Za-z ]+ \(((?:credit_card|gift_card|paypal)_\d+)\)", r"\1", text), "The same method."),
    "methods in backticks": (lambda text: re.sub(r"\b((?:credit_card|gift_card|paypal|certificate)_\d+)\b", r"`\1`", text), "The same method."),
    "cities without codes": (lambda text: re.sub(r"(?<=[a-z]) \([A-Z]{3}\)", "", text), "The same cities."),
    "dates of birth in ISO form": (_births, "The same day."),
    "capitalized cabins": (lambda text: re.sub(r"\b(basic economy|economy|business)\b", lambda match: match[0].title(), text), "The same cabin."),
    "insurance as a field": (lambda text: re.sub(r"(?m)^- (?:no travel insurance|without travel insurance)$", "- travel insurance: declined", text), "It says no insurance."),
    "contractions spelled out": (_spelled_out, "The same words."),
    "British spelling": (lambda text: text.replace("canceled", "cancelled").replace("color", "colour").replace("traveler", "traveller"), "The same words."),
    "abbreviated addresses": (lambda text: re.sub(r"\bStreet\b(?=,)", "St", re.sub(r"\bAvenue\b(?=,)", "Ave", text)), "The same street."),
}  # fmt: skip


DATES: Mapping[str, tuple[Make, str]] = {
    "dates in ISO form": (dated(lambda _, day: day.isoformat()), "The same day."),
    "dates with the day first": (dated(lambda text, _: _day_first(text)), "The same day."),
    "dates with ordinals": (dated(lambda text, _: _ordinal(text)), "The same day."),
    "dates with slashes": (dated(lambda _, day: f"{day.month}/{day.day}"), "The same day, as Americans write it."),
    "dates with the year": (dated(lambda text, day: f"{text}, {day.year}"), "The same day."),
    "dates with the right weekday": (
        lambda talk, rng: everywhere(lambda text: right_weekday(text, talk))(talk, rng),
        "The same day, and its weekday is right.",
    ),
}


for _name, (_edit, _why) in EDITS.items():
    FORMS.add(_name, everywhere(_edit), _why)
for _name, (_make, _why) in DATES.items():
    FORMS.add(_name, _make, _why)
