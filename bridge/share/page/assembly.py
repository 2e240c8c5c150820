"""The page as it is sent: one document, its styles and scripts in it, and a policy that names each by its hash. Pure.

In one document, because a hash in a policy covers what stands in the page in every browser, and files beside it do not
everywhere; and because whoever publishes one hash can be checked against one hash.
"""

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ASSETS: Final = Path(__file__).with_name("assets")
MODULES: Final = (
    "encoding.js",
    "trouble.js",
    "reaching.js",
    "words.js",
    "visiting.js",
    "names.js",
    "address.js",
    "keys.js",
    "manifest.js",
    "chunks.js",
    "server.js",
    "fetching.js",
    "saving.js",
    "view.js",
    "main.js",
)
"""In an order in which each needs only those before it."""
BOX_MODULES: Final = (
    "encoding.js",
    "trouble.js",
    "reaching.js",
    "words.js",
    "visiting.js",
    "names.js",
    "box/entrance.js",
    "box/descriptor.js",
    "box/hpke.js",
    "box/door.js",
    "box/sending.js",
    "box/resuming.js",
    "box/saying.js",
    "box/answers.js",
    "box/receipt.js",
    "box/paper.js",
    "box/view.js",
    "box/main.js",
)
"""The same for the page of a drop box."""
_ARGON2: Final = "vendor/argon2.umd.min.js"
_SHA256: Final = "vendor/sha256.umd.min.js"
_IMPORT: Final = re.compile(r'^import \{ [^}]+ \} from "\.{1,2}/\w+\.js";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:const|class|function))", re.MULTILINE)
_SLOT: Final = re.compile(r"\{\{ (\w+) \}\}")


@dataclass(frozen=True, slots=True)
class Page:
    """A document and the ``Content-Security-Policy`` that it is sent with."""

    document: bytes
    policy: str


@dataclass(frozen=True, slots=True)
class Place:
    """Whose pages they are, as they say it (*office*), and in which time *zone* (IANA) they say hours."""

    office: str = ""
    zone: str = "Europe/Paris"


NOWHERE: Final = Place()


def bundled(sources: Sequence[str]) -> str:
    """Return ES modules joined to one: imports of one another go, and so does the word ``export``.

    Raises ``ValueError`` where one imports anything else.
    """
    joined = "\n".join(_EXPORT.sub("", _IMPORT.sub("", source)) for source in sources)
    if left := re.search(r"^(?:import|export)\b.*", joined, re.MULTILINE):
        raise ValueError(f"this line cannot be joined: {left[0]}")
    return joined


def assembled(place: Place = NOWHERE) -> Page:
    """Return the page of a share link."""
    return _whole("index.html", _read("style.css"), _ARGON2, MODULES, place)


def assembled_box(place: Place = NOWHERE) -> Page:
    """Return the page of a drop box."""
    return _whole("box/index.html", _read("style.css") + _read("box/box.css"), _SHA256, BOX_MODULES, place)


def _whole(document: str, style: str, vendor: str, modules: Sequence[str], place: Place) -> Page:
    parts = {"style": style, "vendor": _read(vendor), "script": bundled([_read(name) for name in modules])}
    for part in parts.values():
        if "</script" in part.lower() or "</style" in part.lower() or "<!--" in part:
            raise ValueError("a part would end its own element")
    said = {**parts, "office": html.escape(place.office), "zone": html.escape(place.zone)}
    whole = _SLOT.sub(lambda slot: said[slot[1]], _read(document))
    return Page(whole.encode(), _policy(parts))


def worker() -> bytes:
    """Return the service worker."""
    return (ASSETS / "sw.js").read_bytes()


def _policy(parts: Mapping[str, str]) -> str:
    directives = (
        "default-src 'none'",
        # Argon2id and SHA-256 are WebAssembly: that word lets them be compiled, and no text be run as a script.
        f"script-src {_hash(parts['vendor'])} {_hash(parts['script'])} 'wasm-unsafe-eval'",
        f"style-src {_hash(parts['style'])}",
        "connect-src 'self'",
        "worker-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types beffroi",
    )
    return "; ".join(directives)


def _hash(part: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
