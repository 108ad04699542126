"""Which version of a thing a list names that goes by words alone, with other things and their prices beside it."""

from __future__ import annotations

import pytest

from writ_dspy.domains import Seen
from writ_dspy.domains.tau2.retail.listing import details
from writ_dspy.task import Call

BOOTS = {"product_id": "1", "product_name": "Hiking Boots"}
SPEAKER = {"product_id": "2", "product_name": "Bluetooth Speaker"}


def given(version: str, text: str) -> bool:
    """Whether a text gives the new pair of boots, which are of this version, in exchange for a pair in size 7, leather, not waterproof."""
    seen, order = Seen(), "#W1234567"
    old = {**BOOTS, "item_id": "1111111111", "size": "7", "material": "leather", "waterproof": "no", "price": 200.0}
    size, material, waterproof = version.split()
    new = {**BOOTS, "item_id": "2222222222", "size": size, "material": material, "waterproof": waterproof, "price": 210.0, "available": True}  # fmt: skip
    rows = ({**old, "order_id": order}, {**SPEAKER, "item_id": "3333333333", "order_id": order, "price": 90.0})
    seen.add(
        Call.of("get_order_details", {}),
        {"order": ({"order_id": order, "payment_method_id": "paypal_1"},), "items": rows},
    )
    seen.add(Call.of("get_product_details", {}), {"variants": (new,)})
    args = {
        "order_id": order,
        "item_ids": ["1111111111"],
        "new_item_ids": ["2222222222"],
        "payment_method_id": "paypal_1",
    }
    found = next(
        one for one in details(Call.of("exchange_delivered_order_items", args), seen) if "2222222222" in one.name
    )
    return found.given(text.lower())


@pytest.mark.parametrize(
    ("version", "text", "right"),
    [
        ("7 leather yes", "exchange the hiking boots (size 7, leather, not waterproof) for the hiking boots (size 7, leather, waterproof)", True),
        ("7 leather yes", "exchange the hiking boots (size 7, leather, not waterproof, $200) for the hiking boots (size 7, leather, not waterproof, $210)", False),
        ("8 leather yes", "the hiking boots (size 7, leather, not waterproof) for the hiking boots (size 8, leather, waterproof) and the Bluetooth speaker (red, not waterproof) for the Bluetooth speaker (blue, not waterproof)", True),
        ("8 leather yes", "the hiking boots (size 7, leather, not waterproof) for the hiking boots (size 8, leather, not waterproof) and the Bluetooth speaker (red, not waterproof) for the Bluetooth speaker (blue, waterproof)", False),
        ("12 leather no", "exchange the hiking boots (size 7, $200.00) for the hiking boots (size 12, $249.12)", True),
        ("12 leather no", "exchange the hiking boots (size 7, $200.00) for the hiking boots (size 9, $249.12)", False),
        ("12 leather no", "exchange the hiking boots (size 7) for the hiking boots (size 9), $12 more", False),
    ],
)  # fmt: skip
def test_a_version_is_told_behind_its_name(version: str, text: str, right: bool) -> None:
    """What the old one is not, or another thing, the new one may be; an amount of money is no size."""
    assert given(version, text) is right
