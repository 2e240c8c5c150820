"""The kinds of value that settings are made of, each with an error that says what would be right."""

import ipaddress
import re
import zoneinfo
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainValidator, ValidationInfo
from unpaddedbase64 import decode_base64, encode_base64

from config.errors import MalformedId
from config.identifiers import ServerName, UserId
from config.sentence import wrong

OWN_POSTGRESQL = "postgresql"
"""The database server that `beffroi up` makes and runs itself."""

_KEY_BYTES = 32
_ROOM = re.compile(r"#[^:\s\x00]{1,100}:[A-Za-z0-9.:\[\]-]{1,150}|![A-Za-z0-9_~./+=:-]{1,250}")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|never")
_TERRITORIES = frozenset({"", "57", "6AE", "971", "972", "973", "974", "976", "BL", "MF", "NC", "PF", "PM", "WF"})
"""Where public holidays differ: the subdivisions of France in python-holidays, but for its zones of school holidays."""
_LOCAL_NAME = re.compile(r"(?:[a-z0-9-]+\.)*localhost")


class Settings(BaseModel):
    """Settings cannot be changed once read, and an unknown key is an error: it is most often a misspelt one."""

    # Strict, or YAML's `client_port: "8008"` and `name: no` would be read as something that nobody wrote.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)


def _server_name(raw: object) -> ServerName:
    try:
        name = ServerName.parse(raw)
    except MalformedId as exc:
        raise wrong(
            "{given} is no server name: a domain only, without https:// or spaces, as in valbourg.fr",
            given=f"{raw!s:.60}",
        ) from exc
    if name != name.lower():
        raise wrong("write it in lower case: {name}", name=name.lower())
    return name


def _siren(raw: object) -> str:
    """Nine digits with a Luhn check; spaces and an unquoted number are accepted (Insee, code de commerce R123-220)."""
    # La Poste breaks Luhn in its SIRETs only: its SIREN 356 000 000 passes like any other.
    digits = re.sub(r"[\s\u202f\u00a0]", "", str(raw)) if isinstance(raw, str | int) else ""
    if re.fullmatch(r"[0-9]{9}", digits) is None:
        raise wrong('a SIREN is nine digits, for example "217500016" (in quotes when it begins with 0)')
    if sum(_luhn(index, int(digit)) for index, digit in enumerate(reversed(digits))) % 10:
        raise wrong("this SIREN has a wrong check digit; look it up on annuaire-entreprises.data.gouv.fr")
    return digits


def _luhn(index: int, digit: int) -> int:
    return sum(divmod(digit * 2, 10)) if index % 2 else digit


def _timezone(raw: str) -> str:
    try:
        zoneinfo.ZoneInfo(raw)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise wrong("this is no IANA time zone; for example Europe/Paris or Indian/Reunion") from exc
    return raw


def _territory(raw: str) -> str:
    if raw not in _TERRITORIES:
        raise wrong(
            'leave it out in most of France; "57" or "6AE" (Moselle, Alsace), "971" to "974", "976",'
            ' "BL", "MF", "NC", "PF", "PM" or "WF" have public holidays of their own'
        )
    return raw


def _public_key(raw: str) -> str:
    try:
        decoded = decode_base64(raw)
    except ValueError:
        decoded = b""
    if len(decoded) != _KEY_BYTES:
        raise wrong("an Ed25519 public key is 32 bytes: 43 characters of base64")
    # matrix-rust-sdk silently drops keys in padded base64, so there is one spelling only.
    if encode_base64(decoded) != raw:
        raise wrong("write the key in unpadded base64: {key}", key=encode_base64(decoded))
    return raw


def _client_url(raw: str) -> str:
    if not raw:
        return raw
    try:
        parts = urlsplit(raw)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        raise wrong("this is no web address; for example https://matrix.valbourg.fr")
    if parts.username is not None or parts.query or parts.fragment or parts.path not in {"", "/"}:
        raise wrong("only scheme, host and port belong here: {url}", url=f"{parts.scheme}://{host}")
    if parts.scheme == "http" and not _is_local(host):
        raise wrong("passwords would travel in the clear: use {url}", url=f"https://{host}")
    return raw.rstrip("/")


def _is_local(host: str) -> bool:
    if _LOCAL_NAME.fullmatch(host):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bind(raw: str) -> str:
    try:
        return str(ipaddress.ip_address(raw))
    except ValueError as exc:
        raise wrong("this is no IP address; for example 127.0.0.1, or 0.0.0.0 for every interface") from exc


def _port(raw: int) -> int:
    if not 0 < raw < 65536:
        raise wrong("a port lies between 1 and 65535")
    return raw


def _count(raw: int) -> int:
    if not 0 <= raw <= 1000:
        raise wrong("write a number between 0 and 1000")
    return raw


def _seconds(raw: int) -> int:
    if not 10 <= raw <= 300:
        raise wrong("write a number of seconds between 10 and 300")
    return raw


def _database(raw: str) -> str:
    if raw in {"sqlite", OWN_POSTGRESQL}:
        return raw
    try:
        parts = urlsplit(raw)
        password, _ = parts.password, parts.port
    except ValueError as exc:
        raise wrong("write sqlite, postgresql (one of our own), or postgresql://user@host/database") from exc
    if parts.scheme != "postgresql" or not parts.path.strip("/"):
        raise wrong("write sqlite, postgresql (one of our own), or postgresql://user@host/database")
    if password is not None:
        raise wrong("no password belongs in this file: put it into ~/.pgpass (or the file that PGPASSFILE names)")
    return raw


def _email(raw: str) -> str:
    # RFC 5321 allows far more; nobody's town hall uses it, and this line ends up in a Caddyfile.
    if raw and re.fullmatch(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,63}", raw) is None:
        raise wrong("this is no e-mail address; for example informatique@valbourg.fr")
    return raw


def _sha256(raw: str) -> str:
    if raw and re.fullmatch(r"[0-9a-f]{64}", raw) is None:
        raise wrong("a SHA-256 is 64 hexadecimal digits in lower case, as sha256sum prints it")
    return raw


def _pem(raw: str) -> str:
    from cryptography import x509  # noqa: PLC0415 - only a trial has such a line, and it is no small import

    try:
        x509.load_pem_x509_certificate(raw.encode())
    except ValueError as exc:
        raise wrong("this is no certificate in PEM (-----BEGIN CERTIFICATE-----)") from exc
    return raw


def _text(raw: str) -> str:
    if not raw.strip() or not raw.isprintable():
        raise wrong("write a name, on one line and without control characters")
    return raw.strip()


def _anchored(raw: Path, info: ValidationInfo) -> Path:
    """A relative path starts at the folder of the file that says it (the validation context's ``folder``)."""
    context: Any = info.context
    return Path(context["folder"]) / raw if isinstance(context, dict) and "folder" in context else raw


def _as_path(raw: object) -> object:
    return Path(raw) if isinstance(raw, str) and raw else raw


def _as_tuple(raw: object) -> object:
    return tuple(raw) if isinstance(raw, list) else raw


AnyServerName = Annotated[ServerName, PlainValidator(_server_name)]
AnyUserId = Annotated[UserId, PlainValidator(UserId.parse)]
Siren = Annotated[str, PlainValidator(_siren)]


def _room(raw: str) -> str:
    if _ROOM.fullmatch(raw) is None:
        raise wrong("write the room's address, as in `#administrateurs:valbourg.fr`, or its id, which begins with `!`")
    return raw


AnyRoom = Annotated[str, AfterValidator(_room)]
"""A room's address or its id."""
NEVER = "never"


def _clock(raw: object) -> str:
    # YAML reads 03:15 without quotes as 195 (sexagesimal).
    if not isinstance(raw, str) or _CLOCK.fullmatch(raw) is None:
        raise wrong('write a time of day in quotes, as in "03:15", or never')
    return raw


Clock = Annotated[str, BeforeValidator(_clock)]
"""``HH:MM``, or ``never``."""
Timezone = Annotated[str, AfterValidator(_timezone)]
Territory = Annotated[str, AfterValidator(_territory)]
PublicKey = Annotated[str, AfterValidator(_public_key)]
ClientUrl = Annotated[str, AfterValidator(_client_url)]
Bind = Annotated[str, AfterValidator(_bind)]
Port = Annotated[int, AfterValidator(_port)]
Count = Annotated[int, AfterValidator(_count)]
Seconds = Annotated[int, AfterValidator(_seconds)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
Email = Annotated[str, AfterValidator(_email)]
Sha256 = Annotated[str, AfterValidator(_sha256)]
CertificatePem = Annotated[str, AfterValidator(_pem)]
Text = Annotated[str, AfterValidator(_text)]
AnchoredPath = Annotated[Path, BeforeValidator(_as_path), AfterValidator(_anchored)]
AsTuple = BeforeValidator(_as_tuple)
"""YAML knows lists only; frozen settings hold tuples."""
