"""Deeds that were not done, and answers that are not the answer."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from benchmarks.mutations.kinds import Family, Made
from benchmarks.mutations.talks import Talk, added, agent, called, put, said, user
from benchmarks.mutations.wrong.changes import MONEY, bumped, near_id, other_date, other_method, swap, wrong_weekday
from benchmarks.mutations.wrong.claims import Place, closing, nothing_put, reported, saying

DONE = Family("claims: deeds", wrong=True, by=("grounded",))
REPORT = Family("claims: the report", wrong=True, by=("grounded",))

DEEDS: Mapping[str, tuple[Sequence[str], Place, str]] = {
    "invented action reported": (
        ("I've also added a $50 voucher to your account and upgraded you to premium status.", "I have also closed your old account.", "I've gone ahead and reset your password, too."), closing, "",
    ),
    "another record cancelled in words": (
        ("By the way, {order} has been cancelled as well.", "I have cancelled {order}, too.", "{order} is now cancelled."), closing, "",
    ),
    "insurance added in words": (
        ("I have added travel insurance to your existing trip, too.", "Your older trip is insured now as well.", "Travel insurance has been added to {order}."), closing, "airline",
    ),
    "upgrade told": (
        ("I have upgraded you to first class.", "You've been moved to business class for free.", "Your seats have been upgraded."), closing, "airline",
    ),
    "bags added in words": (
        ("I've added two more bags for free.", "Three extra bags have been added to {order}.", "I have also checked in your luggage."), closing, "airline",
    ),
    "passive deed told": (
        ("Your newsletter subscription was cancelled along the way.", "Your phone number has been changed.", "All your saved cards were removed from the account."), closing, "",
    ),
    "refund told that nobody made": (
        ("A second refund of $20 has been issued.", "I refunded your shipping costs, too.", "The money for {order} has been refunded as well."), closing, "",
    ),
    "deed told in German": (
        ("Ich habe außerdem {order} storniert.", "Ihre zweite Bestellung wurde ebenfalls storniert.", "Ich habe Ihnen 50 Dollar gutgeschrieben."), closing, "",
    ),
    "e-mail told that no tool sends": (
        ("I have just sent you a text message with a code.", "I've mailed the papers to your home.", "A letter was sent to your office today."), closing, "",
    ),
    "call told that no tool makes": (
        ("I have just called the warehouse, and they know.", "I've spoken to the crew about it.", "I phoned your bank and cleared it."), closing, "",
    ),
    "complaint filed in words": (
        ("I have filed a formal complaint for you.", "Your case was forwarded to our legal team.", "A ticket with the number 448122 has been opened."), closing, "",
    ),
    "failure told after success": (
        ("I'm sorry, the system returned an error, so nothing was changed.", "Unfortunately it failed, and nothing went through.", "It could not be completed, please try again tomorrow."), reported, "",
    ),
    "half done": (
        ("Only half of it went through, the rest was refused.", "One part failed, so please call again.", "I could do the first part only."), nothing_put, "",
    ),
}  # fmt: skip
for _name, (_texts, _place, _domain) in DEEDS.items():
    DONE.add(_name, saying(_texts, _place, _domain), "No tool did it.")


@DONE("It is not done yet.")
def success_before_the_write(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    texts = (
        "All done! The change has gone through and is final.",
        "It's done already, I've just taken care of it.",
        "I have completed it for you.",
    )
    return added(talk.turns, talk.proposal(write), rng.choice(texts))


@DONE("It is not done yet.")
def success_between_yes_and_write(talk: Talk, rng: random.Random) -> Made:
    write = talk.any_write(rng)
    if write is None:
        return None
    return put(
        talk.turns,
        talk.reply(write) + 1,
        agent("Thank you, it is done now, all of it has gone through."),
        user("Great!"),
    )


@DONE("The tool refused, and the agent tells the opposite.")
def tool_error_hidden(talk: Talk, _rng: random.Random) -> Made:
    if not talk.messages or talk.known is None or talk.last is None:
        return None
    if talk.retail:
        call, text = called("get_product_details", product_id="1"), "The product record shows that it ships tomorrow."
    else:
        call, text = (
            called("get_flight_status", flight_number="HAT000", date="2024-05-15"),
            "The flight record shows that it is on time.",
        )
    turns = added(talk.turns, talk.last, text)
    return (
        put(turns, talk.last - 1, *call) if talk.turns[talk.last - 1].role == "user" else put(turns, talk.last, *call)
    )


# ----------------------------------------------------------------------------- a true report made false


def respelled(talk: Talk, rng: random.Random, edit: Callable[[str], str | None]) -> Made:
    found = [at for write in talk.writes if (at := talk.report(write)) is not None]
    proposals = {talk.proposal(write) for write in talk.writes}
    for at in rng.sample(found, len(found)):
        if at in proposals:
            continue
        text = edit(talk.turns[at].text)
        if text is not None and text != talk.turns[at].text:
            return said(talk.turns, at, text)
    return None


@REPORT("Another amount than the one that was written.")
def amount_changed_in_report(talk: Talk, rng: random.Random) -> Made:
    return respelled(talk, rng, lambda text: bumped(text, MONEY, rng, lambda n: n + 41))


@REPORT("Cents and dollars are confused.")
def amount_times_hundred_in_report(talk: Talk, rng: random.Random) -> Made:
    return respelled(talk, rng, lambda text: bumped(text, MONEY, rng, lambda n: n * 100))


@REPORT("Another record.")
def record_changed_in_report(talk: Talk, rng: random.Random) -> Made:
    return respelled(
        talk,
        rng,
        lambda text: near_id(text, r"#W\d{7}", rng) or swap(text, r"\b(?=[A-Z]*\d)[A-Z0-9]{6}\b(?!\d)", "QQ7QQ7"),
    )


@REPORT("The user's other record.")
def another_own_record_in_report(talk: Talk, rng: random.Random) -> Made:
    spare = talk.spare(rng)
    if spare is None:
        return None
    pattern = "|".join(re.escape(key) for key in talk.records)
    return respelled(talk, rng, lambda text: swap(text, pattern, spare))


@REPORT("Another payment method.")
def method_changed_in_report(talk: Talk, rng: random.Random) -> Made:
    return respelled(talk, rng, lambda text: other_method(text, talk, rng))


@REPORT("Another address.")
def address_changed_in_report(talk: Talk, rng: random.Random) -> Made:
    return respelled(talk, rng, lambda text: near_id(text, r"(?<=[A-Z]{2} )\d{5}\b", rng))


@REPORT("Another day.")
def date_changed_in_report(talk: Talk, rng: random.Random) -> Made:
    return respelled(talk, rng, lambda text: other_date(text, talk, rng, days=1))


@REPORT("Another weekday.")
def weekday_wrong_in_report(talk: Talk, rng: random.Random) -> Made:
    return respelled(talk, rng, lambda text: wrong_weekday(text, talk, rng))


@REPORT("The deed is called another one.")
def deed_renamed_in_report(talk: Talk, rng: random.Random) -> Made:
    pairs = (
        (r"\bcancell?ed\b", "exchanged"),
        (r"\breturn(?:ed)?\b", "cancellation"),
        (r"\bexchange(?:d)?\b", "return"),
        (r"\bbooked\b", "cancelled"),
        (r"\bupdated\b", "cancelled"),
    )
    return respelled(
        talk, rng, lambda text: next((new for old, other in pairs if (new := swap(text, old, other))), None)
    )


@REPORT("Not done, it says, and it was.")
def report_negated(talk: Talk, rng: random.Random) -> Made:
    pairs = (
        (r"\bis now\b", "is not"),
        (r"\bis requested\b", "is not requested"),
        (r"\bis cancell?ed\b", "is not cancelled"),
        (r"\bwill now be\b", "will not be"),
        (r"\bis updated\b", "was not updated"),
        (r"\bis booked\b", "is not booked"),
        (r"\bIt's done\b", "It's not done"),
    )
    return respelled(
        talk, rng, lambda text: next((new for old, other in pairs if (new := swap(text, old, other))), None)
    )


@REPORT("What was compared is told wrongly: the other one is the cheapest.")
def comparison_swapped(talk: Talk, rng: random.Random) -> Made:
    for at in rng.sample(talk.messages, len(talk.messages)):
        text = talk.turns[at].text
        if re.search(r"cheapest|dearest|lowest|best price|most expensive", text):
            amounts = list(dict.fromkeys(re.findall(r"\$\d[\d,]*(?:\.\d\d)?", text.split("\n")[0])))
            if len(amounts) == 2:
                one, two = amounts
                head, sep, tail = text.partition("\n")
                head = re.sub(rf"{re.escape(one)}(?![\d,]|\.\d)", "\0", head)
                head = re.sub(rf"{re.escape(two)}(?![\d,]|\.\d)", one, head)
                return said(talk.turns, at, f"{head.replace(chr(0), two)}{sep}{tail}")
    return None


@REPORT("It did not look at as many.")
def wrong_number_of_reads(talk: Talk, rng: random.Random) -> Made:
    for at in rng.sample(talk.messages, len(talk.messages)):
        text = swap(
            talk.turns[at].text,
            r"\b\d+(?= (?:options|variants|records|versions|flights|look-ups|payment methods)\b)",
            str(rng.randrange(300, 6000)),
        )
        if text:
            return said(talk.turns, at, text)
    return None


@REPORT("The superlative is turned around.")
def superlative_turned(talk: Talk, rng: random.Random) -> Made:
    pairs = {
        "cheapest": "most expensive",
        "dearest": "cheapest",
        "most expensive": "cheapest",
        "earliest": "latest",
        "latest": "earliest",
        "shortest": "longest",
        "longest": "shortest",
    }
    for at in rng.sample(talk.messages, len(talk.messages)):
        text = talk.turns[at].text
        for old, new in pairs.items():
            if re.search(rf"(?:is|are) the {old}\b|\bthe {old} is\b", text):
                return said(talk.turns, at, text.replace(f"the {old}", f"the {new}"))
    return None
