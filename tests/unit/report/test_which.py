"""After a report: which ones, whose, as a sheet; looked for where the report looked, and told to nobody else."""

import csv
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest

from bots.envelope.cipher import Decryptor
from bots.envelope.file import EncryptedFile, parse_attachment
from bots.matrix.events import IdentityChange, Membership, OutgoingRedaction
from config.identifiers import RoomId, UserId
from tests.unit.report.conftest import DGS, DIRECT, MAIRE, PONT, SECRET, VOIRIE, Hall, lines_with
from tests.unit.report.test_privacy import AGENT, everything, meanwhile


@pytest.fixture
async def late(hall: Hall) -> Hall:
    """What is late in her rooms: two tasks; what is blocked: one. In a room of others: one that is both."""
    for room, number, day in ((PONT, 1, 20), (VOIRIE, 1, 12)):
        await overdue(hall, room, MAIRE, number, day)
    await hall.edge.say(PONT, MAIRE, "!tâche bloquer 2")
    await overdue(hall, SECRET, DGS, 1, 2)
    await hall.edge.say(SECRET, DGS, "!tâche bloquer 1")
    return hall


async def overdue(hall: Hall, room: RoomId, who: UserId, number: int, day: int) -> None:
    now, hall.time = hall.time, hall.time - 30 * 86_400_000
    await hall.edge.say(room, who, f"!tâche {number} pour le {day} novembre 2026")
    hall.time = now


LATE = (
    *("tâches en retard", "!tâches en retard", "Tâches en retard ?", "lesquelles sont en retard ?", "liste en retard"),
    *("quelles tâches sont en retard ?", "combien de tâches en retard ?", "combien sont en retard", "late tasks"),
    *(
        "which ones are late?",
        "how many tasks are late?",
        "tasks late",
        "les tâches en retard",
        "peux-tu me montrer les tâches en retard ?",
    ),
)


@pytest.mark.parametrize("words", LATE)
async def test_what_is_late_is_looked_for_in_all_her_rooms(late: Hall, words: str) -> None:
    await late.asks(words)
    (said,) = late.said()
    assert "2 tâches correspondent, dans 2 salons" in said
    (first, second) = lines_with([said], "en retard")
    assert "boucher le trou" in first
    assert "Voirie" in first
    assert "12 novembre" in first
    assert "relancer le SDIS" in second
    assert "Pont de la Lys" in second
    assert second.endswith("→ @dgs")
    assert "rien dire" not in everything(late)
    assert SECRET not in everything(late)


@pytest.mark.parametrize(
    "words", ["tâches bloquées", "lesquelles sont bloquées ?", "combien de tâches bloquées ?", "blocked tasks"]
)
async def test_what_is_blocked_too(late: Hall, words: str) -> None:
    await late.asks(words)
    (said,) = late.said()
    assert "1 tâche correspond, dans 1 salon" in said
    assert "lire le devis" in said
    assert "rien dire" not in everything(late)


@pytest.mark.parametrize("words", ["tâches @dgs:rivemont.fr", "tâches en retard @dgs:rivemont.fr"])
async def test_somebody_is_known_who_is_in_another_room(late: Hall, words: str) -> None:
    await late.asks(words)
    assert "1 tâche correspond" in late.said()[0]
    assert "relancer le SDIS" in late.said()[0]


@pytest.mark.parametrize("words", ["mes tâches bloquées", "tâches bloquées à moi"])
async def test_her_own_are_told_from_the_others(late: Hall, words: str) -> None:
    await late.task(PONT, "mesurer le pont")
    await late.edge.say(PONT, MAIRE, "!tâche bloquer 3")
    await late.asks(words)
    assert "1 tâche correspond, dans 1 salon" in late.said()[0]
    assert "lire le devis" in late.said()[0]


async def test_many_are_paged_and_the_worst_come_first(hall: Hall) -> None:
    for number in range(30):
        await hall.task(VOIRIE if number % 2 else PONT, f"dossier {number:02} #lot")
    await hall.asks("tâches #lot")
    await hall.asks("tâches #lot page 2")
    first, second = hall.said()
    assert "30 tâches correspondent, dans 2 salons" in first
    assert len(lines_with([first], "dossier")) == 20
    assert "Page 1 sur 2" in first
    assert len(lines_with([second], "dossier")) == 10
    shown = {line.split(" · ")[1] for line in lines_with([first, second], "dossier")}
    assert len(shown) == 30


async def test_what_the_conversation_holds_itself_stays_its_own_list(late: Hall) -> None:
    await late.task(DIRECT, "acheter des timbres")
    await late.asks("tâches")
    assert "1 tâche ouverte" in late.said()[-1]
    assert "timbres" in late.said()[-1]
    assert "trou" not in late.said()[-1]


@pytest.mark.parametrize(
    "words",
    ["!tâches en retard", "!lesquelles sont en retard ?", "beffroi tâches en retard", "beffroi: qui est en retard ?"],
)
async def test_in_an_ordinary_room_it_is_that_rooms_list(late: Hall, words: str) -> None:
    before = len(late.messages(PONT))
    await late.asks(words, room=PONT)
    (said,) = late.said(PONT)[before:]
    assert "relancer le SDIS" in said
    assert "trou" not in said
    assert "Voirie" not in said


ALL = (
    *("tâches en retard", "tâches bloquées", "qui est en retard ?", "bilan par personne", "mes objectifs"),
    "exporter le bilan",
)


@pytest.mark.parametrize("words", ALL)
async def test_an_identity_that_changed_is_told_nothing(late: Hall, words: str) -> None:
    late.edge.changed[MAIRE] = IdentityChange(MAIRE, "before", "after", datetime(2026, 11, 23, tzinfo=UTC))
    await late.asks(words)
    await late.tend()
    (said,) = late.said()
    assert "Votre identité de chiffrement a changé" in said
    assert "Voirie" not in everything(late)
    assert "SDIS" not in everything(late)


@pytest.mark.parametrize("words", ALL)
@pytest.mark.parametrize("membership", ["join", "invite", "knock"])
async def test_where_a_third_person_is_or_may_come_other_rooms_are_not_told_of(
    late: Hall, words: str, membership: Membership
) -> None:
    late.member(DIRECT, AGENT, membership)
    await late.asks(words)
    await late.tend()
    for other in ("Voirie", "trou", "SDIS", "devis", "Lys"):
        assert other not in everything(late)


@pytest.mark.parametrize("words", ALL)
async def test_a_room_that_she_has_left_does_not_count(late: Hall, words: str) -> None:
    late.member(PONT, MAIRE, "leave")
    await late.asks(words)
    await late.tend()
    assert "SDIS" not in everything(late)
    assert "Lys" not in everything(late)


async def test_by_person_each_has_what_is_theirs(late: Hall) -> None:
    await late.task(PONT, "mesurer le pont")
    await late.asks("bilan par personne")
    (said,) = late.said()
    assert "Bilan du lundi 23 novembre 2026, par personne" in said
    (theirs,), (hers,) = lines_with([said], "@dgs"), lines_with([said], "@maire")
    assert numbers(theirs) == [1, 1, 0, 0]
    assert numbers(hers) == [2, 1, 1, 0]
    (nobodys,) = lines_with([said], "Non confiées")
    assert numbers(nobodys) == [1, 0, 0, 0]
    assert "compte pour chacune" not in said
    await late.edge.say(PONT, MAIRE, "!tâche ajouter à deux @maire @dgs:rivemont.fr")
    await late.asks("bilan par personne")
    assert "compte pour chacune" in late.said()[-1]


def numbers(line: str) -> list[int]:
    words = (word.strip(" ,;·:\u2007") for word in line.replace("\u2007", " ").split())
    return [int(word) for word in words if word.isdigit()]


@pytest.mark.parametrize("words", ["qui est en retard ?", "Qui a du retard", "who is late?"])
async def test_who_is_late(late: Hall, words: str) -> None:
    late.member(PONT, AGENT, "join")
    await late.task(PONT, "venir à l’heure @agent")
    await late.asks(words)
    (said,) = late.said()
    assert "Qui est en retard" in said
    assert lines_with([said], "@dgs")
    assert lines_with([said], "@maire")
    assert not lines_with([said], "@agent")
    assert "tâches en retard" in said


async def test_nobody_is_late(hall: Hall) -> None:
    await hall.asks("qui est en retard ?")
    assert "Rien n’est en retard dans les salons où nous sommes" in hall.said()[0]


async def test_ones_objectives_are_found_in_all_rooms(hall: Hall) -> None:
    await hall.edge.say(PONT, MAIRE, "!objectif responsable 1 @dgs:rivemont.fr")
    await hall.edge.say(VOIRIE, MAIRE, "!objectif ajouter Refaire la rue Neuve @maire pour le 1er mars 2027")
    await hall.asks("mes objectifs")
    (said,) = hall.said()
    assert "1 objectif ouvert est à vous" in said
    assert "Refaire la rue Neuve" in said
    assert "Voirie" in said
    assert "Ouvrir le pont" not in said
    assert "bilan en montre 1 autre" in said
    before = len(hall.messages(PONT))
    await hall.asks("!mes objectifs", room=PONT)
    (there,) = hall.said(PONT)[before:]
    assert "Aucun objectif ouvert de ce salon n’est à vous" in there
    assert "rue Neuve" not in there


def rows(hall: Hall) -> list[list[str]]:
    (sent,) = [each for each in hall.contents() if each["msgtype"] == "m.file"]
    assert "file" in sent, "not encrypted"
    assert str(sent["body"]).startswith("bilan-2026-11-23")
    return list(csv.reader(StringIO(data_of(hall, sent).decode("utf-8-sig")), delimiter=";"))


def data_of(hall: Hall, sent: dict[str, Any]) -> bytes:
    file = parse_attachment(sent)
    assert isinstance(file, EncryptedFile)
    decryptor = Decryptor(file)
    plain = decryptor.update(hall.edge.repository.get(file.url))
    decryptor.finish()
    return plain


@pytest.mark.parametrize("words", ["exporter le bilan", "exporte le bilan", "bilan csv", "export the report"])
async def test_the_report_as_a_sheet_names_every_open_task_of_her_rooms(late: Hall, words: str) -> None:
    await late.task(VOIRIE, '=HYPERLINK("http://x")')
    await late.asks(words)
    assert "Le tableau arrive : 4 tâches ouvertes de 2 salons." in late.said()[0]
    await late.tend()
    head, *found = rows(late)
    assert head[:5] == ["Projet", "Salon", "Numéro", "Tâche", "Confiées à"]
    assert sorted(row[3] for row in found) == [
        '\'=HYPERLINK("http://x")',
        "boucher le trou",
        "lire le devis",
        "relancer le SDIS",
    ]
    (sdis,) = [row for row in found if row[3] == "relancer le SDIS"]
    assert sdis[1:] == ["Pont de la Lys", "1", "relancer le SDIS", "dgs", "2026-11-20", "", "oui", ""]
    assert "rien dire" not in str(found)


async def test_the_sheet_of_one_project(late: Hall) -> None:
    await late.asks("exporter le bilan Voirie")
    await late.tend()
    assert [row[3] for row in rows(late)[1:]] == ["boucher le trou"]


@pytest.mark.parametrize("membership", ["join", "invite"])
async def test_the_sheet_is_not_sent_where_somebody_comes_while_it_is_uploaded(
    late: Hall, membership: Membership
) -> None:
    await late.asks("exporter le bilan")
    meanwhile(late, lambda: late.member(DIRECT, AGENT, membership))
    await late.tend()
    assert len(late.said()) == 1


async def test_a_room_left_while_the_sheet_is_uploaded_is_not_in_it(late: Hall) -> None:
    await late.asks("exporter le bilan")
    meanwhile(late, lambda: late.member(PONT, MAIRE, "leave"))
    await late.tend()
    await late.tend()
    assert [row[3] for row in rows(late)[1:]] == ["boucher le trou"]


@pytest.mark.parametrize("words", ["tâches en retard", "exporter le bilan"])
async def test_what_is_erased_in_its_room_goes_from_what_showed_it(late: Hall, words: str) -> None:
    await late.asks(words)
    await late.tend()
    shown = [late.edge.event_ids[DIRECT, each.txn] for each in late.edge.said if each.room_id == DIRECT][-1]
    await late.edge.say(VOIRIE, MAIRE, "!tâche effacer 1")
    await late.edge.say(VOIRIE, MAIRE, "définitivement")
    await late.tend()
    redacted = {each.target for each in late.edge.said if isinstance(each, OutgoingRedaction)}
    assert shown in redacted
