"""What is asked about links: which is meant, whether it is to be closed, kept open, or made (pure)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.request import Request
from bots.assistant.words.consent import YES_SAID
from bots.files.library import entry
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.files.sharing.saying import named
from bots.files.sharing.share import Share, shares
from bots.when.saying import say

_LINK: Final = (
    *("partager", "partage", "partage-le", "partagez-le", "un lien", "fais un lien", "oui un lien", "oui"),
    *("share", "share it", "a link", "make a link", "yes"),
)
"""What asks for the link that is offered; a yes does."""


def link_instead(request: Request, file: File, terms: Sequence[str]) -> Question:
    """Ask whether a link to *file* is wanted, for somebody outside, on the *terms* that its asker has said.

    Nothing leaves the room by itself; what opens something is done at a word of its own. The command answers the file,
    so it can be about no other one.
    """
    gettext = request.texts.gettext
    word = "partager" if request.language == "fr" else "share"
    sentence = gettext("I send nothing outside this room. A link to {file} for whoever is not here? Answer “{word}”.")
    return Question(
        fill(sentence, file=strong(short(file.name)), word=text(word)),
        (Candidate(code(word), " ".join((f"!{word}", *terms)), words=_LINK, answers=file.entry.event_id),),
        by_word=True,
    )


def which_link(request: Request, count: int) -> Rich:
    """Ask which link is meant."""
    gettext = request.texts.gettext
    if not count:
        return text(gettext("I know no open link to a file of this room."))
    return text(gettext("Say which link: answer the message that holds it, or “!shares” and a number."))


def of_link(request: Request) -> Rich:
    """Say what can be done with a link, to somebody who answers it."""
    gettext = request.texts.gettext
    said = gettext(
        "I have not understood, and the link is as it was. “revoke” closes it, “one more download” adds one, “!shares”"
        " shows how often it was opened. “one week more” prolongs it."
    )
    return text(said)


def until_when(request: Request, typed: str) -> Rich:
    """Say that nobody can tell until when."""
    said = request.texts.gettext(
        "I do not understand until when: “{typed}”. No link is made. Edit your message, for example to “for 7 days”."
    )
    return fill(said, typed=code(short(typed)))


def close_it(request: Request, share: Share) -> Question:
    """Ask whether a link is meant, the one that is open or that to a file: for whom it is nobody has noted."""
    gettext = request.texts.gettext
    word = gettext("revoke 1")
    said = (
        gettext("One link is open here, to {files}. Shall I close it?")
        if len(shares(request)) == 1
        else gettext("Shall I close the link to {files}?")
    )
    sentence = fill(said, files=named(request, share.files))
    yes = ("oui", "ferme-le", "oui ferme-le", "ferme", "yes", "close it")
    return Question(sentence, (Candidate(code(gettext("close it")), _about(request, share, word), words=yes),))


def _about(request: Request, share: Share, otherwise: str) -> str:
    """Return the command that closes *share*, by the name of its file."""
    known = library(request)
    found = [known.get(entry.id_of(share.room_id, event_id)) for event_id in share.files]
    paths = [file.path for file in found if file is not None]
    verb = "révoquer" if request.language == "fr" else "revoke"
    return f"!{verb} «{paths[0]}»" if paths else f"!{otherwise}"


def until_then(request: Request, share: Share, until: int) -> Question:
    """Ask whether a link is to end at *until* (ms), of words that name none."""
    gettext = request.texts.gettext
    day = datetime.fromtimestamp(until / 1000, request.zone)
    said = gettext("Shall the link to {files} stay open until {when}?")
    sentence = fill(said, files=named(request, share.files), when=text(say(day, request.language)))
    puts = f"!prolonge le lien jusqu'au {_exactly(day)}"
    yes = ("oui", "prolonge", "prolonge-le", "oui prolonge", "yes")
    return Question(sentence, (Candidate(code(gettext("yes")), puts, words=yes),), by_word=True)


def other_password(request: Request, share: Share, paths: Sequence[str]) -> Question | Rich:
    """Say that a link keeps its password, or has none, and offer another link to its file.

    Only where that is one file that a command can name. The old link stays until somebody closes it: the new one may
    come to nothing.
    """
    gettext = request.texts.gettext
    if len(paths) != 1 or any(sign in paths[0] for sign in ",;«»"):
        said = gettext(
            "A link keeps its password. “share … protected” makes another one; “revoke”, in answer to the old one,"
            " closes that."
        )
        return text(said)
    sentence = gettext(
        "A link keeps its password. Make another link to {files}, with a new one? Then “revoke”, in answer to the old"
        " one, closes that."
    )
    day = datetime.fromtimestamp(share.until / 1000, request.zone)
    count = "" if share.downloads is None else f" {share.downloads} téléchargements"
    puts = f"!partager «{paths[0]}» jusqu'au {_exactly(day)} protégé{count}"
    files = named(request, share.files)
    return Question(fill(sentence, files=files), (Candidate(code(gettext("yes")), puts, words=YES_SAID),), by_word=True)


def _exactly(day: datetime) -> str:
    """Return *day* with its hour as either language reads it."""
    return f"{day:%Y-%m-%d à %H:%M}"
