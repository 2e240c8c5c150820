"""Project templates: ours are sound, the collectivity's own take their place, mistakes are named with their line."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bots.projects.doubts import unread
from config.errors import InvalidSettings
from config.load import load_project_templates
from config.project_template import ProjectTemplate

NOWHERE = Path("nowhere")
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 12, tzinfo=PARIS)


def complaints(folder: Path) -> list[str]:
    with pytest.raises(InvalidSettings) as caught:
        load_project_templates(folder)
    return str(caught.value).splitlines()


def test_ours_are_sound_and_say_everything_in_both_languages() -> None:
    found = load_project_templates(NOWHERE)

    assert set(found) == {"standard", "marches", "evenement"}
    for template in found.values():
        words = [template.about, *(each for room in template.rooms for each in (room.name, room.topic))]
        words += [each.title for room in template.rooms for each in room.objectives]
        words += [each.title for room in template.rooms for each in room.tasks]
        words += [line for room in template.rooms for task in room.tasks for line in task.checklist]
        assert all(each.fr and each.en for each in words)


def test_their_days_are_understood() -> None:
    for template in load_project_templates(NOWHERE).values():
        assert [*unread(template, NOW, PARIS)] == []
        assert all(each.due for room in template.rooms for each in room.tasks)


def test_a_day_that_is_none_is_found(tmp_path: Path) -> None:
    task = "      - title: t\n        due: aux calendes grecques\n"
    (tmp_path / "voirie.yaml").write_text(f"about: x\nrooms:\n  - name: y\n    tasks:\n{task}")
    template = load_project_templates(tmp_path)["voirie"]

    assert [*unread(template, NOW, PARIS)] == ["aux calendes grecques"]


def test_a_template_of_ones_own_is_added_or_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "voirie.yaml").write_text("about: la voirie\nrooms:\n  - name: Chantiers\n")
    (tmp_path / "standard.yaml").write_text("about: à nous\nrooms:\n  - name: Tout\n")
    found = load_project_templates(tmp_path)

    assert found["voirie"].rooms[0].name.said("en") == "Chantiers"
    assert found["standard"].about.said("fr") == "à nous"
    assert set(found) == {"standard", "marches", "evenement", "voirie"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("about: x\nrooms: []\n", "line 1: a project has between 1 and 8 rooms"),
        ("about: x\nrooms:\n  - nom: y\n", "line 3: rooms[0].nom: unknown key; possible ones are name, topic"),
        ("about: ''\nrooms:\n  - name: y\n", "line 1: about: write a text"),
        ("about: x\nrooms:\n  - name: y\n    write: anyone\n", "line 4: rooms[0].write: 'anyone' is not one of"),
        ("about: x\nrooms:\n  - name: {fr: y, de: z}\n", "line 3: rooms[0].name.de: unknown key"),
        (
            "about: x\nrooms:\n  - name: y\n    tasks:\n      - title: t\n        due: +2 lunes\n",
            "line 6: rooms[0].tasks[0].due: write an offset as “+14 jours”",
        ),
        (
            "about: x\nrooms:\n  - name: y\n    tasks:\n      - title: t\n        objective: 1\n",
            "there is no objective number 1 in this room",
        ),
        (
            "about: x\nrooms:\n  - name: y\n    tasks:\n" + "      - title: t\n" * 16,
            "at most 15 objectives, events and tasks",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "faux.yaml").write_text(text)

    assert complaint in "\n".join(complaints(tmp_path))


def test_a_name_that_nobody_can_type_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Été 2027.yaml").write_text("about: x\nrooms:\n  - name: y\n")

    assert "people type this name" in complaints(tmp_path)[0]


def test_offsets_are_said_as_people_say_them() -> None:
    def due(raw: str) -> str:
        task = {"title": "t", "due": raw}
        template = ProjectTemplate.model_validate({"about": "x", "rooms": [{"name": "y", "tasks": [task]}]})
        return template.rooms[0].tasks[0].due

    assert [due(each) for each in ("+14 jours", "+1 semaine", "+2 weeks", "le 15 janvier", "")] == [
        "dans 14 jours",
        "dans 1 semaine",
        "in 2 weeks",
        "le 15 janvier",
        "",
    ]
