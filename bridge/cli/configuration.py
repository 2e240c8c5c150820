"""The commands that check and render the configuration: check, render."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.terminal.options import Members
from bridge.cli.terminal.speech import known
from config.errors import InvalidSettings
from config.sentence import joined, said, sentence
from config.texts import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.project_template import ProjectTemplate

_Given = Annotated[Path, typer.Option("--file", "-f", help=mark("The collectivity's settings."))]


def register(app: typer.Typer) -> None:
    """Add check and render to *app*."""
    app.command(help=mark("Read the settings and say all that is wrong with them; exit code 2 if anything is."))(check)
    app.command(help=mark("Render the configuration of Synapse, Caddy, Element and the assistant into DIR."))(render)


def check(file: _Given = Path("collectivity.yaml"), federation: Members = None) -> None:
    """Read the settings and say everything that is wrong with them; exit code 2 if anything is."""
    from bridge.operate.services.certificates import flaws  # noqa: PLC0415
    from config.advice import on_files, on_membership, on_server_name  # noqa: PLC0415
    from config.load import load_both, load_project_templates  # noqa: PLC0415
    from config.secrets import Secrets  # noqa: PLC0415

    collectivity, members = load_both(file, federation)
    for warning in _days_unread(load_project_templates(collectivity.paths.projects), collectivity.timezone):
        _warn(warning)
    folder = collectivity.paths.secrets
    secrets = Secrets.load(folder) if folder.is_dir() else None
    for warning in on_server_name(collectivity.server_name):
        _warn(warning)
    wrong = [*on_membership(collectivity, members, secrets), *on_files(collectivity), *flaws(collectivity)]
    if wrong:
        raise InvalidSettings(joined(wrong))
    count = len(members.listed_servers)
    well = known().ngettext(
        "{name} ({server}): all is well; {count} server in the federation.",
        "{name} ({server}): all is well; {count} servers in the federation.",
        count,
    )
    _say(well.format(name=collectivity.name, server=collectivity.server_name, count=count))


def _days_unread(templates: "Mapping[str, ProjectTemplate]", timezone: str) -> "Iterator[str]":
    from datetime import UTC, datetime  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from bots.projects.doubts import unread  # noqa: PLC0415

    for name, template in templates.items():
        for due in unread(template, datetime.now(UTC), ZoneInfo(timezone)):
            advice = mark("project template {name}: “{due}” is no day that I understand; for example +14 jours")
            yield sentence(advice, name=name, due=due)


def render(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=mark("Where to write the rendered files."))],
    file: _Given = Path("collectivity.yaml"),
    federation: Members = None,
) -> None:
    """Render Synapse's, Element's and the assistant's configuration into DIR."""
    from config.folders import owned_by_another  # noqa: PLC0415
    from config.load import load_both  # noqa: PLC0415
    from config.secrets import Secrets  # noqa: PLC0415
    from config.writing.render import render as write  # noqa: PLC0415

    collectivity, members = load_both(file, federation)
    warning = owned_by_another(directory)
    if warning is not None:
        _warn(warning)
    write(collectivity, members, Secrets.load_or_create(collectivity.paths.secrets), directory)
    _say(known().gettext("Rendered into {folder}.").format(folder=directory))


def _say(line: str) -> None:
    typer.echo(line)


def _warn(line: str) -> None:
    words = known()
    warning = words.gettext("beffroi: warning: {warning}").format(warning=said(line, words))
    typer.secho(warning, fg=typer.colors.YELLOW, err=True)
