"""The verb `domains`: what there is to make trajectories of."""

from __future__ import annotations

from typing import Annotated

import typer

from writ_dspy.cli.options import DEFAULT_N, AsJson, N, print_json, print_rich
from writ_dspy.errors import ConfigError


def domains(
    *,
    mix: Annotated[
        bool, typer.Option("--mix", help="Print the default mix of -n tasks instead, as a file for --mix.")
    ] = False,
    n: N = None,
    as_json: AsJson = False,
) -> None:
    """List the domains: their tools, databases and versions."""
    from writ_dspy.domains import NAMES, load
    from writ_dspy.propose.mix import default_mix, to_yaml
    from writ_dspy.report.tables import Table

    if n is not None and not mix:
        raise ConfigError(f"-n {n}: it says how many tasks the mix of --mix has. Add --mix, or leave -n out.")
    if mix:
        made = default_mix(NAMES, DEFAULT_N if n is None else n)
        if as_json:
            print_json(made.model_dump(mode="json"))
        else:
            typer.echo(to_yaml(made), nl=False)
        return
    found = [load(name) for name in NAMES]
    tools = [[sum(k == kind for k in d.kinds.values()) for kind in ("read", "write", "generic")] for d in found]
    records = [{table: len(rows) for table, rows in domain.tables.items()} for domain in found]
    if as_json:
        rows = [
            {
                "domain": d.name,
                "version": d.version,
                "read": read,
                "write": write,
                "generic": generic,
                "records": count,
            }
            for d, (read, write, generic), count in zip(found, tools, records, strict=True)
        ]
        print_json({"domains": rows})
        return
    table = Table("domain", "version", ">read", ">write", ">generic", "~records")
    for domain, kinds, count in zip(found, tools, records, strict=True):
        sizes = ", ".join(f"{number:,} {name}" for name, number in count.items())
        table.add(domain.name, domain.version, *kinds, sizes)
    print_rich(table)
