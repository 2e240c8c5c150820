"""What is kept of titles, so that words find them soon, goes with them."""

from bots.assistant.words.objects.called import Begins, called
from bots.register.replica.state import State

KNOWN = {"1": "commander la gerbe", "2": "relire le budget"}


def test_words_call_the_title_that_has_them() -> None:
    titles = [*KNOWN.values()]
    begun = Begins("task")
    assert called(["gerbe"], titles) == called(["gerbe"], titles, [begun.of(at, title) for at, title in KNOWN.items()])
    assert called(["gerbe"], titles) == [(0, 1)]


def test_what_was_erased_is_kept_nowhere() -> None:
    begun = Begins("task")
    for at, title in KNOWN.items():
        begun.of(at, title)
    begun.update(State(), [("task", "1"), ("event", "2")])
    assert [*begun._known] == ["2"]


def test_a_title_that_was_changed_is_read_anew() -> None:
    begun = Begins("task")
    begun.of("1", "commander la gerbe")
    assert begun.of("1", "payer EDF") == {"paye", "edf"}
