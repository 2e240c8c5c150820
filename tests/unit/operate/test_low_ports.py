"""Ports that only root may open: said before a start that would fail of them, with the line that allows them."""

import subprocess
from pathlib import Path

import pytest

from bridge.cli.next_steps import steps
from bridge.operate.services.errors import PortsClosed
from bridge.operate.services.low_ports import allowing, closed, want_open
from config.load import collectivity_from
from config.sections.web import Web
from config.sentence import said
from config.settings import Collectivity
from config.texts import texts

USUAL = 1024
"""What Linux and Debian leave it at."""


@pytest.fixture
def town() -> Collectivity:
    answers = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016", "web": {}}
    return collectivity_from(answers)


def test_those_below_the_first_open_one_are_closed() -> None:
    real = Web(federation_port=8448, serves_server_name=True)

    assert closed(real, USUAL) == [80, 443]
    assert closed(real, 81) == [80]
    assert closed(real, 0) == closed(None, USUAL) == []


def test_a_start_that_would_fail_of_them_is_not_begun_and_says_the_line_that_allows_it(town: Collectivity) -> None:
    want_open(town.web, 0)

    with pytest.raises(PortsClosed) as caught:
        want_open(town.web, USUAL)

    french = said(caught.value, texts("fr"))
    assert "80/tcp, 443/tcp" in french
    assert french.endswith(allowing([80, 443]))


def test_the_line_is_one_that_a_shell_takes_and_opens_the_lowest() -> None:
    line = allowing([443, 80])

    assert subprocess.run(("sh", "-n", "-c", line), check=False, timeout=60).returncode == 0
    assert "ip_unprivileged_port_start=80 " in line


def test_init_ends_with_it_where_it_is_needed(town: Collectivity) -> None:
    needed = [*steps(town, Path(), [], allowing([80, 443]), texts("fr"))]
    unneeded = [*steps(town, Path(), [], "", texts("fr"))]

    assert needed[-2].strip() == allowing([80, 443])
    assert needed[-1].endswith("./beffroi up")
    assert not any("sysctl" in line for line in unneeded)
