"""The Dockerfile and rendered compose files, read by what checks such files."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from bridge.operate.services.drivers.compose import compose
from tests.unit.operate.test_compose import NOW, POSTGRESQL, town

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[3]
TOOLS = ROOT / "tests" / "containers"
EVERYTHING = {
    **POSTGRESQL,
    "antivirus": {"socket": "/run/clamav/clamd.ctl"},
    "backups": {"repository": "rest:http://nas/"},
    "web": {
        "element": "element.tar.gz",
        "element_sha256": "0" * 64,
        "serves_server_name": True,
        "federation_port": 8448,
    },
}


def hadolint(file: Path) -> "subprocess.CompletedProcess[str]":
    program = TOOLS / "wheels" / "bin" / "hadolint"
    if not program.exists():
        pytest.skip("hadolint is installed by ./beffroi test, on x86-64")
    return subprocess.run((str(program), str(file)), capture_output=True, text=True, timeout=60, check=False)


def dclint(file: Path) -> "subprocess.CompletedProcess[str]":
    program = TOOLS / "node_modules" / ".bin" / "dclint"
    if not program.exists():
        pytest.skip("dclint is installed by ./beffroi test")
    command = (str(program), "--config", str(TOOLS / "dclint.json"), str(file))
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_dockerfile_is_as_hadolint_wants_it(tmp_path: Path) -> None:
    file = ROOT / "docker" / "Dockerfile"
    done = hadolint(file)
    assert done.returncode == 0, done.stdout

    (tmp_path / "Dockerfile").write_text(
        file.read_text().replace(" AS python\n# hadolint ignore=DL3008\n", " AS python\n")
    )
    assert "DL3008" in hadolint(tmp_path / "Dockerfile").stdout, "it finds nothing at all"


@pytest.mark.parametrize("changes", [{}, EVERYTHING])
def test_every_rendered_compose_file_fits_compose_s_schema(tmp_path: Path, changes: dict[str, Any]) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(compose(town(**changes), NOW))
    done = dclint(file)
    assert done.returncode == 0, done.stdout + done.stderr

    file.write_text(file.read_text().replace("network_mode: none", "network_moda: none"))
    assert dclint(file).returncode != 0, "it finds nothing at all"
