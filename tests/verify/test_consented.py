"""Consent as people give it: whole talks by people who had not seen the checks, right as they stand, and no yes once a word is changed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from writ_dspy.codec import from_json
from writ_dspy.conversation import Conversation, StopReason, Turn
from writ_dspy.domains import load
from writ_dspy.task import Task
from writ_dspy.verify.case import Case
from writ_dspy.verify.consent import confirmed_before_write
from writ_dspy.verify.jointly import left_out

HERE = Path(__file__).parent / "consented"


@cache
def talks() -> dict[str, tuple[Task, str]]:
    """By the last letters of the task's id: what was said and called, line by line."""
    tasks = {
        task.id: task
        for task in (from_json(json.loads(line)) for line in (HERE / "tasks.jsonl").read_text("utf-8").splitlines())
    }
    parts = re.split(r"(?m)^== (\S+)\n", (HERE / "talks.txt").read_text("utf-8"))[1:]
    return {name[-4:]: (tasks[name], said.strip()) for name, said in zip(parts[::2], parts[1::2], strict=True)}


def played(task: Task, said: str) -> list[Turn]:
    """The turns of a talk, its calls made on a fresh world."""
    domain = load(task.domain)
    world, turns = domain.world(), list[Turn]()
    parts = re.split(r"(?m)^([UAC]): ?", said)[1:]
    for who, text in zip(parts[::2], parts[1::2], strict=True):
        if who == "C":
            tool, _, args = text.strip().partition(" ")
            call = domain.canonical(tool, json.loads(args))
            result = world.call(call)
            turns += [Turn("agent", "", (call,)), Turn("tool", result.text, error=result.error)]
        else:
            turns.append(Turn("user" if who == "U" else "agent", text.strip()))
    return turns


def unconfirmed(task: Task, turns: Sequence[Turn]) -> list[str]:
    """What the check finds in a talk."""
    talk = Conversation(f"{task.id}.0", task.id, tuple(turns), StopReason.USER_DONE, 1, "hand", "hand")
    return [
        f"{finding.turn}: {finding.wanted}" for finding in confirmed_before_write(Case(task, talk, load(task.domain)))
    ]


@pytest.mark.parametrize("name", sorted(talks()))
def test_a_yes_in_the_words_of_people_is_one(name: str) -> None:
    """Recaps after a question, remarks around a yes, headings for a deed, short names, joint lists."""
    task, said = talks()[name]

    assert unconfirmed(task, played(task, said)) == []


SPOILED = (
    ("0b2d", "economy → business**", "economy → basic economy**"), ("8279", "| May 27 | 11:00 PM", "| May 26 | 11:00 PM"), ("c4da", "Is that a yes?", "Do you have any questions?"),
    ("f31d", "Anya Sanchez out, Lucas Kim in", "Anya Sanchez out, Luis Kim in"), ("f31d", "Yes, both.", "No, neither."),
    ("9156", "yep book it", "nah dont book it"), ("9156", "**Back, May 28**", "**Back, May 29**"), ("3722", "Cancel LVNBYN, yes or no?", "Cancel 4SAGZV, yes or no?"), ("3722", "yeah yes, scrap it", "yeah no, keep it"),
    ("2def", "Yes to number 1", "No to number 1"), ("2def", "and yes to number 3,", "and not to number 3,"),
    ("8085", "Yes, please book it", "No, please don't book it"), ("8085", "Then we'll leave that one be.", "Then we'll leave it all be."),
    ("7807", "Yes, go ahead, only the desk lamp.", "Yes, go ahead, only the luggage set."),
    ("75fa", 'Shall I cancel it with the reason "ordered by mistake"', 'Shall I cancel it with the reason "no longer needed"'),
    ("75fa", "Yes, please cancel it!", "No, please don't cancel it!"),
    ("c63c", "would all go to 740 Hickory Lane", "would all go to 704 Hickory Lane"),
    ("c63c", "OK to update it?", "Would you like me to cancel it?"),
    ("8f61", "so I can redirect each of them", "so I'd delete each of them"),
    ("341f", "the watch. It's", "the dumbbell set. It's"),
    ("341f", "the watch. It's", "the smart watch. It's"),
    ("2655", "Complete. Yes.", "Complete? No."),
    ("5173", "Okay like that?", "Interesting, isn't that?"),
    ("5173", "your gift card gift_card_1044904 instead of the Visa", "your Visa instead of the gift card gift_card_1044904"),
    ("5173", "the large grey polyester bed and the $24.07 refund to your Visa", "the medium beige polyester bed and the $24.07 refund to your Visa"),
    ("5173", "the $24.07 refund to your Visa", "the $24.07 refund to your gift card gift_card_1044904"),
    ("a555", "It would become 346 Laurel Lane", "It would become 364 Laurel Lane"),
    ("855f", "the 4K 130 degrees camera, only that", "the 2K 110 degrees camera, only that"),
    ("719b", "make the Cedar Avenue one", "make the Elm Avenue one"),
    ("719b", "Shall I make that your default address?", "Shall I read you that address again?"),
    ("e8f2", "with the same date of birth", "born May 2, 1951"),
    ("e8f2", "reads **Harper Mensah**", "reads **Harper Mendez**"),
    ("52d9", "HAT194, SEA 8:00 PM", "HAT194, May 30, SEA 8:00 PM"),
    ("d391", "$150 from certificate_5468441", "$140 from certificate_5468441"),
    ("d391", "$186 ends up on your card. Shall", "$186 ends up on your card, $244 from gift card gift_card_5142173. Shall"),
    ("4b1b", "Travel insurance for both, $60.", "Travel insurance ($30 each) if you like."),
    ("8eb6", "Good to go?", "Any questions?"),
    ("8eb6", "aight makes sense. yes", "aight makes sense. no"),
    ("a3ea", "Do you want me to go ahead?", "Do you want to hear more?"),
    ("a3ea", "Lovely, then yes, please go ahead.", "Lovely, then I'll think about it."),
    ("9290", "Do you want the upgrade?", "Do you want the fare rules?"),
    ("9290", "yep, business on 98AFPZ", "yep, economy on 98AFPZ"),
    ("8558", "Do you want me to book it?", "I'd book it on EJTH83 instead. Do you want me to book it?"),
    ("c5e7", "two checked bags, both paid", "two checked bags, both free"),
    ("5229", "Bags: yes, please.", "Insurance: yes, please."),
    ("5229", "Bags: yes, please.", "Bags: no, please."),
    ("5229", "But Yusuf…", "But only two bags…"),
    ("4d7a", "$116 would be charged to the Mastercard", "$116 would be refunded to the Mastercard"),
    ("4d7a", "None of it has been flown", "None of it is going to be done"),
    ("8558", "Bags: 1 checked bag, free", "Bags: 2 checked bags, free"),
    ("7e18", "New York, NY 10108 as you confirmed", "Chicago, IL 60628 as you confirmed"),
    ("7e18", "I'm changing it to 756 Canal Street, Apt 497", "I'm changing it to 756 Canal Street, Apt 479"),
    ("7e18", "Yes still good", "No, not any more"),
    ("b508", "Yes, only these five", "Yes, only the first four"),
    ("4cc5", "would you like it for $215?", "would you like it for a friend?"),
    ("4cc5", "then yes please book it!", "then I'd rather not."),
    ("5a38", "If so, a yes is all I need.", "If so, all I need is your zip code."),
    ("5a38", "If so, a yes is all I need.", "Do you have another card?"),
    ("5a38", "yeah thats all 4, send it", "yeah thats all 4, ill think about it"),
    ("fd2f", "Shall I proceed with the watch, for $66.80", "Shall I proceed with the black metal watch, for $66.80"),
    ("fd2f", "Shall I proceed with the watch, for $66.80", "Shall I proceed with the watch 2860956908, for $66.80"),
    ("9660", "Does that work for you?", "Where did you buy it?"),
    ("9660", "yes ma'am that works, just the lamp", "no ma'am that's not it, just the lamp"),
    ("7663", "nothing of it has been flown, so I can cancel it for you.", "nothing of it will be done for you."),
    ("b9ff", "Then it's one checked bag, also free", "Then it's three checked bags, also free"),
    ("b9ff", "Then it's one checked bag, also free, and", "Then"),
    ("c5e7", "Yes, book Atlanta to Phoenix on May 22 for $416.", "Yes, book Charlotte to Phoenix on May 21."),
    ("9fb2", "Yes, I agree, please take HAT230 on May 30. Midnight is no problem", "Yes, I agree, please take HAT020 on May 30. Evening is no problem"),
    ("c5e7", "Yes, book Atlanta to Phoenix on May 22 for $416.", "Yes, book Charlotte to Phoenix on May 22 for $416."),
    ("9fb2", "Yes, I agree, please take HAT230 on May 30. Midnight is no problem", "Yes, please take HAT020. Evening is no problem"),
    ("b508", "Ah, exchange then, please. Yes, only these five.", "Ah, exchange then, please. Yes, only without the dumbbells."),
    ("2655", "Complete. Yes.", "Complete. Yes to the kettle."),
    ("074f", "yes please, the red v-neck", "yes please, the black v-neck"),
    ("46b0", "yes, book the 12:00 AM fligth", "yes, book the 10:00 PM fligth"),
    ("46b0", "yes, Omar instead of Raj", "yes, Raj instead of Omar"),
    ("46b0", "U: yes, Omar instead of Raj", "U: omar is my cousin btw, great guy"),
    ("5229", "U: Yes, I agree. Please do.", "U: I agree it's cheap. Can it be in the afternoon?"),
    ("6349", "Aarav's trip would be", "Aarav's trip could be, if you pay a deposit first, and only if you do"),
    ("ce7b", "paid with your gift card (balance $60)", "paid with your Mastercard ending in 3802"),
    ("97e0", "way there only", "way back only"),
    ("af77", "Checked bags: 0 → 1.", "Checked bags: 0 → 2."),
    ("af77", "Checked bags: 6 → 7.", "Checked bags: 6 → 8."),
    ("af77", "Checked bags: 6 → 7.", "Checked bags: 7 → 6."),
    ("af77", "go ahead with both?", "go ahead with both, so 7 checked bags on Y1ZIDC and 1 on T47GQ8?"),
    ("8f0b", "The backpack is good for me as it is.", "The backpack is good for me."),
    ("61c4", "change the name to **Daiki Okafor**", "change the name to **Daiki Okonjo**"),
    ("61c4", " and leave the date of birth and everything else as is", ""),
    ("61c4", "leave the date of birth and", "leave the date of birth, December 25, 2000, and"),
    ("4513", "not water resistant", "water resistant"),
    ("f00a", "Sofia Thomas (born March 1, 1953)", "Sofia Thomas (born March 2, 1953)"),
    ("f00a", "Sofia Thomas (born March 1, 1953)", "Sofia Thomas"),
    ("2edd", "as a silver member you have two free ones in economy", "three. I'd also add a free lounge visit for you"),
)  # fmt: skip
"""Whose talk, what is said, what is said instead."""


@pytest.mark.parametrize(("name", "said", "instead"), SPOILED)
def test_another_word_makes_it_none(name: str, said: str, instead: str) -> None:
    """What was loosened for these talks still sees the value, the deed or the no beside it."""
    task, text = talks()[name]

    assert said in text
    assert unconfirmed(task, played(task, text.replace(said, instead)))


def varied() -> list[tuple[str, int, str]]:
    """Of which talk, before which write, and what is said there instead."""
    parts = re.split(r"(?m)^=== (\w+) (\d+)\n", (HERE / "varied.txt").read_text("utf-8"))[1:]
    return [(name, int(write), said) for name, write, said in zip(parts[::3], parts[1::3], parts[2::3], strict=True)]


def put_otherwise(task: Task, text: str, write: int, exchange: str) -> tuple[list[Turn], int]:
    """The talk with another exchange before a write, and the turn of that write then."""
    turns = played(task, text)
    said = [turn for turn in played(task, exchange) if turn.text]
    spoken = [at for at in range(write) if turns[at].text and turns[at].role != "tool"][-len(said) :]
    called = [turn for turn in turns[spoken[0] : write] if turn.calls or turn.role == "tool"]
    before = [*turns[: spoken[0]], *said, *called]
    return [*before, *turns[write:]], len(before)


@pytest.mark.parametrize(("name", "write", "exchange"), varied())
def test_a_list_and_a_yes_may_be_put_in_any_way(name: str, write: int, exchange: str) -> None:
    """Tables, headings, prose, a recap, a short question; without a question, or with a no, it is none."""
    task, text = talks()[name]

    def found(exchange: str) -> list[str]:
        turns, at = put_otherwise(task, text, write, exchange)
        return [finding for finding in unconfirmed(task, turns) if finding.startswith(f"{at}:")]

    assert found(exchange) == []
    assert found(re.sub(r"(?s)(.*\nU: ).*", r"\1No, please leave it.", exchange))
    assert found(re.sub(r"(?s)(.*\nU: ).*", r"\1Hm, let me think about it.", exchange))


LISTED = """Order #W8413387, exchange:
- back: T-shirt 8349118980 (blue, S, cotton, v-neck), $53.43
- new: T-shirt 8124970213 (purple, XL, cotton, crew neck), $49.67
- $3.76 to gift card gift_card_8578732
Only one exchange per order is possible."""


def answered(question: str, reply: str) -> list[str]:
    """What is found where a full list ends in this question."""
    task, text = talks()["f871"]
    turns, at = put_otherwise(task, text, 27, f"A: {LISTED}\n{question}\nU: {reply}\n")
    return [finding for finding in unconfirmed(task, turns) if finding.startswith(f"{at}:")]


@pytest.mark.parametrize(
    "question",
    [
        "Shall I check it first?", "Can I keep it for you?", "Is it OK if I look that up first?", "May I hold it until tomorrow?", "Is it all right to call you about it?",
        "Do I have your consent to call you back tomorrow?", "Can I see it?", "Should I ask them first?", "Shall we leave it?", "OK to transfer you to a human?",
        "Is it fine if I cancel the order?", "Shall I cancel it?", "Do I have your e-mail right?", "Shall I return it instead?", "Cancel it?", "Keep it?", "Do you agree that it is cheap?",
        "Are you okay with waiting?", "Do you accept cookies?", "Is this your current address?", "Would you like to hear more about it?", "Did you get it?", "Can we talk about it?",
        "Is that a yes to my survey?", "Do you have any other card?",
        "Shall I check whether the exchange goes through first?", "Can I give you a minute to think it over?", "Shall I put the exchange on hold?", "Would you like me to set it aside for you?",
        "Shall I compare it with the red one?", "May I open a ticket about the exchange?", "Do you want me to wait until tomorrow?", "Shall I skip it?", "Should I drop this one?",
        "Is it okay if I note that down for later?", "Can I get you a colleague for the exchange?", "Shall I explain how an exchange works?", "Does the shirt still fit?", "Is your gift card a present?",
        "Are you still there?", "Did the parcel reach you in one piece?", "Is the shirt still unworn?", "Have you tried the other one on?", "May I read you the exchange once more?",
        "Shall I hold the exchange for the moment?", "Cancel the order, yes or no?", "Is it still unworn, yes or no?", "Would you like me to double-check the price of the exchange?",
    ],
)  # fmt: skip
def test_a_question_for_something_else_asks_for_no_yes(question: str) -> None:
    """Leave to look, ask, wait or speak, another write, an opinion or a fact: a bare yes is to that."""
    assert answered(question, "Yes.")


@pytest.mark.parametrize(
    "question",
    [
        "Shall I do it?", "May I save it like this?", "OK to swap the blue S for the purple XL?", "Is it OK if I submit the exchange?", "Do I have your okay?", "Do I have your consent to exchange the shirt?",
        "Submit it?", "Shall I put it through?", "Can I send it off?", "Should I file it?", "Do it?", "Are you fine with this?", "Is it all right to go ahead?", "Would it be OK if I put it in now?",
        "Do you consent to this?", "May I book it in?", "All right if I process that?", "Do you agree, then?", "Is that a yes?", "Yes to all that?", "And go?", "Shall I check the stock once more and then exchange it?",
        "Can I get a yes from you?", "Does that get a yes from you?", "Will this get your okay?", "Shall I get that exchanged for you?", "Are you happy with that?", "Is everything in order for you?", "Is this what you had in mind?", "Can I get you to confirm that?",
        "Does that work for you?", "Are we good?", "Shall I give it a go?", "Should I note it and then exchange it?", "Would you like me to exchange it now?", "Are you still happy to exchange it?",
        "Shall I make the exchange for you today?", "Is the exchange as you want it?", "Do you approve of the exchange?", "Is it a deal?", "May I make the swap?", "Exchange the shirt, yes or no?", "Do you agree to all three (yes/no)?", "Are you okay with both of them?", "Swap it (yes/no)?", "Have I your consent to exchange this, Mr. Rossi?",
    ],
)  # fmt: skip
def test_any_question_for_the_deed_asks_for_the_yes(question: str) -> None:
    """Whatever the doing is called."""
    assert not answered(question, "Yes, please.")
    assert answered(question, "No, leave it.")


JOINT = (
    "Yes, all three is correct, do it please. In the notebook order nothing else. For the number 4, ok, pity, I accept."
)


def to_three(reply: str) -> list[str]:
    """What is found where three writes are listed and then made, by the number of the write among them."""
    task, text = talks()["a555"]
    assert text.count(JOINT) == 1
    return unconfirmed(task, played(task, text.replace(JOINT, reply)))


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, all three. In the notebook order nothing else.", "Yes, do 1, 2 and 3. Nothing else in the notebook order.", "Yes to everything, and only the notebook in that order.",
        "Yes please, the notebook is the only thing I want to change there, go ahead with all of it.", "Go ahead, just like you wrote it.", "Yes. Only these three, please.", "Yes, please, and nothing else.",
        "Yes, the first three as you say. Number 4 is a pity.", "Yes, go ahead, only hurry up please.",
    ],
)  # fmt: skip
def test_a_yes_to_several_writes_is_one_to_each(reply: str) -> None:
    """However it is put, and whatever is sure to be all."""
    assert to_three(reply) == []


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, but only the first two, please.", "Yes, only the first one.", "Yes to the notebook and the toothbrush. The third can wait.", "Yes, only the toothbrush, please.",
        "The first two, yes. The third I'd rather keep.", "Only 1 and 2, please.", "Yes, but not 3.", "Yes, do the return only.", "Sure, skip the second one.", "1 and 2 yes, 3 no.", "Yes, only the address please.",
        "Go ahead with W1504875 only.", "Yes, without number 3.", "Yes for now just the exchange. I tell you tomorrow about the rest.",
    ],
)  # fmt: skip
def test_a_yes_to_some_of_several_writes_is_none_to_the_rest(reply: str) -> None:
    """By their place, number, record, thing or deed."""
    assert to_three(reply)


@pytest.mark.parametrize(
    "sure",
    [
        "please make sure that's all in it",
        "please check that nothing else in it",
        "do be sure it is the only item in it",
    ],
)
def test_only_that_answers_whether_that_is_all(sure: str) -> None:
    """What an agent has the user make sure of: the answer leaves none of the other writes out."""
    task, text = talks()["a555"]
    asked = "so please confirm there's nothing else in it you want to exchange."
    assert asked in text
    turns = played(task, text.replace(asked, f"so {sure} you want to exchange."))
    case = Case(task, Conversation("x", "x", tuple(turns), StopReason.USER_DONE, 1, "hand", "hand"), load(task.domain))

    assert not any(left_out(case, step, "yes, only the notebook.") for step in case.writes)
    assert any(left_out(case, step, "yes, only the return.") for step in case.writes)


BESIDE = (
    ("f871", "And yes, only the shirt, everything else stays with me.", "I'll think about the other shirt later.", True),
    ("f871", "And yes, only the shirt, everything else stays with me.", "The other shirt I still have to look at.", True),
    ("f871", "And yes, only the shirt, everything else stays with me.", "No, wait, take the other shirt.", False),
    ("f871", "Yes please, swap it for the purple XL one! And yes, only the shirt, everything else stays with me.", "Yes please. But I'd rather have the other shirt.", False),
    ("f871", "Yes please, swap it for the purple XL one! And yes, only the shirt, everything else stays with me.", "I'll think about this shirt later.", False),
    ("fd2f", "its just the watch.", "its just the watch. Oops, typo, it's W3467101.", True),
    ("fd2f", "its just the watch.", "its just the watch. Sorry, autocorrect, order #W3467101.", True),
    ("fd2f", "its just the watch.", "its just the watch. Oops, typo, it's W3467110.", False),
)  # fmt: skip
"""Whose talk, what is said, what is said instead, and whether that is still a yes."""


@pytest.mark.parametrize(("name", "said", "instead", "still"), BESIDE)
def test_what_is_said_of_another_thing_or_of_a_slip_takes_no_yes_back(name: str, said: str, instead: str, still: bool) -> None:  # fmt: skip
    """The other shirt is none of a write of one shirt, and an id that is put right to that of the list changes nothing."""
    task, text = talks()[name]

    assert said in text
    assert (unconfirmed(task, played(task, text.replace(said, instead))) == []) is still
