"""How the scripted agent frames its words: kind words in their place, questions a few at a time, and thanks that were given."""

from __future__ import annotations

import random
import re

import pytest

from tests.simulate.playing import Played
from writ_dspy.domains.spinning import every
from writ_dspy.simulate.scripted.linking import as_it_failed
from writ_dspy.simulate.scripted.replies import THANKED, THANKED_FOR
from writ_dspy.simulate.scripted.sympathy import KIND_WORDS, kind_word, with_kind_word
from writ_dspy.task import Slot

WELCOME = tuple(text.partition("{")[0] for text in every(*THANKED, *THANKED_FOR))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("I'm worried that something could go wrong here.", True),
        ("That takes a load off my mind and I can stop worrying about it.", False),
        ("This is getting on my nerves.", True),
        ("Yes, go ahead.", False),
    ],
)
def test_a_worry_that_is_over_is_none(said: str, kind: bool) -> None:
    """Who is relieved needs no comfort."""
    assert bool(kind_word(said, random.Random(0))) is kind


def test_a_greeting_stands_before_the_kind_word() -> None:
    """And what goes on behind it begins a sentence."""
    text = with_kind_word("Hello, I'll gladly help you with that.", "I'm so upset.", random.Random(1))

    assert re.match(r"Hello\. [A-Z][^.]*\. I'll gladly help", text)
    assert with_kind_word("Sure.", "Please cancel it.", random.Random(1)) == "Sure."


def test_comfort_comes_once_and_not_with_a_report(played: list[Played]) -> None:
    """Whoever hears that it is done has no need of it anymore."""
    for item in played:
        texts = [turn for turn in item.talk.turns if turn.role == "agent" and turn.text]
        kind = [turn for turn in texts if any(word in turn.text for word in KIND_WORDS)]

        assert len(kind) <= 1
        assert not any(about.startswith("done ") for turn in kind if turn.intent for about in turn.intent.about)


def test_nobody_is_welcome_who_has_not_said_thanks(played: list[Played]) -> None:
    """A goodbye answers what was said before it."""
    welcomed = 0
    for item in played:
        before = ""
        for turn in item.talk.turns:
            if turn.role == "agent" and turn.intent and turn.intent.kind == "close" and turn.text.startswith(WELCOME):
                assert re.search(r"thank|thx|appreciate|grateful", before, re.IGNORECASE), (before, turn.text)
                welcomed += 1
            before = turn.text if turn.role == "user" else before

    assert welcomed


def test_questions_come_a_few_at_a_time_and_one_by_one_to_who_answers_like_that(played: list[Played]) -> None:
    """Five at most; a detail that was left out is asked for alone, and once that happened, so is every other one."""
    most = 0
    for item in played:
        asked, alone = set[str](), False
        for turn in item.talk.turns:
            if turn.role != "agent" or turn.intent is None or turn.intent.kind != "ask":
                continue
            keys = [about for about in turn.intent.about if ":" in about]
            most = max(most, len(keys))
            if alone and len(keys) > 1:
                assert "back" in turn.text or "leaves" in turn.text or "other request" in turn.text, turn.text
            alone = alone or (len(keys) == 1 and keys[0] in asked)
            asked.update(keys)

    assert 3 < most <= 5


def test_no_list_is_read_out_over_and_over(played: list[Played]) -> None:
    """What was put once, and perhaps once more to who asks for it, is not put a third time."""
    for item in played:
        lists = [turn.text.rpartition("\n")[0].partition("\n")[2] for turn in item.talk.turns if turn.intent and turn.intent.kind == "propose"]  # fmt: skip
        for text in filter(None, lists):
            assert lists.count(text) <= 3, item.task.id


@pytest.mark.parametrize(
    ("text", "marks", "said"),
    [
        ("If that's sold out, I'll take the same one in red.", ("red",), "Then I'll take the same one in red."),
        ("Should that be unavailable, the same one in red is fine.", ("red",), "Then the same one in red is fine."),
        ("If that's over my limit, then make it economy.", ("economy",), "Then make it economy."),
        ("No stock? Then cancel the whole order.", ("cancel",), "Then cancel the whole order."),
        ("My second choice is the same one in red.", ("red",), "My second choice is the same one in red."),
        ("If it's delivered, return it.", ("delivered",), "If it's delivered, return it."),
    ],
)
def test_a_second_choice_ties_in_with_the_refusal(text: str, marks: tuple[str, ...], said: str) -> None:
    """No "in case" behind what has happened; what shows that it was said stands all the same."""
    assert as_it_failed(Slot("fallback", text, marks)) == said
