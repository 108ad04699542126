"""One event loop's connections to a server, and what they have in common."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from writ_dspy.lm.endpoint import Endpoint
from writ_dspy.lm.pressure import Gate, Limits, Pressure
from writ_dspy.lm.proxies import proxy_of

KEEP_ALIVE = 4.0
"""Seconds that an idle connection is kept; uvicorn, which serves SGLang and vLLM, closes it after five."""


class Line:
    """One event loop's connections to a server, with its pressure and its gate."""

    def __init__(self, endpoint: Endpoint, limits: Limits | None) -> None:
        import aiohttp

        parts = urlsplit(endpoint.base_url)
        self.proxy = proxy_of(endpoint)
        self.pressure = Pressure(limits=limits)
        self.gate = Gate(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE), proxy=self.proxy
        )
        self.asking = asyncio.Lock()
        """Held while the server is asked what it is."""
        self.users: set[int] = set()
        """Connections that use it; the last one to leave closes it."""
        self.resting = 0.0
        """Until when it was told that the server wants to be left alone."""
        self.looked = 0.0
        """When its queue was looked at last; infinity when it shows none."""
        self.looking: asyncio.Task[None] | None = None

    async def aclose(self) -> None:
        if self.looking is not None:
            self.looking.cancel()
        await self.gate.aclose()
        await self.session.close()
