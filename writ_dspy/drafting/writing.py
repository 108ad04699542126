"""A draft as a file: the declaration in YAML, with what is left to do above it, and the policy's sentences as comments."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import yaml

from writ_dspy.domains.declared.fitting import flaws
from writ_dspy.domains.declared.model import Declared
from writ_dspy.domains.declared.reading import given
from writ_dspy.drafting.declaring import Drafted
from writ_dspy.store.documents import read_yaml
from writ_dspy.store.files import disk

WIDE = 150
ALWAYS = (
    "phrases: they are made of names alone. Put there what people would say, two or three each, and leave out attributes that nobody would know",
    "words: say in `topic`, `word`, `do`, `done`, `details` and `report` of each write what your people say",
    "license: say whose the data is",
)
"""What is left for a person to do with every draft."""
_DRAFTED = "# Phrases that a model drafted and code accepted; change them, or add your own. Named by `phrases:` in the declaration."


def lacking(found: Drafted) -> list[str]:
    """What is left to do, in the order in which it is worth doing."""
    todos = [*found.todos]
    quoted = [piece for write in found.spec.get("writes", {}).values() for clause in write.get("clauses", ()) for piece in (clause.get("policy"),) if piece]  # fmt: skip
    open_ = [one for one in found.sentences if not any(piece.lower() in one.lower() for piece in quoted)]
    if open_:
        todos.append(f"policy: {len(open_)} of its sentences stand below `writes`; make each a clause, or quote it in `covered`")  # fmt: skip
    elif not found.sentences:
        todos.append("policy: none was given; write half a page that says what an agent may do, and name its file in `policy`")  # fmt: skip
    return [*todos, *ALWAYS]


def text_of(found: Drafted) -> str:
    """The whole file."""
    head = ["Drafted by `writ domains draft` from tools and data, by execution. What is left to do:", ""]
    head += [f"- {todo}" for todo in lacking(found)]
    lines = _comment(head)
    for key, value in found.spec.items():
        lines += ["", *_comment([f"{key}:"])] if value in ({}, []) else ["", *_key(key, value, found)] if key in ("tables", "values", "writes") else _dumped({key: value})  # fmt: skip
    quoted = [piece for write in found.spec.get("writes", {}).values() for clause in write.get("clauses", ()) for piece in (clause.get("policy"),) if piece]  # fmt: skip
    open_ = [one for one in found.sentences if not any(piece.lower() in one.lower() for piece in quoted)]
    if open_:
        told = ["Sentences of the policy without a clause; each goes into one (`policy:`), into `never`, or into `covered`:", ""]  # fmt: skip
        lines += ["", *_comment([*told, *(f"- {one}" for one in open_)])]
    return "\n".join(lines) + "\n"


def _key(key: str, value: dict[str, Any], found: Drafted) -> list[str]:
    lines = [f"{key}:"]
    for name, one in value.items():
        lines += _comment(found.notes.get(name, ()), "  ") if key == "writes" else []
        lines += [f"  {line}" for line in _dumped({name: one})]
        lines.append("")
    return lines[:-1]


def _dumped(value: dict[str, Any]) -> list[str]:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDE).rstrip().splitlines()


class _Dumper(yaml.SafeDumper):
    """Short lists and mappings of plain values on one line."""


def _short(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value
    return all(isinstance(part, str | int | float | bool) for part in parts) and len(str(value)) < WIDE // 2


_Dumper.add_representer(list, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_short(value)))  # fmt: skip


def _comment(lines: Any, indent: str = "") -> list[str]:
    """Lines as comments, none too long."""
    found: list[str] = []
    for line in lines:
        hang = "  " if line.startswith("- ") else ""
        wrapped = textwrap.wrap(line, WIDE - 4, subsequent_indent=hang, break_on_hyphens=False, break_long_words=False)
        found += [f"{indent}# {part}".rstrip() for part in wrapped or [""]]
    return found


def settle(found: Drafted) -> Drafted:
    """The draft without writes that would keep it from loading; each becomes something to do."""
    writes = found.spec.get("writes", {})
    while writes:
        spec = Declared.model_validate(found.spec)
        wrong = next(((where, why) for where, why in flaws(spec) if where.startswith("writes.")), None)
        if wrong is None:
            break
        tool = wrong[0].split(".")[1]
        found.todos.append(f"{wrong[0]}: {wrong[1]}; the write is left out")
        del writes[tool]
    return found


def write(text: str, path: Path) -> None:
    """Keep the file.

    Raises:
        StoreError: The disk refuses.
    """
    with disk(path, "cannot write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def phrases_file(path: Path) -> Path:
    """The file of a declaration's phrases: the one that it names, or one of its own that there is not yet.

    Raises:
        ConfigError: It is no declaration, its phrases stand in it, or such a file is there and not named.
    """
    data = read_yaml(given(path))
    if not isinstance(data, dict):
        raise given(path).wrong("it holds no keys")
    there = data.get("phrases")
    if isinstance(there, str):
        return path.parent / there
    if there is not None:
        raise given(path).mend("phrases: they stand in the declaration itself; move them into a file, and name that")
    kept = path.with_name(f"{path.stem}.phrases.yaml")
    if kept.exists():
        raise given(path).mend(
            f"phrases: {kept.name} is there and not named; write `phrases: {kept.name}`, or move it away"
        )
    return kept


def keep_phrases(phrases: dict[str, Any], path: Path) -> None:
    """Keep a declaration's phrases in their file, and have it name that; nothing else of it changes.

    Raises:
        StoreError: The disk refuses.
    """
    named = isinstance(read_yaml(given(path)).get("phrases"), str)
    kept = phrases_file(path)
    with disk(kept, "cannot write"):
        draft = kept.with_name(f".{kept.name}.part")
        draft.write_text(
            f"{_DRAFTED}\n{yaml.safe_dump(phrases, sort_keys=False, allow_unicode=True, width=WIDE)}", encoding="utf-8"
        )
        draft.replace(kept)
        if not named:
            text = path.read_text(encoding="utf-8")
            path.write_text(f"{text.rstrip()}\n\nphrases: {kept.name}\n", encoding="utf-8")
