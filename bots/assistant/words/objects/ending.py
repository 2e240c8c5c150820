"""What is open until a time and is listed by an errand, for the look-up: links, drop boxes (pure)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.offers.finding import Found, Lines, Wanted, WantedState
from bots.assistant.talk.reply import Reply, leave_to
from bots.assistant.talk.request import Request
from bots.assistant.words.objects.titled import said_in
from bots.register.format.canonical import Json
from config.identifiers import UserId

UNASKED: Final = "unasked"
"""How one stands whose server was not asked."""
_ONLY: Final = "only"


@dataclass(frozen=True, slots=True)
class Ending:
    """One of them: open until *until* (ms), found by the words *said*."""

    id: str
    author: UserId
    until: int
    said: str
    line: Callable[[bool], Rich]


@dataclass(frozen=True, slots=True)
class OpenUntil(Lines):
    """Tells of what it finds by the errand *look*, which lists those that its payload names, or all."""

    kind: str
    nouns: frozenset[str]
    called: tuple[str, str]
    icon: str
    look: str
    asides: frozenset[str] = frozenset()

    @property
    def everyday(self) -> bool:
        """They are called by words of titles."""
        return True

    def fitting(self, request: Request, wanted: Wanted, known: Iterable[Ending]) -> Iterator[Found]:
        """Yield those of *known* that fit; what only its noun says is one where nothing else is said."""
        nouns = frozenset(wanted.words) & self.nouns
        others = [word for word in wanted.words if word not in nouns]
        for one in known:
            until = datetime.fromtimestamp(one.until / 1000, UTC)
            over = until <= request.now
            named = said_in(others, one.said)
            fits = wanted.falls(until, request.zone) and wanted.is_of((one.author,))
            if (named or not others) and fits and _stands(wanted.state, over=over):
                yield Found((self.kind, one.id), one.line, nouns | named, until, over=over)

    def told(self, request: Request, ids: Sequence[str]) -> Reply | None:
        """Return their list: how often they were used only the server knows."""
        return leave_to(request, Errand(self.look, str(request.event_id), {_ONLY: [*ids]} if ids else {}))


def is_told(payload: Mapping[str, Json], object_id: str) -> bool:
    """Tell whether an errand with *payload*, as :meth:`OpenUntil.told` leaves it, lists this one."""
    only = payload.get(_ONLY)
    return not isinstance(only, list) or object_id in only


def _stands(state: WantedState, *, over: bool) -> bool:
    return state is WantedState.ANY or (state is WantedState.OPEN and not over) or (state is WantedState.DONE and over)
