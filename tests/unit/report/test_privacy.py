"""Nobody reads of a room that they are not in, and nobody else reads along."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.matrix.events import IdentityChange, Membership, Outgoing, OutgoingRedaction, Redaction
from config.identifiers import RoomId, UserId
from tests.unit.report.conftest import DGS, DIRECT, MAIRE, PONT, SECRET, VOIRIE, Hall, R

AGENT = UserId("@agent:valbourg.fr")


def everything(hall: Hall) -> str:
    return "\n".join(f"{each['body']}\n{each['formatted_body']}" for each in hall.contents())


async def test_only_rooms_that_one_is_in_are_told_of(hall: Hall) -> None:
    await hall.asks()
    (said,) = hall.said()
    assert "Pont de la Lys" in said
    assert "Voirie" in said
    assert "Dans 2 salons : 3 tâches ouvertes" in said
    assert "secr" not in everything(hall)
    assert SECRET not in everything(hall)


@pytest.mark.parametrize("membership", ["leave", "ban", "invite", "knock"])
async def test_a_room_that_one_has_left_or_is_only_invited_to_does_not_count(
    hall: Hall, membership: Membership
) -> None:
    hall.member(PONT, MAIRE, membership)
    await hall.asks()
    await hall.tend()
    assert "Dans 1 salon : 1 tâche ouverte" in hall.said()[0]
    assert "Pont" not in everything(hall)
    assert "Ouvrir" not in everything(hall)


async def test_a_room_that_one_was_never_in_cannot_be_named(hall: Hall) -> None:
    await hall.asks("!bilan secrète")
    assert "Aucun de vos projets ni de vos salons" in hall.said()[0]
    assert "Affaire" not in everything(hall)
    assert "Pont de la Lys, Voirie" in hall.said()[0]


@pytest.mark.parametrize("membership", ["join", "invite", "knock"])
async def test_where_a_third_person_is_or_may_come_nothing_is_told(hall: Hall, membership: Membership) -> None:
    hall.member(DIRECT, AGENT, membership)
    await hall.asks()
    await hall.tend()
    (said,) = hall.said()
    assert "Demandez-le-moi dans une conversation directe" in said
    assert "Voirie" not in everything(hall)


async def test_who_has_left_the_conversation_does_not_read_along(hall: Hall) -> None:
    hall.member(DIRECT, AGENT, "leave")
    await hall.asks()
    assert "Voirie" in hall.said()[0]


async def test_in_an_ordinary_room_it_is_refused(hall: Hall) -> None:
    before = len(hall.messages(PONT))
    await hall.asks(room=PONT)
    (said,) = hall.said(PONT)[before:]
    assert "Demandez-le-moi dans une conversation directe" in said
    assert "Voirie" not in said


async def test_what_is_not_encrypted_is_not_private(hall: Hall) -> None:
    room = hall.edge.room(DIRECT)
    assert room is not None
    hall.edge.set_room(replace(room, encrypted=False))
    await hall.asks()
    await hall.tend()
    (said,) = hall.said()
    assert "Demandez-le-moi dans une conversation directe et chiffrée" in said


async def test_the_other_assistants_of_the_list_may_be_there(hall: Hall) -> None:
    hall.member(DIRECT, R, "join")
    await hall.asks()
    assert "Voirie" in hall.said()[0]


async def test_an_assistant_that_nobody_lists_is_a_third_person(hall: Hall) -> None:
    hall.member(DIRECT, UserId("@beffroi:ailleurs.fr"), "join")
    await hall.asks()
    assert "Voirie" not in everything(hall)


async def test_somebody_of_another_collectivity_reads_of_their_own_rooms_only(hall: Hall) -> None:
    """The assistant of Valbourg is in rooms of which Rivemont must not hear."""
    room = hall.edge.add_room("!theirs", [DGS], direct=True)
    await hall.asks(room=room.room_id, sender=DGS)
    (said,) = hall.said(room.room_id)
    assert "Dans 2 salons" in said
    assert "Pont de la Lys" in said
    assert "Affaire secrète" in said
    assert "Voirie" not in said


async def test_each_assistant_of_a_private_conversation_answers_for_the_rooms_that_it_is_in(hall: Hall) -> None:
    """Rivemont's own would answer alone, and does not know rooms in which only Valbourg's is."""
    room = hall.edge.add_room("!both", [DGS, R])
    await hall.asks(room=room.room_id, sender=DGS)
    assert "Affaire secrète" in hall.said(room.room_id)[0]
    hall.member(room.room_id, MAIRE, "invite")
    await hall.asks(room=room.room_id, sender=DGS)
    assert len(hall.said(room.room_id)) == 1


async def test_somebody_who_is_in_no_room_reads_of_none(hall: Hall) -> None:
    room = hall.edge.add_room("!agents", [AGENT], direct=True)
    await hall.asks(room=room.room_id, sender=AGENT)
    await hall.tend()
    (said,) = hall.said(room.room_id)
    assert "Il n’y a ni tâche ni objectif" in said


async def test_the_picture_is_not_sent_where_somebody_has_come_meanwhile(hall: Hall) -> None:
    await hall.asks()
    hall.member(DIRECT, AGENT, "invite")
    await hall.tend()
    assert hall.images() == []
    assert len(hall.said()) == 1
    assert hall.edge.repository.blobs == {}


async def test_the_picture_is_not_sent_where_somebody_comes_while_it_is_uploaded(hall: Hall) -> None:
    await hall.asks()
    meanwhile(hall, lambda: hall.member(DIRECT, AGENT, "join"))
    await hall.tend()
    assert len(hall.said()) == 1


async def test_a_room_left_while_the_picture_is_uploaded_is_not_in_it(hall: Hall) -> None:
    await hall.asks()
    times = meanwhile(hall, lambda: hall.member(PONT, MAIRE, "leave"))
    await hall.tend()
    await hall.tend()
    (image,) = hall.images()
    assert "1 tâche ouverte" in image["body"]
    assert times == [1, 1]


def meanwhile(hall: Hall, happens: Any) -> list[int]:
    """Let something happen while the chart is on its way; return what grows with each upload."""
    upload, times = hall.edge.upload, list[int]()

    async def slow(*args: Any, **more: Any) -> Any:
        times.append(1)
        happens()
        return await upload(*args, **more)

    hall.edge.upload = slow  # type: ignore[method-assign]
    return times


async def test_names_are_taken_from_the_room_and_not_from_markup(hall: Hall) -> None:
    room = hall.edge.room(VOIRIE)
    assert room is not None
    hall.edge.set_room(replace(room, name="<img src=x>\u202e & co"))
    await hall.asks()
    html = hall.contents()[0]["formatted_body"]
    assert "<img" not in html
    assert "&lt;img src=x&gt; &amp; co" in html


async def test_what_is_erased_in_its_room_goes_from_the_report_and_its_chart(hall: Hall) -> None:
    await hall.asks()
    await hall.tend()
    table, chart = (
        hall.edge.event_ids[each.room_id, each.txn]
        for each in hall.edge.said
        if isinstance(each, Outgoing) and each.room_id == DIRECT and each.type == "m.room.message"
    )
    card = next(
        hall.edge.event_ids[each.room_id, each.txn]
        for each in hall.edge.said
        if isinstance(each, Outgoing) and each.room_id == PONT and "Ouvrir le pont" in each.content.get("body", "")
    )
    await hall.edge.deliver(Redaction(PONT, hall.edge.new_event_id(), MAIRE, card, hall.edge.now()))
    gone = {(each.room_id, each.target) for each in hall.edge.said if isinstance(each, OutgoingRedaction)}
    assert {(DIRECT, table), (DIRECT, chart)} <= gone


async def test_nothing_is_told_to_whom_we_do_not_know_any_more(hall: Hall) -> None:
    """Whoever replaced the identity of the manager reads what is said to her."""
    hall.edge.changed[MAIRE] = IdentityChange(MAIRE, "known", "new", datetime.fromtimestamp(hall.time / 1000, UTC))
    await hall.asks()
    assert "Votre identité de chiffrement a changé" in hall.said()[-1]
    # Where another town reads along, such a word is not even taken up.
    before = len(hall.said(PONT))
    await hall.asks(room=PONT)
    assert len(hall.said(PONT)) == before
    await hall.tend()

    assert hall.images() == []
    assert "Voirie" not in everything(hall)


async def test_a_picture_that_was_asked_for_before_the_change_is_not_sent(hall: Hall) -> None:
    await hall.asks()
    hall.edge.changed[MAIRE] = IdentityChange(MAIRE, "known", "new", datetime.fromtimestamp(hall.time / 1000, UTC))
    await hall.tend()

    assert hall.images() == []


async def test_what_is_called_just_so_comes_before_what_holds_the_name(hall: Hall) -> None:
    hall.edge.add_room("!both", [MAIRE], name="Voirie – Rivemont")
    await hall.task(RoomId("!both"), "partager le sel")

    await hall.asks("bilan voirie")
    assert "Voirie – Rivemont" not in hall.said()[0]

    await hall.asks("bilan rivemont")
    assert "Voirie – Rivemont" in hall.said()[-1]


async def test_what_several_collectivities_share_is_said_to_count_twice(hall: Hall) -> None:
    await hall.asks()
    assert "plusieurs collectivités partagent" not in hall.said()[0]

    await hall.task(PONT, "ouvrir ensemble @dgs:rivemont.fr @maire")
    await hall.asks()
    assert "plusieurs collectivités partagent" in hall.said()[-1]
