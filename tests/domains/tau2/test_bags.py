"""How many bags there will be, and how many of them are paid, is read in the ways in which it is told, and another number is found."""

from __future__ import annotations

import pytest

from writ_dspy.domains.tau2.airline.bags import bags


def faults(total: int, paid: int, before: tuple[int, int] | None, text: str) -> list[str]:
    """What a text lacks or denies of the bags; `before` is how many there were, and how many of these were paid."""
    record = before and {"total_baggages": before[0], "nonfree_baggages": before[1]}
    lower = text.lower()
    return [
        item.name
        for item in bags(total, paid, record)
        if not item.given(lower) or (item.denied is not None and item.denied(lower))
    ]


@pytest.mark.parametrize(
    ("total", "paid", "before", "text"),
    [
        (7, 1, (6, 0), "T47GQ8\n   Checked bags: 6 → 7. Six are free, the seventh costs $50."),
        (7, 1, (6, 0), "From 6 to 7 checked bags, one of them paid: $50. A refund takes 5 to 7 business days."),
        (7, 1, (6, 0), "Checked bags: 6 now, 7 after the change; the last one costs $50."),
        (2, 1, None, "Checked bags: 2, of which 1 is free and 1 costs $50 extra"),
        (3, 2, None, "Three checked bags, two of which you'd pay for: $100"),
        (6, 2, None, "6 checked bags. Four of the six are free (2 per business passenger), so 2 are extra at $50 each"),
        (2, 2, None, "There are 2 checked bags, both of them at extra cost with $50 each"),
        (3, 1, None, "Checked bags: 3 in total, 2 are free and 1 costs extra, $50"),
        (1, 0, None, "1 checked bag; two are free in business, so no charge"),
        (3, 0, (2, 0), "Add one extra bag to ABC123, free of charge, so 3 bags in total"),
        (3, 0, (1, 0), "Both new bags are free: 1 -> 3 bags"),
        (3, 2, (1, 1), "2 more checked bags, one free and one at $50; that makes 3 bags, 2 of them paid"),
        (0, 0, None, "no checked bags, none of them paid"),
        (3, 1, (2, 0), "I'd add one checked bag, which makes 3. It costs $50."),
        (3, 0, (2, 0), "The number of checked bags becomes 3 (instead of 2), at no charge"),
        (4, 0, (2, 0), "Bags: 2 → 4, all free"),
        (3, 1, None, "3 checked bags, of which you pay for only one, $50"),
        (3, 1, None, "three checked bags, all but one free"),
        (3, 1, None, "3 checked bags; you pay for a single one"),
        (3, 1, None, "3 checked bags, one of which you'd have to pay for"),
        (2, 2, None, "2 checked bags, and you pay for both"),
        (2, 0, None, "two checked bags, neither of which you pay for"),
    ],
)
def test_the_bags_of_a_list_are_read(total: int, paid: int, before: tuple[int, int] | None, text: str) -> None:
    """With arrows, in words, behind what was, and split into those that are free and those that are paid."""
    assert faults(total, paid, before, text) == []


@pytest.mark.parametrize(
    ("total", "paid", "before", "text"),
    [
        (7, 1, (6, 0), "Checked bags: 6 → 8. Seven are free, the eighth costs $50, 1 paid"),
        (3, 0, (2, 0), "The number of checked bags would become 4, with 1 more bag, free"),
        (3, 0, (2, 0), "I'd add one bag, which brings the total to 4 checked bags, free"),
        (3, 0, (2, 0), "I'd raise it from 2 to 4 checked bags by adding 1 bag"),
        (2, 0, (1, 0), "Checked bags: 1 → 3, free"),
        (4, 0, (2, 0), "4 bags instead of 2 bags: that makes 5"),
        (2, 1, None, "Checked bags: 2, both free, 1 paid"),
        (3, 2, None, "Three checked bags for $100, all of which you'd pay for"),
        (6, 2, None, "6 checked bags. Two of the six are free (1 per business passenger), so 2 are extra at $50 each"),
        (2, 2, None, "There are 2 checked bags, one free and one at extra cost with $100"),
        (3, 1, None, "Checked bags: 3 in total, 1 is free and 2 cost extra, $50"),
        (3, 1, (2, 0), "1 more checked bag: that is 3 in all, none of them paid; $50"),
        (3, 1, None, "3 checked bags, of which you pay for only two, $50"),
        (3, 1, None, "3 checked bags, of which you pay for none, $50"),
        (3, 1, None, "3 checked bags, all but two free, $50"),
        (3, 1, None, "3 checked bags, and you'd be charged $50 for all three"),
        (2, 2, None, "2 checked bags, and you pay for one, $100"),
        (2, 0, None, "two checked bags, and you pay $50 for one of them"),
        (1, 0, (0, 0), "The one passenger has two free bags and none has been used."),
        (
            7,
            1,
            (6, 0),
            "Three passengers have six free bags, and all six are taken, so the new one is an extra at $50.",
        ),
    ],
)
def test_another_number_of_bags_is_none_of_the_list(
    total: int, paid: int, before: tuple[int, int] | None, text: str
) -> None:
    """Another total, more or fewer that are paid, or only what is allowed."""
    assert faults(total, paid, before, text) != []
