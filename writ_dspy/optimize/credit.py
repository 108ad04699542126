"""Partial credit: how far one role came with a task, as shares of what makes a run keep it.

Each share can be raised by itself, so that an optimizer sees every repair; the checks of the verifier are among them,
so that none goes unnoticed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from writ_dspy.codec import parts
from writ_dspy.conversation import Finding
from writ_dspy.domains import load
from writ_dspy.domains.listing import listed
from writ_dspy.domains.values import values
from writ_dspy.errors import RoleError
from writ_dspy.evidence.identify import missing
from writ_dspy.optimize.students import Rollout
from writ_dspy.programs.tries import fault_of
from writ_dspy.programs.voice import check_sentence, check_voice, known_of
from writ_dspy.programs.wording import given
from writ_dspy.simulate.behaviour import discloses
from writ_dspy.simulate.manner import DIMENSIONS as MANNERS
from writ_dspy.simulate.manner import Level, measured
from writ_dspy.task import DIMENSIONS, Best, Call, Check, Decision, Picked, ReadCall, Request, Said, Slot, Task, Where
from writ_dspy.verify.case import Case
from writ_dspy.verify.checks import CHECKS
from writ_dspy.verify.consent import confirmed_before_write, details_of
from writ_dspy.verify.fidelity import same

ORDERED = ("disclosure", "verbosity", "tone")
"""Dimensions whose levels stand in an order."""
DECIDES = {"user": MANNERS, "diversifier": ("verbosity", "tone", "patience", "language")}
"""Dimensions of manner by who decides them: a wording has no say in when things are said."""


@dataclass(frozen=True)
class Part:
    """One dimension of partial credit."""

    name: str
    weight: float
    share: float
    """In [0, 1]."""


Parts = list[Part]


# ----------------------------------------------------------------------------- talks


def _of_agent(rollout: Rollout) -> Parts:
    """How far the agent got with the task, and how cleanly."""
    case = _case(rollout)
    told = case.task.told
    return [
        Part("customer identified", 1, _identified(case)),
        Part("evidence read before each decision", 3, _covered(case)),
        Part("details of each change listed", 2, _listed(case)),
        Part("changes made after a yes", 2, _agreed(case)),
        Part("changes made", 3, _made(case)),
        Part("answers and refusals told", 2, _mean(_was_told(case, text) for text in told)),
        *_manners(rollout),
    ]


def _of_user(rollout: Rollout) -> Parts:
    """How true the user stayed to its brief, and how far it helped the talk along."""
    case = _case(rollout)
    texts = [turn.text for turn in case.talk.turns if turn.role == "user"]
    whole = " ".join(texts)
    slots = [case.task.identity, *(slot for request in case.task.requests for slot in _owed(case.task, request))]
    wishes = [
        request.word.lower() in whole.lower() or any(slot.marks and discloses(slot, whole) for slot in request.slots)
        for request in case.task.requests
    ]
    faults = [finding for finding in findings_of(rollout) if finding.check == "user_faithful"]
    return [
        Part("facts true", 3, 1 / (1 + sum(finding.wanted == "only facts that this user knows" for finding in faults))),
        Part("manner seen as asked", 3, _seen(case, "user")),
        Part("wishes brought up", 2, _mean(wishes)),
        Part("details given", 2, _mean(discloses(slot, whole) for slot in slots)),
        Part("stayed until served", 3, _made(case)),
        Part("nothing given away", 2, 1 / (1 + len(leaks(case)))),
        *_manners(rollout),
    ]


def _owed(task: Task, request: Request) -> list[Slot]:
    """What a user has to say of a request: what is wanted instead only where the first attempt failed."""
    attempt = 0 if request.decision is None else task.outcomes[request.decision].attempt
    return [slot for slot in request.slots if attempt or slot.key != "fallback"]


def _seen(case: Case, role: str) -> float:
    """Share of the measured dimensions of manner that were seen at the level asked for; half for a neighboring one."""
    return _mean(nearness(name, asked, level.seen) for name, asked, level in _manner(case, role))


def unlike(rollout: Rollout) -> list[str]:
    """Where a user was seen to talk otherwise than was asked, with the number; of other roles nothing."""
    if rollout.talk is None or rollout.role not in DECIDES:
        return []
    found = _manner(_case(rollout), rollout.role)
    return [
        f"{name} asked {asked}, seen {level.seen} ({level.number:g})"
        for name, asked, level in found
        if asked != level.seen
    ]


def _manner(case: Case, role: str) -> list[tuple[str, str, Level]]:
    """Of the dimensions that a role decides, those that could be measured, with the level asked for."""
    behaviour = case.task.behaviour
    if behaviour is None:
        return []
    found = measured(case.task, case.domain, case.talk.turns)
    return [(name, behaviour[name], found[name]) for name in DECIDES[role] if found[name].number is not None]


def nearness(dimension: str, asked: str, seen: str) -> float:
    """1 for the level itself, half for one beside it where the levels of a dimension are in an order, else nothing."""
    if asked == seen:
        return 1.0
    levels = DIMENSIONS[dimension]
    return 0.5 if dimension in ORDERED and abs(levels.index(asked) - levels.index(seen)) == 1 else 0.0


def _manners(rollout: Rollout) -> Parts:
    """The checks themselves, so that there is none whose repair goes unnoticed; and that every reply was of use."""
    counts = Counter(finding.check for finding in findings_of(rollout))
    checks = _mean(1 / (1 + counts[check.__name__]) for check in CHECKS)
    return [
        Part("checks passed", 2, checks),
        Part("nothing to find fault with", 2, 1 / (1 + counts.total())),
        Part("every reply of use", 1, float(not rollout.rejected)),
    ]


def _case(rollout: Rollout) -> Case:
    """The conversation laid out.

    Raises:
        RoleError: There is none.
    """
    if rollout.talk is None:
        raise RoleError(f"the {rollout.role}'s rollout of {rollout.task.id} has no conversation: report it.")
    return Case(rollout.task, rollout.talk, load(rollout.task.domain))


def findings_of(rollout: Rollout) -> tuple[Finding, ...]:
    """All that the verifier found, if it came to that."""
    return rollout.verdict.findings if rollout.verdict else ()


def _identified(case: Case) -> float:
    """Whether the customer was identified, where the goal takes that."""
    pack = case.domain.pack
    needed = {call for outcome in case.task.outcomes for call in outcome.trace}
    if not any(pack.identifies(call, case.domain.read(call).text) for call in needed):
        return 1.0
    return float(any(not step.fresh.error and pack.identifies(step.call, step.fresh.text) for step in case.steps))


def _covered(case: Case) -> float:
    """Share of each outcome's evidence that was read before it was decided, or at all while it is not."""
    goal = case.task.goal
    turns = [*case.gold_turns, *[None] * (len(case.task.outcomes) - len(case.gold_turns))]
    wishes = (*goal.decisions, *(tell.decision for tell in goal.tells))
    return _mean(
        1 - len(missing(outcome, case.atoms(turn), case.domain, wish)) / len(outcome.evidence)
        for wish, outcome, turn in zip(wishes, case.task.outcomes, turns, strict=True)
        if outcome.evidence
    )


def _golds(case: Case) -> list[tuple[Call, int | None]]:
    """Each gold write with the turn at which it was made."""
    return [
        (outcome.call, turn)
        for outcome, turn in zip(case.task.decided, case.gold_turns, strict=True)
        if outcome.call is not None
    ]


def _made(case: Case) -> float:
    return _mean(turn is not None for _, turn in _golds(case))


def _listed(case: Case) -> float:
    """Share of each gold write's details that one message listed before it."""
    return _mean(_most_listed(case, call, end) for call, end in _golds(case))


def _most_listed(case: Case, call: Call, end: int | None) -> float:
    """The largest share of what has to be listed of a write that a message states, as the verifier reads it."""
    turns = case.talk.turns[:end]
    owed = [one for one in details_of(case, call, len(turns)) if not one.given("")]
    told = (turn.text.lower() for turn in turns if turn.role == "agent" and turn.text)
    return max((len(listed(owed, text)) / len(owed) for text in told), default=0.0) if owed else 1.0


def _agreed(case: Case) -> float:
    """Share of the gold writes that were made properly confirmed."""
    hasty = {finding.turn for finding in confirmed_before_write(case)}
    return _mean(turn is not None and turn not in hasty for _, turn in _golds(case))


def _was_told(case: Case, text: str) -> bool:
    """Whether the agent said it, in these words or, of a number, in any form: "$17" is 17.00."""
    said = [turn.text.lower().replace(",", "") for turn in case.talk.turns if turn.role == "agent"]
    wanted = {value.number for value in values(text)}
    return any(text.lower() in one or (wanted and wanted <= {value.number for value in values(one)}) for one in said)


def leaks(case: Case) -> list[str]:
    """Values that the goal picks from evidence and that the user named before the agent did."""
    said = {str(part.value) for part in parts(case.task.goal) if isinstance(part, Said)}
    own = f"{case.task.identity.text} {case.task.instruction}".lower()
    return [
        value
        for value in dict.fromkeys(_picked(case))
        if value not in said and not case.domain.pack.mentions(value, own) and _named_first(case, value)
    ]


def _picked(case: Case) -> Iterator[str]:
    for decision, outcome in zip(case.task.goal.decisions, case.task.decided, strict=True):
        for name, term in decision.args if outcome.call is not None else ():
            value = outcome.call.args.get(name) if outcome.call else None
            if isinstance(value, str) and len(value) > 3 and any(isinstance(part, Picked) for part in parts(term)):
                yield value


def _named_first(case: Case, value: str) -> bool:
    """Whether the user was the first of the two to name it."""
    first = next(
        (t.role for t in case.talk.turns if t.role != "tool" and case.domain.pack.mentions(value, t.text.lower())), ""
    )
    return first == "user"


# ----------------------------------------------------------------------------- wordings


STAGES = {
    "the reply is": 0, "keys that": 1, "a detail is missing": 1, "the same words": 1, "the brief is not": 1,
    "a number that": 1, "not read back": 3,
}  # fmt: skip
"""How a reason for turning a wording down starts -> what it had passed by then; a reason that is not here is of unfair words."""


def _of_proposer(rollout: Rollout) -> Parts:
    """How far a wording came: said, complete, fair, read back to the same gold."""
    phrased = [reply for reply in rollout.replies if "sentences" in reply.inputs]
    stage = _stage(rollout)
    said = phrased[-1].said if phrased else None
    brief = said.brief if said is not None else ""
    slots = [slot for request in rollout.task.requests for slot in request.slots]
    return [
        Part("said at all", 1, float(said is not None)),
        *_sentences(rollout, said),
        Part("details in the brief", 2, _mean(discloses(slot, brief) for slot in slots) if brief else 0.0),
        Part("complete and in new words", 1, float(stage > 1)),
        Part("fair words", 2, float(stage > 2)),
        Part("read back to the same goal", 3, float(stage > 3)),
        Part("few tries", 1, 1 / max(1, len(phrased))),
    ]


COMPOSED = {
    "the reply is": 0, "no looks or tries": 1, "wishes": 1, "another number of writes": 3, "another burden": 4, "another number of denied": 4, "not read back": 7,
    "the request": 5, "a bare wish": 6, "nothing forbids": 6, "… is not why": 6, "the policy does not ask": 6, "the firewall": 6, "a right talk": 6,
}  # fmt: skip
"""How a reason for turning a goal down starts -> how far it had come by then; a reason that is not here is of a goal that is none."""
STEPS_TO_A_TASK = 8


def _of_composer(rollout: Rollout) -> Parts:
    """How far a goal came, how near its burden was, in how few submissions, and whether it uses what recipes do not."""
    asked = [reply for reply in rollout.replies if "writes" in reply.inputs]
    submitted = [reply for reply in asked if reply.said is not None and reply.said.step.kind == "submit"]
    stage = STEPS_TO_A_TASK if rollout.made is not None else _how_far(rollout.rejected)
    near = re.search(r"a burden of (\d+) where (\d+)", rollout.rejected)
    off = abs(int(near[1]) - int(near[2])) if near else 0
    return [
        Part("a goal submitted", 1, float(bool(submitted))),
        Part("stages passed (resolved, dials, words, basis, read back)", 6, stage / STEPS_TO_A_TASK),
        Part("near the burden", 2, 1 / (1 + off) if rollout.made is not None or near else 0.0),
        Part("accepted at first", 2, 1 / max(1, len(submitted)) if rollout.made is not None else 0.0),
    ]


def _how_far(rejected: str) -> int:
    return next((stage for start, stage in COMPOSED.items() if rejected.startswith(start)), 2)


def structure(task: Task) -> str:
    """What a goal does and how, without its values: tools, kinds of searches with what they filter by, and checks."""
    said = []
    for part in parts(task.goal):
        match part:
            case Decision(tool):
                said.append(f"write {tool}")
            case ReadCall(tool, _, view):
                said.append(f"read {tool} {view}")
            case Where(attribute, op) | Check(Picked(_, attribute), op):
                said.append(f"{type(part).__name__} {attribute} {op}")
            case Best(_, by, most):
                said.append(f"best {by} {most}")
    return " ".join(said)


def _of_diversifier(rollout: Rollout) -> Parts:
    """How far a voice came: said, complete, true to facts and manner, and visible in a talk."""
    said = rollout.replies[-1].said if rollout.replies else None
    faults = Counter(finding.check for finding in findings_of(rollout))
    return [
        Part("said at all", 1, float(said is not None)),
        *_sentences(rollout, said),
        Part("a voice of use", 2, float(bool(voice(rollout)))),
        Part("facts and manner kept", 3, _true(rollout, said)),
        Part("sentences of the user's own", 3, _own(rollout)),
        Part("manner seen as asked", 2, _seen(_case(rollout), "diversifier") if rollout.talk else 0.0),
        Part("the talk passes", 2, 1 / (1 + faults.total()) if rollout.talk else 0.0),
        Part("few tries", 1, 1 / max(1, len(rollout.replies))),
    ]


def voice(rollout: Rollout) -> str:
    """The diversifier's voice: the one that was kept, else the last one if it would do."""
    if rollout.made is not None and rollout.made.behaviour is not None:
        return rollout.made.behaviour.voice
    last = rollout.replies[-1] if rollout.replies else None
    if last is None or last.said is None:
        return ""
    text, objection = " ".join(last.said.voice.split()), last.inputs.get("objection", "")
    return "" if fault_of(check_voice, text, rollout.task, load(rollout.task.domain), objection) else text


def _true(rollout: Rollout, said: Any) -> float:
    """Share of the sentences that came back with every fact."""
    texts = {one.key: one.text for one in said.rewritten} if said is not None else {}
    known = known_of(rollout.task, load(rollout.task.domain))
    return _mean(
        one.key in texts and fault_of(check_sentence, one.text, texts[one.key], known) is None
        for one in given(rollout.task)
    )


def _own(rollout: Rollout) -> float:
    """Share of the sentences that the user now says in words of their own."""
    wording = dict(rollout.made.behaviour.wording) if rollout.made and rollout.made.behaviour else {}
    return _mean(one.key in wording and not same(one.text, wording[one.key]) for one in given(rollout.task))


def _stage(rollout: Rollout) -> int:
    """How far the last try came: 0 no reply, 1 a reply, 2 complete, 3 fair, 4 all the way."""
    if rollout.made is not None:
        return 4
    return next((stage for start, stage in STAGES.items() if rollout.rejected.startswith(start)), 2)


def _sentences(rollout: Rollout, said: Any) -> Parts:
    """Share of the sentences that came back once, with the texts that they had to keep, and in new words."""
    wanted = given(rollout.task)
    texts = [(one.key, one.text.lower()) for one in said.rewritten] if said is not None else []
    counts, last = Counter(key for key, _ in texts), dict(texts)
    strange = sum(key not in {one.key for one in wanted} for key in counts)
    once = _mean(counts[one.key] == 1 and bool(last[one.key].strip()) for one in wanted)
    kept = _mean(all(text.lower() in last.get(one.key, "") for text in one.keep) and one.key in last for one in wanted)
    new = _mean(one.key in last and not same(one.text, last[one.key]) for one in wanted)
    return [
        Part("every sentence once", 2, once / (1 + strange)),
        Part("kept texts kept", 3, kept),
        Part("sentences in new words", 2, new),
    ]


PARTS: dict[str, Callable[[Rollout], Parts]] = {
    "proposer": _of_proposer, "composer": _of_composer, "diversifier": _of_diversifier, "user": _of_user, "agent": _of_agent,
}  # fmt: skip


def _mean(shares: Iterable[float]) -> float:
    """Of nothing that was asked for, all was done."""
    found = list(shares)
    return sum(found) / len(found) if found else 1.0
