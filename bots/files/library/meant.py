"""Which files somebody means: those that are answered or listed, by number, by name, in the bin (pure)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bots.assistant.talk.question import Candidate, Instead, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.assistant.talk.wording import fold
from bots.assistant.words.enumeration import between, parts
from bots.files.library import naming, saying, told
from bots.files.library.entry import KIND
from bots.files.library.orders import Order, Verb
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.files.plain.seeking import telling

MOST_AT_ONCE: Final = 20
"""Files that one command may name."""
_AND: Final = between()
_LEAST: Final = 4
_ARTICLE: Final = re.compile(
    r"(?:(?:le|la|les|un|une|mon|ma|notre|the|my|our)\s+|l['’])"
    r"(?:(?:derni(?:er|ère|ers|ères)|last|latest)\s+)?",
    re.IGNORECASE,
)


def of_order(request: Request, order: Order, shown: Sequence[Key]) -> list[File] | Reply:
    """Return the files that an order is about, or the question or refusal where that is not clear."""
    known = library(request)
    found = [known.get(file_id) for kind, file_id in shown if kind == KIND]
    held = [file for file in found if file is not None]
    if not order.names:
        if len(held) == 1 or (held and order.many in (0, len(held)) and order.many != 1):
            return held
        return ask(request, saying.before_they_came(request) if shown and not held else saying.which(request))
    places = _places(order.names)
    if places is not None and shown:
        listed = [found[place - 1] if place <= len(found) else None for place in places]
        chosen = [file for file in listed if file is not None]
        return chosen if len(chosen) == len(places) else ask(request, saying.no_such_number(request, len(shown)))
    return _called(request, " ".join(order.names), binned=order.verb is Verb.RESTORE)


def is_known(request: Request, order: Order) -> bool:
    """Tell whether the room has a file that an order names, or one for each part of « 2041 et 2042 »."""
    name = " ".join(order.names)
    if _of_name(request, name):
        return True
    several = parts(_AND, name)
    return 1 < len(several) <= MOST_AT_ONCE and all(_of_name(request, part) for part in several)


def if_known(request: Request, words: Sequence[str]) -> list[File] | Reply:
    """Return the files that *words* name, or the question which one is meant; none where the room has none of them."""
    order = Order(Verb.SHOW, tuple(words))
    return of_order(request, order, ()) if is_known(request, order) else []


def is_in_bin(request: Request, order: Order) -> bool:
    """Tell whether an order names what was thrown away."""
    return bool(_in_bin(request, " ".join(order.names)))


def is_called(request: Request, name: str, file: File) -> bool:
    """Tell whether *file*, in whichever of its versions, is among those that *name* means."""
    return any(found.path == file.path for found in _of_name(request, name))


def is_exactly(request: Request, name: str) -> bool:
    """Tell whether *name* is all that a file of the room is called."""
    wanted = naming.compared(name.strip(" «»\"“”'"))
    return any(wanted in (naming.compared(file.path), naming.compared(file.name)) for file in _of_name(request, name))


def named(request: Request, names: Sequence[str], shown: Sequence[Key]) -> list[File] | Reply:
    """Return the files that these *names* mean, or numbers of what is *shown*; without any, all that are shown."""
    if not names:
        return of_order(request, Order(Verb.SHOW), shown)
    found: list[File] = []
    for name in names:
        meant = of_order(request, Order(Verb.SHOW, tuple(name.split())), shown)
        if isinstance(meant, Reply):
            return meant
        found += meant
    return [*{file.id: file for file in found}.values()]


def _places(names: Sequence[str]) -> list[int] | None:
    words = [word.strip(",;") for word in names if fold(word) not in ("et", "and")]
    fits = bool(words) and len(words) <= MOST_AT_ONCE and all(word.isdecimal() and len(word) < 4 for word in words)
    return [int(word) for word in words] if fits and all(int(word) for word in words) else None


def _called(request: Request, typed: str, *, binned: bool = False) -> list[File] | Reply:
    """Return the files that are called so, those in the bin first where they are to be had back (*binned*)."""
    name = typed.strip(" «»\"“”'")
    found = (_in_bin(request, typed) if binned else []) or _of_name(request, typed) or _in_bin(request, typed)
    if not found:
        return _each(request, typed) or ask(request, saying.none_such(request, name))
    if len(found) == 1:
        return found
    candidates = tuple(
        Candidate(told.named(request, file), f"«{file.path}»", Instead((typed,)), words=(file.path, file.name))
        for file in found[:9]
    )
    return ask(request, Question(saying.several(request, name, len(found)), candidates))


def _of_name(request: Request, typed: str) -> list[File]:
    """Return the files that are called so: as typed, without its article, or by all of its words that say anything."""
    known = library(request)
    found = next(filter(None, (known.called(spelt) for spelt in _spelt(typed))), [])
    return found or known.worded(telling(typed.split()))


def _spelt(typed: str) -> Iterator[str]:
    """Yield a name as it was typed, and without the article before it: « le devis », « l'avis »."""
    name = typed.strip(" «»\"“”'")
    yield name
    bare = _ARTICLE.sub("", name)
    if bare and bare != name:
        yield bare


def _each(request: Request, typed: str) -> list[File] | None:
    """Return the files of « le PV et le devis », where each part is one; None where it is the name of none."""
    names = parts(_AND, typed)
    found = [_called(request, name) for name in names[:MOST_AT_ONCE]] if len(names) > 1 else []
    files = [file for each in found if not isinstance(each, Reply) for file in each]
    return files if files and len(files) == len(names) else None


def _in_bin(request: Request, typed: str) -> list[File]:
    """Return what was thrown away and is called so: exactly, or else in part."""
    binned = library(request).binned(request.here.date())
    for spelt in _spelt(typed):
        wanted = naming.compared(spelt)
        exact = [file for file in binned if wanted in (naming.compared(file.path), naming.compared(file.name))]
        part = [file for file in binned if len(wanted) >= _LEAST and wanted in naming.compared(file.path)]
        if exact or part:
            return exact or part
    words = [naming.compared(word) for word in telling(typed.split())]
    return [file for file in binned if len(words) > 1 and all(word in naming.compared(file.path) for word in words)]
