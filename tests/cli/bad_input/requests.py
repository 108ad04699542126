"""Every verb with every option, each with values that cannot be: made from the command line itself, so that a new option is tried too."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

from typer.main import get_command

from tests.cli.bad_input.case import Case, Place, nothing
from writ_dspy.cli.main import app
from writ_dspy.cli.verbs import COMMON
from writ_dspy.domains.example import texts

DEAD = "sglang://127.0.0.1:9/m"
"""Nobody listens there; whatever is refused is refused before it is tried."""
VALID: dict[str, tuple[str, ...]] = {
    "synth": ("-n", "2", "--out", "new", "--workers", "1"),
    "propose": ("-n", "2", "--out", "new", "--workers", "1"),
    "simulate": ("run", "--workers", "1"),
    "merge": ("run", "--out", "new"),
    "export": ("run", "--workers", "1"),
    "report": ("run",),
    "show": ("run",),
    "view": ("run", "--out", "new"),
    "verify": ("rows.jsonl",),
    "calibrate": ("run", "--lm", DEAD),
    "evaluate": (DEAD, "--user", DEAD),
    "domains": (),
    "publish": ("run", "org/name", "--dry-run"),
    "serve": (".", "--cpu", "--dry-run"),
    "doctor": (DEAD,),
    "optimize": ("user", "--lm", DEAD, "--optimizer", "bootstrap", "--out", "new"),
    "programs": (),
}
"""What else a verb is called with; the bad value comes behind it."""
DRAFT = ("draft", "tools.py", "--data", "data.py:make", "-o", "desk.yaml")
WORDED = ("phrases", "library.yaml", "--lm", DEAD)
ONLY: dict[tuple[str, str], tuple[str, ...]] = {
    ("domains", "data"): DRAFT, ("domains", "policy"): DRAFT, ("domains", "out"): DRAFT, ("domains", "lm"): WORDED,
    ("domains", "api_key_env"): WORDED, ("domains", "tokens"): WORDED,
}  # fmt: skip
"""What it is called with for an option that it takes only then."""
INTS = ("many", "", "1.5", "1e3", "²", "nan", "-5", "0", "1000000000000", "9" * 32, "9" * 5000)
FLOATS = ("much", "", "nan", "inf", "-0.5", "1e400", "7.5", "²")
FREE = {
    "seed": ("-5", "0", "1000000000000", "9" * 32),
    "max_tokens": ("1000000000000", "9" * 32),
    "random": ("-5", "0", "1000000000000"),
    "tokens": ("1000000000000", "9" * 32),
    "port": ("0",),
}
"""Numbers that are fine for an option: a seed may be any, and a limit may be larger than anything."""
REFUSED = {("serve", "port", "0"), ("optimize", "seed", "-5"), ("optimize", "max_tokens", "9" * 32)}
LONG = "x" * 5000
WORDS: dict[str, tuple[str, ...]] = {
    "domain": ("", "tau2", "tau2:", "tau2:moon", "TAU2:RETAIL", " tau2:retail", "tau2:retail,tau2:airline", "\x1b[31mred", LONG, "../x"),
    "agent": ("", "Scripted", "perfect", LONG, "scripted "),
    "firewall": ("", "none", "BASE", "testing", LONG, "base,train"),
    "lm": ("", " ", "x", "ftp://h/v1", "sglang://", "sglang:///m", "openai://u:p4ssw0rd@h/v1/m", "sglang://h:99999/m", "sglang://h:x/m",
           "sglang://[::1/m", "openai://h/v1/m?key=s3cr3tvalue", "local:/nonexistent.gguf", "local:/etc", "LOCAL", LONG),
    "user": ("", " ", "x", "ftp://h/v1", "sglang://", "openai://u:p4ssw0rd@h/v1/m", "openai://h/v1/m?key=s3cr3tvalue", "sglang://h:x/m", LONG),
    "judge": ("", " ", "x", "ftp://h/v1", "sglang://", "openai://u:p4ssw0rd@h/v1/m", "sglang://h:x/m", "scripted", LONG),
    "release": ("", "0.2", "1", "1.0.0", "v1.0.1", "0.2.0 ", LONG),
    "shard": ("", "1", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1.5/2", "1 / 2", "²/3", "9" * 5000),
    "ray": ("", " ", "x", "h:", ":6379", "h:x", "h:99999", LONG),
    "band": ("", "0.2", "0.2:", ":0.8", "0.8:0.2", "a:b", "nan:1", "-1:1", "0:2", "0.2:0.8:1", "inf:1", LONG),
    "calibration": ("", "nobody", "../x", LONG),
    "reasoning": ("", "full", "BRIEF", LONG),
    "role": ("", "agent", "agent=", "=x", "wizard=local", "agent=ftp://h", "default=local", "agent=" + LONG),
    "mode": ("", "fast", "FREE", LONG),
    "program": ("", "agent", "agent=", "=x", "wizard=x", "agent=nowhere.json", "agent=ffffffff", "user=" + LONG),
    "formats": ("", "csv", "PARQUET", "parquet,tau2", LONG),
    "seen": ("", "tone", "tone=polite", "tone=polite=many", "tone=polite=-1", "moon=full=3", "tone=purple=3", "=polite=3", "tone==3", LONG),
    "per_kind": ("", "²", "-1", "1.5", "hard=3", "read-heavy=", "read-heavy=many", "=3", "read-heavy=3=4", "9" * 5000,
                 "1000000000000"),
    "tokenizer": ("nowhere/at/all", "."),
    "revision": ("", "a b", "../x", "a..b", "x" * 300, "-x", "caf\udce9"),
    "tag": ("", "a b", "../x", "v1~", "x" * 300),
    "optimizer": ("", "adam", "GEPA"),
    "objective": ("", "accepted", "accepted=", "accepted=x", "accepted=nan", "accepted=inf", "moon=1", "=1", "accepted=-1",
                  "accepted=0"),
    "split": ("", "1", "1,2,3", "a,b,c", "nan,nan,nan", "0.5,0.5,0", "-1,1,1", "0.3,0.3,0.4,0", "inf,0,0", "1,0,0"),
    "reflection_lm": ("", "x", "ftp://h/v1"),
    "api_key_env": ("", "sk-live-0f1e2d3c4b5a69788796", "A B", "NO_SUCH_VARIABLE"),
    "host": ("", "a b"),
    "serve": ("",),
    "kind": ("", "hard", "READ-HEAVY", LONG),
    "check": ("", "nothing", "End_State", LONG),
    "writes": ("", "many", "-1", "5-2", "2-", "+", "²", "1.5", "9" * 5000, "2-4-6"),
    "burden": ("", "many", "-1", "16-2", "4-", "+", "²", "1.5", "9" * 5000),
    "data": ("", " ", "nowhere.json", "nowhere.py:make", "data.py", "data.py:nothing", "data.py:", "tools.py:TODAY", "file", "photos", "bad.json",
             "list.json", "caf\udce9.json", "\x1b[31m", LONG),
}  # fmt: skip
"""By the name of the parameter."""
ANY = {"message", "name", "tool_parser", "reasoning_parser"}
"""Texts of which none is bad."""
ARGUMENTS: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {
    ("publish", "name"): tuple(("run", name, "--dry-run") for name in ("", "name", "a/b/c", "a b/c", "/c", "a/", "../x/y", "a/" + LONG,
                                                                      "caf\udce9/x", "a/b@c")),
    ("doctor", "url"): tuple((url,) for url in WORDS["lm"]),
    ("optimize", "role"): tuple((role, "--lm", DEAD, "--optimizer", "bootstrap", "--out", "new") for role in ("", "wizard", "USER")),
    ("serve", "model"): tuple((model, "--cpu", "--dry-run") for model in ("", "./nowhere", "/etc/passwd", "caf\udce9")),
    ("report", "run"): (("hf:",), ("hf:x",), ("hf:a/b/c",), ("run", "nowhere"), ("run", "run"), ("",)),
    ("show", "conversations"): (("run", "nobody"), ("run", ""), ("run", "*"), ("run", LONG), ("run", "\x1b[31m"), ("run", "tau2", "nobody")),
    ("domains", "place"): (
        ("--data", "data.py:make"), ("--policy", "policy.md"), ("--out", "new.yaml"), ("--lm", DEAD), ("--tokens", "5"), ("check", "library.yaml", "--lm", DEAD),
        ("check", "library.yaml", "--policy", "policy.md"), ("new", "here", "--api-key-env", "HF_TOKEN"), ("new", "here", "--out", "new.yaml"),
        ("phrases", "library.yaml"), ("phrases", "library.yaml", "--tokens", "5"), ("phrases", "library.yaml", "--lm", DEAD, "--out", "new.yaml"),
        *(("phrases", place, "--lm", DEAD) for place in ("", "nowhere.yaml", "file", "photos", "retail", "strange.yaml", LONG)),
        ("draft", "tools.py", "--data", "data.py:make"), ("draft", "tools.py", "-o", "new.yaml"), ("draft", "tau2:retail", "--data", "data.py:make", "-o", "new.yaml"),
        *(("draft", place, "--data", "data.py:make", "-o", "new.yaml") for place in ("", "nowhere.py", "file", "photos", "nobody", "tau2:moon", "strange.py", LONG)),
        *(("draft", "tools.py", "--data", "data.py:make", "-o", place) for place in ("library.yaml", "new.json", "Ü.yaml", "file/new.yaml", "")),
        ("draft", "tools.py", "--data", "data.py:make", "-o", "new.yaml", "--lm", ""), ("draft", "tools.py", "--data", "data.py:make", "-o", "new.yaml", "--lm", "x"),
        ("draft", "tools.py", "--data", "data.py:make", "-o", "new.yaml", "--api-key-env", "HF_TOKEN"),
        *(("draft", "tools.py", "--data", "data.py:make", "-o", "new.yaml", "--policy", place) for place in ("", "nowhere.md", "photos", "bytes.md", LONG)),
    ),
    ("programs", "folder"): (("nowhere",), ("file",), ("",)),
    ("verify", "source"): (("hf:",), ("hf:x",), ("hf:a/b/c",), ("nowhere",), ("",), ("rows.jsonl", "nowhere"), ("cat.parquet",), ("deep.json",),
                           ("strange.jsonl",), ("turns.jsonl",), ("rows.jsonl", "--run", "nowhere"), ("rows.jsonl", "--run", "file"),
                           ("ours.jsonl", "--run", "run"), ("rows.jsonl", "photos")),
}  # fmt: skip
NOWHERE = ("nowhere", "file", "photos", "", LONG, "caf\udce9", "/dev/null", "/proc/self")
"""What is no run."""


def _run(place: Place) -> None:
    _ = place.run
    things(place)


def things(place: Place) -> None:
    """What stands around: a file, a folder of somebody's, an empty folder."""
    place.put("file", "x")
    place.put("photos/cat.jpg", "x")
    (place.folder / "empty").mkdir()
    talk(place)


def desk(place: Place) -> None:
    """A domain of somebody's own, and what is none."""
    things(place)
    for name, text in texts().items():
        place.put(name, text)
    place.put("strange.yaml", "tables: 5")
    place.put("strange.py", "def nothing(:")
    place.put("bytes.md", b"\xff\xfe\x00")
    place.put("bad.json", "{")
    place.put("list.json", "[]")


def talk(place: Place) -> None:
    """Conversations of others: one that can be judged once a domain is named, and some that cannot."""
    words = '{"role": "user", "content": "Hi"}'
    place.put("rows.jsonl", f'{{"messages": [{words}]}}\n')
    place.put("ours.jsonl", f'{{"messages": [{words}], "task_id": "tau2-retail-0"}}\n')
    place.put(
        "strange.jsonl",
        f'{{"messages": [{words}], "domain": "retail"}}\n{{"messages": [{{"role": "\\u001b[31m"}}], "domain": "retail"}}\n',
    )
    place.put("turns.jsonl", '{"id": "a", "turns": []}\n')
    place.put("deep.json", "[" * 20000)
    place.put("cat.parquet", b"PAR1" + bytes(range(256)))


def cases() -> Iterator[Case]:
    """All of them."""
    for verb, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        hints = typing.get_type_hints(inspect.unwrap(command.callback))
        for parameter in command.params:
            if parameter.param_type_name == "option" and not parameter.is_flag and parameter.name not in COMMON:
                name = max(parameter.opts, key=len)
                for number, value in enumerate(_values(verb, parameter.name, _plain(hints[parameter.name]))):
                    yield _option(verb, name, value, number, ONLY.get((verb, parameter.name)))
        yield from _alone(verb)
    for (verb, name), calls in ARGUMENTS.items():
        for number, call in enumerate(calls):
            yield Case(f"{verb}-{name}-{number}", (verb, *call), desk if verb == "domains" else _run)
    for verb in ("simulate", "merge", "export", "report", "show", "view", "calibrate", "publish", "verify"):
        for number, where in enumerate(NOWHERE):
            yield Case(f"{verb}-no-run-{number}", (verb, where, *VALID[verb][1:]), _run)


def unknown() -> list[str]:
    """Options that nobody has bad values for."""
    return [
        f"writ {verb} {max(parameter.opts, key=len)}"
        for verb, command in get_command(app).commands.items()  # type: ignore[attr-defined]
        for parameter in command.params
        if parameter.param_type_name == "option" and not parameter.is_flag and parameter.name not in COMMON
        if _plain(typing.get_type_hints(inspect.unwrap(command.callback))[parameter.name]) is str
        if parameter.name not in WORDS.keys() | ANY
    ]


def _alone(verb: str) -> Iterator[Case]:
    """Misspelled, too many, too few."""
    yield Case(f"{verb}-unknown-option", (verb, *VALID[verb], "--frobnicate"), _prepared(verb), says=("--frobnicate",))
    if verb not in ("report", "serve", "show"):
        yield Case(f"{verb}-too-many", (verb, *VALID[verb], "a", "b", "c"), _prepared(verb))
    if VALID[verb]:
        yield Case(f"{verb}-too-few", (verb,), _prepared(verb))
    last = VALID[verb][-2:]
    if last and last[0].startswith("--") and not last[1].startswith("--"):
        yield Case(f"{verb}-no-value", (verb, *VALID[verb][:-1]), _prepared(verb))


def _plain(hint: object) -> type:
    """The type of one value of an option."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    if typing.get_origin(hint) in (list, tuple):
        hint = typing.get_args(hint)[0]
    return typing.cast("type", hint)


def _values(verb: str, name: str, kind: type) -> tuple[str, ...]:
    if kind is int:
        free = [value for value in FREE.get(name, ()) if (verb, name, value) not in REFUSED]
        return tuple(value for value in INTS if value not in free)
    if kind is float:
        return FLOATS
    if kind is Path:
        return ()  # see places and documents
    return WORDS.get(name, ())


def _option(verb: str, name: str, value: str, number: int, only: tuple[str, ...] | None) -> Case:
    """The message names the option, or the value as it was given, or says that it is no URL."""
    seen = re.escape(value.partition("=")[2][:20] or value[:20]) or "%"
    field = name.strip("-").replace("-", "_")
    says = (
        rf"{field}|shares|{re.escape(name)}\b|\b{re.escape(name.strip('-'))}\b|{seen}|model URL|no option -0|serving",
    )
    never = ("p4ssw0rd", "s3cr3tvalue")
    called = VALID[verb] if only is None else only
    return Case(f"{verb}{name}-{number}", (verb, *called, name, value), _prepared(verb), says=says, never=never)


def _prepared(verb: str) -> Callable[[Place], object]:
    if verb == "verify":
        return talk
    if verb == "domains":
        return desk
    return _run if "run" in VALID[verb] else nothing
