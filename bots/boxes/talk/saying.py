"""What is said of drop boxes, in the language of the room (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import NOTHING, Rich, code, fill, join, lines, listing, small, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import and_more, says
from bots.assistant.talk.wording import clean
from bots.assistant.words.files.sizes import size_of
from bots.assistant.words.names.people import name_of, names_of
from bots.assistant.words.objects.ending import UNASKED
from bots.boxes.talk import telling
from bots.boxes.talk.box import Box, BoxTerms, numbers
from bots.boxes.talk.deposit import Deposited
from bots.boxes.talk.fields import UnclearField
from bots.boxes.talk.template import WrongTemplate
from bots.links.box.descriptor import FormField
from bots.when.saying import say
from config.texts import mark


@dataclass(frozen=True, slots=True)
class BoxStanding:
    """How a box stands: *state* is the server's word, "" where it could not be asked, UNASKED where it was not."""

    box: Box
    state: str
    deposits: int = 0
    waiting: int = 0


def opened(request: Request, box: Box, address: str) -> Rich:
    """Return the address of a new box, and what it takes."""
    gettext, made = request.texts.gettext, box.made
    head = fill(gettext("📥 Drop box “{title}”: {terms}"), title=strong(made.title), terms=_terms(request, box))
    asked = join(", ", [_field(request, field) for field in made.fields])
    form = fill(gettext("Form: {fields}"), fields=asked) if made.fields else NOTHING
    hint = gettext(
        "give this address to citizens; only this room reads what comes"
        " · “!boxes”, “!box close …”, “!box extend … 30 days”"
    )
    return lines((head, text(address), form, _goes(request, box), small(hint)))


def _day(request: Request, box: Box) -> str:
    return say(datetime.fromtimestamp(box.until / 1000, request.zone).date(), request.language)


def _terms(request: Request, box: Box) -> Rich:
    texts, made = request.texts, box.made
    until = text(_day(request, box))
    files = texts.ngettext("{count} file", "{count} files", made.files).format(count=made.files)
    size = size_of(made.size, request.language)
    said = texts.gettext("until {when} · {files}, {size} at most in a deposit")
    return fill(said, when=until, files=text(files), size=text(size))


def _field(request: Request, field: FormField) -> Rich:
    gettext = request.texts.gettext
    kinds = {
        "text": "",
        "lines": gettext("several lines"),
        "date": gettext("date"),
        "email": gettext("e-mail"),
        "choice": " | ".join(field.choices),
    }
    facts = [kinds[field.kind], gettext("required") if field.required else ""]
    said = ", ".join(fact for fact in facts if fact)
    return text(f"{field.label} ({said})" if said else field.label)


def _goes(request: Request, box: Box) -> Rich:
    """Say where deposits go."""
    gettext, made = request.texts.gettext, box.made
    folder = fill(gettext("filed in {folder}"), folder=text(made.folder)) if made.folder else NOTHING
    if not made.task:
        return fill(gettext("Each deposit comes here, {filed}."), filed=folder) if folder else NOTHING
    people = names_of(made.people, request) if made.people else text(gettext("nobody in particular"))
    task = fill(gettext("a task for {people}"), people=people)
    return fill(gettext("Each deposit: {what}."), what=join(" · ", [each for each in (folder, task) if each]))


def listed(request: Request, standings: Sequence[BoxStanding], more: int, deposits: Sequence[Deposited]) -> Rich:
    """List the open boxes of the room, say that there are so many *more*, and list what is not dealt with."""
    texts = request.texts
    called = numbers(request.state)
    rows = [
        join(" ", (text(f"{called.get(standing.box.object_id, 0)}."), row(request, standing))) for standing in standings
    ]
    example = next((called.get(standing.box.object_id, 0) for standing in standings), 1)
    none, some = texts.gettext("No drop box of this room is open."), texts.gettext("Drop boxes of this room:")
    head = some if rows else none
    waiting = [deposit for deposit in deposits if deposit.status == "received"]
    count = texts.ngettext(
        "{count} deposit is not dealt with:", "{count} deposits are not dealt with:", len(waiting)
    ).format(count=len(waiting))
    shown_ = [telling.row(request, deposit) for deposit in waiting[:20]]
    said = texts.gettext("“close {number}” closes one · “!deposit done 3” says that one is dealt with")
    hint = small(said.format(number=example)) if rows or waiting else NOTHING
    undone = listing(text(count), shown_, and_more(request, len(waiting) - len(shown_))) if waiting else NOTHING
    return lines((text(head), *rows, and_more(request, more), undone, hint))


def row(request: Request, standing: BoxStanding) -> Rich:
    """Return what the list of boxes says of one."""
    texts, box = request.texts, standing.box
    facts = [_terms(request, box)]
    if standing.state != UNASKED:
        counted = texts.ngettext("{count} deposit", "{count} deposits", standing.deposits)
        facts.append(text(counted.format(count=standing.deposits)))
    if standing.state == "expired":
        facts.append(text(texts.gettext("its date has passed")))
    if not standing.state:
        facts.append(text(texts.gettext("the share server does not answer")))
    facts.append(fill(texts.gettext("by {person}"), person=name_of(box.author, request)))
    return join(" ", (strong(box.made.title), text("–"), join(" · ", facts)))


def closed(request: Request, box: Box) -> Rich:
    """Say that a box is closed."""
    said = request.texts.gettext("✔ The drop box “{title}” is closed. What is in it still comes here.")
    return fill(said, title=strong(box.made.title))


def extended(request: Request, box: Box) -> Rich:
    """Say until when a box takes deposits now."""
    until = text(_day(request, box))
    said = request.texts.gettext("✔ The drop box “{title}” is open until {when}.")
    return fill(said, title=strong(box.made.title), when=until)


guests: Final = says(mark("Only people of my own town have drop boxes made by me: they lead to its server."))
"""Refuse somebody of another server."""


which_title: Final = says(mark("Say what the drop box is for, for instance: !box open “Building permit” 30 days"))
"""Ask what the box is for."""


def one_at_a_time(request: Request, known: Iterable[Box], called: Mapping[str, int]) -> Question:
    """Say that boxes are closed one by one, and offer them."""
    verb = "dépôt fermer" if request.language == "fr" else "box close"
    numbered = [(called[box.object_id], box) for box in known if box.object_id in called]
    candidates = tuple(
        Candidate(text(f"{number} · {box.made.title}"), f"!{verb} {number}", words=(str(number), box.made.title))
        for number, box in numbered
    )
    return Question(text(request.texts.gettext("I close drop boxes one at a time.")), candidates)


def unread(request: Request, words: Sequence[str]) -> Rich:
    """Say what was not understood."""
    said = request.texts.gettext(
        "I do not understand “{words}”. Put the title in quotation marks, then say for instance: 30 days 5 files 100 MB"
        " folder Permits task @name fields: name!, address."
    )
    return fill(said, words=text(" ".join(words)[:200]))


def unclear_field(request: Request, unclear: UnclearField) -> Rich:
    """Say which question of a form was not understood, and why."""
    gettext = request.texts.gettext
    known = {
        "kind": gettext("“{field}”: in brackets I understand (date), (e-mail), (long) and choices like (house|flat)."),
        "choices": gettext("“{field}”: give at least two choices, like (house|flat)."),
        "many": gettext("A form has forty questions at most, each another one."),
        "label": gettext("I do not understand the question “{field}”. Write for instance: name!, birthday (date)."),
    }
    return fill(known[unclear.why], field=text(unclear.written))


def wrong_template(request: Request, wrong: WrongTemplate) -> Rich:
    """Say what of a template was not understood."""
    said = request.texts.gettext(
        "I do not understand this template at line {line}: “{what}”. It is a YAML file like: title: …, days: 30,"
        " files: 5, size: 100 MB, folder: …, task: “@name”, fields: [name!, birthday (date)]."
    )
    return fill(said, line=text(str(wrong.line)), what=text(clean(wrong.what)))


def too_much(request: Request, why: str, most: str) -> Rich:
    """Refuse what is more than a box may be; *why* is ``days``, ``size`` or ``title``."""
    gettext = request.texts.gettext
    known = {
        "days": gettext("A drop box is open for {most} days at most; it can be extended."),
        "size": gettext("A deposit holds {most} at most."),
        "title": gettext("The title of a drop box has {most} characters at most."),
        "people": gettext("I do not know {most} in this room: name people who are in it."),
    }
    return fill(known[why], most=text(most))


def which_box(request: Request, count: int) -> Rich:
    """Ask which box is meant."""
    gettext = request.texts.gettext
    if not count:
        return text(gettext("I know no open drop box of this room."))
    return text(gettext("Say which drop box, by its title or its number in “!boxes”."))


def stays_closed(request: Request) -> Rich:
    """Say that no box is opened again, and what is done instead: its address was given up."""
    gettext = request.texts.gettext
    said = gettext("A drop box that is closed stays closed: its address no longer works. Open another one: {example}")
    return fill(said, example=code(gettext("!box open “Building permit” 30 days")))


def address(request: Request, box: Box, address: str) -> Rich:
    """Tell the address of a box again."""
    said = request.texts.gettext("📥 Drop box “{title}”: {terms}")
    return lines((fill(said, title=strong(box.made.title), terms=_terms(request, box)), text(address)))


def no_address(request: Request, box: Box) -> Rich:
    """Say that the address of a box is not known any more: it was derived under other keys."""
    said = request.texts.gettext(
        "I no longer know the address of “{title}”: my keys are not those with which this box was opened. The address"
        " that you were told then still works."
    )
    return fill(said, title=strong(box.made.title))


def close_it(request: Request, box: Box, called: Mapping[str, int]) -> Question:
    """Ask whether the box that is open is meant: what is closed stays closed."""
    gettext = request.texts.gettext
    sentence = fill(gettext("Shall I close the drop box “{title}”? It stays closed."), title=strong(box.made.title))
    verb = "dépôt fermer" if request.language == "fr" else "box close"
    yes = ("oui", "ferme", "ferme-le", "ferme-la", "oui ferme-le", "yes", "close it")
    return Question(
        sentence, (Candidate(code(gettext("close it")), f"!{verb} {called.get(box.object_id, 0)}", words=yes),)
    )


def open_it(request: Request, made: BoxTerms, words: Sequence[str]) -> Question:
    """Ask whether a box is to be opened, of words that have its title and no verb."""
    gettext = request.texts.gettext
    said = gettext("Shall I open the drop box “{title}”? It has an address on the Internet.")
    verb = "dépôt ouvrir" if request.language == "fr" else "box open"
    yes = ("oui", "ouvre", "ouvre-le", "ouvre-la", "oui ouvre", "confirme", "yes", "open it")
    found = Candidate(code(gettext("open it")), f"!{verb} {' '.join(words)}", words=yes)
    return Question(fill(said, title=strong(made.title)), (found,), by_word=True)


def until_then(request: Request, box: Box, until: int, called: Mapping[str, int]) -> Question:
    """Ask whether a box is to be open until *until* (ms), of words that name none."""
    gettext = request.texts.gettext
    day = datetime.fromtimestamp(until / 1000, request.zone).date()
    said = gettext("Shall the drop box “{title}” be open until {when}?")
    sentence = fill(said, title=strong(box.made.title), when=text(say(day, request.language)))
    verb = "dépôt prolonger" if request.language == "fr" else "box extend"
    end = f"jusqu'au {day:%d/%m/%Y}" if request.language == "fr" else f"until {day:%Y-%m-%d}"
    puts = f"!{verb} {called.get(box.object_id, 0)} {end}"
    yes = ("oui", "prolonge", "prolonge-le", "oui prolonge", "yes")
    return Question(sentence, (Candidate(code(gettext("yes")), puts, words=yes),), by_word=True)


def as_made(request: Request, box: Box) -> Rich:
    """Say that a box stays as it was opened, and what is never limited."""
    said = request.texts.gettext(
        "The form and the limits of the drop box “{title}” stay as they were when it was opened: to change them, close"
        " it and open another one. What is not marked “!” is optional; I limit how many files and how large, not their"
        " type, nor how many people answer."
    )
    return fill(said, title=strong(box.made.title))


def is_told(request: Request, box: Box) -> Rich:
    """Say how the room hears of what comes."""
    said = request.texts.gettext(
        "Yes: each deposit in “{title}” comes here as soon as it is made, and mentions {person}."
    )
    return fill(said, title=strong(box.made.title), person=name_of(box.author, request))


def failed(request: Request, why: str) -> Rich:
    """Say why nothing was done; *why* names a reason."""
    gettext = request.texts.gettext
    known = {
        "away": gettext("The share server does not answer. Nothing is done; try again later."),
        "closed": gettext("This drop box is closed already: open another one."),
    }
    return text(known.get(why, gettext("Nothing is done: the share server does not take it.")))
