"""What `upgrade` says at its end is what it has seen."""

import pytest

from bridge.cli.running.upgrade import _say
from bridge.upgrade.course import Ended, Outcome
from config.texts import texts


@pytest.mark.parametrize("asked", [True, False])
def test_that_the_assistant_answers_is_said_where_it_was_asked(
    capsys: pytest.CaptureFixture[str], *, asked: bool
) -> None:
    """Where it had answered nothing before, it is not asked again."""
    _say(Ended(Outcome.UPGRADED, asked=asked), texts("fr"))

    said = capsys.readouterr().out
    assert "La nouvelle version marche" in said
    assert ("l’assistant répond" in said) == asked
    assert ("écrivez-lui" in said) != asked
