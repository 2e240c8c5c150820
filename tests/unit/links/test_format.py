"""Links: sealed, opened, and everything that must not open."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bots.links
from bots.links.format.address import ShareLink
from bots.links.format.chunks import CHUNK, ChunkHasher, ChunkOpener, chunk_length, chunks_of
from bots.links.format.encoding import decode, encode
from bots.links.format.errors import Altered, DamagedLink, LinkError, MalformedLink, WrongSecret
from bots.links.format.keys import LinkKeys
from bots.links.format.manifest import Manifest
from bots.links.format.names import shown
from bots.links.format.password import meant, new_password
from bots.links.format.seal import open_seal
from tests.unit.links.makers import encrypted, made

ORIGIN = "https://partage.valbourg.example"
VECTORS = json.loads((Path(bots.links.__file__).with_name("vectors.json")).read_text(encoding="utf-8"))


def test_who_has_the_link_and_the_password_reads_what_it_holds() -> None:
    sealed = made(ORIGIN, b"bonjour", b"", password="Noël")
    keys = LinkKeys.derive(ShareLink.parse(str(sealed.link)), "Noe\u0308l")

    assert open_seal(sealed.publication.manifest, keys, sealed.link.id) == sealed.manifest


@pytest.mark.parametrize("password", [None, "noël", "Noël "])
def test_another_password_or_none_opens_nothing(password: str | None) -> None:
    sealed = made(ORIGIN, b"bonjour", password="Noël")
    keys = LinkKeys.derive(sealed.link, password)

    assert keys.proof_hash != sealed.publication.proof_hash
    assert keys.knock_hash == sealed.publication.knock_hash
    with pytest.raises(WrongSecret):
        open_seal(sealed.publication.manifest, keys, sealed.link.id)


def test_a_manifest_is_of_one_link_alone() -> None:
    sealed = made(ORIGIN, b"bonjour")
    keys = LinkKeys.derive(sealed.link)

    with pytest.raises(Altered):
        open_seal(sealed.publication.manifest, keys, "A" * 16)


@given(st.data())
def test_a_manifest_with_one_bit_changed_is_refused(data: st.DataObject) -> None:
    sealed = made(ORIGIN, b"bonjour")
    manifest = bytearray(sealed.publication.manifest)
    place = data.draw(st.integers(0, len(manifest) * 8 - 1))
    manifest[place // 8] ^= 1 << place % 8

    with pytest.raises(LinkError):
        open_seal(bytes(manifest), LinkKeys.derive(sealed.link), sealed.link.id)


@given(st.binary(max_size=200))
def test_whatever_a_server_sends_is_refused_in_so_many_words(raw: bytes) -> None:
    link = ShareLink.parse(VECTORS["address"])

    with pytest.raises(LinkError):
        open_seal(raw, LinkKeys.derive(link), link.id)


@given(st.text())
def test_whatever_is_typed_as_an_address_is_a_link_or_damaged(raw: str) -> None:
    with pytest.raises(DamagedLink):
        ShareLink.parse(raw)


@given(st.binary(max_size=40))
def test_base64url_has_one_spelling(raw: bytes) -> None:
    assert decode(encode(raw)) == raw
    with pytest.raises(ValueError, match="base64url"):
        decode(encode(raw) + "=")


@pytest.mark.parametrize("size", [0, 1, 16, 65536, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 17])
def test_a_file_of_any_size_is_opened_piece_by_piece(size: int) -> None:
    plaintext = bytes(range(256)) * (size // 256 + 1)
    file, ciphertext = encrypted(plaintext[:size])
    opener = ChunkOpener(file.key, file.iv, file.chunks)
    pieces = [ciphertext[index * CHUNK : (index + 1) * CHUNK] for index in range(chunks_of(size))]

    assert [len(piece) for piece in pieces] == [chunk_length(index, size) for index in range(len(pieces))]
    # The last one first: a reader may begin anywhere.
    opened = {index: opener.open(index, pieces[index]) for index in reversed(range(len(pieces)))}
    assert b"".join(opened[index] for index in range(len(pieces))) == plaintext[:size]


def test_a_piece_that_was_changed_cut_or_moved_is_not_decrypted() -> None:
    file, ciphertext = encrypted(bytes(2 * CHUNK))
    opener = ChunkOpener(file.key, file.iv, file.chunks)
    spoilt = bytes([ciphertext[0] ^ 1]) + ciphertext[1:CHUNK]

    for index, piece in ((0, spoilt), (0, ciphertext[: CHUNK - 1]), (1, ciphertext[:CHUNK])):
        with pytest.raises(Altered):
            opener.open(index, piece)


@given(st.lists(st.integers(0, CHUNK), max_size=8))
def test_pieces_are_hashed_however_they_come(lengths: list[int]) -> None:
    whole, parts = ChunkHasher(), ChunkHasher()
    blob = bytes(sum(lengths))
    whole.update(blob)
    for length in lengths:
        parts.update(bytes(length))

    assert (parts.size, parts.sha256(), parts.digests()) == (len(blob), whole.sha256(), whole.digests())


def _changed(**changes: Any) -> bytes:
    whole = json.loads(made(ORIGIN, b"bonjour").manifest.to_json())
    for place, value in changes.items():
        *path, last = place.split("__")
        target = whole
        for step in path:
            target = target[int(step) if step.isdigit() else step]
        target[last] = value
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"chunk": 1},
        {"files": []},
        {"files": [{}] * 1001},
        {"files__0__size": -1},
        {"files__0__size": True},
        {"files__0__size": 2**60},
        {"files__0__size": CHUNK + 1},
        {"files__0__chunks": ""},
        {"files__0__name": 7},
        {"files__0__file": None},
        {"files__0__file__v": "v1"},
        {"files__0__file__key__k": "AAAA"},
        {"files__0__file__iv": "AAAAAAAAAACAAAAAAAAAAA"},
        {"from": []},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused_by_its_place(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedLink):
        Manifest.from_json(_changed(**changes))


def test_what_a_later_version_says_more_is_left_alone_and_no_other_word_is_clean() -> None:
    found = Manifest.from_json(_changed(later={"x": 1}, files__0__scan="propre", files__0__name="../../a\u202eb.pdf"))

    assert found.files[0].scan == "unscanned"
    assert found.files[0].name == "ab.pdf"


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"[" * 100_000, b"\xff"])
def test_a_manifest_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedLink):
        Manifest.from_json(raw)


@given(st.text())
def test_a_name_is_one_line_that_leads_nowhere(raw: str) -> None:
    name = shown(raw)

    assert name
    assert name not in {".", ".."}
    assert not set(name) & set("/\\\x00\n\u202e\u2028")


def test_a_password_can_be_dictated_and_is_another_each_time() -> None:
    passwords = {new_password() for _ in range(100)}

    assert len(passwords) == 100
    assert all(len(password) == 14 and not set(password) & set("0o1li") for password in passwords)


def test_nothing_secret_is_shown_by_repr() -> None:
    sealed = made(ORIGIN, b"bonjour")
    said = repr([sealed.link, LinkKeys.derive(sealed.link), sealed.manifest, sealed.publication])

    for secret in (sealed.link.secret, sealed.manifest.files[0].key):
        assert encode(secret) not in said
        assert repr(secret)[2:20] not in said


@pytest.mark.parametrize("password", [None, VECTORS["password"]])
def test_the_vectors_hold(password: str | None) -> None:
    link = ShareLink.parse(VECTORS["address"])
    vector = VECTORS["without" if password is None else "with"]
    keys = LinkKeys.derive(link, password)
    found = {name: encode(getattr(keys, name)) for name in ("knock", "proof", "seal", "commit")}

    assert found == vector["keys"]
    assert open_seal(decode(vector["sealed"]), keys, link.id) == Manifest.from_json(VECTORS["manifest"].encode())
    file = Manifest.from_json(VECTORS["manifest"].encode()).files[0]
    opened = ChunkOpener(file.key, file.iv, file.chunks).open(0, decode(VECTORS["ciphertext"]))
    assert opened.decode() == VECTORS["plaintext"]


def test_a_link_cannot_promise_more_blobs_than_files() -> None:
    sealed = made(ORIGIN, b"bonjour")

    with pytest.raises(ValueError, match="one blob for each file"):
        replace(sealed.publication).seal(sealed.link, None, sealed.manifest, [], sealed.publication.terms)


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("VR4G PJG7 MJHK CEEF", "vr4g-pjg7-mjhk-ceef"),
        (" vr4g-pjg7-mjhk-ceef\n", "vr4g-pjg7-mjhk-ceef"),
        ("vr4gpjg7mjhkceef", "vr4g-pjg7-mjhk-ceef"),
        ("Vr4g\u2011pjg7\u2011mjhk", "vr4g-pjg7-mjhk"),
        # None of ours: as it was typed, spaces and capitals too.
        ("Maire-été", "Maire-été"),
        (" mot de passe ", " mot de passe "),
        ("VR4G PJG7 MJHO CEEF", "VR4G PJG7 MJHO CEEF"),
    ],
)
def test_a_password_of_ours_may_be_dictated_and_copied(typed: str, password: str) -> None:
    assert meant(typed) == password
