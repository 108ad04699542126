"""Cases that fail still, each kind with the reason."""

import re

EXPECTED = {
    r"^(?!mix-|quota-|fine-|place-)": "not mended yet",
    r"-file-closed$|^place-.*-(empty|locked)$": "typer looks at the path first, and frames what it says",
}


def expected(name: str) -> str:
    """Why this case fails still; empty if it does not."""
    return next((reason for pattern, reason in EXPECTED.items() if re.search(pattern, name)), "")
