"""Requests to our homeserver, over nio's transport, with one kind of error.

nio returns errors as values and retries by itself in places that we cannot see; here every answer becomes either a
JSON object or one of the errors of ``errors.py``.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientTimeout
from nio import Api, AsyncClient

from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.port import Raw

_LONGEST_BODY = 256 * 1024 * 1024
_DEEPEST = 100


def path(*parts: str, version: str = "v3") -> str:
    """Build ``/_matrix/client/<version>/…`` from *parts*, each percent-encoded, ``/`` included."""
    built: str = Api._build_path(list(parts), base_path=f"/_matrix/client/{version}")
    return built


class Http:
    """One homeserver, one connection pool, one access token at a time."""

    def __init__(self, homeserver_url: str, user_id: str) -> None:
        self._client = AsyncClient(homeserver_url.rstrip("/"), user_id)
        self.token: str | None = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Raw | None = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float = 30,
        token: str | None = None,
    ) -> Raw:
        """Return the JSON object that the homeserver answers; *token* stands in for our own ("" for none).

        Raises ``Refused``, ``LoggedOut`` or ``Unreachable``.
        """
        headers = {"Content-Type": "application/json"} if body is not None else {}
        bearer = self.token if token is None else token
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        data = json.dumps(body, separators=(",", ":")) if body is not None else None
        target = f"{path}?{urlencode(query)}" if query else path
        try:
            # A bare number of seconds is what nio's annotation wants, and what aiohttp no longer takes.
            response = await self._client.send(
                method,
                target,
                data=data,
                headers=headers,
                timeout=ClientTimeout(total=timeout_s),
            )
            async with response:
                return decode_answer(response.status, await _read(response), response.headers.get("Retry-After"))
        except (ClientError, TimeoutError, OSError) as exc:
            raise Unreachable(f"{method} failed: {type(exc).__name__}") from exc

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()  # type: ignore[no-untyped-call]


async def _read(response: ClientResponse) -> bytes:
    if (response.content_length or 0) > _LONGEST_BODY:
        raise Unreachable("the answer is too long")
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_chunked(1 << 18):
        size += len(piece)
        if size > _LONGEST_BODY:
            raise Unreachable("the answer is too long")
        pieces.append(piece)
    return b"".join(pieces)


def decode_answer(status: int, text: bytes, retry_after: str | None) -> Raw:
    """Return the JSON object of a success, or raise ``Refused``, ``LoggedOut`` or ``Unreachable``."""
    body = parse_json(text)
    if 200 <= status < 300:
        if isinstance(body, dict):
            return body
        raise Unreachable(f"status {status} without a JSON object")
    if status == 429 or status >= 500:
        raise Unreachable(f"status {status}", _wait_s(body, retry_after))
    facts = body if isinstance(body, dict) else {}
    errcode = str(facts.get("errcode", ""))[:100]
    message = str(facts.get("error", ""))
    # A proxy in front of the homeserver answers 404 or 403 with a page while it restarts: that is not a Matrix answer.
    if not errcode:
        raise Unreachable(f"status {status} without an errcode")
    if status == 401 and errcode in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"):
        raise LoggedOut(status, errcode, message, soft=facts.get("soft_logout") is True)
    raise Refused(status, errcode, message)


def _wait_s(body: object, header: str | None) -> float | None:
    wait_ms = body.get("retry_after_ms") if isinstance(body, dict) else None
    if isinstance(wait_ms, int | float) and 0 <= wait_ms < 1e9:
        return float(wait_ms) / 1000
    return float(header) if header is not None and header.isdecimal() and len(header) < 7 else None


def parse_json(text: bytes) -> Any:
    """Parse *text*, or return None; what is nested too deep or counted too high is cut out, never fatal.

    One hostile event must not make a whole sync response unreadable for ever.
    """
    try:
        return json.loads(text)
    except (RecursionError, ValueError):
        return _parse_hostile(text)


def _parse_hostile(text: bytes) -> Any:
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(max(limit, 5_000))
        return _prune(json.loads(text, parse_int=_bounded_int))
    except (RecursionError, ValueError):
        return None
    finally:
        sys.setrecursionlimit(limit)


def _bounded_int(digits: str) -> int:
    return int(digits) if len(digits) < 25 else 0


def _prune(value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {key: _prune(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_prune(each, depth + 1) for each in value]
    return value
