"""A recovery key as people copy it, and what it opens: the formats of the specification, made by other code."""

import hashlib
import hmac
import json
import os
from base64 import b64encode
from typing import Any

import pytest
import vodozemac
from Crypto.Cipher import AES
from hypothesis import given
from hypothesis import strategies as st

from bots.matrix.crypto.errors import Malformed
from bots.matrix.crypto.signing import unpadded
from bots.matrix.person.backup import ALGORITHM, BackupKey
from bots.matrix.person.errors import NothingStored, WrongRecoveryKey
from bots.matrix.person.recovery import key_from_passphrase, key_of
from bots.matrix.person.secret_storage import StorageKey
from config.identifiers import RoomId

# Source: matrix-js-sdk, recovery-key.spec.ts; the key is Alice's of RFC 7748 §6.1.
KNOWN = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"
KNOWN_KEY = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
ROOM = RoomId("!salon:valbourg.fr")


def sealed(key: bytes, name: str, text: bytes) -> dict[str, str]:
    """Seal *text* as the specification says, with another library."""
    prk = hmac.digest(bytes(32), key, "sha256")
    first = hmac.digest(prk, name.encode() + b"\x01", "sha256")
    second = hmac.digest(prk, first + name.encode() + b"\x02", "sha256")
    iv = os.urandom(8) + bytes(8)
    cipher = AES.new(first, AES.MODE_CTR, nonce=iv[:8], initial_value=0)
    ciphertext = cipher.encrypt(text)
    parts = {"iv": iv, "ciphertext": ciphertext, "mac": hmac.digest(second, ciphertext, "sha256")}
    return {part: b64encode(raw).decode() for part, raw in parts.items()}


def description(key: bytes, **more: Any) -> dict[str, Any]:
    proof = sealed(key, "", bytes(32))
    return {"algorithm": "m.secret_storage.v1.aes-hmac-sha2", "iv": proof["iv"], "mac": proof["mac"], **more}


def test_a_recovery_key_is_read_as_other_clients_write_it() -> None:
    assert key_of(KNOWN).hex() == KNOWN_KEY
    assert key_of(KNOWN) == key_of(f"  {KNOWN.replace(' ', '')}\n")


@pytest.mark.parametrize("typed", ["", " ", "0OIl", "é" * 48, KNOWN[:-1], KNOWN + "1", KNOWN[:-1] + "e", "z" * 10_000])
def test_a_mistyped_key_is_none(typed: str) -> None:
    with pytest.raises(WrongRecoveryKey):
        key_of(typed)


@given(st.integers(0, 47), st.sampled_from("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"))
def test_one_wrong_letter_is_noticed_or_gives_another_key(place: int, letter: str) -> None:
    """The parity byte catches 255 of 256; what it lets through the storage's own proof does not."""
    letters = KNOWN.replace(" ", "")
    mistyped = letters[:place] + letter + letters[place + 1 :]
    try:
        assert (key_of(mistyped) == key_of(letters)) == (mistyped == letters)
    except WrongRecoveryKey:
        assert mistyped != letters


def test_what_the_key_seals_it_opens() -> None:
    key, seed = key_of(KNOWN), os.urandom(32)
    content = {"encrypted": {"id": sealed(key, "m.cross_signing.master", unpadded(seed).encode())}}
    opened = StorageKey.typed("id", description(key), KNOWN)

    assert opened.open("m.cross_signing.master", content) == seed
    assert seed.hex() not in repr(opened)
    # Under another name, or changed, it is nothing.
    for name, stored in (
        ("m.cross_signing.self_signing", content),
        ("m.cross_signing.master", {"encrypted": {"id": {**content["encrypted"]["id"], "ciphertext": "AAAA"}}}),
        ("m.cross_signing.master", {"encrypted": {"other": content["encrypted"]["id"]}}),
        ("m.cross_signing.master", {"encrypted": {"id": {"iv": 7, "ciphertext": None, "mac": []}}}),
        ("m.cross_signing.master", {"encrypted": "x"}),
        ("m.cross_signing.master", {}),
    ):
        with pytest.raises(NothingStored):
            opened.open(name, stored)


def test_another_account_s_key_is_told() -> None:
    with pytest.raises(WrongRecoveryKey):
        StorageKey.typed("id", description(os.urandom(32)), KNOWN)


def test_a_passphrase_opens_where_the_account_has_one() -> None:
    key = hashlib.pbkdf2_hmac("sha512", b"mairie de Valbourg", b"sel", 1_000, 32)
    how = {"algorithm": "m.pbkdf2", "salt": "sel", "iterations": 1_000}
    assert StorageKey.typed("id", description(key, passphrase=how), "mairie de Valbourg").key == key
    with pytest.raises(WrongRecoveryKey):
        StorageKey.typed("id", description(key, passphrase=how), "mairie de valbourg")
    # Nobody's server has us count for days.
    for wrong in ({"iterations": 10**12}, {"iterations": -1}, {"iterations": "9"}, {"salt": None}, {"bits": 8}):
        with pytest.raises(WrongRecoveryKey):
            key_from_passphrase("x", {"passphrase": {**how, **wrong}})


@pytest.mark.parametrize("missing", ["iv", "mac", "algorithm"])
def test_a_storage_that_proves_nothing_is_not_opened(missing: str) -> None:
    whole = description(key_of(KNOWN))
    with pytest.raises(NothingStored):
        StorageKey.typed("id", {name: value for name, value in whole.items() if name != missing}, KNOWN)


def backed_up(key: BackupKey, **changed: Any) -> tuple[str, dict[str, Any], vodozemac.GroupSession]:
    """A session as a client backs it up."""
    session = vodozemac.GroupSession()
    inbound = vodozemac.InboundGroupSession(session.session_key)
    exported = inbound.export_at(0)
    assert exported is not None
    said = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "sender_key": unpadded(bytes(range(32))),
        "sender_claimed_keys": {"ed25519": unpadded(bytes(range(1, 33)))},
        "session_key": exported.to_base64(),
        **changed,
    }
    public = vodozemac.Curve25519PublicKey.from_base64(key.public)
    message = vodozemac.PkEncryption.from_key(public).encrypt(json.dumps(said).encode())
    parts = {"ciphertext": message.ciphertext, "mac": message.mac, "ephemeral": message.ephemeral_key}
    data = {name: unpadded(raw) for name, raw in parts.items()}
    return session.session_id, {"session_data": data, "first_message_index": 0}, session


def test_a_key_of_the_backup_opens_what_was_said() -> None:
    key = BackupKey.parse(os.urandom(32))
    session_id, stored, session = backed_up(key)
    found = key.open(ROOM, session_id, stored)

    assert found.session.decrypt(session.encrypt(b"bonjour").to_base64()) == ("bonjour", 0)
    assert found.sender_key == unpadded(bytes(range(32)))
    assert key.opens({"algorithm": ALGORITHM, "auth_data": {"public_key": key.public}})
    assert not key.opens({"algorithm": ALGORITHM, "auth_data": {"public_key": unpadded(bytes(32))}})


def test_what_a_server_puts_into_a_backup_is_no_session() -> None:
    key = BackupKey.parse(os.urandom(32))
    session_id, stored, _ = backed_up(key)
    data = stored["session_data"]
    others = [
        None,
        7,
        {},
        {"session_data": None},
        {"session_data": {**data, "ephemeral": unpadded(bytes(32))}},
        {"session_data": {**data, "ciphertext": "AAAA"}},
        {"session_data": {**data, "mac": "AAAA"}},
        backed_up(BackupKey.parse(os.urandom(32)))[1],
        backed_up(key)[1],
        *(backed_up(key, **{name: 7})[1] for name in ("algorithm", "sender_key", "sender_claimed_keys", "session_key")),
    ]
    for other in others:
        with pytest.raises(Malformed):
            key.open(ROOM, session_id, other)
