"""What people write, and what it means: one row a phrase."""

from typing import Any

import pytest

NBSP, NNBSP = "\u00a0", "\u202f"
ME = "@beffroi:valbourg.localhost"
PILL = f'<a href="https://matrix.to/#/{ME}">Beffroi</a>'
DGS_PILL = '<a href="https://matrix.to/#/%40dgs%3Arivemont.localhost">DGS</a>'

ADDS = [  # text, formatted, title, assignees by localpart
    ("!task add relancer le SDIS @dgs", None, "relancer le SDIS", ["dgs"]),
    ("!tâche ajouter relancer le SDIS @dgs", None, "relancer le SDIS", ["dgs"]),
    ("!tache ajouter relancer le SDIS", None, "relancer le SDIS", []),
    ("!TÂCHE AJOUTER Relancer le SDIS", None, "Relancer le SDIS", []),
    ("!ta\u0302che ajouter e\u0301crire", None, "écrire", []),
    (f"!tâche{NBSP}ajouter  relancer{NNBSP}le   SDIS", None, "relancer le SDIS", []),
    ("! tâche ajouter relancer", None, "relancer", []),
    ("  !tâche ajouter\nrelancer le SDIS ", None, "relancer le SDIS", []),
    ("!tâche ajoute relancer", None, "relancer", []),
    ("!tâche nouvelle relancer", None, "relancer", []),
    ("!tâche créer relancer", None, "relancer", []),
    ("!tâche add relancer", None, "relancer", []),
    ("!task ajouter call back", None, "call back", []),
    ("!tâches ajouter relancer", None, "relancer", []),
    ("!task new call back", None, "call back", []),
    ("!tâche ajouter : relancer le SDIS", None, "relancer le SDIS", []),
    ("!tâche ajouter: relancer le SDIS", None, "relancer le SDIS", []),
    ("!tâche ajouter « relancer le SDIS » @dgs", None, "relancer le SDIS", ["dgs"]),
    ('!tâche ajouter "relancer le SDIS"', None, "relancer le SDIS", []),
    ("!tâche ajouter relancer l’agence d’urbanisme", None, "relancer l’agence d’urbanisme", []),
    ("!tâche ajouter relancer le SDIS pour @dgs", None, "relancer le SDIS", ["dgs"]),
    ("!tâche ajouter relancer le SDIS → @dgs", None, "relancer le SDIS", ["dgs"]),
    ("!tâche ajouter relancer le SDIS @dgs et @maire", None, "relancer le SDIS", ["dgs", "maire"]),
    ("!tâche ajouter @dgs relancer le SDIS", None, "relancer le SDIS", ["dgs"]),
    ("!tâche ajouter appeler @dgs et le maire", None, "appeler DGS et le maire", ["dgs"]),
    ("!tâche ajouter relancer @DGS.", None, "relancer", ["dgs"]),
    ("!tâche ajouter relancer @dgs:rivemont.localhost", None, "relancer", ["dgs"]),
    ("!tâche ajouter relancer @technicien", None, "relancer", ["technicien"]),
    ("!tâche ajouter relancer @secrétaire", None, "relancer", ["secretaire"]),
    ("!tâche ajouter relancer @moi", None, "relancer", ["secretaire"]),
    ("!task add call me back @me", None, "call me back", ["secretaire"]),
    ("!tâche ajouter relancer le SDIS pour moi", None, "relancer le SDIS", ["secretaire"]),
    ("!task add call back for me", None, "call back", ["secretaire"]),
    ("!tâche ajouter relancer le SDIS, pour moi, merci !", None, "relancer le SDIS", ["secretaire"]),
    ("!tâche ajouter relancer pour @dgs et moi", None, "relancer", ["dgs", "secretaire"]),
    ("!tâche ajouter relancer pour moi et @dgs", None, "relancer", ["secretaire", "dgs"]),
    ("!tâche ajouter relancer @dgs et pour moi", None, "relancer", ["dgs", "secretaire"]),
    ("!tâche ajouter pour moi : relancer le SDIS", None, "relancer le SDIS", ["secretaire"]),
    ("!tâche ajouter pour moi relancer le SDIS", None, "relancer le SDIS", ["secretaire"]),
    ("!task add for me and @dgs: call back", None, "call back", ["secretaire", "dgs"]),
    ("beffroi, ajoute une tâche pour moi : relancer", None, "relancer", ["secretaire"]),
    ("beffroi: can you add a task for me to call back?", None, "call back", ["secretaire"]),
    # What is said, and no assignment.
    ("!tâche ajouter préparer un café pour moi-même", None, "préparer un café pour moi-même", []),
    ("!tâche ajouter relire « pour moi »", None, "relire « pour moi »", []),
    ('!tâche ajouter "relire pour moi"', None, "relire pour moi", []),
    ('!tâche ajouter "écrire pour moi @dgs"', None, "écrire pour moi @dgs", []),
    ("!tâche ajouter garder pour moi le double des clés", None, "garder pour moi le double des clés", []),
    ("!tâche ajouter dire que ce n’est pas pour moi", None, "dire que ce n’est pas pour moi", []),
    ("!tâche ajouter deux places, pour elle et pour moi", None, "deux places, pour elle et pour moi", []),
    ("!tâche ajouter une salle pour mes collègues et moi", None, "une salle pour mes collègues et moi", []),
    ("!task add for me and the mayor: a room", None, "for me and the mayor: a room", []),
    ("!tâche ajouter rendre la clé à moi", None, "rendre la clé à moi", []),
    ("!tâche ajouter moi", None, "moi", []),
    ("!tâche ajouter écrire à contact@sdis.fr", None, "écrire à contact@sdis.fr", []),
    ("!tâche ajouter relancer DGS", f"!tâche ajouter relancer {DGS_PILL}", "relancer", ["dgs"]),
    ("!tâche ajouter relancer DGS", f"<p>!t&acirc;che ajouter relancer {DGS_PILL}:</p>", "relancer", ["dgs"]),
    ("!tâche ajouter relancer [DGS](https://matrix.to/#/@dgs:rivemont.localhost)", None, "relancer", ["dgs"]),
    ("!tâche ajouter relancer https://matrix.to/#/@dgs:rivemont.localhost", None, "relancer", ["dgs"]),
    ("!tâche ajouter voir <b>le pont</b>", None, "voir <b>le pont</b>", []),
    ("beffroi: tâche ajouter relancer", None, "relancer", []),
    ("@beffroi tâche ajouter relancer @dgs", None, "relancer", ["dgs"]),
    ("Beffroi : tâche ajouter relancer", None, "relancer", []),
    ("@Beffroi, ajoute une tâche relancer", None, "relancer", []),
    ("beffroi ajouter une tâche relancer", None, "relancer", []),
    (f"{ME}: add relancer", None, "relancer", []),
    (f"{ME} !task add relancer", None, "relancer", []),
    ("Beffroi: tâche ajouter relancer", f"{PILL}: tâche ajouter relancer", "relancer", []),
    ("Beffroi tâche ajouter relancer DGS", f"{PILL} tâche ajouter relancer {DGS_PILL}", "relancer", ["dgs"]),
    ("beffroi, peux-tu ajouter une tâche pour relancer le SDIS ?", None, "relancer le SDIS", []),
    ("beffroi: could you please add a task to call back?", None, "call back", []),
    ("Beffroi, bonjour, pourriez-vous ajouter une tâche : relancer", None, "relancer", []),
    ("!tâche ajouter relancer s’il vous plaît", None, "relancer", []),
    ("!tâche ajouter relancer, merci !", None, "relancer", []),
    ("!tâche ajouter envoyer une carte de merci", None, "envoyer une carte de merci", []),
    ("!tâche ajouter merci", None, "merci", []),
    ("!tâche ajouter \u202erelan\u200bcer\u0000 \ud800 👩\u200d🚒", None, "relancer 👩\u200d🚒", []),
]


@pytest.mark.parametrize(("text", "formatted", "title", "names"), ADDS)
def test_a_task_is_added(talk: Any, text: str, formatted: str | None, title: str, names: list[str]) -> None:
    reply = talk.reply(text, formatted=formatted)
    (change,) = reply.changes
    assert change.set == {"title": title, "status": "todo"}
    assert [each[1:].split(":")[0] for each in change.add.get("assignees", ())] == names
    assert change.first == {"number": 1, "creator": "@secretaire:valbourg.localhost"}
    assert reply.body.startswith(f"✔ Tâche 1 ajoutée{NBSP}: ")


LISTS = [
    *("!tasks", "!tâches", "!taches", "!TÂCHES", "!tâches ?", "!tâche liste", "!task list", "!tasks open"),
    *("beffroi: tâches", "@beffroi liste", "Beffroi, liste des tâches", f"tâches {ME}", "beffroi tâches"),
]


@pytest.mark.parametrize("text", LISTS)
def test_the_open_tasks_are_listed(talk: Any, text: str) -> None:
    talk.task(12, "relancer")
    talk.task(3, "curer", status="done")
    assert talk.reply(text).body == f"1 tâche ouverte{NBSP}:\n• 12 · relancer"


DONE = [  # text, numbers
    ("!task done 12", [12]),
    ("!tâche fait 12", [12]),
    ("!tâche faite 12", [12]),
    ("!tache terminee 12", [12]),
    ("!tâche fait n°12", [12]),
    ("!tâche fait n° 12", [12]),
    ("!tâche fait #12", [12]),
    ("!tâche fait 12.", [12]),
    ("!tâche fait la 12", [12]),
    ("!tâche fait 12, 14 et 15", [12, 14, 15]),
    ("!tâches faites 12,14,15", [12, 14, 15]),
    ("!task done 12 and 14", [12, 14]),
    ("!task close 12;14", [12, 14]),
    ("!tâche fait 12 12 12", [12]),
    ("beffroi: fait 12", [12]),
    ("@beffroi done 12", [12]),
    ("!tâche fait 12-valbourg", [12]),
    ("!tâche fait 12 !", [12]),
    ("!tâche fait 12-14", [12, 14]),
    ("!tâche fait de 12 à 15", [12, 14, 15]),
    ("!task done 14 to 15", [14, 15]),
    ("!tâche fait T12", [12]),
    ("!tâche T12 faite", [12]),
    ("!fait 12", [12]),
    ("!fait 14 à 15 merci", [14, 15]),
    ("!tâche 12 faite merci", [12]),
    ("!tâche 12 faite, s’il te plaît !", [12]),
    ("!tâche 12 terminer", [12]),
]


@pytest.mark.parametrize(("text", "numbers"), DONE)
def test_tasks_are_marked_done(talk: Any, text: str, numbers: list[int]) -> None:
    ids = {talk.task(number): number for number in (12, 14, 15)}
    reply = talk.reply(text)
    assert [ids[each.id] for each in reply.changes] == numbers
    assert all(each.set == {"status": "done", "completed": "2026-11-23T10:00Z"} for each in reply.changes)
    assert reply.body.count("✔") == len(numbers)


SUGGESTED = [
    ("!tahce ajouter relancer le SDIS", "!tâche ajouter relancer le SDIS"),
    ("!tâche ajoter relancer le SDIS", "!tâche ajouter relancer le SDIS"),
    ("!tâche SDIS", "!tâche ajouter SDIS"),
    ("!tâche ajuter saler", "!tâche ajouter saler"),
    ("!tâche montrrer 12", "!tâche montrer 12"),
    ("!task call them", "!task add call them"),
    ("!tâche fiat 12", "!tâche fait 12"),
    ("!task dnoe 12", "!task done 12"),
    ("!tachse", "!tâches"),
    ("!taches en retrad", "!tâches en retard"),
    ("!tasks ovredue", "!tasks overdue"),
    ("!tâches @dgs en cour", "!tâches @dgs en cours"),
    ("!aidde", "!aide"),
    ("!hlep", "!help"),
    ("beffroi: tahces", "tâches"),
    ("@beffroi tâche relancer", "tâche ajouter relancer"),
]


@pytest.mark.parametrize(("text", "suggestion"), SUGGESTED)
def test_a_slip_gets_the_nearest_suggestion(talk: Any, text: str, suggestion: str) -> None:
    reply = talk.reply(text)
    assert reply.body.splitlines()[0] == f"Vouliez-vous dire «{NBSP}{suggestion}{NBSP}»{NNBSP}?"
    assert reply.reactions == ("✅",)
    assert not reply.changes


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("!tâche relancer le SDIS", "relancer le SDIS"),
        ("@beffroi tâche déboucher l'évier de la cantine demain @dgs", "déboucher l'évier de la cantine"),
        ("!tâche relever les compteurs tous les 1er du mois @dgs", "relever les compteurs"),
        ("!tache monter le chapiteau", "monter le chapiteau"),
        ("@beffroi une tâche ouvrir la salle demain à 8h", "ouvrir la salle"),
        ("@beffroi tâche : acheter des fleurs", "acheter des fleurs"),
        ("@beffroi tâche pour le dgs : relire la délib", "relire la délib"),
        ("@beffroi tache perso : acheter le cadeau", "perso : acheter le cadeau"),
    ],
)
def test_what_is_to_be_done_behind_the_noun_is_a_task(talk: Any, text: str, title: str) -> None:
    """« Vouliez-vous dire “tâche décocher l'évier” ? », and « … “tâche ajouter” ? » for which it was always yes."""
    reply = talk.reply(text)
    assert [each.set["title"] for each in reply.changes] == [title]


@pytest.mark.parametrize(
    "text", ["!tâches conseil", "!tâches du conseil", "!tâches @dgs CONSEIL", "!tasks about conseil"]
)
def test_a_few_words_of_theirs_call_tasks(talk: Any, text: str) -> None:
    talk.task(3, "préparer le conseil municipal")
    talk.reply("!tâche assigner 3 à @dgs")
    talk.task(4, "vider la salle")
    reply = talk.reply(text)
    assert "préparer le conseil municipal" in reply.body
    assert "vider" not in reply.body
    assert len(reply.shows) == 1


def test_words_of_no_task_may_be_one(talk: Any) -> None:
    talk.task(4, "vider la salle")
    reply = talk.reply("!tâches conseil municipal")
    assert reply.body.startswith(f"Aucune tâche ouverte ne parle de «{NBSP}conseil municipal{NBSP}»")
    assert reply.question.candidates[0].puts == "!tâche ajouter conseil municipal"
    assert not reply.changes


IGNORED = [
    *("bonjour", "il faut relancer le SDIS", "!remind 10m thé", "!ping", "!!!", "!", "", "   ", "!?", "!feeds add x"),
    *(
        "tâches",
        "fait 12",
        "aide",
        "!fait",
        "!fait la vaisselle",
        "!list",
        "le beffroi sonne",
        "beffroi de Douai fermé lundi",
    ),
    *("@beffroi:rivemont.localhost tâches", f"merci {ME} pour les tâches", "!ask me", "!vide", "@dgs tâches"),
]


@pytest.mark.parametrize("text", IGNORED)
def test_what_is_not_for_us_is_left_alone(talk: Any, text: str) -> None:
    assert talk.says(text) is None


HELP = [
    "!help",
    "!aide",
    "!AIDE",
    "!aide tâche",
    "!help task",
    "!help tsak",
    "@beffroi aide",
    "beffroi: ?",
    "!aide !tâche",
]


@pytest.mark.parametrize("text", [*HELP, "!tâche", "!task"])
def test_help_gives_examples_to_copy(talk: Any, text: str) -> None:
    reply = talk.reply(text)
    assert "!tâche ajouter relancer le SDIS @dgs" in reply.body
    assert "<code>!tâches</code>" in reply.html or "<code>!aide tâche</code>" in reply.html


@pytest.mark.parametrize("text", ["bonjour", "beffroi", "!ping", "que dois-je faire ?", "@beffroi", "liste de courses"])
def test_in_a_direct_conversation_everything_is_answered(talk: Any, text: str) -> None:
    assert "!aide" in talk.reply(text, direct=True).body


@pytest.mark.parametrize("text", ["tâches", "liste", "tasks", "beffroi: tâches", "!tâches", "les tâches"])
def test_in_a_direct_conversation_no_prefix_is_needed(talk: Any, text: str) -> None:
    assert talk.reply(text, direct=True).body.startswith("Rien à faire")


def test_a_mention_without_html_is_found_by_the_name(talk: Any) -> None:
    """``m.mentions`` says who; the body only shows a display name with spaces."""
    everybody = frozenset(talk.request("").members)
    reply = talk.reply("!tâche ajouter trier @Secrétariat de mairie", mentions=everybody)
    assert reply.changes[0].set["title"] == "trier"
    assert reply.changes[0].add == {"assignees": ("@secretaire:valbourg.localhost",)}


def test_a_reply_to_the_assistant_is_no_command(talk: Any) -> None:
    """Clients put whom one replies to into ``m.mentions``."""
    assert talk.says("merci !", mentions=frozenset({ME})) is None


@pytest.mark.parametrize("text", ["merci", "Merci beaucoup !", "super, merci", "thank you"])
def test_thanks_need_no_answer(talk: Any, text: str) -> None:
    assert talk.says(text, direct=True) is None


@pytest.mark.parametrize("text", ["Bonjour", "bonjour Beffroi !", "Hello"])
def test_a_greeting_is_answered_kindly(talk: Any, text: str) -> None:
    assert talk.reply(text, direct=True).body.startswith(f"Bonjour{NNBSP}!")


def test_politeness_in_several_lines_loses_no_line(talk: Any) -> None:
    talk.reply("!tâche ajouter inviter les élus\n- salle\n- café s’il te plaît")
    assert [each.value("text") for each in talk.state.all("task.item")] == ["salle", "café s’il te plaît"]


VERBS = [  # behind the number, as in front of it
    ("titre relancer", "title", "relancer"),
    ("title call back", "title", "call back"),
    ("description le pont\net l’église", "description", "le pont\net l’église"),
    ("reporter à mardi", "when", {"due": "2026-11-24"}),
    ("priorité haute", "priority", 1),
    ("estimation 2h", "estimate", 120),
    ("abandonner", "status", "dropped"),
    ("en cours", "status", "doing"),
]


@pytest.mark.parametrize(("words", "name", "value"), VERBS)
def test_the_verb_may_stand_behind_the_number(talk: Any, words: str, name: str, value: Any) -> None:
    task = talk.task(12)
    assert talk.reply(f"!tâche 12 {words}").changes
    assert talk.state_of(task).value(name) == value


def test_what_the_verb_needs_is_brought_when_it_stands_behind(talk: Any) -> None:
    task = talk.task(12)
    for words in ("12 historique", "historique 12", "12 restaurer titre"):
        assert talk.dispatcher.needs(talk.request(f"!tâche {words}")).history == (("task", task),)


def test_a_task_above_stands_behind_as_before(talk: Any) -> None:
    above, below = talk.task(12), talk.task(15)
    talk.reply("!tâche 15 sous 12")
    assert talk.state_of(below).value("parent") == above


@pytest.mark.parametrize("text", ["fait 12 et 14", "Done 12, 14 please", "fait 12-14", "tâches fait 12, 14, merci"])
def test_what_answers_a_list_needs_no_name(talk: Any, text: str) -> None:
    tasks = [talk.task(number) for number in (12, 14)]
    talk.reply(text, shown=tuple(("task", each) for each in tasks))
    assert [talk.status(each) for each in tasks] == ["done", "done"]


@pytest.mark.parametrize("text", ["fait", "merci pour la liste", "fait chaud", "ajoute les miennes", "12"])
def test_what_answers_a_list_is_conversation_else(talk: Any, text: str) -> None:
    tasks = [talk.task(number) for number in (12, 14)]
    assert talk.says(text, shown=tuple(("task", each) for each in tasks)) is None


OFFERED = [  # said alone with us, what is offered
    (
        "il faut que je prépare le budget pour le 15 janvier",
        "!tâche ajouter préparer le budget pour le 15 janvier @secretaire:valbourg.localhost",
    ),
    ("je dois relancer le SDIS", "!tâche ajouter relancer le SDIS"),
    ("réunion de chantier mardi à 10h", "!tâche ajouter réunion de chantier mardi à 10h"),
    ("we need to call the fire brigade", "!tâche ajouter call the fire brigade"),
]


@pytest.mark.parametrize(("text", "command"), OFFERED)
def test_what_sounds_like_something_to_do_is_offered_as_a_task(talk: Any, text: str, command: str) -> None:
    asked = talk.reply(text, direct=True)
    assert asked.question is not None
    assert [each.command for each in asked.question.candidates] == [command]
    assert talk.reply(command, direct=True).changes


@pytest.mark.parametrize("text", ["que sais-tu faire ?", "show my things", "il fait beau", "je dois y aller ?"])
def test_a_question_or_a_remark_is_not_offered_as_a_task(talk: Any, text: str) -> None:
    asked = talk.reply(text, direct=True)
    assert asked.question is None
