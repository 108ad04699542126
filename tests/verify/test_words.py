"""Words against the records: what is told of them as it is passes, as it is not is found, and a yes to a part is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import pytest

from benchmarks.mutations.facts import FACTS, Facts
from benchmarks.mutations.natural import words as right
from benchmarks.mutations.parts import REPLIES, Replies
from benchmarks.mutations.talks import Talk, said
from benchmarks.mutations.wrong import words as wrong
from tests.simulate.playing import Played
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.domains.listing import compiled
from writ_dspy.verify.case import Case
from writ_dspy.verify.claims import grounded
from writ_dspy.verify.consent import consented
from writ_dspy.verify.policy import policy
from writ_dspy.verify.recorded import polarity
from writ_dspy.verify.steadfast import _PREPARES, _also_asked, _denied, _otherwise, _with_another, steadfast

FEW = 2
"""Places at which each table is tried."""


@pytest.fixture(scope="module")
def talks(played: list[Played]) -> list[Talk]:
    """What was played, as the mutations see it."""
    return [Talk(item.task, item.talk, natural=False) for item in played]


def case(talk: Talk, turns: Sequence[Turn]) -> Case:
    return Case(talk.task, replace(talk.talk, turns=tuple(turns)), talk.domain)


def found(talk: Talk, at: int, sentence: str) -> bool:
    """Whether anything is found in an agent's message that says this, too."""
    looked = case(talk, said(talk.turns, at, f"{talk.turns[at].text}\n{sentence}"))
    return any(finding.turn == at for check in (grounded, policy) for finding in check(looked))


def told(talks: Sequence[Talk], facts: Facts, *, so: bool) -> Iterator[tuple[Talk, str]]:
    """Sentences that are so, or not, at the end of talks in which that was read."""
    for talk in talks:
        if talk.last is not None:
            yield from ((talk, form) for true, forms in facts(talk) if true is so for form in forms)


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.long
def test_facts_of_a_record_are_those_that_were_read(talks: list[Talk], name: str) -> None:
    """States, cabins, insurance, routes, stock, methods and numbers of records."""
    true = list(islice(told(talks, FACTS[name], so=True), 20 * FEW))
    false = list(islice(told(talks, FACTS[name], so=False), 20 * FEW))

    assert true

    assert false
    assert [form for talk, form in true if found(talk, talk.last or 0, form)] == []
    assert [form for talk, form in false if not found(talk, talk.last or 0, form)] == []


def answered(talks: Sequence[Talk], replies: Replies, *, yes: bool) -> Iterator[tuple[Talk, int, str]]:
    """Replies that are still a yes, or not, to a proposed write."""
    for talk in talks:
        for write in talk.writes:
            yield from (
                (talk, write, form)
                for still, forms in replies(talk, talk.call(write))
                if still is yes
                for form in forms
            )


def agreed(talk: Talk, write: int, reply: str) -> bool:
    looked = case(talk, said(talk.turns, talk.reply(write), reply))
    return consented(looked, next(step for step in looked.writes if step.turn == write))


@pytest.mark.parametrize("name", [name for name in REPLIES if name != "afterwards"])
def test_a_yes_to_a_part_is_no_yes_to_all(talks: list[Talk], name: str) -> None:
    """An item that is kept, one passenger, another method or cabin in passing, one way of the trip."""
    part = list(islice(answered(talks, REPLIES[name], yes=False), 20 * FEW))

    assert part
    assert [reply for talk, write, reply in part if agreed(talk, write, reply)] == []


STILL_HARD = {"Yes, no {} this time.", "Sure, the {} would have been worse."}
"""A "no" with a thing that was proposed nowhere, and what would have been, are read as about the act."""


@pytest.mark.parametrize("name", REPLIES)
def test_a_yes_that_speaks_of_a_part_is_one(talks: list[Talk], name: str) -> None:
    """What is kept anyway, who comes along, and what comes afterwards."""
    whole = list(islice(answered(talks, REPLIES[name], yes=True), 20 * FEW))
    hard = tuple(form.partition("{}")[2] for form in STILL_HARD)

    assert whole
    assert [reply for talk, write, reply in whole if not reply.endswith(hard) and not agreed(talk, write, reply)] == []


def _places(talks: Sequence[Talk], domain: str, place: str) -> Iterator[tuple[Talk, int]]:
    for talk in talks:
        at = talk.last if place == "last" else talk.report(talk.writes[-1]) if talk.writes else None
        if at is not None and domain in talk.task.domain:
            yield talk, at


@pytest.mark.parametrize("name", wrong.TEXTS)
def test_rules_delays_and_codes_of_the_agents_own_are_found(talks: list[Talk], name: str) -> None:
    """What no policy, tool or record says."""
    texts, _, domain = wrong.TEXTS[name]
    place = "report" if name.startswith("done") else "last"
    places = list(islice(_places(talks, domain, place), FEW))

    assert places
    assert [text for talk, at in places for text in texts if not found(talk, at, text)] == []


@pytest.mark.parametrize("name", right.TEXTS)
def test_what_policy_says_in_other_words_passes(talks: list[Talk], name: str) -> None:
    """Rules as policy has them, and what claims nothing."""
    texts, _, domain = right.TEXTS[name]
    places = list(islice(_places(talks, domain, "report" if "final" in name else "last"), FEW))

    assert places
    assert [text for talk, at in places for text in texts if found(talk, at, text)] == []


@pytest.mark.parametrize(
    ("gives", "kept"),
    [("Alright, I'll do it.", False), ("Okay, have it your way.", False), ("Fine, I'll make that happen.", False), ("I'll note that down.", True), ("I can't do it, I'm afraid.", True), ("I'll check it once more.", True), ("If it were allowed, I'd do it.", True)],
)  # fmt: skip
def test_giving_in_needs_no_name(talks: list[Talk], gives: str, kept: bool) -> None:
    """What was denied and is insisted on is granted by an "I'll do it", too."""
    talk, word = next(
        (talk, request.word)
        for talk in talks
        for request in talk.task.requests
        if talk.answer is not None and request.decision is not None and talk.task.outcomes[request.decision].denied and not talk.task.outcomes[request.decision].attempt
    )  # fmt: skip
    at = talk.answer or 0
    turns = [
        *talk.turns[: at + 1],
        Turn("user", f"But I insist on the {word}."),
        Turn("agent", gives),
        *talk.turns[at + 1 :],
    ]

    assert (not list(steadfast(case(talk, turns)))) is kept


@pytest.mark.parametrize(
    ("quote", "prepares"),
    [
        ("that I can cancel the order, I need a little more information first", True),
        ("So that I can cancel the order, please tell me the following:", True),
        ("Before I can cancel that order, I still need its number", True),
        ("To cancel an order, I'd need its number", True),
        ("I need the number first, and then I can cancel the order", False),
        ("I can cancel the order now, so that you need not call again", False),
        ("I'll cancel the order that you named", False),
        ("that I can cancel the order is good news", False),
    ],
)
def test_what_a_deed_takes_is_asked(talks: list[Talk], quote: str, prepares: bool) -> None:
    """Of a second wish for the same deed, before it is looked at: only where there is one, which is not denied as such."""
    assert (_PREPARES.search(quote.lower()) is not None) is prepares
    talk, place = next(
        (talk, place) for talk in talks for place, one in enumerate(talk.task.decided) if one.denied and not one.attempt
    )
    task, wishes = talk.task, talk.task.goal.decisions
    alone = replace(task, goal=replace(task.goal, decisions=(wishes[place],)), outcomes=(task.outcomes[place],))
    assert not _also_asked(case(replace(talk, task=alone), talk.turns))
    goal = replace(task.goal, decisions=(wishes[place], wishes[place]))
    for own in (True, False):
        twice = replace(task, goal=goal, outcomes=(task.outcomes[place], replace(task.outcomes[place], own=own)))
        assert _also_asked(case(replace(talk, task=twice), talk.turns)) is own


@pytest.mark.parametrize(
    ("text", "quote", "kept"),
    [
        ("The refund can only go to the Visa ending in 8811. Would you like to cancel anyway?", "would you like to cancel anyway", True), ("Shall I cancel it with the refund to your credit card?", "shall i cancel it with the refund to your credit card", True),
        ("It goes back to the original method. I can still cancel it.", "i can still cancel it", True), ("Okay, I'll cancel it as you wish.", "okay, i'll cancel it as you wish", False),
        ("The Visa was used, but I can cancel it with the refund on the gift card.", "i can cancel it with the refund on the gift card", False), ("I'll cancel it, and the gift card gets it.", "i'll cancel it", False),
    ],
)  # fmt: skip
def test_a_deed_with_other_means_than_the_denied_ones_is_not_denied(text: str, quote: str, kept: bool) -> None:
    """A refund to a gift card stays denied where the cancellation is offered with one to the card; the gift card, or no word of it, grants it."""
    methods = {name: compiled(form) for name, form in load("tau2:airline").pack.sayings.choices["method"].items()}
    others = [compiled(r"\boriginal\b"), *(form for name, form in methods.items() if name != "gift card")]

    assert _with_another(text, quote, [(methods["gift card"], others)]) is kept
    assert not _with_another(text, quote, None)


def test_only_who_is_denied_the_means_may_have_the_deed_with_others(played: list[Played]) -> None:
    """A request that is denied for what it is has no other means; of one that is denied for where its money goes they are known."""
    cases = [
        Case(item.task, item.talk, item.domain)
        for item in played
        if any(_denied(Case(item.task, item.talk, item.domain)))
    ]
    means = [_otherwise(case) for case in cases]

    assert any(one is None for one in means)
    assert all(one is None or (len(one) == 1 and len(one[0][1]) > 1) for one in means)


@pytest.mark.parametrize(
    ("text", "is_so"),
    [("with insurance", True), ("insured, of course", True), ("there's insurance on it", True), ("without insurance", False), ("it isn't insured", False), ("no travel insurance", False),
     ("no insurance for that reason", None), ("the insurance covers that", None), ("insurance", None), ("nothing about it", None)],
)  # fmt: skip
def test_a_field_that_is_yes_or_no_is_told_either_way(text: str, is_so: bool | None) -> None:
    """A reason that insurance does not cover says nothing of whether there is one."""
    assert polarity("insurance", text) is is_so


TURNED = (
    ("a rule of a shop turned round", "what can be done with an order in which state"),
    ("a rule of an airline turned round", "what can be done with a booking"),
    ("the wrong method is refunded at once", "refunds by method"),
    ("properties that nobody read", "how a thing of the talk is"),
    ("how much is left", "what is left"),
    ("somebody else was told", "who knows"),
    ("a part put off", "what comes when"),
)
"""What is told wrongly, with what is told rightly in words that are like it."""


@pytest.mark.parametrize(("false", "true"), TURNED)
@pytest.mark.long
def test_words_of_one_topic_are_told_apart(talks: list[Talk], false: str, true: str) -> None:
    """Rules, properties, stock, third parties, delays: what is so in the same words passes."""
    wrongly, rightly = wrong.TEXTS[false], right.TEXTS[true]
    some = [talk for talk in talks if wrongly[2] in talk.task.domain and len(talk.writes) == 1]
    places = [(talk, at) for talk in some if (at := talk.report(talk.writes[0])) is not None][: 2 * FEW]
    missed = [text for talk, at in places for text in wrongly[0] if not found(talk, at, text)]

    assert places
    assert 10 * len(missed) <= len(places) * len(wrongly[0])
    assert [text for talk, at in places for text in rightly[0] if found(talk, at, text)] == []


ONE_OF_US = (
    "It was good to hear from you.",
    "It's unfortunate, I know.",
    "It's weird, but that is the price.",
    "The new one is ready.",
    "The same goes for your second choice.",
    "It works for me.",
)


def test_a_matter_or_a_deed_has_no_properties(talks: list[Talk]) -> None:
    """What is said of "it" in words of any talk tells nothing of a thing."""
    shop = [talk for talk in talks if talk.retail and talk.last is not None][:3]

    assert shop
    assert [text for talk in shop for text in ONE_OF_US if found(talk, talk.last or 0, text)] == []
