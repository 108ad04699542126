"""What was done: calls and what they changed, against the gold, the evidence, and the policy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from writ_dspy.codec import parts
from writ_dspy.conversation import Finding, StopReason
from writ_dspy.domains.listing import compiled
from writ_dspy.domains.postal import numbered
from writ_dspy.domains.whole import is_whole
from writ_dspy.evidence.identify import missing
from writ_dspy.evidence.links import standing_in
from writ_dspy.simulate.acts import agreed
from writ_dspy.simulate.manner.words import respelled
from writ_dspy.task import Call, Json, Policy
from writ_dspy.verify.case import Case, Step, short
from writ_dspy.verify.consent import consented, put_again
from writ_dspy.verify.days import follows, is_day, with_month


def replay(case: Case) -> Iterator[Finding]:
    """Every recorded tool result is what a fresh world returns."""
    for step in case.steps:
        if not step.answered:
            continue  # well_formed says so
        if step.recorded.text != step.fresh.text or step.recorded.error != step.fresh.error:
            if not case.knows("tools"):
                case.unjudged["replay"] += 1  # another version of the tool may well answer so
                continue
            yield Finding("replay", step.turn, short(step.recorded.text), short(step.fresh.text))


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
            "end_state", case.last, f"{', '.join(wrong)} in another state", "; ".join(undone) or "the gold's state"
        )


def no_unwanted_write(case: Case) -> Iterator[Finding]:
    """Every write that the agent tried is one that the user's goal calls for, once; or that it agreed to and the tool refused."""
    left, refused, made = list(case.gold), set[Call](), dict[Call, int]()
    for step in case.writes:
        asked = step.effect not in made or put_again(case, step, made[step.effect])
        if step.fresh.error and asked and step.effect not in refused and consented(case, step):
            refused.add(step.effect)  # nothing was changed, and nobody can say that the user did not want it
        elif step.effect in left:
            left.remove(step.effect)
            made[step.effect] = step.turn
        else:
            again = step.effect in case.gold
            yield Finding("no_unwanted_write", step.turn, str(step.call), "it once only" if again else "no such write")


def identified_before_write(case: Case) -> Iterator[Finding]:
    """No decision was taken before the reads that identify it were made; a refusal and an answer need theirs too."""
    goal = case.task.goal
    decided, wishes = len(goal.decisions), (*goal.decisions, *(tell.decision for tell in goal.tells))
    for index, (wish, outcome) in enumerate(zip(wishes, case.task.outcomes, strict=True)):
        turn = case.gold_turns[index] if index < decided else None
        if outcome.call is not None and turn is None:
            continue  # never written: end_state says so
        if turn is None and case.talk.stop is StopReason.CUT_OFF:
            continue  # whoever is under way may still look it up
        unread = missing(outcome, case.atoms(turn), case.domain, wish if case.knows("wishes") else None)
        if unread and outcome.call is not None and index < decided:
            unread = tuple(_unread_of_batch(case, index, outcome.call, unread))
        if unread and not case.knows("wishes") and _seen_elsewhere(case, unread, turn):
            case.unjudged["identified_before_write"] += 1  # whether a part of a read is enough depends on the wish
        elif unread:
            saw = str(outcome.call) if outcome.call else "an answer" if index >= decided else "a refusal"
            yield Finding(
                "identified_before_write", turn if turn is not None else case.last, f"{saw} on incomplete evidence",
                f"first {', '.join(map(str, unread[:4]))}{' and more' if len(unread) > 4 else ''}",
            )  # fmt: skip


def _unread_of_batch(case: Case, index: int, call: Call, unread: Iterable[Call]) -> Iterator[Call]:
    """Of what was not read before a write, what counts: in a batch, other records may be looked at while it is under way.

    Whether a record is one of those that are meant shows in itself; whether it was the last, before the last write.
    """
    place = next((at for at, request in enumerate(case.task.requests) if request.decision == index), None)
    together = case.task.together(place) if place is not None else range(0)
    members = [case.task.requests[at].decision for at in together]
    turns = [turn for at in members if at is not None and (turn := case.gold_turns[at]) is not None]
    later = case.atoms(max(turns)) if len(together) > 1 else set()
    own = {value for value in call.args.values() if isinstance(value, str)}
    for read in unread:
        if not own.isdisjoint(map(str, read.args.values())) or read not in later:
            yield read


def _seen_elsewhere(case: Case, unread: Iterable[Call], turn: int | None) -> bool:
    """Whether other results show a part of each of these reads, as a connection shows both its legs."""
    reads = (call for call in case.atoms(turn) if case.kind(call) == "read")
    return standing_in(case.domain, reads).keys() >= set(unread)


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
            gold = step.effect in case.gold
            leaves = [leaf for leaf in _leaves(step.call.args) if not (gold and not isinstance(leaf, str))]
            strange = [leaf for leaf in leaves if not _known(case, leaf, step.turn, fixed)]
            if case.kind(step.call) == "read":
                strange = [leaf for leaf in strange if not _around(case, leaf, step.turn)]
            unknown = [str(leaf) for leaf in strange if isinstance(leaf, str) or case.knows("gold")]
            if len(unknown) < len(strange):  # a number may be worked out, and without a gold nobody knows from what
                case.unjudged["provenance"] += 1
        if unknown:
            yield Finding(
                "provenance", step.turn, f"{step.call.tool} with {', '.join(unknown)}", "values that were said or read"
            )


def authenticated_first(case: Case) -> Iterator[Finding]:
    """No personal record and no catalog is read before the user is identified, as policy asks, and then only that user's records."""
    pack, user_id = case.domain.pack, None
    for step in case.steps:
        established = None if step.fresh.error else pack.identifies(step.call, step.fresh.text)
        if established and user_id and established != user_id:
            yield Finding(
                "authenticated_first", step.turn, f"{established} after {user_id}", "one user per conversation"
            )
        user_id = user_id or established
        stated = case.stated(step.turn) if user_id is None else frozenset[str]()
        if step.call.tool in pack.known_only and user_id is None:
            yield Finding("authenticated_first", step.turn, str(step.call), "the user identified first")
        if step.call.tool not in pack.personal or step.flaw:
            continue
        if step.owner in stated:
            user_id = step.owner
        if user_id is None and not (stated and step.owner is None):
            yield Finding("authenticated_first", step.turn, str(step.call), "the user identified first")
        elif step.owner is not None and step.owner != user_id and not _kept_to_itself(case, step, user_id or ""):
            yield Finding(
                "authenticated_first", step.turn, f"{step.call} of {step.owner}", f"records of {user_id} only"
            )


_TELLING, _BY_ITSELF = 3, 4
"""Signs of a value that may be known again when it is told of the record, and in a message that does not name it."""
_SAID_OF_ALL = frozenset({"yes", "usa"})
"""Values that any message may hold."""


def _kept_to_itself(case: Case, step: Step, user_id: str) -> bool:
    """Whether a record of somebody else, which the user asked about by its id, was read to tell whose it is, and nothing of it was told.

    What the user has said, or a record of the user's own shows as well, is no news of it, unless a message names the record. The user's own
    name is none either, though a friend may have the same.
    """
    turns = case.talk.turns
    said = " ".join(turn.text.lower() for turn in turns[: step.turn] if turn.role == "user")
    asked = [str(value).lower() for value in step.call.args.values()]
    if case.kind(step.call) != "read" or step.fresh.error or not asked or not all(is_whole(one, said) for one in asked):
        return False
    own = " ".join(one.fresh.text.lower() for one in case.steps if one.owner != step.owner)
    shown = {value.lower() for value in _as_told(step.fresh.text)} - {
        *asked,
        *user_id.lower().split("_"),
        *_SAID_OF_ALL,
    }
    begins = next(
        (at for at, turn in enumerate(turns) if turn.role == "user" and is_whole(asked[0], turn.text.lower())), 0
    )
    for index, turn in enumerate(turns):
        if turn.role == "agent" and turn.text and index > step.turn:
            text = turn.text.lower()
            named = any(is_whole(one, text) for one in asked)
            since = begins if named else 0  # of the record the user speaks from where it is named on
            heard = " ".join(one.text.lower() for one in turns[since:index] if one.role == "user")
            least = _TELLING if named else _BY_ITSELF
            news = (one for one in shown if len(one) >= least and one not in heard and (named or one not in own))
            if any(case.domain.pack.mentions(one, text) if is_day(one) else is_whole(one, text) for one in news):
                return False
    return True


def _as_told(text: str) -> Iterator[str]:
    """Every value of a result, as a person might tell it: its text, and an amount with its cents."""
    try:
        todo = [json.loads(text)]
    except ValueError:
        todo = [text]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, list):
            todo += value
        elif isinstance(value, bool) or value is None:
            continue
        elif isinstance(value, int | float):
            yield from (f"{value}", f"{value:.2f}", f"{value:,.2f}")
        else:
            yield str(value)


def one_call_per_turn(case: Case) -> Iterator[Finding]:
    """An agent turn is a text or one tool call, never both and never two."""
    for index, turn in enumerate(case.talk.turns):
        if turn.role == "agent" and (len(turn.calls) > 1 or (turn.calls and turn.text.strip())):
            saw = f"{len(turn.calls)} calls" if len(turn.calls) > 1 else f"a call beside {short(turn.text)!r}"
            yield Finding("one_call_per_turn", index, saw, "one call alone, or a text alone")


def _known(case: Case, value: Json, turn: int, fixed: set[str]) -> bool:
    text = str(value)
    if text in fixed or text == "":
        return True
    before = [item for item in case.talk.turns[:turn] if item.role != "agent"]
    if any(text in item.text for item in before):
        return True  # most are there to the letter, which is quicker to see than another rendering
    said = [item.text for item in before if item.role == "user"]
    if is_day(text):  # "betwen May 25 and May 30"; a name and an id are taken as they are spelled
        said += [meant for one in said if (meant := respelled(one.lower(), frozenset())) != one.lower()]
        said += [with_month(one.lower(), int(text[5:7])) for one in said]
    if any(_says(case, text, one.lower()) for one in said) or numbered(text, said):
        return True
    shown = (case.domain.policy, *(item.text for item in before if item.role == "tool"))
    return follows(text, said, shown) or _agreed_to(case, text, turn)


def _says(case: Case, text: str, said: str) -> bool:
    """Whether a lower-case message says a word of the domain, in a usual rendering or in the domain's own sayings."""
    own = case.domain.pack.sayings.forms.get(text)
    return case.domain.pack.mentions(text, said) or (own is not None and compiled(own).search(said) is not None)


def _around(case: Case, value: Json, turn: int) -> bool:
    """Whether a read looks at a place that serves a town which the user named: each airport of New York, say."""
    towns = case.domain.pack.around.get(str(value), ())
    said = (item.text.lower() for item in case.talk.turns[:turn] if item.role == "user")
    return bool(towns) and any(is_whole(town, text) for text in said for town in towns)


def _agreed_to(case: Case, text: str, turn: int) -> bool:
    """Whether the agent put a word to the user, who said yes to it; a number or an id takes more than a yes."""
    if any(char.isdigit() for char in text):
        return False
    for index in range(turn - 1, -1, -1):
        item = case.talk.turns[index]
        if item.role == "agent" and case.domain.pack.mentions(text, item.text.lower()):
            return agreed(case.talk.turns, index, turn) is not None
    return False


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
