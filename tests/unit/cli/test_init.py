"""init as somebody at a terminal meets it: a real terminal, in their language, each answer checked at once."""

from pathlib import Path

import pytest

from bridge.cli.terminal import speech
from config.load import load_both
from tests.screen import Terminal


def test_each_answer_is_checked_when_it_is_given_and_the_rest_is_said_at_the_end(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "fr_FR.UTF-8", "init")
    terminal.answer("Nom de la collectivité", "?")
    terminal.answer("un nom contient des lettres", "Valbourg")
    terminal.answer("Nom du serveur", "Valbourg.fr")
    terminal.answer("écrivez-le en minuscules : valbourg.fr", "matrix.valbourg.fr")
    # Enter is no yes to what is doubtful and for ever.
    terminal.answer("C’est d’ordinaire valbourg.fr qu’il faut", "")
    terminal.answer("Nom du serveur", "valbourg.fr")
    terminal.answer("définitif ?", "oui")
    terminal.answer("Nature", "mairie")
    terminal.answer("n’est aucun de ceux-ci", "1")
    terminal.answer("SIREN", "commune")
    terminal.answer("neuf chiffres", "217500017")
    terminal.answer("clé de contrôle", "217 500 016")
    terminal.answer("administrat", "Marie Dupont")
    terminal.answer("minuscules sans accents", "marie.dupont")
    terminal.answer("Base de données", "2")
    terminal.answer("Adresse publique", "http://matrix.valbourg.fr")
    terminal.answer("en clair", "")
    terminal.answer("Courriel", "pas un courriel")
    terminal.answer("informatique@valbourg.fr", "dsi@valbourg.fr")
    terminal.answer("mène-t-il à cette machine", "peut-être")
    terminal.answer("oui ou par non", "")

    assert terminal.end() == 0, terminal.shown
    collectivity, members = load_both(tmp_path / "collectivity.yaml")
    assert (collectivity.kind, collectivity.siren, collectivity.locale) == ("commune", "217500016", "fr")
    assert collectivity.admins == ("@marie.dupont:valbourg.fr",)
    assert (collectivity.database, collectivity.synapse_database) == ("postgresql", "postgresql")
    assert collectivity.web is not None
    assert (collectivity.web.email, collectivity.web.tls) == ("dsi@valbourg.fr", "automatic")
    assert collectivity.served_hosts == ("matrix.valbourg.fr", "partage.valbourg.fr")
    assert members.listed_servers == {"valbourg.fr"}
    left = terminal.shown[terminal.shown.index("Il reste à faire") :]
    assert "      matrix.valbourg.fr." in left
    assert "ouvrir 80/tcp, 443/tcp" in left
    assert "/.well-known/matrix/server  ←  " in left
    named = [Path(line.partition("  ←  ")[2].strip()) for line in left.splitlines() if "  ←  " in line]
    assert [path.name for path in named if path.is_file()] == ["client", "server"]
    assert left.rstrip().endswith("puis : ./beffroi up")


def test_a_trial_asks_less_and_needs_nothing_outside(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "en_GB.UTF-8", "init")
    for question, answer in (
        ("Name of the collectivity", "Rivemont"),
        ("Server name", "rivemont.localhost"),
        ("Is this the name for ever?", ""),
        ("Kind", "departement"),
        ("SIREN", "217500016"),
        ("First administrator", "@jean:rivemont.localhost"),
        ("Database", ""),
    ):
        terminal.answer(question, answer)

    assert terminal.end() == 0, terminal.shown
    collectivity, members = load_both(tmp_path / "collectivity.yaml")
    assert (collectivity.kind, collectivity.locale) == ("département", "en")
    assert collectivity.web is not None
    assert collectivity.web.trial
    assert collectivity.network.client_url == f"https://matrix.rivemont.localhost:{collectivity.web.https_port}"
    own = members.member_for("rivemont.localhost")
    assert own is not None
    assert own.trial is not None
    assert own.trial.port == collectivity.web.federation_port
    assert own.trial.authority == (tmp_path / "data" / "authority" / "authority.crt").read_text()
    assert "nothing outside: this is a trial" in terminal.shown


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "fr"),
        ({"LANG": "C.UTF-8"}, "fr"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_FR"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_GB"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:en"}, "en"),
        ({"LANG": "C", "LANGUAGE": "en"}, "fr"),
    ],
)
def test_the_language_is_the_locales(environment: dict[str, str], language: str) -> None:
    assert speech.language(environment) == language
