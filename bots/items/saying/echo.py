"""How an object of a kind is said to people (pure)."""

from collections.abc import Iterator
from typing import Any

from bots.assistant.talk.markup import Rich, fill, join, lines, short, strong, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.items.field import Field
from bots.items.kind import Item
from bots.items.speech import Speech

Where = Request | Scene
"""A place whose register is known."""


def facts(place: Where, item: Item, *, listed: bool = False) -> Iterator[Rich]:
    """Yield what is known of *item* beside its title; *listed*: only what a list has room for."""
    kind, speech = item.kind, Speech(item.kind, place)
    if item.withdrawn:
        yield text(speech.sentence(kind.phrases.taken_off))
    elif item.status.said:
        yield text(speech.sentence(item.status.said))
    yield from kind.facts(place, place.state, item)
    for field in kind.fields:
        if field.listed or not listed:
            yield from value(place, item, field)
    yield from kind.after(place, place.state, item)


def value(place: Where, item: Item, field: Field[Any]) -> Iterator[Rich]:
    """Yield what is said of one field of *item*: nothing, where it has no value."""
    found = item.get(field)
    if found is None:
        return
    said = field.type.say(found, place) if field.beside is None else field.beside(item, found, place)
    if field is item.kind.due and item.late(place.here):
        said = join(" ", (strong(place.texts.gettext("late")), text(f"({said.plain})")))
    yield fill(Speech(item.kind, place).sentence(field.said), value=said) if field.said else said


def line(place: Where, item: Item, *, own: bool = True) -> Rich:
    """Return *item* as one line of a list, with its *own* number."""
    number = (strong(item.label),) if own else ()
    return join(" · ", (*number, text(short(item.title)), *facts(place, item, listed=True)))


def whole(place: Where, item: Item) -> Rich:
    """Return *item* below its title."""
    return lines((text(item.title), join(" · ", facts(place, item))))


def shown(request: Request, item: Item) -> Rich:
    """Show *item*."""
    return join(" ", (strong(item.label), whole(request, item)))


def added(request: Request, item: Item) -> Rich:
    """Say that *item* now exists."""
    return Speech(item.kind, request).say(item.kind.phrases.added, item, what=whole(request, item))


def changed(request: Request, item: Item) -> Rich:
    """Say how *item* stands, after it has been changed."""
    return Speech(item.kind, request).say(item.kind.phrases.changed, item, what=whole(request, item))


def unchanged(request: Request, item: Item) -> Rich:
    """Say how *item* stands, where that is as it was to be."""
    return Speech(item.kind, request).say(item.kind.phrases.unchanged, item, what=whole(request, item))


def moved(request: Request, item: Item) -> Rich:
    """Say what has become of *item*."""
    return Speech(item.kind, request).say(item.status.moved, item)


def already(request: Request, item: Item) -> Rich:
    """Say that *item* is where it was to be brought."""
    return Speech(item.kind, request).say(item.kind.phrases.already, item)
