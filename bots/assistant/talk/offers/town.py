"""What capabilities may know of the town that they serve, and of the towns beside it (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from config.identifiers import ServerName, UserId


@dataclass(frozen=True, slots=True)
class OwnTown:
    """Our own collectivity: its name as people say it, its assistant, and whose days off it has.

    *territory* and *school_zone* are as in ``config.settings.Collectivity``.
    """

    name: str
    assistant: UserId
    territory: str = ""
    school_zone: str = ""
    plain: bool = False
    """Addresses that begin with http:// are read too: all is on one machine."""


class Towns(Protocol):
    """The federation's member list, as a capability asks it."""

    def assistants(self) -> Sequence[UserId]:
        """Return the assistants of all present members, in the list's order."""

    def servers(self) -> frozenset[ServerName]:
        """Return the servers whose invitations we accept."""

    def collectivity(self, server: ServerName) -> str:
        """Return what people call the collectivity of *server*."""
