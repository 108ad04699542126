"""Proposals that list something else than what is then written."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from benchmarks.mutations.kinds import Family, Made
from benchmarks.mutations.talks import Talk, added, said, woven
from benchmarks.mutations.wrong.changes import (
    MONEY,
    bumped,
    near_id,
    other_method,
    swap,
)

LISTED = Family("consent: the list", wrong=True, by=("confirmed_before_write", "grounded"))
Edit = Callable[[str, Talk, int, random.Random], "str | None"]
"""(text of a proposal, the talk, the turn of the write, random) -> the text spoiled; None where it holds nothing of the kind."""


def spoiled(talk: Talk, rng: random.Random, edit: Edit) -> Made:
    """One proposal reads otherwise, in the first write where that can be."""
    for write in rng.sample(talk.writes, len(talk.writes)):
        at = talk.proposal(write)
        text = edit(talk.turns[at].text, talk, write, rng)
        if text is not None and text != talk.turns[at].text:
            return said(talk.turns, at, text)
    return None


def adding(talk: Talk, rng: random.Random, texts: Sequence[str]) -> Made:
    """One more sentence before the question of a proposal."""
    write = talk.any_write(rng)
    return None if write is None else added(talk.turns, talk.proposal(write), rng.choice(texts))


def switched(talk: Talk, rng: random.Random, pattern: str, *others: str) -> Made:
    """What a pattern finds in a proposal, replaced."""
    return spoiled(talk, rng, lambda text, _talk, _write, dice: swap(text, pattern, dice.choice(others)))


# ----------------------------------------------------------------------------- what is said beside the list


@LISTED("Another record and another method stand beside the right ones.")
def contradicting_details_in_listing(talk: Talk, rng: random.Random) -> Made:
    noun = "order #W9999999" if talk.retail else "reservation ZZ9ZZ9"
    return adding(
        talk,
        rng,
        (f"Just to be clear: everything above is for {noun} instead, with the money going to gift_card_0000001.",),
    )


@LISTED("It says that it will not be done.")
def listing_says_not(talk: Talk, rng: random.Random) -> Made:
    heads = (
        "I will NOT do any of the following, it stays as it is.",
        "None of this is going to happen:",
        "I cannot and will not do this:",
    )
    return spoiled(talk, rng, lambda text, _talk, _write, dice: f"{dice.choice(heads)} {text}")


@LISTED("The deed is called something else.")
def wrong_verb_in_listing(talk: Talk, rng: random.Random) -> Made:
    heads = (
        "I would delete the following from your account for good:", "This would only be put on our waiting list:",
        "I would double the following:",
    )  # fmt: skip
    return spoiled(talk, rng, lambda text, _talk, _write, dice: f"{dice.choice(heads)}\n{text}")


@LISTED("A fee that nobody charges.", "grounded")
def wrong_fee_in_listing(talk: Talk, rng: random.Random) -> Made:
    return adding(
        talk,
        rng,
        (
            "There is a service fee of $75 for this.",
            "A handling charge of $12.50 comes on top.",
            "This costs $40 extra in processing.",
        ),
    )


@LISTED("Travel insurance both with and without.")
def insurance_told_both_ways(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, _talk: Talk, _write: int, dice: random.Random) -> str | None:
        if not re.search(r"(?i)no travel insurance|without (?:travel )?insurance|insurance: (?:no|declined)", text):
            return None
        more = dice.choice(
            ("This is with travel insurance, as you wish.", "Travel insurance is included for everyone.")
        )
        return woven(text, more)

    return spoiled(talk, rng, edit)


@LISTED("It corrects itself to something that is not done.")
def corrected_in_the_same_message(talk: Talk, rng: random.Random) -> Made:
    texts = (
        "Correction: all of that will be done for the next month instead.",
        "Wait, I have to correct myself: it will go to the other card of yours, not to this one.",
    )
    return adding(talk, rng, texts)


@LISTED("A condition that nobody set and that is not met.")
def listing_with_an_invented_condition(talk: Talk, rng: random.Random) -> Made:
    texts = (
        "This only works if you give us a five-star review first.",
        "It takes effect only after you have paid a deposit of $20.",
    )
    return adding(talk, rng, texts)


# ----------------------------------------------------------------------------- one detail is another


@LISTED("An amount that is not the one.", "grounded", "confirmed_before_write")
def wrong_price_in_listing(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, _talk, _write, dice: bumped(text, MONEY, dice, lambda n: n + 37))


@LISTED("Ten times the amount.", "grounded", "confirmed_before_write")
def listing_has_ten_times_the_amount(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, _talk, _write, dice: bumped(text, MONEY, dice, lambda n: n * 10))


@LISTED("A tenth of the amount.", "grounded", "confirmed_before_write")
def listing_has_a_tenth_of_the_amount(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, _talk, _write, dice: bumped(text, MONEY, dice, lambda n: n / 10))


@LISTED("The amounts are in another currency.", "grounded")
def listing_in_another_currency(talk: Talk, rng: random.Random) -> Made:
    return switched(talk, rng, r"\$(?=\d)", "€", "£")


@LISTED("Another card of the same kind.", "grounded", "confirmed_before_write")
def listing_names_another_card(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, _talk: Talk, _write: int, dice: random.Random) -> str | None:
        return swap(text, r"(?<=_)\d{6,7}\b", f"{dice.randrange(10**6, 10**7)}")

    return spoiled(talk, rng, edit)


@LISTED("The last digits of another card.", "grounded", "confirmed_before_write")
def listing_has_other_last_digits(talk: Talk, rng: random.Random) -> Made:
    return spoiled(
        talk,
        rng,
        lambda text, _talk, _write, dice: swap(text, r"(?<=ending in )\d{4}\b", f"{dice.randrange(1000, 9999)}"),
    )


@LISTED("Another method of the same user.", "confirmed_before_write")
def listing_names_another_own_method(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, item, _write, dice: other_method(text, item, dice))


@LISTED("The digits of one record are mixed up.", "grounded", "confirmed_before_write")
def listing_has_a_digit_of_the_id_wrong(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, _talk: Talk, _write: int, dice: random.Random) -> str | None:
        return near_id(text, r"#W\d{7}|\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])(?!HAT)[A-Z0-9]{6}\b", dice)

    return spoiled(talk, rng, edit)


@LISTED("A letter from another alphabet stands in the id.", "clean", "grounded", "confirmed_before_write")
def homoglyph_in_an_id(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, *_: _homoglyph(text))


def _homoglyph(text: str) -> str | None:
    match = re.search(r"#W\d{7}|HAT\d{3}", text)
    if match is None:
        return None
    return text[: match.start()] + match[0].replace("W", "Ԝ").replace("A", "А") + text[match.end() :]


@LISTED("An item id that is another's.", "grounded", "confirmed_before_write")
def listing_has_another_item(talk: Talk, rng: random.Random) -> Made:
    return spoiled(talk, rng, lambda text, _talk, _write, dice: near_id(text, r"\b\d{10}\b", dice))


@LISTED("Options that the item does not have.", "grounded", "confirmed_before_write")
def lists_wrong_options_of_the_item(talk: Talk, rng: random.Random) -> Made:
    pattern = r"(?<=color )[a-z]+|(?<=size )\w+|(?<=material )\w+|(?<=capacity )\w+|(?<=storage )\w+|(?<=finish )\w+"
    return switched(talk, rng, pattern, "turquoise", "unobtainium", "XXXXL")


@LISTED("Old and new change places.", "confirmed_before_write", "grounded")
def exchange_direction_swapped(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, item: Talk, write: int, _dice: random.Random) -> str | None:
        args = item.call(write).args
        if "new_item_ids" not in args or len(args["item_ids"]) != 1:
            return None
        old, new = args["item_ids"][0], args["new_item_ids"][0]
        match = re.search(rf"(?s)(\bthe [\w' -]+ \(item {old}[^)]*\))(.*?)(\bthe [\w' -]+ \(item {new}[^)]*\))", text)
        if match is None:
            return None
        return text[: match.start()] + match[3] + match[2] + match[1] + text[match.end() :]

    return spoiled(talk, rng, edit)


@LISTED("The order's only exchange is used without the reminder that policy asks for.", "policy")
def no_reminder_about_all_items(talk: Talk, _rng: random.Random) -> Made:
    pattern = r"(?i)[^.!?\n]*\b(?:only once|that is all of them|all (?:the|of the|your) items|every item|once per order|only item|everything you want|nothing is missing|can(?:not|'t) be (?:changed|done) again)\b[^.!?\n]*[.!?]\s?"

    wanted = ("exchange_delivered_order_items", "modify_pending_order_items")
    calls = [talk.call(write) for write in talk.writes if talk.call(write).tool in wanted]
    if not any(len(talk.record(call.args["order_id"])["items"]) > len(call.args["item_ids"]) for call in calls):
        return None  # where nothing can be forgotten there is nothing to remind of
    turns = list(talk.turns)
    for at in talk.messages:
        left = re.sub(pattern, "", turns[at].text)
        if left != turns[at].text and left.rstrip().endswith("?"):
            turns = said(turns, at, left)
    asked = (
        r"(?i)\b(?:is|are) (?:that|this|these|those) (?:really )?(?:all|everything)\b|\ball (?:of )?(?:the )?items\b"
    )
    if any(re.search(asked, turns[at].text) for at in talk.messages):
        return None  # asked for as early as the details were, it is a reminder, too
    return turns


HEADS = {
    "Hier sind die Angaben:": "Sind Sie einverstanden?",
    "Voici les détails :": "Êtes-vous d'accord ?",
    "Estos son los datos:": "¿Está de acuerdo?",
}


@LISTED("The user writes English, and cannot know what it agrees to.", "clean", "confirmed_before_write")
def agent_listing_in_another_language(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, item: Talk, write: int, dice: random.Random) -> str | None:
        head, ask = dice.choice(list(HEADS.items()))
        values = re.findall(r'"([^"]+)"', item.call(write).text.split(":", 1)[1])
        return f"{head} {' / '.join(dict.fromkeys(values))}. {ask}" if values and text else None

    return spoiled(talk, rng, edit)


@LISTED("Nobody is asked.", debatable="A list without a question, and a plain yes to it, is consent to many readers.")
def details_without_a_question(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, *_: object) -> str | None:
        head, sep, ask = text.rpartition("\n")
        return head if sep and ask.endswith("?") else None

    return spoiled(talk, rng, edit)


@LISTED("One cell of the table is not so.", "confirmed_before_write", "grounded")
def wrong_cell_in_a_table(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, _talk: Talk, _write: int, dice: random.Random) -> str | None:
        rows = re.findall(r"(?m)^- (.+)$", text)
        if len(rows) < 3:
            return None
        table = "\n".join(
            ["| no. | detail |", "| --- | --- |", *(f"| {n} | {row} |" for n, row in enumerate(rows, start=1))]
        )
        whole = re.sub(r"(?m)(?:^- .+(?:\n|$))+", lambda _match: f"{table}\n", text, count=1)
        return near_id(whole, r"HAT\d{3}|(?<=_)\d{6,7}\b", dice) or bumped(whole, MONEY, dice, lambda n: n + 37)

    return spoiled(talk, rng, edit)


@LISTED("The total is not the sum of its right parts.", "grounded")
def wrong_total_after_right_parts(talk: Talk, rng: random.Random) -> Made:
    return adding(
        talk, rng, ("That makes $7,412.36 in total.", "Altogether you pay $5.", "In sum, $88.88 change hands.")
    )


@LISTED("The total is right, and a part of it is not.", "grounded", "confirmed_before_write")
def right_total_after_a_wrong_part(talk: Talk, rng: random.Random) -> Made:
    def edit(text: str, _talk: Talk, _write: int, dice: random.Random) -> str | None:
        found = list(dict.fromkeys(re.findall(r"\$(\d[\d,]*(?:\.\d\d)?)", text)))
        if len(found) < 2:
            return None
        return text.replace(f"${found[0]}", f"${dice.randrange(1100, 1900)}.0{dice.randrange(1, 9)}")

    return spoiled(talk, rng, edit)


@LISTED("A part of the amount only.", "grounded", "confirmed_before_write")
def half_the_amount_in_listing(talk: Talk, rng: random.Random) -> Made:
    return spoiled(
        talk, rng, lambda text, _talk, _write, dice: bumped(text, MONEY, dice, lambda n: (n / 2).quantize(n) + 1)
    )
