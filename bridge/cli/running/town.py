"""``beffroi up``, ``down``, ``ps``, ``logs`` and ``restart``: one town's processes."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.owned import want_owned
from bridge.cli.terminal.options import AsJson, Members
from bridge.cli.terminal.speech import known
from config.texts import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.operate.services.drivers.processes import ProcessRow
    from bridge.operate.services.keeping.progress import Progress
    from bridge.operate.services.plan import Town
    from config.federation import Federation
    from config.identifiers import UserId
    from config.texts import Texts

Config = Annotated[Path, typer.Option("--config", "-c", help=mark("The collectivity's settings."))]
Names = Annotated[list[str] | None, typer.Argument(help=mark("Only these processes, as `ps` calls them."))]
_HERE = Path("collectivity.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command(help=mark("Start everything of this town, and return when it runs."))(up)
    app.command(help=mark("Stop everything of this town."))(down)
    app.command(help=mark("Show the town's processes; exit code 1 when one of them does not run."))(ps)
    app.command(help=mark("Show what the processes have written."))(logs)
    app.command(help=mark("Render the configuration again and restart everything, or some processes only."))(restart)


def up(
    config: Config = _HERE,
    federation: Members = None,
    foreground: Annotated[
        bool, typer.Option("--foreground", help=mark("Stay here and keep it running; for containers and services."))
    ] = False,
) -> None:
    """Start everything of this town, and return when it runs."""
    town, members = _own_town(config, federation)
    if foreground:
        _keep(town, members)
        return
    _start(town)


def _keep(town: "Town", members: "Federation") -> None:
    from bridge.operate.errors import DirectoryInUse  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.operate.services.drivers.processes import TAKEN  # noqa: PLC0415
    from bridge.operate.services.keeping.keeper import Keeper  # noqa: PLC0415

    try:
        asyncio.run(Keeper(town, members, _spoken).run())
    except DirectoryInUse as exc:
        typer.echo(known().gettext("This town is running already."), err=True)
        raise typer.Exit(TAKEN) from exc


def _spoken(error: BaseException) -> str:
    from bridge.cli.terminal.refused import explained  # noqa: PLC0415 - imported late: this file is read at every start
    from config.sentence import said  # noqa: PLC0415

    return explained(error, known()) if isinstance(error, OSError) else said(error, known())


def _start(town: "Town") -> None:
    from bridge.operate.services.administrators import make_administrators  # noqa: PLC0415
    from bridge.operate.services.drivers import processes  # noqa: PLC0415
    from bridge.operate.services.reach import obstacle  # noqa: PLC0415
    from bridge.operate.services.shortcut import point  # noqa: PLC0415

    words = known()
    _want_startable(town)
    try:
        fresh = processes.up(town, _Teller(words))
    except KeyboardInterrupt:
        waited = words.gettext("The start goes on without you: `beffroi ps` shows it, `beffroi down` ends it.")
        typer.echo(f"\n{waited}", err=True)
        raise
    point(town.settings.parent)
    typer.echo(words.gettext("✔ Everything runs.") if fresh else words.gettext("✔ Everything was running already."))
    made = asyncio.run(make_administrators(town.collectivity))
    _say_where(town, words)
    _say_passwords(made, words)
    _say_key(town, words)
    found = asyncio.run(obstacle(town.collectivity))
    if found is not None:
        sentence = words.gettext("But nobody gets there from outside yet ({reason}). Are the DNS names and ports open?")
        typer.secho(sentence.format(reason=found), fg=typer.colors.YELLOW, err=True)


def _want_startable(town: "Town") -> None:
    """Raise ``OperateError`` where it cannot start on this machine as it is: before anything is stopped for it."""
    from bridge.operate.services.low_ports import lowest_of, want_open  # noqa: PLC0415 - imported late: this file is read at every start
    from bridge.operate.services.programs import find  # noqa: PLC0415

    want_open(town.collectivity.web, lowest_of(find(town.collectivity).caddy))


class _Teller:
    """Says each step of a start once."""

    def __init__(self, words: "Texts") -> None:
        self._words = words
        self._told: set[str] = set()

    def __call__(self, progress: "Progress") -> None:
        for name in progress.ready:
            if name not in self._told:
                self._told.add(name)
                typer.echo(self._words.gettext("  {name} is ready").format(name=_called(name, self._words)))


def _say_where(town: "Town", words: "Texts") -> None:
    collectivity = town.collectivity
    typer.echo(words.gettext("  Address to give to Element: {url}").format(url=collectivity.network.client_url))
    web = collectivity.web
    if web is not None and web.element is not None:
        port = "" if web.https_port == 443 else f":{web.https_port}"
        typer.echo(words.gettext("  Element itself: {url}").format(url=f"https://{collectivity.element_host}{port}"))
    typer.echo(words.gettext("  Assistant: {user}").format(user=collectivity.assistant))
    if web is not None and web.trial:
        sentence = words.gettext("  A trial: browsers and clients must be told to trust {file}")
        typer.echo(sentence.format(file=collectivity.paths.authority / "authority.crt"))


def _say_passwords(made: "Mapping[UserId, str]", words: "Texts") -> None:
    for person, password in made.items():
        sentence = words.gettext("  First sign-in of {user}: password {password} (shown this once; to be changed)")
        typer.echo(sentence.format(user=person, password=password))


def _say_key(town: "Town", words: "Texts") -> None:
    """Make the key of the backups now: when the first one is made, at night, nobody would read what to do with it."""
    from bridge.backup import key, saying  # noqa: PLC0415 - imported late: this file is read at every start

    data = town.collectivity.paths.data
    _key, fresh = key.load_or_create(data)
    if fresh:
        typer.echo(saying.new_key(str(key.key_file(data)), words))


def down(config: Config = _HERE, federation: Members = None) -> None:
    """Stop everything of this town."""
    from bridge.operate.services.drivers import processes  # noqa: PLC0415

    ran = processes.down(_own_town(config, federation)[0])
    typer.echo(known().gettext("Stopped.") if ran else known().gettext("Nothing was running."))


def restart(names: Names = None, config: Config = _HERE, federation: Members = None) -> None:
    """Render the configuration again and restart everything, or some processes only."""
    from bridge.operate.services.drivers import processes  # noqa: PLC0415
    from bridge.operate.services.preparation import prepare  # noqa: PLC0415
    from bridge.operate.services.programs import find  # noqa: PLC0415

    town, members = _own_town(config, federation)
    # First, so that what cannot be started anew goes on running.
    _want_startable(town)
    prepare(town, members, find(town.collectivity))
    if not names:
        processes.down(town)
        _start(town)
        return
    processes.restart(town, names)
    typer.echo(
        known().gettext("✔ {names}: restarted.").format(names=", ".join(_called(name, known()) for name in names))
    )


def ps(
    config: Config = _HERE,
    federation: Members = None,
    as_json: AsJson = False,
) -> None:
    """Show the town's processes; exit code 1 when one of them does not run."""
    from bridge.operate.services.drivers import processes  # noqa: PLC0415

    rows = processes.rows(read_town(config, federation)[0])
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        _show(rows, known())
    if not all(row.ready for row in rows):
        raise typer.Exit(1)


def _show(rows: "list[ProcessRow]", words: "Texts") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table()
    _ = words.gettext
    for heading in (_("Process"), _("State"), "pid", _("Since"), _("Memory"), _("Died")):
        table.add_column(heading)
    for row in rows:
        state = _("stopped") if row.pid is None else _("ready") if row.ready else _("starting")
        since = "–" if row.since is None else _duration(row.since, words)
        memory = "–" if row.memory is None else _("{count} MiB").format(count=row.memory >> 20)
        table.add_row(
            _called(row.name, words), state, "–" if row.pid is None else str(row.pid), since, memory, str(row.deaths)
        )
    Console().print(table)


def _called(name: str, words: "Texts") -> str:
    from bridge.operate.names import called  # noqa: PLC0415 - imported late: this file is read at every start
    from config.sentence import said  # noqa: PLC0415

    return said(called(name), words)


def _duration(seconds: float, words: "Texts") -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return words.gettext("{days} d {hours} h").format(days=days, hours=hours)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def logs(
    names: Names = None,
    config: Config = _HERE,
    federation: Members = None,
    lines: Annotated[int, typer.Option("--lines", "-n", help=mark("How many of each."))] = 20,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help=mark("Go on as more is written, until Ctrl-C."))
    ] = False,
) -> None:
    """Show what the processes have written."""
    from bridge.operate.services.journal import follow as go_on  # noqa: PLC0415
    from bridge.operate.services.journal import last  # noqa: PLC0415

    folder = read_town(config, federation)[0].collectivity.paths.logs
    for line in last(folder, names or (), lines):
        typer.echo(line)
    if follow:
        for line in go_on(folder, names or ()):
            typer.echo(line)


def _own_town(config: Path, federation: Path | None) -> "tuple[Town, Federation]":
    """Return what :func:`read_town` does, of a town that we may start and stop."""
    town, members = read_town(config, federation)
    want_owned(town.collectivity)
    return town, members


def read_town(config: Path, federation: Path | None) -> "tuple[Town, Federation]":
    """Return the town that *config* is of, and its member list; raises ``InvalidSettings``."""
    from bridge.operate.services.plan import Town  # noqa: PLC0415
    from config.load import load_both  # noqa: PLC0415

    members = (federation or config.parent / "federation.yaml").absolute()
    collectivity, listed = load_both(config, members)
    return Town(collectivity, config.absolute(), members), listed
