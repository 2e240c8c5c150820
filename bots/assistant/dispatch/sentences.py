"""What the assistant says of itself: when it arrives, and when something stands in its way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.talk.markup import NOTHING, Rich, code, fill, join, lines, pill, room_link, text
from bots.assistant.talk.measure import MOST, Excess
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request, Word
from bots.register.replica.due import Cause
from bots.register.replica.places import Position
from config.identifiers import RoomId, ServerName, UserId
from config.texts import Texts, texts

_BEGINNING = 40
"""Characters by which people know a text of theirs again."""
_MOST_NAMED: Final = 10


def introduction(locale: str) -> Reply:
    """Return the three lines said on joining a room."""
    gettext = texts(locale).gettext
    return Reply(
        lines(
            (
                text(
                    gettext("Hello! I keep this room's tasks, agenda and files; they stay in it, encrypted as it is.")
                ),
                fill(
                    gettext("Try {add}, then {list}; ✅ on a task marks it done."),
                    add=code(gettext("!task add call the fire brigade @dgs")),
                    list=code(gettext("!tasks")),
                ),
                fill(
                    gettext("{help} shows the rest. I read what is written in this room; any moderator can remove me."),
                    help=code(gettext("!help")),
                ),
            )
        )
    )


def introduction_alone(locale: str) -> Reply:
    """Return the three lines said first in a conversation with one person."""
    return _alone(locale, texts(locale).gettext("Hello! Here we are alone: no “!” is needed."))


def welcome(locale: str) -> Reply:
    """Return the three lines said to somebody to whom we write of our own accord."""
    gettext = texts(locale).gettext
    return _alone(
        locale,
        gettext("Hello! I am Beffroi, your town's assistant: tasks, agenda, files, links for citizens, reminders."),
    )


def _alone(locale: str, hello: str) -> Reply:
    gettext = texts(locale).gettext
    examples = (gettext("my day"), gettext("report"), gettext("add call the mayor tomorrow at 9"))
    return Reply(
        lines(
            (
                text(hello),
                fill(gettext("Say for example {examples}."), examples=join(", ", map(code, examples))),
                fill(
                    gettext("{digest} brings your day every working morning; {help} shows the rest."),
                    digest=code(gettext("digest 8:00")),
                    help=code(gettext("help")),
                ),
            )
        )
    )


def unreadable(locale: str) -> Reply:
    """Return what is said, once, about a message that could not be decrypted."""
    return Reply(text(texts(locale).gettext("I cannot read this message: please send it again.")))


def unreadable_sum(locale: str, person: UserId, count: int) -> Reply:
    """Return what is said when *count* more messages of *person* could not be decrypted in ten minutes."""
    sentence = texts(locale).ngettext(
        "I could not read {count} more message of {person}. Send again what matters, please.",
        "I could not read {count} more messages of {person}. Send again what matters, please.",
        count,
    )
    return Reply(fill(sentence, count=text(str(count)), person=_called(person)))


def crowded(locale: str, person: UserId, waiting: int) -> Reply:
    """Return what is said when so much of what *person* asks for waits that others are answered first."""
    sentence = texts(locale).ngettext(
        "{count} message of {person} is waiting: I do one after the other, and answer everybody else meanwhile.",
        "{count} messages of {person} are waiting: I do one after the other, and answer everybody else meanwhile.",
        waiting,
    )
    return Reply(fill(sentence, count=text(str(waiting)), person=_called(person)))


def _called(person: UserId) -> Rich:
    return pill(person, f"@{person.localpart}", f"@{person.localpart}")


def out_of_reach(locale: str) -> Reply:
    """Return what is said when the message that somebody means cannot be had from the server."""
    return Reply(text(texts(locale).gettext("I cannot read this message just now: please try again later.")))


def before_they_came(locale: str) -> Reply:
    """Return what is said to somebody who means a message that was sent before they were in the room."""
    return Reply(text(texts(locale).gettext("This message is from before you came here: I cannot read it to you.")))


def needs_a_word(request: Request) -> Reply:
    """Return what is said to whoever asks for what weighs, where somebody else might have said that."""
    gettext = request.texts.gettext
    what = gettext("What cannot be taken back, or opens something to others, I do only when it surely comes from you.")
    return Reply(lines((text(what), _unsure(request), text(gettext("Nothing was changed.")))), inverse=request.inverse)


def _unsure(request: Request) -> Rich:
    """Say why it is not sure who asks, and how it becomes so."""
    gettext = request.texts.gettext
    if request.doubted or request.word is Word.CHANGED:
        return doubted(request.texts, request.sender, request.served_by.server)
    if request.word is Word.UNSIGNED:
        why = gettext("Your device is not verified, so somebody else could have written this in your name.")
        how = gettext("Please set up verification in your application's settings, then write it again.")
        return text(f"{why} {how}")
    why = gettext("Whoever runs a server could have sent this in your name: a reaction, or a message not encrypted.")
    how = gettext("Please write it to me in an encrypted conversation.")
    return text(f"{why} {how}")


def joining(locale: str) -> Reply:
    """Return what is said to somebody who must wait until we know what the room holds."""
    return Reply(text(texts(locale).gettext("I am joining this room: I will answer in a moment.")))


def chapter(locale: str, cause: Cause, askers: Sequence[str], held: Sequence[str]) -> Reply:
    """Return what people read where a chapter of the room's memory opens.

    *askers*: the other assistants that have asked for it; *held*: what the room holds, by kind.
    """
    gettext = texts(locale).gettext
    what = text(", ".join(held) or gettext("nothing yet"))
    if askers:
        sentence = gettext("{who} now knows what this room has noted: {what}.")
        return Reply(fill(sentence, who=text(", ".join(askers)), what=what))
    if cause is Cause.ERASED:
        return Reply(fill(gettext("What was erased has left this room's memory, too. It holds: {what}."), what=what))
    return Reply(fill(gettext("This room's memory is up to date: {what}."), what=what))


def moved_in(locale: str) -> Reply:
    """Return what is said, once, in the room that another one was upgraded to."""
    gettext = texts(locale).gettext
    return Reply(text(gettext("The tasks and objectives of the old room have come along, with the same numbers.")))


def may_it_follow(locale: str, room_id: RoomId, server: ServerName, who: Sequence[UserId]) -> Reply:
    """Return what is asked in a room that was replaced by *room_id*, where *who* would read what they never could."""
    known = texts(locale)
    room = room_link(room_id, known.gettext("another room"), server)
    if who:
        names = text(", ".join(who[:_MOST_NAMED]) + (" …" if len(who) > _MOST_NAMED else ""))
        sentence = known.ngettext(
            "This room has been replaced by {room}. {people} would read there the tasks and objectives of this one, "
            "and was never here.",
            "This room has been replaced by {room}. {people} would read there the tasks and objectives of this one, "
            "and were never here.",
            len(who),
        )
        why = fill(sentence, room=room, people=names)
    else:
        sentence = known.gettext(
            "This room has been replaced by {room}, by somebody who may not invite here: whoever they invite there "
            "would read the tasks and objectives of this one."
        )
        why = fill(sentence, room=room)
    how = known.gettext("They stay here until somebody who may invite here writes me {word}, here or there.")
    word = fill(how, word=code(known.gettext("carry over")))
    also = text(known.gettext("Inviting them here, or removing them there, will do as well.")) if who else NOTHING
    return Reply(lines((why, word, also)))


def has_not_followed(locale: str) -> Reply:
    """Return what is said, once, in a room whose predecessor's register has not come along."""
    gettext = texts(locale).gettext
    sentence = gettext(
        "The tasks and objectives of the old room have not come along: not everybody here was there. Somebody who may "
        "invite there brings them with {word}."
    )
    return Reply(fill(sentence, word=code(gettext("carry over"))))


def it_comes_along(locale: str, room_id: RoomId, server: ServerName) -> Reply:
    """Return what is answered to whoever lets a register come along into *room_id*."""
    gettext = texts(locale).gettext
    room = room_link(room_id, gettext("the new room"), server)
    return Reply(fill(gettext("✔ The tasks and objectives come along into {room}."), room=room), weighs=True)


def only_who_may_invite(locale: str) -> Reply:
    """Return what is answered to whoever may not let a register come along."""
    return Reply(text(texts(locale).gettext("Only somebody who may invite people to the old room can decide that.")))


def moved_away(locale: str, room_id: RoomId, server: ServerName) -> Reply:
    """Return what is answered in a room that was closed in favour of *room_id*, which *server* knows."""
    gettext = texts(locale).gettext
    link = room_link(room_id, gettext("the new room"), server)
    sentence = gettext("This room has been replaced: its tasks go on in {room}. Nothing was changed.")
    return Reply(fill(sentence, room=link))


def dropped(locale: str) -> Reply:
    """Return what is said when somebody wants none of what a question offers."""
    return Reply(text(texts(locale).gettext("All right, I leave it at that: nothing is changed.")))


def no_answer(locale: str) -> Reply:
    """Return what is said when an answer to a question is none that we understand."""
    gettext = texts(locale).gettext
    return Reply(
        text(
            gettext("I do not understand that as an answer. Nothing is changed; you can also edit your first message.")
        )
    )


def two_meanings(locale: str, number: int) -> Reply:
    """Return what is said when a *number* is the place of one choice, and another one is called by it."""
    gettext = texts(locale).gettext
    sentence = gettext("“{number}” may be two things here: answer “choice {number}”, or press its number.")
    return Reply(text(sentence.format(number=number)))


def answered_already(locale: str) -> Reply:
    """Return what is said when a question is answered for the second time."""
    gettext = texts(locale).gettext
    return Reply(text(gettext("You have answered that already. To change it, edit your first message.")))


def too_large(locale: str, size: int, most: int) -> Reply:
    """Return what is said when what somebody wants to be kept fits no operation; both in bytes."""
    sentence = texts(locale).gettext(
        "That is too long to be kept: {size} kB, and at most {most} kB fit. Nothing was changed; please shorten it."
    )
    return Reply(text(sentence.format(size=-(-size // 1000), most=most // 1000)))


def too_long(request: Request, words: str, most: int) -> Rich:
    """Refuse *words*, of which *most* characters at most would be kept."""
    sentence = request.texts.gettext("“{words}” is too long: {length} characters, and {most} at most.")
    beginning = words if len(words) <= _BEGINNING else f"{words[:_BEGINNING].rstrip()}…"
    return fill(sentence, words=text(beginning), length=text(str(len(words))), most=text(str(most)))


def too_much(request: Request, over: Excess) -> Rich:
    """Refuse a message that is not read to its end: half a command is none."""
    rest = request.texts.gettext(
        "Your message has {length} characters, and I read {most} at most. Nothing was changed; please shorten it."
    )
    signs = request.texts.gettext(
        "Your message has {length} signs in a row that are no words, and I do not read so many. "
        "Nothing was changed; please leave them out."
    )
    return fill(signs if over.signs else rest, length=text(str(over.length)), most=text(str(MOST)))


def held(request: Request, places: Sequence[Position]) -> Rich:
    """Say why what was asked does not count: somebody's clock is ahead; whose, and until when."""
    until, holder, *_ = max(places)
    at = datetime.fromtimestamp(until / 1000, request.zone).replace(microsecond=0)
    sentence = request.texts.gettext(
        "⏳ {assistant} has written this with a clock that is ahead: that is what counts until {time}."
        " Please try again then."
    )
    shown = f"{at:%H:%M:%S}"
    return fill(sentence, assistant=text(holder), time=text(shown))


def enough_today(request: Request, most: int) -> Rich:
    """Refuse to do for somebody what they have asked for *most* times since yesterday."""
    sentence = request.texts.ngettext(
        "I do this {most} time a day for each person, because it reaches others. Please ask me again tomorrow.",
        "I do this {most} times a day for each person, because it reaches others. Please ask me again tomorrow.",
        most,
    )
    return fill(sentence, most=text(str(most)))


def trouble(locale: str) -> Reply:
    """Return what is said when the assistant itself has failed at a command."""
    return Reply(
        text(texts(locale).gettext("Something went wrong on my side. Nothing was changed; please try again later."))
    )


def already_answered(locale: str, other: UserId) -> str:
    """Return why an answer is taken back: another assistant had given one while the two could not hear each other."""
    return texts(locale).gettext("Taken back: {assistant} had already answered.").format(assistant=other)


def late(known: Texts) -> Rich:
    """Return what stands above the answer to a message whose keys came late."""
    return text(known.gettext("(received late)"))
