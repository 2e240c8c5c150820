"""What people can ask about drop boxes and deposits, as one table (pure)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Final

from bots.assistant.dispatch.dispatcher import Capability
from bots.assistant.talk.errand import Errand, Standing
from bots.assistant.talk.markup import NOTHING, Rich, lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.talk.runner import Runner
from bots.assistant.talk.scene import Key, Scene
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words import numbered, people
from bots.assistant.words.sizes import size_of
from bots.assistant.words.vocabulary import Command, essence, has_words
from bots.boxes.talk import deposit as register
from bots.boxes.talk import errands, saying
from bots.boxes.talk.box import KIND, NEEDS, Box, Made, boxes, needs, read_box
from bots.boxes.talk.deposit import Deposited
from bots.boxes.talk.fields import UnclearField
from bots.boxes.talk.template import is_template
from bots.boxes.talk.wish import LONGEST, MOST_SIZE, MOST_TITLE, Wish, wish
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.when.finding import find
from config.identifiers import UserId
from config.texts import mark

TOPIC: Final = "files"
_DAILY: Final = 20
_DONE: Final = ("traité", "traiter", "traite", "traitée", "clos", "done", "processed")
_AGAIN: Final = ("à traiter", "rouvrir", "non traité", "pas traité", "à reprendre", "reopen", "not done")
_NOUNS: Final = frozenset({"depot", "deposit", "le", "la", "the", "boite", "box", "de", "n°"})


def drop_boxes(runners: Mapping[str, Runner]) -> Capability:
    """Return what can be asked about boxes; *runners* do what needs the share server."""
    return Capability(
        kinds=frozenset({KIND, register.KIND}),
        commands=(_OPEN, _LIST, _CLOSE, _EXTEND, _PROCESSED, _REOPENED),
        undone=undone,
        reactions={"✅": finish_shown},
        errands=runners,
        answered=answered,
        called=called,
        needs=NEEDS,
        # What citizens send comes also where whoever opened the box has left.
        unattended=frozenset({errands.POST, errands.TELL, errands.KNOW}),
        daily={errands.OPEN: _DAILY},
        common=frozenset({register.KIND}),
        standing=follows,
    )


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say how far the deposits are again whose state is taken back."""
    found = (register.read(request.state, request.state.get(register.KIND, each.id)) for each in changes)
    return lines(
        saying.received(request, deposit)
        if each.set.get("status") == "received"
        else saying.processed(request, deposit)
        for each, deposit in zip(changes, found, strict=True)
        if deposit is not None
    )


def follows(scene: Scene, me: UserId, keys: Iterable[Key] | None) -> Iterator[Standing]:
    """Have whoever made a deposit told when anybody's assistant has noted how far it is; and boxes known again."""
    if keys is None:
        for held in scene.state.all(KIND):
            known = read_box(held, me)
            if known is not None:
                yield Standing(Errand(errands.KNOW, held.id, known[1], due=1), me, known[0])
    for kind, object_id in keys or ():
        found = register.read(scene.state, scene.state.get(kind, object_id)) if kind == register.KIND else None
        if found is not None and found.keeper == me:
            errand = Errand(errands.TELL, found.deposit, {"deposit": found.deposit}, due=1)
            yield Standing(errand, me, found.cause)


def open_box(request: Request, rest: list[str]) -> Reply:
    """Answer ``!dépôt ouvrir "Permis de construire" 30j 5 fichiers 100Mo``."""
    if not request.own:
        return ask(request, saying.guests(request))
    payload = _template(request, rest)
    if payload is None:
        made = made_of(request, read_wish(request, rest))
        if isinstance(made, Rich):
            return ask(request, made)
        payload = {"made": made[0].as_json(), "until": made[1]}
    errand = Errand(errands.OPEN, str(request.event_id), payload)
    return Reply(NOTHING, quiet=True, errands=(errand,), weighs=True, inverse=request.inverse)


def _template(request: Request, rest: Sequence[str]) -> dict[str, Json] | None:
    """Return what names the template that is answered; None where none is: then the words say it all."""
    quoted = request.quoted
    if quoted is None or quoted.attached is None or has_words(rest) or not is_template(quoted.attached.name):
        return None
    return {"template": str(quoted.event_id)}


def made_of(request: Request, wished: Wish, note: str = "") -> tuple[Made, int] | Rich:
    """Return the box that is wished and until when (ms) it is open, or what is wrong with the wish."""
    refusal = _refusal(request, wished)
    if refusal is not None:
        return refusal
    found = [people.find(word, request) for word in wished.people]
    strange = [word for word, person in zip(wished.people, found, strict=True) if not isinstance(person, people.Person)]
    if strange:
        return saying.too_much(request, "people", " ".join(strange))
    named = tuple(person.user for person in found if isinstance(person, people.Person))
    made = Made(wished.title, wished.files, wished.size, wished.folder, wished.task, named, wished.fields, note)
    return made, _until(request, wished)


def read_wish(request: Request, words: Sequence[str]) -> Wish:
    """Return what *words* wish, with the days of the room's language."""
    return wish(words, lambda said: find(said, request.now, request.zone, request.language))


def _until(request: Request, wished: Wish) -> int:
    """Return the end (ms) of the last day on which it is open: nobody counts the hours of a counter."""
    day = wished.until or (request.here + wished.lasts).date()
    return int(datetime.combine(day, time(23, 59, 59), request.zone).timestamp()) * 1000


def _refusal(request: Request, wished: Wish) -> Rich | None:
    if not wished.title:
        return saying.which_title(request)
    if isinstance(wished.unclear, UnclearField):
        return saying.unclear_field(request, wished.unclear)
    if wished.unread:
        return saying.unread(request, wished.unread)
    bounds = (
        (len(wished.title) > MOST_TITLE, "title", str(MOST_TITLE)),
        (wished.lasts > LONGEST or _is_far(request, wished), "days", str(LONGEST.days)),
        (wished.size > MOST_SIZE, "size", size_of(MOST_SIZE, request.language)),
    )
    return next((saying.too_much(request, why, most) for beyond, why, most in bounds if beyond), None)


def _is_far(request: Request, wished: Wish) -> bool:
    today = request.here.date()
    return wished.until is not None and not today <= wished.until <= today + LONGEST


def show(request: Request, _: list[str]) -> Reply:
    """Answer ``!dépôts``: whoever has to ask the server says it."""
    return Reply(NOTHING, quiet=True, errands=(Errand(errands.LOOK, str(request.event_id)),), inverse=request.inverse)


def close(request: Request, rest: list[str]) -> Reply:
    """Answer « dépôt fermer »."""
    found = _box(request, rest)
    if isinstance(found, Reply):
        return found
    errand = Errand(errands.CLOSE, found.box_id, {"box": found.box_id})
    return Reply(NOTHING, quiet=True, errands=(errand,), inverse=request.inverse)


def extend(request: Request, rest: list[str]) -> Reply:
    """Answer ``!dépôt prolonger "Permis de construire" 30j``: from today on."""
    wished = read_wish(request, rest)
    if wished.lasts > LONGEST or _is_far(request, wished):
        return ask(request, saying.too_much(request, "days", str(LONGEST.days)))
    found = _box(request, wished.title.split())
    if isinstance(found, Reply):
        return found
    payload: dict[str, Json] = {"box": found.box_id, "until": _until(request, wished)}
    errand = Errand(errands.EXTEND, str(request.event_id), payload)
    return Reply(NOTHING, quiet=True, errands=(errand,), weighs=True, inverse=request.inverse)


def _box(request: Request, rest: Sequence[str]) -> Box | Reply:
    """Return the box that is meant, or the question which."""
    known = boxes(request)
    if not request.own:
        return ask(request, saying.guests(request))
    words = _bare(rest)
    shown = [object_id for kind, object_id in request.shown if kind == KIND]
    found: Iterable[Box]
    if words and words[0].isdecimal() and len(words) == 1:
        listed = shown if len(shown) > 1 else [box.object_id for box in known]
        at = int(words[0]) - 1
        wanted = listed[at] if 0 <= at < len(listed) else ""
        found = [box for box in known if box.object_id == wanted]
    elif words:
        title = fold(" ".join(words).strip(' «»"“”'))
        exact = [box for box in known if fold(box.made.title) == title]
        found = exact or [box for box in known if title and title in fold(box.made.title)]
    else:
        found = [box for box in known if box.object_id in shown] or (known if len(known) == 1 else ())
    held = [*found]
    return held[0] if len(held) == 1 else ask(request, saying.which_box(request, len(known)))


def _bare(rest: Sequence[str]) -> list[str]:
    """Return the words without « la boîte », « le dépôt n° » before them; what stands inside a title stays."""
    words = [*essence(rest)]
    while words and fold(words[0]) in _NOUNS:
        del words[0]
    return words


def process(request: Request, rest: list[str]) -> Reply:
    """Answer ``!dépôt traité 3``."""
    return _moved(request, _deposits(request, rest), "processed")


def reopen(request: Request, rest: list[str]) -> Reply:
    """Answer ``!dépôt rouvrir 3``."""
    return _moved(request, _deposits(request, rest), "received")


def _deposits(request: Request, rest: Sequence[str]) -> list[Deposited]:
    words = _bare(rest)
    meant = numbered.reference(words[0].rstrip(".,;")) if len(words) == 1 else None
    if words:
        found = () if meant is None else numbered.called(request.state, register.KIND, meant)
        ids = [each.id for each in found]
    else:
        ids = [object_id for kind, object_id in request.shown if kind == register.KIND]
    read = (register.read(request.state, request.state.get(register.KIND, object_id)) for object_id in ids)
    return [deposit for deposit in read if deposit is not None]


def _moved(request: Request, found: Sequence[Deposited], status: register.Status) -> Reply:
    if not may(standing(own=request.own), Right.CLOSE):
        return ask(request, saying.guests(request))
    if len(found) != 1:
        return ask(request, saying.which_deposit(request))
    deposit = found[0]
    said = saying.processed(request, deposit) if status == "processed" else saying.received(request, deposit)
    changed = deposit.status != status
    changes = (register.moving(deposit, status),) if changed else ()
    inverse = (register.moving(deposit, deposit.status),) if changed else request.inverse
    return Reply(
        said,
        changes=changes,
        shows=((register.KIND, deposit.id),),
        inverse=inverse,
    )


def finish_shown(request: Request) -> Reply | None:
    """What ✅ does below a deposit."""
    found = _deposits(request, ())
    return _moved(request, found, "processed") if len(found) == 1 else None


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
    if _shows(request, KIND) and said in ("fermer", "ferme", "close", "fermer la boite", "close the box"):
        return close(request, [])
    return None


def _shows(request: Request, kind: str) -> bool:
    return any(each == kind for each, _ in request.shown)


def called(request: Request, _: Callable[[Sequence[str]], bool]) -> Reply | None:
    """What calls boxes by the numbers of a list: « fermer 1 »."""
    words = [*essence(words_of(request))]
    verb = fold(words[0]).lstrip("!") if words else ""
    if verb in ("fermer", "ferme", "close") and len(words) == 2 and words[1].isdecimal():
        return close(request, words[1:])
    return None


def _forms(nouns: Sequence[str], verbs: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{noun} {verb}" for noun in nouns for verb in verbs)


_FRENCH: Final = ("dépôt", "dépots", "dépôts", "boîte de dépôt")
_OPEN: Final = Command(
    name="box.open",
    topic=TOPIC,
    forms=(
        *_forms(_FRENCH, ("ouvrir", "ouvre", "créer", "crée", "nouveau", "nouvelle")),
        *_forms(("box", "drop box", "deposit"), ("open", "new", "create")),
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
_LIST: Final = Command(
    name="box.list",
    topic=TOPIC,
    forms=("dépôts", "boîtes de dépôt", "dépôts liste", "boxes", "drop boxes", "deposits"),
    handle=show,
    usage=mark("!boxes"),
    about=mark("the open drop boxes, and the deposits that are not dealt with"),
    alone=True,
    needs=needs,
)
_CLOSE: Final = Command(
    name="box.close",
    topic=TOPIC,
    forms=(*_forms(_FRENCH, ("fermer", "ferme", "clore")), *_forms(("box", "drop box"), ("close", "shut"))),
    handle=close,
    usage=mark("!box close Building permit"),
    about=mark("takes no more deposits; what is in it still comes"),
    needs=needs,
)
_EXTEND: Final = Command(
    name="box.extend",
    topic=TOPIC,
    forms=(*_forms(_FRENCH, ("prolonger", "prolonge")), *_forms(("box", "drop box"), ("extend",))),
    handle=extend,
    usage=mark("!box extend “Building permit” 30 days"),
    about=mark("takes deposits for so long from today"),
    needs=needs,
    by_word=True,
)
_PROCESSED: Final = Command(
    name="deposit.done",
    topic=TOPIC,
    forms=(*_forms(("dépôt",), _DONE), *_forms(("deposit",), ("done", "processed"))),
    handle=process,
    usage=mark("!deposit done 3"),
    about=mark("says that a deposit is dealt with; or ✅ below it. Whoever deposited it sees that"),
    needs=needs,
)
_REOPENED: Final = Command(
    name="deposit.reopen",
    topic=TOPIC,
    forms=(
        *_forms(("dépôt",), ("rouvrir", "réouvrir", "à traiter", "non traité", "pas traité")),
        *_forms(("deposit",), ("reopen", "not done")),
    ),
    handle=reopen,
    usage="",
    about="",
    needs=needs,
)
