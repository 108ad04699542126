"""Why a request brought no answer: what a server's refusal means, and what can be done about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

_BUSY = (429, 503)
_AGAIN = (408, 409, 425, 500, 502, 504)
_DENIED = (401, 402, 403, 404)
_REMEDIES = {
    400: "the request does not suit this server: see `writ doctor`; a prompt that is too long ends here, too",
    401: "set the API key in an environment variable and name it with `api_key_env`",
    402: "the account has nothing left to pay with: top it up, or name the variable of another key with `api_key_env`",
    403: "this key may not use this model: name the variable of another with `api_key_env`",
    404: "check the model name and the path of the URL",
    422: "the request does not suit this server: see `writ doctor`",
}
_SPENT = re.compile(
    r"insufficient[ _-]?(?:quota|balance|credits?|funds)|billing_(?:hard_limit_reached|not_active)", re.IGNORECASE
)
"""A 429 that no waiting ends, as https://platform.openai.com/docs/guides/error-codes tells it, and others after it."""
_NAMED = {"invalid_api_key": 401, "API_KEY_INVALID": 401, "model_not_found": 404, "invalid_model": 404}
"""Codes that some send with a 400, and what others send instead."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request brought no answer."""

    kind: Literal["down", "busy", "again", "final", "denied"]
    """Nobody listens, the server is overloaded, something broke, asking this again is of no use, or asking anything is."""
    what: str
    remedy: str = ""
    wait: float | None = None
    """Seconds that the server asked for."""
    slow: bool = False
    """No answer came in time."""


def refusal(status: int, after: str | None, raw: bytes, clean: Callable[[str], str], *, served: bool) -> Fault:
    """What an answer other than 200 means.

    Args:
        status: Of HTTP.
        after: The header `Retry-After`, if there was one.
        raw: The body.
        clean: Makes the server's words fit to be shown.
        served: Whether this model has answered before; a 403 is then about one prompt alone.
    """
    what = f"{status} {clean(words(raw))}".strip()
    text = raw.decode("utf-8", "replace")
    if status == 429 and _SPENT.search(text):
        return Fault("denied", what, _REMEDIES[402])
    if status in _BUSY:
        return Fault("busy", what, wait=_seconds(after))
    if status in _AGAIN or status >= 500:
        return Fault("again", what)
    if status == 400:
        status = next((meant for code, meant in _NAMED.items() if f'"{code}"' in text), status)
    denied = status in _DENIED and not (status == 403 and served)
    return Fault("denied" if denied else "final", what, _REMEDIES.get(status, "asking again would not help"))


def words(raw: bytes) -> str:
    """What an error body says in words."""
    text = raw.decode("utf-8", "replace").strip()
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return " ".join(text.split())
    while isinstance(data, dict):
        data = next((data[key] for key in ("error", "message", "detail") if data.get(key)), str(data))
    return data if isinstance(data, str) else json.dumps(data)


def _seconds(after: str | None) -> float | None:
    """The delay of a `Retry-After` header given in seconds; a date is not worth a clock that may differ."""
    try:
        return max(0.0, float(after)) if after else None
    except ValueError:
        return None
