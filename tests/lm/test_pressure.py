"""The cap finds what a server bears, and the gate lets nobody hammer one that is down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lm.calls import SERVE, over, until
from tests.standins.clock import at_once
from tests.standins.server import Body, Fault, StandIn, obedient
from writ_dspy.lm import Limits, connect
from writ_dspy.lm.pressure import Gate, Pressure, clock


async def play(pressure: Pressure, requests: int, serve: Callable[[], Awaitable[bool]]) -> None:
    """Requests, all wanted at once; a refused one is sent again."""

    async def one() -> None:
        while True:
            await pressure.acquire()
            sent = clock()
            try:
                served = await serve()
            finally:
                pressure.release()
            if served:
                pressure.replied()
                return
            pressure.narrow(sent)
            await asyncio.sleep(0.01)

    await asyncio.gather(*(one() for _ in range(requests)))


def test_the_cap_widens_while_it_brings_more() -> None:
    """A server without limits is used up to the bound."""

    async def run() -> Pressure:
        pressure = Pressure(limits=Limits(start=4, most=64))

        async def serve() -> bool:
            await asyncio.sleep(0.2)
            return True

        await play(pressure, 600, serve)
        return pressure

    pressure = at_once(run())
    assert (pressure.cap, pressure.most_busy, pressure.busy) == (64, 64, 0)


def test_the_cap_stays_near_what_a_server_does_at_once() -> None:
    """Beyond its slots requests only queue, and none is sent for that."""

    async def run() -> Pressure:
        slots = asyncio.Semaphore(16)
        pressure = Pressure(limits=Limits(start=4, most=1024))

        async def serve() -> bool:
            async with slots:
                await asyncio.sleep(0.05)
            return True

        await play(pressure, 900, serve)
        return pressure

    pressure = at_once(run())
    assert 12 <= pressure.cap <= 48
    assert pressure.most_busy <= 64


def test_refusals_narrow_the_cap_below_what_is_refused() -> None:
    """A server that takes twenty and refuses more gets about that many, and everything is served in the end."""

    async def run() -> tuple[Pressure, list[int]]:
        pressure, seen = Pressure(limits=Limits(start=100, most=100)), []

        async def serve() -> bool:
            if pressure.busy > 20:
                await asyncio.sleep(0.005)
                return False
            seen.append(pressure.busy)
            await asyncio.sleep(0.05)
            return True

        await play(pressure, 800, serve)
        return pressure, seen

    pressure, seen = at_once(run())
    assert len(seen) == 800
    assert pressure.cap <= 30


def test_one_burst_of_refusals_counts_once() -> None:
    """All requests that were under way say the same."""

    async def run() -> int:
        pressure = Pressure(limits=Limits(start=100))
        sent = clock()
        for _ in range(100):
            pressure.narrow(sent)
        return pressure.cap

    assert at_once(run()) == 70


def test_a_fixed_cap_never_moves() -> None:
    """Neither up nor down; of two wishes the smaller counts."""

    async def run() -> Pressure:
        pressure = Pressure(limits=Limits(start=8))
        pressure.limit(5)
        pressure.limit(9)

        async def serve() -> bool:
            await asyncio.sleep(0.01)
            return True

        await play(pressure, 300, serve)
        pressure.narrow(clock())
        return pressure

    pressure = at_once(run())
    assert (pressure.cap, pressure.most_busy) == (5, 5)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30))
def test_places_are_neither_lost_nor_made(cap: int, works: list[tuple[int, bool]]) -> None:
    """Whoever waits or is under way may be cancelled at any moment."""

    async def run() -> tuple[int, int]:
        pressure, most = Pressure(cap), 0

        async def one(ticks: int) -> None:
            nonlocal most
            await pressure.acquire()
            most = max(most, pressure.busy)
            try:
                for _ in range(ticks):
                    await asyncio.sleep(0)
            finally:
                pressure.release()

        tasks = [(asyncio.create_task(one(ticks)), stop) for ticks, stop in works]
        await asyncio.sleep(0)
        for task, stop in tasks:
            if stop:
                task.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(*(task for task, _ in tasks), return_exceptions=True)
        return pressure.busy, most

    busy, most = at_once(asyncio.wait_for(run(), 5))
    assert busy == 0
    assert most <= cap


def test_one_watcher_knocks_for_everybody() -> None:
    """However many wait."""

    async def run(server: StandIn) -> tuple[list[bool], int]:
        gate = Gate("127.0.0.1", server.port)
        waits = [asyncio.create_task(gate.wait(60)) for _ in range(50)]
        await asyncio.sleep(0.05)
        assert gate.shut
        await asyncio.to_thread(server.start)
        return await asyncio.gather(*waits), gate.outages

    server = StandIn()
    with server:
        pass
    try:
        assert asyncio.run(run(server)) == ([True] * 50, 1)
        assert server.counts["connections"] <= 1
    finally:
        server.stop()


def test_a_real_server_that_refuses_is_not_overrun() -> None:
    """Through the whole line: everything is served, and a request is refused less than once on average."""
    with StandIn(delay=0.02, limit=24, keeps=lambda _: not server.counts["429"]) as server:

        async def work() -> int:
            connection = connect(over(server.url), limits=Limits(start=32, most=256))
            calls = asyncio.gather(*(connection.predict(SERVE, seed=i, talk=f"{i}") for i in range(160)))
            await until(lambda: server.counts["429"] > 0)  # however slowly they come
            server.look()
            await calls
            await connection.aclose()
            return connection.usage.calls

        assert asyncio.run(work()) == 160
        assert 0 < server.counts["429"] < 160


def test_a_long_queue_of_sglang_narrows_the_cap() -> None:
    """Its own count is read now and then, while there is a rush."""
    said = count()

    def reply(body: Body) -> str | Body | Fault:
        return obedient(body) if next(said) == 0 else Fault("hang")

    with StandIn(reply, waiting=100) as server:

        async def work() -> int:
            connection = connect(over(server.url), limits=Limits(start=150, most=150))
            tasks = [asyncio.create_task(connection.predict(SERVE, seed=i, talk=f"{i}")) for i in range(160)]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            line = connection.wire.server.line()  # type: ignore[union-attr]
            await line.looking
            cap = line.pressure.cap
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await connection.aclose()
            return cap

        assert asyncio.run(work()) == 105


def test_a_fault_of_one_call_does_not_stop_the_others() -> None:
    """A tenth of all requests is answered with each fault in turn; every call comes home, and each retry is counted."""
    kinds = ("429", "500", "reset", "cut body", "503")
    seen = 0

    def reply(body: Body) -> str | Body | Fault:
        nonlocal seen
        seen += 1
        return Fault(kinds[seen // 10 % len(kinds)]) if seen % 10 == 0 else obedient(body)  # type: ignore[arg-type]

    with StandIn(reply) as server:

        async def work() -> tuple[int, int]:
            connection = connect(over(server.url, retries=6))
            await asyncio.gather(*(connection.predict(SERVE, seed=i, talk=f"{i}") for i in range(100)))
            await connection.aclose()
            return connection.usage.calls, connection.usage.retries

        calls, retries = asyncio.run(work())
        assert calls == 100
        assert retries == sum(server.counts[kind] for kind in kinds)
        assert server.counts["requests"] == calls + retries
