"""A wish that fits two records: nobody guesses, the agent asks which one, and the user has the fact that decides."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache

import pytest

from tests.simulate.playing import Played, play
from writ_dspy.codec import identify
from writ_dspy.domains import Dial, load
from writ_dspy.errors import DomainError
from writ_dspy.evidence.found import Unresolved
from writ_dspy.propose.accept import settle_draft
from writ_dspy.task import Call
from writ_dspy.verify import verify

DOMAINS = {name: load(name) for name in ("tau2:retail", "tau2:airline")}
NAMES = [(name, recipe.name) for name, domain in DOMAINS.items() for recipe in domain.pack.rare]
KEYS = {"tau2:retail": ("order_id", r"#W\d{7}", 3), "tau2:airline": ("reservation_id", r"\b[A-Z0-9]{6}\b", 2)}
"""By which argument a record is named, how that looks, and how many reads it takes to know which one."""


@cache
def played(domain_name: str, name: str) -> Played:
    """The first task of a recipe, played by a user without a behavior, who holds back what decides."""
    domain = DOMAINS[domain_name]
    recipe, rng = next(recipe for recipe in domain.pack.rare if recipe.name == name), random.Random(name)
    users = list(domain.pack.users(domain))
    for user in rng.sample(users, len(users)):
        draft = recipe.draft(domain, user, Dial(KEYS[domain_name][2], "knows none"), rng)
        try:
            if draft:
                return play(identify(settle_draft(draft, "normal", domain)))
        except (Unresolved, DomainError):
            continue
    raise AssertionError(f"no user has two records alike for {name}")


def _named(domain_name: str, text: str) -> set[str]:
    """The records that a question names."""
    return set(re.findall(KEYS[domain_name][1], text))


@pytest.mark.parametrize(("domain", "name"), NAMES)
def test_the_agent_asks_which_one_once_it_has_seen_both(domain: str, name: str) -> None:
    """The question names both records; the answer is the fact that the user kept back; nothing is found."""
    item = played(domain, name)
    asked = next(index for index, turn in enumerate(item.talk.turns) if turn.intent and "0:which" in turn.intent.about)
    question, answer = item.talk.turns[asked], item.talk.turns[asked + 1]
    records = _named(domain, question.text)

    assert question.role == "agent"
    assert len(records) >= 2
    assert item.task.gold[0].args[KEYS[domain][0]] in records
    assert answer.intent is not None
    assert answer.intent.about == ("0:which",)
    assert not verify(item.task, item.talk, item.domain).findings


@pytest.mark.parametrize(("domain", "name"), NAMES)
def test_who_takes_the_other_one_is_rejected(domain: str, name: str) -> None:
    """The same write to the other order is not what was wanted."""
    item = played(domain, name)
    right = item.task.gold[0]
    asked = next(turn.text for turn in item.talk.turns if turn.intent and "0:which" in turn.intent.about)
    key = KEYS[domain][0]
    other = next(record for record in sorted(_named(domain, asked)) if record != right.args[key])
    wrong = Call.of(right.tool, {**right.args, key: other})
    turns = tuple(replace(turn, calls=(wrong,)) if turn.calls == (right,) else turn for turn in item.talk.turns)
    found = {finding.check for finding in verify(item.task, replace(item.talk, turns=turns), item.domain).findings}

    assert {"end_state", "no_unwanted_write"} & found


@pytest.mark.parametrize(("domain", "name"), NAMES)
def test_who_does_not_hear_which_one_has_decided_without_it(domain: str, name: str) -> None:
    """Without the question and its answer, the write rests on what was never said."""
    item = played(domain, name)
    asked = next(index for index, turn in enumerate(item.talk.turns) if turn.intent and "0:which" in turn.intent.about)
    turns = (*item.talk.turns[:asked], *item.talk.turns[asked + 2 :])
    found = {finding.check for finding in verify(item.task, replace(item.talk, turns=turns), item.domain).findings}

    assert "said_before_used" in found
