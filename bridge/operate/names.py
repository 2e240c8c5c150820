"""What people call a town's processes; commands, files and programs have the short names. Pure."""

from collections.abc import Mapping
from typing import Final

from config.sentence import Sentence, joined, sentence
from config.texts import mark

CALLED: Final[Mapping[str, str]] = {
    "postgresql": mark("database"),
    "neighbours": mark("way to the neighbours"),
    "synapse": mark("homeserver"),
    "assistant": mark("assistant"),
    "share": mark("share server"),
    "calendars": mark("calendar server"),
    "caddy": mark("web server"),
    "proxy": mark("network between the towns"),
    "schema": mark("structure of the databases"),
    "federation": mark("federation"),
}
"""By the short names; ``proxy`` is the demo's, ``federation`` a port of Synapse's, ``schema`` what upgrades change."""


def called(name: str) -> Sentence:
    """Return what people call the process *name*, which follows since it is what one types: “share server (share)”.

    A demo's process has its town behind its name. What has no name of ours keeps its own.
    """
    kind, _, town = name.partition(" ")
    words = CALLED.get(kind)
    if words is None:
        return joined([name])
    if words != kind:
        return joined([sentence(words), f"({name})"], " ")
    return joined([sentence(words), *town.split()], " ")
