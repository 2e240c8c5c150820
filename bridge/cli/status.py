"""``beffroi status``: how the collectivities of a demo are doing."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.speech import LANGUAGE


def register(app: typer.Typer) -> None:
    """Add ``status`` to *app*."""
    app.command()(status)


def status(
    directory: Annotated[Path, typer.Option("--dir", help="The demo's folder.")] = Path("demo"),
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the messages: fr or en.")] = LANGUAGE,
) -> None:
    """Show how each collectivity is; exit code 1 when something is not well."""
    from rich.console import Console  # noqa: PLC0415 - imported late: this file is read at every start

    from bridge.operate import status as state  # noqa: PLC0415
    from config.texts import texts  # noqa: PLC0415

    statuses = asyncio.run(state.look(directory.resolve()))
    if as_json:
        typer.echo(state.as_json(statuses))
    else:
        Console().print(state.as_table(statuses, texts(lang)))
    if not all(each.well for each in statuses):
        raise typer.Exit(1)
