"""Element Web from a release archive: checked, unpacked without trusting it, and served on a loopback port."""

import hashlib
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import IO

import aiohttp
from aiohttp import web

from bridge.operate.errors import BadArchive
from bridge.operate.ports import HOST
from config.sentence import sentence

_CHUNK = 1 << 20
_MOST_BYTES = 1 << 30
_MOST_FILES = 20_000


async def fetch(http: aiohttp.ClientSession, source: str, sha256: str, target: Path) -> Path:
    """Return the archive *source* (a path or an https URL), once it has been found to have this SHA-256.

    Raises :class:`BadArchive` when it has not; a download that is wrong leaves nothing behind.
    """
    if "://" not in source:
        return _checked(Path(source), sha256)
    if _is_there(target, sha256):
        return target
    if not source.startswith("https://"):
        raise BadArchive(sentence("{source}: only https:// addresses and paths are taken", source=source))
    draft = target.with_suffix(".part")
    try:
        async with http.get(source, timeout=aiohttp.ClientTimeout(total=600)) as response:
            response.raise_for_status()
            with draft.open("wb") as stream:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    stream.write(chunk)
        _checked(draft, sha256).replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def _checked(path: Path, sha256: str) -> Path:
    if not path.is_file():
        raise BadArchive(sentence("{path}: there is no such file or folder", path=path))
    found = digest(path)
    if found != sha256.lower():
        raise another_digest(path, found, sha256.lower())
    return path


def another_digest(path: Path, found: str, wanted: str) -> BadArchive:
    """Return the error that says that the file *path* is another one than was meant."""
    return BadArchive(sentence("{path}: its SHA-256 is {found}, not {wanted}", path=path, found=found, wanted=wanted))


def _is_there(path: Path, sha256: str) -> bool:
    return path.exists() and digest(path) == sha256.lower()


def digest(path: Path) -> str:
    """Return the SHA-256 of the file *path* in hexadecimal; raises ``OSError``."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unpack(archive: Path, target: Path) -> Path:
    """Unpack the plain files of *archive* (.tar.gz) into *target*, replacing it; the single top folder is left out.

    Raises :class:`BadArchive` on a path that leaves *target*, on a link or a device, or when it is too big; nothing
    is left behind then.
    """
    draft = target.with_name(f".{target.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        with tarfile.open(archive, "r:*") as stream:
            _extract(stream, draft)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    except (tarfile.TarError, EOFError) as error:
        raise BadArchive(sentence("{path}: this is not a .tar archive that can be read", path=archive)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _extract(stream: tarfile.TarFile, target: Path) -> None:
    total = 0
    for count, member in enumerate(stream):
        total += member.size
        if count > _MOST_FILES or total > _MOST_BYTES:
            raise BadArchive(sentence("the archive is too big for an Element release"))
        path = landing(member.name)
        if member.isdir() or path is None:
            continue
        if not member.isreg():
            raise BadArchive(sentence("{path}: only plain files are taken", path=member.name))
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        source = stream.extractfile(member)
        assert source is not None
        _copy(source, place)


def _copy(source: IO[bytes], place: Path) -> None:
    with place.open("wb") as stream:
        shutil.copyfileobj(source, stream, _CHUNK)


def landing(name: str) -> PurePosixPath | None:
    """Return where the member *name* lands below the target, without the top folder; None for that folder itself.

    Raises :class:`BadArchive` when it would land elsewhere.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise BadArchive(sentence("{path}: this path leaves the archive's own folder", path=f"{name!r:.80}"))
    return PurePosixPath(*path.parts[1:]) if len(path.parts) > 1 else None


def application(root: Path, configurations: Mapping[str, Path]) -> web.Application:
    """Serve the files in *root*; ``config.json`` is that of the host asked for, else the first one.

    *configurations* maps host names (``valbourg.localhost``) to rendered files. Element itself also asks for
    ``config.<host>.json`` first (element-web docs/config.md).
    """
    first = next(iter(configurations.values()))

    async def configuration(request: web.Request) -> web.StreamResponse:
        host = request.host.partition(":")[0]
        path = configurations.get(host, first)
        return web.FileResponse(path, headers={"Content-Type": "application/json", "Cache-Control": "no-cache"})

    async def index(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(root / "index.html", headers={"Cache-Control": "no-cache"})

    app = web.Application()
    app.router.add_get("/config.json", configuration)
    app.router.add_get("/config.{host}.json", configuration)
    app.router.add_get("/", index)
    app.router.add_static("/", root, follow_symlinks=False)
    return app


async def serve(app: web.Application, port: int) -> web.AppRunner:
    """Serve *app* on the loopback address; ``cleanup()`` of the result ends it. Raises ``OSError``."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    return runner
