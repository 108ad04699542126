"""Files that are given to an option: YAML that is none, that asks for too much, or that is made to hurt."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from tests.cli.bad_input.case import Case, Place, nothing

CELL = "{domain: 'tau2:airline', kind: read-heavy, writes: 1, burden: 6, count: 1}"
MIX = f"cells:\n  - {CELL}\n"
DOMAIN = "'tau2:airline'"


def with_domain(value: str) -> str:
    """The cell with another domain."""
    return CELL.replace(DOMAIN, value)


def with_count(value: str) -> str:
    """The cell with another count."""
    return CELL.replace("count: 1", f"count: {value}")


def bomb(last: str, levels: int = 10, width: int = 10) -> str:
    """Ten to the tenth strings in 500 bytes; `last` uses the whole."""
    lines = [f"a0: &a0 [{', '.join(['x'] * width)}]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join([*lines, last, ""])


def keyed_bomb(last: str) -> str:
    """The same with mappings, merged into each other."""
    lines = ["a0: &a0 {k0: x, k1: x, k2: x}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 10)]
    return "\n".join([*lines, last, ""])


NO_YAML: dict[str, str | bytes] = {
    "empty": "", "comment": "# nothing\n", "null": "null\n", "number": "7\n", "text": "hello\n", "list": "[1, 2]\n",
    "open-list": "a: [\n", "open-map": "{a: 1\n", "open-quote": "a: 'x\n", "tab": "a:\n\t- b\n", "nul": "\x00",
    "bell": "a: \x07\n", "colon": "a: b: c\n", "two-documents": "a: 1\n---\nb: 2\n", "no-such-alias": "a: *nobody\n",
    "at": "a: @x\n", "percent": "%FOO\n", "deep-lists": "[" * 20000, "deep-maps": "{a: " * 20000,
    "deep-closed": "[" * 5000 + "]" * 5000, "deep-blocks": "".join(" " * n + "- \n" for n in range(3000)),
    "dashes": "- " * 30000 + "x", "latin-1": "# caf\xe9\n".encode("latin-1"), "utf-16": "cells: []\n".encode("utf-16"),
    "utf-16-no-mark": "cells: []\n".encode("utf-16-le"), "binary": bytes(range(256)), "gzip": b"\x1f\x8b\x08\x00\x00\x00",
    "elf": b"\x7fELF\x02\x01\x01\x00", "20-MB": b"a: b\n" * 4_000_000, "long-line": "a: " + "x" * 9_000_000, "self": "&a [*a]\n",
    "self-map": "a: &a {b: *a}\n", "json-cut": '{"cells": [{"domain"', "duplicate-key": f"{MIX}{MIX}", "python": "!!python/object:os.system {}\n",
    "python-tuple": "!!python/tuple [1]\n", "own-tag": "a: !secret b\n", "complex-key": "? [a, b]\n: c\n", "map-key": "{{a: b}: c}\n",
}  # fmt: skip
"""None is a mapping that any of the options takes; what is wrong with it is said whatever the option."""
ODD = (
    "9" * 5000, "2024-99-99", "2024-02-30T99:00:00", "!!int zz", "!!int ''", "!!float zz", "!!bool maybe", "!!timestamp zz", "!!null zz",
    "!!binary '@@@'", "!!set {a, b}", "!!omap [a: 1]", "!!pairs [a: 1]", "!!str", "!foo bar", "!!python/name:os.system", "0x" + "f" * 5000,
    "0b12", "1:99:99", ".inf", "-.inf", ".nan", "null", "~", "true", "1.5", "'1'", "-1", "0", "1000000000000", "[1]", "{a: 1}", "1e400", "{}",
)  # fmt: skip
"""Scalars that stand where a number is wanted."""
BAD_CELLS = (
    "17", "null", "x", "[]", "{}", "[a, b]", CELL.replace("airline", "moon"), CELL.replace("tau2:airline", "TAU2:Airline"),
    with_domain("[tau2:airline]"), with_domain("null"), with_domain('"\\e[31m"'),
    with_domain(f"'{'x' * 20000}'"), CELL.replace("read-heavy", "hard"), CELL.replace("read-heavy", "Read-Heavy"),
    CELL.replace("read-heavy", "7"), CELL.replace("writes: 1", "writes: 4"), CELL.replace("writes: 1", "writes: -1"),
    CELL.replace("burden: 6", "burden: 2"), CELL.replace("burden: 6", "burden: 99"), CELL.replace("burden: 6", "burden: '6'"),
    CELL.replace("writes: 1, ", ""), CELL.replace("count: 1", "count: 1, color: red"), CELL.replace("count: 1", "count: 1, count: 2"),
    CELL.replace("count: 1", "count: 1, 7: red"), CELL.replace("count: 1", "<<: {count: x}"),
)  # fmt: skip
BAD_MIXES = {
    "no-cells": "cells:\n", "cells-empty": "cells: []\n", "cells-number": "cells: 7\n", "cells-map": "cells: {a: 1}\n", "cells-text": "cells: x\n",
    "cell": "cell: []\n", "more": f"{MIX}color: red\n", "bomb-cells": bomb("cells: *a9"), "bomb-domain": bomb(f"cells: [{with_domain('*a9')}]"),
    "bomb-beside": bomb(f"cells: [{CELL}]"), "keyed-bomb": keyed_bomb(f"cells: [{CELL}]"), "bomb-small": bomb("cells: *a4", 5),
    "cells-twice": f"{MIX}cells: []\n", "sum-too-large": "cells:\n" + "".join(f"  - {with_count('9999999').replace('6', n)}\n" for n in "456"),
}  # fmt: skip
LMS = {
    "role": "wizard: local\n", "role-number": "agent: 7\n", "role-list": "agent: [local]\n", "null": "agent:\n", "no-model": "agent: {temperature: 1}\n",
    "unknown-setting": "agent: {model: local, color: red}\n", "temperature": "agent: {model: local, temperature: hot}\n",
    "temperature-high": "agent: {model: local, temperature: 3}\n", "temperature-nan": "agent: {model: local, temperature: .nan}\n",
    "max-tokens": "agent: {model: local, max_tokens: 0}\n", "max-tokens-text": "agent: {model: local, max_tokens: many}\n",
    "max-tokens-huge": f"agent: {{model: local, max_tokens: {'9' * 5000}}}\n", "top-p": "agent: {model: local, top_p: 2}\n",
    "timeout": "agent: {model: local, timeout: 0}\n", "timeout-inf": "agent: {model: local, timeout: .inf}\n",
    "retries": "agent: {model: local, retries: -1}\n", "retries-huge": "agent: {model: local, retries: 1000000000000}\n",
    "patience-nan": "agent: {model: local, patience: .nan}\n", "concurrency": "agent: {model: local, concurrency: 0}\n",
    "concurrency-huge": "agent: {model: local, concurrency: 1000000000000}\n", "mode": "agent: {model: local, mode: magic}\n",
    "price-two": "agent: {model: local, price: [1, 2]}\n", "price-text": "agent: {model: local, price: cheap}\n",
    "price-inf": "agent: {model: local, price: [1, 2, .inf]}\n", "price-nan": "agent: {model: local, price: [1, 2, .nan]}\n",
    "price-negative": "agent: {model: local, price: [-1, 2, 3]}\n", "url": "agent: gopher://h/v1\n", "url-empty": "agent: ''\n",
    "url-key": "agent: openai://u:p4ssw0rd@h/v1/m\n", "key": "agent: {model: openai://h/v1/m, api_key_env: sk-live-0f1e2d3c4b5a69788796}\n",
    "key-unset": "agent: {model: openai://h/v1/m, api_key_env: NO_SUCH_VARIABLE}\n", "key-itself": "agent: {model: openai://h/v1/m, api_key: x}\n",
    "default-alone": "default: {temperature: 1}\n", "default-unknown": "default: {url: sglang://127.0.0.1:9/m}\n", "idle": "agent: {model: scripted, color: red}\n",
    "none": "{}\n", "default-list": "default: []\n", "role-twice": "agent: local\nagent: scripted\n", "setting-twice": "agent: {model: local, model: scripted}\n",
    "bomb": bomb("agent: *a9"), "bomb-setting": bomb("agent: {model: *a9}"), "escape": '"\\e]0;x\\a": local\n', "escape-url": 'agent: "\\e[31m"\n',
    "date": "agent: 2024-99-99\n", "date-key": "2024-01-01: local\n", "number-key": "7: local\n", "null-key": "null: local\n",
    "thinking": "agent: {model: local, thinking: maybe}\n", "local-missing": "agent: local:/nonexistent.gguf\n", "local-folder": "agent: local:/etc\n",
}  # fmt: skip
"""For --lms; each is refused before a folder is made."""


def _fifo(place: Place) -> None:
    os.mkfifo(place.folder / "given")


def _dangling(place: Place) -> None:
    (place.folder / "given").symlink_to("nowhere")


def _loop(place: Place) -> None:
    (place.folder / "given").symlink_to("given")


def _closed(place: Place) -> None:
    place.put("given", MIX).chmod(0)


def _folder(place: Place) -> None:
    (place.folder / "given").mkdir()


FILES: dict[str, tuple[str, Callable[[Place], object] | None]] = {
    "missing": ("nope.yaml", None), "folder": ("given", _folder), "fifo": ("given", _fifo), "dangling": ("given", _dangling),
    "loop": ("given", _loop), "closed": ("given", _closed), "endless": ("/dev/zero", None), "null-device": ("/dev/null", None),
    "nothing": ("", None), "long-name": ("x" * 300, None), "long-path": ("d/" * 3000 + "x", None), "not-utf-8": ("caf\udce9.yaml", None),
    "under-a-file": ("file/mix.yaml", lambda place: place.put("file", "x")), "tty": ("/dev/tty", None), "memory": ("/proc/self/mem", None),
}  # fmt: skip
"""What stands where a file is wanted."""
OPTIONS = {
    "mix": ("synth", "--workers", "1", "--out", "new", "--mix"),
    "quota": ("export", "run", "--workers", "1", "--quota"),
    "lms": ("synth", "-n", "2", "--workers", "1", "--out", "new", "--lms"),
}


def cases() -> Iterator[Case]:
    """All of them."""
    for option in OPTIONS:
        yield from _files(option)
        for name, text in NO_YAML.items():
            if not (option == "lms" and name in ("empty", "comment", "null", "duplicate-key")):
                yield _given(option, name, text)
    for option in ("mix", "quota"):
        mixes = {f"cell-{number}": cell for number, cell in enumerate(BAD_CELLS)}
        mixes |= {f"count-{number}": with_count(value) for number, value in enumerate(ODD)}
        mixes = {name: f"cells:\n  - {cell}\n" for name, cell in mixes.items()} | BAD_MIXES
        for name, text in mixes.items():
            yield _given(option, name, text)
    for number, value in enumerate(ODD):
        yield _given("mix", f"domain-{number}", f"cells:\n  - {with_domain(value)}\n")
        yield _given("lms", f"odd-{number}", f"agent: {{model: {value}}}\n")
    for name, text in LMS.items():
        yield _given("lms", name, text)
    yield from _fine()


def _files(option: str) -> Iterator[Case]:
    """What stands where the option wants a file; no other option is blamed."""
    never = tuple(f"to --{other}" for other in OPTIONS if other != option)
    for name, (path, prepare) in FILES.items():
        prepared = _with_run(prepare) if option == "quota" else prepare or nothing
        call = (*OPTIONS[option], path)
        yield Case(
            f"{option}-file-{name}", call, prepared, says=(rf"--{option}\b",), never=never, plain=name == "closed"
        )


def _given(option: str, name: str, text: str | bytes) -> Case:
    def prepare(place: Place) -> None:
        place.put("given.yaml", text)
        if option == "quota":
            _ = place.run

    never = ("p4ssw0rd", "sk-live-0f1e2d3c4b5a69788796")
    return Case(
        f"{option}-{name}",
        (*OPTIONS[option], "given.yaml"),
        prepare,
        says=(r"given\.yaml|LM of the|NO_SUCH_VARIABLE|embedded engine",),
        never=never,
    )


def _with_run(prepare: Callable[[Place], object] | None) -> Callable[[Place], object]:
    def both(place: Place) -> None:
        _ = place.run
        if prepare is not None:
            prepare(place)

    return both


def _fine() -> Iterator[Case]:
    """What looks odd, and is a mix all the same."""
    texts: dict[str, str | bytes] = {
        "mark": f"\ufeff{MIX}", "dos": MIX.replace("\n", "\r\n"), "aliases": f"cells:\n  - &a {CELL}\n  - *a\n",
        "merged": f"cells: [{{<<: {CELL[:-11]}}}, count: 1}}]\n",
        "json": '{"cells": [{"domain": "tau2:airline", "kind": "read-heavy", "writes": 1, "burden": 6, "count": 1}]}',
    }  # fmt: skip
    for name, text in texts.items():
        call = ("propose", *OPTIONS["mix"][1:], "given.yaml")
        yield Case(f"fine-{name}", call, lambda place, text=text: place.put("given.yaml", text), code=0, writes=True)  # type: ignore[misc]
