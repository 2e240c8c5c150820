"""What is said of what was looked up: as an answer where it is one, else as what may be meant (pure)."""

from collections.abc import Mapping, Sequence
from typing import Final

from bots.assistant.dispatch.lookup.asking import Query
from bots.assistant.dispatch.lookup.looking import Hit, Seen
from bots.assistant.talk.markup import Rich, fill, join, lines, short, text
from bots.assistant.talk.offers.finding import Finder, WantedState
from bots.assistant.talk.request import Request
from bots.assistant.words.names.people import name_of
from config.texts import mark

MOST: Final = 5
"""Lines: more is a list, and asked for as one."""
_QUOTED: Final = 60
_STATES: Final = {
    WantedState.OPEN: mark("still to do"),
    WantedState.DONE: mark("finished"),
    WantedState.LATE: mark("late"),
}
_UNSURE: Final = mark("I may not have understood the question.")


def found(request: Request, seen: Seen, finders: Mapping[str, Finder], *, numbered: bool) -> Rich:
    """Say what there is, the first lines of it; *numbered*: by numbers of their own."""
    several = len(seen.asked.kinds) != 1
    rows = [row(hit, at if numbered else 0, several=several) for at, hit in enumerate(seen.hits[:MOST], 1)]
    more = len(seen.hits) - len(rows)
    rest = request.texts.ngettext("… and {count} more.", "… and {count} more.", more).format(count=more) if more else ""
    return lines((head(request, seen, finders), *rows, text(rest)))


def head(request: Request, seen: Seen, finders: Mapping[str, Finder]) -> Rich:
    """Say what the question was taken for."""
    gettext, filters = request.texts.gettext, _filters(request, seen.asked, finders)
    if seen.asked.words and not filters:
        said = fill(gettext("What speaks of “{words}”:"), words=text(_quoted(seen.words)))
    else:
        what = join(" · ", [*filters, *_words(request, seen.words)])
        count = text(str(len(seen.hits)))
        said = fill(gettext("🔎 {what} ({count}):"), what=what, count=count)
    return said if seen.surely else join(" ", (text(gettext(_UNSURE)), said))


def nothing(request: Request, asked: Query, finders: Mapping[str, Finder]) -> Rich:
    """Say that there is nothing of what was asked after."""
    gettext = request.texts.gettext
    if asked.words:
        none = (
            gettext("Nothing in our rooms is called “{words}”.")
            if request.private
            else gettext("Nothing here is called “{words}”.")
        )
        said = fill(none, words=text(_quoted(tuple(asked.typed.values()))))
        return join(" ", (text(gettext(_UNSURE)), said))
    said = fill(gettext("🔎 {what}: nothing."), what=join(" · ", _filters(request, asked, finders)))
    # What is over of links and boxes nobody remembers.
    sure = asked.plainly and not (asked.state is WantedState.DONE and _everyday(asked, finders))
    return said if sure else join(" ", (text(gettext(_UNSURE)), said))


def row(hit: Hit, number: int = 0, *, several: bool = False) -> Rich:
    """Return the line of one; *several*: kinds are told apart."""
    before = f"{number}." if number else "•"
    return join(" ", [text(before), *((text(hit.finder.icon),) if several else ()), hit.found.line(not number)])


def _everyday(asked: Query, finders: Mapping[str, Finder]) -> bool:
    return bool(asked.kinds) and all(finders[kind].everyday for kind in asked.kinds)


def _filters(request: Request, asked: Query, finders: Mapping[str, Finder]) -> list[Rich]:
    called = [finders[kind].called[request.language == "en"] for kind in sorted(asked.kinds)]
    people = (request.sender,) if asked.mine else asked.people
    # Nobody does a link, or a box, that is open.
    said = asked.state in _STATES and not (asked.state is WantedState.OPEN and _everyday(asked, finders))
    state = [request.texts.gettext(_STATES[asked.state])] if said else []
    when = [asked.when] if asked.span is not None else []
    return [*map(text, called), *(name_of(user, request) for user in people), *map(text, (*state, *when))]


def _words(request: Request, words: Sequence[str]) -> list[Rich]:
    return [fill(request.texts.gettext("“{words}”"), words=text(_quoted(words)))] if words else []


def _quoted(words: Sequence[str]) -> str:
    return short(" ".join(words), _QUOTED)
