"""The library of a room: every file that is sent is in it, and what is done to one is one message."""

from typing import Any

import pytest

from bots.files.library.entry import filing_of, id_of
from bots.matrix.events import Outgoing
from bots.register.replica.object import Object
from config.identifiers import EventId
from tests.unit.files.conftest import DGS, DIRECT, GUEST, NEW, ROOM, SEC, Hall, R


async def listed(hall: Hall, words: str = "!fichiers", sender: object = SEC) -> list[str]:
    answer = await hall.say(words, sender=sender)  # type: ignore[arg-type]
    found = [line.split(". ", 1)[1] for line in answer.split("\n") if line.split(".")[0].isdecimal()]
    return [line.split(" – ")[0] for line in found]


async def test_whatever_is_sent_is_listed_and_nothing_is_said_of_it(hall: Hall) -> None:
    await hall.tend()
    told = len(hall.edge.told)
    await hall.send("délib-12.pdf")
    await hall.send("photo.jpg", sender=DGS, msgtype="m.image")
    await hall.send("note.ogg", msgtype="m.audio")
    assert (hall.said(), len(hall.edge.told)) == ([], told)

    answer = await hall.say("!fichiers")

    assert answer.startswith("📁 3 fichiers\n1. note.ogg – 1 ko · @sec · ")
    assert "2. photo.jpg – 1 ko · @dgs" in answer
    assert "3. délib-12.pdf" in answer


@pytest.mark.parametrize(
    "change",
    [
        {"file": None},
        {"file": {"url": "mxc://x/y"}},
        {"msgtype": "m.text"},
        {"msgtype": "m.location"},
        {"m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}},
    ],
)
async def test_what_is_no_file_is_not_listed(hall: Hall, change: dict[str, Any]) -> None:
    await hall.send("x.pdf", **change)

    assert "Aucun fichier" in await hall.say("!fichiers")


async def test_f14_a_file_that_our_server_does_not_take_is_told_to_who_sent_it(hall: Hall) -> None:
    """By name of the town, once, and not of our own people's, which our server has taken."""
    hall.edge.repository.largest = 50_000_000
    big = {"mimetype": "video/mp4", "size": 80_000_000}
    await hall.send("conseil.mp4", info=big)
    await hall.send("plan.pdf", sender=GUEST, info={"size": 50_000_000})
    await hall.send("sans taille.pdf", sender=GUEST, info={})
    assert hall.said() == []

    sent = await hall.send("film.mp4", sender=GUEST, info=big)
    await hall.tend()

    (said,) = hall.messages()
    assert "film.mp4 (80 Mo) est plus gros que ce que le serveur de valbourg.fr accepte (50 Mo)" in hall.said()[0]
    assert said["m.mentions"] == {"user_ids": [GUEST]}
    assert said["m.relates_to"]["m.in_reply_to"] == {"event_id": sent.event_id}


async def test_files_of_assistants_are_answers(hall: Hall) -> None:
    await hall.send("taches.csv", sender=R)

    assert "Aucun fichier" in await hall.say("!fichiers")


async def test_the_same_name_in_the_same_folder_is_the_next_version(hall: Hall) -> None:
    await hall.send("délib.pdf")
    await hall.send("DÉLIB.pdf", sender=DGS)

    assert await listed(hall) == ["DÉLIB.pdf"]
    assert " – v2 · " in hall.said()[-1]
    details = await hall.say("!fichier délib.pdf")
    assert "version 2 sur 2" in details
    assert "@dgs" in details


async def test_an_older_version_can_be_made_the_current_one_and_back(hall: Hall) -> None:
    await hall.send("délib.pdf")
    await hall.send("délib.pdf", sender=DGS)

    assert "la version 1 est de nouveau" in await hall.say("!fichier version 1 de délib.pdf")
    assert await listed(hall) == ["délib.pdf"]
    assert " – v1 · " in hall.said()[-1]
    assert "@sec" in (await hall.say("!fichiers"))

    await hall.say("!annuler")
    assert await listed(hall) == ["délib.pdf"]
    assert " – v2 · " in hall.said()[-1]
    assert "a ces versions : 1, 2" in await hall.say("!fichier version 7 de délib.pdf")


@pytest.mark.parametrize(
    ("words", "said", "then"),
    [
        ("ranger dans Marchés/Lot 3", "rangé dans Marchés/Lot 3", "Marchés/Lot 3/plan.pdf"),
        ("classe dans « Marchés »", "rangé dans Marchés", "Marchés/plan.pdf"),
        ("move to Contracts", "rangé dans Contracts", "Contracts/plan.pdf"),
        ("renommer en Plan du parc", "s’appelle maintenant Plan du parc.pdf", "Plan du parc.pdf"),
        ("rename to plan-2.dwg", "s’appelle maintenant plan-2.dwg", "plan-2.dwg"),
    ],
)
async def test_an_answer_to_a_file_acts_on_it(hall: Hall, words: str, said: str, then: str) -> None:
    file = await hall.send("plan.pdf", sender=DGS)

    assert said in await hall.say(words, about=file.event_id)
    assert await listed(hall) == [then]

    assert "comme avant" in await hall.say("!annuler")
    assert await listed(hall) == ["plan.pdf"]


@pytest.mark.parametrize(
    "words",
    [
        "merci !",
        "jeter ?",
        "range ça dans ton bureau",
        "tu peux le ranger dans Marchés ?",
        "version",
        "restaurer la mairie",
        "détails à voir demain",
        "fait",
        "✅",
    ],
)
async def test_conversation_about_a_file_stays_conversation(hall: Hall, words: str) -> None:
    file = await hall.send("plan.pdf", sender=DGS)

    assert await hall.say(words, about=file.event_id) == ""
    assert await listed(hall) == ["plan.pdf"]


async def test_all_versions_move_together(hall: Hall) -> None:
    first = await hall.send("délib.pdf")
    await hall.send("délib.pdf")

    await hall.say("ranger dans Conseil", about=first.event_id)

    assert await listed(hall) == ["Conseil/délib.pdf"]
    assert " – v2 · " in hall.said()[-1]


async def test_filed_beside_one_of_its_name_a_file_is_its_next_version(hall: Hall) -> None:
    first = await hall.send("délib.pdf")
    await hall.say("ranger dans Conseil", about=first.event_id)
    second = await hall.send("délib.pdf")
    assert await listed(hall) == ["délib.pdf", "Conseil/délib.pdf"]

    await hall.say("ranger dans conseil", about=second.event_id)

    assert len(await listed(hall)) == 1


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("!fichiers cherche délibération 2026", ["Délibération 12 (2026).pdf"]),
        ("!fichiers deliberation", ["Délibération 12 (2026).pdf"]),
        ("!fichiers @dgs", []),
        ("!fichiers dgs", ["budget.xlsx"]),
        ("!fichiers dossier marchés", ["Marchés/Lot 3/plan.pdf"]),
        ("!fichiers dossier Marchés/Lot 3", ["Marchés/Lot 3/plan.pdf"]),
        ("!fichiers dossier march", []),
        ("!fichiers #urgent", ["Marchés/Lot 3/plan.pdf"]),
        ("!fichiers lot 3", ["Marchés/Lot 3/plan.pdf"]),
        ("!files find budget", ["budget.xlsx"]),
    ],
)
async def test_files_are_found_by_what_people_remember(hall: Hall, command: str, found: list[str]) -> None:
    plan = await hall.send("plan.pdf")
    await hall.say("ranger dans Marchés/Lot 3", about=plan.event_id)
    await hall.say("étiqueter #urgent", about=plan.event_id)
    await hall.send("Délibération 12 (2026).pdf")
    await hall.send("budget.xlsx", sender=DGS)

    assert await listed(hall, command) == found


async def test_after_a_list_its_numbers_count(hall: Hall) -> None:
    for name in ("un.pdf", "deux.pdf", "trois.pdf"):
        await hall.send(name)
    await hall.say("!fichiers")

    assert "deux.pdf : rangé dans Conseil" in await hall.say("!ranger 2 dans Conseil")
    await hall.say("!fichiers")
    assert "La liste va de 1 à 3" in await hall.say("ranger 9 dans Conseil", about=hall.id_of())
    assert "trois.pdf, un.pdf : rangé dans Marchés" in await hall.say("ranger 1, 3 dans Marchés", about=hall.id_of(-2))


async def test_what_is_thrown_away_can_be_had_back_for_thirty_days(hall: Hall) -> None:
    file = await hall.send("plan.pdf")

    said = await hall.say("jeter", about=file.event_id)
    assert "récupérable jusqu’au" in said
    assert "Le message lui-même reste dans le salon" in said
    assert await listed(hall) == []
    assert await listed(hall, "!fichiers corbeille") == ["plan.pdf"]

    await hall.say("!fichier restaurer plan.pdf")
    assert await listed(hall) == ["plan.pdf"]

    await hall.say("jeter", about=file.event_id)
    hall.time += 30 * 86_400_000
    assert "Rien n’a été jeté" in await hall.say("!fichiers corbeille")


async def test_a_file_belongs_to_a_task(hall: Hall) -> None:
    file = await hall.send("plan.pdf")
    await hall.say("!tâche ajouter faire voter le plan")
    assert "rattaché à la tâche 1" in await hall.say("rattacher à la tâche 1", about=file.event_id)

    assert await listed(hall, "!fichiers tâche 1") == ["plan.pdf"]
    assert "rattaché à la tâche 1" in await hall.say("!fichier plan.pdf")
    assert "ne trouve pas" in await hall.say("rattacher à la tâche 7", about=file.event_id)
    assert "détaché de la tâche 1" in await hall.say("détacher de la tâche 1", about=file.event_id)
    assert await listed(hall, "!fichiers tâche 1") == []


@pytest.mark.parametrize(
    ("made", "called", "listing"),
    [
        ("!objectif ajouter rénover l’école", "l'objectif 1", "!fichiers objectif 1"),
        ("!agenda ajouter conseil jeudi 14h", "l’événement 1", "!fichiers événement 1"),
        ("!agenda ajouter conseil jeudi 14h", "event 1", "!files event 1"),
    ],
)
async def test_a_file_belongs_to_an_objective_or_an_event(hall: Hall, made: str, called: str, listing: str) -> None:
    file = await hall.send("plan.pdf")
    await hall.say(made)
    assert "rattaché à" in await hall.say(f"rattacher à {called}", about=file.event_id)

    assert await listed(hall, listing) == ["plan.pdf"]


async def test_tags_come_and_go(hall: Hall) -> None:
    file = await hall.send("plan.pdf")
    await hall.say("étiqueter #budget #2026", about=file.event_id)
    assert await listed(hall, "!fichiers #budget") == ["plan.pdf"]

    await hall.say("désétiqueter #budget", about=file.event_id)
    assert await listed(hall, "!fichiers #budget") == []
    await hall.say("!annuler")
    assert await listed(hall, "!fichiers #budget") == ["plan.pdf"]


async def test_which_of_two_is_asked_and_can_be_answered(hall: Hall) -> None:
    first = await hall.send("délib.pdf")
    await hall.say("ranger dans 2025", about=first.event_id)
    second = await hall.send("délib.pdf")
    await hall.say("ranger dans 2026", about=second.event_id)

    asked = await hall.say("!fichier renommer délib.pdf en ancien.pdf")
    assert "désigne 2 fichiers. Lequel ?" in asked
    number = 1 if "1️⃣ 2025" in asked else 2
    assert "s’appelle maintenant ancien.pdf" in await hall.say(f"{number}", about=hall.id_of())

    assert sorted(await listed(hall)) == ["2025/ancien.pdf", "2026/délib.pdf"]


async def test_a_caption_files_its_own_file(hall: Hall) -> None:
    await hall.send("plan.pdf", body="ranger dans Marchés")

    assert await listed(hall) == ["Marchés/plan.pdf"]


async def test_a_guest_files_what_is_theirs(hall: Hall) -> None:
    """Rivemont has an assistant of its own; ours serves who has none, and gives no rights over others' files."""
    mine, others = await hall.send("mien.pdf", sender=GUEST), await hall.send("autre.pdf")

    assert "En tant qu’invité" in await hall.say("ranger dans X", sender=GUEST, about=others.event_id)
    assert "rangé dans X" in await hall.say("ranger dans X", sender=GUEST, about=mine.event_id)


async def test_one_who_came_later_learns_no_name_from_before(hall: Hall) -> None:
    secret = await hall.send("licenciement de M. X.pdf")
    await hall.say("ranger dans RH", about=secret.event_id)
    await hall.enter(NEW)
    await hall.send("accueil.pdf")

    overview = await hall.say("!fichiers", sender=NEW)
    assert "licenciement" not in overview
    assert "RH" not in overview
    assert await listed(hall, "!fichiers", NEW) == ["accueil.pdf"]
    for words in ("!fichiers licenciement", "!fichiers dossier RH", "!fichiers 2026"):
        assert "licenciement de" not in await hall.say(words, sender=NEW), words
    assert "Je ne connais pas" in await hall.say("!fichier licenciement de M. X.pdf", sender=NEW)
    for words in ("détails", "renommer en y.pdf", "jeter", "version 1"):
        said = await hall.say(words, sender=NEW, about=secret.event_id)
        assert "date d’avant votre arrivée" in said, words
    assert len(await listed(hall)) == 2


async def test_who_leaves_and_comes_back_has_come_anew(hall: Hall) -> None:
    await hall.send("avant.pdf")
    assert await listed(hall, "!fichiers", DGS) == ["avant.pdf"]

    await hall.leave(DGS)
    await hall.send("entre.pdf")
    await hall.enter(DGS)
    await hall.send("après.pdf")

    assert await listed(hall, "!fichiers", DGS) == ["après.pdf"]
    assert len(await listed(hall)) == 3


async def test_a_file_that_was_sent_before_and_came_after_is_not_shown(hall: Hall) -> None:
    """Another town's server was away: the order in which things reach us is not the order in which they were said."""
    await hall.enter(NEW)
    await hall.send("accueil.pdf")
    assert await listed(hall, "!fichiers", NEW) == ["accueil.pdf"]
    late = await hall.send("d'avant.pdf", sender=DGS)
    room = hall.edge._timeline[ROOM]
    room.insert(0, room.pop(room.index(late)))
    hall.edge._arrived[ROOM, NEW] += 1
    # The fake's clock stands behind ours, so whatever is sent was sent before we asked.

    assert await listed(hall, "!fichiers", NEW) == ["accueil.pdf"]
    assert len(await listed(hall)) == 2


async def test_a_redacted_file_is_gone_and_what_said_its_name_too(hall: Hall) -> None:
    file = await hall.send("dupont-rsa.pdf")
    await hall.say("renommer en Dossier Dupont", about=file.event_id)
    told = hall.id_of()
    await hall.say("!fichiers")
    shown = hall.id_of()

    await hall.redact(file)

    assert {told, shown} <= {*hall.redacted}
    assert "Aucun fichier" in await hall.say("!fichiers")
    assert "ne connais pas" in await hall.say("!fichier dossier dupont")
    async with hall.edge.database.begin() as transaction:
        state = await hall.ledger.state(transaction, ROOM)
    assert "Dupont" not in repr([found.fields for found in state.all("file")])


async def test_after_a_restart_everything_is_there(hall: Hall) -> None:
    file = await hall.send("plan.pdf")
    await hall.say("ranger dans Marchés", about=file.event_id)

    await hall.reopen()

    assert await listed(hall) == ["Marchés/plan.pdf"]


async def test_a_lost_index_is_read_back_from_the_room(hall: Hall) -> None:
    """Names and times come from the messages, folders from the register; newcomers still see nothing from before."""
    file = await hall.send("plan.pdf")
    await hall.say("ranger dans Marchés", about=file.event_id)
    gone = await hall.send("gone.pdf")
    await hall.redact(gone)
    await hall.enter(NEW)
    await hall.send("accueil.pdf", sender=DGS)
    before = await hall.say("!fichiers")
    async with hall.edge.database.engine.begin() as connection:
        for table in ("files_entry", "files_horizon", "files_reading"):
            await connection.exec_driver_sql(f"DELETE FROM {table}")
    await hall.reopen()

    for _ in range(3):
        await hall.tend()

    assert await hall.say("!fichiers") == before
    assert await listed(hall, "!fichiers", NEW) == ["accueil.pdf"]


async def test_an_object_that_names_another_event_is_no_filing(hall: Hall) -> None:
    """The id is derived from the event: whoever writes another one beside it has made it up."""
    found = Object("file", id_of(ROOM, EventId("$a")))
    found.fields = {"event": "$b", "folder": "X"}

    assert filing_of(found, ROOM) is None


async def test_it_is_said_in_the_room_it_is_about_only(hall: Hall) -> None:
    await hall.send("plan.pdf")

    assert "Aucun fichier" in await hall.say("!fichiers", room=DIRECT)
    assert not [
        each for each in hall.edge.said if isinstance(each, Outgoing) and each.room_id == DIRECT and "plan" in str(each)
    ]


@pytest.mark.parametrize("words", ["range ça dans marchés", "range-le dans Marchés", "range le dans Marchés stp"])
async def test_what_may_be_an_order_between_two_people_is_asked(hall: Hall, words: str) -> None:
    file = await hall.send("devis.pdf")
    assert "Est-ce pour moi, à propos de devis.pdf" in await hall.say(words, about=file.event_id)
    asked = hall.id_of()
    assert "0 fichier" in await hall.say("!fichiers dossier marchés")

    assert "rangé" in await hall.say("oui", about=asked)
    (found,) = await listed(hall, "!fichiers dossier marchés")
    assert found.lower() == "marchés/devis.pdf"


@pytest.mark.parametrize("words", ["jette ça", "renomme-le en Devis final.pdf"])
async def test_other_orders_that_point_are_asked_too(hall: Hall, words: str) -> None:
    file = await hall.send("devis.pdf")
    assert "Est-ce pour moi" in await hall.say(words, about=file.event_id)
    assert await hall.say("oui", about=hall.id_of()) != ""
    assert await listed(hall) in ([], ["Devis final.pdf"])


@pytest.mark.parametrize(
    "words", ["range ça dans ton bureau ?", "merci, je range", "ça va dans ton sens", "le range-t-on"]
)
async def test_talk_below_a_file_is_left_alone(hall: Hall, words: str) -> None:
    file = await hall.send("devis.pdf")
    assert await hall.say(words, about=file.event_id) == ""


async def test_a_file_is_found_by_whoever_calls_us(hall: Hall) -> None:
    await hall.send("CR de chantier.pdf")
    await hall.send("Devis toiture école.pdf")

    assert "CR de chantier" in await hall.say("@beffroi range le CR de chantier dans Travaux/École")
    assert await listed(hall, "!fichiers dossier Travaux/École") == ["Travaux/École/CR de chantier.pdf"]
    assert "Devis toiture école" in await hall.say("@beffroi retrouve moi le devis de la toiture stp")
    assert "Devis toiture école" in await hall.say("@beffroi où est le fichier devis toiture ?")
    assert "#urgent" in await hall.say("@beffroi étiqueter le devis toiture école #urgent")


async def test_alone_with_us_it_is_said_where_files_are_looked_for(hall: Hall) -> None:
    await hall.send("pv.pdf")
    assert "J’ai cherché dans tous les salons" in await hall.say("fichiers cherche délib", room=DIRECT)
    assert "✅ pv.pdf – " in await hall.say("fichiers cherche pv", room=DIRECT)


@pytest.mark.parametrize(
    "said",
    [
        "range ce fichier dans le dossier Conseil",
        "range ça dans Conseil",
        "tu peux le ranger dans le dossier Conseil ?",
    ],
)
async def test_this_file_is_the_one_that_was_just_sent(hall: Hall, said: str) -> None:
    await hall.send("plan.pdf", sender=DGS)
    sent = await hall.send("délib.pdf")
    hall.time = sent.timestamp

    assert "délib.pdf : rangé dans Conseil" in await hall.say(f"@beffroi:valbourg.fr {said}")


async def test_this_file_is_nobody_elses(hall: Hall) -> None:
    await hall.send("délib.pdf")
    sent = await hall.send("plan.pdf", sender=DGS)
    hall.time = sent.timestamp

    assert "rangé" not in await hall.say("@beffroi:valbourg.fr range ce fichier dans Conseil")


@pytest.mark.parametrize(
    "words",
    [
        *("attache la convocation à la réunion de jeudi", "joins la convocation au conseil du 26 novembre"),
        *("rattache la convocation au conseil de jeudi 18h30", "la convocation, attache-la au conseil de jeudi"),
        *(
            "attach the convocation to the meeting on Thursday",
            "attach the convocation to the council meeting on Thursday",
        ),
        "!fichier rattacher convocation à la réunion de jeudi",
    ],
)
async def test_a_file_of_the_library_is_attached_to_what_takes_place_that_day(hall: Hall, words: str) -> None:
    """The day was thrown away: any event called « réunion » was taken, and « Conseil » was none."""
    await hall.send("convocation CM.pdf", sender=DGS)
    await hall.send("budget.pdf", sender=DGS)
    hall.time += 86_400_000
    await hall.say("!agenda ajouter réunion de voirie mercredi 25 novembre 10h")
    await hall.say("!agenda ajouter Conseil municipal jeudi 18h30 (council)")

    said = await hall.say(words if words.startswith("!") else f"@beffroi {words}")

    assert said.startswith("✔ convocation CM.pdf : rattaché à l’événement 2 « Conseil municipal")
    assert "convocation CM.pdf" in await hall.say("!fichiers événement 2")
    await hall.say("@beffroi attache budget.pdf à l'événement 1")
    assert "comme avant" in await hall.say("!annuler")
    assert "0 fichier" in (nothing := await hall.say("!fichiers événement 1")) or "Aucun" in nothing


async def test_of_several_on_that_day_it_is_asked_which(hall: Hall) -> None:
    await hall.send("convocation.pdf")
    await hall.say("!agenda ajouter Bureau jeudi 9h")
    await hall.say("!agenda ajouter Conseil municipal jeudi 18h30")

    asked = await hall.say("@beffroi attache la convocation à la réunion de jeudi")
    assert "Laquelle" in asked or "Lequel" in asked
    assert "Bureau" in asked
    assert "l’événement 2 « Conseil municipal »" in await hall.say("2")
    assert "ne trouve pas" in await hall.say("@beffroi attache la convocation à la réunion de vendredi")


async def test_what_a_file_is_attached_to_is_named_and_goes_when_that_is_erased(hall: Hall) -> None:
    await hall.send("plan.pdf")
    await hall.say("!objectif ajouter réviser le PLU pour le 30 juin 2027")

    assert "rattaché à l’objectif 1 « réviser le PLU »" in await hall.say("@beffroi rattache le plan à l'objectif 1")
    said = hall.id_of()
    assert "détaché de l’objectif 1 « réviser le PLU »" in await hall.say("@beffroi détache le plan de l'objectif")
    await hall.say("@beffroi rattache le plan à l'objectif 1")
    await hall.say("!objectif effacer 1")
    await hall.say("définitivement")
    assert said in hall.redacted


async def test_in_english_to_file_is_a_verb(hall: Hall) -> None:
    """It looked for a file that is called “the minutes in Council”."""
    await hall.send("minutes.pdf")

    assert "minutes.pdf : rangé dans Council/2026" in await hall.say("@beffroi file the minutes in Council/2026")
    assert "minutes.pdf" in await hall.say("!file minutes.pdf")
