"""Who keeps a town running: ``up``, systemd, or an engine of containers. Whoever it is exchanges the version."""

import sys

from bridge.backup.staging import Town
from bridge.operate.services.errors import NotUp
from bridge.operate.services.plan import ROOT
from bridge.upgrade.containers import Containers
from bridge.upgrade.course import Driver
from bridge.upgrade.exchange import Version, running
from bridge.upgrade.kept import Kept
from bridge.upgrade.units import Units, installed
from config.sentence import sentence


def ours() -> Version:
    """Return the version that this is."""
    return Version(str(ROOT), sys.executable)


def driver(town: Town) -> Driver:
    """Return who runs *town*; raises ``NotUp`` where nobody does, ``NotReady`` where we may not ask."""
    if running(town.collectivity.paths.run) is not None:
        return Kept(town, ours())
    if installed(town):
        return Units(town, ours())
    if town.collectivity.containers:
        return Containers(town, ours())
    raise NotUp(
        sentence(
            "Nothing runs here by `up` or under systemd. Start it with the version that it has, and upgrade it while it"
            " runs."
        )
    )
