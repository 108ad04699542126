"""Which chat templates show all of a row, of those that packages bring along. Run by job.py, in the trainers' environment.

    WRIT_TEMPLATES=write python tests/trainers/job.py    # renews templates.json, which the documentation's table is made of

A template is tried on each form of a row that has messages: the dataset's own, OpenAI's file, and `hermes`. Every text, name
and argument is marked first, so that one which is lost is not mistaken for another that reads the same.
"""

import hashlib
import itertools
import json
import os
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import axolotl
import pytest
import trl
from datasets import load_dataset
from loss import Row, missing
from tiny import tokenizer

from writ_dspy.dataset.records import hermes, openai

RUN = Path(os.environ["WRIT_RUN"])
KEPT = Path(__file__).with_name("templates.json")
LLAMA = Path(sys.prefix) / "llama.cpp"
"""Where job.py puts the templates of llama.cpp."""
PLACES = {
    "TRL": Path(trl.__file__).parent / "chat_templates",
    "Axolotl": Path(axolotl.__file__).parent / "utils" / "chat_templates" / "templates",
    "llama.cpp": LLAMA,
}
FORMS = ("dataset", "openai", "hermes")
WHOLE = "whole"
REFUSED = "refused"
Said = tuple[list[dict[str, Any]], list[Any] | None, Row]
"""Messages, tools, and the row of which all has to show."""


def templates() -> Iterator[tuple[str, str, str]]:
    """Source, name and text of each, once: several packages have the same."""
    seen: set[str] = set()
    for source, folder in PLACES.items():
        for path in sorted(folder.glob("*.jinja")):
            text = path.read_text()
            if text.strip() not in seen:
                seen.add(text.strip())
                yield source, path.stem, text


def marked(row: Row) -> Row:
    """The row with a mark of its own on every text, called name and argument; what is neither text nor number stays."""
    numbers = itertools.count(1)

    def mark(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: mark(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [mark(inner) for inner in value]
        if isinstance(value, str) and value:
            return f"{value} k{next(numbers)}k"
        if isinstance(value, int | float) and not isinstance(value, bool):
            return 70_000_000 + next(numbers)
        return value

    messages = []
    for message in row["messages"]:
        made = dict(message) | {"content": mark(message["content"])}
        if "tool_calls" in message:
            made["tool_calls"] = [
                call
                | {
                    "function": {
                        "name": f"{call['function']['name']}_k{next(numbers)}k",
                        "arguments": mark(call["function"]["arguments"]),
                    }
                }
                for call in message["tool_calls"]
            ]
        messages.append(made)
    return {"messages": messages, "tools": row["tools"]} | {
        name: row[name] for name in ("trajectory_id", "task_id", "domain", "kind")
    }


@lru_cache(maxsize=1)
def rows() -> dict[str, list[Said]]:
    """Every row of a run in each form."""
    found: dict[str, list[Said]] = {form: [] for form in FORMS}
    for row in map(marked, load_dataset(str(RUN / "dataset"), split="train+test")):
        stored = row | {
            name: [json.dumps(one, ensure_ascii=False) for one in row[name]] for name in ("messages", "tools")
        }
        line, plain = openai(stored), hermes(stored)["messages"]
        found["dataset"].append((row["messages"], row["tools"], row))
        found["openai"].append((line["messages"], line["tools"], row))
        found["hermes"].append((plain, None, {"messages": plain, "tools": []}))
    return found


@lru_cache(maxsize=1)
def words() -> Any:
    return tokenizer([{"a": "text"}])


VALUES = re.compile(r'\{"[^{}]*\}')
"""Of a row, in the words of a refusal: those of another run are others."""


def outcome(text: str, form: str) -> str:
    """`whole`; what is lost of some row; or the words with which the template refuses one."""
    lost: set[str] = set()
    for messages, tools, row in rows()[form]:
        try:
            shown = words().apply_chat_template(messages, tools=tools, chat_template=text, tokenize=False)
        except Exception as error:  # noqa: BLE001 - a template raises whatever it likes
            said = VALUES.sub("{…}", " ".join(str(error).split())) or "no words"
            return f"refuses: {type(error).__name__}: {said[:90]}"
        lost |= {what for what, _ in missing(row, shown)}
    return f"loses: {', '.join(sorted(lost))}" if lost else WHOLE


def thoughts(text: str) -> str:
    """Of which of its messages a template shows the reasoning, where every message of the assistant has one."""
    numbers = itertools.count(1)
    shown, seen = set[str](), set[str]()
    for messages, tools, _ in rows()["dataset"]:
        marks = {index: f"r{next(numbers)}r" for index, one in enumerate(messages) if one["role"] == "assistant"}
        thinking = [
            one | {"reasoning_content": f"Compared {marks[index]}."} if index in marks else one
            for index, one in enumerate(messages)
        ]
        try:
            made = words().apply_chat_template(thinking, tools=tools, chat_template=text, tokenize=False)
        except Exception:  # noqa: BLE001 - a template raises whatever it likes
            return REFUSED
        last = max(index for index, one in enumerate(messages) if one["role"] == "user")
        for index, mark in marks.items():
            place = "after the user" if index > last else "before"
            seen.add(place)
            if f" {mark}." in made:
                shown.add(place)
            elif place in shown:
                return "some"
    return {0: "none", len(seen): "every"}.get(len(shown), "last")


@lru_cache(maxsize=1)
def measured() -> dict[str, Any]:
    found = [
        {
            "source": source,
            "name": name,
            "sha256": hashlib.sha256(text.encode()).hexdigest()[:12],
            "forms": {form: outcome(text, form) for form in FORMS},
            "reasoning": thoughts(text),
        }
        for source, name, text in templates()
    ]
    names = ("trl", "axolotl", "transformers")
    packages = {name: version(name) for name in names} | {"llama-cpp-python": (LLAMA / "version").read_text()}
    return {"packages": packages, "rows": len(rows()["dataset"]), "templates": found}


def test_a_lost_mark_is_missed() -> None:
    """A rendering without any one of the marks, or without a call, is not whole."""
    drops = (
        "{{ messages | tojson }}{{ tools | tojson }}",
        "{% for m in messages %}{{ m.content }}{% endfor %}{{ tools | tojson }}",
        "{% for m in messages %}{{ m.content }}{{ m.tool_calls | tojson if m.tool_calls }}{% endfor %}",
        "{{ messages[:-1] | tojson }}{{ tools | tojson }}",
        "{{ raise_exception('No tools here.') }}",
    )

    assert [outcome(text, "dataset") for text in drops] == [
        WHOLE,
        "loses: argument, call",
        "loses: tool",
        "loses: assistant",
        "refuses: TemplateError: No tools here.",
    ]


def test_which_reasoning_is_shown() -> None:
    """Of every message, of those behind the user's last one, of none; a template that knows no such field raises nothing."""
    each = "{% for m in messages %}{{ m.content }}WHICH{% endfor %}"
    last = "{% if loop.index0 > ns.last %}{{ m.reasoning_content }}{% endif %}"
    find = "{% set ns = namespace(last=0) %}{% for m in messages %}{% if m.role == 'user' %}{% set ns.last = loop.index0 %}{% endif %}{% endfor %}"
    which = {"every": each.replace("WHICH", "{{ m.reasoning_content }}"), "none": each.replace("WHICH", "")}
    which["last"] = find + each.replace("WHICH", last)
    which["refused"] = "{{ raise_exception('No.') }}"

    assert {name: thoughts(text) for name, text in which.items()} == {name: name for name in which}


def test_every_template_does_what_the_documentation_says() -> None:
    """Each template that is found loses, refuses or shows exactly what `templates.json` has it do, form by form."""
    if not LLAMA.is_dir():
        pytest.skip("the sources of llama-cpp-python could not be fetched, and with them the templates of llama.cpp")
    found = measured()
    if os.environ.get("WRIT_TEMPLATES") == "write":
        KEPT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    kept = json.loads(KEPT.read_text())

    assert found["templates"] == kept["templates"], "measure again: WRIT_TEMPLATES=write python tests/trainers/job.py"
