"""``!bilan``: how things stand in all rooms of whoever asks, told to nobody else (pure)."""

from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.markup import Rich, text
from bots.assistant.talk.needing import rooms_alone
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.command import Command
from bots.register.format.operation import Change
from bots.report import people, telling
from bots.report.collecting import MAX_NAME, Sources, collect
from bots.report.sending import KIND, Chart, coming, errand, shown
from bots.report.sheet import MOST, SHEET, Export
from bots.report.sheet import errand as sheet
from config.texts import mark

TOPIC: Final = "report"
_PART: Final = partial(Command, topic=TOPIC, needs=rooms_alone, by_each=True)
"""What shows the same in another way: there is no need for help to name it."""
_AROUND: Final = frozenset(
    {
        *("de", "du", "des", "d", "la", "le", "les", "l", "pour", "sur", "projet", "salon", "mes", "mon", "ma"),
        *("on", "of", "for", "about", "the", "project", "room", "my", ":", "?", "!", ".", "–", "-", "svp", "please"),
        *("semaine", "cette", "hebdomadaire", "week", "this", "weekly"),
    }
)

_BY_PERSON: Final = (
    *("bilan par personne", "bilan par agent", "bilan par responsable", "bilan des personnes", "bilan de l'équipe"),
    *("report by person", "report by people", "report by assignee"),
)
_WHO: Final = (
    *("qui est en retard", "qui a du retard", "qui a des tâches en retard", "qui sont en retard"),
    *("who is late", "who is behind", "who has late tasks", "who is overdue"),
)
_REPORT: Final = (
    *(
        f"{verb} {what}"
        for verb in (
            "fais-moi",
            "faites-moi",
            "fais-nous",
            "faire",
            "me faire",
            "fais",
            "faites",
            "fais moi",
            "donne-moi",
        )
        for what in ("un bilan", "le bilan", "un point", "le point", "un petit bilan", "un petit point")
    ),
    *("un bilan", "le bilan", "mon bilan", "make a report", "a report", "my report"),
)
_EXPORT: Final = (
    *("exporter le bilan", "exporte le bilan", "exportez le bilan", "export du bilan", "exporter mon bilan"),
    *("export the report", "export my report", "export report"),
)


def reports(sources: Sources) -> Capability:
    """Return what can be asked of all rooms together; *sources* tell what is in one."""

    def report(request: Request, rest: list[str]) -> Reply:
        return answer(request, rest, sources)

    def by_person(request: Request, _: list[str]) -> Reply:
        return of_people(request, sources)

    def who(request: Request, _: list[str]) -> Reply:
        return of_people(request, sources, only_late=True)

    def export(request: Request, rest: list[str]) -> Reply:
        return exported(request, rest, sources)

    return Capability(
        kinds=frozenset(),
        commands=(
            _PART(name="report.people", handle=by_person, forms=_BY_PERSON, alone=True),
            _PART(name="report.late", handle=who, apart=_WHO, alone=True),
            _PART(
                name="report.export",
                handle=export,
                forms=("bilan exporter", "bilan csv", "report csv"),
                short=_EXPORT,
                banged=_EXPORT,
            ),
            Command(
                name="report",
                topic=TOPIC,
                forms=("bilan", "report"),
                short=_REPORT,
                banged=_REPORT,
                handle=report,
                usage=mark("!report"),
                about=mark("in a direct conversation: how your rooms stand, with a chart; “report Lys”: one project"),
                essential=True,
                needs=rooms_alone,
                by_each=True,
            ),
        ),
        undone=_undone,
        errands={KIND: Chart(sources), SHEET: Export(sources)},
    )


def answer(request: Request, rest: list[str], sources: Sources) -> Reply:
    """Return the report, and leave the errand of its chart; a refusal wherever somebody else would read it."""
    if not request.private:
        return ask(request, telling.only_in_private(request))
    whole = collect(request, sources)
    if not whole.groups:
        return ask(request, telling.nothing(request))
    wanted = _wanted(rest)
    report = whole.about(wanted)
    if not report.groups:
        return ask(request, telling.unknown(request, wanted, whole))
    said = telling.told(request, report, sources, wanted)
    shows = (*shown(report, telling.GOALS), *coming(report, telling.COMING))
    return Reply(said, shows=shows, errands=(errand(request, wanted),))


def of_people(request: Request, sources: Sources, *, only_late: bool = False) -> Reply:
    """Return what each person has to do, or only those who are late."""
    if not request.private:
        return ask(request, telling.only_in_private(request))
    found = people.shares(request, sources)
    if not found.counts:
        return ask(request, telling.nothing(request))
    said = people.late(request, found.late) if only_late else people.by_person(request, found)
    return Reply(said)


def exported(request: Request, rest: list[str], sources: Sources) -> Reply:
    """Leave the errand of the sheet, and say what it will hold."""
    if not request.private:
        return ask(request, telling.only_in_private(request))
    whole = collect(request, sources)
    if not whole.total.open:
        return ask(request, telling.nothing(request))
    wanted = _wanted(rest)
    report = whole.about(wanted)
    if not report.groups:
        return ask(request, telling.unknown(request, wanted, whole))
    return Reply(telling.exporting(request, report, MOST), errands=(sheet(request, wanted),))


def _wanted(rest: list[str]) -> str:
    """Return what a report is to be about: ``du projet Pont de la Lys`` is ``Pont de la Lys``."""
    words = [each.strip('«»“”"') for each in rest]
    while words and (fold(words[0]).rstrip("'") in _AROUND or not words[0]):
        words = words[1:]
    while words and words[-1] in ("", "?", "!", "."):
        words = words[:-1]
    return telling.cut(" ".join(words), MAX_NAME)


def _undone(_: Request, __: tuple[Change, ...]) -> Rich:
    return text("")
