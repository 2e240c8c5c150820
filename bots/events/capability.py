"""All that can be asked about events: in words, and by calendar files."""

from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.offers.agenda import Absences
from bots.assistant.words.commands.command import Command
from bots.assistant.words.dates.period import is_period
from bots.calendar.daysoff import MAINLAND, DaysOff
from bots.events.ics import offering
from bots.events.ics.exporting import EXPORT, CalendarExporter, exporting, needs
from bots.events.ics.importing import IMPORT, CalendarImporter, importing
from bots.events.kept.kinds import KIND
from bots.events.picture.commands import pictured, pictures
from bots.events.picture.figure import Painter
from bots.events.picture.sending import PICTURE, Picture
from bots.events.talk import commands
from config.texts import mark

_IMPORT: Final = ("importer", "importe", "import")
_EXPORT: Final = ("exporter", "exporte", "export")
_EXPORT_SAID: Final = (
    *(f"{verb} {what}" for verb in _EXPORT for what in ("l'agenda", "agenda", "le calendrier", "the calendar")),
    *("télécharger l'agenda", "télécharge l'agenda", "sortir l'agenda", "sors l'agenda", "download the calendar"),
)


def events(off: DaysOff = MAINLAND, absences: Absences | None = None) -> Capability:
    """Return what can be asked about events.

    *off*: the days on which the town does not work. *absences* tell who is away.
    """
    spoken = commands.events(off, absences)
    shown = (pictured(command) if command.name == "event.agenda" else command for command in spoken.commands)
    return replace(
        spoken,
        commands=(*shown, *pictures(), *_files()),
        pins={offering.KEY: offering.press},
        offers=offering.offers,
        errands={
            **spoken.errands,
            IMPORT: CalendarImporter(),
            EXPORT: CalendarExporter(),
            PICTURE: Picture(Painter(off, absences)),
        },
    )


def _files() -> tuple[Command, ...]:
    return (
        Command(
            name="event.import",
            topic=KIND,
            forms=commands.forms(_IMPORT),
            handle=importing,
            usage=mark("!agenda import"),
            about=mark("in answer to a calendar file (.ics): takes its events in"),
        ),
        Command(
            name="event.export",
            topic=KIND,
            forms=commands.forms(_EXPORT),
            handle=exporting,
            usage=mark("!agenda export"),
            about=mark("sends the agenda as a calendar file, for other programs"),
            short=_EXPORT_SAID,
            banged=_EXPORT_SAID,
            takes=is_period,
            needs=needs,
        ),
    )
