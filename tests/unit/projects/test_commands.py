"""What is asked about projects, and what is refused, without anything being made."""

import pytest

from bots.assistant.talk.request import Asked
from bots.projects.federation import Partners
from bots.projects.wish import ProjectWish, wish
from config.identifiers import EventId, UserId
from tests.unit.projects.conftest import ANNE, DGS, LISTED, MAIRE, ROOM, Hall, R, V

SAYS = [
    ("Pont", "Pont", []),
    ("Pont de la Lys avec @dgs", "Pont de la Lys", [DGS]),
    ("Pont de la Lys avec @dgs et @maire:rivemont.fr", "Pont de la Lys", [DGS, MAIRE]),
    ("Pont de la Lys @dgs, @maire", "Pont de la Lys", [DGS, MAIRE]),
    (": « Vivre avec la Lys » avec @dgs", "Vivre avec la Lys", [DGS]),
    ("Vivre avec la Lys", "Vivre avec la Lys", []),
    ("Pont avec @dgs @beffroi:rivemont.fr @moi", "Pont", [DGS]),
    ("Pont avec la dgs", "Pont", [DGS]),
    ("Pont avec la dgs et @maire:rivemont.fr", "Pont", [DGS, MAIRE]),
    ("appelé « Pont neuf » avec @dgs", "Pont neuf", [DGS]),
    ("qui s'appelle Pont neuf", "Pont neuf", []),
    ("pour l'école numérique", "l'école numérique", []),
    ("Pont with @dgs and @maire:rivemont.fr.", "Pont", [DGS, MAIRE]),
]


@pytest.mark.parametrize(("words", "name", "people"), SAYS)
async def test_name_and_people_are_read(hall: Hall, words: str, name: str, people: list[str]) -> None:
    assert await read(hall, words) == ProjectWish(name, people=tuple(map(UserId, people)))


TEMPLATES = [
    ("Pont modèle marchés", "Pont", "marchés"),
    ("Pont avec @dgs modèle marches", "Pont", "marches"),
    ("Pont modèle marchés avec @dgs", "Pont", "marchés"),
    ("Fête template evenement", "Fête", "evenement"),
    ("Pont modèle inconnu", "Pont", "inconnu"),
    ("Modèle réduit", "Modèle réduit", ""),
    ("Un modèle de sobriété", "Un modèle de sobriété", ""),
]


@pytest.mark.parametrize(("words", "name", "template"), TEMPLATES)
async def test_the_template_is_read(hall: Hall, words: str, name: str, template: str) -> None:
    found = await read(hall, words)
    assert (found.name, found.template, found.strange) == (name, template, ())


async def read(hall: Hall, words: str) -> ProjectWish:
    room = hall.edge.room(ROOM)
    assert room is not None
    asked = Asked(ROOM, EventId("$asked"), UserId(ANNE))
    async with hall.edge.database.begin() as transaction:
        request = await hall.desk.line.gatherer.request(room, asked, transaction, cause=asked.event_id, text=words)
    return wish(words.split(), request, Partners(lambda: LISTED, lambda: (V, R)), hall.templates)


REFUSALS = [
    ("!projet créer", "Comment le projet doit-il s’appeler"),
    ("!projet créer Pont avec @qui", "Personne ne s’appelle @qui"),
    ("!projet créer Pont avec @qui:ailleurs.fr", "Je ne peux pas inviter @qui:ailleurs.fr\u00a0: seuls les serveurs"),
    ("!projet créer Pont avec @dgs bientôt", "Je ne comprends pas «\u00a0bientôt\u00a0»"),
    ("!projet créer Pont avec Mme Lemoine", "Je ne comprends pas «\u00a0Mme Lemoine\u00a0»"),
    ("!projet créer Pont modèle rond", "Il n’y a pas de modèle «\u00a0rond\u00a0»"),
    ("!projet créer " + "Pont " * 30, "Ce nom a"),
    ("!projet créer Pont avec " + " ".join(f"@p{n}:rivemont.fr" for n in range(60)), "J’invite 50 personnes au plus"),
]


@pytest.mark.parametrize(("body", "answer"), REFUSALS)
async def test_what_is_not_clear_is_asked_and_makes_nothing(hall: Hall, body: str, answer: str) -> None:
    await hall.say(body)
    await hall.work(3)

    assert answer in hall.said()[-1]
    assert hall.edge.made == {}


VERB_FIRST = [
    "@beffroi crée le projet école numérique",
    "@beffroi crées un projet école numérique",
    "@beffroi peux-tu créer un nouveau projet appelé école numérique ?",
    "@beffroi je voudrais ouvrir un projet « école numérique »",
    "@beffroi lance un projet école numérique avec la dgs",
    "!créer un projet école numérique",
    "@beffroi nouveau projet : école numérique",
    "@beffroi create a project called école numérique",
]


@pytest.mark.parametrize("body", VERB_FIRST)
async def test_the_verb_may_come_first(hall: Hall, body: str) -> None:
    await hall.say(body)
    await hall.work(3)

    assert "école numérique" in hall.said()[0]
    assert hall.edge.made


@pytest.mark.parametrize(
    "words",
    ["crée un projet de délibération", "crée le projet d'arrêté", "ajoute un projet de parc", "ouvre le projet"],
)
async def test_a_draft_of_a_text_is_no_project(hall: Hall, words: str) -> None:
    await hall.say(f"@beffroi {words}")
    await hall.work(3)

    assert hall.edge.made == {}


async def test_guests_make_no_projects(hall: Hall) -> None:
    hall.edge.add_room("!guests", [ANNE, "@citoyen:ailleurs.fr"], name="Guichet")
    await hall.say("!projet créer Pont", "@citoyen:ailleurs.fr", "!guests")
    await hall.work(3)

    assert "Seuls les membres de valbourg.fr" in hall.said("!guests")[-1]
    assert hall.edge.made == {}


async def test_the_same_name_again_is_asked_about(hall: Hall) -> None:
    await hall.create("Pont de la Lys")
    await hall.create("pont de la lys")

    assert "Il y a déjà un projet «\u00a0Pont de la Lys\u00a0»" in hall.said()[-1]
    assert len(hall.rooms) == 4


async def test_somebody_elses_project_of_that_name_is_none_of_mine(hall: Hall) -> None:
    """What rooms one is not in are called is not told."""
    await hall.create("Pont de la Lys")
    await hall.create("Pont de la Lys", DGS)

    assert len(hall.rooms) == 8


async def test_projects_are_listed_where_nobody_else_reads_it(hall: Hall) -> None:
    await hall.create("Pont de la Lys")
    hall.edge.add_room("!alone", [ANNE], direct=True)
    await hall.say("projets", ANNE, "!alone")
    await hall.say("!projets")

    assert hall.said("!alone")[-1].splitlines()[0] == "1 projet\u00a0:"
    assert "Général · Pont de la Lys" in hall.said("!alone")[-1]
    assert "Pont de la Lys" not in hall.said()[-1]


async def test_templates_are_listed(hall: Hall) -> None:
    await hall.say("!projet modèles")

    assert "• marches – un marché public" in hall.said()[-1]


async def test_english_is_understood_too(hall: Hall) -> None:
    await hall.say("!project create Lys bridge with @dgs template marches")
    await hall.work()

    assert len(hall.rooms) == 4
