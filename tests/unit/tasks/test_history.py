"""The history of a task in words, and the values that it brings back."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import HistoryEntry
from bots.register.format.operation import Change, Operation, Trace
from bots.register.replica.tombstone import tombstone
from config.identifiers import EventId, UserId
from tests.unit.tasks.conftest import BEFFROI, DGS, OTHER, SECRETAIRE, Talk

HOUR = 1_795_424_400_000  # Monday 23 November 2026, 10 h in Paris


@dataclass
class Remembering(Talk):
    """A conversation of which everything that was done is kept, as a store does."""

    deeds: list[Operation | Trace] = field(default_factory=list)
    speaker: tuple[UserId, UserId | None] = (SECRETAIRE, None)
    cause: str = ""

    def says(self, text: str, **more: Any) -> Reply | None:
        request = self.request(text, **more)
        self.speaker = (request.sender, None) if request.own else (BEFFROI, request.sender)
        self.cause = request.event_id
        return self._note(request, self.dispatcher.answer(request))

    def _deeds(self, kind: str, object_id: str) -> list[HistoryEntry]:
        found = []
        for each in self.deeds:
            if isinstance(each, Trace):
                if (each.kind, each.id) == (kind, object_id):
                    found.append(HistoryEntry(None, BEFFROI, None, each.set))
            elif any(
                (change.kind, change.id) == (kind, object_id) or change.first.get(kind) == object_id
                for change in each.changes
            ):
                found.append(HistoryEntry(each, each.sender, each.ts))
        return found

    def fold(
        self, *changes: Change, author: UserId | None = None, by: UserId | None = None, cause: EventId | None = None
    ) -> Operation:
        """Write *changes* by whoever speaks, a minute after those before."""
        operation = super().fold(*changes, author=author, by=by, cause=cause)
        speaker, behalf = self.speaker
        ts = HOUR + operation.seq * 60_000
        self.deeds.append(replace(operation, by=speaker, behalf=behalf, ts=ts, cause=self.cause))
        return operation

    def erase(self, number: int) -> None:
        """Leave of the deed *number* what an erasure leaves."""
        operation = self.deeds[number]
        assert isinstance(operation, Operation)
        stone = tombstone(operation)
        self.deeds[number] = stone.traces[0]
        self.state.erase(operation.sender, stone)

    def lines(self, text: str, **more: Any) -> list[str]:
        said = self.reply(text, **more).text.plain
        return said.replace("\u00a0", " ").splitlines()


@pytest.fixture
def talk() -> Remembering:
    return Remembering()


def test_it_says_when_who_and_what_the_oldest_first(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer le SDIS vendredi")
    talk.says("!tâche titre 1 relancer le SDIS de Douai")
    talk.says("!tâche 1 @dgs #voirie !haute")
    talk.says("!tâche reporter 1 au 4 décembre", sender=DGS)
    talk.says("!tâche fait 1")
    said = talk.lines("!tâche historique 1")
    assert said[0] == "Historique de la tâche 1 : relancer le SDIS de Douai"
    assert said[1].startswith("• lundi 23 novembre 2026 à 10 h 01, @secretaire : ")
    assert "créée : « relancer le SDIS » · échéance : vendredi 27 novembre 2026" in said[1]
    assert "titre : « relancer le SDIS » → « relancer le SDIS de Douai »" in said[2]
    assert "priorité : priorité normale → priorité haute" in said[3]
    assert "assignée à" in said[3]
    assert "#voirie" in said[3]
    assert "@dgs" in said[4].split(":")[0]
    assert "vendredi 27 novembre 2026 → vendredi 4 décembre 2026" in said[4]
    assert "à faire → faite" in said[5]
    assert len(said) == 6


def test_who_and_what_leave_is_said_too(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer @dgs #voirie")
    talk.says("!tâche retirer 1 @dgs #voirie")
    said = talk.lines("!tâche historique 1")
    assert "plus assignée à" in said[2]
    assert "étiquettes retirées" in said[2]


def test_the_objective_is_told_by_its_number(talk: Remembering) -> None:
    first: dict[str, Any] = {"number": 3, "creator": str(SECRETAIRE)}
    talk.fold(Change("objective", "0" * 36, set={"title": "éclairage"}, first=first))
    talk.says("!tâche ajouter relancer")
    talk.says("!tâche objectif 1 3")
    talk.says("!tâche objectif 1 aucun")
    said = talk.lines("!tâche historique 1")
    assert "objectif : – → 3" in said[2]
    assert "objectif : 3 → –" in said[3]


def test_a_guest_goes_by_an_assistant(talk: Remembering) -> None:
    guest = UserId("@dgs:rivemont.localhost")
    talk.task(1, "relancer")
    talk.says("!tâche commenter 1 d'accord", sender=guest, own=False)
    talk.says("!tâche ajouter autre", sender=guest, own=False)
    said = talk.lines("!tâche historique 2")
    assert "@dgs via @beffroi" in said[1]


def test_comments_are_named_and_not_repeated(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer")
    talk.says("!tâche commenter 1 le maire est d'accord")
    said = talk.lines("!tâche historique 1")
    assert "commentaire noté" in said[2]
    assert not any("maire" in each for each in said)


def test_the_lines_of_the_checklist_are_followed_even_when_they_are_struck(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer")
    talk.says("!tâche point 1 réserver la salle")
    talk.says("!tâche cocher 1 1")
    talk.says("!tâche décocher 1 1")
    talk.says("!tâche rayer 1 1")
    said = talk.lines("!tâche historique 1")
    for each, word in zip(said[2:], ("ajouté", "coché", "décoché", "rayé"), strict=True):
        assert word in each
        assert "réserver la salle" in each


def test_an_erased_value_is_nowhere(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer")
    talk.says("!tâche titre 1 secret de Madame Martin")
    talk.says("!tâche titre 1 relancer le SDIS")
    talk.erase(1)
    said = talk.lines("!tâche historique 1")
    assert "effacé : titre" in said[2]
    assert "titre : effacé → « relancer le SDIS »" in said[3]
    assert not any("Martin" in each for each in said)


def test_the_last_twenty_are_shown_and_the_others_counted(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer 0")
    for number in range(1, 25):
        talk.says(f"!tâche titre 1 relancer {number}")
    said = talk.lines("!tâche historique 1")
    assert len(said) == 22
    assert "5 changements plus anciens" in said[-1]
    assert "relancer 24" in said[-2]


def test_it_is_an_answer_to_the_card(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer")
    card = talk.deeds[0].changes[0].id  # type: ignore[union-attr]
    assert talk.lines("historique", card=card) == talk.lines("!task history 1")


def test_one_task_at_a_time(talk: Remembering) -> None:
    talk.task(1)
    talk.task(2)
    assert "Une tâche à la fois" in talk.reply("!tâche historique 1, 2").text.plain
    assert "Il n’y a pas de tâche" in talk.reply("!tâche historique 7").text.plain


def test_a_forged_title_turns_no_line_round_and_hides_nothing(talk: Remembering) -> None:
    """Lists and “voir” clean it; the history said it as it came."""
    task_id = talk.task(1, "relancer")
    talk.fold(Change("task", task_id, set={"title": "\u202efdp.exe\u3164\U000e0041"}), author=OTHER)
    talk.fold(Change("task", task_id, add={"labels": ("\u202egip",)}), author=OTHER)
    reply = talk.reply("!tâche historique 1")
    assert "fdp.exe" in reply.body
    assert not {*"\u202e\u3164\U000e0041"} & {*reply.body, *reply.text.html}


def test_what_strangers_write_breaks_nothing(talk: Remembering) -> None:
    task_id = talk.task(1, "relancer")
    strange: list[Any] = [None, True, 3, -1, 2**53, "<b>", ["x"], {"due": 7}, {"rrule": "FREQ=NEVER"}]
    for name in ("when", "status", "priority", "rule", "estimate", "parent", "objective", "description", "wonder"):
        for value in strange:
            talk.fold(Change("task", task_id, set={name: value}), author=OTHER)
    talk.fold(Change("task", task_id, add={"assignees": (7, "x"), "labels": (None, "a"), "depends": ({}, "b")}))
    talk.deeds = [replace(each, ts=2**53 - 1) if isinstance(each, Operation) else each for each in talk.deeds]
    reply = talk.reply("!tâche historique 1")
    assert "<b>" not in reply.text.html.replace("<strong>", "")


@pytest.mark.parametrize(
    ("change", "word", "name", "before"),
    [
        ("!tâche titre 1 autre", "titre", "title", "relancer"),
        ("!tâche reporter 1 au 4 décembre", "échéance", "when", {"due": "2026-11-27"}),
        ("!tâche priorité 1 basse", "la priorité", "priority", 1),
        ("!tâche 1 en cours", "statut", "status", "todo"),
        ("!tâche titre 1 autre", "son ancien titre svp", "title", "relancer"),
    ],
)
def test_a_field_is_put_back_and_that_can_be_undone(
    talk: Remembering, change: str, word: str, name: str, before: Any
) -> None:
    talk.says("!tâche ajouter relancer vendredi !haute")
    task_id = talk.deeds[0].changes[0].id  # type: ignore[union-attr]
    assert talk.reply(change).changes
    after = talk.state_of(task_id).value(name)
    assert talk.reply(f"!tâche restaurer 1 {word}").changes
    assert talk.state_of(task_id).value(name) == before
    talk.deletes(talk.last)
    assert talk.state_of(task_id).value(name) == after


def test_a_description_is_put_back_on_the_card(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer")
    card = talk.deeds[0].changes[0].id  # type: ignore[union-attr]
    talk.says("!tâche description 1 un")
    talk.says("!tâche description 1 deux")
    talk.says("restaurer description", card=card)
    assert talk.state_of(card).value("description") == "un"


def test_an_edited_restore_finds_the_same_value_again(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer")
    card = talk.deeds[0].changes[0].id  # type: ignore[union-attr]
    talk.says("!tâche titre 1 autre")
    talk.says("!tâche restaurer 1 titre")
    talk.edits(talk.last, "!tâche restaurer 1 le titre")
    assert talk.state_of(card).value("title") == "relancer"


def test_what_was_never_written_or_is_erased_is_not_put_back(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer")
    assert not (reply := talk.reply("!tâche restaurer 1 titre")).changes
    assert "valeur" in reply.text.plain
    talk.says("!tâche titre 1 secret")
    talk.says("!tâche titre 1 autre")
    talk.erase(1)
    assert not (reply := talk.reply("!tâche restaurer 1 titre")).changes
    assert "effacé" in reply.text.plain


def test_restoring_without_a_field_still_brings_the_task_back(talk: Remembering) -> None:
    task_id = talk.task(1, "relancer", status="done")
    talk.says("!tâche restaurer la tâche 1 svp")
    assert talk.status(task_id) == "todo"
    assert not talk.reply("!tâche restaurer 1 la couleur").changes


def test_a_guest_may_not_restore(talk: Remembering) -> None:
    talk.says("!tâche ajouter relancer")
    talk.says("!tâche titre 1 autre")
    assert not talk.reply("!tâche restaurer 1 titre", sender=DGS, own=False).changes
