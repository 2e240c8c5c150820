"""``beffroi assistant run``: the assistant's process."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.heedless import heedless
from bridge.cli.lean import without


def register(app: typer.Typer) -> None:
    """Add the ``assistant`` commands."""
    group = typer.Typer(help="The assistant of one collectivity.", no_args_is_help=True)
    group.command("run")(run)
    app.add_typer(group, name="assistant")


def run(
    config: Annotated[Path, typer.Option(help="The collectivity's settings.")] = Path("collectivity.yaml"),
    federation: Annotated[
        Path | None, typer.Option(help="The member list; federation.yaml beside the settings when left out.")
    ] = None,
) -> None:
    """Run the assistant until it is stopped; logs go to stderr, one JSON object a line."""
    # structlog loads these wherever they are installed, for consoles and for Twisted's logs, and we install both for
    # others: 5 MiB of this process for nothing.
    with without("rich", "twisted"):
        import structlog  # noqa: PLC0415 - these take half a second to import, and this file is read at every start

    from bridge.operate.office import serve  # noqa: PLC0415
    from config.load import load_both  # noqa: PLC0415
    from config.secrets import Secrets  # noqa: PLC0415

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=heedless(2)),
    )
    collectivity, members = load_both(config, federation)
    asyncio.run(serve(collectivity, members, Secrets.load(collectivity.paths.secrets)))
