"""Debian's Thunderbird, headless, with calendars that it subscribes to; asked over Marionette, in its own words."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from bridge.operate.ports import free_port

_PATIENCE: Final = 300.0
_PREFERENCES: Final = {
    "calendar.timezone.local": "Europe/Paris",
    "calendar.timezone.useSystemTimezone": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.spotlight.firstRunDone": True,
    "mail.accounthub.enabled": False,
    "mailnews.start_page.enabled": False,
    "mail.rights.version": 1,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.donation.eoy.version.viewed": 999,
    "app.update.enabled": False,
}
_LOOK: Final = """
const [name, from, until, done] = arguments;
(async () => {
  const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
  const calendar = cal.manager.getCalendars().find((calendar) => calendar.name == name);
  const filter = Ci.calICalendar.ITEM_FILTER_ALL_ITEMS | Ci.calICalendar.ITEM_FILTER_CLASS_OCCURRENCES;
  const [first, last] = [from, until].map((moment) => cal.createDateTime(moment));
  const items = await calendar.getItemsAsArray(filter, 0, first, last);
  const placed = (moment) => (moment.timezone.isFloating ? moment.getInTimezone(cal.dtz.defaultTimezone) : moment);
  const said = (moment) => (moment.isDate ? moment : placed(moment).getInTimezone(cal.dtz.UTC)).icalString;
  return items.map((item) => `${item.id}|${said(item.startDate)}|${said(item.endDate)}`);
})().then(done, (error) => done(String(error)));
"""


class Thunderbird:
    """One that runs."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)

    async def occurrences(self, name: str, since: str, until: str) -> list[str]:
        """Return what the calendar *name* shows between two instants: ``UID|start|end``, as ``agenda expand`` does."""
        while True:
            found = (await self._ask("WebDriver:ExecuteAsyncScript", script=_LOOK, args=[name, since, until]))["value"]
            assert isinstance(found, list), found
            if found:
                return sorted(found)
            # Its manager knows a calendar before it has read it.
            await asyncio.sleep(0.2)

    async def open(self) -> None:
        """Begin a session in the program itself, not in a page of it."""
        await self._answer()
        await self._ask("WebDriver:NewSession", capabilities={"alwaysMatch": {}})
        await self._ask("Marionette:SetContext", value="chrome")
        await self._ask("WebDriver:SetTimeouts", script=int(_PATIENCE * 1000))

    async def _ask(self, command: str, **parameters: Any) -> dict[str, Any]:
        sent = json.dumps([0, next(self._numbers), command, parameters]).encode()
        self._writer.write(b"%d:%s" % (len(sent), sent))
        _, _, error, result = await self._answer()
        assert error is None, error
        return dict(result)

    async def _answer(self) -> Any:
        length = await self._reader.readuntil(b":")
        return json.loads(await self._reader.readexactly(int(length[:-1])))


@asynccontextmanager
async def thunderbird(folder: Path, calendars: Mapping[str, str]) -> AsyncIterator[Thunderbird]:
    """Yield a Thunderbird with a profile below *folder* that subscribes to *calendars* (names and addresses)."""
    profile, port = folder / "profile", free_port()
    profile.mkdir()
    wanted = {**_PREFERENCES, "marionette.port": port, **_subscriptions(calendars)}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wanted.items())
    (profile / "user.js").write_text("".join(lines))
    command = ("thunderbird", "--headless", "--no-remote", "--marionette", "--remote-allow-system-access")
    with (folder / "thunderbird.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            "--profile",
            str(profile),
            stdout=log,
            stderr=log,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    try:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await _connected(port)
            with contextlib.closing(writer):
                running = Thunderbird(reader, writer)
                await running.open()
                yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _subscriptions(calendars: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, address in calendars.items():
        at = f"calendar.registry.{uuid4()}"
        found |= {f"{at}.name": name, f"{at}.type": "ics", f"{at}.uri": address, f"{at}.readOnly": True}
        found |= {f"{at}.disabled": False, f"{at}.cache.enabled": False}
    return found


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.1)
