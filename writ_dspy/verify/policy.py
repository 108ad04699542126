"""Policy, in deeds and in words: clause by clause where no other check looks (`docs/policy-checks.md` lists all of them)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from writ_dspy import patterns as re
from writ_dspy.conversation import Finding, StopReason
from writ_dspy.domains import Transfer
from writ_dspy.task import Call
from writ_dspy.verify.bearing import ASKED_FOR, looks, present
from writ_dspy.verify.case import Case, Step, short
from writ_dspy.verify.largess import asked, held_out
from writ_dspy.verify.noise import bag, written
from writ_dspy.verify.sentences import sentences
from writ_dspy.verify.underway import given_by

OFTEN = 3
"""How often the same read may be made while nothing changes: once more to be sure is care, more is waste."""
_HANDS_OVER = re.compile(
    r"\b(?:(?:i am|i['’]m)(?: now)? (?:transferring|connecting|passing|handing|forwarding|putting|escalating) (?:you|this|your \w+)|you(?: are|['’]re) (?:now )?being (?:transferred|connected|passed|handed|put through|forwarded)"
    r"|(?:i have|i['’]ve|we['’]ve|we have) (?:now )?(?:transferred|connected|passed|handed|forwarded|escalated) (?:you|this|your \w+)"
    r"|(?:let me|i(?:['’]ll| will)(?: now)?) (?:just |now |quickly )?(?:transfer|connect|pass|hand|put|forward) you (?:on |over |through |now )*(?:to|with)?\b|while i (?:transfer|connect|pass|hand|put|forward) you\b"
    r"|(?:a|one of our|my) (?:human |live )?(?:colleagues?|specialists?|agents?|representatives?) (?:will|is going to) (?:now )?(?:take over|take it from here|be with you|join|continue|assist you shortly))\b",
    re.IGNORECASE,
)
_OFFERED = re.compile(
    r"\?\s*\Z|\b(?:if|whether|unless|once|when|would|could|before|should|only)\b|n['’]t\b", re.IGNORECASE
)
"""In a sentence that makes it a condition, or asks for it."""
_HANDED = bag("""transferring connecting passing handing forwarding putting escalating transferred connected passed handed forwarded escalated transfer connect pass hand put forward
    colleague colleagues specialist specialists agent agents representative representatives""")  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w-])")
SUMMED = 0.5
"""Share of the words of a summary that were said or shown, at least."""


def policy(case: Case) -> Iterator[Finding]:
    """The rules hold for every write, a transfer happens exactly as policy wants it, and the agent says and asks what policy has it say and ask."""
    for step in case.steps:
        for saw, wanted in step.broken:
            yield Finding("policy", step.turn, f"{step.call.tool}: {saw}", wanted)
    yield from _transferred(case)
    yield from _asked(case)
    yield from _wasted(case)
    yield from _spoken(case)


def _transferred(case: Case) -> Iterator[Finding]:
    """Only where the request is out of scope, once, the tool first, then the set sentence, and nothing after."""
    wanted = any(outcome.transfer for outcome in case.task.decided)
    transfers = [step for step in case.steps if case.domain.transfers(step.call)]
    hand_over = case.domain.pack.transfer or Transfer("a transfer", "")
    for step in transfers:
        if not wanted and case.knows("transfer"):
            yield Finding("policy", step.turn, "a transfer", "help within the agent's own scope")
        if (share := _known_share(case, step)) < SUMMED:
            saw = f"{short(step.call.text, 80)}, of which {share:.0%} was spoken of"
            yield Finding("policy", step.turn, saw, "a summary of this conversation")
    if transfers:
        yield from _after(case, transfers[0].turn, hand_over)
    elif wanted and case.talk.stop is not StopReason.CUT_OFF:
        yield Finding("policy", case.last, "no transfer", f"{hand_over.tool}, since the request is out of scope")
    yield from _too_early(case, transfers[0].turn if transfers else None, hand_over)


def _after(case: Case, turn: int, hand_over: Transfer) -> Iterator[Finding]:
    """The set sentence follows, and nothing else."""
    after = [(turn + 1 + index, item) for index, item in enumerate(case.talk.turns[turn + 1 :]) if item.role == "agent"]
    if (not after and case.knows("ending")) or (after and after[0][1].text.strip() != hand_over.text):
        yield Finding("policy", after[0][0] if after else turn, "a transfer without the set sentence", hand_over.text)
    elif after[1:]:
        index, item = after[1]
        saw = short(item.text or str(item.calls[0]), 60)
        yield Finding("policy", index, f"{saw!r} after the transfer", "nothing after the set sentence")


def _too_early(case: Case, transfer: int | None, hand_over: Transfer) -> Iterator[Finding]:
    """Nobody is told to be handed over who is not."""
    if not hand_over.text:
        return
    for index, turn in enumerate(case.talk.turns[:transfer]):
        if turn.role == "agent" and (
            hand_over.text in turn.text
            or (transfer is None and not _HANDED.isdisjoint(written(turn.text).bag) and _handing(turn.text))
        ):
            yield Finding("policy", index, short(turn.text, 60), f"{hand_over.tool} first")


def _handing(text: str) -> bool:
    """Whether a message says that the user is handed over now."""
    parts = [text[start:end] for start, end in sentences(text)]
    return any(_HANDS_OVER.search(part) and not _OFFERED.search(part) for part in parts)


def _known_share(case: Case, step: Step) -> float:
    """How much of a summary's words occurs in the conversation, in policy, or in what tools returned."""
    words = {word for value in step.call.args.values() for word in written(str(value)).words if len(word) > 3}
    texts = (turn.text for turn in case.talk.turns[: step.turn])
    known = frozenset().union(*(written(text).bag for text in texts))
    stems = {word[:5] for word in known} | {"user", "custo", "asks", "wants", "reque", "needs"}
    return sum(word[:5] in stems for word in words) / len(words) if words else 1.0


def _asked(case: Case) -> Iterator[Finding]:
    """Before some writes policy has the agent remind of something, or ask for it; the user may be quicker."""
    slots = {slot.key for request in case.task.requests for slot in request.slots}
    for step in case.writes:
        for topic in case.domain.pack.topics.get(step.call.tool, ()):
            if topic.slot in slots or topic.moot(step.call, case.first_look):
                continue
            before = case.talk.turns[: step.turn]
            asked = any(turn.role == "agent" and topic.asked.search(turn.text) for turn in reversed(before))
            if not asked and not (
                topic.said and any(turn.role == "user" and topic.said.search(turn.text) for turn in before)
            ):
                yield Finding("policy", step.turn, f"{step.call.tool} without {topic.name}", f"{topic.name} before it")


def _wasted(case: Case) -> Iterator[Finding]:
    """No read is made over and over while nothing has changed."""
    times: Counter[Call] = Counter()
    for step in case.steps:
        if case.kind(step.call) == "write" and not step.fresh.error:
            times.clear()
        elif case.kind(step.call) == "read":
            times[step.call] += 1
            if times[step.call] == OFTEN + 1:
                yield Finding(
                    "policy", step.turn, f"{step.call} a {OFTEN + 1}th time", "reads that can show something new"
                )


def _spoken(case: Case) -> Iterator[Finding]:
    """What no policy has an agent say."""
    heard = known = frozenset[str]()
    granted = _granted(case) if case.knows("gold") else None
    shown = {step.turn: step for step in case.steps}
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "user":
            heard |= written(turn.text).bag
            known |= written(turn.text).bag
        elif turn.role == "agent" and turn.text:
            for saw, wanted in looks(written(turn.text), case.domain, heard, known, granted):
                yield Finding("policy", index, repr(short(saw, 90)), wanted)
            saw = held_out(written(turn.text))
            saw = "" if present(written(turn.text)) and not _once_more(case, index, saw) else saw
            if saw and (_once_more(case, index, saw) or not _may_give(case, saw, heard)):
                yield Finding("policy", index, repr(short(saw, 90)), "nothing held out that the user is not due")
        elif turn.role == "tool" and len(turn.text) < 400:
            known |= written(turn.text).bag
        if index in shown and shown[index].fresh.error:
            known |= written(shown[index].fresh.text).bag


_WOULD = re.compile(r"\b(?:would|could|can|may|might|shall|will|like to|want to)\b|['’](?:d|ll)\b", re.IGNORECASE)


def _once_more(case: Case, index: int, saw: str) -> bool:
    """Whether more is held out once all that the user is due was given."""
    tools = set(given_by(case.domain, "certificate") or ())
    due = [
        turn
        for turn, outcome in zip(case.gold_turns, case.task.decided, strict=True)
        if outcome.call and outcome.call.tool in tools
    ]
    given = bool(due) and all(turn is not None and turn < index for turn in due)
    told = any(step.turn == index - 2 for step in case.writes)  # the report of it
    return bool(saw) and case.knows("gold") and given and not told and _WOULD.search(saw) is not None


def _may_give(case: Case, saw: str, heard: frozenset[str]) -> bool:
    """Whether what is held out is what the user asked for, or what a write gives that is wanted or was made."""
    if asked(heard, ASKED_FOR):
        return True
    if not case.knows("gold"):
        return False
    tools = {*(given_by(case.domain, saw) or ()), *(given_by(case.domain, "certificate") or ())}
    return any(call.tool in tools for call in (*case.task.gold, *(step.call for step in case.writes)))


def _granted(case: Case) -> frozenset[Decimal]:
    """Every amount of the writes that are wanted, and of those that were made; where some tool gives, of those alone."""
    gives = set(given_by(case.domain, "certificate") or case.domain.kinds)
    calls = (call for call in (*case.task.gold, *(step.call for step in case.writes)) if call.tool in gives)
    return frozenset(Decimal(number) for call in calls for number in _NUMBER.findall(call.text))
