"""``!véhicules csv``: those that fit, as a sheet in the room; one row each, one column for each field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from bots.assistant.talk.errand import Errand, Uploaded
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.markup import NOTHING as NO_WORDS
from bots.assistant.talk.markup import code, fill, lines, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.scene import Place
from bots.assistant.talk.wording import fold
from bots.assistant.words.files.cells import CONTENT_TYPE, CsvWriter
from bots.assistant.words.names.people import called
from bots.items.board import Board
from bots.items.kind import Item, Kind
from bots.items.saying import listing
from bots.items.saying.filters import filters
from bots.items.speech import Speech
from bots.matrix.errors import Refused
from bots.matrix.port import Edge
from config.identifiers import UserId
from config.texts import Texts

MOST: Final = 2_000
"""Rows: what fits comes as a list does, the next one due first."""
_CSV: Final = frozenset({"csv", "tableau", "sheet", "excel"})


def asks(words: Sequence[str]) -> bool:
    """Tell whether *words* ask for a sheet."""
    return any(fold(word).lstrip(".") in _CSV for word in words)


def without(words: Sequence[str]) -> list[str]:
    """Return *words* without those that ask for a sheet."""
    return [word for word in words if not asks([word])]


def errand_of(kind: Kind) -> str:
    """Return the kind of the errands that send sheets of *kind*."""
    return f"{kind.name}.sheet"


def export(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """Leave the errand that sends those that fit *rest*, the words of a list."""
    words = without(rest)
    found = listing.chosen(kind, request, words)
    if isinstance(found, Reply):
        return found
    own = filters(kind, words).own
    if own:
        # An errand is kept until it is done, and holds nothing that somebody may want erased.
        sentence = request.texts.gettext(
            "A sheet cannot be narrowed to {words}: ask again without that, and it holds them all."
        )
        return ask(request, fill(sentence, words=code(" ".join(own))))
    more = len(found) - MOST
    rest_of_them = request.texts.ngettext("… and {count} more.", "… and {count} more.", more)
    foot = fill(rest_of_them, count=text(str(more))) if more > 0 else NO_WORDS
    said = text(Speech(kind, request).sentence(kind.phrases.exporting))
    errand = Errand(errand_of(kind), str(request.event_id), {"words": list(words)})
    return Reply(lines((said, foot)), errands=(errand,))


@dataclass(frozen=True, slots=True)
class Exported:
    """A sheet that has been uploaded, and the *ids* of its rows."""

    uploaded: Uploaded
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exporter:
    """Writes and sends a sheet of *kind* (``Runner``)."""

    kind: Kind

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Exported | None:
        """Write the sheet and upload it; None where nothing can be chosen any more."""
        words = payload.get("words")
        said = [str(word) for word in words] if isinstance(words, list) else []
        found = listing.chosen(self.kind, request, said)
        if isinstance(found, Reply):
            return None
        room = edge.room(request.room_id)
        items = Board(self.kind, request.state).labelled(found[:MOST])
        data = written(self.kind, request, items)
        # Of a room that we no longer know, nothing is told to the server.
        file = await edge.upload(data, content_type=CONTENT_TYPE, encrypted=room is None or room.encrypted)
        name = f"{self.kind.noun.spoken(request.language).many}-{request.here.date().isoformat()}.csv"
        uploaded = Uploaded(file, name, CONTENT_TYPE, len(data))
        return Exported(uploaded, tuple(item.id for item in items))

    def finish(self, request: Request, payload: Payload, prepared: Exported | None) -> Reply | None:
        """Send the file."""
        del payload
        if prepared is None:
            return None
        # All that it shows, so that it goes when something of that is erased; and it is no card of a single one.
        shows = (
            (errand_of(self.kind), str(request.event_id)),
            *((self.kind.name, item_id) for item_id in prepared.ids),
        )
        return Reply(NO_WORDS, attachment=prepared.uploaded, shows=shows)

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why there is none."""
        del payload
        gettext = request.texts.gettext
        if isinstance(error, Refused) and error.errcode == "M_TOO_LARGE":
            return Reply(text(gettext("The sheet is larger than the server takes. Please ask for part of it.")))
        return Reply(text(gettext("I could not send the sheet: the server does not answer. Please try again later.")))


def written(kind: Kind, place: Request, items: Sequence[Item]) -> bytes:
    """Return the sheet of *items*, headed in the language of *place*."""
    table = CsvWriter(heads(kind, place))
    table.add(cells(place, item) for item in items)
    return table.data()


NUMBER, TITLE, STATUS, CREATOR, IDENTIFIER = "number", "title", "status", "creator", ":id"
"""The columns of every sheet; the others are called as the fields of the kind are, which no colon begins."""


def columns(kind: Kind, known: Texts) -> Iterator[tuple[str, str]]:
    """Yield the columns in their order: what each holds, and how it is headed."""
    gettext = known.gettext
    yield from ((NUMBER, gettext("Number")), (TITLE, gettext("Title")), (STATUS, gettext("Status")))
    for row in kind.fields:
        word = gettext(row.word)
        yield row.name, word[:1].upper() + word[1:]
    yield from ((CREATOR, gettext("Asked for by")), (IDENTIFIER, gettext("Identifier")))


def heads(kind: Kind, place: Place) -> Iterator[str]:
    """Yield the headings of the columns."""
    yield from (heading for _, heading in columns(kind, place.texts))


def cells(place: Place, item: Item) -> Iterator[str]:
    """Yield the cells of the row of *item*, in the order of the :func:`heads`."""
    yield from (item.label, item.title, status(place, item))
    for row in item.kind.fields:
        value = item.get(row)
        yield "" if value is None else row.type.cell(value, place)
    yield from (_creator(place, item), item.id)


def status(place: Place, item: Item) -> str:
    """Return where *item* stands, in words."""
    speech = Speech(item.kind, place)
    if item.withdrawn:
        return speech.sentence(item.kind.phrases.taken_off)
    return speech.sentence(item.status.said or item.kind.phrases.in_use)


def _creator(place: Place, item: Item) -> str:
    """Return whoever asked for it, or the assistant that says so of somebody else's people."""
    who, voucher = item.creator, item.giver
    if who is None:
        return ""
    shown: UserId = who if voucher is None or voucher.server == who.server else voucher
    return called(shown, place) or str(shown)
