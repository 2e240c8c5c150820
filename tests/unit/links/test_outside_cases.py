"""Outside cases of links, names and passwords, each with the answer that was right elsewhere (cases/*.json)."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bots.links.format.address import ShareLink
from bots.links.format.chunks import CHUNK
from bots.links.format.encoding import encode
from bots.links.format.errors import DamagedLink
from bots.links.format.names import on_disk, shown
from bots.links.format.password import normalised

CASES = Path(__file__).with_name("cases")


def read(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in read(name)["cases"]]


@pytest.mark.parametrize("case", [*cases("names"), *cases("hostile-names")])
def test_a_name_is_shown_as_people_may_read_it(case: dict[str, Any]) -> None:
    wanted = {"same": case["given"], "the whole name": case["given"]}.get(case["shown"], case["shown"])

    assert shown(case["given"]) == wanted


@pytest.mark.parametrize("case", [*cases("names"), *cases("hostile-names")])
def test_no_name_leads_out_of_a_folder_or_is_too_long_for_a_disk(case: dict[str, Any], tmp_path: Path) -> None:
    name = on_disk(case["given"])
    (tmp_path / name).write_bytes(b"")

    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert len(name.encode()) <= 255
    assert Path(name).suffix == Path(shown(case["given"])).suffix or name.startswith("_")


@pytest.mark.parametrize("name", ["CON", "con.txt", ".htaccess", "nul.", "a:b?.txt", "facture\u202efdp.exe", "é" * 300])
def test_what_some_system_would_not_take_is_called_otherwise(name: str) -> None:
    found = on_disk(name)

    assert not set(found) & set('<>:"/\\|?*\u202e')
    assert not found.startswith(".")
    assert found.upper().partition(".")[0] not in {"CON", "NUL"}
    assert len(found.encode()) <= 255


GOOD = read("links")["good"]
SECRET = GOOD.partition("#1.")[2]


@pytest.mark.parametrize("case", cases("links"))
def test_a_link_spoilt_on_its_way_is_mended_or_said_to_be_damaged(case: dict[str, Any]) -> None:
    if case["id"] == "F24b":
        with pytest.raises(DamagedLink) as raised:
            ShareLink.parse(case["url"])
        assert SECRET[:8] not in str(raised.value)
        return
    link = ShareLink.parse(case["url"])

    assert link.id == "Qm3xV9pLr2Tn7aWc"
    assert encode(link.secret) == ("-" * 40 + "__8" if case["id"] == "F24a" else SECRET)
    assert not set(str(link).partition("#1.")[2]) & set("+/=%")


def test_a_good_link_is_written_as_it_was_read() -> None:
    assert str(ShareLink.parse(GOOD)) == GOOD
    assert SECRET[:8] not in repr(ShareLink.parse(GOOD))


@pytest.mark.parametrize("case", cases("passwords"))
def test_a_password_is_the_same_on_every_keyboard_and_no_other_one(case: dict[str, Any]) -> None:
    assert (normalised(case["set"]) == normalised(case["typed"])) is case["open"]


def test_spaces_of_other_keyboards_are_spaces() -> None:
    assert normalised("maire\u00a0de\u202fValbourg") == b"maire de Valbourg"


@pytest.mark.parametrize("vector", read("ctr-vectors")["vectors"])
def test_a_piece_is_decrypted_from_its_own_place_on_beyond_every_counter(vector: dict[str, Any]) -> None:
    """Piece k begins at counter block 65,536 k: reached here by starting at the piece and going on to the offset."""
    cases_ = read("ctr-vectors")
    key, iv = bytes.fromhex(cases_["key"]), int.from_bytes(bytes.fromhex(cases_["iv"]))
    index, within = divmod(vector["offset"], CHUNK)
    counter = (iv + index * (CHUNK // 16)).to_bytes(16)
    stream = Cipher(AES(key), CTR(counter)).encryptor().update(bytes(within + 16))

    assert stream[within:].hex() == vector["keystream_16"]
