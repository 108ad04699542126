"""How many tokens a conversation takes when a model is trained on it: counted with a tokenizer, or estimated.

A tokenizer is a folder or file on disk, or a name on the Hugging Face Hub. Where it has a chat template, the
conversation is rendered with that, as `transformers` renders it; else in a plain ChatML form. Neither
`transformers` nor `torch` is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from writ_dspy.errors import ConfigError, boundary
from writ_dspy.task import Json

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Messages: TypeAlias = Sequence[dict[str, Json]]
Tools: TypeAlias = Sequence[Json]
Count: TypeAlias = Callable[[Messages, Tools], int]

_WEIGHTS = ((re.compile(r"[^\W\d_]+"), 0.84), (re.compile(r"\d"), 0.74), (re.compile(r"[^\w\s]+|_+"), 1.3))
"""Tokens of a word, a digit and a run of marks: a least-squares fit to Qwen2.5's tokenizer over rows of both domains."""
_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")
_TODAY = datetime(2024, 7, 26)
"""What templates that print the date get: the same count every day."""
_SMALL: Messages = (
    {"role": "system", "content": "Help."},
    {"role": "user", "content": "Hi."},
    {
        "role": "assistant",
        "content": "",
        "tool_calls": [
            {"id": "call00000", "type": "function", "function": {"name": "look", "arguments": {"at": "it"}}}
        ],
    },
    {"role": "tool", "content": "It is there.", "tool_call_id": "call00000", "name": "look"},
    {"role": "assistant", "content": "It is there."},
)
_TOOLS: Tools = (
    {
        "type": "function",
        "function": {
            "name": "look",
            "description": "Look at it.",
            "parameters": {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]},
        },
    },
)
"""A conversation with a call of every sort, to try a chat template on."""


def counter(tokenizer: str | None) -> Count:
    """What counts; None estimates.

    Raises:
        ConfigError: The tokenizer, or its chat template, cannot be read.
    """
    if tokenizer is None:
        return estimate
    return _counter(str(located(tokenizer)))


def estimate(messages: Messages, tools: Tools) -> int:
    """Tokens by the number of words, digits and marks; over our own rows within a twentieth of what Qwen counts."""
    return round(sum(map(_weight, _parts(messages, tools))))


def plain(messages: Messages, tools: Tools) -> str:
    """The conversation in ChatML with tools and calls as JSON, the form that most templates are a variety of."""
    return "".join(_parts(messages, tools))


def _parts(messages: Messages, tools: Tools) -> Iterator[str]:
    """One for each message."""
    for index, message in enumerate(messages):
        body = [message[name] for name in ("reasoning_content", "content") if message.get(name)]
        if index == 0 and tools:
            body += ["# Tools", "<tools>", *(_dumps(tool) for tool in tools), "</tools>"]
        for call in message.get("tool_calls") or ():
            body += ["<tool_call>", _dumps(call["function"]), "</tool_call>"]
        yield f"<|im_start|>{message['role']}\n" + "\n".join(body) + "<|im_end|>\n"


@lru_cache(maxsize=512)
def _weight(text: str) -> float:
    return sum(weight * len(pattern.findall(text)) for pattern, weight in _WEIGHTS)


def settled(name: str) -> str:
    """The tokenizer by a name that holds in any folder, after it has been tried on a conversation.

    Raises:
        ConfigError: There is none, or it cannot be read or used.
    """
    place = located(name)
    counter(str(place))(_SMALL, _TOOLS)
    return str(place) if Path(name).expanduser().exists() else name


def located(name: str) -> Path:
    """Folder of a tokenizer: on this disk, else fetched from the Hub, or found in its cache.

    Raises:
        ConfigError: There is none.
    """
    path = Path(name).expanduser()
    if path.is_file():
        path = path.parent
    if (path / _FILES[0]).is_file():
        return path.resolve()
    if path.exists() or name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise ConfigError(f"--tokenizer {name}: there is no {_FILES[0]} in {path}. Name a folder that has one.")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, allow_patterns=list(_FILES)))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        why = str(error).strip().partition("\n")[0].rstrip(". ")
        raise ConfigError(
            f"--tokenizer {name}: it is no folder here, and the Hub did not give it ({why}). Name a folder with "
            f"{_FILES[0]}, or leave --tokenizer out: lengths are then estimated."
        ) from error
    if not (folder / _FILES[0]).is_file():
        raise ConfigError(f"--tokenizer {name}: it has no {_FILES[0]} on the Hub. Name another, or leave it out.")
    return folder


# ----------------------------------------------------------------------------- with a tokenizer


@lru_cache(maxsize=4)
def _counter(folder: str) -> Count:
    from tokenizers import Tokenizer

    place = Path(folder)
    try:
        with boundary(ConfigError, "tokenizers"):  # which raises Exception itself
            tokenizer = Tokenizer.from_file(str(place / _FILES[0]))
    except ConfigError as error:
        raise ConfigError(
            f"--tokenizer {place}: reading {_FILES[0]} failed ({str(error.__cause__).rstrip('.')}). Fetch it again, or "
            "leave --tokenizer out: lengths are then estimated."
        ) from error
    pieces = _Pieces(tokenizer)
    render = _template(place) or plain
    return lambda messages, tools: pieces.count(render(messages, tools))


class _Pieces:
    """Counts text piece by piece, cut at special tokens, so that what conversations share is encoded once.

    A tokenizer cuts there itself, before it does anything else.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        special = [token.content for token in tokenizer.get_added_tokens_decoder().values() if token.special]
        names = "|".join(re.escape(name) for name in sorted(special, key=len, reverse=True))
        self._cut = re.compile(f"({names})") if names else None
        self._piece = lru_cache(maxsize=4096)(self._whole)

    def count(self, text: str) -> int:
        pieces = self._cut.split(text) if self._cut else [text]
        return sum(map(self._piece, filter(None, pieces)))

    def _whole(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False))


@dataclass(frozen=True)
class _Rendered:
    """A chat template, compiled."""

    template: Any
    names: dict[str, str]
    place: Path

    def __call__(self, messages: Messages, tools: Tools) -> str:
        try:
            with boundary(ConfigError, "rendering"):  # a template raises whatever it likes
                text: str = self.template.render(
                    messages=list(messages), tools=list(tools), add_generation_prompt=False, **self.names
                )
        except ConfigError as error:
            raise ConfigError(
                f"--tokenizer {self.place}: its chat template does not take these conversations: "
                f"{str(error.__cause__).rstrip('.')}. Use a copy of the folder without the template."
            ) from error
        return text


def _template(place: Path) -> _Rendered | None:
    """The chat template of a tokenizer that has one, in the environment in which `transformers` compiles it."""
    config = _config(place / _FILES[1])
    source = _source(place, config)
    if not source:
        return None
    from jinja2 import TemplateError
    from jinja2.ext import Extension, loopcontrols
    from jinja2.nodes import Node
    from jinja2.parser import Parser
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def refuse(message: str) -> NoReturn:
        raise TemplateError(message)

    class Generation(Extension):
        """The marks that trainers set around what is learned; they render nothing."""

        tags = {"generation"}  # noqa: RUF012 - as jinja2 has it

        def parse(self, parser: Parser) -> list[Node]:
            next(parser.stream)
            return parser.parse_statements(("name:endgeneration",), drop_needle=True)

    # The text is for a model to read, not for a browser.
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation]
    )
    environment.filters["tojson"] = _tojson
    environment.globals |= {"raise_exception": refuse, "strftime_now": _TODAY.strftime}
    special = {key: _content(value) for key, value in config.items() if key.endswith("_token")}
    names = {key: value for key, value in special.items() if value is not None}
    try:
        return _Rendered(environment.from_string(source), names, place)
    except TemplateError as error:
        raise ConfigError(f"--tokenizer {place}: its chat template is no Jinja: {error}. Use another.") from error


def _source(place: Path, config: Mapping[str, Any]) -> str | None:
    """The chat template as it stands in a file of its own, or in the settings of the tokenizer; None without one."""
    source = config.get("chat_template")
    name = _FILES[1]
    if (place / _FILES[2]).is_file():
        name = _FILES[2]
        try:
            source = (place / name).read_text(encoding="utf-8")
        except ValueError as error:
            raise ConfigError(f"--tokenizer {place}: {name} is no UTF-8 text ({error}). Fetch it again.") from error
    if isinstance(source, list):  # several by name: the one for tools goes before the default
        named = {one.get("name"): one.get("template") for one in source if isinstance(one, dict)}
        source = named.get("tool_use") or named.get("default") or source
    if source is not None and not isinstance(source, str):
        raise ConfigError(f"--tokenizer {place}: the chat template in {name} is no text. Fetch it again.")
    return source


def _config(path: Path) -> dict[str, Any]:
    why = "no JSON object"
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (ValueError, RecursionError) as error:
        found, why = None, f"no JSON: {error}"
    if not isinstance(found, dict):
        raise ConfigError(f"--tokenizer {path.parent}: {path.name} is {why}. Fetch it again.")
    return found


def _content(token: Any) -> str | None:
    """A special token, which stands as text or as an object with options."""
    text = token.get("content") if isinstance(token, dict) else token
    return text if isinstance(text, str) else None


def _tojson(value: Any, **options: Any) -> str:
    """JSON as `transformers` has it in templates: without the escapes that HTML needs."""
    return json.dumps(value, **{"ensure_ascii": False, **options})


def _dumps(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
