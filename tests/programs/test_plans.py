"""What a guided agent's notes take from people's own words: who they are, who travels, what they ask to be told, and when they hold on or leave."""

from __future__ import annotations

import dataclasses
import itertools
import random

import pytest

from tests.programs.test_notes import alone, denied, served, told
from tests.programs.test_steps import next_of
from tests.propose.proposed import proposed, wider
from writ_dspy.conversation import Turn
from writ_dspy.domains import Dial, load
from writ_dspy.evidence.resolve import resolve
from writ_dspy.programs.notes import HOLD, HUMAN, LISTS, PARTED, REPORT, SETTLED, look_ups, notes
from writ_dspy.programs.told import Talk, Told
from writ_dspy.task import Behaviour, Goal, Request, Slot, Task, Tell
from writ_dspy.trial import AsksForHuman, ChangesMind, Claim, Insists

ALONE = Slot("passengers", "I travel alone.", ("alone",))
BAGS = Slot("bags", "No checked bag, thank you.", ("bag",))
REFUND = Slot("question", "And which refund will I get?", ("refund",))


def with_slot(task: Task, slot: Slot, **more: object) -> Task:
    """The task whose one request has this detail, too."""
    (request,) = task.requests
    slots = (*(one for one in request.slots if one.key != slot.key), slot)
    return dataclasses.replace(
        task, behaviour=None, requests=(dataclasses.replace(request, slots=slots),), **more  # type: ignore[arg-type]
    )  # fmt: skip


def after(task: Task, *texts: str) -> Told:
    """What was told of the one request, once these were said after its opening."""
    said = " ".join((task.requests[0].opening, *texts[:1]))
    return Told(Talk(task, load(task.domain), [Turn("user", text) for text in (said, *texts[1:])]), 0)


def named(first: str) -> list[Task]:
    """Tasks of one request of customers who are found by such a name."""
    domain, found = load("tau2:retail"), list[Task]()
    users = [user for user in domain.pack.users(domain) if user.startswith(f"{first.lower()}_")]
    for recipe, user in itertools.product(domain.pack.recipes[:6], users):
        draft = recipe.draft(domain, user, Dial(2, "half-remembers"), random.Random(user))
        if draft is None or len(draft.requests) > 1:
            continue
        goal = Goal(draft.decisions, draft.tells)
        outcomes, _ = resolve(goal, domain)
        if not any(call.tool == "find_user_id_by_name_zip" for call in outcomes[0].trace):
            continue
        task = dataclasses.replace(proposed("tau2:retail")[0], behaviour=None, goal=goal, outcomes=outcomes)
        found.append(dataclasses.replace(task, requests=draft.requests, identity=draft.identity))
    return found


def test_a_name_of_three_letters_is_heard() -> None:
    """It stands in who the customer is, and in no detail of a request."""
    for first in ("Ava", "Mia"):
        tasks = named(first)
        for task in tasks:
            opening = task.requests[0].opening
            whole = [Turn("user", f"{opening} I can't say which e-mail it was, but {task.identity.text}")]
            assert first in look_ups(task, load(task.domain), whole)[0].text
            assert not look_ups(task, load(task.domain), [Turn("user", opening)])
        assert tasks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("In economy, just me.", True),
        ("I'm flying solo.", True),
        ("A single traveler, that's all.", True),
        ("It's me and Bo Vargas.", False),
        ("Just tell me what it costs.", False),
    ],
)
def test_who_travels_alone_says_so_in_any_words(text: str, said: bool) -> None:
    """The domain knows them; and what names the others is none."""
    task = with_slot(alone("tau2:airline", "passengers")[0], ALONE)
    assert after(task, text).gave(ALONE) == said


def test_what_will_be_taken_back_is_not_said_yet() -> None:
    """Who says "two bags" first has not said that it will be none; once they say that, they have."""
    task = with_slot(alone("tau2:airline", "bags")[0], BAGS)
    trial = ChangesMind(0, "0:bags", "Two checked bags, please.", "two", "{}")
    minded = dataclasses.replace(task, behaviour=Behaviour((), trials=(trial,)))
    assert not after(minded, trial.text).discloses(BAGS)
    assert after(minded, trial.text).gave(BAGS)
    assert after(minded, trial.text, "Wait, no. No checked bag.").discloses(BAGS)
    assert after(task, "One checked bag.").discloses(BAGS)


@pytest.mark.parametrize(
    ("text", "asked"), [("How much will I get back, please?", True), ("What refund is it?", True), ("Do it, please.", False)]
)  # fmt: skip
def test_a_question_in_other_words_is_one(text: str, asked: bool) -> None:
    """Such as "how much will I get", which asks for the refund."""
    task = next(one for one in wider("tau2:retail", "normal", 3) if one.gold and one.gold[0].tool.startswith("return"))
    tell = Tell("refund", "money", task.goal.decisions[0].args[0][1])  # type: ignore[arg-type]
    asks = with_slot(task, REFUND, goal=dataclasses.replace(task.goal, tells=(tell,)))
    (request,) = asks.requests
    asks = dataclasses.replace(asks, requests=(dataclasses.replace(request, tells=(0,)),))
    assert bool(after(asks, text).tells) == asked


def test_a_thing_has_no_name_before_the_customer_gives_it_one() -> None:
    """A topic that holds words of a detail is told without them until they are said."""
    task = next(one for one in alone("tau2:retail", "items") if len(one.requests[0].slots[0].marks) < 9)
    lamp = Slot("items", "I mean the desk lamp.", ("desk", "lamp"))
    named = with_slot(task, lamp)
    (request,) = named.requests
    opening = "I would like to exchange something that I received."
    asked = dataclasses.replace(request, topic="the desk lamp exchange", word="exchange", opening=opening)
    named = dataclasses.replace(named, requests=(asked,))
    for text, topic in (("", "the exchange"), ("The desk lamp.", "the desk lamp exchange")):
        assert after(named, text).topic == topic


@pytest.mark.parametrize("name", ["tau2:retail", "tau2:airline"])
def test_what_policy_forbids_is_never_listed(name: str) -> None:
    """Whatever was answered to the question for its details: there is nothing to list, and the refusal is next."""
    domain, met = load(name), 0
    for task in denied(name):
        (request,) = task.requests
        trace = task.outcomes[0].trace
        if not any(domain.pack.identifies(call, domain.read(call).text) for call in trace):
            continue
        keys = ", ".join(slot.key.replace("_", " ") for slot in request.slots)
        asked = [*served(task, told(task)), Turn("agent", f"Which {keys} is it?"), Turn("user", "I can't tell you.")]
        text = notes(task, domain, served(task, asked))
        assert LISTS not in text
        met += "cannot be done" in text
    assert met


def test_who_insists_takes_no_leave() -> None:
    """The no is kept up; and who then says goodbye is wished goodbye."""
    domain, met = load("tau2:airline"), 0
    claim = Claim("website", "Your website says nothing of the kind.")
    for task in denied("tau2:airline")[:6]:
        (request,) = task.requests
        insisting = dataclasses.replace(task, behaviour=Behaviour((), trials=(Insists(0, (claim,)),)))
        keys = (slot.key for slot in request.slots)
        turns = served(insisting, told(insisting, *keys))
        no = f"I'm sorry, but I can't do that: {task.outcomes[0].refusal}. Is there anything else I can do for you?"
        for words, wanted in (
            (f"{claim.text} Do it and let me run.", HOLD),
            ("Fine, nothing else, bye.", PARTED),
            ("Hm, let me think.", SETTLED),
        ):
            text = next_of(notes(insisting, domain, [*turns, Turn("agent", no), Turn("user", words)]))
            assert wanted in text, (words, text)
            met += 1
    assert met


@pytest.mark.parametrize("name", ["tau2:retail", "tau2:airline"])
def test_what_was_done_is_reported_first(name: str) -> None:
    """Until the agent has said so, and no longer."""
    task = alone(name)[0]
    domain, call = load(name), task.gold[0]
    done = f"About {task.requests[0].topic}: done"
    turns = [*served(task, told(task, *(slot.key for slot in task.requests[0].slots)))]
    turns += [Turn("agent", "Shall I do it?"), Turn("user", "Yes."), Turn("agent", calls=(call,)), Turn("tool", "{}")]
    assert f"{done}{REPORT}" in notes(task, domain, turns)
    later = notes(task, domain, [*turns, Turn("agent", "That is done."), Turn("user", "Good.")])
    assert f"{done}." in later
    assert REPORT not in later


def test_a_wish_for_a_human_is_answered() -> None:
    """Of a user who was dealt to ask for one, when they do, and also behind the look-ups that their message brings about; nobody else's words are one."""
    task = alone("tau2:retail")[0]
    domain, own = load(task.domain), Behaviour((), trials=(AsksForHuman("Could I talk to a real person instead?"),))
    asking, keys = dataclasses.replace(task, behaviour=own), [slot.key for slot in task.requests[0].slots]
    plain = told(asking, *keys)
    human = [Turn("user", f"{plain[0].text} I'd rather have a human for this.")]
    assert next_of(notes(asking, domain, served(asking, human))) == HUMAN
    assert HUMAN not in notes(asking, domain, served(asking, plain))
    assert HUMAN not in notes(task, domain, served(task, human))
    answered = [*served(asking, human), Turn("agent", "I can do that for you."), Turn("user", "All right.")]
    assert HUMAN not in notes(asking, domain, answered)


def test_who_insists_is_answered_behind_a_look_up() -> None:
    """A message that holds on to one wish, and brings up another, has its answer after the other's look-ups, too."""
    met = 0
    claim = Claim("website", "Your website says nothing of the kind.")
    for task in denied("tau2:airline")[:6]:
        domain, keys = load(task.domain), (slot.key for slot in task.requests[0].slots)
        insisting = dataclasses.replace(task, behaviour=Behaviour((), trials=(Insists(0, (claim,)),)))
        turns = served(insisting, told(insisting, *keys))
        turns += [
            Turn("agent", f"I'm sorry, but I can't do that: {task.outcomes[0].refusal}."),
            Turn("user", claim.text),
        ]
        read = next(turn for turn in turns if turn.calls)
        assert HOLD in notes(insisting, domain, [*turns, read, Turn("tool", "{}")])
        met += 1
    assert met


CARD = Slot("payment", "Use my card ending in 4321.", ("4321",))


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("The lamp one goes on my card ending in 4321.", True, False),
        ("For the kettle one, take my card ending in 4321.", False, True),
        ("I want the lamp exchange in #W1111111. Take my card ending in 4321 for it. Then the kettle one, #W2222222.", True, False),
        ("It's my card ending in 4321 for the lamp one. And for the kettle one, the card ending in 4321, too.", True, True),
        ("My card ending in 4321, please.", True, True),
    ],
)  # fmt: skip
def test_a_card_named_for_one_request_is_none_of_another(said: str, *, first: bool, second: bool) -> None:
    """A sentence that speaks of one of them, and those behind it, say nothing of the others; one that speaks of none may be of any."""
    task = next(one for one in alone("tau2:retail") if len(one.goal.decisions) == 1)
    requests = (
        Request(0, (), "the lamp exchange", "lamp", "The lamp should become another.", (Slot("order", "It is #W1111111.", ("#W1111111",)), CARD)),
        Request(0, (), "the kettle exchange", "kettle", "The kettle should become another.", (Slot("order", "It is #W2222222.", ("#W2222222",)), CARD)),
    )  # fmt: skip
    two = dataclasses.replace(task, behaviour=None, requests=requests)
    opened = Turn("user", "The lamp should become another. The kettle should become another.")
    talk = Talk(two, load(task.domain), [opened, Turn("agent", "How would you like to pay?"), Turn("user", said)])
    assert (Told(talk, 0).gave(CARD), Told(talk, 1).gave(CARD)) == (first, second)


def test_a_question_for_one_request_has_its_answer() -> None:
    """Who is asked how to pay for the kettle, and names a card, has said it of the kettle."""
    task = next(one for one in alone("tau2:retail") if len(one.goal.decisions) == 1)
    requests = tuple(
        Request(0, (), f"the {word} exchange", word, f"The {word} should become another.", (CARD,))
        for word in ("lamp", "kettle")
    )
    two = dataclasses.replace(task, behaviour=None, requests=requests)
    opened = Turn("user", "The lamp should become another. The kettle should become another.")
    asked = Turn("agent", "How would you like to pay for the kettle?")
    talk = Talk(two, load(task.domain), [opened, asked, Turn("user", "With the card ending in 4321.")])
    assert not Told(talk, 0).gave(CARD)
    assert Told(talk, 1).gave(CARD)
