"""The versions that tests upgrade a town to: whoever the town runs as can read them."""

import os
from pathlib import Path

from tests.acceptance.versions import MIGRATION, PLANTED, Life


def test_a_version_is_there_for_others_whatever_umask_an_earlier_test_has_left(tmp_path: Path) -> None:
    """Servers in the tests' own process hide what they write; then nobody but root could run the version."""
    before = os.umask(0o077)
    try:
        checkout = Life(tmp_path).version("v2", migration=MIGRATION)
    finally:
        os.umask(before)

    planted = checkout / "bots" / "database" / "migrations" / "versions" / f"{PLANTED}_planted.py"
    assert [path.stat().st_mode & 0o777 for path in (checkout, planted)] == [0o755, 0o644]
    assert [path for path in checkout.rglob("*") if not path.stat().st_mode & 0o004] == []
