"""`python -m benchmarks.mutations`: plays the fuzz and prints what came of it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.mutations.judge import MOST, fuzz
from benchmarks.mutations.table import SEED, figures, kinds_table, page, shown
from benchmarks.mutations.talks import PER_CELL, written
from benchmarks.results import MUTATIONS, with_mutations


def main(args: Sequence[str] | None = None) -> None:
    """Play, count, print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mutations", description="Spoil and reword right conversations."
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of the tasks, the talks and every choice")
    parser.add_argument(
        "--kinds", nargs="*", default=[], help="names of kinds, beginnings of names, or families; all without"
    )
    parser.add_argument("--show", metavar="KIND", help="what one kind makes of three conversations")
    parser.add_argument("--most", type=int, default=MOST, help="conversations per kind")
    parser.add_argument("--per-cell", type=int, default=PER_CELL, help="tasks per domain, kind and dial")
    parser.add_argument("--also", type=Path, help="a file with more conversations, as natural.jsonl has them")
    parser.add_argument(
        "--domain",
        default="",
        help="another domain, by name or place: kinds that need τ²'s tools or records are left out",
    )
    parser.add_argument("--examples", action="store_true", help="print an example of each kind that was judged wrongly")
    parser.add_argument("--write", action="store_true", help="keep what was found, in the results as well")
    asked = parser.parse_args(args)
    if asked.show:
        print(shown(asked.show, asked.seed))
        return
    if asked.domain and asked.write:
        parser.error("--write keeps what was found of τ²'s domains")
    start = time.monotonic()
    extra = written(asked.also) if asked.also else ()
    scores = fuzz(asked.kinds, asked.seed, asked.per_cell, asked.most, extra, asked.domain)
    print(kinds_table(scores))
    if asked.examples:
        for kind, one in scores:
            for text in one.missed[:1]:
                print(f"\n## {kind.name}\n{text}")
    print("\n".join(f"- {line}" for line in figures(scores)))
    print(f"- {time.monotonic() - start:.0f} s")
    if asked.write:
        found = page(scores)
        MUTATIONS.write_text(f"{found}\n", encoding="utf-8")
        results = MUTATIONS.with_name("results.md")
        results.write_text(with_mutations(results.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
