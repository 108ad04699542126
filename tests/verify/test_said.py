"""What a decision rests on was said by the user first: a detail cut out is missed, and other words for it are heard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.simulate.playing import Played
from tests.verify.test_played import played as by_hand
from writ_dspy.conversation import Conversation, Turn
from writ_dspy.domains import load
from writ_dspy.domains.sayings import extreme, states
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.manner.words import respelled
from writ_dspy.task import Slot
from writ_dspy.trial import ChangesMind, Insists, LeavesSubject
from writ_dspy.verify.bare import as_answer
from writ_dspy.verify.case import Case
from writ_dspy.verify.needs import Need, _asked, _for, _of_its_kind, _searching, _so, _test, needs
from writ_dspy.verify.said import (
    _SHARED,
    Sentence,
    _ahead_of_the_wish,
    _alike,
    _answered,
    _brings_up,
    _ends,
    _left_by_what_there_is,
    _may_rank,
    _names_another,
    _orders_for,
    _other_case,
    _says_another,
    _seats,
    _turned_around,
    said_before_used,
)

_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


def words(text: str) -> set[str]:
    return set(re.findall(r"[\w#'$@]+", text.lower()))


def alike(sentence: str, other: str) -> float:
    mine, theirs = words(sentence), words(other)
    return len(mine & theirs) / max(1, len(mine | theirs))


def reworded(item: Played, index: int, slot: Slot, instead: str) -> Conversation | None:
    """The talk with other words for a detail (none, if they are empty), where the detail has sentences of its own."""
    rest = [
        other for i, request in enumerate(item.task.requests) for other in request.slots if (i, other) != (index, slot)
    ]
    own, others = _SENTENCE.split(slot.text), [part for other in rest for part in _SENTENCE.split(other.text)]
    turns, found = list(item.talk.turns), False
    for place, turn in enumerate(turns):
        if turn.intent is None or f"{index}:{slot.key}" not in turn.intent.about:
            continue
        kept: list[str] = []
        for sentence in _SENTENCE.split(turn.text):
            mine = max(alike(sentence, part) for part in own)
            if mine < 0.35 or mine <= max((alike(sentence, part) for part in others), default=0):
                kept.append(sentence)
            elif not found:
                kept.append(instead)
                found = True
        turns[place] = replace(turn, text=" ".join(part for part in kept if part) or "Let me see.")
    return replace(item.talk, turns=tuple(turns)) if found else None


def details(played: list[Played]) -> Iterator[tuple[Played, int, Slot]]:
    for item in played:
        for index, request in enumerate(item.task.requests):
            for slot in request.slots:
                yield item, index, slot


def missed(item: Played, talk: Conversation) -> str:
    return "; ".join(finding.saw for finding in said_before_used(Case(item.task, talk, item.domain)))


def _owes_less(item: Played) -> bool:
    """Whether a first choice failed, whose details are used no more, or the user on trial says some things twice."""
    trials = item.task.behaviour.trials if item.task.behaviour else ()
    tried = any(isinstance(trial, Insists | LeavesSubject) for trial in trials)
    return tried or any(outcome.attempt for outcome in item.task.decided)


def _needs_no_word(item: Played, slot: Slot) -> bool:
    """Whether it is the only means of payment that is stored, to which the user need only agree."""
    stored = re.findall(
        r'"payment_methods": (\{.*?\}\})', "\n".join(turn.text for turn in item.talk.turns if turn.role == "tool")
    )
    return slot.key in ("payment", "refund") and any(one.count('"source"') == 1 for one in stored)


def test_a_detail_that_was_never_said_is_missed_by_name(played: list[Played]) -> None:
    """Where details come in pieces, a talk without one of them is rejected; items that the wish for a version names are not gone."""
    cut = [
        (item, slot, talk)
        for item, index, slot in details(played)
        if item.task.behaviour and item.task.behaviour["disclosure"] != "all at once" and slot.key not in ("items", "fallback")
        and (talk := reworded(item, index, slot, "")) is not None
    ]  # fmt: skip
    owed = ((item, slot, talk) for item, slot, talk in cut if not (_owes_less(item) or _needs_no_word(item, slot)))
    through = [(item.task.id, slot.text) for item, slot, talk in owed if not missed(item, talk)]

    assert len(cut) > 100
    assert len(through) <= -(-len(cut) // 50), through


WORDINGS: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("tau2:airline", "trip", "one"): ("Single, no return.", "One-way, I won't be coming back.", "just one way pls"),
    ("tau2:airline", "trip", "round"): ("A return ticket.", "Roundtrip.", "I'd fly there and back.", "Both ways, please."),
    ("tau2:airline", "cabin", "basic economy"): ("basic economy", "Basic-economy seats are fine.", "The Basic Economy cabin!"),
    ("tau2:airline", "cabin", "in business"): ("Business class.", "business for all of us", "I'd sit in Business."),
    ("tau2:airline", "insurance", "[Nn]o |out|pass|Skip|don't"): (
        "I don't want insurance.", "no insurance, thanks", "Leave the insurance off, I'd rather not have insurance.", "Insurance: no.",
    ),
    ("tau2:airline", "insurance", "Yes|include|With(?!out)|with(?!out)|do want|too"): (
        "Insurance, please.", "I'd like it insured, so add insurance.", "Yes to the travel insurance!", "With trip protection.",
    ),
    ("tau2:airline", "reason", "flu|leg|doctor|ill |surgery|infection|hospital"): ("I caught a virus.", "My arm is in a cast, I broke my wrist.", "I'm sick"),
    ("tau2:airline", "reason", "storm|hurricane|blizzard"): ("There's heavy snow.", "A tropical storm is coming.", "Because of the floods."),
    ("tau2:airline", "reason", "meeting|plans|work|drive|wedding|feel|conference|boss|hosts|money"): (
        "My plans changed.", "The wedding got postponed.", "It's a change of plans.", "I can't travel that week.", "We'll take the train instead.",
    ),
    ("tau2:airline", "part", "way there"): ("Just the outbound flight.", "Only the flight out."),
    ("tau2:airline", "part", "way back"): ("Only the return flight.", "the flight home", "The return leg, please."),
    ("tau2:airline", "part", "[Aa]ll of it"): ("The whole trip.", "Both flights have to change.", "The entire journey moves."),
    ("tau2:airline", "passengers", "just me|only passenger|[Oo]nly me|Nobody but|myself"): ("Only me.", "I'm traveling alone.", "One passenger.", "Just myself!"),
    ("tau2:airline", "bags", "no checked"): ("No bags.", "Zero checked bags.", "We won't check any bags."),
    ("tau2:airline", "wish", ""): ("I want some compensation.", "How will you make up for it?", "I deserve a voucher.", "I'd like to be compensated."),
    ("tau2:airline", "choice", "heapest|least expensive|lowest|costs the least|best price"): (
        "The cheapest flight, nonstop or with one stop.", "Whatever is least expensive. Nonstop or with one stop.",
    ),
    ("tau2:retail", "reason", "mistake|accident"): ("Ordered by accident.", "It was a mistake.", "I never meant to order it."),
    ("tau2:retail", "reason", "need"): ("I don't need it anymore.", "No longer needed.", "I don't want it any more.", "We've no use for it."),
    ("tau2:retail", "payment", "PayPal"): ("paypal", "With my PayPal.", "Pay Pal, please."),
    ("tau2:retail", "payment", "credit card"): ("My credit card.", "Charge my Visa.", "on the card"),
    ("tau2:retail", "payment", "original"): ("The card I paid with.", "Same method as before.", "The original one."),
    ("tau2:retail", "refund", "gift card"): ("gift card", "Onto my giftcard.", "The gift card, please!"),
    ("tau2:retail", "refund", "original"): ("To whatever I paid with.", "Same card.", "Back to the original method."),
    ("tau2:retail", "items", r"\A(?!.*\bexcept\b).*(?:[Ee]verything|whole order)"): ("The whole order.", "Everything in it.", "All of the items."),
    ("tau2:retail", "question", "refund"): ("How much money will I get back?", "Tell me the refund.", "What's the refund?"),
}  # fmt: skip
"""Domain, detail, what its sentence shows -> other ways to say it."""


@pytest.mark.parametrize(
    ("key", "wordings"), WORDINGS.items(), ids=lambda value: "-".join(value[:3])[:40] if len(value) == 3 else ""
)
def test_other_words_for_a_detail_are_heard(
    key: tuple[str, str, str],
    wordings: tuple[str, ...],
    every_detail: dict[tuple[str, str], list[tuple[str, list[Need]]]],
) -> None:
    """What a detail means is recognized in words that no script writes."""
    domain, slot, shown = key
    meant = [owed for text, owed in every_detail.get((domain, slot), ()) if re.search(shown, text) and owed]
    if not meant:
        pytest.skip("no task of this sample has such a detail")
    unheard = [
        (text, need.what)
        for text in wordings
        for owed in meant[:6]
        for need in owed
        if ":" not in need.what and not said(need, text)
    ]

    assert unheard == []


def said(need: Need, text: str) -> bool:
    lower = text.lower()
    return (
        need.said_in(lower)
        or any(need.said_in(part) for part in _SENTENCE.split(lower))
        or (need.bare is not None and need.bare(lower))
    )


@pytest.fixture(scope="module")
def every_detail(played: list[Played]) -> dict[tuple[str, str], list[tuple[str, list[Need]]]]:
    found: dict[tuple[str, str], list[tuple[str, list[Need]]]] = {}
    for item in played:
        for request, owed in zip(item.task.requests, needs(item.task, item.domain), strict=True):
            for slot in request.slots:
                own = [need for need in owed if need.slot == slot.key]
                found.setdefault((item.task.domain, slot.key), []).append((slot.text, own))
    return found


def test_a_detail_is_heard_without_its_articles(
    every_detail: dict[tuple[str, str], list[tuple[str, list[Need]]]],
) -> None:
    """Not everybody speaks with articles; what has a value is recognized all the same."""
    unheard = [
        (text, need.what)
        for known in every_detail.values()
        for text, owed in known
        for need in owed
        if need.same[0] != "words" and said(need, text) and not said(need, re.sub(r"\b(?:the|a|an) ", "", text))
    ]

    assert unheard == []


def test_who_asks_for_a_moment_has_not_answered() -> None:
    """A moment that somebody asks for is no answer yet; a no behind it is one."""
    need = Need("insurance", "", ("value", "no"), lambda _said: False, bare=lambda said: said.startswith("no"))
    case = Case(*next(iter(by_hand().values())), load("tau2:airline"))

    def answers(text: str) -> bool:
        return _answered(case, need, Sentence(1, text, "would you like travel insurance?", first=True))

    assert not answers("one moment.")
    assert not answers("hold on, please.")
    assert answers("no thanks.")
    assert answers("one moment, no thanks.")


@pytest.mark.parametrize(
    ("text", "heard_so"),
    [
        ("It is one that desk lamp is in.", True),
        ("I mean the one my desk lamp came in.", True),
        ("The desk lamp belongs to it.", True),
        ("I'd like one more desk lamp if it is in stock.", False),
        ("The desk lamp should be black.", False),
    ],
)
def test_an_order_is_named_by_what_is_in_it(text: str, heard_so: bool) -> None:
    """A sentence names the order by an item where it says that the item is in it, not wherever the item comes up."""
    cue = re.compile(load("tau2:retail").pack.sayings.cues["order"])

    assert bool(cue.search(text.lower())) is heard_so


def asked_instead(item: Played, index: int, slot: Slot, question: str, answer: str) -> Conversation | None:
    """The talk in which the user leaves a detail out, and the agent asks about it before it proposes."""
    cut = reworded(item, index, slot, "")
    if cut is None:
        return None
    turns = list(cut.turns)
    first = next(
        (i for i, turn in enumerate(turns) if turn.role == "agent" and "proposal" in heard(turn.text).kinds), None
    )
    return (
        replace(cut, turns=(*turns[:first], Turn("agent", question), Turn("user", answer), *turns[first:]))
        if first
        else None
    )


@pytest.mark.parametrize(
    ("answer", "heard_so"),
    [
        ("They need me at the bakery that week.", True), ("My nephew's getting christened that day.", True), ("Just tell me if I should put it another way.", False),
        ("By the way, my brother told me to write to you.", False), ("Let me see.", False), ("I hope I spelled that right, as my glasses are broken.", False),
        ("My glasses are broken, so I can't read the signs there.", True), ("The taxi is outside, so let's do this quickly.", False), ("Why do you ask?", False),
    ],
)  # fmt: skip
def test_what_answers_the_question_why_is_a_reason(answer: str, heard_so: bool, played: list[Played]) -> None:
    """Why somebody cancels can be said in any words; talk about the talk, small talk and questions give no reason."""
    talks = [
        (item, talk)
        for item, index, slot in details(played)
        if slot.key == "reason" and item.task.domain == "tau2:airline" and len(item.task.requests) == 1
        if (talk := asked_instead(item, index, slot, "What is the reason for it?", answer)) is not None
        and "travel, so" not in item.talk.turns[0].text  # there the opening has said why already
    ]

    assert talks
    assert all(("reason" not in missed(item, talk)) == heard_so for item, talk in talks)


@pytest.mark.parametrize(
    ("answer", "heard_so"),
    [("Yes, that's right.", True), ("Yes.", True), ("Let me think.", False), ("No, not that.", False)],
)
def test_what_the_agent_asked_and_the_user_agreed_to_was_said(
    answer: str, heard_so: bool, played: list[Played]
) -> None:
    """A yes to the question "economy?" says economy; an answer that agrees to nothing does not."""
    cabins = {"basic economy": "basic economy", "in business": "business", "economy": "economy"}
    talks = [
        (item, talk)
        for item, index, slot in details(played)
        if slot.key == "cabin" and item.talk.turns[-1].text and len(item.task.requests) == 1
        for cabin in [next(name for shown, name in cabins.items() if shown in slot.text or name in slot.text)]
        if (talk := asked_instead(item, index, slot, f"Would the cabin be {cabin}?", answer)) is not None
    ]  # fmt: skip

    assert talks
    assert all(bool("cabin" not in missed(item, talk)) == heard_so for item, talk in talks)


@pytest.mark.parametrize(
    ("key", "question", "answer", "heard_so"),
    [
        ("payment", "And which gift card?", "The one with the most on it.", True), ("payment", "And which gift card?", "Let me see.", False),
        ("payment", "And how will you pay?", "The one with the most on it.", False), ("payment", "And which gift card?", "The Visa.", False),
        ("items", "Which items is it about?", "The doohickey.", True), ("items", "Which items is it about?", "The garden hose.", False),
        ("items", "Which items is it about?", "Sorry, the phone rang.", False), ("items", "Which items is it about?", "Hm lemme see.", False), ("items", "May I ask your name?", "The doohickey.", False),
    ],
)  # fmt: skip
def test_an_answer_is_read_with_its_question(
    key: str, question: str, answer: str, heard_so: bool, played: list[Played]
) -> None:
    """What the question names is said by who chooses from it; a thing by a name that nobody here knows may be the one, a known other one is not."""
    talks = [
        (item, talk)
        for item, index, slot in details(played)
        if slot.key == key and item.task.domain == "tau2:retail" and not index
        if (key != "payment" or "gift card" in slot.text) and "hose" not in slot.text
        if _needs_no_word(item, slot) or f"{key} (" in missed(item, reworded(item, index, slot, "") or item.talk)
        if key != "payment" or f"{key} (" in missed(item, asked_instead(item, index, slot, question, "Let me see.") or item.talk)  # else it is the only one on file, and a yes to the list will do
        if (talk := asked_instead(item, index, slot, question, answer)) is not None
    ]  # fmt: skip

    assert talks
    assert [text for item, talk in talks if (f"{key} (" in (text := missed(item, talk))) == heard_so] == []


@pytest.mark.parametrize(
    ("answer", "heard_so"),
    [
        ("Hold on. Easy.", False), ("Meter's running.", False),  ("Cattle class, as ever.", True), ("Somewhere at the back.", True), ("Wherever my knees fit.", True), ("Hold on, something else first.", False), ("Let me see.", False),
        ("First class.", False), ("On May 20.", False), ("To Boston.", False), ("No idea.", False), ("Why do you ask?", False),
    ],
)  # fmt: skip
def test_what_answers_one_question_in_words_that_are_not_read_is_counted(
    answer: str, heard_so: bool, played: list[Played]
) -> None:
    """It may be the detail, and is no finding; another value, a way out and a question are none."""
    talks = [
        (item, talk)
        for item, index, slot in details(played)
        if slot.key == "cabin" and item.task.domain == "tau2:airline" and not index
        if not any(isinstance(trial, ChangesMind) for trial in item.task.behaviour.trials)  # who says it twice
        if "cabin (" in missed(item, reworded(item, index, slot, "") or item.talk)
        if (talk := asked_instead(item, index, slot, "And which cabin, please?", answer)) is not None
    ]
    cases = [Case(item.task, talk, item.domain) for item, talk in talks]
    left = [any("cabin (" in finding.saw for finding in said_before_used(case)) for case in cases]

    assert talks
    assert [case.unjudged["said_before_used"] > 0 for case in cases] == [heard_so] * len(cases)
    assert left == [not heard_so] * len(cases)


def test_an_answer_that_names_another_value_is_not_unread(played: list[Played]) -> None:
    """Whoever is asked for the cabin and names another one has said no other word for its own."""
    cabins = ("basic economy", "business", "economy")
    talks = [
        (item, talk)
        for item, index, slot in details(played)
        if slot.key == "cabin" and item.task.domain == "tau2:airline" and not index
        if "cabin (" in missed(item, reworded(item, index, slot, "") or item.talk)
        for own in [next(name for name in cabins if name in slot.text.lower() or (name == "economy"))]
        for other in ["business" if own != "business" else "basic economy"]
        if (talk := asked_instead(item, index, slot, "And which cabin, please?", f"{other.capitalize()}, if you have it. The zorgle wouldn't notice.")) is not None
    ]  # fmt: skip

    assert talks
    assert sum("cabin (" not in missed(item, talk) for item, talk in talks) <= len(talks) // 4


@pytest.mark.parametrize(
    ("slips", "heard_so"),
    [
        (str, True), (lambda word: word[:2] + word[3] + word[2] + word[4:], True), (lambda word: word[:3] + word[4:], True),
        (lambda word: word[:1] + word[3] + word[1] + word[2] + word[5:], False),
    ],
)  # fmt: skip
def test_a_detail_is_heard_with_a_slip_of_the_keyboard(slips: Callable[[str], str], heard_so: bool) -> None:
    """One slip leaves the word that was meant; a word that could be anything says nothing."""
    said = f"the whole order was a {slips('mistake')} on my part"
    reasons = load("tau2:retail").pack.sayings.forms["ordered by mistake"]

    assert bool(re.search(reasons, respelled(said, frozenset()))) is heard_so


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("basic econ", "basic economy"), ("my bussines trip", "my business trip"), ("betwen may 25 and may 30", "between may 25 and may 30"), ("the certifcate", "the certificate"),
        ("raj_patel_12 and hatheat@x.com", "raj_patel_12 and hatheat@x.com"), ("the zorgle one", "the zorgle one"), ("economy", "economy"),
    ],
)  # fmt: skip
def test_a_word_that_is_none_is_one_of_the_talk_or_a_usual_one(typed: str, meant: str) -> None:
    """A beginning stands for its word; ids and words that are near to nothing stay as they are."""
    assert respelled(typed, frozenset(("economy", "business", "certificate", "basic"))) == meant


def test_what_was_put_right_after_a_first_list_counts_for_the_last_one(played: list[Played]) -> None:
    """A method that the user names only once it has seen a list is said before the write if the agent lists anew, and not if it does not."""
    item, index, slot = next(
        (item, index, slot) for item, index, slot in details(played)
        if slot.key in ("payment", "refund") and len(item.task.requests) == 1 and "gift card" in slot.text and item.task.gold
        and not _needs_no_word(item, slot) and reworded(item, index, slot, "") is not None and not _owes_less(item)
    )  # fmt: skip
    cut = reworded(item, index, slot, "")
    assert cut is not None
    turns = list(cut.turns)
    write = next(
        i for i, turn in enumerate(turns) if any(item.domain.kinds[call.tool] == "write" for call in turn.calls)
    )
    put = max(i for i in range(write) if turns[i].role == "agent" and turns[i].text)
    yes, first = turns[put + 1], turns[put]
    change = Turn("user", f"Hmm wait, changed my mind on that. {slot.text}")
    again = replace(first, text=f"That's allowed too. {first.text}")
    anew = replace(cut, turns=(*turns[: put + 1], change, again, yes, *turns[put + 2 :]))
    late = replace(cut, turns=(*turns[: put + 1], yes, *turns[put + 2 :]))

    assert not missed(item, anew)
    assert missed(item, late)


SAID_OR_NOT: tuple[tuple[str, str, str | float, str, bool], ...] = (
    ("tau2:airline", "trip", "one_way", "1 way, LGA to Charlotte.", True),
    ("tau2:airline", "trip", "one_way", "I only need the way there.", True),
    ("tau2:airline", "trip", "one_way", "From Boston to Miami, and not back.", True),
    ("tau2:airline", "trip", "one_way", "She won't be flying back.", True),
    ("tau2:airline", "trip", "one_way", "Only the way there should be changed.", False),
    ("tau2:airline", "trip", "one_way", "I don't want my money back.", False),
    ("tau2:airline", "trip", "round_trip", "From Boston to Miami and back again.", True),
    ("tau2:airline", "trip", "round_trip", "We come home on the 29th.", True),
    ("tau2:airline", "trip", "round_trip", "Out May 18, back May 29.", True),
    ("tau2:airline", "trip", "round_trip", "To Miami, and get back to me soon.", False),
    ("tau2:airline", "trip", "round_trip", "To Miami but not back.", False),
    ("tau2:airline", "trip", "round_trip", "To Miami; my aunt drives me back on the 29th.", False),
    ("tau2:retail", "reason", "no longer needed", "I've got no more need of that.", True),
    ("tau2:retail", "reason", "no longer needed", "I can do without it now.", True),
    ("tau2:retail", "reason", "no longer needed", "I need more of them.", False),
    ("tau2:retail", "order", "pending", "The one that hasn't gone out yet.", True),
    ("tau2:retail", "order", "pending", "The one you haven't dispatched.", True),
    ("tau2:retail", "order", "pending", "The one that has gone out.", False),
    ("tau2:retail", "order", "delivered", "The one that already came.", True),
    ("tau2:retail", "order", "delivered", "It came broken.", True),
    ("tau2:retail", "order", "delivered", "The order that came to $500.", False),
    ("tau2:retail", "order", "delivered", "I come from Ohio.", False),
    ("tau2:retail", "fallback", "HEPA filter", "Last try: like mine, but HEPA.", True),
    ("tau2:retail", "fallback", "HEPA filter", "With a filter.", False),
    ("tau2:airline", "flight", "16:00:00", "I have to travel on May 16.", False),
    ("tau2:airline", "flight", "16:00:00", "The one at 4 PM, please.", True),
    ("tau2:airline", "flight", "16:00:00", "I'd take the 16:00 one.", True),
    ("tau2:airline", "flight", "18:00:00", "Gone before six in the evening.", True),
    ("tau2:airline", "flight", "18:00:00", "The one before 6 in the morning.", False),
    ("tau2:airline", "flight", "18:00:00", "Before six pm.", True),
    ("tau2:airline", "flight", "18:00:00", "There are six of us.", False),
    ("tau2:airline", "route", "LAX", "From LA to Boston.", True),
    ("tau2:airline", "route", "LAX", "From La Guardia to Boston.", False),
    ("tau2:airline", "route", "PHL", "I live in Philly.", True),
    ("tau2:airline", "cabin", "basic_economy", "Basic is fine.", True),
    ("tau2:airline", "cabin", "basic_economy", "Just a basic question.", False),
    ("tau2:airline", "insurance", "yes", "No checked bags, nope, but insurance, yeah.", True),
    ("tau2:airline", "insurance", "no", "No checked bags, nope, but insurance, yeah.", False),
    ("tau2:airline", "insurance", "yes", "Bags yes, but insurance no.", False),
    ("tau2:airline", "insurance", "no", "Bags yes, but insurance, nope.", True),
    ("tau2:airline", "insurance", "yes", "No bags, insurance yes.", True),
    ("tau2:airline", "insurance", "no", "No bags, insurance yes.", False),
    ("tau2:airline", "insurance", "yes", "Without insurance, please.", False),
    ("tau2:airline", "insurance", "yes", "One bag, and travel insurance, please.", True),
    ("tau2:airline", "insurance", "no", "Neither bags nor insurance.", True),
    ("tau2:airline", "insurance", "no", "No layovers, please.", False),
    ("tau2:airline", "insurance", "yes", "Yes, economy.", False),
    ("tau2:airline", "insurance", "no", "No checked bags, insurance too.", False),
    ("tau2:airline", "insurance", "yes", "No checked bags, insurance too.", True),
    ("tau2:airline", "insurance", "no", "No bags, insurance or extras.", True),
    ("tau2:airline", "insurance", "no", "No bags, with travel insurance.", False),
    ("tau2:airline", "insurance", "yes", "I don't want insurance.", False),
    ("tau2:airline", "insurance", "yes", "With insurance, no bags.", True),
    ("tau2:airline", "insurance", "no", "With insurance, no bags.", False),
    ("tau2:airline", "insurance", "yes", "Two bags and insurance.", True),
    ("tau2:airline", "insurance", "yes", "I'd rather be insured.", True),
    ("tau2:airline", "insurance", "no", "Insurance yes, bags no.", False),
    ("tau2:airline", "dates", "2024-05-25", "25/5 to 27/5", True),
    ("tau2:airline", "dates", "2024-05-27", "25/5 to 27/5", True),
    ("tau2:airline", "dates", "2024-05-25", "26/5 to 27/5", False),
    ("tau2:airline", "dates", "2024-07-24", "I need you 24/7.", False),
    ("tau2:airline", "dates", "2024-05-23", "In 8 days.", True),
    ("tau2:airline", "dates", "2024-05-23", "In 9 days.", False),
    ("tau2:retail", "address", "USA", "546 Canal Street, Philadelphia PA 19036", True),
    ("tau2:retail", "address", "USA", "It is order 1224.", False),
    ("tau2:retail", "reason", "ordered by mistake", "Wrong version, I messed up.", True),
    ("tau2:retail", "budget", 50.0, "The dumbbells in the 30-50 lbs range.", False),
    ("tau2:retail", "budget", 50.0, "A 50-piece puzzle would do.", False),
    ("tau2:retail", "budget", 50.0, "It may cost $50 more at most.", True),
    ("tau2:retail", "budget", 50.0, "Not more than 50 on top.", True),
    ("tau2:retail", "version", "Brand A", "The same one for a medium skin tone and from Brand C.", False),
    ("tau2:retail", "version", "Brand A", "A brand C one, or a cheaper brand.", False),
    ("tau2:retail", "version", "Brand A", "The same one for a dark skin tone and from Brand A, please.", True),
    ("tau2:retail", "version", "Brand A", "Brand C or A.", True),
    ("tau2:retail", "version", "Brand A", "Brand: A, please.", True),
    ("tau2:retail", "version", "Brand C", "A kit of brand A or C.", True),
)
"""Domain, detail, value, a sentence, and whether it says the value."""


@pytest.mark.parametrize(("domain", "slot", "value", "text", "stated"), SAID_OR_NOT)
def test_a_number_is_said_in_its_own_unit(domain: str, slot: str, value: str | float, text: str, stated: bool) -> None:
    """A day is no time of day, and a weight is no amount of money."""
    pack = load(domain).pack

    assert states(value, text.lower(), pack.mentions, pack.sayings) is stated, slot


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("One.", True), ("Just one, please.", True), ("That's one checked bag, then.", True), ("One piece.", True),
        ("Three to check, I'm a terrible packer.", False), ("One between the two of us.", True), ("We are both of one mind.", False), ("There is one thing I forgot.", False), ("My one colleague is away.", False),
        ("One in total, thanks.", True), ("Just one in all.", True), ("One for each of us.", True), ("One with a layover.", False), ("One in business.", False), ("A couple.", False), ("I want one that leaves early.", False), ("Give me one with a short layover.", False), ("One, for a fare of $300 at most.", False), ("Only one of my bags.", True),
    ],
)  # fmt: skip
def test_a_bare_number_counts_what_was_asked_for(text: str, stated: bool) -> None:
    """How many bags is not answered by a number of something else."""
    bare = as_answer(1, load("tau2:airline").pack.sayings.counted["bags"])

    assert bare is not None
    assert bare(text.lower()) is stated


@pytest.mark.parametrize(
    ("domain", "slot", "text", "stated"),
    [
        ("tau2:retail", "refund", "It is the delivered order that was charged to a gift card.", False),
        ("tau2:retail", "refund", "I mean the order which was paid with my credit card.", False),
        ("tau2:retail", "refund", "Back onto the card I paid with.", True),
        ("tau2:retail", "refund", "However it was paid.", True),
        ("tau2:retail", "refund", "Same place the money came from, please.", True),
        ("tau2:retail", "payment", "Same as when I bought it.", True),
        ("tau2:retail", "payment", "Like I paid before.", True),
        ("tau2:retail", "payment", "Payment as the order.", True),
        ("tau2:retail", "refund", "Refund each to the method that order was payed with.", True),
        ("tau2:retail", "payment", "As I said, the order is late.", False),
        ("tau2:retail", "payment", "I like the same colors as my sister.", False),
        ("tau2:airline", "scope", "If you put all my trips together, how many seats is that?", True),
        ("tau2:airline", "scope", "Add up the seats of every trip of mine.", True),
        ("tau2:airline", "scope", "How many trips do I have?", False),
        ("tau2:airline", "reason", "Something's come up.", True),
        ("tau2:airline", "reason", "I won't be making the trip.", True),
        ("tau2:airline", "reason", "I will make the trip.", False),
        ("tau2:retail", "question", "What sum can I expect?", True),
        ("tau2:retail", "question", "How much are you going to pay me?", True),
        ("tau2:retail", "question", "How much would that be for me?", True),
        ("tau2:retail", "question", "And what's the amount you'll send me?", True),
        ("tau2:retail", "question", "Is there much for me to do?", False),
        ("tau2:retail", "question", "And what do I save, all in all?", True),
        ("tau2:retail", "question", "When can I expect it?", False),
        ("tau2:retail", "question", "Save your breath.", False),
        ("tau2:airline", "part", "All should move.", True),
        ("tau2:airline", "part", "The whole of IER616 needs other flights.", True),
        ("tau2:airline", "part", "Other flights from start to finish.", True),
        ("tau2:airline", "part", "Every leg of it needs another flight.", True),
        ("tau2:airline", "part", "I need other flights.", False),
        ("tau2:airline", "passengers", "I'm on my own.", True),
        ("tau2:airline", "passengers", "Nobody's coming with me.", True),
        ("tau2:airline", "passengers", "I'll carry it on my own.", False),
        ("tau2:airline", "passengers", "My sister is flying on her own.", False),
        ("tau2:retail", "items", "With all that's in it.", True),
        ("tau2:retail", "items", "Whatever is in them goes back.", True),
        ("tau2:retail", "items", "All of its contents.", True),
        ("tau2:retail", "items", "What is in it?", False),
        ("tau2:retail", "items", "Whatever's in it that is blue.", False),
        ("tau2:airline", "part", "That should be all for now.", False),
        ("tau2:airline", "passengers", "Just little old me.", True),
        ("tau2:airline", "passengers", "Just tell me how.", False),
        ("tau2:retail", "version", "A colleague went through the very same procedure.", False),
        ("tau2:retail", "version", "The same version as in the exchange.", True),
        ("tau2:retail", "address", "That is the one with the order number #W1111111.", False),
        ("tau2:retail", "address", "The one on the other order.", True),
        ("tau2:retail", "version", "I'd like to exchange it.", False),
        ("tau2:airline", "reservation", "Three bags on each of them, please.", False),
        ("tau2:airline", "reservation", "Three bags on each trip, please.", True),
        ("tau2:airline", "passengers", "Last time I was sent from one person to the next.", False),
        ("tau2:airline", "passengers", "A seat for one person.", True),
        ("tau2:airline", "passengers", "Party of one.", True),
        ("tau2:airline", "passengers", "Party of two.", False),
        ("tau2:airline", "scope", "What does the whole booking come to?", True),
        ("tau2:airline", "scope", "When do I come to Boston?", False),
        ("tau2:airline", "reason", "Hurry up, my meeting starts soon.", False),
        ("tau2:airline", "reason", "My meeting was moved.", True),
        ("tau2:airline", "reason", "I have a meeting that day.", True),
    ],
)
def test_what_only_sounds_like_a_detail_says_none(domain: str, slot: str, text: str, stated: bool) -> None:
    """How an order is known is not where its refund goes; a hurry is no reason to cancel."""
    ideas = load(domain).pack.sayings.ideas[slot]

    assert any(re.search(pattern, text.lower()) for pattern in ideas) is stated


@pytest.mark.parametrize(
    ("value", "key", "attribute", "text", "stated"),
    [
        (2, "bags", "", "A couple of bags.", True), (1, "bags", "", "A couple of bags.", False), (1, "bags", "", "A bag.", True), (2, "bags", "", "A pair of suitcases.", True), (1, "bags", "", "Economy, the one traveling is Aisha, two checked bags.", False), (2, "bags", "", "The one traveling is Aisha, two checked bags.", True),
        (3, "bags", "", "Add 2 more bags, so 3 in total.", True), (1, "bags", "", "One more on top of the two bags we have.", True), (1, "bags", "", "One bag for the two of us.", True), (2, "bags", "", "One bag for the two of us.", False), (3, "bags", "", "Bags: 3 of them.", True), (3, "bags", "", "3 people. Some bags.", False), (2, "bags", "", "A couple of questions about bags.", False),
        ("Wristwatch", "items", "product_name", "The watch.", True), ("Wristwatch", "items", "product_name", "Watch, please.", True), ("Wristwatch", "items", "product_name", "Let me watch that.", False),
        ("Bookshelf", "items", "product_name", "That new shelf.", True), ("Bookshelf", "items", "product_name", "The book.", False),
    ],
)  # fmt: skip
def test_two_are_a_couple_and_a_compound_goes_by_its_end(
    value: str | int, key: str, attribute: str, text: str, stated: bool
) -> None:
    """The watch is the wristwatch; a verb that sounds like the end of a name is none, and a couple is not one."""
    test = _test(value, key, attribute, load("tau2:airline" if key == "bags" else "tau2:retail"))

    assert test is not None
    assert test(text.lower()) is stated


def test_nothing_is_decided_before_it_was_brought_up_and_read() -> None:
    """A user who by chance uses the words of a later request has not gone over to it while the one before, which is denied, is still to come."""
    seen = 0
    for task, talk in by_hand().values():
        case = Case(task, talk, load(task.domain))
        for index, (request, later) in enumerate(pairwise(task.requests)):
            outcome = task.outcomes[request.decision] if request.decision is not None else None
            at = next(i for i, turn in enumerate(talk.turns) if i and turn.role == "user")
            if outcome is None or outcome.call is not None or case.known_by(outcome) <= at:
                continue
            turns = list(talk.turns)
            turns[at] = replace(turns[at], text=f"{turns[at].text} {later.opening}")
            seen += 1
            assert _ends(Case(task, replace(talk, turns=tuple(turns)), case.domain))[index] > case.known_by(outcome)

    assert seen > 3


def test_a_message_brings_up_the_request_whose_words_it_has(played: list[Played]) -> None:
    """Two requests may begin alike: a message is about the second only where it holds nearly all of its opening."""
    item = next(item for item in played if len(item.task.requests) > 1)
    openings = ("Good afternoon, I want to call off a booking.", "Good afternoon, I want to buy a plane ticket.")
    requests = tuple(
        replace(request, opening=text) for request, text in zip(item.task.requests, openings, strict=False)
    )
    case = Case(replace(item.task, requests=requests), item.talk, item.domain)

    assert [_brings_up(case, request, openings[0]) for request in requests] == [True, False]
    assert [_brings_up(case, request, openings[1]) for request in requests] == [False, True]
    assert [_brings_up(case, request, " ".join(openings)) for request in requests] == [True, True]
    assert [_brings_up(case, request, "Good afternoon, want to buy plane ticket.") for request in requests] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("value", "text", "stated"),
    [
        ("no", "No.", True), ("no", "No, thank you.", True), ("no", "No thanks, none.", True), ("no", "No, skip that.", True),
        ("no", "Not the Visa, please.", False), ("no", "Don't use the Visa.", False), ("no", "Not needed, thanks.", True), ("no", "I don't.", True), ("no", "Not this time.", True), ("no", "Skip the bags.", False), ("no", "Skip it.", True),
        ("no", "No stopovers.", False), ("no", "No early flights, please.", False), (0, "No layovers.", False), (0, "Nope, none.", True),
        ("yes", "Okay, please.", True), ("yes", "Okay, so.", False), ("yes", "Ok so...", False), ("yes", "Okay then.", True),
    ],
)  # fmt: skip
def test_a_bare_no_names_nothing_else(value: str | int, text: str, stated: bool) -> None:
    """A no to stopovers is none to insurance, and a word that only opens a sentence is no yes."""
    bare = as_answer(value, None)

    assert bare is not None
    assert bare(text.lower()) is stated


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("If it can't be had, cancel the whole trip.", True),
        ("Should that fail, call the whole trip off.", True),
        ("In case there is none, I'd rather have you cancel all of it.", True),
        ("If possible, move the whole trip.", False),
        ("If there is none, try the way back alone.", False),
        ("Cancel nothing, please, the whole trip moves.", False),
    ],
)
def test_what_is_done_if_a_request_fails_is_no_detail_of_it(played: list[Played], text: str, another: bool) -> None:
    """That the whole trip should then be canceled says nothing of which part of it should move."""
    item = next(
        one for one in played
        for request in one.task.requests
        if request.decision is not None
        and one.task.goal.decisions[request.decision].tool == "update_reservation_flights"
    )  # fmt: skip
    request = next(
        one for one in item.task.requests
        if one.decision is not None and item.task.goal.decisions[one.decision].tool == "update_reservation_flights"
    )  # fmt: skip

    assert _other_case(Case(item.task, item.talk, item.domain), request, text.lower()) is another


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [(("value", "4332"), ("value", "332"), True), (("value", "HAT127"), ("value", "7"), False), (("value", "May"), ("value", "y"), False), (("value", "4332"), ("extreme", "332"), False)],
)  # fmt: skip
def test_the_last_digits_of_a_number_say_it_once(one: tuple[str, str], other: tuple[str, str], alike: bool) -> None:
    """An order by four digits, and one by the last three of them, need a sentence each, or a word that it is the same."""
    assert _alike(one, other) is alike


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Monday, the 20th, please.", True), ("The 20th works.", True), ("On the 20th or the 21st.", True), ("Tuesday, the 20th.", False),
        ("From the 18th till the 22nd.", True), ("Between the nineteenth and the twenty-first.", True), ("From the 21st till the 25th.", False), ("The 2nd cheapest to the 25th floor.", False),
        ("Six days from now, and back from May 26 to May 28.", False), ("May 21, a day picked with care.", False), ("May 19, or the day after.", True), ("May 22, or two days earlier.", True),
        ("The 21st.", False), ("The 20th of June.", False), ("My 20th reservation.", False), ("I was the 20th passenger.", False),
    ],
)  # fmt: skip
def test_a_day_is_known_without_its_month(text: str, stated: bool) -> None:
    """By its number and its weekday; a day of another month, and what else is the twentieth, is none."""
    test = _test("2024-05-20", "dates", "", load("tau2:airline"))

    assert test is not None
    assert test(text.lower()) is stated


@pytest.mark.parametrize(
    ("text", "stated"),
    [("How much is the refund?", False), ("How much is the new one?", True), ("Give me one that costs $50 at most.", False), ("Does it cost $50?", True)],
)  # fmt: skip
def test_a_question_asks_for_what_it_names(text: str, stated: bool) -> None:
    """A refund is no price, and to name a limit is not to ask for a price."""
    pattern = load("tau2:retail").pack.sayings.ideas["question"][-1]

    assert _asked(_searching(pattern))(text.lower()) is stated


@pytest.mark.parametrize(
    ("text", "stated"), [("Take me off, please.", True), ("I can't fly that day.", True), ("It's Mohamed.", True), ("Take her off.", False), ("Give me a moment.", False)]
)  # fmt: skip
def test_a_user_who_leaves_says_me(text: str, stated: bool) -> None:
    """Nobody calls themselves by their first name; of somebody else "me" says nothing."""
    test = _test("Mohamed", "person", "first_name", load("tau2:airline"))

    assert test is not None
    assert _for("person", test, itself=True)(text.lower()) is stated
    assert _for("person", test, itself=False)(text.lower()) is ("Mohamed" in text)


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("change the kettle, pay with my gift card, and tell me what is left on the gift card.", 2),
        ("put it on my gift card and refund the other one to the gift card.", 2),
        ("my gift card, please.", 1),
        ("I want it cheap, and pay by gift card.", 1),
    ],
)
def test_a_sentence_speaks_for_as_many_details_as_its_clauses_say(text: str, seats: int) -> None:
    """A method that is named twice may be what is paid with and what is asked about; named once it is one of them."""
    need = Need("payment", "gift card", ("value", "gift_card"), lambda said: "gift card" in said)

    assert len(_seats(need, 3, Sentence(0, text, ""))) == seats


@pytest.mark.parametrize(
    ("key", "own", "text", "stated"),
    [
        ("payment", "The original payment method.", "What I paid with.", True), ("payment", "The original payment method.", "Not on what I paid with.", False), ("payment", "The original payment method.", "Not PayPal but the original method.", True),
        ("payment", "The original payment method.", "For the money, tell me how much more I have to pay.", False), ("refund", "The original payment method.", "The way I pay.", True),
        ("items", "Everything in it whose version is sold out.", "Everything whose version is out of stock.", True), ("items", "Everything in it whose version is sold out.", "Everything whose version is in stock.", False),
        ("items", "Everything in it.", "Everything that is in stock.", True),
    ],
)  # fmt: skip
def test_what_is_denied_or_the_opposite_says_no_detail(key: str, own: str, text: str, stated: bool) -> None:
    """A method that is turned down is not chosen, and what can be had is not what is sold out."""
    ideas = load("tau2:retail").pack.sayings.ideas[key]
    pattern = next(pattern for pattern in ideas if re.search(pattern, own.lower()))

    assert _so(Slot(key, own), _searching(pattern), pattern)(text.lower()) is stated


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("the credit card ending in 4652", True), ("my card that ends in 4652", True), ("the gift card first, and the rest on the card ending in 4652", True), ("4652", True), ("the visa 4652", True),
        ("the gift card ending in 4652", False), ("my certificate, the one with the last four digits 4652", False), ("gift card 4652", False),
    ],
)  # fmt: skip
def test_a_number_is_that_of_its_own_kind(text: str, stated: bool) -> None:
    """The last digits of a credit card are no gift card's."""
    kinds = load("tau2:airline").pack.sayings.choices["method"]
    test = _of_its_kind(lambda said: "4652" in said, "4652", "my credit card that ends in 4652.", kinds)

    assert test(text) is stated


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("with gift_card_5038281", True), ("all else stays the same, with gift_card_5038281", True), ("another day, same gift_card_5038281", True), ("gift card 5038281", True), ("my gift card no. 5038281", True),
        ("the gift card ending in 8281", True), ("all else stays the same, with gift_card_5038282", False), ("gift card 5038282", False), ("the gift card ending in 8282", False), ("the certificate ending in 8281", False), ("flight 5038281", False),
    ],
)  # fmt: skip
def test_an_id_is_said_by_its_kind_and_its_number(text: str, stated: bool) -> None:
    """In any bare phrase, beside what stays as it is; another number, or the number of another kind, is another means."""
    kinds = load("tau2:airline").pack.sayings.choices["method"]
    own = "I'd rather use my gift card number gift_card_5038281."
    test = _of_its_kind(lambda said: "gift_card_5038281" in said, "gift_card_5038281", own.lower(), kinds)

    assert test(text) is stated


@pytest.mark.parametrize(
    ("text", "another"),
    [("the least expensive of the on-ear type.", True), ("the least expensive of the over-ear type.", False), ("the on-ear ones pinch.", False), ("the least expensive one.", False)],
)  # fmt: skip
def test_a_detail_beside_which_another_value_stands_is_not_unread(
    played: list[Played], text: str, another: bool
) -> None:
    """Who asks for the cheapest on-ear ones has not said over-ear in words that nobody knows; what only tells of others is no wish."""
    item = next(item for item in played if item.task.domain == "tau2:retail")
    need = Need("version", "", ("value", "over-ear"), lambda said: "over-ear" in said)
    cheap = Need("version", "", ("extreme", "cheapest"), lambda said: "least expensive" in said)

    assert _says_another(Case(item.task, item.talk, item.domain), need, Sentence(0, text, ""), [cheap]) is (another)


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        (["the fewest free seats, please."], True), (["whichever has the fewest seats."], True), (["the roomiest one."], False), (["the lightest bag there is."], False),
        (["sorry, i have to be quick."], False), ([], False),
    ],
)  # fmt: skip
def test_the_other_end_is_no_other_word_for_one(said: list[str], turned: bool) -> None:
    """Who wants the fewest seats has not said the most in words that are not read, unless another detail wants the fewest."""
    own = load("tau2:airline").pack.sayings
    ends = [extreme("seats", most=most, own=own).pattern for most in (True, False)]
    need = Need("choice", "", ("extreme", ends[0]), lambda text: re.search(ends[0], text) is not None, contrary=ends[1])
    other = Need("choice", "", ("extreme", ends[1]), lambda text: re.search(ends[1], text) is not None)
    sentences = [Sentence(number, text, "") for number, text in enumerate(said)]

    assert _turned_around(need, range(len(said)), sentences, []) is turned
    assert not _turned_around(need, range(len(said)), sentences, [other])


@pytest.mark.parametrize(
    ("text", "ranks"),
    [("the snappiest.", True), ("the least bad one.", True), ("whatever zorgles.", True), ("sorry, have to be quick!", False), ("exchange is fine, please.", False), ("easy.", False)],
)  # fmt: skip
def test_what_says_an_end_has_a_superlative_or_an_unknown_word(played: list[Played], text: str, ranks: bool) -> None:
    """Small talk beside a question about the choice chooses nothing."""
    item = next(item for item in played if item.task.domain == "tau2:airline")

    assert _may_rank(Case(item.task, item.talk, item.domain), Sentence(0, text, "")) is ranks


@pytest.mark.parametrize(
    ("text", "several"),
    [("the same kit in a dark tone, from #w1.", False), ("the same one but in red.", False), ("both to the same card.", True), ("send #w2 to the same address as #w1.", True)],
)  # fmt: skip
def test_the_same_thing_in_another_look_speaks_for_no_second_detail(text: str, several: bool) -> None:
    """What is the same but for its color is one thing; the same card may be for two."""
    assert (_SHARED.search(text) is not None) is several


@pytest.mark.parametrize(
    ("text", "why"),
    [("I don't need that one any longer.", True), ("I no longer want it.", True), ("We don't have any use for them anymore.", True), ("I need it.", False), ("I don't know that order.", False)],
)  # fmt: skip
def test_why_an_order_goes_is_read_in_any_form_of_no(text: str, why: bool) -> None:
    """What is not needed is no longer needed, contracted or not."""
    form = load("tau2:retail").pack.sayings.choices["reason"]["no longer needed"]

    assert (re.search(form, text.lower()) is not None) is why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("X1: an exam of mine was moved to that day, so please cancel.", "an exam of mine was moved to that day"),
        ("As they've moved an exam to that day, I'd like to cancel X1.", "they've moved an exam to that day"),
        ("X1: I sit in a hall of pupils then, which is why I'd like to cancel.", "i sit in a hall of pupils then"),
        ("X1: so please cancel that.", None), ("X1: cancel it, so I hope.", None), ("An exam was moved to that day, so please cancel it.", None),
    ],
)  # fmt: skip
def test_the_cause_of_a_wish_may_stand_ahead_of_it(text: str, why: str | None) -> None:
    """In the sentence that names the record, and with the wish behind it."""
    record = Need("reservation", "reservation (X1)", ("value", "X1"), lambda said: "x1" in said)
    found = _ahead_of_the_wish(Sentence(0, text.lower(), ""), [record])

    assert (found.text if found else None) == why


def test_what_sounds_like_a_yes_and_names_another_number_is_a_detail() -> None:
    """It states what the proposal does not hold; a yes that repeats the proposal's own numbers states nothing new."""
    before = "The refund goes to your Mastercard ending in 5752. Is that okay (yes/no)?"

    assert _names_another("It should go on the credit card ending in 4201.", before)
    assert not _names_another("Yes, go on with the card ending in 5752.", before)
    assert not _names_another("Go on.", before)


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("$160 at the most.", False),
        ("$160 at most.", False),
        ("the one with the most seats left.", True),
        ("at the least $20.", False),
    ],
)
def test_a_limit_ranks_nothing(text: str, ranks: bool) -> None:
    """What limits an amount ("at the most") is no end of what is compared ("the most")."""
    own = load("tau2:airline").pack.sayings

    assert any(extreme("seats", most=most, own=own).search(text) for most in (True, False)) is ranks


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("the emptiest one.", True), ("the least full one.", True), ("the one with the fewest people on board.", True), ("the one that is least booked.", True), ("the fullest one.", False),
        ("the most crowded one.", False), ("the one with the fewest seats left.", False), ("the one with the most seats left.", True),
    ],
)  # fmt: skip
def test_the_less_full_a_flight_is_the_more_seats_it_has(text: str, most: bool) -> None:
    """Few people are many seats."""
    own = load("tau2:airline").pack.sayings

    assert extreme("seats_economy", most=most, own=own).search(text)
    assert not extreme("seats_economy", most=not most, own=own).search(text)


@pytest.mark.parametrize(
    ("attribute", "text", "most"),
    [
        ("seats_economy", "as many empty seats around me as possible.", True), ("seats_economy", "as empty as can be.", True), ("seats_economy", "as full as it gets.", False),
        ("duration", "as quick as possible.", False), ("duration", "as fast as you can find.", False), ("price_economy", "as cheap as it gets.", False), ("price_economy", "the top version.", True),
        ("departure", "as early as i can.", False), ("departure", "as late in the day as possible.", True),
    ],
)  # fmt: skip
def test_as_much_as_possible_is_the_most(attribute: str, text: str, most: bool) -> None:
    own = load("tau2:airline").pack.sayings

    assert extreme(attribute, most=most, own=own).search(text)
    assert not extreme(attribute, most=not most, own=own).search(text)


@pytest.mark.parametrize("text", ["as many as two.", "as quick as the other.", "as long as it is direct."])
def test_what_is_as_much_as_something_else_ranks_nothing(text: str) -> None:
    own = load("tau2:airline").pack.sayings

    assert not any(
        extreme(name, most=most, own=own).search(text) for name in ("seats", "duration") for most in (True, False)
    )


@pytest.mark.parametrize(
    ("text", "most"),
    [("the fullest of them.", True), ("the richest one.", True), ("the one with more on it than the others.", True), ("the emptiest one.", False), ("the smallest.", False)],
)  # fmt: skip
def test_what_holds_money_is_full_or_empty(text: str, most: bool) -> None:
    own = load("tau2:airline").pack.sayings

    assert extreme("amount", most=most, own=own).search(text)
    assert not extreme("amount", most=not most, own=own).search(text)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("Nah, I'll pass on that, thank you.", "no"), ("No, I really don't need it, thanks.", "no"), ("I'd rather leave it out.", "no"), ("I'll skip that, thanks.", "no"),
        ("I'd rather not.", "no"), ("Not for us, thank you.", "no"), ("No need, thanks.", "no"), ("It's a no from me.", "no"), ("Not sure yet.", ""), ("Not now, maybe later.", ""),
        ("Sure, I'd take it, thank you.", "yes"), ("Absolutely, please add that.", "yes"), ("Let me think about it.", ""), ("I paid with that card.", ""),
    ],
)  # fmt: skip
def test_a_pronoun_answers_whether_it_is_wanted(answer: str, value: str, played: list[Played]) -> None:
    """Who passes on that has said that it is not wanted, and who takes it that it is; the other way round neither."""
    said = Sentence(0, answer.lower(), "and the travel insurance?")
    owed = [
        (_answered(Case(item.task, item.talk, item.domain), need, said), need.same[1])
        for item in played
        if item.task.domain == "tau2:airline"
        for group in needs(item.task, item.domain)
        for need in group
        if need.slot == "insurance" and need.same[0] == "value"
    ]

    assert {own for _, own in owed} == {"yes", "no"}
    assert [(heard_so, own) for heard_so, own in owed if heard_so is not (own == value)] == []


@pytest.mark.parametrize(
    ("instead", "heard_so"),
    [
        ("Please send it to the address of the order with the backpack.", True), ("Use the address that the backpack order had.", True), ("The same address as for the purchase with the backpack.", True),
        ("Please send it to the address of the order with the garden hose.", False), ("Please send it to my new address.", False), ("The backpack was nice.", False),
    ],
)  # fmt: skip
def test_what_another_request_s_record_has_may_be_named_by_it(
    played: list[Played], instead: str, heard_so: bool
) -> None:
    """The address of the order that is cancelled is that of the order with the thing which the user named there; of another order, it is another one."""
    item, index, slot = next(
        (
            (item, index, slot) for item, index, slot in details(played)
            if index and slot.key == "address" and "cancel" in slot.text and "backpack" in item.task.requests[0].slots[0].text
        ),
        (None, 0, None),
    )  # fmt: skip
    if item is None or slot is None:
        pytest.skip("none of these talks takes the address of an order with a backpack")
    talk = reworded(item, index, slot, instead)

    assert talk is not None
    assert ("address" not in missed(item, talk)) is heard_so


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("cancel the one that ends in 5pw, we drive instead, not going.", True), ("3) cancel the one that ends in 5pw", True), ("the one ending in 5pw has to go.", True),
        ("i was on the phone about 5pw for hours.", False), ("cancel the one that ends in asi.", False), ("did you find 5pw?", False),
    ],
)  # fmt: skip
def test_a_sentence_that_wants_something_of_a_record_brings_its_request_up(text: str, orders: bool) -> None:
    """Whoever names the record of one request alone, and wants something of it, speaks of that request, were it the third of four in one message."""
    need = Need("reservation", "reservation (5PW)", ("value", "5PW"), lambda said: "5pw" in said)

    assert _orders_for(Sentence(0, text, ""), [need]) is orders


@pytest.mark.parametrize(
    ("name", "said", "missed"),
    [
        ("efb0", ", and credit_card_5794036 for payment", False),
        ("364f", ", paying with my credit card, credit_card_3207323", True),
    ],
)
def test_the_only_means_that_is_stored_need_only_be_agreed_to(name: str, said: str, missed: bool) -> None:
    """Where the list has it and the user says yes to that; of several, one has to be named."""
    task, talk = by_hand()[name]
    turns = tuple(replace(turn, text=turn.text.replace(said, "")) for turn in talk.turns)
    found = list(said_before_used(Case(task, replace(talk, turns=turns), load(task.domain))))

    assert turns != talk.turns
    assert any("payment" in str(finding) for finding in found) is missed


ONE_STOP, DIRECT = r"\bone[- ]stop\b|\bconnections? with one stop\b", r"\b(?:non-?stop|direct)\b"


@pytest.mark.parametrize(
    ("asked", "said", "left"),
    [
        ("there is no direct flight, only connections with one stop. which one?", "the one that's first to arrive.", True),
        ("no direct flights that day. one-stop connections: hat1, hat2.", "first to arrive, please.", True),
        ("there are direct flights and connections with one stop. which one?", "the one that's first to arrive.", False),
        ("only connections with one stop are there.", "no, a direct one that's first to arrive.", False),
        ("there is no direct flight. which one?", "the one that's first to arrive.", False),
        ("there is no direct flight, only connections with one stop. which one?", "tell me more.", False),
    ],
)  # fmt: skip
def test_who_chooses_among_what_there_is_need_not_say_what_all_of_it_is(asked: str, said: str, left: bool) -> None:
    """The agent had said that there is nothing else, and the user's choice says the rest."""
    stops = Need(
        "choice",
        "flight (stops)",
        ("extra", ONE_STOP),
        lambda text: re.search(ONE_STOP, text) is not None,
        contrary=DIRECT,
    )
    first = Need("choice", "flight (first)", ("extreme", "first"), lambda text: "first to arrive" in text)

    assert _left_by_what_there_is(stops, [0], [Sentence(3, said, asked)], [stops, first]) is left
