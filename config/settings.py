"""What a collectivity is: the whole of ``collectivity.yaml``."""

import ipaddress
import os
import re
from collections import Counter
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from config.identifiers import UserId
from config.sections.antivirus import Antivirus
from config.sections.calendars import Calendars
from config.sections.fields import (
    NEVER,
    OWN_POSTGRESQL,
    AnchoredPath,
    AnyRoom,
    AnyServerName,
    AnyUserId,
    AsTuple,
    Bind,
    ClientUrl,
    Clock,
    Count,
    DatabaseUrl,
    Port,
    Settings,
    Siren,
    Territory,
    Text,
    Timezone,
)
from config.sections.repository import Repository, is_elsewhere
from config.sections.sharing import Share
from config.sections.watch import Watch
from config.sections.web import Web
from config.sentence import wrong

Kind = Literal["commune", "intercommunalité", "département", "syndicat"]
Locale = Literal["fr", "en"]

ASSISTANT = "beffroi"
"""The localpart of every collectivity's assistant."""
ADMINISTRATOR = "beffroi-admin"
"""The localpart that our own commands administer the homeserver as: nobody's, without a password."""
_LONGEST_SOCKET = 107


class Paths(Settings):
    """Where things are kept; a relative path starts at the folder of ``collectivity.yaml``."""

    data: AnchoredPath = Path("data")
    projects: AnchoredPath = Path("projects")
    """Project templates of the collectivity's own, one YAML file each; the folder need not exist."""

    @property
    def secrets(self) -> Path:
        """Everything that must never leave this machine, except into a backup."""
        return self.data / "secrets"

    @property
    def synapse(self) -> Path:
        """Synapse's own data: media, logs and, when embedded, its database."""
        return self.data / "synapse"

    @property
    def assistant(self) -> Path:
        """The assistant's own data."""
        return self.data / "assistant"

    @property
    def share(self) -> Path:
        """The share server's own data: ciphertext, its database when embedded, its token."""
        return self.data / "share"

    @property
    def calendars(self) -> Path:
        """What the assistant and the calendars' process share: feeds, each sealed, and letters about addresses."""
        return self.data / "calendars"

    @property
    def postgresql(self) -> Path:
        """The cluster of PostgreSQL, where it is ours."""
        return self.data / "postgresql"

    @property
    def postgresql_socket(self) -> Path:
        """The folder of its socket: it listens on nothing else."""
        return self.postgresql / "socket"

    @property
    def sockets(self) -> Path:
        """Where Synapse listens for Caddy."""
        return self.data / "socket"

    @property
    def authority(self) -> Path:
        """The trial's own certificate authority and what it has signed."""
        return self.data / "authority"

    @property
    def caddy(self) -> Path:
        """Caddy's own data: its account, keys and certificates."""
        return self.data / "caddy"

    @property
    def element(self) -> Path:
        """Element Web, unpacked."""
        return self.data / "element"

    @property
    def rendered(self) -> Path:
        """What ``beffroi up`` renders, and the processes read."""
        return self.data / "rendered"

    @property
    def logs(self) -> Path:
        """What the processes print."""
        return self.data / "log"

    @property
    def run(self) -> Path:
        """Who runs now, and how far the start has come."""
        return self.data / "run"


class Network(Settings):
    """Where the homeserver listens and how it is reached."""

    client_url: ClientUrl = ""
    """Public address for people's clients, without a trailing slash; ``https://matrix.<server_name>`` when left out."""
    bind: Bind = "127.0.0.1"
    """Address that the listeners bind to."""
    client_port: Port = 8008
    federation_port: Port = 8448
    """Used only with a certificate; without one the client listener serves federation behind a reverse proxy."""
    metrics_port: Port = 9108
    """The assistant's /metrics and /healthz, always on loopback."""
    certificate: AnchoredPath | None = None
    private_key: AnchoredPath | None = None
    certificate_authorities: Annotated[tuple[AnchoredPath, ...], AsTuple] = ()
    """When given, *only* these are believed for federation, one PEM certificate per file (both are Synapse's rule)."""
    private_addresses: bool = False
    """Let federation reach private and loopback addresses."""
    generous_limits: bool = False
    """Lift Synapse's rate limits, for demonstrations and benchmarks."""

    @model_validator(mode="after")
    def _certificate_with_key(self) -> Self:
        if (self.certificate is None) != (self.private_key is None):
            raise wrong("certificate and private_key go together: give both or neither")
        return self

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        ports = [self.client_port, self.metrics_port]
        if self.certificate is not None:
            ports.append(self.federation_port)
        if len(set(ports)) < len(ports):
            raise wrong("client_port, federation_port and metrics_port must differ")
        return self


class Backups(Settings):
    """Where backups go, and which are kept: the last of each of so many days, weeks and months."""

    folder: AnchoredPath = Path("backups")
    """Where the encrypted files are written; better another disk, or a folder that another machine fetches."""
    repository: Repository = ""
    """A repository of restic, which takes what is new only: then nothing is written into ``folder``."""
    at: Clock = "03:15"
    """When one is made each night, in the collectivity's time zone, with a rehearsal two hours later each Sunday;
    ``never``: by hand only, or by somebody else's timer."""
    daily: Count = 7
    weekly: Count = 4
    monthly: Count = 12

    @property
    def place(self) -> Path | None:
        """The folder of this machine that they go to; None where another machine keeps them."""
        if not self.repository:
            return self.folder
        return None if is_elsewhere(self.repository) else Path(self.repository)

    @property
    def time(self) -> time | None:
        """``at`` as a time of day; None where it is ``never``."""
        return None if self.at == NEVER else time.fromisoformat(self.at)


class Collectivity(Settings):
    """One local authority with a homeserver of its own."""

    name: Text
    server_name: AnyServerName
    """The part after the colon of every address; it can never be changed."""
    kind: Kind
    siren: Siren
    locale: Locale = "fr"
    timezone: Timezone = "Europe/Paris"
    territory: Territory = ""
    """Whose public holidays count, where they are not those of most of France: ``57``, ``6AE``, ``971`` …"""
    school_zone: Literal["", "A", "B", "C"] = ""
    """Whose school holidays are shown: that of the académie; empty in Corsica and overseas, which fix their own."""
    admins: Annotated[tuple[AnyUserId, ...], AsTuple] = ()
    welcome: bool = True
    """Whether the assistant writes to each person of the collectivity, once, when they have first signed in."""
    bots: Annotated[tuple[AnyUserId, ...], AsTuple] = ()
    """Accounts of the collectivity that are no people: the assistant never writes to them first."""
    administrators_room: AnyRoom | None = None
    """Where the assistant says what somebody must do something about: ``#name:server``, or ``!id``."""
    # Not Paths: what stands nowhere is anchored at the file's folder only if it is read as what stands there.
    paths: Paths = Field(default_factory=dict)  # type: ignore[assignment]
    database: DatabaseUrl = "sqlite"
    """The assistant's database: ``sqlite``, or a ``postgresql://`` URL without a password."""
    synapse_database: DatabaseUrl = "sqlite"
    """Synapse's database, written likewise."""
    containers: bool = False
    """Whether each process runs in a container of its own, and finds the others by their names (docker/DESIGN.md)."""
    web: Web | None = None
    """Caddy in front; None where the way from outside is somebody else's."""
    network: Network = Field(default_factory=Network)
    share: Share = Field(default_factory=Share)
    calendars: Calendars = Field(default_factory=Calendars)
    backups: Backups = Field(default_factory=dict)  # type: ignore[assignment]
    watch: Watch = Field(default_factory=Watch)
    antivirus: Antivirus | None = None
    """The clamd that is asked about each file; None: nothing is scanned, and the pages say so."""

    @field_validator("admins", "bots")
    @classmethod
    def _accounts_are_ours(cls, accounts: tuple[UserId, ...], info: ValidationInfo) -> tuple[UserId, ...]:
        server = info.data.get("server_name")
        for account in accounts:
            if server is not None and account.server != server:
                raise wrong("{user} is not on {server}; it must be", user=account, server=server)
        return accounts

    @field_validator("network")
    @classmethod
    def _default_address(cls, network: Network, info: ValidationInfo) -> Network:
        server, web = info.data.get("server_name"), info.data.get("web")
        if network.client_url or server is None:
            return network
        return network.model_copy(update={"client_url": f"https://matrix.{without_port(server)}{_suffix(web)}"})

    @field_validator("share")
    @classmethod
    def _default_share(cls, share: Share, info: ValidationInfo) -> Share:
        server, web = info.data.get("server_name"), info.data.get("web")
        if share.url or server is None:
            return share
        return share.model_copy(update={"url": f"https://partage.{without_port(server)}{_suffix(web)}"})

    @field_validator("calendars")
    @classmethod
    def _default_calendars(cls, calendars: Calendars, info: ValidationInfo) -> Calendars:
        network = info.data.get("network")
        if calendars.url or network is None:
            return calendars
        return calendars.model_copy(update={"url": network.client_url})

    @model_validator(mode="after")
    def _share_apart(self) -> Self:
        taken = {self.network.client_port, self.network.metrics_port}
        if len({self.share.port, self.share.api_port} - taken) < 2:
            raise wrong("share.port and share.api_port must differ, from network's ports too")
        if self.calendars.port in {*taken, self.share.port, self.share.api_port}:
            raise wrong("calendars.port must differ from the ports of network and share")
        if self.share.database != "sqlite" and self.share.database in {
            self.database,
            self.synapse_database,
            "postgresql",
        }:
            raise wrong("share.database must be another database: whoever serves strangers has one of its own")
        return self

    @model_validator(mode="after")
    def _databases_differ(self) -> Self:
        if self.database not in {"sqlite", OWN_POSTGRESQL} and self.database == self.synapse_database:
            raise wrong("database and synapse_database must be two databases: Synapse wants collation C, alone")
        return self

    @model_validator(mode="after")
    def _caddy_in_front(self) -> Self:
        if self.web is None:
            return self
        if self.network.certificate is not None:
            raise wrong("with web, Caddy holds the certificates: leave those of network out")
        if not self.network.client_url.startswith("https://"):
            raise wrong(
                "with web, Caddy answers by https only; network.client_url is {url}", url=self.network.client_url
            )
        if urlsplit(self.calendars.url).netloc != urlsplit(self.network.client_url).netloc:
            raise wrong("with web, calendars.url is the address of the homeserver: leave it out")
        hosts = (self.host, self.client_host, self.element_host, self.share_host)
        if len(set(hosts)) < len(hosts):
            raise wrong(
                "network.client_url and share.url need hosts of their own, as in {url}",
                url=f"https://matrix.{self.host}",
            )
        others = (self.network.client_port, self.network.metrics_port, self.share.port, self.share.api_port)
        port, times = Counter((*self.web.ports, *others, self.calendars.port)).most_common(1)[0]
        if times > 1:
            raise wrong(
                "port {port} is given twice: all ports of web, network, share and calendars must differ", port=port
            )
        return self

    @property
    def host(self) -> str:
        """The server name without its port, as DNS knows it."""
        return without_port(self.server_name)

    @property
    def client_host(self) -> str:
        """The host of ``network.client_url``."""
        return urlsplit(self.network.client_url).hostname or ""

    @property
    def element_host(self) -> str:
        """Where Element Web is served, if it is."""
        return f"element.{self.host}"

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """The names that Caddy answers to, each by a certificate; none where there is no Caddy of ours."""
        if self.web is None:
            return ()
        own = self.web.serves_server_name or self.web.federation_port is not None
        return (
            self.client_host,
            self.share_host,
            *((self.host,) if own else ()),
            *((self.element_host,) if self.web.element is not None else ()),
        )

    @property
    def homeserver_url(self) -> str:
        """Where the other processes find Synapse."""
        host = "synapse" if self.containers else self.network.bind
        return f"http://{host}:{self.network.client_port}"

    @property
    def synapse_socket(self) -> Path | None:
        """Where Synapse listens for Caddy; None where that is a port: no Caddy, or a path that is too long."""
        path = self.paths.sockets / "synapse.sock"
        # unix(7): 108 bytes, the last one NUL. Caddy reads a colon as the end of it.
        fits = len(os.fsencode(path)) <= _LONGEST_SOCKET and ":" not in str(path)
        return path if self.web is not None and fits else None

    @property
    def synapse_door(self) -> Path:
        """The link to that socket, through which Caddy gets in."""
        return self.paths.sockets / "door.sock"

    @property
    def behind_proxy(self) -> bool:
        """Whether only a proxy of ours can be in front of Synapse: elsewhere anybody could say who is asking."""
        return self.containers or ipaddress.ip_address(self.network.bind).is_loopback

    @property
    def share_host(self) -> str:
        """The host of ``share.url``."""
        return urlsplit(self.share.url).hostname or ""

    @property
    def owns_postgresql(self) -> bool:
        """Whether one of the databases is on a server that is ours to run."""
        return OWN_POSTGRESQL in {self.database, self.synapse_database}

    @property
    def synapse_database_url(self) -> str:
        """Synapse's database: ``sqlite`` or a ``postgresql://`` URL."""
        return self._on_own(self.synapse_database, "synapse")

    def _on_own(self, database: str, name: str) -> str:
        if database != OWN_POSTGRESQL:
            return database
        return f"postgresql://{ASSISTANT}@/{name}?host={quote(str(self.paths.postgresql_socket))}"

    @property
    def assistant(self) -> UserId:
        """The collectivity's assistant, ``@beffroi:<server_name>``."""
        return UserId.parse(f"@{ASSISTANT}:{self.server_name}")

    @property
    def administrator(self) -> UserId:
        """The account that our own commands administer the homeserver as, ``@beffroi-admin:<server_name>``."""
        return UserId.parse(f"@{ADMINISTRATOR}:{self.server_name}")

    @property
    def database_url(self) -> str:
        """The assistant's database as ``bots.database.Database.open`` takes it."""
        if self.database == "sqlite":
            return f"sqlite:///{self.paths.assistant / 'assistant.db'}"
        return self._on_own(self.database, "assistant")

    @property
    def share_database_url(self) -> str:
        """The share server's database as ``bots.database.Database.open`` takes it."""
        if self.share.database == "sqlite":
            return f"sqlite:///{self.paths.share / 'share.db'}"
        return self.share.database


def _suffix(web: Web | None) -> str:
    """What an https address needs behind its host to get to Caddy."""
    return "" if web is None or web.https_port == 443 else f":{web.https_port}"


def without_port(server_name: str) -> str:
    """Return the host in *server_name*."""
    return re.sub(r":[0-9]+\Z", "", server_name)
