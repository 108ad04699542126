"""A JSON schema in the few words that a model needs: `{kind: "say", text: string}`; a third of its size as JSON, and read like code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
_TELLS = re.compile(r"(?<!\w)['`]|['`](?!s\b)|\d|\b[A-Z]{3,}|.{90}|\bin \w+es\b")
"""A format, an example, a unit or an explanation, which a name cannot give."""
_WORDS = {"string": "string", "integer": "integer", "number": "number", "boolean": "true | false", "null": "null"}


def shape(schema: Schema) -> str:
    """What a value of this schema looks like; what is used in several places, or stands in itself, is named and written once behind."""
    return _Writing(schema).whole()


def bare(schema: Any) -> Any:
    """The schema without what only explains it: titles and descriptions, which the prompt holds already."""
    if isinstance(schema, list):
        return [bare(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            kept[key] = {name: bare(part) for name, part in value.items()}
        elif not (key in ("title", "description") and isinstance(value, str)):
            kept[key] = value if key in ("enum", "const", "default", "required") else bare(value)
    return kept


class _Writing:
    """One schema on its way into words."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._defs: Mapping[str, Schema] = schema.get("$defs", {})
        self._uses = json.dumps(schema)
        self._told: dict[str, list[str]] = {}
        """By the name of a field the sentences that were told of it."""
        self._named: dict[str, str] = {}
        self._known: set[str] = set()
        """What is written out among the choices, and only named from then on."""

    def whole(self) -> str:
        own = {key: value for key, value in self._schema.items() if key != "$defs"}
        branches = own.get("anyOf") or own.get("oneOf")
        if branches and len(branches) > 2:
            text = "one of\n" + "\n".join(f"- {self._branch(part)}" for part in branches)
        else:
            text = self._of(own)
        behind = [f"{name}: {named}" for name, named in self._named.items()]
        return "\n".join([text, *(["where", *(f"- {line}" for line in behind)] if behind else [])])

    def _branch(self, part: Schema) -> str:
        """One of the choices; one that is named elsewhere, too, is written out here, with its name unless its kind tells that."""
        name = str(part.get("$ref", "")).rpartition("/")[2]
        if not name or name in self._named or self._uses.count(f'"#/$defs/{name}"') == 1:
            return self._of(part)
        self._known.add(name)
        text, kind = self._of(self._defs[name]), self._defs[name].get("properties", {}).get("kind", {}).get("const")
        return text if kind == name else f"{name}: {text}"

    def _of(self, part: Schema) -> str:
        if "$ref" in part:
            return self._referred(str(part["$ref"]).rpartition("/")[2])
        if "const" in part:
            return json.dumps(part["const"], ensure_ascii=False)
        if "enum" in part:
            return " | ".join(json.dumps(value, ensure_ascii=False) for value in part["enum"])
        branches = part.get("anyOf") or part.get("oneOf") or part.get("allOf")
        if branches:
            return " | ".join(dict.fromkeys(self._of(branch) for branch in branches))
        kind = part.get("type")
        if isinstance(kind, list):
            return " | ".join(_WORDS.get(str(one), str(one)) for one in kind)
        if kind == "array":
            inner = self._of(part.get("items", {}))
            return f"({inner})[]" if " | " in inner else f"{inner}[]"
        if kind == "object":
            return self._object(part)
        return _WORDS.get(str(kind), "any")

    def _referred(self, name: str) -> str:
        """The definition where it is used once; its name where it is used more, or by itself."""
        if name in self._known:
            return name
        if name in self._named or self._uses.count(f'"#/$defs/{name}"') > 1:
            if name not in self._named:
                self._named[name] = ""
                self._named[name] = self._of(self._defs[name])
            return name
        return self._of(self._defs.get(name, {}))

    def _object(self, part: Schema) -> str:
        inside = sorted(
            part.get("properties", {}).items(), key=lambda item: "const" not in item[1]
        )  # what kind it is, first
        fields = [f"{name}: {self._of(inner)}{self._about(name, inner)}" for name, inner in inside]
        return f"{{{', '.join(fields)}}}"

    def _about(self, name: str, inner: Schema) -> str:
        """What a field is, told where it first stands, unless its name and its choices say so already."""
        text = " ".join(str(inner.get("description", "")).split()).rstrip(".")
        if not text or "enum" in inner or not _TELLS.search(text):
            return ""
        told = self._told.setdefault(name, [])
        new = [sentence for sentence in _SENTENCE.split(text) if not any(_alike(sentence, other) for other in told)]
        told += new
        return f" ({'. '.join(new)})" if new else ""


_SENTENCE = re.compile(r"(?<=[a-z\d)'`])\. +(?=[A-Z])")
_EXAMPLE = re.compile(r"'[^']*'`?|`[^`]*`")


def _alike(sentence: str, other: str) -> bool:
    """Whether a sentence says nothing that another one of the same field does not: one word differs, and each example has the same form."""
    words, others = (_EXAMPLE.sub(_form, one).split() for one in (sentence, other))
    if set(words) <= set(others):
        return True
    differ = [a for a, b in zip(words, others, strict=False) if a != b]
    return len(words) == len(others) and len(differ) <= 1 and not any("'" in word for word in differ)


def _form(example: re.Match[str]) -> str:
    """Letters and digits as such."""
    return re.sub(r"[^\W_]", "x", example[0]).replace(" ", "_")
