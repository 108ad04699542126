"""What the fields of the shop's records say in words, for who explains a decision by them."""

from __future__ import annotations

from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail.lenses import options
from writ_dspy.domains.tau2.retail.wording import dollars
from writ_dspy.shown import counted


def stands(view: str, row: Row, field: str) -> tuple[str, str] | None:
    """Of whom and what a field says; None where nobody would say it."""
    match view, field:
        case "order", "status":
            return f"order {row['order_id']}", f"is {row['status']}"
        case "items", "order_status":
            return f"order {row['order_id']}", f"is {row['order_status']}"
        case "order", "city":
            return f"order {row['order_id']}", f"goes to {row['city']}"
        case "order", "total":
            return f"order {row['order_id']}", f"came to {dollars(float(row['total']))}"
        case "order", "item_count":
            return f"order {row['order_id']}", f"holds {counted(int(row['item_count']), 'item')}"
        case "variants", "available":
            traits = ", ".join(f"{name} {value}" for name, value in options(row).items())
            return f"item {row['item_id']} ({traits})", "is in stock" if row["available"] else "is out of stock"
        case "payment_methods", "balance":
            return f"your gift card ({row['id']})", f"holds {dollars(float(row['balance']))}"
    return None
