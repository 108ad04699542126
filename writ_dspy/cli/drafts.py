"""What `writ domains draft` and `writ domains phrases` do: begin a declaration by execution, and let a model word it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.options import print_json
from writ_dspy.errors import ConfigError, brief
from writ_dspy.shown import counted

if TYPE_CHECKING:
    from writ_dspy.drafting import Drafted
    from writ_dspy.lm import Connection

ROLE = "drafter"


@dataclass(frozen=True)
class Model:
    """The model that words things, and what it may do."""

    url: str
    key_env: str | None = None
    tokens: int | None = None
    each: int | None = None
    """Phrases of each place; None: as many as suit."""

    def connect(self) -> Connection:
        """Its line.

        Raises:
            ConfigError: The URL names no model.
        """
        from writ_dspy.lm import LMSettings, connect

        return connect(LMSettings.of({"model": self.url, "api_key_env": self.key_env}), role=ROLE)


def draft(source: str, out: Path | None, data: str, policy: str, model: Model | None, *, as_json: bool) -> None:
    """Write a declaration of tools and data; what it lacks is said in one list. A model adds clauses and phrases.

    Raises:
        ConfigError: No file to write, one that is there already, or no such tools.
        LMError: The model does not answer; what was drafted without it is kept.
    """
    from writ_dspy.drafting import drafted, gathered, lacking, settle, text_of, write

    path = _new_file(source, out)
    if model is not None:
        model.connect()  # a URL or a key that is none is refused before anything is tried
    tell = _teller(as_json=as_json)
    material = gathered(source, data, policy, path)
    tell("trying the tools …")
    found = settle(drafted(material, _name(path)))
    write(text_of(found), path)
    if model is not None:
        _clauses(found, path, model, as_json=as_json)
        write(text_of(found), path)
        if found.spec.get("writes"):
            phrases(str(path), model, as_json=as_json, last=False)
    spec = found.spec
    if as_json:
        print_json({"file": str(path), "tables": list(spec.get("tables", ())), "writes": list(spec.get("writes", ())), "todo": lacking(found)})  # fmt: skip
        return
    typer.echo(f"{path}: {counted(len(spec.get('tables', ())), 'table')}, {counted(len(spec.get('writes', ())), 'write')}")  # fmt: skip
    for todo in lacking(found):
        typer.echo(f"to do: {todo}")
    voice.hint(f"next: writ domains check {shlex.quote(str(path))}")


def _new_file(source: str, out: Path | None) -> Path:
    from writ_dspy.domains import places
    from writ_dspy.store.files import disk

    if out is None:
        raise ConfigError(f"writ domains draft {source}: say where the declaration goes, as in -o desk.yaml.")
    if out.suffix not in places.ENDINGS:
        raise ConfigError(f"-o {out}: a declaration ends in .yaml. Name one that does.")
    with disk(out, "cannot write"):
        there = next(one for one in (out, *out.absolute().parents) if one.exists())
    if there is out:
        raise ConfigError(f"{out} is there already. Name another file; nothing was written.")
    if not there.is_dir():
        raise ConfigError(f"-o {out}: {there} is no folder. Name another place.")
    if not places.NAME.fullmatch(_name(out)):
        raise ConfigError(f"-o {out}: the domain is called after its file, and cannot be called {brief(_name(out))}. Take small letters, digits and dashes.")  # fmt: skip
    return out


def _name(path: Path) -> str:
    return path.stem.lower().replace("_", "-")


def _teller(*, as_json: bool) -> Callable[[str], None]:
    return (lambda _: None) if as_json else voice.note


def _clauses(found: Drafted, path: Path, model: Model, *, as_json: bool) -> None:
    """Sentences of the policy as clauses, added to the draft."""
    from writ_dspy.domains import full
    from writ_dspy.domains.declared import load
    from writ_dspy.drafting.asking import propose
    from writ_dspy.examine.declaring import schema_of

    if not found.spec.get("writes") or not found.sentences:
        return
    full(str(path))
    domain = load(path)
    schema = schema_of(domain)
    assert schema is not None, path  # noqa: S101 - a declaration has recipes, and these have it
    tell = _teller(as_json=as_json)
    made, asked = propose(model.connect(), domain, schema, found.sentences, tokens=model.tokens, tell=tell)
    for sentence, one in made:
        found.add(one.tool, one.clause(sentence))
    _refused(asked.refused, asked.left, as_json=as_json)


def phrases(place: str, model: Model, *, as_json: bool, last: bool = True) -> None:
    """Have a model draft phrases for a declaration, in a file of their own beside it.

    Raises:
        ConfigError: It is no declaration's file, or its phrases stand in it.
        LMError: The model does not answer; what came before is kept.
    """
    from writ_dspy.domains import full
    from writ_dspy.domains import places as known
    from writ_dspy.domains.declared import load
    from writ_dspy.drafting.asking import EACH, phrase
    from writ_dspy.drafting.writing import phrases_file
    from writ_dspy.examine.declaring import schema_of

    path = Path(place)
    if path.suffix not in known.ENDINGS:
        raise ConfigError(
            f"writ domains phrases {place}: it takes the file of a declaration, as in library/library.yaml."
        )
    kept, line = phrases_file(path), model.connect()
    full(place)  # conversations name their domain
    domain = load(path)
    schema = schema_of(domain)
    if schema is None:
        raise ConfigError(f"{place}: it declares nothing that could be asked for.")
    found = phrase(
        line, domain, schema, path, each=model.each or EACH, tokens=model.tokens, tell=_teller(as_json=as_json)
    )  # fmt: skip
    if as_json and last:
        print_json({"file": str(kept), "accepted": dict(found.accepted), "refused": dict(found.refused), "left": found.left})  # fmt: skip
    if as_json:
        return
    typer.echo(
        f"{kept}: {counted(found.accepted.total(), 'phrase')} accepted for {counted(len(found.accepted), 'place')}"
    )
    _refused(found.refused, found.left, as_json=as_json)
    if last:
        voice.hint(f"next: writ domains check {shlex.quote(place)}")


def _refused(refused: Counter[str], left: int, *, as_json: bool) -> None:
    if as_json:
        return
    for reason, count in refused.most_common(8):
        typer.echo(f"turned down: {counted(count, 'time')}: {reason}")
    if left:
        typer.echo(
            f"left: {counted(left, 'place')}, as the tokens were spent; the same command goes on with more of them"
        )
