"""What a keeper finds when it takes over from another version of itself: children that run, as they were started."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.operate.inherited import command_of, is_ours
from bridge.operate.process import Child, Roster
from bridge.operate.services.plan import Service
from bridge.operate.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class Inheritance:
    """The pids of *children* by name; none at an ordinary start."""

    children: Mapping[str, int]

    @classmethod
    def take(cls, roster: Path) -> "Inheritance":
        """Return what *roster* names and is ours; what an earlier run has left behind is ended."""
        alive = Roster.read(roster)
        ours = {name: identity.pid for name, identity in alive.items() if is_ours(identity.pid)}
        Roster.clear(roster, spare=ours.keys())
        return cls(ours)

    def hand(self, supervisor: Supervisor, logs: Path) -> None:
        """Have *supervisor* keep them, for now, as what they were started as."""
        for name, pid in self.children.items():
            supervisor.inherit(Child(name, command_of(pid), logs / f"{name}.log"), pid)

    def runs(self, service: Service) -> bool:
        """Tell whether *service* runs, started by the very same command."""
        pid = self.children.get(service.name)
        return pid is not None and command_of(pid) == service.command


def digest(service: Service) -> str:
    """Return what tells whether what *service* reads once, when it starts, is still the same."""
    found = hashlib.sha256()
    for path in service.reads:
        found.update(path.read_bytes() if path.is_file() else b"")
        found.update(b"\0")
    return found.hexdigest()
