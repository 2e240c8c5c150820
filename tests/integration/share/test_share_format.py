"""The page's own modules in Node, and what it ships of others."""

import re
import subprocess
from pathlib import Path

import pytest

from bridge.share.page.assembly import ASSETS, MODULES, assembled, bundled

pytestmark = pytest.mark.integration

PAGE = Path(__file__).parents[2] / "acceptance" / "page"


def test_the_page_s_modules_hold_to_the_vectors_and_the_outside_cases() -> None:
    done = subprocess.run(
        ["node", "--test", "format.test.mjs"], cwd=PAGE, capture_output=True, text=True, check=False, timeout=280
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass (?:9[3-9]|\d{3})$", done.stdout, re.MULTILINE), done.stdout


def test_what_the_page_ships_of_others_is_what_they_published() -> None:
    """Byte for byte the file of the package that the lock names by its hash."""
    published = PAGE / "node_modules" / "hash-wasm" / "dist" / "argon2.umd.min.js"

    assert (ASSETS / "vendor" / "argon2.umd.min.js").read_bytes() == published.read_bytes()


def test_every_module_is_in_the_page_and_the_whole_is_one_valid_script(tmp_path: Path) -> None:
    assert {path.name for path in ASSETS.glob("*.js")} == {*MODULES, "sw.js"}
    script = tmp_path / "page.mjs"
    script.write_text(bundled([(ASSETS / name).read_text() for name in MODULES]))

    assert subprocess.run(["node", "--check", str(script)], check=False, timeout=60).returncode == 0
    assert assembled() == assembled()


@pytest.mark.parametrize("source", ['import { a } from "https://ailleurs.fr/x.js";\n', "export { a };\n"])
def test_a_module_that_imports_anything_else_is_not_joined(source: str) -> None:
    with pytest.raises(ValueError, match="cannot be joined"):
        bundled([source])
