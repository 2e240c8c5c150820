"""The compose file of a town on the disk: written with the file of the version before, and with the way back to it."""

from pathlib import Path

from bridge.operate.services.compose import Edition, way_back
from config.files import write_whole

NAME = "compose.yaml"
_BEFORE = "compose.before.yaml"
_BACK = "compose-back.sh"


def install(folder: Path, text: str) -> Path | None:
    """Put *text* into *folder* as the town's compose file; return the script of the way back, None where there is none.

    Written again, it goes back to the same version still.
    """
    path, old, script = folder / NAME, folder / _BEFORE, folder / _BACK
    there = path.read_text("utf-8") if path.is_file() else ""
    before, now = Edition.read(there), Edition.read(text)
    if before is not None and now is not None and before.tag != now.tag:
        write_whole(old, there, 0o644)
        write_whole(script, way_back(before, old, path), 0o755)
    write_whole(path, text, 0o644)
    return script if script.is_file() else None


def reinstall(folder: Path, text: str) -> None:
    """Put back *text*, that of the version before: from it there is no way back."""
    write_whole(folder / NAME, text, 0o644)
    for name in (_BEFORE, _BACK):
        (folder / name).unlink(missing_ok=True)
