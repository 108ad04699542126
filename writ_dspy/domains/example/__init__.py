"""A domain to begin with: the lending desk of a town library, declared in `library.yaml`; `writ domains new` writes a copy."""

from __future__ import annotations

from importlib.resources import files

FILES = ("library.yaml", "tools.py", "data.py", "policy.md")
"""The declaration first, then what it names."""


def texts() -> dict[str, str]:
    """Each file by its name."""
    home = files(__name__)
    return {name: (home / name).read_text(encoding="utf-8") for name in FILES}
