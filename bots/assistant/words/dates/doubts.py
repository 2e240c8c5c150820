"""A time that is not clear, as a question: what it may mean, each as it would have been written clearly (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from bots.assistant.talk.markup import NOTHING, code, fill, join, text
from bots.assistant.talk.question import WHOLE, Candidate, Instead, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import spoken
from bots.assistant.words.dates.apart import apart
from bots.when.finding import find
from bots.when.saying import ask, say, say_choice, say_rule
from bots.when.values import Code, Doubt, Locale, Range, Series, Value, When, understood

# What else people say for the candidates of each doubt, in their order.
_WORDS: Final = {
    Code.WHICH_WEEK: (
        ("cette semaine", "celle-ci", "ce", "this week", "this one"),
        ("la semaine prochaine", "semaine prochaine", "la suivante", "la prochaine", "next week", "the next one"),
    ),
    Code.WHICH_HALF: (
        ("le matin", "matin", "du matin", "am", "a.m", "in the morning", "morning"),
        ("l'après-midi", "après-midi", "de l'après-midi", "pm", "p.m", "in the afternoon", "afternoon"),
    ),
    Code.WHICH_MIDNIGHT: (
        ("au début", "début", "as it begins", "the beginning"),
        ("à la fin", "fin", "as it ends", "the end"),
    ),
    Code.WHICH_ORDER: (
        ("le jour d'abord", "jour d'abord", "the day first", "day first"),
        ("le mois d'abord", "mois d'abord", "the month first", "month first"),
    ),
    Code.WHICH_YEAR: (("l'année prochaine", "l'an prochain", "next year"), ("cette année", "this year")),
}
_ONCE: Final = ("une fois", "une seule fois", "juste une fois", "1 fois", "once", "only once", "just once", "one time")
_WEEKLY: Final = (
    *("chaque semaine", "toutes les semaines", "hebdomadaire", "à chaque fois", "toujours"),
    *("every week", "weekly", "each week", "always"),
)
_MONTHLY: Final = (
    "chaque mois",
    "tous les mois",
    "mensuel",
    "toujours",
    "every month",
    "monthly",
    "each month",
    "always",
)
_NO_DATE: Final = (
    *("sans date", "pas de date", "aucune date", "pas une date", "ce n'est pas une date", "sans échéance"),
    *("no date", "without a date", "not a date"),
)
_EACH: Final = (
    *("les deux", "les trois", "les quatre", "les 2", "les 3", "tous", "toutes", "tous les deux", "toutes les deux"),
    *("chacun", "chacune", "chacun de son côté", "chacune de son côté", "séparément", "les deux séparément"),
    *("l'un et l'autre", "les deux tâches", "both", "both of them", "all", "all of them", "each", "each by itself"),
)
_EVERY: Final = {Code.ONCE_OR_WEEKLY: _WEEKLY, Code.ONCE_OR_MONTHLY: _MONTHLY}


def doubtful(request: Request, words: str, doubt: Doubt) -> Question:
    """Ask what *doubt*, about *words*, means; an answer stands in place of what is not clear."""
    gettext = request.texts.gettext
    pieces = understood(words, doubt.spans)
    instead = Instead(pieces)
    head, several = _several(request, words, doubt, pieces)
    kept = doubt if not several else replace(doubt, candidates=tuple(several.values()), series=())
    candidates = [
        each if each.place != WHOLE else replace(each, place=instead) for each in _candidates(request, words, kept)
    ]
    if several:
        candidates.insert(0, _both(request, head, tuple(several)))
    # Those that are listed below need not be named above.
    named = doubt if len(candidates) < 2 else replace(doubt, candidates=(), series=())
    sentence = ask(words, named, request.language)
    if len(pieces) == 1:
        candidates.append(Candidate(NOTHING, f"“{pieces[0]}”", instead, words=_NO_DATE, hidden=True))
    foot = text(gettext("Nothing is changed yet. You can also say another day, or edit your message."))
    asked = text(f"{sentence[:1].upper()}{sentence[1:]}")
    return Question(asked, tuple(candidates), Slot(Takes.TIME, instead), foot=foot)


def _several(request: Request, words: str, doubt: Doubt, pieces: Sequence[str]) -> tuple[str, dict[str, Value]]:
    """Return how the message begins, and the commands of one time each that may follow there; none where unclear."""
    said = spoken(request).strip()
    first = words.split(maxsplit=1)[:1]
    start = said.find(first[0]) if first else -1
    if doubt.code is not Code.SEVERAL or start < 1 or "\n" in said:
        return "", {}
    return said[:start], apart(request, said[start:], pieces)


def _both(request: Request, head: str, parts: Sequence[str]) -> Candidate:
    """Offer each of *parts* as a command of its own."""
    sentence = request.texts.gettext("each by itself: {parts}")
    shown = join(", ", [code(part) for part in parts])
    puts = "\n".join(f"{head}{part}" for part in parts)
    return Candidate(fill(sentence, parts=shown), puts, WHOLE, words=_EACH)


def _candidates(request: Request, words: str, doubt: Doubt) -> Iterator[Candidate]:
    """Yield what it may mean, as far as it can be said clearly."""
    language = request.language
    said = [(each, say_choice(doubt, each, language)) for each in doubt.choices]
    clear = [(choice, each) for choice, each in said if isinstance(_read(each, request), When)]
    names = [[*_names(choice, language)] for choice, _ in clear]
    more = _WORDS.get(doubt.code, ()) if len(clear) == len(said) else ()
    # The comma keeps an hour from the figures of a title: « à 14 h, 12 chaises ».
    end = "," if words[doubt.spans[-1][1] :].lstrip()[:1].isdigit() else ""
    for at, (choice, phrase) in enumerate(clear):
        others = {name for number, some in enumerate(names) if number != at for name in some}
        own = [name for name in names[at] if name not in others]
        if doubt.code in _EVERY:
            own += _EVERY[doubt.code] if isinstance(choice, Series) else _ONCE
        label = text(say_rule(choice.rule, language) if isinstance(choice, Series) else phrase)
        found = Candidate(label, f"{phrase}{end}", words=(*own, *(more[at] if at < len(more) else ())))
        yield found if choice != doubt.otherwise else _without(understood(words, doubt.unread), found)


def _without(unread: Sequence[str], candidate: Candidate) -> Candidate:
    """Return *candidate* as it is where the one word in doubt is no time after all: it stays, in quotes."""
    if len(unread) != 1:
        return candidate
    return replace(candidate, puts=f"“{unread[0]}”", place=Instead((unread[0],)))


def _read(said: str, request: Request) -> object:
    return find(said, request.here, request.zone, request.language)


def _names(choice: Value | Series, language: Locale) -> Iterator[str]:
    """Yield what people call a day, a moment or a recurrence: ``mardi``, ``le 2``, ``2 décembre``, ``à 14 h``."""
    yield say(choice, language)
    if isinstance(choice, Series):
        yield say_rule(choice.rule, language)
        return
    start = choice.start if isinstance(choice, Range) else choice
    yield from _days(start, language)
    if isinstance(start, datetime):
        hour, minute = start.hour, f"{start.minute:02}"
        yield from (f"{hour}h{minute}", f"à {hour}h{minute}", f"{hour}:{minute}", f"at {hour}:{minute}")
        if not start.minute:
            yield from (f"{hour}h", f"à {hour}h", f"{hour} h", f"à {hour} h", f"{hour} heures", f"à {hour} heures")


def _days(day: date, language: Locale) -> Iterator[str]:
    weekday, number, month, year = say(date(day.year, day.month, day.day), language).split(" ")
    yield from (weekday, f"{weekday} {number}", f"{weekday} {number} {month}", f"{number} {month}")
    yield from (f"le {number}", f"le {day.day}", f"the {number}", f"le {number} {month}", f"{number} {month} {year}")
    yield from (f"{month} {number}", f"{day.day}/{day.month}", f"{day.day:02}/{day.month:02}", year)
