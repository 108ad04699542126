"""The data of tau-trait's telehealth desk, as its package has it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

TABLES = ("patients", "providers", "appointments", "medical_records", "medication_suppliers", "drug_interactions")


def make() -> dict[str, Any]:
    """All tables."""
    found = importlib.util.find_spec("tau_trait")
    assert found is not None and found.submodule_search_locations is not None  # noqa: PT018 - the test has looked
    home = Path(next(iter(found.submodule_search_locations))) / "envs" / "telehealth" / "data"
    return {name: json.loads((home / f"{name}.json").read_text(encoding="utf-8")) for name in TABLES}
