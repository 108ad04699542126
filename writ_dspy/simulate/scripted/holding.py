"""How the scripted agent meets who insists: it answers what was claimed with the record that it read, and holds the clause, each time in other words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.spinning import chosen, spin
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.acts import user_acts
from writ_dspy.simulate.scripted.naming import doing
from writ_dspy.simulate.trials.disputed import Disputed, alone, clause, disputes
from writ_dspy.task import Task

STILL_NOT = (
    "I'm sorry, but I [still|] can't help [you|] with {topic}: {rule}.",
    "I'm afraid that I cannot [help with|do anything about] {topic}, [since|because] {rule}.",
    "[As it stands,|As things are,] I can't help with {topic}[, unfortunately|, I'm afraid]: {rule}.",
    "Unfortunately, I cannot [help with|do more about|do anything about] {topic}, [as|because|since] {rule}.",
    "I'm sorry to repeat it, but I [am unable to|cannot] help with {topic}: {rule}.",
    "You were hoping for another answer, but I'm [unable|not able] to help with {topic}, since {rule}.",
    "I'm afraid I can't give you another answer about {topic}: {rule}.",
)
STILL_NOT_DO = (
    "I'm sorry, but I [still|] can't {do}: {rule}.",
    "I'm afraid that I [still|] can't {do}, [since|because] {rule}.",
    "[As it stands,|As things are,] I can't {do}[, unfortunately|, I'm afraid]: {rule}.",
    "Unfortunately, I still can't {do}, [as|because|since] {rule}.",
    "I'm sorry to repeat it, but I can't {do}: {rule}.",
    "I know you were hoping for another answer, but I'm not able to {do}, since {rule}.",
    "I wish I could, but I can't {do}: {rule}.",
)
"""The no once more, with the clause."""
_TRIES = 12
"""Readings of a sentence among which one is looked for that was not said before."""


def pressed(
    task: Task, domain: Domain, refused: Sequence[int], turns: Sequence[Turn], resolver: Resolver
) -> int | None:
    """The denied request on which a user's last message, with nothing else in hand, insists; None where it takes the no for an answer.

    Args:
        task: Whose requests they are.
        domain: Its domain.
        refused: The requests that were denied, in the order in which they were.
        turns: The talk, up to that message.
        resolver: Over what was read.
    """
    said = next(turn.text for turn in reversed(turns) if turn.role == "user")
    before = next((turn.text for turn in reversed(turns) if turn.role == "agent" and turn.text), "")
    if any(act.kind == "farewell" for act in user_acts(said, before)):
        return None
    lower, known = said.lower(), {index: _known(task, domain, index, resolver) for index in refused}
    for index in reversed(refused):
        if _names(task, domain, index, lower):
            return index
    for held in (True, False):  # what is claimed against its own clause, before what may be claimed against any
        for index in reversed(refused):
            own = clause(domain, task.outcomes[task.requests[index].decision or 0].refusal or "").disputes
            if any((name in own) is held and re.search(one.dispute.about, lower) for name, one in known[index].items()):
                return index
    return None


def _known(task: Task, domain: Domain, request: int, resolver: Resolver) -> dict[str, Disputed]:
    found = alone(task, request)
    return disputes(domain, found[0], found[1].refusal or "", resolver) if found else {}


def _names(task: Task, domain: Domain, request: int, lower: str) -> bool:
    """Whether a message names what was asked for."""
    wanted = task.requests[request]
    verbs = domain.pack.called.verbs.get(task.goal.decisions[wanted.decision or 0].tool)
    return _word(wanted.word).search(lower) is not None or bool(verbs and compiled(verbs).search(lower))


@lru_cache(maxsize=1024)
def _word(word: str) -> re.Pattern:
    return re.compile(rf"\b{re.escape(word.lower())}")


def answer(
    task: Task, domain: Domain, request: int, turns: Sequence[Turn], resolver: Resolver, topic: str, rng: random.Random
) -> str:
    """What to say to who insists on a request that was denied.

    Args:
        task: Whose request it is.
        domain: Its domain.
        request: Which one.
        turns: The talk, up to the user's last message.
        resolver: Over what was read.
        topic: What the request is called.
        rng: For the words.
    """
    found = alone(task, request)
    if found is None:
        return ""
    rule = found[1].refusal or ""
    said = next(turn.text for turn in reversed(turns) if turn.role == "user").lower()
    told = " ".join(turn.text.lower() for turn in turns if turn.role == "agent")
    known = _known(task, domain, request, resolver).values()
    claim = next((one for one in known if re.search(one.dispute.about, said)), None)
    met = _fresh(claim.dispute.answers, told, rng, **claim.words) if claim else ""
    rules = [rule, *(chosen(rng, other) for other in clause(domain, rule).again)]
    fresh = [one for one in rules if one.lower() not in told] or rules
    do = doing(topic)
    held = _fresh(STILL_NOT_DO if do else STILL_NOT, told, rng, topic=topic, do=do, rule=_within(rng.choice(fresh)))
    return f"{met} {held}".strip()


def _within(rule: str) -> str:
    """A clause as it stands inside a sentence."""
    first = rule.split(maxsplit=1)[0]
    return rule if first == "I" or (len(first) > 1 and first.isupper()) else f"{rule[:1].lower()}{rule[1:]}"


def _fresh(patterns: Sequence[str], told: str, rng: random.Random, **words: str) -> str:
    """A reading of one of the sentences that was not said before, if there is any."""
    text = ""
    for _ in range(_TRIES):
        text = spin(rng, rng.choice(patterns), **words)
        if text.lower() not in told:
            break
    return text
