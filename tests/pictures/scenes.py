"""The conversations in the pictures: what people say, and what the desk makes of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.day.commands import day as day_of
from bots.matrix.events import Event, Member
from bots.objectives.commands import objectives as objectives_of
from bots.objectives.goals import ObjectiveGoals
from bots.report.collecting import Sources
from bots.report.commands import reports
from bots.tasks.commands import TASKS
from bots.tasks.saying.agenda import AGENDA
from bots.tasks.saying.census import CENSUS
from config.identifiers import EventId, RoomId
from tests.pictures.timeline import Shown, timeline
from tests.unit.assistant.conftest import ROOM, Town, V

SECRETAIRE, MAIRE, DGS = "@secretaire:valbourg.fr", "@maire:valbourg.fr", "@dgs:rivemont.fr"
NAMES: Final[Mapping[str, str]] = {
    SECRETAIRE: "Anne Lefèvre",
    MAIRE: "Paul Marchand, maire",
    DGS: "Sofia Benali, DGS",
    V: "Beffroi · Valbourg",
    "@beffroi:rivemont.fr": "Beffroi · Rivemont",
}
NOW: Final = 1_795_426_200_000
"""Monday 23 November 2026, 10 h 30 in Paris."""
DAY_MS: Final = 86_400_000
ALONE: Final = RoomId("!seule")


class Room:
    """A town hall's assistant and the people around it, with real names."""

    def __init__(self, town: Town) -> None:
        self.town = town
        names = {"valbourg.fr": "Valbourg", "rivemont.fr": "Rivemont"}
        sources = Sources(CENSUS, ObjectiveGoals(CENSUS), lambda server: names.get(server, server))
        able = [TASKS, objectives_of(CENSUS), reports(sources), day_of([AGENDA], "Valbourg")]
        town.serve(Dispatcher(able))

    def enter(self, room_id: RoomId, *people: str, name: str | None = None, direct: bool = False) -> None:
        """Make a room with *people* and our assistant in it."""
        room = self.town.edge.add_room(room_id, people, name=name, direct=direct)
        named = {each: Member(each, "join", NAMES.get(each)) for each in room.members}
        self.town.edge.set_room(replace(room, members=named))

    async def say(self, sender: str, body: str, about: EventId | None = None, room_id: RoomId = ROOM) -> Event:
        """Let *sender* say something, and the assistant do all that follows from it."""
        relation = {} if about is None else {"m.relates_to": {"m.in_reply_to": {"event_id": about}}}
        said = await self.town.edge.say(room_id, sender, body, content=relation)
        await self.settle(1)
        return said

    async def react(self, sender: str, target: EventId, key: str) -> None:
        """Let *sender* press a button."""
        await self.town.react(sender, target, key)
        await self.settle(11)

    async def settle(self, seconds: int) -> None:
        """Let time pass, until errands are done and cards are drawn."""
        await self.town.wait(seconds)
        await self.town.desk.errands.tend()
        await self.town.edge.flush()

    def last(self) -> EventId:
        """Return the event id of what the assistant said last, edits apart."""
        own = [each for each in self.town.messages() if "m.new_content" not in each.content]
        return self.town.edge.event_ids[own[-1].room_id, own[-1].txn]


@asynccontextmanager
async def room() -> AsyncIterator[Room]:
    """Open a room of two town halls."""
    town = Town(V, [NOW])
    await town.open()
    made = Room(town)
    made.enter(ROOM, SECRETAIRE, MAIRE, DGS, name="Pont de la Lys")
    yield made
    await town.edge.database.close()


async def cards() -> list[Shown]:
    """Cards as they stand after a few buttons were pressed and answers given."""
    async with room() as here:
        await here.say(SECRETAIRE, "!tâche ajouter relancer le SDIS vendredi à 14h @dgs #voirie !haute")
        first = here.last()
        await here.say(SECRETAIRE, "!tâche ajouter réserver la salle des fêtes #culture\n- chaises\n- sono\n- clés")
        second = here.last()
        await here.say(MAIRE, "reporter à lundi", first)
        await here.react(SECRETAIRE, second, "👀")
        await here.say(SECRETAIRE, "!tâche cocher 2 1")
        await here.say(MAIRE, "vu avec l’adjointe : on garde la salle", second)
        await here.settle(30)
        return timeline(here.town.edge, ROOM)


async def english() -> list[Shown]:
    """A card and a list, in a room whose language is English."""
    async with room() as here:
        desk = here.town.desk
        desk.locale = desk.line.gatherer.locale = desk.cards.locale = "en"
        await here.say(SECRETAIRE, "!task add call the fire brigade on Friday at 2pm @dgs #roads !high")
        first = here.last()
        await here.say(SECRETAIRE, "!task add book the village hall every 2 weeks ~2h\n- chairs\n- keys")
        await here.say(MAIRE, "blocked, waiting for the estimate", first)
        await here.settle(30)
        await here.say(SECRETAIRE, "!tasks")
        return timeline(here.town.edge, ROOM)


async def lists() -> list[Shown]:
    """The list of what is to be done, and a filtered one."""
    async with room() as here:
        for words in (
            "répondre au courrier de Mme Roussel mercredi @secretaire",
            "relancer le SDIS vendredi à 14h @dgs #voirie !haute",
            "publier l’arrêté de circulation jeudi @secretaire #voirie",
            "commander les tables du vin d’honneur pour le 4 décembre @maire ~2h",
            "devis du préau #écoles *tous les mois",
        ):
            await here.say(SECRETAIRE, f"!tâche ajouter {words}")
        await here.say(SECRETAIRE, "!tâche dépend 4 de 5")
        here.town.now[0] += 3 * DAY_MS
        since = len(here.town.edge.timeline(ROOM))
        await here.say(SECRETAIRE, "!tâches")
        await here.say(MAIRE, "!tâches #voirie")
        return timeline(here.town.edge, ROOM, since=since)


async def objectives() -> list[Shown]:
    """Objectives, with what is done towards them."""
    async with room() as here:
        lamps = "rénover l’éclairage public @dgs pour le 30 juin 2027 mesure « 40 % d’énergie en moins »"
        await here.say(MAIRE, f"!objectif ajouter {lamps}")
        await here.say(MAIRE, "!objectif ajouter rouvrir le pont aux piétons @maire pour le 18 décembre")
        for words in ("diagnostic des mâts @dgs", "devis des lanternes", "marché public fin janvier"):
            await here.say(SECRETAIRE, f"!tâche ajouter {words} objectif:1")
        await here.say(SECRETAIRE, "!tâche ajouter relancer le bureau d’études demain objectif:2")
        await here.say(SECRETAIRE, "!tâche fait 1")
        here.town.now[0] += 3 * DAY_MS
        since = len(here.town.edge.timeline(ROOM))
        await here.say(MAIRE, "!objectifs")
        await here.say(MAIRE, "!objectif 1")
        return timeline(here.town.edge, ROOM, since=since)


async def _three_rooms(here: Room) -> None:
    """Fill three rooms with some weeks of work."""
    schools, roads = RoomId("!ecoles"), RoomId("!voirie")
    here.enter(schools, SECRETAIRE, MAIRE, name="Écoles")
    here.enter(roads, SECRETAIRE, MAIRE, DGS, name="Voirie")
    await here.say(MAIRE, "!objectif ajouter rouvrir le pont aux piétons @maire pour le 18 décembre")
    await here.say(MAIRE, "!objectif ajouter déneiger en moins de 4 h @dgs pour le 31 mars 2027", room_id=roads)
    work = {
        ROOM: (
            "étude de charge demain @dgs objectif:1",
            "relancer le bureau d’études mercredi @secretaire objectif:1",
            "arrêté de réouverture jeudi @secretaire objectif:1",
            "poser les garde-corps vendredi en huit @maire objectif:1",
        ),
        schools: ("commander le mobilier mercredi @secretaire", "devis du préau la semaine prochaine"),
        roads: (
            "vérifier le stock de sel demain @dgs objectif:1",
            "tournées de déneigement vendredi à 14h @secretaire objectif:1",
            "nid-de-poule rue des Tilleuls mardi en huit @dgs",
        ),
    }
    for room_id, tasks in work.items():
        for words in tasks:
            await here.say(SECRETAIRE, f"!tâche ajouter {words}", room_id=room_id)
    await here.say(SECRETAIRE, "!tâche fait 1")
    await here.say(SECRETAIRE, "!tâche dépend 4 de 3")
    here.town.now[0] += 3 * DAY_MS


async def report() -> list[Shown]:
    """The report that a mayor asks for, alone with the assistant."""
    async with room() as here:
        await _three_rooms(here)
        here.enter(ALONE, MAIRE, direct=True)
        await here.say(MAIRE, "bilan", room_id=ALONE)
        await here.settle(2)
        return timeline(here.town.edge, ALONE)


async def my_day() -> list[Shown]:
    """What a secretary has to do in all her rooms, and a button pressed."""
    async with room() as here:
        await _three_rooms(here)
        here.enter(ALONE, SECRETAIRE, direct=True)
        await here.say(SECRETAIRE, "ma journée", room_id=ALONE)
        await here.say(SECRETAIRE, "fait 2", here.last(), ALONE)
        return timeline(here.town.edge, ALONE)


SCENES: Final[Mapping[str, Callable[[], Awaitable[list[Shown]]]]] = {
    "cartes": cards,
    "listes": lists,
    "english": english,
    "objectifs": objectives,
    "bilan": report,
    "journee": my_day,
}
