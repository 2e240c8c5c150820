"""Who keeps a town running: ``up``, systemd, or an engine of containers. Whoever it is exchanges the version."""

import sys

from bridge.backup.staging import Town
from bridge.operate.services.drivers.systemd import installed
from bridge.operate.services.errors import NotUp
from bridge.operate.services.plan import ROOT
from bridge.upgrade.containers import Containers
from bridge.upgrade.course import Driver
from bridge.upgrade.exchange import Version, running
from bridge.upgrade.kept import Kept
from bridge.upgrade.units import Units
from config.folders import want_owner
from config.sentence import sentence


def ours() -> Version:
    """Return the version that this is."""
    return Version(str(ROOT), sys.executable)


def driver(town: Town) -> Driver:
    """Return who runs *town*; raises ``NotUp`` where nobody does, ``NotReady`` where we may not ask.

    Also ``InvalidSettings``, where we are not whom a town belongs to that ``up`` keeps.
    """
    if running(town.collectivity.paths.run) is not None:
        # Whoever keeps it does so as its own account; what root backed up and noted there, that one could not read.
        want_owner(town.collectivity.paths.data)
        return Kept(town, ours())
    if installed(town.collectivity):
        return Units(town, ours())
    if town.collectivity.containers:
        return Containers(town, ours())
    raise NotUp(
        sentence(
            "Nothing runs here by `up` or under systemd. Start it with the version that it has, and upgrade it while it"
            " runs."
        )
    )
