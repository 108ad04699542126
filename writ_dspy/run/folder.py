"""The folder of a run: made, resumed, grown, or refused with what differs and what to do.

A folder keeps the settings and the versions that its records were made with. A run without a record may be bound to other
settings; one that is asked for more of the same may grow, and what it has stays as it is. Versions count only where
something is made: see `same_versions`.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from writ_dspy.dataset.origin import changed_texts
from writ_dspy.domains import load, places
from writ_dspy.domains.kept import same_version
from writ_dspy.errors import StoreError
from writ_dspy.lm.endpoint import LMSettings
from writ_dspy.propose.mix import Mix, usual
from writ_dspy.run.settings import Settings, Stage, versions
from writ_dspy.shown import counted
from writ_dspy.store.run import Found, Run, differing
from writ_dspy.task import Json

_VERSIONS = ("writ", "checks", "domains")
_CELLS_SHOWN = 3
_TEXTS = {"system_prompt": "its policy", "tools": "its tools"}


def open_run(folder: Path, settings: Settings, *, grow: bool = False) -> Run:
    """The run with these settings in `folder`, made, resumed or grown; open for writing.

    `Run.notes` says in a line each what that changed.

    Args:
        folder: Made if it is missing.
        settings: What is asked for. Where the models are served does not count, and neither do versions here.
        grow: Add to a run that was asked for less of the same.

    Raises:
        StoreError: The folder is not this run's, or cannot be written. Nothing was changed then.
    """
    notes: list[str] = []

    def settle(there: Found | None) -> Mapping[str, object]:
        wanted, said = _settled(folder, there, settings, grow=grow)
        notes[:] = said
        return wanted

    run = Run.open(folder, settle)
    run.notes = (*notes, *run.notes)
    return run


def refuse_other(folder: Path, settings: Settings, *, grow: bool = False) -> None:
    """Refuse to work in a folder that `open_run` would refuse for what is in it, and touch nothing.

    A domain that was declared is a setting, too: finished records can be read and exported whatever became of its files,
    but nothing is gone on with under another policy than they had.

    Raises:
        StoreError: It is not this run's, or the declaration of a domain was changed since.
    """

    def settle(there: Found | None) -> Mapping[str, object]:
        wanted, _ = _settled(folder, there, settings, grow=grow)
        if there is not None and not there.empty() and (lines := list(_edited(there, settings))):
            remedy = "Use another --out, or put these files back as they were and repeat the command."
            more = "What is finished can be exported and published as it is."
            raise StoreError(_refusal(f"{folder} holds a run with other settings:", lines, [remedy, more]))
        return wanted

    Run.check(folder, settle)


def same_versions(run: Run, settings: Settings, lacks: str) -> None:
    """Refuse to make what a run lacks with other versions than it was made with.

    Args:
        run: The run.
        settings: Its settings.
        lacks: What it lacks, for the message.

    Raises:
        StoreError: A version differs; says which, and how to get the one that is needed.
    """
    lines = other_versions(run, settings)
    if lines:
        raise StoreError(
            _refusal(
                f"{run.folder} lacks {lacks}, which has to be made with the versions that made the rest:",
                lines,
                [
                    *_install(run.manifest, settings),
                    "Or make another run with another --out. What is finished can be exported and published as it is.",
                ],
            )
        )


def _settled(
    folder: Path, there: Found | None, settings: Settings, *, grow: bool
) -> tuple[Mapping[str, object], list[str]]:
    """The manifest that the folder is to have, and what is to be said of it."""
    wanted = settings.manifest()
    if there is None:
        return wanted, []
    old = Settings.of(there)
    lines = list(_differences(old, settings))
    others = other_versions(there, old)
    if (lines or others) and there.empty():
        return wanted, [f"{folder} holds no record yet, so it is made anew, though {'; '.join((*lines, *others))}."]
    if not lines:
        return there.manifest, []
    grown = _grown(old, settings)
    if grow and grown is not None and not others:
        models = {"lms": there.manifest["lms"]} if "lms" in there.manifest else {}
        made = grown.manifest()
        domains = {**made["domains"], **there.manifest["domains"]}  # a declaration may go by another file name now
        return {**made, **models, "domains": domains}, [
            f"{folder} grows from {_size(old)} to {_size(settings)}; what it has stays as it is."
        ]
    remedies = [f"Use another --out, or go on with that run: {old.command(folder)}"]
    if grown is not None and others:
        remedies.append("It cannot grow, since it was made with other versions:")
        remedies += [f"  {line}" for line in others]
    elif grown is not None:
        remedies.append(f"Or keep what it has and add the rest: {settings.command(folder)} --grow")
    elif grow and settings.shard is not None:
        remedies.append("A shard does not grow: `writ merge` makes the whole run of all shards, and that grows.")
    elif grow:
        remedies.append("--grow only adds tasks and tries: it takes none away, and every other setting stays.")
    raise StoreError(_refusal(f"{folder} holds a run with other settings:", lines, remedies))


def _refusal(head: str, lines: list[str], remedies: list[str]) -> str:
    return "\n".join([head, *(f"  {line}" for line in lines), *remedies])


def _size(settings: Settings) -> str:
    tries = f" with {settings.tries} tries each" if settings.tries > 1 else ""
    return f"{counted(settings.mix.count, 'task')}{tries}"


def _grown(old: Settings, new: Settings) -> Settings | None:
    """The settings of the run after it has grown to what is asked for; None where it would lose or change something."""
    had = {cell.model_copy(update={"count": 1}): cell.count for cell in old.mix.cells}
    more = {cell.model_copy(update={"count": 1}): cell.count for cell in new.mix.cells}
    same = not list(_differences(replace(old, mix=new.mix, tries=new.tries), new))
    if not same or new.shard or new.tries < old.tries or any(more.get(cell, 0) < count for cell, count in had.items()):
        return None
    return replace(new, grown=(*old.grown, Stage(mix=old.mix.cells, tries=old.tries)))


# ----------------------------------------------------------------------------- what differs


def differing_settings(run: Run, old: Settings, other: Run, new: Settings) -> Iterator[str]:
    """One line for each setting or version in which two runs differ; "there" is the first of them."""
    yield from _differences(old, new)
    before, after = ({name: one.manifest[name] for name in _VERSIONS} for one in (run, other))
    for name, there, here in differing(before, after):
        yield f"{name.removeprefix('domains.')} is {there or 'absent'} there and {here or 'absent'} here"


def _differences(old: Settings, new: Settings) -> Iterator[str]:
    """One line for each setting that differs, versions and history aside."""
    before, after = (_comparable(settings) for settings in (old, new))
    models, others = _models(old), _models(new)
    for role in dict.fromkeys([*models, *others]):
        if role not in models or role not in others:
            names = (says(some[role])["model"] if role in some else "scripted" for some in (models, others))
            yield _line(f"{role}.model", *names)
            continue
        for name, there, here in differing(says(models[role]), says(others[role])):
            yield f"{role}.{name} is {there or 'absent'} there and {here or 'absent'} here"
    if not (models and others):
        before.pop("mode", None)
        after.pop("mode", None)
    if old.corrects != new.corrects:
        before.pop("corrections", None)
        after.pop("corrections", None)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield _line(name, before.get(name), after.get(name))
    yield from _mixes(old.mix, new.mix)


def _comparable(settings: Settings) -> dict[str, Json]:
    """The manifest without what is compared otherwise, or not at all."""
    return {
        name: value
        for name, value in json.loads(json.dumps(settings.manifest())).items()
        if name not in (*_VERSIONS, "official", "mix", "lms", "grown")
    }


def _models(settings: Settings) -> dict[str, LMSettings]:
    return dict(settings.lms.items())


def says(lm: LMSettings) -> dict[str, Json]:
    """All that decides what a model says: not where it is served, how long one waits for it, or what it costs."""
    found = {name: getattr(lm, name) for name in ("temperature", "top_p", "max_tokens", "thinking", "mode")}
    return {"model": lm.endpoint.model or "the model that the server has"} | found


def _line(name: str, there: Json, here: Json) -> str:
    return f"{name} is {_show(there)} there and {_show(here)} here"


def _show(value: Json) -> str:
    return "off" if value is None else json.dumps(value, ensure_ascii=False)


def _mixes(there: Mix, here: Mix) -> Iterator[str]:
    """What differs between two mixes: two numbers where both are usual ones, else the first few cells by name."""
    if there == here:
        return
    asked = [_usual(mix) for mix in (there, here)]
    if all(asked):
        for name, old, new in zip(("domain", "n"), *filter(None, asked), strict=True):
            if old != new and {*str(old).split(", ")} != {*str(new).split(", ")}:
                yield f"{name} is {old} there and {new} here"
        return
    old, new = ({cell.model_copy(update={"count": 1}): cell.count for cell in mix.cells} for mix in (there, here))
    lines = [
        f"the mix asks for {old.get(cell, 0)} x {cell} there and {new.get(cell, 0)} here"
        for cell in dict.fromkeys([*old, *new])
        if old.get(cell) != new.get(cell)
    ]
    yield from lines[:_CELLS_SHOWN] if lines else ["the mix has the same cells in another order there"]
    if len(lines) > _CELLS_SHOWN:
        yield f"and {counted(len(lines) - _CELLS_SHOWN, 'more cell')} ({counted(there.count, 'task')} there, {here.count:,} here)"


def _usual(mix: Mix) -> tuple[str, int] | None:
    """The domains and the number of which this is the default mix; None for one of the user's own."""
    names = usual(mix)
    return (", ".join(names), mix.count) if names else None


# ----------------------------------------------------------------------------- versions


def other_versions(run: Run | Found, settings: Settings) -> list[str]:
    """One line for each version that is another now than it was when the run was made."""
    now = _now(run.manifest, settings)
    before = {name: run.manifest[name] for name in _VERSIONS}
    return [
        f"{name.removeprefix('domains.')} is {there or 'absent'} there and {here or 'absent'} here"
        for name, there, here in differing(before, now)
    ]


def _now(manifest: Mapping[str, Json], settings: Settings) -> dict[str, Json]:
    """The versions of now, with those of a manifest for declarations that only go by another file name."""
    now, before = versions(settings.domains), manifest["domains"]
    domains = {
        name: before[name] if name in before and same_version(before[name], version) else version
        for name, version in now["domains"].items()
    }
    return now | {"domains": domains}


def _edited(run: Found, settings: Settings) -> Iterator[str]:
    """One line for each domain whose declaration, or a file that it names, says something else now than it did.

    Another writ may read the same files otherwise, so with one only the texts that the run kept tell.
    """
    for name in settings.domains:
        domain, there = load(name), run.manifest["domains"].get(name)
        if domain.declaration is None or (there is not None and same_version(there, domain.version)):
            continue
        texts = [_TEXTS[text] for text in changed_texts(run, domain) if text in _TEXTS]
        if texts or run.manifest["writ"] == versions(())["writ"]:
            what = " and ".join(texts) or "what it declares, its data or the code of its tools"
            yield f"{name} is {_show(there)} there and {_show(domain.version)} here, since {what} changed: see {domain.declaration}"
            if other := _other_file(run, name):
                yield f"as it was there, it is declared in {other}: --domain {shlex.quote(other)}"


def _other_file(run: Found, name: str) -> str | None:
    """The file of that name that a run was made of, where it is there still and the name means another one now."""
    domain, there = load(name), str(run.manifest["domains"].get(name))
    found = places.made_of(name, there) if domain.declaration is not None and there != domain.version else []
    return found[-1] if found and str(domain.declaration) not in found else None


def _install(manifest: Mapping[str, Json], settings: Settings) -> list[str]:
    """Commands that bring back the versions of a run, as far as packages have them."""
    now = _now(manifest, settings)
    lines = []
    if manifest["writ"] != now["writ"]:
        lines.append(f"pip install {shlex.quote('writ-dspy==' + manifest['writ'])}")
    elif manifest["checks"] != now["checks"]:
        lines.append("take the writ that made it, which has the same version number and other checks")
    others = {name: version for name, version in manifest["domains"].items() if version != now["domains"].get(name)}
    declared = {name: file for name in others if (file := load(name).declaration)}
    lines += [f"put {file} and the files that it names back as they were" for file in declared.values()]
    packages = {
        match[1]: match[2]
        for name, version in others.items()
        if name not in declared and (match := re.fullmatch(r"([\w.-]+) ([\w.+!-]+)", version))
    }
    lines += [f"pip install --no-deps {shlex.quote(f'{name}=={version}')}" for name, version in packages.items()]
    return [f"Get those versions: {'   and   '.join(lines)}"] if lines else []
