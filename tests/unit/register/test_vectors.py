"""The committed vectors are what this implementation does: the format cannot change by accident."""

import gzip
import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from bots.register.format.errors import BadSnapshot
from bots.register.format.wire import read_signal, signal_content
from bots.register.replica.fold import state_hash
from bots.register.replica.snapshot import Loaded
from tests.model.at_once import read_snapshot

HERE = Path(__file__)
VECTORS = HERE.parents[3] / "bots" / "register" / "vectors.json"


def maker() -> ModuleType:
    spec = spec_from_file_location("make_vectors", HERE.with_name("make_vectors.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_vectors_are_what_we_do() -> None:
    committed = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert json.loads(json.dumps(maker().vectors())) == committed


def test_the_committed_snapshot_loads_to_its_hash_and_its_flaws_are_found() -> None:
    snapshot = json.loads(VECTORS.read_text(encoding="utf-8"))["snapshot"]
    text, made = "\n".join([*snapshot["lines"], ""]), maker()
    assert state_hash(load(text, made).state) == snapshot["hash"]
    assert len(snapshot["refused"]) == 11
    for each in snapshot["refused"]:
        with pytest.raises(BadSnapshot) as caught:
            load(text.replace(each["replace"], each["by"]), made)
        assert caught.value.flaw == each["flaw"]


def load(text: str, made: ModuleType) -> Loaded:
    return read_snapshot([gzip.compress(text.encode())], {made.ROOM}, made.keys)


def test_the_committed_signals_are_read_or_refused() -> None:
    signals = json.loads(VECTORS.read_text(encoding="utf-8"))["signals"]
    assert [each["counts"] for each in signals] == [True] * 3 + [False] * 5
    for each in signals:
        if each["counts"]:
            inside = {key: each["content"][key] for key in ("room_id", "fr.beffroi.txn")}
            assert {**inside, **signal_content(read_signal(each["content"]))} == each["content"]


def test_those_who_saw_the_erased_operation_agree_with_those_who_did_not() -> None:
    hashes = [each["hash"] for each in json.loads(VECTORS.read_text(encoding="utf-8"))["folds"]]
    assert hashes[-1] == hashes[-2]
