"""The reference model agrees with the committed vectors, and shares no line with what it is compared with."""

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.model.reference import Held, objects, state_hash

ROOT = Path(__file__).parents[3]
VECTORS: dict[str, Any] = json.loads((ROOT / "bots/register/vectors.json").read_text(encoding="utf-8"))
CASES = {each["name"]: Held(each["room"], each["sender"], each["envelope"]) for each in VECTORS["acceptance"]}
LATER = 1_800_000_000_000


@pytest.mark.parametrize("name", ["reference", "known"])
def test_the_reference_model_imports_nothing_of_ours(name: str) -> None:
    """import-linter sees packages only, and a tests directory is none."""
    tree = ast.parse((ROOT / f"tests/model/{name}.py").read_text(encoding="utf-8"))
    imported = {alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names}
    imported |= {each.module or "." for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}

    ours = {each for each in imported if each.partition(".")[0] not in sys.stdlib_module_names}
    assert ours <= {"tests.model", "tests.model.reference"}


@pytest.mark.parametrize("vector", VECTORS["folds"], ids=lambda each: "+".join(each["of"]) or "nothing")
def test_the_reference_model_folds_the_vectors(vector: dict[str, Any]) -> None:
    operations = [CASES[name] for name in vector["of"]]

    assert objects(operations, (), LATER) == vector["objects"]
    assert state_hash(operations, (), LATER) == vector["hash"]


@pytest.mark.parametrize(
    "vector", [each for each in VECTORS["acceptance"] if "digest" in each], ids=lambda each: str(each["name"])
)
def test_the_reference_model_has_the_same_digests(vector: dict[str, Any]) -> None:
    assert CASES[vector["name"]].digest == vector["digest"]
