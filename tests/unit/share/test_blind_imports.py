"""Whoever serves strangers has nothing at hand that could open anything."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
# What it may have: the database's driver, and itself.
ALLOWED = ("bots", "bots.database", "bridge", "bridge.share")
NEVER = ("cryptography", "nacl", "nio", "vodozemac", "signedjson", "synapse")


def test_the_share_server_loads_nothing_that_holds_or_uses_a_key() -> None:
    """import-linter knows the packages of today; this looks at what is loaded."""
    program = "import sys, bridge.share.serving; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    modules = loaded.stdout.split()
    ours = [name for name in modules if name.partition(".")[0] in ("bots", "bridge", "config", "policies")]

    assert "bridge.share.content" in ours
    assert [
        name for name in ours if not name.startswith(("bots.database.", "bridge.share.")) and name not in ALLOWED
    ] == []
    assert [name for name in modules if name.partition(".")[0] in NEVER] == []
