"""What people call events, and how each is added by its name: « réunion mardi 10h », « ajoute une visite … » (pure)."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from bots.assistant.talk.needing import rooms_alone
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.command import Command
from bots.assistant.words.dates.period import is_period
from bots.events.kept.kinds import KIND
from bots.events.talk import adding
from bots.events.talk.plain import naming

_NOUNS: Final = {
    "réunion": ("réunion", "une réunion", "réu"),
    "rendez-vous": ("rendez-vous", "rdv", "un rendez-vous", "un rdv"),
    "conseil municipal": ("conseil municipal",),
    "permanence": ("permanence",),
    "meeting": ("meeting", "a meeting"),
    "appointment": ("appointment", "an appointment"),
}
"""What people call an event without a verb, and as the beginning of its title."""
_TIMED: Final = {
    noun: (noun, f"{article} {noun}")
    for article, nouns in {
        "un": (
            *("point", "entretien", "atelier", "séminaire", "colloque", "congrès", "spectacle", "concert", "repas"),
            *("goûter", "pot", "comité", "comité de pilotage", "copil", "conseil", "exercice", "don du sang"),
            *("marché de Noël", "webinaire", "salon", "tournoi", "vide-grenier", "dépôt de gerbe", "mariage"),
            *("baptême civil", "parrainage civil", "banquet", "bal", "forum", "vernissage", "CM", "CHSCT"),
            *(
                "bureau municipal",
                "bureau communautaire",
                "conseil syndical",
                "conseil d'administration",
                "CA",
                "CODIR",
            ),
            *("groupe de travail", "comité syndical", "pique-nique", "petit-déjeuner", "loto", "apéro", "débriefing"),
        ),
        "une": (
            *("commission", "conférence", "conférence de presse", "cérémonie", "assemblée générale", "inauguration"),
            *("visite", "séance", "formation", "audience", "visioconférence", "visio", "kermesse", "brocante"),
            *("collecte de sang", "commémoration", "répétition", "enquête publique", "séance plénière"),
            *("remise de médailles", "fête", "noce", "réception", "plénière", "AG", "rencontre", "signature"),
            *("permanence", "messe", "projection", "exposition", "veillée", "porte ouverte"),
        ),
        "des": ("obsèques", "vœux", "noces", "entretiens"),
    }.items()
    for noun in nouns
}
"""What takes place where a day or an hour is said with it, and may be a mere word where none is."""
_CALLED: Final = {
    "réunion": ("une réunion", "un réunion", "une réu", "la réunion", "notre réunion", "réunion", "réu"),
    "rendez-vous": ("un rendez-vous", "un rdv", "mon rendez-vous", "mon rdv", "le rdv", "rendez-vous", "rdv"),
    **{
        noun: (noun, f"le {noun}", f"un {noun}", f"du {noun}")
        for noun in ("conseil municipal", "conseil communautaire", "conseil d'école", "conseil", "comité", "atelier")
    },
    **{
        noun: (noun, f"la {noun}", f"une {noun}")
        for noun in ("commission", "permanence", "conférence", "cérémonie", "assemblée générale", "inauguration")
    },
    "meeting": ("a meeting", "the meeting", "meeting"),
    "appointment": ("an appointment", "the appointment", "appointment"),
}
"""What stands behind « ajoute », and begins the title: with a time, it is no task."""
_DAYS: Final = re.compile(r"(?<!\w)(?:du \d{1,2}(?:er)?|from \d{1,2}) .{0,12}?(?:au|to) \d{1,2}(?:er)?(?!\w)")
_HOUR: Final = re.compile(r"(?<!\w)\d{1,2}\s?(?:h|heures?|:[0-5]\d)(?:[0-5]\d)?(?!\w)|(?<!\w)\d{1,2}/\d{1,2}(?!\w)")
_CLOCK: Final = re.compile(r"(?<!\w)\d{1,2}\s?(?:h|heures?|:[0-5]\d|am|pm)(?:[0-5]\d)?(?!\w)", re.IGNORECASE)
_PASSES: Final = frozenset({"passe", "passera"})
_ONTO: Final = frozenset({"a", "au", "en", "du"})
"""« La réunion passe à 10h », « passe du lundi au mardi »."""
_BECOMES: Final = {
    **dict.fromkeys(("annule", "annulee", "cancelled", "canceled"), "annule"),
    **dict.fromkeys(("reporte", "reportee", "decale", "decalee", "deplace", "deplacee", "avancee"), "reporte"),
    **dict.fromkeys(("repousse", "repoussee", "postponed", "moved"), "reporte"),
}
"""What is said of an event that is there, and the order that it is."""
_MOST_BEFORE: Final = 4
_BINDING: Final = frozenset({"suite", "sur", "pour", "apres", "bilan", "about", "after", "on", "for"})
"""Behind these, it is said of something else."""
_ASKING: Final = frozenset({"réunion", "rendez-vous", "meeting", "appointment"})
_ALONE: Final = frozenset({"une", "un", "a", "an"})
_ADDING: Final = (
    *("ajouter", "ajoute", "ajoutez", "ajout", "ajoutes", "rajoute", "créer", "crée", "planifier", "planifie"),
    *("prévoir", "prévois", "prévoit", "prévoyez", "programmer", "noter", "note", "mettre", "mets"),
    *("notez", "mettez", "inscris", "inscrire", "inscrivez", "programmez", "planifiez"),
    *("note que j'ai", "notez que j'ai", "note que nous avons", "note qu'on a", "add", "create", "schedule", "plan"),
)

_PUTTING: Final = frozenset({"mets", "mettre", "mettez"})
_DEFINITE: Final = ("la ", "le ", "l'", "notre ", "mon ", "the ")
_INTO_AGENDA: Final = (*_ADDING, "met", "écris", "put")
_BLOCK: Final = ("bloque", "bloquer", "bloquez", "bloque-moi", "bloque-nous")
_THAT: Final = ("", " que j'ai", " que nous avons", " qu'on a", " qu'il y a")
_MINE: Final = (
    *("dans mon agenda", "à mon agenda", "sur mon agenda", "dans mon calendrier", "à mon calendrier"),
    *("in my agenda", "to my agenda", "in my calendar", "to my calendar"),
)
_OURS: Final = (
    *("à l'agenda", "dans l'agenda", "sur l'agenda", "dans notre agenda", "à notre agenda", "dans le calendrier"),
    *("au calendrier", "in the agenda", "to the agenda", "in the calendar", "to the calendar"),
)
"""« ajoute dans mon agenda dentiste mercredi 15h30 »: an event, whatever it is called."""


def commands() -> Iterator[Command]:
    """Yield what adds an event that is called by its noun, with or without a verb before it."""
    for noun, called in _NOUNS.items():
        yield Command(
            name=f"event.add.{noun}",
            topic=KIND,
            forms=tuple(form for form in called if " " not in form),
            short=called,
            banged=called,
            handle=partial(add, noun=noun),
            takes=_says_nothing_else_or_when,
            needs=rooms_alone,
        )
    for noun, called in _CALLED.items():
        yield from _adding(noun, called)
    for noun, called in _TIMED.items():
        said = tuple(f"{verb} {name}" for verb in _ADDING for name in called if name != noun)
        yield Command(
            name=f"event.add.{noun}.hour",
            topic=KIND,
            short=said,
            banged=said,
            handle=partial(adding.add, noun=noun),
            takes=_says_hour,
            needs=rooms_alone,
        )
    yield Command(
        name="event.add.behind",
        topic=KIND,
        short=_INTO_AGENDA,
        banged=_INTO_AGENDA,
        handle=adding.add,
        takes=lambda words: adding.for_agenda(words) and _speaks_of_time(words),
        needs=rooms_alone,
    )
    yield Command(
        name="event.add.blocked",
        topic=KIND,
        short=_BLOCK,
        banged=_BLOCK,
        handle=_block,
        takes=_says_when,
        needs=rooms_alone,
    )
    for name, agendas, mine in (("mine", _MINE, True), ("ours", _OURS, False)):
        said = tuple(f"{verb} {where}{that}" for verb in _INTO_AGENDA for where in agendas for that in _THAT)
        yield Command(
            name=f"event.add.{name}",
            topic=KIND,
            short=said,
            banged=said,
            handle=partial(adding.add, mine=mine),
            takes=has_words,
            needs=rooms_alone,
        )
    for noun, called in _TIMED.items():
        yield Command(
            name=f"event.add.{noun}",
            topic=KIND,
            short=called,
            handle=partial(add, noun=noun),
            takes=_says_when,
            needs=rooms_alone,
            exact=True,
        )


def add(request: Request, rest: list[str], noun: str) -> Reply:
    """Add what *rest* says; of « réunion annulée demain 8h », ask for the one that is there."""
    order = _order(rest)
    if order is not None:
        return naming.of_noun(request, noun, order)
    # What is said of one that is there is none to be added: « réunion CCAS, finalement c'est à 18h30 ».
    return naming.changed(request, " ".join((noun, *rest))) or adding.add(request, rest, noun)


def _put(request: Request, rest: list[str], noun: str) -> Reply:
    """Move the one that is there, « mets la réunion budget à 15h »; else add it."""
    return naming.changed(request, " ".join(("déplace", noun, *rest))) or adding.add(request, rest, noun)


def _block(request: Request, rest: list[str]) -> Reply:
    """Add what time is kept free for: « bloque le jeudi 21 janvier toute la journée pour le recensement »."""
    time, for_, what = " ".join(rest).partition(" pour ")
    return adding.add(request, f"{what} {time}".split() if for_ else rest)


def _order(words: list[str]) -> list[str] | None:
    """Return the verb, and the words without it, where they say what becomes of an event; None where they do not."""
    said = [fold(word.strip(",;:")) for word in words[: _MOST_BEFORE + 1]]
    at = next(
        (at for at, word in enumerate(said) if word in _BECOMES or (word in _PASSES and _goes_on(words, at))), None
    )
    if at is None or _BINDING & {*said[:at]}:
        return None
    return [_BECOMES.get(said[at], "reporte"), *words[:at], *words[at + 1 :]]


def _goes_on(words: list[str], at: int) -> bool:
    return {fold(word) for word in words[at + 1 : at + 2]} <= _ONTO and len(words) > at + 2


def _adding(noun: str, called: tuple[str, ...]) -> Iterator[Command]:
    """Yield what « ajoute une réunion … » is: without a time, only where nothing but an event is called so."""
    plainly = tuple(name for name in called if noun in _ASKING and name.split()[0] in _ALONE)
    timed = tuple(name for name in called if name not in plainly)
    there = tuple(f"{verb} {name}" for verb in _PUTTING for name in timed if name.startswith(_DEFINITE))
    if there:
        yield Command(
            name=f"event.put.{noun}",
            topic=KIND,
            short=there,
            banged=there,
            handle=partial(_put, noun=noun),
            takes=_speaks_of_time,
            needs=rooms_alone,
        )
    for which, names, takes in (("", plainly, None), (".timed", timed, _speaks_of_time)):
        said = tuple(said for verb in _ADDING for name in names if (said := f"{verb} {name}") not in there)
        yield Command(
            name=f"event.add.{noun}.said{which}",
            topic=KIND,
            short=said,
            banged=said,
            handle=partial(adding.add, noun=noun),
            takes=takes,
            needs=rooms_alone,
        )


def _says_when(words: list[str]) -> bool:
    """Tell whether *words* name a day or an hour, and ask nothing."""
    said = " ".join(words)
    asks = said.rstrip().endswith("?")
    dated = _HOUR.search(said) is not None or _DAYS.search(said) is not None
    return not asks and (dated or any(is_period([word]) for word in words if len(word) > 4))


def _says_hour(words: list[str]) -> bool:
    """Tell whether *words* say an hour: « ajoute une signature pour vendredi » may be something to do."""
    return _CLOCK.search(" ".join(words)) is not None


def _speaks_of_time(words: list[str]) -> bool:
    """Tell whether *words* may say when: a number, or the name of a day."""
    return any(any(map(str.isdigit, word)) for word in words) or any(
        is_period([word]) for word in words if len(word) > 4
    )


def _says_nothing_else_or_when(words: list[str]) -> bool:
    """Tell whether the noun stands alone, and is asked about, or with a time."""
    return not words or _speaks_of_time(words)
