"""What a message puts to the user for a yes, beside what it tells of requests that are settled."""

from __future__ import annotations

from tests.domains.library import library
from writ_dspy.conversation import Turn
from writ_dspy.simulate.scripted.proposals import of_another, settled_apart
from writ_dspy.task import Call

DONE = "Loan L10001 is renewed."
NO = "I'm sorry, I cannot help with the hold: a hold that is in transit can be neither cancelled nor moved."
LIST = "Here is what I would do: renew loan L10002. Shall I go ahead (yes/no)?"


def told(*sentences: str, error: bool = False) -> str:
    """What counts of a message right after a write."""
    call = Call.of("renew_loan", {"loan_id": "L10001"})
    turns = (
        Turn("user", "Yes."),
        Turn("agent", calls=(call,)),
        Turn("tool", "{}", error=error),
        Turn("agent", " ".join(sentences)),
    )
    return settled_apart(turns[-1].text, turns, library())


def test_what_is_settled_is_not_proposed() -> None:
    """One report for each write that went through, and what is turned down; all else stays."""
    assert told(DONE, LIST) == told(DONE, NO, LIST) == told(NO, LIST) == LIST
    assert told(DONE, DONE, LIST) == f"{DONE} {LIST}"
    assert told(f"{LIST.partition('.')[0]}.", LIST) == f"{LIST.partition('.')[0]}. {LIST}"
    assert told(DONE, LIST, error=True) == f"{DONE} {LIST}"
    assert told(DONE, NO) == f"{DONE} {NO}"


def test_a_record_in_the_list_of_another_write() -> None:
    """It is no proposal of this one, unless a word that is this one's alone is there."""
    moving = "I would change the pickup of hold H10001 to Harbor."
    assert of_another(library(), "cancel_hold", moving)
    assert not of_another(library(), "change_pickup", moving)
    assert not of_another(library(), "cancel_hold", "I would cancel hold H10001.")
    assert not of_another(library(), "cancel_hold", "What about H10001?")
