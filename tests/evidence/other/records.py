"""Records with something else in them, and what both databases keep alike."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from tests.evidence.other.reading import Json, Tables

Patch: TypeAlias = Mapping[str, Mapping[str, Json]]
"""Records to put in place of those of the same key, or before all others, by table."""
MONEY = (0.0, 1.0, 50.0, 120.0, 400.0, 2_000.0, 1_000_000.0)


def patched(tables: Tables, patch: Patch) -> Tables:
    """The tables with these records; new ones come first."""
    found = dict(tables)
    for table, records in patch.items():
        new = {key: record for key, record in records.items() if key not in tables[table]}
        found[table] = {**new, **tables[table], **records}
    return found


def changed(record: Json, **new: Json) -> Json:
    return {**copy.deepcopy(record), **new}


def other_id(name: str) -> str:
    kind, _, number = name.rpartition("_")
    return f"{kind}_9{number[1:]}7"


def paying(tables: Tables, user: Json, shown: set[Json]) -> set[str]:
    """Methods with which something was paid that another read shows."""
    table, entry = ("orders", "payment_method_id") if "orders" in tables else ("reservations", "payment_id")
    kept = [tables[table][name] for name in user[table] if name in shown]
    return {payment[entry] for record in kept for payment in record["payment_history"]}


def wallets(user: Json, table: str, worth: str, paid: set[str]) -> Iterator[Patch]:
    """Other balances; methods that paid for nothing shown under other ids, gone, or of another kind."""
    methods = user["payment_methods"]
    for key, method in methods.items():
        for amount in MONEY if worth in method else ():
            yield {
                table: {
                    user["user_id"]: changed(user, payment_methods={**methods, key: changed(method, **{worth: amount})})
                }
            }
        if worth in method:
            for step in (-1, 1, 10, 100, 1000, -10, -100):
                if method[worth] + step >= 0:
                    new = {**methods, key: changed(method, **{worth: method[worth] + step})}
                    yield {table: {user["user_id"]: changed(user, payment_methods=new)}}
        if key not in paid:
            rest = {k: m for k, m in methods.items() if k != key}
            yield {table: {user["user_id"]: changed(user, payment_methods=rest)}}
            yield {
                table: {
                    user["user_id"]: changed(
                        user, payment_methods={**rest, other_id(key): changed(method, id=other_id(key))}
                    )
                }
            }
    yield from _shuffled(user, table, worth)


def _shuffled(user: Json, table: str, worth: str) -> Iterator[Patch]:
    methods = user["payment_methods"]
    for one, two in itertools.permutations(methods, 2):
        if methods[one]["source"] == methods[two]["source"]:  # two of a kind change places
            new = {**methods, one: changed(methods[two], id=one), two: changed(methods[one], id=two)}
            yield {table: {user["user_id"]: changed(user, payment_methods=new)}}
    for kind in dict.fromkeys(m["source"] for m in methods.values()):
        model = next(m for m in methods.values() if m["source"] == kind)
        for amount in (MONEY[0], MONEY[-1]):
            more = changed(model, id=f"{kind}_9999999", **({worth: amount} if worth in model else {}))
            yield {table: {user["user_id"]: changed(user, payment_methods={**methods, more["id"]: more})}}
