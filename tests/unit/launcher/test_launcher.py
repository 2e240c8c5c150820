"""The launcher, run by a POSIX shell in a copy of a checkout, with a PATH that holds only what each test puts there."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHELL = shutil.which("dash") or "/bin/sh"
TOOLS = (
    "cksum",
    "grep",
    "cat",
    "mkdir",
    "mv",
    "rm",
    "rmdir",
    "sleep",
    "df",
    "awk",
    "dirname",
    "readlink",
    "tail",
    "cut",
    "env",
    "touch",
    "chmod",
    "cp",
)

# A Python that answers the launcher's questions, makes "environments" out of itself and, as one, runs beffroi.py.
PYTHON = """#!/bin/sh
case "$*" in
  *version_info*sys.exit*|*'sys.exit(sys.version_info'*) exit {old} ;;
  *version_info*) echo {version} ;;
  *'import venv, ensurepip'*) exit {no_venv} ;;
  '-m venv '*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  '-m pip '*) {install} ;;
  *beffroi.py*) echo "ran $*" ;;
  *) echo "unexpected: $*" >&2; exit 9 ;;
esac
"""

# A uv that makes an environment in its last argument, out of the Python that it is told.
UV = '#!/bin/sh\nfor last; do :; done\n[ "$1" = pip ] || { mkdir -p "$last/bin"; cp "$5" "$last/bin/python"; }\n'


class Checkout:
    """A checkout with nothing but what the launcher reads, and a PATH of its own."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "my checkout"
        self.programs = folder / "bin"
        self.home.mkdir()
        self.programs.mkdir()
        shutil.copy(ROOT / "beffroi", self.home / "beffroi")
        (self.home / "requirements.txt").write_text("a==1\n")
        (self.home / "requirements-test.txt").write_text("a==1\nb==1\n")
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None, tool
            (self.programs / tool).symlink_to(found)

    def python(self, name: str = "python3", version: str = "3.11", *, venv: bool = True, install: str = ":") -> None:
        old = tuple(map(int, version.split("."))) < (3, 11)
        text = PYTHON.format(old=int(old), version=version, no_venv=int(not venv), install=install)
        self.program(name, text)

    def program(self, name: str, text: str) -> None:
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": str(self.programs), "LANG": "en_GB.UTF-8"}

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SHELL, str(self.home / "beffroi"), *arguments],
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [SHELL, str(self.home / "beffroi"), *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def left(self) -> set[str]:
        return {each.name for each in self.home.iterdir()} - {"beffroi", "requirements.txt", "requirements-test.txt"}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    said = [line for line in done.stderr.splitlines() if "preparing" not in line]
    assert done.returncode == 2, done
    assert len(said) == 1, said
    assert said[0].startswith("beffroi: ")
    for word in words:
        assert word in said[0]


def test_the_first_start_makes_the_environment_and_hands_the_arguments_over(checkout: Checkout) -> None:
    checkout.python()

    done = checkout.run("check", "a b")

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"ran {checkout.home}/beffroi.py check a b\n"
    assert checkout.left == {".venv"}


def test_the_second_start_makes_nothing(checkout: Checkout) -> None:
    checkout.python()
    checkout.run()
    (checkout.programs / "python3").unlink()

    done = checkout.run("check")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [("check", "test", True), ("test", "check", False), ("bench", "test", False), ("demo", "status", False)],
)
def test_the_tests_lock_serves_every_command(checkout: Checkout, first: str, second: str, again: bool) -> None:
    checkout.python()
    checkout.run(first)

    assert ("preparing" in checkout.run(second).stderr) is again


def test_a_changed_lock_makes_it_anew(checkout: Checkout) -> None:
    checkout.python()
    checkout.run()
    (checkout.home / ".venv" / "old").touch()
    (checkout.home / "requirements.txt").write_text("a==2\n")

    done = checkout.run()

    assert "preparing" in done.stderr
    assert checkout.left == {".venv"}
    assert not (checkout.home / ".venv" / "old").exists()


def test_a_moved_checkout_makes_it_anew(checkout: Checkout) -> None:
    checkout.python()
    checkout.run()
    checkout.home = checkout.home.rename(checkout.home.with_name("elsewhere"))

    assert "preparing" in checkout.run().stderr


def test_when_the_new_one_cannot_be_made_the_old_one_comes_back(checkout: Checkout) -> None:
    checkout.python()
    checkout.run()
    (checkout.home / ".venv" / "old").touch()
    (checkout.home / "requirements.txt").write_text("a==2\n")
    checkout.python(install="echo 'ReadTimeoutError: timed out'; exit 1")

    refused(checkout.run(), "network")

    assert checkout.left == {".venv"}
    assert (checkout.home / ".venv" / "old").exists()


def test_an_old_python_is_named(checkout: Checkout) -> None:
    checkout.python(version="3.9")

    refused(checkout.run(), "3.11 or newer", "3.9", "apt install")
    assert checkout.left == set()


def test_a_newer_python_beside_an_old_one_is_found(checkout: Checkout) -> None:
    checkout.python(version="3.9")
    checkout.python("python3.12", version="3.12")

    assert checkout.run().returncode == 0


def test_without_any_python_it_says_what_to_install(checkout: Checkout) -> None:
    refused(checkout.run(), "3.11 or newer", "apt install python3 python3-venv")


def test_a_python_that_was_asked_for_is_not_replaced_by_another(checkout: Checkout) -> None:
    checkout.python()
    checkout.python("mine", version="3.10")

    refused(checkout.run(BEFFROI_PYTHON="mine"), "BEFFROI_PYTHON=mine", "3.11")
    refused(checkout.run(BEFFROI_PYTHON="nowhere"), "BEFFROI_PYTHON=nowhere", "no such program")


def test_a_missing_venv_module_is_named(checkout: Checkout) -> None:
    checkout.python(venv=False)

    refused(checkout.run(), "apt install python3-venv")
    assert checkout.left == set()


def test_uv_needs_no_venv_module(checkout: Checkout) -> None:
    checkout.python(venv=False)
    checkout.program("uv", UV)

    done = checkout.run("check")

    assert done.returncode == 0, done.stderr
    assert checkout.left == {".venv"}


def test_what_is_installed_is_compiled_by_pip(checkout: Checkout) -> None:
    """Whatever the shell says of bytecode, or each start of each process would compile a thousand files anew."""
    checkout.python(install=f"echo \"$@\" >'{checkout.home.parent}/asked'")
    checkout.run(PYTHONDONTWRITEBYTECODE="1")

    assert "--compile" in (checkout.home.parent / "asked").read_text().split()


def test_what_is_installed_is_compiled_by_uv(checkout: Checkout) -> None:
    """uv leaves that to the first start, which may not write it down."""
    asked = checkout.home.parent / "asked"
    checkout.python()
    checkout.program("uv", UV + f'[ "$1" = venv ] || echo "$@" >\'{asked}\'\n')
    checkout.run(PYTHONDONTWRITEBYTECODE="1")

    assert "--compile-bytecode" in asked.read_text().split()


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        ("OSError: [Errno 28] No space left on device", ("disk is full",)),
        ("Temporary failure in name resolution", ("network", "PIP_INDEX_URL")),
        ("error: Failed to fetch: https://example", ("network",)),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", ("hash",)),
        ("ERROR: No matching distribution found for a==1", ("network", "a==1")),
        ("ERROR: something else", ("something else",)),
    ],
)
def test_a_failed_installation_says_why_in_one_line(checkout: Checkout, complaint: str, words: tuple[str, ...]) -> None:
    checkout.python(install=f"echo 'a line'; echo '{complaint}'; echo; exit 1")

    refused(checkout.run(), *words)
    assert checkout.left == set()


def test_a_full_disk_is_seen_before_anything_is_made(checkout: Checkout) -> None:
    checkout.python()
    (checkout.programs / "df").unlink()
    checkout.program("df", "#!/bin/sh\necho h\necho /dev/x 100 90 10 90% /\n")

    refused(checkout.run(), "disk is full")
    assert checkout.left == set()


def test_a_checkout_without_its_lock_is_named(checkout: Checkout) -> None:
    (checkout.home / "requirements.txt").unlink()

    refused(checkout.run(), "requirements.txt is missing")


def test_it_can_be_started_through_a_link(checkout: Checkout, tmp_path: Path) -> None:
    checkout.python()
    (tmp_path / "link").symlink_to("my checkout/beffroi")

    done = subprocess.run(
        [SHELL, str(tmp_path / "link"), "x"], env=checkout.environment, capture_output=True, text=True, check=False
    )

    assert done.stdout == f"ran {checkout.home}/beffroi.py x\n"


def test_two_starts_at_once_make_it_once(checkout: Checkout) -> None:
    checkout.python(install=f"echo x >>'{checkout.home.parent}/made'; sleep 1")

    both = [checkout.start("check"), checkout.start("check")]
    said = [each.communicate(timeout=20) for each in both]

    assert [each.returncode for each in both] == [0, 0], said
    assert (checkout.home.parent / "made").read_text() == "x\n"
    assert checkout.left == {".venv"}


def test_a_lock_left_by_a_killed_start_is_taken_over(checkout: Checkout) -> None:
    checkout.python()
    (checkout.home / ".venv.lock").mkdir()
    (checkout.home / ".venv.lock" / "pid").write_text("4194305\n")  # above the largest pid there can be

    assert checkout.run().returncode == 0
    assert checkout.left == {".venv"}


@pytest.fixture
def interrupted(checkout: Checkout) -> Iterator[subprocess.Popen[str]]:
    pipe = checkout.home.parent / "started"
    os.mkfifo(pipe)
    checkout.python(install=f"echo >'{pipe}'; exec sleep 30")
    # Under nohup it is ignored, and a shell cannot trap what was ignored when it began.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    process = checkout.start()
    signal.signal(signal.SIGHUP, before)
    pipe.read_text()  # returns once the installer has written
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_leaves_nothing_half_made(
    checkout: Checkout, interrupted: subprocess.Popen[str], number: int, status: int
) -> None:
    os.kill(interrupted.pid, number)

    assert interrupted.wait(timeout=10) == status
    assert checkout.left == set()


def test_after_a_kill_in_the_middle_the_old_one_is_found_again(checkout: Checkout) -> None:
    checkout.python()
    checkout.run()
    (checkout.home / ".venv").rename(checkout.home / ".venv.previous")
    (checkout.home / ".venv").mkdir()

    done = checkout.run()

    assert (done.returncode, done.stderr) == (0, "")
    assert checkout.left == {".venv"}


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"LANG": ""}, "il faut Python 3.11"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "en"}, "il faut Python 3.11"),
        ({"LANG": "fr_FR.UTF-8"}, "il faut Python 3.11"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "il faut Python 3.11"),
        ({"LANG": "de_DE.UTF-8"}, "il faut Python 3.11"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:en"}, "Python 3.11 or newer"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "fr_FR.UTF-8"}, "Python 3.11 or newer"),
    ],
)
def test_the_first_words_of_all_are_in_the_language_of_the_terminal(
    checkout: Checkout, environment: dict[str, str], said: str
) -> None:
    """As ``bridge/cli/terminal/speech.py`` has it, which cannot speak before there is an environment."""
    assert said in checkout.run("init", **environment).stderr


def test_a_town_hall_is_told_in_french_what_the_first_start_does(checkout: Checkout) -> None:
    checkout.python()

    done = checkout.run("init", LANG="fr_FR.UTF-8")

    assert done.stderr.startswith("beffroi: première fois\u00a0: installation dans .venv")
