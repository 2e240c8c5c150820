"""``!aide``: short to whoever asks for nothing more, and all of it to be had."""

from typing import Any

import pytest

from bots.assistant.testing.talk import Talk
from bots.assistant.words.commands.courtesy import thanks
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.events.capability import events
from bots.files.library.commands import files
from bots.files.sharing.commands import sharing
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS
from tests.unit.assistant.conftest import PEOPLE

SECRETAIRE = PEOPLE[0]


async def asked(town: Any, words: str) -> list[str]:
    await town.say(SECRETAIRE, words)
    lines: list[str] = town.sentences()[-1].splitlines()
    return lines


async def test_the_essential_fits_on_a_phone_and_says_how_to_ask_for_the_rest(town: Any) -> None:
    said = await asked(town, "!aide")
    assert len(said) <= 13
    assert any("!tâche ajouter" in each for each in said)
    assert "!aide tâche" in said[-1]
    assert "!aide objectif" in said[-1]
    assert "!aide tout" in said[-1]


async def test_the_essential_says_each_thing_once_and_briefly(town: Any) -> None:
    said = await asked(town, "!aide")
    assert sum("!tâche" in each.partition("–")[0] for each in said[:-1]) == 1
    assert "#voirie" not in "\n".join(said)
    whole = await asked(town, "!aide tâches")
    assert "#voirie" in "\n".join(whole)
    assert len(whole) > len(said)


async def test_the_essential_says_what_each_button_does(town: Any) -> None:
    said = "\n".join(await asked(town, "!aide"))
    assert [button for button in ("✅", "👀", "⏰", "🗑", "📌") if button not in said] == []


@pytest.mark.parametrize(
    ("words", "in_it", "not_in_it"),
    [
        ("!aide tâche", "!tâche historique", "!objectifs"),
        ("!aide objectifs", "!objectif atteint", "!tâche historique"),
        ("!aide tout", "!objectif atteint", "Plus de détails"),
        ("!help all", "!tâche historique", "Plus de détails"),
    ],
)
async def test_one_topic_or_all_of_it(town: Any, words: str, in_it: str, not_in_it: str) -> None:
    said = "\n".join(await asked(town, words))
    assert in_it in said
    assert not_in_it not in said


HOW = {
    "aide-moi à déplacer une réunion": "!agenda déplacer 3 à jeudi 10h",
    "aide moi à deplacer une réunion": "!agenda déplacer 3 à jeudi 10h",
    "comment je fais pour décaler un rdv ?": "!agenda déplacer 3 à jeudi 10h",
    "comment faire pour annuler une réunion ?": "!agenda déplacer 3 à jeudi 10h",
    "comment je fais pour mettre un rdv tous les mardis ?": "!agenda ajouter conseil",
    "comment je fais pour renommer un fichier ?": "!fichier renommer",
    "comment puis-je ajouter une tâche": "!tâche ajouter",
    "how do I move a meeting?": "!agenda déplacer 3 à jeudi 10h",
}


@pytest.mark.parametrize("words", HOW)
def test_how_one_thing_is_done_is_told_in_a_line_or_two(words: str) -> None:
    talk = Talk([TASKS, events(), reminders(), files()])

    said = talk.body(words, direct=True).splitlines()

    assert said[0].startswith(HOW[words])
    assert len(said) <= 2


@pytest.mark.parametrize(
    "words",
    [
        "bonjour ! moi c'est Martine, tu peux faire quoi pour moi ?",
        "bonjour, moi c'est Martine de la mairie. Qu'est-ce que tu sais faire ?",
        *("je m'appelle Martine, tu peux m'aider à quoi ?", "tu peux faire quoi", "qui es-tu ?"),
    ],
)
def test_the_first_words_of_somebody_new_are_answered(words: str) -> None:
    talk = Talk([TASKS, events()])

    assert "!tâche ajouter" in talk.body(words, direct=True)


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("rappelle-moi", "reminder"),
        ("rappel", "reminder"),
        ("disponibilités", "event"),
        ("rdv", "event"),
        ("agenda", "event"),
        ("lien", "files"),
        ("fichier", "file"),
        ("truc", None),
    ],
)
def test_any_word_for_a_topic_finds_it(words: str, topic: str | None) -> None:
    commands = [command for made in (TASKS, events(), reminders(), files(), sharing({})) for command in made.commands]

    assert (Vocabulary(commands).topic(words.split()) or "none").startswith(topic or "none")


@pytest.mark.parametrize("said", ["merci bcp", "merci, bonne journée", "ok merci beaucoup"])
def test_thanks_wait_for_no_answer(said: str) -> None:
    assert thanks(said.split())


def test_a_wish_alone_is_no_thanks() -> None:
    assert not thanks(["journée"])


@pytest.mark.parametrize("words", ["Bonjour Beffroi, que sais-tu faire ?", "salut beffroi : que sais-tu faire ?"])
async def test_whoever_greets_us_by_name_before_they_ask_is_answered(town: Any, words: str) -> None:
    assert await asked(town, words) == await asked(town, "!aide")


@pytest.mark.parametrize("words", ["Bonjour Beffroi de Douai", "bonjour à tous, que sais-tu faire ?"])
async def test_whoever_greets_somebody_else_is_left_alone(town: Any, words: str) -> None:
    await town.say(SECRETAIRE, words)
    assert town.sentences() == []
