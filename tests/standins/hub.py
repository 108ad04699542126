"""A Hugging Face Hub on the loopback interface, for tests: the real clients talk to it, no byte leaves the machine.

It serves what `huggingface_hub` and `datasets` ask for when a dataset is published, read back and streamed, over both
ways in which they send large files: LFS (the client runs with HF_HUB_DISABLE_XET=1), and Xet, whose client takes a
folder (`local://…`) for its store. Faults are injected by method and path. It checks no YAML, knows no quota, no rate
limit, no pages and no permissions beyond a token that may write and one that may not; docs/publishing.md says what
follows from that.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.standins.hub_repos import LFS, Blob, Change, RefusalError, Repo

WRITE, READ = "hf_StandInTokenThatMayWrite0123456789", "hf_StandInTokenThatMayOnlyRead012345"
OWNER = "tester"
TOKENS = {WRITE: "write", READ: "read"}


@dataclass
class Fault:
    """What goes wrong with the next requests that fit."""

    method: str
    path: str
    """Found anywhere in the path, as a regular expression."""
    status: int = 500
    message: str = "injected fault"
    dropped: bool = False
    """The connection is closed instead of answered."""
    done: bool = False
    """The request is carried out first: only its answer is lost or spoiled."""
    before: Callable[[], None] | None = None
    """Called first, as when somebody else is faster."""
    times: int = 1

    def fits(self, method: str, path: str) -> bool:
        return self.times > 0 and method == self.method and re.search(self.path, path) is not None


@dataclass
class Answer:
    """One response."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: object, status: int = 200, **headers: str) -> Answer:
        named = {key.replace("_", "-"): text for key, text in headers.items()}
        return cls(json.dumps(value).encode(), status, {"Content-Type": "application/json", **named})


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Message
    """Whose names are found however they are written."""
    body: bytes

    @property
    def role(self) -> str:
        """What its token allows: `write`, `read`, or nothing."""
        return TOKENS.get(self.headers.get("Authorization", "").removeprefix("Bearer ").strip(), "")

    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    def may(self, role: str = "write") -> None:
        """Refuse it if it may not."""
        if not self.role:
            raise RefusalError(401, "Invalid credentials in Authorization header")
        if role == "write" and self.role != "write":
            raise RefusalError(403, "Forbidden: pass a token with write access")


class StandIn:
    """The server, running as long as its `with` block.

    Args:
        folder: Gets the store of the Xet client.
        xet: Offer Xet, and not only LFS.
    """

    routes: ClassVar[list[tuple[str, re.Pattern[str], str]]] = []

    def __init__(self, folder: Path, *, xet: bool = False) -> None:
        self.repos: dict[str, Repo] = {}
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        """`METHOD path` of every request."""
        self.objects: dict[str, bytes] = {}
        """Files by SHA-256."""
        self.store = folder / "xet" if xet else None
        self._hashes: dict[str, str] = {}
        self._lock = threading.RLock()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:  # a client that was killed
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def serve(self) -> None:
                hub.serve(self)

            do_GET = do_HEAD = do_POST = do_PUT = serve  # noqa: N815 - the names that http.server looks for

        if self.store is not None:
            self.store.mkdir(parents=True)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fault(self, method: str, path: str, **how: Any) -> None:
        """Spoil the next request of this kind."""
        self.faults.append(Fault(method, path, **how))

    # ------------------------------------------------------------------------- one request

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Read it, answer it."""
        parts = urlsplit(handler.path)
        path = unquote(parts.path)
        length = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(length) if length else _chunks(handler)
        asked = Asked(handler.command, path, parse_qs(parts.query), handler.headers, body)
        with self._lock:
            self.asked.append(f"{asked.method} {path}")
            fault = next((fault for fault in self.faults if fault.fits(asked.method, path)), None)
            if fault is not None:
                fault.times -= 1
            answer = self._answer(asked, fault)
        if fault is not None and fault.dropped:
            handler.close_connection = True
            handler.connection.close()
            return
        handler.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if asked.method != "HEAD":
            handler.wfile.write(answer.body)

    def _answer(self, asked: Asked, fault: Fault | None) -> Answer:
        try:
            if fault is not None:
                if fault.before is not None:
                    fault.before()
                if fault.done:
                    self._route(asked)
                if fault.status:
                    raise RefusalError(fault.status, fault.message)
                if fault.dropped:
                    return Answer()
            return self._route(asked)
        except RefusalError as error:
            code = {"X_Error_Code": error.code} if error.code else {}
            return Answer.json({"error": error.message}, error.status, X_Error_Message=error.message, **code)

    def _route(self, asked: Asked) -> Answer:
        for method, pattern, name in self.routes:
            found = pattern.fullmatch(asked.path)
            if found and asked.method in method.split("|"):
                answer: Answer = getattr(self, name)(asked, **found.groupdict())
                return answer
        raise RefusalError(404, f"the stand-in has no route {asked.method} {asked.path}")

    def repo(self, asked: Asked, name: str) -> Repo:
        """The repository, if the one who asks may know of it."""
        found = self.repos.get(name)
        if found is None or (found.private and not asked.role):
            raise RefusalError(404 if asked.role else 401, "Repository not found", "RepoNotFound")
        return found

    # ------------------------------------------------------------------------- Xet

    def fetch(self, sha256: str, size: int) -> bytes:
        """A file that was sent by LFS, or by Xet."""
        if sha256 not in self.objects and self.store is not None:
            for shard in (self.store / "xet" / "xorbs" / "shards").glob("*.mdb"):
                self._hashes.update(hashes(shard.read_bytes()))
            if sha256 in self._hashes:
                self.objects[sha256] = self._assembled(self._hashes[sha256], size)
        if sha256 not in self.objects or hashlib.sha256(self.objects[sha256]).hexdigest() != sha256:
            raise RefusalError(422, f"LFS object {sha256} was never uploaded")
        return self.objects[sha256]

    def xet_hash(self, sha256: str) -> str | None:
        """Under which hash the Xet client finds a file."""
        return self._hashes.get(sha256)

    def _assembled(self, xet_hash: str, size: int) -> bytes:
        import hf_xet

        assert self.store is not None
        path = self.store / "assembled"
        soon = int(time.time()) + 600
        session = hf_xet.XetSession()  # type: ignore[attr-defined,unused-ignore]
        place = {"endpoint": f"local://{self.store}", "token": "xet", "token_expiry_unix_secs": soon}
        with session.new_file_download_group(**place) as group:
            group.start_download_file(hf_xet.XetFileInfo(xet_hash, size), str(path))
        return path.read_bytes()


def hashes(shard: bytes) -> Iterator[tuple[str, str]]:
    """(SHA-256, Xet hash) of each file in a metadata shard of Xet."""
    at, flag_verified, flag_sha256 = 48, 1 << 31, 1 << 30
    while at + 48 <= len(shard) and shard[at : at + 32] != b"\xff" * 32:
        xet_hash = _hex(shard[at : at + 32])
        flags, entries = struct.unpack("<II", shard[at + 32 : at + 40])
        at += 48 + 48 * entries * (2 if flags & flag_verified else 1)
        if flags & flag_sha256:
            yield _hex(shard[at : at + 32]), xet_hash
            at += 48


def _hex(data: bytes) -> str:
    return "".join(f"{word:016x}" for word in struct.unpack("<4Q", data))


def _chunks(handler: BaseHTTPRequestHandler) -> bytes:
    """A body of unknown length."""
    if handler.headers.get("Transfer-Encoding") != "chunked":
        return b""
    body = b""
    while size := int(handler.rfile.readline().strip() or b"0", 16):
        body += handler.rfile.read(size)
        handler.rfile.readline()
    handler.rfile.readline()
    return body


def changes(lines: bytes, hub: StandIn) -> tuple[dict[str, Any], list[Change]]:
    """The header and the operations of a commit request."""
    head: dict[str, Any] = {}
    found = []
    for line in filter(str.strip, lines.decode().splitlines()):
        item = json.loads(line)
        value = item["value"]
        if item["key"] == "header":
            head = value
        elif item["key"] == "file":
            found.append(Change(value["path"], Blob.of(base64.b64decode(value["content"]))))
        elif item["key"] == "lfsFile":
            data = hub.fetch(value["oid"], value["size"])
            found.append(Change(value["path"], Blob.beside(value["oid"], len(data))))
        elif item["key"] == "deletedFile":
            found.append(Change(value["path"]))
        else:
            raise RefusalError(400, f"unknown operation {item['key']}")
    return head, found


def stored_beside(path: str, size: int) -> bool:
    """Whether a file is sent by LFS or Xet."""
    return path.endswith(LFS) or size > 10_000_000
