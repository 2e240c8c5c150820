"""What ``beffroi logs`` shows."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from bridge.operate.services.errors import NotUp
from bridge.operate.services.journal import follow, last


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "synapse.log").write_text("one\ntwo\nthree\n")
    (tmp_path / "caddy.log").write_text("up\n")
    return tmp_path


def acting(*deeds: Callable[[], object]) -> Callable[[], object]:
    """Return a pause in which the next of *deeds* is done."""
    left = iter(deeds)

    def pause() -> None:
        next(left)()

    return pause


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_the_last_lines_of_each_are_shown_with_their_process(logs: Path) -> None:
    assert list(last(logs, (), 2)) == ["caddy      | up", "synapse    | two", "synapse    | three"]
    assert list(last(logs, ["synapse"], 0)) == ["synapse    | three"]


def test_a_process_without_a_log_is_named_with_those_that_have_one(logs: Path) -> None:
    with pytest.raises(NotUp, match=r"There is no log of share; there are: caddy, synapse"):
        list(last(logs, ["share"], 5))


def test_what_is_written_from_now_on_is_followed_by_whole_lines(logs: Path) -> None:
    synapse = logs / "synapse.log"
    pause = acting(
        lambda: append(synapse, "four\nfi"),
        lambda: append(synapse, "ve\n"),
        lambda: append(logs / "caddy.log", "again\n"),
    )

    assert list(islice(follow(logs, (), pause), 3)) == ["synapse    | four", "synapse    | five", "caddy      | again"]


def test_a_log_that_is_begun_anew_is_followed_from_its_beginning(logs: Path) -> None:
    synapse = logs / "synapse.log"
    pause = acting(lambda: synapse.write_text("new\n"), lambda: append(synapse, "more\n"))

    assert list(islice(follow(logs, ["synapse"], pause), 2)) == ["synapse    | new", "synapse    | more"]


def test_the_log_of_a_process_that_comes_later_is_followed_too(logs: Path) -> None:
    pause = acting(lambda: (logs / "share.log").write_text("here\n"))

    assert list(islice(follow(logs, (), pause), 1)) == ["share      | here"]


def test_bytes_that_are_no_text_end_nothing(logs: Path) -> None:
    (logs / "caddy.log").write_bytes(b"\xff\xfe\n")

    assert list(last(logs, ["caddy"], 1)) == ["caddy      | \ufffd\ufffd"]
