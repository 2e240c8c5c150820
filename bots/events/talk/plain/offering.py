"""What sounds like an event and is no command: « on se voit vendredi 14h pour le budget » is offered (pure)."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.assistant.talk.markup import fill, short, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import unaccented
from bots.events.talk.adding import language
from bots.events.words.drafting import draft

_MOST: Final = 200
_DAY: Final = timedelta(days=1)
_NOT: Final = re.compile(
    r"(?:celle |celui |rappel|fai[st]|termin|supprim|annul|partag|envo|dis |dites |demand|est-ce|qui |que |quoi|quand"
    r"|comment|pourquoi|combien|ou |cherch|trouv|liste|montr|affich|remind|what|who|where|how|why|did|done)"
)
_HEAD: Final = re.compile(
    r"^(?:(?:il )?y ?a|ya|on a|nous avons|j'ai|il y aura|y aura|attention|info)\s*:?\s+(?:(?:un|une|le|la) )?"
)
_TAKES_PLACE: Final = re.compile(
    r"\s(?:aura(?: bien)? lieu|a lieu|se tiendra|est prévue?|est fixée?|commence|débutera?|sera|c'est)(?=\s)",
    re.IGNORECASE,
)
_OTHERWISE: Final = re.compile(r"\b(?:au lieu d|plutot qu|instead of)")
"""It changes something that is there."""
_AS_ALARM: Final = ("un rappel", "rappel", "rappelle-moi", "en rappel", "a reminder", "remind me")
_IN_TASKS: Final = ("dans les tâches", "une tâche", "aux tâches", "tâche", "a task")


def offered(request: Request, spoken: str) -> Reply | None:
    """Ask whether what *spoken* says of a day and an hour is an event, or a task; None where it says none."""
    said = unaccented(spoken)
    asks = said.rstrip().endswith("?") or _NOT.match(said) is not None or _OTHERWISE.search(said) is not None
    if not said or asks or len(spoken) > _MOST or request.card is not None or request.edited:
        return None
    if not request.may(Right.ADD):
        return None
    bare = _TAKES_PLACE.sub("", spoken[_end(said) :], count=1).strip()
    wanted = draft(bare, request, language(request))
    times = wanted.times
    timed = times is not None and not times.rules and (not times.whole_days or times.length > _DAY)
    if not timed or not wanted.title or wanted.unclear:
        return None
    gettext = request.texts.gettext
    sentence = fill(gettext("“{typed}”: is that for the agenda? Nothing is noted yet."), typed=text(short(spoken)))
    event, task, alarm = f"!agenda ajouter {bare}", f"!tâche ajouter {bare}", f"!rappel {bare}"
    label = text(gettext("in the agenda"))
    candidates = (
        Candidate(label, event, words=(label.plain, "oui", "agenda", "l'agenda", "yes")),
        Candidate(text(gettext("among the tasks")), task, words=_IN_TASKS),
        Candidate(text(gettext("a reminder for me")), alarm, words=_AS_ALARM),
    )
    return replace(ask(request, Question(sentence, candidates)), nothing=True, lost=True)


def _end(said: str) -> int:
    found = _HEAD.match(said)
    return 0 if found is None else found.end()
