"""init, check and render, as somebody at a terminal or a script meets them."""

from pathlib import Path

import pytest
import typer

from bridge.cli.main import build, main
from config.load import load_both

ANSWERS = ["--name", "Valbourg 🔔", "--server-name", "valbourg.fr", "--kind", "commune", "--siren", "217 500 016"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return tmp_path


class Run:
    """What a run of the real entry point printed, and how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        self.out, self.err = self._capsys.readouterr()
        return int(caught.value.code or 0)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], here: Path) -> Run:
    return Run(capsys)


def test_what_init_writes_passes_check_and_renders(run: Run, here: Path) -> None:
    assert run("init", *ANSWERS, "--admin", "@maire:valbourg.fr") == 0
    assert "matrix.valbourg.fr." in run.out
    assert run.err == ""

    collectivity, federation = load_both(here / "collectivity.yaml")
    assert collectivity.name == "Valbourg 🔔"
    assert collectivity.admins == ("@maire:valbourg.fr",)
    assert federation.listed_servers == {"valbourg.fr"}

    assert run("check") == 0
    assert run("render", "out") == 0
    assert (here / "out" / "homeserver.yaml").is_file()


def test_check_warns_about_a_hosts_name(run: Run) -> None:
    assert run("init", *ANSWERS, "--server-name", "matrix.valbourg.fr", "--url", "https://m.valbourg.fr") == 0
    assert run("check") == 0

    assert "Usually valbourg.fr is meant" in run.err


@pytest.mark.parametrize("existing", ["collectivity.yaml", "federation.yaml"])
def test_init_overwrites_nothing(run: Run, here: Path, existing: str) -> None:
    (here / existing).write_text("mine")

    assert run("init", *ANSWERS) == 2

    assert run.err.startswith(f"beffroi: {existing} exists already: this folder holds a collectivity.")
    assert [each.name for each in here.iterdir()] == [existing]
    assert (here / existing).read_text() == "mine"


def test_init_says_all_that_is_wrong_and_writes_nothing(run: Run, here: Path) -> None:
    assert run("init", *ANSWERS, "--kind", "vile", "--siren", "1", "--admin", "@a:b.fr") == 2

    assert [line.split(":")[1] for line in run.err.splitlines()] == [" kind", " siren", " admins"]
    assert list(here.iterdir()) == []


def test_a_file_that_is_not_there_is_told_in_the_terminals_language(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")

    assert run("restore", "copie.age", "--into", "neuf", "--key", "clé.txt") == 2

    assert run.err == "beffroi: clé.txt\u00a0: ce fichier ou ce dossier n’existe pas\n"
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    ["check", "up", "ps", "status", "doctor", "backup", "user list", "render out", "identity show", "room check x"],
)
def test_who_is_in_another_folder_is_told_to_go_to_the_town_s(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Whoever has a town and stands beside it must not begin a second one."""
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")

    assert run(*words.split()) == 2

    assert len(run.err.splitlines()) == 1
    assert run.err.startswith(f"beffroi: {here.resolve()} n’est pas le dossier d’une collectivité")
    assert "Allez (cd) dans celui où" in run.err
    assert list(here.iterdir()) == []


def test_a_script_is_told_what_is_missing(run: Run, here: Path) -> None:
    assert run("init", "--name", "Valbourg") == 2

    assert run.err == "beffroi: --server-name is missing, and there is no terminal to ask on\n"
    assert list(here.iterdir()) == []


def test_check_reports_both_files(run: Run, here: Path) -> None:
    run("init", *ANSWERS)
    for name, old, new in (("collectivity.yaml", "siren", "sirene"), ("federation.yaml", "master_key", "masterkey")):
        (here / name).write_text((here / name).read_text().replace(old, new))

    assert run("check") == 2

    assert "beffroi: collectivity.yaml, line 5: sirene: unknown key; did you mean siren?" in run.err
    assert "masterkey: unknown key; did you mean master_key?" in run.err


def test_check_says_when_the_list_does_not_know_us(run: Run, here: Path) -> None:
    run("init", *ANSWERS)
    (here / "federation.yaml").write_text("members:\n  - server_name: rivemont.fr\n")

    assert run("check") == 2
    assert "does not list valbourg.fr" in run.err


def test_a_disk_that_refuses_is_one_line(run: Run, here: Path) -> None:
    run("init", *ANSWERS)
    (here / "out").write_text("in the way")

    assert run("render", "out") == 2
    assert run.err == "beffroi: out: File exists\n"


def test_an_unknown_command_ends_with_two(run: Run) -> None:
    assert run("frobnicate") == 2
    assert "frobnicate" in run.err


def test_every_group_is_an_app_of_its_own_making() -> None:
    assert isinstance(build(), typer.Typer)


def test_check_reads_the_project_templates_too(run: Run, here: Path) -> None:
    assert run("init", *ANSWERS) == 0
    (here / "projects").mkdir()
    (here / "projects" / "voirie.yaml").write_text(
        "about: la voirie\nrooms:\n  - name: Chantiers\n"
        "    tasks:\n      - title: t\n        due: aux calendes grecques\n"
    )
    assert run("check") == 0
    assert "project template voirie: “aux calendes grecques” is no day" in run.err

    (here / "projects" / "faux.yaml").write_text("about: x\n")
    assert run("check") == 2
    assert "faux.yaml, line 1: rooms: this key is missing" in run.err


def test_a_neighbour_s_settings_are_no_list_of_members(run: Run) -> None:
    """They lie beside it, and every line of them would be wrong."""
    assert run("init", *ANSWERS) == 0

    assert run("neighbour", "add", "collectivity.yaml") == 2
    assert (
        run.err == "beffroi: collectivity.yaml is no list of members: the federation.yaml of the neighbour is meant\n"
    )
    assert run("neighbour", "add", "absent.yaml") == 2
    assert run.err == "beffroi: absent.yaml: there is no such file or folder\n"
