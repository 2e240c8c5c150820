"""What people can ask about reminders, as one table (pure)."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.errand import StandingErrand
from bots.assistant.talk.later import firing
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.scene import Key, Scene
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.command import Command
from bots.assistant.words.objects.numbered import reference
from bots.reminders import asking, changing, plain, rung, supposing
from bots.reminders.ahead import watching
from bots.reminders.ahead.kept import KIND as WISH
from bots.reminders.ahead.sources import NO_SOURCES, ReminderSources
from bots.reminders.ahead.tied import speaks_of_lead
from bots.reminders.ahead.watching import WATCH, Watching
from bots.reminders.found import FINDER
from bots.reminders.reminder import KIND
from bots.reminders.ringing import KEEP, RING, ReminderKeeper, Ringing, standing
from bots.reminders.room import alarm, sounding
from bots.reminders.room.audience import names_some
from config.identifiers import UserId
from config.texts import mark

TOPIC: Final = "reminder"
_REMIND: Final = (
    *("rappelle-moi", "rappelle moi", "rappelez-moi", "rappelez moi", "rappeler-moi", "rappeler moi", "me rappeler"),
    *("n'oublie pas de me rappeler", "n'oubliez pas de me rappeler", "pense à me rappeler", "pensez à me rappeler"),
    *("remind me", "don't forget to remind me"),
)
_WOULD: Final = (
    *("il faut", "il faudra", "il faudrait", "faut", "merci de bien vouloir", "veuillez", "peux-tu aussi"),
    *("pouvez-vous aussi", "ne pas oublier de", "n'oublie pas de", "n'oubliez pas de", "pense à", "pensez à"),
    "pense bien à",
)
_THAT_YOU: Final = (
    *("j'aimerais que", "je voudrais que", "je veux que", "il faut que", "il faudrait que", "je souhaite que"),
    "j'ai besoin que",
)
_YOU_REMIND: Final = (
    *("tu {} rappelles", "tu {} rappelle", "tu {} rappelleras", "vous {} rappelez", "vous {} rappellerez"),
    "vous {} rappeliez",
)


def _as_statement(whom: str) -> tuple[str, ...]:
    """Return how people ask by a statement: « tu me rappelles … », « il faudra me rappeler … »."""
    said = tuple(each.format(whom) for each in _YOU_REMIND)
    return (
        *said,
        *(f"{wish} {each}" for wish in _THAT_YOU for each in said),
        *(f"{wish} {whom} rappeler" for wish in _WOULD),
    )


_THINK: Final = (
    *("fais-moi penser", "faites-moi penser", "me faire penser", "tu me fais penser", "tu me feras penser"),
    *("vous me faites penser", "vous me ferez penser"),
    *("tu me le rappelles", "rappelle-le-moi", "me le rappeler"),
)
_MISSPELT: Final = (
    *("rappelles-moi", "rappeles-moi", "rappele-moi", "rapelle-moi", "rapele-moi", "rappel-moi", "rapel-moi"),
    *("rappeler-moi", "rappelé-moi", "rappellez-moi", "rapellez-moi", "rapelez-moi"),
)
_WARN: Final = (
    *("préviens-moi", "prévenez-moi", "me prévenir", "avertis-moi", "avertissez-moi", "m'avertir", "alerte-moi"),
    *("alertez-moi", "m'alerter", "tu me préviens", "vous me prévenez", "tu m'avertis", "tu m'alertes"),
    *("notifie-moi", "bipe-moi", "fais-moi signe", "warn me", "alert me", "notify me"),
)
_IF: Final = frozenset(
    {
        "si",
        "s'il",
        "s'ils",
        "quand",
        "lorsque",
        "lorsqu'il",
        "des",
        "de",
        "du",
        "que",
        "qu'il",
        "en",
        "if",
        "when",
        "as",
    }
    | {"once", "about", "of", "that", "lorsqu'elle", "s'il", "sitot", "aussitot"}
)
"""What may follow « préviens-moi » and is no time."""
_PUT: Final = tuple(
    f"{verb} {noun}"
    for verb in (
        *("mets-moi", "mets", "mettez-moi", "mettez", "mettre", "me mettre", "pose", "pose-moi", "poser", "ajoute"),
        *("ajoute-moi", "ajoutez", "ajouter", "crée", "crée-moi", "créez", "créer", "programme", "programme-moi"),
        *("programmez", "programmer", "note", "note-moi", "noter", "fais-moi", "faire", "add", "set", "create", "put"),
    )
    for noun in ("un rappel", "un petit rappel", "une alarme", "une alerte", "a reminder", "an alarm")
)
_REMINDER: Final = ("rappel", "un rappel", "reminder", "a reminder")
_REMIND_US: Final = (
    *("rappelle-nous", "rappelle nous", "rappelez-nous", "rappelez nous", "nous rappeler", "remind us"),
    *("n'oublie pas de nous rappeler", "pense à nous rappeler", "pensez à nous rappeler"),
)
_REMIND_WHOM: Final = ("rappelle", "rappelez", "rappeler", "remind")
_TELL: Final = (
    *("dis", "dites", "dire", "préviens", "prévenez", "prévenir", "avertis", "avertissez", "avertir", "informe"),
    *("informez", "informer", "alerte", "alertez", "alerter", "tell", "warn", "notify"),
)
_LIST: Final = (
    *("mes rappels", "rappels", "les rappels", "liste des rappels", "quels sont mes rappels"),
    *("quels rappels j'ai", "quels rappels ai-je", "j'ai quels rappels", "j'ai quoi comme rappels", "quels rappels"),
    *("quels sont les rappels", "est-ce que j'ai des rappels", "ai-je des rappels", "montre mes rappels"),
    *("la liste des rappels", "la liste de mes rappels", "liste de mes rappels", "tous mes rappels"),
    *("list of reminders", "the list of reminders", "list of my reminders", "the list of my reminders"),
    *("my reminders", "reminders", "list reminders", "what are my reminders"),
)
_NOUNS: Final = (
    *("le rappel", "rappel", "mon rappel", "reminder", "the reminder", "my reminder"),
    *("les rappels", "rappels", "mes rappels", "reminders", "the reminders", "my reminders"),
)
_WHEN_OF: Final = ("l'heure", "la date", "l'horaire", "le jour", "the time", "the date")
_MOVE: Final = tuple(
    f"{verb} {noun}"
    for verb in (
        *("reporter", "reporte", "repousser", "repousse", "décaler", "décale", "déplacer", "déplace", "avancer"),
        *(
            "avance",
            "modifier",
            "modifie",
            "changer",
            "change",
            "mettre",
            "mets",
            "passer",
            "passe",
            "move",
            "postpone",
        ),
    )
    for noun in (
        *_NOUNS,
        *(f"{what} {of}" for what in _WHEN_OF for of in ("du rappel", "de mon rappel", "of reminder")),
    )
)
_ALL_NOUNS: Final = (
    *("mes rappels", "my reminders"),
    *("tous mes rappels", "tous les rappels", "all my reminders", "all reminders", "all the reminders"),
)
_DROP: Final = (
    *("annuler", "annule", "annulez", "supprimer", "supprime", "supprimez", "effacer", "efface", "arrêter", "arrête"),
    *("retirer", "retire", "enlever", "enlève", "cancel", "delete", "drop", "stop", "remove"),
)
_NO_MORE: Final = (
    *("arrête de me rappeler", "arrêtez de me rappeler", "arrêter de me rappeler", "ne me rappelle plus"),
    *("ne me rappelez plus", "ne me rappelle pas", "plus besoin de me rappeler", "stop reminding me of"),
    *("stop reminding me about", "stop reminding me", "do not remind me of", "don't remind me of"),
)
_THE: Final = ("le rappel", "mon rappel", "the reminder", "my reminder")
_DAYS: Final = frozenset(
    {"de", "du", "des", "pour", "cette", "ce", "demain", "aujourd'hui", "lundi", "mardi", "mercredi", "jeudi"}
    | {"vendredi", "samedi", "dimanche", "le", "la", "for", "of", "on", "this", "next", "today", "tomorrow"}
)


def reminders(sources: ReminderSources = NO_SOURCES) -> Capability:
    """Return what can be asked about reminders; *sources* tell of what one may be reminded beforehand."""
    return Capability(
        kinds=frozenset({KIND, WISH, alarm.KIND, firing.KIND}),
        common=frozenset({alarm.KIND, firing.KIND}),
        commands=_commands(sources),
        undone=changing.undone,
        reactions={"⏰": changing.again, "✅": changing.enough, "🗑": changing.dropped},
        errands={
            RING: Ringing(),
            KEEP: ReminderKeeper(),
            sounding.SOUND: sounding.Sounding(),
            WATCH: Watching(sources),
        },
        instant=frozenset({RING, KEEP, sounding.SOUND}),
        answered=changing.answered,
        called=changing.called_by_number,
        plain=plain.answer,
        plain_first=True,
        plain_needs=plain.needs,
        supposed=supposing.supposed,
        standing=_standing,
        repeated=sounding.repeated,
        finders=(FINDER,),
    )


def _standing(scene: Scene, me: UserId, keys: Iterable[Key] | None = None) -> Iterator[StandingErrand]:
    yield from standing(scene, me, keys)
    yield from sounding.standing(scene, me, keys)
    yield from watching.standing(scene, me, keys)


def _rooms(request: Request, rest: list[str]) -> Needs:
    return NOTHING if request.private and not speaks_of_lead(rest) else ROOMS


def _cancelling(nouns: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{verb} {noun}" for verb in _DROP for noun in nouns)


def _names_one(words: list[str]) -> bool:
    """Tell whether *words* call a reminder, and say something of it."""
    return len(words) > 1 and (reference(words[0]) is not None or fold(words[0]).startswith(("d", "of", "about")))


def _says_when(words: list[str]) -> bool:
    """Tell whether words follow, and no condition: « préviens-moi si le préfet appelle » asks what nobody can do."""
    return has_words(words) and fold(words[0]) not in _IF


def _speaks_of_days(words: list[str]) -> bool:
    """Tell whether no words follow, or some that begin as a day does."""
    said = [bare for word in words if (bare := fold(word).strip("?!. "))]
    if said in (["en", "cours"], ["en", "attente"], ["a", "venir"], ["prevus"]):
        return True
    return not has_words(words) or fold(words[0]).rstrip(",") in _DAYS or fold(words[0]).startswith("d'")


def _commands(sources: ReminderSources) -> tuple[Command, ...]:
    return (
        Command(
            name="reminder.me",
            topic=TOPIC,
            short=(*_REMIND, *_as_statement("me"), *_THINK),
            banged=_REMIND,
            handle=partial(asking.remind, sources=sources),
            usage=mark("remind me tomorrow at 9 am to call the mayor"),
            about=mark("says it to you then, in our direct conversation; also “every Monday at 8 am”"),
            essential=True,
            needs=_rooms,
        ),
        Command(
            name="reminder.add",
            topic=TOPIC,
            forms=("rappel", "reminder"),
            short=(*_REMINDER, *_PUT),
            banged=(*_REMINDER, *_PUT),
            handle=partial(asking.reminder, sources=sources),
            usage=mark("!reminder for everyone tomorrow at 9 am bring the keys"),
            about=mark(
                "said in this room then, whoever's assistant is down; “!reminder @dgs friday …” calls one person"
            ),
            takes=has_words,
            needs=_rooms,
        ),
        Command(
            name="reminder.us",
            topic=TOPIC,
            short=(*_REMIND_US, *_as_statement("nous")),
            banged=_REMIND_US,
            handle=partial(asking.remind_us, sources=sources),
            takes=has_words,
            needs=_rooms,
        ),
        Command(
            name="reminder.whom",
            topic=TOPIC,
            short=_REMIND_WHOM,
            banged=_REMIND_WHOM,
            handle=partial(asking.reminder, sources=sources, surely=True),
            takes=names_some,
            needs=_rooms,
        ),
        Command(
            name="reminder.me.misspelt",
            topic=TOPIC,
            short=_MISSPELT,
            handle=partial(asking.remind, sources=sources),
            needs=_rooms,
            # Nobody is asked whether they meant a slip of somebody else's.
            exact=True,
        ),
        Command(
            name="reminder.tell",
            topic=TOPIC,
            short=_TELL,
            handle=partial(asking.tell, sources=sources),
            takes=asking.tells_some,
            exact=True,
            needs=_rooms,
        ),
        Command(
            name="reminder.warn",
            topic=TOPIC,
            short=_WARN,
            handle=partial(asking.remind, sources=sources),
            takes=_says_when,
            needs=_rooms,
        ),
        Command(
            name="reminder.ahead",
            topic=TOPIC,
            handle=asking.remind,
            usage=mark("remind me of my tasks the day before at 5 pm"),
            about=mark(
                "each time, alone with me; also “of my meetings 30 minutes before”, “an hour before the council …”"
            ),
        ),
        Command(
            name="reminder.list",
            topic=TOPIC,
            forms=("rappels", "reminders"),
            short=_LIST,
            banged=_LIST,
            handle=asking.show,
            usage=mark("my reminders"),
            about=mark("lists yours alone with me, and a room's in that room; “cancel reminder 2” drops one"),
            takes=_speaks_of_days,
        ),
        Command(
            name="reminder.cancel",
            topic=TOPIC,
            short=_cancelling(_NOUNS),
            banged=_cancelling(_NOUNS),
            handle=changing.cancel,
        ),
        Command(
            name="reminder.cancel.all",
            topic=TOPIC,
            short=_cancelling(_ALL_NOUNS),
            banged=_cancelling(_ALL_NOUNS),
            handle=changing.cancel_all,
            alone=True,
        ),
        Command(
            name="reminder.no_more",
            topic=TOPIC,
            short=_NO_MORE,
            handle=asking.no_more,
            takes=has_words,
        ),
        Command(
            name="reminder.rather",
            topic=TOPIC,
            short=_THE,
            banged=_THE,
            handle=changing.rather,
            takes=_names_one,
        ),
        Command(
            name="reminder.move",
            topic=TOPIC,
            short=_MOVE,
            banged=_MOVE,
            handle=rung.move,
        ),
    )
