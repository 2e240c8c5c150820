"""The card of an object: how it stands, at a glance (pure)."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from bots.assistant.talk.markup import Rich, join, lines, small, strong, struck, text
from bots.assistant.talk.scene import CardMaker, Face, Key, Scene
from bots.assistant.words.objects import numbered
from bots.items.board import Board
from bots.items.kind import Item, Kind
from bots.items.saying import echo
from bots.items.speech import Speech
from bots.register.replica.places import ERASED
from bots.register.replica.state import State
from config.identifiers import UserId
from config.texts import Texts


def maker(kind: Kind) -> CardMaker:
    """Return how objects of *kind* are drawn."""

    def hint(texts: Texts) -> Rich:
        return small(texts.gettext(kind.hint))

    def counted(texts: Texts, count: int) -> str:
        return texts.ngettext(*kind.counted, count).format(count=count)

    def face(scene: Scene, item_id: str) -> Face | None:
        return _face(kind, scene, item_id, hint(scene.texts))

    def author(state: State, item_id: str) -> UserId | None:
        found = state.get(kind.name, item_id)
        return None if found is None or not numbered.is_number(found.first("number")) else found.first_author("number")

    def about(state: State, key: Key) -> Iterable[Key]:
        return _about(kind, state, key)

    private = {kind.name: kind.private}
    return CardMaker(kind.name, face, hint, author, private, counted, about)


def _face(kind: Kind, scene: Scene, item_id: str, hint: Rich) -> Face | None:
    """Draw an object; of one whose text was erased there is only that to say."""
    item = Board(kind, scene.state).get(item_id)
    if item is None:
        return _bared(kind, scene, item_id)
    title = text(item.title) if item.open else struck(item.title)
    head = join(" ", (text(item.status.icon), strong(item.label), title))
    foot = hint if item.open else text("")
    until = _midnight(scene.here) if _ages(scene, item) else None
    return Face(lines((head, join(" · ", echo.facts(scene, item)), foot)), until)


def _bared(kind: Kind, scene: Scene, item_id: str) -> Face | None:
    held = scene.state.get(kind.name, item_id)
    number = None if held is None else held.first("number")
    if held is None or not numbered.is_number(number) or held.value("title") is not ERASED:
        return None
    sentence = Speech(kind, scene).sentence(kind.phrases.erased_title)
    return Face(text(sentence.format(number=number)))


def _ages(scene: Scene, item: Item) -> bool:
    """Tell whether midnight may change the card: a day that passes makes late what has a date and is in use."""
    now = scene.here
    dated = item.due is not None and not item.late(now)
    return item.open and (dated or item.kind.ages(scene.state, item, now))


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)


def _about(kind: Kind, state: State, key: Key) -> Iterable[Key]:
    """An object concerns those that share its number: they are called otherwise then."""
    if key[0] != kind.name:
        return ()
    held = Board(kind, state).get(key[1])
    alike = () if held is None else Board(kind, state).called(numbered.Reference(held.number))
    return [(kind.name, item_id) for item_id in {key[1], *(item.id for item in alike)}]
