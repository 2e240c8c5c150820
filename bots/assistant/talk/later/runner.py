"""How one kind of errand is done (see ``errand.py``)."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.matrix.errors import Unreachable
from bots.matrix.port import Edge
from bots.register.format.canonical import Json

Payload = Mapping[str, Json]
_T = TypeVar("_T")


class Runner(Protocol):
    """How one kind of errand is done; a capability registers it in ``Capability.errands``.

    The request that its methods get is that of whoever asked (``sender``, ``event_id``), in the errand's own room as it
    is now; its text is empty, and so are ``inverse`` and ``edited``: what a command had done before is known when it is
    heard, and what an errand needs of that goes into its payload. Whoever is no longer in that room gets nothing: the
    errand is struck off.
    """

    @property
    def needs(self) -> Needs:
        """What the request must hold."""

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Any:
        """Do what needs the network, outside any transaction; what it returns is for :meth:`finish`.

        May be called again after a crash: same effect. Raises ``Unreachable`` (tried again later) and the other errors
        of ``bots.matrix.errors`` where it cannot be done (:meth:`failed` then says so). At most two minutes.
        """

    def finish(self, request: Request, payload: Payload, prepared: Any) -> Reply | None:
        """Return what *prepared* leads to, or None to say nothing. Pure; the reply may leave other errands."""

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Return what says that it could not be done, and what to do instead, or None. Pure."""


class Offline(ABC):
    """A :class:`Runner` of what needs nothing of the network, at its time: only :meth:`finish` does anything."""

    __slots__ = ()
    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Ask for nothing."""
        del request, payload, edge

    @abstractmethod
    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Return what it leads to, as in :meth:`Runner.finish`."""

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Do it all the same."""
        return self.finish(request, payload, None)


def excused(say: Callable[[Request, Exception], Rich]) -> Callable[[Any, Request, Payload, Exception], Reply]:
    """Return the method :meth:`Runner.failed` of an errand of which *say* says that it could not be done, no more."""

    def failed(_: Any, request: Request, payload: Payload, error: Exception) -> Reply:
        del payload
        return Reply(say(request, error))

    return failed


def unsaid(_: Any, request: Request, payload: Payload, error: Exception) -> None:
    """Say nothing: the method :meth:`Runner.failed` of an errand that nobody waits for."""
    del request, payload, error


@dataclass(frozen=True, slots=True)
class Runners:
    """Who does the errands of one capability, by their kind, where the process alone can make them."""

    by_kind: Mapping[str, Runner]


async def tried_later(asking: Awaitable[_T], away: type[Exception]) -> _T:
    """Await *asking*, in :meth:`Runner.prepare`; *away* is tried again later, as a homeserver that is away is."""
    try:
        return await asking
    except away as exc:
        raise Unreachable("a server of ours") from exc
