"""``beffroi doctor``: what is wrong with a town, or soon will be, and what to do about it."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.owned import want_owned
from bridge.cli.terminal.options import AsJson, Members
from bridge.cli.terminal.speech import known
from config.texts import mark

if TYPE_CHECKING:
    from bridge.backup.staging import Town

_MENDING_S = 60.0


def register(app: typer.Typer) -> None:
    """Add ``doctor`` to *app*."""
    app.command(help=mark("Examine the town; each finding says what to do; exit code 1 when something is wrong."))(
        doctor
    )


def doctor(
    config: Annotated[Path, typer.Option("--config", help=mark("The collectivity's settings."))] = Path(
        "collectivity.yaml"
    ),
    federation: Members = None,
    as_json: AsJson = False,
    mend: Annotated[
        bool, typer.Option("--mend", help=mark("First have the homeserver list anew whoever people do not find."))
    ] = False,
) -> None:
    """Examine the town; each finding says what to do; exit code 1 when something is wrong."""
    from bridge.backup.staging import Town  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.doctor import examination  # noqa: PLC0415

    town, texts = Town.load(config, federation), known()
    want_owned(town.collectivity)
    if mend:
        asyncio.run(_mended(town))
    findings = asyncio.run(examination.Doctor(town, texts).examine())
    if as_json:
        typer.echo(examination.as_json(findings))
    else:
        for line in examination.lines(findings):
            typer.echo(line)
        _ = texts.gettext
        typer.echo(_("All is well.") if examination.is_well(findings) else _("Something is wrong: see ✖ above."))
    if not examination.is_well(findings):
        raise typer.Exit(1)


async def _mended(town: "Town") -> None:
    """Put right what can be; the examination says what could not."""
    from bridge.people import listing  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.people.administration import administering  # noqa: PLC0415
    from bridge.people.errors import PeopleError  # noqa: PLC0415

    with suppress(PeopleError):
        async with administering(town.collectivity, town.secrets) as administration:
            people = (town.collectivity.assistant, *town.collectivity.admins)
            await listing.mend(administration, people, _MENDING_S)
