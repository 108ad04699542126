"""JSON from a file that anybody may have written: what is none is always a ValueError, whatever else it would do to a parser."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def parsed(text: str | bytes) -> Any:
    """What a JSON text says; in bytes it is UTF-8, with a byte order mark or without.

    Raises:
        ValueError: It is no JSON, holds NaN or an infinity, a number of thousands of digits, or lists within lists
            without end.
    """
    try:
        return _DECODER.decode(text if isinstance(text, str) else text.decode("utf-8-sig", "surrogatepass"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)
