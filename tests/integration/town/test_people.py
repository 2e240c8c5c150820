"""People's accounts on a real Synapse, through the command that an administrator types."""

import asyncio
import json
import re
import secrets
import stat
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import aiohttp
import pytest

from bridge.operate.synapse import log_in
from bridge.people import accounts
from bridge.people.accounts import everybody
from bridge.people.administration import administering
from bridge.people.enrolling import Enrolled, Enrolment
from bridge.people.errors import Appointed, Departed, HomeserverAway, HomeserverRefused, NoSuchPerson, Reserved
from bridge.people.leaflet import leaflets
from bridge.people.leaving import Leaving
from bridge.people.roll import Newcomer
from bridge.people.saying import explained
from config.identifiers import UserId
from config.load import load_federation
from config.texts import texts
from tests.servers import Server

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Done:
    status: int
    said: str


async def beffroi(server: Server, folder: Path, *words: str) -> Done:
    """Run ``beffroi user …`` in *folder*."""
    command = (sys.executable, str(ROOT / "beffroi.py"), "user", *words)
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--config", str(server.site.collectivity_file)),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return Done(process.returncode or 0, said.decode())


def fresh(name: str) -> str:
    return f"{name}{secrets.token_hex(3)}"


async def enters(server: Server, localpart: str, password: str) -> bool:
    async with aiohttp.ClientSession() as http:
        try:
            await log_in(http, server.client_url, localpart, password)
        except aiohttp.ClientResponseError:
            return False
        return True


def passwords(page: Path) -> dict[str, str]:
    """What the printed pages say, by localpart."""
    found = re.findall(r"<code>(?:@([^:]+):[^<\n]+|([a-z-]{24}))</code>", page.read_text("utf-8"))
    words = [user or password for user, password in found]
    return dict(zip(words[::2], words[1::2], strict=True))


async def test_a_list_from_excel_becomes_accounts_that_can_sign_in(synapse: Server, tmp_path: Path) -> None:
    last = fresh("lefevre")
    sheet = tmp_path / "agents.csv"
    sheet.write_bytes(
        f"Prénom;Nom;Fonction;Administrateur\r\nÉlodie;{last};DGS;oui\r\nNoël;{last};;\r\n".encode("cp1252")
    )

    dry = await beffroi(synapse, tmp_path, "import", str(sheet), "--dry-run")
    assert (dry.status, "2 comptes à créer" in dry.said) == (0, True), dry.said
    assert not list(tmp_path.glob("*.html"))

    done = await beffroi(synapse, tmp_path, "import", str(sheet))
    assert (done.status, "2 comptes créés" in done.said) == (0, True), done.said
    (page,) = tmp_path.glob("*.html")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    first = passwords(page)
    assert first.keys() == {f"elodie.{last}", f"noel.{last}"}
    assert all([await enters(synapse, localpart, password) for localpart, password in first.items()])

    again = await beffroi(synapse, tmp_path, "import", str(sheet))
    assert again.said.count("existe déjà") == 2, again.said
    assert [*tmp_path.glob("*.html")] == [page]
    assert all([await enters(synapse, localpart, password) for localpart, password in first.items()])

    listed = json.loads((await beffroi(synapse, tmp_path, "list", "--json")).said)
    shown = {each["user_id"]: each for each in listed}
    assert shown[f"@elodie.{last}:valbourg.localhost"]["display_name"] == f"Élodie {last} (DGS)"
    assert shown[f"@elodie.{last}:valbourg.localhost"]["admin"]
    assert not shown[f"@noel.{last}:valbourg.localhost"]["admin"]
    assert "@beffroi-admin:valbourg.localhost" not in shown


async def test_one_wrong_line_and_nobody_has_an_account(synapse: Server, tmp_path: Path) -> None:
    last = fresh("roux")
    sheet = tmp_path / "agents.csv"
    sheet.write_text(f"prénom;nom\nAnne;{last}\n;\nAnne;{last}\n", "utf-8")

    done = await beffroi(synapse, tmp_path, "import", str(sheet))

    assert done.status == 2
    assert "ligne 4" in done.said
    assert "Rien n’a été fait" in done.said
    async with administering(synapse.site.collectivity, synapse.site.secrets) as administration:
        assert await administration.find(UserId.parse(f"@anne.{last}:valbourg.localhost")) is None


async def test_an_import_that_was_killed_is_ended_by_the_next_one_with_the_same_passwords(
    synapse: Server, tmp_path: Path
) -> None:
    town = synapse.site.collectivity
    people = (Newcomer(fresh("a"), "A"), Newcomer(fresh("b"), "B"))
    async with administering(town, synapse.site.secrets) as administration:
        enrolment = Enrolment(administration, town)
        begun = await enrolment.enrol(await enrolment.plan(people[:1], texts("fr")))
        # Killed here: no page was written, nothing is forgotten.
        planned = await enrolment.plan(people, texts("fr"))
        assert planned.new == people
        ended = await enrolment.enrol(planned)
        assert ended[0] == begun[0]
        enrolment.done(ended)
        assert (await enrolment.plan(people, texts("fr"))).new == ()
    assert all([await enters(synapse, each.user_id.localpart, each.password) for each in ended])
    assert not (town.paths.data / "people" / "underway.json").exists()


async def test_locking_keeps_somebody_out_and_resetting_ends_their_sessions(synapse: Server, tmp_path: Path) -> None:
    login = fresh("anne")
    made = await beffroi(synapse, tmp_path, "add", "Anne Martin", "--id", login, "--pages", "p.html")
    assert made.status == 0, made.said
    first = passwords(tmp_path / "p.html")[login]
    async with aiohttp.ClientSession() as http:
        anne = await log_in(http, synapse.client_url, login, first)

        assert "ne peut plus entrer" in (await beffroi(synapse, tmp_path, "lock", login)).said
        with pytest.raises(aiohttp.ClientResponseError):
            await anne.call(http, "GET", "/v3/account/whoami")
        assert not await enters(synapse, login, first)
        assert "de nouveau" in (await beffroi(synapse, tmp_path, "unlock", f"@{login}")).said
        assert (await anne.call(http, "GET", "/v3/account/whoami"))["user_id"] == anne.user_id

        assert (await beffroi(synapse, tmp_path, "reset", login, "--pages", "q.html")).status == 0
        with pytest.raises(aiohttp.ClientResponseError):
            await anne.call(http, "GET", "/v3/account/whoami")
    assert not await enters(synapse, login, first)
    assert await enters(synapse, login, passwords(tmp_path / "q.html")[login])


async def test_machines_strangers_and_the_departed_are_left_alone(synapse: Server) -> None:
    town = synapse.site.collectivity
    async with administering(town, synapse.site.secrets) as administration:
        for localpart in ("beffroi", "beffroi-admin", "temoin"):
            with pytest.raises(Reserved):
                await accounts.reset(administration, town, UserId.parse(f"@{localpart}:{town.server_name}"))
        for unknown in (f"@{fresh('nobody')}:{town.server_name}", "@anne:rivemont.localhost"):
            with pytest.raises(NoSuchPerson):
                await accounts.lock(administration, town, UserId.parse(unknown), locked=True)
        gone = await synapse.user("gone")
        await administration.ask("POST", f"/_synapse/admin/v1/deactivate/{gone.user_id}", {"erase": False})
        with pytest.raises(Departed):
            await accounts.reset(administration, town, gone.user_id)


async def test_nobody_takes_over_from_themselves(synapse: Server, tmp_path: Path) -> None:
    """The account would be closed for good, and what it held would be nobody's."""
    zoe = fresh("zoe")
    made = await beffroi(synapse, tmp_path, "add", "Zoé Petit", "--id", zoe)
    assert made.status == 0, made.said
    beside = ("--federation", str(synapse.site.folder.parent / "federation.yaml"))

    done = await beffroi(synapse, tmp_path, "leave", zoe, "--to", f"@{zoe}:{synapse.server_name}", *beside)

    assert (done.status, "quelqu’un d’autre" in done.said) == (2, True), done.said
    listed = json.loads((await beffroi(synapse, tmp_path, "list", "--json")).said)
    assert [row["departed"] for row in listed if row["user_id"].startswith(f"@{zoe}:")] == [False]


async def test_whom_the_settings_name_does_not_leave_before_they_name_somebody_else(
    synapse: Server, tmp_path: Path
) -> None:
    """Closed for good, and the town might have no administrator left."""
    town = synapse.site.collectivity
    zoe, anne = fresh("zoe"), fresh("anne")
    for name in (zoe, anne):
        assert (await beffroi(synapse, tmp_path, "add", name, "--id", name)).status == 0
    user, heir = (UserId.parse(f"@{name}:{synapse.server_name}") for name in (zoe, anne))
    appointed = town.model_copy(update={"admins": (user,)})
    federation = load_federation(synapse.site.folder.parent / "federation.yaml")
    async with administering(town, synapse.site.secrets) as administration:
        with pytest.raises(Appointed) as told:
            await Leaving(administration, appointed, federation, synapse.site.secrets).see_out(user, heir)
        assert not (await accounts.person(administration, town, user)).departed

    assert "sous `admins`" in "".join(explained(told.value, texts("fr")))


async def test_a_locked_account_says_so_when_it_gets_a_new_password(synapse: Server, tmp_path: Path) -> None:
    zoe = fresh("zoe")
    assert (await beffroi(synapse, tmp_path, "add", "Zoé Petit", "--id", zoe)).status == 0
    assert (await beffroi(synapse, tmp_path, "lock", zoe)).status == 0

    assert "`beffroi user unlock" in (await beffroi(synapse, tmp_path, "reset", zoe)).said
    assert "`--id`" in (await beffroi(synapse, tmp_path, "add", "Zoé Petit", "--id", zoe)).said


async def test_the_administrator_is_nobody_whom_people_find(synapse: Server) -> None:
    town = synapse.site.collectivity
    async with administering(town, synapse.site.secrets) as administration:
        (own,) = [each for each in await everybody(administration, town) if each.user_id == town.administrator]
        assert own.admin
        assert own.machine
        # Nothing is left behind: the command before has logged out, and so will this one.
        devices = await administration.ask("GET", f"/_synapse/admin/v2/users/{town.administrator}/devices")
        assert devices["total"] == 1
    anne = await synapse.user("anne")
    async with aiohttp.ClientSession() as http:
        found = await anne.call(http, "POST", "/v3/user_directory/search", {"search_term": "beffroi"})
    assert town.administrator not in [each["user_id"] for each in found["results"]]


async def test_each_person_has_one_sheet_of_paper(synapse: Server, tmp_path: Path) -> None:
    """Printed by Chromium, with the longest name that a list may hold."""
    anne = Enrolled(UserId.parse(f"@{'anne-' * 11}x:valbourg.localhost"), "Anne-Marie " * 9, "bodu-kife-rapo-nuze-mita")
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(leaflets(synapse.site.collectivity, [anne, anne, anne], date(2026, 11, 28)), "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={tmp_path}/c")
    browser = await asyncio.create_subprocess_exec(
        *("chromium", *options, f"--print-to-pdf={printed}", page.as_uri()), stderr=asyncio.subprocess.DEVNULL
    )
    await browser.wait()

    assert re.findall(rb"/Count (\d+)", printed.read_bytes()) == [b"3"]


async def test_what_cannot_be_done_says_what_to_do(synapse: Server, tmp_path: Path) -> None:
    site = synapse.site
    away = site.collectivity.network.model_copy(update={"client_port": 9})
    with pytest.raises(HomeserverAway):
        async with administering(site.collectivity.model_copy(update={"network": away}), site.secrets):
            pass
    stale = type(site.secrets)(
        **{name: getattr(site.secrets, name) for name in site.secrets.__slots__ if name != "as_token"},
        as_token="0" * 64,
    )
    with pytest.raises(HomeserverRefused) as caught:
        async with administering(site.collectivity, stale):
            pass
    assert caught.value.stale
    said = (await beffroi(synapse, tmp_path, "lock", fresh("nobody"))).said
    assert "beffroi user list" in said
