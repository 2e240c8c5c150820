"""``beffroi systemd | compose``: one town's processes as units or as containers; ``prepare``, which both call first."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.running.town import Config, read_town
from bridge.cli.terminal.options import Members
from bridge.cli.terminal.speech import known

_HERE = Path("collectivity.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(systemd)
    app.command()(compose)
    app.command(hidden=True)(prepare)
    app.command(hidden=True)(timers)


def systemd(
    config: Config = _HERE,
    federation: Members = None,
    user: Annotated[
        str, typer.Option(help="The account that the processes run as; the folder must be its own.")
    ] = "beffroi",
) -> None:
    """Write units for systemd into data/systemd, and say how they are installed."""
    from bridge.operate.services.drivers.systemd import units  # noqa: PLC0415
    from bridge.operate.services.plan import services  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.operate.services.programs import find  # noqa: PLC0415
    from config.files import write_whole  # noqa: PLC0415

    town, _members = read_town(config, federation)
    folder = town.collectivity.paths.data / "systemd"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = town.collectivity.backups.place
    if place is not None:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = units(town, services(town, find(town.collectivity)), user)
    for name, text in files.items():
        write_whole(folder / name, text, 0o644)
    words = known()
    typer.echo(words.gettext("Written into {folder}. Then, once:").format(folder=folder))
    target = next(name for name in files if name.endswith(".target"))
    for line in (
        f"sudo chown -R {user}: {town.settings.parent}",
        f"sudo cp {folder}/beffroi-* /etc/systemd/system/",
        "sudo systemctl daemon-reload",
        f"sudo systemctl enable --now {target}",
    ):
        typer.echo(f"    {line}")


def compose(config: Config = _HERE, federation: Members = None) -> None:
    """Write a compose file into data/compose.yaml, for containers, and say how it is started."""
    from bridge.operate.services.drivers import stack  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.operate.services.drivers.compose import compose as written  # noqa: PLC0415
    from bridge.upgrade.containers import edition  # noqa: PLC0415

    town, _members = read_town(config, federation)
    data = town.collectivity.paths.data
    path, back = data / stack.NAME, stack.install(data, written(town, edition()))
    words = known()
    typer.echo(words.gettext("Written: {path}. Then:").format(path=path))
    for line in (
        f"sudo chown -R 991:991 {town.settings.parent}",
        f"sudo docker compose -f {path} build",
        # Before the others are made: Docker makes what is not there to be mounted, for root.
        f"sudo docker compose -f {path} run --rm prepare",
        f"sudo docker compose -f {path} up -d --wait",
    ):
        typer.echo(f"    {line}")
    if back is not None:
        typer.echo(words.gettext("Should the new version not do, this goes back to the one before:"))
        typer.echo(f"    sudo sh {back}")


def timers(config: Config = _HERE, federation: Members = None) -> None:
    """Make backups and rehearse them when it is time, until stopped: what a container of its own runs."""
    from bridge.operate.private import keep_private  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.operate.services.keeping.timekeeping import Timekeeper  # noqa: PLC0415

    town, _members = read_town(config, federation)
    keep_private()
    asyncio.run(Timekeeper(town).run())


def prepare(
    config: Config = _HERE,
    federation: Members = None,
    databases: Annotated[
        bool, typer.Option("--databases", help="Make the databases, once PostgreSQL answers; nothing else.")
    ] = False,
) -> None:
    """Write what the processes need before they start: what the units of systemd call first."""
    from bridge.operate.private import keep_private  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.operate.services import cluster  # noqa: PLC0415
    from bridge.operate.services.plan import Open  # noqa: PLC0415
    from bridge.operate.services.preparation import prepare as make  # noqa: PLC0415
    from bridge.operate.services.probe import wait_until_ready  # noqa: PLC0415
    from bridge.operate.services.programs import find  # noqa: PLC0415

    town, members = read_town(config, federation)
    collectivity, programs = town.collectivity, find(town.collectivity)
    keep_private()
    if not databases:
        make(town, members, programs)
    elif programs.postgresql is not None:
        socket = Open(collectivity.paths.postgresql_socket / ".s.PGSQL.5432")
        asyncio.run(wait_until_ready(socket, 60))
        cluster.make_databases(collectivity, programs.postgresql)
