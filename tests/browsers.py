"""Real browsers, headless: Debian's Chromium over the DevTools protocol, its Firefox over WebDriver BiDi.

Both send everything through a :class:`tests.recorder.Recorder`, also what is meant for this machine.
"""

import asyncio
import itertools
import json
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import psutil

_PATIENCE = 120.0

NAMES = ("chromium", "firefox")


class Refusal(Exception):
    """The browser, or a script in it, says no."""


class Browser(Protocol):
    """What tests do with a browser."""

    downloads: Path
    """Where it puts files."""

    @property
    def requested(self) -> list[str]:
        """The addresses that its pages have asked for."""

    async def preload(self, script: str) -> None:
        """Run *script* (statements) in each page before its own."""

    async def open(self, url: str) -> None:
        """Go to *url*; returns when its document is there."""

    async def reload(self) -> bool:
        """Load the page anew, as a person does, whatever it asks before; tell whether it asked."""

    async def evaluate(self, expression: str) -> Any:
        """Return what *expression* is in the page, or resolves to, as JSON."""

    async def press(self, key: str) -> None:
        """Press ``Tab``, ``Enter``, ``Space`` or a character."""

    async def choose(self, name: str, *paths: Path) -> None:
        """Choose files of this machine's disk in the field whose id is *name*, as a person does in its dialog."""

    async def resize(self, width: int) -> None:
        """Show pages *width* points wide: 900 at the beginning."""

    async def screenshot(self, path: Path) -> None:
        """Write a picture of the page."""

    def memory(self) -> int:
        """Return the bytes of its processes' memory, what they share counted once (PSS)."""

    async def kill(self) -> None:
        """End all of its processes with SIGKILL, as a power cut would."""


class _Wire:
    """Numbered questions and answers over a web socket; of what comes unasked the requests of pages are kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requested: list[str] = []
        self.asked = 0
        """How often a page has asked something of whoever leaves it."""
        self.reading = asyncio.create_task(self._read())

    async def ask(self, method: str, params: dict[str, Any], **more: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params, **more})
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._waiting[number]
        finally:
            del self._waiting[number]
        if "error" in answer:
            raise Refusal(json.dumps(answer)[:500])
        found: dict[str, Any] = answer["result"]
        return found

    async def _read(self) -> None:
        async for message in self._socket:
            said = json.loads(message.data)
            if said.get("method") in ("Network.requestWillBeSent", "network.beforeRequestSent"):
                self.requested.append(said["params"]["request"]["url"])
            if said.get("method") in ("Page.javascriptDialogOpening", "browsingContext.userPromptOpened"):
                self.asked += 1
                await self._leave(said)
            waiting = self._waiting.get(said.get("id"))
            if waiting is not None and not waiting.done():
                waiting.set_result(said)

    async def _leave(self, said: dict[str, Any]) -> None:
        """Say that one wants to leave all the same; Firefox does that by itself."""
        if "sessionId" in said:
            accepting = {"method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            await self._socket.send_json({"id": next(self._numbers), "sessionId": said["sessionId"], **accepting})


class _Process:
    """A browser's processes, in a group of their own, and its log."""

    def __init__(self, process: asyncio.subprocess.Process, downloads: Path) -> None:
        self._process, self.downloads = process, downloads

    def memory(self) -> int:
        """See :class:`Browser`."""
        main = psutil.Process(self._process.pid)
        total = 0
        for process in (main, *main.children(recursive=True)):
            try:
                total += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return total

    async def kill(self) -> None:
        """See :class:`Browser`."""
        os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def end(self) -> None:
        """End all of them."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                break
            try:
                await asyncio.wait_for(self._process.wait(), 10)
            except TimeoutError:
                continue


class Chromium(_Process):
    """Debian's Chromium."""

    def __init__(self, process: asyncio.subprocess.Process, downloads: Path, wire: _Wire, session: str) -> None:
        super().__init__(process, downloads)
        self._wire, self._session = wire, session

    @property
    def requested(self) -> list[str]:
        """See :class:`Browser`."""
        return self._wire.requested

    async def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._wire.ask(method, params, sessionId=self._session)

    async def preload(self, script: str) -> None:
        """See :class:`Browser`."""
        await self._ask("Page.addScriptToEvaluateOnNewDocument", source=script)

    async def open(self, url: str) -> None:
        """See :class:`Browser`."""
        # Another document, also where only the fragment is another.
        await self._ask("Page.navigate", url="about:blank")
        await self._ask("Page.navigate", url=url)
        await until(lambda: self.evaluate("document.readyState === 'complete' && location.href !== 'about:blank'"))

    async def reload(self) -> bool:
        """See :class:`Browser`."""
        before = self._wire.asked
        await self.evaluate("document.documentElement.dataset.ready = 'old'")
        await self._ask("Page.reload")
        await until(lambda: self.evaluate("document.documentElement.dataset.ready !== 'old'"))
        return self._wire.asked > before

    async def evaluate(self, expression: str) -> Any:
        """See :class:`Browser`."""
        options = {"returnByValue": True, "awaitPromise": True, "userGesture": True}
        answer = await self._ask("Runtime.evaluate", expression=expression, **options)
        if "exceptionDetails" in answer:
            raise Refusal(json.dumps(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    async def press(self, key: str) -> None:
        """See :class:`Browser`."""
        codes = {"Tab": 9, "Enter": 13, "Space": 32}
        event: dict[str, Any] = {"key": " " if key == "Space" else key, "code": key}
        event["windowsVirtualKeyCode"] = codes.get(key, 0)
        text = {"Enter": "\r", "Space": " ", "Tab": ""}.get(key, key)
        await self._ask("Input.dispatchKeyEvent", type="keyDown", **event, **({"text": text} if text else {}))
        await self._ask("Input.dispatchKeyEvent", type="keyUp", **event)

    async def resize(self, width: int) -> None:
        """See :class:`Browser`."""
        await self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=1200, deviceScaleFactor=1, mobile=False
        )

    async def be_telephone(self) -> None:
        """Show pages as a telephone in France does, 390 points wide."""
        await self._ask("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True)
        await self._ask("Emulation.setTimezoneOverride", timezoneId="Europe/Paris")

    async def choose(self, name: str, *paths: Path) -> None:
        """See :class:`Browser`."""
        found = await self._ask("Runtime.evaluate", expression=f"document.getElementById({json.dumps(name)})")
        files = [str(path) for path in paths]
        await self._ask("DOM.setFileInputFiles", objectId=found["result"]["objectId"], files=files)

    async def screenshot(self, path: Path) -> None:
        """See :class:`Browser`."""
        import base64  # noqa: PLC0415

        shot = await self._ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))


class Firefox(_Process):
    """Debian's Firefox ESR."""

    def __init__(self, process: asyncio.subprocess.Process, downloads: Path, wire: _Wire, context: str) -> None:
        super().__init__(process, downloads)
        self._wire, self._context = wire, context

    @property
    def requested(self) -> list[str]:
        """See :class:`Browser`."""
        return self._wire.requested

    async def preload(self, script: str) -> None:
        """See :class:`Browser`."""
        await self._wire.ask("script.addPreloadScript", {"functionDeclaration": f"() => {{ {script} }}"})

    async def open(self, url: str) -> None:
        """See :class:`Browser`."""
        for address in ("about:blank", url):
            params = {"context": self._context, "url": address, "wait": "complete"}
            await self._wire.ask("browsingContext.navigate", params)

    async def reload(self) -> bool:
        """See :class:`Browser`."""
        before = self._wire.asked
        await self._wire.ask("browsingContext.reload", {"context": self._context, "wait": "complete"})
        return self._wire.asked > before

    async def evaluate(self, expression: str) -> Any:
        """See :class:`Browser`."""
        wrapped = f"(async () => JSON.stringify((await ({expression})) ?? null))()"
        target = {"context": self._context}
        params = {"expression": wrapped, "target": target, "awaitPromise": True, "userActivation": True}
        answer = await self._wire.ask("script.evaluate", params)
        if answer["type"] != "success":
            raise Refusal(json.dumps(answer)[:500])
        return json.loads(answer["result"]["value"])

    async def press(self, key: str) -> None:
        """See :class:`Browser`."""
        value = {"Tab": "\ue004", "Enter": "\ue006", "Space": " "}.get(key, key)
        actions = [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        # A download that ends takes the focus.
        await self._wire.ask("browsingContext.activate", {"context": self._context})
        params = {"context": self._context, "actions": [{"type": "key", "id": "keyboard", "actions": actions}]}
        await self._wire.ask("input.performActions", params)

    async def choose(self, name: str, *paths: Path) -> None:
        """See :class:`Browser`."""
        target = {"context": self._context}
        expression = f"document.getElementById({json.dumps(name)})"
        asked = {"expression": expression, "target": target, "awaitPromise": False}
        found = await self._wire.ask("script.evaluate", asked)
        element = {"sharedId": found["result"]["sharedId"]}
        await self._wire.ask("input.setFiles", {**target, "element": element, "files": [str(path) for path in paths]})

    async def resize(self, width: int) -> None:
        """See :class:`Browser`."""
        viewport = {"width": width, "height": 1200}
        await self._wire.ask("browsingContext.setViewport", {"context": self._context, "viewport": viewport})

    async def screenshot(self, path: Path) -> None:
        """See :class:`Browser`."""
        import base64  # noqa: PLC0415

        params = {"context": self._context, "origin": "document"}
        shot = await self._wire.ask("browsingContext.captureScreenshot", params)
        path.write_bytes(base64.b64decode(shot["data"]))


_CHROMIUM = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,AutofillServerCommunication,Translate,CertificateTransparencyComponentUpdater",
    "--no-first-run",
    "--no-default-browser-check",
    "--remote-debugging-port=0",
    "--window-size=900,1200",
    "--lang=fr",
    "--accept-lang=fr",
)


@asynccontextmanager
async def chromium(folder: Path, proxy: int, *, private: bool = False) -> AsyncIterator[Chromium]:
    """Run Chromium with a profile of its own below *folder*, all its traffic through *proxy*."""
    profile, downloads = folder / "profile", _made(folder / "downloads")
    command = shutil.which("chromium")
    assert command is not None, "install Debian's chromium"
    # One that was killed has left the address at which nobody listens any more.
    (profile / "DevToolsActivePort").unlink(missing_ok=True)
    options = [f"--user-data-dir={profile}", f"--proxy-server=127.0.0.1:{proxy}", "--proxy-bypass-list=<-loopback>"]
    process = await _spawn([command, *_CHROMIUM, *options, "about:blank"], folder)
    browser: Chromium | None = None
    try:
        # The port is written before the address behind it answers.
        found = await _said(profile / "DevToolsActivePort", r"(\d+)\n(\S+)")
        async with aiohttp.ClientSession() as http:
            socket = await http.ws_connect(f"ws://127.0.0.1:{found[1]}{found[2]}", max_msg_size=0)
            wire = _Wire(socket)
            apart = await wire.ask("Target.createBrowserContext", {}) if private else {}
            target = await wire.ask("Target.createTarget", {"url": "about:blank", **apart})
            attached = {"targetId": target["targetId"], "flatten": True}
            session = await wire.ask("Target.attachToTarget", attached)
            allowed = {"behavior": "allow", "downloadPath": str(downloads), **apart}
            await wire.ask("Browser.setDownloadBehavior", allowed)
            browser = Chromium(process, downloads, wire, session["sessionId"])
            await browser._ask("Page.enable")
            await browser._ask("Runtime.enable")
            await browser._ask("Network.enable")
            yield browser
            wire.reading.cancel()
    finally:
        await (browser or _Process(process, downloads)).end()


_PREFERENCES: dict[str, object] = {
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": True,
    "browser.download.alwaysOpenPanel": False,
    "browser.download.always_ask_before_handling_new_types": False,
    "browser.helperApps.neverAsk.saveToDisk": "application/octet-stream",
    "browser.safebrowsing.downloads.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.newtabpage.enabled": False,
    "browser.region.update.enabled": False,
    "browser.search.update": False,
    "browser.topsites.contile.enabled": False,
    "browser.urlbar.quicksuggest.enabled": False,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "toolkit.telemetry.server": "",
    "toolkit.telemetry.unified": False,
    "extensions.update.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "services.settings.server": "data:,",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "dom.push.connection.enabled": False,
    "geo.enabled": False,
    "intl.accept_languages": "fr, en",
    "remote.prefs.recommended": True,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.allow_hijacking_localhost": True,
    "network.proxy.no_proxies_on": "",
}


@asynccontextmanager
async def firefox(folder: Path, proxy: int, *, private: bool = False) -> AsyncIterator[Firefox]:
    """Run Firefox likewise."""
    profile, downloads = _made(folder / "profile"), _made(folder / "downloads")
    command = shutil.which("firefox-esr") or shutil.which("firefox")
    assert command is not None, "install Debian's firefox-esr"
    preferences = _PREFERENCES | {
        "browser.download.dir": str(downloads),
        "network.proxy.http_port": proxy,
        "network.proxy.ssl_port": proxy,
        "browser.privatebrowsing.autostart": private,
    }
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    options = ["--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    process = await _spawn([command, *options, "about:blank"], folder, MOZ_HEADLESS_WIDTH="900", HOME=str(folder))
    browser: Firefox | None = None
    try:
        found = await _said(folder / "log", r"WebDriver BiDi listening on (ws://127\.0\.0\.1:\d+)")
        async with aiohttp.ClientSession() as http:
            socket = await http.ws_connect(f"{found[1]}/session", max_msg_size=0)
            wire = _Wire(socket)
            await wire.ask("session.new", {"capabilities": {}})
            await wire.ask(
                "session.subscribe", {"events": ["network.beforeRequestSent", "browsingContext.userPromptOpened"]}
            )
            # A window of its own: without the focus, which the first one lacks, keys reach a page and press no button.
            created = await wire.ask("browsingContext.create", {"type": "window"})
            await wire.ask("browsingContext.activate", {"context": created["context"]})
            browser = Firefox(process, downloads, wire, created["context"])
            yield browser
            wire.reading.cancel()
    finally:
        await (browser or _Process(process, downloads)).end()


BROWSERS: Mapping[str, Callable[..., AbstractAsyncContextManager[Browser]]] = {"chromium": chromium, "firefox": firefox}


async def until(condition: Any, patience: float = _PATIENCE) -> Any:
    """Wait until *condition*, called again and again, returns something true; return that."""
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            if found := await condition():
                return found
        except Refusal:
            # Between two documents there is nothing to ask.
            pass
        assert asyncio.get_running_loop().time() < deadline, "it did not come to pass"
        await asyncio.sleep(0.05)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def _spawn(command: list[str], folder: Path, **environment: str) -> asyncio.subprocess.Process:
    folder.mkdir(parents=True, exist_ok=True)
    inherited = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    with (folder / "log").open("wb") as log:
        return await asyncio.create_subprocess_exec(
            *command, stdout=log, stderr=log, env=inherited | environment, process_group=0
        )


async def _said(path: Path, pattern: str) -> re.Match[str]:
    async def look() -> re.Match[str] | None:
        return re.search(pattern, path.read_text(errors="replace")) if path.exists() else None

    found: re.Match[str] = await until(look)
    return found
