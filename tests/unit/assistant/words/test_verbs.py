"""Every verb, in both languages, for tasks and objectives: behind ``!``, behind our name, alone with us."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from bots.assistant.words.commands.command import Call, Command
from bots.assistant.words.commands.grammar import read
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.objectives.commands import objectives
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from tests.unit.tasks.conftest import BEFFROI, Talk

COMMANDS = (*TASKS.commands, *objectives(CENSUS).commands)
VOCABULARY = Vocabulary(COMMANDS)
ASKED = Talk().request("", members={BEFFROI: "Beffroi"})
PLACES = {
    "with an exclamation mark": ("!{}", False),
    "after our name": ("@beffroi {}", False),
    "after our name and a comma": ("beffroi, {}", False),
    "alone with us": ("{}", True),
    "alone, with an exclamation mark": ("!{}", True),
}
WITHOUT_NUMBER = ("ajouter", "ajoute", "ajoutez", "add")


@dataclass(frozen=True)
class Said:
    words: str
    command: str


def rows() -> list[Said]:
    """The table: each verb of each command that is about one object, with its noun and without."""
    said = []
    for command in COMMANDS:
        said += [Said(f"{verb} 3 lundi", command.name) for verb in command.bare if verb]
        said += [Said(f"{verb} quelque chose", command.name) for verb in WITHOUT_NUMBER if verb in command.banged]
        said += [Said(form + _after(command), command.name) for form in command.forms if " " in form]
    return said


def _after(command: Command) -> str:
    numbers = command.takes is None or command.takes(["3"])
    return "" if command.alone else " 3" if numbers else ""


ROWS = rows()


def called(words: str, *, direct: bool) -> Any:
    # A conversation for each of five thousand sentences would take minutes.
    reading = read(replace(ASKED, text=words, direct=direct), VOCABULARY)
    return reading.command.name if isinstance(reading, Call) else reading


@pytest.mark.parametrize("place", PLACES)
def test_every_verb_is_understood_everywhere(place: str) -> None:
    template, direct = PLACES[place]
    misread = {
        row.words: (row.command, found)
        for row in ROWS
        if (found := called(template.format(row.words), direct=direct)) != row.command
        # Marking several done is the same deed under another name.
        and {found, row.command} != {"task.done", "task.done.several"}
    }
    assert len(ROWS) > 300
    assert misread == {}


SYNONYMS = {
    "reporter": ("repousser", "décaler", "déplacer", "reporte", "repousse", "décale", "déplace", "postpone", "move"),
    "ajouter": ("ajoute", "ajoutez", "add"),
}


@pytest.mark.parametrize("noun", ["", "tâche ", "objectif "])
@pytest.mark.parametrize("verb", SYNONYMS["reporter"])
def test_to_postpone_has_many_names_for_tasks_and_objectives(noun: str, verb: str) -> None:
    wanted = "objective.target" if noun.startswith("objectif") else "task.postpone"

    assert called(f"!{noun}{verb} 3 à jeudi", direct=False) == wanted


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("reporter la tâche 5 à lundi", "task.postpone"),
        ("reporter l'objectif 5 à lundi", "objective.target"),
        ("postpone the objective 5 to Monday", "objective.target"),
        ("5 pour lundi", "task.one"),
        ("note 5 ils acceptent", "task.comment"),
        ("note acheter du sel", "task.add"),
        ("atteint 2", "objective.reached"),
        ("ajouter un objectif planter 100 arbres", "objective.add"),
    ],
)
def test_alone_as_people_say_it(words: str, command: str) -> None:
    assert called(words, direct=True) == command


@pytest.mark.parametrize("words", ["!remind 10m thé", "!ping", "!feeds add x", "!fait la vaisselle", "!note", "!titre"])
def test_what_is_no_verb_of_ours_is_other_bots(words: str) -> None:
    assert called(words, direct=False) is None


@pytest.mark.parametrize("words", ["12 personnes viendront demain", "3 salles à ouvrir"])
def test_a_number_alone_makes_no_command(words: str) -> None:
    assert not isinstance(read(Talk().request(words, direct=True), VOCABULARY), Call)
