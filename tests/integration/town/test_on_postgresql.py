"""The whole assistant, as a process of its own, on PostgreSQL instead of SQLite."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench.parts._client import following
from tests.bench.parts._town import town
from tests.postgres import Cluster, postgres  # noqa: F401 - a fixture

pytestmark = [pytest.mark.integration, pytest.mark.limit(600)]

ROOMS = 9
"""One more than are worked on at once."""
ODD = ("\x00", "a\x00b", "\ud800", "x\udfff", "\u202egnp.exe", "é" * 10_000, "$", "'; DROP TABLE matrix_inbox; --")


def _on_postgresql(file: Path, url: str) -> None:
    file.write_text(f"{file.read_text()}\ndatabase: '{url}'\n")


async def test_an_assistant_on_postgresql_answers_and_remembers(postgres: Cluster) -> None:  # noqa: F811
    """Also after it was killed: what a task's card is stands in the database."""
    async with town() as place:
        _on_postgresql(place.site.collectivity_file, postgres.create_database())
        bot = place.assistant()
        await bot.start()
        try:
            async with following(await place.person("anne")) as anne:
                room = await anne.make_room(bot.user_id, encrypted=True)
                await anne.hears(await anne.send(room, "!tâche ajouter relancer le SDIS"))
                await bot.kill()
                asked = await anne.send(room, "!tâche fait 1")
                await bot.start()
                await anne.hears(asked)
                await anne.hears(await anne.send(room, "!tâches"))
        finally:
            await bot.stop()
        assert not (place.site.collectivity.paths.assistant / "assistant.db").exists()


def _hostile() -> Iterator[dict[str, Any]]:
    """Yield messages with odd texts wherever a client can put one, and a homeserver lets it through."""
    for target in ("$\x00", "$a\x00b", "\x00", "$\u202egnp"):
        relation = {"m.in_reply_to": {"event_id": target}}
        for words in ("bonjour", "!tâche", "fait", "!tâche importer"):
            yield {"msgtype": "m.text", "body": words, "m.relates_to": relation}
    for odd in ODD:
        for words in ("{}", "!tâche ajouter {}", "!tâche assigner 1 @{}", "!tâches #{}", "@beffroi {}"):
            yield {"msgtype": "m.text", "body": words.format(odd)}
        yield {"msgtype": odd[:200], "body": "!tâches"}
        yield {"msgtype": "m.text", "body": "!tâches", "m.mentions": {"user_ids": [odd[:200]]}}
        yield {"msgtype": "m.file", "body": odd, "filename": odd, "url": f"mxc://valbourg.localhost/{odd[:200]}"}


async def test_whatever_one_person_writes_people_elsewhere_are_answered(postgres: Cluster) -> None:  # noqa: F811
    """A reply to an event id with NUL in it, in eight rooms, once made a town's assistant deaf for good."""
    async with town() as place:
        _on_postgresql(place.site.collectivity_file, postgres.create_database())
        bot = place.assistant()
        await bot.start()
        log = bot.child().log
        try:
            async with following(await place.person("anne")) as anne, following(await place.person("zoe")) as zoe:
                clean = await anne.make_room(bot.user_id, encrypted=True)
                await anne.hears(await anne.send(clean, "!tâche ajouter avant"))
                rooms = [await zoe.make_room(bot.user_id, encrypted=True) for _ in range(ROOMS)]
                for room in rooms:
                    for number, content in enumerate(_hostile()):
                        # One room has them all: more of one kind shows nothing that the first does not.
                        if room == rooms[0] or number < 4:
                            await zoe.say(room, content)

                await anne.hears(await anne.send(clean, "!tâche ajouter relancer le SDIS"))

                for room in (rooms[0], rooms[-1]):
                    await zoe.hears(await zoe.send(room, "!tâches"))
                assert await bot.ready(log, 0), "it says that it is well, and is"
                await bot.kill()
                await bot.start()
                await anne.hears(await anne.send(clean, "!tâches"))
        finally:
            await bot.stop()
        said = log.read_text(errors="replace").splitlines()
        assert [line for line in said if "item_failed" in line or "item_given_up" in line or "Traceback" in line] == []
