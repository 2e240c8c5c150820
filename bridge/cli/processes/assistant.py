"""``beffroi assistant run``: the assistant's process."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.processes.journal import log_lines


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
    log_lines(failures=True)
    from bridge.operate.assistant.office import serve  # noqa: PLC0415
    from config.load import load_both  # noqa: PLC0415
    from config.secrets import Secrets  # noqa: PLC0415

    collectivity, members = load_both(config, federation)
    asyncio.run(serve(collectivity, members, Secrets.load(collectivity.paths.secrets)))
