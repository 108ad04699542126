"""A conversation laid out for judgement: played once more on a fresh world, step by step.

`writ_dspy.verify.checks` looks at the `Case` that stands here; nothing in this file judges.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.conversation import Conversation, Turn
from writ_dspy.domains import Before, Domain, Result, Views, observe
from writ_dspy.domains.listing import unmarked
from writ_dspy.errors import DomainError
from writ_dspy.evidence.identify import missing
from writ_dspy.simulate.manner.language import as_meant, typos
from writ_dspy.task import Best, Call, Json, Outcome, Task
from writ_dspy.verify.days import in_digits
from writ_dspy.verify.scope import WHOLE, Known, Unknown
from writ_dspy.verify.vocabulary import vocabulary

UNANSWERED = Turn("tool")
"""Stands for the result of a call that has none."""


_WORD = re.compile(r"[a-z]+")
_PLAINLY = str.maketrans("\u2010\u2011\u00a0\u202f\u2009", "--   ")
"""Hyphens and spaces that typesetting and language models put where a keyboard has one sign."""


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call of the conversation, played again."""

    turn: int
    """Index of the agent turn that made it."""
    call: Call
    recorded: Turn
    fresh: Result
    broken: tuple[tuple[str, str], ...]
    """(saw, wanted) of each policy rule that the write breaks, judged on the world just before it."""
    effect: Call
    """The call that stands for all that do the same."""
    owner: str | None
    """The user whose record a personal call touches."""
    flaw: str = ""
    """Why the domain would not take the call: no such tool, or arguments that do not fit."""

    @property
    def answered(self) -> bool:
        """Whether its result was recorded."""
        return self.recorded is not UNANSWERED


class Case:
    """A conversation laid out for the checks; one that is malformed, too: what does not fit is kept, for `well_formed` to name."""

    def __init__(self, task: Task, talk: Conversation, domain: Domain, unknown: Unknown = WHOLE) -> None:
        self.task, self.talk, self.domain, self.unknown = task, _as_read(_plainly_set(talk), domain), domain, unknown
        self.fields = domain.pack.fields
        """What fields are called here."""
        self.unjudged: Counter[str] = Counter()
        """By check: what was seen that it has no way to judge; such a thing is no finding, and it is counted."""
        self.claims: Counter[str] = Counter()
        """What the agent stated: how many claims were `judged`, and how many statements hold nothing that is (`open`)."""
        self.steps: list[Step] = []
        self.writes: list[Step] = []
        """The steps that are writes, failed ones too; without those that the domain would not take."""
        self.world = domain.world()
        self.orphans: list[int] = []
        """Turns of tool results that answer no call."""
        self._written: list[Call] = []
        self._looked: dict[Call, Views] = {}
        """Rows of reads on the world as it is now."""
        self._stated: list[tuple[int, frozenset[str]]] | None = None
        self._replay()

    def _replay(self) -> None:
        pack, written = self.domain.pack, self._written
        user_id: str | None = None
        for index, call, recorded in self._paired():
            broken: tuple[tuple[str, str], ...] = ()
            flaw = self._flaw(call)
            personal = call.tool in pack.personal and not flaw
            owner = pack.owner(call, self._look) if personal else None
            if user_id is None and owner in self.stated(index):
                user_id = owner
            if self.kind(call) == "write" and not flaw:
                before = Before(call, self._look, user_id, tuple(written), self.heard(index))
                broken = tuple(finding for rule in pack.rules for finding in rule(before))
            fresh = self._fresh(call)
            effect = call if flaw else self.domain.effect(call)
            step = Step(index, call, recorded or UNANSWERED, fresh, broken, effect, owner, flaw)
            self.steps.append(step)
            if self.kind(call) == "write" and not flaw:
                self.writes.append(step)
            if not fresh.error:
                user_id = pack.identifies(call, fresh.text) or user_id
                if self.kind(call) == "write":
                    written.append(call)

    def _paired(self) -> Iterator[tuple[int, Call, Turn | None]]:
        """Each call with the result that follows it, as far as there is one; a result that answers no call is an orphan."""
        waiting: deque[tuple[int, Call]] = deque()
        for index, turn in enumerate(self.talk.turns):
            if turn.role == "tool":
                if waiting:
                    yield (*waiting.popleft(), turn)
                else:
                    self.orphans.append(index)
                continue
            yield from ((*one, None) for one in waiting)
            waiting = deque((index, call) for call in turn.calls)
        yield from ((*one, None) for one in waiting)

    def _flaw(self, call: Call) -> str:
        """Why the domain would not take the call; nothing where it does."""
        if call.tool not in self.domain.kinds:
            return "no such tool"
        try:
            self.domain.canonical(call.tool, call.args)
        except DomainError as error:
            return str(error).replace("\n", " ")
        return ""

    def stated(self, turn: int) -> frozenset[str]:
        """The user ids by which the user has said who they are before a turn, where policy asks for no more than that."""
        if self._stated is None:
            stated = self.domain.pack.stated
            said = ((index, stated(item.text)) for index, item in enumerate(self.talk.turns) if item.role == "user")
            self._stated = [(index, found) for index, found in said if found]
        return frozenset().union(*(found for index, found in self._stated if index < turn))

    def _fresh(self, call: Call) -> Result:
        """What the world answers; until a write was tried it is as the domain began, whose reads are remembered."""
        if self.kind(call) == "read" and not self.writes:
            seen = self.domain.read(call)
            return Result(seen.text, seen.error)
        if self.kind(call) == "write":
            self._looked.clear()
        return self.world.call(call)

    def _look(self, tool: str, args: Mapping[str, Json]) -> Views:
        """Rows of a read on the world as it is now."""
        if not self._written:
            return self.domain.read(self.domain.canonical(tool, args)).views
        call = self.domain.canonical(tool, args)
        if call not in self._looked:
            self._looked[call] = observe(self.domain, self.world, call).views
        return self._looked[call]

    def first_look(self, tool: str, args: Mapping[str, Json]) -> Views:
        """Rows of a read on the world as the conversation found it."""
        return self.domain.read(self.domain.canonical(tool, args)).views

    def hearing(self, turns: tuple[Turn, ...]) -> Case:
        """The same case, played as it was, with other words in its turns."""
        other = copy(self)
        other.talk = replace(self.talk, turns=turns)
        return other

    @property
    def last(self) -> int:
        """Index of the last turn; where a finding about the whole conversation stands."""
        return max(0, len(self.talk.turns) - 1)

    def together(self, step: Step) -> list[Step]:
        """The writes that were made between the user's word before this one and its next, this one among them."""
        return [one for one in self.tried(step) if not one.fresh.error]

    def tried(self, step: Step) -> list[Step]:
        """Those that were made then, or refused."""

        def heard(turn: int) -> int:
            return max((index for index in range(turn) if self.talk.turns[index].role == "user"), default=0)

        return [one for one in self.writes if heard(one.turn) == heard(step.turn)]

    def kind(self, call: Call) -> str:
        """`read`, `write` or `generic`; a tool that the domain does not have counts as generic."""
        return self.domain.kinds.get(call.tool, "generic")

    def knows(self, what: Known) -> bool:
        """Whether this is known of the task; where it is not, nothing is judged by it."""
        return what not in self.unknown

    def heard(self, turn: int) -> str:
        """All that the user said before a turn."""
        return "\n".join(item.text for item in self.talk.turns[:turn] if item.role == "user")

    def atoms(self, turn: int | None) -> set[Call]:
        """What the agent's calls had shown before a turn; by the end, without one."""
        return {atom for atom, made in self._atoms if turn is None or made < turn}

    @cached_property
    def _atoms(self) -> list[tuple[Call, int]]:
        """What each call showed, and at which turn."""
        atom = self.domain.pack.atom
        return [(atom(step.call, step.fresh.text), step.turn) for step in self.steps]

    @cached_property
    def ranked(self) -> frozenset[tuple[str, bool]]:
        """By which attributes the task ranks what there is to choose from, and whether the most is wanted."""
        return frozenset((query.by, query.most) for query in parts(self.task.goal) if isinstance(query, Best))

    @cached_property
    def gold(self) -> tuple[Call, ...]:
        """The gold's writes by their effect; compared with `Step.effect`."""
        return tuple(map(self.domain.effect, self.task.gold))

    @cached_property
    def _firsts(self) -> dict[Call, int]:
        """What was shown -> the turn at which it was first."""
        firsts: dict[Call, int] = {}
        for shown, turn in self._atoms:
            firsts.setdefault(shown, turn)
        return firsts

    @cached_property
    def read_by(self) -> list[int | None]:
        """For each outcome, the turn at which the last read that it rests on was made; None where one was not made."""
        goal, atom, firsts = self.task.goal, self.domain.pack.atom, self._firsts
        wishes = (*goal.decisions, *(tell.decision for tell in goal.tells))
        found: list[int | None] = []
        for wish, outcome in zip(wishes, self.task.outcomes, strict=False):
            turns = [firsts.get(atom(call, self.domain.read(call).text)) for call in outcome.evidence]
            made = [turn for turn in turns if turn is not None]
            if len(made) < len(turns) and not missing(outcome, firsts, self.domain, wish):
                made.append(max(firsts.values(), default=0))
            found.append(max(made, default=-1) if len(made) >= len(turns) or not turns else None)
        return found

    def known_by(self, outcome: Outcome) -> int:
        """The turn by which all was read that an outcome rests on; -1 where some of it was not, so that it was known in another way, or not at all."""
        turns = [
            self._firsts.get(self.domain.pack.atom(call, self.domain.read(call).text)) for call in outcome.evidence
        ]
        return max((turn for turn in turns if turn is not None), default=-1) if None not in turns else -1

    @cached_property
    def delta(self) -> dict[str, str]:
        """What the conversation changed in the database."""
        return dict(self.world.delta())

    @cached_property
    def gold_delta(self) -> dict[str, str]:
        """What the gold changes in a fresh database."""
        if [step.effect for step in self.writes] == list(self.gold):
            return self.delta  # the same writes on the same database: played already
        world = self.domain.world()
        for call in self.task.gold:
            world.call(call)
        return dict(world.delta())

    @cached_property
    def gold_turns(self) -> list[int | None]:
        """For each decision, the turn at which its gold write was made; None when it was not."""
        left = list(self.writes)
        turns: list[int | None] = []
        for outcome in self.task.decided:
            wanted = outcome.call and self.domain.effect(outcome.call)
            step = next((step for step in left if step.effect == wanted), None)
            if step is not None:
                left.remove(step)
            turns.append(step.turn if step else None)
        return turns


_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|Prof)\.(?= [A-Z])")
"""The stop behind a title ends no sentence."""

_NUMBERED = re.compile(r"\b(?:[Nn]umbers?|[Nn]r\.?|[Pp]oints?) (?=[1-9]\b(?![.,]?\d| ?%))")
"""Before the place of something in a list: "yes to number 1" is "yes to 1"."""


def _plainly_set(talk: Conversation) -> Conversation:
    """The same words with plain hyphens and spaces, as tools write them, and without marks of emphasis or the stop of a title: how a value is set makes it no other."""
    turns = tuple(turn if turn.role == "tool" else _plain(turn) for turn in talk.turns)
    return talk if all(new is old for new, old in zip(turns, talk.turns, strict=True)) else replace(talk, turns=turns)


def _plain(turn: Turn) -> Turn:
    text = in_digits(_TITLE.sub(r"\1", unmarked(turn.text.translate(_PLAINLY))))
    text = _NUMBERED.sub("", text) if turn.role == "user" else text
    return turn if text == turn.text else replace(turn, text=text)


def _as_read(talk: Conversation, domain: Domain) -> Conversation:
    """The user's words without slips of the hand: whoever reads "betwen" reads "between". What a tool has shown is no slip."""
    shown: frozenset[str] | None = None
    turns = list(talk.turns)
    for index, turn in enumerate(turns):
        if turn.role == "user" and typos([turn.text], ()):
            if shown is None:
                shown = _shown(talk, domain)
            turns[index] = replace(turn, text=as_meant(turn.text, shown))
    return talk if shown is None else replace(talk, turns=tuple(turns))


def _shown(talk: Conversation, domain: Domain) -> frozenset[str]:
    """Words of the domain and of what tools returned, in lower case: names among them."""
    words = vocabulary(domain)
    said = (_WORD.findall(turn.text.lower()) for turn in talk.turns if turn.role == "tool")
    places = (place.split() for place in words.places)
    return frozenset(words.words | words.first | words.last).union(*places, *said)


def short(text: str, size: int = 120) -> str:
    """The text as a finding quotes it."""
    return text if len(text) <= size else f"{text[: size - 1]}…"
