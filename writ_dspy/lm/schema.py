"""JSON schemas that a grammar-constrained server enforces in full, and a lint that names what it would ignore.

Source of the rules: SGLang with XGrammar. Some versions answer 400 to an unsupported keyword, others drop it without a
word, and length bounds let raw control characters into strings; so a schema is checked before the first request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_LENGTHS = ("minLength", "maxLength")
_IGNORED = (
    "if", "then", "else", "not", "multipleOf", "uniqueItems", "contains", "minContains", "maxContains",
    "dependentRequired", "dependentSchemas", "dependencies", "patternProperties", "propertyNames",
    "unevaluatedProperties", "unevaluatedItems", "minProperties", "maxProperties",
)  # fmt: skip
_FORMATS = frozenset({"date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uuid"})
_BRANCHES = ("anyOf", "oneOf", "allOf", "prefixItems")
_TABLES = ("properties", "$defs", "definitions")


def prepare(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without length bounds on strings, which a reply is checked against afterwards, by pydantic."""
    kept = {key: value for key, value in schema.items() if key not in _LENGTHS}
    for key, value in kept.items():
        if key in _TABLES:
            kept[key] = {name: prepare(part) for name, part in value.items()}
        elif key in _BRANCHES:
            kept[key] = [prepare(part) for part in value]
        elif key in ("items", "additionalProperties") and isinstance(value, Mapping):
            kept[key] = prepare(value)
    return kept


def lint(schema: Mapping[str, Any], where: str = "$") -> list[str]:
    """One line for each place that a server would ignore, distort or refuse; empty for a schema that holds."""
    return list(_flaws(schema, where))


def _flaws(schema: Mapping[str, Any], where: str) -> Iterator[str]:
    for key in _IGNORED:
        if key in schema:
            yield f"{where}: `{key}` is not enforced"
    yield from _string_flaws(schema, where)
    if len(schema.get("allOf", ())) > 1:
        yield f"{where}: `allOf` of several parts is not enforced; merge them into one object"
    if _open(schema):
        yield f"{where}: an object without named properties; name them, or use a list of key and value"
    for key in _TABLES:
        for name, part in schema.get(key, {}).items():
            yield from _flaws(part, f"{where}.{name}")
    for key in _BRANCHES:
        for index, part in enumerate(schema.get(key, ())):
            yield from _flaws(part, f"{where}.{key}[{index}]")
    if isinstance(schema.get("items"), Mapping):
        yield from _flaws(schema["items"], f"{where}[]")


def _string_flaws(schema: Mapping[str, Any], where: str) -> Iterator[str]:
    for key in _LENGTHS:
        if key in schema:
            yield f"{where}: `{key}` lets control characters in and keeps quotes out"
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        look = " with a lookaround" if re.search(r"\(\?<?[=!]", pattern) else ""
        yield f"{where}: `pattern`{look} forbids quotes or lets broken ones in; check it on the reply"
    if "format" in schema and schema["format"] not in _FORMATS:
        yield f"{where}: format {schema['format']!r} is unknown to the grammar"


def _open(schema: Mapping[str, Any]) -> bool:
    if schema.get("additionalProperties") not in (None, False):
        return True
    return schema.get("type") == "object" and not schema.get("properties")
