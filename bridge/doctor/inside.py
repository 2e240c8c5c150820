"""What the homeserver and the assistant say of themselves."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Final

import aiohttp

from bridge.doctor.finding import Finding, ill, soon, unknown, well
from bridge.operate.ports import HOST
from bridge.people.administration import Administration
from bridge.people.listing import is_shown, missing
from config.settings import Collectivity
from config.texts import Texts, marks

_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_REFUSED_BY_US: Final = "refused by our server"
"""What the assistant calls a summary of its own that our homeserver did not take."""
_UPLOAD: Final = 500 << 20
"""``max_upload_size`` of the rendered homeserver.yaml."""
_IDENTITIES: Final = marks(
    "{count} identity has changed and is not confirmed", "{count} identities have changed and are not confirmed"
)
_SUMMARIES: Final = marks(
    "{count} summary of a room that a partner's assistant has sent was refused ({reasons})",
    "{count} summaries of rooms that partners' assistants have sent were refused ({reasons})",
)
_AHEAD: Final = marks(
    "{count} change is dated in the future, and does not count before its hour",
    "{count} changes are dated in the future, and do not count before their hour",
)
_GAPS: Final = marks("{count} operation is missing", "{count} operations are missing")


async def on_background(administration: Administration, texts: Texts) -> AsyncIterator[Finding]:
    """Ask for Synapse's background updates: until they are done, no upgrade is to be made."""
    _ = texts.gettext
    told = await administration.ask("GET", "/_synapse/admin/v1/background_updates/status")
    if told.get("enabled") is False:
        yield ill(
            "background",
            _("Synapse's background updates are switched off"),
            _("Switch them on again (admin API, background_updates/enabled), or restart Synapse."),
        )
    elif told.get("current_updates"):
        yield soon(
            "background",
            _("Synapse still works on its database after an upgrade"),
            _("Wait until it has finished before the next upgrade."),
        )
    else:
        yield well("background", _("no background update is under way"))


async def on_limits(administration: Administration, texts: Texts) -> AsyncIterator[Finding]:
    """Compare the largest upload that Synapse takes with what was rendered for it and for the proxy."""
    _ = texts.gettext
    told = await administration.ask("GET", "/_matrix/client/v1/media/config")
    limit = told.get("m.upload.size")
    size = _("Synapse takes files of up to {size} MB").format(size=(limit or 0) >> 20)
    if limit == _UPLOAD:
        yield well("limits", size)
    else:
        yield ill("limits", size, _("It runs with another configuration than the one rendered: `beffroi restart`."))


async def on_directory(
    administration: Administration, collectivity: Collectivity, texts: Texts
) -> AsyncIterator[Finding]:
    """Search the assistant and the administrators as anybody would."""
    _ = texts.gettext
    if await is_shown(administration, collectivity.assistant):
        yield well("directory", _("people find the assistant in the directory"))
    else:
        yield ill(
            "directory",
            _("people do not find {assistant} in the directory").format(assistant=collectivity.assistant),
            _(
                "Start the assistant once. If it runs: `beffroi doctor --mend` has the homeserver list everybody anew;"
                " if that does not help, render again and restart Synapse."
            ),
        )
    hidden = await missing(administration, collectivity.admins)
    if hidden:
        yield soon(
            "directory",
            _("people do not find {names} in the directory").format(names=", ".join(hidden)),
            _("`beffroi doctor --mend` has the homeserver list everybody anew."),
        )


async def on_assistant(http: aiohttp.ClientSession, collectivity: Collectivity, texts: Texts) -> AsyncIterator[Finding]:
    """Ask the assistant how it is."""
    _ = texts.gettext
    health = await health_of(http, collectivity)
    if health is not None:
        for finding in on_health(health, texts):
            yield finding
    elif collectivity.containers:
        yield unknown(
            "assistant",
            _("the assistant listens in its container only: it could not be asked from here"),
            _("Ask the engine: `sudo docker compose -f data/compose.yaml ps`."),
        )
    else:
        yield ill(
            "assistant", _("the assistant does not answer"), _("Start it: `beffroi up`; `beffroi logs assistant`.")
        )


def on_health(health: Mapping[str, Any], texts: Texts) -> Iterator[Finding]:
    """Judge what the assistant has said of itself; pure."""
    _ = texts.gettext
    if health.get("status") != "ok":
        yield ill(
            "assistant",
            _("the assistant is not well ({status})").format(status=health.get("status")),
            _("See `beffroi logs assistant`; restarting it loses nothing."),
        )
    else:
        yield well("assistant", _("the assistant is well"))
    if health.get("device_signed") is not True:
        yield ill(
            "assistant.signed",
            _("the assistant's device is not signed by its identity: strict clients do not hear it"),
            _(
                "Restart it; if that does not help, its secrets are not those that the homeserver knows: restore them "
                "from a backup."
            ),
        )
    else:
        yield well("assistant.signed", _("the assistant's device is signed by its identity"))
    if health.get("identities_changed"):
        yield soon(
            "identities",
            texts.ngettext(*_IDENTITIES, health["identities_changed"]).format(count=health["identities_changed"]),
            _("Compare with the person by telephone: `beffroi identity show`, then `identity confirm`."),
        )
    if health.get("gaps"):
        yield soon(
            "gaps",
            texts.ngettext(*_GAPS, health["gaps"]).format(count=health["gaps"]),
            _("They are asked of partners by themselves; if it lasts for a day, ask those who run them."),
        )
    if health.get("waiting"):
        yield soon(
            "waiting",
            texts.ngettext(*_AHEAD, health["waiting"]).format(count=health["waiting"]),
            _("A clock is ahead: see what the doctor says of clocks, of this machine and of partners, and set it."),
        )
    refused = _refused(health.get("snapshots"))
    if refused:
        count = sum(refused.values())
        yield soon(
            "snapshots",
            texts.ngettext(*_SUMMARIES, count).format(count=count, reasons=", ".join(refused)),
            _(
                "Tasks and dates from before may be missing in rooms that were joined since. `beffroi logs assistant`"
                " names the sender (snapshot_refused): have that partner run the version that you run; then restart."
            ),
        )


def _refused(snapshots: object) -> Mapping[str, int]:
    """Return why snapshots of others were refused since the start, and how many: not those that our server refused."""
    if not isinstance(snapshots, dict):
        return {}
    return {
        outcome.removeprefix("refused "): count
        for outcome, count in sorted(snapshots.items())
        if outcome.startswith("refused ") and outcome != _REFUSED_BY_US and count
    }


async def health_of(http: aiohttp.ClientSession, collectivity: Collectivity) -> Mapping[str, Any] | None:
    """Return what the assistant says of itself on this machine's loopback; None where it says nothing."""
    try:
        async with http.get(f"http://{HOST}:{collectivity.network.metrics_port}/healthz", timeout=_TIMEOUT) as response:
            told = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    return told if isinstance(told, dict) else None
