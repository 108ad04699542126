"""Surface mode: a script decides what happens, a model finds the words, and pure code checks every one of them.

A message is worded sentence by sentence, so that each fact stays where it is. A sentence that states one may change in
its small words only; a sentence that the model does not get right stands as the script wrote it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import ClassVar

import dspy

from writ_dspy.conversation import Turn
from writ_dspy.domains import Domain
from writ_dspy.lm import BadReply, Connection, Refused
from writ_dspy.programs.tries import derive
from writ_dspy.roles import Agent, User
from writ_dspy.signatures.rewording import Reword
from writ_dspy.simulate.behaviour import FOREIGN, discloses, has
from writ_dspy.task import Task, in_own_words
from writ_dspy.verify.brought import brought_in
from writ_dspy.verify.fidelity import MISSPELLINGS, WORDS, Keep, faults, plain, same, stems, telling, vocabulary

TRIES = 3
"""Replies asked for one sentence at most; only one where another sentence of the message is the model's already."""
HEAT = 1.1
"""Temperature after the first try: what small models do wrong most often is to copy the sentence."""
OFFERED = 2
"""Sentences of one message that are given to the model at most; those without facts first."""
LONGEST = 26
"""Words of a sentence that is given to the model at most: beyond, a small model drops some of them."""


class Wording(dspy.Module):
    """Words one sentence anew, or says why it could not."""

    def __init__(self, connection: Connection, tries: int = TRIES) -> None:
        super().__init__()
        self.reword, self.again = dspy.Predict(Reword), dspy.Predict(Reword, temperature=HEAT)
        self.connection, self.tries = connection, tries

    async def message(self, turn: Turn, keep: Keep, seed: int) -> Turn:
        """The turn in the model's words as far as these are faithful; `worded` says whose they are."""
        pieces = split(turn.text)
        new: dict[int, str] = {}
        why = "no sentence that could be worded anew"
        for index in _offered(pieces, keep):
            tries = 1 if new else self.tries
            text, reason = await self._sentence(pieces[index], keep, derive(seed, index, pieces[index]), tries)
            why = reason or why
            if text:
                new[index] = text
        while new:
            text = "".join(new.get(index, piece) for index, piece in enumerate(pieces))
            wrong = _wrong(turn.text, text, keep)
            if not wrong:
                return dataclasses.replace(turn, text=text, worded="model")
            why = wrong[0]
            new.popitem()
        return dataclasses.replace(turn, worded=f"script: {_sort(why)}")

    async def _sentence(self, sentence: str, keep: Keep, seed: int, tries: int) -> tuple[str, str]:
        """The sentence in other words and the spaces around it, or why not."""
        bare = sentence.strip()
        own = part(bare, keep)
        why = ""
        for number in range(tries):
            try:
                said = await self.connection.predict(
                    self.again if number else self.reword, seed=derive(seed, number), plain=True,
                    max_tokens=16 + 3 * len(bare.split()), sentence=bare,
                )  # fmt: skip
            except BadReply as error:
                why = f"a reply that was {error.reason}"
                continue
            except Refused:
                return "", "a reply that was refused"
            text = _tidy(said.text, bare)
            if same(bare, text):
                why = "the same words again"
                continue
            wrong = _wrong(bare, text, own)
            if not wrong:
                return sentence.replace(bare, text), ""
            why = wrong[0]
        return "", why


def _wrong(original: str, reworded: str, keep: Keep) -> list[str]:
    return [*faults(original, reworded, keep), *brought_in(original, reworded, keep)]


class SurfaceAgent:
    """An agent whose messages a model words."""

    def __init__(self, inner: Agent, connection: Connection, tries: int = TRIES) -> None:
        self.inner, self.name = inner, f"surface:{connection.model_name}"
        self.wording = Wording(connection, tries)
        self._words = Vocabularies()

    async def act(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn:
        """The inner agent's turn; a message in the model's words where these are faithful."""
        turn = await self.inner.act(task, domain, turns, seed)
        transfer = domain.pack.transfer
        if not turn.text or turn.calls or (transfer and turn.text == transfer.text):
            return turn
        keep = agent_keep(task, domain, turns, self._words.of(domain))
        return await self.wording.message(turn, keep, derive(seed, "surface agent", len(turns)))


class SurfaceUser:
    """A user whose messages a model words."""

    def __init__(self, inner: User, connection: Connection, tries: int = TRIES) -> None:
        self.inner, self.name = inner, f"surface:{connection.model_name}"
        self.wording = Wording(connection, tries)
        self._words = Vocabularies()

    async def speak(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> Turn | None:
        """The inner user's turn in the model's words where these are faithful."""
        turn = await self.inner.speak(task, domain, await self._as_scripted(task, domain, turns, seed), seed)
        if turn is None or not turn.text:
            return turn
        keep = user_keep(task, domain, turns, self._words.of(domain), turn)
        return await self.wording.message(turn, keep, derive(seed, "surface user", len(turns)))

    async def _as_scripted(self, task: Task, domain: Domain, turns: Sequence[Turn], seed: int) -> list[Turn]:
        """The talk with the user's own words as it chose them: by these it knows what it has said already."""
        before: list[Turn] = []
        for turn in turns:
            if turn.role == "user" and turn.worded == "model":
                own = await self.inner.speak(task, domain, before, seed)
                before.append(own if own is not None and own.intent == turn.intent else turn)
            else:
                before.append(turn)
        return before


class Vocabularies:
    """The vocabulary of each domain, gathered once in a process."""

    _known: ClassVar[dict[tuple[str, str], frozenset[str]]] = {}

    def of(self, domain: Domain) -> frozenset[str]:
        """Words of its records and tools."""
        key = domain.name, domain.version
        if key not in self._known:
            self._known[key] = vocabulary(domain.tables.values(), [*domain.kinds, *_arguments(domain)])
        return self._known[key]


def _arguments(domain: Domain) -> list[str]:
    return [
        name for tool in domain.tools for name in tool.get("function", tool).get("parameters", {}).get("properties", {})
    ]


# ----------------------------------------------------------------------------- what must stay


def agent_keep(task: Task, domain: Domain, turns: Sequence[Turn], words: frozenset[str]) -> Keep:
    """Listed details, topics, reasons of refusals and everything that had to be told."""
    task = in_own_words(task)
    refusals = [outcome.refusal for outcome in task.outcomes if outcome.refusal]
    topics = [text for request in task.requests for text in (request.topic, request.word)]
    return Keep(
        words,
        texts=tuple({text.lower(): None for text in (*task.told, *topics, *refusals)}),
        groups=tuple(group for call in task.gold for group in domain.pack.phrases.renderings(call)),
        said=_said(turns, "agent"),
        at_hand=_at_hand(turns),
    )


def user_keep(task: Task, domain: Domain, turns: Sequence[Turn], words: frozenset[str], turn: Turn) -> Keep:
    """Details, marks, the values of the goal and whatever the user's behaviour is recognized by."""
    task = in_own_words(task)
    slots = (task.identity, *(slot for request in task.requests for slot in request.slots))
    marks = [mark for slot in slots for mark in slot.marks]
    plainly = not any(discloses(slot, turn.text) for slot in slots)
    level = task.behaviour["verbosity"] if task.behaviour else ""
    return Keep(
        words,
        texts=tuple({text.lower(): None for text in (*(request.word for request in task.requests), *marks)}),
        groups=tuple(group for call in task.gold for group in domain.pack.phrases.renderings(call)),
        slots=slots,
        requests=task.requests,
        values=tuple(sorted({value for call in task.gold for value in _values(call.args)})),
        mentions=domain.pack.mentions,
        said=_said(turns, "user"),
        at_hand=_at_hand(turns),
        manner=True,
        length=WORDS.get(level) if plainly else None,
    )


def part(sentence: str, keep: Keep) -> Keep:
    """What one sentence of a message must keep: if it states a fact, every telling word."""
    shown = any(text in sentence.lower() for text in keep.texts) or any(slot.text in sentence for slot in keep.slots)
    return dataclasses.replace(keep, length=None, said=frozenset(), exact=shown or telling(sentence, keep.words))


def _said(turns: Sequence[Turn], role: str) -> frozenset[str]:
    return frozenset(plain(turn.text) for turn in turns if turn.role == role and turn.text)


def _at_hand(turns: Sequence[Turn]) -> frozenset[str]:
    return stems(turn.text for turn in turns if turn.role != "tool" and turn.text)


def _values(value: object) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in _values(item)]
    return [str(value)]


def _sort(why: str) -> str:
    """A reason without its particulars, so that reasons can be counted."""
    why = re.sub(r"^\d+ words?(?: instead of \d+$|; this user writes .*)", "another length", why)
    why = re.sub(r"^\d+ (negation|question|colon)s? instead of \d+$", r"more or fewer \1s", why)
    why = re.sub(r"^(\w+) in another order: .*", r"\1 in another order", why)
    return re.sub(r"^(without the|with a new) (text in brackets or quotes|\w+) .*", r"\1 \2", why)


# ----------------------------------------------------------------------------- sentences


def split(text: str) -> list[str]:
    """Sentences and lines, each with the spaces that follow it; joined they are the text again."""
    return re.findall(r"\S.*?(?:[.!?](?=\s+[\"'(]?[A-Za-z#])|:(?=\s+[A-Z])|\n|$)\s*", text, re.DOTALL) or [text]


def _offered(pieces: Sequence[str], keep: Keep) -> list[int]:
    """Which sentences the model gets: none that is long, a list, or worded on purpose as it is."""
    fit = [index for index, piece in enumerate(pieces) if _fit(piece.strip())]
    return sorted(fit, key=lambda index: part(pieces[index].strip(), keep).exact)[:OFFERED]


def _fit(sentence: str) -> bool:
    if not 2 <= len(sentence.split()) <= LONGEST or sentence.startswith(("-", "•")) or sentence.endswith(":"):
        return False
    return not has(FOREIGN, sentence) and not MISSPELLINGS & set(re.findall(r"[a-z']+", sentence.lower()))


def _tidy(text: str, original: str) -> str:
    """On one line, in the original's case, with a full stop where it had one."""
    text = " ".join(text.split()).strip()
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in original:
        text = text[1:-1].strip()
    if text[-1:].isalnum() and original[-1] in ".!?:" and len(text.split()) >= 0.75 * len(original.split()):
        text += original[-1]
    if original[:1].islower() and not re.match(r"I\b|[A-Z]{2}", text):
        text = text[:1].lower() + text[1:]
    return text
