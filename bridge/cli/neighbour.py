"""``beffroi neighbour add``: another collectivity joins our federation."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.terminal.interview import Interview
from bridge.cli.terminal.speech import known
from config.texts import mark


def register(app: typer.Typer) -> None:
    """Add the ``neighbour`` commands."""
    group = typer.Typer(help=mark("The other collectivities of the federation."), no_args_is_help=True)
    # Typer makes a single command the group itself; there will be others.
    group.callback()(lambda: None)
    group.command(help=mark("Take a neighbour's entry into our member list."))(add)
    app.add_typer(group, name="neighbour")


def add(
    file: Annotated[Path, typer.Argument(help=mark("The federation.yaml that the neighbour has given us."))],
    federation: Annotated[Path, typer.Option("--federation", help=mark("Our own member list."))] = Path(
        "federation.yaml"
    ),
) -> None:
    """Take a neighbour's entry into our member list."""
    from config.load import load_federation  # noqa: PLC0415
    from config.writing.joining import own_list, strangers, take_in  # noqa: PLC0415 - pydantic takes long to import

    _want_list(file)
    words, theirs = known(), load_federation(file)
    new = strangers(own_list(federation), theirs)
    if not new:
        # It may know a SIREN that our list lacks.
        take_in(federation, theirs)
        typer.echo(words.gettext("They are all in our list already."))
        return
    for member in new:
        key = member.register_keys[0] if member.register_keys else "–"
        line = words.gettext("{name} ({server}), register key {key}")
        typer.echo(line.format(name=member.name or "–", server=member.server_name, key=key))
    if not Interview(words).agree(mark("Does this file come from them, and have you compared the keys?"), default=True):
        raise typer.Exit(1)
    take_in(federation, theirs)
    typer.echo(words.gettext("✔ Taken in. Then, on both sides: ./beffroi restart"))


def _want_list(file: Path) -> None:
    """Raise where *file* is not there, or is settings, which lie beside a member list and look like one."""
    from config.errors import InvalidSettings  # noqa: PLC0415
    from config.sentence import sentence  # noqa: PLC0415

    if file.read_bytes().find(b"members:") < 0:
        raise InvalidSettings(
            sentence("{file} is no list of members: the federation.yaml of the neighbour is meant", file=file)
        )
