"""What the assistant's process loads: each package here was found in it once, for nothing."""

import subprocess
import sys

import pytest

from bridge.cli.processes.lean import without


def hidden_import(name: str) -> None:
    with without(name):
        __import__(name)


def test_what_is_hidden_cannot_be_imported_until_the_block_ends() -> None:
    sys.modules.pop("this", None)
    with pytest.raises(ModuleNotFoundError, match="this"):
        hidden_import("this")
    assert "this" not in sys.modules


def test_what_is_loaded_already_stays() -> None:
    with without("sys"):
        import sys as again  # noqa: PLC0415 - the import is what is tested
    assert again is sys is sys.modules["sys"]


# As bridge/cli/processes/assistant.py does it, without a homeserver to talk to.
LOADED = """
import sys
from bridge.cli.main import build
build()
from bridge.cli.processes.lean import without
with without("rich", "twisted"):
    import structlog
import bridge.operate.assistant.office, config.load
print(*sorted({each.partition(".")[0] for each in sys.modules}))
"""


def test_the_assistant_loads_only_what_it_needs() -> None:
    done = subprocess.run((sys.executable, "-c", LOADED), capture_output=True, text=True, check=True)
    useless = {"alembic", "mako", "rich", "pygments", "twisted", "zope", "synapse", "PIL"}
    assert useless & {*done.stdout.split()} == set()
