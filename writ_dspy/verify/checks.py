"""The verifier: no model judges acceptance.

Each check looks at a conversation laid out as a `Case` and yields findings; a conversation is accepted iff there is
none. A finding is one line of advice: the report, the optimizer and the developer read the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from writ_dspy.codec import parts
from writ_dspy.conversation import Conversation, Finding, StopReason, Turn
from writ_dspy.domains import Domain, Transfer
from writ_dspy.evidence.resolve import missing
from writ_dspy.simulate.behaviour import says_yes, shown
from writ_dspy.simulate.faults import user_faults
from writ_dspy.task import Call, Json, Policy, Task
from writ_dspy.verify.case import Case

CHECKS_VERSION = "2"
"""Changes whenever a check could judge a conversation differently."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one conversation."""

    conversation_id: str
    task_id: str
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        """True iff no check found anything."""
        return not self.findings

    def to_json(self) -> dict[str, Json]:
        """The record that the run keeps."""
        return {
            "id": self.conversation_id, "task_id": self.task_id, "accepted": self.accepted, "checks": CHECKS_VERSION,
            "findings": [finding.to_json() for finding in self.findings],
        }  # fmt: skip


Check = Callable[[Case], Iterable[Finding]]


def verify(task: Task, talk: Conversation, domain: Domain) -> Verdict:
    """All findings of one conversation.

    Raises:
        StoreError: A tool call has no recorded result: the conversation was cut or edited, so nothing can be judged.
    """
    case = Case(task, talk, domain)
    return Verdict(talk.id, task.id, tuple(finding for check in CHECKS for finding in check(case)))


# ----------------------------------------------------------------------------- what was done


def replay(case: Case) -> Iterator[Finding]:
    """Every recorded tool result is what a fresh world returns."""
    for step in case.steps:
        if step.recorded.text != step.fresh.text or step.recorded.error != step.fresh.error:
            yield Finding("replay", step.turn, _short(step.recorded.text), _short(step.fresh.text))


def end_state(case: Case) -> Iterator[Finding]:
    """The final database equals the gold's; independent writes may come in any order."""
    if case.delta != case.gold_delta:
        wrong = sorted(
            key for key in case.delta.keys() | case.gold_delta.keys() if case.delta.get(key) != case.gold_delta.get(key)
        )
        undone = [
            str(o.call) for o, turn in zip(case.task.decided, case.gold_turns, strict=True) if o.call and turn is None
        ]
        yield Finding(
            "end_state", _last(case), f"{', '.join(wrong)} in another state", "; ".join(undone) or "the gold's state"
        )


def no_unwanted_write(case: Case) -> Iterator[Finding]:
    """Every write that the agent tried is one that the user's goal calls for, once."""
    left = list(case.task.gold)
    for step in case.writes:
        if step.call in left:
            left.remove(step.call)
        else:
            again = step.call in case.task.gold
            yield Finding("no_unwanted_write", step.turn, str(step.call), "it once only" if again else "no such write")


def identified_before_write(case: Case) -> Iterator[Finding]:
    """No decision was taken before the reads that identify it were made; a refusal and an answer need theirs too."""
    decided = len(case.task.goal.decisions)
    for index, outcome in enumerate(case.task.outcomes):
        turn = case.gold_turns[index] if index < decided else None
        if outcome.call is not None and turn is None:
            continue  # never written: end_state says so
        unread = missing(outcome, case.atoms(turn), case.domain)
        if unread:
            saw = str(outcome.call) if outcome.call else "an answer" if index >= decided else "a refusal"
            yield Finding(
                "identified_before_write", turn if turn is not None else _last(case), f"{saw} on incomplete evidence",
                f"first {', '.join(map(str, unread[:4]))}{' and more' if len(unread) > 4 else ''}",
            )  # fmt: skip


def provenance(case: Case) -> Iterator[Finding]:
    """Every argument was said by the user, shown by a tool, or fixed by policy."""
    fixed = {str(part.value) for part in parts(case.task.goal) if isinstance(part, Policy)}
    for step in case.steps:
        if case.kind(step.call) == "generic":
            unknown = [
                token
                for token in sorted(case.domain.pack.ids(step.call.text))
                if not _known(case, token, step.turn, fixed)
            ]
        else:
            gold = step.call in case.task.gold
            leaves = [leaf for leaf in _leaves(step.call.args) if not (gold and not isinstance(leaf, str))]
            unknown = [str(leaf) for leaf in leaves if not _known(case, leaf, step.turn, fixed)]
        if unknown:
            yield Finding(
                "provenance", step.turn, f"{step.call.tool} with {', '.join(unknown)}", "values that were said or read"
            )


def authenticated_first(case: Case) -> Iterator[Finding]:
    """No personal record is touched before the user is identified, and then only that user's."""
    pack, user_id = case.domain.pack, None
    for step in case.steps:
        established = None if step.fresh.error else pack.identifies(step.call, step.fresh.text)
        if established and user_id and established != user_id:
            yield Finding(
                "authenticated_first", step.turn, f"{established} after {user_id}", "one user per conversation"
            )
        user_id = user_id or established
        if step.call.tool not in pack.personal:
            continue
        if user_id is None:
            yield Finding("authenticated_first", step.turn, str(step.call), "the user identified first")
        elif step.owner is not None and step.owner != user_id:
            yield Finding(
                "authenticated_first", step.turn, f"{step.call} of {step.owner}", f"records of {user_id} only"
            )


def policy(case: Case) -> Iterator[Finding]:
    """The domain's rules hold for every write, and a transfer happens exactly when policy wants it."""
    for step in case.steps:
        for saw, wanted in step.broken:
            yield Finding("policy", step.turn, f"{step.call.tool}: {saw}", wanted)
    wanted_transfer = any(outcome.transfer for outcome in case.task.decided)
    transfers = [step for step in case.steps if case.domain.transfers(step.call)]
    hand_over = case.domain.pack.transfer or Transfer("a transfer", "")
    for step in transfers:
        if not wanted_transfer:
            yield Finding("policy", step.turn, "a transfer", "help within the agent's own scope")
        after = [turn.text for turn in case.talk.turns[step.turn + 1 :] if turn.role == "agent"]
        if not after or after[0].strip() != hand_over.text:
            yield Finding("policy", step.turn, "a transfer without the set sentence", hand_over.text)
    if wanted_transfer and not transfers:
        yield Finding("policy", _last(case), "no transfer", f"{hand_over.tool}, since the request is out of scope")


# ----------------------------------------------------------------------------- how it was said


def confirmed_before_write(case: Case) -> Iterator[Finding]:
    """Before a write, its details were listed and the user answered with an explicit yes."""
    for step in case.writes:
        if step.fresh.error:
            continue  # nothing was changed; no_unwanted_write or policy judge the attempt
        groups = case.domain.pack.phrases.renderings(step.call)
        best: list[str] = [group[0] for group in groups]
        for index in range(step.turn - 1, -1, -1):
            turn = case.talk.turns[index]
            if turn.role != "agent" or not turn.text:
                continue
            lower = turn.text.lower()
            unlisted = [group[0] for group in groups if not any(text in lower for text in group)]
            if unlisted:
                best = min(best, unlisted, key=len)
                continue
            answers = [item for item in case.talk.turns[index + 1 : step.turn] if item.role == "user"]
            if any(says_yes(answer.text) for answer in answers):
                break
            best = []
        else:
            wanted = f"{', '.join(best[:4])} listed first" if best else "an explicit yes after the list"
            yield Finding("confirmed_before_write", step.turn, str(step.call), wanted)


def one_call_per_turn(case: Case) -> Iterator[Finding]:
    """An agent turn is a text or one tool call, never both and never two."""
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "agent" and (len(turn.calls) > 1 or (turn.calls and turn.text.strip())):
            saw = f"{len(turn.calls)} calls" if len(turn.calls) > 1 else f"a call beside {_short(turn.text)!r}"
            yield Finding("one_call_per_turn", index, saw, "one call alone, or a text alone")


def communicated(case: Case) -> Iterator[Finding]:
    """What the user asked to know was told; a refusal names its topic. Silence never passes."""
    texts = [turn.text.lower().replace(",", "") for turn in case.talk.turns if turn.role == "agent"]
    for told in case.task.told:
        if not any(told.lower() in text for text in texts):
            yield Finding("communicated", _last(case), "no message with it", f"the user told {told!r}")
    if not case.task.gold and not texts:
        yield Finding("communicated", _last(case), "silence", "an answer")


def user_faithful(case: Case) -> Iterator[Finding]:
    """The user said only what it knows, gave nothing away, behaved as asked, and stayed until it was served."""
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "user":
            yield from user_faults(case.task, case.domain, case.talk.turns[:index], turn)
    yield from _left_early(case)
    if case.talk.stop is not StopReason.TURN_LIMIT:
        for dimension, saw, wanted in shown(case.task, case.domain, case.talk.turns):
            yield Finding("user_faithful", _last(case), f"{dimension}: {saw}", wanted)


def completed(case: Case) -> Iterator[Finding]:
    """The conversation came to an end by itself."""
    if case.talk.stop not in (StopReason.USER_DONE, StopReason.TRANSFERRED):
        yield Finding("completed", _last(case), case.talk.stop.value, "an end by the user, within the limits")


def clean(case: Case) -> Iterator[Finding]:
    """No turn is empty, cut off, or a repetition of the speaker's last one."""
    last: dict[str, Turn] = {}
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "tool":
            continue
        text = turn.text.strip()
        if not text and not turn.calls:
            yield Finding("clean", index, "an empty turn", "a text or a call")
        if text and text == last.get(turn.role, Turn("user")).text.strip():
            yield Finding("clean", index, f"{_short(text)!r} again", "something new")
        if text and not turn.calls and turn.role == "agent" and text[-1] not in ".?!:)\"'”…*":
            yield Finding("clean", index, f"…{text[-30:]!r}", "a finished sentence")
        last[turn.role] = turn


CHECKS: tuple[Check, ...] = (
    replay, end_state, no_unwanted_write, identified_before_write, provenance, authenticated_first, policy,
    confirmed_before_write, one_call_per_turn, communicated, user_faithful, completed, clean,
)  # fmt: skip


def _left_early(case: Case) -> Iterator[Finding]:
    """The user ended while a yes that it was asked for was pending, or with a wish unspoken."""
    if case.talk.stop is not StopReason.USER_DONE:
        return
    texts = " ".join(turn.text.lower() for turn in case.talk.turns if turn.role == "user")
    for request in case.task.requests:
        if request.word.lower() not in texts and not any(
            all(mark.lower() in texts for mark in slot.marks) for slot in request.slots if slot.marks
        ):
            yield Finding(
                "user_faithful", _last(case), f"no word of {request.topic}", "every wish spoken before the end"
            )
    for outcome, turn in zip(case.task.decided, case.gold_turns, strict=True):
        if outcome.call is None or turn is not None:
            continue
        asked = _proposal(case, outcome.call)
        if asked is not None and not any(t.role == "agent" for t in case.talk.turns[asked + 1 :]):
            yield Finding(
                "user_faithful", _last(case), "the end right after the question", f"a wait for {outcome.call.tool}"
            )


def _proposal(case: Case, call: Call) -> int | None:
    """The last agent turn that lists a call's details."""
    groups = case.domain.pack.phrases.renderings(call)
    for index in range(len(case.talk.turns) - 1, -1, -1):
        lower = case.talk.turns[index].text.lower()
        if case.talk.turns[index].role == "agent" and all(any(text in lower for text in group) for group in groups):
            return index
    return None


# ----------------------------------------------------------------------------- small things


def _known(case: Case, value: Json, turn: int, fixed: set[str]) -> bool:
    text = str(value)
    if text in fixed or text == "":
        return True
    before = [item for item in case.talk.turns[:turn] if item.role != "agent"]
    if any(text in item.text for item in before):
        return True  # most are there to the letter, which is quicker to see than another rendering
    return any(item.role == "user" and case.domain.pack.mentions(text, item.text.lower()) for item in before)


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _short(text: str, size: int = 120) -> str:
    return text if len(text) <= size else f"{text[: size - 1]}…"


def _last(case: Case) -> int:
    return max(0, len(case.talk.turns) - 1)
