"""Every sentence of ours that asks something can be answered, and the answer does what was asked about."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract

from bots.absences.commands import absences
from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import HistoryEntry
from bots.assistant.talk.scene import Scene
from bots.assistant.testing.people import plain
from bots.day.commands import day
from bots.day.pressing import BUTTON, OWNER
from bots.events.capability import events
from bots.events.polls.commands import polls
from bots.objectives.commands import objectives
from bots.objectives.seeding import ObjectiveSeeder
from bots.projects.commands import projects
from bots.projects.federation import Partners
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.reminders.commands import reminders
from bots.reminders.room.alarm import WHAT, WHEN, alarm_id, alarms
from bots.tasks.commands import TASKS
from bots.tasks.doing.seeding import SEEDER
from bots.tasks.saying.agenda import AGENDA
from bots.tasks.saying.census import CENSUS
from bots.when.language.phrases import FRENCH
from bots.when.values import Code
from config.identifiers import RoomId, UserId
from config.load import load_project_templates
from config.texts import texts
from tests.unit.items.test_types import QUESTIONS
from tests.unit.tasks.conftest import BEFFROI, OTHER, SECRETAIRE, Talk

REFUSED = ("Je ne lis pas", "pas compris", "Je ne comprends pas")
"""How what cannot be read is answered."""
ROOT = Path(__file__).parents[3]
LISTED = frozenset(each.server for each in (BEFFROI, OTHER))
DIRECT: dict[str, Any] = {"direct": True}
ALONE: dict[str, Any] = {"direct": True, "private": True}
DAY: dict[str, Any] = {
    **ALONE,
    "shown": ((OWNER, str(SECRETAIRE)), (BUTTON, "!voirie a"), (BUTTON, "!voirie b")),
}


def nothing(_: Talk) -> dict[str, Any]:
    return {}


def twice_away(talk: Talk) -> dict[str, Any]:
    for days in ("du 7 au 11 décembre", "le 18 décembre"):
        talk.says(f"!absent {days}")
    return {}


def away(talk: Talk) -> dict[str, Any]:
    talk.says("!absente du 1er au 4 décembre")
    return {"card": next(iter(talk.state.all("absence"))).id}


def poll(talk: Talk) -> dict[str, Any]:
    talk.says("!sondage budget : mardi 1er décembre 10h, mercredi 2 décembre 14h")
    return {}


def below_poll(talk: Talk) -> dict[str, Any]:
    poll(talk)
    return {"card": next(iter(talk.state.all("poll"))).id}


def one(talk: Talk) -> dict[str, Any]:
    return made(talk, "task", 12)


def towards(talk: Talk) -> dict[str, Any]:
    one(talk)
    ((_, objective),) = made(talk, "objective", 3)["history"]
    return {"card": objective}


def towards_event(talk: Talk) -> dict[str, Any]:
    event(talk)
    return towards(talk)


def with_a_line(talk: Talk) -> dict[str, Any]:
    found = one(talk)
    ((_, task),) = found["history"]
    talk.fold(Change("task.item", ID.format(9), {"text": "x", "done": False}, first={"task": task, "rank": 1}))
    return found


def alike(talk: Talk) -> dict[str, Any]:
    return made(talk, "task", 12) | made(talk, "task", 12, OTHER)


def objective(talk: Talk) -> dict[str, Any]:
    return made(talk, "objective", 3)


def objectives_alike(talk: Talk) -> dict[str, Any]:
    return made(talk, "objective", 3) | made(talk, "objective", 3, OTHER)


def alarms_alike(talk: Talk) -> dict[str, Any]:
    """One of ours, and one that another town gave the same number on the other side of a cut."""
    talk.says("!rappel pour tous demain à 9h fermer la salle")
    ours = next(alarms(talk.request("", assistants=(BEFFROI, OTHER)), BEFFROI))
    creator = UserId("@dgs:rivemont.fr")
    there = replace(ours, id=alarm_id(OTHER, "$there"), seed="$there", owner=OTHER, creator=creator)
    talk.fold(there.added(WHAT, WHEN), author=OTHER)
    return {"assistants": (BEFFROI, OTHER)}


def event(talk: Talk) -> dict[str, Any]:
    talk.says("!agenda ajouter conseil jeudi 14h")
    return {}


def two_events(talk: Talk) -> dict[str, Any]:
    talk.says("!agenda ajouter conseil d'école vendredi 14h")
    return event(talk)


def series(talk: Talk) -> dict[str, Any]:
    talk.says("!agenda ajouter point tous les mardis à 9h")
    return {}


def another_room(talk: Talk) -> dict[str, Any]:
    members = {BEFFROI: None, SECRETAIRE: None, OTHER: None}
    return {"rooms": (Scene(RoomId("!commun"), talk.state, members, talk.request("").now, name="Commun"),)}


def made(talk: Talk, kind: str, number: int, author: UserId = BEFFROI) -> dict[str, Any]:
    """Make an object that the secretary asked for; return what a request about it must be given."""
    first: dict[str, Json] = {"number": number, "creator": str(SECRETAIRE)}
    change = Change(kind, ID.format(len(talk.state)), {"title": "x"}, first=first)
    return {"history": {(kind, change.id): (HistoryEntry(talk.fold(change, author=author), author, 0),)}}


ID = "00000000-0000-5000-8000-00000000000{}"
Row = tuple[Callable[[Talk], dict[str, Any]], str, str, dict[str, Any]]

ASKED: dict[str, Row] = {  # the question: what there is, what is said, what answers it, where
    "Put task {task} under objective {objective}?": (towards, "rattache la tâche 12", "oui", {}),
    "Put event {event} under objective {objective}?": (towards_event, "rattache la réunion 1", "oui", {}),
    "Add “{event}” under objective {objective}?": (towards, "réunion jeudi 14h bilan", "oui", {}),
    "Did you mean “{suggestion}”?": (one, "!tâche fiat 12", "oui", {}),
    "I do not understand “{typed}”. Shall I add it to the tasks?": (
        *(nothing, "il faut que je prépare le budget pour le 15 janvier", "oui"),
        ALONE,
    ),
    "No open task speaks of “{words}”. Shall I add it?": (nothing, "!tâches conseil", "oui", {}),
    "What is there to do? For example: {example}": (nothing, "!tâche ajouter @dgs", "relancer le SDIS", {}),
    "Which task? For example: {example}": (one, "!tâche reporter lundi", "12", {}),
    "Several tasks are called {number}. Which one?": (alike, "!tâche fait 12", "celle de rivemont", {}),
    "For which task? For example: {example}": (one, "!tâche dépend 12", "la 12", {}),
    "Under which task? For example: {example}": (one, "!tâche 12 sous", "12", {}),
    "High, normal or low? {example}": (one, "!tâche priorité 12 rouge", "haute", {}),
    "How long? For example: {example}": (one, "!tâche estimation 12", "1h30", {}),
    "Which label? For example: {example}": (one, "!tâche étiquette 12", "#voirie", {}),
    "What do you want to note? {example}": (one, "!tâche commenter 12", "ils sont d’accord", {}),
    "Who? For example: {example}": (one, "!tâche assigner 12", "à dgs", {}),
    "Which lines of task {number}? For example: {example}": (with_a_line, "!tâche cocher 12", "1", {}),
    "Which objective? For example: {example}": (objective, "!objectif atteint", "3", {}),
    "Several objectives are called {number}. Which one?": (objectives_alike, "!objectif atteint 3", "la deuxième", {}),
    "What is to be reached? For example: {example}": (nothing, "!objectif ajouter", "rénover l’éclairage", {}),
    "Erase task {number} ({title}), its comments and its history for good?": (
        *(one, "!tâche effacer 12", "définitivement"),
        {},
    ),
    "Erase objective {number} ({title}) for good? Its tasks stay, without an objective.": (
        *(objective, "!objectif effacer 3", "définitivement"),
        {},
    ),
    "{typed} may be several people here: who is meant?": (
        *(nothing, "!tâche ajouter x @technicien", "celui de valbourg"),
        {"sender": UserId("@x:ailleurs.fr")},
    ),
    "Here are: {people}. Who is meant?": (nothing, "!tâche ajouter x @personne", "@dgs", {}),
    "What shall the project be called? For example: {example}": (nothing, "!projet créer", "Pont de la Lys", {}),
    "There is no template “{typed}”. Which one is meant?": (nothing, "!projet créer Pont modèle rond", "standard", {}),
    "Which number, and what of it? For example: {examples}.": (nothing, "fait", "2", DAY),
    "Which account? Write it in full, for example {example}": (nothing, "lier", "@sec:rivemont.fr", ALONE),
    "At what time? For example: {examples}": (nothing, "résumé bientôt", "8h30", ALONE),
    "When shall I remind you?": (nothing, "rappelle-moi de fermer la salle", "demain à 9h", ALONE),
    "Several reminders are called {number}: which one?": (alarms_alike, "!annuler le rappel 1", "valbourg", {}),
    "Of what? For example: {example}": (nothing, "rappelle-moi demain à 9h", "appeler le maire", ALONE),
    "“{hours}” on each of these days, or from the first to the last?": (
        *(nothing, "!réunion du 3 au 4 décembre de 9h à 17h", "1", {}),
    ),
    "“{hours}” ends before it begins. What is meant?": (nothing, "!réunion lundi 14h-13h", "13h-14h", {}),
    "Which times, or answers? For example: {example}": (nothing, "!sondage fête", "mardi 10h, mercredi 14h", {}),
    "What may be answered? For example: {example}": (nothing, "!sondage qui vient samedi ?", "oui, non", {}),
    "Poll {number} ({title}): which answer is taken?": (poll, "!sondage 1 clore, on prend vendredi", "2", {}),
    "Away on which days? For example: {example}": (nothing, "!absent", "du 20 au 24 décembre", {}),
    "Nobody in this room is called {typed}. Is it a task? Or who is invited?": (
        *(event, "@beffroi ajoute le vidéoprojecteur au conseil", "une tâche", {}),
    ),
    "Until when may people answer poll {number} ({title})? For example: {example}": (
        *(below_poll, "prolonge le sondage", "vendredi midi", {}),
    ),
    "Poll {number} keeps its answers. Ask a new one that has this one too? People answer again.": (
        *(poll, "@beffroi ajoute aussi le vendredi 11 décembre à 9h", "oui", {}),
    ),
    "Is that one task, or several?": (
        *(nothing, "!tâche ajouter commander les sapins, réserver la salle et prévenir l'école", "une seule", {}),
    ),
    "I note whole days only. What do you want?": (nothing, "!absent jeudi matin", "toute la journée", {}),
    "Absence {number} is {days}: cancel all of it? For other days: {example}": (
        *(away, "je suis là mercredi 2 décembre", "oui", {}),
    ),
    "Absence {number}: away {days}?": (away, "du 23 au 31 décembre", "oui", {}),
    "Which absence?": (twice_away, "!annule mon absence", "2", {}),
    "Of which event is that the agenda?": (two_events, "@beffroi ordre du jour du conseil : budget", "choix 2", {}),
    "When is it? For example: {example}": (nothing, "!agenda ajouter conseil", "jeudi 14h", {}),
    "At what time?": (nothing, "!agenda ajouter rdv notaire vendredi à 6h", "18h", {}),
    "There are several things in it: one at a time, please. Shall I note “{title}” alone?": (
        *(nothing, "!agenda ajouter point jeudi à 11h avec le maire et envoyer le devis", "oui", {}),
    ),
    "At what time does it begin? For example: {example}": (nothing, "!agenda ajouter conseil jeudi", "14h", {}),
    "In which room? Everybody there will see it.": (another_room, "réunion jeudi 14h", "Commun", ALONE),
    "Event {number} ({title}) repeats. What shall be changed?": (series, "!agenda annuler 1", "toute la série", {}),
    "Event {number} ({title}) repeats: do you answer for one time, or for all?": (
        *(series, "!agenda absent 1 un jour", "toute la série", {}),
    ),
    "To when? For example: {example}": (event, "!agenda déplacer 1", "vendredi", {}),
    "How often? For example: {example}": (event, "!agenda répéter 1", "tous les mardis", {}),
    "How long before? For example: {example}": (event, "!agenda rappel 1", "1 jour", {}),
}
ITEMS = "tests/unit/items/test_types.py"
ELSEWHERE = {
    "Event {number} “{title}”, {day}: is that its agenda?": "tests/unit/events/words/test_agenda_of.py",
    **dict.fromkeys(QUESTIONS, ITEMS),
    "What is to be cancelled? Nothing is changed yet.": "tests/unit/events/words/test_given_up.py: below a change",
    "Is task {number} to be done again? {title}": "tests/unit/tasks/test_remarks.py: below the card of what is done",
    "I did not understand who takes their place. Who is it? For example: {example}": (
        "tests/unit/absences/test_absences.py: who was not understood is asked and answered"
    ),
    **dict.fromkeys(
        (
            *("Task {number} “{title}”: done?", "Task {number} “{title}”: due {when}?", "Which task is done?"),
            *("Task {number} “{title}”: postponed to {when}?", "Task {number} “{title}”: dropped?"),
            *("Task {number} “{title}”: due when? For example: {example}", "Which task is meant?"),
            *("Which task is due {when}?", "Which task is postponed to {when}?", "Which task is dropped?"),
        ),
        "tests/unit/tasks/words/test_plain.py",
    ),
    "Task {number} “{title}”: renamed?": "tests/unit/tasks/words/test_wanted.py",
    **dict.fromkeys(
        (
            "I do not understand “{typed}”. Is that what you mean?",
            "I do not understand “{typed}”. What do you mean?",
        ),
        "tests/unit/assistant/answers/test_offers.py: taken by yes, and by its number",
    ),
    "Until when? For example: {example}": "tests/unit/tasks/test_changing.py",
    **dict.fromkeys(("How long before?", "“{words}”: which one is meant?"), "tests/unit/reminders/test_ahead.py"),
    **dict.fromkeys(
        (
            "Drop the reminder “{title}”?",
            "Several reminders are called so: which one is to be dropped?",
        ),
        "tests/unit/reminders/test_naming.py",
    ),
    "A task and a reminder in one sentence: what is meant? Nothing is added yet.": (
        "tests/unit/tasks/words/test_plain.py"
    ),
    "Task {number} is due {held}: {day} comes before that. What is meant?": "tests/unit/tasks/test_changing.py",
    "“{typed}”: which number do you mean?": "tests/unit/day/test_pressing.py: there is a list, and there are two rooms",
    "I tell nobody anything. Shall I add it to their tasks?": "tests/unit/tasks/words/test_plain.py",
    "Is that the answer to my question?": (
        "tests/unit/assistant/answers/test_questions.py: somebody else has spoken since"
    ),
    "Shall I send it here?": "tests/unit/files/test_sending.py: a file of another room, alone with us",
    "I send nothing outside this room. A link to {file} for whoever is not here? Answer “{word}”.": (
        "tests/unit/files/test_passing_on.py: a file that shall go to somebody outside"
    ),
    "That fits several things here. Which one?": "tests/unit/files/test_plainly.py: which of two is asked",
    "Shall I throw {file} away?": "tests/unit/files/test_plainly.py: what was just sent",
    **dict.fromkeys(
        ("Shall I rename {file} to {name}?", "Shall I file {file} in {folder}?"),
        "tests/unit/files/test_described.py: what may not be meant",
    ),
    **dict.fromkeys(
        (
            "Shall the link to {files} stay open until {when}?",
            "Shall I close these links?",
            "One link is open here, to {files}. Shall I close it?",
            "Shall I close the link to {files}?",
            "A link keeps its password. Make another link to {files}, with a new one? Then “revoke”, in"
            " answer to the old one, closes that.",
        ),
        "tests/unit/files/test_links_plainly.py: what a yes completes",
    ),
    **dict.fromkeys(
        (
            "Shall I close the drop box “{title}”? It stays closed.",
            "Shall I open the drop box “{title}”? It has an address on the Internet.",
            "Shall the drop box “{title}” be open until {when}?",
        ),
        "tests/unit/boxes/test_plainly.py: what a yes completes",
    ),
    "Is that for me, about {file}?": "tests/unit/files/test_library.py: an order between two people",
    "“{words}”: at what time is that?": "tests/unit/reminders/test_reminders.py: left over before a verb",
    "“{words}”: is that a reminder of it?": "tests/unit/events/words/test_sentences.py: left over beside an event",
    "Events {numbers}: cancel them?": "tests/unit/events/files/test_methods.py: a cancellation of several events",
    "“{name}” fits {count} files. Which one?": "tests/unit/files/test_library.py: which of two is asked",
    **dict.fromkeys(
        (
            *("Event {number} “{title}”: move it to {when}?", "Event {number} “{title}”: cancel it?"),
            *("Event {number} “{title}”: {word} “{value}”?", "Event {number} “{title}”: repeat it {when}?"),
        ),
        "tests/unit/events/words/test_remarks.py: what answers an event's card",
    ),
    **dict.fromkeys(
        (
            "Event {number} “{title}”, {day}: cancel this time only?",
            *("Event {number} “{title}”, {day}: cancel it?", "Event {number} “{title}”, {day}: move it to {when}?"),
            "Event {number} “{title}”, {day}: does it take place after all?",
            "Event {number} “{title}”: cancel the whole series?",
            "Event {number} “{title}”: move the whole series, its next time being {when}?",
            "Event {number} “{title}”, {day}: to when? For example: {example}",
            *("Event {number} “{title}”, {day}: at what time? For example: {example}", "Which event is meant?"),
            *("Which event is cancelled?", "Which event is moved ({when})?", "Which event takes place after all?"),
        ),
        "tests/unit/events/words/test_naming.py: what is called by its name",
    ),
    **dict.fromkeys(
        (
            *("Event {number} “{title}”, {day}: at the place “{when}”?", "Which event takes place there ({when})?"),
            *("Event {number} “{title}”, {day}: invite {when}?", "To which event are they invited ({when})?"),
            "Event {number} “{title}”, {day}: no longer invite {when}?",
            "To which event are they no longer invited ({when})?",
            *("Event {number} “{title}”, {day}: do you come?", "To which event do you come?"),
            *("Event {number} “{title}”, {day}: are you not coming?", "To which event do you not come?"),
            "“{typed}”: is that for the agenda? Nothing is noted yet.",
            "Event {number} “{title}”, {day}: where is it? For example: {example}",
        ),
        "tests/unit/events/words/test_stated.py, test_naming.py: what is stated of an event",
    ),
}
NOT_ASKED = {  # of nobody who could answer here
    "Row {line}: a cell goes on and on. Is there a quotation mark that is never closed?": "mended in the file",
    "there are more cells than headings: is a quotation mark missing?": "mended in the file",
}
DOUBTS = {
    Code.PAST: ("rendre hier", "vendredi"),
    Code.HOUR_PAST: ("point à 9h", "oui"),
    Code.WHICH_YEAR: ("rendre le 12 novembre", "2027"),
    Code.WHICH_WEEK: ("rendre mardi prochain", "la semaine prochaine"),
    Code.WHICH_MIDNIGHT: ("point demain à minuit", "à la fin"),
    Code.ONCE_OR_WEEKLY: ("relever le lundi", "une fois"),
    Code.ONCE_OR_MONTHLY: ("payer le 10 du mois", "tous les mois"),
    Code.WHICH_DAY: ("CODIR demian 14h", "mercredi"),
    Code.CONTRADICTION: ("rendre mercredi 26 novembre", "le 26"),
    Code.IMPOSSIBLE: ("rendre le 31 février", "1er mars"),
    Code.BEYOND: ("relever tous les lundis sauf fériés", "chaque lundi"),
    Code.SEVERAL: ("rendre jeudi ou vendredi", "vendredi"),
}
ENGLISH_ONLY = {
    Code.WHICH_ORDER: ("submit on 03/04", "the month first"),
    Code.WHICH_HALF: ("meeting tomorrow at 3", "in the afternoon"),
}


@pytest.fixture
def talk() -> Talk:
    templates = load_project_templates(Path("nowhere"))
    partners = Partners(lambda: LISTED, lambda: (BEFFROI, OTHER))
    made = projects(templates, partners, objectives=ObjectiveSeeder(CENSUS), tasks=SEEDER)
    return Talk([TASKS, objectives(CENSUS), day([AGENDA]), made, reminders(), events(), polls(), absences()])


def questions() -> Iterator[str]:
    """Every sentence of ours in which something is asked."""
    keywords: Any = {"gettext": None, "gendered": None, "mark": None}
    for path in (ROOT / "bots").rglob("*.py"):
        for _, message, _, _ in extract("python", io.BytesIO(path.read_bytes()), keywords=keywords):
            if "?" in str(message):
                yield str(message)


def answer(talk: Talk, asked: Reply, words: str, **more: Any) -> str:
    """The command that *words* complete."""
    assert asked.question is not None, "it could not be answered"
    request = talk.request(words, **more)
    meant = read(request, asked.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken), meant
    return meant.command


def test_no_question_is_forgotten() -> None:
    assert set(questions()) == ASKED.keys() | ELSEWHERE.keys() | NOT_ASKED.keys()


@pytest.mark.parametrize("sentence", ASKED)
def test_a_question_can_be_answered(talk: Talk, sentence: str) -> None:
    prepare, words, answered, where = ASKED[sentence]
    where = {**prepare(talk), **where}
    known = texts("fr").gettext(sentence).partition("{")[0]
    asked = talk.reply(words, **where)
    assert known in asked.body
    assert not asked.changes

    done = talk.reply(answer(talk, asked, answered, **where), **where)
    assert known not in done.body or not known
    assert done.question is None, done.body
    assert done.changes or done.forward or done.errands or done.erases or "?" not in done.body, done.body


@pytest.mark.parametrize("sentence", ASKED)
def test_what_a_question_offers_is_understood(talk: Talk, sentence: str) -> None:
    """Each of its proposals does something, or asks on: none is refused as what nobody can read."""
    prepare, words, own, where = ASKED[sentence]
    where = {**prepare(talk), **where}
    asked = talk.reply(words, **where)
    offered = () if asked.question is None else asked.question.offered
    by_word = asked.question is not None and asked.question.by_word
    for place in range(len(offered)):
        said = own if by_word else "oui" if len(offered) == 1 else f"choix {place + 1}"
        command = answer(talk, asked, said, **where)
        done = talk.reply(command, **where)
        known = done.changes or done.forward or done.errands or done.erases or done.question
        assert known or not any(refused in plain(done.body) for refused in REFUSED), (command, done.body)


@pytest.mark.parametrize("code", [*DOUBTS, *ENGLISH_ONLY])
def test_a_doubt_about_a_date_can_be_settled(talk: Talk, code: Code) -> None:
    words, answered = (DOUBTS | ENGLISH_ONLY)[code]
    locale = "en" if code in ENGLISH_ONLY else "fr"
    command = f"!task add {words}" if locale == "en" else f"!tâche ajouter {words}"
    if code is Code.PAST:
        # What is new may be late already; what is postponed goes into the future.
        talk.task(1, title="rendre")
        command = "!tâche reporter 1 à hier"
    asked = talk.reply(command, locale=locale)
    if locale == "fr":
        assert FRENCH.bare_doubts[code].rstrip("\u202f?").partition(" ou ")[0].lower()[:12] in asked.body.lower()
    assert not asked.changes
    done = talk.reply(answer(talk, asked, answered, locale=locale), locale=locale)
    assert done.changes, done.body
    (task,) = talk.state.all("task")
    assert task.value("title") == words.split()[0]


def test_what_is_no_day_after_all_stays_in_the_title(talk: Talk) -> None:
    asked = talk.reply("!tâche ajouter voir mardu à 14h")
    command = answer(talk, asked, "2")
    assert command == "!tâche ajouter voir “mardu” à 14h"
    assert "voir “mardu”" in talk.reply(command).body


def test_every_doubt_is_among_them() -> None:
    assert DOUBTS.keys() | ENGLISH_ONLY.keys() == {*Code}
