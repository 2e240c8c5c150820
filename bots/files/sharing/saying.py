"""What is said of share links, in the language of the room (pure)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import NOTHING, Rich, code, fill, join, lines, message_link, short, small, strong, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.assistant.words.lenient import line
from bots.assistant.words.names.people import name_of
from bots.files.library import entry
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.files.sharing.share import Share
from bots.when.saying import say
from config.identifiers import EventId, RoomId, UserId
from config.texts import mark


def named(request: Request, files: Sequence[EventId]) -> Rich:
    """Return the names of *files*, as far as whoever asks may read them."""
    known = library(request)
    found = [known.get(entry.id_of(request.room_id, event_id)) for event_id in files]
    return called(request, [file.name for file in found if file is not None])


def is_here(request: Request, person: UserId) -> Rich:
    """Say that *person* needs no link: whether they came after the file only the homeserver knows."""
    sentence = request.texts.gettext(
        "{person} is in this room: whoever was here when the file was sent reads it here; for whoever came later, send"
        " it again. A link is for people outside."
    )
    return fill(sentence, person=name_of(person, request))


def leads_nowhere(request: Request, files: Sequence[File]) -> Rich:
    """Say that no link to *files* is open, to who asks who has had them."""
    sentence = request.texts.gettext(
        "No link to {files} is open: outside, nobody can have it. Who opens it in this room is noted nowhere."
    )
    return fill(sentence, files=called(request, [file.name for file in files]))


def another_file(request: Request, name: str) -> Rich:
    """Say that nothing is shared in answer to the file called *name* where the words name another one."""
    sentence = request.texts.gettext(
        "Your message answers {file} and names something else: nothing is shared. Answer the file that is meant, or"
        " name it in a message that answers nothing."
    )
    return fill(sentence, file=strong(short(name)))


def called(request: Request, names: Sequence[str]) -> Rich:
    """Return *names*, the first five of them."""
    shown = [strong(short(name)) for name in names[:5]]
    more = [text(f"+{len(names) - 5}")] if len(names) > 5 else []
    return join(", ", [*shown, *more]) if names else text(request.texts.gettext("a file"))


def opened(
    request: Request, share: Share, names: Sequence[str], address: str, *, given: bool = False, burn: bool = False
) -> Rich:
    """Return the address of a new link, and what it is good for.

    *given*: its asker wrote a password. *burn*: its file is deleted once it was read, so none can be added.
    """
    gettext = request.texts.gettext
    terms = _terms(request, share)
    head = fill(gettext("🔗 {files}: {terms}"), files=called(request, names), terms=join(" · ", terms))
    own = text(gettext("⚠ Not the one that you wrote: all who read this room have read it.")) if given else NOTHING
    older = (_older(request, share.room_id, event_id) for event_id in share.files)
    return lines(
        (
            head,
            text(address),
            *older,
            _password(request, share),
            own,
            _hint(request, adds=share.downloads is not None and not burn),
        )
    )


def _older(request: Request, room_id: RoomId, event_id: EventId) -> Rich:
    """Say that a file has a newer version than the one that was shared."""
    file = library(request).get(entry.id_of(room_id, event_id))
    if file is None or file.version >= file.versions:
        return NOTHING
    said = request.texts.gettext("⚠ That is version {number} of {file}; there are {count}.")
    return fill(said, number=text(str(file.version)), file=text(short(file.name)), count=text(str(file.versions)))


def _password(request: Request, share: Share) -> Rich:
    gettext = request.texts.gettext
    if not share.protected:
        return NOTHING
    if request.private:
        return text(gettext("🔑 Protected by a password, which is my next message; this one may be passed on."))
    said = gettext("🔑 Protected by a password, which I have told {person} in our direct conversation.")
    return fill(said, person=text(f"@{share.author.localpart}"))


def _hint(request: Request, *, adds: bool) -> Rich:
    gettext = request.texts.gettext
    if not adds:
        return small(gettext("answer “revoke” to close it; “!shares” shows how often it was opened"))
    return small(
        gettext("answer “revoke” to close it, or “one more download”; “!shares” shows how often it was opened")
    )


def password_is(request: Request, room_id: RoomId, cause: EventId, names: Sequence[str], password: str) -> Rich:
    """Tell the password of a link to *names*, in private, with a link to the command that asked for it."""
    gettext = request.texts.gettext
    what = fill(gettext("the link to {files}"), files=called(request, names)) if names else NOTHING
    command = message_link(room_id, cause, what.plain or gettext("the link that you asked for"))
    said = gettext("🔑 Password of {command}: {password} – give it by another way than the link.")
    return fill(said, command=command, password=code(password))


def password_of(request: Request, share: Share | None) -> Rich:
    """Say to whom the password of a link was told: nothing tells it again where others read along."""
    gettext = request.texts.gettext
    if share is None:
        return text(gettext("I know of no open link here: its password is not mine to tell."))
    if not share.protected:
        return text(gettext("This link has no password."))
    said = gettext("🔑 I have told it to {person} in our direct conversation, and I repeat it nowhere else.")
    return fill(said, person=text(f"@{share.author.localpart}"))


def locked(request: Request, room_id: RoomId, cause: EventId, *, for_good: bool) -> Rich:
    """Tell the author of a link that somebody has guessed at its password."""
    gettext = request.texts.gettext
    command = message_link(room_id, cause, gettext("the link that you asked for"))
    said = (
        gettext("🔒 A hundred wrong passwords for {command}: it takes none any more. Make another one if it is needed.")
        if for_good
        else gettext(
            "🔒 Five wrong passwords for {command}: it takes none for a quarter of an hour. If that is not whom you"
            " gave it to, answer it with “revoke”."
        )
    )
    return fill(said, command=command)


def ended(request: Request, closed: Sequence[Share]) -> Rich:
    """Say that links are closed."""
    files = named(request, [*dict.fromkeys(event_id for share in closed for event_id in share.files)])
    one = request.texts.gettext("✔ The link to {files} is closed. Who has downloaded it keeps what they have.")
    many = request.texts.gettext("✔ {count} links are closed: {files}. Who has downloaded keeps what they have.")
    return fill(one if len(closed) == 1 else many, files=files, count=text(str(len(closed))))


def address_stays(request: Request) -> Rich:
    """Say where the address of a link stands."""
    said = request.texts.gettext(
        "The address of a link stands in my message that gave it; “!shares” lists those that are open."
    )
    return text(said)


def changed(request: Request, share: Share) -> Rich:
    """Say on which terms a link is open now."""
    said = request.texts.gettext("✔ The link to {files}: {terms}")
    terms = join(" · ", _terms(request, share))
    return fill(said, files=named(request, share.files), terms=terms)


def _terms(request: Request, share: Share) -> list[Rich]:
    texts, count = request.texts, share.downloads
    until = datetime.fromtimestamp(share.until / 1000, request.zone)
    terms = [fill(texts.gettext("until {when}"), when=text(say(until, request.language)))]
    if count is not None:
        terms.append(text(texts.ngettext("{count} download", "{count} downloads", count).format(count=count)))
    return terms


not_closed: Final = says(
    mark("The share server does not answer: the link is still open. Tell whoever runs it, and try again.")
)
"""Say that a link could not be closed yet."""


def over(request: Request, how: str) -> Rich:
    """Say that a link has ended by itself."""
    gettext = request.texts.gettext
    known = {
        "expired": gettext("This link has expired: make another one."),
        "exhausted": gettext("All downloads of this link are used up: make another one."),
        "burnt": gettext("This link was for one download, and its file is deleted: make another one."),
    }
    return text(known.get(how, gettext("This link is closed already: make another one.")))


def too_long(request: Request, days: int) -> Rich:
    """Refuse a link without a near end."""
    return text(request.texts.gettext("A link lasts {days} days at most.").format(days=days))


guests: Final = says(mark("Only people of my own town have links made by me: they lead to its server."))
"""Refuse somebody of another server."""


nowhere: Final = says(mark("I tell passwords in a direct conversation only: write to me there first, then ask again."))
"""Say that there is no conversation in which to tell a password."""


none_of_theirs: Final = says(mark("No link that you may close is open here."))
"""Say that others' links stay open."""


stays_closed: Final = says(
    mark("A link that is closed stays closed: its address no longer works. “share … 7 days” makes another one.")
)
"""Say that no link is opened again."""


how_long: Final = says(
    mark("A link lasts seven days where nothing else is said, ninety at most: “share minutes.pdf 30 days”.")
)
"""Say how long links last."""


unlimited: Final = says(mark("This link has no limit of downloads."))
"""Say that there is nothing to add to."""


def infected(request: Request, names: Sequence[str]) -> Rich:
    """Refuse to share files in which the antivirus has found something."""
    said = request.texts.gettext("⛔ Nothing is shared: the antivirus finds malware in {files}. Do not open it.")
    return fill(said, files=called(request, names))


def in_bin(request: Request, names: Sequence[str]) -> Rich:
    """Refuse to share what somebody has thrown away."""
    said = request.texts.gettext(
        "Nothing is shared: {files} is in the bin. “Restore {files}” takes it out; then it can be."
    )
    return fill(said, files=called(request, names))


def not_shared(request: Request, why: str) -> Rich:
    """Say why nothing is shared; *why* names a reason."""
    gettext = request.texts.gettext
    known = {
        "gone": gettext("This file cannot be had any more: its message or its data is deleted."),
        "before": gettext("That file is from before you came to this room: I cannot do anything with it for you."),
        "unread": gettext("I cannot read this file myself: I have no key for it."),
        "altered": gettext("This file is not what its sender sent: its data was changed, or cut, on the way."),
        "infected": gettext("⛔ Nothing is shared: the antivirus finds malware in what was to be shared."),
        "large": gettext("This file is too large to be shared."),
        "photo": gettext(
            "I cannot take off what this photo tells of its place and day. Say “with metadata” to share it as it is."
        ),
        "away": gettext("The share server does not answer. Nothing is shared; try again later."),
    }
    return text(line(known.get(why, gettext("Nothing is shared: the share server does not take it.")), 500))
