"""Every sentence that the scripted agent may say is heard as what it is meant to be."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from itertools import chain

import pytest

from benchmarks.speech import likeness
from tests.simulate.playing import Played
from tests.test_speech import transcripts
from writ_dspy.domains import load
from writ_dspy.domains.spinning import chosen, every
from writ_dspy.domains.tau2.airline import phrases as airline
from writ_dspy.domains.tau2.retail import phrases as retail
from writ_dspy.simulate.acts import assents, heard
from writ_dspy.simulate.scripted import replies

WORDS = {
    "topic": "the exchange of items", "do": "cancel the order", "name": "Noah", "sought": "the travel dates", "ground": "order #W1234567 is delivered",
    "rule": "order #W1234567 is processed, and only pending orders can be cancelled", "why": "the new fare is $300 and the old one $200",
    "what": "the user id", "value": "mia_li_3668",
}  # fmt: skip
ASKS = frozenset({"question", "offer", "proposal", "refusal", "farewell", "handover"})
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(
        ("HELP", "HELP_DO", "FOUND_YOU", "CAN_HELP", "ABOUT", "ABOUT_DO", "GOT_IT", "GOT_IT_FROM", "COME_BACK", "GRANTED", "GRANTED_DO", "SECOND", "OFFER", "NEXT_BEST", "BACK_AGAIN", "OBJECTED",
         "ANEW", "STAYS", "NO_TRANSFER"),
        (frozenset(), ASKS),
    ),
    **dict.fromkeys(("WELL", "THANKS"), (frozenset(), ASKS - {"farewell"})),
    **dict.fromkeys(("WANTED", "WANTED_NEXT"), (frozenset({"question"}), ASKS - {"question", "offer"})),
    "INSTEAD": (frozenset({"question"}), ASKS - {"question"}),
    "UNKNOWN": (frozenset({"question"}), ASKS - {"question", "offer", "refusal"}),
    **dict.fromkeys(("REFUSED", "REFUSED_DO"), (frozenset({"refusal"}), ASKS - {"refusal"})),
    "MORE": (frozenset({"offer"}), ASKS - {"offer", "question"}),
    "HANDOVER": (frozenset({"handover"}), frozenset({"farewell"})),
    "FAREWELL": (frozenset({"farewell"}), ASKS - {"farewell"}),
}  # fmt: skip
"""Of each kind of sentence, the acts that it has to have, and those that it may not have."""


def readings(name: str) -> list[str]:
    """All that the sentences of a name may come to, filled in."""
    return [text.format(**WORDS) for text in every(*getattr(replies, name))]


def misheard(name: str, texts: Iterable[str]) -> Iterator[str]:
    """Those that lack an act, or have one too many."""
    wanted, never = KINDS[name]
    for text in texts:
        kinds = heard(text).kinds
        if not wanted <= kinds or kinds & never:
            yield text


@pytest.mark.parametrize("name", KINDS)
def test_a_reply_is_heard_as_what_it_is(name: str) -> None:
    """Each reading of each sentence."""
    assert list(misheard(name, readings(name))) == []


def test_what_is_meant_otherwise_is_misheard() -> None:
    """A courtesy that asks for a yes, an offer that is none, a refusal without a no, a goodbye in the midst of it."""
    assert list(misheard("GOT_IT", ["Thanks. Shall I go ahead?"]))
    assert list(misheard("MORE", ["That is all that there is."]))
    assert list(misheard("REFUSED", ["Order #W1234567 is processed."]))
    assert list(misheard("HELP", ["Goodbye, and take care!"]))


def test_every_list_asks_for_a_yes() -> None:
    """Whatever the question behind it is; and the bare list does not."""
    details = (
        "The cancellation in short: booking ABC123 (Boston (BOS) - Miami (MIA)); complete cancellation; refund of $300."
    )

    assert "proposal" not in heard(details).kinds
    for text in every(*replies.PROCEED):
        assert heard(f"{details}\n{text}").kinds == {"proposal"}, text


def test_an_answer_about_a_list_asks_for_the_yes_again() -> None:
    """Without the list, which stands as it was put; whatever the answer is, a plain yes is a yes to it."""
    for answer in every(*chain(*replies.AGAIN.values())):
        for question in replies.PROCEED:
            text = f"{answer} {every(question)[0]}"

            assert "proposal" in heard(text).kinds, text
            assert not heard(text).kinds & {"refusal", "offer", "farewell"}, text
            assert assents("Yes, go ahead.", text), text


def test_each_list_of_whole_talks_can_be_agreed_to(played: list[Played]) -> None:
    """Whatever stands before it, a proposal is heard as one, and a plain yes as a yes to it."""
    for item in played:
        for turn in item.talk.turns:
            assert turn.role == "tool" or not re.search(r"[|{}\[\]]", turn.text), turn.text  # a choice that nobody made
            if turn.intent is not None and turn.intent.kind == "propose":
                assert "proposal" in heard(turn.text).kinds, turn.text
                assert assents("Yes, go ahead.", turn.text), turn.text


@pytest.mark.parametrize("domain", ["tau2:retail", "tau2:airline"])
def test_a_question_speaks_of_what_it_asks_for(domain: str) -> None:
    """Each reading of the questions, and each word for a detail in a question, by the pattern of its slot and as a question."""
    phrases = load(domain).pack.phrases
    asked = dict(phrases.questions)
    for key, patterns in load(domain).pack.sought.items():
        asked[key] = (*asked[key], *(replies.WANTED[0].format(sought=word) for word in every(*patterns)))
    for key, texts in asked.items():
        assert len(texts) >= 4, key
        for text in map(every, texts):
            for one in text:
                about = [part for item in heard(one).asked for part in (item.text, item.before)]

                assert any(re.search(phrases.about[key.partition(":")[0]], part) for part in about), (key, one)
                assert heard(one).kinds & {"question", "offer"} or key == "condition", one


REPORTED = {
    "number": "#W1234567", "when": "The refund to paypal_1 takes 5 to 7 business days.", "place": "1 Main Street, Austin, TX 78001, USA",
    "method": "your PayPal account", "difference": "$3 to pay", "mail": "You will get an e-mail.", "name": "ABC123", "cabin": "economy", "bags": 3, "amount": "$200",
    "things": "the wall clock", "start": "Boston", "end": "Miami", "date": "May 3", "flights": "HAT001 and HAT002", "them": "everything",
}  # fmt: skip


def test_a_report_asks_for_nothing_and_denies_nothing() -> None:
    """Each reading of what is said once something is done; "Please wait for an e-mail" asks for one."""
    for report in (*chain(*retail.REPORTS.values()), *chain(*airline.REPORTS.values()), *retail._MAIL):
        for text in every(report):
            assert heard(text.format(**REPORTED)).kinds == {"report"}, text

    assert heard("Please wait for an e-mail.").asked


def test_what_is_chosen_is_one_of_all_readings() -> None:
    """And each of them comes up; a choice that is not closed, or not opened, is refused."""
    pattern = "[a [b|c]|d]e[f|] {x}"

    assert set(every(pattern)) == {"a bef {x}", "a be {x}", "a cef {x}", "a ce {x}", "def {x}", "de {x}"}
    assert {chosen(random.Random(seed), pattern) for seed in range(99)} == set(every(pattern))
    assert every("x [a|b]", "x a") == ("x a", "x b")
    for broken in ("a [b|c", "a b]"):
        with pytest.raises(ValueError, match=r"choice"):
            every(broken)


@pytest.mark.parametrize(("domain", "near", "covered"), [("tau2:retail", 0.3, 0.45), ("tau2:airline", 0.25, 0.5)])
def test_the_agent_says_little_twice(played: list[Played], domain: str, near: float, covered: float) -> None:
    """Few of its texts have their like in another conversation, and no hundred skeletons hold half of what it says."""
    found = likeness(domain, [one for one in transcripts(played) if one.task.domain == domain])

    assert found.near <= near, found
    assert found.covered <= covered, found
