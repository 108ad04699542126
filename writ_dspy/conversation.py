"""A conversation as it happened: turns, why it stopped, and its JSON form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal, get_args

from writ_dspy.errors import StoreError, brief
from writ_dspy.task import Call, Json, are_arguments

Speaker = Literal["user", "agent", "tool"]


class StopReason(Enum):
    """Why a conversation ended."""

    USER_DONE = "user done"
    """The user had nothing more to say."""
    TRANSFERRED = "transferred"
    """The agent handed the user to a human; the user said no more."""
    TURN_LIMIT = "turn limit"
    """Neither side came to an end within the limit."""
    CRASHED = "crashed"
    """A role or a tool raised; the conversation is owed again and never scored."""
    CUT_OFF = "cut off"
    """One that others made: its record ends before an end was reached."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a scripted speaker meant by a message; never exported, never read by a check."""

    kind: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One message, or one tool result."""

    role: Speaker
    text: str = ""
    calls: tuple[Call, ...] = ()
    """Tool calls of an agent turn; a well-behaved turn has either text or one call."""
    error: bool = False
    """Tool turns: the tool refused."""
    intent: Intent | None = None
    worded: str = ""
    """In surface mode: `model`, or `script: {why}` where no wording of the model kept every fact."""
    thought: str = ""
    """What a model's agent noted for itself, which it alone sees again; never exported, never read by a check."""
    ahead: tuple[Call, ...] = ()
    """Look-ups of the same reply that are still to be made after this one; never exported, never read by a check."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """All turns of one try at a task, starting with the user's first message."""

    id: str
    """`{task id}.{try}`."""
    task_id: str
    turns: tuple[Turn, ...]
    stop: StopReason
    seed: int
    agent: str
    """Name of the agent role that spoke: `scripted`, `careless`, a program's name."""
    user: str
    redraws: int = 0
    """Turns that were drawn again: the user's that broke the user's own rules, the agent's in which the verifier found something before they were taken."""
    error: str = ""
    """What was raised, when `stop` is CRASHED; what its record says of it, when it is CUT_OFF."""

    def steps(self) -> Iterator[tuple[int, Call, Turn]]:
        """Each tool call with the index of its agent turn and its result turn.

        Raises:
            StoreError: A call has no result: the log was cut or edited.
        """
        for index, turn in enumerate(self.turns):
            for offset, call in enumerate(turn.calls, start=1):
                result = self.turns[index + offset] if index + offset < len(self.turns) else None
                if result is None or result.role != "tool":
                    raise StoreError(
                        f"conversation {self.id}: {call.tool} at turn {index} has no result; drop the row."
                    )
                yield index, call, result


def conversation_to_json(talk: Conversation) -> dict[str, Json]:
    """A flat JSON record; empty fields are left out."""
    return {
        "id": talk.id, "task_id": talk.task_id, "stop": talk.stop.value, "seed": talk.seed, "agent": talk.agent,
        "user": talk.user, "redraws": talk.redraws, "error": talk.error, "turns": [_turn_to_json(turn) for turn in talk.turns],
    }  # fmt: skip


def conversation_from_json(data: Json) -> Conversation:
    """The inverse of `conversation_to_json`.

    Raises:
        StoreError: The record is not a conversation; names the field.
    """
    if (why := flaw(data)) is not None:
        raise StoreError(f"no conversation: {why}. Restore the record from a copy, or leave it out.")
    return Conversation(
        data["id"], data["task_id"], tuple(_turn_from_json(turn) for turn in data["turns"]),
        StopReason(data["stop"]), data["seed"], data["agent"], data["user"], data["redraws"], data["error"],
    )  # fmt: skip


_HEAD = {
    "id": str, "task_id": str, "turns": list, "stop": str, "seed": int, "agent": str, "user": str, "redraws": int, "error": str,
}  # fmt: skip
_SPEAKERS = frozenset(get_args(Speaker))
_STOPS = frozenset(reason.value for reason in StopReason)


def flaw(data: Json) -> str | None:
    """What makes a record no conversation, by its field; None where it is one."""
    if not isinstance(data, dict):
        return f"it is {brief(data)}, and no object"
    for name, kind in _HEAD.items():
        if type(data.get(name)) is not kind:
            return f"`{name}` is {brief(data[name])}" if name in data else f"it lacks `{name}`"
    if data["stop"] not in _STOPS:
        return f"`stop` is {brief(data['stop'])}"
    if data["redraws"] < 0:
        return f"`redraws` is {brief(data['redraws'])}"
    for index, turn in enumerate(data["turns"]):
        if (odd := _odd(turn)) is not None:
            seen = brief(turn.get(odd)) if isinstance(turn, dict) else brief(turn)
            return f"`turns.{index}{odd and '.'}{odd}` is {seen}"
    return None


def _odd(turn: Json) -> str | None:
    """The field of a turn that cannot be; empty where all of it cannot."""
    if type(turn) is not dict:
        return ""
    role, intent = turn.get("role"), turn.get("intent")
    if type(role) is not str or role not in _SPEAKERS:
        return "role"
    for name in ("text", "worded", "thought"):
        if type(turn.get(name, "")) is not str:
            return name
    for name in ("calls", "ahead"):
        if name in turn and not (type(turn[name]) is list and all(map(_is_call, turn[name]))):
            return name
    if type(turn.get("error", False)) is not bool:
        return "error"
    if intent is not None and not (type(intent) is list and intent and all(type(word) is str for word in intent)):
        return "intent"
    return None


def _is_call(call: Json) -> bool:
    return type(call) is list and list(map(type, call)) == [str, str] and are_arguments(call[1])


def _turn_to_json(turn: Turn) -> dict[str, Json]:
    data: dict[str, Json] = {"role": turn.role}
    if turn.text:
        data["text"] = turn.text
    if turn.calls:
        data["calls"] = [[call.tool, call.text] for call in turn.calls]
    if turn.error:
        data["error"] = True
    if turn.intent:
        data["intent"] = [turn.intent.kind, *turn.intent.about]
    if turn.worded:
        data["worded"] = turn.worded
    if turn.thought:
        data["thought"] = turn.thought
    if turn.ahead:
        data["ahead"] = [[call.tool, call.text] for call in turn.ahead]
    return data


def _turn_from_json(data: Json) -> Turn:
    intent = data.get("intent")
    return Turn(
        data["role"], data.get("text", ""), tuple(Call(tool, text) for tool, text in data.get("calls", ())),
        data.get("error", False), Intent(intent[0], tuple(intent[1:])) if intent else None,
        data.get("worded", ""), data.get("thought", ""), tuple(Call(tool, text) for tool, text in data.get("ahead", ())),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One failed check, with where, what was seen and what was wanted."""

    check: str
    turn: int
    saw: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.check} at turn {self.turn}: saw {self.saw}; wanted {self.wanted}"

    def to_json(self) -> dict[str, Json]:
        """A flat record."""
        return {"check": self.check, "turn": self.turn, "saw": self.saw, "wanted": self.wanted}
