"""``beffroi calendars run``: the process that hands feeds to calendar applications, and reads addresses for rooms."""

import asyncio
import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.processes.journal import log_lines

if TYPE_CHECKING:
    from bridge.calendars.settings import GateSettings
    from config.settings import Collectivity


def register(app: typer.Typer) -> None:
    """Add the ``calendars`` commands."""
    group = typer.Typer(help="The town's gate for calendars: it holds no key.", no_args_is_help=True)
    # Typer makes a single command the group itself; there will be others.
    group.callback()(lambda: None)
    group.command("run")(run)
    app.add_typer(group, name="calendars")


def run(
    config: Annotated[Path, typer.Option(help="The collectivity's settings.")] = Path("collectivity.yaml"),
) -> None:
    """Serve calendars until stopped; logs go to stderr, one JSON object a line."""
    log_lines()
    from bridge.calendars.serving import serve  # noqa: PLC0415
    from config.load import load_collectivity  # noqa: PLC0415

    asyncio.run(serve(settings_of(load_collectivity(config))))


def settings_of(collectivity: "Collectivity") -> "GateSettings":
    """Return what the process is told of *collectivity*; its secrets are not read."""
    from bridge.calendars.settings import GateSettings  # noqa: PLC0415

    calendars, web = collectivity.calendars, collectivity.web
    return GateSettings(
        folder=collectivity.paths.calendars.resolve(),
        bind="0.0.0.0" if collectivity.containers else calendars.bind,  # noqa: S104 - a network that only ours join
        port=calendars.port,
        # As for Synapse: elsewhere anybody could choose the address that limits count by.
        behind_proxy=collectivity.containers or ipaddress.ip_address(calendars.bind).is_loopback,
        private_addresses=collectivity.network.private_addresses or (web is not None and web.trial),
    )
