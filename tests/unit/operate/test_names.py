"""Whoever reads is told what a process is, in their language, and what to type."""

from pathlib import Path

import pytest

from bridge.operate.errors import StartFailed
from bridge.operate.names import CALLED, called
from bridge.operate.services.plan import NEIGHBOURS, services
from bridge.operate.services.programs import Programs
from config.sentence import said, sentence
from config.texts import texts
from tests.unit.operate.test_compose import POSTGRESQL, town


def test_every_process_of_a_town_has_a_name() -> None:
    plan = services(town(**POSTGRESQL), Programs(Path("/usr/bin/caddy"), Path("/usr/lib/postgresql/15/bin")))

    assert len(plan) > 5
    assert {NEIGHBOURS, *(service.name for service in plan)} <= CALLED.keys()


@pytest.mark.parametrize(
    ("name", "french"),
    [
        ("share", "serveur de partage (share)"),
        ("synapse", "serveur Matrix (synapse)"),
        ("assistant", "assistant"),
        ("assistant valbourg.localhost", "assistant valbourg.localhost"),
        ("calendars rivemont.localhost", "serveur d’agendas (calendars rivemont.localhost)"),
        ("something else", "something else"),
    ],
)
def test_it_is_said_in_french_with_what_one_types_behind_it(name: str, french: str) -> None:
    assert said(called(name), texts("fr")) == french


def test_a_start_that_fails_names_it_so() -> None:
    failed = StartFailed("caddy", sentence("it has stopped"))

    assert said(failed, texts("fr")).startswith("serveur web (caddy)\u00a0: ")
    assert said(failed, texts("en")).startswith("web server (caddy): ")
