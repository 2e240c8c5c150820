"""A calendar file that somebody has sent: offered by one quiet 📅 below it, taken in at a press or a word (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.offers.opening import FileOpener
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Attached, Request
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.commands.courtesy import asked, essence
from bots.events.ics.importing import imported, importing
from config.identifiers import EventId

KEY: Final = "📅"
_SUFFIXES: Final = (".ics", ".ical", ".icalendar", ".ifb")
_TYPES: Final = frozenset({"text/calendar", "application/ics"})
_VERB: Final = (
    r"(?:ajout|import|integr|enregistr|not|inscri|reprend|prend)(?:e|er|ez|es|s|re|vez|ons)?|mets|mettre|mettez|met|add"
)
_IT: Final = (
    r"(?:[ -](?:moi|nous))?(?:[ -](?:ca|cela|le|la|les|tout|tous|toutes|it|this|them|ce fichier|le fichier"
    r"|cet evenement|cette (?:invitation|reunion|visite)|l'invitation|ces evenements|les evenements|this file"
    r"|the file))?"
)
_WHERE: Final = (
    r"(?: (?:a|au|dans|sur|en|to|in|into) ?(?:l'|le |notre |mon |ton |the |our )?(?:agenda|calendrier|calendar)"
    r"(?: (?:du salon|commun|partage))?)?"
)
_WANTED: Final = re.compile(
    rf"(?:(?:oui|ok|alors|bon|yes|please|d'accord|faut|il faut|on peut|peux-tu|tu peux|a)[ ,]+)*(?:l'|les |le |la )?"
    rf"(?:{_VERB}){_IT}{_WHERE}"
)


def is_calendar(name: str, content_type: str) -> bool:
    """Tell whether a file is a calendar, by its name or its content type."""
    return name.lower().endswith(_SUFFIXES) or content_type.partition(";")[0].strip().lower() in _TYPES


def offers(attached: Attached) -> str:
    """Return the reaction that is put below a file which nobody has said anything about; "" for none."""
    return KEY if is_calendar(attached.name, attached.content_type) else ""


def press(request: Request) -> Reply | None:
    """Take in the calendar file on which somebody presses 📅; None for any other message."""
    attached = None if request.quoted is None else request.quoted.attached
    return importing(request, []) if attached is not None and offers(attached) else None


def answered(request: Request, event_id: EventId, size: int | None, words: Sequence[str]) -> Reply | None:
    """Take in a calendar file at somebody's word in answer to it: « ajoute ça à l'agenda »."""
    said = unaccented(" ".join(essence(asked(words)))).strip(" ?!.,")
    return imported(request, event_id, size) if _WANTED.fullmatch(said) else None


CALENDAR_FILES: Final = FileOpener(is_calendar, answered)
"""What is done with calendar files that somebody answers."""
