"""Drop boxes: what is sealed for one opens there alone, and by libraries that are not ours; nothing else opens."""

import json
import os
import re
import shutil
import subprocess
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

import bots.links
from bots.links.box.address import BoxAddress, DepositAddress, parse_box
from bots.links.box.deposit import Deposit, Earlier, number_of
from bots.links.box.descriptor import Descriptor, open_descriptor
from bots.links.box.keys import BoxKeys, DepositKeys, Entrance
from bots.links.box.receipt import TownStatement, digest_of, is_signed, signed, statement_of
from bots.links.format.encoding import decode, encode
from bots.links.format.errors import Altered, DamagedLink, MalformedLink
from tests.boxes import enciphered
from tests.unit.links.boxmakers import FIELDS, MadeBox, made_box

ORIGIN = "https://partage.valbourg.example"
PAGE = Path(__file__).parents[2] / "acceptance" / "page"
VECTORS = json.loads((Path(bots.links.__file__).with_name("deposits.json")).read_text(encoding="utf-8"))
NAME = encode(b"d" * 12)
KEMS = {1: (KEMId.DHKEM_X25519_HKDF_SHA256, 32), 2: (KEMId.DHKEM_P256_HKDF_SHA256, 65)}


def deposit(**changes: Any) -> Deposit:
    """Return a deposit of two files."""
    files = tuple(enciphered(name, data)[0] for name, data in (("délib.pdf", b"x" * 1000), ("vide.txt", b"")))
    whole = Deposit(NAME, "fr", ("Zoé", "12 rue\nde l’Église"), files, b"r" * 32, Earlier(encode(b"e" * 12), b"s" * 32))
    return replace(whole, **changes)


def suite_of(byte: int) -> CipherSuite:
    return CipherSuite.new(KEMS[byte][0], KDFId.HKDF_SHA256, AEADId.AES256_GCM)


def info_of(box: str, name: str) -> bytes:
    return b"beffroi/deposit/1" + box.encode() + name.encode()


@pytest.mark.parametrize("byte", KEMS)
def test_what_an_independent_library_seals_opens(byte: int) -> None:
    box = made_box(ORIGIN, FIELDS)
    public = box.descriptor.keys.x25519 if byte == 1 else box.descriptor.keys.p256
    suite = suite_of(byte)
    recipient = suite.kem.deserialize_public_key(public)
    enc, sender = suite.create_sender_context(recipient, info=info_of(box.address.id, NAME))
    sealed = bytes([1, byte]) + enc + sender.seal(deposit().to_json())

    opened = box.opened(sealed, NAME)
    assert opened.answers == ("Zoé", "12 rue\nde l’Église")
    assert [file.name for file in opened.files] == ["délib.pdf", "vide.txt"]


@pytest.mark.parametrize("byte", KEMS)
def test_what_the_page_seals_opens_with_an_independent_library_and_with_ours(byte: int) -> None:
    """The page's module in Node: with X25519, and as in a browser that has none."""
    box = made_box(ORIGIN)
    keys = {"x25519": box.descriptor.keys.x25519, "p256": box.descriptor.keys.p256}
    said = {
        "keys": {name: b64encode(key).decode() for name, key in keys.items()},
        **{"box": box.address.id, "deposit": NAME, "text": "Délibération", "old": byte == 2},
    }
    sealed = b64decode(node("seal.mjs", json.dumps(said).encode()))
    assert sealed[:2] == bytes([1, byte])

    suite, length = suite_of(byte), KEMS[byte][1]
    private = box.keys.x25519 if byte == 1 else box.keys.p256
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    receiver = suite.create_recipient_context(
        sealed[2 : 2 + length], KEMKey.from_pem(pem), info=info_of(box.address.id, NAME)
    )
    assert receiver.open(sealed[2 + length :]).decode() == "Délibération"
    assert box.keys.open(sealed, box.address.id, NAME).decode() == "Délibération"


def node(script: str, said: bytes) -> bytes:
    command = shutil.which("node")
    assert command is not None
    done = subprocess.run([command, script], cwd=PAGE, input=said, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def sealed_for(box: MadeBox, whole: Deposit) -> bytes:
    return box.descriptor.keys.seal(whole.to_json(), box.address.id, whole.id)


def test_it_comes_back_as_it_was_sealed() -> None:
    box = made_box(ORIGIN)

    whole = deposit()
    assert box.opened(sealed_for(box, whole), NAME) == whole


def test_it_opens_in_its_box_and_under_its_name_alone() -> None:
    box, other = made_box(ORIGIN), made_box(ORIGIN)
    sealed = sealed_for(box, deposit())

    for keys, where, name in (
        (box.keys, other.address.id, NAME),
        (box.keys, box.address.id, encode(b"x" * 12)),
        (other.keys, box.address.id, NAME),
    ):
        with pytest.raises(Altered):
            keys.open(sealed, where, name)


@given(st.data())
def test_with_one_bit_changed_it_opens_nowhere(data: st.DataObject) -> None:
    box = BOX
    sealed = bytearray(SEALED)
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8

    with pytest.raises((Altered, MalformedLink)):
        box.keys.open(bytes(sealed), box.address.id, NAME)


BOX = made_box(ORIGIN)
SEALED = sealed_for(BOX, deposit())


@given(st.binary(max_size=200))
def test_anything_else_is_refused_and_raises_nothing_odd(raw: bytes) -> None:
    with pytest.raises((Altered, MalformedLink)):
        BOX.keys.open(raw, BOX.address.id, NAME)


STRANGE: dict[str, tuple[Any, ...]] = {
    "v": (2, "1", None),
    "chunk": (1, None),
    "deposit": ("x", None, NAME + "=", 7),
    "answers": (None, "x", [1], ["x" * 5001], ["x"] * 41, [None]),
    "files": (None, "x", [1], [{}], [{}] * 21),
    "reply": (None, "x", encode(b"x" * 31), "+" * 43),
    "earlier": (1, {}, {"deposit": NAME}, {"deposit": NAME, "reply": "x"}),
    "language": (None, 1, "x" * 11),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in STRANGE.items() for value in values])
def test_content_that_makes_no_sense_is_refused_whole(name: str, value: Any) -> None:
    said = json.loads(deposit().to_json())
    said[name] = value

    with pytest.raises(MalformedLink):
        Deposit.from_json(json.dumps(said).encode())


STRANGE_FILES: dict[str, tuple[Any, ...]] = {
    "size": (-1, 1.5, True, 2**41, None, "1000", 1001 + 2**20),
    "iv": (encode(b"\xff" * 16), encode(b"x" * 15), None),
    "key": (encode(b"x" * 31), None),
    "sha256": (encode(b"x" * 31), None),
    "chunks": ("", "AAAA", None, "=", "é"),
    "name": (None, 1, "x" * 1001),
    "type": (None, "x" * 201),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in STRANGE_FILES.items() for value in values]
)
def test_a_file_that_makes_no_sense_is_refused(name: str, value: Any) -> None:
    said = json.loads(deposit().to_json())
    said["files"][0][name] = value

    with pytest.raises(MalformedLink):
        Deposit.from_json(json.dumps(said).encode())


def test_half_a_letter_becomes_a_question_mark() -> None:
    said = deposit().to_json().replace("Zoé".encode(), b"Zo\\ud800")

    assert Deposit.from_json(said).answers[0] == "Zo?"


def test_a_descriptor_is_what_its_address_says_and_nothing_else() -> None:
    box = made_box(ORIGIN, FIELDS)
    sealed = box.descriptor.sealed(box.address.id)

    assert open_descriptor(sealed, box.address.digest, box.address.id)[0] == box.descriptor
    # Whoever runs the server and knows the address seals another one under the same key: its digest is another.
    other = made_box(ORIGIN, FIELDS)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    seal = Entrance.derive(box.address.digest, box.address.id).seal
    forged = b"\x01" + AESGCM(seal).encrypt(
        bytes(12), other.descriptor.to_json(), b"beffroi/box/1" + box.address.id.encode() + b"\x01"
    )
    with pytest.raises(Altered):
        open_descriptor(forged, box.address.digest, box.address.id)
    with pytest.raises(Altered):
        open_descriptor(sealed, box.address.digest, other.address.id)


def test_what_is_sealed_of_a_descriptor_shows_none_of_it() -> None:
    box = made_box(ORIGIN, FIELDS)

    assert box.opening.sealed == box.descriptor.sealed(box.address.id)
    for word in ("Permis", "Nom", "Valbourg", "appartement"):
        assert word.encode() not in box.opening.sealed
    assert box.descriptor.keys.x25519 not in box.opening.sealed


@pytest.mark.parametrize(
    "spoil",
    [
        lambda address: address.replace("#", "%23"),
        lambda address: address.replace("#", "%2523"),
        lambda address: address + "&utm_source=lettre",
        lambda address: address.replace("#", "?fbclid=abc#"),
        lambda address: address.replace("-", "+").replace("_", "/") + "=",
        lambda address: f" {address}\n",
    ],
)
def test_an_address_is_mended_where_it_is_known_to_be_spoilt(spoil: Any) -> None:
    digest = bytes(range(251, 256)) * 6 + b"xy"
    box = BoxAddress(ORIGIN, "Qm3xV9pLr2Tn7aWc", digest)
    back = DepositAddress(box, "Rm3xV9pLr2Tn7aWd", digest[::-1])

    assert parse_box(spoil(str(box))) == box
    assert DepositAddress.parse(spoil(str(back))) == back


@pytest.mark.parametrize(
    "address", ["", "https://x/d/abc#1.x", "https://x/s/Qm3xV9pLr2Tn7aWc#1." + "A" * 43, "ftp://x"]
)
def test_what_is_no_address_of_a_box_is_damaged(address: str) -> None:
    with pytest.raises(DamagedLink):
        parse_box(address)


def test_the_way_back_is_shown_to_nobody_by_mistake() -> None:
    box = made_box(ORIGIN)
    back = DepositAddress(box.address, NAME, b"s" * 32)

    for held in (back, box.address, box.keys, DepositKeys.derive(b"s" * 32, NAME), deposit(), box.opening):
        assert encode(b"s" * 32) not in repr(held)
        assert encode(box.address.digest) not in repr(held)
        # An address may end in a “b” that is one of its letters.
        assert re.search(r"(?<![\w-])b'", repr(held)) is None


def test_only_the_town_signs_and_only_what_it_says() -> None:
    key, statement = Ed25519PrivateKey.generate(), statement_of("b" * 16, NAME, 7, [("Nom", "Zoé")], deposit().files)
    public = key.public_key().public_bytes_raw()
    signature = signed(statement, key)

    assert is_signed(statement, signature, public)
    assert not is_signed(statement.replace("1000", "1001"), signature, public)
    assert not is_signed(statement, signature, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    assert not is_signed(statement, b"", public)
    assert "Zoé" not in statement
    assert digest_of([("Nom", "Zoé")]) in statement


def test_what_the_town_says_opens_for_whoever_made_the_deposit() -> None:
    said = TownStatement("processed", 7, "{}", b"x" * 64, "accordé")
    sealed = said.sealed(b"r" * 32, "b" * 16, NAME)

    assert TownStatement.open(sealed, b"r" * 32, "b" * 16, NAME) == said
    for reply, box, name in ((b"x" * 32, "b" * 16, NAME), (b"r" * 32, "c" * 16, NAME), (b"r" * 32, "b" * 16, "c" * 16)):
        with pytest.raises(Altered):
            TownStatement.open(sealed, reply, box, name)


def test_the_vectors_hold() -> None:
    keys = BoxKeys.derive(decode(VECTORS["material"]))
    descriptor = Descriptor.from_json(VECTORS["descriptor"].encode())
    address = DepositAddress.parse(VECTORS["address"])
    entrance, holding = (
        Entrance.derive(address.box.digest, address.box.id),
        DepositKeys.derive(address.secret, address.deposit),
    )

    assert keys.public == descriptor.keys
    assert descriptor.to_json().decode() == VECTORS["descriptor"]
    assert descriptor.digest == address.box.digest
    assert encode(descriptor.sealed(address.box.id)) == VECTORS["sealed_descriptor"]
    assert [encode(entrance.knock), encode(entrance.seal)] == [VECTORS["knock"], VECTORS["seal"]]
    assert [encode(holding.hold), encode(holding.reply)] == [VECTORS["hold"], VECTORS["reply"]]
    assert number_of(address.box.id, address.deposit) == VECTORS["number"]
    for sealed in VECTORS["deposits"]:
        opened = keys.open(decode(sealed), address.box.id, address.deposit)
        assert opened.decode() == VECTORS["content"]
    said = TownStatement.open(decode(VECTORS["said"]), holding.reply, address.box.id, address.deposit)
    assert is_signed(said.statement, said.signature, descriptor.keys.ed25519)
    whole = Deposit.from_json(VECTORS["content"].encode())
    labels = [field.label for field in descriptor.fields]
    assert said.statement == statement_of(
        *(address.box.id, address.deposit, VECTORS["kept"]), [*zip(labels, whole.answers, strict=True)], whole.files
    )


def test_random_keys_differ() -> None:
    assert BoxKeys.derive(os.urandom(32)).public != BoxKeys.derive(os.urandom(32)).public
