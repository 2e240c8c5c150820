"""Encrypted attachments: the wire format, other implementations, hostile JSON."""

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nio.crypto.attachments import decrypt_attachment, encrypt_attachment

from bots.envelope.cipher import Decryptor, Encryptor
from bots.envelope.errors import Corrupt, MalformedFile
from bots.envelope.file import EncryptedFile, as_content, parse_attachment
from config.identifiers import MxcUri

URL = MxcUri("mxc://valbourg.fr/abc")
ALPHANUMERIC = b"alphanumericallyalphanumericallyalphanumericallyalphanumerically"
ONES = "__________________________________________8"
HALF = "//////////8AAAAAAAAAAA"


def sealed(plaintext: bytes, *cuts: int) -> tuple[bytes, EncryptedFile]:
    encryptor = Encryptor()
    borders = [0, *sorted(cuts), len(plaintext)]
    pieces = [encryptor.update(plaintext[a:b]) for a, b in pairwise(borders)]
    return b"".join(pieces), encryptor.finish(URL)


def opened(ciphertext: bytes, file: EncryptedFile, *cuts: int) -> bytes:
    decryptor = Decryptor(file)
    borders = [0, *sorted(cuts), len(ciphertext)]
    pieces = [decryptor.update(ciphertext[a:b]) for a, b in pairwise(borders)]
    decryptor.finish()
    return b"".join(pieces)


def wire() -> dict[str, Any]:
    return {
        "v": "v2",
        "url": URL,
        "key": {"kty": "oct", "alg": "A256CTR", "ext": True, "key_ops": ["encrypt", "decrypt"], "k": ONES},
        "iv": HALF,
        "hashes": {"sha256": "IOq7/dHHB+mfHfxlRY5XMeCWEwTPmlf4cJcgrkf6fVU"},
    }


def unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    ("key", "iv", "sha256", "ciphertext", "plaintext"),
    [
        ("A" * 43, "A" * 22, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "", b""),
        (ONES, HALF, "YzF08lARDdOCzJpzuSwsjTNlQc4pHxpdHcXiD/wpK6k", "5xJZTt5cQicm+9f4", b"Hello, World"),
        (
            ONES,
            HALF,
            "IOq7/dHHB+mfHfxlRY5XMeCWEwTPmlf4cJcgrkf6fVU",
            "zhtFStAeFx0s+9L/sSQO+WQMtldqYEHqTxMduJrCIpnkyer09kxJJuA4K+adQE4w+7jZe/vR9kIcqj9rOhDR8Q",
            ALPHANUMERIC,
        ),
    ],
)
def test_the_vectors_of_matrix_encrypt_attachment(
    key: str, iv: str, sha256: str, ciphertext: str, plaintext: bytes
) -> None:
    """What Element's own library is tested with (github.com/element-hq/matrix-encrypt-attachment)."""
    raw = wire() | {"key": wire()["key"] | {"k": key}, "iv": iv, "hashes": {"sha256": sha256}}

    assert opened(unpadded(ciphertext), EncryptedFile.parse(raw)) == plaintext


def test_the_json_is_what_the_specification_asks_for() -> None:
    _, file = sealed(b"x")
    raw = file.as_json()

    assert set(raw) == {"v", "url", "key", "iv", "hashes"}
    assert (raw["v"], raw["url"]) == ("v2", URL)
    assert {**raw["key"], "k": ""} == {
        "kty": "oct",
        "alg": "A256CTR",
        "ext": True,
        "key_ops": ["encrypt", "decrypt"],
        "k": "",
    }
    assert (len(raw["key"]["k"]), len(raw["iv"]), len(raw["hashes"]["sha256"])) == (43, 22, 43)
    # Decoded from JSON as it will be, and nothing in it but what JSON has.
    assert EncryptedFile.parse(json.loads(json.dumps(raw))) == file


def test_the_counter_begins_at_zero_and_no_key_is_used_twice() -> None:
    (_, one), (_, other) = sealed(b""), sealed(b"")

    assert one.iv[8:] == other.iv[8:] == bytes(8)
    assert one.key != other.key
    assert one.iv != other.iv


def test_a_key_is_not_shown() -> None:
    _, file = sealed(b"x")

    assert repr(file.key) not in repr(file)
    assert "key" not in repr(file)


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=4), st.lists(st.integers(0, 300), max_size=4))
def test_pieces_may_be_cut_anywhere(plaintext: bytes, cuts: list[int], others: list[int]) -> None:
    ciphertext, file = sealed(plaintext, *(min(each, len(plaintext)) for each in cuts))

    assert len(ciphertext) == len(plaintext)
    assert opened(ciphertext, file, *(min(each, len(plaintext)) for each in others)) == plaintext


@given(st.binary(max_size=200))
def test_nio_reads_what_we_write(plaintext: bytes) -> None:
    ciphertext, file = sealed(plaintext)
    raw = file.as_json()

    assert decrypt_attachment(ciphertext, raw["key"]["k"], raw["hashes"]["sha256"], raw["iv"]) == plaintext


@given(st.binary(max_size=200))
def test_we_read_what_nio_writes(plaintext: bytes) -> None:
    ciphertext, raw = encrypt_attachment(plaintext)

    assert opened(ciphertext, EncryptedFile.parse(raw | {"url": URL})) == plaintext


@given(st.binary(min_size=1, max_size=100), st.data())
def test_one_changed_bit_is_noticed(plaintext: bytes, data: st.DataObject) -> None:
    ciphertext, file = sealed(plaintext)
    place = data.draw(st.integers(0, len(ciphertext) * 8 - 1))
    changed = bytearray(ciphertext)
    changed[place // 8] ^= 1 << place % 8

    for hostile in (bytes(changed), ciphertext[:-1], ciphertext + b"\0", b""):
        with pytest.raises(Corrupt):
            opened(hostile, file)
    with pytest.raises(Corrupt):
        opened(ciphertext, replace(file, sha256=bytes(32)))


def test_what_other_clients_add_or_pad_is_taken() -> None:
    raw = wire()
    raw["iv"] += "=="
    raw["hashes"]["sha256"] += "="
    raw["hashes"]["sha512"] = "whatever"
    raw["key"]["k"] += "="
    raw["key"]["key_ops"] = ["decrypt", "wrapKey", "encrypt"]
    raw["mimetype"] = "image/png"

    assert EncryptedFile.parse(raw) == EncryptedFile.parse(wire())


def _without(*names: str) -> Callable[[dict[str, Any]], Any]:
    def change(raw: dict[str, Any]) -> Any:
        inner = raw
        for name in names[:-1]:
            inner = inner[name]
        del inner[names[-1]]
        return raw

    return change


def _with(value: object, *names: str) -> Callable[[dict[str, Any]], Any]:
    def change(raw: dict[str, Any]) -> Any:
        inner = raw
        for name in names[:-1]:
            inner = inner[name]
        inner[names[-1]] = value
        return raw

    return change


def _each(where: str, *values: object) -> list[tuple[str, Callable[[dict[str, Any]], Any]]]:
    return [(where, _with(value, *where.split("."))) for value in values]


HOSTILE: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("file", lambda raw: None),
    ("file", lambda raw: []),
    ("file", lambda raw: "v2"),
    *((names, _without(*names.split("."))) for names in ("v", "url", "key", "iv", "hashes.sha256", "key.k")),
    *((names, _without(*names.split("."))) for names in ("hashes", "key.kty", "key.alg", "key.ext", "key.key_ops")),
    *_each("v", "v1", "V2", 2, None, ["v2"]),
    *_each("url", "http://x/y", "mxc://../config", 5, None, {}, "mxc://x/" + "y" * 10**6),
    *_each("key", None, "k", [], 1),
    ("key.kty", _with("RSA", "key", "kty")),
    *_each("key.alg", "A128CTR", "A256GCM", None, ["A256CTR"]),
    *_each("key.ext", False, 1, "true", None),
    *_each(
        "key.key_ops",
        [],
        ["encrypt"],
        ["decrypt"],
        "encrypt decrypt",
        {"encrypt": 1, "decrypt": 1},
        ["encrypt", "decrypt", 5],
        ["encrypt", "decrypt", ["x"]],
        ["encrypt", "decrypt"] * 10_000,
    ),
    *_each("key.k", "", "AAAA", "A" * 42, "A" * 44, "A" * 10**6, "/" * 43, "A" * 42 + "é", "=" * 43, 5, None, ["A"]),
    *_each("iv", "", "A" * 21, "A" * 23, "_" * 22, "A" * 22 + "===", "A" * 10**6, 0, None),
    # A counter that would overflow: WebCrypto and OpenSSL read on differently.
    ("iv", _with("/////////////////////w", "iv")),
    *_each("hashes", None, [], "sha256"),
    *_each("hashes.sha256", "", "A" * 42, "_" * 43, "A\n" * 20, 3, None),
]


@pytest.mark.parametrize(("where", "change"), HOSTILE)
def test_what_is_no_encrypted_file_is_refused_by_name(where: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """The error names the field, and never shows a key."""
    with pytest.raises(MalformedFile) as caught:
        EncryptedFile.parse(change(deepcopy(wire())))

    assert caught.value.where == where
    assert ONES not in str(caught.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["v", "url", "key", "k", "iv", "hashes", "sha256", "key_ops"]), inner)
    ),
    max_leaves=20,
)


@given(_JSON)
def test_any_json_is_parsed_or_refused(raw: object) -> None:
    with pytest.raises(MalformedFile):
        EncryptedFile.parse(raw)


def test_an_encrypted_file_wins_over_a_url_beside_it() -> None:
    assert isinstance(parse_attachment({"url": URL, "file": wire()}), EncryptedFile)
    with pytest.raises(MalformedFile):
        parse_attachment({"url": URL, "file": None})
    with pytest.raises(MalformedFile):
        parse_attachment({"body": "x"})
    assert parse_attachment({"url": URL}) == URL
    assert as_content(URL) == {"url": URL}
