"""A project from the command to the last pin, over a fake edge; killed in the middle, at each step."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import Member, Outgoing
from bots.projects.commands import MOST_A_DAY
from config.identifiers import RoomId, UserId
from tests.unit.projects.conftest import ANNE, DGS, MAIRE, ROOM, Hall, R, V

GENERAL = 1
"""The place of the first room among those that are made: the space is the first."""


class Dead(BaseException):
    """The process died here: nothing of ours catches it."""


async def test_a_space_with_its_rooms_is_made_and_people_are_invited(hall: Hall) -> None:
    await hall.create()

    space, general, decisions, files = hall.rooms
    assert hall.said()[0] == (
        "Je crée le projet «\u00a0Pont de la Lys\u00a0»\u00a0: Général, Décisions, Fichiers. J’inviterai @dgs, @maire."
    )
    assert hall.said()[1] == (
        "✔ Projet «\u00a0Pont de la Lys\u00a0» créé\u00a0: Général · Décisions · Fichiers\n"
        "Invitation envoyée\u00a0: @dgs, @maire"
    )
    names = [hall.edge.state[each, "m.room.name", ""]["name"] for each in hall.rooms]
    assert names == ["Pont de la Lys", *(f"{each} · Pont de la Lys" for each in ("Général", "Décisions", "Fichiers"))]
    invited = {V: "join", ANNE: "invite", DGS: "invite", MAIRE: "invite"}
    assert hall.members(space) == invited
    # Their own assistant must be there, or their commands would not work.
    assert all(hall.members(each) == {**invited, R: "invite"} for each in (general, decisions, files))
    for each in (general, decisions, files):
        assert (space, "m.space.child", each) in hall.edge.state
        assert hall.edge.state[each, "m.space.parent", space]["canonical"] is True
        found = hall.edge.room(each)
        assert found is not None
        assert found.encrypted


async def test_who_asked_can_administer_every_room(hall: Hall) -> None:
    await hall.create()

    for each in hall.rooms:
        levels = hall.edge.state[each, "m.room.power_levels", ""]
        assert levels["users"][ANNE] == 100
        # We made it: in version 12 a creator must not stand there.
        assert V not in levels["users"]


async def test_each_room_begins_with_a_welcome_and_one_card_an_object(hall: Hall) -> None:
    await hall.create()
    _, general, decisions, files = hall.rooms

    welcome, *cards = hall.said(general)
    assert welcome.startswith("Bienvenue dans «\u00a0Général\u00a0», un salon du projet «\u00a0Pont de la Lys\u00a0».")
    assert "• Réunion de lancement" in welcome
    assert [each.splitlines()[0] for each in cards] == [
        "✔ Objectif 1 ajouté\u00a0: Cadrer le projet",
        "✔ Tâche 1 ajoutée\u00a0: Réunion de lancement (lundi 7 décembre 2026)",
        "✔ Tâche 2 ajoutée\u00a0: Rédiger la note de cadrage (lundi 14 décembre 2026)",
    ]
    assert await hall.count(general) == {"objective": 1, "project": 1, "task": 2, "task.item": 3}
    assert await hall.count(decisions) == {"objective": 0, "project": 1, "task": 0, "task.item": 0}
    assert await hall.count(files) == {"objective": 0, "project": 1, "task": 1, "task.item": 0}
    assert [await hall.project(each) for each in (general, decisions, files)] == ["Pont de la Lys"] * 3
    assert "Seuls ses administrateurs y écrivent." in hall.said(decisions)[0]
    assert hall.said(hall.rooms[0]) == []


async def test_the_cards_are_pinned(hall: Hall) -> None:
    await hall.create()
    general = hall.rooms[GENERAL]
    cards = [
        hall.edge.event_ids[each.room_id, each.txn]
        for each in hall.edge.said
        if isinstance(each, Outgoing) and each.room_id == general and "ajouté" in str(each.content.get("body"))
    ]

    # The objective, and the task that the template wants pinned.
    assert hall.pinned(general) == cards[:2]
    assert hall.pinned(hall.rooms[2]) == []


async def test_a_task_works_towards_its_objective_and_is_closed_from_its_card(hall: Hall) -> None:
    await hall.create()
    general = hall.rooms[GENERAL]
    hall.edge.enter(general, ANNE)
    hall.edge.enter(general, DGS)
    card = hall.pinned(general)[1]
    relation = {"rel_type": "m.annotation", "event_id": card, "key": "✅"}
    await hall.edge.say(general, ANNE, "", content={"m.relates_to": relation}, kind="m.reaction")
    await hall.say("!objectifs", ANNE, general)

    assert "1/2 tâches" in hall.said(general)[-1]


async def test_nothing_is_said_where_the_room_is_not_known_to_be_encrypted(hall: Hall) -> None:
    """The sync may tell of a room before it tells of its encryption."""
    hall.edge.fault = plain(hall)
    await hall.say("!projet créer Pont")
    await hall.work(3)
    general = hall.rooms[GENERAL]
    assert hall.said(general) == []

    found = hall.edge.room(general)
    assert found is not None
    hall.edge.set_room(type(found)(found.room_id, True, found.members, found.name, creator=V))
    await hall.work(60)
    assert hall.said(general)[0].startswith("Bienvenue")


def plain(hall: Hall) -> Callable[[str], None]:
    def fault(what: str) -> None:
        if what == "create_room done":
            for room_id in hall.rooms:
                found = hall.edge.room(room_id)
                if found is not None and found.encrypted and not hall.said(room_id):
                    hall.edge.set_room(type(found)(room_id, False, found.members, found.name, creator=V))

    return fault


STEPS = [
    *((what, nth) for what in ("create_room", "create_room done") for nth in (1, 2, 4)),
    *((what, nth) for what in ("set_state", "set_state done") for nth in (1, 3, 7, 8)),
    *((what, nth) for what in ("invite", "invite done") for nth in (1, 5, 15)),
]


@pytest.mark.parametrize(("what", "nth"), STEPS)
async def test_killed_in_the_middle_nothing_is_made_or_said_twice(hall: Hall, what: str, nth: int) -> None:
    left = [nth]

    def fault(reached: str) -> None:
        if reached == what:
            left[0] -= 1
            if left[0] == 0:
                raise Dead

    hall.edge.fault = fault
    with pytest.raises(Dead):
        await hall.create()
    hall.restart()
    await hall.work(60)

    assert len(hall.rooms) == 4
    assert len(set(hall.rooms)) == 4
    assert hall.members(hall.rooms[GENERAL]) == {V: "join", ANNE: "invite", R: "invite", DGS: "invite", MAIRE: "invite"}
    assert len([each for each in hall.said() if each.startswith("✔ Projet")]) == 1
    assert len(hall.said(hall.rooms[GENERAL])) == 4
    assert await hall.count(hall.rooms[GENERAL]) == {"objective": 1, "project": 1, "task": 2, "task.item": 3}
    assert len(hall.pinned(hall.rooms[GENERAL])) == 2


async def test_a_slow_homeserver_is_waited_for(hall: Hall) -> None:
    left = [5]

    def fault(what: str) -> None:
        if what == "invite" and left[0]:
            left[0] -= 1
            raise Unreachable("status 429", retry_after=100)

    hall.edge.fault = fault
    await hall.create()
    await hall.work(600)

    assert hall.said()[-1].startswith("✔ Projet")
    assert "réessaierai" not in hall.said()[-1]


async def test_a_partner_out_of_reach_is_told_and_invited_later(hall: Hall) -> None:
    hall.edge.down = {"rivemont.fr"}
    await hall.create()
    general = hall.rooms[GENERAL]

    told = hall.said()[-1].splitlines()
    assert told[1] == "Invitation envoyée\u00a0: @dgs"
    assert told[2].startswith("Je n’ai pas pu joindre le serveur de @maire\u00a0:")
    assert "Vous pouvez les inviter vous-même" in told[2]
    # Each dead server is tried once, not once for each of its people in each room.
    assert len([each for each in hall.edge.asked if each[0] == "invite" and each[2] == R]) <= 1
    hall.edge.down = set()
    await hall.work(310)

    assert hall.members(general)[MAIRE] == "invite"
    assert hall.said()[-1].startswith("✔ Invitation enfin envoyée")


async def test_after_a_day_it_is_said_that_a_partner_is_not_invited(hall: Hall) -> None:
    hall.edge.down = {"rivemont.fr"}
    await hall.create()
    before = len(hall.said())
    for _ in range(6):
        hall.time += 86_400_000
        await hall.work(3)

    assert len(hall.said()) == before + 1
    assert "je n’essaie plus" in hall.said()[-1]


async def test_a_server_that_refuses_is_told(hall: Hall) -> None:
    invite = hall.edge.invite

    async def refuse(room_id: RoomId, user_id: UserId, *, direct: bool = False) -> None:
        if user_id == MAIRE:
            raise Refused(403, "M_FORBIDDEN", "federation denied")
        await invite(room_id, user_id, direct=direct)

    hall.edge.invite = refuse  # type: ignore[method-assign]
    await hall.create()

    assert "le serveur en face ne l’accepte pas" in hall.said()[-1]
    assert hall.members(hall.rooms[GENERAL])[DGS] == "invite"


async def test_where_the_homeserver_stays_away_it_is_said_and_an_edit_goes_on(hall: Hall) -> None:
    def fault(what: str) -> None:
        if what == "invite":
            raise Unreachable("down", retry_after=100)

    hall.edge.fault = fault
    asked = await hall.say("!projet créer Pont avec @dgs")
    await hall.work(1_100)
    assert "Je n’ai pas pu finir" in hall.said()[-1]
    made = hall.rooms
    hall.edge.fault = lambda _: None
    await hall.edit(asked, "!projet créer Pont neuf avec @dgs")
    await hall.work()

    assert hall.rooms == made
    assert "«\u00a0Pont neuf\u00a0» créé" in hall.said()[-1]
    assert hall.edge.state[made[1], "m.room.name", ""] == {"name": "Général · Pont neuf"}
    assert await hall.project(made[1]) == "Pont neuf"


async def test_a_deleted_command_goes_no_further(hall: Hall) -> None:
    asked = await hall.say("!projet créer Pont")
    await hall.redact(asked)
    await hall.work()

    assert hall.rooms == []


async def test_whoever_leaves_meanwhile_still_gets_their_project(hall: Hall) -> None:
    await hall.say("!projet créer Pont avec @dgs")
    room = hall.edge.room(ROOM)
    assert room is not None
    hall.edge.set_room(type(room)(ROOM, True, {k: v for k, v in room.members.items() if k != ANNE}, room.name))
    await hall.work()

    assert hall.members(hall.rooms[GENERAL])[ANNE] == "invite"
    assert hall.said(hall.rooms[GENERAL])[0].startswith("Bienvenue")


async def test_a_project_edited_when_it_is_done_is_renamed_and_made_no_second_time(hall: Hall) -> None:
    asked = await hall.create("Pont avec @dgs")
    before = hall.said(hall.rooms[GENERAL])
    await hall.edit(asked, "!projet créer Pont neuf avec @dgs @maire:rivemont.fr")
    await hall.work()

    assert len(hall.rooms) == 4
    assert hall.members(hall.rooms[GENERAL])[MAIRE] == "invite"
    assert hall.said(hall.rooms[GENERAL])[len(before) :] == ["Ce projet s’appelle maintenant «\u00a0Pont neuf\u00a0»."]


async def test_nobody_talks_in_a_space(hall: Hall) -> None:
    await hall.create("Pont avec @dgs @maire:rivemont.fr")
    space = hall.rooms[0]
    hall.edge.enter(space, ANNE)
    await hall.say("!tâches", ANNE, space)

    assert not [each for each in hall.edge.said if each.room_id == space]


async def test_a_room_that_waits_for_its_people_is_no_direct_conversation(hall: Hall) -> None:
    await hall.create("Pont avec @dgs")
    general = hall.rooms[GENERAL]
    hall.edge.enter(general, ANNE)
    before = len(hall.said(general))
    await hall.say("bonjour à tous", ANNE, general)

    assert len(hall.said(general)) == before


async def test_rooms_for_our_own_are_closed_to_partners(hall: Hall) -> None:
    await hall.create("Voirie 2027 avec @dgs @maire:rivemont.fr modèle marchés")
    _, general, offers, _ = hall.rooms

    assert set(hall.members(offers)) == {V, ANNE, DGS}
    assert hall.edge.state[offers, "m.room.join_rules", ""] == {"join_rule": "invite"}
    assert hall.edge.state[general, "m.room.join_rules", ""]["join_rule"] == "restricted"


async def test_assistants_introduce_themselves_only_where_a_person_has_brought_them(hall: Hall) -> None:
    """In a project's room its maker's welcome is enough, also for the partners' assistants."""
    for number, creator in enumerate((ANNE, R, None)):
        room = hall.edge.add_room(f"!brought{number}", [ANNE, R])
        await hall.edge.join(replace(room, creator=None if creator is None else UserId(creator)), R)
    await hall.edge.join(replace(hall.edge.add_room("!space", [ANNE]), kind="m.space"), ANNE)

    assert [len(hall.said(f"!brought{number}")) for number in range(3)] == [1, 0, 1]
    assert hall.said("!space") == []


async def test_nobody_is_invited_at_a_word_that_a_server_could_have_sent(hall: Hall) -> None:
    room = hall.edge.room(ROOM)
    assert room is not None
    hall.edge.set_room(replace(room, encrypted=False))

    await hall.create()

    assert (hall.rooms, hall.edge.asked) == ([], [])
    assert "conversation chiffrée" in hall.said()[-1]


async def test_one_person_has_some_projects_made_in_a_day_and_no_more(hall: Hall) -> None:
    """Each is an invitation to up to fifty people, also of other towns, who may not know who has them invited."""
    for number in range(MOST_A_DAY):
        await hall.create(f"Pont {number} avec @dgs")
    made = len(hall.edge.made)
    await hall.create("Encore un avec @dgs")
    assert len(hall.edge.made) == made
    assert hall.said()[-1].startswith(f"Je ne le fais que {MOST_A_DAY} fois par jour")

    await hall.create("Le mien avec @anne", DGS)
    assert len(hall.edge.made) > made
    made, hall.time = len(hall.edge.made), hall.time + 24 * 3_600_000
    await hall.create("Encore un avec @dgs")
    assert len(hall.edge.made) > made


async def test_of_two_mayors_it_is_said_which_one_is_invited(hall: Hall) -> None:
    """The other one sits in the room: « @maire » alone would be read as that one."""
    mairie = RoomId("!mairie")
    hall.edge.add_room(mairie, [ANNE, "@maire:valbourg.fr", R], name="Mairie de Valbourg")

    await hall.say("!projet créer Pont avec @maire:rivemont.fr", room=mairie)
    await hall.work()

    assert "J’inviterai @maire:rivemont.fr." in hall.said(mairie)[0]
    assert hall.said(mairie)[1].endswith("Invitation envoyée\u00a0: @maire:rivemont.fr")


async def test_a_template_s_event_is_the_room_s_and_its_objective_s(hall: Hall) -> None:
    await hall.create("Fête modèle evenement")
    general = hall.rooms[GENERAL]

    async with hall.edge.database.begin() as transaction:
        state = await hall.ledger.state(transaction, general)
    (event,) = state.all("event")
    (objective,) = state.all("objective")
    assert event.value("title") == "Réunion d’organisation"
    assert event.value("objective") == objective.id
    assert any("Réunion d’organisation" in said for said in hall.said(general))


async def test_when_the_next_event_is_is_said_of_rooms_that_one_is_in(hall: Hall) -> None:
    """Not to whoever is only invited, nor where others read along; and never what it is."""
    await hall.create("Fête avec @dgs modèle evenement")
    direct = RoomId("!direct")
    hall.edge.add_room(direct, [ANNE], direct=True)
    await hall.say("projets", room=direct)
    assert "📅" not in hall.said(direct)[-1]

    room = hall.edge.room(hall.rooms[GENERAL])
    assert room is not None
    anne = UserId(ANNE)
    hall.edge.set_room(replace(room, members={**room.members, anne: Member(anne, "join", "Anne")}))
    await hall.say("projets", room=direct)
    assert "· 📅 lundi 30 novembre 2026" in hall.said(direct)[-1]
    assert "organisation" not in hall.said(direct)[-1]
    await hall.say("!projets", room=hall.rooms[GENERAL])
    assert "Fête" in hall.said(hall.rooms[GENERAL])[-1]
    assert "📅" not in hall.said(hall.rooms[GENERAL])[-1]
