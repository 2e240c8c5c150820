"""The commands that write, check and render the configuration: init, check, render."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.errors import InvalidSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.project_template import ProjectTemplate

_Text = Annotated[str | None, typer.Option(show_default=False)]
_Given = Annotated[Path, typer.Option("--file", "-f", help="The collectivity's settings.")]
_List = Annotated[Path | None, typer.Option("--federation", help="The member list; beside the settings by default.")]


def register(app: typer.Typer) -> None:
    """Add init, check and render to *app*."""
    app.command()(init)
    app.command()(check)
    app.command()(render)


def init(
    name: _Text = None,
    server_name: _Text = None,
    kind: Annotated[str | None, typer.Option(help="commune, intercommunalité, département or syndicat.")] = None,
    siren: _Text = None,
    locale: Annotated[str, typer.Option(help="fr or en.")] = "fr",
    admin: Annotated[list[str] | None, typer.Option(help="An administrator's address; may be repeated.")] = None,
    folder: Annotated[Path, typer.Option("--dir", help="Where to write the files.")] = Path(),
) -> None:
    """Write collectivity.yaml and federation.yaml for a new collectivity, and make its secrets."""
    from config.advice import FOR_EVER, on_server_name  # noqa: PLC0415 - pydantic takes long to import
    from config.load import collectivity_from  # noqa: PLC0415
    from config.starting import start  # noqa: PLC0415

    answers = {
        "name": _answer(name, "--name", "Name of the collectivity"),
        "server_name": _answer(server_name, "--server-name", "Server name (for ever; usually the domain, valbourg.fr)"),
        "kind": _answer(kind, "--kind", "Kind (commune, intercommunalité, département, syndicat)"),
        "siren": _answer(siren, "--siren", "SIREN (nine digits)"),
        "locale": locale,
        "admins": admin or [],
    }
    collectivity = collectivity_from(answers)
    _say(FOR_EVER.format(collectivity.server_name))
    for warning in on_server_name(collectivity.server_name):
        _warn(warning)
    # Asked only of whoever was asked before: a script has decided already.
    if server_name is None and not typer.confirm(f"Use {collectivity.server_name}?", err=True):
        raise typer.Exit(1)
    start(collectivity, folder)
    _say(f"Written: {folder / 'collectivity.yaml'}, {folder / 'federation.yaml'} and secrets in {folder / 'data'}.")


def check(file: _Given = Path("collectivity.yaml"), federation: _List = None) -> None:
    """Read the settings and say everything that is wrong with them; exit code 2 if anything is."""
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
    wrong = [*on_membership(collectivity, members, secrets), *on_files(collectivity)]
    if wrong:
        raise InvalidSettings("\n".join(wrong))
    servers = len(members.listed_servers)
    _say(f"{collectivity.name} ({collectivity.server_name}): all is well; {servers} server(s) in the federation.")


def _days_unread(templates: "Mapping[str, ProjectTemplate]", timezone: str) -> "Iterator[str]":
    from datetime import UTC, datetime  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from bots.projects.doubts import unread  # noqa: PLC0415

    for name, template in templates.items():
        for due in unread(template, datetime.now(UTC), ZoneInfo(timezone)):
            yield f"project template {name}: “{due}” is no day that I understand; for example +14 jours"


def render(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write the rendered files.")],
    file: _Given = Path("collectivity.yaml"),
    federation: _List = None,
) -> None:
    """Render Synapse's, Element's and the assistant's configuration into DIR."""
    from config.folders import owned_by_another  # noqa: PLC0415
    from config.load import load_both  # noqa: PLC0415
    from config.render import render as write  # noqa: PLC0415
    from config.secrets import Secrets  # noqa: PLC0415

    collectivity, members = load_both(file, federation)
    warning = owned_by_another(directory)
    if warning is not None:
        _warn(warning)
    write(collectivity, members, Secrets.load_or_create(collectivity.paths.secrets), directory)
    _say(f"Rendered into {directory}.")


def _answer(given: str | None, option: str, question: str) -> str:
    if given is not None:
        return given
    if not _has_terminal():
        raise InvalidSettings(f"{option} is missing, and there is no terminal to ask on")
    answer: str = typer.prompt(question, err=True)
    return answer


def _say(line: str) -> None:
    typer.echo(line)


def _warn(line: str) -> None:
    typer.secho(f"beffroi: warning: {line}", fg=typer.colors.YELLOW, err=True)


def _has_terminal() -> bool:
    return sys.stdin.isatty()
