"""What people can ask about drop boxes and deposits, as one table (pure)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.errand import Errand, StandingErrand
from bots.assistant.talk.later.runner import Runner
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key, Scene
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.commands.command import Command, with_nouns
from bots.assistant.words.commands.courtesy import essence
from bots.boxes.talk import deposit as register
from bots.boxes.talk import errands, saying, telling
from bots.boxes.talk.box import KIND, NEEDS, needs, read_box
from bots.boxes.talk.boxing import bare, close, close_all, extend, open_box, show
from bots.boxes.talk.dealing import finish_shown, process, reopen
from bots.boxes.talk.found import FINDER
from bots.boxes.talk.plain import plain_needs, plainly
from bots.register.format.operation import Change
from config.identifiers import UserId
from config.texts import mark

TOPIC: Final = "files"
_DAILY: Final = 20
_DONE: Final = ("traité", "traiter", "traite", "traitée", "clos", "done", "processed")
_CLOSING: Final = ("fermer", "ferme", "fermez", "clore", "clos", "close", "shut")
_EXTENDING: Final = ("prolonger", "prolonge", "prolongez", "extend")
_MAY: Final = (["on", "peut"], ["on", "va"], ["tu", "peux"], ["vous", "pouvez"], ["il", "faut"], ["you", "can"])
"""« on peut fermer »: whoever answers a box so means that it is to be closed."""
_AGAIN: Final = ("à traiter", "rouvrir", "non traité", "pas traité", "à reprendre", "reopen", "not done")


def drop_boxes(runners: Mapping[str, Runner]) -> Capability:
    """Return what can be asked about boxes; *runners* do what needs the share server."""
    return Capability(
        kinds=frozenset({KIND, register.KIND}),
        commands=(_OPEN, _LIST, _CLOSE, _CLOSE_ALL, _EXTEND, _CLOSED, _PROCESSED, _REOPENED),
        undone=undone,
        reactions={"✅": finish_shown},
        errands=runners,
        answered=answered,
        called=called,
        plain=plainly,
        plain_needs=plain_needs,
        needs=NEEDS,
        # What citizens send comes also where whoever opened the box has left.
        unattended=frozenset({errands.POST, errands.WAITS, errands.HELD, errands.TELL, errands.KNOW}),
        daily={errands.OPEN: _DAILY},
        common=frozenset({register.KIND}),
        standing=follows,
        finders=(FINDER,),
    )


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say how far the deposits are again whose state is taken back."""
    found = (register.read(request.state, request.state.get(register.KIND, each.id)) for each in changes)
    return lines(
        telling.received(request, deposit)
        if each.set.get("status") == "received"
        else telling.processed(request, deposit)
        for each, deposit in zip(changes, found, strict=True)
        if deposit is not None
    )


def follows(scene: Scene, me: UserId, keys: Iterable[Key] | None) -> Iterator[StandingErrand]:
    """Have whoever made a deposit told when anybody's assistant has noted how far it is; and boxes known again."""
    if keys is None:
        for held in scene.state.all(KIND):
            known = read_box(held, me)
            if known is not None:
                yield StandingErrand(Errand(errands.KNOW, held.id, known[1], due=1), me, known[0])
    for kind, object_id in keys or ():
        found = register.read(scene.state, scene.state.get(kind, object_id)) if kind == register.KIND else None
        if found is not None and found.keeper == me:
            errand = Errand(errands.TELL, found.deposit, {"deposit": found.deposit}, due=1)
            yield StandingErrand(errand, me, found.cause)


def answered(request: Request) -> Reply | None:
    """What answers a deposit or a box: « traité », « fermer »."""
    words = [*essence(words_of(request))]
    if not words or words[-1].endswith("?"):
        return None
    said = fold(" ".join(words)).lstrip("!")
    if _shows(request, register.KIND):
        if said in map(fold, _DONE):
            return process(request, [])
        return reopen(request, []) if said in map(fold, _AGAIN) else None
    return _of_box(request, words) if _shows(request, KIND) else None


def _of_box(request: Request, words: Sequence[str]) -> Reply | None:
    """What answers a box, or the list of them: « fermer », « fermer 1 », « prolonge jusqu’au 15 janvier »."""
    if [fold(word) for word in words[:2]] in _MAY:
        words = words[2:] or words
    verb, rest = fold(words[0]).lstrip("!"), bare(words[1:])
    numbered = not rest or (len(rest) == 1 and rest[0].isdecimal())
    if verb in _CLOSING and numbered:
        return close(request, rest)
    return extend(request, rest) if verb in _EXTENDING and rest else None


def _shows(request: Request, kind: str) -> bool:
    return any(each == kind for each, _ in request.shown)


def called(request: Request, _: Callable[[Sequence[str]], bool]) -> Reply | None:
    """What calls boxes by the numbers of a list: « fermer 1 »."""
    words = [*essence(words_of(request))]
    verb = fold(words[0]).lstrip("!") if words else ""
    rest = bare(words[1:])
    if verb in _CLOSING and len(rest) == 1 and rest[0].isdecimal():
        return close(request, rest)
    return extend(request, rest) if verb in _EXTENDING and len(rest) > 1 and rest[0].isdecimal() else None


_BOXES: Final = (
    *("la boîte", "la boîte de dépôt", "la boîte de dépôts", "le dépôt", "boîte de dépôt"),
    *("the box", "the drop box"),
)


_ALL_OF: Final = (
    *(f"{every} {nouns}" for every in ("tous les", "les") for nouns in ("dépôts", "dépôts ouverts")),
    *("toutes les boîtes", "toutes les boîtes de dépôt", "les boîtes de dépôt", "all drop boxes", "all boxes"),
)


def _before_boxes(verbs: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{verb} {noun}" for verb in verbs for noun in _BOXES)


_FRENCH: Final = ("dépôt", "dépots", "dépôts", "boîte de dépôt")
_OPEN: Final = Command(
    name="box.open",
    topic=TOPIC,
    forms=(
        *with_nouns(_FRENCH, ("ouvrir", "ouvre", "créer", "crée", "nouveau", "nouvelle")),
        *with_nouns(("box", "drop box", "deposit"), ("open", "new", "create")),
        *(
            "ouvrir une boîte de dépôt",
            "ouvre une boîte de dépôt",
            "ouvrir un dépôt",
            "ouvre un dépôt",
            "crée une boîte de dépôt",
            "open a drop box",
        ),
    ),
    handle=open_box,
    usage=mark("!box open “Building permit” 30 days 5 files 100 MB fields: name!, birthday (date)"),
    about=mark("an address at which citizens deposit documents, encrypted for this room; “folder …”, “task @name”"),
    needs=needs,
    essential=True,
    by_word=True,
)
_WHICH_ARE_OPEN: Final = (
    *(f"{ask} dépôts{are}" for ask in ("quels sont les", "liste des", "les", "liste les") for are in ("", " ouverts")),
    *("quels dépôts sont ouverts", "quels dépôts", "les dépôts en cours", "mes dépôts", "quels dépôts sont en cours"),
    *("quelles boîtes sont ouvertes", "quelles boîtes de dépôt sont ouvertes", "quelles sont les boîtes de dépôt"),
    *("les boîtes de dépôt", "y a-t-il des dépôts ouverts", "which drop boxes are open", "which boxes are open"),
    *("list the drop boxes", "the drop boxes"),
)
_LIST: Final = Command(
    name="box.list",
    topic=TOPIC,
    forms=("dépôts", "boîtes de dépôt", "dépôts liste", "boxes", "drop boxes", "deposits"),
    short=_WHICH_ARE_OPEN,
    banged=_WHICH_ARE_OPEN,
    handle=show,
    usage=mark("!boxes"),
    about=mark("the open drop boxes, and the deposits that are not dealt with"),
    alone=True,
    needs=needs,
)
_CLOSE: Final = Command(
    name="box.close",
    topic=TOPIC,
    forms=(
        *with_nouns(_FRENCH, ("fermer", "ferme", "clore")),
        *with_nouns(("box", "drop box"), ("close", "shut")),
        *_before_boxes(("fermer", "ferme", "fermez", "clore", "clos", "close")),
    ),
    handle=close,
    usage=mark("!box close Building permit"),
    about=mark("takes no more deposits; what is in it still comes"),
    needs=needs,
)
_CLOSE_ALL: Final = Command(
    name="box.close.all",
    topic=TOPIC,
    forms=tuple(f"{verb} {all_of}" for verb in ("fermer", "ferme", "fermez", "clore", "close") for all_of in _ALL_OF),
    handle=close_all,
    alone=True,
    needs=needs,
)
_EXTEND: Final = Command(
    name="box.extend",
    topic=TOPIC,
    forms=(
        *with_nouns(_FRENCH, ("prolonger", "prolonge")),
        *with_nouns(("box", "drop box"), ("extend",)),
        *_before_boxes(("prolonger", "prolonge", "prolongez", "extend")),
    ),
    handle=extend,
    usage=mark("!box extend “Building permit” 30 days"),
    about=mark("takes deposits for so much longer"),
    needs=needs,
    by_word=True,
)
_CLOSED: Final = Command(
    name="box.reopen",
    topic=TOPIC,
    forms=_before_boxes(("rouvrir", "rouvre", "rouvrez", "réouvrir", "réouvre", "reopen")),
    handle=lambda request, _: ask(request, saying.stays_closed(request)),
)
_PROCESSED: Final = Command(
    name="deposit.done",
    topic=TOPIC,
    forms=(*with_nouns(("dépôt",), _DONE), *with_nouns(("deposit",), ("done", "processed"))),
    handle=process,
    usage=mark("!deposit done 3"),
    about=mark("says that a deposit is dealt with; or ✅ below it. Whoever deposited it sees that"),
    needs=needs,
)
_REOPENED: Final = Command(
    name="deposit.reopen",
    topic=TOPIC,
    forms=(
        *with_nouns(("dépôt",), ("rouvrir", "réouvrir", "à traiter", "non traité", "pas traité")),
        *with_nouns(("deposit",), ("reopen", "not done")),
    ),
    handle=reopen,
    needs=needs,
)
