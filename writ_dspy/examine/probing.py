"""A pack probed part by part, each with a case that this part alone decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from writ_dspy import patterns as re
from writ_dspy.codec import parts
from writ_dspy.domains import Domain, Draft, Seen, observe
from writ_dspy.domains.declared.probing import values
from writ_dspy.examine.flaws import Flaw
from writ_dspy.examine.trying import sampled
from writ_dspy.task import Call, Json, ReadCall, Task

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NEVER = "the quick brown fox has nothing to say"
_ENDS = (".", "!", "?")


def pack_holds(domain: Domain, drafts: Sequence[Draft], tasks: Sequence[Task]) -> Iterator[Flaw]:
    """What single parts of a pack get wrong.

    Args:
        domain: The domain.
        drafts: What its recipes drafted, accepted or not.
        tasks: Those of its drafts that were accepted.
    """
    yield from _lenses(domain, drafts)
    yield from _questions(domain, drafts)
    yield from _mentions(domain)
    if drafts and not any(_first_reads_identify(domain, draft) for draft in drafts):
        yield Flaw("pack.identifies", "no look-up of any draft establishes a user, so nobody can be served")
    for write, text, proposed in _writes(domain, tasks):
        yield from _of_write(domain, write, text, proposed)


def _lenses(domain: Domain, drafts: Sequence[Draft]) -> Iterator[Flaw]:
    pools = values(domain.tables)
    for tool, kind in domain.kinds.items():
        if kind != "read":
            continue
        if tool not in domain.pack.lenses:
            yield Flaw(
                "pack.lenses",
                f"{tool} has no lens, so nothing that it returns can be evidence",
                grave=_used(tool, drafts),
            )
            continue
        shown = [found for call in sampled(domain, tool, pools) if not (found := domain.read(call)).error]
        if shown and not any(rows for found in shown for rows in found.views.values()):
            yield Flaw("pack.lenses", f"the lens of {tool} shows no rows in {len(shown)} results")
    wanted = {
        (read.tool, read.view)
        for draft in drafts
        for wish in (*draft.decisions, *draft.tells)
        for read in parts(wish)
        if isinstance(read, ReadCall)
    }
    for tool, view in sorted(wanted):
        there = (
            {name for call in sampled(domain, tool, pools) for name in domain.read(call).views}
            if tool in domain.pack.lenses
            else set()
        )
        if there and view not in there:
            yield Flaw(
                "pack.lenses", f"a recipe looks at the view {view!r} of {tool}, which shows {', '.join(sorted(there))}"
            )


def views_of(domain: Domain) -> str:
    """What each read tool shows, for an error of a recipe that found something else."""
    pools = values(domain.tables)
    shown = []
    for tool in domain.pack.lenses:
        if domain.kinds.get(tool) == "read":
            names = {name for call in sampled(domain, tool, pools) for name in domain.read(call).views}
            shown.append(f"{tool} shows {', '.join(sorted(names)) or 'nothing'}")
    without = [tool for tool, kind in domain.kinds.items() if kind == "read" and tool not in domain.pack.lenses]
    return "; ".join([*shown, *(f"{tool} has no lens" for tool in without)])


def _used(tool: str, drafts: Iterable[Draft]) -> bool:
    return any(
        isinstance(read, ReadCall) and read.tool == tool
        for draft in drafts
        for wish in draft.decisions
        for read in parts(wish)
    )


def _questions(domain: Domain, drafts: Sequence[Draft]) -> Iterator[Flaw]:
    keys = {slot.key for draft in drafts for request in draft.requests for slot in request.slots} | {"identity"}
    for name in ("questions", "about"):
        lacking = sorted(keys - getattr(domain.pack.phrases, name).keys())
        if lacking:
            yield Flaw(
                f"pack.phrases.{name}", f"there is none for {', '.join(lacking)}, which users have to be asked for"
            )


def _mentions(domain: Domain) -> Iterator[Flaw]:
    mentions = domain.pack.mentions
    found = values(domain.tables)
    texts = [value for pool in found.values() for value in pool[:40] if isinstance(value, str) and len(value) > 3]
    if texts and all(mentions(text, _NEVER) for text in texts[:50]):
        yield Flaw("pack.mentions", f"it finds {texts[0]!r} in {_NEVER!r}: whatever a user says states everything")
    unheard = [text for text in texts[:200] if not mentions(text, f"i mean {text}, please".lower())]
    if len(unheard) * 2 > len(texts[:200]):
        yield Flaw("pack.mentions", f"it does not find {unheard[0]!r} where it is said word for word")
    day = next((text for text in texts if _DATE.fullmatch(text)), None)
    if day is not None and not mentions(day, f"it is on {_day(day)}.".lower()):
        yield Flaw("pack.mentions", f"it does not find {day!r} in {_day(day)!r}, as people say it")


def _day(iso: str) -> str:
    import datetime as dt

    when = dt.date.fromisoformat(iso)
    return f"{when:%B} {when.day}"


def _first_reads_identify(domain: Domain, draft: Draft) -> bool:
    wishes = (*draft.decisions, *draft.tells)
    said = {fact.value for fact in draft.facts}
    for wish in wishes:
        for read in parts(wish):
            if isinstance(read, ReadCall):
                args = {name: getattr(term, "value", None) for name, term in read.args}
                if set(args.values()) <= said and args:
                    call = domain.canonical(read.tool, args)
                    if domain.pack.identifies(call, domain.read(call).text):
                        return True
    return False


# ----------------------------------------------------------------------------- writes


def _writes(domain: Domain, tasks: Iterable[Task]) -> Iterator[tuple[Call, str, str]]:
    """One write of each tool that a fresh world takes: what it returns, and how it is put to the user after its evidence was read."""
    done = set[str]()
    for task in tasks:
        for outcome in task.decided:
            call = outcome.call
            if call is None or call.tool in done:
                continue
            result = domain.world().call(call)
            if result.error:
                continue
            done.add(call.tool)
            seen = Seen()
            for read in outcome.trace:
                seen.add(read, domain.read(read).views)
            yield call, result.text, domain.pack.phrases.details(call, seen)


def _of_write(domain: Domain, call: Call, text: str, proposed: str) -> Iterator[Flaw]:
    phrases = domain.pack.phrases
    said = phrases.report(call, text)
    if not said.strip().endswith(_ENDS):
        yield Flaw("pack.phrases.report", f"what is said after {call.tool} ends without a full stop: {said!r}")
    groups = phrases.renderings(call)
    if not groups:
        yield Flaw(
            "pack.phrases.renderings",
            f"{call.tool} has no detail that must be listed before it, so any yes is a yes to it",
        )
    missing = [group[0] for group in groups if not any(form in proposed.lower() for form in group)]
    if missing:
        yield Flaw(
            "pack.phrases.details",
            f"the proposal of {call.tool} does not list {', '.join(missing)}: {proposed[:120]!r}",
        )
    named = [
        value
        for value in call.args.values()
        if isinstance(value, str) and any(value in table for table in domain.tables.values())
    ]
    unseen = [value for value in named if value not in domain.pack.ids(f"It is {value}, I think.")]
    if unseen:
        yield Flaw(
            "pack.ids",
            f"it does not find {unseen[0]}, an id that {call.tool} takes, so nobody sees one that was made up",
        )
    yield from _stands_for_a_read(domain, call, text)


def _stands_for_a_read(domain: Domain, call: Call, text: str) -> Iterator[Flaw]:
    """A write that returns a record saves the read after it: its atom is that of the read."""
    shown = domain.views(call, text)
    if not any(shown.values()):
        return
    world = domain.world()
    world.call(call)
    records = {(view, _key(row)) for view, rows in shown.items() for row in rows}
    for tool, kind in domain.kinds.items():
        if kind != "read" or tool not in domain.pack.lenses:
            continue
        for value in {
            value for view in shown.values() for row in view for value in row.values() if isinstance(value, str)
        }:
            try_ = _with_one(domain, tool, value)
            if try_ is None:
                continue
            again = observe(domain, world, try_)
            same = {(view, _key(row)) for view, rows in again.views.items() for row in rows}
            if same and same == records and domain.pack.atom(call, text) != domain.pack.atom(try_, again.text):
                yield Flaw(
                    "pack.atom",
                    f"{call.tool} returns what {try_} would show, and does not stand for it: an agent that saw it would have to read it again",
                )
                return


def _key(row: object) -> str:
    return repr(sorted(row.items(), key=str)) if isinstance(row, dict) else repr(row)


def _with_one(domain: Domain, tool: str, value: Json) -> Call | None:
    """The call of a tool that takes one argument."""
    fields = domain.params[tool].model_fields if tool in domain.params else {}
    return domain.canonical(tool, {next(iter(fields)): value}) if len(fields) == 1 else None
