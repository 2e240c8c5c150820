"""A file is attached to what was just made, or done to as another: « avec le fichier », « pareil pour … » (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.asides import folded_text
from bots.files.library import acting, meant, saying
from bots.files.library.entry import KIND
from bots.files.library.linked import LINKED, called
from bots.files.library.orders import Order, Verb, readings
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.files.plain import joining
from bots.files.plain.lately import just_sent, lately, recent
from bots.register.format.operation import Change

_IT: Final = r"(?:(?:le|la|les|ce|cette|the|this) ?(?:fichier|document|piece(?: jointe)?|photo|file)?|ca)"
_WITH: Final = re.compile(
    rf"(?:(?:joins|r?attache[rz]?|ajoute[rz]?|mets|attach)[ -](?:y|lui)|avec|joins|r?attache[rz]?)[ -]"
    rf"(?:{_IT}|(?P<name>.+))"
)
_OFF: Final = re.compile(r"(?:detache[rz]?|detach)[ -](?P<name>.+)")
_AGAIN: Final = re.compile(
    r"(?:(?:fais |fait )?pareil|idem|(?:fais )?la meme chose|same)(?: (?:pour|avec|sur|for))? (?P<name>.+)"
)


_GOES_WITH: Final = re.compile(
    r"(?:(?:(?!(?:pas|plus|rien|sans|non|jamais|ni|inutile)\b)\S+ ){0,12}a (?:mettre|joindre|attacher|rattacher)"
    r"|(?P<orders>(?:mets|joins|range)(?P<it> ca|-le|-la)?)) "
    r"(?:avec|a|au|aux) (?P<thing>.+)"
)


def goes_with(request: Request, words: Sequence[str], *, ours: bool = True) -> Reply | None:
    """Return what attaches the one file that is answered, or captioned, to the one thing that *words* name.

    « L'ordre du jour, à mettre avec le CM »; None where nothing here is called so, or more than one thing. Where it was
    not said to us (*ours*) only a caption attaches; whether an answer « mets ça … » was for us is asked.
    """
    matched = _GOES_WITH.fullmatch(folded_text(words))
    caption = request.quoted is not None and request.quoted.event_id == request.event_id
    if matched is None or not (ours or matched["it"] or (caption and not matched["orders"])):
        return None
    found = called(request, words[-len(matched["thing"].split()) :])
    about = [key for key in request.theirs if key[0] == KIND]
    file = library(request).get(about[0][1]) if len(about) == 1 else None
    if file is None or len(found) != 1:
        return None
    if not ours and matched["it"]:
        return ask(request, saying.for_us(request, file, words))
    return acting.attach(request, [file], found[0][0], found[0][1].id)


def asks(words: Sequence[str]) -> bool:
    """Tell whether *words* may attach a file to what is not named, or do to it what was done to the one before."""
    said = folded_text(words)
    return any(form.fullmatch(said) is not None for form in (_WITH, _OFF, _AGAIN)) or any(joining.orders(words))


def belonging(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of *words*; None where they are about nothing that is known to be a file."""
    to_something = joining.joined(request, words)
    if to_something is not None:
        return to_something
    said = folded_text(words)
    with_, off, again = (form.fullmatch(said) for form in (_WITH, _OFF, _AGAIN))
    if again is not None:
        return _again(request, _files(request, again["name"], words))
    if off is not None:
        return _taken_off(request, _files(request, off["name"], words))
    if with_ is None or next(readings(words), None) is not None:
        # « Attache la convocation à la réunion » says to what.
        return None
    files = _files(request, with_["name"], words) if with_["name"] else _just(request)
    return _attached(request, files, orders=not said.startswith("avec")) if len(files) == 1 else None


def _files(request: Request, folded: str, words: Sequence[str]) -> list[File]:
    """Return the file of that name: the last words of what was said, as they were written."""
    found = meant.if_known(request, words[-len(folded.split()) :])
    return [] if isinstance(found, Reply) else found


def _just(request: Request) -> list[File]:
    sent = just_sent(request)
    return [sent] if sent is not None else lately(request)


def _attached(request: Request, files: Sequence[File], *, orders: bool) -> Reply | None:
    """Return what attaches *files* to the one thing that the sender's last deed here was about."""
    last = recent(request)
    changed = () if last is None else last.inverse
    things = dict.fromkeys((change.kind, change.id) for change in changed if change.kind in LINKED.values())
    if len(things) != 1:
        return ask(request, saying.attach_to_what(request)) if orders else None
    ((kind, thing),) = things
    return acting.attach(request, files, kind, thing)


def _taken_off(request: Request, files: Sequence[File]) -> Reply | None:
    """Return what takes a file off the one thing that it is attached to."""
    about = files[0].filing.about if len(files) == 1 else ()
    if not about:
        return None
    if len(about) > 1:
        return ask(request, saying.attach_to_what(request))
    kind, _, thing = next(iter(about)).partition(":")
    return acting.attach(request, files, kind, thing, joins=False)


def _again(request: Request, files: Sequence[File]) -> Reply | None:
    """Return what does to *files* what was just done to another one: its tags, its folder."""
    last = recent(request)
    if last is None or len(files) != 1:
        return None
    keys = acting.keys_of(files)
    for change in last.inverse:
        if change.kind != KIND:
            continue
        before = library(request).get(change.id)
        tags, things = _given(request, change, "tags"), _given(request, change, "about")
        if tags:
            return acting.act(request, [Order(Verb.TAG, (), tags)], keys)
        if "folder" in change.set and before is not None and before.filing.folder:
            return acting.act(request, [Order(Verb.MOVE, (), (before.filing.folder,))], keys)
        if len(things) == 1:
            kind, _, thing = things[0].partition(":")
            return acting.attach(request, files, kind, thing)
    return None


def _given(request: Request, undone: Change, name: str) -> tuple[str, ...]:
    """Return the values that *undone* would take out of a set: those that were just put there."""
    found, ids = request.state.get(KIND, undone.id), {*undone.remove.get(name, ())}
    if found is None or not ids:
        return ()
    return tuple(str(value) for value in found.elements(name) if ids & {f"+{value}", *found.tags(name, str(value))})
