"""``beffroi doctor``: what is wrong with a town, or soon will be, and what to do about it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.speech import known
from config.texts import mark


def register(app: typer.Typer) -> None:
    """Add ``doctor`` to *app*."""
    app.command(help=mark("Examine the town; each finding says what to do; exit code 1 when something hurts."))(doctor)


def doctor(
    config: Annotated[Path, typer.Option("--config", help=mark("The collectivity's settings."))] = Path(
        "collectivity.yaml"
    ),
    federation: Annotated[
        Path | None, typer.Option("--federation", help=mark("The member list; beside the settings by default."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=mark("For programs."))] = False,
) -> None:
    """Examine the town; each finding says what to do; exit code 1 when something hurts."""
    from bridge.backup.staging import Town  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.doctor import examination  # noqa: PLC0415

    town, texts = Town.load(config, federation), known()
    findings = asyncio.run(examination.Doctor(town, texts).examine())
    if as_json:
        typer.echo(examination.as_json(findings))
    else:
        for line in examination.lines(findings):
            typer.echo(line)
        _ = texts.gettext
        typer.echo(_("All is well.") if examination.is_well(findings) else _("Something hurts: see ✖ above."))
    if not examination.is_well(findings):
        raise typer.Exit(1)
