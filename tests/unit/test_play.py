"""A script of a conversation is played with the whole assistant, and what is no script is named."""

from pathlib import Path

import pytest

from tests import play

DOCUMENTED = [line[4:].split("  ")[0] for line in (play.__doc__ or "").splitlines() if line.startswith("    ")]


async def test_what_its_docstring_shows_can_be_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script.txt"
    script.write_text("\n".join(DOCUMENTED))

    assert len(DOCUMENTED) == 10
    assert await play.play([script]) == 0

    said = capsys.readouterr().out
    assert "Tâche 1 ajoutée : relire le budget" in said
    assert "Tâche 1 faite par @dgs" in said
    assert "?? " not in said


async def test_what_is_no_deed_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script.txt"
    script.write_text("personne: bonjour\ndgs > jamais dit: oui\n~ demain\n")

    assert await play.play([script]) == 3
    assert capsys.readouterr().out.count("?? ") == 3
