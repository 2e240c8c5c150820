"""What tests leave on the disk, deleted while others go on; the last of them are waited for."""

import subprocess
from pathlib import Path

_PATIENCE_S = 900
_deleting: dict[Path, "subprocess.Popen[str]"] = {}


def delete(place: Path) -> None:
    """Have *place* deleted, and wait for none of it here; see :func:`settle`.

    A town with its environments is fifty thousand files: a minute, where a disk discards what it frees.
    """
    _deleting[place] = subprocess.Popen(
        ("rm", "-rf", "--one-file-system", str(place)), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def settle() -> dict[Path, str]:
    """Wait until all is deleted; return what could not be, with what ``rm`` said about it."""
    failed: dict[Path, str] = {}
    while _deleting:
        place, process = _deleting.popitem()
        try:
            _, said = process.communicate(timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            said = f"not done after {_PATIENCE_S} s"
        if process.returncode:
            failed[place] = said
    return failed
