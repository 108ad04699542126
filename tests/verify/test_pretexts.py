"""Pretexts: grounds, states and deeds that policy, records and writes give, and the same made up."""

from __future__ import annotations

import pytest

from tests.simulate.playing import some_of
from tests.verify.test_granted import _at
from tests.verify.test_played import played
from tests.verify.test_retold import reports
from writ_dspy.domains import load
from writ_dspy.verify.case import Case
from writ_dspy.verify.pretexts import pretexts

REAL = (
    "I can't do that, since the system shows it as delivered.", "I can't do that, because your account holds no such order.",
    "I can't change it, since the card isn't on your profile.", "I can't take it back, because it is already on its way to you.",
    "I'm sorry, this isn't possible, as only one method can pay for an order.", "I can't see your card, but our system is up.",
    "It isn't possible, because the item is out of stock.", "I can't say whether the office is closed.", "Your account is new, welcome!",
    "I can't cancel it, since you are not its owner.", "I'm unable to do that, as your membership is regular.",
)  # fmt: skip
MADE_UP = (
    "I can't do that, because our computers are being upgraded.", "I can't do that, since your profile is far too young.",
    "I can't change it, as the voucher has lapsed.", "The shop is shut, so I can't take it back.", "I'm sorry, this isn't possible, as it's a bank holiday.",
    "It isn't possible, because the item has been discontinued.", "I have to decline that, since our supervisor is away.",
    "I can't cancel it, because you have so many pending complaints.", "I'm unable to do that, as your account is flagged.",
    "That is impossible, because your last payment hasn't cleared.", "Unfortunately I can't, since we're understaffed.",
)  # fmt: skip
TOLD = (
    "Thank you, that's all I need.", "You're all set!", "Done with the search, I can tell you more.", "I can do that for you.", "It worked, I have found your account.",
    "That's done only with your yes.", "Once you agree, it is saved.", "Your request is noted down here, and now to the rules.",
)  # fmt: skip
CLAIMED = (
    "I've put it through for you just now.", "Done, it's taken care of.", "Good news: I've done that for you.", "Your request has been approved.",
    "That went through without any trouble.", "Happy to say it's all arranged now.", "Of course, I have changed it for you.", "I managed to do it after all.",
)  # fmt: skip


def _found(name: str, at: int, text: str) -> list[tuple[str, str]]:
    task, talk = played()[name]
    case, ground, news = _at(task, talk, at, text)
    return [*pretexts(case, at, ground, news)]


def _first(name: str) -> int:
    """The turn of the first message behind a read."""
    turns = played()[name][1].turns
    return next(
        at for at, turn in enumerate(turns) if turn.role == "agent" and turn.text and turns[at - 1].role == "tool"
    )


@pytest.mark.parametrize("name", sorted(played())[:4])
def test_a_denial_has_a_ground_that_can_be_known(name: str) -> None:
    """What the desk, the day or the standing of a person hinders is in no record; a rule in other words is."""
    assert [text for text in REAL if _found(name, _first(name), text)] == []
    assert [text for text in MADE_UP if not _found(name, _first(name), text)] == []


@pytest.mark.parametrize("name", sorted(played())[:4])
def test_nothing_went_through_before_a_write(name: str) -> None:
    """A whole sentence that tells a thing as done wants a write; thanks and offers do not."""
    assert [text for text in TOLD if _found(name, _first(name), text)] == []
    assert [text for text in CLAIMED if not _found(name, _first(name), text)] == []


FIELDS = {"order_id": ("status", ("pending", "processed", "delivered", "cancelled"), "{} is {}"), "reservation_id": ("cabin", ("business", "economy", "basic economy"), "{} is in {}")}  # fmt: skip


def test_the_state_behind_an_id_is_that_of_its_record() -> None:
    """Whatever other states the rule in the same sentence has; of `it`, too, where one record is named and denied."""
    seen = set()
    for task, talk in some_of([*played().values()], 36):
        case = Case(task, talk, load(task.domain))
        ends = next(
            at for at in range(len(talk.turns) - 1, -1, -1) if talk.turns[at].text and talk.turns[at].role == "agent"
        )
        _, ground, _ = _at(task, talk, ends, "")
        keys = {(name, str(step.call.args[name])) for step in case.steps for name in FIELDS if name in step.call.args}
        for name, key in sorted(keys):
            field, states, says = FIELDS[name]
            data = [look.data for look in ground.looks(key.lower())]
            own = {str(one[field]).replace("_", " ") for one in data if isinstance(one, dict) and field in one}
            if len(own) != 1 or not own <= set(states):
                continue
            for state in states:
                alone = f"I can't do that: {says.format(key, state)}, and the rule is on others that are pending."
                after = f"I can't change {key}, I'm sorry: {says.format('it', state)}, so it has to stay."
                for text in (alone, after):
                    case, known, news = _at(task, talk, ends, text)
                    assert bool([*pretexts(case, ends, known, news)]) is (state not in own), text
                supposed = f"I can't do that now: if {says.format(key, state)}, it is another matter."
                case, known, news = _at(task, talk, ends, supposed)
                assert not [*pretexts(case, ends, known, news)], supposed
            seen.add(field)
    assert seen == {"status", "cabin"}


FATES = (
    ("book_reservation", "It's booked!", "Your tickets are waitlisted."),
    ("book_reservation", "Your trip is confirmed.", "Your flights are rejected."),
    ("modify_user_address", "Your profile now shows the new address.", "Your order now shows the new address."),
    ("modify_user_address", "That doesn't touch the shipping address of your order.", "The shipping address of your order is changed."),
)  # fmt: skip


@pytest.mark.parametrize(("tool", "right", "wrong"), FATES)
def test_a_report_tells_the_deed_that_was_done(tool: str, right: str, wrong: str) -> None:
    """Not another fate, and not another record's address."""
    found = [one for one in reports() if one[3] == tool]
    assert found
    for task, talk, at, *_ in found[:1]:
        for text, expected in ((right, False), (wrong, True)):
            case, ground, news = _at(task, talk, at, text)
            assert bool([*pretexts(case, at, ground, news)]) is expected, text
