"""A collectivity laid out on this machine: its settings written, everything rendered from them, its ports known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bridge.operate.authority import Authority
from bridge.operate.ports import HOST
from bridge.operate.private import write_private
from bridge.operate.proxy import Wiring
from bridge.operate.synapse import Homeserver
from config.federation import Federation
from config.identifiers import ServerName
from config.load import load_collectivity, load_federation
from config.secrets import Secrets
from config.settings import Collectivity, Kind
from config.writing.render import render

_HEADER = "# Written by `beffroi demo`, anew at each start.\n"
WITNESS = "temoin"
"""Who speaks for the demo itself: it adds the first tasks and proves that messages arrive.

None of the roles does, so that each still has no device and no cross-signing identity when somebody first logs in:
a client that finds an identity it has no keys of asks people to verify with a device that they do not have.
"""

_PORTS = ("client", "federation", "metrics", "proxy", "share", "share_api", "calendars")


@dataclass(frozen=True, slots=True)
class DemoTown:
    """What tells one collectivity from another; *label* names its folder and its ports."""

    label: str
    name: str
    siren: str
    kind: Kind = "commune"
    locale: str = "fr"
    welcome: bool = True

    @property
    def server_name(self) -> ServerName:
        """Its homeserver's name: ``*.localhost`` needs neither DNS nor root (RFC 6761 §6.3)."""
        return ServerName.parse(f"{self.label}.localhost")

    @property
    def ports(self) -> tuple[str, ...]:
        """The labels of the ports that it needs."""
        return tuple(f"{self.label}.{each}" for each in _PORTS)

    @property
    def told(self) -> str:
        """The label of the port that people are told."""
        return f"{self.label}.client"


@dataclass(frozen=True, slots=True)
class Site:
    """A town with its files: *folder* holds ``collectivity.yaml``, ``data`` and ``rendered``."""

    town: DemoTown
    folder: Path
    collectivity: Collectivity
    secrets: Secrets
    homeserver: Homeserver

    @property
    def collectivity_file(self) -> Path:
        """Its ``collectivity.yaml``."""
        return self.folder / "collectivity.yaml"

    @property
    def rendered(self) -> Path:
        """What was rendered from it."""
        return self.folder / "rendered"


@dataclass(frozen=True, slots=True)
class Layout:
    """All towns of one federation on this machine, and the wires between them."""

    sites: tuple[Site, ...]
    federation: Federation
    federation_file: Path
    wiring: Wiring


def lay_out(directory: Path, towns: Sequence[DemoTown], ports: Mapping[str, int]) -> Layout:
    """Write and render everything that *towns* need below *directory*; what exists is kept where it is a secret.

    *ports* holds a port for each label in ``DemoTown.ports``. Raises ``ConfigError`` when a file there was damaged, and
    ``OSError`` when the disk refuses.
    """
    directory = directory.resolve()
    authority = Authority(directory / "authority")
    folders = {town: directory / town.label for town in towns}
    secrets = {town: Secrets.load_or_create(folder / "data" / "secrets") for town, folder in folders.items()}
    members = [_member(town, secrets[town]) for town in towns]
    federation_file = directory / "federation.yaml"
    write_private(federation_file, _HEADER + _yaml({"members": members}))
    federation = load_federation(federation_file)
    sites = tuple(_site(town, folders[town], authority, secrets[town], federation, ports) for town in towns)
    return Layout(sites, federation, federation_file, _wiring(towns, ports))


def _member(town: DemoTown, secrets: Secrets) -> Mapping[str, object]:
    return {
        "server_name": str(town.server_name),
        "name": town.name,
        "register_keys": [secrets.register_public_key],
        "master_key": secrets.master_public_key,
    }


def _site(
    town: DemoTown,
    folder: Path,
    authority: Authority,
    secrets: Secrets,
    federation: Federation,
    ports: Mapping[str, int],
) -> Site:
    path = folder / "collectivity.yaml"
    write_private(path, _HEADER + _yaml(_settings(town, authority, ports)))
    collectivity = load_collectivity(path)
    render(collectivity, federation, secrets, folder / "rendered")
    homeserver = Homeserver(
        town.server_name,
        folder / "rendered",
        ports[f"{town.label}.client"],
        secrets.registration_shared_secret,
        ports[f"{town.label}.proxy"],
    )
    return Site(town, folder, collectivity, secrets, homeserver)


def _settings(town: DemoTown, authority: Authority, ports: Mapping[str, int]) -> Mapping[str, object]:
    issued = authority.issue(town.server_name)
    return {
        "name": town.name,
        "server_name": str(town.server_name),
        "kind": town.kind,
        "siren": town.siren,
        "locale": town.locale,
        "welcome": town.welcome,
        "bots": [f"@{WITNESS}:{town.server_name}"],
        "paths": {"data": "data"},
        "network": {
            "client_url": f"http://{HOST}:{ports[f'{town.label}.client']}",
            "bind": HOST,
            "client_port": ports[f"{town.label}.client"],
            "federation_port": ports[f"{town.label}.federation"],
            "metrics_port": ports[f"{town.label}.metrics"],
            "certificate": str(issued.certificate),
            "private_key": str(issued.private_key),
            "certificate_authorities": [str(authority.certificate)],
            "private_addresses": True,
            "generous_limits": True,
        },
        "share": {
            "url": f"http://{HOST}:{ports[f'{town.label}.share']}",
            "bind": HOST,
            "port": ports[f"{town.label}.share"],
            "api_port": ports[f"{town.label}.share_api"],
        },
        "calendars": {
            "url": f"http://{HOST}:{ports[f'{town.label}.calendars']}",
            "port": ports[f"{town.label}.calendars"],
        },
    }


def _wiring(towns: Sequence[DemoTown], ports: Mapping[str, int]) -> Wiring:
    return Wiring(
        {str(town.server_name): ports[f"{town.label}.proxy"] for town in towns},
        {str(town.server_name): ports[f"{town.label}.federation"] for town in towns},
    )


def _yaml(value: object) -> str:
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    return text
