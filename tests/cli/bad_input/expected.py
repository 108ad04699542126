"""Cases that fail still, each with the reason."""

EXPECTED: dict[str, str] = {}
