"""The antivirus: whether it answers, says what it has not opened, takes what it is sent, and is up to date."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from bots.antivirus.clamd import Clamd
from bots.antivirus.verdict import Why
from bridge.doctor.finding import Finding, ill, soon, well
from config.settings import Collectivity
from config.texts import Texts

_CHECK: Final = "antivirus"
_SIGNATURES: Final = "antivirus.signatures"
_STALE: Final = timedelta(days=3)
_OLD: Final = timedelta(days=8)
_PIECE: Final = 1 << 20


async def on_antivirus(collectivity: Collectivity, now: datetime, texts: Texts) -> AsyncIterator[Finding]:
    """Ask the clamd that the settings name as the assistant does."""
    _ = texts.gettext
    asked = collectivity.antivirus
    if asked is None:
        yield soon(
            _CHECK,
            _("there is no antivirus: nothing that people send or share is checked, and the pages say so"),
            _("Install clamav-daemon and clamav-freshclam, and write into collectivity.yaml: {line}").format(
                line="antivirus: {socket: /run/clamav/clamd.ctl}"
            ),
        )
        return
    clamd = Clamd(asked.address, asked.largest)
    version = await clamd.version()
    if version is None:
        yield ill(
            _CHECK,
            _("the antivirus does not answer at {address}: files wait to be checked").format(address=asked.address),
            _("Start it (systemctl start clamav-daemon), or correct antivirus in collectivity.yaml."),
        )
        return
    yield await _on_trust(clamd, version.engine, texts)
    yield _on_age(version.signatures, now, texts)


async def _on_trust(clamd: Clamd, engine: str, texts: Texts) -> Finding:
    """Try its two probes, and a file as large as it may be."""
    _ = texts.gettext
    doubt = await clamd.doubt()
    if doubt is not None and doubt.why is Why.LAX:
        return ill(
            _CHECK,
            _("the antivirus calls clean what it has not opened, so nothing that it says is believed"),
            _("Write into clamd.conf: {lines}; then restart it.").format(
                lines="AlertEncrypted yes, AlertExceedsMax yes"
            ),
        )
    found = await clamd.scan(_nothing(clamd.largest), clamd.largest)
    if not found.clean:
        return ill(
            _CHECK,
            _("the antivirus does not take files of {size} MiB").format(size=clamd.largest >> 20),
            _("Raise {options} in clamd.conf, or lower antivirus.largest_mb in collectivity.yaml.").format(
                options="StreamMaxLength, MaxFileSize, MaxScanSize"
            ),
        )
    return well(_CHECK, _("{engine} checks files of up to {size} MiB").format(engine=engine, size=clamd.largest >> 20))


def _on_age(signatures: str, now: datetime, texts: Texts) -> Finding:
    """Judge since when its signatures are: as it says itself, in this machine's time."""
    _ = texts.gettext
    update = _("Look at freshclam: systemctl status clamav-freshclam.")
    try:
        since = datetime.strptime(signatures, "%a %b %d %H:%M:%S %Y").astimezone()
    except ValueError:
        return soon(_SIGNATURES, _("the antivirus does not say of when its signatures are"), update)
    said = _("the antivirus's signatures are of {day}").format(day=since.date())
    if now - since > _OLD:
        return ill(_SIGNATURES, said, update)
    return soon(_SIGNATURES, said, update) if now - since > _STALE else well(_SIGNATURES, said)


async def _nothing(size: int) -> AsyncIterator[bytes]:
    for start in range(0, size, _PIECE):
        yield bytes(min(_PIECE, size - start))
