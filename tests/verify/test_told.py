"""Answers and refusals: what was owed is told as it is, in any words; what only looks like it is not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.domains.library import library
from tests.simulate.playing import Played, play
from writ_dspy.codec import identify
from writ_dspy.conversation import Turn
from writ_dspy.dataset.tau2_tasks import tau2_task
from writ_dspy.domains import Dial
from writ_dspy.domains.values import values
from writ_dspy.propose.accept import settle_draft
from writ_dspy.task import Outcome, Task
from writ_dspy.verify import verify
from writ_dspy.verify.case import Case
from writ_dspy.verify.told import communicated
from writ_dspy.verify.user import user_faithful

TOLD = (
    "The {topic} is {money}.",
    "It comes to {number} dollars.",
    "That would be {money}, taxes included.",
    "For this you have {short} on your side.",
    "**{topic}:** {money}",
    "- {topic}: {number} USD",
    "Not a problem: {money} it is.",
    "I don't see anything else, so it's {money} in all.",
    "No, nothing on top of that: the {topic} is {money}. Shall I go on?",
    "You asked for the {topic}, and that is {money}, okay?",
)
"""Ways to answer, with an amount in one of its spellings."""
NOT_TOLD = (
    "The shipping fee is {number}, but what you asked about is 42.",
    "It is certainly not {number}.",
    "The {topic} isn't {money}.",
    "Reference number 7{number}3x for your files.",
    "Your flight number is {whole}.",
    "The balance of your gift card is {money}.",
    "I guess it might be {money}.",
    "Is the {topic} {money}?",
    "The {topic} is {money}, no, {other}.",
    "{money} is wrong.",
    "It is {other}.",
    "The {topic} is more than {tenfold}.",
    "I have that for you now.",
)
"""What holds the amount, and answers nothing."""


def amounts(played: Sequence[Played]) -> Iterator[tuple[Played, dict[str, str]]]:
    for item in played:
        if len(item.task.goal.tells) == 1 and item.task.goal.tells[0].style == "money":
            number = Decimal(item.task.told[0])
            yield item, {
                "topic": item.task.goal.tells[0].topic, "number": f"{number}", "money": f"${number:,.2f}",
                "short": f"${number.normalize():f}", "whole": str(int(number)), "other": f"${number + 13:.2f}",
                "tenfold": f"${number * 10:.2f}",
            }  # fmt: skip


def retold(item: Played, answer: str) -> list[str]:
    """What `communicated` finds when the last message with the answer reads so, and the others do not hold it."""
    told = Decimal(item.task.told[0])
    at = [
        index
        for index, turn in enumerate(item.talk.turns)
        if turn.role == "agent" and any(value.number == told for value in values(turn.text))
    ]
    turns = [
        replace(turn, text=answer if index == at[-1] else "One moment, please.") if index in at else turn
        for index, turn in enumerate(item.talk.turns)
    ]
    talk = replace(item.talk, turns=tuple(turns))
    return [str(finding) for finding in communicated(Case(item.task, talk, item.domain))]


@pytest.mark.parametrize("answer", TOLD)
def test_an_answer_counts_in_any_words(answer: str, played: list[Played]) -> None:
    """An amount that was asked for is told by each way to say it."""
    found = [retold(item, answer.format(**words)) for item, words in amounts(played)]

    assert len(found) > 3
    assert [each for each in found if each] == []


@pytest.mark.parametrize("answer", NOT_TOLD)
def test_what_only_holds_the_value_is_no_answer(answer: str, played: list[Played]) -> None:
    """Denied, guessed, asked, in another role, inside another number or taken back, the amount was not told."""
    found = [
        retold(item, answer.format(**words))
        for item, words in amounts(played)
        if words["topic"] not in answer  # it is asked for in that very role
    ]

    assert len(found) > 3
    assert all(found)


def test_the_total_of_another_record_is_not_that_which_was_asked_for(played: list[Played]) -> None:
    """Beside the answer, an amount of the same name is another answer, unless its message names a record of something else."""

    def found(item: Played, text: str) -> list[str]:
        talk = replace(item.talk, turns=(*item.talk.turns, Turn("agent", text)))
        return [str(finding) for finding in communicated(Case(item.task, talk, item.domain))]

    tried = [(item, "The {topic} is {other}.".format(**words)) for item, words in amounts(played)]
    record = {"tau2:retail": "#W0000001", "tau2:airline": "ZZ00ZZ"}

    assert all(found(item, text) for item, text in tried)
    assert not any(found(item, f"As for {record[item.task.domain]}: {text}") for item, text in tried)


def test_an_answer_before_its_evidence_is_none(played: list[Played]) -> None:
    """Right by chance is not told: the answer stands after the reads that it rests on."""
    tried = 0
    for item, words in amounts(played):
        turns = list(item.talk.turns)
        first = next(at for at, turn in enumerate(turns) if turn.role == "agent" and turn.text)
        if any(turn.role == "tool" for turn in turns[:first]):
            continue
        tried += 1
        for at, turn in enumerate(turns):
            if turn.role == "agent" and turn.text:
                turns[at] = replace(turn, text="The {topic} is {money}.".format(**words) if at == first else "Done.")
        talk = replace(item.talk, turns=tuple(turns))

        assert any("once it was read" in str(found) for found in communicated(Case(item.task, talk, item.domain)))
    assert tried


def test_an_export_for_tau2_looks_for_what_every_spelling_holds(played: list[Played]) -> None:
    """τ²'s evaluator, a text in lower case without commas, finds `$1,527`, `1527.00`, `1527 dollars` and `$1,527.00`."""
    assert list(amounts(played))
    for item, words in amounts(played):
        wanted = tau2_task(item.task)["evaluation_criteria"]["communicate_info"][0]
        for text in ("{money}", "{short}", "{number} USD", "{short} dollars"):
            assert wanted in text.format(**words).lower().replace(",", "")


# ----------------------------------------------------------------------------- refusals

REASONS = {
    "the fare is above the limit that you gave me": (
        "I'm sorry, the lowest fare exceeds your limit.",
        "That would cost more than your budget allows, so I can't book it.",
        "Nothing stays within the maximum that you set, so nothing was booked.",
    ),
    "the balance of that payment method does not cover the amount": (
        "There isn't enough on that certificate to pay for it.",
        "Unfortunately your gift card falls short of the amount.",
        "That card's balance is too low, so I cannot go on.",
    ),
    "no version of a product in that order is in stock for less than $130": (
        "Nothing of that kind is available below $130 right now.",
        "Your condition isn't met: the cheapest one is over $130.",
        "I can't cancel it; no version in stock is that cheap.",
    ),
    "only delivered orders can be exchanged": (
        "This order is still pending, so it can't be exchanged.",
        "An exchange isn't possible before the order has been delivered.",
        "Sorry, we exchange things only after you've received them.",
    ),
    "only pending orders can be sent to another address": (
        "It has been delivered already, so I can't send it elsewhere.",
        "I'm afraid that it was shipped, and the address cannot be changed any more.",
    ),
    "that version is out of stock": (
        "Sorry, it is sold out.",
        "That one is unavailable at the moment, so I can't switch to it.",
        "I cannot do that, as we don't have it in stock.",
    ),
    "the price difference is more than $20": (
        "I won't exchange it, since it costs over $20 extra.",
        "The difference exceeds your maximum, so I left it.",
    ),
}  # fmt: skip
WRONG = (
    "I can't do that, because today is a public holiday and your account is blocked.",
    "Unfortunately our system is down for maintenance, so this isn't possible.",
    "I'm sorry, I don't feel like doing that.",
    "Sorry, this cannot be done.",
    "Okay, noted.",
    "Good news: all of it is done.",
)


def denied(played: Sequence[Played]) -> list[Played]:
    return [
        item
        for item in played
        if len(item.task.decided) == 1 and item.task.decided[0].call is None and not item.task.decided[0].transfer
    ]


def refused(item: Played, text: str, rule: str | None = None) -> list[str]:
    """What is found when every message of the agent reads so."""
    task: Task = item.task
    if rule is not None:
        old: Outcome = task.outcomes[0]
        task = replace(task, outcomes=(replace(old, refusal=rule), *task.outcomes[1:]))
    turns = [Turn("agent", text) if turn.role == "agent" and turn.text else turn for turn in item.talk.turns]
    return [str(finding) for finding in communicated(Case(task, replace(item.talk, turns=tuple(turns)), item.domain))]


@pytest.mark.parametrize("rule", REASONS)
def test_a_refusal_may_give_its_ground_in_any_words(rule: str, played: list[Played]) -> None:
    """Each rule is recognized in words that are not its own."""
    item = denied(played)[0]

    assert [found for text in REASONS[rule] if (found := refused(item, text, rule))] == []


@pytest.mark.parametrize("text", WRONG)
def test_a_refusal_without_its_ground_is_found(text: str, played: list[Played]) -> None:
    """A made-up reason, none at all, and no refusal at all are findings for every denied request."""
    found = [refused(item, text) for item in denied(played)]

    assert len(found) > 3
    assert all(found)


def test_the_reason_of_another_rule_is_none(played: list[Played]) -> None:
    """A request is not denied for what denies another one; one rule is about stock and price at once."""
    item = denied(played)[0]
    for rule in (rule for rule in REASONS if "in that order" not in rule):
        others = [text for other, texts in REASONS.items() if other != rule for text in texts]
        taken = [text for text in others if not refused(item, text, rule)]

        assert len(taken) <= len(others) // 4, (rule, taken)


def test_a_denial_before_anything_was_read_is_no_refusal(played: list[Played]) -> None:
    """The same words count behind the reads that the refusal rests on, and not in front of them, where they deny something else."""
    item = next(one for one in denied(played) if len(one.task.outcomes[0].evidence) > 1)
    rule = item.task.outcomes[0].refusal
    spoken = [index for index, turn in enumerate(item.talk.turns) if turn.role == "agent" and turn.text]

    def refused_at(place: int) -> list[str]:
        turns = [
            replace(turn, text=f"I'm afraid that I can't: {rule}." if index == place else "Okay, noted.") if index in spoken else turn
            for index, turn in enumerate(item.talk.turns)
        ]  # fmt: skip
        return [
            str(found) for found in communicated(Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain))
        ]

    assert not refused_at(spoken[-1])
    assert refused_at(spoken[0])


# ----------------------------------------------------------------------------- counts


COUNTED = (
    "The number of {topic} is {number}.",
    "That makes {number} {topic} in all.",
    "It is {number}.",
    "You have had {word} so far.",
    "{word}, to be exact.",
)
NOT_COUNTED = (
    "The number of {topic} is 482.",
    "The shipping fee is {number}, but what you asked about is 42.",
    "I have found that out. Have a good one!",
    "Which one do you mean?",
    "That one is due, as every other one is.",
    "The number of {topic} is certainly not {number}.",
    "The number of {topic} is 7. Have a good one!",
)
WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


@pytest.fixture(scope="module")
def counting() -> Played:
    """A talk about how many renewals there are, of which there is one."""
    domain, rng = library(), random.Random(3)
    recipe = next(one for one in domain.pack.questions if one.name == "add up loans")
    drafts = (recipe.draft(domain, user, Dial(4, "knows none"), rng) for user in domain.pack.users(domain))
    tasks = (identify(settle_draft(draft, "no-write", domain)) for draft in drafts if draft)
    return play(next(task for task in tasks if task.told == ("1",)))


@pytest.mark.parametrize("answer", COUNTED)
def test_a_number_is_told_in_any_words(answer: str, counting: Played) -> None:
    """In digits or in a word, with what is counted or without."""
    assert not recounted(counting, answer)


@pytest.mark.parametrize("answer", NOT_COUNTED)
def test_a_pronoun_or_another_number_tells_none(answer: str, counting: Played) -> None:
    """What stands for a thing ("a good one") is no number, and neither is one that is corrected at once."""
    assert recounted(counting, answer)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("I already know that the answer is {number}.", True),
        ("It should be {number}, shouldn't it?", True),
        ("That makes {number} {topic}, I guess.", True),
        ("It is {number} of my oldest loans that I mean.", False),
        ("I have {number} minutes.", False),
        ("The loan that I took out first, that's the one.", False),
        ("It's about my loans.", False),
    ],
)
def test_a_user_does_not_know_the_number_that_it_asks_for(said: str, known: bool, counting: Played) -> None:
    """Stated before it was told, the answer comes from the user's own task; once it was told, it may be said again."""
    text = said.format(number=counting.task.told[0], topic=counting.task.goal.tells[0].topic)

    def faults(place: int) -> list[str]:
        turns = list(counting.talk.turns)
        turns[place] = replace(turns[place], text=f"{turns[place].text} {text}")
        case = Case(counting.task, replace(counting.talk, turns=tuple(turns)), counting.domain)
        return [str(one) for one in user_faithful(case) if "answer is not known" in one.wanted]

    spoken = [index for index, turn in enumerate(counting.talk.turns) if turn.role == "user"]
    assert bool(faults(spoken[0])) is known
    assert not faults(spoken[-1])


def recounted(item: Played, answer: str) -> list[str]:
    """What is found where the agent's last message but the goodbye reads so."""
    number, topic = item.task.told[0], item.task.goal.tells[0].topic
    text = answer.format(number=number, word=WORDS[int(number)], topic=topic)
    last = max(index for index, turn in enumerate(item.talk.turns) if turn.role == "tool") + 1
    turns = [
        replace(turn, text=(text[:1].upper() + text[1:]) if index == last else "One moment, please.") if turn.role == "agent" and turn.text else turn
        for index, turn in enumerate(item.talk.turns)
    ]  # fmt: skip
    return [str(found) for found in communicated(Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain))]


# ----------------------------------------------------------------------------- writes by their effect


def test_the_order_of_items_is_no_difference(played: list[Played]) -> None:
    """A return or an exchange with its items in another order is the same write, for every check."""
    tried = 0
    for item in played:
        turns = list(item.talk.turns)
        for at, turn in enumerate(turns):
            for call in turn.calls:
                args = call.args
                groups = item.domain.pack.unordered.get(call.tool, ())
                if not groups or len(args[groups[0][0]]) < 2:
                    continue
                other = item.domain.canonical(
                    call.tool, args | {name: args[name][::-1] for group in groups for name in group}
                )
                tried += other != call
                turns[at] = replace(turn, calls=(other,))
                result = item.domain.world().call(other)
                if len(item.task.gold) == 1:
                    turns[at + 1] = replace(turns[at + 1], text=result.text)
        if tuple(turns) == item.talk.turns:
            continue
        talk = replace(item.talk, turns=tuple(turns))
        found = {finding.check for finding in verify(item.task, talk, item.domain).findings}

        assert not found & {"no_unwanted_write", "end_state", "provenance", "identified_before_write", "user_faithful"}
    assert tried
