"""The real Caddy takes what we render for it, whatever the way to certificates."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from bridge.operate.authority import Authority
from bridge.operate.services.preparation import certify
from bridge.operate.services.programs import find
from config.errors import InvalidSettings
from config.federation import Federation
from config.secrets import Secrets
from config.settings import Collectivity
from config.writing.render import render

pytestmark = pytest.mark.integration

ELEMENT = {"element": "/srv/element.tar.gz", "element_sha256": "0" * 64}
WAYS: dict[str, dict[str, Any]] = {
    "automatic": {"email": "dsi@valbourg.fr"},
    "automatic, with the web site here": {"serves_server_name": True, "federation_port": 8448, **ELEMENT},
    "given": {"tls": "given", "federation_port": 8448, **ELEMENT},
    "own": {"tls": "own", "https_port": 10443, "federation_port": 10448, "neighbours_port": 10449, **ELEMENT},
}


def rendered(folder: Path, web: dict[str, Any]) -> Collectivity:
    if web.get("tls") == "given":
        issued = Authority(folder / "elsewhere").issue("matrix.valbourg.fr")
        web = web | {"certificate": str(issued.certificate), "private_key": str(issued.private_key)}
    settings = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
    collectivity = Collectivity.model_validate({**settings, "paths": {"data": str(folder / "data")}, "web": web})
    certify(collectivity)
    federation = Federation.model_validate({"members": [{"server_name": "valbourg.fr"}]})
    render(collectivity, federation, Secrets.load_or_create(collectivity.paths.secrets), collectivity.paths.rendered)
    return collectivity


@pytest.mark.parametrize("way", WAYS)
def test_caddy_takes_it(tmp_path: Path, way: str) -> None:
    folder = tmp_path / "mairie de Valbourg's « été »"
    folder.mkdir()
    collectivity = rendered(folder, WAYS[way])
    caddy = find(collectivity).caddy

    command = (
        str(caddy),
        "validate",
        "--adapter",
        "caddyfile",
        "--config",
        str(collectivity.paths.rendered / "Caddyfile"),
    )
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("Valid configuration")


@pytest.mark.parametrize("name", ["{env.HOME}", 'a"b', "a`b", "a\\b", "a\nb"])
def test_a_folder_that_would_say_something_else_to_caddy_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()

    with pytest.raises(InvalidSettings, match="choose another folder"):
        rendered(folder, WAYS["automatic"])
