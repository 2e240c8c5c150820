"""A signal in parts that each fit a to-device message (FORMAT.md §9). Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from bots.register.format.canonical import encode
from bots.register.format.frontier import Source
from bots.register.format.wire import Signal, signal_content

MAX_BYTES: Final = 44_000
"""Of one signal's canonical content. Synapse takes 65,536 bytes of ciphertext; Olm and base64 add a third and 3 kB."""

_PART_BYTES: Final = 36_000
_ENTRY_BYTES: Final = 32
"""What surrounds a source: quotes and braces; its sender is counted each time."""

_T = TypeVar("_T")


def portions(signal: Signal) -> list[Signal]:
    """Return *signal* in parts that say the same: one, where it is small.

    A frontier in parts is never compared, so its hash is left out: each part says up to where something exists.
    """
    if len(encode(signal_content(signal))) <= MAX_BYTES:
        return [signal]
    return [*_asked(signal), *_needed(signal), *_reached(signal), *_relayed(signal)]


def _asked(signal: Signal) -> Iterator[Signal]:
    if signal.ask or signal.chapter:
        yield Signal(ask=signal.ask, chapter=signal.chapter)


def _needed(signal: Signal) -> Iterator[Signal]:
    for part in _chunks(signal.need):
        yield Signal(need=part, turn=signal.turn)


def _reached(signal: Signal) -> Iterator[Signal]:
    flat = {(sender, src): seq for sender, sources in signal.frontier.items() for src, seq in sources.items()}
    for part in _chunks(flat):
        frontier: dict[str, dict[str, int]] = {}
        for (sender, src), seq in part.items():
            frontier.setdefault(sender, {})[src] = seq
        yield Signal(frontier=frontier)


def _relayed(signal: Signal) -> Iterator[Signal]:
    for relayed in signal.relay:
        yield Signal(relay=(relayed,))


def _chunks(whole: Mapping[Source, _T]) -> Iterator[dict[Source, _T]]:
    """Yield *whole* in parts of which each takes a bounded number of bytes."""
    part: dict[Source, _T] = {}
    room = _PART_BYTES
    for source, said in whole.items():
        size = len(json.dumps([*source, said])) + _ENTRY_BYTES
        if part and size > room:
            yield part
            part, room = {}, _PART_BYTES
        part[source] = said
        room -= size
    if part:
        yield part
