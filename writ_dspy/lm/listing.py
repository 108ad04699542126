"""What a server says of itself: its models, their lengths, and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from writ_dspy.errors import DeniedError, LMError
from writ_dspy.lm.answers import Answer, BadReply
from writ_dspy.lm.fault import Fault
from writ_dspy.lm.server import Server, start

PATIENCE = 20.0
"""Seconds for a question that needs no generation."""
_CONTEXT = (
    "max_model_len", "context_length", "context_window", "max_context_length", "max_context_window_tokens", "n_ctx",
    "context_size", "loaded_context_length",
)  # fmt: skip


class Served(NamedTuple):
    """What a server says it serves."""

    models: tuple[str, ...]
    contexts: tuple[int | None, ...] = ()
    """Of each model: tokens of prompt and reply together, where the server tells."""

    def context(self, model: str) -> int | None:
        """That of one model; the server's only one may be asked for under another name."""
        names = [name for name in (model, f"{model}:latest") if name in self.models]
        if names:
            return self.contexts[self.models.index(names[0])]
        return self.contexts[0] if len(self.models) == 1 else None


async def served(server: Server) -> Served:
    """The models of a server.

    Raises:
        LMError: It cannot be reached or lists none.
    """
    where = f"{server.endpoint.base_url}/models"
    found = await server.once("GET", where, PATIENCE)
    match found:
        case Answer():
            pass
        case Fault("down"):
            raise LMError(f"{where}: {found.what}. {start(server.endpoint)}.")
        case Fault("denied") if not found.what.startswith("404"):
            raise DeniedError(f"{where}: {found.what}; {found.advice(server.key_env)}.")
        case Fault("again" | "busy"):
            raise LMError(f"{where}: {found.what}. Look at the server's log, or name the model at the end of the URL.")
        case _:  # not every server lists its models
            raise LMError(f"{where}: {found.what}. Name the model at the end of the URL.")
    data = found.data.get("data")
    rows = [row for row in data if isinstance(row, Mapping) and row.get("id")] if isinstance(data, list) else []
    if not rows:
        raise LMError(f"{where} lists no model: load one there, or name one at the end of the URL.")
    return Served(tuple(str(row["id"]) for row in rows), tuple(map(_context, rows)))


def _context(row: Mapping[str, Any]) -> int | None:
    """What an entry of the list says of its length, under one of the names that servers have for it."""
    places = (row, row.get("meta"), row.get("top_provider"), row.get("limits"))
    for place in (place for place in places if isinstance(place, Mapping)):
        for key in _CONTEXT:
            found = place.get(key)
            if isinstance(found, int | str) and not isinstance(found, bool) and str(found).isdigit() and int(found):
                return int(found)
    return None


def named(models: tuple[str, ...]) -> str:
    """The first models of a server, for a reader."""
    return ", ".join(models[:5]) + (f" and {len(models) - 5:,} more" if len(models) > 5 else "")


async def kind_of(server: Server) -> tuple[str, int | None]:
    """Kind and version as the server's own pages tell, and its context length where they do."""
    root = server.endpoint.root
    for path, name, marks in _PAGES:
        try:
            found = await server.once("GET", root + path, PATIENCE)
        except BadReply:
            continue
        if isinstance(found, Answer) and not marks.isdisjoint(found.data):  # some answer any path with something
            data, settings = found.data, found.data.get("default_generation_settings")
            version = data.get("version") or data.get("build_info") or ""
            context = data.get("context_length") or (settings.get("n_ctx") if isinstance(settings, Mapping) else None)
            return f"{name} {version}".strip(), context if isinstance(context, int) else None
    return "unknown (OpenAI-compatible)", None


_PAGES = (
    ("/server_info", "SGLang", frozenset({"model_path", "tokenizer_path", "context_length", "tp_size"})),
    ("/props", "llama.cpp", frozenset({"default_generation_settings", "build_info", "chat_template"})),
    ("/version", "vLLM", frozenset({"version"})),
)
"""Where servers tell what they are, and what stands there of none but them."""
