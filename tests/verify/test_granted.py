"""Granted, entire, searched, greeted: rules, scopes, searches and names as they are, and the same with one thing changed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from tests.verify.test_played import played
from tests.verify.test_retold import reports
from writ_dspy.conversation import Conversation
from writ_dspy.domains import load
from writ_dspy.task import Task
from writ_dspy.verify.case import Case, Step
from writ_dspy.verify.entire import in_scope
from writ_dspy.verify.granted import granted
from writ_dspy.verify.greeted import greeted
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.recorded import misdescribed
from writ_dspy.verify.ruled import ruled
from writ_dspy.verify.searched import searched
from writ_dspy.verify.vocabulary import vocabulary

WITHHELD = (
    "Sending it back is free of charge.", "The courier collects it at no cost to you.", "You'll get a prepaid box for it.", "Return shipping costs you nothing.",
    "Shipping back is on our cost.", "The pick-up comes free.", "You don't pay for the collection.", "Only a manager can approve that.",
    "A colleague at the airport can still add it.", "Our back office could make the change for you.", "It can be done at the counter by the airport staff.",
    "Your bank can reverse it.", "Only our billing team can change that.", "If the storm hits, you'll get your money back.",
    "Should the airport close, the fare is refunded in full.", "If your suitcase stays home, you get the $50 back.",
)  # fmt: skip
GIVEN = (
    "Your two bags are free of charge.", "The change costs you nothing, as both have the same price.", "There is no charge for that.", "Not even a supervisor can change that.",
    "I can't pass it on to a supervisor for that.", "A human agent couldn't do more than I can.", "If you return it, the money goes to your original payment method.",
    "If the new one is cheaper, you get the difference back.", "If you cancel, the refund takes 5 to 7 business days.", "Without a yes from you I can't go ahead.",
    "How it is sent back is explained in the email.", "I'm not able to say who delivers it.", "If the address changes, let me know.",
)  # fmt: skip
GROUNDS = (
    ('The reason is either "no longer needed" or "ordered by mistake".', 'The reason is "no longer needed", "ordered by mistake" or "found cheaper elsewhere".'),
    ("Was it no longer needed or ordered by mistake? Which is it?", "It has to be no longer needed, ordered by mistake or damaged on arrival."),
)  # fmt: skip
REASONS = (
    ("Unfortunately, it cannot be cancelled without a valid reason such as an airline cancellation.", "It cannot be cancelled without a valid reason such as a family event."),
    ("That can't be done without a covered reason, for example illness or bad weather.", "That can't be done without a covered reason, for example jury duty."),
    ("A cancellation needs a good reason, such as health or the weather.", "A cancellation needs a good reason, such as health or a divorce."),
)  # fmt: skip
LAW = (
    ("The flights of a basic economy booking can't be changed.", "The cabin of a basic economy booking can't be changed."),
    ("Basic economy flights cannot be modified, but the cabin can be changed.", "In basic economy the class can't be changed."),
    ("No flights of basic economy can be changed, but its cabin may be changed.", "No cabin in basic economy can be changed."),
    ("In basic economy the cabin can be changed, the flights can't.", "Neither the flights nor the cabin of a basic economy booking can be changed later."),
    ("The cabin of a basic economy booking can't be changed for just one flight.", "A basic economy booking can't change its class."),
)  # fmt: skip


def _ground(domain: str) -> Ground:
    return Ground(load(domain))


@pytest.mark.parametrize("domain", ["tau2:retail", "tau2:airline"])
def test_what_policy_does_not_grant_is_found(domain: str) -> None:
    """Free sending, others who can do it, and cases in which money comes back: said by the agent alone."""
    assert [text for text in WITHHELD if not [*granted(_ground(domain), text)]] == []
    assert [text for text in GIVEN if [*granted(_ground(domain), text)]] == []


@pytest.mark.parametrize(("right", "wrong"), GROUNDS)
def test_the_grounds_are_those_of_the_policy(right: str, wrong: str) -> None:
    """A third one beside the two that it lists is made up."""
    assert not [*granted(_ground("tau2:retail"), right)]
    assert [*granted(_ground("tau2:retail"), wrong)]


@pytest.mark.parametrize(("right", "wrong"), REASONS)
def test_the_reasons_that_count_are_those_of_the_policy(right: str, wrong: str) -> None:
    """What is named as an example of them stands there, in some words."""
    assert not [*granted(_ground("tau2:airline"), right)]
    assert [*granted(_ground("tau2:airline"), wrong)]


@pytest.mark.parametrize(("right", "wrong"), LAW)
def test_the_cabin_of_any_booking_can_be_changed(right: str, wrong: str) -> None:
    """The flights of basic economy stay, its cabin need not."""
    assert not [*ruled(_ground("tau2:airline"), right)]
    assert [*ruled(_ground("tau2:airline"), wrong)]


def _at(task: Task, talk: Conversation, at: int, text: str) -> tuple[Case, Ground, list[Step]]:
    """A talk in which the message at a turn is another one, with what is known by then and what was done since the one before."""
    turns = (*talk.turns[:at], replace(talk.turns[at], text=text), *talk.turns[at + 1 :])
    case = Case(task, replace(talk, turns=turns), load(task.domain))
    ground, news = Ground(case.domain), list[Step]()
    for index, turn in enumerate(case.talk.turns[:at]):
        if turn.role == "user":
            ground.hear(turn)
        elif turn.role == "agent" and turn.text:
            news = []
        for step in (step for step in case.steps if step.turn == index):
            ground.read(step.call, step.fresh)
            news.append(step)
    return case, ground, news


@cache
def _report(tool: str) -> tuple[Task, Conversation, int]:
    """A talk with the turn at which the write of a tool is told, of several people where there is a talk of such."""
    found = [one for one in reports() if one[3].startswith(tool)]
    task, talk, at, *_ = max(found, key=lambda one: one[1].turns[one[2] - 1].text.count("first_name"))
    return task, talk, at


SCOPES = (
    ("cancel_reservation", "It is cancelled for all of you.", "I've cancelled it for Raj Kim alone."),
    ("cancel_reservation", "The trip is cancelled, and nobody keeps a seat.", "Your seat is gone, and Raj Kim keeps his seat."),
    ("update_reservation_passengers", "Nothing else changes, the date of birth stays.", "The date of birth is changed, too."),
    ("modify_pending_order_items", "After this it can't be changed again.", "The order can still be cancelled after that."),
    ("exchange_delivered", "There can be no second exchange.", "The rest can follow in a second exchange."),
)  # fmt: skip


@pytest.mark.parametrize(("tool", "right", "wrong"), SCOPES)
def test_a_write_is_of_all_that_it_is_called_with(tool: str, right: str, wrong: str) -> None:
    """Of everybody and everything on it, and once."""
    task, talk, at = _report(tool)
    for text, expected in ((right, False), (wrong, True)):
        case, ground, news = _at(task, talk, at, text)
        assert bool([*in_scope(case, at, ground, news)]) is expected, text


def test_a_day_is_told_with_the_seats_and_the_room_that_its_search_showed() -> None:
    """The number beside a fare, a class that is gone, a place that nothing leaves, and how many days were looked at."""
    seen = 0
    for task, talk in played().values():
        for at, turn in enumerate(talk.turns):
            if turn.role != "agent" or not turn.text:
                continue
            _, ground, _ = _at(task, talk, at, turn.text)
            rows = [
                (found, row)
                for found in ground.shown
                if "date" in found.call.args
                for rows in found.views.values()
                for row in rows
                if "duration" in row
            ]
            if not rows:
                continue
            found, row = rows[0]
            day, fare, seats = (int(str(found.call.args["date"])[8:]), row["price_economy"], row["seats_economy"])
            other = next(number for number in range(31, 60) if number != seats)
            assert not [*searched(ground, f"May {day} (${fare}, {seats} seats)")]
            assert [*searched(ground, f"May {day} (${fare}, {other} seats)")]
            seen += 1
            break
    assert seen


def test_an_option_behind_an_arrow_is_one_of_the_new_version() -> None:
    """The values of the new one, with or without its name; another version's value is found."""
    seen = 0
    for task, talk, at, name, _ in reports():
        case, ground, news = _at(task, talk, at, "")
        step = next(step for step in case.writes if step.turn == at - 2)
        items = step.call.args.get("new_item_ids")
        if not name.startswith("exchange") or not isinstance(items, list) or len(items) != 1:
            continue
        looks = [look.data for look in ground.looks(str(items[0])) if isinstance(look.data, dict)]
        mine = next((data["options"] for data in looks if isinstance(data.get("options"), dict)), None)
        every = vocabulary(case.domain).options
        spoiled = next(
            (value for name, one in (mine or {}).items() for value in sorted(every[name]) if value != str(one).lower()),
            "",
        )
        if not isinstance(mine, dict) or not spoiled:
            continue
        for values, expected in ((list(map(str, mine.values())), False), ([spoiled], True)):
            case, ground, news = _at(
                task, talk, at, f"The old one becomes {', '.join(values)}, with the rest as it was."
            )
            assert bool([*in_scope(case, at, ground, news)]) is expected, values
        seen += 1
    assert seen


def test_who_is_addressed_is_the_user() -> None:
    """By its own name, and not by a friend's."""
    seen = 0
    for task, talk in played().values():
        at = next((at for at, turn in enumerate(talk.turns) if turn.role == "agent" and turn.text and at > 4), None)
        if at is None:
            continue
        _, ground, _ = _at(task, talk, at, "")
        if not ground.own_name:
            continue
        first = ground.own_name.split()[0].capitalize()
        other = "Sofia" if first != "Sofia" else "Omar"
        assert not [*greeted(ground, f"Thank you, {first}, that's you verified.")]
        assert [*greeted(ground, f"Thank you, {other}, that's you verified.")]
        assert not [*greeted(ground, "Thank you, everyone, for the patience. Great, Denver.")]
        seen += 1
    assert seen


def test_a_state_beside_an_id_is_that_of_the_record() -> None:
    """In brackets, without a verb."""
    task, talk, at, _, key = next(one for one in reports() if one[3].startswith("cancel_pending"))
    for state, expected in (("cancelled", False), ("delivered", True)):
        case, ground, _ = _at(task, talk, at, f"I found one order ({key}, {state}) of yours.")
        assert bool([*misdescribed(case, at, ground)]) is expected, state


def test_a_difference_is_told_the_right_way_round() -> None:
    """More is more, where only one price fits."""
    task, talk, at, *_ = next(one for one in reports() if one[3].startswith("exchange"))
    case, ground, _ = _at(task, talk, at, "")
    step = next(step for step in case.writes if step.turn == at - 2)
    new = str(step.call.args["new_item_ids"][0])  # type: ignore[index]
    read = {float(number) for leaves in ground.every() for number in leaves.money}
    price = next(
        float(look.data["price"]) for look in ground.looks(new) if isinstance(look.data, dict) and "price" in look.data
    )  # type: ignore[arg-type]
    other = max(read)
    by = round(other - price, 2)
    fits = any(abs(price - number - by) < 0.005 for number in read)
    assert not fits
    assert not [*greeted(ground, f"It costs ${price:.2f}, which is ${by:.2f} less than yours.")]
    assert [*greeted(ground, f"It costs ${price:.2f}, which is ${by:.2f} more than yours.")]
