"""Ports that are chosen free once and remembered, so that a bookmark still works tomorrow."""

import json
import secrets
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bridge.operate.errors import PortTaken
from bridge.operate.private import write_private

HOST = "127.0.0.1"
_FIRST = 10_240
_BELOW_EPHEMERAL = 32_768
"""Linux: ``net.ipv4.ip_local_port_range`` begins there."""


def is_free(port: int) -> bool:
    """Tell whether a server could listen on *port* of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: connections of the last run that still linger (TIME_WAIT) do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


@contextmanager
def reserve(count: int) -> Iterator[list[int]]:
    """Hold *count* different free ports until the block ends, so that the kernel hands none of them out twice."""
    with ExitStack() as stack:
        held: list[int] = []
        for port in _candidates():
            if len(held) == count:
                break
            probe = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            with suppress(OSError):
                probe.bind((HOST, port))
                held.append(probe.getsockname()[1])
        yield held


def _candidates() -> Iterator[int]:
    """Yield ports below those that the kernel hands to whoever connects somewhere: it might take one of ours back.

    From a random place on: two that choose at once (two test processes, two demos) hardly ever choose alike.
    """
    start = secrets.randbelow(_BELOW_EPHEMERAL - _FIRST)
    yield from (_FIRST + (start + step) % (_BELOW_EPHEMERAL - _FIRST) for step in range(_BELOW_EPHEMERAL - _FIRST))
    while True:
        yield 0


def free_port() -> int:
    """Return a port that is free now."""
    with reserve(1) as ports:
        return ports[0]


def remember(path: Path, labels: Iterable[str], *, told: Iterable[str] = ()) -> Mapping[str, int]:
    """Return one port for each of *labels*, the same as last time where it can be, and write them to *path*.

    A port in *told* was shown to people (they may have it in a bookmark or a session): when it is taken meanwhile this
    raises :class:`PortTaken`. Any other is quietly chosen again: everything that needs it is rendered from here.
    """
    wanted, shown = list(labels), set(told)
    known = {label: port for label, port in _read(path).items() if label in wanted}
    for label, port in known.items():
        if label in shown and not is_free(port):
            raise PortTaken(label, port)
    kept = {label: port for label, port in known.items() if is_free(port)}
    missing = [label for label in wanted if label not in kept]
    with reserve(len(missing)) as fresh:
        chosen = {**kept, **dict(zip(missing, fresh, strict=True))}
    write_private(path, json.dumps(chosen, indent=2, sort_keys=True) + "\n")
    return chosen


def _read(path: Path) -> dict[str, int]:
    try:
        raw = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        # Half a file, from a full disk: choosing anew is always right.
        return {}
    if not isinstance(raw, dict):
        return {}
    return {label: port for label, port in raw.items() if isinstance(port, int) and 1024 <= port <= 65535}
