"""What only this collectivity knows: made once, kept in files of mode 0600, never made again."""

import base64
import binascii
import os
import re
import secrets as randomness
import shutil
import string
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from unpaddedbase64 import decode_base64, encode_base64

from config.errors import InvalidSettings
from config.files import sync_directory, write_new
from config.sentence import sentence

_SEED_BYTES = 32
_TOKENS = ("registration_shared_secret", "macaroon_secret_key", "form_secret", "as_token", "hs_token")
_SEEDS = ("register_seed", "master_seed", "self_signing_seed", "user_signing_seed")
_SIGNING_KEY = "synapse_signing_key"
_NAMES = (_SIGNING_KEY, *_TOKENS, *_SEEDS)
_TOKEN = re.compile(r"[0-9a-f]{64}")
_SIGNING_LINE = re.compile(r"ed25519 a_[A-Za-z0-9]{4} (?P<seed>[A-Za-z0-9+/]{43})")


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The collectivity's secrets; showing the object shows none of them."""

    synapse_signing_key: str
    """Synapse's federation signing key: one line in signedjson's format, ``ed25519 a_XXXX <seed>``."""
    registration_shared_secret: str
    """Lets whoever holds it register users, administrators included, through Synapse's admin API."""
    macaroon_secret_key: str
    form_secret: str
    as_token: str
    """What the assistant's registration proves itself to Synapse with."""
    hs_token: str
    register_seed: bytes
    """32 bytes: the Ed25519 key that signs the assistant's operations."""
    master_seed: bytes
    """32 bytes: the assistant's cross-signing master key; the next two likewise."""
    self_signing_seed: bytes
    user_signing_seed: bytes

    @classmethod
    def load_or_create(cls, directory: Path) -> Self:
        """Read the secrets in *directory*, making all of them if it does not exist yet.

        A directory that exists is never added to: a missing or damaged secret raises ``InvalidSettings``, because a
        new one in its place would lock the collectivity out of its own federation. Raises ``OSError`` when the disk
        refuses.
        """
        if not directory.is_dir() or not any(directory.iterdir()):
            _create(directory)
        return cls.load(directory)

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Read the secrets in *directory*, or raise ``InvalidSettings``; nothing is ever written."""
        lines = {name: _read(directory / name) for name in _NAMES}
        if _SIGNING_LINE.fullmatch(lines[_SIGNING_KEY]) is None:
            raise _damaged(
                directory / _SIGNING_KEY, sentence("it should hold one line, ed25519 a_XXXX and 43 characters")
            )
        for name in _TOKENS:
            if _TOKEN.fullmatch(lines[name]) is None:
                raise _damaged(directory / name, sentence("it should hold 64 hexadecimal digits"))
        seeds = {name: _seed(directory / name, lines[name]) for name in _SEEDS}
        return cls(
            synapse_signing_key=lines["synapse_signing_key"],
            registration_shared_secret=lines["registration_shared_secret"],
            macaroon_secret_key=lines["macaroon_secret_key"],
            form_secret=lines["form_secret"],
            as_token=lines["as_token"],
            hs_token=lines["hs_token"],
            register_seed=seeds["register_seed"],
            master_seed=seeds["master_seed"],
            self_signing_seed=seeds["self_signing_seed"],
            user_signing_seed=seeds["user_signing_seed"],
        )

    @property
    def register_public_key(self) -> str:
        """The public half of ``register_seed``, unpadded base64: what ``federation.yaml`` lists."""
        return _public(self.register_seed)

    @property
    def master_public_key(self) -> str:
        """The public half of ``master_seed``, unpadded base64: what ``federation.yaml`` lists."""
        return _public(self.master_seed)

    def __repr__(self) -> str:
        return "Secrets(…)"


def _public(seed: bytes) -> str:
    encoded: str = encode_base64(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())
    return encoded


def _fresh() -> Mapping[str, str]:
    version = "".join(randomness.choice(string.ascii_letters) for _ in range(4))
    return {
        _SIGNING_KEY: f"ed25519 a_{version} {_fresh_seed()}",
        **{name: randomness.token_hex(32) for name in _TOKENS},
        **{name: _fresh_seed() for name in _SEEDS},
    }


def _fresh_seed() -> str:
    encoded: str = encode_base64(randomness.token_bytes(_SEED_BYTES))
    return encoded


def _create(directory: Path) -> None:
    """Make every secret beside *directory*, then give the whole its name: all of them exist or none."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))  # mkdtemp makes it 0700
    try:
        for name, line in _fresh().items():
            write_new(draft / name, line + "\n", 0o600)
        sync_directory(draft)
        _take_name(draft, directory)
        sync_directory(directory.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _take_name(draft: Path, directory: Path) -> None:
    try:
        os.replace(draft, directory)  # noqa: PTH105 - Path.replace cannot replace an empty directory on every system
    except OSError:
        # Another process was quicker (the name is a directory with files in it): its secrets are the collectivity's.
        if not directory.is_dir() or not any(directory.iterdir()):
            raise


def _read(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise InvalidSettings(
                sentence("{path}: other users of this machine may read this secret; run: chmod 600 {path}", path=path)
            )
        return path.read_text(encoding="ascii").removesuffix("\n")
    except FileNotFoundError as exc:
        raise _damaged(path, sentence("it is missing")) from exc
    except UnicodeDecodeError as exc:
        raise _damaged(path, sentence("it is not text")) from exc
    except OSError as exc:
        problem = sentence("{path}: this secret cannot be read: {reason}", path=path, reason=exc.strerror)
        raise InvalidSettings(problem) from exc


def _seed(path: Path, line: str) -> bytes:
    try:
        seed: bytes = decode_base64(line)
    except (ValueError, binascii.Error):
        seed = b""
    if len(seed) != _SEED_BYTES or base64.b64encode(seed).decode().rstrip("=") != line:
        raise _damaged(path, sentence("it should hold 43 characters of unpadded base64"))
    return seed


def _damaged(path: Path, how: str) -> InvalidSettings:
    # Never the content: this message ends up in terminals and logs.
    return InvalidSettings(
        sentence(
            "{path}: this secret is damaged: {how}. Restore it from a backup: a new one would not fit what others know",
            path=path,
            how=how,
        )
    )
