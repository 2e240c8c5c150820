"""What an event is to people: its words, its fields, where it can stand (pure)."""

from dataclasses import replace
from typing import Final

from bots.assistant.words.objects import aims
from bots.calendar.event import MOST_SEQUENCE
from bots.events.kept.kinds import KIND, MAX_ADDRESS, MAX_DESCRIPTION, MAX_PLACE, UPDATED
from bots.events.talk import facts
from bots.events.words.types import Alarms, Repeats, When, reminders_of
from bots.items.field import Field
from bots.items.kind import TITLE, Kind, Revision
from bots.items.phrases import PHRASES
from bots.items.spoken import Called, Noun, Usage, Words
from bots.items.status import DROPPED, KEPT, Status
from bots.items.types.labels import Labels
from bots.items.types.link import Link
from bots.items.types.people import People
from bots.items.types.text import LongText, Text
from config.texts import mark, marks

WHEN: Final = Field(
    "when",
    When(),
    word=mark("date and time"),
    labels=Words(("date", "heure", "horaire", "horaires"), ("date", "time")),
    taken=False,
    needed=True,
    ical="DTSTART",
)
REPEATS: Final = Field(
    "rule",
    Repeats(),
    word=mark("repetition"),
    labels=Words(("répétition", "récurrence"), ("repetition", "recurrence")),
    taken=False,
    ical="RRULE",
)
PLACE: Final = Field(
    "location",
    Text(MAX_PLACE),
    word=mark("place"),
    verbs=Words(("lieu", "endroit"), ("place", "location")),
    labels=Words(("lieu", "endroit"), ("place", "location")),
    said=mark("📍 {value}"),
    usage=Usage(mark("!event place 3 village hall"), mark("changes where it is"), others=True),
    taken=False,
    ical="LOCATION",
)
LINK: Final = Field(
    "call",
    Text(MAX_ADDRESS, words=1),
    word=mark("link"),
    verbs=Words(("lien", "visio"), ("link",)),
    labels=Words(("lien", "visio"), ("link",)),
    listed=False,
    taken=False,
    ical="CONFERENCE",
)
PAGE: Final = Field("url", Text(MAX_ADDRESS, words=1), word=mark("page"), listed=False, taken=False, ical="URL")
ALARMS: Final = Field(
    "alarms",
    Alarms(),
    word=mark("reminders"),
    labels=Words(("rappel", "rappels"), ("reminder", "reminders")),
    said=mark("⏰ {value}"),
    listed=False,
    taken=False,
    ical="VALARM",
    beside=lambda item, alarms, place: reminders_of(alarms, item.get(WHEN), place),
)
LABELS: Final = Field(
    "categories",
    Labels(),
    word=mark("labels"),
    verbs=Words(("étiquette", "étiqueter"), ("label",)),
    ical="CATEGORIES",
)
DESCRIPTION: Final = Field(
    "description",
    LongText(MAX_DESCRIPTION),
    word=mark("description"),
    verbs=Words(("description", "détails", "ordre du jour", "odj"), ("description", "details", "agenda")),
    listed=False,
    taken=False,
    ical="DESCRIPTION",
)
INVITED: Final = Field(
    "invited",
    People(),
    word=mark("invited"),
    verbs=Words(("inviter", "invite", "convier"), ("invite",)),
    said=mark("with {value}"),
    listed=False,
    notifies=True,
    ical="ATTENDEE",
)
OBJECTIVE: Final = Field(
    aims.OBJECTIVE,
    Link(kind=aims.OBJECTIVE),
    word=mark("objective"),
    verbs=Words(("objectif",), ("objective",)),
    said=mark("objective {value}"),
    usage=Usage(
        mark("!event objective 4 3"),
        mark("attaches it to objective 3; “!meeting Tuesday 10am, objective 3” adds it there"),
    ),
    taken=False,
)

_CONFIRM: Final = Words(("maintenir", "confirmer", "reconfirmer"), ("reinstate", "confirm"))
CONFIRMED: Final = replace(
    KEPT,
    value="confirmed",
    verbs=_CONFIRM,
    words=Words(("maintenu", "confirmé"), ("reinstated", "confirmed")),
    icon="📅",
    moved=mark("📅 Event {number} takes place: {title}"),
    told=(
        mark("📅 Event {number} confirmed by {person}"),
        marks(
            "📅 {count} event confirmed by {person}: {numbers}", "📅 {count} events confirmed by {person}: {numbers}"
        ),
    ),
)
TENTATIVE: Final = Status(
    "tentative",
    verbs=Words(("envisager",), ("tentative",)),
    words=Words(("provisoire", "à confirmer"), ("tentative", "to be confirmed")),
    icon="📅",
    said=mark("to be confirmed"),
    moved=mark("📅 Event {number} is to be confirmed: {title}"),
    told=(
        mark("📅 Event {number} marked to be confirmed by {person}"),
        marks(
            "📅 {count} event marked to be confirmed by {person}: {numbers}",
            "📅 {count} events marked to be confirmed by {person}: {numbers}",
        ),
    ),
    open=True,
)
CANCELLED: Final = replace(
    DROPPED,
    value="cancelled",
    verbs=Words(("annuler", "annule", "annulez", "supprimer", "supprime", "supprimez"), ("cancel",)),
    words=Words(("annulé", "annulés"), ("cancelled",)),
    said=mark("cancelled"),
    moved=mark("✖ Event {number} cancelled: {title}"),
    told=(
        mark("✖ Event {number} cancelled by {person}"),
        marks("✖ {count} event cancelled by {person}: {numbers}", "✖ {count} events cancelled by {person}: {numbers}"),
    ),
    pressed=(),
)

EVENT: Final = Kind(
    KIND,
    Noun(
        french=Called("événement", "événements", "un événement", "l'événement", "nouvel événement", gender="masculine"),
        english=Called("event", "events", "an event", "the event", "new event"),
    ),
    fields=(WHEN, REPEATS, PLACE, LINK, PAGE, INVITED, LABELS, OBJECTIVE, ALARMS, DESCRIPTION),
    adds=Usage(
        mark("!agenda add council Thursday 6:30pm-9pm village hall, reminder 1 day"),
        mark("adds an event; “!meeting Tuesday 10am with @dgs” does too"),
    ),
    lists=Usage(mark("!agenda week"), mark("shows the agenda: today, “week”, “month”, or a day")),
    counted=marks("{count} event", "{count} events"),
    hint=mark("✅ I come · ❔ maybe · ❌ no · answer “move to Thursday 10am”, “cancel” or “place: …”"),
    title=replace(TITLE, said=""),
    statuses=(CONFIRMED, TENTATIVE, CANCELLED),
    phrases=replace(
        PHRASES, erase_how=mark("Nobody can bring it back (“cancel” keeps it). To erase it, answer “{words}”.")
    ),
    facts=facts.head,
    after=facts.after,
    ages=facts.ages,
    # What RFC 5545 §3.8.7.4 and RFC 5546 §2.1.4 want SEQUENCE to rise for.
    revision=Revision("sequence", frozenset({"when", "rule", "location", "status"}), UPDATED, MOST_SEQUENCE),
)
