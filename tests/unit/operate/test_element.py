import hashlib
import io
import json
import stat
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import aiohttp
import pytest

from bridge.operate.demonstration.element import application, fetch, landing, serve, unpack
from bridge.operate.errors import BadArchive
from bridge.operate.ports import HOST, free_port

RELEASE = {"element-v1/index.html": b"<html>", "element-v1/bundles/a.js": b"1", "element-v1/config.sample.json": b"{}"}


def archive(path: Path, files: Mapping[str, bytes], extra: tarfile.TarInfo | None = None) -> Path:
    with tarfile.open(path, "w:gz") as stream:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            stream.addfile(member, io.BytesIO(content))
        if extra is not None:
            stream.addfile(extra)
    return path


@pytest.mark.parametrize(
    ("name", "lands"),
    [
        ("element-v1", None),
        ("element-v1/", None),
        ("element-v1/index.html", "index.html"),
        ("element-v1/./a/b.js", "a/b.js"),
    ],
)
def test_members_land_without_the_top_folder(name: str, lands: str | None) -> None:
    assert landing(name) == (None if lands is None else PurePosixPath(lands))


@pytest.mark.parametrize("name", ["/etc/passwd", "e/../../x", "..", "e/..", "e\\..\\x", "e/a\0b"])
def test_a_path_that_leaves_its_folder_is_refused(name: str) -> None:
    with pytest.raises(BadArchive):
        landing(name)


def test_a_release_is_unpacked_and_replaces_the_last_one(tmp_path: Path) -> None:
    (tmp_path / "element").mkdir()
    (tmp_path / "element" / "old.js").write_text("old")

    unpack(archive(tmp_path / "a.tar.gz", RELEASE), tmp_path / "element")

    assert (tmp_path / "element" / "bundles" / "a.js").read_text() == "1"
    assert not (tmp_path / "element" / "old.js").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_nothing_is_left_of_an_archive_with_anything_but_files(tmp_path: Path, kind: bytes) -> None:
    trick = tarfile.TarInfo("element-v1/trick")
    trick.type, trick.linkname = kind, "/etc/passwd"

    with pytest.raises(BadArchive):
        unpack(archive(tmp_path / "a.tar.gz", RELEASE, trick), tmp_path / "element")

    assert [each.name for each in tmp_path.iterdir()] == ["a.tar.gz"]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_bytes(b"not a tar")

    with pytest.raises(BadArchive):
        unpack(tmp_path / "a.tar.gz", tmp_path / "element")


async def test_only_the_archive_with_the_right_hash_is_taken(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.tar.gz", RELEASE)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    async with aiohttp.ClientSession() as http:
        assert await fetch(http, str(path), digest.upper(), tmp_path / "kept") == path
        for source, sha256 in ((str(path), "0" * 64), (str(tmp_path / "none"), digest), ("http://x/a.tgz", digest)):
            with pytest.raises(BadArchive):
                await fetch(http, source, sha256, tmp_path / "kept")


async def test_each_collectivity_gets_its_own_configuration(tmp_path: Path) -> None:
    root = unpack(archive(tmp_path / "a.tar.gz", RELEASE), tmp_path / "element")
    files = {}
    for name in ("valbourg", "rivemont"):
        files[f"{name}.localhost"] = tmp_path / f"{name}.json"
        (tmp_path / f"{name}.json").write_text(json.dumps({"brand": name}))
    port = free_port()
    runner = await serve(application(root, files), port)
    try:
        async with aiohttp.ClientSession(f"http://{HOST}:{port}") as http:
            brands = []
            for host in ("valbourg.localhost", f"rivemont.localhost:{port}", HOST):
                async with http.get(f"/config.{host}.json", headers={"Host": host}) as response:
                    brands.append((await response.json())["brand"])
            async with http.get("/") as response:
                index = await response.text()
            async with http.get("/%2e%2e/valbourg.json") as response:
                outside = response.status
    finally:
        await runner.cleanup()
    assert brands == ["valbourg", "rivemont", "valbourg"]
    assert index == "<html>"
    assert outside in (403, 404)


def test_unpacked_files_carry_no_special_modes(tmp_path: Path) -> None:
    member = tarfile.TarInfo("element-v1/setuid")
    member.mode = 0o4777

    root = unpack(archive(tmp_path / "a.tar.gz", RELEASE, member), tmp_path / "element")

    assert stat.S_IMODE((root / "setuid").stat().st_mode) & 0o7111 == 0
