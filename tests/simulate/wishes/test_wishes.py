"""What a user wants is compared with its task: sentences that stray are found, and right ones are let pass, whatever their words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.simulate.playing import Played
from writ_dspy.codec import from_json
from writ_dspy.conversation import Turn
from writ_dspy.domains import load
from writ_dspy.domains.values import values
from writ_dspy.simulate.wishes import Wanted, strays
from writ_dspy.simulate.wishes.limits import direction
from writ_dspy.simulate.wishes.parts import bare, parts
from writ_dspy.task import Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.outside import ordered_outside
from writ_dspy.verify.user import _takes_back, user_faithful

HERE = Path(__file__).parent
GREETING = "Happy to help. What can I do for you?"
UNREAD = 0.1
"""Share of the sentences that stray, and hold nothing that is read so far; it may only fall."""


@cache
def tasks() -> dict[str, Task]:
    rows = map(json.loads, (HERE / "tasks.jsonl").read_text(encoding="utf-8").splitlines())
    return {row["name"]: from_json(row["task"]) for row in rows}


def sentences(label: str) -> list[tuple[str, str, str]]:
    """(task, sentence, the agent's message before it) of one label."""
    lines = (
        line for name in ("retail", "airline") for line in (HERE / f"{name}.tsv").read_text("utf-8").splitlines()[1:]
    )
    rows = (line.split("\t") for line in lines)
    return [(row[0], row[2], row[3] if len(row) > 3 else GREETING) for row in rows if row[1] == label]


def found(name: str, sentence: str, before: str = GREETING) -> list[tuple[str, str]]:
    task = tasks()[name]
    return list(strays(Wanted(task, load(task.domain)), [Turn("agent", before)], sentence))


def test_a_right_sentence_is_no_stray_one() -> None:
    """Reasons, refusals of what the agent offers, questions and other words for the task's own wishes pass."""
    wrongly = [(*case, saw) for case in sentences("right") if (saw := found(*case))]

    assert wrongly == []


@pytest.mark.parametrize(
    "said", ["I agree with all of it, go on.", "I agree wiht all of it.", "Yes to all of it.", "I confirm all of it."]
)
def test_who_agrees_with_all_of_a_list_does_not_want_all_of_the_matter(said: str) -> None:
    """What is agreed with is the agent's list; the same words as a wish contradict a task that wants a part."""
    rows = map(json.loads, (HERE / "tasks.jsonl").read_text(encoding="utf-8").splitlines())
    text = next(json.dumps(row["task"]) for row in rows if row["name"] == "move")
    task = from_json(json.loads(re.sub("(?i)all of it", "the way back", text)))
    wanted = Wanted(task, load(task.domain))

    assert list(strays(wanted, [Turn("agent", GREETING)], said)) == []
    assert list(strays(wanted, [Turn("agent", GREETING)], "All of it should move."))


def test_a_sentence_that_strays_is_found() -> None:
    """Other values, other deeds, a limit turned around or given up, and a wish called off are found, but for a few."""
    wrong = sentences("wrong")
    through = [case for case in wrong if not found(*case)]

    assert len(wrong) > 160
    assert len(through) <= UNREAD * len(wrong), through


def test_the_scripted_users_never_stray(played: list[Played]) -> None:
    """Whatever the task, the manner and the slips."""
    strayed = []
    for item in played:
        wanted = Wanted(item.task, item.domain)
        for index, turn in enumerate(item.talk.turns):
            if turn.role == "user":
                strayed += [
                    (item.task.id, turn.text, saw) for saw in strays(wanted, item.talk.turns[:index], turn.text)
                ]

    assert strayed == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("helmet", "Blue - sorry, I meant red."),
        ("book", "Economy. No wait, business, I mean."),
        ("lamp", "Up to $50, sorry, $40 on top."),
    ],
)
def test_a_slip_that_is_put_right_at_once_is_none(name: str, sentence: str) -> None:
    """Only what is left standing counts."""
    assert found(name, sentence) == []


@pytest.mark.parametrize(
    ("sentence", "above"),
    [
        ("I won't pay more than $40.", False),
        ("If it's over $40, leave it.", False),
        ("At most $40, please.", False),
        ("It must cost at least $40.", True),
        ("Only do it if the best fare is above $40.", True),
        ("Only if it is under $40.", False),
        ("I don't mind if it costs more than $40.", True),
        ("It shouldn't be below $40.", True),
        ("Is it $40?", None),
        ("It must not take long: the shortest up to $40.", False),
        ("The limit: not over $40.", False),
    ],
)
def test_a_limit_is_read_from_the_side_that_is_wanted(sentence: str, above: bool | None) -> None:
    """Negations and cases turn it around; what cannot be read is none."""
    group = parts(sentence)
    part = next(part for part in group if "40" in part.text)

    assert direction(group, part, values(part.text)[0]) is above


def test_what_strays_is_a_finding_unless_the_next_message_takes_it_back(played: list[Played]) -> None:
    """At its turn, in the words of the user."""
    item = next(item for item in played if len(item.task.gold) == 1 and item.task.domain == "tau2:retail")
    first, *rest = item.talk.turns
    wrong = replace(first, text=f"{first.text} And close my account for good, please.")
    asked, right = Turn("agent", "Are you sure?"), Turn("user", "Sorry, I meant only what I asked for before.")
    spoiled = replace(item.talk, turns=(wrong, *rest))
    mended = replace(item.talk, turns=(wrong, asked, right, *rest))

    assert [finding.turn for finding in user_faithful(Case(item.task, spoiled, item.domain))] == [0]
    assert list(user_faithful(Case(item.task, mended, item.domain))) == []


@pytest.mark.parametrize(
    "said",
    [
        "On second thought, change it back.", "Actually, please undo that.", "Hmm, reverse it please.", "But I wanted the other one!",
        "That's not what I asked for, though.", "You got the wrong one, you know.", "I want everything the way it was.", "I changed my mind.",
    ],
)  # fmt: skip
def test_who_got_what_it_wanted_does_not_want_it_undone(played: list[Played], said: str) -> None:
    """Once all is done, a word that takes it back or complains of it is a finding; thanks, and questions about it, are none."""
    item = next(item for item in played if item.task.gold and all(outcome.call for outcome in item.task.decided))
    last = max(index for index, turn in enumerate(item.talk.turns) if turn.role == "user")

    def end(text: str) -> list[int | None]:
        turns = list(item.talk.turns)
        turns[last] = replace(turns[last], text=text)
        spoken = user_faithful(Case(item.task, replace(item.talk, turns=tuple(turns)), item.domain))
        return [finding.turn for finding in spoken if "content" in finding.wanted]

    assert end(said) == [last]
    assert not any(
        map(
            end,
            (
                "Thank you, that's what I wanted.",
                "Could it be undone if I change my mind?",
                "I don't want it undone, thanks.",
            ),
        )
    )


@pytest.mark.parametrize(
    ("following", "forgiven"),
    [
        ("Sorry, I mistyped it. My id is mia_li_3668.", False), ("Wait, that was wrong: my zip is 94128.", False),
        ("Sorry, scratch that, I want what I said first.", True), ("Oops, I meant business, sorry. My id is mia_li_3668.", True),
    ],
)  # fmt: skip
def test_who_takes_an_id_back_takes_no_wish_back(played: list[Played], following: str, forgiven: bool) -> None:
    """A wish that strays is forgiven if the next message takes it back, and not if that only puts right who is speaking."""
    item = next(one for one in played if one.task.domain == "tau2:airline")

    assert _takes_back(Case(item.task, item.talk, item.domain), following) is forgiven


@pytest.mark.parametrize(
    ("sentence", "strays_"),
    [("One stop is fine for me.", True), ("Nonstop only, please.", False), ("Then one stop it is, please.", True)],
)
def test_a_value_is_held_against_the_detail_that_it_stands_behind(sentence: str, strays_: bool) -> None:
    """Where a task wants one stop out and none back, what is said right behind the words for the way back is about that."""
    text = (HERE / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    data = next(json.loads(row)["task"] for row in text if json.loads(row)["name"] == "book")
    back = "For the flight home, take the one that lands first. It must be nonstop."
    slots = data["requests"][0]["slots"]
    task = from_json(
        {
            **data,
            "requests": [
                {**data["requests"][0], "slots": [*slots, {**slots[0], "key": "return_choice", "text": back}]}
            ],
        }
    )
    wanted = Wanted(task, load(task.domain))
    said = f"For the flight home, take the one that lands first. {sentence}"

    assert bool(list(strays(wanted, [Turn("agent", GREETING)], said))) is strays_
    assert not list(strays(wanted, [Turn("agent", GREETING)], sentence))


@pytest.mark.parametrize(
    ("sentence", "strays_"),
    [
        ("That is the card I keep by for trips, and I like my cards in order.", False), ("I like my credit card better.", True),
        ("If there isn't enough on it, use my credit card credit_card_6784407.", False), ("If that gift card runs dry, the credit card it is.", False), ("Otherwise use my credit card.", False),
        ("Should it come to more than is on it, charge the rest to my credit card.", False),
        ("Use my credit card.", True), ("If possible, use my credit card.", True), ("I want it on my credit card, please.", True),
    ],
)  # fmt: skip
def test_what_is_for_another_case_is_not_held_against_the_detail_before(sentence: str, strays_: bool) -> None:
    """Behind the words for a payment, another method is the one for when that fails, where the sentence says so; else it is in its place."""
    rows = map(json.loads, (HERE / "tasks.jsonl").read_text(encoding="utf-8").splitlines())
    task = from_json(next(row["task"] for row in rows if row["name"] == "bags"))
    wanted = Wanted(task, load(task.domain))
    said = f"Please use my gift card gift_card_7945061. {sentence}"

    assert bool(list(strays(wanted, [Turn("agent", GREETING)], said))) is strays_


def test_a_sentence_without_its_articles_is_the_same() -> None:
    """Who speaks without them says what the task has them say."""
    assert bare("if the first one doesn't cover it, use a card") == bare("if first one doesn't cover it, use card")
    assert bare("use the card") != bare("use my card")


@pytest.mark.parametrize(("own", "strays_"), [("Direct or with one stop, either is fine.", False), ("I want a flight with one stop, I like to stretch my legs.", True)])  # fmt: skip
@pytest.mark.parametrize(
    "sentence", ["Nonstop or one stop, don't matter.", "Stops don't matter.", "I don't care about stops."]
)
def test_what_the_task_leaves_open_itself_may_be_left_open(own: str, strays_: bool, sentence: str) -> None:
    """Whoever takes either may say that it does not matter; who wants one of them may not."""
    text = (HERE / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    row = next(row for row in text if json.loads(row)["name"] == "book")
    data = json.loads(row.replace("I want a flight with one stop, I like to stretch my legs.", own))["task"]
    task = from_json(data)

    assert bool(list(strays(Wanted(task, load(task.domain)), [Turn("agent", GREETING)], sentence))) is strays_


@pytest.mark.parametrize(
    ("sentence", "outside"),
    [
        ("And book a taxi to the airport, please.", True), ("I need a hotel room there, too.", True), ("Please order a vegan meal for me.", True), ("Block my credit card, please.", True),
        ("Could you gift-wrap it?", True), ("Please send me a confirmation.", False), ("I'd like to arrange teh trip with your airline.", False), ("My dog ate the letter.", False),
        ("I don't need a rental car.", False), ("If you had a taxi, I'd take it.", False), ("Is there a hotel nearby?", False), ("Please give me a moment.", False), ("I need a word with you.", False),
        ("Yes, do it, get my hallway back.", False), ("Go ahead, send me my sailor gear.", False), ("Send me my sailor gear.", True), ("Yes, and send me my sailor gear, too.", True),
        ("Yes, go ahead, order a taxi.", True), ("Book me a flite.", False), ("Book me a yacht.", True), ("Reserve us a flyte, please.", False),
        ("The rent's coming up and all.", False), ("Rent's due soon.", False), ("Rent and food are due.", False), ("Rent is due.", False), ("Rent me a car.", True), ("Also rent a car for us.", True),
        ("Store was full of people.", False), ("Print this and that is due.", True),
    ],
)  # fmt: skip
def test_a_service_that_is_none_here_is_no_wish(sentence: str, outside: bool) -> None:
    """What is ordered has to be something that the domain knows; what is told, asked or denied orders nothing."""
    task = tasks()["book"]

    assert bool(list(ordered_outside(Wanted(task, load(task.domain)), sentence, GREETING.lower()))) is outside


@pytest.mark.parametrize(
    ("sentence", "wills"),
    [
        ("My phone is on like no battery.", False), ("I'd like the red one.", True), ("My wife would like me to fly business.", False), ("We'd like you to move it.", True),
        ("Next year we go to Hawaii.", False), ("I want to go next year.", True),
    ],
)  # fmt: skip
def test_what_others_want_and_what_only_sounds_like_a_will_is_none(sentence: str, wills: bool) -> None:
    """A filler, what somebody else would have the user do, and plans for another time."""
    (part,) = parts(sentence)

    assert (part.wills and not part.tells) is wills


LISTED = "I'd carry out these changes:\n- the cabin\n- the name\n- the trip\n- the person\nShall I carry out all four changes as listed?"


@pytest.mark.parametrize(
    ("name", "sentence", "before", "strays_"),
    [
        ("bags", "I can't leave any of them behind though.", GREETING, False), ("bags", "I can't leave a single bag behind though.", GREETING, False), ("bags", "I won't skip any of the bags.", GREETING, False),
        ("bags", "We can't do without any of these bags.", GREETING, False), ("bags", "Don't take any bags off the list.", GREETING, False), ("bags", "I couldn't part with any of those.", GREETING, False),
        ("bags", "I can't take any bags.", GREETING, True), ("bags", "I can't take any of them.", GREETING, True), ("bags", "Without any bags, please.", GREETING, True),
        ("bags", "I don't want to bring any bags.", GREETING, True),
        ("bags", "Yes, go ahead with all four of them.", LISTED, False), ("bags", "Yes please, do all four of those.", LISTED, False), ("bags", "Yes, go ahead with all four of them.", LISTED.replace("all four changes as ", "what is "), False),
        ("bags", "Yes, go ahead with all five of them.", LISTED, True), ("bags", "Yes, go ahead with all four of them.", GREETING, True), ("bags", "I want four of them.", LISTED, True), ("bags", "I need all four of them added.", LISTED, True),
        ("return", "I'm gonna go dry my shoes.", GREETING, False), ("return", "I have to go clean my bookshelf now.", GREETING, False), ("return", "Let me wash my backpack first, I need to feed my cat.", GREETING, False),
        ("return", "I'm gonna return my shoes, please.", GREETING, True), ("return", "I'm gonna need my running shoes swapped.", GREETING, True), ("return", "I want to swap my running shoes.", GREETING, True), ("return", "I need to exchange my running shoes.", GREETING, True),
        ("move", "May 25, and the cash back on the gift card.", GREETING, False), ("move", "Yes, put the cash onto my gift card.", GREETING, False), ("move", "The cash goes to the gift card, please.", GREETING, False),
        ("move", "I want it in cash, not on the gift card.", GREETING, True), ("move", "Pay the cash back to me, please.", GREETING, True), ("move", "Take the cash and the rest on the gift card.", GREETING, True), ("move", "I'd pay in cash, not with the gift card.", GREETING, True),
        ("move", "The cash back on the credit card, please.", GREETING, True),
    ],
)  # fmt: skip
def test_what_only_sounds_like_another_number_thing_or_means_is_none(
    name: str, sentence: str, before: str, strays_: bool
) -> None:
    """A no to going without, a yes that counts what was listed, what one does with things of one's own, and cash that goes onto the right card."""
    assert bool(found(name, sentence, before)) is strays_
