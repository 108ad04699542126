"""Two small packs over τ²'s real domains, tasks built over them by hand, and conversations that solve them.

Shared by the tests of rows, files and τ²'s own forms, which must not depend on what the real packs propose.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from writ_dspy.codec import identify
from writ_dspy.conversation import Conversation, Intent, StopReason, Turn
from writ_dspy.dataset import formats
from writ_dspy.dataset.drafts import Drafts
from writ_dspy.dataset.folder import Key, Way, fill
from writ_dspy.dataset.formats import check_formats
from writ_dspy.dataset.manifest import Home, read_manifest
from writ_dspy.dataset.rows import Row, row, table
from writ_dspy.dataset.splits import Split
from writ_dspy.domains import Domain, Pack, Phrases, Result, Views
from writ_dspy.domains.tau2 import adapter as tau2
from writ_dspy.evidence.resolve import resolve
from writ_dspy.task import (
    DIMENSIONS,
    Axes,
    Behaviour,
    Best,
    Call,
    Decision,
    Every,
    Fact,
    Goal,
    Json,
    Listed,
    Only,
    Picked,
    ReadCall,
    Request,
    Said,
    Slot,
    Task,
    Tell,
    Where,
)


def _views(call: Call, text: str) -> Views:
    if call.tool == "find_user_id_by_email":
        return {"user": ({"user_id": text},)}
    data = json.loads(text)
    if call.tool == "get_order_details":
        items = tuple({**item, "order_id": data["order_id"], "status": data["status"]} for item in data["items"])
        return {"order": (data,), "items": items}
    if call.tool == "get_reservation_details":
        return {"reservation": (data,)}
    return {"profile": (data,), "orders": tuple({"order_id": order} for order in data.get("orders", ()))}


def _identifies(call: Call, text: str) -> str | None:
    if call.tool == "find_user_id_by_email":
        return text
    return str(call.args["user_id"]) if call.tool == "get_user_details" else None


def _owner(call: Call, look: Callable[[str, Mapping[str, Json]], Views]) -> str | None:
    read = "get_order_details" if "order_id" in call.args else "get_reservation_details"
    key = "order_id" if "order_id" in call.args else "reservation_id"
    rows = look(read, {key: call.args[key]}).get(read.split("_")[1], ())
    return str(rows[0]["user_id"]) if rows else None


def small_pack() -> Pack:
    """Enough of a pack to resolve the tasks below, to know whose they are, and no more."""
    reads = ("find_user_id_by_email", "get_user_details", "get_order_details", "get_reservation_details")
    return Pack(
        lenses=dict.fromkeys(reads, _views),
        atom=lambda call, _: call,
        identifies=_identifies,
        personal=frozenset({"cancel_pending_order", "cancel_reservation"}),
        owner=_owner,
        rules=(),
        recipes=(),
        questions=(),
        phrases=cast("Phrases", None),
        mentions=lambda value, text: value in text,
        ids=lambda _: frozenset(),
        users=lambda domain: list(domain.tables["users"]),
    )


@lru_cache(maxsize=1)
def retail() -> Domain:
    """The real tools, policy and database of τ²-bench retail."""
    return tau2.build("retail", small_pack())


@lru_cache(maxsize=1)
def airline() -> Domain:
    """The same of airline."""
    return tau2.build("airline", small_pack())


# ----------------------------------------------------------------------------- tasks and talks


def make_task(domain: Domain, goal: Goal, facts: tuple[Fact, ...], behaviour: Behaviour | None = None) -> Task:
    """A task with its gold resolved; what is told is the value of each tell."""
    outcomes, told = resolve(goal, domain)
    burden = max((len(outcome.evidence) for outcome in outcomes), default=0)
    task = Task(
        id="",
        domain=domain.name,
        kind="read-heavy",
        goal=goal,
        facts=facts,
        identity=Slot("identity", " ".join(fact.text for fact in facts)),
        requests=(Request(0, (), "the thing", "thing", "I want something done.", ()),),
        instruction=f"You want {', '.join(decision.tool for decision in goal.decisions)} done.",
        outcomes=outcomes,
        told=tuple(str(value) for value in told),
        axes=Axes(sum(outcome.call is not None for outcome in outcomes), burden, len(outcomes[0].trace)),
        memory="knows none",
        recipe="by hand",
        behaviour=behaviour,
    )
    return identify(task)


def dearest_return(domain: Domain, user: Json) -> Task:
    """Return the dearest delivered item, and say what the user's orders are."""
    email = Fact("email", user["email"], f"My email is {user['email']}.")
    who = Only((ReadCall("find_user_id_by_email", (("email", Said(user["email"])),), "user"),))
    orders = Every((ReadCall("get_user_details", (("user_id", Picked(who, "user_id")),), "orders"),))
    by_order = ReadCall("get_order_details", (("order_id", Picked(orders, "order_id")),), "items")
    best = Best((by_order,), "price", True, (Where("status", "is", Said("delivered")),))
    method = next(iter(user["payment_methods"]))
    args = (
        ("order_id", Picked(best, "order_id")),
        ("item_ids", Listed((Picked(best, "item_id"),))),
        ("payment_method_id", Said(method)),
    )
    goal = Goal((Decision("return_delivered_order_items", args),), (Tell("price", Picked(best, "price")),))
    levels = tuple((name, levels[-1]) for name, levels in DIMENSIONS.items())
    return make_task(domain, goal, (email,), Behaviour(levels, ("email", "wrong@example.com")))


def stranger(domain: Domain, legal: Task) -> Task:
    """The twin of a return whose user gives an e-mail that no account has: it can only be refused."""
    wrong = "nobody@example.com"
    who = Only((ReadCall("find_user_id_by_email", (("email", Said(wrong)),), "user"),))
    orders = Every((ReadCall("get_user_details", (("user_id", Picked(who, "user_id")),), "orders"),))
    by_order = ReadCall("get_order_details", (("order_id", Picked(orders, "order_id")),), "items")
    order = Picked(Best((by_order,), "price", most=True), "order_id")
    goal = Goal((Decision("cancel_pending_order", (("order_id", order), ("reason", Said("no longer needed")))),))
    task = make_task(domain, goal, (Fact("email", wrong, f"My email is {wrong}."),))
    return dataclasses.replace(task, kind="no-write", twin=legal.id)


def cancellation(domain: Domain, tool: str, key: str, record: str) -> Task:
    """Cancel a record whose id the user knows: nothing that is read tells who the user is."""
    args: tuple[tuple[str, Said], ...] = ((key, Said(record)),)
    if tool == "cancel_pending_order":
        args += (("reason", Said("no longer needed")),)
    return make_task(domain, Goal((Decision(tool, args),)), (Fact(key, record, f"It is {record}."),))


def talk_of(task: Task, domain: Domain, attempt: int = 0) -> Conversation:
    """The reference reader's way through a task, ending in the gold writes."""
    world = domain.world()
    turns = [Turn("user", f"Hello. {task.identity.text}", intent=Intent("open", ("secret intent",)))]
    odd = [Call.of("calculate", {"expression": "1 + 0.3"})]
    odd += [Call.of("list_all_product_types", {})] if domain.name == "tau2:retail" else []
    reads = dict.fromkeys(call for outcome in task.outcomes for call in outcome.trace)
    for call in (*odd, *reads):
        turns += step(world.call(call), call)
    turns += [Turn("agent", f"Shall I do this? {task.gold}"), Turn("user", "Yes — “naïve” τ² 🙂, please.")]
    for call in task.gold:
        turns += step(world.call(call), call)
    turns.append(Turn("agent", f"Done: {', '.join(task.told)}."))
    return Conversation(
        f"{task.id}.{attempt}",
        task.id,
        tuple(turns),
        StopReason.USER_DONE,
        7 + attempt,
        "scripted",
        "scripted",
    )


def step(result: Result, call: Call) -> list[Turn]:
    """The two turns of a call: the agent makes it, the tool answers."""
    return [Turn("agent", calls=(call,)), Turn("tool", result.text, error=result.error)]


@lru_cache(maxsize=1)
def retail_tasks() -> list[Task]:
    """Six returns, and six cancellations by id: some of the same users."""
    orders = retail().tables["orders"]

    def delivered(user: Json) -> bool:
        return len(user["orders"]) > 1 and any(orders[key]["status"] == "delivered" for key in user["orders"])

    users = [
        user
        for user in retail().tables["users"].values()
        if delivered(user) and next(iter(user["payment_methods"].values()))["source"] == "gift_card"
    ]
    returns = [dearest_return(retail(), user) for user in users[:6]]
    pending = [key for user in users[:20] for key in user["orders"] if orders[key]["status"] == "pending"]
    return returns + [cancellation(retail(), "cancel_pending_order", "order_id", key) for key in pending[:6]]


@lru_cache(maxsize=1)
def airline_tasks() -> list[Task]:
    """Three cancellations by id."""
    records = list(airline().tables["reservations"])[:3]
    return [cancellation(airline(), "cancel_reservation", "reservation_id", record) for record in records]


@lru_cache(maxsize=1)
def parts() -> dict[Key, list[Row]]:
    """Rows of both domains; sides by turns, so that every file has some."""
    found: dict[Key, list[Row]] = {}
    for domain, tasks in ((retail(), retail_tasks()), (airline(), airline_tasks())):
        for index, task in enumerate(tasks):
            side: Split = "test" if index % 3 == 2 else "train"
            made = row(task, talk_of(task, domain), domain, side=side)
            found.setdefault((made["domain"], side), []).append(made)
    return {part: sorted(rows, key=lambda made: str(made["trajectory_id"])) for part, rows in found.items()}


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, byte for byte."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def tables(some: Mapping[Key, Sequence[Row]], size: int = 200) -> dict[Key, list[Any]]:
    """The rows as `fill` takes them."""
    return {part: [table(rows[at : at + size]) for at in range(0, len(rows), size)] for part, rows in some.items()}


def way(folder: Path, *names: str, overwrite: bool = False) -> Way:
    """To a folder of its own."""
    return Way(Home.alone(folder), check_formats(names), overwrite)


def write(folder: Path, some: Mapping[Key, Iterable[Any]], *names: str) -> dict[Key, int]:
    """The rows as a dataset in a folder of its own; how many each file has."""
    return fill(way(folder, *names), some).counts


def convert(
    dataset: Path, folder: Path, names: Sequence[str], tell: Callable[[int], None] | None = None
) -> dict[str, int]:
    """A dataset in other forms under another folder; how many rows each file has."""
    there = read_manifest(dataset)
    sources = there.sources(Home.alone(dataset)) if there else {}
    with Drafts(folder) as drafts:
        formats.convert(sources, drafts, names, tell)
        drafts.settle(lambda *_: None)
        return dict(drafts.rows)
