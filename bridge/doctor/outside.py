"""What others see of the town: its names, its ports, its certificates, its .well-known."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from cryptography import x509

from bridge.doctor.finding import Finding, ill, soon, well
from bridge.doctor.machine import CLOCK
from bridge.operate.names import called
from bridge.operate.ports import HOST
from bridge.operate.services.certificates import Flaw, Given, leaf
from bridge.operate.services.reach import connector
from config.sentence import said
from config.settings import Collectivity
from config.texts import Texts, mark
from config.writing.clients import client_well_known, server_well_known

_RENEW: Final = timedelta(days=21)
"""ACME renews a month before the end: whoever is below this has been failing for a week."""
_OPEN: Final = mark("See `beffroi logs caddy`; the name must lead here, and ports 80 and 443 must be open.")
_DISBELIEVED: Final = mark("{where} shows a certificate that clients do not believe")
_SILENT: Final = mark("nobody answers at {where}, where people's clients go")
_NAMELESS: Final = mark(
    "`getent hosts debian.org` tells: where it prints nothing, see /etc/resolv.conf, which names whom this machine "
    "asks; where it prints addresses, see the name servers of the domain (NS, DNSSEC) at your DNS provider."
)
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


def _names(collectivity: Collectivity) -> list[str]:
    """Return the host names that must lead somewhere, most of them to this town."""
    hosts = {collectivity.client_host, collectivity.host, *collectivity.served_hosts}
    return sorted(host for host in hosts if host)


async def on_names(collectivity: Collectivity, texts: Texts) -> AsyncIterator[Finding]:
    """Look each name up in the DNS."""
    _ = texts.gettext
    for name in _names(collectivity):
        if name == "localhost" or name.endswith(".localhost") or name.replace(".", "").isdigit():
            yield well("dns", _("{name} is a name of this machine only (trial)").format(name=name))
            continue
        try:
            found = await asyncio.get_running_loop().getaddrinfo(name, 443, type=socket.SOCK_STREAM)
        except socket.gaierror as exc:
            if exc.errno == socket.EAI_AGAIN:
                broken = _(
                    "this machine gets no answer about {name}: its own way to the DNS is broken, or the name servers "
                    "of that domain are"
                )
                yield ill("dns", broken.format(name=name), _(_NAMELESS))
                return
            sentence = _("{name} leads nowhere").format(name=name)
            yield ill("dns", sentence, _("Create an A (and AAAA) record for it at your DNS provider."))
            continue
        addresses = ", ".join(sorted({str(entry[4][0]) for entry in found}))
        yield well("dns", _("{name} leads to {addresses}").format(name=name, addresses=addresses))


async def on_ports(collectivity: Collectivity, texts: Texts) -> AsyncIterator[Finding]:
    """Knock at each port that this town listens on."""
    _, network, web = texts.gettext, collectivity.network, collectivity.web
    doors = {}
    # In containers each has its own loopback: their health checks are the engine's.
    if not collectivity.containers:
        doors["synapse"] = (network.bind, network.client_port)
        doors["assistant"] = ("127.0.0.1", network.metrics_port)
    if network.certificate is not None:
        doors["federation"] = (network.bind, network.federation_port)
    if web is not None:
        doors["caddy"] = ("127.0.0.1", web.https_port)
        if not collectivity.containers:
            doors["share"] = (collectivity.share.bind, collectivity.share.port)
            doors["calendars"] = (collectivity.calendars.bind, collectivity.calendars.port)
    for name, (host, port) in doors.items():
        told = {"name": said(called(name), texts), "port": port}
        if await _listens(host, port):
            yield well("ports", _("{name} listens on port {port}").format(**told))
        else:
            sentence = _("nobody listens on port {port}: {name}").format(**told)
            yield ill("ports", sentence, _("Start it with `beffroi up`; `beffroi logs` says why it ended."))


async def _listens(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(5):
            _reader, writer = await asyncio.open_connection("127.0.0.1" if host == "0.0.0.0" else host, port)  # noqa: S104
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def on_certificate(found: Given, now: datetime, texts: Texts) -> Finding:
    """Judge a certificate on the disk: its key, its names, its end."""
    _ = texts.gettext
    renew = _("Have it issued anew and put it in the same place, then `beffroi restart`.")
    shown = leaf(found)
    if isinstance(shown, Flaw):
        return ill("certificate", said(shown.what, texts), said(shown.remedy, texts))
    for name in found.names:
        if not _is_for(shown, name):
            return ill("certificate", _("{file} is not for {name}").format(file=found.certificate, name=name), renew)
    return _on_term(shown, found.certificate.name, now, renew, texts)


def _is_for(leaf: x509.Certificate, name: str) -> bool:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    wild = "*." + name.partition(".")[2]
    return bool({name, wild} & {found.lower() for found in names.get_values_for_type(x509.DNSName)})


def _on_term(shown: x509.Certificate, what: str, now: datetime, renew: str, texts: Texts) -> Finding:
    """Judge from when and until when a certificate holds."""
    _ = texts.gettext
    if shown.not_valid_before_utc > now:
        early = _("the certificate {what} holds from {day} on only, and it is {now} for this machine")
        told = early.format(what=what, day=shown.not_valid_before_utc.date(), now=now.date())
        return ill("certificate", told, _(CLOCK))
    end = shown.not_valid_after_utc
    day = end.date()
    if end <= now:
        return ill("certificate", _("the certificate {what} expired on {day}").format(what=what, day=day), renew)
    if end - now < _RENEW:
        return soon("certificate", _("the certificate {what} ends on {day}").format(what=what, day=day), renew)
    return well("certificate", _("the certificate {what} holds until {day}").format(what=what, day=day))


async def on_door(collectivity: Collectivity, now: datetime, texts: Texts) -> AsyncIterator[Finding]:
    """Come in as people's clients do, by the public address, and look at the certificate that is shown there."""
    _, url = texts.gettext, collectivity.network.client_url
    where = urlsplit(url).netloc
    remedy = _(_OPEN)
    try:
        async with (
            aiohttp.ClientSession(connector=connector(collectivity), timeout=_TIMEOUT) as http,
            http.get(f"{url}/_matrix/client/versions") as response,
        ):
            answered = response.status == 200 and "versions" in await response.json(content_type=None)
        shown = await _shown(collectivity)
    except aiohttp.ClientConnectorCertificateError:
        yield ill("door", _(_DISBELIEVED).format(where=where), remedy)
        # Most often it has ended, or this machine's clock is wrong, and then that is what to mend.
        disbelieved = None
        with suppress(OSError):
            disbelieved = await _shown(collectivity, believed=False)
        if disbelieved is not None and not _holds(disbelieved, now):
            yield _on_term(disbelieved, where, now, remedy, texts)
        return
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
        yield ill("door", _(_SILENT).format(where=where), remedy)
        return
    if not answered:
        yield ill("door", _("what answers at {where} is not Synapse").format(where=where), remedy)
        return
    yield well("door", _("people's clients get through at {where}").format(where=where))
    if shown is not None:
        yield _on_term(shown, where, now, remedy, texts)
    # Each name has a certificate of its own, which may fail alone.
    for host in collectivity.served_hosts:
        if host != collectivity.client_host:
            yield await _on_shown(collectivity, host, now, texts)


def _holds(shown: x509.Certificate, now: datetime) -> bool:
    return shown.not_valid_before_utc <= now < shown.not_valid_after_utc


async def _on_shown(collectivity: Collectivity, host: str, now: datetime, texts: Texts) -> Finding:
    _ = texts.gettext
    remedy = _(_OPEN)
    try:
        shown = await _shown(collectivity, host)
    except ssl.SSLError:
        return ill("door", _(_DISBELIEVED).format(where=host), remedy)
    except OSError:
        shown = None
    if shown is None:
        return ill("door", _(_SILENT).format(where=host), remedy)
    return _on_term(shown, host, now, remedy, texts)


async def _shown(collectivity: Collectivity, host: str = "", *, believed: bool = True) -> x509.Certificate | None:
    """Return the certificate that *host* (else the public address) shows; None where there is none.

    Raises ``OSError`` where nobody is there, or, unless *believed* is False, where nobody would believe it.
    """
    parts = urlsplit(collectivity.network.client_url)
    if parts.scheme != "https" or not parts.hostname:
        return None
    trial = collectivity.web is not None and collectivity.web.trial
    authority = collectivity.paths.authority / "authority.crt"
    context = ssl.create_default_context(cafile=str(authority) if trial else None)
    if not believed:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    name = host or parts.hostname
    where = HOST if trial else name
    async with asyncio.timeout(10):
        _reader, writer = await asyncio.open_connection(where, parts.port or 443, ssl=context, server_hostname=name)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return None if shown is None else x509.load_der_x509_certificate(shown)


async def on_well_known(collectivity: Collectivity, texts: Texts) -> AsyncIterator[Finding]:
    """Read the .well-known files where others look for them, and compare them with what was rendered."""
    _ = texts.gettext
    if collectivity.web is None and urlsplit(collectivity.network.client_url).scheme == "http":
        yield well("well-known", _("a town on this machine only needs no .well-known"))
        return
    port = collectivity.web.https_port if collectivity.web is not None and collectivity.web.trial else 443
    base = f"https://{collectivity.server_name.partition(':')[0]}:{port}/.well-known/matrix"
    wanted: Mapping[str, Mapping[str, object]] = {
        "client": client_well_known(collectivity),
        "server": server_well_known(collectivity),
    }
    remedy = _("Serve the rendered well-known/matrix files there, with Access-Control-Allow-Origin: *.")
    async with aiohttp.ClientSession(connector=connector(collectivity), timeout=_TIMEOUT) as http:
        for name, right in wanted.items():
            found = await _read(http, f"{base}/{name}")
            if found is None:
                yield ill("well-known", _("{url} cannot be read").format(url=f"{base}/{name}"), remedy)
            elif any(found.get(key) != value for key, value in right.items()):
                yield ill("well-known", _("{url} says something else").format(url=f"{base}/{name}"), remedy)
            else:
                yield well("well-known", _("{url} is right").format(url=f"{base}/{name}"))


async def _read(http: aiohttp.ClientSession, url: str) -> Mapping[str, object] | None:
    try:
        async with http.get(url) as response:
            found = json.loads(await response.text()) if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
        return None
    return found if isinstance(found, dict) else None


async def skew(http: aiohttp.ClientSession, url: str, now: datetime) -> float | None:
    """Return how many seconds the clock of who answers at *url* is ahead of ours; None when nobody tells."""
    try:
        async with http.get(url, allow_redirects=False) as response:
            told = response.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None
    try:
        return (parsedate_to_datetime(told) - now).total_seconds() if told else None
    except ValueError:
        return None
