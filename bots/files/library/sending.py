"""« Envoie-moi la délibération »: the file itself, alone with us, for whoever could read it where it was sent (pure).

Nothing is uploaded again: what is encrypted is sent as it lies there, with its keys, into a conversation that nobody
else reads. Nothing that was sent before they came to its room, nothing of a room that they have left (decision 053).
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from bots.assistant.dispatch.reading.visibility import could_read
from bots.assistant.talk.errand import Errand, Uploaded
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.markup import NOTHING, Rich, fill, room_link, short, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import ELSEWHERE, elsewhere
from bots.assistant.words.lenient import line
from bots.envelope.file import parse_attachment
from bots.files.library.entry import KIND, Entry, entry_of
from bots.files.library.library import Library
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.matrix.events import Event
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId

SEND: Final = "file.send"
DAILY: Final = 200
"""Files that one person may have sent to them in a day."""
_FORM: Final = "envoyer ce fichier"
_YES: Final = (
    *("oui", "oui stp", "oui svp", "envoie", "envoie-le", "envoie le", "envoie-le-moi", "envoie le moi", "envoie-moi"),
    *("oui envoie", "oui envoie-le", "oui envoie le", "oui envoie-le-moi", "oui envoie le moi", "vas-y envoie"),
    *("yes", "send it", "yes send it", "send it to me", "yes please"),
)
_MAX_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class FileInRoom:
    """A file that somebody may have: the room that it was sent in, and what they may see of that room's files."""

    room_id: RoomId
    name: str
    """What the room is called; "" for this conversation."""
    library: Library
    file: File


def one(request: Request, place: FileInRoom) -> Reply:
    """Return what sends the file of *place*, or refuses it where an antivirus has found something."""
    if place.library.scan(place.file).infected:
        said = request.texts.gettext("⛔ I do not send {file}: the antivirus finds malware in it. Do not open it.")
        return ask(request, fill(said, file=text(short(place.file.name))))
    payload = {"room": str(place.room_id), "event": str(place.file.entry.event_id)}
    errand = Errand(SEND, str(request.event_id), payload)
    return leave_to(request, errand)


def brought(request: Request, file: File) -> Reply:
    """Return what sends a file of this room to whoever asks, where nobody else reads it."""
    if request.private:
        return one(request, here(request, file))
    place = request.alone_in
    if place is None:
        said = request.texts.gettext("I send files in a conversation that nobody else reads: ask me there.")
        return ask(request, text(said))
    sent = one(request, here(request, file))
    if sent.question is not None or not sent.errands:
        return sent
    errands = tuple(replace(each, room_id=place) for each in sent.errands if isinstance(each, Errand))
    said = request.texts.gettext("📨 I send you {file} in our direct conversation.")
    return replace(sent, text=fill(said, file=text(short(file.name))), quiet=False, errands=errands)


def offered(request: Request, sentence: Rich, places: list[tuple[FileInRoom, Rich]]) -> Reply:
    """Ask by *sentence* which of *places*, each with its line, is to be sent; of a single one, whether."""
    alone = len(places) == 1
    candidates = tuple(
        Candidate(
            label,
            f"{_FORM} {place.room_id} {place.file.entry.event_id}",
            words=(*(_YES if alone else ()), place.file.name, place.file.path),
        )
        for place, label in places
    )
    foot = NOTHING
    if alone:
        foot = text(request.texts.gettext("Shall I send it here?"))
    shows = tuple(_shown(request, place) for place, _ in places)
    reply = ask(request, Question(sentence, candidates, foot=foot))
    return Reply(reply.text, inverse=reply.inverse, reactions=reply.reactions, question=reply.question, shows=shows)


def _shown(request: Request, place: FileInRoom) -> tuple[str, str]:
    if place.room_id == request.room_id:
        return (KIND, place.file.id)
    return (ELSEWHERE, elsewhere(place.room_id, place.file.id))


def is_choice(words: list[str]) -> bool:
    """Tell whether *words* are those of a candidate of ours: a room and an event."""
    return len(words) == 2 and words[0][:1] == "!" and words[1][:1] == "$"


def chosen(request: Request, rest: list[str]) -> Reply:
    """Send what was chosen: whoever asks must be in that room, and what they could read there is looked at anew."""
    room_id, event_id = RoomId(rest[0]), EventId(rest[1])
    here = room_id == request.room_id
    if not request.private or not (here or any(scene.room_id == room_id for scene in request.visible)):
        return ask(request, text(request.texts.gettext("You are no longer in that room, so nothing is sent.")))
    errand = Errand(SEND, str(request.event_id), {"room": str(room_id), "event": str(event_id)})
    return leave_to(request, errand)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """What a message carries, for whoever may have it; *why*: there is nothing for them."""

    entry: Entry | None = None
    uploaded: Uploaded | None = None
    why: str = ""


class Sending:
    """Sends a file again, as it lies there (``Runner``)."""

    needs: ClassVar[Needs] = Needs(rooms=True)

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> FoundFile:
        """Read it back, where whoever asks is still in its room and has been since it was sent."""
        room_id, event_id = RoomId(str(payload["room"])), EventId(str(payload["event"]))
        inside = room_id == request.room_id or any(scene.room_id == room_id for scene in request.visible)
        if not inside or not await could_read(edge, request.sender, room_id, event_id):
            return FoundFile(why="before")
        said = await edge.fetch_event(room_id, event_id)
        if not isinstance(said, Event) or said.redacted or said.type != "m.room.message":
            return FoundFile(why="gone")
        entry = entry_of(said, int(request.now.timestamp() * 1000), filed=True)
        if entry is None:
            return FoundFile(why="gone")
        kind = entry.content_type or "application/octet-stream"
        return FoundFile(entry, Uploaded(parse_attachment(said.content), entry.name, kind, entry.size or 0))

    def finish(self, request: Request, payload: Payload, prepared: FoundFile) -> Reply:
        """Send it, where nobody else reads it."""
        gettext = request.texts.gettext
        if not request.private:
            return Reply(text(gettext("I send files in a conversation that nobody else reads: ask me there.")))
        if prepared.uploaded is None or prepared.entry is None:
            return Reply(_not_sent(request, prepared.why))
        room_id = RoomId(str(payload["room"]))
        shown = (ELSEWHERE, elsewhere(room_id, prepared.entry.id))
        if room_id == request.room_id:
            return Reply(NOTHING, attachment=prepared.uploaded, shows=((KIND, prepared.entry.id),))
        found = next((scene for scene in request.visible if scene.room_id == room_id), None)
        name = line(None if found is None else found.name, _MAX_NAME) or gettext("a room without a name")
        said = fill(
            gettext("{file}, sent in {room}"), file=text(short(prepared.entry.name)), room=room_link(room_id, name)
        )
        return Reply(said, attachment=prepared.uploaded, shows=(shown,))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say that it cannot be had."""
        del payload, error
        return Reply(_not_sent(request, "gone"))


def _not_sent(request: Request, why: str) -> Rich:
    gettext = request.texts.gettext
    if why == "before":
        return text(gettext("That file is from before you came to its room, or you have left it: I do not send it."))
    return text(gettext("This file cannot be had any more: its message is deleted, or I cannot read it."))


def here(request: Request, file: File) -> FileInRoom:
    """Return a file of this conversation."""
    return FileInRoom(request.room_id, "", library(request), file)
