"""The files of the pages, by their path: the front end as it is shipped, and the data of each run as scripts.

Data comes as scripts, not as JSON that is fetched, since a page that was opened from a folder may fetch nothing. Each calls
`writ.put` with a name and a text, which the front end reads as JSON; nothing of a run is ever code or markup.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Protocol, cast

from writ_dspy.publish.published import Published, load
from writ_dspy.run.looking import transcripts
from writ_dspy.run.synth import Synthesis
from writ_dspy.task import Json
from writ_dspy.version import __version__
from writ_dspy.view.index import Index, about, index_of, reported, safe
from writ_dspy.view.rows import Rows
from writ_dspy.view.talk import document

STYLES, SCRIPTS = ("view.css",), ("dom.js", "data.js", "table.js", "talk.js", "overview.js", "compare.js", "main.js")
"""Files of the front end, in the order in which they are loaded."""
POLICY = "default-src 'none'; script-src {0}; style-src {1}; img-src data:; base-uri 'none'; form-action 'none'"
"""What a page may load and do: its own scripts and styles, nothing else."""
BESIDE = POLICY.format("'self'", "'self'")
"""That of a page whose scripts and styles lie beside it."""
PER_FOLDER = 1_000
"""Conversations of one folder of data."""
_TALK = re.compile(r"data/([0-9]{1,3})/talk/([0-9]{1,6})/([0-9]{1,9})\.js")
_OF_RUN = re.compile(r"data/([0-9]{1,3})/(index|report)\.js")


class Shown(Protocol):
    """What is shown: a run, or the rows of a published dataset."""

    name: str

    @property
    def document(self) -> dict[str, Json]:
        """All conversations in columns."""

    @property
    def report(self) -> dict[str, Json]:
        """What came of it."""

    def about(self) -> dict[str, Json]:
        """What it is, in a few words."""

    def __len__(self) -> int:
        """How many conversations there are."""

    def talk(self, number: int) -> dict[str, Json] | None:
        """The conversation with this number; None where there is none."""


class RunShown:
    """One run, read once."""

    def __init__(self, work: Synthesis, name: str) -> None:
        self.work, self.name = work, name

    @cached_property
    def index(self) -> Index:
        """All conversations."""
        return index_of(self.work)

    @property
    def document(self) -> dict[str, Json]:
        return self.index.document

    @cached_property
    def report(self) -> dict[str, Json]:
        return reported(self.work)

    def about(self) -> dict[str, Json]:
        return {"name": self.name, **dict(about(self.work))}

    def __len__(self) -> int:
        return len(self.index.rows)

    def talk(self, number: int) -> dict[str, Json] | None:
        some = self.index.rows[number : number + 1]
        return next((document(one) for one in transcripts(self.work, some)), None)


class Site:
    """Runs, as the files of their pages."""

    def __init__(self, runs: Sequence[Shown]) -> None:
        self.runs = runs
        self._making = threading.Lock()  # one file at a time: domains and runs remember what they read

    @classmethod
    def of(cls, sources: Sequence[str | Path]) -> Site:
        """The pages of these run folders and published datasets (`hf:OWNER/NAME`), which are read now.

        So one that cannot be shown is refused now, and not in the browser.

        Raises:
            ConfigError: There is no such dataset, or the token may not see it.
            StoreError: One is no run, a record of it is none, or the Hub cannot be reached.
        """
        found = [_shown(str(source)) for source in sources]
        for one in found:
            one.document  # noqa: B018 - read here
        return cls(found)

    def paths(self) -> Iterator[str]:
        """Every file that there is."""
        yield from ("index.html", *STYLES, *SCRIPTS, "data/runs.js")
        for number, run in enumerate(self.runs):
            yield from (f"data/{number}/index.js", f"data/{number}/report.js")
            for place in range(len(run)):
                yield f"data/{number}/talk/{place // PER_FOLDER}/{place}.js"

    def get(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""
        if path == "index.html":
            return page().encode()
        if path in (*STYLES, *SCRIPTS):
            return front(path).encode()
        with self._making:
            name, found = path.removeprefix("data/").removesuffix(".js"), self._data(path)
        return None if found is None else put(name, found).encode()

    def _data(self, path: str) -> Json:
        if path == "data/runs.js":
            return self.about()
        if (match := _OF_RUN.fullmatch(path)) and int(match[1]) < len(self.runs):
            run = self.runs[int(match[1])]
            return run.document if match[2] == "index" else run.report
        if (match := _TALK.fullmatch(path)) and int(match[1]) < len(self.runs):
            number = int(match[3])
            return self.runs[int(match[1])].talk(number) if number // PER_FOLDER == int(match[2]) else None
        return None

    def about(self) -> dict[str, Json]:
        """What the pages are about."""
        runs = [run.about() for run in self.runs]
        found: dict[str, Json] = safe({"writ": __version__, "per_folder": PER_FOLDER, "runs": runs})
        return found


def of_a_run(path: str) -> bool:
    """Whether a file of the pages holds what a run says."""
    return bool(_TALK.fullmatch(path) or _OF_RUN.fullmatch(path))


def _shown(source: str) -> Shown:
    found = load(source)
    if not isinstance(found, Published):
        return RunShown(found, source)
    report = found.report().to_json() if found.made else {}
    return Rows(source, cast("Sequence[Mapping[str, Json]]", found.rows()), report, {"commit": found.commit})


def front(name: str) -> str:
    """A file of the front end, as it is shipped."""
    return (files("writ_dspy.view") / "front" / name).read_text(encoding="utf-8")


def put(name: str, value: Json) -> str:
    """A script that hands over a piece of data: a text in ASCII, which is read as JSON and as nothing else."""
    return f"writ.put({json.dumps(name)}, {json.dumps(json.dumps(value, separators=(',', ':')))});\n"


def page() -> str:
    """The page that loads the others beside it."""
    styles = "".join(f'<link rel="stylesheet" href="{name}">\n' for name in STYLES)
    scripts = "".join(f'<script defer src="{name}"></script>\n' for name in SCRIPTS)
    return shell(BESIDE, f"{styles}{scripts}")


def shell(policy: str, head: str, body: str = "") -> str:
    """A page with this head; what it shows is made by the scripts."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="writ view">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f'<title>writ</title>\n<link rel="icon" href="data:,">\n{head}</head>\n<body>\n<a class="skip" href="#main">To the content</a>\n'
        '<header id="top"></header>\n<main id="main" tabindex="-1"></main>\n'
        f"<noscript>These pages take scripts; they load nothing from the net.</noscript>\n{body}</body>\n</html>\n"
    )
