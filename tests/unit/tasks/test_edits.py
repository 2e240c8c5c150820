"""Any chain of edits of one command, then its deletion, ends where it began."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VERSIONS = st.sampled_from(
    [
        *("!tâche ajouter relancer", "!tâche ajouter rappeler @dgs", "!tâche ajouter x @technicien @maire"),
        *("!tâche ajouter", "!tâche ajouter x @personne", "!tâche fait 1", "!tâche fait 2, 3", "!tâche fait 1, 9"),
        *("!tâche fait 4", "!tâches", "!aide", "!tâche fiat 1", "bonjour", "!remind me", "", "!tâche fait demain"),
    ]
)


@pytest.mark.generated
@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
@given(versions=st.lists(VERSIONS, min_size=1, max_size=6))
def test_edits_then_deletion_leave_nothing(talk: Any, versions: list[str]) -> None:
    talk = type(talk)()
    held = {talk.task(1): None, talk.task(2, status="blocked"): "blocked", talk.task(3, status="done"): "done"}
    talk.says(versions[0])
    command = talk.last
    for each in versions[1:]:
        talk.edits(command, each)
    talk.deletes(command)

    for task_id, before in held.items():
        assert talk.status(task_id) in ((before,) if before else (None, "todo"))
    made = [each for each in talk.state.all("task") if each.id not in held]
    assert len(made) <= 1
    assert all(each.value("status") == "dropped" for each in made)


@pytest.mark.generated
@settings(max_examples=100, deadline=None, suppress_health_check=[*HealthCheck])
@given(versions=st.lists(VERSIONS, min_size=1, max_size=5))
def test_only_the_last_clear_version_counts(talk: Any, versions: list[str]) -> None:
    """Whatever it was before: the last version alone gives the same statuses."""
    edited, alone = type(talk)(), type(talk)()
    for room in (edited, alone):
        room.task(1), room.task(2, status="blocked"), room.task(3, status="done")
    last = "!tâche fait 2"
    edited.says(versions[0])
    command = edited.last
    for each in [*versions[1:], last]:
        edited.edits(command, each)
    alone.says(last)
    for number in range(3):
        task_id = f"00000000-0000-4000-8000-{number:012}"
        assert (edited.status(task_id) or "todo") == (alone.status(task_id) or "todo")
