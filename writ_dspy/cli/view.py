"""The verb `view`: runs in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from writ_dspy.cli import voice
from writ_dspy.cli.options import as_path
from writ_dspy.errors import ConfigError, whole

if TYPE_CHECKING:
    from writ_dspy.run.synth import Stage
    from writ_dspy.view.site import Site

PORT = 8610
LAST_PORT = 65_535


def view(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN", help="Run folders, or published datasets: hf:OWNER/NAME[@REVISION]. Several can be compared."
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            parser=as_path,
            metavar="FOLDER",
            help="Write the pages to a folder that any browser opens, and serve nothing.",
        ),
    ] = None,
    port: Annotated[int, typer.Option(help="Where to serve them, on this machine alone; 0 takes a free port.")] = PORT,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only say where they are served; open no browser.")
    ] = False,
) -> None:
    """Look at runs in the browser: plots, a table to filter, each conversation with what its writes rest on, two runs compared.

    Nothing is loaded from the net, and nobody else can ask for these pages. Ctrl-C ends it.
    """
    from writ_dspy.view.site import Site

    whole("--port", port, 0, LAST_PORT)
    if out is not None:
        _written(runs, out)
        return
    site = Site.of(runs)  # what is wrong with a run comes before what this machine lacks
    _serve(site, port, None if no_browser else _browser())


def _written(runs: list[str], out: Path) -> None:
    from writ_dspy.cli.progress import display
    from writ_dspy.store.places import check_folder
    from writ_dspy.view.folder import write
    from writ_dspy.view.site import Site

    check_folder(out, "--out")
    with display(quiet=False) as progress:
        write(
            Site.of(runs), out, (lambda done, of: progress(cast("Stage", "files"), done, of, {})) if progress else None
        )
    voice.hint(f"open {out / 'index.html'} in a browser")


def _browser() -> webbrowser.BaseBrowser:
    try:
        return webbrowser.get()
    except webbrowser.Error:
        raise ConfigError(
            "there is no browser on this machine. Say --no-browser and open the address yourself, for example through "
            "`ssh -L`, or write the pages with --out FOLDER."
        ) from None


def _serve(site: Site, port: int, browser: webbrowser.BaseBrowser | None) -> None:
    from writ_dspy.view.server import Server

    with Server(site, port) as server:
        typer.echo(f"{server.url}   (Ctrl-C ends it)")
        if browser is not None:
            browser.open(server.url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            voice.hint("no longer served")
