"""A capability as its package declares it: what it is made of, and what it offers to the others (pure)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.ports import Offer, Ports


@dataclass(frozen=True, slots=True)
class Declaration:
    """One row of the list of capabilities. What it needs it asks for by type, in *make* and in what its offers make."""

    name: str
    make: Callable[[Ports], Capability]
    offers: tuple[Offer, ...] = ()


PROCESS = "process"
"""Who gives what no capability offers: the town's facts, its member list, what needs the network."""


def ports(declared: Iterable[Declaration], given: Iterable[Offer] = (), asker: str = PROCESS) -> Ports:
    """Return what *asker* finds of what is *declared*, and of what the process has *given*."""
    return Ports(asker, (*_owned(declared), *((PROCESS, each) for each in given)))


def assembled(declared: Iterable[Declaration], given: Iterable[Offer]) -> list[Capability]:
    """Return the capabilities that are *declared*, in their order, each given what it needs.

    Raises ``Unwired``, which names who needs what, where something is missing.
    """
    declared = tuple(declared)
    found = ports(declared, given)
    return [each.make(found.of(each.name)) for each in declared]


def _owned(declared: Iterable[Declaration]) -> Iterator[tuple[str, Offer]]:
    return ((declaration.name, each) for declaration in declared for each in declaration.offers)
