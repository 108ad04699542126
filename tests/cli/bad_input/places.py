"""Where something is to be written, and cannot be: said before anything is worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.cli.bad_input.case import Case, Place, nothing

CALLS = {
    "synth": ("synth", "-n", "2", "--workers", "1", "--out"),
    "propose": ("propose", "-n", "2", "--workers", "1", "--out"),
    "publish": ("publish", "run", "org/name", "--dry-run", "--stage"),
    "optimize": ("optimize", "user", "--lm", "sglang://127.0.0.1:9/m", "--optimizer", "bootstrap", "--out"),
    "programs": (
        "optimize",
        "user",
        "--lm",
        "sglang://127.0.0.1:9/m",
        "--optimizer",
        "bootstrap",
        "--out",
        "new",
        "--programs",
    ),
}


def _around(place: Place) -> None:
    place.put("file", "x")
    place.put("photos/cat.jpg", "x")
    (place.folder / "loop").symlink_to("loop")


def _locked(place: Place) -> None:
    (place.folder / "locked").mkdir(mode=0)


def _read_only(place: Place) -> None:
    (place.folder / "fixed").mkdir(mode=0o555)


PLACES: dict[str, tuple[str, Callable[[Place], object], str]] = {
    "long-name": ("x" * 300, nothing, "shorter|long"),
    "long-part": ("a/" + "x" * 300 + "/b", nothing, "shorter|long"),
    "long-path": ("d/" * 3000, nothing, "shorter|long"),
    "not-utf-8": ("caf\udce9", nothing, "UTF-8"),
    "not-utf-8-inside": ("a\udcff/b", nothing, "UTF-8"),
    "empty": ("", nothing, "empty|--out|--stage"),
    "file": ("file", _around, "file"),
    "under-a-file": ("file/new", _around, "file"),
    "foreign": ("photos", _around, "photos"),
    "loop": ("loop", _around, "loop"),
    "under-a-loop": ("loop/new", _around, "loop"),
    "proc": ("/proc/writ", nothing, "/proc"),
    "sys": ("/sys/writ", nothing, "/sys"),
    "device": ("/dev/null", nothing, "/dev/null"),
    "under-a-device": ("/dev/null/new", nothing, "/dev/null"),
    "locked": ("locked", _locked, "permission|may write"),
    "under-locked": ("locked/new", _locked, "permission|may write"),
    "read-only": ("fixed/new", _read_only, "permission|may write"),
}
"""The path, what stands there, and what has to be said about it."""


def cases() -> Iterator[Case]:
    """All of them."""
    for verb, call in CALLS.items():
        for name, (path, prepare, says) in PLACES.items():
            if (verb in ("optimize", "programs") and name == "foreign") or (
                verb == "serve" and name in ("file", "device")
            ):
                continue  # they may hold other files too
            plain = prepare in (_locked, _read_only)
            both = _with_run(prepare) if verb == "publish" else prepare
            yield Case(f"place-{verb}-{name}", (*call, path), both, says=(says,), plain=plain)
        if verb != "publish":
            yield Case(f"place-{verb}-deleted", (*call, "x"), deleted=True, says=("deleted|removed|gone",))


def _with_run(prepare: Callable[[Place], object]) -> Callable[[Place], object]:
    def both(place: Place) -> None:
        _ = place.run
        prepare(place)

    return both
