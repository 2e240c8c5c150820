"""``rappelle-moi mes tâches la veille à 17h``: one's own settings, kept in one's conversation (pure)."""

import re
from collections.abc import Mapping
from typing import Final

from bots.assistant.talk.markup import lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.enumeration import between, parts
from bots.reminders.ahead import lead as leads
from bots.reminders.ahead import saying
from bots.reminders.ahead.kept import EVENTS, KIND, TASKS, LeadTimes, read, wish_id
from bots.reminders.ahead.lead import Lead

_ALL: Final = (
    r"(?:de\s+|of\s+)?(?:(?:toutes\s+|tous\s+|chacune\s+de\s+|all\s+(?:of\s+)?)?(?:mes|my)|chaque|each|every)\s+"
)
_TOPICS: Final = {
    TASKS: re.compile(rf"{_ALL}(?:t[aâ]ches?|[ée]ch[ée]ances?|tasks?|deadlines?)(?!\w)", re.IGNORECASE),
    EVENTS: re.compile(
        rf"{_ALL}(?:r[ée]unions?|rendez[- ]vous|rdv|[ée]v[ée]nements?|meetings?|appointments?|events?)(?!\w)",
        re.IGNORECASE,
    ),
}
_NEVER: Final = re.compile(r"[\s,:–-]*(?:jamais|plus|plus\s+jamais|pas|non|never|no\s+more|not)[\s.!]*", re.IGNORECASE)
_ALWAYS: Final = re.compile(r"\b(?:toujours|(?:à )?chaque fois|always|each time|every time)\b", re.IGNORECASE)
_BETWEEN: Final = between()
_AROUND: Final = " ,.:;!–-"


def topic_in(words: str) -> tuple[str, str] | None:
    """Return which of one's things *words* are about, and the rest of them."""
    for topic, pattern in _TOPICS.items():
        found = pattern.search(words)
        if found is not None:
            return topic, _ALWAYS.sub("", f"{words[: found.start()]} {words[found.end() :]}").strip(_AROUND)
    return None


def chosen(request: Request, words: str, *, never: bool = False) -> Reply | None:
    """Return what *words* after ``rappelle-moi`` set, or ask; None where they are about one reminder, as usual."""
    both = _both(words)
    if both and request.private and not request.doubted:
        return _set(request, both)
    found = topic_in(words)
    if found is None:
        return None
    topic, said = found
    lead = leads.whole(said)
    ends = never or _NEVER.fullmatch(said) is not None
    bare = not said and _TOPICS[topic].match(words.strip(_AROUND)) is not None
    if lead is None and not ends and not bare:
        return None
    if request.doubted or not request.private:
        return ask(request, saying.in_private(request))
    if lead is None and not ends:
        return ask(request, saying.how_long_before(request, topic))
    return _set(request, {topic: None if ends else lead})


def _both(words: str) -> dict[str, Lead | None]:
    """Return what ``mes réunions 1h avant et mes tâches la veille`` set; nothing where it is not just that."""
    found = [topic_in(part) for part in parts(_BETWEEN, words, _AROUND)]
    leads_of = {topic[0]: leads.whole(topic[1]) for topic in found if topic is not None}
    whole = len(found) == len(leads_of) == len(_TOPICS) and all(lead is not None for lead in leads_of.values())
    return leads_of if whole else {}


def _set(request: Request, wanted: Mapping[str, Lead | None]) -> Reply:
    held = wish_of(request)
    before_it = {} if held is None else held.leads
    kept = {**before_it, **wanted}
    wish = LeadTimes(
        request.sender,
        request.event_id,
        {topic: lead for topic, lead in kept.items() if lead is not None},
        request.now,
    )
    before = held or LeadTimes(request.sender, request.event_id, {}, request.now)
    undone = (each for each in request.inverse if each.kind == KIND)
    return Reply(
        lines([saying.wished(request, wish, topic) for topic in wanted]),
        changes=(wish.written(request.served_by),),
        inverse=(next(undone, before.written(request.served_by)),),
    )


def wish_of(request: Request) -> LeadTimes | None:
    """Return what whoever asks has set."""
    found = request.state.get(KIND, wish_id(request.served_by, request.sender))
    return read(found, request.served_by)
