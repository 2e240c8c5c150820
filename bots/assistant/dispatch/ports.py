"""What capabilities offer to one another, and what the process gives them: found by its type (pure).

A port is the ``Protocol``, or the class of data, that its consumer asks for. Capabilities never import each other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


class Unwired(LookupError):
    """A capability needs what nobody offers, or one of what several offer: the process does not start."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that others may ask for as a *port*; *kind* tells apart several of them: by kind of object, by name."""

    port: type[Any]
    make: Callable[["Ports"], Any]
    """Makes it at the first asking, of what its owner asks for in turn."""
    kind: str = ""


def offer(port: type[T], it: T, kind: str = "") -> Offer:
    """Return the offer of *it* as a *port*."""
    return Offer(port, lambda _: it, kind)


def offer_made(port: type[T], make: Callable[["Ports"], T], kind: str = "") -> Offer:
    """Return the offer of what *make* makes of others' ports."""
    return Offer(port, make, kind)


@dataclass(frozen=True, slots=True)
class Ports:
    """What *asker* finds: the offers of everybody else, each with its owner's name, in the order of the owners."""

    asker: str
    offers: tuple[tuple[str, Offer], ...]
    _made: dict[Offer, Any] = field(default_factory=dict)

    def one(self, port: type[T], kind: str = "") -> T:
        """Return the only offer of *port*, of this *kind*. Raises :class:`Unwired`."""
        found = [(owner, each) for owner, each in self._others(port) if each.kind == kind]
        if len(found) == 1:
            return self._it(*found[0])  # type: ignore[no-any-return] # ``offer`` has checked it
        name = f"{port.__name__} of {kind!r}" if kind else port.__name__
        owners = " and ".join(owner for owner, _ in found) or "nobody"
        raise Unwired(f"the capability {self.asker!r} needs one {name}, which {owners} offers")

    def first(self, port: type[T]) -> T | None:
        """Return the first offer of *port*, of a capability that one can do without; None where nobody offers it."""
        return next(iter(self.all(port)), None)

    def all(self, port: type[T]) -> tuple[T, ...]:
        """Return all offers of *port*, whatever their kind; perhaps none."""
        return tuple(self._it(owner, each) for owner, each in self._others(port))

    def by_kind(self, port: type[T]) -> Mapping[str, T]:
        """Return all offers of *port* by their kinds; perhaps none."""
        return {each.kind: self._it(owner, each) for owner, each in self._others(port)}

    def of(self, asker: str) -> "Ports":
        """Return what somebody else finds."""
        return Ports(asker, self.offers, self._made)

    def _others(self, port: type[Any]) -> Iterable[tuple[str, Offer]]:
        return ((owner, each) for owner, each in self.offers if each.port is port and owner != self.asker)

    def _it(self, owner: str, offered: Offer) -> Any:
        if offered not in self._made:
            self._made[offered] = offered.make(self.of(owner))
        return self._made[offered]
