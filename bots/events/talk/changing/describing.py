"""« Ordre du jour du conseil : budget, voirie »: what an event that is called by its name is about (pure)."""

import re
from typing import Final

from bots.assistant.talk.markup import fill, join, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import lines_of, unaccented
from bots.events.kept.sitting import Sitting
from bots.events.talk import facts
from bots.events.talk.changing.clearing import called
from bots.events.talk.facts import agenda_of
from bots.events.words.plain.many import words_of

_SAID: Final = re.compile(
    r"(?:(?:voici|voila|note[rz]?|mets|mettez|ajoute[rz]?) )?(?:l'|the )?(?:ordre du jour|odj|agenda)"
    r" (?:de la |de l'|du |de |des |d'|of the |for the )(?P<what>[^:]{2,80}?) ?: ?\S.*",
    re.DOTALL,
)
_MOST: Final = 9


def said(request: Request, spoken: str) -> Reply | None:
    """Ask whether what is said is the agenda of the event that is called so; None where none is, or nothing is said."""
    found = _SAID.fullmatch(unaccented(spoken))
    if found is None or not request.may(Right.CHANGE):
        return None
    ids = called(request, words_of(spoken[slice(*found.span("what"))]))
    meant = agenda_of(request, request.state).upcoming(ids, request.now, _MOST) if ids else []
    if not meant:
        return None
    head, *below = (" ".join(line) for line in lines_of(request, spoken.split()))
    whole = "\n".join((head.partition(":")[2].strip(), *below)).strip()
    candidates = tuple(_candidate(request, sitting, whole) for sitting in meant)
    if len(meant) > 1:
        return ask(request, Question(text(request.texts.gettext("Of which event is that the agenda?")), candidates))
    sentence = request.texts.gettext("Event {number} “{title}”, {day}: is that its agenda?")
    facts_ = {"number": strong(meant[0].meeting.called), "title": text(short(meant[0].meeting.title))}
    return ask(request, Question(fill(sentence, day=text(facts.said(request, meant[0])), **facts_), candidates))


def _candidate(request: Request, sitting: Sitting, whole: str) -> Candidate:
    parts = (strong(sitting.meeting.called), text(short(sitting.meeting.title)), text(facts.said(request, sitting)))
    return Candidate(
        join(" · ", parts), f"!agenda ordre du jour {sitting.meeting.called} {whole}", words=(sitting.meeting.called,)
    )
