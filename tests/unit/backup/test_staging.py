"""Which files of a town a backup carries, beside its databases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.backup import staging
from bridge.backup.staging import Town, gather
from config.federation import Federation
from config.load import collectivity_from
from config.secrets import Secrets

SECRETS = Secrets("ed25519 a_Gold " + "A" * 43, *("1" * 64,) * 5, *(b"1" * 32,) * 4)
VALBOURG = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}


@pytest.mark.parametrize("section", ["web", "network"])
@pytest.mark.parametrize("where", [".", "data/caddy"])
async def test_a_certificate_that_was_given_is_carried_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str, where: str
) -> None:
    """A restored town that lacked it would not start, nor one in which it lay where the data go."""

    async def nothing(*_asked: object) -> None:
        pass

    monkeypatch.setattr(staging, "copy", nothing)
    here, stage = tmp_path / "town", tmp_path / "stage"
    names = ("collectivity.yaml", "federation.yaml", f"{where}/cert.pem", f"{where}/key.pem")
    for name in (*names, "data/secrets/master_seed"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text("x")
    told = {"certificate": str(here / where / "cert.pem"), "private_key": str(here / where / "key.pem")}
    told |= {"tls": "given"} if section == "web" else {}
    collectivity = collectivity_from({**VALBOURG, section: told, "paths": {"data": str(here / "data")}})
    federation = Federation.model_validate({"members": [{"server_name": "valbourg.fr"}]})
    stage.mkdir()

    await gather(
        Town(here / "collectivity.yaml", here / "federation.yaml", collectivity, federation, SECRETS),
        stage,
        "key",
        datetime(2026, 12, 1, tzinfo=UTC),
    )

    kept = [path.relative_to(stage) for path in stage.rglob("*.pem")]
    place = Path("config" if where == "." else where)
    assert sorted(kept) == [place / "cert.pem", place / "key.pem"]
