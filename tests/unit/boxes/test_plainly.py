"""What a secretary says of drop boxes in her own words: counted, asked about, prolonged, closed."""

from datetime import date, datetime
from typing import Any

import pytest

from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.request import Past
from bots.assistant.talk.scene import PARIS
from bots.assistant.testing.people import plain
from bots.boxes.talk import errands
from bots.boxes.talk.box import KIND, NAME
from bots.boxes.talk.commands import drop_boxes
from config.identifiers import EventId
from tests.unit.boxes.test_called import Room

DAY_MS = 86_400_000


@pytest.fixture
def room() -> Room:
    made = Room((drop_boxes({}),))
    made.opens("Repas des aînés")
    return made


def kinds(room: Room, words: str, **more: Any) -> list[str]:
    """Return what *words* leave to be done."""
    reply = room.reply(f"@beffroi {words}", kept={NAME: room.boxes}, **more)
    return [errand.kind for errand in reply.errands if isinstance(errand, Errand)]


def said(room: Room, words: str, **more: Any) -> str:
    return plain(room.reply(f"@beffroi {words}", kept={NAME: room.boxes}, **more).body)


def just(room: Room) -> Past:
    """Return what somebody has done a minute ago, which was about no box."""
    return Past(EventId("$x"), (), round(room.now.timestamp() * 1000) - 60_000)


COUNTED = [
    "combien de dépôts pour le permis ?",
    "combien de réponses ?",
    "on en est où pour le repas des aînés, combien de réponses ?",
    "y'a eu des réponses ?",
    "est-ce qu'on a des inscriptions ?",
    "qui a déposé ?",
    "qui s'est inscrit ?",
    "qui a déposé un dossier ?",
    "on a des dépôts ouverts en ce moment ?",
    "on a des dépôts ouverts en ce moment ? lesquels ferment cette semaine",
    "combien d'inscrits au repas ?",
    *("des retours sur le repas des aînés ?", "combien pas encore traités", "combien de dépôts à traiter ?"),
    *(
        "encore ouvert le dépôt repas ?",
        "le dépôt est toujours ouvert ?",
        "quand ferme la boîte ?",
        *("quelles boîtes ferment demain ?", "quels dépôts ferment cette semaine ?"),
        "échéance du dépôt ?",
    ),
]


@pytest.mark.parametrize("words", COUNTED)
def test_what_has_come_is_looked_at(room: Room, words: str) -> None:
    assert kinds(room, words) == [errands.LOOK]


@pytest.mark.parametrize("words", ["combien de réponses ?", "qui s'est inscrit ?", "ferme-le", "c'est pas obligatoire"])
def test_where_no_box_is_open_these_words_are_about_something_else(words: str) -> None:
    assert kinds(Room((drop_boxes({}),)), words) == []


@pytest.mark.parametrize(
    "words",
    [
        *("ajoute une question à l'ordre du jour du conseil", "retire les questions diverses", "on a des retours ?"),
        *("mets une question au conseil de jeudi", "ajoute le champ de foire à la tournée", "ferme-le"),
        *("je serai prévenue ?", "le téléphone c'est pas obligatoire", "vire le champ mail"),
    ],
)
def test_who_has_just_done_something_else_means_no_box(room: Room, words: str) -> None:
    assert "Repas des aînés" not in said(room, words, last=just(room))
    assert kinds(room, words, last=just(room)) == []


@pytest.mark.parametrize(
    "words",
    [
        *("ajoute une question à l'ordre du jour du conseil", "ajoute le champ de foire à la tournée"),
        *("fermeture du dépôt municipal le 24 décembre", "date limite du dépôt des listes : 26 février"),
        *("retire les questions diverses", "fin du dépôt demain", "dépôt ＂Devis＂"),
    ],
)
def test_what_is_about_something_else_is_not_answered_of_a_box(room: Room, words: str) -> None:
    assert "pas compris" in said(room, words)
    assert kinds(room, words) == []


@pytest.mark.parametrize("words", ["quand ferme le dépôt ?", "date limite du dépôt ?", "on a des retours ?"])
def test_where_no_box_is_open_its_end_is_not_looked_at(words: str) -> None:
    assert kinds(Room((drop_boxes({}),)), words) == []


@pytest.mark.parametrize(
    "words", ["ferme-le", "bon finalement ferme-le maintenant, le maire veut pas", "tu peux le fermer ?"]
)
def test_to_close_what_is_not_named_is_asked_about(room: Room, words: str) -> None:
    assert "Faut-il fermer la boîte de dépôt « Repas des aînés »" in said(room, words)
    assert kinds(room, words) == []


@pytest.mark.parametrize(
    "words",
    [
        "laisse ouvert une semaine de plus, les gens sont en vacances",
        "encore une semaine de plus",
        "prolonge-le jusqu'au 12 décembre",
        *(
            "rallonge de 4 jours",
            "repousse la clôture au 12 décembre",
            "clôture le 12 décembre",
            "à fermer le 12 décembre",
        ),
    ],
)
def test_to_prolong_what_is_not_named_is_asked_about(room: Room, words: str) -> None:
    assert "Faut-il laisser ouverte la boîte de dépôt « Repas des aînés »" in said(room, words)


def test_who_has_just_done_something_else_speaks_of_that(room: Room) -> None:
    assert "pas compris" in said(room, "jusqu'au 12 décembre", last=just(room))


@pytest.mark.parametrize(
    "words",
    [
        *("ajoute un champ budget estimé, facultatif", "vire le champ mail", "quartier = liste : Centre, Gare"),
        *(
            "renomme la question 2 en Quartier",
            "ajoute un champ mail au formulaire",
            "ajoute un champ nombre d'enfants",
        ),
    ],
)
def test_the_form_of_a_box_that_is_open_stays_as_it_is(room: Room, words: str) -> None:
    assert "restent ceux de son ouverture" in said(room, words)
    room.boxes = ()
    assert "restent ceux" not in said(room, words)


def test_the_box_whose_card_is_answered_is_meant(room: Room) -> None:
    """Whatever was done a minute ago, and however many boxes are open."""
    room.opens("Concours photo")
    first = next(box for box in room.boxes if box.made.title == "Repas des aînés")
    asked = said(room, "encore une semaine de plus", last=just(room), shown=((KIND, first.object_id),))
    assert "Faut-il laisser ouverte la boîte de dépôt « Repas des aînés »" in asked


@pytest.mark.parametrize(
    "words",
    [
        "encore 999999 mois de plus",
        "prolonge la boîte 1 999999 mois",
        "prolonge la boîte 1 400 jours",
    ],
)
def test_a_box_is_not_prolonged_beyond_what_is_ever_possible(room: Room, words: str) -> None:
    """So many months are no date, and nothing was answered."""
    assert "366 jours au plus" in said(room, words).replace("\u00a0", " ")
    assert kinds(room, words) == []


@pytest.mark.parametrize(
    ("words", "command"),
    [("ferme-le", "!dépôt fermer 1"), ("jusqu'au 12 décembre", "!dépôt prolonger 1 jusqu'au 12/12/2026")],
)
def test_a_yes_completes_what_was_asked(room: Room, words: str, command: str) -> None:
    asked = room.reply(f"@beffroi {words}", kept={NAME: room.boxes})
    assert asked.question is not None
    meant = read(room.request("oui"), asked.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken)
    assert meant.command == command
    assert room.asks(command)["box"] == "id-Repas des aînés"


def test_a_yes_in_english_keeps_the_day_that_was_asked_about(room: Room) -> None:
    """The twelfth of December, whichever of day and month stands first there."""
    room.locale = "en"
    asked = room.reply("@beffroi extend until 12 December", kept={NAME: room.boxes})
    assert asked.question is not None
    meant = read(room.request("yes"), asked.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken)
    ends = room.asks(meant.command)
    assert datetime.fromtimestamp(ends["until"] / 1000, PARIS).date() == date(2026, 12, 12)


def test_a_title_without_a_verb_is_asked_about_before_anything_is_open_to_strangers(room: Room) -> None:
    words = 'dépôt "Devis élagage", 15j, champs : raison sociale, SIRET'
    assert kinds(room, words) == []
    asked = room.reply(f"@beffroi {words}", kept={NAME: room.boxes})
    assert asked.question is not None
    assert "Elle aura une adresse sur Internet" in plain(asked.body)
    meant = read(room.request("oui"), asked.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken)
    made = room.asks(meant.command)
    assert made["kind"] == errands.OPEN
    assert [field["label"] for field in made["made"]["fields"]] == ["raison sociale", "SIRET"]
    assert "30 réponses" in said(room, 'dépôt "Devis", 15j, 30 réponses max')


@pytest.mark.parametrize(
    "words", ["donne moi l'adresse à mettre sur l'affiche", "c'est quoi l'adresse du dépôt ?", "redonne-moi l'adresse"]
)
def test_its_address_is_told_again(room: Room, words: str) -> None:
    assert kinds(room, words) == [errands.ADDRESS]


@pytest.mark.parametrize("words", ["Quelle est l'adresse ?", "où est le lien ?", "l'adresse pour la réunion"])
def test_who_has_just_done_something_else_is_not_told_the_address_of_a_box(room: Room, words: str) -> None:
    assert kinds(room, words, last=just(room)) == []
    assert kinds(room, words, last=just(room), shown=((KIND, room.boxes[0].object_id),)) == [errands.ADDRESS]


@pytest.mark.parametrize("words", ["c'est quoi l'adresse du dépôt ?", "donne moi l'adresse à mettre sur l'affiche"])
def test_its_address_is_told_to_who_speaks_of_it_whatever_they_have_done_meanwhile(room: Room, words: str) -> None:
    assert kinds(room, words, last=just(room)) == [errands.ADDRESS]


def test_a_guest_is_not_told_the_address_of_a_box(room: Room) -> None:
    assert kinds(room, "c'est quoi l'adresse du dépôt ?", own=False) == []


@pytest.mark.parametrize(
    "words",
    ["le téléphone c'est pas obligatoire", "on s'arrête à 120 inscrits", "que des pdf ou des photos, 5 Mo maxi"],
)
def test_a_box_stays_as_it_was_made(room: Room, words: str) -> None:
    assert "restent ceux de son ouverture" in said(room, words)


def test_whoever_asks_is_told_how_the_room_hears_of_it(room: Room) -> None:
    assert "arrive ici dès" in said(room, "et quand j'en recevrai, je serai prévenue ?")


def test_a_deposit_is_known_by_its_number_only(room: Room) -> None:
    words = "est-ce que tu peux marquer celui de Mme Lefort comme traité ?"
    assert "pas compris" not in said(room, words)
    assert kinds(room, words) == []


def test_another_one_is_opened_by_its_title(room: Room) -> None:
    words = "ok alors ouvre m'en un, \"justificatifs cantine\", avec le nom de l'enfant et la classe"
    reply = room.reply(f"@beffroi {words}", kept={NAME: room.boxes})
    (errand,) = (each for each in reply.errands if isinstance(each, Errand))
    assert errand.kind == errands.OPEN
    made: Any = errand.payload["made"]
    assert made["title"] == "justificatifs cantine"
    assert [field["label"] for field in made["fields"]] == ["nom de l'enfant", "classe"]


@pytest.mark.parametrize(
    "words", ["crée une « Réunion »", "fais un « point travaux »", "crée un “Conseil” jeudi", 'ouvre une "Réunion"']
)
def test_what_speaks_of_no_box_opens_none(room: Room, words: str) -> None:
    """A form on the Internet is not what was asked for."""
    assert kinds(room, words) == []


def test_another_one_is_opened_only_where_a_box_is_spoken_of(room: Room) -> None:
    words = "fais-en une « Réunion »"
    assert kinds(Room((drop_boxes({}),)), words) == []
    assert kinds(room, words, last=just(room)) == []
    assert kinds(room, words) == [errands.OPEN]
