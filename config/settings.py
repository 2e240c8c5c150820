"""What a collectivity is: the whole of ``collectivity.yaml``."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from config.fields import (
    AnchoredPath,
    AnyServerName,
    AnyUserId,
    AsTuple,
    Bind,
    ClientUrl,
    DatabaseUrl,
    Port,
    Settings,
    Siren,
    Territory,
    Text,
    Timezone,
)
from config.identifiers import UserId
from config.sharing import Share

Kind = Literal["commune", "intercommunalité", "département", "syndicat"]
Locale = Literal["fr", "en"]

ASSISTANT = "beffroi"
"""The localpart of every collectivity's assistant."""
ADMINISTRATOR = "beffroi-admin"
"""The localpart that our own commands administer the homeserver as: nobody's, without a password."""


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
            raise ValueError("certificate and private_key go together: give both or neither")
        return self

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        ports = [self.client_port, self.metrics_port]
        if self.certificate is not None:
            ports.append(self.federation_port)
        if len(set(ports)) < len(ports):
            raise ValueError("client_port, federation_port and metrics_port must differ")
        return self


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
    admins: Annotated[tuple[AnyUserId, ...], AsTuple] = ()
    welcome: bool = True
    """Whether the assistant writes to each person of the collectivity, once, when they have first signed in."""
    bots: Annotated[tuple[AnyUserId, ...], AsTuple] = ()
    """Accounts of the collectivity that are no people: the assistant never writes to them first."""
    paths: Paths = Field(default_factory=Paths)
    database: DatabaseUrl = "sqlite"
    """The assistant's database: ``sqlite``, or a ``postgresql://`` URL without a password."""
    synapse_database: DatabaseUrl = "sqlite"
    """Synapse's database, written likewise."""
    network: Network = Field(default_factory=Network)
    share: Share = Field(default_factory=Share)

    @field_validator("admins", "bots")
    @classmethod
    def _accounts_are_ours(cls, accounts: tuple[UserId, ...], info: ValidationInfo) -> tuple[UserId, ...]:
        server, role = info.data.get("server_name"), "an administrator" if info.field_name == "admins" else "a bot"
        for account in accounts:
            if server is not None and account.server != server:
                raise ValueError(f"{account} is not on {server}; {role} must be")
        return accounts

    @field_validator("network")
    @classmethod
    def _default_address(cls, network: Network, info: ValidationInfo) -> Network:
        server = info.data.get("server_name")
        if network.client_url or server is None:
            return network
        host = re.sub(r":[0-9]+\Z", "", server)
        return network.model_copy(update={"client_url": f"https://matrix.{host}"})

    @field_validator("share")
    @classmethod
    def _default_share(cls, share: Share, info: ValidationInfo) -> Share:
        server = info.data.get("server_name")
        if share.url or server is None:
            return share
        host = re.sub(r":[0-9]+\Z", "", server)
        return share.model_copy(update={"url": f"https://partage.{host}"})

    @model_validator(mode="after")
    def _share_apart(self) -> Self:
        taken = {self.network.client_port, self.network.metrics_port}
        if len({self.share.port, self.share.api_port} - taken) < 2:
            raise ValueError("share.port and share.api_port must differ, from network's ports too")
        if self.share.database != "sqlite" and self.share.database in (self.database, self.synapse_database):
            raise ValueError("share.database must be another database: whoever serves strangers has one of its own")
        return self

    @model_validator(mode="after")
    def _databases_differ(self) -> Self:
        if self.database != "sqlite" and self.database == self.synapse_database:
            raise ValueError("database and synapse_database must be two databases: Synapse wants collation C, alone")
        return self

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
        return self.database

    @property
    def share_database_url(self) -> str:
        """The share server's database as ``bots.database.Database.open`` takes it."""
        if self.share.database == "sqlite":
            return f"sqlite:///{self.paths.share / 'share.db'}"
        return self.share.database
