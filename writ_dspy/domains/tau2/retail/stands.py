"""What the fields of the shop's records say in words, for who explains a decision by them."""

from __future__ import annotations

from writ_dspy.domains.observed import Row
from writ_dspy.domains.tau2.retail.wording import dollars, noun, traits
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
            which = f"the {noun(str(row['product_name']))} ({', '.join(traits(row))})"
            are = "are" if which.split(" (", maxsplit=1)[0].endswith("s") else "is"
            return which, f"{are} in stock" if row["available"] else f"{are} out of stock"
        case "payment_methods", "balance":
            return "your gift card", f"has {dollars(float(row['balance']))} on it"
    return None
