"""`docs/templates.md`: what each chat template shows of a row, in every form that has messages, as it was measured.

The figures are those of `tests/trainers/templates.json`, which `WRIT_TEMPLATES=write python tests/trainers/job.py` measures anew.
"""

from __future__ import annotations

import json
from typing import Any

from pages.blocks import ROOT, WRITTEN, table

MEASURED = ROOT / "tests" / "trainers" / "templates.json"
WHOLE = "whole"
FORMS = ("dataset", "openai", "hermes")


def page() -> str:
    """All of it."""
    found: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8"))
    every = found["templates"]
    counts = {form: sum(one["forms"][form] == WHOLE for one in every) for form in FORMS}
    some = sum(WHOLE in one["forms"].values() for one in every)
    versions = dict(found["packages"])
    renderer = versions.pop("transformers")
    packages = ", ".join(f"{name} {version}" for name, version in versions.items())
    parts = ["# Chat templates", WRITTEN]
    parts.append(
        f"Of {len(every)} chat templates, {some} show every text, tool, call and argument of every row in at least one form: {counts['dataset']} "
        f"from the dataset as it is, {counts['openai']} from OpenAI's file, {counts['hermes']} from `hermes`."
    )
    parts.append(
        f"They are the distinct ones of {packages}. With transformers {renderer}, each rendered {found['rows']} rows, in which every text, called name and argument had a mark of "
        "its own, so that nothing lost can be mistaken for something that reads the same. `./check trainers` measures them again and compares."
    )
    parts.append(
        "`whole` means that nothing is missing, and texts are in order. What a template *loses* it leaves out without a word; what it *refuses* "
        "it refuses in the words that are cited. Where your model's template does not show the dataset whole, export with "
        "`--format hermes`: it asks a template for nothing but roles and texts. The templates without `whole` have no system prompt, show it "
        "only at the last turn of a user, or take texts in parts, as those for pictures do."
    )
    reasons = {
        kind: sum(one["reasoning"] == kind for one in every) for kind in ("every", "last", "some", "none", "refused")
    }
    parts.append(
        f"The last column is about `writ export --reasoning brief`: where every assistant message has a `reasoning_content`, {reasons['every']} templates "
        f"show *every* one, {reasons['last']} only those after the user's *last* message, {reasons['some']} *some*, and {reasons['none']} *none*; "
        f"the {reasons['refused']} others refuse the dataset's form."
    )
    rows = [
        [f"`{one['name']}`", one["source"], *(_cell(one["forms"][form]) for form in FORMS), one["reasoning"]]
        for one in every
    ]
    parts.append(table(["template", "from", "dataset", "`openai`", "`hermes`", "reasoning"], rows))
    return "\n\n".join(parts) + "\n"


def _cell(outcome: str) -> str:
    """With the words of a template as code, since they hold marks."""
    kind, colon, words = outcome.partition(": ")
    return outcome if not colon or kind == "loses" else f"refuses: `{words.replace('`', chr(39))}`"
