"""By which fact a thing is done, what an amount is the amount of, and that a goodbye is answered with one."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.codec import identify
from writ_dspy.conversation import Intent, Turn
from writ_dspy.domains import Dial, load
from writ_dspy.domains.spinning import every
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.propose.accept import settle_draft
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.scripted.agent import Desk
from writ_dspy.simulate.scripted.replies import AGAIN
from writ_dspy.simulate.scripted.style import _within
from writ_dspy.task import Check, Computed, Only, Picked, ReadCall, Said, Task, Where
from writ_dspy.verify import verify

FOUR = r"is in business|was booked within the last 24 hours|was canceled by the airline|has travel insurance, which covers your reason"


def drafted(name: str, recipe: str, dial: Dial) -> Iterator[Task]:
    """Tasks of one recipe, one for each user who has one."""
    domain = load(name)
    one = next(one for one in domain.pack.recipes if one.name == recipe)
    for user in domain.pack.users(domain):
        draft = one.draft(domain, user, dial, random.Random(user))
        if draft is None:
            continue
        try:
            task = identify(settle_draft(draft, "normal", domain))
        except Unresolved:
            continue
        if task.gold:
            yield assign([task], 0)[0]


def accepted(task: Task) -> Played:
    """What the scripts make of it; nothing in it may be found fault with."""
    played = play(task)
    assert [str(finding) for finding in verify(task, played.talk, played.domain).findings] == []
    return played


def test_a_refund_is_counted_once_in_what_is_left() -> None:
    """A profile that is read after a refund holds it already; the balance told is of that card, and what the task owes."""
    late = 0
    for task in islice(drafted("tau2:retail", "pay with a refund", Dial(4, "knows ids")), 3):
        turns = accepted(task).talk.turns
        tools = [call.tool for turn in turns for call in turn.calls]
        late += tools.index("get_user_details") > tools.index("cancel_pending_order")
        told = f"${float(task.told[0]):,.2f}"

        assert any(re.search(rf"balance of your gift card is now {re.escape(told)}", turn.text) for turn in turns)
    assert late


@pytest.mark.parametrize("recipe", ["upgrade, then cancel", "cancel a trip", "cancel a disrupted trip"])
def test_a_cancellation_is_granted_by_one_of_its_four_grounds(recipe: str) -> None:
    """That nothing was flown, or that a flight is late, allows no cancellation."""
    tasks = list(islice(drafted("tau2:airline", recipe, Dial(2 if recipe == "cancel a trip" else 3, "knows ids")), 4))

    assert tasks
    for task in tasks:
        turns = accepted(task).talk.turns
        write = next(at for at, turn in enumerate(turns) if turn.calls and turn.calls[0].tool == "cancel_reservation")
        why = next(turn.text for turn in reversed(turns[:write]) if turn.role == "agent" and "\n" in turn.text)
        lead = why.split("\n")[0]

        assert re.search(FOUR, lead), lead
        assert not re.search(r"leaves only|is delayed|is on time", lead), lead


def test_a_total_of_two_ways_names_both() -> None:
    """What two flights cost together is told of both, and what one costs of that one."""
    domain = load("tau2:airline")
    found = [
        Only((ReadCall("search_direct_flight", tuple((key, Said(value)) for key, value in leg.items()), "options"),), (Where("flight_number", "is", Said(number)),))
        for number, leg in (
            ("HAT137", {"origin": "LAS", "destination": "MCO", "date": "2024-05-19"}),
            ("HAT228", {"origin": "LAX", "destination": "EWR", "date": "2024-05-24"}),
        )
    ]  # fmt: skip
    task = next(drafted("tau2:airline", "cancel a trip", Dial(2, "knows ids")))
    desk, resolver = Desk(task, domain, (), 0), Resolver(domain, domain.read)
    both = Computed("sum", tuple(Picked(one, "price_economy") for one in found))
    resolver.term(both)
    names = desk._weighed(Check(both, "<=", Said(1), "", own=True), resolver)

    assert [name.split()[0] for name in names] == ["HAT137", "HAT228"]


LEAVING = (
    "A pity, but so be it. Taht's it for today.", "Thta covers it, thnaks.", "I see, then it stays as it is. I'm doen here.",
)  # fmt: skip


@pytest.fixture(scope="module")
def denied() -> Played:
    """A talk in which a trip that was booked days ago is not canceled."""
    domain = load("tau2:airline")
    recipe = next(one for one in domain.pack.recipes if one.name == "cancel a trip")
    for user in domain.pack.users(domain):
        draft = recipe.draft(domain, user, Dial(3, "knows ids", refuse=True), random.Random(user))
        if draft is None:
            continue
        task = identify(settle_draft(draft, "no-write", domain))
        if task.outcomes[0].denied and not task.outcomes[0].transfer:
            return play(assign([task], 0)[0])
    raise AssertionError("nobody is denied a cancellation")


@pytest.mark.parametrize(
    ("text", "own", "kind"),
    [(text, True, "close") for text in LEAVING]
    + [
        (text, False, "close")
        for text in ("A pity. That's it for today.", "Okay, that covers it.", "Then we're done here.", "I'll leave it there.")
    ]
    + [(text, False, "hold") for text in ("That was booked only today.", "But that was booked today, nothing else matters to me!")],
)  # fmt: skip
def test_after_a_goodbye_there_is_only_a_goodbye(denied: Played, text: str, own: bool, kind: str) -> None:
    """Who takes leave, however mistyped, hears no refusal again; who claims something still does."""
    turns = denied.talk.turns
    last = next(at for at, turn in enumerate(turns) if turn.intent and turn.intent.kind == "refuse")
    said = Turn("user", text, intent=Intent("say", ("yields", "bye")) if own else None)
    answer = Desk(denied.task, denied.domain, (*turns[: last], replace(turns[last], text=turns[last].text.split(". ")[0] + "."), said), 0).next()  # fmt: skip

    assert answer.intent is not None
    assert answer.intent.kind == kind, answer.text


@pytest.mark.parametrize(("recipe", "final"), [("cancel order", True), ("repay order", True), ("reship order", False)])
def test_final_is_only_what_policy_lets_nobody_take_back(recipe: str, final: bool) -> None:
    """Who asks whether that is final is told so of what cannot be done anew, and of nothing else."""
    domain = load("tau2:retail")
    task = next(drafted("tau2:retail", recipe, Dial(3 if recipe == "repay order" else 2, "knows ids")))
    turns = accepted(task).talk.turns
    put = next(at for at, turn in enumerate(turns) if turn.intent and turn.intent.kind == "propose")
    asked = Turn("user", "And that would be final?", intent=Intent("say", ("query",)))
    answer = Desk(task, domain, (*turns[: put + 1], asked), 0).next().text

    assert answer.startswith(every(*AGAIN["final" if final else "not final"])), answer
    assert not answer.startswith("Yes") or final


def test_nobody_is_glad_of_refusals(denied: Played) -> None:
    """Who was only denied is thanked, and told neither that it is settled nor that it was a help."""
    for seed in range(30):
        turns = (*denied.talk.turns[:-1],)
        close = Desk(denied.task, denied.domain, turns, seed).next()

        assert close.intent is not None
        assert close.intent.kind == "close"
        assert not re.search(r"glad|help|settled|pleasure|welcome", close.text, re.IGNORECASE), close.text


@pytest.mark.parametrize(
    ("text", "keep", "said"),
    [
        ("Isabella can't come, as it turns out.", "isabella", "Isabella can't come"),
        ("Raj has to stay home.", "raj", "Raj has to"),
        ("Nothing has to change.", "isabella", "nothing has"),
        ("Round trip, please.", "round", "round trip"),
        ("Enter Rafael Fischer, born February 5, 1966.", "rafael", "enter Rafael"),
        ("Rafael Fischer comes along.", "rafael", "Rafael Fischer"),
    ],
)
def test_a_name_keeps_its_capital_after_an_opener(text: str, keep: str, said: str) -> None:
    """A first name at the start of a sentence is no word that an opener makes small."""
    assert _within(text, (keep,)).startswith(said)


def test_a_value_that_repeats_the_name_of_its_option_is_right_and_another_wrong() -> None:
    """Brand A is what the record holds of a brand; Brand C in its place is found."""
    for task in drafted("tau2:retail", "return items", Dial(2, "knows ids")):
        played = play(task)
        turns = played.talk.turns
        at = next((at for at, turn in enumerate(turns) if turn.role == "agent" and "Brand A" in turn.text), None)
        if at is None:
            continue
        other = replace(turns[at], text=turns[at].text.replace("Brand A", "Brand C"))
        spoiled = replace(played.talk, turns=(*turns[:at], other, *turns[at + 1 :]))

        assert verify(task, played.talk, played.domain).accepted
        assert not verify(task, spoiled, played.domain).accepted
        return
    raise AssertionError("nobody returns a thing of Brand A")


@pytest.mark.parametrize(
    ("recipe", "fact"),
    [
        ("move to another flight", r"is in (?:business|economy)\b"),
        ("change the cabin", "has not been flown yet"),
        ("swap a passenger", "the number of passengers stays the same"),
        ("add checked bags", "you are only adding bags"),
    ],
)
def test_a_change_is_granted_by_what_its_clause_asks_for(recipe: str, fact: str) -> None:
    """Cabin, passengers and bags of what is changed, each where the clause speaks of it."""
    tasks = [
        one for burden in (2, 3, 4) for one in islice(drafted("tau2:airline", recipe, Dial(burden, "knows ids")), 2)
    ]

    assert tasks
    for task in tasks:
        turns = accepted(task).talk.turns
        leads = [turn.text.split("\n")[0] for turn in turns if turn.intent and turn.intent.kind == "propose"]

        assert re.search(fact, leads[0], re.IGNORECASE), leads[0]
        assert "basic economy" not in leads[0]


def test_nobody_says_a_thing_twice_in_one_sentence(played: list[Played]) -> None:
    """No sentence asks kindly twice or says what an order is by an order, and who flies alone is no "we"."""
    users = [[turn.text for turn in item.talk.turns if turn.role == "user"] for item in played]
    agents = [turn.text for item in played for turn in item.talk.turns if turn.role == "agent"]

    for texts in users:
        for text in texts:
            assert not re.search(r"(?i)\bplease\b[^.?!]*\bplease\b|\bthe (order|one)\b[^.?!]* is the \1\b", text), text
            assert not re.search(r"\bWe(?:'ll|'d) (?:bring|go)\b|\bReplace it by\b", text), text
    for text in agents:
        assert "Do you confirm" not in text
        assert "is immediate" not in text
        swapped = re.search(r"(?:swap|exchange) (?:(?!, the| and the).)*? in order .*these are all the items", text)
        assert not swapped, text
