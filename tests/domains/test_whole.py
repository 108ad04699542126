"""A text as a whole inside another is what a pattern of it would find."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from writ_dspy.domains.whole import ends_whole, is_whole, places

TEXTS = st.text(alphabet="ab1_ .'-", max_size=12)
PARTS = st.text(alphabet="ab1_.", min_size=1, max_size=3)


@given(part=PARTS, text=TEXTS)
def test_a_whole_part_is_what_a_pattern_finds(part: str, text: str) -> None:
    """With more signs that may not stand beside it, and with endings that may belong to it."""
    escaped = re.escape(part)

    assert is_whole(part, text) == bool(re.search(rf"(?<!\w){escaped}(?!\w)", text))
    assert is_whole(part, text, "'-", "'", ("", "b", "ab")) == bool(
        re.search(rf"(?<![\w'-]){escaped}(?:b|ab)?(?![\w'])", text)
    )
    assert ends_whole(part, text) == bool(re.search(rf"{escaped}(?!\w)", text))
    assert list(places(part, text)) == [match.start() for match in re.finditer(escaped, text)]


@given(part=st.text(alphabet="ab ", min_size=1, max_size=3), text=TEXTS)
def test_other_signs_may_stand_for_spaces(part: str, text: str) -> None:
    """They count as spaces inside the part, and as what they are beside it."""
    pattern = re.escape(part).replace(r"\ ", "[ _]")

    assert is_whole(part, text, spaced=text.replace("_", " ")) == bool(re.search(rf"(?<!\w){pattern}(?!\w)", text))
