"""The routes of the loopback Hub; importing this module gives them to `StandIn`."""
# ruff: noqa: ARG001 - each route gets what its pattern names

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.standins.hub import OWNER, Answer, Asked, StandIn, changes, stored_beside
from tests.standins.hub_repos import DATE, RefusalError, Repo

Route = TypeVar("Route", bound=Callable[..., Answer])
API = r"/api/datasets/(?P<name>[^/]+/[^/]+)"


def route(method: str, pattern: str) -> Callable[[Route], Route]:
    """Serve these paths with this function."""

    def add(serve: Route) -> Route:
        StandIn.routes.append((method, re.compile(pattern), serve.__name__))
        setattr(StandIn, serve.__name__, serve)
        return serve

    return add


@route("GET", "/api/whoami-v2")
def whoami(hub: StandIn, asked: Asked) -> Answer:
    asked.may("read")
    token = {"type": "access_token", "accessToken": {"displayName": "stand-in", "role": asked.role}}
    return Answer.json({"type": "user", "id": "1", "name": OWNER, "fullname": OWNER, "orgs": [], "auth": token})


@route("POST", "/api/validate-yaml")
def validate_yaml(hub: StandIn, asked: Asked) -> Answer:
    return Answer.json({"errors": [], "warnings": []})


@route("POST", "/api/repos/create")
def create(hub: StandIn, asked: Asked) -> Answer:
    asked.may()
    wanted = asked.json()
    owner = wanted.get("organization") or OWNER
    if owner != OWNER:
        raise RefusalError(403, f"You don't have the rights to create a dataset under the namespace {owner!r}")
    name = f"{owner}/{wanted['name']}"
    if name in hub.repos:
        url = f"{hub.url}/datasets/{name}"
        return Answer.json({"error": "You already created this dataset repo", "url": url}, 409)
    hub.repos[name] = Repo(name, bool(wanted.get("private") or wanted.get("visibility") == "private"))
    return Answer.json({"url": f"{hub.url}/datasets/{name}", "name": name, "id": name})


# ----------------------------------------------------------------------------- files on their way in


@route("POST", rf"{API}/preupload/(?P<revision>.+)")
def preupload(hub: StandIn, asked: Asked, name: str, revision: str) -> Answer:
    asked.may()
    files = hub.repo(asked, name).find(revision).files
    found: list[dict[str, Any]] = []
    for file in asked.json()["files"]:
        path = file["path"]
        mode = "lfs" if stored_beside(path, file["size"]) else "regular"
        known = {"oid": files[path].key} if path in files else {}
        found.append({"path": path, "uploadMode": mode, "shouldIgnore": False, **known})
    return Answer.json({"files": found})


@route("POST", r"/datasets/(?P<name>[^/]+/[^/]+)\.git/info/lfs/objects/batch")
def lfs_batch(hub: StandIn, asked: Asked, name: str) -> Answer:
    asked.may()
    hub.repo(asked, name)
    found = []
    for item in asked.json()["objects"]:
        send = {"upload": {"href": f"{hub.url}/lfs/{item['oid']}"}, "verify": {"href": f"{hub.url}/lfs-verify"}}
        found.append({**item, **({} if item["oid"] in hub.objects else {"authenticated": True, "actions": send})})
    return Answer.json({"transfer": "basic", "objects": found})


@route("PUT", r"/lfs/(?P<sha256>[0-9a-f]{64})")
def lfs_put(hub: StandIn, asked: Asked, sha256: str) -> Answer:
    if hashlib.sha256(asked.body).hexdigest() != sha256:
        raise RefusalError(400, "the SHA-256 is another")
    hub.objects[sha256] = asked.body
    return Answer()


@route("POST", "/lfs-verify")
def lfs_verify(hub: StandIn, asked: Asked) -> Answer:
    wanted = asked.json()
    if len(hub.objects.get(wanted["oid"], b"")) != wanted["size"]:
        raise RefusalError(404, "object missing")
    return Answer.json({})


@route("GET", rf"{API}/xet-(?P<what>read|write)-token/(?P<revision>.+)")
def xet_token(hub: StandIn, asked: Asked, name: str, what: str, revision: str) -> Answer:
    hub.repo(asked, name)
    if what == "write":
        asked.may()
    if hub.store is None:
        raise RefusalError(404, "the stand-in offers no Xet: set HF_HUB_DISABLE_XET=1")
    url, until = f"local://{hub.store}", int(time.time()) + 600
    said = {"X_Xet_Cas_Url": url, "X_Xet_Access_Token": "xet", "X_Xet_Token_Expiration": str(until)}
    return Answer.json({"casUrl": url, "accessToken": "xet", "exp": until}, **said)


@route("POST", rf"{API}/commit/(?P<revision>.+)")
def commit(hub: StandIn, asked: Asked, name: str, revision: str) -> Answer:
    asked.may()
    repo = hub.repo(asked, name)
    head, found = changes(asked.body, hub)
    more = {}
    if asked.query.get("create_pr"):
        revision = repo.propose(revision)
        more["pullRequestUrl"] = f"{hub.url}/datasets/{name}/discussions/{revision.rpartition('/')[2]}"
    oid = repo.commit(revision, found, head)
    return Answer.json({"success": True, "commitOid": oid, "commitUrl": f"{hub.url}/{name}/commit/{oid}", **more})


# ----------------------------------------------------------------------------- what there is


@route("GET", API)
def info(hub: StandIn, asked: Asked, name: str) -> Answer:
    repo = hub.repo(asked, name)
    return Answer.json(repo.info(repo.find("main")))


@route("GET", rf"{API}/revision/(?P<revision>.+)")
def info_at(hub: StandIn, asked: Asked, name: str, revision: str) -> Answer:
    repo = hub.repo(asked, name)
    return Answer.json(repo.info(repo.find(revision)))


@route("GET", rf"{API}/refs")
def refs(hub: StandIn, asked: Asked, name: str) -> Answer:
    return Answer.json(hub.repo(asked, name).refs())


@route("GET", rf"{API}/commits/(?P<revision>.+)")
def commits(hub: StandIn, asked: Asked, name: str, revision: str) -> Answer:
    repo = hub.repo(asked, name)
    found = []
    oid: str | None = repo.find(revision).oid
    while oid is not None:
        one = repo.commits[oid]
        found.append({"id": oid, "title": one.title, "message": "", "date": DATE, "authors": [{"user": OWNER}]})
        oid = one.parent
    return Answer.json(found)


@route("GET", rf"{API}/tree/(?P<revision>refs/pr/\d+|[^/]+)(?:/(?P<folder>.+))?")
def tree(hub: StandIn, asked: Asked, name: str, revision: str, folder: str | None) -> Answer:
    repo = hub.repo(asked, name)
    recursive = asked.query.get("recursive", ["false"])[0].lower() in ("1", "true")
    return Answer.json(repo.tree(repo.find(revision), folder or "", recursive=recursive))


@route("POST", rf"{API}/paths-info/(?P<revision>.+)")
def paths_info(hub: StandIn, asked: Asked, name: str, revision: str) -> Answer:
    from urllib.parse import parse_qs

    repo = hub.repo(asked, name)
    form = "json" not in asked.headers.get("Content-Type", "")
    wanted = parse_qs(asked.body.decode()) if form else asked.json()
    return Answer.json(repo.paths(repo.find(revision), wanted["paths"]))


@route("GET|HEAD", r"/datasets/(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>refs/pr/\d+|[^/]+)/(?P<path>.+)")
def resolve(hub: StandIn, asked: Asked, name: str, revision: str, path: str) -> Answer:
    at = hub.repo(asked, name).find(revision)
    headers = {"X-Repo-Commit": at.oid, "Accept-Ranges": "bytes"}
    if path not in at.files:
        answer = Answer.json({"error": "Entry not found"}, 404, X_Error_Code="EntryNotFound")
        answer.headers |= headers
        return answer
    blob = at.files[path]
    data = hub.fetch(blob.sha256, blob.size) if blob.sha256 else blob.data
    headers["ETag"] = f'"{blob.key}"'
    if blob.sha256:
        headers |= {"X-Linked-Size": str(blob.size), "X-Linked-Etag": f'"{blob.sha256}"'}
    if blob.sha256 and (xet_hash := hub.xet_hash(blob.sha256)):
        token = f"{hub.url}/api/datasets/{name}/xet-read-token/{at.oid}"
        headers |= {"X-Xet-Hash": xet_hash, "Link": f'<{token}>; rel="xet-auth"'}
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.headers.get("Range", ""))
    if not wanted:
        return Answer(data, 200, headers)
    start, end = int(wanted[1]), min(int(wanted[2] or len(data)), len(data) - 1)
    if start > end:
        return Answer(b"", 416, headers | {"Content-Range": f"bytes */{len(data)}"})
    return Answer(data[start : end + 1], 206, headers | {"Content-Range": f"bytes {start}-{end}/{len(data)}"})


# ----------------------------------------------------------------------------- settings


@route("POST", rf"{API}/branch/(?P<branch>.+)")
def branch(hub: StandIn, asked: Asked, name: str, branch: str) -> Answer:
    asked.may()
    repo = hub.repo(asked, name)
    if branch in repo.branches:
        raise RefusalError(409, "Reference already exists")
    repo.branches[branch] = repo.find(asked.json().get("startingPoint") or "main").oid
    return Answer.json({})


@route("POST", rf"{API}/tag/(?P<revision>.+)")
def tag(hub: StandIn, asked: Asked, name: str, revision: str) -> Answer:
    asked.may()
    repo, wanted = hub.repo(asked, name), asked.json()["tag"]
    if wanted in repo.tags:
        raise RefusalError(409, "Tag already exists")
    repo.tags[wanted] = repo.find(revision).oid
    return Answer.json({})


@route("PUT", rf"{API}/settings")
def settings(hub: StandIn, asked: Asked, name: str) -> Answer:
    asked.may()
    repo, wanted = hub.repo(asked, name), asked.json()
    repo.private = wanted["visibility"] == "private" if "visibility" in wanted else bool(wanted["private"])
    return Answer.json(wanted)
