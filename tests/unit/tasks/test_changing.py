"""Every field by command, in both languages, and back again."""

from typing import Any

import pytest

from config.identifiers import UserId

NBSP = "\u00a0"
FRIDAY, MONDAY = {"due": "2026-11-27"}, {"due": "2026-11-30"}

FIELDS = [  # text, the field, its value
    ("!tâche 12 pour vendredi", "when", FRIDAY),
    ("!tâche 12 vendredi", "when", FRIDAY),
    ("!task 12 for Friday", "when", FRIDAY),
    ("!task 12 due Friday", "when", FRIDAY),
    ("!tâche reporter 12 à lundi", "when", MONDAY),
    ("!tâche repousser la 12 au 30 novembre", "when", MONDAY),
    ("!task postpone 12 to Monday", "when", MONDAY),
    ("!tâche reporter n° 12 à lundi", "when", MONDAY),
    ("!tâche titre 12 3 devis à relire vendredi", "title", "3 devis à relire vendredi"),
    ("!task title 12 call back", "title", "call back"),
    ("!tâche priorité 12 haute", "priority", 1),
    ("!tâche 12 priorité basse", "priority", 9),
    ("!tâche 12 !haute", "priority", 1),
    ("!task priority 12 low", "priority", 9),
    ("!tâche estimation 12 1h30", "estimate", 90),
    ("!task estimate 12 2 hours", "estimate", 120),
    ("!tâche 12 ~45min", "estimate", 45),
    ("!tâche description 12 une ligne\net une autre", "description", "une ligne\net une autre"),
    ("!task describe 12 a line", "description", "a line"),
    ("!tâche répéter 12 tous les lundis", "rule", {"rrule": "FREQ=WEEKLY;BYDAY=MO", "anchor": "2026-11-23"}),
    ("!tâche 12 en cours", "status", "doing"),
    ("!tâche commencer 12", "status", "doing"),
    ("!task start 12", "status", "doing"),
    ("!tâche bloquer 12", "status", "blocked"),
    ("!task 12 blocked", "status", "blocked"),
    ("!tâche 12 faite", "status", "done"),
    ("!tâche 12 est faite !", "status", "done"),
    ("!task 12 is done", "status", "done"),
    ("!tâche abandonner 12", "status", "dropped"),
    ("!task drop 12", "status", "dropped"),
]


@pytest.mark.parametrize(("text", "field", "value"), FIELDS)
def test_a_field_is_changed_and_comes_back(talk: Any, text: str, field: str, value: Any) -> None:
    task = talk.state_of(talk.task(12, "relancer"))
    before = task.value(field)
    assert talk.reply(text).changes
    assert task.value(field) == value
    talk.deletes(talk.last)
    assert task.value(field) == before


ME = "@secretaire:valbourg.localhost"
SETS = [  # text, the set, what is in it then
    ("!tâche 12 @dgs", "assignees", ["@dgs:rivemont.localhost", "@maire:rivemont.localhost"]),
    ("!tâche assigner 12 @dgs", "assignees", ["@dgs:rivemont.localhost", "@maire:rivemont.localhost"]),
    ("!task assign 12 to @dgs", "assignees", ["@dgs:rivemont.localhost", "@maire:rivemont.localhost"]),
    ("!tâche 12 pour moi", "assignees", ["@maire:rivemont.localhost", ME]),
    ("!tâche 12 à moi", "assignees", ["@maire:rivemont.localhost", ME]),
    ("!tâche 12 attribuer à moi", "assignees", ["@maire:rivemont.localhost", ME]),
    ("!tâche assigner 12 à moi", "assignees", ["@maire:rivemont.localhost", ME]),
    ("!tâche assigner 12 moi", "assignees", ["@maire:rivemont.localhost", ME]),
    ("!task 12 for me", "assignees", ["@maire:rivemont.localhost", ME]),
    ("!task assign 12 to me", "assignees", ["@maire:rivemont.localhost", ME]),
    ("!task give 12 to myself", "assignees", ["@maire:rivemont.localhost", ME]),
    ("!tâche retirer 12 @maire", "assignees", []),
    ("!task remove 12 @maire", "assignees", []),
    ("!tâche étiquette 12 #voirie", "labels", ["eau", "voirie"]),
    ("!tâche 12 #voirie", "labels", ["eau", "voirie"]),
    ("!task label 12 voirie", "labels", ["eau", "voirie"]),
    ("!tâche retirer 12 #Eau", "labels", []),
    ("!tâche dépend 12 de 8", "depends", ["EIGHT"]),
    ("!task depends 12 on 8", "depends", ["EIGHT"]),
]


@pytest.mark.parametrize(("text", "name", "elements"), SETS)
def test_a_set_is_changed_and_comes_back(talk: Any, text: str, name: str, elements: Any) -> None:
    task, eight = prepared(talk)
    before = task.elements(name)
    assert talk.reply(text).changes
    assert task.elements(name) == [eight if each == "EIGHT" else each for each in elements]
    talk.deletes(talk.last)
    assert task.elements(name) == before


def prepared(talk: Any) -> tuple[Any, str]:
    eight, twelve = talk.task(8, "appeler"), talk.task(12, "relancer")
    talk.reply("!tâche 12 @maire #eau")
    return talk.state_of(twelve), eight


def test_all_at_once(talk: Any) -> None:
    task, _ = prepared(talk)
    reply = talk.reply("!tâche 12 @dgs #voirie !haute ~2h pour vendredi à 14h")
    assert len(reply.changes) == 1
    assert reply.mentions == (UserId("@dgs:rivemont.localhost"),)
    assert reply.body.startswith(f"✔ Tâche 12 modifiée{NBSP}: relancer (vendredi 27 novembre 2026 à 14{NBSP}h)")
    assert task.value("priority") == 1


def test_several_at_once(talk: Any) -> None:
    ids = [talk.task(number) for number in (12, 13, 14)]
    assert [each.id for each in talk.reply("!tâche reporter 12, 13 et 14 à lundi").changes] == ids
    assert [each.id for each in talk.reply("!task block 12 and 14").changes] == [ids[0], ids[2]]


REFUSED = [  # text, what is said
    ("!tâche 12 truc bidule", "Je n’ai pas compris"),
    ("!tâche 99 pour vendredi", "Il n’y a pas de tâche 99"),
    ("!tâche reporter 12", "Pour quand"),
    ("!tâche reporter 12 à hier", "C’est passé"),
    ("!tâche reporter 12 à bientôt", "Je ne lis pas de date"),
    ("!tâche titre 12", "Que faut-il faire"),
    ("!tâche assigner 12", "Qui"),
    ("!tâche assigner 12 @personne", "Personne ne s’appelle"),
    ("!tâche priorité 12 rouge", "Haute, normale ou basse"),
    ("!tâche étiquette 12", "Quelle étiquette"),
    ("!tâche estimation 12 longtemps", "Combien de temps"),
    ("!tâche répéter 12 souvent", "Je ne lis pas de répétition"),
    ("!tâche dépend 12 de 12", "une boucle"),
    ("!tâche dépend 12", "De quelle tâche"),
    ("!tâche 12 sous 12", "une boucle"),
    ("!tâche cocher 12 1", "Quels points"),
    ("!tâche commenter 12", "Que voulez-vous noter"),
    ("!tâche retirer 12 @dgs", "n’a rien de tout cela"),
    ("!tâche rouvrir 12", "en est déjà là"),
    ("!tâche reporter", "Quelle tâche"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_is_not_clear_is_asked_about(talk: Any, text: str, said: str) -> None:
    talk.task(12, "relancer")
    reply = talk.reply(text)
    assert said in reply.body
    assert not reply.changes


def test_a_number_given_twice_is_asked_about_by_every_command(talk: Any) -> None:
    talk.task(12, "curer"), talk.task(12, "relancer", author=UserId("@beffroi:rivemont.localhost"))
    for text, *_ in (*FIELDS, *SETS):
        talk.task(8) if "8" in text else None
        reply = talk.reply(text)
        assert not reply.changes
        assert "12-rivemont · relancer\n2️⃣ 12-valbourg · curer" in reply.body
    assert talk.reply("!tâche 12-rivemont pour vendredi").changes


def test_a_card_needs_no_number(talk: Any) -> None:
    task = talk.task(12, "relancer")
    assert talk.reply("!tâche reporter à lundi", card=task).changes[0].set["when"] == MONDAY
    assert talk.reply("!tâche commenter d’accord", card=task).changes[0].first["task"] == task


ANSWERS = ["repousser à lundi", "reporter au 30 novembre", "postpone to Monday", "ok, reporter à lundi, merci"]


@pytest.mark.parametrize("text", ANSWERS)
def test_an_answer_to_a_card_needs_neither_sign_nor_number(talk: Any, text: str) -> None:
    task = talk.task(12, "relancer")
    (change,) = talk.reply(text, card=task).changes
    assert (change.id, change.set["when"]) == (task, MONDAY)


@pytest.mark.parametrize("text", ["repousser", "reporter la réunion à lundi ?", "reporter ce point", "lundi peut-être"])
def test_what_is_said_under_a_card_and_is_no_change_is_a_comment(talk: Any, text: str) -> None:
    (change,) = talk.reply(text, card=talk.task(12)).changes
    assert (change.kind, change.set) == ("comment", {"text": text})


def held(**when: str) -> dict[str, str]:
    return {**when, "zone": "Europe/Paris"}


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (held(due="2026-11-27T14:00"), "!tâche reporter 12 à lundi", held(due="2026-11-30T14:00")),
        (held(due="2026-11-27T14:00"), "!tâche reporter 12 à lundi 9h", held(due="2026-11-30T09:00")),
        (
            held(due="2026-11-27T16:00", start="2026-11-27T14:00"),
            "!tâche reporter 12 à lundi",
            held(due="2026-11-30T16:00", start="2026-11-30T14:00"),
        ),
        (
            {"due": "2026-11-27T14:00", "zone": "Indian/Reunion"},
            "!tâche reporter 12 à lundi",
            {"due": "2026-11-30T14:00", "zone": "Indian/Reunion"},
        ),
        (held(due="2026-11-27T09:00"), "!tâche avancer 12 à aujourd’hui", {"due": "2026-11-23"}),
        ({"due": "2026-11-27"}, "!tâche reporter 12 à lundi", MONDAY),
        (held(due="2026-11-27T14:00"), "!tâche 12 pour lundi", MONDAY),
        (held(due="2026-11-27T14:00"), "!tâche reporter 12 à 17h", held(due="2026-11-27T17:00")),
        (held(due="2026-11-27"), "!tâche reporter 12 à 17h30", held(due="2026-11-27T17:30")),
        (
            held(due="2026-11-27T16:00", start="2026-11-27T14:00"),
            "!tâche reporter 12 à 17h",
            held(due="2026-11-27T17:00", start="2026-11-27T15:00"),
        ),
        (held(due="2026-11-20T14:00"), "!tâche reporter 12 à 17h", held(due="2026-11-23T17:00")),
    ],
)
def test_to_postpone_keeps_the_hour(talk: Any, before: Any, text: str, after: Any) -> None:
    talk.task(12, when=before)
    assert talk.reply(text).changes[0].set["when"] == after


@pytest.mark.parametrize("named", ["@dgs #voirie !haute", "pour @dgs #voirie, !haute"])
def test_to_postpone_takes_whatever_is_named_beside_the_day(talk: Any, named: str) -> None:
    """It moved the task, and said nothing of the name."""
    talk.task(12, when=held(due="2026-11-27T14:00"))
    (change,) = talk.reply(f"!tâche reporter 12 à lundi {named}").changes
    assert change.set == {"when": held(due="2026-11-30T14:00"), "priority": 1}
    assert change.add == {"assignees": ("@dgs:rivemont.localhost",), "labels": ("voirie",)}


def test_to_postpone_to_a_day_with_somebody_whom_nobody_knows_asks_and_moves_nothing(talk: Any) -> None:
    talk.task(12)
    reply = talk.reply("!tâche reporter 12 à lundi @inconnu")
    assert (reply.changes, "inconnu" in reply.body) == ((), True)


def test_to_postpone_says_the_hour_that_it_keeps_and_an_edit_keeps_it_too(talk: Any) -> None:
    task = talk.task(12, when=held(due="2026-11-27T14:00"))
    assert f"14{NBSP}h" in talk.reply("!tâche reporter 12 à lundi").body
    talk.edits(talk.last, "!tâche reporter 12 à mardi 1er décembre")
    assert talk.state_of(task).value("when") == held(due="2026-12-01T14:00")


def test_a_circle_is_refused_and_shown(talk: Any) -> None:
    for number in (1, 2, 3):
        talk.task(number)
    talk.reply("!tâche dépend 1 de 2"), talk.reply("!tâche dépend 2 de 3")
    reply = talk.reply("!tâche dépend 3 de 1")
    assert "3 → 1 → 2 → 3" in reply.body
    assert not reply.changes
    talk.reply("!tâche 1 sous 2"), talk.reply("!tâche 2 sous 3")
    assert "3 → 1 → 2 → 3" in talk.reply("!tâche 3 sous 1").body


def test_a_subtask(talk: Any) -> None:
    above = talk.task(12)
    (change,) = talk.reply("!tâche sous 12 relire le devis @dgs vendredi").changes
    assert (change.set["parent"], change.set["title"], change.set["when"]) == (above, "relire le devis", FRIDAY)
    assert "Sous-tâches\u00a0:\n• 13 · relire le devis · à faire" in talk.reply("!tâche 12").body
    talk.reply("!tâche détacher 13")
    assert "Sous-tâches" not in talk.reply("!tâche 12").body


def test_a_checklist(talk: Any) -> None:
    task = talk.task(12)
    talk.reply("!tâche point 12 - acheter du pain\n- payer")
    assert (
        talk.reply("!tâche cocher 12 2").body
        == f"✔ Tâche 12{NBSP}: points cochés 1/2\n• ☐ 1. acheter du pain\n• ☑ 2. payer"
    )
    ticked = talk.last
    talk.reply("!tâche rayer 12 1")
    struck = talk.last
    assert "• ☑ 1. payer" in talk.reply("!tâche 12").body
    talk.deletes(struck), talk.deletes(ticked)
    assert "• ☐ 1. acheter du pain\n• ☐ 2. payer" in talk.reply("!tâche voir", card=task).body


def test_comments(talk: Any) -> None:
    talk.task(12, "relancer")
    talk.reply("!tâche commenter 12 ils sont d’accord")
    command = talk.last
    talk.edits(command, "!tâche commenter 12 ils hésitent")
    talk.reply("!task comment 12 2 offers came", sender=UserId("@dgs:rivemont.localhost"))
    body = talk.reply("!tâche 12").body
    assert body.count("ils hésitent – @secretaire – lundi 23 novembre 2026 à 11\u00a0h") == 1
    assert "ils sont d’accord" not in body
    # Rivemont is a town of the list: our assistant speaks for nobody there.
    assert "2 offers came – @beffroi:valbourg.localhost au nom de @dgs" in body
    assert talk.deletes(command).body == f"↩ Tâche 12{NBSP}: modification annulée."
    assert "ils hésitent" not in talk.reply("!tâche 12").body


def test_restoring(talk: Any) -> None:
    task = talk.task(12, status="dropped")
    talk.reply("!tâche restaurer 12")
    assert talk.status(task) == "todo"


def test_guests_change_nothing_and_may_comment(talk: Any) -> None:
    guest = {"own": False, "sender": UserId("@invite:tiers.org")}
    talk.task(12)
    for text, *_ in (*FIELDS, *SETS):
        assert not talk.reply(text, **guest).changes
    assert talk.reply("!tâche commenter 12 merci", **guest).changes


def test_a_new_title_may_begin_with_what_people_say_before_it(talk: Any) -> None:
    task = talk.task(12, "x")
    talk.reply("!tâche renommer 12 en vérifier le chauffage")
    assert talk.state_of(task).value("title") == "vérifier le chauffage"


def test_to_change_is_to_say_what_is_new(talk: Any) -> None:
    task = talk.task(12, "x")
    talk.reply("!tâche modifier 12 pour lundi")
    assert talk.state_of(task).value("when") == MONDAY
    assert talk.state_of(task).value("title") == "x"


def test_not_done_after_all_behind_its_number(talk: Any) -> None:
    task = talk.task(12, "x")
    talk.reply("!tâche fait 12")
    talk.reply("!tâche 12 pas faite")
    assert talk.status(task) == "todo"


def test_to_postpone_to_before_what_stands_is_asked_about(talk: Any) -> None:
    """An appointment of Wednesday was postponed to “next Monday”, two days before it, and nobody was asked."""
    task = talk.task(2, "rendez-vous", when=held(due="2026-12-02T15:00"))
    asked = talk.reply("!tâche reporter 2 à lundi")
    assert not asked.changes
    after, forward = asked.question.candidates
    assert after.label.plain == "lundi 7 décembre 2026"
    talk.reply(forward.command)
    assert talk.state_of(task).value("when") == held(due="2026-11-30T15:00")
    talk.state_of(task)
    talk.task(3, "rendez-vous", when=held(due="2026-12-02T15:00"))
    (later, _) = talk.reply("!tâche reporter 3 à lundi").question.candidates
    assert talk.reply(later.command).changes[0].set["when"] == held(due="2026-12-07T15:00")


@pytest.mark.parametrize("verb", ["avancer", "avance", "déplacer", "move"])
def test_to_bring_forward_is_done(talk: Any, verb: str) -> None:
    talk.task(2, when={"due": "2026-12-02"})
    assert talk.reply(f"!tâche {verb} 2 à lundi 30 novembre").changes[0].set["when"] == MONDAY
