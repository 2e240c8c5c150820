"""What is answered to words that are for us and that nobody could read (pure)."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from bots.assistant.talk.markup import NOTHING, code, fill, short, text
from bots.assistant.talk.question import Around, Before, Candidate, Instead, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Listed, Request
from bots.assistant.talk.wording import spoken, words_of
from bots.assistant.words.commands.grammar import Meant, UnclearMessage
from bots.assistant.words.consent import YES_SAID, consents
from bots.assistant.words.lenient import line
from bots.register.replica.state import State
from bots.when.finding import find
from config.identifiers import EventId
from config.texts import texts

FILES: Final = "files"
"""A topic of the help."""
_QUOTED: Final = 60
_LONGEST: Final = 160
"""Characters: who answers a card by more speaks to people."""
_TURNING: Final = re.compile(
    r"^(?:(?:non|plutôt|plutot|finalement|en fait|du coup|oups|pardon|no|rather|actually|sorry)[\s,:]+)+", re.IGNORECASE
)
_BIDDING: Final = re.compile(
    r"(?:jusqu.?[àa]u?|prolonge[rz]?|rappelle[rz]?|préviens|previens|ajoute[rz]?|enlève[rz]?|enleve[rz]?|retire[rz]?|mets|mettez"
    r"|change[rz]?|remplace[rz]?|remplaçante?s?|remplacante?s?|suppléante?s?|extend|remind|add|remove|put|change)\b",
    re.IGNORECASE,
)
_OF_LIST: Final = ("la liste", "celle de la liste", "de la liste", "celui de la liste", "the list", "the one listed")
_OF_ROOM: Final = ("celle d'ici", "ici", "d'ici", "la tâche", "celle de cette conversation", "the one here", "here")


def not_understood(request: Request, unclear: UnclearMessage, topic: str = "") -> Reply:
    """Say that words were not understood, or ask whether they are what they look like; *topic*: help is of that."""
    gettext = request.texts.gettext
    help_word = code(gettext("!help files") if topic == FILES else gettext("!help"))
    if unclear.meant is not None:
        return replace(ask(request, _meant(request, unclear.words, unclear.meant)), lost=True)
    if not unclear.words:
        return ask(request, fill(gettext("Hello! “{help}” shows what I can do."), help=help_word))
    typed = code(_short(" ".join(unclear.words)))
    sentence = fill(
        gettext("I do not understand “{typed}”. “{help}” shows what I can do."), typed=typed, help=help_word
    )
    return replace(ask(request, sentence), lost=True)


def corrects(request: Request) -> bool:
    """Tell whether what answers a card of ours tells us, and not people, to do something to what it shows.

    It begins as a correction does, with a time, or with what is done to things: « non plutôt 11h … », « prolonge … ».
    """
    said = " ".join(words_of(request))
    rest = _TURNING.sub("", said)
    if not rest or len(said) > _LONGEST:
        return False
    if _BIDDING.match(rest):
        return True
    found = find(rest, request.here, request.zone, request.language) if rest != said else None
    return found is not None and found.spans[0][0] == 0


def is_it_the_answer(locale: str, asked: Question, command: str, answers: EventId | None) -> Reply:
    """Ask whether what somebody says answers what we *asked* (by *command*): somebody else has spoken since."""
    known = texts(locale)
    said = _answer(asked, command)
    label = NOTHING if consents(said) else code(_short(said))
    candidate = Candidate(label, command, answers=answers, words=(said, *YES_SAID))
    sentence = text(known.gettext("Is that the answer to my question?"))
    foot = text(known.gettext("Answer “yes”.")) if asked.by_word else NOTHING
    question = Question(sentence, (candidate,), by_word=asked.by_word, foot=foot)
    return Reply(question.said(known), reactions=question.buttons, question=question)


def _answer(asked: Question, command: str) -> str:
    """Return what of *command* answers *asked*, as people say it: one of its candidates, or what fills its slot."""
    for candidate in asked.candidates:
        if candidate.command == command:
            return candidate.names[0]
    slot = None if asked.slot is None else asked.slot.place
    if not isinstance(slot, Around) or not command.startswith(slot.before):
        return command
    return command.removeprefix(slot.before).removesuffix(slot.after)


def _meant(request: Request, words: list[str], meant: Meant) -> Question:
    """Ask whether a command was meant: whoever says yes has said it."""
    gettext = request.texts.gettext
    place = Instead((" ".join(meant.typed),)) if meant.typed else Before(tuple(meant.rest))
    # What is not kept as it was typed is said anew.
    puts = meant.form if meant.typed != words else meant.whole.lstrip("!")
    label = code(_short(" ".join(meant.rest) if meant.offered and meant.rest else meant.whole))
    if meant.offered:
        typed = code(_short(" ".join(words)))
        sentence = fill(gettext("I do not understand “{typed}”. Shall I add it to the tasks?"), typed=typed)
    else:
        sentence = fill(gettext("Did you mean “{suggestion}”?"), suggestion=label)
    return Question(sentence, (Candidate(label, puts, place),), by_word=meant.by_word)


def _short(words: str) -> str:
    return short(unicodedata.normalize("NFC", words), 4 * _QUOTED)


def whose_number(request: Request, listed: Listed, theirs: Reply, own: Reply, kinds: Collection[str]) -> Reply:
    """Ask whether a number is that of a list (*theirs* is what it does) or the room's *own*; objects are of *kinds*."""
    gettext = request.texts.gettext
    rooms = {each.room_id: each.state for each in request.rooms}
    kinds = {*kinds, *(change.kind for change in (*theirs.changes, *own.changes))}
    above = [_title(rooms[each.room_id], each.card, kinds) for each in theirs.forward if each.room_id in rooms]
    above += [_title(request.state, object_id, kinds) for object_id in _changed(theirs)]
    here = [_title(request.state, object_id, kinds) for object_id in _changed(own)]
    said = spoken(request)
    of_list = fill(gettext("what the list calls so: {titles}"), titles=text(", ".join(filter(None, above))))
    of_room = fill(gettext("this conversation's own: {titles}"), titles=text(", ".join(filter(None, here))))
    sentence = fill(gettext("“{typed}”: which number do you mean?"), typed=code(_short(said)))
    candidates = (
        Candidate(of_list, said, words=_OF_LIST, answers=listed.event_id),
        Candidate(of_room, said, words=_OF_ROOM),
    )
    return ask(request, Question(sentence, candidates))


def _changed(reply: Reply) -> list[str]:
    """Return the objects that *reply* changes here."""
    return [*dict.fromkeys(change.id for change in reply.changes)]


def _title(state: State, object_id: str, kinds: Collection[str]) -> str:
    found = (state.get(kind, object_id) for kind in kinds)
    return next((line(each.value("title"), _QUOTED) for each in found if each is not None), "")
