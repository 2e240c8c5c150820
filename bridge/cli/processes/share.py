"""``beffroi share run``: the share server's process."""

import asyncio
import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.processes.journal import log_lines
from config.errors import InvalidSettings
from config.sentence import sentence

if TYPE_CHECKING:
    from bridge.share.settings import ShareSettings
    from config.settings import Collectivity


def register(app: typer.Typer) -> None:
    """Add the ``share`` commands."""
    group = typer.Typer(help="The server of share links: it keeps ciphertext and no key.", no_args_is_help=True)
    # Typer makes a single command the group itself; there will be others.
    group.callback()(lambda: None)
    group.command("run")(run)
    app.add_typer(group, name="share")


def run(
    config: Annotated[Path, typer.Option(help="The collectivity's settings.")] = Path("collectivity.yaml"),
) -> None:
    """Run the share server until it is stopped; logs go to stderr, one JSON object a line."""
    log_lines()
    from bridge.share.serving import AnotherRuns, serve  # noqa: PLC0415
    from config.load import load_collectivity  # noqa: PLC0415

    try:
        asyncio.run(serve(settings_of(load_collectivity(config))))
    except AnotherRuns as exc:
        raise InvalidSettings(sentence("another share server runs on {folder}", folder=exc.folder)) from exc


def settings_of(collectivity: "Collectivity") -> "ShareSettings":
    """Return what the share server is told of *collectivity*; its secrets are not read."""
    from bridge.share.settings import ShareSettings  # noqa: PLC0415
    from config.office import office  # noqa: PLC0415
    from config.sections.sharing import share_token  # noqa: PLC0415

    share, folder = collectivity.share, collectivity.paths.share.resolve()
    return ShareSettings(
        origin=share.url,
        folder=folder,
        database=collectivity.share_database_url,
        token=share_token(folder),
        office=office(collectivity),
        zone=collectivity.timezone,
        bind="0.0.0.0" if collectivity.containers else share.bind,  # noqa: S104 - a network that only ours join
        port=share.port,
        api_port=share.api_port,
        quota=share.quota,
        largest=share.largest,
        # As for Synapse: elsewhere anybody could choose the address that limits count by.
        behind_proxy=collectivity.containers or ipaddress.ip_address(share.bind).is_loopback,
    )
