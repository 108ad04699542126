"""The verb `doctor`: find out what a server really does."""

from __future__ import annotations

from typing import Annotated

import typer

from writ_dspy.cli.options import AsJson, print_json, print_rich


def doctor(
    url: Annotated[
        str,
        typer.Argument(metavar="URL", help="sglang://HOST:PORT/MODEL, openai://HOST/v1/MODEL, local or local:PATH."),
    ],
    *,
    api_key_env: Annotated[str | None, typer.Option(help="Name of the variable that holds the API key.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find out what a model server really does, with a few tiny requests, and what a run will use of it."""
    import asyncio

    from writ_dspy.errors import LMError
    from writ_dspy.lm import LMSettings
    from writ_dspy.lm.probe import probe
    from writ_dspy.report.tables import Table

    settings = LMSettings.of({"model": url, "api_key_env": api_key_env, "retries": 1, "patience": 20.0}, "URL")
    try:
        found = asyncio.run(probe(settings))
    except LMError as error:
        if as_json:
            print_json({"url": url, "state": "cannot be used", "why": str(error)})
        raise LMError(f"cannot be used: {error}") from None
    if as_json:
        print_json({"state": "can be used"} | found.model_dump(mode="json"))
        return
    table = Table("what", "~found", "~means")
    for row in found.lines():
        table.add(*row)
    print_rich(table)
    typer.echo("a run will use: " + ", ".join(f"{key} {value}" for key, value in found.settings().items() if value))
