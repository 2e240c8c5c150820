"""Tasks out of a room and into it as a sheet, over the desk: files, errands, crashes, undoing."""

import csv
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest

from bots.assistant.words.files.sheets import MOST_BYTES
from bots.envelope.file import EncryptedFile, as_content, parse_attachment
from bots.matrix.events import Event
from bots.matrix.port import Edge
from bots.register.format.wire import OPS
from bots.tasks.kept.model import Board, Status, Task
from config.identifiers import EventId, UserId
from tests.unit.assistant.conftest import ROOM, Town

SECRETAIRE, DGS, CITOYEN = "@secretaire:valbourg.fr", "@dgs:rivemont.fr", "@citoyen:ailleurs.fr"


async def tend(town: Town, most: int | None = None) -> None:
    """Do the errands that are due (*most* of them), and send what they say."""
    if most is None:
        await town.desk.errands.tend()
    await town.edge.flush()


async def board(town: Town) -> Board:
    async with town.edge.database.begin() as transaction:
        return Board(await town.ledger.state(transaction, ROOM))


async def tasks(town: Town) -> list[Task]:
    held = await board(town)
    return list(held.tasks(sorted(held.index.rows, key=lambda each: held.index.rows[each].number)))


async def send(town: Town, sheet: str | bytes, sender: str = SECRETAIRE, **more: Any) -> EventId:
    """Send a file; return the event id of its message."""
    data = sheet if isinstance(sheet, bytes) else sheet.encode()
    file = await town.edge.upload(data, content_type="text/csv", encrypted=True)
    content = {"msgtype": "m.file", "filename": "t.csv", "info": {"size": len(data)}, **as_content(file), **more}
    event = await town.edge.say(ROOM, sender, "t.csv", content=content)
    return event.event_id


async def bring(town: Town, sheet: str | bytes, words: str = "!tâches importer") -> Event:
    """Send a file and answer it with the command; do what that leaves to be done."""
    command = await town.say(SECRETAIRE, words, about=await send(town, sheet))
    await tend(town)
    return command


async def exported(town: Town, words: str = "!tâches exporter") -> list[dict[str, str]]:
    await town.say(SECRETAIRE, words)
    await tend(town)
    text = (await contents(town)).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=";"))


async def contents(town: Town) -> bytes:
    content = town.messages()[-1].content
    assert content["msgtype"] == "m.file", content["body"]
    return await town.edge.download(parse_attachment(content), most=10_000_000)


def last(town: Town) -> str:
    return town.sentences()[-1]


async def test_an_export_is_an_encrypted_file_that_clients_can_name(town: Town) -> None:
    await town.task("relancer le SDIS vendredi à 14h @dgs #voirie !haute")
    await town.task("commander des chaises")
    await town.say(SECRETAIRE, "!tâche fait 2")

    (row,) = await exported(town)

    message = town.messages()[-1]
    assert isinstance(parse_attachment(message.content), EncryptedFile)
    assert message.content["filename"] == message.content["body"] == "taches-2026-11-23.csv"
    assert message.content["info"]["mimetype"] == "text/csv"
    assert "Voici le tableau, par échéance." in town.sentences()[-2]
    assert (row["Numéro"], row["Titre"], row["Priorité"]) == ("1", "relancer le SDIS", "haute")
    assert (row["Échéance"], row["Heure"], row["Étiquettes"]) == ("2026-11-27", "14:00", "voirie")
    assert row["Assignée à"] == "dgs <@dgs:rivemont.fr>"


async def test_an_export_from_a_room_in_the_clear_is_in_the_clear(town: Town) -> None:
    await town.task("tout dire")
    room = town.edge.room(ROOM)
    assert room is not None
    town.edge.set_room(replace(room, encrypted=False))

    await exported(town)

    assert "url" in town.messages()[-1].content


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("!tâches exporter", ["un", "deux"]),
        ("!tâches exporter toutes", ["un", "deux", "trois"]),
        ("!tâches faites csv", ["trois"]),
        ("!tasks export #écoles", ["deux"]),
        ("!tâches exporter #inconnue", []),
        ("!tâches csv @dgs", ["un"]),
    ],
)
async def test_an_export_takes_the_words_of_a_list(town: Town, words: str, titles: list[str]) -> None:
    for each in ("un @dgs", "deux #écoles", "trois"):
        await town.task(each)
    await town.say(SECRETAIRE, "!tâche fait 3")

    assert [each["Titre"] for each in await exported(town, words)] == titles


async def test_an_export_that_asks_for_nobody_known_asks(town: Town) -> None:
    await town.say(SECRETAIRE, "!tâches exporter @personne")

    assert "@personne" in last(town)


async def test_what_waits_holds_no_words(town: Town) -> None:
    """A label is what somebody wrote: it must not stand in a payload, which outlives its redaction."""
    await town.say(SECRETAIRE, "!tâches exporter #licenciement")

    assert "licenciement" not in await payloads(town)


async def payloads(town: Town) -> str:
    async with town.edge.database.begin() as connection:
        rows = await connection.exec_driver_sql("SELECT payload FROM assistant_errand")
        return "\n".join(rows.scalars())


async def test_an_export_goes_when_something_in_it_is_erased(town: Town) -> None:
    card = await town.task("secret")
    await town.task("autre")
    await exported(town)
    file = town.id_of(town.messages()[-1])

    await town.redact(SECRETAIRE, card)

    assert file in town.redactions()


async def test_the_way_out_and_back_changes_nothing(town: Town) -> None:
    await town.task("relancer le SDIS vendredi à 14h @dgs #voirie !haute *toutes les 2 semaines ~1h30")
    await town.say(SECRETAIRE, "!tâche ajouter =SOMME(A1)\nune ligne\n- un point\n- [x] un autre")
    await town.say(SECRETAIRE, "!tâche sous 1 relire")
    await town.say(SECRETAIRE, "!tâche dépend 2 de 3")
    before = await tasks(town)
    await exported(town)

    await bring(town, await contents(town))

    assert last(town) == "✔ Import terminé\u00a0: 0 tâche ajoutée, 0 modifiée, 3 inchangées."
    assert await tasks(town) == before


async def test_an_export_of_one_task_can_be_answered(town: Town) -> None:
    """It shows one task and is not its card."""
    await town.task("seule")
    await exported(town)

    await town.say(SECRETAIRE, "!tâches importer", about=town.id_of(town.messages()[-1]))
    await tend(town)

    assert "1 inchangée" in last(town)


async def test_an_import_adds_and_changes(town: Town) -> None:
    await town.task("ancien titre @dgs #voirie")
    await town.task("garder")

    command = await bring(
        town,
        "N°;Titre;Échéance;Heure;Qui;Couleur\r\n"
        "1;nouveau titre;27/11/2026;9h30;@secretaire;rouge\r\n"
        "2;garder;;;;\r\n"
        ";tout neuf;lundi;;secretaire;\r\n"
        "57;venu d’ailleurs;;;;\r\n",
    )

    first, second, third, fourth = await tasks(town)
    assert (first.title, first.labels, first.assignees) == ("nouveau titre", ("voirie",), (UserId(SECRETAIRE),))
    assert str(first.due) == "2026-11-27 09:30:00+01:00"
    assert second.title == "garder"
    assert (third.number, third.title, str(third.due)) == (3, "tout neuf", "2026-11-30")
    assert (fourth.number, fourth.title, fourth.creator) == (4, "venu d’ailleurs", UserId(SECRETAIRE))
    answer = town.messages()[-1].content
    assert answer["m.relates_to"]["m.in_reply_to"] == {"event_id": command.event_id}
    assert "2 tâches ajoutées, 1 modifiée, 1 inchangée" in answer["body"]
    assert "ligne 5" in answer["body"]
    assert "Colonne ignorée\u00a0: Couleur" in answer["body"]


async def test_all_or_nothing(town: Town) -> None:
    """Nothing is changed when a row cannot be read, and each is named with its line."""
    await town.task("ancien")
    before = await tasks(town)

    await bring(
        town,
        "N°;Titre;Échéance;Qui;Dépend de\n"
        "1;nouveau;;;\n"
        ";bonne;27/11/2026;;\n"
        ";mauvaise;31/02/2027;;\n"
        ";inconnue;;@personne;\n"
        "1;deux fois;;;\n"
        ";seule;;;99\n"
        ";;28/11/2026;;\n",
    )

    assert await tasks(town) == before
    said = last(town)
    assert "5 lignes sont à revoir" in said
    assert "ligne 4\u00a0: «\u00a031/02/2027\u00a0» n’est pas une date" in said
    assert "ligne 5\u00a0: Personne" in said
    assert "ligne 6\u00a0: Cette tâche est déjà à la ligne 2" in said
    assert "ligne 7" in said
    assert "ligne 8\u00a0: Il n’y a pas de titre" in said


async def test_circles_are_refused(town: Town) -> None:
    await town.task("a")
    await town.task("b")
    await town.say(SECRETAIRE, "!tâche dépend 1 de 2")

    await bring(town, "Numéro;Titre;Dépend de;Tâche mère\n2;b;1;\n7;c;;8\n8;d;;7\n")

    assert "3 lignes" in last(town)
    assert "boucle" in last(town)
    assert len(await tasks(town)) == 2


async def test_rows_may_refer_to_one_another(town: Town) -> None:
    await bring(town, "Numéro;Titre;Tâche mère;Dépend de\n10;a;11;\n11;b;;12\n12;c;;\n")

    first, second, third = await tasks(town)
    assert (first.parent, second.depends, third.depends) == (second.id, (third.id,), ())


async def test_a_sheet_from_another_room_overwrites_nothing(town: Town) -> None:
    """Its numbers are those of other tasks here: the identifiers tell."""
    await town.task("la nôtre")
    sheet = "Numéro;Titre;Identifiant\n1;la leur;11111111-1111-5111-8111-111111111111\n"

    await bring(town, sheet)

    assert [each.title for each in await tasks(town)] == ["la nôtre", "la leur"]


async def test_without_a_file_one_sentence_tells_how(town: Town) -> None:
    await town.say(SECRETAIRE, "!tâches importer")
    said = await town.say(DGS, "voici")
    await town.say(SECRETAIRE, "!tasks import", about=said.event_id)

    assert len(town.sentences()) == 2
    assert all("CSV" in each for each in town.sentences())


async def test_a_cell_that_never_ends_is_refused_with_its_row(town: Town) -> None:
    await bring(town, 'Titre\n"relancer le SDIS\n' + "".join(f"ligne {number}\n" for number in range(10)))

    assert await tasks(town) == []
    assert "guillemet jamais fermé" in last(town)
    assert "Ligne 2" in last(town)


async def test_a_guest_exports_and_does_not_import(town: Town) -> None:
    file = await send(town, "Titre\nx\n")

    await town.say(CITOYEN, "!tâches importer", about=file)

    await tend(town)
    assert await tasks(town) == []


async def test_an_import_is_undone_by_deleting_its_command(town: Town) -> None:
    await town.task("ancien")
    command = await bring(town, "Numéro;Titre;Étiquettes\n1;nouveau;neuf\n;a;\n;b;\n")

    await town.redact(SECRETAIRE, command.event_id)

    first, second, third = await tasks(town)
    assert (first.title, first.labels) == ("ancien", ())
    assert (second.status, third.status) == (Status.DROPPED, Status.DROPPED)


async def test_an_edited_import_doubles_nothing(town: Town) -> None:
    command = await bring(town, "Titre\na\nb\n")

    await edit(town, command, "!tâches importer.")
    await tend(town)

    assert [each.title for each in await tasks(town)] == ["a", "b"]
    assert "2 inchangées" in last(town)


async def edit(town: Town, command: Event, body: str) -> None:
    town.now[0] += 1_000
    new = {"msgtype": "m.text", "body": body}
    relation = {"rel_type": "m.replace", "event_id": command.event_id}
    await town.edge.say(ROOM, SECRETAIRE, f"* {body}", content={"m.new_content": new, "m.relates_to": relation})


async def test_an_import_edited_to_something_else_is_undone(town: Town) -> None:
    command = await bring(town, "Titre\na\nb\n")

    await edit(town, command, "!tâches")

    assert [each.status for each in await tasks(town)] == [Status.DROPPED] * 2


LARGE = "Numéro;Titre;Description\n" + "".join(f"{n};tâche {n};{'é' * 200}\n" for n in range(1, 301))


async def test_a_large_import_is_several_operations_and_two_messages(town: Town) -> None:
    await bring(town, LARGE)

    found = await tasks(town)
    assert [each.title for each in found] == [f"tâche {n}" for n in range(1, 301)]
    assert [each.number for each in found] == list(range(1, 301))
    began, ended = town.sentences()
    assert "300 lignes" in began
    assert "300 tâches ajoutées, 0 modifiée, 0 inchangée" in ended
    assert not any(OPS in each.content for each in town.messages())
    assert town.edits() == []


class Cut(BaseException):
    """The assistant dies here."""


class Dying:
    """Stands before the edge and dies at the *at*-th thing that is asked of it."""

    def __init__(self, edge: Edge, at: int) -> None:
        self._edge = edge
        self.left = at

    def __getattr__(self, name: str) -> Any:
        if name in ("download", "enqueue", "enqueue_to_device"):
            self.left -= 1
            if self.left == 0:
                raise Cut
        return getattr(self._edge, name)


@pytest.mark.parametrize("at", range(1, 24, 2))
async def test_a_kill_anywhere_loses_and_doubles_no_row(town: Town, at: int) -> None:
    """Before or after a chunk was written: what stands on disk is gone on with."""
    await town.say(SECRETAIRE, "!tâches importer", about=await send(town, LARGE))
    dying: Any = Dying(town.edge, at)
    town.serve(town.desk.dispatcher, dying)
    with suppress(Cut):
        await town.desk.errands.tend()
    town.restart()
    await tend(town)

    found = await tasks(town)
    assert [each.title for each in found] == [f"tâche {n}" for n in range(1, 301)]
    assert "300 tâches ajoutées" in last(town)


async def test_a_large_import_holds_no_words_while_it_waits(town: Town) -> None:
    await town.say(SECRETAIRE, "!tâches importer", about=await send(town, LARGE))
    dying: Any = Dying(town.edge, 8)
    town.serve(town.desk.dispatcher, dying)

    with pytest.raises(Cut):
        await town.desk.errands.tend()

    held = await payloads(town)
    assert '"after"' in held
    assert "tâche" not in held


async def test_a_large_import_that_is_withdrawn_stops(town: Town) -> None:
    command = await town.say(SECRETAIRE, "!tâches importer", about=await send(town, LARGE))
    dying: Any = Dying(town.edge, 8)
    town.serve(town.desk.dispatcher, dying)
    with pytest.raises(Cut):
        await town.desk.errands.tend()
    town.restart()

    await town.redact(SECRETAIRE, command.event_id)
    await tend(town)

    found = await tasks(town)
    assert 0 < len(found) < 300


async def test_a_middling_import_that_is_withdrawn_leaves_nothing(town: Town) -> None:
    """Of up to two hundred new tasks those that were made already are dropped again."""
    sheet = "Titre;Description\n" + "".join(f"t {n};{'é' * 400}\n" for n in range(120))
    command = await town.say(SECRETAIRE, "!tâches importer", about=await send(town, sheet))
    dying: Any = Dying(town.edge, 8)
    town.serve(town.desk.dispatcher, dying)
    with pytest.raises(Cut):
        await town.desk.errands.tend()
    town.restart()
    some = len(await tasks(town))

    await town.redact(SECRETAIRE, command.event_id)
    await tend(town)

    found = await tasks(town)
    assert 0 < len(found) == some < 120
    assert {each.status for each in found} == {Status.DROPPED}


async def test_what_was_imported_here_is_known_there(towns: tuple[Town, Town]) -> None:
    here, there = towns
    await bring(here, LARGE)

    await here.tell(there)

    assert await tasks(there) == await tasks(here)
    assert there.ledger.state_hash(ROOM) == here.ledger.state_hash(ROOM)


async def test_numbers_of_the_sheet_never_meet_those_given_meanwhile(town: Town) -> None:
    """Its last rows have numbers that its first rows are given here."""
    await town.task("ici")
    sheet = "Numéro;Titre;Description\n" + "".join(f"{n};t {n};{'é' * 200}\n" for n in range(301, 1, -1))

    await bring(town, sheet)

    assert len(await tasks(town)) == 301
    assert "300 tâches ajoutées, 0 modifiée" in last(town)


async def test_a_file_that_is_gone_is_told(town: Town) -> None:
    file = await send(town, "Titre\na\n")
    town.edge.repository.blobs.clear()

    await town.say(SECRETAIRE, "!tâches importer", about=file)
    await tend(town)

    assert "n’existe plus" in last(town)
    assert "Rien n’est modifié" in last(town)


async def test_a_file_that_was_tampered_with_is_refused(town: Town) -> None:
    file = await send(town, "Titre\na\n")
    for url, blob in town.edge.repository.blobs.items():
        town.edge.repository.blobs[url] = bytes([blob[0] ^ 1]) + blob[1:]

    await town.say(SECRETAIRE, "!tâches importer", about=file)
    await tend(town)

    assert "pas arrivé tel" in last(town)
    assert await tasks(town) == []


async def test_a_file_that_is_too_large_is_told_with_sizes(town: Town) -> None:
    honest = await send(town, b"Titre\n" + b"x" * MOST_BYTES)
    await town.say(SECRETAIRE, "!tâches importer", about=honest)
    liar = await send(town, b"Titre\n" + b"x" * MOST_BYTES, info={"size": 3})
    await town.say(SECRETAIRE, "!tâches importer", about=liar)
    await tend(town)

    assert ["1024\u00a0ko au plus" in each for each in town.sentences()] == [True, True]


async def test_a_server_that_is_down_is_asked_again(town: Town) -> None:
    file = await send(town, "Titre\na\n")
    await town.say(SECRETAIRE, "!tâches importer", about=file)
    town.edge.unreachable = True
    await tend(town)
    town.edge.unreachable = False
    town.now[0] += 2_000
    await tend(town)

    assert [each.title for each in await tasks(town)] == ["a"]


async def test_imported_tasks_have_no_cards(town: Town) -> None:
    await bring(town, "Titre\na\nb\n")
    await town.say(SECRETAIRE, "!tâche fait 1")
    await town.wait(30)

    assert town.edits() == []


async def test_done_by_a_sheet_comes_back(town: Town) -> None:
    await town.task("balayer lundi *toutes les semaines")

    await bring(town, "Numéro;Titre;Statut\n1;balayer;faite\n")

    first, second = await tasks(town)
    assert (first.status, second.status) == (Status.DONE, Status.TODO)
    assert second.title == "balayer"


async def test_pinning_a_file_still_makes_a_task(town: Town) -> None:
    file = await send(town, "Titre\na\n")

    await town.react(SECRETAIRE, file, "📌")

    assert [each.title for each in await tasks(town)] == ["t.csv"]
