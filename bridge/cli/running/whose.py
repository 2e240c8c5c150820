"""Whom a command is about where nothing is named: the town of this folder, or the demo that was started in it."""

from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.owned import want_owned

if TYPE_CHECKING:
    from config.settings import Collectivity

SETTINGS = Path("collectivity.yaml")
DEMO = Path("demo")


def settings_of(directory: Path | None, config: Path | None) -> Path | None:
    """Return the settings of the town that is meant; None where it is a demo, in *directory* or below this folder."""
    if config is not None or directory is not None:
        return config
    beside_a_demo = not SETTINGS.is_file() and (DEMO / "federation.yaml").is_file()
    return None if beside_a_demo else SETTINGS


def collectivities(directory: Path | None, config: Path | None) -> list["Collectivity"]:
    """Return the town that is meant, or those of the demo; raises ``InvalidSettings`` where there is none, or not ours.

    What opens a database leaves files beside it, which the town's own account must be able to write.
    """
    from bridge.operate.assistant import inspection  # noqa: PLC0415 - imported late: commands import this at each start
    from config.load import load_collectivity  # noqa: PLC0415

    settings = settings_of(directory, config)
    if settings is None:
        return inspection.of_demo((directory or DEMO).resolve())
    town = load_collectivity(settings)
    want_owned(town)
    return [town]
