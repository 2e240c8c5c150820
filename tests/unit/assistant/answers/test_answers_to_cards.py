"""What can be said in answer to a card, as one table: each sentence as people type it, with and without courtesy.

A card that is answered is never met with silence, and what is understood does not depend on accents, apostrophes,
capitals, greetings or thanks.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from bots.absences.commands import absences
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.request import Past
from bots.assistant.testing.people import DGS, plain
from bots.assistant.testing.talk import Talk
from bots.assistant.words.commands.courtesy import as_order, without_courtesy
from bots.events.capability import events
from bots.events.polls.commands import polls
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS
from config.identifiers import EventId

# It is Tuesday 24 November 2026, 11 h in Paris.
MADE: Final = {
    "event": "!agenda ajouter réunion de chantier mercredi 2 décembre 14h",
    "absence": "!absente mercredi 2 décembre",
    "reminder": "rappelle-moi jeudi 3 décembre à 9h d'apporter les clés",
    "poll": "!sondage réunion budget : mardi 1er décembre 10h, mercredi 2 décembre 14h, jeudi 3 décembre 9h-11h",
}


@dataclass(frozen=True)
class Row:
    """Something said in answer to the card of a *kind*; the answer holds *told*.

    Where only the homeserver knows the answer, *told* is the kind of the errand, and which answer of a poll it takes.
    """

    kind: str
    said: str
    told: str


EVENTS: Final = (
    ("fin 17h", "de 14 h à 17 h"),
    ("finit à 17h", "de 14 h à 17 h"),
    ("ça finit à 17h", "de 14 h à 17 h"),
    ("jusqu'à 16h", "de 14 h à 16 h"),
    ("durée 3h", "de 14 h à 17 h"),
    ("ça commence à 15h", "de 15 h à 16 h"),
    ("l'heure c'est 15h30", "de 15 h 30 à 16 h 30"),
    ("c'est finalement à 15h", "de 15 h à 16 h"),
    ("10h30 pas 14h", "de 10 h 30 à 11 h 30"),
    ("non, à 20h", "de 20 h à 21 h"),
    ("plutôt 20h", "de 20 h à 21 h"),
    ("c'est pas à 14h mais 19h", "de 19 h à 20 h"),
    ("on commence à 18h30 et on finit à 20h", "de 18 h 30 à 20 h"),
    ("la salle c'est la salle des fêtes", "📍 la salle des fêtes"),
    ("on la met à 15h", "de 15 h à 16 h"),
    ("une heure plus tôt", "de 13 h à 14 h"),
    ("la réunion dure 3h", "de 14 h à 17 h"),
    ("on peut pas la mettre jeudi ?", "le déplacer à jeudi 26 novembre 2026"),
    ("décale à 15h", "de 15 h à 16 h"),
    ("le lieu c'est salle Vauban à la préfecture", "📍 salle Vauban"),
    ("l'endroit c'est la mairie", "📍 la mairie"),
    ("annule", "✖ Événement 1 annulé"),
    ("annulez la réunion", "✖ Événement 1 annulé"),
    ("supprime l'événement 1", "✖ Événement 1 annulé"),
    ("fin 11h", "serait avant ; rien n’est changé"),
    ("ends at 5pm", "de 14 h à 17 h"),
    ("until 5pm", "de 14 h à 17 h"),
    ("moved to 3pm", "de 15 h à 16 h"),
    ("cancel it", "✖ Événement 1 annulé"),
)


def bare(said: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", said) if not unicodedata.combining(letter))


POLLS: Final = (
    ("qui peut ?", "poll.count"),
    ("qui n'a pas répondu ?", "poll.count"),
    ("où en est-on ?", "poll.count"),
    ("tout le monde a répondu ?", "poll.count"),
    ("qui manque ?", "poll.count"),
    ("c'est bon, on peut clore", "poll.close"),
    ("je ne peux pas", "je ne peux pas voter à votre place"),
    ("résultats", "poll.count"),
    ("clore", "poll.close"),
    ("clôture-le", "poll.close"),
    ("clôture le", "poll.close"),
    ("ferme le sondage", "poll.close"),
    ("tu peux clore ?", "poll.close"),
    ("clore, on retient mercredi 2", "poll.close 1"),
    ("clore mercredi 2", "poll.close 1"),
    ("on prend le 3", "poll.close 2"),
    ("va pour jeudi 9h", "poll.close 2"),
    ("on retient la première", "poll.close 0"),
    ("clore le 9", "quelle réponse est retenue"),
    ("on fait mercredi ?", "quelle réponse est retenue"),
    ("annule le sondage", "✖ Sondage 1 annulé"),
    ("moi je peux le 1er et le 2", "je ne peux pas voter à votre place"),
    ("les trois me vont", "je ne peux pas voter à votre place"),
    ("j'ai mercredi", "je ne peux pas voter à votre place"),
    ("mercredi pour moi", "je ne peux pas voter à votre place"),
    ("aucun ne me va", "je ne peux pas voter à votre place"),
    ("not the 1st, the 2nd is fine", "je ne peux pas voter à votre place"),
    ("we take the 2nd", "poll.close 1"),
    ("close it", "poll.close"),
    ("who has not answered?", "poll.count"),
    ("cancel the poll", "✖ Sondage 1 annulé"),
)
ABSENCES: Final = (
    ("annule", "✖ Absence 1 annulée"),
    ("supprime-la", "✖ Absence 1 annulée"),
    ("mais non, je suis là, annule", "✖ Absence 1 annulée"),
    ("finalement je serai là", "✖ Absence 1 annulée"),
    ("je ne suis plus absente", "✖ Absence 1 annulée"),
    ("c'est une erreur", "✖ Absence 1 annulée"),
    ("plutôt jeudi", "jeudi 26 novembre 2026"),
    ("en fait c'est le 3", "jeudi 3 décembre 2026"),
    ("plutôt du 2 au 4 décembre", "du mercredi 2 au vendredi 4 décembre 2026"),
    ("jusqu'au 4 décembre", "du mercredi 2 au vendredi 4 décembre 2026"),
    ("jeudi", "Noter jeudi 26 novembre 2026 pour l’absence 1"),
    ("je suis là jeudi", "l’annuler en entier"),
    ("seulement l'après-midi", "que des jours entiers"),
    ("je rentre jeudi 3 décembre", "mercredi 2 décembre 2026"),
    ("oublie", "✖ Absence 1 annulée"),
    ("voir la dgs", "suppléance : @dgs"),
    ("remplaçant @dgs", "suppléance : @dgs"),
    ("remplacée par @dgs", "suppléance : @dgs"),
    ("c'est @dgs qui me remplace", "suppléance : @dgs"),
    ("la dgs me remplace", "suppléance : @dgs"),
    ("cancel it", "✖ Absence 1 annulée"),
    ("I'm here after all", "✖ Absence 1 annulée"),
    ("only thursday", "jeudi 26 novembre 2026"),
    ("replaced by @dgs", "suppléance : @dgs"),
)
REMINDERS: Final = (
    ("plutôt à 10h", "jeudi 3 décembre 2026 à 10 h"),
    ("non, 10h", "jeudi 3 décembre 2026 à 10 h"),
    ("c'est à 10h", "jeudi 3 décembre 2026 à 10 h"),
    ("10h30 pas 11h", "jeudi 3 décembre 2026 à 10 h 30"),
    ("remets-le à 11h", "jeudi 3 décembre 2026 à 11 h"),
    ("décale à vendredi", "vendredi 27 novembre 2026 à 9 h"),
    ("tu peux le décaler à vendredi ?", "vendredi 27 novembre 2026 à 9 h"),
    ("repousse d'une heure", "jeudi 3 décembre 2026 à 10 h"),
    ("avance-le de 30 minutes", "jeudi 3 décembre 2026 à 8 h 30"),
    ("plus tard", "Quand faut-il vous le rappeler"),
    ("tous les lundis", "ce rappel ne vient qu’une fois"),
    ("annule", "✖ Plus de rappel"),
    ("supprime-le", "✖ Plus de rappel"),
    ("annule ce rappel", "✖ Plus de rappel"),
    ("plus besoin", "✖ Plus de rappel"),
    ("plus la peine", "✖ Plus de rappel"),
    ("c'est bon", "✖ Plus de rappel"),
    ("c'est fait", "✖ Plus de rappel"),
    ("cancel it", "✖ Plus de rappel"),
    ("move to friday", "vendredi 27 novembre 2026 à 9 h"),
)
TABLES: Final = {"event": EVENTS, "poll": POLLS, "absence": ABSENCES, "reminder": REMINDERS}
ALONE: Final[dict[str, Any]] = {"direct": True, "private": True}
WHERE: Final[dict[str, dict[str, Any]]] = {"reminder": ALONE}
"""Where it is said, if not in a room with others."""
ROWS: Final = tuple(Row(kind, *row) for kind, rows in TABLES.items() for row in rows)
VARIANTS: Final[dict[str, Callable[[str], str]]] = {
    "as typed": lambda said: said,
    "without accents": bare,
    "without apostrophes": lambda said: said.replace("'", " "),
    "on a telephone": lambda said: bare(said).replace("'", " ").lower(),
    "curly": lambda said: said.replace("'", "’"),
    "stp": lambda said: f"{said} stp",
    "merci": lambda said: f"{said} merci",
    "merci !": lambda said: f"{said}, merci !",
    "bonjour": lambda said: f"Bonjour, {said}",
    "capital": lambda said: said[:1].upper() + said[1:],
    "please": lambda said: f"{said} please",
}


DISPATCHER: Final = Dispatcher([TASKS, events(), polls(), absences(), reminders()])


def _talk(kind: str) -> tuple[Talk, str]:
    talk = Talk([])
    talk.dispatcher = DISPATCHER  # it holds no state, and takes long to be made
    talk.reply(MADE[kind], **WHERE.get(kind, {}))
    return talk, talk.object(kind, 1).id


CASES: Final = [pytest.param(row, name, id=f"{row.kind}: {row.said} ({name})") for row in ROWS for name in VARIANTS]


@pytest.mark.parametrize(("row", "variant"), CASES)
def test_what_is_answered_to_a_card_is_understood_however_it_is_typed(row: Row, variant: str) -> None:
    talk, card = _talk(row.kind)

    where: dict[str, Any] = WHERE.get(row.kind, {"card": card})
    reply = talk.says(VARIANTS[variant](row.said), shown=((row.kind, card),), **where)

    assert reply is not None, "silence"
    errands = [errand for errand in reply.errands if isinstance(errand, Errand)]
    left = [f"{errand.kind} {errand.payload.get('place', '')}".strip() for errand in errands]
    assert bare(row.told).lower() in bare(plain(reply.body)).lower() or row.told in left


TALK: Final = (
    ("event", "merci"),
    ("event", "le lieu est trop loin"),
    ("event", "qui apporte le café ?"),
    ("absence", "merci"),
    ("absence", "bonnes vacances !"),
    ("absence", "on fera sans toi"),
    ("poll", "merci"),
    ("poll", "qui a les clés de la salle ?"),
    ("poll", "on prend le 12"),
    ("poll", "on se voit tout à l'heure"),
)


@pytest.mark.parametrize(("kind", "said"), TALK)
def test_what_is_said_to_people_is_left_to_them(kind: str, said: str) -> None:
    talk, card = _talk(kind)
    assert talk.says(said, card=card, shown=((kind, card),)) is None


def test_another_event_that_is_named_is_asked_about_and_this_one_stays() -> None:
    talk, card = _talk("event")
    talk.reply("!agenda ajouter conseil municipal jeudi 3 décembre 20h")
    talk.reply("!agenda ajouter conseil municipal vendredi 18 décembre 20h")

    third = talk.object("event", 3).id
    asked = talk.reply("annule l autre conseil (le 3), doublon", card=third)
    assert "Événement 2 « conseil municipal », jeudi 3 décembre 2026" in plain(asked.body)
    assert not asked.changes

    assert "✖ Événement 2 annulé" in talk.body("supprime l événement 2", card=card)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Bonjour, décale à 15h stp merci", "décale à 15h"),
        ("merci", "merci"),
        ("15h ?", "15h ?"),
        ("bonjour", "bonjour"),
    ],
)
def test_courtesy_around_words_goes_and_alone_it_stays(said: str, left: str) -> None:
    assert " ".join(without_courtesy(said.split())) == left


def test_a_wish_is_an_order() -> None:
    assert (
        as_order("tu peux clore ?")
        == as_order("peux-tu clore stp ?".replace(" stp", ""))
        == as_order("clore")
        == "clore"
    )


def test_i_am_here_is_the_word_of_whoever_is_away() -> None:
    """« je suis là, moi » by a colleague cancels nobody's absence."""
    talk, card = _talk("absence")
    assert talk.says("mais non, je suis là, annule", card=card, sender=DGS) is None
    assert "annulée" in talk.body("mais non, je suis là, annule", card=card)


def test_after_a_change_of_an_absence_cancelling_is_asked_about() -> None:
    talk, card = _talk("absence")
    changed = talk.reply("plutôt jeudi", card=card)
    past = Past(EventId(talk.last), changed.inverse)

    asked = talk.reply("annuler", card=card, last=past)
    assert "Annuler quoi" in asked.body
    assert not asked.changes
    assert asked.question is not None
    assert "✖ Absence 1 annulée" in talk.body(asked.question.candidates[1].command)
