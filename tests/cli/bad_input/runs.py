"""Run folders that were cut, edited, mixed up, or made to hurt: whichever verb reads them says which file, line and field."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.cli.bad_input.case import Case, Place

MADE = ("-n", "12", "--seed", "3", "--agent", "careless")
"""What the finished run was asked for."""
VERBS: dict[str, tuple[str, ...]] = {
    "report": ("report", "run"),
    "show": ("show", "run", "--full", "--accepted", "-n", "1"),
    "export": ("export", "run", "--workers", "1"),
    "simulate": ("simulate", "run", "--workers", "1"),
    "synth": ("synth", *MADE, "--workers", "1", "--out", "run"),
    "publish": ("publish", "run", "org/name", "--dry-run"),
    "json": ("report", "run", "--json"),
}
DEEP = 100_000
TEXT: tuple[Any, ...] = (None, 5, True, [], {})
WHOLE: tuple[Any, ...] = (None, "many", 1.5, float("nan"), True, [], {}, -3)
FLAG: tuple[Any, ...] = (None, "yes", 1, [])
LIST: tuple[Any, ...] = (None, 5, "many", {}, True)
OBJECT: tuple[Any, ...] = (5, "many", [], True)
FIELDS: dict[str, dict[str, tuple[Any, ...]]] = {
    "tasks": {
        "domain": (*TEXT, "tau2:moon", "", "TAU2:RETAIL", "../x", "\x1b[31m"), "kind": (*TEXT, "hard"), "axes": (None, *OBJECT, {}),
        "axes.writes": WHOLE, "axes.burden": WHOLE, "axes.search_reads": WHOLE, "outcomes": (*LIST, [5], [None], [{}]),
        "outcomes.0.call": OBJECT, "outcomes.0.evidence": LIST, "facts": (*LIST, [5]), "goal": (None, *OBJECT), "goal.decisions": LIST,
        "requests": (*LIST, [5]), "instruction": TEXT, "told": LIST, "twin": (5, [], {}), "behaviour": (5, "many", []), "memory": TEXT,
        "recipe": TEXT, "identity": (None, *OBJECT), "is": (None, 5, "Goal", "Nothing", []), "id": (None, 5, "", []),
    },
    "conversations": {
        "turns": (*LIST, [5], [None], [[]], [{}], [{"role": "king"}], [{"role": 5}]), "turns.0.role": (*TEXT, "king"), "turns.0.text": TEXT,
        "turns.1.calls": (5, "many", {}, [5], [["a"]], [["a", "b", "c"]], [[1, 2]], [["get_order_details", "{"]]), "stop": (*TEXT, "never"),
        "seed": (None, "many", 1.5, [], True), "task_id": TEXT, "agent": TEXT, "user": TEXT, "redraws": WHOLE, "error": TEXT,
        "id": (None, 5, "", []), "turns.0.intent": (5, "many", {}, [5]), "turns.0.error": (5, "many", []), "turns.0.worded": (5, []),
    },
    "verdicts": {
        "accepted": FLAG, "task_id": TEXT, "id": (None, 5, "", []), "checks": (5, [], {}),
        "findings": (*LIST, [5], [{}], [{"check": "x"}], [{"check": "x", "turn": "y", "saw": "a", "wanted": "b"}],
                     [{"check": 5, "turn": 1, "saw": "a", "wanted": "b"}], [{"check": "x", "turn": 1, "saw": [], "wanted": "b"}]),
    },
}  # fmt: skip
"""By file and field: what cannot stand there."""
LEFT_OUT = {
    "tasks": (
        "domain",
        "kind",
        "axes",
        "axes.writes",
        "axes.burden",
        "outcomes",
        "facts",
        "goal",
        "requests",
        "id",
        "is",
    ),
    "conversations": ("turns", "turns.0.role", "stop", "task_id", "seed", "redraws", "error", "id"),
    "verdicts": ("accepted", "task_id", "findings", "id"),
}
"""Fields without which a record is none."""
DEEP_FIELDS = ("goal.decisions", "outcomes.0.evidence")
"""Fields within the parts of a task: each verb comes across them all the same."""
MANIFEST: dict[str, tuple[Any, ...]] = {
    "seed": (None, "0", 1.5, [], True), "mix": (None, [], 5, {}, [5], [{"domain": "tau2:moon"}], "many"), "tries": (0, -1, "1", None, 1e400, True, 10**12),
    "turns": (1, "40", None, True), "agent": (5, None, []), "user": (5, None), "firewall": (5, []),
    "domains": ([], None, "tau2:retail", {"tau2:moon": "1"}), "writ": (None, 5, []), "checks": (None, 5, {}), "writ_run": (None, 2, "1", -1, []),
    "lms": (5, [], {"wizard": {}}, {"agent": {"model": "x"}}), "mode": (5, "magic"), "programs": (5, [["agent"]], [["agent", 5]]),
}  # fmt: skip
SPOILED_LINES: dict[str, bytes] = {
    "half": b'{"id": "tau2-re', "list": b"[1]", "number": b"7", "null": b"null", "text": b'"x"', "no-id": b"{}", "hollow": b'{"id": "hollow"}',
    "garbage": b"garbage", "blank": b"", "space": b"   ", "nul": b"\x00" * 40, "binary": bytes(range(128, 256)), "latin-1": b'{"id": "caf\xe9"}',
    "surrogate": b'{"id": "\\ud800"}', "two": b'{"id": "a"}{"id": "b"}', "comma": b'{"id": "a"},', "nan": b'{"id": "a", "x": NaN}',
    "digits": b'{"id": ' + b"9" * 5000 + b"}", "escape": b'{"id": "\x1b[31m"}', "escaped": b'{"id": "\\u001b]0;x\\u0007"}', "single": b"{'id': 'a'}",
    "deep-list": b"[" * DEEP, "deep-closed": b'{"id": "x", "turns": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep-map": b'{"a":' * DEEP + b"1" + b"}" * DEEP, "less-deep": b'{"id": "x", "turns": ' + b"[" * 800 + b"]" * 800 + b"}",
}  # fmt: skip
SPOILED_MANIFESTS: dict[str, bytes] = {
    "empty": b"", "cut": b'{"writ_run": 1, "wr', "list": b"[]", "object": b"{}", "null": b"null", "number": b"7", "binary": bytes(range(256)),
    "latin-1": b'{"writ_run": 1, "agent": "caf\xe9"}', "utf-16": '{"writ_run": 1}'.encode("utf-16"), "deep-list": b"[" * DEEP,
    "deep": b'{"writ_run": 1, "mix": ' + b"[" * DEEP + b"]" * DEEP + b"}", "nan": b'{"writ_run": NaN}', "digits": b'{"writ_run": ' + b"9" * 5000 + b"}",
    "twice": b'{"writ_run": 1, "writ_run": 2}', "garbage": b"garbage", "nul": b"\x00" * 100, "less-deep": b'{"writ_run": 1, "mix": ' + b"[" * 800 + b"]" * 800 + b"}",
}  # fmt: skip
BESIDE: dict[str, tuple[bytes, ...]] = {
    "dry.json": (b"[]", b"{", b"[" * DEEP, b"7", b"\xff"),
    "usage.json": (b"[]", b"{", b"[" * DEEP, b'{"agent": 5}', b'{"agent": {"calls": "many"}}', b"\xff"),
    "dataset/manifest.json": (b"", b"[]", b"{", b"[" * DEEP, b'{"files": 5}', b'{"dropped": 5}', b'{"kept": "x"}', b"\xff"),
    "dataset/README.md": (b"\xff\xfe\x00",),
    "dataset/stray.parquet": (b"x", b"PAR1"),
    "dataset/retail/mine.parquet": (b"x",),
}  # fmt: skip
"""Other files of a run; by name, what they cannot be."""


TURNS = itertools.cycle(("report", "show", "export", "simulate", "publish", "synth", "json"))
"""So that each kind of damage meets each verb somewhere."""


def cases() -> Iterator[Case]:
    """All of them."""
    for name in FIELDS:
        yield from _records_edited(name)
    yield from _manifests()
    for name, texts in BESIDE.items():
        for number, text in enumerate(texts):
            for verb in ("export", "publish") if name.startswith("dataset") else ("report", "simulate"):
                if (name, verb) != ("usage.json", "simulate"):  # a scripted run keeps none
                    yield _of_run(f"{name.replace('/', '-')}-{number}-{verb}", verb, _whole(name, text), ())
    yield from _strange_files()


def _records_edited(name: str) -> Iterator[Case]:
    """One field that cannot be, one that is missing, one line that is none."""
    for field, values in FIELDS[name].items():
        for number, value in enumerate(values):
            verbs = (
                ("show", "export") if field in DEEP_FIELDS else (next(TURNS), "show" if "." in field else next(TURNS))
            )
            for verb in dict.fromkeys(verbs):
                yield _edited(f"{name}-{field}-{number}-{verb}", verb, name, field, value)
    for field in LEFT_OUT[name]:
        yield _edited(f"{name}-{field}-left-out", next(TURNS), name, field, ...)
    for how, text in SPOILED_LINES.items():
        for verb in VERBS if how.startswith("deep") else (next(TURNS),):
            yield _line(f"{name}-line-{how}-{verb}", verb, f"{name}.jsonl", text)


def _manifests() -> Iterator[Case]:
    for field, values in MANIFEST.items():
        for number, value in enumerate(values):
            verb = next(TURNS)
            yield _of_run(
                f"manifest-{field}-{number}-{verb}",
                verb,
                _manifest(field, value),
                (r"run\.json|other settings|one of this run",),
            )
    for how, text in SPOILED_MANIFESTS.items():
        for verb in VERBS if how.startswith("deep") else (next(TURNS), next(TURNS)):
            yield _of_run(f"manifest-{how}-{verb}", verb, _whole("run.json", text), (r"run\.json",))


def _edited(key: str, verb: str, name: str, field: str, value: Any) -> Case:
    """A field of the record that `show` shows first, and that every verb comes across."""
    last = field.rpartition(".")[2]

    def prepare(place: Place) -> None:
        chosen = min(r["id"] for r in _records(place.run / "verdicts.jsonl") if r["accepted"])
        wanted = chosen.rpartition(".")[0] if name == "tasks" else chosen
        line = next(n for n, r in enumerate(_records(place.run / f"{name}.jsonl"), 1) if r["id"] == wanted)
        place.edit(name, line, lambda record: _set(record, field.split("."), value))

    return _of_run(key, verb, prepare, (rf"{name}\.jsonl:\d+", rf"\b{last}\b|NaN"))


def _line(key: str, verb: str, name: str, text: bytes) -> Case:
    return _of_run(key, verb, lambda place: place.replace_line(name, 3, text), (rf"{name}:3\b",))


def _manifest(field: str, value: Any) -> Callable[[Place], object]:
    return lambda place: place.manifest(lambda data: data.update({field: value}))


def _whole(name: str, text: bytes) -> Callable[[Place], object]:
    def prepare(place: Place) -> None:
        (place.run / name).write_bytes(text)

    return prepare


def _of_run(key: str, verb: str, prepare: Callable[[Place], object], says: tuple[str, ...]) -> Case:
    return Case(f"run-{key}", VERBS[verb], prepare, says=says)


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _set(record: dict[str, Any], path: list[str], value: Any) -> None:
    at: Any = record
    for step in path[:-1]:
        at = at[int(step)] if step.isdigit() else at[step]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value


# ----------------------------------------------------------------------------- files that are none


def _removed(name: str) -> Callable[[Place], object]:
    return lambda place: (place.run / name).unlink()


def _folder(name: str) -> Callable[[Place], object]:
    def prepare(place: Place) -> None:
        path = place.run / name
        path.unlink(missing_ok=True)
        path.mkdir(parents=True)

    return prepare


def _fifo(name: str) -> Callable[[Place], object]:
    def prepare(place: Place) -> None:
        path = place.run / name
        path.unlink(missing_ok=True)
        os.mkfifo(path)

    return prepare


def _linked(name: str, to: str) -> Callable[[Place], object]:
    def prepare(place: Place) -> None:
        path = place.run / name
        place.put("victim", "precious")
        path.unlink(missing_ok=True)
        path.symlink_to(to)

    return prepare


def _closed(name: str) -> Callable[[Place], object]:
    return lambda place: (place.run / name).chmod(0)


def _strange_files() -> Iterator[Case]:
    logs = ("tasks.jsonl", "conversations.jsonl", "verdicts.jsonl")
    for name in ("run.json", *logs):
        for verb in ("report", "show", "export", "simulate", "publish"):
            says = (name.replace(".", r"\."),)
            yield _of_run(f"{name}-folder-{verb}", verb, _folder(name), says)
            yield _of_run(f"{name}-fifo-{verb}", verb, _fifo(name), says)
            yield Case(f"run-{name}-closed-{verb}", VERBS[verb], _closed(name), says=says, plain=True)
            for how, to in {"dangling": "nowhere", "loop": name, "outside": "../victim", "device": "/dev/zero"}.items():
                yield _of_run(f"{name}-{how}-{verb}", verb, _linked(name, to), says)
    for verb in ("report", "show", "export", "simulate", "publish"):
        yield _of_run(f"no-manifest-{verb}", verb, _removed("run.json"), (r"run\.json",))
        yield Case(f"run-closed-{verb}", VERBS[verb], lambda place: place.run.chmod(0), says=(r"\brun\b",), plain=True)
        yield Case(
            f"run-unlisted-{verb}", VERBS[verb], lambda place: place.run.chmod(0o600), says=(r"\brun\b",), plain=True
        )
    for name in ("run.lock", "conversations.jsonl.torn", "run.json.tmp", "dry.json", "dry.json.tmp"):
        for how, prepare in {
            "folder": _folder(name),
            "fifo": _fifo(name),
            "linked": _linked(name, "../victim"),
        }.items():
            if (name, how) in (
                ("run.lock", "folder"),
                ("run.lock", "fifo"),
                ("run.lock", "linked"),
                ("dry.json", "folder"),
            ):
                yield _of_run(f"{name}-{how}", "simulate", prepare, (name.replace(".", r"\."),))
