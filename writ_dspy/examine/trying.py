"""Tools tried out: reads leave no trace, writes do, and the same call on the same state answers the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.declared.probing import values
from writ_dspy.domains.observed import Result
from writ_dspy.domains.served import McpSource
from writ_dspy.domains.sources import Source
from writ_dspy.errors import DomainError
from writ_dspy.examine.flaws import Flaw
from writ_dspy.shown import counted
from writ_dspy.task import Call, Json

TRIED, FEW = 24, 3
"""Calls of each tool; of one for which a server has to begin a world each time."""
_CLOCK = re.compile(
    r"\b\w+\.(?:now|today|utcnow)\(|\btime\.(?:time|monotonic|perf_counter|process_time)(?:_ns)?\(|"
    r"\btime\.(?:localtime|gmtime|ctime|asctime)\(\s*\)|\btime\.strftime\([^,()]*\)|\bfrom time import\b[^\n]*"
)
_CHANCE = re.compile(r"\brandom\.(?!Random\()\w+\(|\bsecrets\.\w+|\buuid\.uuid[14]\(|\buuid[14]\(")


def tools_hold(domain: Domain, played: Sequence[Call]) -> Iterator[Flaw]:
    """What a domain's tools do against what they are said to be.

    Args:
        domain: The domain.
        played: Calls that are known to work, such as gold writes.
    """
    pools = values(domain.tables)
    for tool, kind in domain.kinds.items():
        calls = [*(call for call in played if call.tool == tool)][:TRIED] or list(sampled(domain, tool, pools))
        traces = [(call, trace) for call in calls if (trace := _trace(domain, call))]
        if kind == "read" and traces:
            call, trace = traces[0]
            yield Flaw(f"tools.{tool}", f"it is used as a read, and {call} changes {', '.join(sorted(trace)[:3])}")
        worked = [call for call in calls if not domain.world().call(call).error]
        if kind == "write" and worked and not traces:
            yield Flaw(
                f"tools.{tool}",
                f"it is a write, and none of {counted(len(worked), 'call')} changed anything, such as {worked[0]}",
            )
        elif kind == "write" and not worked:
            yield Flaw(
                f"tools.{tool}",
                f"it is a write, and no call of it was found that works: nobody asks for it, or the tool refuses all of {len(calls)}",
                grave=False,
            )


def answers_hold(make: Callable[[], Source], data: str = "", played: Sequence[Call] = ()) -> Iterator[Flaw]:
    """Tools that read a clock or draw by chance: the same call on two states that were made alike answers otherwise.

    Args:
        make: Makes the tools over a state of their own.
        data: The code that makes the state, if code does.
        played: Calls that are known to work, such as gold writes.
    """
    one, other = make(), make()
    try:
        if not isinstance(one, McpSource):
            yield from _answers_hold(one, other, data, played)
        elif shared := next(_worlds_apart(one, played), None):  # of worlds that are not apart nothing else is known
            yield shared
        else:
            yield from _answers_hold(one, other, data, played)
            yield from _hints_hold(one, played)
    finally:
        one.close()
        other.close()


def _answers_hold(one: Source, other: Source, data: str, played: Sequence[Call]) -> Iterator[Flaw]:
    pools = values(one.base)
    if other.base != one.base:
        yield Flaw(
            "data", "it is another each time that it is made: draw from a generator with a seed, as random.Random(7)"
        )
        return
    calls = list(dict.fromkeys(call for tool in one.tools for call in _tried(one, tool, pools, played)))
    first = {call: _outcome(one, call) for call in calls}
    odd: dict[str, Call] = {}
    for call in reversed(calls):  # what counts its calls is found, too
        if _outcome(other, call) != first[call]:
            odd[call.tool] = call
    for tool, call in odd.items():
        yield Flaw(
            f"tools.{tool}",
            f"{call} answers otherwise the second time: give it the day or the numbers through the state",
        )
    for part, text in (*(("tools", text) for text in one.texts), ("data", data)):
        found = _CLOCK.search(text) or _CHANCE.search(text)
        if found and not (odd and part == "tools"):
            yield Flaw(
                part,
                f"the code holds {found[0]!r}: what a clock or chance decides cannot be replayed; take it from the state, or from a day that is written down",
            )


def _tried(source: Source, tool: str, pools: Mapping[str, Sequence[Json]], played: Sequence[Call]) -> list[Call]:
    """Calls of a tool; of a write that a server has to begin a world for, a few that are known to work."""
    known = [call for call in played if call.tool == tool]
    few = isinstance(source, McpSource) and source.is_write(tool)
    calls = [*known, *_sampled(source.validate, source.tools[tool].schema, tool, pools)]
    return calls[:FEW] if few else calls[:TRIED]


def _outcome(source: Source, call: Call) -> tuple[Result, Mapping[str, str]]:
    """What a call answers on a state of its own, and what it changes there."""
    world = source.world()
    return world.call(call), world.delta()


def _worlds_apart(source: McpSource, played: Sequence[Call]) -> Iterator[Flaw]:
    """Whether a server's worlds are."""
    write = next((call for call in played if not source.world().call(call).error), None)
    if write is not None and source.shares(write):
        yield Flaw(
            "tools.mcp",
            f"what {write} changes in one world is seen in the others: give each a state of its own, as by `database` or by a file in `{{folder}}`",
        )


def _hints_hold(source: McpSource, played: Sequence[Call]) -> Iterator[Flaw]:
    """Whether tools leave all as it is of which a server says so."""
    for tool in sorted(source.said_to_read):
        calls = _tried(source, tool, values(source.base), played)
        if source.is_write(tool) or source.tried(calls).changed:
            yield Flaw(
                f"tools.{tool}",
                f"the server annotates it as readOnlyHint, and it {'is declared as a write' if source.is_write(tool) else f'changes what it shows, as {calls[0]} does'}",
            )


def sampled(domain: Domain, tool: str, pools: Mapping[str, Sequence[Json]]) -> Iterator[Call]:
    """Calls of a tool with arguments that the data holds."""
    schema = next(one for one in domain.tools if one["function"]["name"] == tool)
    return _sampled(domain.validate, schema, tool, pools)


def _sampled(
    validate: Callable[[str, Mapping[str, Json]], dict[str, Json]],
    schema: Mapping[str, Json],
    tool: str,
    pools: Mapping[str, Sequence[Json]],
) -> Iterator[Call]:
    rng, about = random.Random(tool), schema["function"]["parameters"].get("properties", {})
    for _ in range(TRIED):
        args = {}
        for name, one in about.items():
            near = [field for field in pools if field == name] or [
                field for field in pools if field in name or name in field
            ]
            choices = one.get("enum") or (pools[near[0]] if near else ())
            if choices:
                args[name] = rng.choice(list(choices))
        try:
            yield Call.of(tool, validate(tool, args))
        except DomainError:
            return  # nothing in the data is like what it takes


def _trace(domain: Domain, call: Call) -> Mapping[str, str]:
    world = domain.world()
    return {} if world.call(call).error else world.delta()
