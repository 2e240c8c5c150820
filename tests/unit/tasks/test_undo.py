"""Any commands, edited any number of times, then deleted from the last to the first: the room is as it was."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.register.replica.places import ERASED
from bots.register.replica.state import State
from bots.tasks.kept.model import ITEM, KIND
from bots.tasks.kept.task import COMMENT

NUMBERS = st.sampled_from(["1", "2", "3", "1, 2", "4"])
ABOUT = st.sampled_from(
    [
        *("{} pour vendredi", "{} @dgs", "{} #route !haute", "{} en cours", "{} faite", "fait {}", "abandonner {}"),
        *("reporter {} à lundi", "reporter {} jamais", "titre {} autre", "retirer {} @maire #voirie", "rouvrir {}"),
        *("retirer {} @maire", "{} @technicien @dgs", "étiquette {} eau", "priorité {} basse", "description {} ligne"),
        *("point {} a\nb", "cocher {} 1", "rayer {} 1", "commenter {} oui", "dépend {} de 3", "dépend {} de 1"),
        *("{} sous 3", "sous {} relire @dgs", "détacher {}", "répéter {} tous les lundis", "bloquer {}"),
        *("restaurer {}", "{}", "ajouter relire vendredi @dgs #eau\n- un", "ajouter autre", "estimation {} 2h"),
    ]
)
# An element that one command adds, another takes off and an undo brings back is that undo's: DESIGN.md, known limits.
COMMANDS = st.builds(lambda form, number: "!tâche " + form.format(number), ABOUT, NUMBERS)
CHAINS = st.lists(st.lists(st.one_of(COMMANDS, st.just("bonjour")), min_size=1, max_size=3), min_size=1, max_size=6)


def seen(state: State) -> dict[str, Any]:
    """What people can tell apart: fields that are not empty, and the elements of sets."""
    shown: dict[str, Any] = {}
    dropped = {each.id for each in state.all(KIND) if each.value("status") == "dropped"}
    for each in state.objects():
        made_later = each.kind in (ITEM, COMMENT) and each.value("text") in (None, ERASED)
        if made_later or each.id in dropped or each.first("task") in dropped:
            continue
        names = ("title", "status", "when", "rule", "priority", "estimate", "description", "parent", "text", "done")
        fields = {name: each.value(name) for name in names}
        fields["status"] = fields["status"] or "todo"
        sets = {name: each.elements(name) for name in ("assignees", "labels", "depends")}
        shown[each.id] = {**fields, **sets}
    return shown


def room(talk: Any) -> Any:
    fresh = type(talk)()
    fresh.task(1, "un"), fresh.task(2, "deux", status="blocked", priority=1), fresh.task(3, "trois", status="done")
    fresh.fold(fresh.reply("!tâche 1 @maire #voirie").changes[0])
    return fresh


@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
@given(chains=CHAINS)
def test_deleting_everything_leaves_nothing(talk: Any, chains: list[list[str]]) -> None:
    talk = room(talk)
    before = seen(talk.state)
    commands = []
    for first, *edits in chains:
        talk.says(first)
        commands.append(talk.last)
        for each in edits:
            talk.edits(commands[-1], each)
    for each in reversed(commands):
        talk.deletes(each)
    assert seen(talk.state) == before


@settings(max_examples=100, deadline=None, suppress_health_check=[*HealthCheck])
@given(versions=st.lists(COMMANDS, min_size=1, max_size=3), last=COMMANDS.filter(lambda each: "4" not in each))
def test_an_edited_command_does_what_its_last_words_do(talk: Any, versions: list[str], last: str) -> None:
    """Whatever it had said before, unless its last words are a question: then what it had done stands."""
    edited, alone = room(talk), room(talk)
    edited.says(versions[0])
    command = edited.last
    for each in [*versions[1:], "bonjour", last]:
        edited.edits(command, each)
    alone.says("bonjour")
    alone.says(last)
    assert sorted(map(repr, seen(edited.state).values())) == sorted(map(repr, seen(alone.state).values()))


ADD = "!tâche ajouter relire vendredi @dgs #eau\n- un"


@pytest.mark.parametrize("last", [ADD, "!tâche ajouter autre"])
@pytest.mark.parametrize("form", ["répéter {} tous les lundis", "reporter {} à lundi", "titre {} autre", "{} sous 3"])
@pytest.mark.parametrize("between", [[], ["bonjour"], [ADD]])
def test_a_command_edited_onto_its_own_task_leaves_nothing_on_it(
    talk: Any, form: str, between: list[str], last: str
) -> None:
    """For its new words the task is not there: it was changed while it was dropped, and came back so."""
    edited, alone = room(talk), room(talk)
    edited.says(ADD)
    command = edited.last
    asked = edited.edits(command, "!tâche " + form.format(4))
    assert "Il n’y a pas de tâche 4" in asked.body
    for each in [*between, last]:
        edited.edits(command, each)
    alone.says(last)
    assert sorted(map(repr, seen(edited.state).values())) == sorted(map(repr, seen(alone.state).values()))
