"""The sentences about feeds (pure)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, room_link, small, strong, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.assistant.words.lenient import line
from bots.events.feeds.feed import Feed
from bots.when.saying import say
from config.texts import mark

_MOST: Final = 40
_MOST_NAME: Final = 60


def opened(request: Request, feed: Feed, address: str) -> Rich:
    """Tell an address to whoever asked for it, and what comes of giving it to others."""
    gettext = request.texts.gettext
    if feed.mine:
        head = gettext("🔗 Your agenda: what concerns you in all rooms that I am in with you.")
        busy = gettext("🔗 Your busy times, in all rooms that I am in with you: neither titles nor places.")
    else:
        head = gettext("🔗 The agenda of {room}: what you could read of it.")
        busy = gettext("🔗 The busy times of {room}: neither titles nor places.")
    how = gettext("Give this address to your calendar application: “subscribe to a calendar”, “from the network”.")
    warning = gettext("Whoever has it reads along, outside of encryption. Answer “revoke” to close it.")
    ends = "" if feed.mine else gettext("It closes by itself when you leave the room.")
    said = fill(busy if feed.busy else head, room=room(request, feed))
    return lines((said, text(address), text(how), small(" ".join(part for part in (warning, ends) if part))))


def room(request: Request, feed: Feed) -> Rich:
    """Return the room of *feed*, as a link."""
    scene = next((scene for scene in request.rooms if scene.room_id == feed.room_id), None)
    named = (line(scene.name, _MOST_NAME) if scene is not None else "") or request.texts.gettext(
        "a room without a name"
    )
    return room_link(feed.room_id, named)


def listed(request: Request, known: Sequence[Feed]) -> Rich:
    """List feeds, numbered: here who has one; alone, of what."""
    gettext = request.texts.gettext
    if not known:
        none = gettext("Nobody has an address of this agenda. {example} makes one, for you.")
        alone = gettext("You have no address of an agenda. {example} makes one.")
        return fill(alone if request.private else none, example=code(gettext("!agenda link")))
    rows = [_row(request, number, feed) for number, feed in enumerate(known[:_MOST], 1)]
    more = len(known) - _MOST
    sentence = request.texts.ngettext("… and {count} more.", "… and {count} more.", max(more, 0))
    return lines(
        (
            strong(gettext("Addresses of agendas")),
            *rows,
            text(sentence.format(count=more) if more > 0 else ""),
            small(gettext("“revoke 1” closes one of yours")),
        )
    )


def _row(request: Request, number: int, feed: Feed) -> Rich:
    gettext = request.texts.gettext
    since = say(datetime.fromtimestamp(feed.made / 1000, request.zone).date(), request.language)
    facts = [text(gettext("your own agenda")) if feed.mine else room(request, feed)] if request.private else []
    facts += [text(gettext("busy times only"))] if feed.busy else []
    facts += [fill(gettext("since {day}"), day=text(since))]
    whose = [] if request.private else [text(f"@{feed.author.localpart}")]
    return join(" ", (text(f"{number}."), join(" · ", [*whose, *facts])))


closed: Final = says(mark("✔ The address is closed. What an application has read of it stays there."))
"""Say that an address leads nowhere any more."""


def how(request: Request) -> Rich:
    """Say which addresses there are."""
    gettext = request.texts.gettext
    sentence = gettext("Say {room}, {busy} for busy times only, or alone with me {mine} for your own agenda.")
    return fill(
        sentence,
        room=code(gettext("!agenda link")),
        busy=code(gettext("!agenda link busy")),
        mine=code(gettext("!agenda link me")),
    )


guests: Final = says(mark("Ask the assistant of your own town: the address leads to its server."))
"""Refuse somebody of another server."""


only_alone: Final = says(mark("Your own agenda is for you alone: ask me in our direct conversation."))
"""Send somebody to their conversation with us."""


nowhere: Final = says(mark("I tell such an address in a direct conversation only: write to me there, then ask again."))
"""Say that there is no conversation in which to tell an address."""


not_yours: Final = says(mark("Only whoever asked for this address can close it."))
"""Refuse to close somebody else's."""


def which(request: Request, count: int) -> Rich:
    """Ask which one is meant."""
    gettext = request.texts.gettext
    if not count:
        return text(gettext("No address of an agenda is open here."))
    return text(gettext("Say which one: answer the message that holds it, or “!agenda links”, then “revoke 1”."))


not_made: Final = says(mark("I could not make the address: you are not in that room any more, it seems."))
"""Say that there will be no address."""


not_closed: Final = says(mark("I could not close the address. Please try again later."))
"""Say that it could not be closed."""
