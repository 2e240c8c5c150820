"""The compose file of a town on the disk: written with the file of the version before, and with the way back to it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bridge.operate.services.drivers.compose import Edition, way_back
from config.files import write_whole

NAME = "compose.yaml"
_BEFORE = "compose.before.yaml"
_BACK = "compose-back.sh"
_MODES: Final = {NAME: 0o644, _BEFORE: 0o644, _BACK: 0o755}


def install(folder: Path, text: str) -> Path | None:
    """Put *text* into *folder* as the town's compose file; return the script of the way back, None where there is none.

    Written again, it goes back to the same version still.
    """
    path, old, script = folder / NAME, folder / _BEFORE, folder / _BACK
    there = path.read_text("utf-8") if path.is_file() else ""
    before, now = Edition.read(there), Edition.read(text)
    if before is not None and now is not None and before.tag != now.tag:
        write_whole(old, there, _MODES[_BEFORE])
        write_whole(script, way_back(before, old, path), _MODES[_BACK])
    write_whole(path, text, _MODES[NAME])
    return script if script.is_file() else None


def read(folder: Path) -> Mapping[str, str]:
    """Return the files as they are, to be given to :func:`reinstall`: the compose file, and its own way back."""
    return {name: (folder / name).read_text("utf-8") for name in _MODES if (folder / name).is_file()}


def reinstall(folder: Path, files: Mapping[str, str]) -> None:
    """Have *files* there again, and none beside: who went back has the same way further back as before."""
    for name, mode in _MODES.items():
        if name in files:
            write_whole(folder / name, files[name], mode)
        else:
            (folder / name).unlink(missing_ok=True)
