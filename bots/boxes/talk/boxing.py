"""What people ask about drop boxes: open one, list, close, extend (pure)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply, ask, leave_to, left_to
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.courtesy import essence
from bots.assistant.words.files.sizes import size_of
from bots.assistant.words.names import people
from bots.boxes.talk import errands, saying
from bots.boxes.talk.box import KIND, Box, BoxTerms, boxes, numbers
from bots.boxes.talk.fields import UnclearField
from bots.boxes.talk.template import is_template
from bots.boxes.talk.wish import LONGEST, MOST_SIZE, MOST_TITLE, BoxWish, wish
from bots.register.format.canonical import Json
from bots.when.finding import find

_NOUNS: Final = frozenset({"depot", "deposit", "le", "la", "the", "boite", "box", "de", "n°"})


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
    return leave_to(request, errand, weighs=True)


def _template(request: Request, rest: Sequence[str]) -> dict[str, Json] | None:
    """Return what names the template that is answered; None where none is: then the words say it all."""
    quoted = request.quoted
    if quoted is None or quoted.attached is None or has_words(rest) or not is_template(quoted.attached.name):
        return None
    return {"template": str(quoted.event_id)}


def made_of(request: Request, wished: BoxWish, note: str = "") -> tuple[BoxTerms, int] | Rich:
    """Return the box that is wished and until when (ms) it is open, or what is wrong with the wish."""
    refusal = _refusal(request, wished)
    if refusal is not None:
        return refusal
    found = [people.find(word, request) for word in wished.people]
    strange = [word for word, person in zip(wished.people, found, strict=True) if not isinstance(person, people.Person)]
    if strange:
        return saying.too_much(request, "people", " ".join(strange))
    named = tuple(person.user for person in found if isinstance(person, people.Person))
    made = BoxTerms(wished.title, wished.files, wished.size, wished.folder, wished.task, named, wished.fields, note)
    return made, until_of(request, wished)


def read_wish(request: Request, words: Sequence[str]) -> BoxWish:
    """Return what *words* wish, with the days of the room's language."""
    return wish(words, lambda said: find(said, request.now, request.zone, request.language))


def until_of(request: Request, wished: BoxWish, ends: int = 0) -> int:
    """Return the end (ms) of the last day on which it is open: nobody counts the hours of a counter.

    A length counts from today, or from when it *ends* (ms) where that is later.
    """
    begins = max(request.here, datetime.fromtimestamp(ends / 1000, request.zone))
    day = wished.until or (begins + wished.lasts).date()
    return int(datetime.combine(day, time(23, 59, 59), request.zone).timestamp()) * 1000


def _refusal(request: Request, wished: BoxWish) -> Rich | None:
    if not wished.title:
        return saying.which_title(request)
    if isinstance(wished.unclear, UnclearField):
        return saying.unclear_field(request, wished.unclear)
    if wished.unread:
        return saying.unread(request, wished.unread)
    bounds = (
        (len(wished.title) > MOST_TITLE, "title", str(MOST_TITLE)),
        (is_far(request, wished), "days", str(LONGEST.days)),
        (wished.size > MOST_SIZE, "size", size_of(MOST_SIZE, request.language)),
    )
    return next((saying.too_much(request, why, most) for beyond, why, most in bounds if beyond), None)


def is_far(request: Request, wished: BoxWish) -> bool:
    """Tell whether what is wished ends later than a box may; a day that is over is not read at all (``bots.when``)."""
    last = request.here.date() + LONGEST
    return wished.lasts > LONGEST or (wished.until is not None and wished.until > last)


def later(request: Request, wished: BoxWish, box: Box) -> int | None:
    """Return until when (ms) *box* is open where it is prolonged as *wished*; None where that is too far."""
    if is_far(request, wished):
        return None
    until = until_of(request, wished, box.until)
    return until if until <= until_of(request, BoxWish("", lasts=LONGEST)) else None


def close(request: Request, rest: list[str]) -> Reply:
    """Answer « dépôt fermer »."""
    found = _box(request, rest)
    if isinstance(found, Reply):
        return found
    errand = Errand(errands.CLOSE, found.box_id, {"box": found.box_id})
    return leave_to(request, errand)


def close_all(request: Request, _: list[str]) -> Reply:
    """Answer « ferme tous les dépôts »: one at a time, each by its own word."""
    known = boxes(request)
    if not request.own:
        return ask(request, saying.guests(request))
    if not known:
        return ask(request, saying.which_box(request, 0))
    return ask(request, saying.one_at_a_time(request, known, numbers(request.state)))


def extend(request: Request, rest: list[str]) -> Reply:
    """Answer ``!dépôt prolonger "Permis de construire" 30j``: beyond the day on which it ends."""
    wished = read_wish(request, rest)
    if wished.unread:
        return ask(request, saying.unread(request, wished.unread))
    found = _box(request, wished.title.split())
    if isinstance(found, Reply):
        return found
    until = later(request, wished, found)
    if until is None:
        return ask(request, saying.too_much(request, "days", str(LONGEST.days)))
    payload: dict[str, Json] = {"box": found.box_id, "until": until}
    errand = Errand(errands.EXTEND, str(request.event_id), payload)
    return leave_to(request, errand, weighs=True)


def _box(request: Request, rest: Sequence[str]) -> Box | Reply:
    """Return the box that is meant, or the question which."""
    known = boxes(request)
    if not request.own:
        return ask(request, saying.guests(request))
    words = bare(rest)
    shown = [object_id for kind, object_id in request.shown if kind == KIND]
    found: Iterable[Box]
    if words and words[0].isdecimal() and len(words) == 1:
        called = numbers(request.state)
        found = [box for box in known if called.get(box.object_id) == int(words[0])]
    elif words:
        title = fold(" ".join(words).strip(' «»"“”'))
        exact = [box for box in known if fold(box.made.title) == title]
        found = exact or [box for box in known if title and title in fold(box.made.title)]
    else:
        found = [box for box in known if box.object_id in shown] or (known if len(known) == 1 else ())
    held = [*found]
    return held[0] if len(held) == 1 else ask(request, saying.which_box(request, len(known)))


def bare(rest: Sequence[str]) -> list[str]:
    """Return the words without « la boîte », « le dépôt n° » before them; what stands inside a title stays."""
    words = [*essence(rest)]
    while words and fold(words[0]) in _NOUNS:
        del words[0]
    return words


show: Final = left_to(errands.LOOK)
"""Answer ``!dépôts``: whoever has to ask the server says it."""
