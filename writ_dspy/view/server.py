"""The pages over HTTP, on this machine alone: read, never changed, and for no other site.

Whoever else can reach the port of a user's machine is a page of another site in their browser. So a request has to name
this machine as its host, which a name that was made to lead here does not, and to come from these pages or from nowhere;
and no answer may be used by another site.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from writ_dspy.errors import ConfigError, WritError
from writ_dspy.view.site import BESIDE, Site

HOST = "127.0.0.1"
PORT = 8610
HEADERS = {
    "Content-Security-Policy": f"{BESIDE}; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
"""What a file is; not as the system's own table has it, which programs change."""
_OURS = ("none", "same-origin")
"""Where a browser says that a request comes from: the user, or these pages."""


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD with a file of the site."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """A file."""
        self._answer(whole=True)

    def do_HEAD(self) -> None:
        """The same without its content."""
        self._answer(whole=False)

    def _answer(self, *, whole: bool) -> None:
        host, _, port = self.headers.get("Host", "").rpartition(":")
        if host not in (HOST, "localhost") or port != str(self.server.port):
            self._send(HTTPStatus.FORBIDDEN, b"not for this host\n", whole=whole)
        elif self.headers.get("Sec-Fetch-Site", "none") not in _OURS:
            self._send(HTTPStatus.FORBIDDEN, b"not for other sites\n", whole=whole)
        else:
            path = unquote(self.path.partition("?")[0]).removeprefix("/") or "index.html"
            try:
                found = self.server.site.get(path)
            except WritError as error:
                self._send(HTTPStatus.INTERNAL_SERVER_ERROR, f"{error}\n".encode("utf-8", "replace"), whole=whole)
                return
            if found is None:
                self._send(HTTPStatus.NOT_FOUND, b"no such page\n", whole=whole)
            else:
                self._send(HTTPStatus.OK, found, KINDS[Path(path).suffix], whole=whole)

    def _send(self, status: HTTPStatus, body: bytes, kind: str = "text/plain", *, whole: bool) -> None:
        with suppress(ConnectionError):  # whoever asked has gone
            self.send_response(status)
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if whole:
                self.wfile.write(body)

    def version_string(self) -> str:
        return "writ"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has there
        """Nothing: what a browser asks for is nobody's business."""


class Server(ThreadingHTTPServer):
    """Serves a site until it is closed.

    Raises:
        ConfigError: The port is taken, or may not be used.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, site: Site, port: int = PORT) -> None:
        self.site = site
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            why = {
                errno.EADDRINUSE: "is taken by another program",
                errno.EACCES: "may be used by the system alone",
            }.get(error.errno or 0, f"cannot be used: {error.strerror}")
            raise ConfigError(f"--port {port} {why}. Choose another; 0 takes one that is free.") from error

    @property
    def port(self) -> int:
        """Where it is served."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://{HOST}:{self.port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Of a connection that broke: nobody is there to be told."""
