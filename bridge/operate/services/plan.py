"""The processes of one town, in the order in which they start: one list for every driver. Pure."""

import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bridge.operate.ports import HOST
from bridge.operate.services.door import Door
from bridge.operate.services.programs import Programs
from config.settings import Collectivity

ROOT = Path(__file__).resolve().parents[3]
"""The checkout."""
_NOTHING: Mapping[str, str] = {}

POSTGRESQL = "postgresql"
NEIGHBOURS = "neighbours"
SYNAPSE = "synapse"
ASSISTANT = "assistant"
SHARE = "share"
CALENDARS = "calendars"
CADDY = "caddy"


@dataclass(frozen=True, slots=True)
class Listening:
    """Ready when something listens on this port of loopback."""

    port: int


@dataclass(frozen=True, slots=True)
class Answering:
    """Ready when this address answers 200."""

    url: str


@dataclass(frozen=True, slots=True)
class Open:
    """Ready when something listens on this Unix socket."""

    path: Path


Ready = Listening | Answering | Open


@dataclass(frozen=True, slots=True)
class Service:
    """One process."""

    name: str
    """What people, unit files and ``ps`` call it."""
    command: tuple[str, ...]
    ready: Ready
    after: tuple[str, ...] = ()
    """What must be ready before it starts."""
    writes: tuple[Path, ...] = ()
    """The only folders that it writes to."""
    environment: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    directory: Path = Path("/")
    farewell: signal.Signals = signal.SIGTERM
    """Ends it in good order."""
    public: bool = False
    """People outside reach it."""
    outbound: bool = False
    """It talks to other machines."""
    reads: tuple[Path, ...] = ()
    """Files that it reads only when it starts."""
    migrates: bool = False
    """Its database has a schema of ours."""
    door: Door | None = None
    """Shut while it is exchanged."""


@dataclass(frozen=True, slots=True)
class Town:
    """A collectivity with the two files that say what it is, both absolute."""

    collectivity: Collectivity
    settings: Path
    members: Path


_NO_ADDRESS: Final = ("-c", "listen_addresses=")


def services(town: Town, programs: Programs) -> tuple[Service, ...]:
    """Return every process of *town*, each after those that it needs.

    Synapse's workers and further towns of one host will be further entries here.
    """
    found = []
    if programs.postgresql is not None:
        found.append(_postgresql(town, programs.postgresql))
    if town.collectivity.web is not None and town.collectivity.web.neighbours_port is not None:
        found.append(_neighbours(town, town.collectivity.web.neighbours_port))
    found += [_synapse(town), _assistant(town), _share(town), _calendars(town)]
    if programs.caddy is not None:
        found.append(_caddy(town, programs.caddy))
    names = {service.name for service in found}
    return tuple(replace(service, after=tuple(name for name in service.after if name in names)) for service in found)


def _postgresql(town: Town, programs: Path) -> Service:
    paths = town.collectivity.paths
    socket = paths.postgresql_socket
    return Service(
        POSTGRESQL,
        # On no address: it trusts whoever gets as far as its socket (cluster.py), and port 5432 may be somebody else's.
        (str(programs / "postgres"), "-D", str(paths.postgresql / "cluster"), "-k", str(socket), *_NO_ADDRESS),
        Open(socket / ".s.PGSQL.5432"),
        writes=(paths.postgresql,),
        directory=paths.postgresql,
        # "Fast": SIGTERM would wait for every client to leave (PostgreSQL documentation, "Shutting Down the Server").
        farewell=signal.SIGINT,
    )


def _neighbours(town: Town, port: int) -> Service:
    wiring = town.collectivity.paths.run / "wiring.json"
    command = (sys.executable, "-m", "bridge.operate.proxy", str(wiring))
    return Service(NEIGHBOURS, command, Listening(port), directory=ROOT)


def _synapse(town: Town) -> Service:
    paths = town.collectivity.paths
    configuration = str(paths.rendered / "homeserver.yaml")
    return Service(
        SYNAPSE,
        (sys.executable, "-m", "synapse.app.homeserver", "-c", configuration),
        Answering(f"{town.collectivity.homeserver_url}/health"),
        after=(POSTGRESQL, NEIGHBOURS),
        writes=(paths.synapse, paths.sockets),
        directory=paths.synapse,
        outbound=True,
        reads=(paths.rendered / "homeserver.yaml", paths.rendered / "log.config.yaml"),
        door=door(town.collectivity),
    )


def door(collectivity: Collectivity) -> Door | None:
    """Return the door between Caddy and Synapse; None where they talk over the network."""
    socket = collectivity.synapse_socket
    return None if socket is None else Door(collectivity.synapse_door, socket)


def _assistant(town: Town) -> Service:
    paths = town.collectivity.paths
    files = ("--config", str(town.settings), "--federation", str(town.members))
    return Service(
        ASSISTANT,
        (sys.executable, str(ROOT / "beffroi.py"), "assistant", "run", *files),
        Answering(f"http://{HOST}:{town.collectivity.network.metrics_port}/healthz"),
        # It waits for Synapse by itself; starting it later spares it the tries.
        after=(SYNAPSE,),
        writes=(paths.assistant, paths.calendars),
        directory=paths.assistant,
        migrates=True,
    )


def _share(town: Town) -> Service:
    share, folder = town.collectivity.share, town.collectivity.paths.share
    return Service(
        SHARE,
        # Not the member list, nor any secret: it serves strangers.
        (sys.executable, str(ROOT / "beffroi.py"), "share", "run", "--config", str(town.settings)),
        Answering(f"http://{share.bind}:{share.port}/healthz"),
        writes=(folder,),
        directory=folder,
        migrates=True,
    )


def _calendars(town: Town) -> Service:
    calendars, folder = town.collectivity.calendars, town.collectivity.paths.calendars
    return Service(
        CALENDARS,
        # As the share server: neither the member list nor any secret.
        (sys.executable, str(ROOT / "beffroi.py"), "calendars", "run", "--config", str(town.settings)),
        Answering(f"http://{calendars.bind}:{calendars.port}/healthz"),
        writes=(folder,),
        directory=folder,
        # It reads the addresses that rooms follow, so that the assistant need not get out.
        outbound=True,
    )


def _caddy(town: Town, program: Path) -> Service:
    paths, web = town.collectivity.paths, town.collectivity.web
    assert web is not None
    command = (str(program), "run", "--adapter", "caddyfile", "--config", str(paths.rendered / "Caddyfile"))
    return Service(
        CADDY,
        command,
        Listening(web.https_port),
        writes=(paths.caddy, paths.logs),
        environment={"XDG_DATA_HOME": str(paths.caddy), "XDG_CONFIG_HOME": str(paths.caddy)},
        directory=paths.caddy,
        reads=(paths.rendered / "Caddyfile",),
        public=True,
        outbound=True,
    )
