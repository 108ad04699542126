"""Brought in: a thing that a rewording speaks of, though neither the text nor anybody so far has named it.

"Yes, the product is perfect", of a trip, changes no fact, and says something else all the same. Words of any talk ("day", "answer",
"pleasure") bring nothing in. As `verify.fidelity` it is strict on purpose: a new word for a thing that is meant costs one more try.
"""

from __future__ import annotations

from collections.abc import Iterator

from writ_dspy.verify.everyday import is_matter
from writ_dspy.verify.fidelity import Keep, stems
from writ_dspy.verify.strange import named_things


def brought_in(original: str, reworded: str, keep: Keep) -> Iterator[str]:
    """Each such thing as a fault, beside those that `fidelity.faults` finds."""
    known = keep.at_hand | stems([original])
    for words in named_things(reworded):
        things = [word for word in words if is_matter(word)]
        if things and known.isdisjoint(stems(things)):
            yield f"with a new thing {things[-1]}"
