"""Why a request brought no answer: what a server's refusal means, and what can be done about it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

_BUSY = (429, 503)
_AGAIN = (408, 409, 425, 500, 502, 504)
_DENIED = (401, 402, 403, 404)
NAMING = "with --api-key-env NAME, or in the file of --lms with `api_key_env: NAME`"
"""How the variable is named that holds a key."""
_REMEDIES = {
    400: "the request does not suit this server: see `writ doctor`; a prompt that is too long ends here, too",
    401: f"export the API key, and name its variable {NAMING}",
    402: f"the account has nothing left to pay with: top it up, or name the variable of another key {NAMING}",
    403: f"this key may not use this model: name the variable of another {NAMING}",
    404: "check the model name and the path of the URL",
    422: "the request does not suit this server: see `writ doctor`",
}
_SPENT = re.compile(
    r"insufficient[ _-]?(?:quota|balance|credits?|funds)|billing_(?:hard_limit_reached|not_active)", re.IGNORECASE
)
"""A 429 that no waiting ends, as https://platform.openai.com/docs/guides/error-codes tells it, and others after it."""
_SPOILED = re.compile(
    r"failed_generation|json_validate_failed|tool_use_failed|output_parse_failed|error parsing tool call|incomplete generation"
    r"|failed to parse (?:input at pos|(?:the )?(?:model|generated|llm) |tool call)",
    re.IGNORECASE,
)
"""The request was fine, and what the model made of it was not: as Groq, llama.cpp, Ollama and TGI tell it. Another draw helps."""
_READ = 8192
"""Bytes of an error that are looked through."""
_SAID = ("error", "errors", "message", "msg", "detail", "error_msg", "base_resp", "status_msg")
"""Keys under which servers tell what went wrong, the outer ones first."""
_FAILED = ("error", "errors", "detail", "error_msg", "base_resp")
"""Those that no answer has that is none."""
_CODES = tuple(
    (re.compile(sign, re.IGNORECASE), status)
    for sign, status in (
        (r"rate.?limit|too.?many|overload|throttl", 429),
        (r"quota|balance|billing|payment", 402),
        (r"auth|api.?key|credential", 401),
        (r"permission|forbidden", 403),
        (r"not.?found", 404),
        (r"invalid|bad.?request|filter|policy|context.?length", 400),
    )
)
"""What the codes of errors are called that have no number of HTTP, and the number."""
_NAMED = {"invalid_api_key": 401, "API_KEY_INVALID": 401, "model_not_found": 404, "invalid_model": 404}
"""Codes that some send with a 400, and what others send instead."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request brought no answer."""

    kind: Literal["down", "busy", "again", "spoiled", "final", "denied"]
    """Nobody listens, the server is overloaded, something broke, it threw the model's reply away, asking this again is of
    no use, or asking anything is."""
    what: str
    remedy: str = ""
    wait: float | None = None
    """Seconds that the server asked for."""
    slow: bool = False
    """No answer came in time."""
    told: str = ""
    """All that the server wrote, for who looks for names in it; never shown."""

    def advice(self, key_env: str | None) -> str:
        """The remedy for who sent the key that this variable holds, or none."""
        if self.remedy == _REMEDIES[401] and key_env:
            return f"it does not take the key that {key_env} holds: check that, or name another variable {NAMING}"
        return self.remedy


def refusal(status: int, wait: float | None, raw: bytes, clean: Callable[[str], str], *, served: bool) -> Fault:
    """What an answer other than 200 means.

    Args:
        status: Of HTTP.
        wait: Seconds that the server asks to be left alone, see `delay`.
        raw: The body.
        clean: Makes the server's words fit to be shown.
        served: Whether this model has answered before; a 403 is then about one prompt alone.
    """
    what = f"{status} {clean(words(raw))}".strip()
    text = raw[:_READ].decode("utf-8", "replace")
    if status == 429 and _SPENT.search(text):
        return Fault("denied", what, _REMEDIES[402])
    if status in _BUSY:
        return Fault("busy", what, wait=wait)
    if status not in _DENIED and _SPOILED.search(text):
        return Fault("spoiled", what)
    if status in _AGAIN or status >= 500:
        return Fault("again", what, told=text)
    if status == 400:
        status = next((meant for code, meant in _NAMED.items() if f'"{code}"' in text), status)
    denied = status in _DENIED and not (status == 403 and served)
    return Fault("denied" if denied else "final", what, _REMEDIES.get(status, "asking again would not help"), told=text)


def moved(status: int, leads: str) -> Fault:
    """What an answer means that leads elsewhere: followed, a request would lose its key or body on the way, or end where nobody listens."""
    address = re.sub(r"/(?:chat/completions|models)/?$", "", leads)
    return Fault(
        "denied",
        f"{status}, it sends requests on to {leads}",
        f"write that address in the URL, if it is right: {address}",
    )


def inside(data: dict[str, Any]) -> int | None:
    """The status that an error inside an answer 200 stands for; None where what came is no error.

    Gateways begin to answer before their provider does, and have nothing but the body left to say that it failed.
    """
    choices = data.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    if isinstance(first, dict):
        told = first.get("error")
        if not told:
            return None
        return _status(told if isinstance(told, dict) else {})
    told = None if choices else next((data[key] for key in _FAILED if data.get(key)), None)
    if told is None and not (data.get("message") and (data.get("object") == "error" or "code" in data)):
        return None
    while isinstance(told, list) and told:
        told = told[0]
    return _status(data | (told if isinstance(told, dict) else {}))


def _status(told: dict[str, Any]) -> int:
    """Of the error's own code; that of a server's error where it is none of HTTP's."""
    for key in ("code", "status", "status_code", "error_code", "type"):
        value = told.get(key)
        if isinstance(value, int | str) and str(value).isdigit() and 400 <= int(value) < 600:
            return int(value)
        if isinstance(value, str):
            found = next((status for sign, status in _CODES if sign.search(value)), None)
            if found:
                return found
    return 500


def words(raw: bytes) -> str:
    """What an error body says in words."""
    text = raw.decode("utf-8", "replace").strip()
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return " ".join(text.split())
    if isinstance(data, dict) and isinstance(data.get("choices"), list) and data["choices"]:
        data = data["choices"][0]
    told = _words(data)
    return told or json.dumps(data)


def _words(data: Any) -> str:
    """The innermost words of an error, and what a gateway passes on of its provider's behind them."""
    if isinstance(data, str):
        return data
    if isinstance(data, list):
        return "; ".join(filter(None, map(_words, data[:3])))
    if not isinstance(data, dict):
        return ""
    said = next((found for key in _SAID for found in [_words(data.get(key))] if found), "")
    place = data.get("loc")
    if said and isinstance(place, list):
        said = f"{'.'.join(map(str, place))}: {said}"
    more = data.get("metadata")
    raw = more.get("raw") if isinstance(more, dict) else None
    return f"{said} ({raw})" if said and isinstance(raw, str) and raw else said


def delay(headers: Mapping[str, str]) -> float | None:
    """Seconds for which an answer asks to be left alone; a date counts from the answer's own, as clocks differ."""
    after = headers.get("Retry-After")
    try:
        if "retry-after-ms" in headers:
            return _positive(float(headers["retry-after-ms"]) / 1000)
        return _positive(float(after)) if after else None
    except ValueError:
        pass
    try:
        then = parsedate_to_datetime(str(after))
        now = parsedate_to_datetime(headers["Date"]) if "Date" in headers else datetime.now(UTC)
        return _positive((then - now).total_seconds())
    except (ValueError, TypeError):  # neither a number nor a date, or dates without and with a zone
        return None


def _positive(seconds: float) -> float | None:
    return max(0.0, seconds) if math.isfinite(seconds) else None
