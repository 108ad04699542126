"""The proxies that the environment names for a server, read as curl reads them."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from writ_dspy.errors import ConfigError
from writ_dspy.lm.endpoint import Endpoint


def proxy_of(endpoint: Endpoint) -> str | None:
    """The proxy of requests to a server: HTTPS_PROXY or HTTP_PROXY, else ALL_PROXY, unless NO_PROXY names its host.

    Raises:
        ConfigError: It is none of HTTP's.
    """
    parts = urlsplit(endpoint.base_url)
    where = parts.netloc if parts.port else parts.hostname or ""
    if endpoint.near or proxy_bypass(where):
        return None
    named = getproxies()
    found = (named.get(parts.scheme) or named.get("all") or "").strip()
    if not found:
        return None
    proxy = found if "://" in found else f"http://{found}"
    kind = urlsplit(proxy).scheme
    if kind not in ("http", "https"):
        raise ConfigError(
            f"the environment names a {kind} proxy for {endpoint.base_url}, and only HTTP proxies are spoken to: set "
            f"{parts.scheme.upper()}_PROXY to one, or name {parts.hostname} in NO_PROXY."
        )
    return proxy
