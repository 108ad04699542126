"""A list of chat messages as turns: OpenAI's form, and the forms of τ²-bench and τ-bench, which are close to it.

What a model got wrong (a tool that there is not, arguments that are none, a result without a call) stays as it is, for the
checks to find. What is no list of messages at all is refused, with the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from writ_dspy.conversation import StopReason, Turn
from writ_dspy.dataset.messages import GREETING
from writ_dspy.domains import Domain
from writ_dspy.errors import DomainError, StoreError
from writ_dspy.imports.documents import brief
from writ_dspy.store.parsed import parsed
from writ_dspy.task import Call, Json

_STOPS = re.compile(r"###(STOP|TRANSFER|OUT-OF-SCOPE)###")
"""What the simulated users of τ²-bench and τ-bench say to end a conversation."""
_THINK = "think"
"""A tool of τ-bench that does nothing: the model's notes to itself, which no domain here has."""
_ERROR = "Error"
"""What the answer of a tool that refused starts with, where no flag says so."""
_ROLES = ("system", "developer", "user", "assistant", "tool", "function")


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation without its task."""

    turns: tuple[Turn, ...]
    stop: StopReason
    ended: bool
    """Whether the user's last word is there; else the messages end with the assistant's, as rows to learn from do."""


@dataclass(slots=True)
class _Open:
    """Calls of one assistant message, and the results that came for them."""

    calls: list[tuple[str, Call]]
    results: dict[int, Turn] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    """Ids of calls that are left out, with their results."""

    def place(self, key: str) -> int | None:
        """Which call a result is about: the one of that id, else the first that has none yet."""
        free = [index for index in range(len(self.calls)) if index not in self.results]
        if key and all(name for name, _ in self.calls):
            free = [index for index in free if self.calls[index][0] == key]
        return free[0] if free else None


def chat(messages: Json, domain: Domain, where: str = "messages") -> Chat:
    """The turns of a list of messages, from the user's first one on.

    System prompts, the greeting of τ²-bench's orchestrator and the words that end its conversations are left out. Results
    stand right behind their calls, in the order of the calls; calls with valid arguments are written canonically.

    Raises:
        StoreError: It is no list of messages; names the field.
    """
    if not isinstance(messages, Sequence) or isinstance(messages, str | bytes):
        raise StoreError(f"`{where}` is {brief(messages)}. Write a list of messages, each with `role` and `content`.")
    reader = _Reader(domain)
    for index, message in enumerate(messages):
        reader.take(message, f"{where}.{index}")
    return reader.done()


class _Reader:
    """Takes one message after the other."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._turns: list[Turn] = []
        self._open: _Open | None = None
        self._stopped = ""

    def take(self, message: Json, at: str) -> None:
        """One more message."""
        if not isinstance(message, Mapping):
            raise StoreError(f"`{at}` is {brief(message)}. Write an object with `role` and `content`.")
        role = message.get("role")
        if not isinstance(role, str) or role not in _ROLES:
            raise StoreError(f"`{at}.role` is {brief(role)}. Write one of {', '.join(_ROLES)}.")
        text = _text(message.get("content"), f"{at}.content")
        if role in ("tool", "function"):
            self._result(message, text)
            return
        self._flush()
        if role == "user":
            self._user(text)
        elif role == "assistant":
            self._assistant(message, text, at)

    def done(self) -> Chat:
        """All of it."""
        self._flush()
        stop, ended = self._stop() if self._turns else (StopReason.CUT_OFF, False)
        return Chat(tuple(self._turns), stop, ended)

    def _user(self, text: str) -> None:
        found = _STOPS.search(text)
        if found:
            self._stopped, text = found[1], _STOPS.sub("", text).strip()
            if not text:
                return
        self._turns.append(Turn("user", text))

    def _assistant(self, message: Mapping[str, Json], text: str, at: str) -> None:
        if not self._turns and text.strip() == GREETING:
            return
        made = list(_calls(message, self._domain, at))
        notes = {key for key, call in made if self._is_note(call)}
        calls = [(key, call) for key, call in made if not self._is_note(call)]
        if made:
            self._open = _Open(calls, dropped=notes)
        if calls or not made:  # what stands beside a note is a part of it
            self._turns.append(Turn("agent", text, tuple(call for _, call in calls)))

    def _is_note(self, call: Call) -> bool:
        return call.tool == _THINK and call.tool not in self._domain.kinds

    def _result(self, message: Mapping[str, Json], text: str) -> None:
        key = str(message.get("tool_call_id") or message.get("id") or "")
        flag = message.get("error")
        turn = Turn("tool", text, error=flag if isinstance(flag, bool) else text.startswith(_ERROR))
        if self._open is None:
            self._turns.append(turn)
            return
        if message.get("name") == _THINK or (key and key in self._open.dropped):
            return
        place = self._open.place(key)
        if place is None:
            self._flush()
            self._turns.append(turn)
        else:
            self._open.results[place] = turn

    def _flush(self) -> None:
        """The results of the last calls, in the order of the calls."""
        if self._open is not None:
            self._turns += [turn for _, turn in sorted(self._open.results.items(), key=lambda item: item[0])]
            self._open = None

    def _stop(self) -> tuple[StopReason, bool]:
        last = self._turns[-1]
        if self._stopped == "TRANSFER":
            return StopReason.TRANSFERRED, True
        if self._stopped:
            return StopReason.USER_DONE, True
        if last.role == "tool":
            behind = self._turns[-2] if len(self._turns) > 1 else last
            handed = any(self._domain.transfers(call) for call in behind.calls)
            return (StopReason.TRANSFERRED if handed else StopReason.CUT_OFF), False
        return (StopReason.CUT_OFF if last.calls else StopReason.USER_DONE), last.role == "user"


def _text(content: Json, at: str) -> str:
    """The words of a message: a text, nothing, or parts of text."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        raise StoreError(f"`{at}` is {brief(content)}. Write a text, null, or a list of parts of type text.")
    found = []
    for index, part in enumerate(content):
        words = part if isinstance(part, str) else part.get("text") if isinstance(part, Mapping) else None
        if not isinstance(words, str):
            kind = part.get("type") if isinstance(part, Mapping) else part
            raise StoreError(f"`{at}.{index}` is {brief(kind)}, and only text can be judged. Leave that part out.")
        found.append(words)
    return "".join(found)


def _calls(message: Mapping[str, Json], domain: Domain, at: str) -> Iterator[tuple[str, Call]]:
    """The calls of a message with their ids."""
    made = message.get("tool_calls")
    single = message.get("function_call")
    if single is not None and not made:
        yield "", _call(single, domain, f"{at}.function_call")
        return
    if made is None:
        return
    if not isinstance(made, Sequence) or isinstance(made, str | bytes):
        raise StoreError(f"`{at}.tool_calls` is {brief(made)}. Write a list of calls, or null.")
    for index, one in enumerate(made):
        where = f"{at}.tool_calls.{index}"
        if not isinstance(one, Mapping):
            raise StoreError(f"`{where}` is {brief(one)}. Write an object with `id` and `function`.")
        inner = one.get("function")
        call = _call(one if inner is None else inner, domain, where if inner is None else f"{where}.function")
        yield str(one.get("id") or ""), call


def _call(data: Json, domain: Domain, at: str) -> Call:
    """A call; with valid arguments as our tools write them, else as it was made."""
    if not isinstance(data, Mapping) or not isinstance(data.get("name"), str) or not data["name"]:
        raise StoreError(f"`{at}` is {brief(data)}. Write the `name` of a tool and its `arguments`.")
    name, given = data["name"], data.get("arguments")
    args: Json = {} if given in (None, "") else given
    if isinstance(args, str):
        try:
            args = parsed(args)
        except ValueError:
            args = {"arguments": given}  # no tool takes that, so the checks find it
    if not isinstance(args, Mapping):
        args = {"arguments": args}
    return canonical(domain, name, args)


def canonical(domain: Domain, tool: str, args: Mapping[str, Json]) -> Call:
    """The call as our tools write it; as it is, where the domain has no such tool or the tool no such arguments."""
    try:
        return domain.canonical(tool, args)
    except DomainError:
        return Call.of(tool, args)
