"""Policy in words: what no policy has an agent say is found, and what policy has it say passes, in anybody's words."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest

from tests.simulate.playing import Played
from writ_dspy.conversation import Finding, Turn
from writ_dspy.domains.tau2 import TRANSFER
from writ_dspy.domains.tau2.retail.rules import TOPICS
from writ_dspy.task import Call
from writ_dspy.verify.case import Case
from writ_dspy.verify.policy import policy

NEVER = {
    "an opinion": "If it were me, I would wait for the sale.",
    "advice": "I'd highly recommend the blue one.",
    "a comment": "That jacket looks really stylish.",
    "praise": "Excellent choice!",
    "a comparison": "Honestly, another brand is better.",
    "a voucher": "I'd like to give you a voucher for your next trip.",
    "a certificate": "As a gesture, we can offer you a $50 certificate.",
    "a present": "A small gift is waiting for you.",
    "a discount": "How about a discount on your next order?",
    "a promise": "Tomorrow I will call the warehouse.",
    "a call back": "I'll call you back.",
    "an upgrade to come": "Next month I will upgrade your seats.",
    "a name": "My name is Linda.",
    "a person": "I'm a real person, like you.",
    "an office": "I work in our Chicago office.",
    "a supervisor": "My manager has approved this.",
    "somebody asked": "I checked with my supervisor.",
    "an exception": "I can make an exception for you.",
    "a lie to tell": "Just say that you were sick, then the insurance pays.",
    "a rule": "Our policy requires a notarized letter for that.",
    "a freedom": "Exchanges can be made as many times as you like.",
    "a fee": "A restocking fee applies to returns.",
    "a kind of refund": "Refunds go out as store credit only.",
    "a term": "Changes are free twice a year.",
    "a care to come": "I'll see to it that the fee is dropped.",
    "a right to another": "You can exchange an order twice, so please tell me if that's all.",
    "a quota": "The policy has no monthly quota for that.",
    "a rule for all who leave": "As nobody is to travel in the place of somebody under age, a guardian has to sign.",
    "a rule of a thing": "Insurance is mandatory on long trips.",
    "handed over in words": "I'm transferring you to a colleague now.",
    "the set sentence": TRANSFER.text,
}
MAY = (
    "Is there anything else I can do for you tonight?",
    "I have to follow our policy, and it rules out changing the number of passengers, whatever the reason.",
    "I can't recommend anything, but I can list what is in stock.",
    "I recommend checking your e-mail for the instructions.",
    "I'm sorry, I can't offer any compensation or voucher for that.",
    "I'm not able to make an exception to that policy.",
    "If you like, I can transfer you to a human agent.",
    "According to policy, the refund goes to a gift card at once, else it takes 5 to 7 business days.",
    "The policy does not allow exceptions to that rule.",
    "I can't, though, the rule has no room for it.",
    "The policy gives me no leeway here.",
    "No worries, I'll see to it myself.",
    "Business flights can be canceled at any time.",
    "You don't pay any cancellation fee.",
    "Feel free to reach out whenever you're ready.",
    "What is your name, and why would you like to cancel?",
    "I will send the e-mail with the instructions once you agree.",
    "Which payment method would you like: the gift card, or your certificate?",
    "I think that is the order from last week.",
    "Insurance is on the list. Which card should it go on?",
    "Insurance is noted, payment is the last point.",
    "The second option is cheaper by $20, and the first one arrives earlier.",
    "Twice $107 for the items makes $214, and $50 three times makes $150.",
)  # fmt: skip


REMINDER = re.compile(r"(?<=[.\n ])[^.\n]*\bonly once\b[^.\n]*\.")


@pytest.fixture(scope="module")
def item(played: list[Played]) -> Played:
    """One that asks for nothing on top and hands nobody over."""
    return next(item for item in played if item.domain.name == "tau2:retail" and len(item.task.gold) == 1)


def found(item: Played, turns: list[Turn]) -> list[Finding]:
    return list(policy(Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain)))


def beside(item: Played, text: str, *before: Turn) -> list[Finding]:
    """What is found when a sentence stands before the last message."""
    *turns, last = item.talk.turns
    return found(item, [*turns, *before, replace(last, text=f"{text} {last.text}")])


@pytest.mark.parametrize("text", list(NEVER.values()), ids=list(NEVER))
def test_what_no_policy_has_an_agent_say_is_found(item: Played, text: str) -> None:
    """Opinions, presents, promises, airs, rules of one's own, and a hand-over that does not take place."""
    assert [finding.turn for finding in beside(item, text)] == [len(item.talk.turns) - 1]


@pytest.mark.parametrize("text", MAY)
def test_what_policy_has_an_agent_say_passes(item: Played, text: str) -> None:
    """Facts, refusals, policy as it is, and plain service."""
    assert beside(item, text) == []


def test_who_names_a_person_of_the_talk_states_no_rule(item: Played) -> None:
    """What becomes of Yara's seat is about this case; the same words of anybody are a rule of the house."""
    said = "As nobody is to sit in {} place, the table stays as it was set."
    told = Turn("user", "It's about Yara, my sister.")

    assert beside(item, said.format("Yara's"), told, Turn("agent", "I see."), told) == []
    assert beside(item, said.format("the captain's"), told, Turn("agent", "I see."), told)


def test_compensation_may_be_spoken_of_once_the_user_asked(item: Played) -> None:
    """The same offer is a finding before the user has asked, and none after; an amount has to be one that the user is due."""
    offer, asked = (
        "I can offer you a voucher.",
        (Turn("user", "I'd like some compensation for that."), Turn("agent", "I see.")),
    )

    assert beside(item, offer)
    assert beside(item, offer, *asked, Turn("user", "So?")) == []
    assert beside(item, "I can offer you a $100 certificate.", *asked, Turn("user", "So?"))


def test_a_transfer_is_made_once_with_its_sentence_and_nothing_after(played: list[Played]) -> None:
    """The tool first, then the sentence; twice, late, wordy, with a summary of something else: each is found."""
    item = next(item for item in played if any(outcome.transfer for outcome in item.task.decided))
    turns = list(item.talk.turns)
    at = next(i for i, turn in enumerate(turns) if turn.calls and turn.calls[0].tool == TRANSFER.tool)
    other = Turn(
        "agent", calls=(Call.of(TRANSFER.tool, {"summary": "Abusive caller, wants a toaster repaired twice."}),)
    )

    assert found(item, turns) == []
    assert found(item, [*turns, turns[at], turns[at + 1], turns[at + 2]])
    assert found(item, [*turns, Turn("user", "Wait."), Turn("agent", "Never mind, I'll do it.")])
    assert found(item, [*turns[:at], turns[at + 2], turns[at], turns[at + 1]])
    assert found(item, [*turns[:at], Turn("agent", TRANSFER.text), Turn("user", "Okay."), *turns[at:]])
    assert found(item, [*turns[:at], other, *turns[at + 1 :]])
    assert found(item, turns[:at])


def test_a_change_of_items_comes_after_the_reminder(played: list[Played]) -> None:
    """Policy has the agent remind that these are all the items, in whatever words."""
    tools = ("modify_pending_order_items", "exchange_delivered_order_items")
    some = [item for item in played if any(call.tool in tools for call in item.task.gold)]
    asked = (
        "all of them",
        "should be included",
        "all the items",
        "every item",
        "several, and which",
        "really everything",
        "is missing",
        "further change",
        "all that would",
    )
    without = {id(item): [replace(turn, text=REMINDER.sub("", turn.text)) for turn in item.talk.turns] for item in some}
    some = [item for item in some if not any(text in turn.text for turn in without[id(item)] for text in asked)]
    some = [
        item
        for item in some
        if all(
            len(item.domain.tables["orders"][call.args["order_id"]]["items"]) > len(call.args["item_ids"])
            for call in item.task.gold
            if call.tool in tools
        )
    ]
    natural = ("Are there any other items you'd like to exchange?", "Please make sure every item is included.",
               "Note that items can be changed only once per order.", "Is that everything you want to swap?")  # fmt: skip
    some = [item for item in some if without[id(item)] != list(item.talk.turns)]
    assert some
    for item, words in zip(itertools.cycle(some), natural, strict=False):
        bare = without[id(item)]
        greeted = [bare[0], replace(bare[1], text=f"{words} {bare[1].text}"), *bare[2:]]

        assert "remind" in " ".join(finding.saw for finding in found(item, bare))
        assert found(item, greeted) == []


def test_a_trip_is_canceled_after_the_reason_was_given_or_asked_for(played: list[Played]) -> None:
    """Where no wish holds the reason, somebody has to have spoken of it."""
    item = next(item for item in played if item.domain.name == "tau2:airline" and not item.task.gold)
    task = replace(item.task, requests=())
    record = next(one for one in item.domain.tables["reservations"].values() if one["cabin"] == "business")
    call = Call.of("cancel_reservation", {"reservation_id": record["reservation_id"]})
    result = Turn("tool", item.domain.world().call(call).text)

    def saw(*turns: Turn) -> bool:
        talk = replace(item.talk, turns=(*turns, Turn("agent", calls=(call,)), result))
        return any("reason" in finding.saw for finding in policy(Case(task, talk, item.domain)))

    assert saw(Turn("user", f"I am {record['user_id']}, cancel it."))
    assert not saw(Turn("user", "Cancel it, my plans have changed."))
    assert not saw(Turn("user", "Cancel it."), Turn("agent", "May I ask why?"), Turn("user", "Private matters."))


def test_a_read_is_not_made_over_and_over(item: Played) -> None:
    """Once more to be sure is fine; a fourth time, with nothing written between, is waste."""
    turns = list(item.talk.turns)
    at = next(i for i, turn in enumerate(turns) if turn.calls)
    again = turns[at : at + 2]

    assert found(item, [*turns[:at], *again * 3, *turns[at + 2 :]]) == []
    assert found(item, [*turns[:at], *again * 4, *turns[at + 2 :]])


@pytest.mark.parametrize(
    ("said", "reminds"),
    [
        ("As an order can't be exchanged a second time, think whether the shirt is all.", True), ("You can exchange something from this order only this once.", True),
        ("It's the only exchange this order can have.", True), ("Is it complete like this?", True), ("One exchange is all that an order gets.", True),
        ("You won't be able to exchange from this order again.", True), ("Once it's done, no further exchange is possible.", True), ("This works only once, and no further changes are possible.", False),
        ("Please tell me whether these two are everything.", True), ("Are you sure that the lamp is all?", True), ("Nothing else in it can be swapped any more afterwards.", True),
        ("Let me check if the items are all in stock.", False), ("Please tell me whether that is all right.", False), ("Is that all right with you?", False), ("The change can't be undone.", False),
        ("The only change is the color.", False), ("Let me know if these are all the same size.", False), ("Tell me if the blue one is it.", False), ("You only pay once.", False),
        ("I'll change it just as you said.", False), ("Only the blue one is in stock.", False), ("Please let me know whether you agree.", False), ("One exchange costs $3.92 and the other saves $6.", False),
    ],
)  # fmt: skip
def test_a_reminder_is_known_by_what_it_says(said: str, *, reminds: bool) -> None:
    """That it works only once, or the question whether these are all."""
    [topic] = TOPICS["exchange_delivered_order_items"]
    assert (topic.asked.search(said) is not None) is reminds
