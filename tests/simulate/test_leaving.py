"""When a user may leave: once nothing is owed, whatever its wishes should come to; and what the verifier says of one who left before."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.simulate.playing import Played
from writ_dspy.conversation import Conversation, Finding, Intent, StopReason, Turn
from writ_dspy.lm import Connection
from writ_dspy.lm.usage import Usage
from writ_dspy.programs.user import ModelUser
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.leaving import LEAVES, asks, leaves_with, may_leave, settled, transferred, unspoken
from writ_dspy.task import Call, Slot, in_own_words
from writ_dspy.verify.case import Case
from writ_dspy.verify.checks import verify
from writ_dspy.verify.user import user_faithful


def offered(item: Played) -> list[tuple[int, bool]]:
    """Each message of the agent, and whether the user may leave after it."""
    turns = item.talk.turns
    said = [index for index, turn in enumerate(turns) if turn.role == "agent" and turn.text]
    return [(index, may_leave(item.task, item.domain, turns[: index + 1])) for index in said]


def test_a_user_may_leave_at_the_end_and_never_before_it_was_served(played: list[Played]) -> None:
    """Whether its wishes are granted or refused makes no difference: from the message on that settles the last of them."""
    for item in played:
        found = offered(item)
        assert found[-1][1], item.task.id
        first = next(index for index, free in found if free)
        gold = set(map(item.domain.effect, item.task.gold))
        writes = [i for i, turn in enumerate(item.talk.turns) if any(item.domain.effect(c) in gold for c in turn.calls)]
        if len({request.word for request in item.task.requests}) < len(item.task.requests) > 2:
            continue  # of several wishes by one word, nobody can tell which was settled
        assert first > max(writes, default=0)
        assert len(writes) == len(item.task.gold)
        said = [turn.text for turn in item.talk.turns[: first + 1] if turn.role == "agent"]
        if not any(
            {"refusal", "proposal"} <= heard(text).kinds for text in said
        ):  # of one wish, or of two: nobody can tell
            assert settled(item.task, item.domain, item.talk.turns[: first + 1])


def test_where_it_may_leave_tells_nothing_of_the_task(played: list[Played]) -> None:
    """The same talk allows the same, whatever the gold is."""
    for item in played[::3]:
        blank = replace(item.task, outcomes=tuple(replace(one, call=None) for one in item.task.outcomes), told=())
        assert offered(item) == offered(replace(item, task=blank))


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("May I go ahead with the exchange as listed?", True),
        ("Could you tell me your e-mail address?", True),
        ("Which card should the refund go to?", True),
        ("All done: the order is canceled. Is there anything else I can do for you?", False),
        ("I'm sorry, basic economy flights can't be changed.", False),
        ("You're welcome, have a lovely evening!", False),
        ("I am sorry to hear that. Please tell me:\n\n1. The **reservation number**\n2. Which flight it was", True),
        (
            "I can help with that. Three things I need from you first:\n\n- **Who you are:** your e-mail\n- **Why**",
            True,
        ),
        ("One way it is. That leaves these for me to ask:\n\n- **Cabin**\n- **Payment method**", True),
        ("Booked! Your reservation number is HATHAT:\n\n- HAT271 on May 25\n- one bag", False),
        ("This is what I sent to you:\n- the e-mail\n- the label", False),
        ("The exchange is requested. Is that everything?", False),
        ("It is done. Will that be all for today?", False),
        ("It is done. Is that everything you needed, or is there something else?", False),
        ("Is that all you want to return?", True),
        ("Is that everything you would like to change in the order?", True),
        ("Shall I cancel it, then? And is that all?", True),
    ],
)
def test_only_what_asks_for_an_answer_keeps_a_user(text: str, waits: bool) -> None:
    assert asks(text) is waits


def left_after(item: Played, end: int) -> Conversation:
    return replace(item.talk, turns=item.talk.turns[:end], stop=StopReason.USER_DONE)


def test_who_leaves_a_question_behind_before_being_served_is_found(played: list[Played]) -> None:
    """In tasks without a write as in others, at every question before the refusal; and at no message after the last wish was settled."""
    seen = 0
    for item in played[::2]:
        for index, free in offered(item):
            talk = left_after(item, index + 1)
            found = [finding.saw for finding in user_faithful(Case(item.task, talk, item.domain))]
            if free:
                assert found == []
            elif asks(talk.turns[-1].text) and (item.task.gold or not settled(item.task, item.domain, talk.turns)):
                seen += 1
                assert found, (item.task.kind, item.talk.turns[index].text)
    assert seen > 60


REFUSED_AND_ASKED = (
    "I'm sorry, but I can't cancel a single item out of order #W2601346: a pending order can only be cancelled as a whole."
    " {question}"
)


@pytest.mark.parametrize(
    ("question", "order", "over"),
    [
        ("As for order #W8732376, is it no longer needed, or was it ordered by mistake?", "#W8732376", True),
        ("Which card should the refund for the other order go to?", "#W8732376", True),
        ("Shall I look into cancelling the whole order instead?", "#W2601346", False),
        ("What is the reason for the cancellation?", "#W2601346", False),
    ],
)
def test_a_refusal_holds_beside_a_question_about_another_wish(
    question: str, order: str, over: bool, played: list[Played]
) -> None:
    """A deed on a record that the refusal does not name takes no refused wish's place; one on the same record does."""
    item = next(item for item in played if item.task.domain == "tau2:retail")
    wishes = [
        replace(item.task.requests[0], word="cancel", opening=text, slots=(), tells=(), decision=0)
        for text in ("Please drop one item of my order.", "Another order has to be cancelled.")
    ]
    task = replace(item.task, requests=tuple(wishes), behaviour=None)
    call = Call.of("cancel_pending_order", {"order_id": order, "reason": "no longer needed"})
    turns = (
        Turn("user", " ".join(wish.opening for wish in wishes)),
        Turn("agent", calls=(Call.of("get_order_details", {"order_id": "#W2601346"}),)),
        Turn("tool", "{}"),
        Turn("agent", REFUSED_AND_ASKED.format(question=question)),
        Turn("user", "No longer needed. Yes, do that."),
        Turn("agent", calls=(call,)),
        Turn("tool", "{}"),
        Turn("agent", f"Order {order} is cancelled. Is there anything else I can do for you?"),
    )

    assert may_leave(task, item.domain, turns) is over


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("I'm sorry, but I can't do either of these:\n- #W2601346: it can't be cancelled, as it was sent.\n- #W8732376: this one can't be returned.", True),
        ("I can't cancel #W2601346, as it was sent. I'm afraid I can't take #W8732376 back either.", True),
        ("I can't cancel #W2601346, as it was sent. Sorry, #W2601346 can't be cancelled any more.", False),
        ("I'm sorry, but neither #W2601346 nor #W8732376 can be cancelled.", False),
    ],
)  # fmt: skip
def test_a_message_may_refuse_two_wishes(text: str, over: bool, played: list[Played]) -> None:
    """Each in a sentence about a record of its own; one sentence, or one record, is one refusal."""
    item = next(item for item in played if item.task.domain == "tau2:retail")
    wishes = [
        replace(item.task.requests[0], word=word, opening=text, slots=(), tells=(), decision=0)
        for word, text in (("cancel", "Please cancel my order."), ("return", "The other order has to go back."))
    ]
    task = replace(item.task, requests=tuple(wishes), behaviour=None)
    looks = [
        turn
        for order in ("#W2601346", "#W8732376")
        for turn in (Turn("agent", calls=(Call.of("get_order_details", {"order_id": order}),)), Turn("tool", "{}"))
    ]
    said = Turn("user", " ".join(wish.opening for wish in wishes))
    last = Turn("agent", f"{text} Is there anything else I can help you with?")

    assert may_leave(task, item.domain, (said, *looks, last)) is over


# ----------------------------------------------------------------------------- with a model


class Says(Connection):
    """A connection to nobody: what comes next is given."""

    def __init__(self, *replies: dict[str, Any]) -> None:
        self.replies, self.asked, self.usage = list(replies), list[bool](), Usage()
        self.inputs = list[dict[str, Any]]()

    @property
    def model_name(self) -> str:
        """Of nobody."""
        return "given"

    async def predict(self, predictor: Any, **inputs: Any) -> Any:
        """The next reply."""
        self.asked.append("leave" in inputs["signature"].output_fields)
        self.inputs.append(inputs)
        return SimpleNamespace(**self.replies.pop(0))


def spoken(item: Played, turns: tuple[Turn, ...], *replies: dict[str, Any]) -> tuple[Turn | None, Says]:
    """What a model's user makes of these replies."""
    says = Says(*replies)
    return asyncio.run(ModelUser(says).speak(item.task, item.domain, turns, 0)), says


def served(item: Played) -> tuple[Turn, ...]:
    """Up to the message that settles everything."""
    return item.talk.turns[: next(index for index, free in offered(item) if free) + 1]


def test_a_farewell_is_the_last_message_of_a_user(played: list[Played]) -> None:
    """It is said, the agent answers, and the user is gone without another call of its model; a question keeps it."""
    for item in played[::9]:
        turn, says = spoken(item, served(item), {"leave": True, "message": "That was all, many thanks and goodbye."})
        assert turn is not None
        assert (turn.text, turn.intent, says.asked) == (
            "That was all, many thanks and goodbye.",
            Intent(LEAVES),
            [True],
        )
        ended = (*served(item), turn)
        gone, says = spoken(item, (*ended, Turn("agent", "You're welcome, goodbye!")))
        assert gone is None
        assert says.asked == []
        kept, _ = spoken(
            item, (*ended, Turn("agent", "Before you go, could you tell me your zip code?")), {"message": "I did."}
        )
        assert kept == Turn("user", "I did.")


def test_who_parted_without_being_asked_whether_it_leaves_is_not_asked_for_another_goodbye(
    played: list[Played],
) -> None:
    """Both have said goodbye and every wish was spoken: it is over. With a wish unspoken, or a question open, it goes on."""
    for item in [one for one in played if not transferred(one.domain, one.talk.turns)][::11]:
        said = (*served(item), Turn("user", "No, nothing more. Thank you, goodbye!"))
        gone, says = spoken(item, (*said, Turn("agent", "You're welcome. Goodbye!")))
        assert (gone, says.asked) == (None, [])
        kept, _ = spoken(item, (*said, Turn("agent", "Before that, what is your zip code?")), {"message": "It is 1."})
        assert kept == Turn("user", "It is 1.")
        silent = (Turn("user", "Hello. Thanks, goodbye!"), Turn("agent", "Goodbye!"))
        more, _ = spoken(item, silent, {"message": "Wait, one more thing.", "leave": False})
        assert more == Turn("user", "Wait, one more thing.")


def test_a_user_who_has_to_stay_is_not_asked_whether_it_leaves(played: list[Played]) -> None:
    """And one who leaves without a word is gone at once."""
    item = played[0]
    turn, says = spoken(item, item.talk.turns[:2], {"message": "Here it is."})
    gone, _ = spoken(item, served(item), {"leave": True, "message": " "})

    assert turn == Turn("user", "Here it is.")
    assert says.asked == [False]
    assert gone is None


def test_a_farewell_is_accepted(played: list[Played]) -> None:
    """The verifier has nothing against a user that says goodbye in its own words, nor against the answer."""
    for item in [item for item in played[::6] if not transferred(item.domain, item.talk.turns)]:
        if len({request.word for request in item.task.requests}) < len(item.task.requests) > 2:
            continue
        bye = Turn("user", "Brilliant, that's me sorted then. Cheers, bye!", intent=Intent(LEAVES))
        turns = (*served(item), bye, Turn("agent", "You're welcome. Goodbye!"))
        assert verify(item.task, replace(item.talk, turns=turns), item.domain).findings == ()


@pytest.mark.parametrize(
    ("said", "answered", "over"),
    [
        ("No, this was the last thing. Goodbye.", "Thank you, and goodbye.", True),
        ("Nothing else, thanks, bye!", "You're welcome. Have a nice day!", True),
        ("Thanks, goodbye.", "Before you go: which card should the refund go to?", False),
        ("It was, thanks, bye.", "Good. Is that all?", False),
    ],
)
def test_once_both_have_said_goodbye_nobody_is_kept(said: str, answered: str, over: bool, played: list[Played]) -> None:
    """Also where a wish was never spoken: a talk of goodbyes only would go on to its limit. It is rejected for what was not done."""
    items = [item for item in played if len(item.task.requests) > 1 and not transferred(item.domain, item.talk.turns)]
    item = items[0]
    turns = (
        Turn("user", item.task.requests[0].opening),
        Turn("agent", "Of course."),
        Turn("user", said),
        Turn("agent", answered),
    )

    assert may_leave(item.task, item.domain, turns) == over
    talk = replace(item.talk, turns=turns, stop=StopReason.USER_DONE)
    assert not verify(item.task, talk, item.domain).accepted


@pytest.mark.parametrize(
    "text", ["I need an order canceled.", "A canceled order, this is what I ask.", "Please cancel it."]
)
def test_a_wish_is_spoken_in_any_form_of_its_word(text: str, played: list[Played]) -> None:
    """`cancellation` is what the task calls it; nobody needs to."""
    item = played[0]
    request = replace(item.task.requests[0], word="cancellation", opening="Somebody I know has to cancel.", slots=())

    assert request not in list(unspoken(replace(item.task, requests=(request,)), (Turn("user", text),)))
    assert request in list(unspoken(replace(item.task, requests=(request,)), (Turn("user", "Hello there."),)))


TOO_LITTLE, PLACE = (
    Finding("user_faithful", 0, "Hi.", "its wish"),
    Finding("user_faithful", 0, "York", "from: JFK, as the task has it"),
)


def test_a_model_is_told_what_was_wrong_with_its_message(played: list[Played]) -> None:
    """At the end of its prompt, and only when it writes anew; a run counts it by kind, without what was said."""
    item, says = played[0], Says({"message": "Hi."}, {"message": "Hello."})
    user = ModelUser(says)
    asyncio.run(user.speak(item.task, item.domain, (), 0))
    asyncio.run(user.again(item.task, item.domain, (), 1, Turn("user", "Hi."), (TOO_LITTLE, PLACE)))

    assert [prompt.get("objection") for prompt in says.inputs] == [
        None,
        '"Hi." was refused. Hi.; wanted: its wish; York; wanted: from: JFK, as the task has it. Write another message.',
    ]
    assert (says.usage.redraws, dict(says.usage.sent_back)) == (
        1,
        {"user_faithful: its wish": 1, "user_faithful: from": 1},
    )
    assert [*says.inputs[1]["signature"].input_fields][-1] == "objection"


OPEN = "I've got one small thing about an order of mine: a single piece of it should be cancelled."


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("I want an order called off, it's #W9667707, and it is no longer needed.", False),
        ("I want an order called off. And #W9527030 has something that I don't want.", True),
        (f"I want an order called off. {OPEN}", True),
    ],
)
def test_a_word_that_two_wishes_share_speaks_of_neither(text: str, spoken: bool, played: list[Played]) -> None:
    """Both are about an order; the second is brought up by its own number, or in its own words."""
    first, second = "I have a purchase open, and I want that order cancelled.", OPEN
    item = next(item for item in played if item.task.domain == "tau2:retail")
    wishes = [
        replace(
            item.task.requests[0],
            word="order",
            opening=opening,
            slots=(Slot("order", f"It is order number {order}.", (order.lower(),)),),
            tells=(),
            decision=0,
        )
        for opening, order in ((first, "#W9667707"), (second, "#W9527030"))
    ]
    task = replace(item.task, requests=tuple(wishes), behaviour=None)

    assert (wishes[1] in unspoken(task, [Turn("user", text)])) is not spoken
    assert wishes[0] not in unspoken(task, [Turn("user", f"{text} I mean order #W9667707.")])


def test_who_goes_on_to_another_wish_takes_no_leave(played: list[Played]) -> None:
    """What else there is, is answered by the next wish as by a no; only after the no may the user go."""
    item = next(item for item in played if len(item.task.requests) == 2 and item.task.domain == "tau2:airline")
    first, second = (one.opening for one in in_own_words(item.task).requests)
    task = replace(item.task, behaviour=None, requests=in_own_words(item.task).requests)
    for answer, over in ((f"There is another matter: {second}", False), ("No, nothing else, thank you.", True)):
        turns = [
            Turn("user", f"{first} {second if over else ''}"),
            Turn("agent", "May I help you with anything else?"),
            Turn("user", answer),
            Turn("agent", "I see."),
        ]
        assert may_leave(task, item.domain, turns) is over


@pytest.mark.parametrize(
    ("named", "over"),
    [
        ("I found order #W2601346. I'm sorry, but I can't take a single item out of it.", True),
        ("I'm sorry, but I can't take a single item out of it.", False),
    ],
)
def test_a_refusal_is_about_the_record_that_was_named_before_it(named: str, over: bool, played: list[Played]) -> None:
    """It names none itself ("out of it"), and the sentence before it does: a deed on another one takes no place of it."""
    item = next(item for item in played if item.task.domain == "tau2:retail")
    wishes = [
        replace(item.task.requests[0], word="cancel", opening=text, slots=(), tells=(), decision=0)
        for text in ("Please drop one item of my order.", "Another order has to be cancelled.")
    ]
    task = replace(item.task, requests=tuple(wishes), behaviour=None)
    call = Call.of("cancel_pending_order", {"order_id": "#W8732376", "reason": "no longer needed"})
    turns = (
        Turn("user", " ".join(wish.opening for wish in wishes)),
        Turn("agent", calls=(Call.of("get_order_details", {"order_id": "#W2601346"}),)),
        Turn("tool", "{}"),
        Turn("agent", f"{named} What is the reason for the cancellation?"),
        Turn("user", "No longer needed. Yes, do that."),
        Turn("agent", calls=(call,)),
        Turn("tool", "{}"),
        Turn("agent", "Order #W8732376 is cancelled. Is there anything else I can do for you?"),
    )

    assert may_leave(task, item.domain, turns) is over


@pytest.mark.parametrize(
    ("before", "text", "leaves"),
    [
        ("Done. Is that everything?", "Yes, is everything. I have no more time.", True),
        ("Done. Is that everything?", "Yes.", True),
        ("Done. Is that everything?", "No, that's it, thanks.", True),
        ("Done. Is that everything?", "No.", False),
        ("Done. Is that everything?", "No, a lamp has to go back, too.", False),
        ("Done. Is that everything?", "Yes, but what does it come to?", False),
        ("Done. Is there anything else?", "No.", True),
        ("Done. Is there anything else?", "Yes, but what does it come to?", False),
        ("Is that all you want to return?", "Yes.", False),
    ],
)
def test_a_yes_takes_leave_where_the_question_was_whether_that_was_all(before: str, text: str, *, leaves: bool) -> None:
    assert leaves_with([Turn("user", "Hi."), Turn("agent", before), Turn("user", text)]) is leaves
