"""What a domain is: tools over a database, a policy, and what we know about both."""

# Longer than 400 lines by a few: whoever writes a pack reads here, field by field, all that a domain may say of itself.

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from pydantic import BaseModel

from writ_dspy import patterns as re
from writ_dspy.domains.disputes import NO_GROUNDS, Grounds, Held
from writ_dspy.domains.fields import Fields
from writ_dspy.domains.footprint import Footprint
from writ_dspy.domains.integrity import Integrity
from writ_dspy.domains.listing import Deeds, Detail
from writ_dspy.domains.observed import Lens, Observation, Result, Row, Seen, Views
from writ_dspy.domains.remembered import Remembered
from writ_dspy.domains.sayings import Sayings
from writ_dspy.errors import DomainError
from writ_dspy.task import Call, Decision, Fact, Json, Kind, Op, Request, Slot, Tell

ToolKind = Literal["read", "write", "generic"]
Memory = Literal["knows ids", "half-remembers", "knows none"]


class World(Protocol):
    """One isolated, mutable copy of a domain's database, with its tools callable."""

    def call(self, call: Call) -> Result:
        """Play one call. A refusal is a result, not an exception."""

    def delta(self) -> Mapping[str, str]:
        """Canonical JSON of each record that differs from the shared base, by `table/key`."""

    def digest(self) -> str:
        """τ²'s own hash of the whole database."""


@dataclass(frozen=True, slots=True)
class Before:
    """The moment before a write, as a policy rule sees it."""

    call: Call
    look: Callable[[str, Mapping[str, Json]], Views]
    """Rows of any read on the world as it is now (free: it counts as no agent's read)."""
    user_id: str | None
    """Who has been authenticated."""
    written: tuple[Call, ...]
    """Writes already made in this conversation."""
    heard: str
    """All that the user has said so far."""


Rule: TypeAlias = Callable[[Before], Iterable[tuple[str, str]]]
"""Yields (saw, wanted) for each clause that the write would break."""


@dataclass(frozen=True, slots=True)
class Dial:
    """What a recipe is asked for."""

    burden: int
    """Reads in the evidence set of the decision; a recipe aims, the proposer checks."""
    memory: Memory
    fallback: bool = False
    """Give the decision an `otherwise`, and make the first attempt fail."""
    refuse: bool = False
    """Draft a request that must be refused, with its legal twin in `Draft.legal` where there is one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a recipe proposes for one user; not yet resolved, so it may turn out to be no task."""

    user_id: str
    recipe: str
    decisions: tuple[Decision, ...]
    requests: tuple[Request, ...]
    facts: tuple[Fact, ...]
    identity: Slot
    tells: tuple[Tell, ...] = ()
    memory: str = "knows none"
    touches: frozenset[str] = frozenset()
    """Records that a write of this draft may change (`table/id`); drafts of one task must not share any."""
    legal: Draft | None = None
    """The legal draft from which this one differs in one said value."""


class Recipe(Protocol):
    """Drafts one family of requests."""

    @property
    def name(self) -> str:
        """Unique within the domain."""

    @property
    def tool(self) -> str:
        """The write tool it asks for; empty for questions."""

    def draft(self, domain: Domain, user_id: str, dial: Dial, rng: random.Random) -> Draft | None:
        """A draft for this user, or None when the user has nothing to ask for in this way."""


class Phrases(Protocol):
    """How people talk about the records of a domain."""

    questions: Mapping[str, tuple[str, ...]]
    """Slot key -> questions an agent may ask to learn it; `identity` is always there."""
    about: Mapping[str, str]
    """Slot key -> a pattern of what a question in lower case speaks of that the slot answers."""

    def name(self, view: str, row: Row) -> str:
        """A noun phrase for a row, by its id or by what tells it apart: "order #W123", "the desk lamp (black, $123.45)"."""

    def measure(self, attribute: str, value: Json) -> str:
        """A value with its unit: "$12.50", "3 h 20 min"."""

    def superlative(self, attribute: str, most: bool) -> str:
        """The word for the most or the least of an attribute: cheapest, longest."""

    def details(self, call: Call, seen: Seen) -> str:
        """The write in words, each argument listed, for the user to confirm; only what `seen` shows."""

    def report(self, call: Call, result: str) -> str:
        """What was done, after the write."""

    def renderings(self, call: Call) -> Sequence[tuple[str, ...]]:
        """For each detail that must be listed before the write: lower-case texts of which one must occur."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """How a domain hands a customer over to a human."""

    tool: str
    text: str
    """The sentence that policy prescribes right after the call."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What policy has the agent ask for, or remind of, before a write."""

    name: str
    asked: re.Pattern
    """How the agent asks or reminds."""
    said: re.Pattern | None = None
    """How the user may have said it without being asked; None where the agent has to speak of it all the same."""
    slot: str = ""
    """Key of the slots that hold it; where a wish has one, `said_before_used` sees to it."""
    moot: Callable[[Call, Callable[[str, Mapping[str, Json]], Views]], bool] = lambda _call, _look: False
    """(write, look) -> there is nothing to speak of: the write takes all that there is."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose the texts and the data of a domain are: what datasets and cards say of it."""

    license: str = ""
    """As the Hub knows it: `mit`; empty where nobody declared one."""
    notice: tuple[str, ...] = ()
    """Lines for the page of a dataset."""
    benchmark: str = ""
    """Name of the public benchmark that evaluates with these tools, if one does."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another value for one detail of a write, as policy allows it."""

    slot: str
    """Key of the slots in which a user names it."""
    call: Call
    """The write with the other value."""
    text: str
    """How a user names that: a sentence with choices."""
    mark: str
    """What of it tells it from others, in lower case."""


MONEY = r"price|amount|total|balance|fare|paid|cost|fee|difference|refund"
"""Names that fields of money have in most domains."""


@dataclass(frozen=True, slots=True)
class Wished:
    """All that a user asks for in one conversation, and what it comes to."""

    user_id: str
    words: str
    """All that they say, in lower case."""
    touches: frozenset[str]
    """Records that it is about, as `Draft.touches` names them."""
    written: tuple[Call, ...]
    before: Callable[[str, Mapping[str, Json]], Views]
    """(tool, arguments) -> what the read shows on a fresh world."""
    after: Callable[[str, Mapping[str, Json]], Views]
    """And once all is written."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What we know about one domain beyond its tools."""

    lenses: Mapping[str, Lens]
    """One per read tool, and one per write tool that returns a whole record."""
    atom: Callable[[Call, str], Call]
    """(call, text) -> the read that stands for it: calls that show the same record have the same atom."""
    identifies: Callable[[Call, str], str | None]
    """(call, text) -> the user id that this call establishes, if any."""
    personal: frozenset[str]
    """Tools that show or change one user's records; not allowed before authentication."""
    owner: Callable[[Call, Callable[[str, Mapping[str, Json]], Views]], str | None]
    """(call, look) -> the user whose record a personal call touches; None when there is no such record."""
    rules: tuple[Rule, ...]
    recipes: tuple[Recipe, ...]
    questions: tuple[Recipe, ...]
    """Recipes that only ask to be told."""
    phrases: Phrases
    mentions: Callable[[str, str], bool]
    """(value, lower-case text) -> the text states the value in some usual rendering (a date, a city, a cabin)."""
    ids: Callable[[str], frozenset[str]]
    """Every id-like token in a text: order, item, reservation, payment ids, e-mails, user ids."""
    users: Callable[[Domain], Sequence[str]]
    """All user ids, in a fixed order."""
    records: Callable[[Domain, str], Collection[str]] = lambda _domain, _user: ()
    """(domain, user id) -> ids of the records that are a user's own: for many writes, who has more is drawn more often."""
    whose: str = ""
    """Name of the parameter, and of the field, that says whose account it is: the user has no need to be told of it."""
    fields: Fields = field(default_factory=Fields)
    """What fields are called here that hold what many domains have."""
    traces: Callable[[Domain, str], tuple[set[str], set[str]]] = lambda _domain, _text: (set(), set())
    """(domain, text of an official task) -> the users and the records that it names, and whose records these are."""
    conditional: bool = True
    """Whether a recipe can be refused by a condition of the user's own; else who gets no write and is denied nothing only asks."""
    amounts: Callable[[Call, Seen], Iterable[float]] = lambda _call, _seen: ()
    """(write, what was read) -> the money that the write is about beyond the prices that were read, without signs."""
    others: Callable[[Call, Seen], Iterable[Other]] = lambda _call, _seen: ()
    """(write, what was read) -> what a user could as lawfully have named in place of one of its details."""
    comes_of: Callable[[Call, Seen], str] = lambda _call, _seen: ""
    """(write, what was read) -> what the amount that it charges comes of, as a clause; empty where it charges none."""
    entitles: Callable[[Call, Seen], tuple[str, str] | None] = lambda _call, _seen: None
    """(write, what was read) -> of whom and what, where a clause that allows the write turns on one fact among several ("is in business")."""
    final: frozenset[str] = frozenset()
    """Writes that policy lets nobody take back or make anew for the same record."""
    money: str = MONEY
    """A pattern that the names of those fields match that hold money; what lies below such a field is money too."""
    deeds: Mapping[str, str] = field(default_factory=dict)
    """Write tool -> a pattern of the participles that say it was done (`cancell?ed`)."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Code -> the name of the place, where records hold codes and people say names."""
    around: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Code -> towns, in lower case, that the place serves besides the one it is named after: who looks for a trip may look there."""
    allowed: Callable[[str, Seen], Collection[int] | None] = lambda _unit, _seen: None
    """(what is counted, what was read) -> the numbers of it that policy and records give; None where it says nothing."""
    unordered: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """Write tool -> its lists whose order changes nothing; lists that run side by side stand together, and stay paired."""
    things: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A pattern of what can be added or given -> the write tools that alone do it."""
    just: Mapping[str, Callable[[Call, Callable[[str, Mapping[str, Json]], Views], str], bool]] = field(
        default_factory=dict
    )
    """A pattern of a deed in words -> (write, look at the world before, those words) whether that write did just this."""
    topics: Mapping[str, tuple[Topic, ...]] = field(default_factory=dict)
    """Write tool -> what policy has the agent speak of before it."""
    stated: Callable[[str], frozenset[str]] = lambda _text: frozenset()
    """(what the user says) -> user ids that establish who they are, where policy asks for no look-up; of nobody by default."""
    known_only: frozenset[str] = frozenset()
    """Tools that are nobody's, and that policy allows only for a user who is authenticated."""
    look_up: Callable[[Mapping[str, Json]], Call | None] = lambda _facts: None
    """(what a user knows, by key) -> the call that finds who they are."""
    transfer: Transfer | None = None
    """None where nobody can be handed over."""
    listing: Callable[[Call, Seen], Sequence[Detail]] | None = None
    """(write, what was read) -> the details that have to be listed before it; without it, those of `Phrases.renderings`."""
    stands: Callable[[str, Row, str], tuple[str, str] | None] = lambda _view, _row, _field: None
    """(view, row, field) -> of whom and what the field says, as in ("order #W1", "is delivered"); None where nobody would say it."""
    facts: Callable[[str, Seen, Sequence[tuple[Call, str]]], Iterable[tuple[str, str]]] | None = None
    """(sentence of an agent, what was read, the writes just made with their results) -> what it tells of a record or a write otherwise than it is, and how it is."""
    batches: tuple[Recipe, ...] = ()
    """Those of the recipes that ask for a write for each record of a kind; few users have such records, so they get turns of their own."""
    refusing: tuple[Recipe, ...] = ()
    """Those of the recipes that draft requests to be refused; all of them where none is named."""
    rare: tuple[Recipe, ...] = ()
    """Those of the recipes that few users' records fit, so that they get turns of their own where one write is wanted."""
    handovers: tuple[Recipe, ...] = ()
    """Recipes of what policy wants handed to a human, each with a dial that says `refuse`; they get turns of their own."""
    denials: tuple[Recipe, ...] = ()
    """Recipes of requests that policy denies, one per clause; each makes only such drafts, whatever the dial says."""
    called: Deeds = field(default_factory=Deeds)
    """How the writes are called."""
    sayings: Sayings = field(default_factory=Sayings)
    """How users say what a decision rests on, beyond what `mentions` knows."""
    integrity: Integrity = field(default_factory=Integrity)
    """Which results there can be."""
    grounds: Grounds = NO_GROUNDS
    """By which words a refusal's ground is known."""
    spoken: tuple[str, ...] = ()
    """Sentences that agents here say, beside policy: grounds, details, reports. Their words bring in nothing new."""
    sought: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Slot key -> what an agent calls the detail, with choices; one without is asked for by the questions of `Phrases` alone."""
    lists: str = ""
    """What a list before a write names here, beside its ids: "flights with dates, cabin, passengers"; for a model that serves."""
    limits: Callable[[str, Op, Json], str] = lambda _attribute, _op, _value: ""
    """(attribute, comparison, value) -> what it says of several rows that they keep to it ("in blue"); empty where nobody would say it."""
    at_odds: Callable[[Wished], str] = lambda _wished: ""
    """What two wishes of one user, both within policy, make nonsense of ("the same traveler in two places"); empty where nothing."""
    held: Mapping[str, Held] = field(default_factory=dict)
    """Clause, as a refusal names it -> how it is held against who insists."""


REMEMBERED = 1024
"""Reads of the fresh world whose rows a domain keeps at hand; and calls that it has checked."""
SMALL, MANY = 1024, 6144
"""Signs of a result that takes little room, and how many such it keeps: most records, in place of a few long lists."""
SEEN = 256
"""Results through a lens that it keeps: those of a world that was written to are looked at at every turn."""


@dataclass(eq=False)
class Domain:
    """Tools + policy + a database that never changes; worlds are copies of it."""

    name: str
    version: str
    policy: str
    system_prompt: str
    tools: tuple[Mapping[str, Json], ...]
    """OpenAI function schemas, in the order in which the domain declares its tools."""
    kinds: Mapping[str, ToolKind]
    pack: Pack
    new_world: Callable[[], World]
    validate: Callable[[str, Mapping[str, Json]], dict[str, Json]]
    """(tool, args) -> canonical args; raises DomainError."""
    tables: Mapping[str, Mapping[str, Json]]
    """The base records as plain JSON, by table and key; for proposing and for the firewall, never for a lens."""
    official: Callable[[str], Sequence[Json]]
    """Split name -> the tasks by which agents are evaluated here, as JSON in τ²-bench's form; none where there are none."""
    splits: tuple[str, ...] = ()
    """Names of their sets; none where there are no such tasks, and so no firewall."""
    release: str = ""
    """Which release of these tasks is installed; empty where it has no name."""
    footprints: Callable[[str], Sequence[Footprint]] = lambda _: ()
    """Split name -> what the tasks of each release that is known use, whichever is installed."""
    terms: Terms = field(default_factory=Terms)
    """Whose the texts and the data are."""
    dials: Mapping[Kind, tuple[tuple[int, int, int], ...]] = field(default_factory=dict)
    """(writes, burden, denied) of its default mix, by kind, in the order in which a small number of tasks is dealt out."""
    params: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    """Per tool, its parameters as a model without open objects: what an action schema is built from."""
    declaration: Path | None = None
    """The file that declares it; None where code or a package makes it."""
    # What was worked out before: of no use to a domain that is made of this one with another pack, so `replace` begins anew.
    _reads: Remembered[Call, Observation] = field(init=False, default_factory=lambda: Remembered(REMEMBERED))
    _small: Remembered[Call, Observation] = field(init=False, default_factory=lambda: Remembered(MANY))
    _seen: Remembered[tuple[Call, str], Views] = field(init=False, default_factory=lambda: Remembered(SEEN))
    _calls: Remembered[tuple[object, ...], Call] = field(init=False, default_factory=lambda: Remembered(MANY))

    @property
    def slug(self) -> str:
        return self.name.replace(":", "-")

    def world(self) -> World:
        """A fresh world; costs microseconds, shares what nobody touches."""
        return self.new_world()

    def canonical(self, tool: str, args: Mapping[str, Json]) -> Call:
        """The call with validated arguments in canonical types and order.

        Raises:
            DomainError: No such tool, or an argument is missing, unknown or of a wrong type.
        """
        if any(type(value) is not str for value in args.values()):
            return Call.of(tool, self.validate(tool, args))
        key = (tool, *args.items())
        known = self._calls.get(key)
        if known is None:
            known = self._calls.keep(key, Call.of(tool, self.validate(tool, args)))
        return known

    def effect(self, call: Call) -> Call:
        """The call that stands for all that do the same: lists whose order changes nothing are sorted."""
        groups = self.pack.unordered.get(call.tool)
        return _sorted(call, groups) if groups else call

    def transfers(self, call: Call) -> bool:
        """Whether the call hands the customer over to a human."""
        return self.pack.transfer is not None and call.tool == self.pack.transfer.tool

    def views(self, call: Call, text: str) -> Views:
        """The rows that an observation shows; empty for tools that show none."""
        lens = self.pack.lenses.get(call.tool)
        if lens is None:
            return {}
        known = self._seen.get((call, text))
        return self._seen.keep((call, text), lens(call, text)) if known is None else known

    def read(self, call: Call) -> Observation:
        """A read on a fresh world; remembered, since the base never changes.

        Raises:
            DomainError: The tool is not a read.
        """
        known = self._small.get(call) or self._reads.get(call)
        if known is None:
            if self.kinds.get(call.tool) != "read":
                raise DomainError(f"{call.tool} of {self.name} is no read tool; only reads can be evidence.")
            known = observe(self, self.world(), call)
            (self._small if len(known.text) <= SMALL else self._reads).keep(call, known)
        return known


@lru_cache(maxsize=4096)
def _sorted(call: Call, groups: tuple[tuple[str, ...], ...]) -> Call:
    args = call.args
    for group in groups:
        lists = [items for name in group if isinstance(items := args.get(name), list)]
        if len(lists) == len(group) and len({len(items) for items in lists}) == 1 and lists[0]:
            rows = sorted(zip(*lists, strict=True), key=repr)
            args |= {name: list(items) for name, items in zip(group, zip(*rows, strict=True), strict=True)}
    return Call.of(call.tool, args)


def observe(domain: Domain, world: World, call: Call) -> Observation:
    """Play a read on a world and look at it through its lens."""
    result = world.call(call)
    return Observation(result.text, result.error, {} if result.error else domain.views(call, result.text))
