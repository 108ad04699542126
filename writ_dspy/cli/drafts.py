"""What `writ domains draft` and `writ domains phrases` do: begin a declaration by execution, and let a model word it."""

from __future__ import annotations

import shlex
from pathlib import Path

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.options import print_json
from writ_dspy.errors import ConfigError, brief


def draft(source: str, out: Path | None, data: str, policy: str, *, as_json: bool) -> None:
    """Write a declaration of tools and data; what it lacks is said in one list.

    Raises:
        ConfigError: No file to write, one that is there already, or no such tools.
    """
    from writ_dspy.domains import places
    from writ_dspy.drafting import drafted, gathered, lacking, settle, text_of, write

    if out is None:
        raise ConfigError(f"writ domains draft {source}: say where the declaration goes, as in -o desk.yaml.")
    if out.suffix not in places.ENDINGS:
        raise ConfigError(f"-o {out}: a declaration ends in .yaml. Name one that does.")
    if out.exists():
        raise ConfigError(f"{out} is there already. Name another file; nothing was written.")
    name = out.stem.lower().replace("_", "-")
    if not places.NAME.fullmatch(name):
        raise ConfigError(f"-o {out}: the domain is called after its file, and cannot be called {brief(name)}. Take small letters, digits and dashes.")  # fmt: skip
    voice.note("" if as_json else "trying the tools …")
    found = settle(drafted(gathered(source, data, policy, out), name))
    write(text_of(found), out)
    spec = found.spec
    if as_json:
        print_json({"file": str(out), "tables": list(spec.get("tables", ())), "writes": list(spec.get("writes", ())), "todo": lacking(found)})  # fmt: skip
        return
    typer.echo(f"{out}: {len(spec.get('tables', ()))} tables, {len(spec.get('writes', ()))} writes")
    for todo in lacking(found):
        typer.echo(f"to do: {todo}")
    voice.hint(f"next: writ domains check {shlex.quote(str(out))}")
