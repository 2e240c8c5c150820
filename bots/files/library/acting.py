"""What is done to files at somebody's word: the reply, the changes, and what undoes them (pure)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import Key
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.numbered import Numbered
from bots.files.library import naming, saying, scans, told
from bots.files.library.entry import KIND
from bots.files.library.library import BIN_DAYS
from bots.files.library.linked import called, held
from bots.files.library.meant import of_order
from bots.files.library.orders import PREVIOUS, Order, Verb
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.register.format.canonical import Json
from bots.register.format.operation import MAX_CHANGES, Change


def act(request: Request, orders: Iterable[Order], shown: Sequence[Key] = ()) -> Reply:
    """Return what comes of the first of *orders* that names files; *shown* are those that are answered, or listed."""
    refused: Reply | None = None
    for order in orders:
        files = of_order(request, order, shown)
        if isinstance(files, Reply):
            refused = refused or files
            continue
        return _do(request, order, files)
    return refused or ask(request, saying.which(request))


def _do(request: Request, order: Order, files: Sequence[File]) -> Reply:
    warned = None if order.verb in _OF_INFECTED else _warned(request, files)
    return warned or _DEEDS[order.verb](request, files, order)


def _warned(request: Request, files: Sequence[File]) -> Reply | None:
    infected = [file for file in files if library(request).scan(file).infected]
    return ask(request, scans.not_touched(request, infected)) if infected else None


def _show(request: Request, files: Sequence[File], _: Order) -> Reply:
    return Reply(told.shown(request, files), shows=keys_of(files), inverse=request.inverse)


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
    number = files[0].version - 1 if order.version == PREVIOUS else order.version
    wanted = next((file for file in versions if file.version == number), None)
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
        saying.raised(request, wanted),
        changes=(change,),
        shows=keys_of([wanted]),
        inverse=_settled(request, (inverse,)),
    )


def _attach(request: Request, files: Sequence[File], order: Order) -> Reply:
    found = called(request, order.value)
    if order.verb is Verb.DETACH:
        found = held(request, (key for file in files for key in file.filing.about), order.value) or found
    if len(found) > 1:
        return ask(request, saying.which_thing(request, files, found, attaches=order.verb is Verb.ATTACH))
    if not found:
        words = " ".join(order.value)
        return ask(request, saying.no_such_object(request, words) if words else saying.attach_to_what(request))
    return _joined(request, files, *found[0], joins=order.verb is Verb.ATTACH)


def attach(request: Request, files: Sequence[File], kind: str, thing_id: str, *, joins: bool = True) -> Reply | None:
    """Return what attaches *files* to a thing, or takes them off it; None where there is no such thing."""
    thing = numbered.get(request.state, kind, thing_id)
    if thing is None:
        return None
    warned = _warned(request, files) if joins else None
    return warned or _joined(request, files, kind, thing, joins=joins)


def _joined(request: Request, files: Sequence[File], kind: str, thing: Numbered, *, joins: bool) -> Reply:
    def said() -> Rich:
        return saying.attached(request, files, thing, kind, joins=joins)

    reply = _join(request, files, ("about", (f"{kind}:{thing.id}",), joins), said)
    # It says the title: it goes with what is called so.
    return replace(reply, shows=(*reply.shows, (kind, thing.id))) if reply.shows else reply


def _set(request: Request, files: Sequence[File], name: str, value: Json, say: Callable[[], Rich]) -> Reply:
    """Set one field of all versions of *files*: what is one file to people stays one."""
    versions = _versions(request, files)
    refusal = _refused(request, versions)
    if refusal is not None:
        return refusal
    before = {"folder": _folder, "name": _name, "binned": _iso}[name]
    changes = tuple(_change(file, set={name: value}) for file in versions)
    inverse = tuple(_change(file, set={name: before(file)}) for file in versions)
    return Reply(say(), changes=changes, shows=keys_of(files), inverse=_settled(request, inverse))


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
    return Reply(say(), changes=tuple(changes), shows=keys_of(files), inverse=_settled(request, tuple(inverse)))


def _tags(request: Request, file: File, name: str, values: Iterable[str]) -> tuple[str, ...]:
    found = request.state.get(KIND, file.id)
    return () if found is None else tuple(tag for value in values for tag in found.tags(name, value))


def _versions(request: Request, files: Sequence[File]) -> list[File]:
    shelf = library(request).shelf
    found = {version.id: version for file in files for version in shelf.versions(file.id)}
    return [*found.values()]


def _refused(request: Request, files: Sequence[File]) -> Reply | None:
    own = all(file.entry.sender == request.sender for file in files)
    if not own and not request.may(Right.CHANGE):
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


def keys_of(files: Sequence[File]) -> tuple[Key, ...]:
    """Return the keys of *files*, as a message that shows them has them."""
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
