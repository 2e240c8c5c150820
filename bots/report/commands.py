"""``!bilan``: how things stand in all rooms of whoever asks, told to nobody else (pure)."""

from typing import Final

from bots.assistant.dispatch import Capability
from bots.assistant.markup import Rich, text
from bots.assistant.reply import Reply, ask
from bots.assistant.request import NOTHING, Needs, Request
from bots.assistant.vocabulary import Command
from bots.assistant.wording import fold
from bots.register.operation import Change
from bots.report import telling
from bots.report.collecting import MAX_NAME, Sources, collect
from bots.report.sending import KIND, Chart, errand, shown
from config.texts import mark

TOPIC: Final = "report"
_AROUND: Final = frozenset(
    {
        *("de", "du", "des", "d", "la", "le", "les", "l", "pour", "sur", "projet", "salon", "mes", "mon", "ma"),
        *("on", "of", "for", "about", "the", "project", "room", "my", ":", "?", "!", ".", "–", "-", "svp", "please"),
        *("semaine", "cette", "hebdomadaire", "week", "this", "weekly"),
    }
)


def reports(sources: Sources) -> Capability:
    """Return what can be asked of all rooms together; *sources* tell what is in one."""

    def report(request: Request, rest: list[str]) -> Reply:
        return answer(request, rest, sources)

    return Capability(
        kinds=frozenset(),
        commands=(
            Command(
                name="report",
                topic=TOPIC,
                forms=("bilan", "report"),
                handle=report,
                usage=mark("!report"),
                about=mark("in a direct conversation: how your rooms stand, with a chart; “report Lys”: one project"),
                essential=True,
                needs=_needs,
                by_each=True,
            ),
        ),
        undone=_undone,
        errands={KIND: Chart(sources)},
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
    return Reply(said, shows=shown(report, telling.GOALS), errands=(errand(request, wanted),))


def _needs(request: Request, _: list[str]) -> Needs:
    """All rooms, but only where they may be told of."""
    return Needs(rooms=True) if request.private else NOTHING


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
