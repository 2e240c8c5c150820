"""A room read back from the newest message: entries, what was done to them, and whose word counts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bots.assistant.talk.messages import FILED
from bots.files.library.entry import KIND, id_of
from bots.matrix.events import Event, Member, Room, Unreadable
from bots.register.format.signature import Signer
from bots.register.format.wire import OPS
from bridge.agent.errors import AlreadyThere, NoSuchFile, NoSuchRoom, NotEncrypted, NotSendable
from bridge.agent.finding import file_called, room_called, room_id_in
from bridge.agent.getting import Target
from bridge.agent.library import LibraryReading
from bridge.agent.listing import facts, files_of
from bridge.agent.putting import Parcel, check
from config.identifiers import EventId, RoomId, UserId

ROOM = RoomId("!salon:valbourg.fr")
ANNE = UserId("@anne:valbourg.fr")
OURS = UserId("@beffroi:valbourg.fr")
SIGNER = Signer(bytes(32))
NOW = 1_764_400_000_000


def file(event_id: str, name: str, sender: UserId = ANNE, **more: Any) -> Event:
    content = {"msgtype": "m.file", "body": name, "url": "mxc://valbourg.fr/abc", "info": {"size": 12}, **more}
    return Event(
        room_id=ROOM,
        event_id=EventId(event_id),
        sender=sender,
        type="m.room.message",
        content=content,
        timestamp=NOW,
        encrypted=True,
        signed=True,
    )


def done(seq: int, event_id: str, sender: UserId = OURS, by: UserId = ANNE, clock: int = 0, **fields: Any) -> Event:
    change = {"kind": KIND, "id": id_of(ROOM, EventId(event_id)), "set": {"event": event_id, **fields}}
    envelope = {"v": 1, "src": "src0123456789abcdef", "seq": seq, "clock": clock or NOW + seq, "ts": NOW, "by": by}
    signed = SIGNER.sign({**envelope, "ops": [change]}, ROOM, sender)
    return replace(file(f"$op{seq}", "x", sender), content={"msgtype": "m.notice", "body": "✔", OPS: signed})


def read(*newest_first: Any) -> LibraryReading:
    reading = LibraryReading(ROOM, NOW)
    for event in newest_first:
        reading.take(event)
    return reading


def paths(reading: LibraryReading) -> list[str]:
    return [file.path for file in files_of(reading.library(), None)]


def test_files_stand_where_they_were_put_whatever_came_first() -> None:
    events = [
        done(2, "$a", folder="Conseil/2026"),
        file("$b", "plan.dwg"),
        done(1, "$a", folder="Vrac", name="Délib 12.pdf"),
        file("$a", "délib.pdf"),
    ]
    assert paths(read(*events)) == ["plan.dwg", "Conseil/2026/Délib 12.pdf"]
    assert paths(read(*reversed(events))) == ["plan.dwg", "Conseil/2026/Délib 12.pdf"]


@pytest.mark.parametrize(
    "forged",
    [
        done(1, "$a", sender=ANNE, folder="À moi"),
        done(1, "$a", by=UserId("@bruno:rivemont.fr"), folder="À moi"),
        done(1, "$a", clock=NOW + 10**9, folder="À moi"),
        replace(done(1, "$a", folder="À moi"), relates_to={"rel_type": "m.replace", "event_id": "$x"}),
        replace(done(1, "$a", folder="À moi"), relation_differs=True),
        replace(done(1, "$a", folder="À moi"), redacted=True),
        replace(done(1, "$a", folder="À moi"), content={OPS: {"v": 1, "ops": "?"}}),
        replace(done(1, "$a", folder="À moi"), content={OPS: None}),
        replace(done(1, "$a", folder="À moi"), content={OPS: ["x"]}),
    ],
)
def test_what_is_nobody_s_word_files_nothing(forged: Event) -> None:
    assert paths(read(forged, file("$a", "délib.pdf"))) == ["délib.pdf"]


def test_an_assistant_s_own_file_counts_where_it_is_filed() -> None:
    filed = file("$d", "permis.pdf", OURS, **{FILED: {"folder": "Dépôts"}})
    reading = read(file("$r", "bilan.pdf", OURS), filed, file("$p", "faux.pdf", ANNE, **{FILED: {"folder": "Dépôts"}}))
    assert paths(reading) == ["faux.pdf", "Dépôts/permis.pdf"]


def test_versions_go_by_age_and_the_newest_is_listed() -> None:
    reading = read(file("$new", "devis.pdf"), file("$old", "devis.pdf"))
    listed = files_of(reading.library(), None)
    assert [(found.entry.event_id, found.version, found.versions) for found in listed] == [("$new", 2, 2)]
    assert file_called("devis.pdf", reading.library(), 1).entry.event_id == "$old"
    with pytest.raises(NoSuchFile):
        file_called("devis.pdf", reading.library(), 3)


def test_what_cannot_be_read_is_counted_and_what_nobody_vouches_for_is_said() -> None:
    unreadable = Unreadable(ROOM, EventId("$u"), ANNE, NOW, "no_session")
    reading = read(unreadable, replace(file("$b", "b.pdf"), signed=False), file("$a", "a.pdf"))
    assert reading.unreadable == 1
    assert [(each["name"], each["vouched"]) for each in facts(reading, None)] == [("a.pdf", True), ("b.pdf", False)]


def test_a_file_is_called_by_its_name_its_path_or_a_part_of_it() -> None:
    library = read(done(1, "$a", folder="Conseil"), file("$b", "plan.dwg"), file("$a", "Délib 12.pdf")).library()
    for words in ("délib 12.pdf", "DELIB", "conseil/délib 12.pdf"):
        assert file_called(words, library).entry.event_id == "$a"
    for words in ("budget", "pdf pdf", "l"):
        with pytest.raises(NoSuchFile):
            file_called(words, library)


def test_a_room_is_called_by_its_name_and_two_of_one_name_by_their_ids() -> None:
    rooms = [(RoomId("!1:x"), "Bureau du maire"), (RoomId("!2:x"), "École"), (RoomId("!3:x"), "École élémentaire")]
    assert room_called("ecole", rooms) == "!2:x"
    assert room_called("maire", rooms) == "!1:x"
    assert (room_id_in(" !9:x "), room_id_in("!"), room_id_in("école")) == ("!9:x", None, None)
    with pytest.raises(NoSuchRoom) as none:
        room_called("préfet", rooms)
    assert not none.value.several
    assert len(none.value.candidates) == 3
    with pytest.raises(NoSuchRoom) as both:
        room_called("école", [*rooms, (RoomId("!4:x"), "Ecole\u202e\n")])
    assert both.value.several
    assert not any({*"\u202e\n"} & {*candidate} for candidate in both.value.candidates)
    with pytest.raises(NoSuchRoom):
        room_called("", rooms)


@pytest.mark.parametrize(
    ("given", "disk"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\evil.bat", "evil.bat"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("CON.pdf", "_CON.pdf"),
        (".bashrc", "_.bashrc"),
        ("a\x00\x1b[31mb.pdf", "a[31mb.pdf"),
        ("", "fichier"),
    ],
)
def test_a_name_goes_nowhere_but_into_the_folder(tmp_path: Path, given: str, disk: str) -> None:
    (found,) = files_of(read(file("$a", given)).library(), None)
    assert Target.of(found, tmp_path) == Target(tmp_path, disk, exactly=False)


def test_what_is_there_stays(tmp_path: Path) -> None:
    (found,) = files_of(read(file("$a", "a.pdf")).library(), None)
    (tmp_path / "mien.pdf").write_bytes(b"le mien")
    (tmp_path / "lien.pdf").symlink_to("nulle part")
    for name in ("mien.pdf", "lien.pdf"):
        with pytest.raises(AlreadyThere):
            Target.of(found, tmp_path / name)
    assert Target.of(found, tmp_path / "neuf.pdf") == Target(tmp_path, "neuf.pdf", exactly=True)


def test_nothing_is_sent_in_the_clear_nor_for_nobody_to_file_nor_over_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "délib.pdf"
    path.write_bytes(b"12345")
    library = read(done(1, "$a", folder="Conseil"), file("$a", "Délib.pdf")).library()
    alone = Room(ROOM, True, {ANNE: Member(ANNE, "join", None)})
    both = replace(alone, members={**alone.members, OURS: Member(OURS, "join", None)})
    check(Parcel.of(path, "Vrac"), both, library, 5, anew=False)
    check(Parcel.of(path, "Conseil"), both, library, None, anew=True)
    with pytest.raises(NotEncrypted):
        check(Parcel.of(path, None), replace(both, encrypted=False), library, None, anew=False)
    with pytest.raises(AlreadyThere):
        check(Parcel.of(path, "conseil"), both, library, None, anew=False)
    with pytest.raises(NotSendable):
        check(Parcel.of(path, "Vrac"), alone, library, None, anew=False)
    with pytest.raises(NotSendable):
        check(Parcel.of(path, None), both, library, 4, anew=False)


def test_a_folder_is_one_that_the_assistant_understands(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"a")
    assert Parcel.of(path, " Marchés / Lot 3 ").place == "Marchés/Lot 3/a.pdf"
    assert Parcel.of(path, "Lot 3\n!tâche ajouter x").folder == "Lot 3 !tâche ajouter x"
    assert Parcel.of(path, None).place == "a.pdf"
    for folder in ("où ?", "/".join("abcdefghij"), "../..", "\u202e"):
        with pytest.raises(NotSendable):
            Parcel.of(path, folder)
    with pytest.raises(NotSendable):
        Parcel.of(tmp_path, None)
