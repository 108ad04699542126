"""A guided agent's notes: of use at every step, and never ahead of the talk."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from benchmarks.mutations.talks import written
from tests.propose.proposed import firsts, proposed
from tests.simulate.playing import play
from writ_dspy.codec import parts
from writ_dspy.conversation import Turn
from writ_dspy.domains import NAMES, Dial, load
from writ_dspy.evidence.resolve import resolve
from writ_dspy.programs.notes import NEXT, NOTHING, SETTLED, look_ups, notes
from writ_dspy.programs.talk import shown
from writ_dspy.programs.told import Talk, Told
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.raised import brought_up
from writ_dspy.task import Call, Check, Goal, Only, Picked, ReadCall, Request, Said, Slot, Task
from writ_dspy.trial import ChangesMind, WrongFirst

TALKS = (*NAMES, "by a person")


@cache
def talks(which: str) -> list[tuple[Task, tuple[Turn, ...]]]:
    if which == "by a person":
        return [(talk.task, talk.turns) for talk in written()]
    return [(task, play(task).talk.turns) for task in assign(list(firsts(which)[::3]), 3)]


def asked_in(line: str) -> list[str]:
    """The details that a line still wants of the customer."""
    return list(filter(None, line.partition("unless it was said: ")[2].rstrip(".").split(", ")))


@pytest.mark.parametrize("which", TALKS)
def test_a_note_holds_nothing_that_was_not_said_or_read(which: str) -> None:
    """No id, number or date stands in it before the customer has said it or a tool has shown it; a write may be worked out."""
    for task, turns in talks(which):
        domain = load(task.domain)
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            heard = "\n".join(turn.text for turn in turns[:index] if turn.role != "agent").lower()
            for line in notes(task, domain, turns[:index]).splitlines():
                assert "{" not in line or "After the yes" in line or "the yes is there" in line
            for call in look_ups(task, domain, turns[:index]):
                values = re.findall(r'"([^"]*\d[^"]*)"', call.text)
                assert all(value.lower() in heard or domain.pack.mentions(value, heard) for value in values), call


@pytest.mark.parametrize("which", TALKS)
def test_how_a_request_ends_is_told_only_when_its_reads_are_made(which: str) -> None:
    """Before that nobody can know it; and no note speaks of a condition that the customer may still add."""
    for task, turns in talks(which):
        domain = load(task.domain)
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            text = notes(task, domain, turns[:index])
            made = {call for turn in turns[:index] for call in turn.calls}
            for request in task.requests:
                outcome = None if request.decision is None else task.outcomes[request.decision]
                if outcome and outcome.call and f"After the yes: {shown(outcome.call)}." in text:
                    assert made.issuperset(outcome.trace)
            assert "may add" not in text
            for line in text.splitlines():
                assert {"budget", "condition", "fallback"}.isdisjoint(asked_in(line))


@pytest.mark.parametrize("which", TALKS)
def test_each_step_is_there_when_it_is_due(which: str) -> None:
    """Every right write stands in the notes of the step at which it was made, and every read that settles it is one of the look-ups that are due.

    Of a request in a person's own words some may not be recognized: then there is nothing, and never anything wrong.
    """
    met: Counter[str] = Counter()
    lacking = 0
    for task, turns in talks(which):
        domain = load(task.domain)
        due = {
            call for outcome in task.outcomes for call in (*outcome.trace, *([outcome.call] if outcome.call else []))
        }
        for index, turn in enumerate(turns):
            for call in due.intersection(turn.calls):
                read = domain.kinds[call.tool] == "read"
                there = (
                    call in look_ups(task, domain, turns[:index])
                    if read
                    else shown(call) in notes(task, domain, turns[:index])
                )
                assert there or which == "by a person", (task.id, index)
                met[domain.kinds[call.tool]] += there
                lacking += not there
    assert lacking <= 0.1 * met.total()
    assert met["read"] > 10
    assert met["write"] > 3


@pytest.mark.parametrize("name", NAMES)
def test_a_request_stands_in_the_notes_once_it_is_brought_up_and_not_before(name: str) -> None:
    """Whichever words two requests share: what the script meant by its messages says which of them it spoke of."""
    several = 0
    for task, turns in talks(name):
        domain = load(task.domain)
        several += len(task.requests) > 1
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            abouts = [ref for turn in turns[:index] if turn.intent and turn.role == "user" for ref in turn.intent.about]
            spoken = {int(ref.partition(":")[0]) for ref in abouts if ref[:1].isdigit() and ":" in ref}
            assert brought_up(task, domain, turns[:index]) == spoken, (task.id, index)
    assert several


SAID = (
    ("Hello. I need to change an order.", {0}),
    ("It is in #W1111111. Pay with my PayPal, please.", {0}),
    ("That PayPal account is the right one.", {0}),
    ("Next, change another item for me, in W2222222.", {0, 1}),
)


def test_what_was_said_of_one_request_brings_up_no_other() -> None:
    """A way to pay that is the other one's, too, is none of its own; an id is, with its sign or without; so is the word once more, afterwards."""
    task = next(task for task, _ in talks("tau2:retail") if len(task.goal.decisions) == 1 and task.gold)
    own = [Slot("order", f"It is #W{n * 7}.", (f"#W{n * 7}",)) for n in "12"]
    pay = Slot("payment", "Use my PayPal account.", ("paypal",))
    requests = (
        Request(0, (), "a change", "change", "I would like to change something that I ordered.", (own[0],)),
        Request(0, (), "another change", "change", "One more change is needed in what I bought.", (own[1], pay)),
    )
    two, domain = dataclasses.replace(task, requests=requests), load(task.domain)
    turns = list[Turn]()
    for text, up in SAID:
        turns.append(Turn("user", text))
        assert brought_up(two, domain, turns) == up, text
        turns.append(Turn("agent", "I see."))
    done = [Turn("user", "Change an order."), Turn("agent", calls=(task.gold[0],)), Turn("tool", "{}")]

    assert brought_up(two, domain, [*done, Turn("user", "Now the next change, please.")]) == {0, 1}
    assert brought_up(two, domain, [done[0], Turn("user", "That change, please.")]) == {0}


@pytest.mark.parametrize("name", NAMES)
def test_a_request_that_nobody_has_brought_up_is_no_note(name: str) -> None:
    """At first there is none; a read is due once, and no longer than until it is made."""
    most = 0
    for task, turns in talks(name):
        domain = load(task.domain)
        assert notes(task, domain, [Turn("user", "Hello, can you help me?")]) == NOTHING
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            reads = look_ups(task, domain, turns[:index])
            made = {call for turn in turns[:index] for call in turn.calls}
            assert len(set(reads)) == len(reads)
            assert made.isdisjoint(reads)
            most = max(most, len(reads))
    assert most > 1


@pytest.mark.parametrize("name", NAMES)
def test_what_is_done_is_no_step_any_more(name: str) -> None:
    """At the end of a talk every write is done and named as such; before it was made, it was not."""
    for task, turns in talks(name):
        domain = load(task.domain)
        end = notes(task, domain, turns).splitlines()
        assert not any("After the yes" in line for line in end)
        for request in task.requests:
            outcome = None if request.decision is None else task.outcomes[request.decision]
            if outcome is None or outcome.call is None:
                continue
            done = f"About {request.topic}: done."
            assert any(line.endswith(done) for line in end)
            at = next(
                place
                for place, turn in enumerate(turns)
                if any(domain.effect(call) == domain.effect(outcome.call) for call in turn.calls)
            )
            alike = [one for one in task.requests if one.topic == request.topic]
            assert alike[1:] or done not in notes(task, domain, turns[:at])


def denied(name: str) -> list[Task]:
    """Tasks of one request that a clause denies, whatever its details are."""
    domain, found = load(name), list[Task]()
    for recipe in domain.pack.denials:
        for user in domain.pack.users(domain)[::60]:
            draft = recipe.draft(domain, user, Dial(2, "knows ids"), random.Random(user))
            if draft is None or not draft.decisions[0].bare:
                continue
            goal = Goal(draft.decisions, draft.tells)
            outcomes, _ = resolve(goal, domain)
            own: dict[str, Any] = {
                "goal": goal,
                "requests": draft.requests,
                "identity": draft.identity,
                "outcomes": outcomes,
            }
            found.append(dataclasses.replace(proposed(name)[0], behaviour=None, **own))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_what_is_denied_anyway_is_asked_for_like_anything_else(name: str) -> None:
    """Who leaves out the person to be taken off a booking knows already that nobody can be; and no ground stands there before it is said."""
    domain = load(name)
    for task in denied(name):
        (request,), trace = task.requests, task.outcomes[0].trace
        if not any(domain.pack.identifies(call, domain.read(call).text) for call in trace):
            continue  # as no proposed task is
        keys = [slot.key for slot in request.slots]
        opened = notes(task, domain, told(task))
        assert asked_of(opened) == [key.replace("_", " ") for key in keys]
        for key in keys:
            lacking = notes(task, domain, served(task, told(task, *(one for one in keys if one != key))))
            assert "cannot be done" not in lacking or key.replace("_", " ") not in asked_of(lacking)
        assert "cannot be done" in notes(task, domain, served(task, told(task, *keys)))


def asked_of(text: str) -> list[str]:
    """The details that notes still want of the customer."""
    return [key for line in text.splitlines() for key in asked_in(line)]


@pytest.mark.parametrize("which", TALKS)
def test_one_note_is_next(which: str) -> None:
    """What the first open request takes; nothing open is next to offer more. What is done is never next, and what was agreed to comes before every look-up."""
    ends = 0
    for task, turns in talks(which):
        domain = load(task.domain)
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            text = notes(task, domain, turns[:index])
            marked = [line for line in text.splitlines() if NEXT in line]
            reads = look_ups(task, domain, turns[:index])
            assert len(marked) == (text != NOTHING) or reads, text
            assert not any(line.endswith((": done.", "was said.")) for line in marked)
            assert not reads or not any("the yes is there" in line for line in marked)
            ends += any(SETTLED in line for line in marked)
    assert ends


def test_what_was_given_wrong_is_looked_up_as_it_was_given() -> None:
    """Nobody can know that nothing is found by it; once that is known, it is asked for again, and found by what is right."""
    met = Counter[str]()
    for name in NAMES:
        domain = load(name)
        for task, turns in talks(name):
            for slip in (
                one for one in (task.behaviour.trials if task.behaviour else ()) if isinstance(one, WrongFirst)
            ):
                at = next(i for i, turn in enumerate(turns) if any(slip.wrong in call.text for call in turn.calls))
                (wrong,) = turns[at].calls
                assert wrong in look_ups(task, domain, turns[:at]), (task.id, slip)
                failed = notes(task, domain, turns[: at + 2])
                assert f"Nothing was found by {slip.wrong}" in failed
                assert wrong not in look_ups(task, domain, turns[: at + 2])
                assert slip.right not in failed
                met[slip.slot == "identity"] += 1
    assert met[True]
    assert met[False]


TRIP = Slot("trip", "It's gonna be a round trip, 'cause yeah, I do have to come back.", ("round",))
ROUTE = Slot("route", "It goes from Chicago to Detroit.", ("chicago", "detroit"))
REASON = Slot("reason", "Reason is, well, that I no longer need it, as simple as that.", ("reason", "longer"))
OTHERWISE = Slot("fallback", "If that does not work out, cancel it; I cannot travel on the day I booked.", ("day",))


@pytest.mark.parametrize(
    ("slot", "asked", "text", "said"),
    [
        (TRIP, "", "I've got like five minutes between rounds and my feet are killing me.", False),
        (TRIP, "", "A round trip, please.", True),
        (TRIP, "One way or round trip?", "Round.", True),
        (ROUTE, "", "Nobody goes in place of her, and she is off from there.", False),
        (ROUTE, "", "Chicago to Detroit.", True),
        (ROUTE, "", "I get on in Detroit.", False),
        (REASON, "", "Well now, my name is Fatima, and that has always been spelled like that.", False),
        (REASON, "", "The reason? I don't need it any longer.", True),
        (OTHERWISE, "", "I fly on May 21, and it can't be any other day.", False),
        (OTHERWISE, "", "Otherwise cancel it, I'm not free on the day I booked.", True),
    ],
)
def test_a_word_that_is_said_of_anything_tells_no_detail(slot: Slot, asked: str, text: str, *, said: bool) -> None:
    """It does beside another word of the detail, or in answer to a question for it."""
    task = alone("tau2:airline")[0]
    (request,) = task.requests
    one = dataclasses.replace(task, behaviour=None, requests=(dataclasses.replace(request, slots=(slot,)),))
    turns = [Turn("user", request.opening), *([Turn("agent", asked)] if asked else []), Turn("user", text)]
    assert Told(Talk(one, load(task.domain), turns), 0).gave(slot) == said


def test_what_was_said_of_an_earlier_request_tells_nothing_of_the_next() -> None:
    """The cabin of the first booking is none of the second one's; an id holds wherever it was said."""
    task = next(one for one in proposed("tau2:airline") if len(one.requests) == 1 and one.gold)
    cabin, order = Slot("cabin", "In premium, please.", ("premium",)), Slot("seat", "Seat ZX4711.", ("zx4711",))
    first, second = (
        Request(
            0, (), f"the {word} booking", word, f"I would like to have the {word} trip of mine booked.", (cabin, order)
        )
        for word in ("mountain", "seaside")
    )
    two = dataclasses.replace(task, behaviour=None, requests=(first, second))
    turns = [
        Turn("user", f"{first.opening} In premium, please. Seat ZX4711."),
        Turn("agent", "Done."),
        Turn("user", second.opening),
    ]
    talk = Talk(two, load(task.domain), turns)
    assert Told(talk, 0).gave(cabin)
    assert not Told(talk, 1).gave(cabin)


def test_a_look_up_that_only_a_condition_takes_waits_for_the_condition() -> None:
    """Whoever is told of it earlier compares what nobody has asked for, and gives away what the customer will say."""
    domain = load("tau2:retail")
    task = next(
        one
        for one in proposed("tau2:retail")
        if len(one.requests) == 1 and one.gold and "get_product_details" not in str(one.goal)
    )
    product = "9523456873"
    row = Only((ReadCall("get_product_details", (("product_id", Said(product)),), "product"),), ())
    limit = Check(Picked(row, "available_count"), "<=", Said(777), "more than 777 are left", own=True)
    (decision, *_), (outcome, *_) = task.goal.decisions, task.outcomes
    read = Call.of("get_product_details", {"product_id": product})
    limited = dataclasses.replace(
        task,
        behaviour=None,
        goal=Goal((dataclasses.replace(decision, requires=(*decision.requires, limit)),), ()),
        outcomes=(dataclasses.replace(outcome, trace=(*outcome.trace, read)),),
    )
    (request,) = task.requests
    details = " ".join(slot.text for slot in request.slots)
    text = f"{task.identity.text} {request.opening} {details} I saw {product}."
    for said, waits in ((text, True), (f"{text} Only if at most 777 are left.", False)):
        lines = notes(limited, domain, [Turn("user", said)])
        assert f"About {request.topic}: " in lines
        assert (read not in look_ups(limited, domain, [Turn("user", said)])) == waits


def test_what_was_said_in_other_words_ends_a_request() -> None:
    """A value that a detail spells out in words, such as a trip that is one way, is said once the detail is; nothing less ends it."""
    domain = load("tau2:airline")
    booked = 0
    for task, turns in talks("by a person"):
        for request in task.requests:
            call = None if request.decision is None else task.outcomes[request.decision].call
            if task.domain != domain.name or call is None or call.tool != "book_reservation":
                continue
            details = " ".join(slot.text for slot in request.slots)
            reads = [
                turn
                for turn in turns
                if turn.role == "tool" or (turn.calls and domain.kinds[turn.calls[0].tool] == "read")
            ]
            whole = [Turn("user", f"{task.identity.text} {request.opening} {details}"), *reads]
            part = [Turn("user", f"{task.identity.text} {request.opening}"), *reads]
            if {one for turn in reads for one in turn.calls}.issuperset(task.outcomes[request.decision or 0].trace):
                assert "After the yes: book_reservation" in notes(task, domain, whole)
                assert "After the yes: book_reservation" not in notes(task, domain, part)
                booked += 1
    assert booked


def told(task: Task, *keys: str) -> list[Turn]:
    """The customer's first message: who they are, the opening of their one request, and these of its details; all calls but writes, as far as they go."""
    (request,) = task.requests
    details = " ".join(slot.text for slot in request.slots if slot.key in keys)
    return [Turn("user", f"{task.identity.text} {request.opening} {details}")]


def served(task: Task, turns: list[Turn]) -> list[Turn]:
    """The turns, and all look-ups that are due after them, step by step."""
    domain, turns = load(task.domain), [*turns]
    while reads := look_ups(task, domain, turns):
        turns += [Turn("agent", calls=(reads[0],)), Turn("tool", domain.read(reads[0]).text)]
    return turns


def alone(name: str, *keys: str) -> list[Task]:
    """Tasks of one request that is granted and has these details."""
    found = [one for one in proposed(name) if len(one.requests) == 1 and one.gold and not one.outcomes[0].attempt]
    return [one for one in found if {*keys} <= {slot.key for slot in one.requests[0].slots}]


@pytest.mark.parametrize("name", NAMES)
def test_what_was_said_is_asked_for_no_more(name: str) -> None:
    """The list shrinks with every detail; the write stands there once it is empty, and no step earlier."""
    shrunk = 0
    for task in alone(name)[::3]:
        domain, keys = load(name), [slot.key for slot in task.requests[0].slots]
        whole = notes(task, domain, served(task, told(task, *keys)))
        asked = [key for line in notes(task, domain, told(task)).splitlines() for key in asked_in(line)]
        assert "unless it was said" not in whole
        assert "After the yes" in whole
        for key in keys:
            text = notes(task, domain, served(task, told(task, *(one for one in keys if one != key))))
            left = [one for line in text.splitlines() for one in asked_in(line)]
            assert {*left} <= {key.replace("_", " ")}
            assert "After the yes" not in text or not left
            shrunk += bool(left) and len(asked) > 1
    assert shrunk > 3


def test_no_search_is_ahead_of_what_is_looked_for() -> None:
    """Whether it is nonstop flights that are wanted is known once the customer has said how they choose; who flies and who pays changes nothing."""
    one_way = 0
    for task in alone("tau2:airline", "choice", "route", "payment")[:6]:
        keys = {slot.key for slot in task.requests[0].slots}
        if "return_choice" in keys:  # the way back is looked for by itself
            continue
        one_way += 1
        for less, searches in (({"choice"}, False), ({"route"}, False), (set[str](), True)):
            turns = served(task, told(task, *(keys - less)))
            assert any("search_" in call.tool for turn in turns for call in turn.calls) == searches, (task.id, less)
    assert one_way > 1


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("between {} and {}", True),
        ("between {} adn {}", True),
        ("betwen {} and {}", True),
        ("either {} or {}", False),
        ("eihter {} adn {}", False),
    ],
)
def test_days_are_searched_however_a_range_is_typed(typed: str, *, searched: bool) -> None:
    """A slip of the hand takes none of its days away; of two days alone there is none in between, and which are meant is to be asked."""
    seen = 0
    for task in alone("tau2:airline", "dates", "route"):
        (request,) = task.requests
        dates = next(slot for slot in request.slots if slot.key == "dates")
        ends = re.search(r"between (May \d+) and (May \d+)", dates.text)
        if ends is None:
            continue
        seen += 1
        (first,) = told(task, *(slot.key for slot in request.slots))
        turns = served(task, [Turn("user", first.text.replace(ends[0], typed.format(*ends.groups())))])
        assert any("search_" in call.tool for turn in turns for call in turn.calls) == searched, task.id
    assert seen


@pytest.mark.parametrize(("name", "key"), [("tau2:retail", "order"), ("tau2:airline", "reservation")])
def test_a_record_that_was_only_shown_is_not_read_before_it_is_named(name: str, key: str) -> None:
    """A profile lists all of them; which one is meant is for the customer to say."""
    domain, named = load(name), 0
    for task in [*alone(name, key), *(task for task, _ in talks("by a person") if task.domain == name)]:
        index = next((i for i, one in enumerate(task.requests) if any(slot.key == key for slot in one.slots)), -1)
        ids = domain.pack.ids(" ".join(slot.text for slot in task.requests[index].slots if slot.key == key))
        said = {part.value for part in parts(task.goal.decisions) if isinstance(part, Said)}
        reads = [call for call in task.outcomes[0].trace if ids & domain.pack.ids(call.text)]
        if index != 0 or not ids & said or not reads:
            continue
        opening = f"{task.identity.text} {task.requests[0].opening}"
        who = task.outcomes[0].trace[0]
        shows = [Turn("agent", calls=(who,)), Turn("tool", domain.read(who).text), Turn("tool", " ".join(ids))]
        for text, there in ((opening, False), (f"{opening} It is {' '.join(ids)}.", True)):
            found = look_ups(task, domain, [Turn("user", text), *shows])
            assert (reads[0] in found) == there, (task.id, text)
        named += 1
    assert named


def test_nobody_is_looked_up_before_it_is_known_who_asks() -> None:
    """Who has not said who they are is asked first, whatever records they name."""
    for task in alone("tau2:retail", "order")[:6]:
        (request,) = task.requests
        text = " ".join((request.opening, *(slot.text for slot in request.slots)))
        assert "First identify the customer." in notes(task, load(task.domain), [Turn("user", text)])
        assert not look_ups(task, load(task.domain), [Turn("user", text)])


def test_what_is_taken_back_later_is_asked_for_once() -> None:
    """Who names the gift card at first has said how they pay; the write waits until they say what their task has."""
    dealt = 0
    for name, seed in itertools.product(NAMES, range(3, 9)):
        for task in assign(list(firsts(name)), seed):
            for trial in task.behaviour.trials if task.behaviour else ():
                if not isinstance(trial, ChangesMind):
                    continue
                turns = play(task).talk.turns
                index, key = trial.slot.split(":")
                request, domain = task.requests[int(index)], load(name)
                at = next(i for i, turn in enumerate(turns) if turn.role == "user" and trial.mark in turn.text.lower())
                line = next(one for one in notes(task, domain, turns[: at + 1]).splitlines() if request.topic in one)
                assert key.replace("_", " ") not in asked_in(line)
                assert "After the yes" not in line
                dealt += 1
    assert dealt


@pytest.mark.parametrize("name", NAMES)
def test_what_was_refused_stays_so(name: str) -> None:
    """Once the customer was told, nothing asks for telling them again; the reason stands there for one who insists."""
    tasks = denied(name)
    assert tasks
    for task in tasks[:8]:
        domain, outcome = load(name), task.outcomes[0]
        turns = served(task, told(task, *(slot.key for slot in task.requests[0].slots)))
        first = notes(task, domain, turns)
        again = notes(task, domain, [*turns, Turn("agent", f"I am sorry, I cannot do that: {outcome.refusal}.")])
        assert "Say so, name" in first
        assert f"refused, and it stays so: {outcome.refusal}" in again
        assert "Say so" not in again
