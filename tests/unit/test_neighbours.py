"""How few modules outside its folder know a capability, and how little import-linter is told to overlook."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

_ROOT: Final = Path(__file__).parents[2]
_CAPABILITIES: Final = sorted(path.parent.name for path in (_ROOT / "bots").glob("*/declared.py"))
_IMPORTED: Final = re.compile(r"^\s*(?:from|import) bots\.(\w+)", re.MULTILINE)
_MOST_MODULES: Final = 3
_MORE: Final = {"files": 6}
"""The antivirus that looks at a room's files has its place in the process's loops and in its figures."""
_PROGRAMS: Final = {"events": "bridge/calendars/", "files": "bridge/agent/"}
"""Programs that are there for one capability."""
_MOST_OVERLOOKED: Final = 5


@pytest.fixture(scope="module")
def importing() -> Mapping[str, list[str]]:
    """Which modules import each package of ``bots``."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in (path for place in ("bots", "bridge", "config") for path in sorted((_ROOT / place).rglob("*.py"))):
        for package in set(_IMPORTED.findall(path.read_text("utf-8"))):
            found[package].append(path.relative_to(_ROOT).as_posix())
    return found


@pytest.mark.parametrize("capability", _CAPABILITIES)
def test_few_modules_outside_know_a_capability(capability: str, importing: Mapping[str, list[str]]) -> None:
    inside = (f"bots/{capability}/", _PROGRAMS.get(capability, f"bots/{capability}/"))
    outside = [path for path in importing[capability] if not path.startswith(inside)]

    assert len(outside) <= _MORE.get(capability, _MOST_MODULES), outside


def test_import_linter_overlooks_little() -> None:
    contracts = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]

    assert sum(len(contract.get("ignore_imports", ())) for contract in contracts) <= _MOST_OVERLOOKED
