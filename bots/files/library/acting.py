"""What is done to files at somebody's word: the reply, the changes, and what undoes them (pure)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Candidate, Instead, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.talk.scene import Key
from bots.assistant.talk.wording import fold
from bots.assistant.words import numbered
from bots.files.library import naming, saying, scans
from bots.files.library.entry import KIND
from bots.files.library.library import BIN_DAYS
from bots.files.library.linked import LINKED
from bots.files.library.orders import Order, Verb
from bots.files.library.request import library
from bots.files.library.seeking import telling
from bots.files.library.shelf import File
from bots.register.format.canonical import Json
from bots.register.format.operation import MAX_CHANGES, Change

MOST_AT_ONCE: Final = 20
"""Files that one command may name."""
_ARTICLES: Final = frozenset({"la", "le", "the"})
_AND: Final = re.compile(r"\s+(?:et|and)\s+|\s*[,;]\s*", re.IGNORECASE)
_LEAST: Final = 4
_ARTICLE: Final = re.compile(r"(?:(?:le|la|les|un|une|mon|ma|notre|the|my|our)\s+|l['’])", re.IGNORECASE)


def act(request: Request, orders: Iterable[Order], shown: Sequence[Key] = ()) -> Reply:
    """Return what comes of the first of *orders* that names files; *shown* are those that are answered, or listed."""
    refused: Reply | None = None
    for order in orders:
        files = _meant(request, order, shown)
        if isinstance(files, Reply):
            refused = refused or files
            continue
        return _do(request, order, files)
    return refused or ask(request, saying.which(request))


def _meant(request: Request, order: Order, shown: Sequence[Key]) -> list[File] | Reply:
    """Return the files that an order is about, or the question or refusal where that is not clear."""
    known = library(request)
    found = [known.get(file_id) for kind, file_id in shown if kind == KIND]
    held = [file for file in found if file is not None]
    if not order.names:
        if len(held) == 1:
            return held
        return ask(request, saying.before_they_came(request) if shown and not held else saying.which(request))
    places = _places(order.names)
    if places is not None and shown:
        listed = [found[place - 1] if place <= len(found) else None for place in places]
        chosen = [file for file in listed if file is not None]
        return chosen if len(chosen) == len(places) else ask(request, saying.no_such_number(request, len(shown)))
    return _called(request, " ".join(order.names))


def is_known(request: Request, order: Order) -> bool:
    """Tell whether the room has a file that an order names."""
    return bool(_of_name(request, " ".join(order.names)))


def named(request: Request, names: Sequence[str], shown: Sequence[Key]) -> list[File] | Reply:
    """Return the files that these *names* mean, or numbers of what is *shown*; without any, all that are shown."""
    if not names:
        return _meant(request, Order(Verb.SHOW), shown)
    found: list[File] = []
    for name in names:
        meant = _meant(request, Order(Verb.SHOW, tuple(name.split())), shown)
        if isinstance(meant, Reply):
            return meant
        found += meant
    return [*{file.id: file for file in found}.values()]


def _places(names: Sequence[str]) -> list[int] | None:
    words = [word.strip(",;") for word in names if fold(word) not in ("et", "and")]
    fits = bool(words) and len(words) <= MOST_AT_ONCE and all(word.isdecimal() and len(word) < 4 for word in words)
    return [int(word) for word in words] if fits and all(int(word) for word in words) else None


def _called(request: Request, typed: str) -> list[File] | Reply:
    name = typed.strip(" «»\"“”'")
    found = _of_name(request, typed) or _in_bin(request, typed)
    if not found:
        return _each(request, typed) or ask(request, saying.none_such(request, name))
    if len(found) == 1:
        return found
    candidates = tuple(
        Candidate(saying.named(request, file), f"«{file.path}»", Instead((typed,)), words=(file.path, file.name))
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
    parts = [part for part in _AND.split(typed) if part.strip()]
    found = [_called(request, part) for part in parts[:MOST_AT_ONCE]] if len(parts) > 1 else []
    files = [file for each in found if not isinstance(each, Reply) for file in each]
    return files if files and len(files) == len(parts) else None


def _in_bin(request: Request, typed: str) -> list[File]:
    """Return what was thrown away and is called so: exactly, or else in part."""
    binned = library(request).binned(request.here.date())
    for spelt in _spelt(typed):
        wanted = naming.compared(spelt)
        exact = [file for file in binned if wanted in (naming.compared(file.path), naming.compared(file.name))]
        part = [file for file in binned if len(wanted) >= _LEAST and wanted in naming.compared(file.path)]
        if exact or part:
            return exact or part
    return []


def _do(request: Request, order: Order, files: Sequence[File]) -> Reply:
    infected = [file for file in files if library(request).scan(file).infected]
    if infected and order.verb not in _OF_INFECTED:
        return ask(request, scans.not_touched(request, infected))
    return _DEEDS[order.verb](request, files, order)


def _show(request: Request, files: Sequence[File], _: Order) -> Reply:
    return Reply(saying.shown(request, files), shows=_keys(files), inverse=request.inverse)


def _move(request: Request, files: Sequence[File], order: Order) -> Reply:
    path = naming.folder(" ".join(order.value))
    if path is None:
        return ask(request, saying.too_deep(request))
    return _set(request, files, "folder", path or None, lambda: saying.moved(request, files, path))


def _bin(request: Request, files: Sequence[File], _: Order) -> Reply:
    day = request.here.date()
    until = day + timedelta(days=BIN_DAYS)
    return _set(request, files, "binned", day.isoformat(), lambda: saying.binned(request, files, until))


def _restore(request: Request, files: Sequence[File], _: Order) -> Reply:
    return _set(request, files, "binned", None, lambda: saying.restored(request, files))


def _tag(request: Request, files: Sequence[File], order: Order) -> Reply:
    tags = tuple(dict.fromkeys(tag for tag in map(saying.tag, order.value) if tag))
    joins = order.verb is Verb.TAG
    return _join(request, files, ("tags", tags, joins), lambda: saying.tagged(request, files, tags, joins=joins))


def _rename(request: Request, files: Sequence[File], order: Order) -> Reply:
    name = naming.shown(" ".join(order.value).strip(' «»"“”'))
    if len(files) != 1:
        return ask(request, saying.one_at_a_time(request))
    (file,) = files
    _, dot, extension = file.name.rpartition(".")
    if dot and "." not in name and len(extension) <= 5:
        # People leave it out; without it no programme would open the file.
        name = f"{name}.{extension}"
    return _set(request, files, "name", name, lambda: saying.renamed(request, file, name))


def _raise(request: Request, files: Sequence[File], order: Order) -> Reply:
    if len(files) != 1:
        return ask(request, saying.one_at_a_time(request))
    versions = library(request).versions(files[0].id)
    wanted = next((file for file in versions if file.version == order.version), None)
    if wanted is None:
        return ask(request, saying.no_such_version(request, files[0], versions))
    if library(request).scan(wanted).infected:
        return ask(request, scans.not_touched(request, [wanted]))
    refusal = _refused(request, [wanted])
    if refusal is not None:
        return refusal
    now = int(request.now.timestamp() * 1000)
    change = _change(wanted, set={"raised": now, "binned": None})
    inverse = _change(wanted, set={"raised": wanted.filing.raised or None, "binned": _iso(wanted)})
    return Reply(
        saying.raised(request, wanted), changes=(change,), shows=_keys([wanted]), inverse=_settled(request, (inverse,))
    )


def _attach(request: Request, files: Sequence[File], order: Order) -> Reply:
    words = [word for word in order.value if fold(word) not in _ARTICLES]
    kind = LINKED.get(fold(words[0])) if words else None
    meant = numbered.reference(words[1].rstrip(".,;")) if len(words) == 2 else None
    if kind is None or meant is None:
        return ask(request, saying.attach_to_what(request))
    found = numbered.called(request.state, kind, meant)
    if len(found) != 1:
        return ask(request, saying.no_such_object(request, " ".join(words)))
    joins = order.verb is Verb.ATTACH

    def said() -> Rich:
        return saying.attached(request, files, found[0], kind, joins=joins)

    return _join(request, files, ("about", (f"{kind}:{found[0].id}",), joins), said)


def _set(request: Request, files: Sequence[File], name: str, value: Json, say: Callable[[], Rich]) -> Reply:
    """Set one field of all versions of *files*: what is one file to people stays one."""
    versions = _versions(request, files)
    refusal = _refused(request, versions)
    if refusal is not None:
        return refusal
    before = {"folder": _folder, "name": _name, "binned": _iso}[name]
    changes = tuple(_change(file, set={name: value}) for file in versions)
    inverse = tuple(_change(file, set={name: before(file)}) for file in versions)
    return Reply(say(), changes=changes, shows=_keys(files), inverse=_settled(request, inverse))


def _join(
    request: Request, files: Sequence[File], moving: tuple[str, tuple[str, ...], bool], say: Callable[[], Rich]
) -> Reply:
    """Have values join a set of *files*, or leave it (*moving*: set, values, joins): of the version that is listed."""
    name, values, joins = moving
    refusal = _refused(request, files)
    if refusal is not None:
        return refusal
    changes: list[Change] = []
    inverse: list[Change] = []
    for file in files:
        held = file.filing.tags if name == "tags" else file.filing.about
        moved = tuple(value for value in values if (value in held) is not joins)
        if not moved:
            continue
        ours = {name: tuple(f"+{value}" for value in moved)}
        changes.append(
            _change(file, add={name: moved})
            if joins
            else _change(file, remove={name: _tags(request, file, name, moved)})
        )
        inverse.append(_change(file, remove=ours) if joins else _change(file, add={name: moved}))
    return Reply(say(), changes=tuple(changes), shows=_keys(files), inverse=_settled(request, tuple(inverse)))


def _tags(request: Request, file: File, name: str, values: Iterable[str]) -> tuple[str, ...]:
    found = request.state.get(KIND, file.id)
    return () if found is None else tuple(tag for value in values for tag in found.tags(name, value))


def _versions(request: Request, files: Sequence[File]) -> list[File]:
    shelf = library(request).shelf
    found = {version.id: version for file in files for version in shelf.versions(file.id)}
    return [*found.values()]


def _refused(request: Request, files: Sequence[File]) -> Reply | None:
    own = all(file.entry.sender == request.sender for file in files)
    if not own and not may(standing(own=request.own), Right.CHANGE):
        return ask(request, saying.may_not(request))
    return ask(request, saying.too_many(request, MAX_CHANGES)) if len(files) > MAX_CHANGES else None


def _settled(request: Request, inverse: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return what leads back to how it stood before the command; one that is edited has already changed it."""
    undone = {(change.kind, change.id): change for change in request.inverse}
    return tuple(
        replace(change, set={**change.set, **undone[change.kind, change.id].set})
        if (change.kind, change.id) in undone
        else change
        for change in inverse
    )


def _change(
    file: File,
    *,
    set: Mapping[str, Json] | None = None,  # noqa: A002 - the format's own word
    add: Mapping[str, tuple[Json, ...]] | None = None,
    remove: Mapping[str, tuple[str, ...]] | None = None,
) -> Change:
    # The event stands in each: without it nobody could tell what the id was derived from.
    fields = {"event": str(file.entry.event_id), **(set or {})}
    return Change(KIND, file.id, set=fields, add=add or {}, remove=remove or {})


def _keys(files: Sequence[File]) -> tuple[Key, ...]:
    return tuple((KIND, file.id) for file in files)


def _folder(file: File) -> Json:
    return file.filing.folder or None


def _name(file: File) -> Json:
    return file.filing.name or None


def _iso(file: File) -> Json:
    return file.filing.binned.isoformat() if file.filing.binned is not None else None


_OF_INFECTED: Final = frozenset({Verb.SHOW, Verb.BIN, Verb.RESTORE, Verb.UNTAG, Verb.DETACH})
"""What may be done to a file in which the antivirus has found something: nothing that gives it a place."""
_DEEDS: Final[Mapping[Verb, Callable[[Request, Sequence[File], Order], Reply]]] = {
    Verb.SHOW: _show,
    Verb.MOVE: _move,
    Verb.RENAME: _rename,
    Verb.BIN: _bin,
    Verb.RESTORE: _restore,
    Verb.VERSION: _raise,
    Verb.TAG: _tag,
    Verb.UNTAG: _tag,
    Verb.ATTACH: _attach,
    Verb.DETACH: _attach,
}
