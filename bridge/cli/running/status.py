"""``beffroi status``: how a town is doing, or the collectivities of a demo."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.running.town import read_town
from bridge.cli.running.whose import DEMO, settings_of
from bridge.cli.terminal.options import AsJson, Members
from bridge.cli.terminal.speech import LANGUAGE, Lang
from config.texts import mark

if TYPE_CHECKING:
    from bridge.operate.status.asking import TownStatus


def register(app: typer.Typer) -> None:
    """Add ``status`` to *app*."""
    app.command(help=mark("Show how the town is doing; exit code 1 when something is wrong."))(status)


def status(
    directory: Annotated[Path | None, typer.Option("--dir", help=mark("The folder of a demo."))] = None,
    config: Annotated[Path | None, typer.Option("--config", help=mark("The collectivity's settings."))] = None,
    federation: Members = None,
    as_json: AsJson = False,
    lang: Lang = LANGUAGE,
) -> None:
    """Show how the town is doing; exit code 1 when something is wrong."""
    from rich.console import Console  # noqa: PLC0415 - imported late: this file is read at every start

    from bridge.operate.status import showing  # noqa: PLC0415
    from bridge.operate.status.asking import look  # noqa: PLC0415
    from bridge.operate.status.verdict import verdict  # noqa: PLC0415
    from config.texts import texts  # noqa: PLC0415

    settings = settings_of(directory, config)
    statuses = asyncio.run(look((directory or DEMO).resolve())) if settings is None else (_town(settings, federation),)
    if as_json:
        typer.echo(showing.as_json(statuses))
    else:
        Console().print(showing.as_table(statuses, texts(lang)))
        for line in verdict(statuses, texts(lang)):
            typer.echo(line)
    if not all(each.well for each in statuses):
        raise typer.Exit(1)


def _town(config: Path, federation: Path | None) -> "TownStatus":
    from bridge.operate.status.asking import look_at_town  # noqa: PLC0415 - imported late: this file is read at every start
    from config.secrets import Secrets  # noqa: PLC0415

    town, members = read_town(config, federation)
    return asyncio.run(look_at_town(town, members, Secrets.load(town.collectivity.paths.secrets)))
