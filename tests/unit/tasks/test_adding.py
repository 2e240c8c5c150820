"""Everything that one message can say of a new task."""

from typing import Any

import pytest

from bots.assistant.talk.request import Quoted
from config.identifiers import EventId, UserId

NBSP, NNBSP = "\u00a0", "\u202f"
FRIDAY = {"due": "2026-11-27"}
FRIDAY_AT_TWO = {"due": "2026-11-27T14:00", "zone": "Europe/Paris"}
EVERY_TWO_WEEKS = {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "anchor": "2026-11-27T14:00", "zone": "Europe/Paris"}

SAID = [  # text, title, what else it sets, adds
    (
        "!tâche ajouter relancer le SDIS vendredi à 14h @dgs #voirie !haute *toutes les 2 semaines",
        "relancer le SDIS",
        {"when": FRIDAY_AT_TWO, "rule": EVERY_TWO_WEEKS, "priority": 1},
        {"assignees": ["dgs"], "labels": ["voirie"]},
    ),
    (
        "!task add call the fire brigade on Friday at 2pm @dgs #roads !high ~2h",
        "call the fire brigade",
        {"when": FRIDAY_AT_TWO, "priority": 1, "estimate": 120},
        {"assignees": ["dgs"], "labels": ["roads"]},
    ),
    ("!tâche ajouter relancer pour vendredi", "relancer", {"when": FRIDAY}, {}),
    ("!tâche ajouter vendredi relancer", "relancer", {"when": FRIDAY}, {}),
    ("!tâche ajouter relancer @dgs pour vendredi", "relancer", {"when": FRIDAY}, {"assignees": ["dgs"]}),
    ("!tâche ajouter relancer avant samedi", "relancer", {"when": FRIDAY}, {}),
    ("!tâche ajouter relancer dès vendredi", "relancer", {"when": {"start": "2026-11-27"}}, {}),
    ("!tâche ajouter x la semaine prochaine", "x", {"when": {"start": "2026-11-30", "due": "2026-12-06"}}, {}),
    ('!tâche ajouter "appeler vendredi #1 ~2h @dgs !haute"', "appeler vendredi #1 ~2h @dgs !haute", {}, {}),
    ('!tâche ajouter "appeler lundi" vendredi', "appeler lundi", {"when": FRIDAY}, {}),
    ("!tâche ajouter « appeler lundi » #eau", "appeler lundi", {}, {"labels": ["eau"]}),
    ("!tâche ajouter refaire la #voirie du bourg", "refaire la voirie du bourg", {}, {"labels": ["voirie"]}),
    ("!tâche ajouter voir le ticket #12", "voir le ticket #12", {}, {}),
    ("!tâche ajouter #2026-budget relire", "relire", {}, {"labels": ["2026-budget"]}),
    ("!tâche ajouter relire !basse #eau #Eau", "relire", {"priority": 9}, {"labels": ["eau"]}),
    ("!tâche ajouter relire !", "relire !", {}, {}),
    ("!tâche ajouter relire ~1h30", "relire", {"estimate": 90}, {}),
    ("!tâche ajouter relire ~45min", "relire", {"estimate": 45}, {}),
    ("!tâche ajouter relire ~2j", "relire", {"estimate": 840}, {}),
    ("!tâche ajouter lire ~ 3 pages", "lire ~ 3 pages", {}, {}),
    ("!tâche ajouter envoyer mon dossier", "envoyer mon dossier", {}, {}),
]


@pytest.mark.parametrize(("text", "title", "fields", "adds"), SAID)
def test_one_line_says_it_all(talk: Any, text: str, title: str, fields: Any, adds: Any) -> None:
    (change,) = talk.reply(text).changes
    assert change.set == {"title": title, "status": "todo", **fields}
    said = {name: [each.lstrip("@").split(":")[0] for each in values] for name, values in change.add.items()}
    assert said == adds


def test_the_echo_says_it_all_in_words(talk: Any) -> None:
    reply = talk.reply(SAID[0][0])
    assert reply.body == (
        f"✔ Tâche 1 ajoutée{NBSP}: relancer le SDIS (vendredi 27 novembre 2026 à 14{NBSP}h) → @dgs\n"
        "↻ toutes les 2 semaines, le vendredi · priorité haute · #voirie"
    )
    english = talk.reply("!task add call them on Friday at 2pm ~1h30", locale="en")
    assert english.body == "✔ Task 2 added: call them (Friday 27 November 2026 at 14:00)\n~1 h 30"


def test_lines_below_are_the_description_and_the_checklist(talk: Any) -> None:
    lines = (
        "préparer le conseil vendredi",
        "voir le dossier",
        "- [ ] convoquer",
        "- [x] réserver",
        "* afficher",
        "merci",
    )
    text = "!tâche ajouter " + "\n".join(lines)
    task, *items = talk.reply(text).changes
    assert task.set["description"] == "voir le dossier\nmerci"
    assert [(each.set["text"], each.set["done"]) for each in items] == [
        ("convoquer", False),
        ("réserver", True),
        ("afficher", False),
    ]
    assert {each.first["task"] for each in items} == {task.id}
    shown = talk.reply("!tâche 1").body
    assert "• ☐ 1. convoquer\n• ☑ 2. réserver\n• ☐ 3. afficher" in shown


DOUBTS = ["demian", "mercredi 24 novembre", "le 31 février", "mardi prochain", "vendredi ou samedi", "à 9h"]


@pytest.mark.parametrize("time", DOUBTS)
def test_a_doubt_is_asked_about_and_nothing_is_added(talk: Any, time: str) -> None:
    reply = talk.reply(f"!tâche ajouter relancer {time}")
    assert not reply.changes
    assert "Rien n’est encore enregistré" in reply.body


def test_an_edited_command_changes_what_it_says(talk: Any) -> None:
    talk.reply("!tâche ajouter relancer vendredi @dgs #voirie !haute\n- un\n- deux")
    command = talk.last
    reply = talk.edits(command, "!tâche ajouter relancer samedi @maire\n- un")
    assert {each.kind for each in reply.changes} == {"task", "task.item"}
    body = talk.reply("!tâche 1").body
    assert "samedi 28 novembre 2026 · @maire" in body
    assert "priorité" not in body
    assert "voirie" not in body
    assert "deux" not in body


def test_a_guest_rewrites_only_what_they_have_asked_for(talk: Any) -> None:
    """Changing is not theirs to do, and an edited command would."""
    remy = UserId("@remy:ailleurs.localhost")
    talk.reply("!tâche ajouter relancer", sender=remy, own=False)
    assert talk.edits(talk.last, "!tâche ajouter rappeler", sender=remy, own=False).changes
    talk.reply("!tâche ajouter relancer")
    reply = talk.edits(talk.last, "!tâche ajouter RÉÉCRITE", sender=remy, own=False)
    assert not reply.changes
    assert "pas le droit" in reply.body


def test_an_edit_leaves_what_somebody_has_changed_since(talk: Any) -> None:
    talk.reply("!tâche ajouter relancr")
    command = talk.last
    talk.reply("!tâche reporter 1 à vendredi")
    talk.edits(command, "!tâche ajouter relancer")
    assert "vendredi 27 novembre" in talk.reply("!tâche 1").body


def test_a_message_becomes_a_task(talk: Any) -> None:
    """Its words are taken literally: they were not written to us."""
    text = "Il faut relancer le SDIS hier\nà bientôt"
    quoted = Quoted(EventId("$message"), UserId("@maire:rivemont.localhost"), text)
    for command in ("!tâche", "!tâche ajouter", "!tâche ajouter @dgs vendredi"):
        (change,) = talk.reply(command, quoted=quoted).changes
        assert change.set["title"] == "Il faut relancer le SDIS hier"
        assert change.set["description"] == "à bientôt"
        assert change.first["source"] == "$message"
    assert (change.set["when"], len(change.add["assignees"])) == (FRIDAY, 1)
    assert talk.reply("!tâche ajouter rappeler", quoted=quoted).changes[0].set["title"] == "rappeler"
    assert 'href="https://matrix.to/#/!salon/$message"' in talk.reply("!tâche 1").html


@pytest.mark.parametrize("command", ["!tâche ajouter pour moi", "!tâche pour moi", "!task for me on Friday"])
def test_a_message_becomes_a_task_of_whoever_says_that_it_is_theirs(talk: Any, command: str) -> None:
    quoted = Quoted(EventId("$message"), UserId("@maire:rivemont.localhost"), "voir le toit")
    (change,) = talk.reply(command, quoted=quoted).changes
    assert (change.set["title"], change.add["assignees"]) == ("voir le toit", ("@secretaire:valbourg.localhost",))


def test_dates_are_read_in_the_language_of_the_command(talk: Any) -> None:
    """In French "mon dossier" is no Monday."""
    assert talk.reply("!task add tidy up on Monday").changes[0].set["when"] == {"due": "2026-11-30"}
    assert talk.reply("!tâche ajouter ranger lundi", locale="en").changes[0].set["when"] == {"due": "2026-11-30"}
    assert "when" not in talk.reply("!tâche ajouter ranger mon bureau", locale="en").changes[0].set


def test_what_is_added_alone_with_us_is_the_persons_own(talk: Any) -> None:
    """Or it would be in nobody's day."""
    task = talk.state_of(talk.reply("ajouter appeler le plombier demain", direct=True, private=True).shows[0][1])
    assert task.elements("assignees") == ["@secretaire:valbourg.localhost"]
    other = talk.state_of(talk.reply("ajouter saler @dgs", direct=True, private=True).shows[0][1])
    assert other.elements("assignees") == ["@dgs:rivemont.localhost"]
    nobodys = talk.state_of(talk.reply("!tâche ajouter balayer").shows[0][1])
    assert nobodys.elements("assignees") == []


@pytest.mark.parametrize(
    ("text", "title", "due", "description"),
    [
        ("relancer le SDIS\nvendredi 14h", "relancer le SDIS", "2026-11-27T14:00", ""),
        ("relancer le SDIS vendredi\n14h", "relancer le SDIS", "2026-11-27T14:00", ""),
        (
            "relancer le SDIS\nvendredi @dgs #voirie\nle plan est joint",
            "relancer le SDIS",
            "2026-11-27",
            "le plan est joint",
        ),
        ("relancer le SDIS\nle plan est joint\nvendredi", "relancer le SDIS", None, "le plan est joint\nvendredi"),
        ("relancer le SDIS\n- vendredi", "relancer le SDIS", None, ""),
    ],
)
def test_a_line_of_nothing_but_marks_belongs_to_the_title_above(
    talk: Any, text: str, title: str, due: str | None, description: str
) -> None:
    talk.reply(f"!tâche ajouter {text}")
    (task,) = talk.state.all("task")
    when = task.value("when")
    assert (task.value("title"), when and when["due"]) == (title, due)
    assert (task.value("description") or "") == description


def test_a_doubtful_day_below_the_title_is_asked_about(talk: Any) -> None:
    asked = talk.reply("!tâche ajouter relancer le SDIS\njeudi ou vendredi")
    assert asked.question is not None
    first = asked.question.candidates[0]
    assert first.command == "!tâche ajouter relancer le SDIS\njeudi 26 novembre 2026"


@pytest.mark.parametrize(
    ("text", "title", "when"),
    [
        ("rendre le rapport d'activité hier @moi", "rendre le rapport d'activité", {"due": "2026-11-22"}),
        ("rendre le rapport lundi dernier", "rendre le rapport", {"due": "2026-11-16"}),
        ("rendre le rapport le 12/11/2025", "rendre le rapport", {"due": "2025-11-12"}),
        ("rendre le rapport ce matin à 8h", "rendre le rapport", {"due": "2026-11-23T08:00", "zone": "Europe/Paris"}),
        ("rendre le rapport la semaine dernière", "rendre le rapport", {"due": "2026-11-22", "start": "2026-11-16"}),
        ("rendre le rapport avant aujourd'hui", "rendre le rapport", {"due": "2026-11-22"}),
    ],
)
def test_what_is_over_is_written_down_as_late_already(talk: Any, text: str, title: str, when: dict[str, str]) -> None:
    reply = talk.reply(f"!tâche ajouter {text}")
    assert "ajoutée, déjà en retard" in reply.body
    task = talk.task_of(1)
    assert (task.value("title"), task.value("when")) == (title, when)


def test_what_began_is_not_late(talk: Any) -> None:
    assert "retard" not in talk.reply("!tâche ajouter suivre le chantier à partir de lundi dernier").body


@pytest.mark.parametrize(
    ("text", "title", "people"),
    [
        ("ajouter une tâche pour le dgs : vérifier le chauffage", "vérifier le chauffage", 1),
        ("ajouter pr le DGS: vérifier le chauffage", "vérifier le chauffage", 1),
        ("ajouter une tâche pour la mairie : vérifier le chauffage", "la mairie : vérifier le chauffage", 0),
        ("ajouter pour le dgs acheter des fleurs", "pour le dgs acheter des fleurs", 0),
        ("ajouter conseil : les convocations", "conseil : les convocations", 0),
    ],
)
def test_for_somebody_with_a_colon_is_whose_it_is(talk: Any, text: str, title: str, people: int) -> None:
    (change,) = talk.reply(text, direct=True).changes
    assert change.set["title"] == title
    assert len(change.add.get("assignees", ())) == people
