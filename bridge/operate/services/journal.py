"""What a town's processes have written: one file each, read together."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bridge.operate.process import tail
from bridge.operate.services.errors import NotUp
from config.sentence import sentence

_POLL_S = 0.5


def last(folder: Path, names: Sequence[str], lines: int) -> Iterator[str]:
    """Yield the last *lines* (one at least) of each log in *folder*, or of those called *names*.

    Raises :class:`NotUp` where there is no log of one of them.
    """
    for path in _files(folder, names):
        for line in tail(path, max(1, lines)).splitlines():
            yield f"{path.stem:<10} | {line}"


def follow(
    folder: Path, names: Sequence[str], pause: Callable[[], object] = lambda: time.sleep(_POLL_S)
) -> Iterator[str]:
    """Yield each line that is written from now on, for ever; *pause* is between two looks."""
    places = {path: path.stat().st_size for path in _files(folder, names)}
    while True:
        for path in _files(folder, names):
            yield from (f"{path.stem:<10} | {line}" for line in _since(path, places))
        pause()


def _since(path: Path, places: dict[Path, int]) -> list[str]:
    place, size = places.get(path, 0), path.stat().st_size
    # Shorter than before: it was begun anew.
    with path.open("rb") as stream:
        stream.seek(place if place <= size else 0)
        data = stream.read()
    whole = data[: data.rfind(b"\n") + 1]
    places[path] = (place if place <= size else 0) + len(whole)
    return whole.decode("utf-8", "replace").splitlines()


def _files(folder: Path, names: Sequence[str]) -> list[Path]:
    found = {path.stem: path for path in sorted(folder.glob("*.log"))}
    for name in names:
        if name not in found:
            raise NotUp(sentence("There is no log of {name}; there are: {names}", name=name, names=", ".join(found)))
    return [path for name, path in found.items() if not names or name in names]
