"""What a user makes of a proposal: is it what they want, and if not, what is other than they want, or not said?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, Seen
from writ_dspy.domains.listing import Detail, compiled
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.listpart import proposed, read_for_denials
from writ_dspy.task import AnyOf, Call, Decision, Outcome, Requirement, Said, Task


@dataclass(frozen=True, slots=True)
class Weighed:
    """A proposal beside one write that the user wants."""

    decision: int
    right: bool
    """All of the write's details are put forward, and no other in their place."""
    differs: tuple[str, ...] = ()
    """Names of the details in whose place others are put forward."""
    lacking: tuple[str, ...] = ()
    """Names of the details that nothing says."""
    share: float = 0.0
    """How much of the write is put forward."""


def weigh(task: Task, domain: Domain, turns: Sequence[Turn], seen: Seen, done: frozenset[Call]) -> list[Weighed]:
    """The last proposal beside each write that the user wants and that is not made yet, the nearest first; one that is right alone.

    Args:
        task: What the user wants.
        domain: The domain.
        turns: The talk, which ends with the agent's message.
        seen: What the agent's calls have shown.
        done: Writes that were made.
    """
    texts = [turn.text.lower() for turn in reversed(turns) if turn.role == "agent" and turn.text]
    said = " ".join(turn.text for turn in turns if turn.role != "tool").lower()
    found: list[Weighed] = []
    for index, outcome in enumerate(task.decided):
        for call in wished(task, domain, index) if outcome.call not in done else ():
            beside = _beside(domain, index, call, texts, said, seen)
            if beside.right:
                return [beside]
            found.append(beside)
    return sorted(found, key=lambda item: -item.share)


# ----------------------------------------------------------------------------- what is wished


@lru_cache(maxsize=512)
def wished(task: Task, domain: Domain, decision: int) -> tuple[Call, ...]:
    """The writes to which the user would say yes: the right one, and what they ask for though policy forbids it."""
    found: list[Call] = []
    wish: Decision | None = task.goal.decisions[decision]
    for _ in range(task.decided[decision].attempt if task.decided[decision].call else len(task.goal.decisions)):
        if wish is None:
            break
        refused = _settled(Decision(wish.tool, wish.args, wish.requires), domain)
        if refused and not any(_own(check) for check in wish.requires if check.rule == refused.refusal):
            bare = _settled(Decision(wish.tool, wish.args), domain)
            found += [bare.call] if bare and bare.call else []
        wish = wish.otherwise
    gold = task.decided[decision].call
    return tuple(dict.fromkeys((*([gold] if gold else []), *found)))


def _settled(decision: Decision, domain: Domain) -> Outcome | None:
    try:
        return settle(decision, Resolver(domain, domain.read), domain)
    except Unresolved:
        return None


def _own(check: Requirement) -> bool:
    """Whether a check is a condition of the user: one that they state a value of."""
    checks = check.checks if isinstance(check, AnyOf) else (check,)
    return any(isinstance(term, Said) for one in checks for term in (one.left, one.right))


# ----------------------------------------------------------------------------- what is put forward


def _beside(domain: Domain, index: int, call: Call, texts: Sequence[str], said: str, seen: Seen) -> Weighed:
    details = _details(domain, call, seen)
    owed = [detail for detail in details if not detail.given("")]
    verbs = domain.pack.called.verbs.get(call.tool)
    listed = [proposed(owed, texts[0])] if texts else []
    if len(listed[0] if listed else ()) < len(owed):
        listed += [proposed(owed, text) for text in texts[1:]]
    recent = _recent([len(names) for names in listed])
    reads = [read_for_denials(owed, text) for text in texts[:recent]]
    differs, lacking, given = list[str](), list[str](), 0
    for detail in details:
        stands = _stands(detail, listed[:recent], reads)
        if stands is False:
            differs.append(detail.name)
        elif stands or any(one is detail for names in listed[recent:] for one in names):
            given += any(one is detail for one in owed)
        elif not (detail.spoken and detail.spoken(said)):
            lacking.append(detail.name)
    share = given / len(owed) if owed else 1.0
    if verbs and not any(compiled(verbs).search(text) for text in texts[:recent]):
        return Weighed(index, right=False, differs=tuple(differs), lacking=tuple(lacking), share=share / 2)
    return Weighed(index, not differs and not lacking, tuple(differs), tuple(lacking), share)


def _recent(counts: Sequence[int]) -> int:
    """How many of the last messages there are up to the one that lists most."""
    enough = max(1, (4 * max(counts, default=0)) // 5)
    return 1 + next((index for index, count in enumerate(counts) if count >= enough), 0)


def _stands(detail: Detail, listed: Sequence[Sequence[Detail]], reads: Sequence[Sequence[str]]) -> bool | None:
    """Whether the last message that speaks of a detail gives it or another in its place; None where none speaks of it.

    Args:
        detail: The detail.
        listed: What each message puts forward, the last first.
        reads: What of each message counts against what is listed.
    """
    always = detail.given("")
    for names, read in zip(listed, reads, strict=False):
        if detail.denied is not None and any(map(detail.denied, read)):
            return False
        if always:
            continue
        if any(one is detail for one in names):
            return True
        if detail.rival is not None and detail.rival(read[0]):
            return False
    return True if always else None


def _details(domain: Domain, call: Call, seen: Seen) -> Sequence[Detail]:
    if domain.pack.listing is not None:
        return domain.pack.listing(call, seen)
    return tuple(Detail(group[0], partial(_names, group)) for group in domain.pack.phrases.renderings(call))


def _names(forms: Sequence[str], text: str) -> bool:
    return any(form in text for form in forms)
