"""What a read would have shown instead, in words that a person can act on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.evidence.small_worlds import small_domain
from tests.evidence.test_resolve import GOALS, SHELVES
from writ_dspy.domains import load
from writ_dspy.domains.integrity import Integrity
from writ_dspy.domains.observed import Row
from writ_dspy.evidence.instead import instead
from writ_dspy.evidence.resolve import decide
from writ_dspy.evidence.witness import certify
from writ_dspy.report.proof import proven
from writ_dspy.run.synth import load as load_run
from writ_dspy.task import Call

READ = Call.of("show_shop", {"shop": "s1"})
INTEGRITY = Integrity(single=frozenset({("show_shop", "shop")}), free=frozenset({"name", "owner", "id"}))
USED = {"price", "kind", "owner", "open", "balance"}
PARTS: tuple[Row, ...] = (
    {"shop": "s1", "id": "p1", "kind": "bolt", "price": 3, "owner": "mia"},
    {"shop": "s1", "id": "p2", "kind": "nut", "price": 5, "owner": "mia"},
)
SHOP: Row = {"id": "s1", "owner": "mia", "open": True, "balance": 5.0}


@pytest.mark.parametrize(
    ("shop", "parts", "words"),
    [
        ({}, (*PARTS, PARTS[0] | {"id": "~p1", "price": 2}), "also ~p1 with price 2 and kind 'bolt'"),
        ({}, (PARTS[0] | {"price": 9}, PARTS[1]), "p1 with price 9 (not 3)"),
        ({}, (PARTS[0], PARTS[1] | {"price": 1, "kind": "bolt"}), "p2 with kind 'bolt' (not 'nut'), price 1 (not 5)"),
        ({}, PARTS[1:], "no p1"),
        ({}, (), "no spare parts"),
        ({}, (PARTS[0] | {"id": "~p1"}, PARTS[1]), "~p1 (not p1)"),
        ({"open": False}, PARTS, "shop with open False (not True)"),
        ({"balance": 0.30000000000000004}, PARTS, "shop with balance 0.3 (not 5.0)"),
        ({"owner": "~mia"}, tuple(row | {"owner": "~mia"} for row in PARTS), "shop with owner '~mia' (not 'mia')"),
    ],
)
def test_a_change_names_the_record_the_field_and_both_values(shop: Row, parts: tuple[Row, ...], words: str) -> None:
    """One more, another value, one less, another name; what other rows only repeat is told once."""
    before = {"spare_parts": PARTS, "shop": (SHOP,)}
    after = {"spare_parts": parts, "shop": ({**SHOP, **shop},)}

    assert instead(READ, before, after, USED, {"spare_parts", "shop"}, INTEGRITY) == words
    assert instead(READ, before, before, USED, {"spare_parts", "shop"}, INTEGRITY) == ""


def test_one_more_is_named_once() -> None:
    """Where nothing says which texts are names, as in a declared domain, the id that names it is not told as a field, too."""
    after = (*PARTS, PARTS[0] | {"id": "~p1", "kind": "~bolt"})

    told = instead(READ, {"parts": PARTS}, {"parts": after}, {"id", "kind"}, {"parts"}, Integrity())
    assert told == "also ~p1 with kind '~bolt'"


def test_a_record_goes_by_one_name() -> None:
    """One that is new by its own id, and one that has changed by what named it before, whatever would tell it apart now."""
    row: Row = {"name": "Ashtanga", "level": "all", "id": "s1"}
    other = row | {"id": "s2"}
    more = instead(READ, {"parts": ()}, {"parts": (row | {"id": "~s1"},)}, {"id", "level"}, {"parts"}, Integrity())
    changed = instead(
        READ,
        {"parts": (row, other)},
        {"parts": (row, other | {"level": "advanced"})},
        {"level"},
        {"parts"},
        Integrity(),
    )

    assert more == "also ~s1 with level 'all'"
    assert changed == "s2 with level 'advanced' (not 'all')"


def test_one_record_is_called_by_its_noun() -> None:
    """Never by the first id in it, which may be somebody else's, and in the singular."""
    read, row = Call.of("get_booking", {"booking": "k1"}), {"id": "k1", "member": "m3", "status": "booked"}
    integrity = Integrity(single=frozenset({("get_booking", "bookings")}), called={"bookings": "booking"})
    told = instead(
        read, {"bookings": (row,)}, {"bookings": (row | {"status": "open"},)}, {"status"}, {"bookings"}, integrity
    )

    assert told == "booking with status 'open' (not 'booked')"
    assert instead(read, {"bookings": (row,)}, {"bookings": ()}, {"status"}, {"bookings"}, integrity) == "no bookings"


def test_two_rows_of_one_name_are_told_once() -> None:
    """Such as the same flights on two days, which both get another number."""
    days = [PARTS[0] | {"day": 1, "id": "p1"}, PARTS[0] | {"day": 2, "id": "p1"}]
    told = instead(
        READ, {"parts": days}, {"parts": [row | {"id": "~p1"} for row in days]}, {"id"}, {"parts"}, INTEGRITY
    )

    assert told == "~p1 (not p1)"


def test_many_changes_are_counted() -> None:
    """Three are named; of a view that the decision does not look at, none is where another shows one."""
    before = {"spare_parts": tuple(PARTS[0] | {"id": f"p{n}"} for n in range(6)), "shop": (SHOP,)}
    after = {
        "spare_parts": tuple(row | {"price": 9} for row in before["spare_parts"]),
        "shop": (SHOP | {"open": False},),
    }
    told = instead(READ, before, after, USED, {"spare_parts"}, INTEGRITY)

    assert told == "p0 with price 9 (not 3), p1 with price 9 (not 3), p2 with price 9 (not 3), and 3 more"
    assert instead(READ, {"shop": before["shop"]}, {"shop": after["shop"]}, USED, set(), INTEGRITY).startswith(
        "shop with"
    )


@pytest.mark.parametrize("name", [name for name in GOALS if "none found" not in name])
def test_no_witness_speaks_of_places(name: str) -> None:
    """Neither of the index of a row, nor of a row that is only `better` or `further`."""
    decision, _ = GOALS[name]
    domain = small_domain(SHELVES)
    for proof in certify(decision, decide(decision, domain, domain.read), domain):
        assert not re.search(r"\]|\brow\b|\bbetter\b|\bfurther\b", proof.change), proof.change


def test_an_invented_id_has_one_spelling(small_run: Path) -> None:
    """As the tool would show it, in what it would show as in what would be right then."""
    texts = [
        line
        for task in load_run(small_run).tasks()[:6]
        for one in proven(task, load(task.domain))
        for line in one.lines()
    ]

    assert any("had it shown" in text for text in texts)
    assert not any(re.search(r"~[a-z]+_(?:card_)?\d", text) for text in texts)
