"""A yes to several writes at once that goes through them one by one, and one after which the user goes on to another wish."""

from __future__ import annotations

import pytest

from tests.verify.test_consented import played, talks, unconfirmed
from writ_dspy.conversation import Conversation, StopReason
from writ_dspy.domains import load
from writ_dspy.verify.checks import verify

SEVERAL = """
U: Please cancel two orders, the one ending in 4774, which I no longer need, and the one ending in 3749, which I no longer need either. I'm Olivia Silva, zip code 32240.
C: find_user_id_by_name_zip {"first_name": "Olivia", "last_name": "Silva", "zip": "32240"}
C: get_user_details {"user_id": "olivia_silva_7273"}
C: get_order_details {"order_id": "#W1524774"}
C: get_order_details {"order_id": "#W7613749"}
A: Both are pending, so I can cancel them:

1. Order #W1524774 (makeup kit) with the reason "no longer needed": $253.08 back to your PayPal account.
2. Order #W7613749, all five items, with the reason "no longer needed": $4,914.76 back to your PayPal account.

Shall I cancel these two orders?
U: REPLY
C: cancel_pending_order {"order_id": "#W1524774", "reason": "no longer needed"}
C: cancel_pending_order {"order_id": "#W7613749", "reason": "REASON"}
A: That's it.
U: Thanks!
"""


def _found(reply: str, reason: str = "no longer needed") -> list[str]:
    task, _ = talks()["f940"]
    return unconfirmed(task, played(task, SEVERAL.replace("REPLY", reply).replace("REASON", reason).strip()))


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, go ahead.\n- Cancel #W1524774, money to PayPal.\n- Cancel only the five items of order #W7613749, money to PayPal.",
        "Yes, please.\n- #W1524774: cancel it as no longer needed.\n- Cancel order #W7613749 alone besides.",
    ],
)
def test_what_is_said_of_one_write_alone_leaves_the_others(reply: str) -> None:
    """Each is named by its order, and the "only" is one order's."""
    assert _found(reply) == []


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, go ahead.\n- Cancel only order #W7613749, money to PayPal.",
        "Yes, please.\n- #W1524774: keep it for now.\n- Cancel only order #W7613749, money to PayPal.",
    ],
)
def test_an_only_that_leaves_the_other_unnamed_or_undone_is_no_yes_to_it(reply: str) -> None:
    """The first cancellation was none of what the user agreed to."""
    assert _found(reply)


def test_a_write_that_is_refused_next_to_it_was_agreed_to_as_well() -> None:
    """The other order is named because it was to be cancelled, too; a yes to that one alone stays none to this."""
    both = "Yes, cancel the makeup kit of #W1524774.\n\nFor the five items in #W7613749, change all of it to cancelled. Yes, proceed."

    assert not [found for found in _found(both, "changed my mind") if "#W7613749" in found]
    assert _found("Yes, go ahead with #W7613749.", "changed my mind")


def test_another_wish_behind_a_yes_is_none_of_what_was_listed() -> None:
    """Where the user says that it goes on; without that, it is a change of what was listed."""
    task, said = talks()["9660"]
    yes, wish = "yes ma'am that works", "the item color to red."
    assert f"{yes}, just the lamp" in said

    def wanted(reply: str) -> list[str]:
        return unconfirmed(task, played(task, said.replace(f"{yes}, just the lamp", reply)))

    assert wanted(f"{yes}. Next, I need a change in my pending order: {wish}") == []
    assert wanted(f"{yes}, just a change: {wish}")


def _ungrounded(name: str, said: str) -> list[str]:
    """What the agent is found to state without a ground."""
    task, _ = talks()[name]
    talk = Conversation(
        f"{task.id}.0", task.id, tuple(played(task, said.strip())), StopReason.USER_DONE, 1, "hand", "hand"
    )
    return [str(one) for one in verify(task, talk, load(task.domain)).findings if one.check == "grounded"]


def test_what_a_write_has_done_may_be_called_a_request() -> None:
    """Once it was made; a request to somebody else is none of a tool's."""
    done = SEVERAL.replace("REPLY", "Yes, both.").replace("REASON", "no longer needed")

    assert not _ungrounded("f940", done.replace("That's it.", "I've submitted the two cancellation requests."))
    assert _ungrounded("f940", done.replace("That's it.", "I've submitted your complaint as a request."))


SUPPOSED = """
U: How many free bags would I have in economy as a gold member? My user id is liam_taylor_3449.
C: get_user_details {"user_id": "liam_taylor_3449"}
A: As a gold member, you would have three free checked bags for each passenger in economy.
U: Thanks!
"""


def test_what_a_rank_would_come_to_may_be_told_to_a_user_who_supposes_it() -> None:
    """It says nothing of the one that the user has."""
    assert not _ungrounded("0b2d", SUPPOSED)
    assert _ungrounded("0b2d", SUPPOSED.replace("you would have", "you have"))
