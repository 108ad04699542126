"""Tools tried out: reads leave no trace, writes do, and the same call on the same state answers the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from writ_dspy import patterns as re
from writ_dspy.domains import Domain
from writ_dspy.domains.declared.probing import values
from writ_dspy.domains.sources import Source
from writ_dspy.errors import DomainError
from writ_dspy.examine.flaws import Flaw
from writ_dspy.shown import counted
from writ_dspy.task import Call, Json

TRIED = 24
"""Calls of each tool."""
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


def answers_hold(make: Callable[[], Source], data: str = "") -> Iterator[Flaw]:
    """Tools that read a clock or draw by chance: the same call on two states that were made alike answers otherwise.

    Args:
        make: Makes the tools over a state of their own.
        data: The code that makes the state, if code does.
    """
    one, other = make(), make()
    pools = values(one.base)
    if other.base != one.base:
        yield Flaw(
            "data", "it is another each time that it is made: draw from a generator with a seed, as random.Random(7)"
        )
        return
    odd = set[str]()
    for tool in one.tools:
        for call in _sampled(one.validate, one.tools[tool].schema, tool, pools):
            first, second = one.world(), other.world()
            same = first.call(call) == second.call(call) and first.delta() == second.delta()
            if not same:
                odd.add(tool)
                yield Flaw(
                    f"tools.{tool}",
                    f"{call} answers otherwise the second time: give it the day or the numbers through the state",
                )
                break
    for part, text in (*(("tools", text) for text in one.texts), ("data", data)):
        found = _CLOCK.search(text) or _CHANCE.search(text)
        if found and not (odd and part == "tools"):
            yield Flaw(
                part,
                f"the code holds {found[0]!r}: what a clock or chance decides cannot be replayed; take it from the state, or from a day that is written down",
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
