"""What must never be committed, what must agree with what, and two idioms that we have left."""

import ast
import json
import re
import subprocess
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-test.txt")
NPM = [ROOT / "tests" / "acceptance" / name for name in ("element", "page")]

SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}"),
    "an access token of Synapse": re.compile(r"\bsy[tr]_[A-Za-z0-9]{3,}_[A-Za-z0-9]{20}_[A-Za-z0-9]{6}\b"),
    "a token of a code host": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20})\b"),
    "an AWS key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a signing key of Synapse": re.compile(r"^ed25519 a_[A-Za-z]{4} [A-Za-z0-9+/]{43}$", re.MULTILINE),
}
MACHINES = {
    "somebody's machine": re.compile(r"(?<![\w.])/(?:work|root|home/(?!beffroi)[a-z]\w*|Users/\w+)/(?=\w)"),
    "a package registry's address": re.compile(
        r"https?://[^\s\"'<>]*(?:registry\.npmjs|pypi\.org/simple|files\.pythonhosted|npm\.pkg|artifactory|nexus)"
    ),
    "credentials in an address": re.compile(r"https?://[\w.%+-]+:[\w.%+-]+@[\w.-]+"),
}

# Tests of what handles such things need made-up ones.
FICTION = {"a signing key of Synapse", "credentials in an address"}


@pytest.fixture(scope="module")
def texts() -> dict[Path, str]:
    """Every text file that is, or is about to be, committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    names = [Path(each) for each in listed.stdout.decode().split("\0") if each]
    return {each: text for each in names if (text := _read(ROOT / each)) is not None}


def _read(path: Path) -> str | None:
    """The file as text; None for a binary one, a link, or one that is listed and gone."""
    if path == Path(__file__) or path.is_symlink() or not path.is_file():
        return None
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("what", [*SECRETS, *MACHINES])
def test_no_file_holds(what: str, texts: dict[Path, str]) -> None:
    pattern = (SECRETS | MACHINES)[what]
    looked_at = {path: text for path, text in texts.items() if what not in FICTION or path.parts[0] != "tests"}
    found = [f"{path}: {match[0][:20]}…" for path, text in looked_at.items() if (match := pattern.search(text))]

    assert found == []


def test_no_link_is_committed() -> None:
    """It would lead somewhere on one machine, and take the place of what others have there."""
    command = ["git", "ls-files", "--stage"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60, text=True)
    assert [line for line in listed.stdout.splitlines() if line.startswith("120000")] == []


def test_no_large_file(texts: dict[Path, str]) -> None:
    assert [str(each) for each in texts if (ROOT / each).stat().st_size > 2**20] == []


def test_no_tests_directory_is_a_package(texts: dict[Path, str]) -> None:
    """A lone ``__init__.py`` there would shadow our own ``bots``; one in docker/ would shadow the Docker SDK."""
    assert [each for each in texts if each.name == "__init__.py" and each.parts[0] in {"tests", "docker"}] == []


def _pins(name: str) -> dict[str, list[str]]:
    """Each entry of a lock, ``name==version`` (with its marker), and its hashes."""
    pins: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text().replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            entry, *hashes = re.split(r"\s+--hash=", line.strip())
            pins[entry] = hashes
    return pins


def _versions(name: str) -> dict[str, Version]:
    entries = [Requirement(each) for each in _pins(name)]
    return {canonicalize_name(each.name): Version(str(each.specifier).removeprefix("==")) for each in entries}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_names_versions_and_hashes_and_no_address(name: str) -> None:
    bare = [entry for entry, hashes in _pins(name).items() if "==" not in entry or not hashes]

    assert bare == []
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for hashes in _pins(name).values() for each in hashes)
    assert not re.search(r"https?:|^\s*-(?:-index|-extra|-find|i |f )", (ROOT / name).read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_is_in_step_with_pyproject(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = list(project["project"]["dependencies"])
    if name == "requirements-test.txt":
        wanted += project["dependency-groups"]["test"]
    locked = _versions(name)

    for each in map(Requirement, wanted):
        assert canonicalize_name(each.name) in locked, f"{each} is not in {name}: compile it again"
        assert each.specifier.contains(locked[canonicalize_name(each.name)]), f"{each} and {name} disagree"


def test_what_is_tested_is_what_runs() -> None:
    """The tests' lock is the other one and more: never another version of the same thing."""
    running, testing = (_versions(each) for each in LOCKS)

    assert {each: testing.get(each) for each in running} == running


@pytest.mark.parametrize("folder", NPM, ids=lambda folder: folder.name)
def test_the_npm_lock_has_hashes_and_no_address(folder: Path) -> None:
    lock = json.loads((folder / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}

    assert packages
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if not each.get("integrity", "").startswith("sha512-")] == []


@pytest.mark.parametrize("folder", NPM, ids=lambda folder: folder.name)
def test_the_npm_lock_is_in_step_with_its_package(folder: Path) -> None:
    package = json.loads((folder / "package.json").read_text())
    lock = json.loads((folder / "package-lock.json").read_text())

    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", each) for each in package["dependencies"].values()), "exact versions only"


LEFT = {
    "a loop over `each`": "name the loop variable for what it is: the noun",
    "a literal after a star": "write the arguments one by one, by their keywords",
    "a raise within `except*`": "catch the ExceptionGroup: Python 3.11.2, Debian 12's, wraps what is raised there",
}
"""What reads badly, and what to write instead. Comprehensions may have their `each`."""


def _packages() -> list[Path]:
    return sorted(each.parent for place in ("bots", "bridge") for each in (ROOT / place).glob("*/__init__.py"))


@cache
def _idioms(package: Path) -> tuple[tuple[str, str], ...]:
    """Return the idioms in *package*, read once for all of them, and where they stand."""
    return tuple(_found_idioms(package))


def _found_idioms(package: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.For | ast.AsyncFor) and _is_each(node.target):
                yield "a loop over `each`", where
            if isinstance(node, ast.Call) and any(_is_literal(argument) for argument in node.args):
                yield "a literal after a star", where
            if isinstance(node, ast.TryStar) and any(_raises(handler) for handler in node.handlers):
                yield "a raise within `except*`", where


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(handler))


def _is_each(target: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "each" for node in ast.walk(target))


def _is_literal(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Tuple | ast.List)


@pytest.mark.parametrize("idiom", LEFT)
def test_no_package_goes_back_to_an_idiom(idiom: str) -> None:
    found = {package: [where for what, where in _idioms(package) if what == idiom] for package in _packages()}
    names = {".".join(package.relative_to(ROOT).parts): places for package, places in found.items()}

    assert {name: places for name, places in names.items() if places} == {}, LEFT[idiom]


MOST_FIELDS = 6
"""Fields that a class's docstring may explain; a sentence about one of many stands under it, where one looks for it."""


def _explained(node: ast.ClassDef) -> int:
    """Return how many of its fields the docstring of a class names."""
    fields = [
        each.target.id for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]
    said = ast.get_docstring(node) or ""
    return sum(f"*{name}*" in said or f"``{name}``" in said for name in fields)


def test_what_is_said_of_a_field_stands_under_it() -> None:
    modules = (path for package in _packages() for path in sorted(package.rglob("*.py")))
    classes = (
        (path, node)
        for path in modules
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )

    assert [f"{path.relative_to(ROOT)} {node.name}" for path, node in classes if _explained(node) > MOST_FIELDS] == []


MOST_MODULES = 20
"""As many as one looks through; more are put into folders, each with a subject that a stranger would guess."""
NUMBERED = {"bots/database/migrations/versions"}


def test_no_folder_holds_more_modules_than_one_looks_through() -> None:
    places = ("bots", "bridge", "config", "policies", "tests")
    modules = (path for place in places for path in (ROOT / place).rglob("*.py"))
    folders = Counter(path.parent.relative_to(ROOT).as_posix() for path in modules)

    assert {name: held for name, held in folders.items() if held > MOST_MODULES and name not in NUMBERED} == {}


MOST_PACKAGES = 2
"""In which one name may mean two things; within a package it means one."""


def test_the_name_of_a_public_class_means_one_thing() -> None:
    """Of more doubles a reader must look up which one is meant, and an editor imports the wrong one."""
    named = defaultdict(list)
    for package in [*_packages(), ROOT / "config"]:
        for path in sorted(package.rglob("*.py")):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    named[node.name].append((package, f"{path.relative_to(ROOT)}:{node.lineno}"))

    assert {
        name: [where for _, where in found]
        for name, found in named.items()
        if len({package for package, _ in found}) < len(found) or len(found) > MOST_PACKAGES
    } == {}, "say what this one holds: SheetRow, EventDraft, ProjectPlan"
