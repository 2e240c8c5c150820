"""A citizen without a browser: does what the page of a drop box does, over HTTP."""

import hashlib
import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bots.links.box.address import BoxAddress, DepositAddress, parse_box
from bots.links.box.deposit import Deposit, DepositedFile, Earlier
from bots.links.box.descriptor import Descriptor, open_descriptor
from bots.links.box.keys import DepositKeys, Entrance
from bots.links.box.receipt import TownStatement
from bots.links.format.chunks import ChunkHasher
from bots.links.format.encoding import encode

TUS = {"Tus-Resumable": "1.0.0"}
PATCH = TUS | {"Content-Type": "application/offset+octet-stream"}

Sealer = Callable[[Descriptor, bytes, str, str], bytes]


def ours(descriptor: Descriptor, plaintext: bytes, box: str, deposit: str) -> bytes:
    """Seal as our own code does."""
    return descriptor.keys.seal(plaintext, box, deposit)


@dataclass
class Citizen:
    """Somebody with the address of a box."""

    http: aiohttp.ClientSession
    address: str
    seal: Sealer = ours
    headers: dict[str, str] = field(default_factory=dict)
    mark: bytes = b""
    """What every key and secret begins with, so that one look finds any."""

    @property
    def box(self) -> BoxAddress:
        return parse_box(self.address)

    async def open(self) -> Descriptor:
        entrance = Entrance.derive(self.box.digest, self.box.id)
        status, raw = await self.post("open", {"knock": encode(entrance.knock)})
        assert status == 200, raw
        return open_descriptor(raw, self.box.digest, self.box.id)[0]

    async def post(self, what: str, said: dict[str, Any], hold: bytes | None = None) -> tuple[int, Any]:
        headers = {**self.headers, **({"Authorization": f"Deposit {encode(hold)}"} if hold else {})}
        url = f"{self.box.origin}/d/{self.box.id}/{what}"
        body = io.BytesIO(json.dumps(said).encode())
        sent = {"Content-Type": "application/json", **headers}
        async with self.http.post(url, data=body, headers=sent) as response:
            if response.content_type == "application/json":
                return response.status, await response.json()
            return response.status, await response.read()

    def begin(self) -> "Depositing":
        secret = self.mark + os.urandom(32 - len(self.mark))
        return Depositing(self, encode(os.urandom(12)), secret)

    async def deposit(
        self, files: Sequence[tuple[str, bytes]] = (), answers: Sequence[str] = (), to: "Depositing | None" = None
    ) -> "Depositing":
        """Deposit all at once."""
        new = self.begin()
        await new.send(files)
        await new.finish(answers, to)
        return new


@dataclass
class Depositing:
    """One deposit in the making."""

    citizen: Citizen
    id: str
    secret: bytes
    files: list[DepositedFile] = field(default_factory=list)
    sealed: bytes = b""
    kept: int = 0

    @property
    def holding(self) -> DepositKeys:
        return DepositKeys.derive(self.secret, self.id)

    @property
    def back(self) -> str:
        return str(DepositAddress(self.citizen.box, self.id, self.secret))

    async def start(self, sizes: Sequence[int]) -> tuple[int, Any]:
        knock = Entrance.derive(self.citizen.box.digest, self.citizen.box.id).knock
        said = {"knock": encode(knock), "deposit": self.id, "hold": encode(self.holding.hold), "sizes": sizes}
        return await self.citizen.post("begin", said)

    async def send(self, files: Sequence[tuple[str, bytes]]) -> None:
        status, said = await self.start([len(data) for _, data in files])
        assert status == 201, said
        for place, (name, data) in enumerate(files):
            file, ciphertext = enciphered(name, data, self.citizen.mark)
            self.files.append(file)
            if data:
                assert await self.patch(place, 0, ciphertext) == (204, len(ciphertext))

    async def patch(self, place: int, offset: int, part: bytes, **headers: str) -> tuple[int, int]:
        held = {"Authorization": f"Deposit {encode(self.holding.hold)}", "Upload-Offset": str(offset)}
        url = f"{self.citizen.box.origin}/d/{self.citizen.box.id}/{self.id}/file/{place}"
        async with self.citizen.http.patch(
            url, data=io.BytesIO(part), headers={**PATCH, **held, **headers}
        ) as response:
            return response.status, int(response.headers.get("Upload-Offset", "-1"))

    async def finish(
        self, answers: Sequence[str] = (), to: "Depositing | None" = None, content: bytes | None = None
    ) -> tuple[int, Any]:
        """Seal and hand over; *content* instead of what should be sealed."""
        citizen = self.citizen
        if not self.sealed:
            earlier = None if to is None else Earlier(to.id, to.holding.reply)
            whole = Deposit(self.id, "fr", tuple(answers), tuple(self.files), self.holding.reply, earlier)
            descriptor = await citizen.open()
            self.sealed = citizen.seal(descriptor, content or whole.to_json(), citizen.box.id, self.id)
        status, said = await citizen.post(f"{self.id}/seal", {"seal": encode(self.sealed)}, self.holding.hold)
        if status == 200:
            self.kept = said["kept"]
        return status, said

    async def look(self) -> TownStatement | None:
        status, raw = await self.citizen.post(f"{self.id}/look", {}, self.holding.hold)
        assert status == 200, raw
        return TownStatement.open(raw, self.holding.reply, self.citizen.box.id, self.id) if len(raw) > 1 else None

    async def look_raw(self) -> bytes:
        _, raw = await self.citizen.post(f"{self.id}/look", {}, self.holding.hold)
        assert isinstance(raw, bytes)
        return raw


def enciphered(name: str, data: bytes, mark: bytes = b"") -> tuple[DepositedFile, bytes]:
    """Return what is sealed of a file, and its ciphertext; its key begins with *mark*."""
    key, iv = mark + os.urandom(32 - len(mark)), os.urandom(8) + bytes(8)
    ciphertext = Cipher(AES(key), CTR(iv)).encryptor().update(data)
    hasher = ChunkHasher()
    hasher.update(ciphertext)
    file = DepositedFile(name, "application/pdf", len(data), hashlib.sha256(data).digest(), key, iv, hasher.digests())
    return file, ciphertext


def statement(said: TownStatement) -> dict[str, Any]:
    """Return what was signed."""
    found: dict[str, Any] = json.loads(said.statement)
    return found
