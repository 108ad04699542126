"""What a yes names: the write's own values leave it a yes, another value of their sort, or one part of several, does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import pytest

from benchmarks.mutations.parts import Replies
from benchmarks.mutations.talks import Talk, said
from tests.simulate.playing import Played
from writ_dspy.task import Call
from writ_dspy.verify.case import Case
from writ_dspy.verify.consent import consented
from writ_dspy.verify.vocabulary import vocabulary

FEW = 24
"""Replies of each sort that are tried."""
Sort = Iterator[tuple[bool, Sequence[str]]]


def forms(value: object, texts: Sequence[str]) -> list[str]:
    return [text.format(value) for text in texts]


def version(talk: Talk, call: Call) -> Sort:
    """An option of what is bought."""
    for key in call.args.get("new_item_ids", []):
        options = next(row["variants"][key]["options"] for row in talk.domain.tables["products"].values() if key in row["variants"])  # fmt: skip
        old = [row["options"] for row in talk.record(call.args["order_id"])["items"]]
        own = {str(value).lower() for one in [options, *old] for value in one.values()}
        if "color" not in options or len(call.args["new_item_ids"]) > 1:
            continue
        other = min(vocabulary(talk.domain).options["color"] - own)
        ways = ("Yes, the {} one.", "Yes, I agree to the {} one.", "Yes, in {}, please.", "Go ahead, the {} one sounds good.", "Yes, color {} is right.", "Sure, in {} of course.", "Okay, with the {} one then.", "Yes, that's right, the {} version.")  # fmt: skip
        yield True, forms(options["color"], ways)
        yield False, forms(other, ways)
        yield True, forms(other, ("Yes. I never liked {} anyway.", "Yes, it goes with my {} sofa.", "Yes, my sister has it in {}."))  # fmt: skip


def date(_talk: Talk, call: Call) -> Sort:
    """The day of a flight."""
    days = [dt.date.fromisoformat(row["date"]) for row in call.args.get("flights", [])]
    if not days or max(days).day > 26:
        return
    number, day, other = call.args["flights"][-1]["flight_number"], days[-1], max(days) + dt.timedelta(2)
    for one in (day, other):
        word, short = f"{one:%B} {one.day}", f"{one.day}th" if 3 < one.day < 21 or 23 < one.day < 31 else ""
        texts = [f"Yes, {number} on {word}.", f"Yes, on {word}, please.", f"Go ahead, {word} is right.", f"Yes, {number} on {one:%A} is correct."]  # fmt: skip
        texts += [f"Yes, {number} on the {short} is correct.", f"Sure, for the {short}."] if short else []
        yield one == day, texts
        yield True, (f"Yes. I have to work on {other:%A}.", f"Yes. My sister comes over on {other:%A}.")
    yield False, ("Yes, that's how I want it, a day earlier.", "Yes, go ahead, two days later.", "Yes, the day before, please.")  # fmt: skip


def people(talk: Talk, call: Call) -> Sort:
    """For how many it is."""
    many = len(call.args.get("passengers", []))
    if "flights" not in call.args or not many:
        return
    yield many == 2, ("Yes, for both of us.", "Yes, go ahead for the two of us.", "Go ahead with the booking for both of us.", "Yes, two seats, please.", "Yes, for both of them.")  # fmt: skip
    yield (
        many == 1,
        (
            *forms(call.args["passengers"][0]["first_name"], ("Yes, for {}.", "Yes, just {}.")),
            "Yes, just me.",
            "Yes, just for me.",
            "Yes, for me only.",
            "Go ahead, just for myself.",
        ),
    )
    others = sorted(vocabulary(talk.domain).first - {one["first_name"].lower() for one in call.args["passengers"]})
    yield False, (f"Yes, with {others[3].title()}, please.", f"Yes, for {others[-1].title()}.")
    yield True, forms(call.args["passengers"][0]["first_name"], ("Yes, {} is right.", "Yes, {} will love it."))
    yield many == 3, ("Yes, for all three of us.", "Yes, 3 tickets.", "Sure, go ahead for the three of us.")
    first = call.args["passengers"][0]["first_name"]
    yield False, forms(first, ("Yes, {} won't make it, though.", "Yes, but {} can't come.", "Yes, {} isn't coming."))
    yield True, ("Yes, I asked both of my sons.", "Yes, the two of us went there last year.")


def amount(_talk: Talk, call: Call) -> Sort:
    """What is paid."""
    paid = [round(one["amount"]) for one in call.args.get("payment_methods", [])]
    if not paid:
        return
    ways = ("Yes, ${} is fine.", "Yes, ${} on the card.", "Go ahead, ${} is right.")
    yield True, forms(paid[0], ways)
    yield False, forms(sum(paid) + 37, ways)
    yield False, forms(min(paid) - 7, ("Yes, up to ${} on the card, go ahead.", "Yes, at most ${}."))
    yield True, forms(max(paid) + 50, ("Yes, up to ${} is fine.", "Yes, I expected ${} or so."))
    yield len(paid) > 1, ("Yes, split between my two cards.", "Yes, go ahead, half and half.")


def bags(_talk: Talk, call: Call) -> Sort:
    """Whether a bag is free."""
    total, paid = call.args.get("total_baggages", 0), call.args.get("nonfree_baggages", 0)
    if total:
        ways = ("Yes, all bags being free.", "Yes, with the bags at no charge.", "Yes, every bag is free, go ahead.")
        yield not paid, ways


def thing(talk: Talk, call: Call) -> Sort:
    """Some of the things."""
    rows = talk.record(call.args["order_id"])["items"] if call.args.get("order_id") else []
    names = [row["name"].lower() for row in rows if row["item_id"] in call.args.get("item_ids", [])]
    if len(set(names)) < 2 or len(set(names)) < len(names):
        return
    some, every = names[-1], " and the ".join(names)
    ways = ("Yes, that's right for the {}.", "Yes, everything is right for the {}, go ahead.", "Yes, the {} looks right to me.", "Yes, the {} is correct.", "Sure, I agree for the {}.")  # fmt: skip
    yield False, forms(some, ways)
    yield (
        True,
        forms(every, ("Yes, that's right for the {}.", "Yes, the {} look right to me.", "Go ahead with the {}.")),
    )
    yield True, forms(some, ("Yes, I never used the {} much.", "Yes. The {} was a gift.", "Yes, the {} broke in a week."))  # fmt: skip


def more(talk: Talk, call: Call) -> Sort:
    """Something that was not listed."""
    rows = talk.record(call.args["order_id"])["items"] if call.args.get("order_id") else []
    if rows and not {"yoga mat", "garden hose"} & {row["name"].lower() for row in rows}:
        yield False, ("Yes, and the garden hose goes too.", "Yes, go ahead, yoga mats as well.", "Yes, also for the yoga mat order.", "Yes, and for the other orders too.")  # fmt: skip
        yield True, ("Yes, I keep the yoga mat.", "Yes, and the garden hose stays.", "Yes. I bought a yoga mat somewhere else.")  # fmt: skip


def way(_talk: Talk, call: Call) -> Sort:
    """One way of a trip."""
    if call.tool == "book_reservation" and len(call.args["flights"]) > 1:
        yield False, ("Yes, for the way back.", "Yes, for the first leg I agree.", "Go ahead with the way there just like that.", "Yes, the return flight is right.", "Yes, just me on the way back.", "Sure, I confirm the outbound flight.")  # fmt: skip
        yield True, ("Yes, for the way there and the way back.", "Yes, both the outbound and the return flight are right.", "Yes. I never sleep on the way back.")  # fmt: skip


def door(_talk: Talk, call: Call) -> Sort:
    """The number of a house or a door."""
    second = str(call.args.get("address2", ""))
    word, _, number = second.partition(" ")
    if number.isdigit():
        yield True, (f"Yes, {second} is right.", f"Yes, that's it: {second}.", f"Go ahead with {second}.")
        other = f"{word} {int(number) + 9}"
        yield False, (f"Yes, {other} is right.", f"Yes, that's it: {other}.", f"Yes, just like that, only as {other}.")


SORTS: Mapping[str, Replies] = {one.__name__: one for one in (version, date, people, amount, bags, thing, more, way, door)}  # fmt: skip


@pytest.fixture(scope="module")
def talks(played: list[Played]) -> list[Talk]:
    """What was played, as the mutations see it."""
    return [Talk(item.task, item.talk, natural=False) for item in played]


def replies(talks: Sequence[Talk], sort: Replies, *, yes: bool) -> list[tuple[Talk, int, str]]:
    """Replies to one proposal of each kind of write in turn, so that few of them see many."""
    places = [
        [(talk, write, text) for right, texts in sort(talk, talk.call(write)) if right is yes for text in texts]
        for talk in talks
        for write in talk.writes
    ]
    found = [place for place in places if place]
    return list(islice((one for place in found[:4] for one in place), FEW))


def agreed(talk: Talk, write: int, reply: str) -> bool:
    turns = tuple(said(talk.turns, talk.reply(write), reply))
    case = Case(talk.task, replace(talk.talk, turns=turns), talk.domain)
    return consented(case, next(step for step in case.writes if step.turn == write))


@pytest.mark.slow
@pytest.mark.parametrize("name", SORTS)
def test_another_value_is_no_yes(talks: list[Talk], name: str) -> None:
    """Another color, day, number, amount or thing, or one part of several."""
    wrong = replies(talks, SORTS[name], yes=False)

    assert wrong
    assert [reply for talk, write, reply in wrong if agreed(talk, write, reply)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SORTS)
def test_the_own_value_and_small_talk_leave_it_a_yes(talks: list[Talk], name: str) -> None:
    """What was listed, said again, and what speaks of something else."""
    right = replies(talks, SORTS[name], yes=True)

    assert right
    assert [reply for talk, write, reply in right if not agreed(talk, write, reply)] == []


@pytest.mark.parametrize(
    ("reply", "is_yes"),
    [("Yes, that's him, please change it.", True), ("Yes, that's her, update it please.", True), ("Yes, please correct it.", True), ("No, please change it.", False), ("Yes, that's wrong, change it.", False), ("Yes, it's Amelia, please change it.", False)],
)  # fmt: skip
def test_change_it_is_a_yes_to_a_change(talks: list[Talk], reply: str, is_yes: bool) -> None:
    """The proposal lists what a record becomes, and need not say "change"."""
    found = [(talk, write) for talk in talks for write in talk.writes if talk.call(write).tool == "update_reservation_passengers" and "Amelia" not in talk.call(write).text]  # fmt: skip

    assert found
    assert {agreed(talk, write, reply) for talk, write in found[:3]} == {is_yes}
