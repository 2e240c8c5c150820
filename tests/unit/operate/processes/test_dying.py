"""Where tests have the assistant die: a request to the share server is named without what it is about."""

import pytest

from bots.matrix.seams import NO_SEAMS
from bridge.operate.assistant.dying import seams, shape, share_seams


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/api/links/Qm3xV9pLr2Tn7aWc", "links/ID"),
        ("/api/links/Qm3xV9pLr2Tn7aWc/terms", "links/ID/terms"),
        ("/api/deposits", "deposits"),
        ("/api/deposits/Qm3xV9pLr2Tn7aWc/file/12", "deposits/ID/file/N"),
        ("/api/deposits/Qm3xV9pLr2Tn7aWc/said", "deposits/ID/said"),
    ],
)
def test_a_request_is_named_by_what_it_does(path: str, named: str) -> None:
    assert shape(path) == named


def test_nothing_watches_an_assistant_that_no_test_wants_dead() -> None:
    assert (seams(), share_seams()) == (NO_SEAMS, [])
