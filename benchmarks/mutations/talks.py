"""The conversations that mutations begin with, laid out so that a mutation finds its place in them."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from writ_dspy.codec import from_json, identify, to_json
from writ_dspy.conversation import Conversation, StopReason, Turn, conversation_from_json, conversation_to_json
from writ_dspy.domains import Dial, Domain, load
from writ_dspy.propose.accept import settle_draft
from writ_dspy.propose.mix import Cell, default_mix
from writ_dspy.propose.proposer import fill
from writ_dspy.simulate.behaviour import assign
from writ_dspy.simulate.loop import converse, job
from writ_dspy.simulate.scripted import ScriptedAgent, ScriptedUser
from writ_dspy.task import Call, Json, Kind, Task

DOMAINS = ("tau2:retail", "tau2:airline")
CELLS: tuple[tuple[Kind, int, int], ...] = (
    ("normal", 1, 2), ("normal", 1, 3), ("read-heavy", 1, 4), ("read-heavy", 1, 6), ("write-intensive", 2, 3),
    ("write-intensive", 3, 4), ("write-intensive", 2, 4), ("no-write", 0, 3), ("no-write", 0, 4),
)  # fmt: skip
PER_CELL = 6
TRANSFERS = 8
MANY = 400
"""Tasks of which a default mix has all its cells."""
NATURAL = Path(__file__).with_name("natural.jsonl")
"""Conversations that a person wrote turn by turn for tasks of the proposer."""
USER = re.compile(r"\b[a-z]+_[a-z]+_\d{3,5}\b")
ISO = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d")
YEAR = re.compile(r"\b20\d\d\b")
ASKS = re.compile(r"[^.!?\n]*\?\s*$")
"""The question at the end of a message."""


class ElsewhereError(Exception):
    """A kind is written for the tools, records or policy of τ²'s two houses, and the conversation is from another."""


@dataclass(frozen=True, eq=False)
class Talk:
    """One right conversation and where what happens in it."""

    task: Task
    talk: Conversation
    natural: bool
    """Written by a person, not by the scripted roles."""

    @cached_property
    def domain(self) -> Domain:
        return load(self.task.domain)

    @property
    def retail(self) -> bool:
        """Which of the two houses it is; a kind that asks has nothing to say in a third."""
        if self.task.domain not in DOMAINS:
            raise ElsewhereError
        return self.task.domain == "tau2:retail"

    @property
    def turns(self) -> tuple[Turn, ...]:
        return self.talk.turns

    @property
    def transferred(self) -> bool:
        return any(outcome.transfer for outcome in self.task.decided)

    @cached_property
    def writes(self) -> list[int]:
        """Turns of the writes that were confirmed by the user."""
        return [i for i, turn in enumerate(self.turns) if turn.calls and self.kind(turn.calls[0]) == "write"]

    @cached_property
    def reads(self) -> list[int]:
        return [i for i, turn in enumerate(self.turns) if turn.calls and self.kind(turn.calls[0]) == "read"]

    def kind(self, call: Call) -> str:
        return self.domain.kinds.get(call.tool, "generic")

    def call(self, turn: int) -> Call:
        return self.turns[turn].calls[0]

    def reply(self, write: int) -> int:
        """The user's last turn before a write: the yes."""
        return max(i for i in range(write) if self.turns[i].role == "user")

    def proposal(self, write: int) -> int:
        """The agent's last message before that yes."""
        return max(i for i in range(self.reply(write)) if self.says(i))

    def report(self, write: int) -> int | None:
        """The message that tells what a write did; none where the agent goes on with other calls."""
        return next((i for i in range(write, len(self.turns)) if self.says(i)), None)

    def says(self, turn: int) -> bool:
        """Whether the turn is a message of the agent other than the prescribed one of a transfer."""
        return self.turns[turn].role == "agent" and bool(self.turns[turn].text) and not self.prescribed(turn)

    def prescribed(self, turn: int) -> bool:
        transfer = self.domain.pack.transfer
        return transfer is not None and self.turns[turn].text.strip() == transfer.text

    @cached_property
    def messages(self) -> list[int]:
        return [i for i in range(len(self.turns)) if self.says(i)]

    @cached_property
    def heard(self) -> list[int]:
        """What the user says."""
        return [i for i, turn in enumerate(self.turns) if turn.role == "user"]

    @cached_property
    def answer(self) -> int | None:
        """The message that refuses or tells, in a conversation that writes nothing."""
        if self.task.gold or not self.reads or self.transferred:
            return None
        return next((i for i in range(self.reads[-1], len(self.turns)) if self.says(i)), None)

    @cached_property
    def last(self) -> int | None:
        """The agent's last message."""
        return self.messages[-1] if self.messages and not self.transferred else None

    @cached_property
    def known(self) -> int | None:
        """The turn of the call that says who the user is."""
        for i in self.reads:
            if self.domain.pack.identifies(self.call(i), self.turns[i + 1].text):
                return i
        return None

    @cached_property
    def user_id(self) -> str:
        known = self.known
        found = None if known is None else self.domain.pack.identifies(self.call(known), self.turns[known + 1].text)
        users = self.domain.pack.users(self.domain)
        return found or next((name for name in USER.findall(self.said) if name in users), "")

    @property
    def profile(self) -> Mapping[str, Json]:
        """The user's own record; empty where nobody said who it is."""
        if self.task.domain not in DOMAINS:
            raise ElsewhereError
        return self.domain.tables["users"].get(self.user_id, {})

    @property
    def records(self) -> list[str]:
        """The user's own orders, reservations, or whatever it is elsewhere."""
        return [str(key) for key in self.domain.pack.records(self.domain, self.user_id)] if self.user_id else []

    def record(self, key: str) -> Mapping[str, Json]:
        return self.domain.tables["orders" if self.retail else "reservations"][key]

    def spare(self, rng: random.Random) -> str | None:
        """A record of the user that the conversation never names."""
        said = self.said
        found = [key for key in self.records if key.lower() not in said]
        return rng.choice(found) if found else None

    def stranger(self, rng: random.Random) -> Mapping[str, Json]:
        """Another customer's record, one with an order or a reservation."""
        table = "orders" if self.retail else "reservations"
        users = self.domain.tables["users"]
        keys = [key for key in rng.sample(sorted(users), 40) if key != self.user_id and users[key][table]]
        return users[keys[0]] | {"user_id": keys[0]}

    @cached_property
    def said(self) -> str:
        """Everything that was said or read, in lower case."""
        return "\n".join(f"{turn.text} {turn.calls}" for turn in self.turns).lower()

    def year(self, month: int, day: int) -> int | None:
        """The year of a day that is told without one: that of today where policy names it, unless it was read in another one alone."""
        named = {int(text) for text in YEAR.findall(self.domain.policy)}
        today = named.pop() if len(named) == 1 else None
        ends = f"-{month:02}-{day:02}"
        read = {int(text[:4]) for text in ISO.findall(self.said) if text.endswith(ends)}
        near = {year for year in read if today is None or abs(year - today) <= 1}
        if today is not None and (today in near or not near):
            return today
        return near.pop() if len(near) == 1 else None

    def any_message(self, rng: random.Random) -> int | None:
        """Some message of the agent that is no proposal, where there is one."""
        proposals = {self.proposal(write) for write in self.writes}
        found = [i for i in self.messages if i not in proposals]
        return rng.choice(found) if found else None

    def any_write(self, rng: random.Random) -> int | None:
        return rng.choice(self.writes) if self.writes else None


# ----------------------------------------------------------------------------- where they come from


def scripted(seed: int, per_cell: int = PER_CELL) -> list[Talk]:
    """Accurate scripted conversations over tasks of all kinds, transfers included."""
    found: list[Talk] = []
    for cell in cells(per_cell):
        found += cell_talks(cell, seed, len(found))
    return found + handed_over(seed, min(per_cell, TRANSFERS))


def cells(per_cell: int) -> Iterator[Cell]:
    for name in DOMAINS:
        for kind, writes, burden in CELLS:
            yield Cell(domain=name, kind=kind, writes=writes, burden=burden, count=per_cell)


def cells_of(domain: str, per_cell: int) -> Iterator[Cell]:
    """Those that another domain's default mix has, with so many tasks each."""
    for cell in default_mix(domain, MANY).cells:
        yield cell.model_copy(update={"count": per_cell})


def cell_talks(cell: Cell, seed: int, start: int) -> list[Talk]:
    """The talks about one cell's tasks."""
    split = "base" if cell.domain in DOMAINS else None
    return [play(task, seed) for task in assign(fill(cell, seed, split).tasks, seed, start)]


def play(task: Task, seed: int) -> Talk:
    """One conversation of the scripted roles, without what they meant by their words."""
    talk = asyncio.run(converse(job(task, 0, seed), load(task.domain), ScriptedUser(), ScriptedAgent()))
    return Talk(task, replace(talk, turns=tuple(replace(turn, intent=None) for turn in talk.turns)), natural=False)


def handed_over(seed: int, count: int) -> list[Talk]:
    """Talks that policy ends with a transfer."""
    domain, rng = load("tau2:airline"), random.Random(seed)
    recipe = next(recipe for recipe in domain.pack.recipes if recipe.name == "cancel a disrupted trip")
    tasks: dict[str, Task] = {}
    for user in rng.sample(list(domain.pack.users(domain)), len(domain.pack.users(domain))):
        draft = recipe.draft(domain, user, Dial(2, "knows ids", refuse=True), rng)
        task = None if draft is None else identify(settle_draft(draft, "no-write", domain))
        if task is not None and task.outcomes[0].transfer:
            tasks[task.id] = task
        if len(tasks) == count:
            break
    return [play(task, seed) for task in assign(list(tasks.values()), seed, 0)]


def written(path: Path = NATURAL) -> list[Talk]:
    """Conversations from a file of `{"task": …, "conversation": …}` lines; what the tools return is worked out anew."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        task, talk = from_json(data["task"]), conversation_from_json(data["conversation"])
        turns = tuple(replayed(load(task.domain), talk.turns))
        found.append(Talk(task, replace(talk, turns=turns), natural=True))
    return found


def packed(talks: Sequence[Talk]) -> list[tuple[Json, Json, bool]]:
    """For another process."""
    return [(to_json(item.task), conversation_to_json(item.talk), item.natural) for item in talks]


def unpacked(data: Sequence[tuple[Json, Json, bool]]) -> list[Talk]:
    return [Talk(from_json(task), conversation_from_json(talk), natural) for task, talk, natural in data]


# ----------------------------------------------------------------------------- edits


def said(turns: Sequence[Turn], at: int, text: str) -> list[Turn]:
    """The turns with another text at one place."""
    found = list(turns)
    found[at] = replace(found[at], text=text)
    return found


def woven(text: str, sentence: str) -> str:
    """The text with one more sentence before its closing question, or at its end."""
    match = ASKS.search(text)
    if match is None or not text[: match.start()].strip():
        return f"{text} {sentence}" if match is None else f"{sentence} {text}"
    head, gap = text[: match.start()], match[0][: len(match[0]) - len(match[0].lstrip())]
    return f"{head.rstrip()}{chr(10) if head.endswith(chr(10)) else ' '}{sentence}{gap or (chr(10) if head.endswith(chr(10)) else ' ')}{match[0].strip()}"


def added(turns: Sequence[Turn], at: int, sentence: str) -> list[Turn]:
    """One more sentence in a message."""
    return said(turns, at, woven(turns[at].text, sentence))


def behind(text: str, sentence: str) -> str:
    """The text with one more sentence at its end; one that ends without a mark gets one, as it would else be no sentence of its own."""
    whole = text.rstrip()
    return f"{whole}{'' if whole[-1:] in '.!?…)' or not whole[-1:].isalnum() else '.'} {sentence}"


def put(turns: Sequence[Turn], at: int, *more: Turn) -> list[Turn]:
    """More turns before a place."""
    return [*turns[:at], *more, *turns[at:]]


def agent(text: str) -> Turn:
    return Turn("agent", text)


def user(text: str) -> Turn:
    return Turn("user", text)


def called(tool: str, **args: Json) -> tuple[Turn, Turn]:
    """A call, and the place for its result."""
    return Turn("agent", calls=(Call.of(tool, args),)), Turn("tool", "")


def replayed(domain: Domain, turns: Sequence[Turn]) -> list[Turn]:
    """The turns with the results that a fresh world gives in this order."""
    world, found = domain.world(), list(turns)
    for index, turn in enumerate(turns):
        for offset, call in enumerate(turn.calls, start=1):
            at = index + offset
            if at < len(found) and found[at].role == "tool":
                result = world.call(call)
                found[at] = Turn("tool", result.text, error=result.error)
    return found


def ended(item: Talk, turns: Sequence[Turn], stop: StopReason | None = None) -> Conversation:
    """The conversation with other turns."""
    return replace(item.talk, turns=tuple(turns), stop=stop or item.talk.stop)
