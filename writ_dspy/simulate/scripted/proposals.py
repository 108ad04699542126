"""What a user makes of a proposal: is it what they want, and if not, what is other than they want, or not said?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from writ_dspy import patterns as re
from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain, Seen
from writ_dspy.domains.listing import Detail, compiled
from writ_dspy.evidence.found import Unresolved
from writ_dspy.evidence.resolve import settle
from writ_dspy.evidence.resolver import Resolver
from writ_dspy.simulate.acts import heard
from writ_dspy.simulate.listpart import proposed, read_for_denials, uncompared
from writ_dspy.task import AnyOf, Call, Decision, Outcome, Requirement, Said, Task

_MOST = 0.6
"""Part of the details of a write that makes a list of it, and no remark."""

_ASKING = frozenset({"question", "offer", "greeting"})
_PART = re.compile(r"(?<=[.!?])(?<!\n\d\.)(?<!\n\d\d\.)\s+|\n+")
"""Between sentences and lines; the number of a line ("4. Payment") ends none."""
_WORD = re.compile(r"#?\w+")
_ROW = re.compile(r"(?m)^[ \t]*(?:[-•*–]|\d{1,2}[.)])[ \t]")


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
    now: bool = False
    """Whether the last message puts any of it forward."""


def weigh(
    task: Task, domain: Domain, turns: Sequence[Turn], seen: Seen, done: frozenset[Call], second: frozenset[int]
) -> list[Weighed]:
    """The last proposal beside each write that the user wants and that is not made yet, the nearest first; one that is right alone.

    Args:
        task: What the user wants.
        domain: The domain.
        turns: The talk, which ends with the agent's message.
        seen: What the agent's calls have shown.
        done: Writes that were made.
        second: Decisions of which the user has told what they want instead of their first choice.
    """
    texts = [turn.text for turn in reversed(turns) if turn.role == "agent" and turn.text]
    texts = [
        *(settled_apart(text, turns, domain) for text in texts[:1]),
        *(text for text in texts[1:] if not heard(text).kinds <= _ASKING),
    ]
    said = " ".join(turn.text for turn in turns if turn.role != "tool").lower()
    found: list[Weighed] = []
    for index, outcome in enumerate(task.decided):
        wishes = wished(task, domain, index)[: 1 if index in second else None]
        for call in wishes if outcome.call not in done else ():
            beside = _beside(domain, index, call, texts, said, seen)
            if beside.right and call != outcome.call and of_another(domain, call.tool, texts[0]):
                continue  # what is granted to nobody counts where it is named, and not where another write to the same record is
            if beside.right:
                return [beside]
            found.append(beside)
    return sorted(found, key=lambda item: -item.share)


def settled_apart(text: str, turns: Sequence[Turn], domain: Domain) -> str:
    """A message without what it tells first of requests that are settled: "Order A is cancelled. For order B, I would …".

    One sentence for each write that went through since the agent last spoke, with its record, and any that turns something
    down; what these name is not what the user is asked to confirm.
    """
    if "proposal" not in heard(text).kinds:
        return text
    spoken = max((place for place, turn in enumerate(turns[:-1]) if turn.role == "agent" and turn.text), default=0)
    made = [
        call
        for turn, after in itertools.pairwise(turns[spoken:])
        for call in turn.calls
        if domain.kinds.get(call.tool) == "write" and not after.error
    ]
    begin = 0
    for stop in _PART.finditer(text):
        sentence = text[begin : stop.start()]
        kinds = heard(sentence).kinds
        of = next((call for call in made if kinds == {"report"} and _names_record(call, sentence)), None)
        if of is None and kinds != {"refusal"}:
            break
        made = [call for call in made if call is not of]
        begin = stop.end()
    return text[begin:]


def _names_record(call: Call, sentence: str) -> bool:
    """Whether a sentence names something of a write that has a digit, as the ids of records have."""
    words = set(_WORD.findall(sentence))
    named = {str(one) for value in call.args.values() for one in (value if isinstance(value, list) else [value])}
    return any(word in named and any(map(str.isdigit, word)) for word in words)


def of_another(domain: Domain, tool: str, text: str) -> bool:
    """Whether a message names another write, and this one by no word that is its own."""
    lower, verbs = text.lower(), domain.pack.called.verbs
    words = {name: {match[0] for match in compiled(pattern).finditer(lower)} for name, pattern in verbs.items()}
    own = words.get(tool, set()).difference(*(found for name, found in words.items() if name != tool))
    return not own and any(found - words.get(tool, set()) for found in words.values())


# ----------------------------------------------------------------------------- what is wished


@lru_cache(maxsize=512)
def wished(task: Task, domain: Domain, decision: int) -> tuple[Call, ...]:
    """The writes to which the user would say yes: the right one, and what they ask for though policy forbids it."""
    found: list[Call] = []
    wish: Decision | None = task.goal.decisions[decision]
    for _ in range(task.decided[decision].attempt if task.decided[decision].call else len(task.goal.decisions)):
        if wish is None:
            break
        if wish.bare:  # nobody knows the whole write
            wish = wish.otherwise
            continue
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
    message, texts = texts[0] if texts else "", [text.lower() for text in texts]
    details = _details(domain, call, seen)
    owed = [detail for detail in details if not detail.given("")]
    verbs = domain.pack.called.verbs.get(call.tool)
    if texts and _ROW.search(texts[0]):
        texts = texts[:1]  # a list with rows stands in the place of all before it
    listed = [proposed(owed, texts[0])] if texts else []
    if len(listed[0] if listed else ()) < len(owed):
        listed += [proposed(owed, text) for text in texts[1:]]
    now = bool(listed and listed[0])
    recent = _recent([len(names) for names in listed])
    beside = [names for names in listed[recent:] if not _replaced(names, listed[recent - 1], len(owed))]
    reads = [read_for_denials(owed, text) for text in texts[:recent]]
    own = uncompared(read_for_denials(owed, texts[0])[0]) if texts else ""
    differs, lacking, given = _other_ids(domain, call, message, own, seen), list[str](), 0
    for detail in details:
        stands = _stands(detail, listed[:recent], reads)
        if stands is False:
            differs.append(detail.name)
        elif stands or any(one is detail for names in beside for one in names):
            given += any(one is detail for one in owed)
        elif not (detail.spoken and detail.spoken(said)):
            lacking.append(detail.name)
    share = given / len(owed) if owed else 1.0
    if verbs and not any(compiled(verbs).search(text) for text in texts[:recent]):
        return Weighed(index, right=False, differs=tuple(differs), lacking=tuple(lacking), share=share / 2, now=now)
    return Weighed(index, not differs and not lacking, tuple(differs), tuple(lacking), share, now)


def _recent(counts: Sequence[int]) -> int:
    """How many of the last messages there are up to the one that lists most."""
    enough = max(1, (4 * max(counts, default=0)) // 5)
    return 1 + next((index for index, count in enumerate(counts) if count >= enough), 0)


def _replaced(before: Sequence[Detail], now: Sequence[Detail], whole: int) -> bool:
    """Whether a list stands in the place of one before it: it names most there is, and much of what that named."""
    shared = sum(any(one is detail for one in now) for detail in before)
    return len(now) >= _MOST * whole and shared >= len(now) / 2


def _other_ids(domain: Domain, call: Call, text: str, own: str, seen: Seen) -> list[str]:
    """Ids that stand where those of the write would: others of their kind, and none that its record holds.

    Args:
        domain: The domain.
        call: The write.
        text: The message.
        own: What of it is no comparison, in lower case.
        seen: What the agent's calls have shown.
    """
    mine, words = domain.pack.ids(call.text), set(_WORD.findall(text))
    records = {record for name, record in call.args.items() if name != domain.pack.whose and isinstance(record, str)}
    held = {
        str(value) for row in seen.every() if not records.isdisjoint(map(str, row.values())) for value in row.values()
    }
    letters, found = set(map(_letters, mine)), list[str]()
    lower = {token.lower() for token in mine}
    split = _PART.split(f"\n{own}")
    rows = [part for part in split if _ROW.match(part)]
    if not lower or not all(
        any(token in row for row in rows) for token in lower
    ):  # else what is told before is what fell through
        first = next((at for at, part in enumerate(split) if any(token in part for token in lower)), len(split))
        rows = [part for at, part in enumerate(split) if at >= first or _ROW.match(part)]
    listed = "\n".join(rows)
    for token in sorted(domain.pack.ids(text) - mine - held):
        if token.lower() in listed and _letters(token) in letters:
            found.append(token)
    for record in sorted(records - words):
        found += sorted(word for table in domain.tables.values() if record in table for word in words & table.keys())
    return list(dict.fromkeys(found))


def _letters(token: str) -> str:
    """What an id begins with."""
    return token.rstrip("0123456789")


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
