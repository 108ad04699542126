"""Items beside their ids: what is told of them is what was read, and a value of another version is found wherever it stands."""

from __future__ import annotations

from functools import cache

import pytest

from tests.verify.test_played import played
from writ_dspy.domains import Row, load
from writ_dspy.verify.case import Case
from writ_dspy.verify.ground import Ground
from writ_dspy.verify.itemized import itemized
from writ_dspy.verify.subject import item, options

RIGHT = (
    "It would be the {name}, {values} ({id}), for {price}.",
    "- New: {name} in {values} (item {id})",
    "Item {id}: {values}",
    "- Item to be exchanged: {name} {id} ({values}), {price}",
    "**Sending back:** {name} {id}: {values}, at {price}",
    "I'd send your {name} (item {id}; {values}) for {price}",
    "- {name} ({values}, item {id}, {price})",
    "- {name}, {values} ({price}, item {id})",
    "1. {name} ({values}), item id {id}",
    "- Cancel the order with its only item, {name} ({values}), item id {id}, {price}",
    "Yours: {values} – item {id}, {price}",
    "I'd take back your {values} {name} ({id}, {price})",
    "| Item | Options | Price |\n|---|---|---|\n| {id} | {values} | {price} |",
    "| | Now | New |\n|---|---|---|\n| Item | 1111111111 | {id} |\n| {option} | x | {value} |\n",
)
"""Forms in which a version is described."""
OTHERWISE = (
    "{other} → {value} ({id})",
    "It replaces the {other} {name}: {values} ({id})",
    "If {other} would be fine as well, tell me; this one is {id}.",
    "| Item | Old | New |\n|---|---|---|\n| {id} | {other} | {value} |",
    "Rather than {other}, it's {values} ({id})",
    "Do you prefer {other} or {value} ({id})?",
    "{name} {id} (not the {other} one)",
    "{name} {id} (it was {other} before)",
    "({other} → {value}, item {id})",
    "({value}, item {id}; was {other})",
    "The {other} one is sold out, item {id} is not.",
    "You asked for {other}, item {id} comes close.",
    "{name} {id}: I see no {other} one",
)
"""Forms in which another version's value stands beside it, and is told of that."""


def of_other_options(ground: Ground, row: Row, option: str) -> set[str]:
    """What the other options of a product may be: such a value does not tell which option is meant."""
    rows = [one for one in ground.seen.rows("variants") if one["product_id"] == row["product_id"]]
    every = [options(ground.fields, item(ground, str(one["item_id"])) or {}) for one in rows]
    return {value for one in every for name, value in one.items() if name != option}


@cache
def grounds() -> list[tuple[Ground, list[tuple[Row, str, str]]]]:
    """What was read in each talk, with a few items of it, each with an option of which another version has another value."""
    every: list[tuple[Ground, list[tuple[Row, str, str]]]] = []
    for task, talk in [pair for pair in played().values() if pair[0].domain == "tau2:retail"][:8]:
        ground = Ground(load(task.domain))
        for step in Case(task, talk, ground.domain).steps:
            ground.read(step.call, step.fresh)
        found: list[tuple[Row, str, str]] = []
        for row in ground.seen.rows("variants"):
            mine = options(ground.fields, item(ground, str(row["item_id"])) or {})
            for other in ground.seen.rows("variants"):
                theirs = options(ground.fields, item(ground, str(other["item_id"])) or {})
                found += [
                    (row, name, value)
                    for name, value in theirs.items()
                    if not {"yes", "no", "none"} & {value, *mine.values()} and other["product_id"] == row["product_id"] and len(value) > 3 and not value.isdigit() and mine.get(name, value) != value
                    and not any(value in one or one in value for one in mine.values())
                    and not {value, mine.get(name, "")} & of_other_options(ground, row, name) and len(mine.get(name, "")) > 3
                ]  # fmt: skip
        if found:
            every.append((ground, found[:: len(found) // 4 + 1]))
    return every


@pytest.mark.parametrize("form", [*RIGHT, *OTHERWISE])
def test_an_item_is_described_by_its_own_options(form: str) -> None:
    """The form with the item's own values passes; with another version's value in place of it, only a form that tells of both does."""
    tried = 0
    for ground, items in grounds():
        for row, option, other in items:
            mine = options(ground.fields, item(ground, str(row["item_id"])) or {})
            fill = {"name": row["product_name"], "id": row["item_id"], "price": f"${row['price']}", "option": option, "other": other}  # fmt: skip
            right = form.format(**fill, value=mine[option], values=", ".join(mine.values()))
            wrong = form.format(**fill, value=other, values=", ".join({**mine, option: other}.values()))
            assert not list(itemized(ground, right)), right
            if form in RIGHT:
                tried += 1
                assert list(itemized(ground, wrong)), wrong
    assert tried or form in OTHERWISE


def test_a_line_is_about_the_version_that_has_its_price() -> None:
    """A row that names no id is that of the one version of its product that costs so much."""
    for ground, items in grounds():
        for row, option, other in items:
            mine = options(ground.fields, item(ground, str(row["item_id"])) or {})
            line = "| Product | Options | Price |\n|---|---|---|\n| {name} | {values} | ${price} |"
            same = [
                one
                for one in ground.seen.rows("variants")
                if one["price"] == row["price"] and one["item_id"] != row["item_id"]
            ]
            fill = {"name": row["product_name"], "price": row["price"]}
            assert not list(itemized(ground, line.format(**fill, values=", ".join(mine.values()))))
            if not same:
                assert list(itemized(ground, line.format(**fill, values=", ".join({**mine, option: other}.values()))))


def sold(name: str, wanted: dict[str, str]) -> tuple[Ground, str]:
    """What was read of a product, and a version that has these options."""
    ground = Ground(load("tau2:retail"))
    [(key, row)] = [pair for pair in ground.domain.tables["products"].items() if pair[1]["name"] == name]
    call = ground.domain.canonical("get_product_details", {"product_id": key})
    ground.read(call, ground.domain.read(call))
    versions = row["variants"].items()
    return ground, next(one for one, version in versions if wanted.items() <= version["options"].items())


@pytest.mark.parametrize(
    ("name", "wanted", "right", "wrong"),
    [
        ("Hiking Boots", {"size": "12", "waterproof": "no"}, "size 12, not waterproof", "size 12, waterproof"),
        ("Hiking Boots", {"size": "12", "waterproof": "no"}, "size 12, not waterproof", "size 11, not waterproof"),
        ("Hiking Boots", {"waterproof": "yes"}, "waterproof", "not waterproof"),
        ("T-Shirt", {"size": "XL"}, "XL, {color}", "L, {color}"),
        ("T-Shirt", {"size": "S"}, "small, {color}", "large, {color}"),
        ("Grill", {"features": "none"}, "{type}, no features", "{type}, side burner"),
        ("Wireless Earbuds", {"water resistance": "not resistant"}, "{color}, not water resistant", "{color}, IPX7"),
        ("Wireless Earbuds", {"water resistance": "IPX4"}, "{color}, water resistance IPX4", "{color}, not water resistant"),
        ("Wireless Earbuds", {"water resistance": "IPX4"}, "{color}, water resistant", "{color}, no water resistance"),
    ],
)  # fmt: skip
def test_a_yes_a_no_and_a_letter_are_options_too(name: str, wanted: dict[str, str], right: str, wrong: str) -> None:
    """They are told by the name of their option, or stand alone between commas."""
    ground, key = sold(name, wanted)
    mine = options(ground.fields, item(ground, key) or {})
    for form in ("{name} {key} ({told})", "{name} (item {key}; {told})", "{name}, {told} (item {key})"):
        assert not list(itemized(ground, form.format(name=name, key=key, told=right.format(**mine)))), right
        assert list(itemized(ground, form.format(name=name, key=key, told=wrong.format(**mine)))), (form, wrong)
