"""What a newcomer found, by the number of the finding: the case that each has become, and those that nothing else makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.cli.bad_input.case import Case, Place, nothing
from tests.cli.bad_input.requests import DEAD
from tests.cli.bad_input.runs import VERBS

BROKEN = {"version": "1.0", "model": {"type": "BPE", "vocab": 5, "merges": "x"}}
"""A tokenizer.json that is none."""


def _tokenizer(place: Place) -> None:
    _ = place.run
    place.put("tok/tokenizer.json", json.dumps(BROKEN))
    place.put("tok/tokenizer_config.json", '{"chat_template": "{{ messages }}"}')


def _manifest_folder(place: Place) -> None:
    path: Path = place.run / "dataset" / "manifest.json"
    path.unlink()
    path.mkdir()


def _dangling(place: Place) -> None:
    (place.run / ".#notes").symlink_to("me@host.1234:567")


def _foreign_dangling(place: Place) -> None:
    place.put("d/note.txt", "precious")
    (place.folder / "d" / "link").symlink_to("nowhere")


def _programs(place: Place) -> None:
    place.put("file", "x")
    (place.folder / "empty").mkdir()
    place.put("broken/user--m--0123456789ab.json", "{")
    place.put("deep/user--m--0123456789ab.json", "[" * 100_000)
    place.put("binary/user--m--0123456789ab.json", bytes(range(256)))
    place.put("misnamed/mine.json", '{"format": 1}')
    (place.folder / "folder" / "user--m--0123456789ab.json").mkdir(parents=True)


def _run(place: Place) -> None:
    _ = place.run


def _dropped(place: Place) -> None:
    path = place.run / "conversations.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))


def cases() -> Iterator[Case]:
    """Those that no table makes."""
    for verb in ("simulate", "synth"):
        yield Case(f"{verb}-dropped-line", VERBS[verb], _dropped, code=0, writes=True)
    yield Case("domains-mix-huge", ("domains", "--mix", "-n", "1000000000000"), says=("10,000,000",))
    yield Case(
        "export-tokenizer-broken",
        ("export", "run", "--max-tokens", "900", "--tokenizer", "tok"),
        _tokenizer,
        says=("tok",),
    )
    for verb, call in {"export": ("export", "run"), "publish": ("publish", "run", "org/name", "--dry-run")}.items():
        yield Case(f"{verb}-manifest-folder", call, _manifest_folder, says=(r"manifest\.json",))
    yield Case(
        "synth-dangling-guard", ("synth", "-n", "5", "--seed", "99", "--workers", "1", "--out", "run"), _dangling
    )
    yield Case(
        "synth-dangling-foreign",
        ("synth", "-n", "3", "--workers", "1", "--out", "d"),
        _foreign_dangling,
        says=(r"\bd\b",),
    )
    for where in ("broken", "deep", "binary", "folder", "misnamed"):
        code = 0 if where == "misnamed" else 2  # it is said that such a file is passed over
        yield Case(f"programs-{where}", ("programs", where), _programs, code=code, says=(where,))
        yield Case(f"program-file-{where}", ("synth", "-n", "2", "--lm", DEAD, "--program", f"user={where}/user--m--0123456789ab.json", "--out", "new"),
                   _programs, says=(where,))  # fmt: skip
    yield Case("programs-empty", ("programs", "empty"), _programs, code=0)
    yield Case(
        "optimize-no-server",
        ("optimize", "user", "--lm", DEAD, "--optimizer", "bootstrap", "--out", "new"),
        code=1,
        says=("no connection",),
    )
    yield Case("synth-no-server", ("synth", "-n", "2", "--lm", DEAD, "--out", "new"), code=1, says=("no connection",))
    yield from _surroundings()
    yield from _defaults()


def _surroundings() -> Iterator[Case]:
    """A full disk behind stdout, a terminal without letters or columns, a closed stderr."""
    full = ("report", "run"), ("show", "run", "--full"), ("domains",), ("--help",)
    for number, call in enumerate(full):
        yield Case(f"stdout-full-{number}", call, _run, code=1, real=True, redirect="> /dev/full", says=("stdout",))
    for number, call in enumerate((("--help",), ("synth", "--help"), ("report", "run"))):
        yield Case(
            f"ascii-{number}", call, _run, code=0, real=True, environment={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
        )
    yield Case("no-columns", ("report", "run"), _run, code=0, real=True, environment={"COLUMNS": "0"})
    yield Case(
        "stderr-closed",
        ("synth", "-n", "1", "--workers", "1", "--out", "new"),
        nothing,
        code=0,
        writes=True,
        real=True,
        redirect="2>&-",
    )


DEFAULTS: dict[str, str | bytes] = {
    "broken": "[synth\n", "not-utf-8": b'[synth]\nagent = "caf\xe9"\n', "unknown": "[synth]\nfrobnicate = 1\n", "type": '[synth]\nn = "many"\n',
    "section": "synth = 5\n", "verb": "[frobnicate]\nn = 1\n", "huge": f"[synth]\nn = {'9' * 5000}\n", "too-many": "[synth]\nn = 1000000000000\n",
    "deep": "a = " + "[" * 5000 + "]" * 5000 + "\n", "twice": "[synth]\nn = 1\nn = 2\n", "nul": "\x00", "large": "# x\n" * 3_000_000,
    "date": "[synth]\nn = 2024-01-01\n", "list": "[synth]\nn = [1]\n", "escape": '[synth]\nagent = "\\u001b[31m"\n',
}  # fmt: skip


def _defaults() -> Iterator[Case]:
    """Files of defaults that are none, or hold what cannot be."""
    for name, text in DEFAULTS.items():
        call = ("synth", "--workers", "1", "--out", "new")
        yield Case(f"defaults-{name}", call, lambda place, text=text: place.put("writ.toml", text))  # type: ignore[misc]


FOUND: dict[str, tuple[str, ...]] = {
    "s08 s09 x12": ("synth-n-8", "synth-n-9", "domains-mix-huge"), "s24": ("synth--tries-8",), "m30": ("mix-count-28",),
    "m25 m26": ("mix-bomb-cells", "mix-bomb-domain"), "m41 j19": ("mix-file-fifo", "run-conversations.jsonl-fifo-report"), "s40": ("synth--lm-0",),
    "s44 s45 l13": ("synth--lm-11", "synth--lm-12", "lms-key-unset"),
    "o15 o30 o32 o34": ("optimize--objective-4", "optimize-no-server", "place-programs-file", "place-programs-proc"),
    "s61 s62 s73 p01_0 p06": ("place-synth-long-name", "place-synth-long-path", "place-synth-not-utf-8", "run-closed-report", "place-synth-under-locked"),
    "m27 m35 m36 m37 m38 m43 l02 l15": ("mix-deep-lists", "mix-count-0", "mix-count-1", "mix-count-3", "mix-count-4", "mix-file-endless", "lms-latin-1", "lms-file-endless"),
    "g38 g39 g48 q02 o12": ("export-tokenizer-broken", "export--per-kind-1", "run-dataset-README.md-0-export", "run-dataset-stray.parquet-0-export", "optimize--split-4"),
    "h12_0 h12_1 h12_2 h12_3 h12_4 h12_5": tuple(f"run-manifest-deep-{verb}" for verb in ("report", "show", "export", "simulate", "synth", "publish")),
    "j15_0 j15_1 j15_2": ("run-tasks-line-deep-closed-report", "run-conversations-line-deep-closed-show", "run-verdicts-line-deep-closed-export"),
    "j00 h05_4": ("synth-dangling-guard", "synth-dangling-foreign"), "q12": ("export-manifest-folder", "publish-manifest-folder"),
    "x01 x02 x03 x04 x05 x06 x07": ("programs-folder-0", "programs-folder-1", "programs-broken", "programs-deep", "programs-binary", "programs-folder", "programs-misnamed"),
    "v01": ("serve-model-0",), "x21 x22 x23": ("stdout-full-0", "stdout-full-1", "stdout-full-2"), "x30 x31": ("ascii-0", "ascii-1"),
    "j01_2 j01_4": ("simulate-dropped-line", "synth-dropped-line"), "x32": ("no-columns",), "x26": ("stderr-closed",),
}  # fmt: skip
"""By the numbers of the findings: the cases that show that they are mended."""
DAMAGED: dict[str, tuple[str, ...]] = {
    "j07_2 j07_5": ("conversations-turns-1",), "j08_2 j08_3 j08_4 j08_5": ("verdicts-accepted-left-out",), "j09_0 j09_2 j09_3 j09_4 j09_5": ("tasks-axes.writes-1",),
    "j10_0 j10_3 j10_5": ("tasks-axes.burden-3",), "j17_0 j17_3 j17_5": ("tasks-domain-5",), "j18_2": ("verdicts-findings-1",),
    "h10_5": ("manifest-seed-1",), "h11_5": ("manifest-mix-2",), "h14_5": ("manifest-tries-0",), "j06_5": ("manifest-domains-0",),
}  # fmt: skip
"""Findings about a record or a setting that was edited: by the start of the cases, whichever verb reads them."""
