"""Whether what somebody says answers a question, and what they mean by it (pure).

Forgiving, because people answer as they speak: « mardi », « plutôt celui du 2, merci », « la deuxième », « oui ».
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bots.assistant.dispatch.loosely import called_loosely
from bots.assistant.talk.emoji import YES, bare_emoji, keycap
from bots.assistant.talk.question import Around, Candidate, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, lines_of, words_of
from bots.assistant.words.commands.courtesy import plain, thanks
from bots.assistant.words.commands.grammar import after_name
from bots.assistant.words.dates.times import AROUND, said_time, whole_time
from bots.assistant.words.names.people import Person, find, is_mention
from bots.assistant.words.objects.numbered import reference
from bots.assistant.words.objects.places import place_of
from bots.when.lengths import AMOUNT
from bots.when.saying import say
from bots.when.values import Range, When, understood
from config.identifiers import EventId


class How(Enum):
    """How sure it is that somebody speaks to us."""

    REPLY = auto()
    """It answers the message that asks, or names us."""
    NEXT = auto()
    """It is what they said next."""
    CROSSED = auto()
    """So it is, but somebody else has spoken meanwhile: it may be said to them."""
    LATER = auto()
    """They have said something else meanwhile: it counts only where it names us."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer makes this *command*; *answers* is what that answers, None: what the first message answered."""

    command: str
    answers: EventId | None = None


@dataclass(frozen=True, slots=True)
class Perhaps:
    """It would answer, and may be said to somebody else: that is asked."""

    taken: Taken


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing of it is wanted."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """It answers the question, and nobody knows how."""


Meant = Taken | Perhaps | Dropped | Unmatched | None
"""None: it is about something else."""

_YES: Final = frozenset(
    {
        "oui",
        "ouais",
        "si",
        "absolument",
        "exactement",
        "volontiers",
        "tout a fait",
        "bien sur",
        "c'est ca",
        "c'est cela",
    }
    | {"oui c'est ca", "oui merci", "oui oui", "vas-y", "allez-y", "oui vas-y", "👍", YES}
    | {"yes", "yep", "yeah", "sure", "of course", "exactly", "right", "yes please", "yes thanks", "do it"}
)
_CONSENT: Final = frozenset({"ok", "okay", "d'accord", "entendu", "parfait", "tres bien", "fais-le", "faites-le"})
_NO: Final = frozenset(
    {"non", "non merci", "aucun", "aucune", "aucun des deux", "ni l'un ni l'autre", "rien", "laisse tomber"}
    | {"laissez tomber", "laisse", "surtout pas", "pas du tout", "👎", "❌"}
    | {"no", "nope", "no thanks", "none", "neither", "nothing", "never mind", "nevermind", "forget it", "leave it"}
)
_BEHIND_YES: Final = frozenset(
    {"vas", "y", "vas-y", "allez", "allez-y", "fais", "fais-le", "faites", "faites-le", "le", "merci", "stp", "svp"}
    | {"je", "confirme", "c'est", "ca", "bien", "sur", "bon", "parfait", "ok", "oui", "d'accord", "exactement"}
    | {"please", "thanks", "go", "ahead", "do", "it", "that's", "right", "sure", "yes"}
)
_BEHIND_NO: Final = frozenset(
    {"non", "finalement", "merci", "on", "je", "la", "le", "les", "garde", "gardez", "gardons", "laisse", "laissez"}
    | {"tel", "telle", "tels", "telles", "quel", "quelle", "quels", "quelles", "comme", "ca", "maintient", "pas"}
    | {"maintiens", "attends", "rien", "tomber", "en", "fait", "du", "tout", "surtout", "change", "changez"}
    | {"no", "keep", "it", "them", "we", "actually", "leave", "thanks", "don't", "let's"}
)
"""What may follow « oui » or « non », and says nothing more."""
_FORGET: Final = frozenset({"laisse", "laissez", "oublie", "oubliez", "forget", "drop", "skip"})
_BEHIND_FORGET: Final = frozenset(
    {"tomber", "le", "la", "l'", "ce", "cette", "ca", "cela", "ma", "mon", "pour", "moment", "merci", "finalement"}
    | {"sondage", "reunion", "evenement", "rappel", "tache", "objectif", "demande", "question", "projet", "about"}
    | {"the", "this", "that", "it", "poll", "meeting", "event", "reminder", "task", "request", "for", "now", "thanks"}
)
"""What may follow « laisse tomber », and calls nothing by its name or number."""
_LED: Final = re.compile(r"^(?:(?:finalement|en fait|ah|ben|bah|euh|bon|mais|du coup|tout compte fait|actually|oh)\s)+")
_CANCEL: Final = frozenset({"annuler", "annule", "annulez", "cancel", "stop"})
_FILLERS: Final = AROUND
_ONLY: Final = frozenset({"seulement", "uniquement", "juste", "que", "only", "just"})
_THE_ONE: Final = re.compile(
    r"^(?:(?:pour|alors|plutôt|non|celle|celui|la (?:réunion|séance)|the one|on|du|de|le|la|the)\s+)+", re.IGNORECASE
)
_BY: Final = re.compile(
    rf"(?:(?:plutôt|plutot|décale|decale|repousse|avance)\s)?(?:de\s|d['’]|by\s){AMOUNT}"
    r"(?:\s(?:plus tard|plus tôt|plus tot|après|avant|later|earlier))?|(?:au |le )?lendemain|la veille"
    r"|la semaine (?:suivante|d['’]après)|the next day|the week after",
    re.IGNORECASE,
)
_LONGEST: Final = 200
"""Characters: nobody calls a candidate or a time by more, and to look for one takes long."""
_MOST_TIMES: Final = 12
_THANKS: Final = frozenset({"merci", "thanks", "thank"})
_SHORT: Final = 3
"""Words: what names us, answers no question and is longer is something else that we are asked."""


def read(request: Request, question: Question, how: How, is_command: Callable[[], bool]) -> Meant:
    """Return what *request* means as an answer to *question*.

    *is_command* tells whether it is a command by itself: asked only where it would be one word among many.
    """
    words, named = _words(request)
    if not words or words[0][0] in "!！":
        return None
    if how is How.LATER:
        return _later(words, request, question, is_command) if named else None
    surely = how is How.REPLY or named or request.direct
    meant = (
        _outright(_without_lead(phrase(words)), question, surely=surely)
        or (_loosely(words, question) if surely else None)
        or _at_its_time(words, question, request)
        or _filling(question.slot, words, request)
    )
    crossed = how is How.CROSSED and not surely
    if crossed or meant is not None:
        return _crossed(meant) if crossed else meant
    # A question that was left alone must not swallow what somebody says to us minutes later.
    if not surely or _only_thanks(words) or _goes_on(question) or is_command() or (how is How.NEXT and thanks(words)):
        return None
    if question.slot is not None and question.slot.takes is Takes.WORDS:
        return Taken(_filled(question.slot, "\n".join(" ".join(line) for line in lines_of(request, words))))
    not_enough = question.by_word and phrase(words) in _YES
    return Unmatched() if how is How.REPLY or not_enough or (named and len(words) <= _SHORT) else None


def read_of_others(request: Request, question: Question) -> Taken | None:
    """Return what somebody who was not asked says for themselves by consenting below *question*: its ``others``."""
    words, _ = _words(request)
    consents = bool(words) and phrase(words) in _YES | _CONSENT
    return Taken(question.others) if consents and question.others else None


def _later(
    words: Sequence[str], request: Request, question: Question, is_command: Callable[[], bool]
) -> Taken | Dropped | None:
    """Return what is meant after other things were said: a mere « oui » may be about those, “tâche 1” is a command."""
    said = phrase(words)
    called = None if said in _YES | _CONSENT else _called(said, question) or _at_its_time(words, question, request)
    return called if called is not None or is_command() else _filling(question.slot, words, request)


def _crossed(meant: Taken | Dropped | None) -> Perhaps | None:
    return Perhaps(meant) if isinstance(meant, Taken) else None


def _goes_on(question: Question) -> bool:
    """Tell whether *question* only offers more of a list: what else is said to its message is said of the list."""
    return not question.offered and question.slot is None


def _outright(said: str, question: Question, *, surely: bool) -> Taken | Dropped | None:
    """Return what is meant by consent, refusal, or one of the candidates."""
    if said in _NO or (surely and _refuses(said)):
        return Dropped()
    consents = said in _YES or (surely and (said in _CONSENT or _is_only(said, _YES | _CONSENT, _BEHIND_YES)))
    if consents and len(question.offered) == 1:
        only = question.offered[0]
        if not question.by_word:
            return _taken(only)
        own = _names(only)
        if said in own or (surely and own & _YES):
            return _taken(only)
        # What destroys for good wants its own word; nor is it done by a « oui » that may be meant for a colleague.
        return _taken(only) if surely and not only.words else None
    return _called(said, question)


def _refuses(said: str) -> bool:
    plain_no = _is_only(said, {"non", "no"}, _BEHIND_NO)
    return said in _CANCEL or plain_no or _is_only(said, _FORGET, _BEHIND_FORGET)


def _is_only(said: str, first: Collection[str], behind: Collection[str]) -> bool:
    """Tell whether *said* begins with one of *first*, and says nothing more: « non finalement on la garde »."""
    head, *rest = said.split() or [""]
    return head in first and all(word in behind for word in rest)


def _called(said: str, question: Question) -> Taken | None:
    candidate = _meant(said, question) if 0 < len(said) <= _LONGEST else None
    return None if candidate is None else _taken(candidate)


def pressed(key: str, question: Question) -> Taken | Dropped | None:
    """Return what the reaction *key* answers; None where it is no answer, or none that counts by a reaction."""
    if question.by_word:
        return None
    bare, offered = bare_emoji(key), question.offered
    if bare in ("❌", "✖", "👎"):
        return Dropped()
    if len(offered) == 1:
        return _taken(offered[0]) if bare in (YES, "✔", "☑", "👍") else None
    number = keycap(key)
    return _taken(offered[number - 1]) if number is not None and number <= len(offered) else None


def phrase(words: Sequence[str]) -> str:
    """Return *words* as they are compared: « Oui, merci ! » is ``oui merci``."""
    folded = " ".join(fold(each).strip('.,;:!?«»"“”()') for each in words)
    # Folding may leave a lone space of a letter: of « ¨ », for one.
    return " ".join(folded.split())


def consents(said: str) -> bool:
    """Tell whether *said* is « oui », in whatever words, and calls nothing by its name."""
    return phrase(said.split()) in _YES | _CONSENT


def _words(request: Request) -> tuple[list[str], bool]:
    words = words_of(request)
    rest, _ = after_name(words, request)
    return [*plain(words if rest is None else rest)], rest is not None


def _taken(candidate: Candidate) -> Taken:
    return Taken(candidate.command, candidate.answers)


def _meant(said: str, question: Question) -> Candidate | None:
    for form in _forms(said):
        fitting = [each for each in question.candidates if form in _names(each)]
        if len(fitting) == 1:
            return fitting[0]
        at = place_of(form, len(question.offered))
        if at is not None:
            return question.offered[at]
    return None


def _forms(said: str) -> Iterator[str]:
    """Yield what is said, then without the words before it that only lead there."""
    yield said
    words = said.split()
    while len(words) > 1 and words[0] in _FILLERS:
        del words[0]
        yield " ".join(words)


def _names(candidate: Candidate) -> frozenset[str]:
    return frozenset(phrase(each.split()) for each in candidate.names)


def _without_lead(said: str) -> str:
    """Return « finalement non » without what leads there."""
    return _LED.sub("", said) or said


def _loosely(words: Sequence[str], question: Question) -> Taken | None:
    candidate = called_loosely(words, question)
    return None if candidate is None else _taken(candidate)


def _at_its_time(words: Sequence[str], question: Question, request: Request) -> Taken | None:
    """Return the candidate that says the same time in other words, of either language: “tomorrow 9am”."""
    meant = said_time(" ".join(words), request)
    if meant is None or len(question.candidates) > _MOST_TIMES:
        return None
    fitting = [each for each in question.candidates if any(said_time(name, request) == meant for name in each.names)]
    return _taken(fitting[0]) if len(fitting) == 1 else None


def _only_thanks(words: Sequence[str]) -> bool:
    """Tell whether *words* thank, and say nothing else: « merci beaucoup » chooses nothing, and asks nothing."""
    return thanks(words) and bool({fold(word).strip(".,;:!") for word in words} & _THANKS)


def _filling(slot: Slot | None, words: Sequence[str], request: Request) -> Taken | None:
    filled = None if slot is None else _fitting(slot, words, request)
    return None if slot is None or filled is None else Taken(_filled(slot, filled))


def _filled(slot: Slot, words: str) -> str:
    assert isinstance(slot.place, Around), "it has not been completed"
    return f"{slot.place.before}{words}{slot.place.after}"


def _fitting(slot: Slot, words: Sequence[str], request: Request) -> str | None:
    """Return *words* as they fit into *slot*; None where they are nothing of the sort, or more than that."""
    match slot.takes:
        case Takes.TIME:
            return _time(words, request)
        case Takes.SHIFT:
            return _time(words, request) or _by_how_much(words)
        case Takes.PERSON:
            return _people(words, request)
        case Takes.NUMBER:
            return _numbers(words, slot)
        case Takes.ONE_DAY:
            return _one_day(words, request)
        case _:
            return None


def _time(words: Sequence[str], request: Request) -> str | None:
    """Return the time that *words* say, in the language of the command: « tomorrow 9am » is said anew there."""
    said = " ".join(words)
    if len(said) > _LONGEST:
        return None
    found = whole_time(said, request, request.language)
    if found is not None:
        return " ".join(understood(said, found.spans))
    value = said_time(said, request)
    return None if value is None else say(value, request.language)


def _by_how_much(words: Sequence[str]) -> str | None:
    """Return by how much something is moved: « d'une semaine », « de 2 jours plus tard », « au lendemain »."""
    said = " ".join(words).strip(" .,;!")
    return said if len(said) <= _LONGEST and _BY.fullmatch(said) else None


def _one_day(words: Sequence[str], request: Request) -> str | None:
    """Return the one of a series that *words* call by its day: « celle du 8 seulement », “the 8th only”."""
    said = " ".join(word for word in words if fold(word).strip(".,;!") not in _ONLY).strip(" .,;!")
    day = _THE_ONE.sub("", said)
    for lead, language in (("le ", "fr"), ("", "fr"), ("the ", "en"), ("", "en")):
        found = whole_time(f"{lead}{day}", request, "fr" if language == "fr" else "en")
        if isinstance(found, When) and found.rule is None and found.all_day and not isinstance(found.value, Range):
            return f"celle du {day}" if language == "fr" else f"the one on {lead}{day}"
    return None


def _people(words: Sequence[str], request: Request) -> str | None:
    meant = [each.strip(".,;:!?") for each in words if fold(each) not in _FILLERS | {"and", "&"}]
    signed = [each if is_mention(each) else f"@{each}" for each in meant]
    known = (is_mention(each) or isinstance(find(at, request), Person) for each, at in zip(meant, signed, strict=True))
    return " ".join(signed) if meant and all(known) else None


def _numbers(words: Sequence[str], slot: Slot) -> str | None:
    said = " ".join(words).replace(",", " ").split()
    # “Tâche 1” is no answer to “Which poll?”: it is said of something else.
    meant = [each for each in said if fold(each) not in _FILLERS and fold(each) not in slot.nouns]
    return ", ".join(meant) if meant and all(reference(each) is not None for each in meant) else None
