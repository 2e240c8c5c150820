"""Which files a link is asked to, and whom it is only for (pure).

What opens a file outwards opens none that was not meant: below a file that is that file, and « au notaire » names
nobody's letter to the notary.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.assistant.talk.wording import fold
from bots.files.library import meant
from bots.files.library.entry import KIND
from bots.files.library.request import library
from bots.files.library.saying import before_they_came
from bots.files.library.shelf import File
from bots.files.plain.seeking import telling
from bots.files.sharing import saying
from bots.files.sharing.wish import ShareWish, apart, only_whom, wish, without_whom

_BEFORE_NAME: Final = frozenset(
    {"vers", "pour", "de", "du", "sur", "to", "for", "of", "stp", "svp", "please", "moi", "me"}
    | {"ca", "cela", "this", "it", "externe", "public", "temporaire", "securise"}
)
"""What leads to the file, or points to the one that is answered: « stp ça », « vers »."""


def wished(request: Request, words: Sequence[str], shown: Sequence[Key]) -> ShareWish:
    """Return what *words* wish of a link; below what is *shown*, whom it is for is no name: « pour le notaire »."""
    only = _for_whom(request, words) if shown else None
    return [*_wishes(words)][-1] if only is None else replace(only, names=())


def is_order(words: Sequence[str]) -> bool:
    """Tell whether *words* below a file wish a link, though nobody named us: « partage pour info » is conversation."""
    bare = [*_wishes(words)][-1]
    return only_whom(bare.names) or bare != ShareWish(bare.names)


def is_guess(request: Request, words: Sequence[str], names: Sequence[str]) -> bool:
    """Tell whether what *words* name, in the end *names*, may be whom it is for: « pour le notaire », below nothing."""
    return _for_whom(request, words) is not None and not any(meant.is_exactly(request, name) for name in names)


def behind_to(request: Request, names: Sequence[str]) -> list[File]:
    """Return the files that have several words of what stands behind « pour »: « un lien pour la note de synthèse »."""
    said = [name.split(None, 1)[1] for name in names if len(name.split()) > 1]
    return [file for name in said for file in library(request).worded(telling(name.split()))]


def files(request: Request, names: Sequence[str], shown: Sequence[Key]) -> list[File] | Reply:
    """Return the files that *names* mean; below a file it is that one, or nothing."""
    found = _named(request, names, shown)
    answered = next((file_id for kind, file_id in request.theirs if kind == KIND), None)
    if answered is None:
        return found
    file = library(request).get(answered)
    if file is None:
        return ask(request, before_they_came(request))
    if all(any(meant.is_called(request, spelt, file) for spelt in _readings(name)) for name in names):
        return [file]
    if isinstance(found, Reply) and found.question is None:
        return found
    only = not isinstance(found, Reply) and all(one.id == file.id for one in found)
    return found if only else ask(request, saying.another_file(request, file.name))


def _for_whom(request: Request, words: Sequence[str]) -> ShareWish | None:
    """Return what *words* wish where they name nobody but whom it is for; « pour plan.pdf » names a file."""
    return next(
        (
            found
            for found in _wishes(words)
            if found.names
            and only_whom(found.names)
            and not any(meant.is_exactly(request, name.split(None, 1)[1]) for name in found.names)
        ),
        None,
    )


def _wishes(words: Sequence[str]) -> Iterator[ShareWish]:
    """Yield what *words* wish, then what they do without each word before the name."""
    rest = [*words]
    yield wish(rest)
    while rest and fold(rest[0]) in _BEFORE_NAME:
        del rest[0]
        yield wish(rest)


def _named(request: Request, names: Sequence[str], shown: Sequence[Key]) -> list[File] | Reply:
    if not names:
        return meant.named(request, (), shown)
    found: list[File] = []
    for name in names:
        one = _called(request, name, shown)
        if isinstance(one, Reply):
            return one
        found += one
    return [*{file.id: file for file in found}.values()]


def _called(request: Request, name: str, shown: Sequence[Key]) -> list[File] | Reply:
    """Return the file of that *name*, else what it is likely to mean: one without whom it is for, or several."""
    typed = meant.named(request, [name], shown)
    bare = without_whom(name) or name
    readings = [typed, *(meant.named(request, parts, shown) for parts in ([bare], apart(name), apart(bare)))]
    known = next((files for files in readings if not isinstance(files, Reply)), None)
    # Of several it is asked which; that there is none is said of nothing else.
    which = (found for found in readings if isinstance(found, Reply) and found.question is not None)
    return next(which, typed) if known is None else known


def _readings(name: str) -> Iterator[str]:
    """Yield how one file may be called by *name*: as typed, and without whom the link is for."""
    yield name
    bare = without_whom(name)
    if bare:
        yield bare
