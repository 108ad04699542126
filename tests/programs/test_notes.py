"""A guided agent's notes: of use at every step, and never ahead of the talk."""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from benchmarks.mutations.talks import written
from tests.propose.proposed import firsts, proposed
from tests.simulate.playing import play
from writ_dspy.conversation import Turn
from writ_dspy.domains import NAMES, Dial, load
from writ_dspy.evidence.resolve import resolve
from writ_dspy.evidence.values import leaves
from writ_dspy.programs.notes import NOTHING, brought_up, notes
from writ_dspy.programs.talk import shown
from writ_dspy.simulate.behaviour import assign
from writ_dspy.task import Call, Check, Goal, Only, Picked, ReadCall, Request, Said, Slot, Task

TALKS = (*NAMES, "by a person")


@cache
def talks(which: str) -> list[tuple[Task, tuple[Turn, ...]]]:
    if which == "by a person":
        return [(talk.task, talk.turns) for talk in written()]
    return [(task, play(task).talk.turns) for task in assign(list(firsts(which)[::3]), 3)]


@pytest.mark.parametrize("which", TALKS)
def test_a_note_holds_nothing_that_was_not_said_or_read(which: str) -> None:
    """No id, number or date stands in it before the customer has said it or a tool has shown it; a write may be worked out."""
    for task, turns in talks(which):
        domain = load(task.domain)
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            heard = "\n".join(turn.text for turn in turns[:index] if turn.role != "agent").lower()
            for line in notes(task, domain, turns[:index]).splitlines():
                if "After the yes" in line or "it cannot be done" in line:
                    continue
                values = re.findall(r'"([^"]*\d[^"]*)"', line.partition("{")[2])
                assert all(value.lower() in heard or domain.pack.mentions(value, heard) for value in values), line


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
                assert not re.search(r"take from the customer .*\b(?:budget|condition|fallback)\b", line)


@pytest.mark.parametrize("which", TALKS)
def test_the_notes_hold_each_step_when_it_is_due(which: str) -> None:
    """Every right write, and every read that settles it, stands in the notes of the step at which it was made.

    Of a request in a person's own words some may not be recognized: then there is no note, and never a wrong one.
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
                there = shown(call) in notes(task, domain, turns[:index])
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
    """At first there is none; a read stands in the notes once, and no longer than until it is made."""
    most = 0
    for task, turns in talks(name):
        domain = load(task.domain)
        assert notes(task, domain, [Turn("user", "Hello, can you help me?")]) == NOTHING
        for index in (place for place, turn in enumerate(turns) if turn.role == "agent"):
            text = notes(task, domain, turns[:index])
            reads = [line.partition(". ")[2] for line in text.splitlines() if ". Then read " in line]
            made = {f"Then read {shown(call)}." for turn in turns[:index] for call in turn.calls}
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


@pytest.mark.parametrize("name", NAMES)
def test_what_is_denied_anyway_needs_nothing_but_its_record(name: str) -> None:
    """Who is to be taken off a booking does not matter where nobody can be: the notes ask for no more than what is looked up by."""
    domain, spared = load(name), 0
    for recipe in domain.pack.denials:
        for user in domain.pack.users(domain)[::60]:
            draft = recipe.draft(domain, user, Dial(2, "knows ids"), random.Random(user))
            if draft is None or not draft.decisions[0].bare:
                continue
            goal = Goal(draft.decisions, draft.tells)
            outcomes, _ = resolve(goal, domain)
            (request,) = draft.requests
            own: dict[str, Any] = {
                "goal": goal,
                "requests": draft.requests,
                "identity": draft.identity,
                "outcomes": outcomes,
            }
            task = dataclasses.replace(proposed(name)[0], behaviour=None, **own)
            details = " ".join(slot.text for slot in request.slots)
            text = notes(task, domain, [Turn("user", f"{request.opening} {details}")])
            (line,) = (one for one in text.splitlines() if f"About {request.topic}: " in one)
            asked = list(filter(None, line.partition("take from the customer ")[2].rstrip(".").split(", ")))
            used = {str(leaf) for call in outcomes[0].trace for leaf in leaves(call.args)}
            texts = {slot.key.replace("_", " "): slot.text.lower() for slot in request.slots}
            assert all(any(domain.pack.mentions(value, texts[key]) for value in used) for key in asked)
            spared += len(asked) < len(texts)
    assert spared


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
    text = f"{request.opening} {' '.join(slot.text for slot in request.slots)} I saw {product}."
    for said, waits in ((text, True), (f"{text} Only if at most 777 are left.", False)):
        lines = notes(limited, domain, [Turn("user", said)])
        assert f"About {request.topic}: " in lines
        assert (f"Then read {shown(read)}." not in lines) == waits


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
