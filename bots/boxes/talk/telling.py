"""What is said of deposits, in the language of the room (pure).

A citizen's words always stand behind what says whose they are, and as something typed: no link, no name in them comes
alive, no line of them looks like one of ours.
"""

from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import NOTHING, Rich, code, fill, lines, listing, small, strong, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.assistant.talk.wording import clean
from bots.boxes.talk.box import Box, answers_for
from bots.boxes.talk.deposit import Deposited
from bots.links.box.deposit import Deposit, number_of
from bots.links.format.names import shown
from bots.when.saying import say
from config.texts import mark

MOST_ANSWER: Final = 400
"""Characters of one answer that a message shows; all of them stand in the attached sheet."""
MOST_ANSWERS: Final = 3_000
_MOST_NAME: Final = 255


def arrived(
    request: Request,
    box: Box,
    deposit: Deposit,
    number: int,
    added_to: Deposited | None,
) -> Rich:
    """Tell of a deposit that has arrived: its receipt, what was answered, how many files follow."""
    texts = request.texts
    receipt = number_of(box.box_id, deposit.id)
    said = texts.gettext("📥 Deposit {number} in “{title}” · receipt {receipt} · {files}")
    count = len(deposit.files)
    files = texts.ngettext("{count} file", "{count} files", count).format(count=count)
    head = fill(
        said,
        number=strong(str(number)),
        title=text(box.made.title),
        receipt=code(receipt),
        files=text(files if count else texts.gettext("no file")),
    )
    more = (
        NOTHING if added_to is None else fill(texts.gettext("Adds to deposit {number}."), number=text(added_to.label))
    )
    told = [each for each in answers(request, box, deposit) if each]
    hint = small(texts.gettext("✅ once it is dealt with: whoever deposited it then sees that"))
    body = listing(text(texts.gettext("What the form says, in the citizen’s words:")), told) if told else NOTHING
    return lines((head, more, body, hint))


def answers(request: Request, box: Box, deposit: Deposit) -> list[Rich]:
    """Return what was answered, question by question; what has no question is shown without one."""
    found, left = list[Rich](), MOST_ANSWERS
    for place, answer in enumerate(deposit.answers):
        said = _one_line(answer)
        if not said:
            continue
        cut = said[: min(MOST_ANSWER, left)]
        left -= len(cut)
        if not cut:
            break
        label = box.made.fields[place].label if place < len(box.made.fields) else "?"
        question = request.texts.gettext("{label}: {answer}")
        found.append(fill(question, label=text(label), answer=code(cut if cut == said else f"{cut}…")))
    return found


def _one_line(answer: str) -> str:
    # A line of theirs may look like one of ours; a slash shows where there was one.
    return " / ".join(" ".join(part.split()) for part in clean(answer).splitlines() if part.strip())


def name_of_file(given: str) -> str:
    """Return the name under which a file is sent to the room."""
    found = shown(clean(given))
    if len(found) <= _MOST_NAME:
        return found
    stem, dot, extension = found.rpartition(".")
    tail = dot + extension if stem and len(extension) <= 10 else ""
    return found.removesuffix(tail)[: _MOST_NAME - len(tail) - 1] + "…" + tail


def held_back(request: Request, name: str, signature: str) -> Rich:
    """Say that a file of a deposit is not handed over."""
    said = request.texts.gettext(
        "⛔ {name} is not handed over: the antivirus finds malware in it ({signature}). Nothing of it is kept; if it"
        " should be a mistake, ask whoever sent it to send it in another form."
    )
    return fill(said, name=text(name), signature=text(signature))


def waits(request: Request, box: Box) -> Rich:
    """Say that deposits wait for the antivirus."""
    said = request.texts.gettext(
        "⚠ Something has come into “{title}”, but the antivirus does not answer, or is not to be believed, so I do not"
        " hand it over yet. Nothing is lost: the share server keeps it, sealed, whoever sent it has their receipt, and"
        " all that has come arrives here as soon as it can be checked."
    )
    return fill(said, title=text(box.made.title))


def locked(request: Request, box: Box) -> Rich:
    """Say that deposits wait for the keys that their box was opened with."""
    said = request.texts.gettext(
        "⚠ Something has come into “{title}”, and I cannot open it: my keys are no longer those with which this box was"
        " opened. Nothing is lost: the share server keeps it, sealed, and whoever sent it has their receipt. Whoever"
        " runs our server gives me back the secrets of that time; then all of it arrives here."
    )
    return fill(said, title=text(box.made.title))


def aside(request: Request, box: Box, deposit: str, *, large: bool) -> Rich:
    """Say that a deposit does not come, because our homeserver takes no file so *large*, or for whatever reason."""
    gettext = request.texts.gettext
    why = (
        gettext("a file of it is larger than our server takes")
        if large
        else gettext("it goes wrong each time, and our server's log says why")
    )
    said = gettext(
        "⚠ Something has come into “{title}” (receipt {receipt}) that I cannot bring here: {why}. Nothing is lost: the"
        " share server keeps it, sealed, and whoever sent it has their receipt. I try again each hour; what came after"
        " it does not wait for it."
    )
    receipt = code(number_of(box.box_id, deposit))
    return fill(said, title=text(box.made.title), receipt=receipt, why=text(why))


def broken(request: Request, box: Box, deposit: str) -> Rich:
    """Say that something came that nobody can open."""
    said = request.texts.gettext(
        "⚠ Something came into “{title}” (receipt {receipt}) that I cannot open: it was altered on its way, or does not"
        " come from our page. Nothing of it is kept; whoever sent it is told to try again."
    )
    return fill(said, title=text(box.made.title), receipt=code(number_of(box.box_id, deposit)))


def row(request: Request, deposit: Deposited) -> Rich:
    """Return a deposit as a list of those that wait shows it."""
    when = say(datetime.fromtimestamp(deposit.kept / 1000, request.zone), request.language)
    said = request.texts.gettext("{number}. “{title}”, {when}, receipt {receipt}")
    return fill(
        said, number=text(deposit.label), title=text(deposit.title), when=text(when), receipt=code(deposit.receipt)
    )


def processed(request: Request, deposit: Deposited) -> Rich:
    """Say that a deposit is dealt with, and whether whoever deposited it sees that."""
    said = request.texts.gettext("✔ Deposit {number} is dealt with: whoever deposited it sees that.")
    # Another town's assistant answers for its own boxes.
    if deposit.keeper == request.served_by and not answers_for(request, deposit.box):
        said = request.texts.gettext(
            "✔ Deposit {number} is dealt with. Whoever deposited it does not see that: I no longer have the keys of its"
            " box."
        )
    return fill(said, number=strong(deposit.label))


def received(request: Request, deposit: Deposited) -> Rich:
    """Say that a deposit is not dealt with after all."""
    said = request.texts.gettext("☐ Deposit {number} is to be dealt with again.")
    return fill(said, number=strong(deposit.label))


which_deposit: Final = says(mark("Say which deposit, by its number: “!deposit done 3”."))
"""Ask which deposit is meant."""
