"""``beffroi room check``: one room's register, as each assistant sees it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the ``room`` commands."""
    group = typer.Typer(help="Ce que les assistants savent d’un salon.", no_args_is_help=True)
    group.command("check")(check)
    app.add_typer(group, name="room")


def check(
    room: Annotated[str, typer.Argument(help="L’identifiant du salon (!…).")],
    directory: Annotated[Path, typer.Option("--dir", help="Le dossier de la démonstration.")] = Path("demo"),
    config: Annotated[
        Path | None, typer.Option("--config", help="Les réglages d’une seule collectivité, sans démonstration.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Pour les programmes.")] = False,
    lang: Annotated[str, typer.Option(help="Langue des messages : fr ou en.")] = "fr",
) -> None:
    """Comparer ce que chaque assistant sait d’un salon ; le code de sortie est 1 quand quelque chose ne va pas."""
    from rich.console import Console  # noqa: PLC0415 - imported late: this file is read at every start

    from bridge.operate import inspection  # noqa: PLC0415
    from config.load import load_collectivity  # noqa: PLC0415
    from config.texts import texts  # noqa: PLC0415

    asked = inspection.of_demo(directory.resolve()) if config is None else [load_collectivity(config)]
    reports = asyncio.run(inspection.look(asked, room))
    if as_json:
        typer.echo(inspection.as_json(reports))
    else:
        Console().print(inspection.as_table(reports, texts(lang)))
    present = [each for each in reports.values() if each is not None]
    if not present or not all(each["well"] for each in present):
        raise typer.Exit(1)
