"""The verb `domains`: what there is to make trajectories of; whether a domain of one's own holds, and one to begin with."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.drafts import Model, draft, phrases
from writ_dspy.cli.options import DEFAULT_N, FAILED, AsJson, DomainNames, N, as_path, print_json, print_rich
from writ_dspy.errors import ConfigError, brief
from writ_dspy.shown import counted

if TYPE_CHECKING:
    from writ_dspy.domains import Domain
    from writ_dspy.examine import Examined


def domains(
    *,
    action: Annotated[
        Literal["check", "new", "draft", "phrases", "forget"] | None,
        typer.Argument(
            help="check PLACE: try out whether a domain of your own holds. new FOLDER: write one to begin with. "
            "draft TOOLS: begin a declaration of your own by trying its tools. phrases FILE: let a model word a declaration. "
            "forget NAME: no longer know where a domain of your own lies.",
            metavar="[check|new|draft|phrases|forget]",
        ),
    ] = None,
    place: Annotated[
        str | None,
        typer.Argument(
            help="What `--domain` takes; the folder to write; the name to forget; or the tools: tools.py, a module, tau2:retail or tau2:environment.py, 'mcp:COMMAND' of a server.",
            metavar="[PLACE]",
        ),
    ] = None,
    mix: Annotated[
        bool, typer.Option("--mix", help="Print the default mix of -n tasks instead, as a file for --mix.")
    ] = False,
    domain: DomainNames = None,
    n: N = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", parser=as_path, metavar="FILE", help="Of draft: the declaration to write."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Of draft: the state that Python tools begin with, FILE.json or data.py:make; or a server's database.",
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(parser=as_path, metavar="FILE", help="Of draft: the agent's policy, if there is one."),
    ] = None,
    lm: Annotated[
        str | None,
        typer.Option(
            "--lm",
            metavar="URL",
            help="Of draft and phrases: a model whose phrases and clauses are kept where code accepts them.",
        ),
    ] = None,
    api_key_env: Annotated[
        str | None,
        typer.Option(
            "--api-key-env", metavar="NAME", help="Name of the variable that holds the API key of the model in --lm."
        ),
    ] = None,
    tokens: Annotated[
        int | None,
        typer.Option(
            min=1, help="Most tokens of the model in all calls; then nothing more is begun. Default: no bound."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the domains: their tools, databases and versions, and where your own lie. Or check one of your own; write one to begin with; or draft one from tools."""
    _together(
        action,
        draft_too=any(one is not None for one in (out, data, policy)),
        model=lm,
        model_too=any(one is not None for one in (api_key_env, tokens)),
    )
    if n is not None and not mix and action not in ("check", "phrases"):
        raise ConfigError(f"-n {n}: it says how many tasks the mix of --mix has. Add --mix, or leave -n out.")
    if action is not None:
        if place is None or mix or domain:
            raise ConfigError(
                f"writ domains {action} takes one {_TAKES[action]} and nothing else. Call it as in writ domains {_EXAMPLE[action]}."
            )
        if action == "new":
            _new(Path(place), as_json=as_json)
        elif action == "draft":
            model = None if lm is None else Model(lm, api_key_env, tokens)
            draft(place, out, data or "", str(policy or ""), model, as_json=as_json)
        elif action == "phrases":
            phrases(place, Model(str(lm), api_key_env, tokens, n), as_json=as_json)
        elif action == "forget":
            _forget(place, as_json=as_json)
        else:
            _check(place, n, as_json=as_json)
    elif mix:
        _mix(domain, n, as_json=as_json)
    else:
        _listed(domain, as_json=as_json)


def _together(action: str | None, *, draft_too: bool, model: str | None, model_too: bool) -> None:
    """Refuse options of another action."""
    if draft_too and action != "draft":
        raise ConfigError(
            f"--out, --data and --policy belong to draft alone. Call it as in writ domains {_EXAMPLE['draft']}."
        )
    if (model is not None or model_too) and (action not in ("draft", "phrases") or model is None):
        raise ConfigError(
            "--lm, and --tokens and --api-key-env with it, belong to draft and phrases alone. "
            f"Call one of them, as in writ domains {_EXAMPLE['phrases']}."
        )
    if action == "phrases" and model is None:
        raise ConfigError(f"writ domains phrases needs a model. Name one, as in writ domains {_EXAMPLE['phrases']}.")


_TAKES = {
    "check": "domain",
    "new": "folder",
    "phrases": "file of a declaration, with --lm and -n,",
    "draft": "place of tools, with -o, --data and --policy,",
    "forget": "name of a domain of your own",
}
_EXAMPLE = {
    "check": "check library/library.yaml",
    "new": "new library",
    "phrases": "phrases library/library.yaml --lm URL",
    "draft": "draft tools.py --data data.json --policy policy.md -o desk.yaml",
    "forget": "forget town:library",
}


def _mix(domain: list[str] | None, n: int | None, *, as_json: bool) -> None:
    from writ_dspy.domains import NAMES
    from writ_dspy.propose.mix import default_mix, to_yaml

    made = default_mix(domain or NAMES, DEFAULT_N if n is None else n)
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        typer.echo(to_yaml(made), nl=False)


def _listed(names: list[str] | None, *, as_json: bool) -> None:
    from writ_dspy.domains import NAMES, find
    from writ_dspy.report.tables import Table

    found = [find(name) for name in names or NAMES]
    tools = [[sum(k == kind for k in d.kinds.values()) for kind in ("read", "write", "generic")] for d in found]
    records = [{table: len(rows) for table, rows in domain.tables.items()} for domain in found]
    if as_json:
        rows = [
            {
                "domain": d.name,
                "version": d.version,
                "read": read,
                "write": write,
                "generic": generic,
                "records": count,
            }
            for d, (read, write, generic), count in zip(found, tools, records, strict=True)
        ]
        for row, one in zip(rows if names else (), found, strict=False):
            row["tools"] = dict(one.kinds)
        print_json({"domains": rows} | ({} if names else _remembered()))
        return
    table = Table("domain", "version", ">read", ">write", ">generic", "~records")
    for domain, kinds, count in zip(found, tools, records, strict=True):
        sizes = ", ".join(f"{number:,} {name}" for name, number in count.items())
        table.add(domain.name, domain.version, *kinds, sizes)
    print_rich(table)
    if names:
        _show_tools(found)
    else:
        _show_remembered()


def _show_tools(domains: Sequence[Domain]) -> None:
    """Each tool with its kind and the first sentence of what an agent is told of it."""
    from writ_dspy.report.tables import Table

    for domain in domains:
        table = Table(f"tool of {domain.name}", "kind", "~what it does")
        for tool in domain.tools:
            about = tool["function"]
            first, *_ = " ".join(about.get("description", "").split()).split(". ")
            table.add(about["name"], domain.kinds[about["name"]], first.rstrip("."))
        print_rich(table)


# ----------------------------------------------------------------------------- what this user named before


def _remembered() -> dict[str, Any]:
    """Where the domains lie that this user named, and where that is kept; none of them is loaded, since to load one is to run its code."""
    from writ_dspy.domains import kept, places

    own = [
        {"domain": name, "place": place, "there": places.is_there(place)}
        for name, place in sorted(kept.names().items())
    ]
    return {"yours": own, "kept_in": str(kept.memory())}


def _show_remembered() -> None:
    from writ_dspy.report.tables import Table

    found = _remembered()
    if not found["yours"]:
        voice.hint("one of your own: writ domains new library")
        return
    table = Table("domain of yours", "~declared in", "")
    for one in found["yours"]:
        table.add(one["domain"], one["place"], "" if one["there"] else "not there any more")
    print_rich(table)
    voice.hint(
        f"kept in {found['kept_in']}; writ domains --domain NAME describes one, writ domains forget NAME forgets where it lies"
    )


def _forget(name: str, *, as_json: bool) -> None:
    from writ_dspy.domains import kept

    known = kept.names()
    close = [one for one in known if one.rpartition(":")[2] == name]
    name = close[0] if name not in known and len(close) == 1 else name
    if name not in known:
        there = f"There are {', '.join(sorted(known))}." if known else "None is."
        raise ConfigError(f"no domain {brief(name)} is remembered in {kept.memory()}. {there}")
    if not kept.forget(name):
        raise ConfigError(
            f"{kept.memory()} cannot be written. Change its permissions, or take {name} out of it by hand."
        )
    if as_json:
        print_json({"forgotten": name, "place": known[name]})
    else:
        typer.echo(f"{name} is forgotten; {known[name]} stays as it is.")


# ----------------------------------------------------------------------------- a domain of one's own


def _new(folder: Path, *, as_json: bool) -> None:
    from writ_dspy.domains.example import FILES, texts
    from writ_dspy.store.files import disk

    there = next((name for name in FILES if (folder / name).exists()), None)
    if there is not None:
        raise ConfigError(f"{folder / there} is there already. Name another folder; nothing was written.")
    with disk(folder, "cannot write"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts().items():
            (folder / name).write_text(text, encoding="utf-8")
    declared = folder / FILES[0]
    if as_json:
        print_json({"folder": str(folder), "files": list(FILES)})
    else:
        typer.echo(f"{folder}: {', '.join(FILES)}\nnext: writ domains check {shlex.quote(str(declared))}")


def _check(place: str, n: int | None, *, as_json: bool) -> None:
    from writ_dspy.domains import full, load, places
    from writ_dspy.examine import TASKS, examine

    name = full(place)
    with places.trying(name):  # one that does not hold takes its name from no other
        found = load(name)
    examined = examine(
        found,
        TASKS if n is None else n,
        tell=lambda step: None if as_json or voice.quiet() else typer.echo(f"{step} …", err=True),
    )
    if as_json:
        print_json(_record(found, examined))
    else:
        _show(found, examined)
    if examined.holds:
        places.settle(found)
    elif (meant := places.meant(name)) not in (None, places.met().get(name)):
        voice.note(f"the name {name} keeps meaning {meant}, since this one does not hold")
    if not examined.holds:
        raise typer.Exit(FAILED)


def _record(domain: Domain, examined: Examined) -> dict[str, object]:
    return {
        "domain": domain.name,
        "holds": examined.holds,
        "tasks": examined.tasks,
        "accepted": examined.accepted,
        "distinct": examined.distinct,
        "dials": [{"cell": cell, "found": found, "wanted": wanted} for cell, found, wanted in examined.filled],
        "flaws": [{"part": flaw.part, "says": flaw.says, "grave": flaw.grave} for flaw in examined.flaws],
    }


def _show(domain: Domain, examined: Examined) -> None:
    from writ_dspy.examine import VARIED
    from writ_dspy.report.tables import Table

    table = Table("~dials", ">found", ">wanted")
    for cell, found, wanted in examined.filled:
        table.add(cell, found, wanted)
    if examined.filled:
        print_rich(table)
    for grave, head in ((True, "does not hold"), (False, "could be better")):
        flaws = [flaw for flaw in examined.flaws if flaw.grave is grave]
        for flaw in flaws:
            typer.echo(f"{head}: {flaw}")
    verdict = "holds" if examined.holds else "does not hold"
    came_of = (
        f"{examined.accepted} of {counted(examined.tasks, 'task')} accepted" if examined.tasks else "no task was made"
    )
    typer.echo(f"{domain.name} {verdict}: {came_of}")
    if examined.distinct is not None:
        typer.echo(
            f"wording: {examined.distinct:.0%} of the sequences of three words in the requests are new, the others repeat one; "
            f"{VARIED:.0%} are enough (the more tasks, the fewer)"
        )
