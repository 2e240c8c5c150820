"""``beffroi room check``: one room's register, as each assistant sees it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.running.whose import collectivities
from bridge.cli.terminal.options import AsJson
from bridge.cli.terminal.speech import LANGUAGE, Lang


def register(app: typer.Typer) -> None:
    """Add the ``room`` commands."""
    group = typer.Typer(help="What the assistants know of a room.", no_args_is_help=True)
    group.command("check")(check)
    app.add_typer(group, name="room")


def check(
    room: Annotated[str, typer.Argument(help="The room, as in `!abc`.")],
    directory: Annotated[Path | None, typer.Option("--dir", help="The demo's folder.")] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="The settings of one collectivity, without a demo.")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = LANGUAGE,
) -> None:
    """Compare what each assistant knows of a room; exit code 1 when something is not well."""
    from rich.console import Console  # noqa: PLC0415 - imported late: this file is read at every start

    from bridge.operate.assistant import inspection  # noqa: PLC0415
    from config.texts import texts  # noqa: PLC0415

    reports = asyncio.run(inspection.look(collectivities(directory, config), room))
    if as_json:
        typer.echo(inspection.as_json(reports))
    else:
        Console().print(inspection.as_table(reports, texts(lang)))
    present = [each for each in reports.values() if each is not None]
    if not present or not all(each["well"] for each in present):
        raise typer.Exit(1)
